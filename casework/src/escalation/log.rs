//! The log of an escalation: append-only. An entry can be struck with a reason and stays readable; it is never erased or edited.

use serde::{Deserialize, Serialize};

use super::EscalationVerb;
use crate::{
    case::{coded_enum, written},
    clock::Timestamp,
    ids::{AccountId, EntryId, EscalationId},
};

coded_enum! {
    /// What a log entry is about.
    LogKind {
        Raised = "raised",
        ReasonAdded = "reason_added",
        /// Nobody acknowledged in time: the next person on call was alerted.
        Climbed = "climbed",
        Acknowledged = "acknowledged",
        Dispatched = "dispatched",
        Arrived = "arrived",
        Stabilised = "stabilised",
        StoodDown = "stood_down",
        /// 911, Info-Social 811, Hydro-Québec or gas were called.
        EmergencyCall = "emergency_call",
        Note = "note",
    }
}

impl LogKind {
    /// The verb this kind of line records, if it records one.
    pub const fn verb(self) -> Option<EscalationVerb> {
        match self {
            Self::Acknowledged => Some(EscalationVerb::Acknowledge),
            Self::Dispatched => Some(EscalationVerb::Dispatch),
            Self::Arrived => Some(EscalationVerb::Arrive),
            Self::Stabilised => Some(EscalationVerb::Stabilise),
            Self::StoodDown => Some(EscalationVerb::StandDown),
            Self::Raised | Self::ReasonAdded | Self::Climbed | Self::EmergencyCall | Self::Note => None,
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    pub id: EntryId,
    pub escalation_id: EscalationId,
    pub kind: LogKind,
    /// `None` when the system wrote it.
    pub by: Option<AccountId>,
    pub at: Timestamp,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<Struck>,
}

/// Who struck an entry, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Struck {
    pub by: AccountId,
    pub at: Timestamp,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrikeError {
    #[error("striking an entry needs a reason")]
    ReasonRequired,
    #[error("the entry was already struck")]
    AlreadyStruck { by: AccountId, at: Timestamp },
}

impl StrikeError {
    /// Stable code for the wire and for message keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ReasonRequired => "log.reason_required",
            Self::AlreadyStruck { .. } => "log.already_struck",
        }
    }
}

/// Strikes an entry: its text stays, with who struck it and why. Striking the line of a transition does not undo the transition.
///
/// # Errors
/// [`StrikeError::ReasonRequired`] when the reason is blank, [`StrikeError::AlreadyStruck`] the second time.
pub fn strike(entry: LogEntry, by: AccountId, at: Timestamp, reason: &str) -> Result<LogEntry, StrikeError> {
    if let Some(struck) = &entry.struck {
        return Err(StrikeError::AlreadyStruck { by: struck.by, at: struck.at });
    }
    let reason = written(reason).ok_or(StrikeError::ReasonRequired)?;
    Ok(LogEntry { struck: Some(Struck { by, at, reason }), ..entry })
}
