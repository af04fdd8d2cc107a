//! A referral to a partner service: a closed loop, in which every sending ends in an answer, an expiry or a withdrawal.

use serde::{Deserialize, Serialize};

use crate::{
    case::{Act, coded_enum, written},
    clock::Timestamp,
    emergency_share::EmergencyShare,
    ids::{AccountId, BuildingId, CaseId, ForwardId, OrganisationId, ReferralId, ServiceId},
    permission::Grants,
};

mod day;
mod forward;
mod link;
mod person_word;
mod queue;
mod thread;

pub use day::{Day, NotADay};
pub use forward::{FORWARD_ASKED, FORWARD_CHARS_MAX, FORWARD_MOVED, FORWARD_REFUSED, FORWARD_SENT, Forward, ForwardAnswer, ForwardError};
pub use link::{LINK_CODE_DIGITS, LINK_DAYS_MAX, LINK_NAME_CHARS_MAX, Link, LinkError, LinkEvent, WRONG_CODES_MAX};
pub use person_word::{Helped, PERSON_HEARD, PERSON_WORDS_CHARS_MAX, PersonWord, REMINDED};
pub use queue::ReferralQueue;
pub use thread::{MESSAGE_CHARS_MAX, Message, MessageError, QUESTIONS_MAX, remind_at};

coded_enum! {
    /// Where a referral stands, without its facts.
    ReferralStage {
        Draft = "draft",
        Sent = "sent",
        Accepted = "accepted",
        Declined = "declined",
        InProgress = "in_progress",
        OnHold = "on_hold",
        Completed = "completed",
        Withdrawn = "withdrawn",
        Expired = "expired",
    }
}

impl ReferralStage {
    /// Sent, and neither done, refused, expired nor taken back: what it shares is still needed.
    pub const fn is_under_way(self) -> bool {
        match self {
            Self::Sent | Self::Accepted | Self::InProgress | Self::OnHold => true,
            Self::Draft | Self::Declined | Self::Completed | Self::Withdrawn | Self::Expired => false,
        }
    }
}

coded_enum! {
    /// What can be done to a referral.
    ReferralVerb {
        Send = "send",
        Accept = "accept",
        Decline = "decline",
        Start = "start",
        Hold = "hold",
        Resume = "resume",
        Complete = "complete",
        Withdraw = "withdraw",
        /// After a refusal or no answer: asked of another service, by another referral.
        Redirect = "redirect",
        /// Done by the server when the deadline passes unanswered.
        Expire = "expire",
    }
}

coded_enum! {
    /// Which end of the referral an organisation is.
    Side { Sender = "sender", Recipient = "recipient" }
}

coded_enum! {
    /// How soon the partner is asked to act.
    Urgency { Routine = "routine", Soon = "soon", Urgent = "urgent" }
}

coded_enum! {
    /// What the partner answered.
    ReferralAnswer { Accepted = "accepted", Declined = "declined" }
}

/// The stage of a referral with the facts gathered so far. JSON tag: `stage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum ReferralState {
    Draft {
        drafted: Act,
        /// Days that it will leave for an answer, once sent.
        #[serde(default = "answer_days_unsaid")]
        answer_in_days: u32,
        /// What it will share without consent, on a legal ground.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emergency: Option<Box<EmergencyShare>>,
    },
    Sent {
        sent: Act,
        due_at: Timestamp,
    },
    Accepted {
        sent: Act,
        due_at: Timestamp,
        accepted: Acceptance,
    },
    Declined {
        sent: Act,
        due_at: Timestamp,
        declined: Act,
        reason: String,
    },
    InProgress {
        sent: Act,
        due_at: Timestamp,
        accepted: Acceptance,
        started: Act,
    },
    OnHold {
        sent: Act,
        due_at: Timestamp,
        accepted: Acceptance,
        /// `None` when put on hold before work began: resuming then goes back to accepted.
        started: Option<Act>,
        held: Act,
        reason: String,
    },
    Completed {
        sent: Act,
        due_at: Timestamp,
        accepted: Acceptance,
        /// `None` when the service was given without saying that it had begun.
        started: Option<Act>,
        completed: Act,
        outcome: String,
    },
    Withdrawn {
        /// `None` when it was withdrawn as a draft.
        sent: Option<Act>,
        due_at: Option<Timestamp>,
        accepted: Option<Acceptance>,
        withdrawn: Act,
        reason: String,
    },
    Expired {
        sent: Act,
        due_at: Timestamp,
        expired_at: Timestamp,
    },
}

