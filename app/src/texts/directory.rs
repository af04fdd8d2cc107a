//! The directory of partners, the agreements with them, and the public page of resources.

use casework::{
    agreement::AgreementState,
    directory::{Area, Freshness, Need, Weekday},
    hsds::{Reason, Remark},
};

use super::{Text, texts};

texts! {
    TITLE: "Répertoire des partenaires" / "Directory of partners";
    INTRODUCTION: "Qui aide à quoi, où, et qui appeler. Les noms et numéros sont ceux du travail." / "Who helps with what, where, and whom to ring. Names and numbers are those of work.";
    WAYS: "Le répertoire" / "The directory";
    WAY_SERVICES: "Services" / "Services";
    WAY_AGREEMENTS: "Ententes" / "Agreements";
    WAY_PUBLIC: "Page publique" / "Public page";
    WAY_ADD: "Ajouter un service" / "Add a service";
    SEARCH: "Chercher un service" / "Search for a service";
    NEED: "Besoin" / "Need";
    NEED_ANY: "Tous les besoins" / "All needs";
    PLACE: "Lieu" / "Place";
    PLACE_ANY: "Partout" / "Everywhere";
    APPLY: "Chercher" / "Search";
    FOUND_ONE: "1 service" / "1 service";
    FOUND_MANY: "{count} services" / "{count} services";
    NOTHING: "Aucun service connu pour ce besoin à cet endroit." / "No service known for this need at this place.";
    NOTHING_RESET: "Tout voir" / "See all";
    EMPTY: "Le répertoire est vide." / "The directory is empty.";
    BACK: "Tout le répertoire" / "The whole directory";
    NEEDS: "Besoins" / "Needs";
    AREAS: "Territoires" / "Territories";
    AREAS_UNSTATED: "Non précisés" / "Not stated";
    HOURS: "Heures" / "Hours";
    LANGUAGES: "Langues" / "Languages";
    ELIGIBILITY: "Pour qui" / "For whom";
    TELEPHONE: "Téléphone" / "Telephone";
    EMAIL: "Courriel" / "E-mail";
    SITE: "Site" / "Site";
    ADDRESS: "Adresse" / "Address";
    NOTE: "Note de la brigade" / "The brigade’s note";
    PIVOT: "Personne pivot" / "Contact person";
    REPLACEMENT: "Remplaçante ou remplaçant" / "Replacement";
    REPLACES_UNTIL: "Remplace {name}, absence jusqu’au {date}" / "Replaces {name}, away until {date}";
    AWAY_UNTIL: "En absence jusqu’au {date}, sans remplacement connu" / "Away until {date}, no replacement known";
    PUBLIC: "Publié" / "Published";
    PRIVATE: "Pour la brigade" / "For the brigade";
    INACTIVE: "N’est plus offert" / "No longer offered";
    VERIFIED: "Vérifié le {date} par {name}" / "Verified on {date} by {name}";
    VERIFIED_BY_SOURCE: "Vérifié le {date} par sa source" / "Verified on {date} by its source";
    VERIFIED_ON: "Vérifié le {date}" / "Verified on {date}";
    STALE: "Non vérifié depuis plus d’un an" / "Not verified for over a year";
    NEVER: "Jamais vérifié" / "Never verified";
    SOURCE: "Lu dans\u{a0}: {name}" / "Read from: {name}";
    VERIFY: "Tout est exact aujourd’hui" / "All of it holds today";
    VERIFY_HINT: "La date et votre nom s’inscrivent sur la fiche." / "The date and your name are written on it.";
    RECEIVES: "Cet organisme reçoit des références." / "This body receives referrals.";
    RECEIVES_NOT: "Cet organisme ne reçoit pas de références." / "This body receives no referrals.";
    RECEIVE: "Lui adresser des références" / "Send it referrals";
    RECEIVE_NOT: "Ne plus lui en adresser" / "Send it no more";
    EDIT: "Modifier la fiche" / "Edit";
    ADD_TITLE: "Ajouter un service" / "Add a service";
    ADD_SUBMIT: "Ajouter" / "Add";
    SAVE: "Enregistrer" / "Save";
    OPTIONAL: "facultatif" / "optional";
    F_ORGANISATION: "Organisme" / "Organisation";
    F_ORGANISATION_HINT: "S’il n’est pas dans la liste, l’administration l’ajoute d’abord." / "If it is not in the list, administration adds it first.";
    F_NAME: "Nom du service" / "Name of the service";
    F_SUMMARY: "Ce que le service fait" / "What the service does";
    F_SUMMARY_HINT: "En mots simples\u{a0}: la page publique le montre tel quel." / "In plain words: the public page shows it as it is.";
    F_AREAS: "Territoires desservis" / "Territories served";
    F_AREAS_HINT: "Aucun coché\u{a0}: la fiche dit que ce n’est pas précisé." / "None ticked: it says that they are not stated.";
    F_HOURS: "Heures d’ouverture" / "Opening hours";
    F_HOURS_HINT: "Par exemple 8:30-12:00, 13:00-16:30. Rien\u{a0}: fermé ce jour-là." / "For example 8:30-12:00, 13:00-16:30. Nothing: closed that day.";
    F_HOURS_NOTE: "Précision sur les heures" / "About the hours";
    F_LANGUAGES: "Langues de service" / "Languages of service";
    F_ELIGIBILITY: "Pour qui, à quelles conditions" / "For whom, on what conditions";
    F_REACH: "Comment joindre le service" / "How to reach the service";
    F_STREET: "Numéro et rue" / "Number and street";
    F_CITY: "Ville" / "City";
    F_POSTAL_CODE: "Code postal" / "Postal code";
    F_PIVOT_HINT: "Coordonnées de travail seulement." / "Work contact details only.";
    F_PERSON_NAME: "Nom" / "Name";
    F_PERSON_ROLE: "Fonction" / "Role";
    F_AWAY: "Absence de la personne pivot" / "When the pivot person is away";
    F_AWAY_HINT: "Du premier au dernier jour\u{a0}: la remplaçante ou le remplaçant est montré entre les deux." / "From the first to the last day: the replacement is shown in between.";
    F_FROM: "Du" / "From";
    F_TO: "Au" / "To";
    F_NOTE_HINT: "Jamais publiée." / "Never published.";
    F_PUBLIC: "Publier sur la page de ressources et dans l’export" / "Publish on the page of resources and in the export";
    F_PIVOT_PUBLISHED: "Publier aussi le nom et les numéros de la personne pivot" / "Publish the contact person’s name and numbers too";
    F_PIVOT_PUBLISHED_HINT: "Seulement si cette personne le veut bien." / "Only if that person agrees.";
    F_ACTIVE: "Le service est offert" / "The service is offered";
    F_VERIFIED: "J’ai vérifié toute la fiche aujourd’hui" / "I have verified all of it today";
    AGREEMENTS_TITLE: "Ententes avec les partenaires" / "Agreements with partners";
    AGREEMENTS_INTRODUCTION: "Une entente dit ce qu’un organisme peut recevoir, pourquoi et jusqu’à quand. Elle encadre\u{a0}: c’est le consentement de la personne, ou un danger prévu par la loi, qui permet de partager ce qui la concerne." / "An agreement says what a body may receive, what for and until when. It frames: it is the person’s consent, or a danger that the law provides for, that permits sharing what concerns them.";
    AGREEMENTS_NONE: "Aucune entente n’est inscrite." / "No agreement is recorded.";
    AGREEMENT_ADD: "Inscrire une entente" / "Record an agreement";
    AGREEMENT_CHANGE: "Renouveler, corriger ou mettre fin" / "Renew, correct or end";
    AGREEMENT_OPEN: "Voir et renouveler" / "See and renew";
    AGREEMENT_BACK: "Toutes les ententes" / "All agreements";
    A_PURPOSE: "Pourquoi" / "Purpose";
    A_SECTIONS: "Ce que l’organisme peut recevoir" / "What the body may receive";
    A_FROM: "Premier jour" / "First day";
    A_UNTIL: "Dernier jour, s’il y en a un" / "Last day, if there is one";
    A_NOTICE: "Préavis, en jours" / "Notice, in days";
    A_REMIND: "Rappel, en jours avant la décision" / "Reminder, in days before the decision";
    A_TERMS: "Où est le texte signé" / "Where the signed text is";
    A_ENDED: "Fin anticipée le" / "Ended early on";
    A_REASON: "Motif du changement" / "Reason for the change";
    A_SUBMIT: "Inscrire" / "Record";
    A_SUBMIT_CHANGE: "Inscrire le changement" / "Record the change";
    A_WHEN: "Durée" / "Term";
    A_PERIOD: "Du {from} au {until}" / "From {from} to {until}";
    A_PERIOD_OPEN: "Depuis le {from}, sans terme" / "Since {from}, without a term";
    A_DECIDE_BY: "À décider avant le {date} (préavis de {days} jours)" / "To be decided before {date} (notice of {days} days)";
    A_WRITTEN: "Inscrite le {date} par {name}" / "Recorded on {date} by {name}";
    A_CHANGED: "Version {version}, le {date}, par {name}\u{a0}: {reason}" / "Version {version}, on {date}, by {name}: {reason}";
    A_EARLIER: "Versions précédentes" / "Earlier versions";
    STATE_UPCOMING: "À venir" / "Upcoming";
    STATE_STANDING: "En vigueur" / "In force";
    STATE_TO_RENEW: "À renouveler" / "To be renewed";
    STATE_LAPSED: "Échue, sans décision" / "Lapsed, no decision";
    STATE_ENDED: "Terminée" / "Ended";
    DUE_TITLE: "Ententes à décider" / "Agreements to decide on";
    DUE_TO_RENEW: "{name}\u{a0}: décider avant le {date}" / "{name}: decide before {date}";
    DUE_LAPSED: "{name}\u{a0}: échue le {date}" / "{name}: lapsed on {date}";
    REFER_ELSEWHERE: "Ce service dit desservir un autre territoire\u{a0}: {areas}. Vous pouvez quand même lui adresser la référence." / "This service says that it serves another territory: {areas}. You may send it the referral all the same.";
    REFER_ELSEWHERE_OPTION: "autre territoire" / "another territory";
    REFER_SERVES: "Dessert l’adresse du dossier." / "Serves the address of the case.";
    REFER_REACH: "Fiches des services" / "Details of the services";
    REFER_MORE: "Ce qu’il fait, ses heures, où il va" / "What it does, its hours, where it goes";
    REFER_NO_CARD: "Le répertoire ne dit rien de plus de cet organisme." / "The directory says nothing more of this body.";
    FRAME_STANDS: "Entente en vigueur jusqu’au {date}\u{a0}: {sections}." / "Agreement in force until {date}: {sections}.";
    FRAME_STANDS_OPEN: "Entente en vigueur, sans terme\u{a0}: {sections}." / "Agreement in force, without a term: {sections}.";
    FRAME_OUTSIDE: "Hors de l’entente\u{a0}: {sections}." / "Outside the agreement: {sections}.";
    FRAME_NONE: "Aucune entente en vigueur avec cet organisme." / "No agreement in force with this body.";
    FRAME_CONSENT: "Ce que la personne a permis peut partir quand même; l’historique dira qu’aucune entente ne l’encadrait." / "What the person permitted may go all the same; the history will say that no agreement framed it.";
    BEFORE_TITLE: "Avant l’envoi" / "Before sending";
    BEFORE_UNFRAMED: "Aucune entente n’encadre ceci\u{a0}: {sections}." / "No agreement frames this: {sections}.";
    BEFORE_FRAMED: "Tout ce qui part est encadré par l’entente, ou ne dit rien de personne." / "All that goes is framed by the agreement, or says nothing of anybody.";
    ENTRY_OUTSIDE: "Envoyée hors de ce que l’entente en vigueur encadre\u{a0}: {sections}." / "Sent outside what the agreement in force frames: {sections}.";
    ENTRY_NO_AGREEMENT: "Envoyée sans entente en vigueur, pour\u{a0}: {sections}." / "Sent without an agreement in force, for: {sections}.";
    PUBLIC_TITLE: "Ressources par besoin et par lieu" / "Resources by need and by place";
    PUBLIC_INTRODUCTION: "Des services qui aident les locataires de l’agglomération de Longueuil." / "Services that help tenants of the agglomeration of Longueuil.";
    PUBLIC_FIRST: "En danger\u{a0}: 911" / "In danger: 911";
    PUBLIC_FIRST_TEXT: "Police, pompiers, ambulance. Gratuit, jour et nuit." / "Police, fire, ambulance. Free, day and night.";
    PUBLIC_811: "811\u{a0}: santé (option\u{a0}1), aide psychosociale (option\u{a0}2)" / "811: health (option 1), psychosocial help (option 2)";
    PUBLIC_211: "211\u{a0}: tous les services près de chez vous" / "211: every service near you";
    PUBLIC_NUMBERS: "Numéros d’abord" / "Numbers first";
    PUBLIC_PRIVACY: "Ce que vous cherchez ici n’est pas gardé. Cette page n’utilise aucun témoin (cookie) et ne demande pas qui vous êtes." / "What you look for here is not kept. This page uses no cookie and does not ask who you are.";
    PUBLIC_PRINT: "Pour imprimer cette liste, utilisez la commande «\u{a0}Imprimer\u{a0}» du navigateur." / "To print this list, use the browser’s “Print” command.";
    PUBLIC_CONTACT: "Personne à demander" / "Person to ask for";
    PUBLIC_NOTHING: "Aucun service inscrit pour ce besoin à cet endroit. Appelez le 211\u{a0}: c’est gratuit." / "No service listed for this need at this place. Call 211: it is free.";
    LANGUAGE: "English" / "Français";
    IMPORT_SUMMARY: "{kind}\u{a0}: {added} ajoutés, {changed} mis à jour, {unchanged} inchangés, {kept} gardés tels que modifiés ici, {rejected} rejetés" / "{kind}: {added} added, {changed} updated, {unchanged} unchanged, {kept} kept as changed here, {rejected} rejected";
    IMPORT_ORGANISATIONS: "Organismes" / "Organisations";
    IMPORT_SERVICES: "Services" / "Services";
    IMPORT_ORGANISATION_ROW: "organisme" / "organisation";
    IMPORT_SERVICE_ROW: "service" / "service";
    IMPORT_REJECTED: "Rejeté, {kind} no\u{a0}{row} «\u{a0}{name}\u{a0}»\u{a0}: {reason}" / "Rejected, {kind} no. {row} “{name}”: {reason}";
    IMPORT_REMARK: "À voir, {kind} no\u{a0}{row} «\u{a0}{name}\u{a0}»\u{a0}: {remarks}" / "To look at, {kind} no. {row} “{name}”: {remarks}";
    IMPORT_KEPT: "Gardé tel qu’ici, {kind} no\u{a0}{row} «\u{a0}{name}\u{a0}»\u{a0}: la source dit autre chose depuis" / "Kept as it is here, {kind} no. {row} “{name}”: the source says something else since";
    IMPORT_DRY: "Essai seulement\u{a0}: rien n’est enregistré." / "A trial only: nothing is stored.";
    IMPORT_DONE: "Enregistré. Les nouveaux services ne sont pas publiés avant que quelqu’un les relise, sauf avec --publish." / "Stored. New services are not published before somebody reads them, except with --publish.";
    NEED_HOUSING: "Logement" / "Housing";
    NEED_RELOCATION: "Relogement" / "Rehousing";
    NEED_SHELTER: "Hébergement d’urgence" / "Emergency shelter";
    NEED_INSPECTION: "Inspection du logement" / "Housing inspection";
    NEED_TENANT_RIGHTS: "Droits des locataires" / "Tenants’ rights";
    NEED_MEDIATION: "Médiation" / "Mediation";
    NEED_PESTS: "Punaises, coquerelles, rongeurs" / "Bedbugs, cockroaches, rodents";
    NEED_DECLUTTERING: "Désencombrement" / "Decluttering";
    NEED_FIRE_PREVENTION: "Prévention des incendies" / "Fire prevention";
    NEED_SAFETY: "Sécurité" / "Safety";
    NEED_FOOD: "Aide alimentaire" / "Food";
    NEED_FURNITURE: "Meubles et électroménagers" / "Furniture and appliances";
    NEED_INCOME: "Revenu, budget, emploi" / "Income, budget, work";
    NEED_HEALTH: "Santé" / "Health";
    NEED_PSYCHOSOCIAL: "Soutien psychosocial" / "Psychosocial support";
    NEED_VIOLENCE: "Violence" / "Violence";
    NEED_SENIORS: "Personnes aînées" / "Seniors";
    NEED_FAMILIES: "Familles et enfants" / "Families and children";
    NEED_NEWCOMERS: "Personnes nouvellement arrivées" / "Newcomers";
    NEED_INTERPRETATION: "Interprétation et traduction" / "Interpretation and translation";
    NEED_TRANSPORT: "Transport" / "Transport";
    NEED_PETS: "Animaux de compagnie" / "Pets";
    NEED_OTHER: "Autre" / "Other";
    AREA_AGGLOMERATION: "Toute l’agglomération de Longueuil" / "The whole agglomeration of Longueuil";
    AREA_LONGUEUIL: "Longueuil, tous les arrondissements" / "Longueuil, all boroughs";
    AREA_VIEUX_LONGUEUIL: "Le Vieux-Longueuil" / "Le Vieux-Longueuil";
    AREA_SAINT_HUBERT: "Saint-Hubert" / "Saint-Hubert";
    AREA_GREENFIELD_PARK: "Greenfield Park" / "Greenfield Park";
    AREA_BROSSARD: "Brossard" / "Brossard";
    AREA_BOUCHERVILLE: "Boucherville" / "Boucherville";
    AREA_SAINT_BRUNO: "Saint-Bruno-de-Montarville" / "Saint-Bruno-de-Montarville";
    AREA_SAINT_LAMBERT: "Saint-Lambert" / "Saint-Lambert";
    DAY_MO: "lundi" / "Monday";
    DAY_TU: "mardi" / "Tuesday";
    DAY_WE: "mercredi" / "Wednesday";
    DAY_TH: "jeudi" / "Thursday";
    DAY_FR: "vendredi" / "Friday";
    DAY_SA: "samedi" / "Saturday";
    DAY_SU: "dimanche" / "Sunday";
    DAYS_TO: "{first} à {last}" / "{first} to {last}";
    DAYS_AND_HOURS: "{days}\u{a0}: {hours}" / "{days}: {hours}";
    REASON_NOT_AN_OBJECT: "ce n’est pas un objet JSON" / "it is no JSON object";
    REASON_ID_NOT_UUID: "son identifiant n’est pas un UUID" / "its id is no UUID";
    REASON_NAME_MISSING: "il n’a pas de nom" / "it has no name";
    REASON_STATUS_UNKNOWN: "son statut n’est pas l’un de ceux de HSDS 3" / "its status is none of HSDS 3";
    REASON_ORGANISATION_UNKNOWN: "son organisme n’est ni dans le fichier ni déjà lu de cette source" / "its organisation is neither in the file nor read before from this source";
    REASON_ID_REPEATED: "son identifiant est déjà dans le fichier" / "its id is in the file already";
    REASON_OURS: "il vient de ce répertoire" / "it comes from this directory";
    REASON_NOT_KEPT: "ce qu’il dit ne peut pas être gardé" / "what it says cannot be kept";
    REMARK_NEED_UNKNOWN: "besoin non reconnu, classé sous «\u{a0}Autre\u{a0}»" / "need not recognised, put under “Other”";
    REMARK_AREA_UNKNOWN: "territoire non reconnu" / "territory not recognised";
    REMARK_LANGUAGE_UNKNOWN: "langue non reconnue" / "language not recognised";
    REMARK_HOURS_AS_WORDS: "heures gardées en mots" / "hours kept as words";
    REMARK_TEXT_CUT: "texte abrégé" / "text cut";
    REMARK_EMAIL_LEFT_OUT: "courriel mal écrit, laissé de côté" / "malformed e-mail, left out";
    REMARK_SITE_LEFT_OUT: "site mal écrit, laissé de côté" / "malformed site, left out";
    REMARK_ADDRESS_LEFT_OUT: "adresse incomplète, laissée de côté" / "incomplete address, left out";
    REMARK_MORE_LEFT_OUT: "un seul téléphone, lieu ou contact est gardé" / "one telephone, place or contact is kept";
    REMARK_NOT_OFFERED: "n’est plus offert selon sa source" / "no longer offered, its source says";
}

