//! Texts of the phone's lock: PIN, sign-out, lost phone.

use super::texts;

texts! {
    UNLOCK_TITLE: "Brigade est verrouillé" / "Brigade is locked";
    UNLOCK_LEAD: "Entrez votre NIP pour ouvrir votre tournée." / "Enter your PIN to open your round.";
    PERSON: "Personne {number}" / "Person {number}";
    PERSON_FORMER: "Personne {number}, ancien NIP (travail non envoyé)" / "Person {number}, old PIN (unsent work)";
    PERSONS: "Qui tient ce téléphone?" / "Who is holding this phone?";
    UNLOCK: "Déverrouiller" / "Unlock";
    UNLOCKING: "Vérification…" / "Checking…";
    UNSENT_WAITS: "Changements qui attendent le NIP pour partir\u{a0}: {count}" / "Changes waiting for the PIN to leave: {count}";
    PIN: "NIP" / "PIN";
    PIN_TYPED: "Chiffres tapés\u{a0}: {count}" / "Digits typed: {count}";
    KEYPAD: "Clavier de chiffres" / "Number pad";
    ERASE: "Effacer un chiffre" / "Erase one digit";
    WRONG_PIN: "Ce n’est pas le bon NIP. Essais restants\u{a0}: {count}" / "That is not the right PIN. Tries left: {count}";
    WAIT: "Attendez {time} avant le prochain essai. Le temps compte pendant que cet écran est ouvert." / "Wait {time} before the next try. Time counts while this screen is open.";
    EXHAUSTED_TITLE: "Trop d’essais" / "Too many tries";
    EXHAUSTED: "Après 10 NIP inexacts, ce téléphone n’accepte plus ni NIP, ni empreinte, ni visage. Il faut le réseau, votre mot de passe et un nouveau NIP." / "After 10 wrong PINs this phone takes no more PIN, fingerprint or face. It needs the network, your password and a new PIN.";
    FORGOTTEN: "NIP oublié" / "Forgotten PIN";
    FORGOTTEN_LOSS: "Ce qui n’est pas encore envoyé ne se lit qu’avec ce NIP\u{a0}: personne ne peut le retrouver sans lui, ni la coordination ni le serveur. Il reste chiffré sur ce téléphone. Ce qui est déjà reçu par le serveur n’est pas touché." / "What is not sent yet can only be read with this PIN: nobody can recover it otherwise, neither coordination nor the server. It stays encrypted on this phone. What the server has received is untouched.";
    FORGOTTEN_PASSKEY: "L’empreinte ou le visage ouvrent encore votre tournée\u{a0}: servez-vous-en d’abord. Si vous continuez ici, ils ne l’ouvriront plus, et ce qui n’est pas encore envoyé ne se lira qu’avec ce NIP. Il reste chiffré sur ce téléphone. Ce qui est déjà reçu par le serveur n’est pas touché." / "Fingerprint or face still opens your round: use it first. If you go on here it no longer will, and what is not sent yet will only be read with this PIN. It stays encrypted on this phone. What the server has received is untouched.";
    FORGOTTEN_GO: "Continuer avec mon mot de passe" / "Go on with my password";
    FORGOTTEN_OFFLINE: "Il faut le réseau pour continuer avec le mot de passe." / "Going on with the password needs the network.";
    OTHER_PERSON: "Se connecter avec un autre compte" / "Sign in with another account";
    MEMORY: "Ce téléphone n’a pas pu vérifier le NIP (mémoire ou stockage). Fermez d’autres applications et réessayez." / "This phone could not check the PIN (memory or storage). Close other apps and try again.";

    PASSKEY: "Déverrouiller avec l’empreinte ou le visage" / "Unlock with fingerprint or face";
    PASSKEY_REMOVE: "Ne plus déverrouiller avec l’empreinte ou le visage" / "Stop unlocking with fingerprint or face";
    PASSKEY_WARNING: "Qui déverrouille ce téléphone pourra ouvrir votre tournée\u{a0}: pas sur un téléphone partagé." / "Whoever can unlock this phone will be able to open your round: not on a shared phone.";
    PASSKEY_ASKING: "Suivez ce que demande le téléphone." / "Follow what the phone asks.";
    PASSKEY_ADDED: "C’est fait. Votre NIP ouvre toujours." / "Done. Your PIN still opens.";
    PASSKEY_REMOVED: "C’est retiré. Votre NIP reste, et ouvre toujours. Si les réglages du téléphone montrent encore une clé «\u{a0}Brigade\u{a0}», elle n’ouvre plus rien." / "Removed. Your PIN remains, and still opens. If the phone’s settings still show a “Brigade” key, it opens nothing any more.";
    PASSKEY_NOT_CONFIRMED: "Non confirmé ou annulé. Votre NIP ouvre toujours." / "Not confirmed, or cancelled. Your PIN still opens.";
    PASSKEY_CANNOT_ENCRYPT: "Sur ce téléphone, l’empreinte et le visage ne savent pas chiffrer. Rien n’a été gardé\u{a0}: votre NIP reste le seul moyen d’ouvrir." / "On this phone, fingerprint and face cannot encrypt. Nothing was kept: your PIN remains the only way to open.";
    PASSKEY_FAILED: "Cela n’a pas fonctionné, et rien n’a changé. Votre NIP ouvre toujours." / "That did not work, and nothing has changed. Your PIN still opens.";
    PASSKEY_PIN: "Ou votre NIP" / "Or your PIN";
    PASSKEY_OFFER: "Déverrouiller plus vite?" / "Unlock faster?";
    PASSKEY_LEAD: "L’empreinte ou le visage évitent de taper le NIP dans le noir ou dans l’escalier. Le NIP reste." / "Fingerprint or face saves typing the PIN in the dark or on the stairs. The PIN remains.";
    PASSKEY_LATER: "Plus tard" / "Later";
    PASSKEY_CLOSE: "Fermer" / "Close";

    CHOOSE_TITLE: "Choisissez un NIP pour ce téléphone" / "Choose a PIN for this phone";
    CHOOSE_FIRST: "Il sera demandé à chaque ouverture. Sans lui, rien de ce que ce téléphone garde n’est lisible." / "It will be asked for each time you open. Without it, nothing this phone keeps can be read.";
    CHOOSE_UNLOCKED: "Le travail déjà gardé sur ce téléphone sera chiffré avec ce NIP. Rien n’est perdu." / "The work already kept on this phone will be encrypted with this PIN. Nothing is lost.";
    CHOOSE_FORGOTTEN: "Ce nouveau NIP ouvre un nouvel espace. Le travail non envoyé de l’ancien reste chiffré sur ce téléphone\u{a0}: seul l’ancien NIP peut le lire." / "This new PIN opens a new space. Unsent work of the old one stays encrypted on this phone: only the old PIN can read it.";
    CHOOSE_LOSS: "Si vous l’oubliez, ce qui n’est pas encore envoyé sera perdu." / "If you forget it, what is not sent yet will be lost.";
    CHOOSE_RULE: "6 chiffres ou plus, sans suite ni répétition simple." / "6 digits or more, no simple sequence or repetition.";
    CHOOSE_NEXT: "Continuer" / "Continue";
    CHOOSE_AGAIN: "Entrez-le une seconde fois" / "Enter it a second time";
    CHOOSE_DONE: "Garder ce NIP" / "Keep this PIN";
    CHOOSE_WORKING: "Chiffrement…" / "Encrypting…";
    CHOOSE_BACK: "Recommencer" / "Start again";
    CHOOSE_REMEMBERED: "J’ai retrouvé mon ancien NIP" / "I remember my old PIN";
    CHOOSE_DIFFERENT: "Les deux NIP ne sont pas pareils. Recommencez." / "The two PINs differ. Start again.";
    PIN_TOO_SHORT: "Il faut au moins 6 chiffres." / "At least 6 digits are needed.";
    PIN_TOO_LONG: "Au plus 16 chiffres." / "At most 16 digits.";
    PIN_NOT_DIGITS: "Des chiffres seulement." / "Digits only.";
    PIN_TOO_SIMPLE: "Ce NIP est parmi les premiers que l’on essaie. Choisissez-en un autre." / "This PIN is among the first that anybody tries. Choose another.";

    MENU: "Compte" / "Account";
    LOCK: "Verrouiller" / "Lock";
    SIGN_OUT: "Se déconnecter" / "Sign out";
    SIGN_OUT_NOTHING: "Tout est reçu. Votre tournée sera retirée de ce téléphone." / "All is received. Your round will be removed from this phone.";
    SIGN_OUT_UNSENT: "{count} changements ou photos ne sont pas envoyés. Ils restent chiffrés ici\u{a0}: seul votre NIP les retrouvera. Vaut-il mieux les envoyer d’abord?" / "{count} changes or photos are not sent. They stay encrypted here: only your PIN will find them. Would it be better to send them first?";
    SIGN_OUT_CONFIRM: "Me déconnecter" / "Sign me out";
    SIGN_OUT_CANCEL: "Rester" / "Stay";

    REVOKED_TITLE: "Ce téléphone a été retiré" / "This phone was withdrawn";
    REVOKED_TEXT: "La coordination l’a déclaré perdu ou retiré. Tout ce que Brigade y gardait vient d’être effacé, et il ne peut plus rien envoyer. Si c’est une erreur, appelez la coordination." / "Coordination declared it lost or withdrawn. Everything Brigade kept on it has just been erased, and it can send nothing more. If this is a mistake, call coordination.";
    NUMBERS: "Numéros d’urgence" / "Emergency numbers";
}
