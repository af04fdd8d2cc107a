//! « Mon compte »: open sessions, password, second factor.

use casework::{
    account::{Browser, BrowserFamily},
    wire::v1::AccountNoticeKind,
};

use super::{Locale, Text, fill, texts};

texts! {
    INTRODUCTION: "Où votre compte est ouvert, et ce qui le protège." / "Where your account is open, and what protects it.";

    SESSIONS: "Sessions ouvertes" / "Open sessions";
    SESSIONS_HINT: "Vous ne reconnaissez pas un appareil? Fermez sa session, puis changez votre mot de passe." / "You do not recognise a device? Close its session, then change your password.";
    SESSION_DAYS: "Ouverte {opened}, utilisée {seen}" / "Opened {opened}, used {seen}";
    THIS_SESSION: "cet appareil" / "this device";
    END_SESSION: "Fermer" / "Close";
    END_SESSION_OF: "Fermer la session\u{a0}: {browser}. {days}" / "Close the session: {browser}. {days}";
    END_OTHERS: "Fermer toutes les autres" / "Close all the others";
    TODAY: "aujourd’hui" / "today";
    YESTERDAY: "hier" / "yesterday";
    DAYS_AGO: "il y a {count}\u{a0}jours" / "{count} days ago";
    ON_COMPUTER: "{browser} sur ordinateur" / "{browser} on a computer";
    ON_HANDHELD: "{browser} sur téléphone ou tablette" / "{browser} on a phone or tablet";
    OTHER_BROWSER: "Autre navigateur" / "Another browser";

    PASSWORD: "Mot de passe" / "Password";
    CURRENT_PASSWORD: "Mot de passe actuel" / "Current password";
    NEW_PASSWORD: "Nouveau mot de passe" / "New password";
    NEW_PASSWORD_HINT: "Au moins 12 caractères, sans autre règle\u{a0}: quelques mots sans lien entre eux conviennent. Vous pouvez le coller." / "At least 12 characters, with no other rule: a few unrelated words do. You may paste it.";
    PASSWORD_ENDS_OTHERS: "Vos autres sessions seront fermées." / "Your other sessions will be closed.";
    CHANGE_PASSWORD: "Changer le mot de passe" / "Change the password";
    FACTOR: "Second facteur" / "Second factor";
    FACTOR_HINT: "Un code à six chiffres de votre téléphone, demandé après le mot de passe\u{a0}: un mot de passe volé ne suffit plus." / "A six-digit code of your phone, asked for after the password: a stolen password is no longer enough.";
    FACTOR_REQUIRED: "Votre organisme le demande." / "Your organisation asks for it.";
    FACTOR_SINCE: "En place depuis le {date}." / "In place since {date}.";
    BEGIN_FACTOR: "Mettre en place un second facteur" / "Set up a second factor";
    BEGIN_SUBMIT: "Continuer" / "Continue";
    SCAN: "Dans votre application d’authentification, ajoutez un compte et visez cette image." / "In your authenticator app, add an account and aim at this picture.";
    SCAN_PICTURE: "Code QR à lire avec l’application d’authentification" / "QR code to be read by the authenticator app";
    SCAN_ON_PHONE: "Ouvrir l’application sur ce téléphone" / "Open the app on this phone";
    SCAN_KEY: "Sans appareil photo, tapez cette clé\u{a0}:" / "Without a camera, type this key:";
    FIRST_CODE: "Code affiché par l’application" / "Code shown by the app";
    CONFIRM_SUBMIT: "Confirmer" / "Confirm";
    CODE: "Code" / "Code";
    CODE_HINT: "Six chiffres." / "Six digits.";
    CODE_OR_RECOVERY_HINT: "Six chiffres de l’application, ou un code de secours." / "Six digits of the app, or a recovery code.";
    CODES_TITLE: "Vos codes de secours" / "Your recovery codes";
    CODES_HINT: "Chacun remplace une fois le code du téléphone. Ils ne seront plus affichés\u{a0}: imprimez-les ou gardez-les avec vos mots de passe." / "Each replaces the phone’s code once. They will not be shown again: print them or keep them with your passwords.";
    CODES_NONE: "Il ne reste aucun code de secours." / "No recovery code is left.";
    CODES_ONE: "Il reste un code de secours." / "One recovery code is left.";
    CODES_MANY: "Il reste {count}\u{a0}codes de secours." / "{count} recovery codes are left.";
    RENEW_CODES: "Faire de nouveaux codes de secours" / "Make new recovery codes";
    RENEW_CODES_HINT: "Les codes d’avant ne serviront plus." / "The codes before will no longer work.";
    REMOVE_FACTOR: "Retirer le second facteur" / "Remove the second factor";
    REMOVE_FACTOR_HINT: "Pour changer de téléphone\u{a0}: retirez-le, puis mettez-le en place sur le nouveau." / "To change phones: remove it, then set it up on the new one.";
    NOTICES: "À savoir sur votre compte" / "To know about your account";
    NOTICES_HINT: "Si vous n’en êtes pas à l’origine, dites-le tout de suite à votre administration." / "If it was not at your request, tell your administrator at once.";
    NOTICES_READ: "J’ai lu" / "I have read this";
    NOTICE_RESET: "L’administration a retiré votre second facteur {day}." / "The administrator removed your second factor {day}.";
    NOTICE_RECOVERY: "Un code de secours a servi à ouvrir votre compte {day}." / "A recovery code was used to open your account {day}.";
    NOTICE_LINK: "Votre mot de passe a été choisi à nouveau {day}, par un lien de l’administration." / "Your password was chosen anew {day}, through a link of the administrator.";
    NOTICE_CLONED: "Une de vos clés d’accès semble avoir été copiée\u{a0}: quelqu’un l’a montrée {day}. Elle a été retirée et n’ouvre plus rien." / "One of your passkeys seems to have been copied: somebody showed it {day}. It was removed and opens nothing any more.";
    PASSKEYS: "Clés d’accès" / "Passkeys";
    PASSKEYS_HINT: "Votre ordinateur, votre téléphone ou une clé de sécurité vous reconnaît et ouvre votre compte, sans mot de passe ni code." / "Your computer, your phone or a security key recognises you and opens your account, without a password or a code.";
    PASSKEYS_NAMELESS: "Indisponibles ici\u{a0}: Brigade doit être ouverte sous un nom, et non une adresse IP." / "Not available here: Brigade must be opened under a name, not an IP address.";
    PASSKEY_DATES: "Ajoutée le {added}; utilisée le {used}" / "Added on {added}; used on {used}";
    PASSKEY_DATES_UNUSED: "Ajoutée le {added}; jamais utilisée" / "Added on {added}; never used";
    PASSKEY_NAME: "Nom" / "Name";
    PASSKEY_NAME_HINT: "Pour la reconnaître\u{a0}: «\u{a0}Ordinateur du bureau\u{a0}»." / "To recognise it: “Office computer”.";
    PASSKEY_CHANGE: "Modifier" / "Change";
    PASSKEY_CHANGE_OF: "Modifier {name}" / "Change {name}";
    PASSKEY_RENAME: "Renommer" / "Rename";
    PASSKEY_REMOVE: "Retirer" / "Remove";
    PASSKEY_BEGIN: "Ajouter une clé d’accès" / "Add a passkey";
    PASSKEY_CREATE: "Créer la clé d’accès" / "Make the passkey";
    PASSKEY_UNSUPPORTED: "Ce navigateur ne fait pas de clés d’accès à cette adresse." / "This browser makes no passkeys at this address.";
    PASSKEY_ASK_FAILED: "Rien n’a été reconnu. Vous pouvez recommencer." / "Nothing was recognised. You can start again.";
    NOTICE_PASSKEY: "Une clé d’accès a été ajoutée {day} à votre compte. Si ce n’est pas vous, retirez-la dans «\u{a0}Mon compte\u{a0}» et changez votre mot de passe." / "A passkey was added {day} to your account. If it was not you, remove it under “My account” and change your password.";
    NOTICE_PROVIDER: "Votre compte a été lié {day} à la connexion de votre organisme\u{a0}: vous pouvez maintenant entrer par elle." / "Your account was bound {day} to the sign-in of your organisation: you can now enter by it.";
    SHOW_PASSWORD: "Afficher" / "Show";
    HIDE_PASSWORD: "Masquer" / "Hide";
}