/// The name of a need.
pub fn need(need: Need) -> Text {
    match need {
        Need::Housing => NEED_HOUSING,
        Need::Relocation => NEED_RELOCATION,
        Need::Shelter => NEED_SHELTER,
        Need::Inspection => NEED_INSPECTION,
        Need::TenantRights => NEED_TENANT_RIGHTS,
        Need::Mediation => NEED_MEDIATION,
        Need::Pests => NEED_PESTS,
        Need::Decluttering => NEED_DECLUTTERING,
        Need::FirePrevention => NEED_FIRE_PREVENTION,
        Need::Safety => NEED_SAFETY,
        Need::Food => NEED_FOOD,
        Need::Furniture => NEED_FURNITURE,
        Need::Income => NEED_INCOME,
        Need::Health => NEED_HEALTH,
        Need::Psychosocial => NEED_PSYCHOSOCIAL,
        Need::Violence => NEED_VIOLENCE,
        Need::Seniors => NEED_SENIORS,
        Need::Families => NEED_FAMILIES,
        Need::Newcomers => NEED_NEWCOMERS,
        Need::Interpretation => NEED_INTERPRETATION,
        Need::Transport => NEED_TRANSPORT,
        Need::Pets => NEED_PETS,
        Need::Other => NEED_OTHER,
    }
}