/// A yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    pub by: AccountId,
    pub at: Timestamp,
    /// Day on which the partner plans to act, when it said one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_on: Option<Day>,
}

/// A referral of a case to a service of another organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    pub id: ReferralId,
    pub case_id: CaseId,
    pub building_id: BuildingId,
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    pub service: String,
    /// Named contact on the recipient's side (personne pivot).
    pub pivot_person: Option<String>,
    pub reason: String,
    pub urgency: Urgency,
    /// Exactly what the recipient may read, besides the referral itself.
    pub shared_sections: Grants,
    /// Grows by one with each verb: the store saves only over the revision that was read.
    pub revision: i64,
    /// The refused or expired referral that this one takes over from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirects: Option<ReferralId>,
    /// The asking of a partner that this referral answers, which passes another on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwards: Option<ForwardId>,
    /// The referral that took over from this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirected_to: Option<ReferralId>,
    /// What the person said of it each time they were asked, once the service was given. Only ever added to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub person_words: Vec<PersonWord>,
    /// The address as the partner who signalled it typed it, which is what that partner is told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_said: Option<String>,
    /// The first of those that were made at once, for several services: known to the sender alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<ReferralId>,
    /// The service of the directory that it was sent to, by its id then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_id: Option<ServiceId>,
    pub state: ReferralState,
}

/// What is needed to draft a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub id: ReferralId,
    pub case_id: CaseId,
    pub building_id: BuildingId,
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    pub service: String,
    pub pivot_person: Option<String>,
    pub reason: String,
    pub urgency: Urgency,
    pub shared_sections: Grants,
    pub answer_in_days: u32,
    pub emergency: Option<Box<EmergencyShare>>,
    /// The first of those that one person sends at once for one case.
    pub group: Option<ReferralId>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    #[error("a referral says why it is made")]
    ReasonRequired,
    #[error("a referral goes to another organisation")]
    SameOrganisation,
}

impl DraftError {
    /// Stable code for the wire and for message keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ReasonRequired => "referral.reason_required",
            Self::SameOrganisation => "referral.same_organisation",
        }
    }
}

/// Why a referral cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// Somebody on the recipient's side answered before.
    #[error("the referral was already {answer}")]
    AlreadyAnswered { answer: ReferralAnswer, by: AccountId, at: Timestamp },
    #[error("a referral that is {stage} cannot {verb}")]
    WrongStage { stage: ReferralStage, verb: ReferralVerb },
    #[error("{verb} needs a reason")]
    ReasonRequired { verb: ReferralVerb },
    #[error("completing needs an outcome")]
    OutcomeRequired,
    #[error("the deadline is not after the sending")]
    DeadlinePassed { due_at: Timestamp },
    #[error("the deadline has not passed")]
    NotYetDue { due_at: Timestamp },
    #[error("a referral that is {stage} has not helped anybody yet")]
    NotGivenYet { stage: ReferralStage },
}

impl TransitionError {
    /// Stable code for the wire and for message keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyAnswered { .. } => "referral.already_answered",
            Self::WrongStage { .. } => "referral.wrong_stage",
            Self::ReasonRequired { .. } => "referral.reason_required",
            Self::OutcomeRequired => "referral.outcome_required",
            Self::DeadlinePassed { .. } => "referral.deadline_passed",
            Self::NotYetDue { .. } => "referral.not_yet_due",
            Self::NotGivenYet { .. } => "referral.not_given_yet",
        }
    }
}

impl ReferralVerb {
    /// Which side may do it; `None` is the server's own.
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Send | Self::Withdraw | Self::Redirect => Some(Side::Sender),
            Self::Accept | Self::Decline | Self::Start | Self::Hold | Self::Resume | Self::Complete => Some(Side::Recipient),
            Self::Expire => None,
        }
    }
}

