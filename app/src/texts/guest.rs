//! Somebody without an account, who answers one referral.

use casework::{referral::LinkEvent, wire::v1::LinkState};

use super::{Text, texts};

texts! {
    CODE_TITLE: "Répondre à une référence" / "Answer a referral";
    CODE_HINT: "Entrez le code de huit chiffres que la brigade vous a donné de vive voix ou par un autre moyen que ce lien." / "Enter the eight-digit code that the brigade gave you by voice, or by another way than this link.";
    CODE: "Code" / "Code";
    CODE_SUBMIT: "Ouvrir la référence" / "Open the referral";
    OVER_TITLE: "Ce lien n’est plus ouvert" / "This link is not open any more";
    OVER_HINT: "La session est terminée, ou le lien a pris fin. Ouvrez de nouveau le lien reçu, ou demandez-en un autre à la personne de la brigade qui vous a écrit." / "The session has ended, or the link is over. Open the link you received again, or ask for another one from the person of the brigade who wrote to you.";
    WHO: "Vous répondez au nom de {name}. Cette session se ferme le {date} au plus tard." / "You answer as {name}. This session closes on {date} at the latest.";
    LEAVE: "Fermer la session" / "Close the session";

    LINKS_TITLE: "Répondre sans compte" / "Answer without an account";
    LINKS_HINT: "Une personne du service répond par un lien, avec un code donné autrement (de vive voix, par téléphone). Elle ne voit que cette référence." / "A person of the service answers through a link, with a code given another way (by voice, by phone). They see this referral only.";
    LINKS_NONE: "Aucun lien." / "No link.";
    LINK_NAME: "Qui répondra" / "Who will answer";
    LINK_NAME_HINT: "Nom et fonction, comme l’historique les dira." / "Name and position, as the history will tell them.";
    LINK_DAYS: "Valable (jours)" / "Valid for (days)";
    LINK_SUBMIT: "Créer le lien et son code" / "Make the link and its code";
    LINK_UNTIL: "Jusqu’au {date}" / "Until {date}";
    LINK_OPENED: "Ouvert la première fois {time}" / "First opened {time}";
    LINK_UNOPENED: "Pas encore ouvert" / "Not opened yet";
    LINK_REVOKE: "Révoquer" / "Revoke";
    STATE_OPEN: "Valable" / "Valid";
    STATE_EXPIRED: "Expiré" / "Ended";
    STATE_REVOKED: "Révoqué" / "Revoked";
    STATE_BLOCKED: "Bloqué\u{a0}: trop de codes inexacts" / "Blocked: too many wrong codes";
    FRESH_TITLE: "À remettre maintenant, par deux moyens différents" / "To hand over now, by two different ways";
    FRESH_ADDRESS: "Le lien, par courriel ou texto" / "The link, by e-mail or text message";
    FRESH_CODE: "Le code, de vive voix\u{a0}:" / "The code, by voice:";
    FRESH_HINT: "Ils ne seront plus montrés. Perdus, révoquez ce lien et créez-en un autre." / "They will not be shown again. If they are lost, revoke this link and make another one.";
    ENTRY_MADE: "Un lien de réponse sans compte est créé pour {name}." / "A link to answer without an account is made for {name}.";
    ENTRY_OPENED: "{name} a ouvert son lien." / "{name} opened their link.";
    ENTRY_REVOKED: "Le lien de {name} est révoqué." / "The link of {name} is revoked.";
    ENTRY_BLOCKED: "Le lien de {name} est bloqué après trop de codes inexacts." / "The link of {name} is blocked after too many wrong codes.";
}

/// What a link still opens.
pub const fn state(state: LinkState) -> Text {
    match state {
        LinkState::Open => STATE_OPEN,
        LinkState::Expired => STATE_EXPIRED,
        LinkState::Revoked => STATE_REVOKED,
        LinkState::Blocked => STATE_BLOCKED,
    }
}

/// The line of the history.
pub const fn entry(event: LinkEvent) -> Text {
    match event {
        LinkEvent::Made => ENTRY_MADE,
        LinkEvent::Opened => ENTRY_OPENED,
        LinkEvent::Revoked => ENTRY_REVOKED,
        LinkEvent::Blocked => ENTRY_BLOCKED,
    }
}

/// The code of a state, for tests and styles.
pub const fn state_code(state: LinkState) -> &'static str {
    match state {
        LinkState::Open => "open",
        LinkState::Expired => "expired",
        LinkState::Revoked => "revoked",
        LinkState::Blocked => "blocked",
    }
}
