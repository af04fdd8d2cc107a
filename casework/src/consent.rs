//! Consent of the people of a dwelling: what of theirs may go to which body, for what, until when.
//!
//! Free, informed, for one purpose, in clear language, and withdrawn as simply as it was given (A-2.1, sections 53.1 and 65.1; P-39.1, sections 12 to 14). A
//! refusal is an answer like another: it is kept so that nobody asks again and again, and takes nothing away.

use serde::{Deserialize, Serialize};

use crate::{
    case::{Act, coded_enum},
    clock::Timestamp,
    emergency_share::EmergencyShare,
    ids::{CaseId, ConsentId, DwellingId, OrganisationId},
    permission::{Grants, Section},
};

coded_enum! {
    /// What the person said.
    ConsentAnswer { Given = "given", Refused = "refused" }
}

coded_enum! {
    /// How it was said.
    ConsentManner {
        Spoken = "spoken",
        /// On the screen.
        Signed = "signed",
        /// On paper, kept by the brigade.
        Paper = "paper",
    }
}

coded_enum! {
    /// Who answers for the people concerned.
    ConsentGiver {
        /// The person concerned, 14 or older.
        Person = "person",
        /// Who has parental authority, for a child under 14.
        Parent = "parent",
        /// A tutor, mandatary or other lawful representative.
        Representative = "representative",
    }
}

/// Longest time that a consent holds, days: a purpose that lasts longer is asked about again.
pub const CONSENT_DAYS_MAX: u32 = 365;

/// What a case's timeline says of an answer, besides the codes of [`ConsentAnswer`]: taken back, or done without.
pub const WITHDRAWN: &str = "withdrawn";
pub const IN_EMERGENCY: &str = "emergency";
/// And that it is over, by its date.
pub const ENDED: &str = "ended";
/// What a referral's history says when a consent under it is taken back.
pub const CONSENT_WITHDRAWN: &str = "consent_withdrawn";
/// And when one is over by its date.
pub const CONSENT_ENDED: &str = "consent_ended";

/// How long before its end a consent that something still relies on is brought to the mind of who keeps it: time to ask the person again, without haste.
pub const REMINDED_BEFORE_MS: i64 = 14 * Timestamp::DAY_MS;

/// What a person of a dwelling answered, once, about one body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub id: ConsentId,
    pub case_id: CaseId,
    pub dwelling_id: DwellingId,
    /// To whom, and to nobody else.
    pub to_organisation: OrganisationId,
    /// What: only sections that need consent.
    pub sections: Grants,
    /// What for, in the words used with the person.
    pub purpose: String,
    /// Who said it, as the brigade calls them.
    pub person: String,
    pub giver: ConsentGiver,
    pub manner: ConsentManner,
    /// Language in which it was explained, one of [`crate::wire::v1::HOUSEHOLD_LANGUAGES`].
    pub language: String,
    pub answer: ConsentAnswer,
    /// Who explained it, and when.
    pub explained: Act,
    /// It holds before this moment.
    pub until: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Act>,
}

/// What lets a referral share something of people: their consent, or a danger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    Consent(Consent),
    Emergency(EmergencyShare),
}

impl Basis {
    pub fn dwelling_id(&self) -> DwellingId {
        match self {
            Self::Consent(consent) => consent.dwelling_id,
            Self::Emergency(share) => share.dwelling_id,
        }
    }

    /// When it was said, of the people who were behind this door then.
    pub const fn said_at(&self) -> Timestamp {
        match self {
            Self::Consent(consent) => consent.explained.at,
            Self::Emergency(share) => share.shared.at,
        }
    }

    pub fn holds(&self, at: Timestamp) -> bool {
        match self {
            Self::Consent(consent) => consent.holds(at),
            Self::Emergency(share) => share.holds(at),
        }
    }

    /// Whether it lets this body read this section of its dwelling now.
    pub fn opens(&self, to: OrganisationId, section: Section, at: Timestamp) -> bool {
        match self {
            Self::Consent(consent) => consent.opens(to, section, at),
            Self::Emergency(share) => share.opens(to, section, at),
        }
    }
}

/// Whether those who spoke at a door are still the ones behind it: it was united with no other since. What lies there now may be of other people, who were
/// not asked.
pub fn speaks_for_its_door(said_at: Timestamp, united_at: Option<Timestamp>) -> bool {
    united_at.is_none_or(|united| united <= said_at)
}

/// Why a consent cannot be recorded or withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    #[error("a consent says which sections, of those that need one")]
    Sections,
    #[error("a consent says what for")]
    Purpose,
    #[error("a consent says who gave it")]
    Person,
    #[error("a consent holds from 1 to {CONSENT_DAYS_MAX} days")]
    Until,
    #[error("only a consent that was given, and stands, is withdrawn")]
    NotGiven,
}

impl Consent {
    /// Whether what is said can be recorded.
    ///
    /// # Errors
    /// What is missing.
    pub fn checked(self) -> Result<Self, ConsentError> {
        if !self.sections.is_of_people() {
            return Err(ConsentError::Sections);
        }
        if self.purpose.trim().is_empty() {
            return Err(ConsentError::Purpose);
        }
        if self.person.trim().is_empty() {
            return Err(ConsentError::Person);
        }
        let latest = self.explained.at.plus_ms(i64::from(CONSENT_DAYS_MAX) * Timestamp::DAY_MS);
        if self.until <= self.explained.at || self.until > latest {
            return Err(ConsentError::Until);
        }
        Ok(self)
    }

