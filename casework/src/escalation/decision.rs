//! What immediate dangers do by themselves. The phone and the server run the same function, so danger shows at once, offline.

use inspection_grid::Place;
use serde::{Deserialize, Serialize};

use super::{Escalation, Reason};
use crate::ids::{EscalationId, EventId};

/// An observation of immediate danger (severity 4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedDanger {
    /// The event that recorded it.
    pub observation: EventId,
    pub criterion: String,
    pub place: Place,
    /// Of a confidential section: the cell learns that there is a danger and where, not which criterion says so.
    pub confidential: bool,
}

impl ObservedDanger {
    /// The danger as a reason the whole emergency cell may read.
    pub fn reason(&self) -> Reason {
        Reason { criterion: (!self.confidential).then(|| self.criterion.clone()), observation: Some(self.observation), place: self.place.clone(), text: None }
    }
}

/// What to do about dangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Open a new escalation.
    RaiseNew,
    /// Add the reasons to this open one.
    AddTo(EscalationId),
    /// Every danger is already known to the cell, or there is none.
    Nothing,
}

/// Decides what the dangers of a building call for.
///
/// `existing` are the escalations of that building, ended ones included: an observation the cell has already dealt with must not call it again each time
/// the visit is sent. Exercises neither absorb nor silence a real danger. With several open ones (two phones, offline), the earliest raised takes the reasons.
pub fn decide(dangers: &[ObservedDanger], existing: &[Escalation]) -> Decision {
    let real = || existing.iter().filter(|escalation| !escalation.exercise);
    let known = |observation: EventId| real().flat_map(|escalation| &escalation.reasons).any(|reason| reason.observation == Some(observation));
    if dangers.iter().all(|danger| known(danger.observation)) {
        return Decision::Nothing;
    }
    real()
        .filter(|escalation| escalation.is_open())
        .min_by_key(|escalation| (escalation.clocks().raised_at, escalation.id))
        .map_or(Decision::RaiseNew, |escalation| Decision::AddTo(escalation.id))
}
