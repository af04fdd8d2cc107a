//! The case of a building: when one opens, its stages, and the verbs that move it.
//!
//! Every verb consumes the case and appends one line to its history; nothing is ever removed from the history, so a reopened case is
//! simply in progress again, with its closing and reopening on record.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, ReferralId},
};

mod codes;
mod number;

pub use codes::UnknownCode;
pub(crate) use codes::coded_enum;
pub use number::CaseNumber;

/// Who did something, and when in server time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    pub by: AccountId,
    pub at: Timestamp,
}

/// Trimmed text, or `None` when nothing is left: how every required reason of this crate is read.
pub(crate) fn written(text: &str) -> Option<String> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

coded_enum! {
    /// Where a case stands, without its facts.
    CaseStage {
        New = "new",
        Assigned = "assigned",
        InProgress = "in_progress",
        WaitingOnPartner = "waiting_on_partner",
        Monitoring = "monitoring",
        Closed = "closed",
    }
}

coded_enum! {
    /// What can be done to a case.
    CaseVerb {
        /// Give the case to a person; in any open stage, and the stage stays once work has begun.
        Assign = "assign",
        /// Begin, or come back to work from waiting or monitoring.
        Start = "start",
        /// A partner's move is awaited.
        Wait = "wait",
        /// Work is done, the result is watched.
        Monitor = "monitor",
        Close = "close",
        Reopen = "reopen",
    }
}

coded_enum! {
    /// How a case ended.
    CaseOutcome {
        Corrected = "corrected",
        PartlyCorrected = "partly_corrected",
        /// The household lives elsewhere.
        Relocated = "relocated",
        /// The household stays, with its tenure protected.
        KeptInPlace = "kept_in_place",
        /// The owner did not act; other proceedings take over.
        OwnerFailure = "owner_failure",
        Unfounded = "unfounded",
        Duplicate = "duplicate",
    }
}

coded_enum! {
    /// Why a case was opened.
    OpeningReason {
        ImmediateDanger = "immediate_danger",
        /// The visit is judged complex (domain-facts 6.2).
        Complex = "complex",
        BandD = "band_d",
        BandC = "band_c",
        /// A coordinator opened it by hand, for instance after a 311 request.
        Requested = "requested",
    }
}

coded_enum! {
    /// Band of the building index, as the grid computes it (domain-facts 6.1).
    TriageBand { A = "A", B = "B", C = "C", D = "D" }
}

/// Whether a visit's result opens a case by itself, and for what reason (the gravest when several hold).
///
/// A case opens when the visit shows an immediate danger, **or** is judged complex, **or** its building is in band C (insalubrité importante) or
/// D (grave). Bands A and B with neither danger nor complexity open nothing: they stay follow-ups of the visit. A coordinator can still open one by hand.
///
/// # Source
/// domain-facts 6.1 (bands) and 6.2 (complexity, danger).
pub fn should_open(complex: bool, band: Option<TriageBand>, immediate_danger: bool) -> Option<OpeningReason> {
    if immediate_danger {
        return Some(OpeningReason::ImmediateDanger);
    }
    if complex {
        return Some(OpeningReason::Complex);
    }
    match band {
        Some(TriageBand::D) => Some(OpeningReason::BandD),
        Some(TriageBand::C) => Some(OpeningReason::BandC),
        Some(TriageBand::A | TriageBand::B) | None => None,
    }
}

/// Who works the case, and who decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    pub to: AccountId,
    pub by: AccountId,
    pub at: Timestamp,
}

/// The stage of a case with the facts of that stage. JSON tag: `stage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum CaseState {
    New,
    Assigned {
        assignment: Assignment,
    },
    InProgress {
        assignment: Assignment,
        started: Act,
    },
    WaitingOnPartner {
        assignment: Assignment,
        started: Act,
        waiting: Act,
        /// The referral whose answer is awaited, when it is one of ours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        referral: Option<ReferralId>,
    },
    Monitoring {
        assignment: Assignment,
        started: Act,
        monitoring: Act,
        /// When the result is looked at again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        look_again_at: Option<Timestamp>,
    },
    Closed {
        /// `None` when it was closed before anyone worked on it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        assignment: Option<Assignment>,
        closed: Act,
        outcome: CaseOutcome,
        reason: String,
    },
}

