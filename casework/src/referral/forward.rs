//! A partner that holds a referral asks that it be passed on to another service.
//!
//! A partner passes nothing on by itself: what was shared with it was shared with it alone, for one purpose, and whoever consented did not consent to a third
//! body. So it asks; the brigade's worker, who keeps the consents, refuses or sends a new referral, which says less than the first or as much, never more, and
//! shares what concerns people only under consents that name the new service. The new service is told nothing of the first one, which is told how the new
//! referral goes and nothing of what it says: the loop closes to both, and to the brigade between them.

use serde::{Deserialize, Serialize};

use super::{Referral, ReferralStage};
use crate::{
    case::{Act, written},
    ids::{ForwardId, OrganisationId, ReferralId},
    permission::Grants,
};

/// Characters of why, from either side.
pub const FORWARD_CHARS_MAX: usize = 2_000;
/// What the first referral's history says of it.
pub const FORWARD_ASKED: &str = "forward_asked";
pub const FORWARD_SENT: &str = "forward_sent";
/// With the reason.
pub const FORWARD_REFUSED: &str = "forward_refused";
/// With the verb done to the new referral.
pub const FORWARD_MOVED: &str = "forward_moved";

/// An asking to pass a referral on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    pub id: ForwardId,
    pub referral_id: ReferralId,
    /// To whom.
    pub to_organisation: OrganisationId,
    /// Why, in the words of who holds the referral.
    pub reason: String,
    pub asked: Act,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ForwardAnswer>,
}

/// What the brigade answered. JSON tag: `answer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum ForwardAnswer {
    /// Another referral went.
    Sent {
        referral: ReferralId,
        act: Act,
    },
    Refused {
        reason: String,
        act: Act,
    },
}

/// Why a referral cannot be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForwardError {
    #[error("only who has accepted a referral asks to pass it on")]
    NotHeld,
    #[error("a referral is passed on to another service than those it is between")]
    SameService,
    #[error("it says why")]
    Reason,
    #[error("a reason has at most {FORWARD_CHARS_MAX} characters")]
    TooLong,
    #[error("it was answered already")]
    Answered,
    #[error("a referral that is passed on shares no more than the first")]
    More,
}

impl ReferralStage {
    /// Whether its recipient holds it, or did what was asked: the one who may know that another service is needed.
    pub const fn is_held(self) -> bool {
        match self {
            Self::Accepted | Self::InProgress | Self::OnHold | Self::Completed => true,
            Self::Draft | Self::Sent | Self::Declined | Self::Withdrawn | Self::Expired => false,
        }
    }
}

impl Forward {
    /// Asks it, of the referral as it stands.
    ///
    /// # Errors
    /// What is not right.
    pub fn ask(referral: &Referral, id: ForwardId, to_organisation: OrganisationId, reason: &str, asked: Act) -> Result<Self, ForwardError> {
        if !referral.stage().is_held() {
            return Err(ForwardError::NotHeld);
        }
        if to_organisation == referral.from_organisation || to_organisation == referral.to_organisation {
            return Err(ForwardError::SameService);
        }
        let reason = said(reason)?;
        Ok(Self { id, referral_id: referral.id, to_organisation, reason, asked, answer: None })
    }

    /// Refuses it.
    ///
    /// # Errors
    /// When it was answered, or no reason is said.
    pub fn refuse(self, reason: &str, act: Act) -> Result<Self, ForwardError> {
        if self.answer.is_some() {
            return Err(ForwardError::Answered);
        }
        let reason = said(reason)?;
        Ok(Self { answer: Some(ForwardAnswer::Refused { reason, act }), ..self })
    }

    /// Passes it on by `next`, which shares no more than what the first shared.
    ///
    /// # Errors
    /// When it was answered, `next` goes to somebody else, or shares more.
    pub fn send(self, first: &Referral, next: &Referral, act: Act) -> Result<Self, ForwardError> {
        if self.answer.is_some() {
            return Err(ForwardError::Answered);
        }
        self.allows(first, next.to_organisation, next.shared_sections)?;
        Ok(Self { answer: Some(ForwardAnswer::Sent { referral: next.id, act }), ..self })
    }

    /// Whether a referral to this service, sharing these, answers it.
    ///
    /// # Errors
    /// [`ForwardError::SameService`] for another service than the one asked for, [`ForwardError::More`].
    pub fn allows(&self, first: &Referral, to: OrganisationId, sections: Grants) -> Result<(), ForwardError> {
        if to != self.to_organisation {
            return Err(ForwardError::SameService);
        }
        let is_within = sections.sections().into_iter().all(|section| first.shared_sections.contains(section));
        if is_within { Ok(()) } else { Err(ForwardError::More) }
    }
}

fn said(reason: &str) -> Result<String, ForwardError> {
    let reason = written(reason).ok_or(ForwardError::Reason)?;
    if reason.chars().count() > FORWARD_CHARS_MAX { Err(ForwardError::TooLong) } else { Ok(reason) }
}