impl ReferralVerb {
    /// Whether a side is told that it was done. That another service is asked is not the business of the one that refused.
    pub const fn is_told_to(self, side: Side) -> bool {
        match (self, side) {
            (Self::Redirect, Side::Recipient) => false,
            (
                Self::Send
                | Self::Accept
                | Self::Decline
                | Self::Start
                | Self::Hold
                | Self::Resume
                | Self::Complete
                | Self::Withdraw
                | Self::Redirect
                | Self::Expire,
                Side::Sender | Side::Recipient,
            ) => true,
        }
    }
}

impl ReferralStage {
    /// Whether the verb is possible in this stage: the whole transition table.
    pub const fn permits(self, verb: ReferralVerb) -> bool {
        match self {
            Self::Draft => matches!(verb, ReferralVerb::Send | ReferralVerb::Withdraw),
            Self::Sent => matches!(verb, ReferralVerb::Accept | ReferralVerb::Decline | ReferralVerb::Withdraw | ReferralVerb::Expire),
            Self::Accepted => matches!(verb, ReferralVerb::Start | ReferralVerb::Hold | ReferralVerb::Complete | ReferralVerb::Withdraw),
            Self::InProgress => matches!(verb, ReferralVerb::Hold | ReferralVerb::Complete | ReferralVerb::Withdraw),
            Self::OnHold => matches!(verb, ReferralVerb::Resume | ReferralVerb::Withdraw),
            Self::Declined | Self::Expired => matches!(verb, ReferralVerb::Redirect),
            Self::Completed | Self::Withdrawn => false,
        }
    }

    /// The verbs possible for one side, in a fixed order.
    pub fn allowed_verbs(self, side: Side) -> Vec<ReferralVerb> {
        ReferralVerb::ALL.iter().copied().filter(|verb| verb.side() == Some(side) && self.permits(*verb)).collect()
    }

    /// Whether something is still expected of somebody.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Draft | Self::Sent | Self::Accepted | Self::InProgress | Self::OnHold => true,
            Self::Declined | Self::Completed | Self::Withdrawn | Self::Expired => false,
        }
    }
}

impl ReferralState {
    pub const fn stage(&self) -> ReferralStage {
        match self {
            Self::Draft { .. } => ReferralStage::Draft,
            Self::Sent { .. } => ReferralStage::Sent,
            Self::Accepted { .. } => ReferralStage::Accepted,
            Self::Declined { .. } => ReferralStage::Declined,
            Self::InProgress { .. } => ReferralStage::InProgress,
            Self::OnHold { .. } => ReferralStage::OnHold,
            Self::Completed { .. } => ReferralStage::Completed,
            Self::Withdrawn { .. } => ReferralStage::Withdrawn,
            Self::Expired { .. } => ReferralStage::Expired,
        }
    }

    pub const fn sent(&self) -> Option<Act> {
        match self {
            Self::Draft { .. } => None,
            Self::Sent { sent, .. }
            | Self::Accepted { sent, .. }
            | Self::Declined { sent, .. }
            | Self::InProgress { sent, .. }
            | Self::OnHold { sent, .. }
            | Self::Completed { sent, .. }
            | Self::Expired { sent, .. } => Some(*sent),
            Self::Withdrawn { sent, .. } => *sent,
        }
    }

    /// When an answer is due; `None` before it was sent.
    pub const fn due_at(&self) -> Option<Timestamp> {
        match self {
            Self::Draft { .. } => None,
            Self::Sent { due_at, .. }
            | Self::Accepted { due_at, .. }
            | Self::Declined { due_at, .. }
            | Self::InProgress { due_at, .. }
            | Self::OnHold { due_at, .. }
            | Self::Completed { due_at, .. }
            | Self::Expired { due_at, .. } => Some(*due_at),
            Self::Withdrawn { due_at, .. } => *due_at,
        }
    }