/// One line of a case's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRecord {
    pub verb: CaseVerb,
    pub from: CaseStage,
    pub to: CaseStage,
    pub by: AccountId,
    pub at: Timestamp,
    /// The person an assignment gave it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<AccountId>,
    /// Of a closing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CaseOutcome>,
    /// Of a closing or a reopening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A case: the work on one building.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub number: CaseNumber,
    pub building_id: BuildingId,
    pub opened_at: Timestamp,
    /// `None` when the rules opened it from a visit.
    pub opened_by: Option<AccountId>,
    pub opened_for: OpeningReason,
    pub state: CaseState,
    /// Append-only, oldest first.
    pub history: Vec<CaseRecord>,
}

/// Why a case cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    #[error("a case that is {stage} cannot {verb}")]
    WrongStage { stage: CaseStage, verb: CaseVerb },
    #[error("{verb} needs a reason")]
    ReasonRequired { verb: CaseVerb },
}

impl TransitionError {
    /// Stable code for the wire and for message keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongStage { .. } => "case.wrong_stage",
            Self::ReasonRequired { .. } => "case.reason_required",
        }
    }
}

impl CaseStage {
    /// Whether the verb is possible in this stage: the whole transition table.
    pub const fn permits(self, verb: CaseVerb) -> bool {
        match verb {
            CaseVerb::Assign | CaseVerb::Close => match self {
                Self::New | Self::Assigned | Self::InProgress | Self::WaitingOnPartner | Self::Monitoring => true,
                Self::Closed => false,
            },
            CaseVerb::Start => match self {
                Self::Assigned | Self::WaitingOnPartner | Self::Monitoring => true,
                Self::New | Self::InProgress | Self::Closed => false,
            },
            CaseVerb::Wait => match self {
                Self::InProgress | Self::Monitoring => true,
                Self::New | Self::Assigned | Self::WaitingOnPartner | Self::Closed => false,
            },
            CaseVerb::Monitor => match self {
                Self::InProgress | Self::WaitingOnPartner => true,
                Self::New | Self::Assigned | Self::Monitoring | Self::Closed => false,
            },
            CaseVerb::Reopen => match self {
                Self::Closed => true,
                Self::New | Self::Assigned | Self::InProgress | Self::WaitingOnPartner | Self::Monitoring => false,
            },
        }
    }

    /// The verbs possible in this stage, in a fixed order.
    pub fn allowed_verbs(self) -> Vec<CaseVerb> {
        CaseVerb::ALL.iter().copied().filter(|verb| self.permits(*verb)).collect()
    }
}

impl CaseState {
    pub const fn stage(&self) -> CaseStage {
        match self {
            Self::New => CaseStage::New,
            Self::Assigned { .. } => CaseStage::Assigned,
            Self::InProgress { .. } => CaseStage::InProgress,
            Self::WaitingOnPartner { .. } => CaseStage::WaitingOnPartner,
            Self::Monitoring { .. } => CaseStage::Monitoring,
            Self::Closed { .. } => CaseStage::Closed,
        }
    }

    /// Who works the case now, or worked it when it was closed.
    pub const fn assignment(&self) -> Option<Assignment> {
        match self {
            Self::New => None,
            Self::Assigned { assignment }
            | Self::InProgress { assignment, .. }
            | Self::WaitingOnPartner { assignment, .. }
            | Self::Monitoring { assignment, .. } => Some(*assignment),
            Self::Closed { assignment, .. } => *assignment,
        }
    }
}

impl Case {
    /// A new case. `by` is `None` when the rules open it ([`should_open`]).
    pub fn open(id: CaseId, number: CaseNumber, building_id: BuildingId, reason: OpeningReason, by: Option<AccountId>, at: Timestamp) -> Self {
        Self { id, number, building_id, opened_at: at, opened_by: by, opened_for: reason, state: CaseState::New, history: Vec::new() }
    }

    pub const fn stage(&self) -> CaseStage {
        self.state.stage()
    }

    pub fn allowed_verbs(&self) -> Vec<CaseVerb> {
        self.stage().allowed_verbs()
    }

    /// Gives the case to `to`. From `New` it becomes `Assigned`; later the stage stays and only the person changes.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] when closed.
    pub fn assign(mut self, to: AccountId, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let from = self.stage();
        let given = Assignment { to, by, at };
        match &mut self.state {
            CaseState::New => self.state = CaseState::Assigned { assignment: given },
            CaseState::Assigned { assignment }
            | CaseState::InProgress { assignment, .. }
            | CaseState::WaitingOnPartner { assignment, .. }
            | CaseState::Monitoring { assignment, .. } => *assignment = given,
            CaseState::Closed { .. } => return Err(TransitionError::WrongStage { stage: from, verb: CaseVerb::Assign }),
        }
        let mut record = record(CaseVerb::Assign, from, Act { by, at });
        record.assigned_to = Some(to);
        Ok(self.recorded(record))
    }

