//! A single-purpose link: somebody without an account answers one referral, with a code that came by another way.

use serde::{Deserialize, Serialize};

use super::ReferralStage;
use crate::{
    case::{Act, coded_enum, written},
    clock::Timestamp,
    ids::{LinkId, ReferralId},
};

/// Days that a link can last.
pub const LINK_DAYS_MAX: u32 = 30;
/// Digits of the code that goes apart.
pub const LINK_CODE_DIGITS: usize = 8;
/// Wrong codes, after which a link opens nothing any more: of a hundred million codes, ten are tried.
pub const WRONG_CODES_MAX: i64 = 10;
/// Characters of the name of who answers.
pub const LINK_NAME_CHARS_MAX: usize = 80;

coded_enum! {
    /// What a referral's history says of a link; followed by the name of who it is for.
    LinkEvent {
        Made = "link_made",
        Opened = "link_opened",
        Revoked = "link_revoked",
        /// Too many wrong codes.
        Blocked = "link_blocked",
    }
}

/// What one person without an account may answer, for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub id: LinkId,
    pub referral_id: ReferralId,
    /// Who answers, as the history and the other side will read it.
    pub name: String,
    pub made: Act,
    pub expires_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Act>,
}

/// Why a link cannot be made or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("nothing is expected of the recipient")]
    Closed,
    #[error("it says who answers")]
    Name,
    #[error("it lasts from 1 to {LINK_DAYS_MAX} days")]
    Days,
    #[error("it was revoked before")]
    Revoked,
}

impl Link {
    /// A link to a referral at this stage.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub fn make(id: LinkId, referral_id: ReferralId, stage: ReferralStage, name: &str, days: u32, made: Act) -> Result<Self, LinkError> {
        if !stage.waits_for_recipient() {
            return Err(LinkError::Closed);
        }
        if !(1..=LINK_DAYS_MAX).contains(&days) {
            return Err(LinkError::Days);
        }
        let name = written(name).filter(|name| name.chars().count() <= LINK_NAME_CHARS_MAX).ok_or(LinkError::Name)?;
        let expires_at = made.at.plus_ms(i64::from(days) * Timestamp::DAY_MS);
        Ok(Self { id, referral_id, name, made, expires_at, revoked: None })
    }

    /// Whether it opens its referral, to whoever knows its code.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.revoked.is_none() && at < self.expires_at
    }

    /// It opens nothing from this moment.
    ///
    /// # Errors
    /// [`LinkError::Revoked`] the second time.
    pub fn revoke(self, revoked: Act) -> Result<Self, LinkError> {
        if self.revoked.is_some() { Err(LinkError::Revoked) } else { Ok(Self { revoked: Some(revoked), ..self }) }
    }
}

impl ReferralStage {
    /// Whether an answer or an act of its recipient is expected.
    pub const fn waits_for_recipient(self) -> bool {
        match self {
            Self::Sent | Self::Accepted | Self::InProgress | Self::OnHold => true,
            Self::Draft | Self::Declined | Self::Completed | Self::Withdrawn | Self::Expired => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::AccountId;

    const MADE: Act = Act { by: AccountId(Uuid::from_u128(1)), at: Timestamp(1_000) };

    fn make(stage: ReferralStage, name: &str, days: u32) -> Result<Link, LinkError> {
        Link::make(LinkId(Uuid::from_u128(2)), ReferralId(Uuid::from_u128(3)), stage, name, days, MADE)
    }

    #[test]
    fn a_link_is_made_while_the_recipient_is_waited_for() {
        for stage in ReferralStage::ALL {
            assert_eq!(make(*stage, "Mme Roy", 7).is_ok(), stage.waits_for_recipient(), "{stage}");
        }
        let sent = |name: &str, days| make(ReferralStage::Sent, name, days).map(|link| link.name);
        assert_eq!(sent("  Mme Roy ", 30), Ok("Mme Roy".to_owned()));
        assert_eq!(sent(" ", 7), Err(LinkError::Name));
        assert_eq!(sent(&"é".repeat(81), 7), Err(LinkError::Name));
        assert_eq!((sent("Mme Roy", 0), sent("Mme Roy", 31)), (Err(LinkError::Days), Err(LinkError::Days)));
    }

    #[test]
    fn a_link_ends_at_its_time_or_when_it_is_revoked_once() {
        let link = make(ReferralStage::Sent, "Mme Roy", 1).expect("a link");
        let end = MADE.at.plus_ms(Timestamp::DAY_MS);
        assert!(link.holds(MADE.at) && link.holds(end.plus_ms(-1)) && !link.holds(end));
        let revoked = link.revoke(Act { at: Timestamp(2_000), ..MADE }).expect("revoked");
        assert!(!revoked.holds(Timestamp(1_500)));
        assert_eq!(revoked.revoke(MADE), Err(LinkError::Revoked));
    }
}
