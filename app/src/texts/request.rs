//! Requests of the persons concerned.

use casework::person_request::{IdentifiedBy, RequestAnswer, RequestKind};

use super::{Text, texts};

texts! {
    TITLE: "Demandes de personnes" / "Requests of persons";
    INTRODUCTION: "Accès, rectification, portabilité, retrait d’un consentement, cessation. Le volet psychosocial prépare ce qui est détenu; la personne responsable de la protection des renseignements décide, sans le lire." / "Access, rectification, portability, withdrawal of a consent, cessation. The psychosocial compartment puts together what is held; the privacy officer decides, without reading it.";
    NONE: "Aucune demande." / "No request.";
    RECORD: "Inscrire une demande" / "Record a request";
    RECORD_SUBMIT: "Inscrire" / "Record";
    KIND: "Ce qui est demandé" / "What is asked";
    RECEIVED_ON: "Reçue le" / "Received on";
    PERSON: "Qui demande" / "Who asks";
    IDENTIFIED: "Comment la personne a été identifiée" / "How the person was identified";
    CASE: "Numéro du dossier" / "Case number";
    DOOR: "Porte" / "Door";
    FROM: "À partir du (facultatif)" / "From (optional)";
    TO: "Jusqu’au (facultatif)" / "Until (optional)";
    WORDS: "La demande, dans les mots de la personne" / "The request, in the person’s words";
    NUMBER: "Demande no\u{a0}{number}\u{a0}: {kind}" / "Request no. {number}: {kind}";
    STATE_WAITING: "En attente" / "Waiting";
    STATE_LATE: "En retard" / "Late";
    DUE: "Réponse au plus tard le {date}; le {public} pour un organisme public, sauf prolongation." / "Answer by {date} at the latest; by {public} for a public body, unless lengthened.";
    RECORDED: "Reçue le {day}, inscrite le {date} par {name}" / "Received on {day}, recorded on {date} by {name}";
    PERIOD: "Période demandée\u{a0}: du {from} au {to}" / "Period asked for: from {from} to {to}";
    ASSEMBLED: "Dossier préparé le {date} par {name}. À ne pas remettre\u{a0}: {withheld}" / "File put together on {date} by {name}. Not to be given: {withheld}";
    NOTHING_WITHHELD: "rien" / "nothing";
    ANSWERED: "Réponse donnée le {date} par {name}. {reason}" / "Answered on {date} by {name}. {reason}";
    FILE: "Dossier de la personne" / "The person’s file";
    FILE_HINT: "Ce qui est détenu sur les personnes de ce logement. Le téléchargement est inscrit au journal des accès. Retirez ce qui ne doit pas être remis avant de le donner." / "What is held about the people of this dwelling. The download is written in the access journal. Take out what is not to be given before handing it over.";
    FILE_JSON: "Télécharger (JSON)" / "Download (JSON)";
    FILE_CSV: "Télécharger (CSV)" / "Download (CSV)";
    WITHHELD: "À ne pas remettre, et selon quel article" / "Not to be given, and under which article";
    WITHHELD_HINT: "Les catégories seulement (par exemple «\u{a0}ce qui nomme un voisin, art.\u{a0}88\u{a0}»)\u{a0}: ce texte est lu hors du volet psychosocial. Vide s’il n’y a rien." / "Kinds only (for example “what names a neighbour, s. 88”): this is read outside the psychosocial compartment. Empty when there is nothing.";
    ASSEMBLE_SUBMIT: "Le dossier est prêt" / "The file is ready";
    AWAITS_FILE: "Le volet psychosocial n’a pas encore préparé le dossier\u{a0}: seul un refus est possible." / "The psychosocial compartment has not put the file together yet: only a refusal is possible.";
    ANSWER: "Réponse" / "Answer";
    REASON: "Motif et articles, si quelque chose est refusé" / "Reason and articles, if anything is refused";
    ANSWER_SUBMIT: "Noter la réponse" / "Record the answer";
    HELD_VISIT: "Visite" / "Visit";
    HELD_LANGUAGE: "Langue notée à la porte" / "Language noted at the door";
    HELD_CONSENT: "{answer} ({sections}), jusqu’au {date}, {person}" / "{answer} ({sections}), until {date}, {person}";
    HELD_PROOF: "Preuve conservée\u{a0}: {kind}. Une copie s’en remet, à part, à la personne qui l’a donnée" / "Proof kept: {kind}. A copy of it is handed, apart, to the person who gave it";
    HELD_EXCHANGE: "Échange au sujet de plusieurs portes\u{a0}: ses mots ne sont pas joints, ils peuvent concerner d’autres personnes" / "Exchange about several doors: its words are not attached, they may concern other people";
    HELD_WITHDRAWN: "{answer} ({sections}), retiré le {date}, {person}" / "{answer} ({sections}), withdrawn on {date}, {person}";
    COLUMN_KIND: "type" / "kind";
    COLUMN_DAY: "date" / "day";
    COLUMN_SECTION: "section" / "section";
    COLUMN_SUBJECT: "objet" / "subject";
    COLUMN_VALUE: "contenu" / "content";
    COLUMN_NOTE: "note" / "note";
    COLUMN_BY: "inscrit par" / "recorded by";
    KIND_ACCESS: "accès" / "access";
    KIND_RECTIFICATION: "rectification" / "rectification";
    KIND_PORTABILITY: "portabilité" / "portability";
    KIND_WITHDRAWAL: "retrait d’un consentement" / "withdrawal of a consent";
    KIND_CESSATION: "cessation de diffusion" / "cessation of dissemination";
    IDENTIFIED_PAPERS: "Pièce d’identité vue, non copiée" / "Identity papers seen, not copied";
    IDENTIFIED_KNOWN: "Connue de l’équipe" / "Known to the team";
    IDENTIFIED_REPRESENTATIVE: "Représentant, mandat ou acte vu" / "Representative, mandate or deed seen";
    ANSWER_GRANTED: "Acceptée" / "Granted";
    ANSWER_PARTLY: "Acceptée en partie" / "Granted in part";
    ANSWER_REFUSED: "Refusée" / "Refused";
}

/// The columns of the file as CSV, in order.
pub const COLUMNS: [Text; 7] = [COLUMN_KIND, COLUMN_DAY, COLUMN_SECTION, COLUMN_SUBJECT, COLUMN_VALUE, COLUMN_NOTE, COLUMN_BY];

pub fn kind(kind: RequestKind) -> Text {
    match kind {
        RequestKind::Access => KIND_ACCESS,
        RequestKind::Rectification => KIND_RECTIFICATION,
        RequestKind::Portability => KIND_PORTABILITY,
        RequestKind::Withdrawal => KIND_WITHDRAWAL,
        RequestKind::Cessation => KIND_CESSATION,
    }
}

pub fn identified(by: IdentifiedBy) -> Text {
    match by {
        IdentifiedBy::Papers => IDENTIFIED_PAPERS,
        IdentifiedBy::KnownToTeam => IDENTIFIED_KNOWN,
        IdentifiedBy::Representative => IDENTIFIED_REPRESENTATIVE,
    }
}

pub fn answer(answer: RequestAnswer) -> Text {
    match answer {
        RequestAnswer::Granted => ANSWER_GRANTED,
        RequestAnswer::Partly => ANSWER_PARTLY,
        RequestAnswer::Refused => ANSWER_REFUSED,
    }
}
