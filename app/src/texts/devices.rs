//! The phones of the brigade, and what a person reads of a phone's clock (in the office and on the phone itself).

use casework::clock::Timestamp;

use super::{Locale, fill, office::counted, texts};

texts! {
    TITLE: "Appareils" / "Devices";
    INTRODUCTION: "Ce que chaque téléphone a dit de lui-même à son dernier contact. Un téléphone sans réseau garde son travail; il n’est pas perdu pour autant." / "What each phone said of itself at its last contact. A phone without a network keeps its work; it is not lost for all that.";
    EMPTY: "Aucun téléphone ne s’est encore manifesté." / "No phone has been heard from yet.";
    HAS_MORE: "Les {count} premiers sont affichés; il y en a d’autres." / "The first {count} are shown; there are more.";
    COUNT_ONE: "{count} appareil" / "{count} device";
    COUNT_MANY: "{count} appareils" / "{count} devices";
    WAITING_ONE: "{count} appareil détient du travail non envoyé" / "{count} device holds unsent work";
    WAITING_MANY: "{count} appareils détiennent du travail non envoyé" / "{count} devices hold unsent work";
    COLUMN_HOLDER: "Personne" / "Person";
    COLUMN_UNSENT: "Non envoyé" / "Unsent";
    COLUMN_CONTACT: "Dernier contact" / "Last contact";
    COLUMN_CLOCK: "Horloge" / "Clock";
    COLUMN_ACTS: "Gestes" / "Acts";
    DEVICE_CODE: "Appareil {code}" / "Device {code}";
    BUILD: "version {build}" / "build {build}";
    PROTOCOL_SPOKEN: "Protocole d’échange {protocol}\u{a0}: {devices}" / "Exchange protocol {protocol}: {devices}";
    PROTOCOL_OLDER: "Protocole d’échange {protocol}, ancien\u{a0}: {devices}. Une mise à jour les attend à leur prochaine ouverture avec du réseau." / "Exchange protocol {protocol}, older: {devices}. An update awaits them the next time they open with a network.";
    NOTHING_UNSENT: "Rien" / "Nothing";
    EVENTS_ONE: "{count} changement" / "{count} change";
    EVENTS_MANY: "{count} changements" / "{count} changes";
    PHOTOS_ONE: "{count} photo" / "{count} photo";
    PHOTOS_MANY: "{count} photos" / "{count} photos";
    SINCE: "depuis {duration}" / "for {duration}";
    AGO: "il y a {duration}" / "{duration} ago";
    JUST_NOW: "à l’instant" / "just now";
    CLOCK_RIGHT: "À l’heure" / "On time";
    CLOCK_AHEAD: "L’horloge avance de {duration}" / "The clock is {duration} ahead";
    CLOCK_BEHIND: "L’horloge retarde de {duration}" / "The clock is {duration} behind";
    CLOCK_HINT: "Les heures de la brigade sont celles du serveur : rien n’est faussé. Corrigez l’heure du téléphone." / "The brigade’s times are the server’s: nothing is distorted. Set the phone’s clock right.";

    REVOKE: "Révoquer" / "Revoke";
    REVOKE_OF: "Révoquer l’appareil de {name}" / "Revoke the device of {name}";
    REVOKE_WARNING: "Pour un téléphone perdu ou volé. Il ne pourra plus rien envoyer ni recevoir, sa session se ferme, et son prochain contact l’efface. Ce geste ne se défait pas." / "For a lost or stolen phone. It can no longer send or receive anything, its session ends, and its next contact wipes it. This cannot be undone.";
    REVOKE_LOSS: "Ce qu’il n’a pas envoyé sera perdu : {unsent}." / "What it has not sent will be lost: {unsent}.";
    REVOKE_REASON: "Motif" / "Reason";
    REVOKE_CONFIRM: "Je comprends que ce geste ne se défait pas." / "I understand that this cannot be undone.";
    REVOKE_SUBMIT: "Révoquer cet appareil" / "Revoke this device";
    REVOKED: "Révoqué" / "Revoked";
    REVOKED_BY: "Révoqué par {name} : {reason}" / "Revoked by {name}: {reason}";
    REASON_LEFT: "départ de la personne" / "the person left";
    REVOKED_TOLD: "Il s’est manifesté depuis : il sait qu’il doit s’effacer." / "It has been heard from since: it knows that it must wipe itself.";
    REVOKED_SILENT: "Pas encore revu depuis." / "Not heard from since.";

    RESCUES: "Fichiers de secours" / "Rescue files";
    RESCUES_HINT: "Ce qu’un téléphone sans réseau n’a pas pu envoyer, remis à la main\u{a0}: sur le téléphone, «\u{a0}Envois\u{a0}», puis «\u{a0}Faire un fichier de secours\u{a0}». Ce qui était déjà arrivé ne compte pas deux fois." / "What a phone without a network could not send, handed in: on the phone, “Sending”, then “Make a rescue file”. What had come already does not count twice.";
    RESCUE_FILE: "Fichier de secours (.secours)" / "Rescue file (.secours)";
    RESCUE_SUBMIT: "Remettre ce fichier" / "Hand in this file";
    RESCUE_BY: "remis par {name}" / "handed in by {name}";
    COLUMN_RECEIVED: "Reçu" / "Received";
    COLUMN_BROUGHT: "Contenu" / "Contents";
    BROUGHT_STORED: "{what}\u{a0}: reçu" / "{what}: received";
    BROUGHT_KNOWN: "{what}\u{a0}: déjà là" / "{what}: here already";
    BROUGHT_REFUSED: "{what}\u{a0}: refusé, le téléphone dira pourquoi" / "{what}: refused, the phone will say why";
    BROUGHT_MISSING: "{what}\u{a0}: absente du fichier" / "{what}: missing from the file";
    BROUGHT_NOTHING: "Rien\u{a0}: le fichier était vide" / "Nothing: the file was empty";

    MINUTES_ONE: "{count} minute" / "{count} minute";
    MINUTES_MANY: "{count} minutes" / "{count} minutes";
    HOURS_ONE: "{count} heure" / "{count} hour";
    HOURS_MANY: "{count} heures" / "{count} hours";
    DAYS_ONE: "{count} jour" / "{count} day";
    DAYS_MANY: "{count} jours" / "{count} days";
    YEARS_ONE: "{count} an" / "{count} year";
    YEARS_MANY: "{count} ans" / "{count} years";
}

