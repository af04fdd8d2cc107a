//! What the privacy officer works with.

use casework::access::{AccessDoor, AccessSubject, ChainFault, ChainReport, FaultKind};

use super::{Locale, Text, fill, texts};

texts! {
    WAYS: "Vie privée" / "Privacy";
    WAY_SHARING: "Partages d’urgence" / "Emergency sharing";
    WAY_ACCESS: "Journal des accès" / "Access journal";
    WAY_INCIDENTS: "Incidents" / "Incidents";
    WAY_RETENTION: "Conservation" / "Retention";
    WAY_REQUESTS: "Demandes" / "Requests";
    ACCESS_TITLE: "Journal des accès" / "Access journal";
    ACCESS_INTRODUCTION: "Qui a lu quoi, quand et par quelle porte. Ce qui a été lu n’y est pas. Chaque recherche y laisse aussi une ligne." / "Who read what, when and by which door. What was read is not in it. Each search leaves a line in it too.";
    FILTERS: "Chercher dans le journal" / "Search the journal";
    FILTER_PERSON: "Personne" / "Person";
    FILTER_ANYBODY: "Tout le monde" / "Anybody";
    FILTER_CASE: "Numéro de dossier" / "Case number";
    FILTER_FROM: "Du" / "From";
    FILTER_TO: "Au" / "To";
    FILTER_SECTION: "Section montrée" / "Section shown";
    FILTER_ANY_SECTION: "Toutes" / "Any";
    FILTER_APPLY: "Chercher" / "Search";
    FILTER_RESET: "Tout montrer" / "Show everything";
    ACCESS_NONE: "Aucune lecture ne correspond." / "No reading matches.";
    ACCESS_CAPTION: "Lectures, la plus récente d’abord" / "Readings, the latest first";
    ACCESS_NEXT: "Lectures plus anciennes" / "Older readings";
    ACCESS_FIRST: "Revenir aux plus récentes" / "Back to the latest";
    COLUMN_LINE: "Ligne" / "Line";
    COLUMN_WHEN: "Quand" / "When";
    COLUMN_WHO: "Qui" / "Who";
    COLUMN_WHAT: "Quoi" / "What";
    COLUMN_SECTIONS: "Sections" / "Sections";
    LINE_SHORT: "no\u{a0}{number}" / "no. {number}";
    SOMEBODY: "Compte supprimé" / "Deleted account";
    SUBJECT_CASE: "Dossier" / "Case";
    SUBJECT_REFERRAL: "Référence" / "Referral";
    SUBJECT_BUILDING: "Fiche d’immeuble" / "Building sheet";
    SUBJECT_PHOTO: "Photo" / "Photo";
    SUBJECT_JOURNAL: "Recherche dans ce journal" / "Search of this journal";
    SUBJECT_PERSON_FILE: "Dossier d’une personne" / "A person’s file";
    SUBJECT_BOARD: "Tableau de la cellule d’urgence" / "Board of the emergency cell";
    SUBJECT_MAP: "Carte des dossiers" / "Case map";
    SUBJECT_EMERGENCY_SHARES: "Liste des partages d’urgence" / "List of emergency sharing";
    SUBJECT_PERSON_REQUESTS: "Registre des demandes de personnes" / "Register of persons’ requests";
    ROWS: "{count} lignes montrées" / "{count} rows shown";
    SUBJECT_CONSENT_PROOF: "Preuve de consentement" / "Proof of consent";
    SUBJECT_OF_CASE: "dossier {number}" / "case {number}";
    DOOR_PAGE: "page" / "page";
    DOOR_API: "API" / "API";
    DOOR_LIST: "liste des dossiers" / "list of cases";
    DOOR_PULL: "téléphone" / "phone";
    DOOR_PHOTO: "image affichée" / "picture shown";
    DOOR_ORIGINAL: "original téléchargé" / "original downloaded";
    DOOR_EXPORT: "exportation" / "export";
    NO_SECTION: "Aucun contenu" / "No content";
    CHAIN_TITLE: "État de la chaîne" / "State of the chain";
    CHAIN_SOUND_WHOLE: "Aucune ligne n’a été changée, retirée ni ajoutée\u{a0}: {count} vérifiées, depuis la première." / "No line was changed, removed or inserted: {count} checked, from the first.";
    CHAIN_SOUND_LATEST: "Rien d’anormal dans les {count} plus récentes." / "Nothing wrong in the {count} latest.";
    CHAIN_BROKEN: "La chaîne a été altérée. Conservez la base telle quelle et prévenez la direction." / "The chain was altered. Keep the database as it is and tell the management.";
    CHAIN_LINES_ONE: "1 ligne" / "1 line";
    CHAIN_LINES_MANY: "{count} lignes" / "{count} lines";
    CHAIN_MORE: "Et {count} autres anomalies." / "And {count} other faults.";
    CHAIN_CHECK: "Vérifier toute la chaîne" / "Check the whole chain";
    CHAIN_HEAD: "Sceau de la dernière ligne" / "Seal of the last line";
    CHAIN_HEAD_HINT: "Notez-le ailleurs\u{a0}: «\u{a0}brigade verify-journal --noted {head}…\u{a0}» dira si le journal a été récrit depuis." / "Note it elsewhere: “brigade verify-journal --noted {head}…” will tell whether the journal was rewritten since.";
    FAULT_CHANGED: "Ligne {from}\u{a0}: changée." / "Line {from}: changed.";
    FAULT_REMOVED: "Lignes {from} à {to}\u{a0}: retirées." / "Lines {from} to {to}: removed.";
    FAULT_REMOVED_ONE: "Ligne {from}\u{a0}: retirée." / "Line {from}: removed.";
    FAULT_INSERTED: "Lignes {from} à {to}\u{a0}: ajoutées après coup." / "Lines {from} to {to}: inserted afterwards.";
    FAULT_INSERTED_ONE: "Ligne {from}\u{a0}: ajoutée après coup." / "Line {from}: inserted afterwards.";
    FAULT_SEVERED: "Ligne {from}\u{a0}: récrite avec un nouveau sceau, ou suivie de lignes retirées." / "Line {from}: rewritten with a new seal, or followed by lines that were removed.";
    FAULT_NOT_AS_NOTED: "Ligne {from}\u{a0}: son sceau n’est pas celui qui a été noté ailleurs." / "Line {from}: its seal is not the one that was noted elsewhere.";
}

