//! The cases list and the case page.

use casework::wire::v1::EntryKind;

use super::{Text, texts};

texts! {
    CASES_TITLE: "Dossiers" / "Cases";
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
    DWELLINGS_ONE: "{count} logement" / "{count} dwelling";
    DWELLINGS_MANY: "{count} logements" / "{count} dwellings";
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
    SCORE_RULE: "Règle" / "Rule";
    SCORE_GRID: "Grille" / "Grid";
    SCORE_WORST: "Pire logement" / "Worst dwelling";
    SCORE_BANDS: "Cotes : A de 0 à 9, B de 10 à 29, C de 30 à 59, D à partir de 60. L’indice sert au tri et au suivi; il n’a aucune valeur légale." / "Bands: A 0 to 9, B 10 to 29, C 30 to 59, D from 60. The index serves triage and follow-up; it has no legal value.";
    SCORE_CONTRIBUTIONS: "Ce qui compte dans l’indice" / "What counts in the index";
    SCORE_PLACE: "Endroit" / "Place";
    SCORE_CRITERION: "Critère" / "Criterion";
    SCORE_SEVERITY: "Gravité" / "Severity";
    SCORE_POINTS: "Points" / "Points";
    SCORE_TOTALS: "Points par logement visité" / "Points per visited dwelling";
    SCORE_NOTHING: "Aucune observation ne donne de points." / "No observation gives points.";

    MOTIFS_TITLE: "Pourquoi ce cas est complexe" / "Why this case is complex";
    MOTIFS_NONE: "Ce dossier n’est pas un cas complexe." / "This is not a complex case.";
    MOTIFS_RULE: "Règle {rule}" / "Rule {rule}";
    MOTIFS_EVIDENCE: "Preuves" / "Evidence";
    MOTIFS_EVIDENCE_HIDDEN: "preuve hors de votre accès" / "evidence not yours to see";
    THRESHOLD_EXACT: "Exactement 6 logements : le seuil « + de 6 » est à confirmer par les partenaires." / "Exactly 6 dwellings: the “more than 6” threshold is to be confirmed by the partners.";
    MOTIF_CERTAIN: "Bloc de plus de 6 logements avec un enjeu d’insalubrité, de sécurité ou de bon état" / "Block of more than 6 dwellings with an issue of insalubrity, safety or good repair";
    MOTIF_MULTI: "Plusieurs problèmes majeurs, ou plusieurs organismes à la fois" / "Several major problems, or several bodies at once";
    MOTIF_PROPAG: "Le même problème s’étend à plusieurs logements" / "The same problem spreads over several dwellings";
    MOTIF_VULN: "Un problème majeur touche une personne vulnérable" / "A major problem affects a vulnerable person";
    MOTIF_RECID: "Le problème revient après une correction ou des avis" / "The problem comes back after a correction or notices";
    MOTIF_INACTION: "Le propriétaire n’agit pas dans le délai" / "The owner does not act in time";
    MOTIF_RISQLOG: "Le ménage risque de perdre son logement" / "The household may lose its dwelling";
    MOTIF_PARC: "Le même propriétaire a d’autres immeubles complexes" / "The same owner has other complex buildings";
    MOTIF_OTHER: "Motif de la règle de complexité" / "Motif of the complexity rule";

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
    REFER_PARTNER: "Service" / "Service";
    REFER_PARTNER_PIVOT: "personne pivot {name}" / "named contact {name}";
    REFER_REASON: "Ce qui est demandé" / "What is asked";
    REFER_URGENCY: "Urgence" / "Urgency";
    REFER_DUE: "Réponse attendue dans (jours)" / "Answer expected within (days)";
    REFER_SECTIONS: "Ce qui est partagé, et rien d’autre" / "What is shared, and nothing else";
    REFER_SUBMIT: "Envoyer la référence" / "Send the referral";

    COMMENT_TITLE: "Commenter" / "Comment";
    COMMENT_TEXT: "Commentaire" / "Comment";
    COMMENT_SUBMIT: "Ajouter au dossier" / "Add to the case";

    STAGE_TITLE: "Changer l’étape" / "Change the stage";
    STAGE_CLOSE: "Fermer" / "Close";
    STAGE_REASON: "Motif" / "Reason";
    STAGE_OUTCOME: "Résultat" / "Outcome";

    ENTRY_CASE_OPENED: "Dossier ouvert" / "Case opened";
    ENTRY_STAGE_CHANGED: "Étape" / "Stage";
    ENTRY_VISIT: "Visite reçue" / "Visit received";
    ENTRY_COMPLEX: "Jugé complexe" / "Judged complex";
    ENTRY_ESCALATION_RAISED: "Cellule déclenchée" / "Cell called";
    ENTRY_ESCALATION_CHANGED: "Escalade" / "Escalation";
    ENTRY_REFERRAL_SENT: "Référence envoyée" / "Referral sent";
    ENTRY_REFERRAL_ANSWERED: "Référence répondue" / "Referral answered";
    ENTRY_REFERRAL_CHANGED: "Référence" / "Referral";
    ENTRY_COMMENT: "Commentaire" / "Comment";
}

/// What a motif says in plain words.
pub fn motif(code: &str) -> Text {
    match code {
        "CERTAIN" => MOTIF_CERTAIN,
        "MULTI" => MOTIF_MULTI,
        "PROPAG" => MOTIF_PROPAG,
        "VULN" => MOTIF_VULN,
        "RECID" | "RÉCID" => MOTIF_RECID,
        "INACTION" => MOTIF_INACTION,
        "RISQLOG" => MOTIF_RISQLOG,
        "PARC" => MOTIF_PARC,
        _ => MOTIF_OTHER,
    }
}

/// The name of a kind of timeline entry.
pub fn entry_kind(kind: EntryKind) -> Text {
    match kind {
        EntryKind::CaseOpened => ENTRY_CASE_OPENED,
        EntryKind::StageChanged => ENTRY_STAGE_CHANGED,
        EntryKind::VisitReceived => ENTRY_VISIT,
        EntryKind::JudgedComplex => ENTRY_COMPLEX,
        EntryKind::EscalationRaised => ENTRY_ESCALATION_RAISED,
        EntryKind::EscalationChanged => ENTRY_ESCALATION_CHANGED,
        EntryKind::ReferralSent => ENTRY_REFERRAL_SENT,
        EntryKind::ReferralAnswered => ENTRY_REFERRAL_ANSWERED,
        EntryKind::ReferralChanged => ENTRY_REFERRAL_CHANGED,
        EntryKind::Comment => ENTRY_COMMENT,
    }
}

/// `{count} logement(s)`: French takes the singular up to 1.
pub fn counted(count: u64, one: Text, many: Text, locale: super::Locale) -> String {
    let singular = match locale {
        super::Locale::Fr => count <= 1,
        super::Locale::En => count == 1,
    };
    super::fill(if singular { one } else { many }.get(locale), &[("count", &count.to_string())])
}
