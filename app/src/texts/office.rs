//! The cases list and the case page.

use casework::{escalation::EscalationVerb, referral::ReferralVerb};
use inspection_grid::MotifCode;
use serde::{
    Deserialize,
    de::{IntoDeserializer, value::Error as ValueError},
};

use super::{Text, texts};

texts! {
    CASES_TITLE: "Dossiers" / "Cases";
    TEAMS_TO_REACH_ONE: "{count}\u{a0}équipe à joindre\u{a0}: sa sortie prévue est dépassée" / "{count}\u{a0}team to reach: it is past its expected end";
    TEAMS_TO_REACH_MANY: "{count}\u{a0}équipes à joindre\u{a0}: leur sortie prévue est dépassée" / "{count}\u{a0}teams to reach: they are past their expected end";
    TEAMS_TO_REACH_GO: "Voir dans la cellule" / "See in the cell";
    CASES_TOTAL_ONE: "{count} dossier" / "{count} case";
    CASES_TOTAL_MANY: "{count} dossiers" / "{count} cases";
    CASES_EMPTY: "Aucun dossier ne correspond à ces filtres." / "No case matches these filters.";
    CASES_EMPTY_RESET: "Effacer les filtres" / "Clear the filters";
    CASES_NEXT: "Dossiers suivants" / "Next cases";
    CASES_FIRST: "Revenir au début" / "Back to the first";
    FILTERS: "Filtres" / "Filters";
    FILTER_STATE: "État" / "State";
    FILTER_BAND: "Cote" / "Band";
    FILTER_MUNICIPALITY: "Municipalité" / "Municipality";
    FILTER_SEARCH: "Adresse ou numéro" / "Address or number";
    FILTER_APPLY: "Filtrer" / "Filter";
    FILTER_ANY: "Toutes" / "Any";
    STATE_OPEN: "Ouverts" / "Open";
    STATE_CLOSED: "Fermés" / "Closed";
    STATE_ALL: "Tous" / "All";

    COLUMN_NUMBER: "Dossier" / "Case";
    COLUMN_ADDRESS: "Adresse" / "Address";
    COLUMN_BAND: "Cote" / "Band";
    COLUMN_MOTIFS: "Motifs" / "Motifs";
    COLUMN_STAGE: "Étape" / "Stage";
    COLUMN_REFERRALS: "Références" / "Referrals";
    COLUMN_UPDATED: "Mis à jour" / "Updated";
    DWELLINGS_ONE: "{count}\u{a0}logement" / "{count} dwelling";
    DWELLINGS_MANY: "{count}\u{a0}logements" / "{count} dwellings";
    WAITING_ONE: "{count} en attente" / "{count} waiting";
    WAITING_MANY: "{count} en attente" / "{count} waiting";
    ESCALATION_OPEN: "Escalade ouverte" / "Escalation open";
    COMPLEX: "Cas complexe" / "Complex case";
    NO_MOTIF: "Aucun motif" / "No motif";

    INDEX: "Indice de l’immeuble" / "Building index";
    INDEX_NONE: "Aucune visite cotée" / "No scored visit";
    OPENED: "Ouvert le" / "Opened on";
    UPDATED: "Mis à jour le" / "Updated on";
    CONTENTS: "Dans ce dossier" / "In this case";

    BUILDING: "Immeuble" / "Building";
    BUILDING_DWELLINGS: "Logements" / "Dwellings";
    BUILDING_STOREYS: "Étages" / "Storeys";
    BUILDING_YEAR: "Année de construction" / "Year built";
    BUILDING_MUNICIPALITY: "Municipalité" / "Municipality";
    BUILDING_BOROUGH: "Arrondissement" / "Borough";
    BUILDING_ON_MAP: "Voir sur la carte" / "See on the map";

    SCORE_TITLE: "Comment l’indice est obtenu" / "How the index is obtained";
    SCORE_FORMULA: "Indice = moyenne des logements visités ({mean}) + aires communes ({common}) + extérieur ({exterior}) = {index}" / "Index = mean of the visited dwellings ({mean}) + common areas ({common}) + exterior ({exterior}) = {index}";
    SCORE_OVERRIDE_DANGER: "Une gravité 4 suffit à donner la cote D." / "One severity 4 is enough to give band D.";
    SCORE_OVERRIDE_WORST: "Le pire logement atteint {points} points : la cote est au moins C." / "The worst dwelling reaches {points} points: the band is at least C.";
    SCORE_COVERAGE: "Logements visités" / "Dwellings visited";
    SCORE_COVERAGE_VALUE: "{visited} sur {total} ({ratio})" / "{visited} of {total} ({ratio})";
    SCORE_COVERAGE_LOW: "Trop peu de logements visités pour bien connaître l’immeuble." / "Too few dwellings visited to know the building well.";
    SCORE_COMPLETENESS: "Critères répondus" / "Criteria answered";
    SCORE_VERSIONS: "Calculé avec la règle {rule} et la grille {grid}." / "Computed with rule {rule} and grid {grid}.";
    SCORE_WORST: "Pire logement" / "Worst dwelling";
    SCORE_BANDS: "Cotes : A de 0 à 9, B de 10 à 29, C de 30 à 59, D à partir de 60. L’indice sert au tri et au suivi; il n’a aucune valeur légale." / "Bands: A 0 to 9, B 10 to 29, C 30 to 59, D from 60. The index serves triage and follow-up; it has no legal value.";
    SCORE_CONTRIBUTIONS: "Ce qui compte dans l’indice" / "What counts in the index";
    SCORE_PLACE: "Endroit" / "Place";
    SCORE_CRITERION: "Critère" / "Criterion";
    SCORE_SEVERITY: "Gravité" / "Severity";
    SCORE_POINTS: "Points" / "Points";
    SCORE_TOTALS: "Points par logement visité" / "Points per visited dwelling";
    SCORE_NOTHING: "Aucune observation ne donne de points." / "No observation gives points.";
    SCORE_HIDDEN: "Le détail des points n’est pas ouvert à votre organisme." / "The detail of the points is not open to your organisation.";

    MOTIFS_TITLE: "Pourquoi ce cas est complexe" / "Why this case is complex";
    MOTIFS_NONE: "Ce dossier n’est pas un cas complexe." / "This is not a complex case.";
    MOTIFS_RULE: "Jugé avec la règle {rule}." / "Judged with rule {rule}.";
    MOTIFS_EVIDENCE: "Preuves" / "Evidence";
    MOTIFS_EVIDENCE_HIDDEN: "preuve hors de votre accès" / "evidence not yours to see";
    THRESHOLD_EXACT: "Exactement au seuil de logements\u{a0}: la règle est à confirmer par les partenaires." / "Exactly at the threshold of dwellings: the rule is to be confirmed by the partners.";
    MOTIF_CERTAIN: "Bloc au-delà du seuil de logements, avec un enjeu d’insalubrité, de sécurité ou de bon état" / "Block beyond the threshold of dwellings, with an issue of insalubrity, safety or good repair";
    MOTIF_MULTI: "Plusieurs problèmes majeurs, ou plusieurs organismes à la fois" / "Several major problems, or several bodies at once";
    MOTIF_PROPAG: "Le même problème s’étend à plusieurs logements" / "The same problem spreads over several dwellings";
    MOTIF_VULN: "Un problème majeur touche une personne vulnérable" / "A major problem affects a vulnerable person";
    MOTIF_RECID: "Le problème revient après une correction ou des avis" / "The problem comes back after a correction or notices";
    MOTIF_INACTION: "Le propriétaire n’agit pas dans le délai" / "The owner does not act in time";
    MOTIF_RISQLOG: "Le ménage risque de perdre son logement" / "The household may lose its dwelling";
    MOTIF_PARC: "Le même propriétaire a d’autres immeubles complexes" / "The same owner has other complex buildings";
    MOTIF_OTHER: "Motif de la règle de complexité" / "Motif of the complexity rule";

    MOTIF_CERTAIN_NAME: "Nombre de logements" / "Number of dwellings";
    MOTIF_MULTI_NAME: "Problèmes multiples" / "Several problems";
    MOTIF_PROPAG_NAME: "Propagation" / "Spreading";
    MOTIF_VULN_NAME: "Vulnérabilité" / "Vulnerability";
    MOTIF_RECID_NAME: "Récidive" / "Recurrence";
    MOTIF_INACTION_NAME: "Inaction" / "Inaction";
    MOTIF_RISQLOG_NAME: "Logement menacé" / "Housing at risk";
    MOTIF_PARC_NAME: "Même propriétaire" / "Same owner";
    MOTIF_OTHER_NAME: "Autre motif" / "Other motif";

    VISITS_TITLE: "Visites et observations" / "Visits and observations";
    VISITS_NONE: "Aucune visite reçue." / "No visit received.";
    VISIT_OF: "Visite du {date}" / "Visit of {date}";
    VISIT_BY: "par {name}, grille {grid}" / "by {name}, grid {grid}";
    VISIT_UNFINISHED: "en cours" / "under way";
    VISIT_EMPTY: "Aucune observation que vous puissiez lire." / "No observation you may read.";
    OBSERVATION_CONFLICT: "Deux téléphones ont répondu autrement : les deux réponses sont gardées, à vérifier." / "Two phones answered differently: both answers are kept, to be checked.";
    OBSERVATION_NOTE: "Note" / "Note";
    OBSERVATION_BY: "{name}, {time}" / "{name}, {time}";

    CONFORMING_ONE: "{count} critère conforme" / "{count} conforming criterion";
    CONFORMING_MANY: "{count} critères conformes" / "{count} conforming criteria";
    NOT_APPLICABLE_ONE: "{count} critère sans objet" / "{count} criterion not applicable";
    NOT_APPLICABLE_MANY: "{count} critères sans objet" / "{count} criteria not applicable";

    ESCALATIONS_TITLE: "Escalades" / "Escalations";
    REFERRALS_TITLE: "Références" / "Referrals";
    TIMELINE_TITLE: "Historique" / "History";
    TIMELINE_EMPTY: "Rien encore." / "Nothing yet.";
    ACTIONS_TITLE: "Agir" / "Act";

    RAISE_TITLE: "Déclencher la cellule d’urgence" / "Call the emergency cell";
    RAISE_911: "Danger pour une personne : composez d’abord le 911. La plateforme ne le remplace jamais." / "Danger to a person: call 911 first. The platform never replaces it.";
    RAISE_REASON: "Ce qui se passe" / "What is happening";
    RAISE_REASON_HINT: "Les faits, l’endroit, ce qui presse. Sans nom de personne." / "The facts, the place, what is pressing. No person’s name.";
    RAISE_CALLED: "Le 911 a été appelé" / "911 was called";
    RAISE_SUBMIT: "Déclencher" / "Call the cell";

    REFER_TITLE: "Créer une référence" / "Create a referral";
    FORWARD_REFER_TITLE: "Transmettre par une nouvelle référence" / "Pass it on by a new referral";
    REDIRECT_TITLE: "Réorienter vers un autre service" / "Redirect to another service";
    REFER_PARTNER: "Service" / "Service";
    REFER_PARTNER_PIVOT: "personne pivot {name}" / "contact person {name}";
    REFER_REASON: "Ce qui est demandé" / "What is asked";
    REFER_URGENCY: "Urgence" / "Urgency";
    REFER_DUE: "Réponse attendue dans (jours)" / "Answer expected within (days)";
    REFER_SECTIONS: "Ce qui est partagé, et rien d’autre" / "What is shared, and nothing else";
    REFER_PREVIEW: "Voir l’aperçu" / "See the preview";
    REFER_SUBMIT: "Envoyer sans aperçu" / "Send without a preview";
    REFER_ALSO: "Demander aussi à d’autres services" / "Ask other services too";
    REFER_ALSO_HINT: "Chacun reçoit sa propre référence, avec ce que les gens ont consenti pour lui, et ne sait rien des autres." / "Each gets a referral of its own, with what people consented to for it, and knows nothing of the others.";

    COMMENT_TITLE: "Commenter" / "Comment";
    COMMENT_TEXT: "Commentaire" / "Comment";
    COMMENT_SUBMIT: "Ajouter au dossier" / "Add to the case";

    STAGE_TITLE: "Changer l’étape" / "Change the stage";
    STAGE_CLOSE: "Fermer" / "Close";
    STAGE_REASON: "Motif" / "Reason";
    STAGE_OUTCOME: "Résultat" / "Outcome";

    ENTRY_OPENED: "Dossier ouvert." / "Case opened.";
    ENTRY_OPENED_DANGER: "Dossier ouvert : un danger immédiat a été observé." / "Case opened: an immediate danger was observed.";
    ENTRY_OPENED_COMPLEX: "Dossier ouvert : la visite montre un cas complexe." / "Case opened: the visit shows a complex case.";
    ENTRY_OPENED_BAND: "Dossier ouvert : l’immeuble a la cote {band}." / "Case opened: the building is in band {band}.";
    ENTRY_OPENED_REQUESTED: "Dossier ouvert sur demande." / "Case opened on request.";
    ENTRY_STAGE: "Le dossier passe à l’étape « {stage} »." / "The case moves to “{stage}”.";
    ENTRY_STAGE_OTHER: "Le dossier change d’étape." / "The case changes stage.";
    ENTRY_VISIT: "Observations reçues." / "Observations received.";
    ENTRY_VISIT_STARTED: "Premières observations d’une visite reçues." / "First observations of a visit received.";
    ENTRY_VISIT_FINISHED: "Visite terminée et reçue." / "The visit is over and received.";
    ENTRY_VISIT_GRID: "La visite continue sous la version {version} de la grille." / "The visit goes on under version {version} of the grid.";
    ENTRY_PHOTO_MARKED: "Photo annotée." / "Photo annotated.";
    ENTRY_VISIT_LATE: "Observations reçues après la fermeture du dossier." / "Observations received after the case was closed.";
    ENTRY_DOORS_UNITED: "Deux portes de l’immeuble réunies en une seule." / "Two doors of the building united into one.";
    ENTRY_DOORS_PARTED: "Portes de l’immeuble séparées de nouveau." / "Doors of the building parted again.";
    ENTRY_COMPLEX: "Le cas est jugé complexe." / "The case is judged complex.";
    ENTRY_ESCALATION_RAISED: "La cellule d’urgence est appelée." / "The emergency cell is called.";
    ENTRY_ESCALATION: "L’escalade avance." / "The escalation moves forward.";
    ENTRY_ESCALATION_ACKNOWLEDGE: "La cellule d’urgence accuse réception." / "The emergency cell acknowledges.";
    ENTRY_ESCALATION_DISPATCH: "La cellule d’urgence envoie une équipe." / "The emergency cell sends a team.";
    ENTRY_ESCALATION_ARRIVE: "L’équipe est sur place." / "The team is on scene.";
    ENTRY_ESCALATION_STABILISE: "La situation est stabilisée." / "The situation is under control.";
    ENTRY_ESCALATION_STAND_DOWN: "L’escalade prend fin." / "The escalation ends.";
    ENTRY_REFERRAL: "La référence est {done}." / "The referral is {done}.";
    ENTRY_REFERRAL_FROM: "La référence de {name} est {done}." / "The referral from {name} is {done}.";
    ENTRY_REFERRAL_TO: "La référence à {name} est {done}." / "The referral to {name} is {done}.";
    ENTRY_REFERRAL_ANSWERED: "La référence a reçu une réponse." / "The referral was answered.";
    ENTRY_REFERRAL_CHANGED: "La référence avance." / "The referral moves forward.";
    REFERRAL_DONE_SEND: "envoyée" / "sent";
    REFERRAL_DONE_ACCEPT: "acceptée" / "accepted";
    REFERRAL_DONE_DECLINE: "refusée" / "declined";
    REFERRAL_DONE_START: "commencée" / "under way";
    REFERRAL_DONE_HOLD: "suspendue" / "put on hold";
    REFERRAL_DONE_RESUME: "reprise" / "taken up again";
    REFERRAL_DONE_COMPLETE: "terminée" / "completed";
    REFERRAL_DONE_REDIRECT: "réorientée" / "redirected";
    REFERRAL_DONE_WITHDRAW: "retirée" / "withdrawn";
    REFERRAL_DONE_EXPIRE: "échue sans réponse" / "expired unanswered";
    ENTRY_IN_PLACE_OF: "Fait à la place de {name}, en son absence." / "Done in place of {name}, in their absence.";
    ENTRY_HANDED_OVER: "Le dossier est confié à {name}\u{a0}: la personne qui le suivait est partie." / "The case goes to {name}: the person who worked it has left.";
    ENTRY_COMMENT: "Commentaire" / "Comment";
}

