//! The retention schedule.

use casework::retention::KeptBecause;

use super::{Text, texts};

texts! {
    TITLE: "Conservation et purge" / "Retention and purge";
    INTRODUCTION: "Un dossier fermé garde ce qu’il contient {years} ans après sa fermeture. Puis on le purge, un à un\u{a0}: les observations, les notes, les photos et tout ce qui dit quelque chose de quelqu’un s’en vont; il reste l’immeuble, l’indice, les motifs de l’immeuble, les dates et l’issue." / "A closed case keeps what it holds {years} years after its closing. Then it is purged, one by one: observations, notes, photos and all that says something of anybody go; the building, the index, the motifs of the building, the dates and the outcome stay.";
    DRAFT: "Version {version}. Ébauche, à convenir avec le calendrier de conservation de chaque municipalité." / "Version {version}. Draft, to be agreed with each municipality’s retention schedule.";
    DUE: "À purger\u{a0}: {count}" / "To be purged: {count}";
    NONE: "Aucun dossier n’a passé son terme." / "No case is past its term.";
    CLOSED_ON: "Fermé le {date}" / "Closed on {date}";
    PURGE: "Purger, sans retour possible" / "Purge, with no way back";
    KEPT: "Dossiers fermés qui restent" / "Closed cases that stay";
    KEPT_TERM: "Terme à venir" / "Term to come";
    KEPT_HOLD: "Gelés" / "On hold";
    KEPT_BUILDING: "Autre dossier ouvert dans l’immeuble" / "Another case open in the building";
    KEPT_VISIT: "Visite non terminée" / "Visit not finished";
    KEPT_REFERRAL: "Référence en cours" / "Referral under way";
    KEPT_ESCALATION: "Urgence en cours" / "Emergency under way";
    KEPT_REQUEST: "Demande d’une personne en cours" / "Request of a person under way";
    KEPT_SHARE: "Partage sans consentement à examiner" / "Sharing without consent to be reviewed";
    KEPT_NOT_CLOSED: "Pas fermés" / "Not closed";
    HOLDS: "Gels" / "Holds";
    HOLD_NEW: "Geler un dossier" / "Hold a case";
    HOLD_CASE: "Numéro du dossier" / "Case number";
    HOLD_REASON: "Motif, sans nommer personne" / "Reason, naming nobody";
    HOLD_UNTIL: "Jusqu’au, s’il y a une fin" / "Until, if there is an end";
    HOLD_SUBMIT: "Geler" / "Hold";
    HOLD_LIFT: "Lever le gel" / "Lift the hold";
    HELD: "Depuis le {date}, par {name}" / "Since {date}, by {name}";
    HELD_UNTIL: "Jusqu’au {date}" / "Until {date}";
    PROOFS: "Preuves de purge" / "Proofs of purge";
    PROOFS_NONE: "Aucune purge." / "No purge.";
    PROOF: "Nº\u{a0}{sequence}, dossier {number}, le {date}, par {name}" / "No. {sequence}, case {number}, on {date}, by {name}";
    CHAIN_HOLDS: "La chaîne des preuves est intacte." / "The chain of proofs is intact.";
    CHAIN_BROKEN: "La chaîne des preuves est rompue\u{a0}: une preuve a été changée ou retirée." / "The chain of proofs is broken: a proof was changed or taken out.";
    PURGED: "Purgé le {date}, au terme de sa conservation. Ce qu’il contenait n’existe plus." / "Purged on {date}, at the end of its retention. What it held exists no more.";
    COUNT: "{kind}\u{a0}: {count}" / "{kind}: {count}";
    KIND_LINKS: "Liens" / "Links";
    KIND_MESSAGES: "Messages" / "Messages";
    KIND_SHARES: "Partages sans consentement" / "Sharings without consent";
    KIND_REFERRALS: "Références" / "Referrals";
    KIND_FORWARDS: "Demandes de transmettre une référence" / "Askings to pass a referral on";
    KIND_CONSENTS: "Consentements et leurs contacts" / "Consents and their contacts";
    KIND_PROOFS: "Preuves de consentement" / "Proofs of consent";
    KIND_ESCALATIONS: "Urgences" / "Emergencies";
    KIND_ESCALATION_LINES: "Lignes du journal d’urgence" / "Lines of the emergency log";
    KIND_REQUESTS: "Demandes de personnes" / "Requests of persons";
    KIND_TIMELINE: "Notes et lignes du fil" / "Notes and lines of the timeline";
    KIND_DOORS: "Passages aux portes" / "Calls at doors";
    KIND_DOOR_NOTES: "Notes de porte" / "Door notes";
    KIND_PHOTOS: "Photos" / "Photos";
    KIND_BATCHES: "Envois des téléphones" / "Messages of phones";
    KIND_OBSERVATIONS: "Observations" / "Observations";
    KIND_PEOPLE: "Dont sur des personnes" / "Of which about people";
    KIND_OTHER: "Autres" / "Other";
}

pub fn because(because: KeptBecause) -> Text {
    match because {
        KeptBecause::NotClosed => KEPT_NOT_CLOSED,
        KeptBecause::Term => KEPT_TERM,
        KeptBecause::Hold => KEPT_HOLD,
        KeptBecause::BuildingOpen => KEPT_BUILDING,
        KeptBecause::VisitOpen => KEPT_VISIT,
        KeptBecause::ReferralOpen => KEPT_REFERRAL,
        KeptBecause::EscalationOpen => KEPT_ESCALATION,
        KeptBecause::RequestOpen => KEPT_REQUEST,
        KeptBecause::ShareToReview => KEPT_SHARE,
    }
}

/// The kind that a proof counts under this code.
pub fn kind(code: &str) -> Text {
    match code {
        "links" => KIND_LINKS,
        "messages" => KIND_MESSAGES,
        "emergency_shares" => KIND_SHARES,
        "referrals" => KIND_REFERRALS,
        "forwards" => KIND_FORWARDS,
        "consents" => KIND_CONSENTS,
        "consent_proofs" => KIND_PROOFS,
        "escalations" => KIND_ESCALATIONS,
        "escalation_lines" => KIND_ESCALATION_LINES,
        "requests" => KIND_REQUESTS,
        "timeline" => KIND_TIMELINE,
        "doors" => KIND_DOORS,
        "door_notes" => KIND_DOOR_NOTES,
        "photos" => KIND_PHOTOS,
        "batches" => KIND_BATCHES,
        "observations" => KIND_OBSERVATIONS,
        "observations_people" => KIND_PEOPLE,
        _ => KIND_OTHER,
    }
}