/// The words for a browser; makes keep their own names.
pub fn browser(browser: Browser, locale: Locale) -> String {
    let name = match browser.family {
        BrowserFamily::Chrome => "Chrome",
        BrowserFamily::Edge => "Edge",
        BrowserFamily::Firefox => "Firefox",
        BrowserFamily::Safari => "Safari",
        BrowserFamily::Samsung => "Samsung Internet",
        BrowserFamily::Other => OTHER_BROWSER.get(locale),
    };
    let place: Text = if browser.handheld { ON_HANDHELD } else { ON_COMPUTER };
    fill(place.get(locale), &[("browser", name)])
}

/// What a notice says, on its `{day}`.
pub fn notice(kind: AccountNoticeKind) -> Text {
    match kind {
        AccountNoticeKind::SecondFactorReset => NOTICE_RESET,
        AccountNoticeKind::RecoveryCodeUsed => NOTICE_RECOVERY,
        AccountNoticeKind::PasswordByLink => NOTICE_LINK,
        AccountNoticeKind::PasskeyAdded => NOTICE_PASSKEY,
        AccountNoticeKind::PasskeyCloned => NOTICE_CLONED,
        AccountNoticeKind::ProviderBound => NOTICE_PROVIDER,
    }
}

/// How long ago a day was.
pub fn days_ago(days: u32, locale: Locale) -> String {
    match days {
        0 => TODAY.get(locale).to_owned(),
        1 => YESTERDAY.get(locale).to_owned(),
        _ => fill(DAYS_AGO.get(locale), &[("count", &days.to_string())]),
    }
}
