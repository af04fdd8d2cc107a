//! Texts of the phone.

use inspection_grid::{DwellingOutcome, ShortcomingKind};

use super::{Text, texts};

texts! {
    TITLE: "Terrain" / "Field";
    LANGUAGE: "English" / "Français";
    BACK_ROUND: "Tournée" / "Round";
    LOADING: "Ouverture…" / "Opening…";
    NOT_FOUND: "Cet écran n’existe pas." / "This screen does not exist.";

    // Gate: nobody, nothing to store in.
    STORE_REFUSED_TITLE: "Ce navigateur refuse de garder des données" / "This browser refuses to keep data";
    STORE_REFUSED_TEXT: "Sans stockage sur l’appareil, rien de ce que vous noteriez hors ligne ne survivrait. Quittez la navigation privée, ou permettez le stockage pour ce site, puis rechargez la page." / "Without storage on the device, nothing you note offline would survive. Leave private browsing, or allow storage for this site, then reload the page.";
    PRIVATE_TITLE: "Cette fenêtre semble en navigation privée" / "This window looks like private browsing";
    PRIVATE_TEXT: "Ce que vous y noteriez hors ligne disparaîtrait avec elle. Ouvrez cette adresse dans une fenêtre ordinaire, ou installez l’application." / "What you note offline here would vanish with it. Open this address in an ordinary window, or install the app.";
    PRIVATE_MISTAKEN: "Le navigateur ne le dit pas\u{a0}: nous le déduisons de ce qu’il refuse." / "The browser does not say so: we infer it from what it refuses.";
    PRIVATE_GO_ON: "C’est une fenêtre ordinaire\u{a0}: continuer" / "This is an ordinary window: go on";
    STORE_REFUSED_DETAIL: "Détail technique\u{a0}: {detail}" / "Technical detail: {detail}";
    NOBODY_OFFLINE_TITLE: "Personne n’est connecté sur cet appareil" / "Nobody is signed in on this device";
    NOBODY_OFFLINE_TEXT: "La première connexion demande le réseau. Ensuite, tout fonctionne hors ligne." / "The first sign-in needs the network. After that, everything works offline.";
    SIGN_IN: "Se connecter" / "Sign in";
    RELOAD: "Recharger" / "Reload";

    // Gate: the second half of the program is not here.
    INCOMPLETE_TITLE: "L’application n’est pas encore complète" / "The app is not complete yet";
    INCOMPLETE_TEXT: "Le réseau a manqué pendant ce premier chargement. Votre NIP est gardé\u{a0}: dès que le réseau revient, continuez." / "The network was lost during this first load. Your PIN is kept: as soon as the network is back, go on.";
    INCOMPLETE_RETRY: "Continuer" / "Go on";

    // Strip.
    STRIP_LABEL: "État des envois" / "Sending status";
    STRIP_RECEIVED: "Tout est reçu" / "All received";
    STRIP_PENDING: "{count} à envoyer" / "{count} to send";
    STRIP_OLDEST: "plus ancien\u{a0}: {age}" / "oldest: {age}";
    STRIP_OFFLINE: "Hors ligne" / "Offline";
    STRIP_SENDING: "Envoi en cours…" / "Sending…";
    STRIP_SIGN_IN: "Connexion à refaire" / "Sign-in needed";
    STRIP_OTHER_ACCOUNT: "Autre compte connecté" / "Another account is signed in";
    STRIP_TROUBLE: "Le serveur ne peut pas répondre" / "The server cannot answer";
    STRIP_UNKNOWN: "Vérification…" / "Checking…";
    STRIP_ATTENTION: "refusés\u{a0}: {count}" / "refused: {count}";
    AGE_NOW: "à l’instant" / "just now";
    AGE_MINUTES: "{count} min" / "{count} min";
    AGE_HOURS: "{count} h" / "{count} h";
    AGE_DAYS: "{count} j" / "{count} d";

    // Notices of the frame.
    READ_ONLY: "Brigade est ouvert dans un autre onglet\u{a0}: celui-ci est en lecture seule." / "Brigade is open in another tab: this one is read-only.";
    TAKE_OVER: "Prendre la main ici" / "Take over here";
    UPDATE_READY: "Mise à jour prête" / "Update ready";
    UPDATE_NEWS: "Ce qu’elle apporte" / "What it brings";
    UPDATING: "Mise à jour en cours…" / "Updating…";
    UPDATE_INSTALL: "Installer" / "Install";
    UPDATE_WAITS: "Elle attend que tout soit reçu." / "It waits until everything is received.";
    ROOM_SHORT: "Il reste moins de 200\u{a0}Mo sur cet appareil. Libérez de l’espace avant de prendre des photos." / "Less than 200 MB is left on this device. Free some space before taking photos.";
    SIGN_IN_AGAIN: "Votre session est terminée. Continuez à noter\u{a0}: tout est gardé ici. Reconnectez-vous pour envoyer." / "Your session has ended. Keep noting: everything is kept here. Sign in again to send.";
    OTHER_ACCOUNT_TEXT: "Des changements de {name} attendent sur cet appareil. Reconnectez ce compte pour les envoyer." / "Changes by {name} wait on this device. Sign in with that account to send them.";

    // Round.
    ROUND_TITLE: "Tournée" / "Round";
    ROUND_HELLO: "Bonjour, {name}" / "Hello, {name}";
    ROUND_TODAY: "Aujourd’hui" / "Today";
    ROUND_LATE: "En retard" / "Late";
    ROUND_COMING: "À venir" / "Coming";
    ROUND_UNPLANNED: "Sans date" / "Without a date";
    ROUND_EMPTY: "Aucun immeuble sur cet appareil. Ouvrez cette page une fois avec le réseau pour recevoir votre tournée." / "No building on this device. Open this page once with the network to receive your round.";
    DWELLINGS: "{count}\u{a0}logements" / "{count} dwellings";
    DWELLING_ONE: "1\u{a0}logement" / "1 dwelling";
    STOREYS: "{count}\u{a0}étages" / "{count} storeys";
    STATE_TO_VISIT: "À visiter" / "To visit";
    STATE_UNDER_WAY: "En cours, {percent}" / "Under way, {percent}";
    STATE_FINISHED: "Terminé" / "Finished";
    STATE_FINISHED_WAITING: "Terminé, en attente d’envoi" / "Finished, waiting to be sent";
    OPEN_CASES: "dossiers ouverts\u{a0}: {count}" / "open cases: {count}";
    PLANNED_ON: "Prévu le {date}" / "Planned on {date}";

    // Building.
    BUILDING_MISSING: "Cet immeuble n’est pas sur cet appareil." / "This building is not on this device.";
    GRID_MISSING: "La grille n’est pas encore sur cet appareil. Connectez-vous au réseau un moment." / "The grid is not on this device yet. Connect to the network for a moment.";
    APP_NOT_KEPT: "L’application n’est pas gardée sur ce téléphone\u{a0}: fermée, elle ne s’ouvrirait pas sans réseau. Libérez de l’espace si le téléphone est plein, restez ici avec du réseau; elle essaie encore d’elle-même. Ce que vous notez est en sûreté." / "The app is not kept on this phone: once closed, it would not open without a network. Free some space if the phone is full, stay here with a network; it tries again by itself. What you note is safe.";
    READY_OFFLINE: "Prêt sans réseau\u{a0}: la grille et les {count} portes sont sur ce téléphone." / "Ready without a network: the grid and the {count} doors are on this phone.";
    VISIT_START: "Commencer la visite" / "Start the visit";
    VISIT_START_AGAIN: "Commencer une nouvelle visite" / "Start a new visit";
    VISIT_BY: "Visite commencée le {date}" / "Visit started on {date}";
    VISIT_BY_NAME: "Visite commencée le {date} par {name}" / "Visit started on {date} by {name}";
    VISIT_FINISHED_ON: "Visite terminée le {date}" / "Visit finished on {date}";
    VISIT_FINISH: "Terminer la visite" / "Finish the visit";
    VISIT_FINISH_TITLE: "Terminer la visite?" / "Finish the visit?";
    VISIT_FINISH_NONE: "Rien ne manque." / "Nothing is missing.";
    VISIT_FINISH_MISSING: "Il manque encore ceci. Vous pouvez terminer quand même\u{a0}: une visite incomplète est une donnée normale." / "This is still missing. You may finish all the same: an incomplete visit is normal data.";
    VISIT_FINISH_MORE: "et {count} autres" / "and {count} more";
    VISIT_FINISH_CONFIRM: "Terminer" / "Finish";
    CANCEL: "Annuler" / "Cancel";
    PLACES: "Lieux" / "Places";
    EXTERIOR: "Extérieur" / "Exterior";
    COMMON: "Aires communes" / "Common areas";
    FLOOR: "Étage {floor}" / "Floor {floor}";
    FLOOR_GROUND: "Rez-de-chaussée" / "Ground floor";
    FLOOR_BASEMENT: "Sous-sol" / "Basement";
    DOOR_UNSEEN: "à voir" / "to see";
    DOOR_ADD: "Ajouter une porte" / "Add a door";
    DOOR_ADD_LABEL: "Numéro sur la porte" / "Number on the door";
    DOOR_ADD_FLOOR: "Étage (0\u{a0}: sous-sol, 1\u{a0}: rez-de-chaussée)" / "Floor (0: basement, 1: ground floor)";
    DOOR_ADD_SAVE: "Ajouter" / "Add";
    DOOR_ADD_SAME: "Cette porte existe déjà." / "This door already exists.";
    ASSESSMENT: "Indice provisoire" / "Provisional index";
    ASSESSMENT_INDEX: "Indice {index}" / "Index {index}";
    ASSESSMENT_NOT_BEGUN: "Aucune réponse encore" / "No answer yet";
    ASSESSMENT_COVERAGE: "Logements vus\u{a0}: {visited} sur {total}" / "Dwellings seen: {visited} of {total}";
    ASSESSMENT_COVERAGE_LOW: "trop peu pour parler de l’immeuble" / "too few to speak for the building";
    ASSESSMENT_COMPLETENESS: "Grille remplie à {percent}" / "Grid {percent} complete";
    ASSESSMENT_NO_LEGAL_VALUE: "Sert au triage et au suivi; sans valeur juridique. Règle {rule}, grille {grid}." / "For triage and follow-up; no legal value. Rule {rule}, grid {grid}.";
    COMPLEX: "Cas complexe" / "Complex case";
    NOT_COMPLEX: "Pas un cas complexe à ce jour" / "Not a complex case so far";
    TO_CONFIRM: "Exactement 6 logements\u{a0}: à confirmer" / "Exactly 6 dwellings: to be confirmed";
    MOTIF_EVIDENCE: "observations à l’appui\u{a0}: {count}" / "supporting observations: {count}";
    WITHDRAWN: "Cet immeuble n’est plus dans votre tournée. Il reste ici tant que vos changements ne sont pas envoyés." / "This building has left your round. It stays here until your changes are sent.";

    // Danger and emergency.
    DANGER_TITLE: "Danger immédiat" / "Immediate danger";
    DANGER_911: "Appeler le 911" / "Call 911";
    DANGER_FIRST: "Mettez-vous en sécurité, puis appelez. Brigade ne remplace jamais le 911." / "Get to safety, then call. Brigade never replaces 911.";
    DANGER_811: "Info-Social 811, option 2" / "Info-Social 811, option 2";
    DANGER_HYDRO: "Hydro-Québec, pannes et urgences\u{a0}: 1\u{a0}800\u{a0}790-2424" / "Hydro-Québec, outages and emergencies: 1 800 790-2424";
    DANGER_GAS: "Odeur de gaz\u{a0}: sortir, 911, puis Énergir 1\u{a0}800\u{a0}361-8003" / "Gas odour: get out, 911, then Énergir 1 800 361-8003";
    DANGER_MORE: "Autres numéros et détails" / "Other numbers and details";
    DANGER_NUMBERS: "Autres numéros d’urgence" / "Other emergency numbers";
    DANGER_NUMBERS_NOTE: "Sauf le 911, numéros à confirmer par la brigade." / "Except 911, numbers to be confirmed by the brigade.";
    NOT_SENT: "NON TRANSMIS\u{a0}– appelez" / "NOT SENT – call";
    SENT_TO_CELL: "Transmis à la cellule d’urgence" / "Sent to the emergency cell";
    EMERGENCY_RAISE: "Déclencher l’urgence" / "Raise an emergency";
    EMERGENCY_TITLE: "Alerter la cellule d’urgence" / "Alert the emergency cell";
    EMERGENCY_PLACE: "Où" / "Where";
    EMERGENCY_REASON: "Ce qui se passe" / "What is happening";
    EMERGENCY_CALLED: "Le 911 a été appelé" / "911 was called";
    EMERGENCY_SEND: "Alerter" / "Alert";
    EMERGENCY_REASON_NEEDED: "Écrivez en quelques mots ce qui se passe." / "Write in a few words what is happening.";
    EMERGENCY_AT: "{place}, {time}" / "{place}, {time}";

    // Place.
    NO_VISIT: "Commencez la visite sur l’écran de l’immeuble." / "Start the visit on the building screen.";
    OUTCOME: "Qui a répondu?" / "Who answered?";
    OUTCOME_VISITED: "Logement visité" / "Dwelling visited";
    OUTCOME_ABSENT: "Absent" / "Absent";
    OUTCOME_REFUSED: "Refus" / "Declined";
    OUTCOME_VACANT: "Vacant" / "Vacant";
    OUTCOME_HINT: "Choisissez d’abord; les questions suivent quand le logement est visité." / "Choose first; questions follow when the dwelling is visited.";
    SECTION_PROGRESS: "{answered} sur {total}" / "{answered} of {total}";
    CONFIDENTIAL: "Confidentiel" / "Confidential";
    CONFORM: "Conforme" / "Conform";
    TO_VERIFY: "À vérifier" / "To verify";
    NOT_APPLICABLE: "Sans objet" / "Not applicable";
    REFUSED: "Refus" / "Declined";
    CLEAR: "Effacer la réponse" / "Clear the answer";
    SUGGESTED: "proposé par la valeur" / "proposed by the value";
    BELOW_SUGGESTED: "Plus bas que ce que la valeur propose ({level}). La note dit pourquoi." / "Lower than what the value proposes ({level}). Say why in the note.";
    KEPT: "gardé" / "kept";
    SAVING: "…" / "…";
    NOT_KEPT: "NON GARDÉ" / "NOT KEPT";
    STORE_FULL: "L’appareil est plein\u{a0}: rien n’a été gardé de ce changement. Libérez de l’espace." / "The device is full: nothing of this change was kept. Free some space.";
    STORE_FAILED: "L’appareil n’a pas pu garder ce changement. Réessayez." / "The device could not keep this change. Try again.";
    CONFLICT: "Des réponses différentes ont été données sans réseau. Rien n’est perdu; tant que personne ne tranche, la plus grave compte." / "Different answers were given without a network. Nothing is lost; until somebody decides, the most severe counts.";
    VALUE: "Valeur" / "Value";
    VALUE_NUMBER: "Nombre" / "Number";
    VALUE_WRONG: "Ce n’est pas un nombre possible ici." / "This number is not possible here.";
    VALUE_RANGE: "Entre {low} et {high}" / "Between {low} and {high}";
    CHOICE: "Ce qui s’applique" / "What applies";
    LEVEL: "Niveau" / "Level";
    NOTE: "Note" / "Note";
    NOTE_COUNT: "{count} caractères de trop" / "{count} characters too many";
    PHOTO_TAKE: "Prendre une photo" / "Take a photo";
    PHOTO_FILE: "Choisir un fichier" / "Choose a file";
    PHOTO_REQUIRED: "Photo demandée" / "Photo required";
    PHOTO_FORBIDDEN: "Pas de photo ici\u{a0}: personne ou renseignement sensible." / "No photo here: person or sensitive information.";
    PHOTO_ALT: "Photo {number}, {criterion}" / "Photo {number}, {criterion}";
    PHOTO_SENT: "reçue" / "received";
    PHOTO_WAITING: "à envoyer" / "to send";
    PHOTO_REFUSED: "refusée" / "refused";
    PHOTO_REMOVE: "Retirer" / "Remove";
    PHOTO_REMOVED: "Photo retirée" / "Photo removed";
    PHOTO_UNDO: "Annuler le retrait" / "Undo removal";
    PHOTO_AS_IS: "Ce téléphone n’affiche pas ce format\u{a0}: la photo est gardée telle quelle, et rien ne peut y être masqué avant l’envoi. Reprenez-la en JPEG si quelque chose doit l’être." / "This phone does not show this format: the photo is kept as it came, and nothing can be hidden in it before it is sent. Take it again as JPEG if something must be.";
    PHOTO_FULL: "L’appareil est plein\u{a0}: cette photo n’est PAS gardée. Vos réponses et notes le sont." / "The device is full: this photo is NOT kept. Your answers and notes are.";
    PHOTO_UNREADABLE: "Ce fichier ne peut pas être lu. Rien n’a été gardé." / "This file cannot be read. Nothing was kept.";
    PHOTO_TOO_LARGE: "Ce fichier est trop grand pour être gardé tel quel. Rien n’a été gardé." / "This file is too large to be kept as it is. Nothing was kept.";
    PHOTO_FAILED: "La photo n’a pas pu être gardée. Réessayez." / "The photo could not be kept. Try again.";
    PHOTO_WORKING: "Préparation de la photo…" / "Preparing the photo…";
    PHOTOS_ELSEWHERE: "Photos d’autres appareils\u{a0}: {count}" / "Photos from other devices: {count}";

    // Outbox.
    OUTBOX_TITLE: "Envois" / "Sending";
    OUTBOX_EVENTS: "Changements à envoyer" / "Changes to send";
    OUTBOX_PHOTOS: "Photos à envoyer" / "Photos to send";
    OUTBOX_OLDEST: "Plus ancien" / "Oldest";
    OUTBOX_NOTHING: "Rien n’attend. Tout est sur le serveur." / "Nothing waits. Everything is on the server.";
    OUTBOX_SEND: "Envoyer maintenant" / "Send now";
    RESCUE: "Fichier de secours" / "Rescue file";
    RESCUE_HINT: "Si ce téléphone ne retrouvera pas de réseau à temps\u{a0}: un fichier avec les changements et les photos non envoyés, que seul le serveur de la brigade peut lire. Remettez-le à la coordination. Ce téléphone garde tout, et rien ne comptera deux fois." / "If this phone will not find a network in time: a file with the unsent changes and photos, which only the brigade’s server can read. Hand it to coordination. This phone keeps everything, and nothing will count twice.";
    RESCUE_MAKE: "Faire un fichier de secours" / "Make a rescue file";
    RESCUE_MAKING: "Préparation du fichier…" / "Making the file…";
    RESCUE_MADE: "Le fichier est dans les téléchargements du téléphone." / "The file is in the phone’s downloads.";
    RESCUE_NO_KEY: "Ce téléphone n’a pas encore reçu la clé du serveur\u{a0}: ouvrez une fois l’application avec du réseau." / "This phone has not received the server’s key yet: open the app once with a network.";
    RESCUE_FAILED: "Le fichier n’a pas pu être fait. Rien n’est perdu\u{a0}: tout reste sur ce téléphone." / "The file could not be made. Nothing is lost: everything stays on this phone.";
    OUTBOX_REFUSED: "Refusés par le serveur" / "Refused by the server";
    OUTBOX_REFUSED_HINT: "Gardés ici jusqu’à ce qu’une personne décide. Montrez-les à la coordination." / "Kept here until a person decides. Show them to coordination.";
    OUTBOX_RETRY: "Réessayer" / "Try again";
    OUTBOX_NO_REASON: "Sans motif" / "No reason given";
    OUTBOX_MISSING: "Les octets de cette photo ne sont plus sur l’appareil." / "The bytes of this photo are no longer on the device.";
    KIND_VISIT: "Visite" / "Visit";
    KIND_OUTCOME: "Résultat au logement" / "Dwelling outcome";
    KIND_DOOR: "Porte ajoutée" / "Door added";
    KIND_ANSWER: "Réponse" / "Answer";
    KIND_NOTE: "Note" / "Note";
    KIND_PHOTO: "Photo" / "Photo";
    KIND_ESCALATION: "Urgence" / "Emergency";

    SHORT_UNANSWERED: "sans réponse" / "unanswered";
    SHORT_TO_VERIFY: "à vérifier" / "to verify";
    SHORT_SEVERITY: "gravité à préciser" / "severity to be given";
    SHORT_VALUE: "valeur à préciser" / "value to be given";
    SHORT_BELOW: "gravité plus basse que la valeur" / "severity lower than the value";
    SHORT_PHOTO: "photo demandée" / "photo required";
    SHORT_PHOTO_FORBIDDEN: "photo à retirer" / "photo to be removed";
    SHORT_NOTE: "danger sans note" / "danger without a note";
    SHORT_NOT_VISITED: "logement non marqué visité" / "dwelling not marked visited";
    SHORT_INVALID: "réponse à revoir" / "answer to be reviewed";
}