/// What a motif says in plain words.
pub fn motif(code: &str) -> Text {
    let known: Result<MotifCode, ValueError> = MotifCode::deserialize(code.into_deserializer());
    match known {
        Ok(MotifCode::Certain) => MOTIF_CERTAIN,
        Ok(MotifCode::Multi) => MOTIF_MULTI,
        Ok(MotifCode::Propag) => MOTIF_PROPAG,
        Ok(MotifCode::Vuln) => MOTIF_VULN,
        Ok(MotifCode::Recid) => MOTIF_RECID,
        Ok(MotifCode::Inaction) => MOTIF_INACTION,
        Ok(MotifCode::Risqlog) => MOTIF_RISQLOG,
        Ok(MotifCode::Parc) => MOTIF_PARC,
        Err(_) => MOTIF_OTHER,
    }
}

/// A motif in two or three words, for a list: its code says nothing to who did not write the rule.
pub fn motif_name(code: &str) -> Text {
    let known: Result<MotifCode, ValueError> = MotifCode::deserialize(code.into_deserializer());
    match known {
        Ok(MotifCode::Certain) => MOTIF_CERTAIN_NAME,
        Ok(MotifCode::Multi) => MOTIF_MULTI_NAME,
        Ok(MotifCode::Propag) => MOTIF_PROPAG_NAME,
        Ok(MotifCode::Vuln) => MOTIF_VULN_NAME,
        Ok(MotifCode::Recid) => MOTIF_RECID_NAME,
        Ok(MotifCode::Inaction) => MOTIF_INACTION_NAME,
        Ok(MotifCode::Risqlog) => MOTIF_RISQLOG_NAME,
        Ok(MotifCode::Parc) => MOTIF_PARC_NAME,
        Err(_) => MOTIF_OTHER_NAME,
    }
}

