//! « Mon compte »: open sessions, password, second factor.

use casework::account::{Browser, BrowserFamily};

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

/// How long ago a day was.
pub fn days_ago(days: u32, locale: Locale) -> String {
    match days {
        0 => TODAY.get(locale).to_owned(),
        1 => YESTERDAY.get(locale).to_owned(),
        _ => fill(DAYS_AGO.get(locale), &[("count", &days.to_string())]),
    }
}