/// How the visit of a dwelling went.
pub fn outcome(outcome: DwellingOutcome) -> Text {
    match outcome {
        DwellingOutcome::Visited => OUTCOME_VISITED,
        DwellingOutcome::Absent => OUTCOME_ABSENT,
        DwellingOutcome::Refused => OUTCOME_REFUSED,
        DwellingOutcome::Vacant => OUTCOME_VACANT,
    }
}

/// What is missing, in three words.
pub fn shortcoming(kind: &ShortcomingKind) -> Text {
    match kind {
        ShortcomingKind::Unanswered => SHORT_UNANSWERED,
        ShortcomingKind::ToVerify => SHORT_TO_VERIFY,
        ShortcomingKind::SeverityMissing => SHORT_SEVERITY,
        ShortcomingKind::ValueMissing => SHORT_VALUE,
        ShortcomingKind::SeverityBelowSuggested { .. } => SHORT_BELOW,
        ShortcomingKind::PhotoMissing => SHORT_PHOTO,
        ShortcomingKind::PhotoForbidden => SHORT_PHOTO_FORBIDDEN,
        ShortcomingKind::DangerWithoutNote => SHORT_NOTE,
        ShortcomingKind::DwellingNotVisited => SHORT_NOT_VISITED,
        ShortcomingKind::Invalid { .. } => SHORT_INVALID,
    }
}

/// What a refused event was about, from its subject's first word.
pub fn subject_kind(subject: &str) -> Text {
    match subject.split('|').next().unwrap_or_default() {
        "outcome" | "door_note" => KIND_OUTCOME,
        "door" => KIND_DOOR,
        "answer" => KIND_ANSWER,
        "note" => KIND_NOTE,
        "photo" | "marks" => KIND_PHOTO,
        "escalation" => KIND_ESCALATION,
        _ => KIND_VISIT,
    }
}
