//! Sharing without consent, when the law allows it: a danger to life, health or safety. Little, briefly, with a ground and a reason, and always reviewed.
//!
//! Grounds: Act respecting Access, sections 59 ¶2 (4) and 59.1; private sector (P-39.1), sections 18 ¶1 (7) and 18.1.

use serde::{Deserialize, Serialize};

use crate::{
    case::{Act, coded_enum},
    clock::Timestamp,
    ids::{CaseId, DwellingId, EmergencyShareId, OrganisationId, ReferralId},
    permission::{Grants, Section},
};

coded_enum! {
    /// The legal ground.
    EmergencyGround {
        /// An emergency that endangers the life, health or safety of the person concerned (A-2.1, 59 ¶2 (4); P-39.1, 18 ¶1 (7)).
        PersonInDanger = "person_in_danger",
        /// A serious risk of death or serious injury to somebody (A-2.1, 59.1; P-39.1, 18.1).
        SeriousRisk = "serious_risk",
    }
}

coded_enum! {
    /// What the privacy officer found.
    ReviewFinding { Justified = "justified", NotJustified = "not_justified" }
}

/// How long it opens anything: the time to act, then to ask the person. 72 hours.
pub const EMERGENCY_SHARE_MS: i64 = 3 * Timestamp::DAY_MS;

/// The review of an emergency share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub reviewed: Act,
    pub finding: ReviewFinding,
    pub text: String,
}

/// What was shared of one dwelling, once, with one body, without consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyShare {
    pub id: EmergencyShareId,
    pub case_id: CaseId,
    pub referral_id: ReferralId,
    pub dwelling_id: DwellingId,
    pub to_organisation: OrganisationId,
    /// The least that is needed, of the sections that need consent.
    pub sections: Grants,
    pub ground: EmergencyGround,
    /// The facts that make the ground hold.
    pub reason: String,
    pub shared: Act,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmergencyShareError {
    #[error("it says which sections, of those that need consent")]
    Sections,
    #[error("it says what happens")]
    Reason,
    #[error("it is reviewed once")]
    Reviewed,
}

impl EmergencyShare {
    /// Whether it can be recorded.
    ///
    /// # Errors
    /// What is missing.
    pub fn checked(self) -> Result<Self, EmergencyShareError> {
        if !self.sections.is_of_people() {
            return Err(EmergencyShareError::Sections);
        }
        if self.reason.trim().is_empty() {
            return Err(EmergencyShareError::Reason);
        }
        Ok(self)
    }

    /// It opens nothing from this moment.
    pub fn until(&self) -> Timestamp {
        self.shared.at.plus_ms(EMERGENCY_SHARE_MS)
    }

    /// Whether it opens anything at this moment: until its end, or until a review finds that it should not have been.
    pub fn holds(&self, at: Timestamp) -> bool {
        at < self.until() && self.review.as_ref().is_none_or(|review| review.finding == ReviewFinding::Justified)
    }

    /// Whether it lets this body read this section of its dwelling now.
    pub fn opens(&self, to: OrganisationId, section: Section, at: Timestamp) -> bool {
        self.holds(at) && self.to_organisation == to && self.sections.contains(section)
    }

    /// Says what was found of it, once.
    ///
    /// # Errors
    /// [`EmergencyShareError::Reviewed`], and [`EmergencyShareError::Reason`] without words.
    pub fn reviewed(self, reviewed: Act, finding: ReviewFinding, text: String) -> Result<Self, EmergencyShareError> {
        if self.review.is_some() {
            return Err(EmergencyShareError::Reviewed);
        }
        if text.trim().is_empty() {
            return Err(EmergencyShareError::Reason);
        }
        Ok(Self { review: Some(Review { reviewed, finding, text }), ..self })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed step is a failed test")]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::AccountId;

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn act() -> Act {
        Act { by: AccountId(Uuid::from_u128(7)), at: NOW }
    }

    fn share() -> EmergencyShare {
        EmergencyShare {
            id: EmergencyShareId(Uuid::from_u128(1)),
            case_id: CaseId(Uuid::from_u128(2)),
            referral_id: ReferralId(Uuid::from_u128(5)),
            dwelling_id: DwellingId(Uuid::from_u128(3)),
            to_organisation: OrganisationId(Uuid::from_u128(4)),
            sections: Grants::of([Section::Contact]).unwrap(),
            ground: EmergencyGround::PersonInDanger,
            reason: "Ne répond plus depuis deux jours".to_owned(),
            shared: act(),
            review: None,
        }
    }

    #[test]
    fn it_opens_its_sections_to_one_body_for_three_days() {
        let shared = share();
        let (to, end) = (shared.to_organisation, NOW.plus_ms(EMERGENCY_SHARE_MS));
        let table = [
            (to, Section::Contact, NOW, true),
            (to, Section::Contact, end.plus_ms(-1), true),
            (to, Section::Contact, end, false),
            (to, Section::Psychosocial, NOW, false),
            (OrganisationId(Uuid::from_u128(40)), Section::Contact, NOW, false),
        ];
        for (body, section, at, opens) in table {
            assert_eq!(shared.opens(body, section, at), opens, "{body} {section} {at:?}");
        }
    }

    #[test]
    fn it_says_what_and_why_and_is_reviewed_once() {
        assert_eq!(share().checked(), Ok(share()));
        assert_eq!(EmergencyShare { sections: Grants::NONE, ..share() }.checked(), Err(EmergencyShareError::Sections));
        let building = Grants::of([Section::Contact, Section::Building]).unwrap();
        assert_eq!(EmergencyShare { sections: building, ..share() }.checked(), Err(EmergencyShareError::Sections));
        assert_eq!(EmergencyShare { reason: " ".to_owned(), ..share() }.checked(), Err(EmergencyShareError::Reason));
        let words = || "Vu".to_owned();
        assert_eq!(share().reviewed(act(), ReviewFinding::Justified, " ".to_owned()), Err(EmergencyShareError::Reason));
        let fine = share().reviewed(act(), ReviewFinding::Justified, words()).unwrap();
        assert!(fine.holds(NOW));
        assert_eq!(fine.reviewed(act(), ReviewFinding::NotJustified, words()), Err(EmergencyShareError::Reviewed));
        let wrong = share().reviewed(act(), ReviewFinding::NotJustified, words()).unwrap();
        assert!(!wrong.holds(NOW), "what should not have been shared is closed at once");
    }
}
