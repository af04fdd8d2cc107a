//! Every text a person reads, in French with English beside, through typed keys: a missing key does not compile.
//!
//! One namespace per area. `texts::office::CASES.get(locale)`; parameters are replaced by name: `texts::fill(KEY.get(locale), &[("count", "3")])`.

pub mod account;
pub mod administration;
pub mod annotate;
pub mod cell;
pub mod common;
pub mod consent;
pub mod deputy;
pub mod device;
pub mod devices;
pub mod directory;
pub mod errors;
pub mod field;
pub mod field_plausible;
pub mod field_visit;
pub mod field_words;
pub mod guest;
pub mod incident;
pub mod map;
pub mod notice;
pub mod office;
pub mod partner;
pub mod privacy;
pub mod request;
pub mod retention;
pub mod round;
pub mod sheet;
pub mod sign_in;
pub mod statistics;
pub mod thread;

#[cfg(test)]
mod typography;

use inspection_grid::Label;
use serde::{Deserialize, Serialize};

/// Language of the screens. French is the default and the language of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    #[default]
    Fr,
    En,
}

impl Locale {
    /// Value of the document's `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr-CA",
            Self::En => "en-CA",
        }
    }

    /// From a cookie or a query value; anything that is not English is French.
    pub fn from_tag(tag: &str) -> Self {
        if tag.starts_with("en") { Self::En } else { Self::Fr }
    }
}

/// One text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    pub fr: &'static str,
    pub en: &'static str,
}

impl Text {
    pub const fn get(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Fr => self.fr,
            Locale::En => self.en,
        }
    }
}

/// A grid label in the language of the screen.
pub fn label(label: &Label, locale: Locale) -> String {
    match locale {
        Locale::Fr => label.fr.clone(),
        Locale::En => label.en.clone(),
    }
}

/// Replaces `{name}` by its value.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// Declares the typed keys of a namespace: `texts! { CASES: "Dossiers" / "Cases"; }`.
macro_rules! texts {
    ($($(#[$doc:meta])* $key:ident: $fr:literal / $en:literal;)*) => {
        $($(#[$doc])* pub const $key: $crate::texts::Text = $crate::texts::Text { fr: $fr, en: $en };)*

        /// Every key of this namespace, for the tests of typography.
        pub const ALL: &[(&str, $crate::texts::Text)] = &[$((stringify!($key), $key)),*];
    };
}
pub(crate) use texts;