/// What the history says of an escalation's step.
pub fn escalation_step(verb: EscalationVerb) -> Text {
    match verb {
        EscalationVerb::Acknowledge => ENTRY_ESCALATION_ACKNOWLEDGE,
        EscalationVerb::Dispatch => ENTRY_ESCALATION_DISPATCH,
        EscalationVerb::Arrive => ENTRY_ESCALATION_ARRIVE,
        EscalationVerb::Stabilise => ENTRY_ESCALATION_STABILISE,
        EscalationVerb::StandDown => ENTRY_ESCALATION_STAND_DOWN,
    }
}

/// What a referral has become, to end « La référence est… ».
pub fn referral_done(verb: ReferralVerb) -> Text {
    match verb {
        ReferralVerb::Send => REFERRAL_DONE_SEND,
        ReferralVerb::Accept => REFERRAL_DONE_ACCEPT,
        ReferralVerb::Decline => REFERRAL_DONE_DECLINE,
        ReferralVerb::Start => REFERRAL_DONE_START,
        ReferralVerb::Hold => REFERRAL_DONE_HOLD,
        ReferralVerb::Resume => REFERRAL_DONE_RESUME,
        ReferralVerb::Complete => REFERRAL_DONE_COMPLETE,
        ReferralVerb::Withdraw => REFERRAL_DONE_WITHDRAW,
        ReferralVerb::Redirect => REFERRAL_DONE_REDIRECT,
        ReferralVerb::Expire => REFERRAL_DONE_EXPIRE,
    }
}

/// « 7 critères conformes, 2 critères sans objet »: what a folded list holds.
pub fn quiet(conforming: usize, not_applicable: usize, locale: super::Locale) -> String {
    let part = |count: usize, one, many| (count > 0).then(|| counted(u64::try_from(count).unwrap_or(u64::MAX), one, many, locale));
    [part(conforming, CONFORMING_ONE, CONFORMING_MANY), part(not_applicable, NOT_APPLICABLE_ONE, NOT_APPLICABLE_MANY)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// `{count} logement(s)`: French takes the singular up to 1.
pub fn counted(count: u64, one: Text, many: Text, locale: super::Locale) -> String {
    let singular = match locale {
        super::Locale::Fr => count <= 1,
        super::Locale::En => count == 1,
    };
    super::fill(if singular { one } else { many }.get(locale), &[("count", &count.to_string())])
}
