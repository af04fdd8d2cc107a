//! Texts of the visit's course on the phone: start, pause, doors, last time, undo, search, copies, comfort.

use super::{Text, texts};

texts! {
    // Start, pause, end.
    END_EXPECTED: "Sortie prévue dans" / "Expected out in";
    END_HINT: "Passé cette heure, ce téléphone vous le rappelle. Un quart d’heure plus tard, la cellule et la coordination le voient aussi, si le début de la visite leur est parvenu." / "Past that time, this phone reminds you. A quarter of an hour later the cell and coordination see it too, if the start of the visit has reached them.";
    END_HALF_HOUR: "30 min" / "30 min";
    END_HOUR: "1 h" / "1 h";
    END_TWO_HOURS: "2 h" / "2 h";
    END_FOUR_HOURS: "4 h" / "4 h";
    END_NONE: "Sans heure" / "No time";
    END_AT: "Sortie prévue à {time}" / "Expected out at {time}";
    END_PAST: "La visite du {address} devait finir à {time}." / "The visit at {address} was to end at {time}.";
    END_PUT_OFF: "Prolonger de 30\u{a0}min" / "30 more minutes";
    PAUSE: "Pause" / "Pause";
    PAUSED_SINCE: "En pause depuis {time}. Rien n’est demandé tant que la visite n’a pas repris." / "Paused since {time}. Nothing is asked until the visit goes on.";
    RESUME: "Reprendre la visite" / "Go on with the visit";
    STATE_PAUSED: "En pause" / "Paused";
    CONFLICT_ANSWER: "{name}\u{a0}: {answer} ({date})" / "{name}: {answer} ({date})";
    CONFLICT_KEEP: "Retenir cette réponse" / "Keep this answer";
    GRID_NEWER: "La version {version} de la grille est en vigueur. Cette visite garde la sienne, {own}." / "Version {version} of the grid is in force. This visit keeps its own, {own}.";
    GRID_MOVED: "Cette visite continue sous la version {own} de la grille. Elle avait commencé sous la version {version}." / "This visit goes on under version {own} of the grid. It began under version {version}.";
    GRID_SEE: "Voir ce qui changerait" / "See what would change";
    GRID_SEE_BACK: "Voir ce qu’un retour changerait" / "See what going back would change";
    GRID_PREVIEW: "Changer de version de la grille" / "Change the grid version";
    GRID_KEPT: "Réponses qui restent telles quelles\u{a0}: {count}" / "Answers that stay as they are: {count}";
    GRID_RETURNING: "Réponses mises de côté qui reviennent\u{a0}: {count}" / "Answers set aside that come back: {count}";
    GRID_REWORDED: "Réponses gardées, à relire (la question a changé de mots)\u{a0}: {count}" / "Answers kept, to read again (the question is worded otherwise): {count}";
    GRID_NO_LONGER_FITS: "Réponses mises de côté, à redonner (la question ne prend plus cette réponse)\u{a0}: {count}" / "Answers set aside, to give again (the question no longer takes that answer): {count}";
    GRID_NO_LONGER_ASKED: "Réponses mises de côté (la question n’est plus posée)\u{a0}: {count}" / "Answers set aside (the question is no longer asked): {count}";
    GRID_ADDED: "Questions nouvelles\u{a0}: {count}" / "New questions: {count}";
    GRID_NOTHING_LOST: "Rien n’est effacé. Vous pourrez revenir à la version {version}." / "Nothing is erased. You can go back to version {version}.";
    GRID_GO: "Passer à la version {version}" / "Move to version {version}";
    GRID_STAY: "Garder la version {version}" / "Keep version {version}";
    UNDO_GRID: "Version de la grille changée" / "Grid version changed";
    OTHER_VISIT: "{name} a commencé une autre visite de cet immeuble le {date}." / "{name} started another visit of this building on {date}.";
    OTHER_VISIT_MINE: "Une autre visite de cet immeuble est en cours depuis le {date}." / "Another visit of this building has been under way since {date}.";
    OTHER_VISIT_HINT: "Ce qui est noté reste dans chaque visite." / "What is noted stays in each visit.";
    OTHER_VISIT_GO: "Passer à cette visite" / "Go to that visit";
    PEOPLE_ALSO: "Aussi à cette visite\u{a0}: {names}" / "Also on this visit: {names}";

    // Emergency without a visit.
    EMERGENCY_BUILDING: "Immeuble" / "Building";
    EMERGENCY_STARTS: "Une visite commence avec l’alerte." / "A visit starts with the alert.";
    EMERGENCY_NOT_KEPT: "L’alerte n’est PAS gardée sur cet appareil. Appelez le 911, puis réessayez." / "The alert is NOT kept on this device. Call 911, then try again.";
    ROUND_UNTOLD: "Urgences non transmises" / "Emergencies not sent";

    // Doors that look like one.
    DOORS_SAME: "«\u{a0}{one}\u{a0}» et «\u{a0}{other}\u{a0}»\u{a0}: la même porte?" / "“{one}” and “{other}”: the same door?";
    DOORS_HOLDS: "{name} ({floor})\u{a0}: {outcome}. Réponses\u{a0}: {answers}. Photos\u{a0}: {photos}." / "{name} ({floor}): {outcome}. Answers: {answers}. Photos: {photos}.";
    DOORS_HINT: "Si c’est la même, ce qui est noté sous les deux noms est réuni. Rien n’est effacé\u{a0}: vous pourrez les séparer." / "If they are the same, what is noted under both names comes together. Nothing is erased: you can part them again.";
    DOORS_UNITE: "C’est la même porte" / "It is the same door";
    DOORS_UNITE_AS: "C’est la même\u{a0}: garder «\u{a0}{name}\u{a0}»" / "The same: keep “{name}”";
    DOORS_TWO: "Ce sont deux portes" / "They are two doors";
    DOORS_DECIDED: "Portes au même numéro\u{a0}: {count}" / "Doors of the same number: {count}";
    DOORS_ARE_ONE: "«\u{a0}{gone}\u{a0}» et «\u{a0}{kept}\u{a0}» sont une seule porte." / "“{gone}” and “{kept}” are one door.";
    DOORS_ARE_TWO: "«\u{a0}{gone}\u{a0}» et «\u{a0}{kept}\u{a0}» sont deux portes." / "“{gone}” and “{kept}” are two doors.";
    DOORS_PART: "Séparer" / "Part";
    UNDO_DOORS_ONE: "Portes réunies" / "Doors united";
    UNDO_DOORS_TWO: "Portes distinctes" / "Doors kept apart";

    // Door.
    DOOR_COME_BACK: "Revenir plus tard" / "Come back later";
    DOOR_LANGUAGE: "Langue parlée au logement" / "Language spoken in the dwelling";
    LANGUAGE_UNKNOWN: "Pas notée" / "Not noted";
    LANGUAGE_FR: "Français" / "French";
    LANGUAGE_EN: "Anglais" / "English";
    LANGUAGE_ES: "Espagnol" / "Spanish";
    LANGUAGE_ZH: "Chinois" / "Chinese";
    LANGUAGE_AR: "Arabe" / "Arabic";
    LANGUAGE_FA: "Persan, dari" / "Persian, Dari";
    LANGUAGE_RO: "Roumain" / "Romanian";
    LANGUAGE_RU: "Russe" / "Russian";
    LANGUAGE_HT: "Créole haïtien" / "Haitian Creole";
    LANGUAGE_PT: "Portugais" / "Portuguese";
    LANGUAGE_VI: "Vietnamien" / "Vietnamese";
    LANGUAGE_UK: "Ukrainien" / "Ukrainian";
    LANGUAGE_HI: "Hindi, pendjabi, ourdou" / "Hindi, Punjabi, Urdu";
    LANGUAGE_OTHER: "Autre langue" / "Another language";

    // Last time.
    EARLIER: "La dernière fois" / "Last time";
    EARLIER_WHEN: "{date}, par {name}" / "{date}, by {name}";
    EARLIER_PHOTOS: "photos\u{a0}: {count}" / "photos: {count}";
    EARLIER_DUE: "à corriger avant le {date}" / "to be corrected before {date}";
    EARLIER_DUE_PAST: "délai dépassé depuis le {date}" / "past its deadline since {date}";
    EARLIER_PHOTO_ALT: "Photo de la dernière fois, {criterion}" / "Photo from last time, {criterion}";
    EARLIER_CORRECTED: "Corrigé" / "Corrected";
    EARLIER_SAME: "Pareil" / "The same";
    EARLIER_WORSE: "Pire" / "Worse";
    EARLIER_WORSE_HINT: "Choisissez ce que vous voyez aujourd’hui." / "Choose what you see today.";
    EARLIER_OTHER: "Autre réponse" / "Another answer";

    // Undo.
    UNDO: "Annuler" / "Undo";
    UNDONE: "Annulé" / "Undone";
    UNDO_ANSWER: "Réponse gardée\u{a0}: {what}" / "Answer kept: {what}";
    UNDO_NOTE: "Note gardée\u{a0}: {what}" / "Note kept: {what}";
    UNDO_PHOTO: "Photo retirée\u{a0}: {what}" / "Photo removed: {what}";
    UNDO_OUTCOME: "Porte notée\u{a0}: {what}" / "Door noted: {what}";
    UNDO_COPIES: "Constat copié dans {count} logements" / "Finding copied to {count} dwellings";
    WAY_BACK: "Revenir à la réponse d’avant\u{a0}: {answer}" / "Back to the previous answer: {answer}";
    NO_ANSWER: "sans réponse" / "no answer";
    ANSWER_LEVEL: "gravité {level}" / "severity {level}";

    // Search.
    SEARCH: "Chercher un critère" / "Find a criterion";
    SEARCH_HINT: "Code ou mots\u{a0}: hum 01, moisissure" / "Code or words: hum 01, mould";
    SEARCH_NONE: "Aucun critère ne répond à ces mots." / "No criterion answers these words.";
    SEARCH_COUNT: "Critères trouvés\u{a0}: {count}" / "Criteria found: {count}";
    SEARCH_MORE: "Et {count} autres\u{a0}: précisez." / "And {count} more: add a word.";
    SEARCH_GO: "Y aller" / "Go there";
    SEARCH_NOWHERE: "Aucun logement visité" / "No dwelling visited";
    CLOSE: "Fermer" / "Close";

    // Copies.
    COPY: "Même constat dans…" / "Same finding in…";
    COPY_TITLE: "Copier ce constat" / "Copy this finding";
    COPY_HINT: "La réponse est copiée, sans la note ni les photos. Chaque logement garde la trace de sa copie." / "The answer is copied, without the note or the photos. Each dwelling keeps the trace of its copy.";
    COPY_FLOOR: "Tout l’étage" / "Whole floor";
    COPY_REPLACES: "remplace\u{a0}: {answer}" / "replaces: {answer}";
    COPY_CONFIRM: "Copier dans {count} logements" / "Copy to {count} dwellings";
    COPY_CONFIRM_ONE: "Copier dans 1 logement" / "Copy to 1 dwelling";
    COPY_CHOOSE: "Choisissez des portes" / "Choose doors";
    COPIED: "Repris d’un constat déjà noté" / "Repeated from a finding already noted";

    // Measures and notes.
    VALUE_UNUSUAL: "Inhabituel (d’habitude entre {low} et {high}). Vérifiez\u{a0}: la valeur est gardée." / "Unusual (usually between {low} and {high}). Check: the value is kept.";
    NOTE_LENGTH: "{count} sur 2\u{a0}000" / "{count} of 2,000";
    UNIT_PPM: "ppm" / "ppm";

    // Comfort.
    COMFORT: "Confort de lecture" / "Reading comfort";
    COMFORT_LANGUAGE: "Langue" / "Language";
    COMFORT_TEXT: "Taille du texte" / "Text size";
    COMFORT_CONTRAST: "Contraste fort, pour le soleil" / "High contrast, for sunlight";
    COMFORT_HAPTIC: "Vibrer quand une réponse est gardée" / "Vibrate when an answer is kept";
    COMFORT_SOUND: "Sonner quand une réponse n’est pas gardée" / "Sound when an answer is not kept";
}

/// A language of `HOUSEHOLD_LANGUAGES`.
pub fn language(code: &str) -> Text {
    match code {
        "fr" => LANGUAGE_FR,
        "en" => LANGUAGE_EN,
        "es" => LANGUAGE_ES,
        "zh" => LANGUAGE_ZH,
        "ar" => LANGUAGE_AR,
        "fa" => LANGUAGE_FA,
        "ro" => LANGUAGE_RO,
        "ru" => LANGUAGE_RU,
        "ht" => LANGUAGE_HT,
        "pt" => LANGUAGE_PT,
        "vi" => LANGUAGE_VI,
        "uk" => LANGUAGE_UK,
        "hi" => LANGUAGE_HI,
        _ => LANGUAGE_OTHER,
    }
}