    /// Whether it opens anything at this moment.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.answer == ConsentAnswer::Given && self.withdrawn.is_none() && at < self.until
    }

    /// Whether it holds and is soon over: when the person is to be asked again, if something relies on it.
    pub fn ends_soon(&self, at: Timestamp) -> bool {
        self.holds(at) && self.until <= at.plus_ms(REMINDED_BEFORE_MS)
    }

    /// Whether it lets this body read this section of its dwelling now.
    pub fn opens(&self, to: OrganisationId, section: Section, at: Timestamp) -> bool {
        self.holds(at) && self.to_organisation == to && self.sections.contains(section)
    }

    /// Takes it back: what it opened is closed from this moment. What was read before was read.
    ///
    /// # Errors
    /// [`ConsentError::NotGiven`] for a refusal, and for one withdrawn already.
    pub fn withdraw(self, act: Act) -> Result<Self, ConsentError> {
        if self.answer == ConsentAnswer::Refused || self.withdrawn.is_some() {
            return Err(ConsentError::NotGiven);
        }
        Ok(Self { withdrawn: Some(act), ..self })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::AccountId;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn act(at: Timestamp) -> Act {
        Act { by: AccountId(Uuid::from_u128(7)), at }
    }

    fn consent(answer: ConsentAnswer) -> Consent {
        Consent {
            id: ConsentId(Uuid::from_u128(1)),
            case_id: CaseId(Uuid::from_u128(2)),
            dwelling_id: DwellingId(Uuid::from_u128(3)),
            to_organisation: OrganisationId(Uuid::from_u128(4)),
            sections: Grants::of([Section::Household]).unwrap(),
            purpose: "Aide au ménage".to_owned(),
            person: "Locataire de la porte 101".to_owned(),
            giver: ConsentGiver::Person,
            manner: ConsentManner::Spoken,
            language: "fr".to_owned(),
            answer,
            explained: act(NOW),
            until: NOW.plus_ms(90 * Timestamp::DAY_MS),
            withdrawn: None,
        }
    }

    #[test]
    fn it_opens_its_sections_to_one_body_until_its_end() {
        let given = consent(ConsentAnswer::Given);
        let (to, other_body) = (given.to_organisation, OrganisationId(Uuid::from_u128(40)));
        let last = given.until.plus_ms(-1);
        let table = [
            (to, Section::Household, NOW, true),
            (to, Section::Household, last, true),
            (to, Section::Household, given.until, false),
            (to, Section::Psychosocial, NOW, false),
            (to, Section::Contact, NOW, false),
            (other_body, Section::Household, NOW, false),
        ];
        for (body, section, at, opens) in table {
            assert_eq!(given.opens(body, section, at), opens, "{body} {section} {at:?}");
            assert!(!consent(ConsentAnswer::Refused).opens(body, section, at), "a refusal opens nothing");
        }
    }

    #[test]
    fn a_door_united_since_is_asked_again() {
        for (united_at, speaks) in [(None, true), (Some(NOW.plus_ms(-1)), true), (Some(NOW), true), (Some(NOW.plus_ms(1)), false)] {
            assert_eq!(speaks_for_its_door(NOW, united_at), speaks, "{united_at:?}");
        }
    }

    #[test]
    fn a_withdrawal_closes_it_at_once_and_for_good() {
        let given = consent(ConsentAnswer::Given);
        let withdrawn = given.clone().withdraw(act(NOW.plus_ms(1))).unwrap();
        assert!(given.holds(NOW) && !withdrawn.holds(NOW));
        assert_eq!(withdrawn.withdraw(act(NOW)), Err(ConsentError::NotGiven));
        assert_eq!(consent(ConsentAnswer::Refused).withdraw(act(NOW)), Err(ConsentError::NotGiven), "a refusal stands");
    }

    #[test]
    fn it_is_brought_to_mind_two_weeks_before_its_end_and_not_after() {
        let given = consent(ConsentAnswer::Given);
        let from = given.until.plus_ms(-REMINDED_BEFORE_MS);
        for (at, soon) in [(NOW, false), (from.plus_ms(-1), false), (from, true), (given.until.plus_ms(-1), true), (given.until, false)] {
            assert_eq!(given.ends_soon(at), soon, "{at:?}");
            assert!(!consent(ConsentAnswer::Refused).ends_soon(at), "a refusal has no end to fear");
            let withdrawn = given.clone().withdraw(act(NOW)).unwrap();
            assert!(!withdrawn.ends_soon(at), "what was taken back is over");
        }
    }

    #[test]
    fn it_says_what_for_by_whom_and_until_when() {
        let but = |change: fn(&mut Consent)| {
            let mut said = consent(ConsentAnswer::Given);
            change(&mut said);
            said.checked().err()
        };
        let table = [
            (but(|_| {}), None),
            (but(|said| said.sections = Grants::NONE), Some(ConsentError::Sections)),
            (but(|said| said.sections = Grants::of([Section::Household, Section::Building]).unwrap()), Some(ConsentError::Sections)),
            (but(|said| said.sections = Grants::of([Section::Household, Section::Psychosocial, Section::Contact]).unwrap()), None),
            (but(|said| said.purpose = " \u{a0}".to_owned()), Some(ConsentError::Purpose)),
            (but(|said| said.person.clear()), Some(ConsentError::Person)),
            (but(|said| said.until = said.explained.at), Some(ConsentError::Until)),
            (but(|said| said.until = said.explained.at.plus_ms(365 * Timestamp::DAY_MS)), None),
            (but(|said| said.until = said.explained.at.plus_ms(365 * Timestamp::DAY_MS + 1)), Some(ConsentError::Until)),
        ];
        for (index, (found, wanted)) in table.into_iter().enumerate() {
            assert_eq!(found, wanted, "line {index}");
        }
    }
}