pub fn subject(subject: AccessSubject) -> Text {
    match subject {
        AccessSubject::Case => SUBJECT_CASE,
        AccessSubject::Referral => SUBJECT_REFERRAL,
        AccessSubject::Building => SUBJECT_BUILDING,
        AccessSubject::Photo => SUBJECT_PHOTO,
        AccessSubject::Journal => SUBJECT_JOURNAL,
        AccessSubject::PersonFile => SUBJECT_PERSON_FILE,
        AccessSubject::ConsentProof => SUBJECT_CONSENT_PROOF,
        AccessSubject::Board => SUBJECT_BOARD,
        AccessSubject::Map => SUBJECT_MAP,
        AccessSubject::EmergencyShares => SUBJECT_EMERGENCY_SHARES,
        AccessSubject::PersonRequests => SUBJECT_PERSON_REQUESTS,
    }
}

pub fn door(door: AccessDoor) -> Text {
    match door {
        AccessDoor::Page => DOOR_PAGE,
        AccessDoor::Api => DOOR_API,
        AccessDoor::List => DOOR_LIST,
        AccessDoor::Pull => DOOR_PULL,
        AccessDoor::Photo => DOOR_PHOTO,
        AccessDoor::Original => DOOR_ORIGINAL,
        AccessDoor::Export => DOOR_EXPORT,
    }
}

/// What was done to the chain, in words.
pub fn fault(fault: &ChainFault, locale: Locale) -> String {
    let is_one = fault.from == fault.to;
    let text = match fault.kind {
        FaultKind::Changed => FAULT_CHANGED,
        FaultKind::Removed if is_one => FAULT_REMOVED_ONE,
        FaultKind::Removed => FAULT_REMOVED,
        FaultKind::Inserted if is_one => FAULT_INSERTED_ONE,
        FaultKind::Inserted => FAULT_INSERTED,
        FaultKind::Severed => FAULT_SEVERED,
        FaultKind::NotAsNoted => FAULT_NOT_AS_NOTED,
    };
    fill(text.get(locale), &[("from", &fault.from.to_string()), ("to", &fault.to.to_string())])
}

/// What a check found, in one sentence.
pub fn report(report: &ChainReport, locale: Locale) -> String {
    let count = super::office::counted(report.lines, CHAIN_LINES_ONE, CHAIN_LINES_MANY, locale);
    let text = match (report.is_sound(), report.whole) {
        (false, _) => CHAIN_BROKEN,
        (true, true) => CHAIN_SOUND_WHOLE,
        (true, false) => CHAIN_SOUND_LATEST,
    };
    fill(text.get(locale), &[("count", &count)])
}