/// The name of a territory.
pub fn area(area: Area) -> Text {
    match area {
        Area::Agglomeration => AREA_AGGLOMERATION,
        Area::Longueuil => AREA_LONGUEUIL,
        Area::VieuxLongueuil => AREA_VIEUX_LONGUEUIL,
        Area::SaintHubert => AREA_SAINT_HUBERT,
        Area::GreenfieldPark => AREA_GREENFIELD_PARK,
        Area::Brossard => AREA_BROSSARD,
        Area::Boucherville => AREA_BOUCHERVILLE,
        Area::SaintBruno => AREA_SAINT_BRUNO,
        Area::SaintLambert => AREA_SAINT_LAMBERT,
    }
}

pub fn day(day: Weekday) -> Text {
    match day {
        Weekday::Monday => DAY_MO,
        Weekday::Tuesday => DAY_TU,
        Weekday::Wednesday => DAY_WE,
        Weekday::Thursday => DAY_TH,
        Weekday::Friday => DAY_FR,
        Weekday::Saturday => DAY_SA,
        Weekday::Sunday => DAY_SU,
    }
}

/// What is said of a service that was not verified lately; nothing of one that was.
pub fn freshness(freshness: Freshness) -> Option<Text> {
    match freshness {
        Freshness::Fresh => None,
        Freshness::Stale => Some(STALE),
        Freshness::Never => Some(NEVER),
    }
}

