//! The emergency cell's board.

use super::texts;

texts! {
    TITLE: "Cellule d’urgence" / "Emergency cell";
    TITLE_WITH_COUNT: "({count}) Cellule d’urgence" / "({count}) Emergency cell";
    FIRST_911: "911 d’abord" / "911 first";
    FIRST_911_TEXT: "Danger pour une personne : on appelle avant d’écrire." / "Danger to a person: call before writing.";
    NUMBER_911: "Police, pompiers, ambulance" / "Police, fire, ambulance";
    NUMBER_811: "Info-Social 811, option 2" / "Info-Social 811, option 2";
    NUMBER_988: "Prévention du suicide" / "Suicide prevention";
    NUMBER_HYDRO: "Hydro-Québec, panne ou fil tombé" / "Hydro-Québec, outage or fallen wire";
    NUMBER_GAS: "Odeur de gaz : sortir, puis 911" / "Gas smell: get out, then 911";

    OVERDUE_NOTICE: "Équipe à joindre, sortie prévue dépassée\u{a0}:" / "Team to reach, past its expected end:";
    OVERDUE_TITLE: "Sorties prévues dépassées" / "Past their expected end";
    OVERDUE_LATE: "Sortie prévue à {time}, dépassée de {elapsed}" / "Expected out at {time}, {elapsed} ago";
    OVERDUE_HEARD: "Dernières nouvelles du téléphone à {time}\u{a0}: au sous-sol, il n’envoie rien." / "Last heard from the phone at {time}: in a basement it sends nothing.";
    OVERDUE_DO: "Appelez l’équipe, puis ses proches collègues. Sans réponse et si rien ne l’explique\u{a0}: 911." / "Call the team, then close colleagues. No answer and nothing explains it: 911.";
    OVERDUE_REACHED: "Jointe à {time} par {name}\u{a0}: {text}" / "Reached at {time} by {name}: {text}";
    OVERDUE_HOW: "Comment va l’équipe, et qui le dit" / "How the team is, and who says so";
    OVERDUE_OUT: "Tous dehors" / "All out";
    OVERDUE_SAY: "Équipe jointe" / "Team reached";
    ANNOUNCE_OVERDUE: "Sortie prévue dépassée\u{a0}: {address}." / "Past its expected end: {address}.";

    OPEN_TITLE: "En cours" / "Open";
    OPEN_NONE: "Aucune escalade ouverte." / "No open escalation.";
    OPEN_NONE_HINT: "Cette page se met à jour d’elle-même." / "This page updates by itself.";
    RECENT_TITLE: "Terminées depuis 24 h" / "Ended in the last 24 h";
    RECENT_NONE: "Aucune." / "None.";
    ON_CALL: "De garde" / "On call";
    ON_CALL_NONE: "Personne n’est de garde." / "Nobody is on call.";

    LIVE_ON: "En direct" / "Live";
    LIVE_CONNECTING: "Connexion…" / "Connecting…";
    LIVE_RECONNECTING: "Reconnexion…" / "Reconnecting…";
    LIVE_STALE: "Lecture impossible, nouvel essai…" / "Could not read, retrying…";
    LIVE_PAGE: "À jour à {time}" / "Page as of {time}";

    CARD_LABEL: "Escalade, {address}" / "Escalation, {address}";
    CARD_RAISED_BY: "Déclenchée par {name}" / "Raised by {name}";
    CARD_ACKNOWLEDGED_BY: "Réception accusée par {name}" / "Acknowledged by {name}";
    CARD_TEAM: "Équipe : {team}" / "Team: {team}";
    CARD_CALLED_911: "911 appelé" / "911 called";
    CARD_NOT_CALLED_911: "911 non appelé" / "911 not called";
    CARD_CASE: "Dossier {number}" / "Case {number}";
    CARD_DANGERS: "Dangers" / "Dangers";
    CARD_NO_DANGER: "Motif hors de votre accès" / "Reason not yours to see";
    CARD_OVERDUE: "Délai dépassé" / "Overdue";
    CARD_NEW: "Nouvelle" / "New";
    CARD_NEXT: "Prochain geste" / "Next act";
    CARD_OTHER_ACTS: "Autres gestes" / "Other acts";

    CLOCKS_LABEL: "Les cinq temps" / "The five clocks";
    CLOCK_RAISED: "Déclenchée" / "Raised";
    CLOCK_ACKNOWLEDGED: "Reçue" / "Acknowledged";
    CLOCK_DISPATCHED: "Équipe partie" / "Team left";
    CLOCK_ON_SCENE: "Sur place" / "On scene";
    CLOCK_STABILISED: "Stabilisée" / "Stabilised";
    CLOCK_WAITING: "en attente depuis {elapsed}" / "waiting for {elapsed}";
    CLOCK_SINCE: "depuis {elapsed}" / "for {elapsed}";
    CLOCK_AFTER: "après {elapsed}" / "after {elapsed}";
    CLOCK_TARGET: "cible {delay}" / "target {delay}";
    CLOCK_LATE: "en retard de {elapsed}" / "late by {elapsed}";
    CLOCK_TODO: "à venir" / "to come";

    ACT_TEAM: "Équipe ou organisme responsable" / "Team or lead body";
    ACT_OUTCOME: "Comment le danger a pris fin" / "How the danger ended";
    ACT_REASON: "Motif de la fin" / "Reason for ending";

    LOG_TITLE: "Journal" / "Log";
    LOG_EMPTY: "Rien au journal." / "Nothing in the log.";
    LOG_ADD: "Ajouter une note" / "Add a note";
    LOG_TEXT: "Note" / "Note";
    LOG_SUBMIT: "Ajouter" / "Add";
    LOG_STRIKE: "Biffer" / "Strike";
    LOG_STRIKE_REASON: "Pourquoi biffer" / "Why strike it";
    LOG_STRIKE_SUBMIT: "Biffer la ligne" / "Strike the line";

    ANNOUNCE_NEW: "Nouvelle escalade : {address}, {place}." / "New escalation: {address}, {place}.";
    ANNOUNCE_NEW_EXERCISE: "Exercice. Nouvelle escalade : {address}, {place}." / "Drill. New escalation: {address}, {place}.";
}
