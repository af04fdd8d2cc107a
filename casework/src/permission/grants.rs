//! The sections a referral shares.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Section;

/// A set of sections granted to a partner. Never holds `Internal`; `Existence` goes without saying and is dropped. JSON: a list of section codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Vec<Section>", try_from = "Vec<Section>")]
pub struct Grants(u8);

/// A section that no referral can share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {0} section cannot be shared")]
pub struct NotGrantable(pub Section);

impl Grants {
    pub const NONE: Self = Self(0);

    /// The set of these sections.
    ///
    /// # Errors
    /// [`NotGrantable`] when `Internal` is among them.
    pub fn of(sections: impl IntoIterator<Item = Section>) -> Result<Self, NotGrantable> {
        sections.into_iter().try_fold(Self::NONE, |grants, section| match section {
            Section::Internal => Err(NotGrantable(section)),
            Section::Existence => Ok(grants),
            Section::Building | Section::Dwelling | Section::Household | Section::Psychosocial | Section::Contact | Section::Owner => {
                Ok(Self(grants.0 | bit(section)))
            }
        })
    }

    pub const fn contains(self, section: Section) -> bool {
        self.0 & bit(section) != 0
    }

    /// Whether it shares anything that concerns people.
    pub fn needs_consent(self) -> bool {
        self.sections().into_iter().any(Section::needs_consent)
    }

    /// Whether it holds something, all of which concerns people.
    pub fn is_of_people(self) -> bool {
        !self.is_empty() && self.without_consent().is_empty()
    }

    /// Those that no person's consent is needed for.
    #[must_use]
    pub fn without_consent(self) -> Self {
        self.sections().into_iter().filter(|section| !section.needs_consent()).fold(Self::NONE, |grants, section| Self(grants.0 | bit(section)))
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In declaration order.
    pub fn sections(self) -> Vec<Section> {
        Section::ALL.iter().copied().filter(|section| self.contains(*section)).collect()
    }
}

impl From<Grants> for Vec<Section> {
    fn from(grants: Grants) -> Self {
        grants.sections()
    }
}

impl From<Grants> for BTreeSet<Section> {
    fn from(grants: Grants) -> Self {
        grants.sections().into_iter().collect()
    }
}

impl TryFrom<Vec<Section>> for Grants {
    type Error = NotGrantable;

    fn try_from(sections: Vec<Section>) -> Result<Self, Self::Error> {
        Self::of(sections)
    }
}

const fn bit(section: Section) -> u8 {
    match section {
        Section::Existence => 1,
        Section::Building => 1 << 1,
        Section::Dwelling => 1 << 2,
        Section::Household => 1 << 3,
        Section::Psychosocial => 1 << 4,
        Section::Contact => 1 << 5,
        Section::Owner => 1 << 6,
        Section::Internal => 1 << 7,
    }
}