    pub const fn acceptance(&self) -> Option<Acceptance> {
        match self {
            Self::Draft { .. } | Self::Sent { .. } | Self::Declined { .. } | Self::Expired { .. } => None,
            Self::Accepted { accepted, .. } | Self::InProgress { accepted, .. } | Self::OnHold { accepted, .. } | Self::Completed { accepted, .. } => {
                Some(*accepted)
            }
            Self::Withdrawn { accepted, .. } => *accepted,
        }
    }

    /// The partner's answer: what, who and when.
    pub fn answer(&self) -> Option<(ReferralAnswer, Act)> {
        if let Self::Declined { declined, .. } = self {
            return Some((ReferralAnswer::Declined, *declined));
        }
        self.acceptance().map(|accepted| (ReferralAnswer::Accepted, Act { by: accepted.by, at: accepted.at }))
    }

    /// When the last word was said; `None` while something is still expected.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Declined { declined, .. } => Some(declined.at),
            Self::Completed { completed, .. } => Some(completed.at),
            Self::Withdrawn { withdrawn, .. } => Some(withdrawn.at),
            Self::Expired { expired_at, .. } => Some(*expired_at),
            Self::Draft { .. } | Self::Sent { .. } | Self::Accepted { .. } | Self::InProgress { .. } | Self::OnHold { .. } => None,
        }
    }

    /// Reason of a refusal, a hold or a withdrawal.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Declined { reason, .. } | Self::OnHold { reason, .. } | Self::Withdrawn { reason, .. } => Some(reason),
            Self::Draft { .. } | Self::Sent { .. } | Self::Accepted { .. } | Self::InProgress { .. } | Self::Completed { .. } | Self::Expired { .. } => None,
        }
    }

    pub fn outcome(&self) -> Option<&str> {
        match self {
            Self::Completed { outcome, .. } => Some(outcome),
            Self::Draft { .. }
            | Self::Sent { .. }
            | Self::Accepted { .. }
            | Self::Declined { .. }
            | Self::InProgress { .. }
            | Self::OnHold { .. }
            | Self::Withdrawn { .. }
            | Self::Expired { .. } => None,
        }
    }

    /// Why `verb` is not possible: an answer given before is said as such, because two people of one service often answer the same referral.
    fn refusal(&self, verb: ReferralVerb) -> TransitionError {
        match (verb, self.answer()) {
            (ReferralVerb::Accept | ReferralVerb::Decline, Some((answer, act))) => TransitionError::AlreadyAnswered { answer, by: act.by, at: act.at },
            _ => TransitionError::WrongStage { stage: self.stage(), verb },
        }
    }
}

impl Referral {
    /// A new draft, at revision 1.
    ///
    /// # Errors
    /// [`DraftError`] when the reason is blank or both ends are the same organisation.
    pub fn draft(draft: Draft, by: AccountId, at: Timestamp) -> Result<Self, DraftError> {
        if draft.from_organisation == draft.to_organisation {
            return Err(DraftError::SameOrganisation);
        }
        let reason = written(&draft.reason).ok_or(DraftError::ReasonRequired)?;
        Ok(Self {
            id: draft.id,
            case_id: draft.case_id,
            building_id: draft.building_id,
            from_organisation: draft.from_organisation,
            to_organisation: draft.to_organisation,
            service: draft.service,
            pivot_person: draft.pivot_person,
            reason,
            urgency: draft.urgency,
            shared_sections: draft.shared_sections,
            revision: 1,
            redirects: None,
            forwards: None,
            redirected_to: None,
            person_words: Vec::new(),
            address_said: None,
            group: draft.group,
            service_id: None,
            state: ReferralState::Draft { drafted: Act { by, at }, answer_in_days: draft.answer_in_days, emergency: draft.emergency },
        })
    }

    pub const fn stage(&self) -> ReferralStage {
        self.state.stage()
    }

    pub const fn due_at(&self) -> Option<Timestamp> {
        self.state.due_at()
    }