/// Where an agreement stands, and the tone of its badge.
pub fn agreement_state(state: AgreementState) -> (Text, &'static str) {
    match state {
        AgreementState::Upcoming => (STATE_UPCOMING, "badge badge--info"),
        AgreementState::Standing => (STATE_STANDING, "badge badge--success"),
        AgreementState::ToRenew => (STATE_TO_RENEW, "badge badge--warning"),
        AgreementState::Lapsed => (STATE_LAPSED, "badge badge--danger"),
        AgreementState::Ended => (STATE_ENDED, "badge"),
    }
}

/// Why a row of a file is not taken.
pub fn reason(reason: Reason) -> Text {
    match reason {
        Reason::NotAnObject => REASON_NOT_AN_OBJECT,
        Reason::IdNotUuid => REASON_ID_NOT_UUID,
        Reason::NameMissing => REASON_NAME_MISSING,
        Reason::StatusUnknown => REASON_STATUS_UNKNOWN,
        Reason::OrganisationUnknown => REASON_ORGANISATION_UNKNOWN,
        Reason::IdRepeated => REASON_ID_REPEATED,
        Reason::Ours => REASON_OURS,
        Reason::NotKept => REASON_NOT_KEPT,
    }
}

/// What was left out of a row.
pub fn remark(remark: Remark) -> Text {
    match remark {
        Remark::NeedUnknown => REMARK_NEED_UNKNOWN,
        Remark::AreaUnknown => REMARK_AREA_UNKNOWN,
        Remark::LanguageUnknown => REMARK_LANGUAGE_UNKNOWN,
        Remark::HoursAsWords => REMARK_HOURS_AS_WORDS,
        Remark::TextCut => REMARK_TEXT_CUT,
        Remark::EmailLeftOut => REMARK_EMAIL_LEFT_OUT,
        Remark::SiteLeftOut => REMARK_SITE_LEFT_OUT,
        Remark::AddressLeftOut => REMARK_ADDRESS_LEFT_OUT,
        Remark::MoreLeftOut => REMARK_MORE_LEFT_OUT,
        Remark::NotOffered => REMARK_NOT_OFFERED,
    }
}
