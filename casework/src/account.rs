//! What a person keeps of their own account: the browsers it is open in, and the password.

use serde::{Deserialize, Serialize};

use crate::case::coded_enum;

/// Shortest password accepted, in characters. Length is what resists; no composition is asked for.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Longest password accepted, in characters: room for a sentence, and a bound on what is hashed.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// Shorter words of a name or of an address are too common in sentences to be looked for.
const WORD_CHARS_MIN: usize = 4;
/// Known to everybody who sees the sign-in page.
const PRODUCT: &str = "brigade";

coded_enum! {
    /// The make of a browser: all that is kept of what it says of itself.
    BrowserFamily {
        Chrome = "chrome",
        Edge = "edge",
        Firefox = "firefox",
        Safari = "safari",
        Samsung = "samsung",
        /// Another browser, or a program.
        Other = "other",
    }
}

/// The browser of a session, coarsely: enough for its owner to tell the office computer from the phone, not enough to recognise a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Browser {
    pub family: BrowserFamily,
    /// A phone or a tablet.
    pub handheld: bool,
}

impl Browser {
    /// What says nothing of itself.
    pub const UNKNOWN: Self = Self { family: BrowserFamily::Other, handheld: false };

    /// From the `User-Agent` header.
    pub fn of(user_agent: &str) -> Self {
        // Each names those it imitates: the most particular mark is looked for first.
        let marks = [
            ("SamsungBrowser", BrowserFamily::Samsung),
            ("Edg", BrowserFamily::Edge),
            ("FxiOS", BrowserFamily::Firefox),
            ("Firefox/", BrowserFamily::Firefox),
            ("CriOS", BrowserFamily::Chrome),
            ("Chrome/", BrowserFamily::Chrome),
            ("Safari/", BrowserFamily::Safari),
        ];
        let family = marks.into_iter().find(|(mark, _)| user_agent.contains(mark)).map_or(BrowserFamily::Other, |(_, family)| family);
        let handheld = ["Mobi", "Android", "iPhone", "iPad"].iter().any(|mark| user_agent.contains(mark));
        Self { family, handheld }
    }
}

/// Why a password is refused, before asking whether it is widely known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordFault {
    TooShort,
    TooLong,
    /// It holds the owner's e-mail or name, or the product's.
    HoldsName,
}

/// Whose password it will be.
#[derive(Clone, Copy, Debug)]
pub struct PasswordOwner<'text> {
    pub email: &'text str,
    pub display_name: &'text str,
}

impl PasswordOwner<'_> {
    /// What is told of this person on every screen, as folded words: what somebody who aims at them tries first.
    pub fn words(&self) -> Vec<String> {
        let local = self.email.split('@').next().unwrap_or_default();
        let parts = self.display_name.split(|letter: char| !letter.is_alphanumeric()).chain([local, self.email, PRODUCT]);
        parts.map(fold).filter(|word| word.chars().count() >= WORD_CHARS_MIN).collect()
    }
}

/// Whether a password may be its owner's, but for how widely known it is.
///
/// # Errors
/// The first fault found.
pub fn check_password(password: &str, owner: &PasswordOwner) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if length < PASSWORD_CHARS_MIN {
        return Err(PasswordFault::TooShort);
    }
    if length > PASSWORD_CHARS_MAX {
        return Err(PasswordFault::TooLong);
    }
    let folded = fold(password);
    if owner.words().iter().any(|word| folded.contains(word)) { Err(PasswordFault::HoldsName) } else { Ok(()) }
}

/// Letters and digits only, in lower case and without accents.
pub fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).map(without_accent).collect()
}

const fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ÿ' | 'ý' => 'y',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: PasswordOwner<'static> = PasswordOwner { email: "ines.pectrice@ville.example", display_name: "Inès Pectrice-Roy" };

    #[test]
    fn a_browser_is_known_by_its_family_and_nothing_finer() {
        let cases = [
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", BrowserFamily::Chrome, false),
            ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", BrowserFamily::Edge, false),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-G991W) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121 Mobile Safari/537.36",
                BrowserFamily::Samsung,
                true,
            ),
            ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36", BrowserFamily::Chrome, true),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                BrowserFamily::Safari,
                true,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126 Mobile/15E148 Safari/604.1",
                BrowserFamily::Chrome,
                true,
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", BrowserFamily::Firefox, false),
            ("curl/8.5.0", BrowserFamily::Other, false),
            ("", BrowserFamily::Other, false),
        ];
        for (user_agent, family, handheld) in cases {
            assert_eq!(Browser::of(user_agent), Browser { family, handheld }, "{user_agent}");
        }
    }

    #[test]
    fn length_alone_is_asked_for() {
        assert_eq!(check_password("onze lettre", &OWNER), Err(PasswordFault::TooShort));
        assert_eq!(check_password("douze lettre", &OWNER), Ok(()));
        // Characters, not bytes; and no composition.
        assert_eq!(check_password("éééééééééééé", &OWNER), Ok(()));
        assert_eq!(check_password(&"é".repeat(128), &OWNER), Ok(()));
        assert_eq!(check_password(&"é".repeat(129), &OWNER), Err(PasswordFault::TooLong));
    }

    #[test]
    fn what_everybody_knows_of_the_owner_is_refused_however_it_is_written() {
        for password in ["PECTRICE-2026-!!", "ma chère inès à moi", "i n e s . p e c t r i c e", "la Brigade du 450", "B.R.I.G.A.D.E 2026"] {
            assert_eq!(check_password(password, &OWNER), Err(PasswordFault::HoldsName), "{password}");
        }
        // « Roy » is too short a word to be looked for.
        assert_eq!(check_password("le royaume des oiseaux", &OWNER), Ok(()));
    }
}