    /// When it is to be brought to its recipient's mind, as long as it waits for an answer.
    pub fn remind_at(&self) -> Option<Timestamp> {
        match &self.state {
            ReferralState::Sent { sent, due_at } => Some(remind_at(sent.at, *due_at)),
            ReferralState::Draft { .. }
            | ReferralState::Accepted { .. }
            | ReferralState::Declined { .. }
            | ReferralState::InProgress { .. }
            | ReferralState::OnHold { .. }
            | ReferralState::Completed { .. }
            | ReferralState::Withdrawn { .. }
            | ReferralState::Expired { .. } => None,
        }
    }

    /// Which side an organisation is on; `None` for every other organisation.
    pub fn side_of(&self, organisation: OrganisationId) -> Option<Side> {
        if organisation == self.to_organisation {
            Some(Side::Recipient)
        } else if organisation == self.from_organisation {
            Some(Side::Sender)
        } else {
            None
        }
    }

    pub fn allowed_verbs(&self, side: Side) -> Vec<ReferralVerb> {
        let mut verbs = self.stage().allowed_verbs(side);
        verbs.retain(|verb| *verb != ReferralVerb::Redirect || self.redirected_to.is_none());
        verbs
    }

    /// Sent, unanswered, and past its deadline.
    pub fn is_late(&self, now: Timestamp) -> bool {
        matches!(self.state, ReferralState::Sent { due_at, .. } if now > due_at)
    }

    /// What it will share without consent, while it is a draft.
    pub fn emergency(&self) -> Option<&EmergencyShare> {
        match &self.state {
            ReferralState::Draft { emergency, .. } => emergency.as_deref(),
            _ => None,
        }
    }

    /// Days that a draft will leave for an answer.
    pub const fn answer_in_days(&self) -> Option<u32> {
        match &self.state {
            ReferralState::Draft { answer_in_days, .. } => Some(*answer_in_days),
            _ => None,
        }
    }

