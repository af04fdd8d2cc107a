//! The partners' inbox and the referral page.

use super::texts;

texts! {
    INBOX_TITLE: "Références" / "Referrals";
    RECEIVED: "Reçues" / "Received";
    SENT: "Envoyées" / "Sent";
    RECEIVED_NONE: "Aucune référence reçue." / "No referral received.";
    SENT_NONE: "Aucune référence envoyée." / "No referral sent.";
    TO_ANSWER_ONE: "{count} à répondre" / "{count} to answer";
    TO_ANSWER_MANY: "{count} à répondre" / "{count} to answer";
    LATE_ONE: "{count} en retard" / "{count} late";
    LATE_MANY: "{count} en retard" / "{count} late";
    HEAPS_RECEIVED: "Références reçues" / "Referrals received";
    HEAPS_SENT: "Références envoyées" / "Referrals sent";
    HEAP_ALL: "Toutes" / "All";
    HEAP_TO_ANSWER: "À répondre" / "To answer";
    HEAP_AWAITED: "En attente d’une réponse" / "Awaiting an answer";
    HEAP_TO_READ: "Du nouveau" / "News";
    HEAP_UNDER_WAY: "En cours" / "Under way";
    HEAP_OVER: "Terminées" / "Over";
    NONE_HERE: "Aucune référence ne correspond." / "No referral matches.";
    NEXT: "Suite" / "Next";
    FIRST: "Revenir au début" / "Back to the start";
    PAGES: "Pages de la liste" / "Pages of the list";
    SEARCH: "Adresse d’une référence reçue" / "Address of a referral received";
    SEARCH_BRIGADE: "Adresse ou numéro de dossier" / "Address or case number";
    LATE: "En retard" / "Late";
    DUE_SOON: "Échéance proche" / "Due soon";
    DUE: "Réponse attendue le {date}" / "Answer expected by {date}";
    DUE_NONE: "Sans échéance" / "No deadline";
    ANSWERED: "Répondue par {name}, {time}" / "Answered by {name}, {time}";
    SENT_ON: "Envoyée le {time}" / "Sent on {time}";
    COLUMN_ADDRESS: "Adresse" / "Address";
    COLUMN_FROM: "De" / "From";
    COLUMN_TO: "À" / "To";
    COLUMN_URGENCY: "Urgence" / "Urgency";
    COLUMN_STAGE: "État" / "State";
    COLUMN_DUE: "Échéance" / "Deadline";

    REFERRAL_TITLE: "Référence, {address}" / "Referral, {address}";
    ASKED: "Ce qui est demandé" / "What is asked";
    FROM_TO: "De {from} à {to}" / "From {from} to {to}";
    SERVICE: "Service" / "Service";
    PIVOT: "Personne pivot" / "Named contact";
    CASE: "Dossier" / "Case";
    PLANNED_ON: "Prévue le" / "Planned on";
    STAGE_REASON: "Motif" / "Reason";
    OUTCOME: "Résultat" / "Outcome";

    SHARED_TITLE: "Ce qui est partagé, exactement" / "What is shared, exactly";
    SHARED_NOTHING_MORE: "Rien d’autre du dossier ne vous est ouvert par cette référence." / "Nothing else of the case is opened to you by this referral.";
    SHARED_NOTHING_MORE_SENDER: "Rien d’autre du dossier n’est ouvert au destinataire par cette référence." / "Nothing else of the case is opened to the recipient by this referral.";
    SHARED_EXISTENCE_ONLY: "L’adresse et la demande seulement." / "The address and the request only.";
    SHARED_ENDED: "Cette référence est close : ce qu’elle partageait n’est plus ouvert." / "This referral is closed: what it shared is no longer open.";
    OBSERVATIONS: "Observations partagées" / "Shared observations";

    ANSWER_TITLE: "Répondre" / "Answer";
    FOLLOW_TITLE: "Faire avancer" / "Move it on";
    ACCEPT_PLANNED: "Date prévue (facultatif)" / "Planned date (optional)";
    DECLINE_REASON: "Motif du refus" / "Reason for declining";
    HOLD_REASON: "Motif de la suspension" / "Reason for the hold";
    COMPLETE_OUTCOME: "Résultat obtenu" / "Outcome";
    WITHDRAW_REASON: "Motif du retrait" / "Reason for withdrawing";
    NO_ACT: "Aucun geste n’est attendu de vous." / "Nothing is expected of you.";
    ALREADY: "{name} a répondu, {time}." / "{name} answered, {time}.";
    TO_REDIRECT: "À réorienter" / "To redirect";
    DRAFT_TITLE: "Aperçu avant l’envoi" / "Preview before sending";
    DRAFT_HINT: "Rien n’est encore envoyé. Sous «\u{a0}Ce qui est partagé, exactement\u{a0}» se trouve tout ce que le destinataire lira du dossier, et rien d’autre." / "Nothing was sent yet. Under “What is shared, exactly” is everything that the recipient will read of the case, and nothing else.";
    DRAFT_DUE: "Délai de réponse après l’envoi, en jours\u{a0}: {count}" / "Time to answer after sending, in days: {count}";
    SEND: "Envoyer maintenant" / "Send now";
    GIVE_UP: "Abandonner le brouillon" / "Give the draft up";
    GIVE_UP_REASON: "Pourquoi l’abandonner" / "Why it is given up";
    GROUP: "Demandé en même temps à\u{a0}:" / "Asked at the same time of:";
    SIGNAL_TITLE: "Signaler un immeuble à la brigade" / "Signal a building to the brigade";
    SIGNAL_HINT: "Décrivez l’immeuble et ce qui inquiète, sans nommer les personnes plus que nécessaire. Danger immédiat\u{a0}: appelez d’abord le 911." / "Describe the building and what is worrying, naming people no more than needed. Immediate danger: call 911 first.";
    SIGNAL_ADDRESS: "Adresse de l’immeuble" / "Address of the building";
    SIGNAL_MUNICIPALITY: "Ville" / "City";
    SIGNAL_DWELLINGS: "Nombre de logements, à peu près" / "Number of dwellings, roughly";
    SIGNAL_REASON: "Ce qui se passe, et ce qui est demandé" / "What happens, and what is asked";
    SIGNAL_SUBMIT: "Signaler" / "Signal";
    REDIRECTED_TO: "Réorientée vers\u{a0}:" / "Redirected to:";
    REDIRECTS: "Prend la suite de la référence à\u{a0}:" / "Takes over from the referral to:";
    HISTORY: "Historique" / "History";
    HISTORY_EMPTY: "Rien encore." / "Nothing yet.";
}