    /// Begins the work, or comes back to it from waiting or monitoring; the first start is kept.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] when nobody is assigned, when already in progress, or when closed.
    pub fn start(mut self, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let from = self.stage();
        self.state = match self.state {
            CaseState::Assigned { assignment } => CaseState::InProgress { assignment, started: Act { by, at } },
            CaseState::WaitingOnPartner { assignment, started, .. } | CaseState::Monitoring { assignment, started, .. } => {
                CaseState::InProgress { assignment, started }
            }
            CaseState::New | CaseState::InProgress { .. } | CaseState::Closed { .. } => {
                return Err(TransitionError::WrongStage { stage: from, verb: CaseVerb::Start });
            }
        };
        Ok(self.recorded(record(CaseVerb::Start, from, Act { by, at })))
    }

    /// Says that a partner's move is awaited.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless in progress or monitoring.
    pub fn wait(mut self, referral: Option<ReferralId>, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let from = self.stage();
        self.state = match self.state {
            CaseState::InProgress { assignment, started } | CaseState::Monitoring { assignment, started, .. } => {
                CaseState::WaitingOnPartner { assignment, started, waiting: Act { by, at }, referral }
            }
            CaseState::New | CaseState::Assigned { .. } | CaseState::WaitingOnPartner { .. } | CaseState::Closed { .. } => {
                return Err(TransitionError::WrongStage { stage: from, verb: CaseVerb::Wait });
            }
        };
        Ok(self.recorded(record(CaseVerb::Wait, from, Act { by, at })))
    }

    /// Says that the work is done and its result watched.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless in progress or waiting on a partner.
    pub fn monitor(mut self, look_again_at: Option<Timestamp>, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let from = self.stage();
        self.state = match self.state {
            CaseState::InProgress { assignment, started } | CaseState::WaitingOnPartner { assignment, started, .. } => {
                CaseState::Monitoring { assignment, started, monitoring: Act { by, at }, look_again_at }
            }
            CaseState::New | CaseState::Assigned { .. } | CaseState::Monitoring { .. } | CaseState::Closed { .. } => {
                return Err(TransitionError::WrongStage { stage: from, verb: CaseVerb::Monitor });
            }
        };
        Ok(self.recorded(record(CaseVerb::Monitor, from, Act { by, at })))
    }

    /// Closes the case, from any open stage.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] when already closed, [`TransitionError::ReasonRequired`] when the reason is blank.
    pub fn close(mut self, outcome: CaseOutcome, reason: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let from = self.stage();
        if !from.permits(CaseVerb::Close) {
            return Err(TransitionError::WrongStage { stage: from, verb: CaseVerb::Close });
        }
        let reason = written(reason).ok_or(TransitionError::ReasonRequired { verb: CaseVerb::Close })?;
        self.state = CaseState::Closed { assignment: self.state.assignment(), closed: Act { by, at }, outcome, reason: reason.clone() };
        let mut record = record(CaseVerb::Close, from, Act { by, at });
        record.outcome = Some(outcome);
        record.reason = Some(reason);
        Ok(self.recorded(record))
    }

    /// Puts a closed case back in progress, with the person who had it, else with the person reopening it.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless closed, [`TransitionError::ReasonRequired`] when the reason is blank.
    pub fn reopen(mut self, reason: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let from = self.stage();
        let CaseState::Closed { assignment, .. } = &self.state else {
            return Err(TransitionError::WrongStage { stage: from, verb: CaseVerb::Reopen });
        };
        let reason = written(reason).ok_or(TransitionError::ReasonRequired { verb: CaseVerb::Reopen })?;
        let assignment = assignment.unwrap_or(Assignment { to: by, by, at });
        self.state = CaseState::InProgress { assignment, started: Act { by, at } };
        let mut record = record(CaseVerb::Reopen, from, Act { by, at });
        record.reason = Some(reason);
        Ok(self.recorded(record))
    }

    fn recorded(mut self, record: CaseRecord) -> Self {
        let to = self.stage();
        self.history.push(CaseRecord { to, ..record });
        self
    }
}

/// `to` is filled by [`Case::recorded`], once the new state is in place.
fn record(verb: CaseVerb, from: CaseStage, act: Act) -> CaseRecord {
    CaseRecord { verb, from, to: from, by: act.by, at: act.at, assigned_to: None, outcome: None, reason: None }
}

#[cfg(test)]
mod tests;
