//! The sheet that a person leaves with: where they were referred, what is shared about them, and how to change their mind.

use super::texts;

texts! {
    TITLE: "Feuille de référence" / "Referral sheet";
    OPEN: "Feuille à remettre à la personne" / "Sheet to hand to the person";
    WHICH: "Pour quelle porte?" / "For which door?";
    WHICH_HINT: "Une feuille ne dit que ce qui concerne une porte. La langue est celle de la personne." / "A sheet tells what concerns one door only. The language is the person’s.";
    DOOR: "Porte {door}" / "Door {door}";
    BUILDING_ONLY: "L’immeuble, sans porte" / "The building, no door";
    IN_FRENCH: "en français" / "in French";
    IN_ENGLISH: "en anglais" / "in English";
    PRINT_HINT: "Imprimez cette page (Ctrl+P, ou «\u{a0}Partager\u{a0}» puis «\u{a0}Imprimer\u{a0}» sur un téléphone)." / "Print this page (Ctrl+P, or “Share” then “Print” on a phone).";
    HEAD: "Un service a été demandé pour vous" / "A service was asked for you";
    WHO: "Le service" / "The service";
    CONTACT: "La personne à demander" / "The person to ask for";
    WHEN: "Sa réponse est attendue au plus tard le {date}." / "Its answer is expected by {date} at the latest.";
    PLANNED: "Il prévoit d’agir le {date}." / "It plans to act on {date}.";
    SHARED: "Ce que la brigade partage avec lui" / "What the brigade shares with it";
    SHARED_ADDRESS: "L’adresse de l’immeuble et ce qui est demandé au service." / "The address of the building and what the service is asked.";
    SHARED_OF_YOU: "{section}, pour ceci\u{a0}: {purpose} Jusqu’au {date}." / "{section}, for this: {purpose} Until {date}.";
    SHARED_IN_DANGER: "{section}, sans votre accord, parce qu’un danger le permet selon la loi. Jusqu’au {date}." / "{section}, without your agreement, because a danger allows it by law. Until {date}.";
    SHARED_NOTHING_ELSE: "Rien d’autre de ce que vous avez dit n’est partagé." / "Nothing else of what you said is shared.";
    RIGHTS: "Vos droits" / "Your rights";
    RIGHT_REFUSE: "Vous pouvez refuser ce service, ou changer d’avis plus tard, sans rien perdre." / "You may refuse this service, or change your mind later, without losing anything.";
    RIGHT_WITHDRAW: "Si vous retirez votre accord, le partage s’arrête tout de suite\u{a0}: dites-le à la brigade." / "If you take your agreement back, the sharing stops at once: tell the brigade.";
    RIGHT_ACCESS: "Vous pouvez demander à voir ce que la brigade garde sur vous, et à le faire corriger." / "You may ask to see what the brigade keeps about you, and have it corrected.";
    DANGER: "Danger immédiat\u{a0}: appelez le 911." / "Immediate danger: call 911.";
    FROM: "{name}, le {date}" / "{name}, on {date}";
}