/// Up to here a clock is right enough: nobody is told.
pub const SKEW_SHOWN_MS: i64 = 2 * Timestamp::MINUTE_MS;

/// A duration to the nearest minute, in its largest whole unit: `2 ans`, `1 jour`, `3 heures`, `40 minutes`. Its sign is left to the sentence around.
pub fn duration(duration_ms: i64, locale: Locale) -> String {
    let minute_ms = Timestamp::MINUTE_MS.unsigned_abs();
    // Nearest: a clock exactly two years off, less the time of the request, is two years off.
    let minutes = duration_ms.unsigned_abs().saturating_add(minute_ms / 2) / minute_ms;
    let (hours, days) = (minutes / 60, minutes / 1_440);
    match (days / 365, days, hours) {
        (years @ 1.., ..) => counted(years, YEARS_ONE, YEARS_MANY, locale),
        (_, days @ 1.., _) => counted(days, DAYS_ONE, DAYS_MANY, locale),
        (_, _, hours @ 1..) => counted(hours, HOURS_ONE, HOURS_MANY, locale),
        _ => counted(minutes, MINUTES_ONE, MINUTES_MANY, locale),
    }
}

/// What is said of a phone's clock: `None` up to two minutes off. Milliseconds ahead of the server; negative when behind.
pub fn clock_skew(skew_ms: i64, locale: Locale) -> Option<String> {
    if skew_ms.unsigned_abs() <= SKEW_SHOWN_MS.unsigned_abs() {
        return None;
    }
    let sentence = if skew_ms > 0 { CLOCK_AHEAD } else { CLOCK_BEHIND };
    Some(fill(sentence.get(locale), &[("duration", &duration(skew_ms, locale))]))
}

/// What a phone holds that no server has: `14 changements, 1 photo`; `None` when nothing.
pub fn unsent(events: u32, photos: u32, locale: Locale) -> Option<String> {
    let events = (events > 0).then(|| counted(u64::from(events), EVENTS_ONE, EVENTS_MANY, locale));
    let photos = (photos > 0).then(|| counted(u64::from(photos), PHOTOS_ONE, PHOTOS_MANY, locale));
    let parts: Vec<String> = events.into_iter().chain(photos).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_spoken_of_beyond_two_minutes_in_its_largest_unit() {
        let minute = Timestamp::MINUTE_MS;
        let said = |skew_ms| clock_skew(skew_ms, Locale::Fr).unwrap_or_default();
        assert_eq!((said(0), said(2 * minute), said(-2 * minute)), (String::new(), String::new(), String::new()));
        assert_eq!(said(2 * minute + 1), "L’horloge avance de 2\u{a0}minutes");
        assert_eq!(said(-90 * minute), "L’horloge retarde de 1\u{a0}heure");
        assert_eq!(said(-Timestamp::DAY_MS), "L’horloge retarde de 1\u{a0}jour");
        assert_eq!(said(730 * Timestamp::DAY_MS - 900), "L’horloge avance de 2\u{a0}ans");
        assert_eq!(clock_skew(-48 * Timestamp::HOUR_MS, Locale::En).unwrap_or_default(), "The clock is 2\u{a0}days behind");
        assert!(clock_skew(i64::MIN, Locale::Fr).is_some_and(|words| words.contains("retarde")), "the farthest clock is still words");
    }

    #[test]
    fn unsent_work_is_counted_in_words() {
        assert_eq!(unsent(0, 0, Locale::Fr), None);
        assert_eq!(unsent(14, 1, Locale::Fr).as_deref(), Some("14\u{a0}changements, 1\u{a0}photo"));
        assert_eq!(unsent(0, 2, Locale::En).as_deref(), Some("2\u{a0}photos"));
    }
}