    /// Sends a draft: the days that it leaves for an answer begin now.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless a draft, [`TransitionError::DeadlinePassed`] when it leaves no day.
    pub fn send_now(self, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let ReferralState::Draft { answer_in_days, .. } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Send));
        };
        self.send(at.plus_ms(i64::from(answer_in_days) * Timestamp::DAY_MS), by, at)
    }

    /// Sends it, an answer being due at `due_at`.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless a draft, [`TransitionError::DeadlinePassed`] when `due_at` is not after `at`.
    pub fn send(self, due_at: Timestamp, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let ReferralState::Draft { .. } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Send));
        };
        if due_at <= at {
            return Err(TransitionError::DeadlinePassed { due_at });
        }
        Ok(self.moved(ReferralState::Sent { sent: Act { by, at }, due_at }))
    }

    /// Yes. A late yes is still a yes, as long as the referral has not expired.
    ///
    /// # Errors
    /// [`TransitionError::AlreadyAnswered`] with who and when, else [`TransitionError::WrongStage`] unless sent.
    pub fn accept(self, by: AccountId, at: Timestamp, planned_on: Option<Day>) -> Result<Self, TransitionError> {
        let ReferralState::Sent { sent, due_at } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Accept));
        };
        Ok(self.moved(ReferralState::Accepted { sent, due_at, accepted: Acceptance { by, at, planned_on } }))
    }

    /// No, with a reason.
    ///
    /// # Errors
    /// [`TransitionError::AlreadyAnswered`] with who and when, [`TransitionError::WrongStage`] unless sent, [`TransitionError::ReasonRequired`] when the reason is blank.
    pub fn decline(self, reason: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let ReferralState::Sent { sent, due_at } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Decline));
        };
        let reason = written(reason).ok_or(TransitionError::ReasonRequired { verb: ReferralVerb::Decline })?;
        Ok(self.moved(ReferralState::Declined { sent, due_at, declined: Act { by, at }, reason }))
    }

    /// The partner's work begins.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless accepted.
    pub fn start(self, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let ReferralState::Accepted { sent, due_at, accepted } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Start));
        };
        Ok(self.moved(ReferralState::InProgress { sent, due_at, accepted, started: Act { by, at } }))
    }

    /// The partner cannot go on for now.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless accepted or in progress, [`TransitionError::ReasonRequired`] when the reason is blank.
    pub fn hold(self, reason: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let (sent, due_at, accepted, started) = match self.state {
            ReferralState::Accepted { sent, due_at, accepted } => (sent, due_at, accepted, None),
            ReferralState::InProgress { sent, due_at, accepted, started } => (sent, due_at, accepted, Some(started)),
            _ => return Err(self.state.refusal(ReferralVerb::Hold)),
        };
        let reason = written(reason).ok_or(TransitionError::ReasonRequired { verb: ReferralVerb::Hold })?;
        Ok(self.moved(ReferralState::OnHold { sent, due_at, accepted, started, held: Act { by, at }, reason }))
    }

    /// The partner goes on where it stopped. Who resumed and when is in the audit; the state keeps the first start.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless on hold.
    pub fn resume(self) -> Result<Self, TransitionError> {
        let ReferralState::OnHold { sent, due_at, accepted, started, .. } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Resume));
        };
        Ok(self.moved(match started {
            Some(started) => ReferralState::InProgress { sent, due_at, accepted, started },
            None => ReferralState::Accepted { sent, due_at, accepted },
        }))
    }

    /// The service was given, with this outcome.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless accepted or in progress, [`TransitionError::OutcomeRequired`] when the outcome is blank.
    pub fn complete(self, outcome: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let (sent, due_at, accepted, started) = match self.state {
            ReferralState::Accepted { sent, due_at, accepted } => (sent, due_at, accepted, None),
            ReferralState::InProgress { sent, due_at, accepted, started } => (sent, due_at, accepted, Some(started)),
            _ => return Err(self.state.refusal(ReferralVerb::Complete)),
        };
        let outcome = written(outcome).ok_or(TransitionError::OutcomeRequired)?;
        Ok(self.moved(ReferralState::Completed { sent, due_at, accepted, started, completed: Act { by, at }, outcome }))
    }

    /// Taken back by its sender: the recipient reads nothing more.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] once over, [`TransitionError::ReasonRequired`] when the reason is blank.
    pub fn withdraw(self, by: AccountId, at: Timestamp, reason: &str) -> Result<Self, TransitionError> {
        if !self.stage().permits(ReferralVerb::Withdraw) {
            return Err(self.state.refusal(ReferralVerb::Withdraw));
        }
        let reason = written(reason).ok_or(TransitionError::ReasonRequired { verb: ReferralVerb::Withdraw })?;
        let (sent, due_at, accepted) = (self.state.sent(), self.state.due_at(), self.state.acceptance());
        Ok(self.moved(ReferralState::Withdrawn { sent, due_at, accepted, withdrawn: Act { by, at }, reason }))
    }

    /// Nobody answered in time: it goes back to the sender and the coordinator.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless sent, [`TransitionError::NotYetDue`] before the deadline has passed.
    pub fn expire(self, at: Timestamp) -> Result<Self, TransitionError> {
        let ReferralState::Sent { sent, due_at } = self.state else {
            return Err(self.state.refusal(ReferralVerb::Expire));
        };
        if at <= due_at {
            return Err(TransitionError::NotYetDue { due_at });
        }
        Ok(self.moved(ReferralState::Expired { sent, due_at, expired_at: at }))
    }

    /// The revision as a side knows it: without the verbs that it is not told of.
    pub fn revision_told_to(&self, side: Side) -> i64 {
        let untold = self.redirected_to.is_some() && !ReferralVerb::Redirect.is_told_to(side);
        self.revision - i64::from(untold)
    }

    /// Asked of another service instead, once: what was refused stays as it was said.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless declined or expired, and when another referral took over before.
    pub fn redirect(self, to: ReferralId) -> Result<Self, TransitionError> {
        if !self.stage().permits(ReferralVerb::Redirect) || self.redirected_to.is_some() {
            return Err(self.state.refusal(ReferralVerb::Redirect));
        }
        Ok(Self { redirected_to: Some(to), revision: self.revision + 1, ..self })
    }

    fn moved(self, state: ReferralState) -> Self {
        Self { state, revision: self.revision + 1, ..self }
    }
}

/// Of drafts that were kept before they said it.
const fn answer_days_unsaid() -> u32 {
    5
}

#[cfg(test)]
mod tests;
