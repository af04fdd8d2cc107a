//! The server's side (and the phone's, for what it pulls): what an arriving event means for what is known.
//!
//! The result does not depend on the order of arrival, nor on repetition: the same events always leave the same answers standing and the same danger.

use std::collections::{BTreeMap, BTreeSet};

use inspection_grid::Severity;
use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, EventId};

/// What becomes of an arriving event, before its content is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// New: store it and apply it.
    Stored,
    /// Had it already, word for word: change nothing.
    Duplicate,
    /// The same id with another body: set it aside, apply nothing, block nothing else.
    Quarantined,
}

/// Tells a new event from a repeated one and from a forged or damaged one, by the JSON texts of the stored one and of the one that arrives.
///
/// The same content written otherwise (spaces, order of the keys) is the same event: a newer version of the phone may write so.
pub fn verdict(stored: Option<&str>, incoming: &str) -> Receipt {
    let read = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    match stored {
        None => Receipt::Stored,
        Some(stored) if stored == incoming => Receipt::Duplicate,
        Some(stored) => match (read(stored), read(incoming)) {
            (Some(stored), Some(incoming)) if stored == incoming => Receipt::Duplicate,
            _ => Receipt::Quarantined,
        },
    }
}

/// An answer that nothing received so far replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerHead {
    pub event_id: EventId,
    /// `None` for an answer without severity (to verify, refused, cleared).
    pub severity: Option<Severity>,
    pub device: DeviceId,
    pub device_sequence: u64,
    /// Order of arrival at the server.
    pub server_sequence: u64,
}

/// The answer to one criterion at one place of one visit, with the answers it is in conflict with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentAnswer {
    /// The one shown: the last received of those that stand.
    pub shown: AnswerHead,
    /// The others that stand, by event id. Empty unless in conflict.
    pub conflicts: Vec<AnswerHead>,
    /// Ids that later answers say they replace; kept because the replaced one may arrive last.
    superseded: BTreeSet<EventId>,
    /// Highest device sequence received of each device.
    latest: BTreeMap<DeviceId, u64>,
}

/// An answer that arrives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingAnswer {
    pub event_id: EventId,
    /// The answer the person had before their eyes.
    pub based_on: Option<EventId>,
    /// The other answers a reviewer saw and decided between; empty from a phone.
    #[serde(default)]
    pub resolves: Vec<EventId>,
    pub severity: Option<Severity>,
    pub device: DeviceId,
    pub device_sequence: u64,
    pub server_sequence: u64,
}

/// A more severe answer, in conflict with the one shown, that stands for danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DangerKept {
    pub event_id: EventId,
    pub severity: Severity,
}

/// What an arriving answer came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// To store in place of the current answer.
    pub current: CurrentAnswer,
    /// A standing answer that the arriving one neither replaces nor is replaced by: the verdict is `conflict`.
    pub conflict_with: Option<EventId>,
    /// Says so when the most severe answer is not the one shown.
    pub danger_kept: Option<DangerKept>,
}

impl CurrentAnswer {
    /// An answer that stands alone and has replaced none: what most answers are.
    pub fn alone(shown: AnswerHead) -> Self {
        Self { shown, conflicts: Vec::new(), superseded: BTreeSet::new(), latest: BTreeMap::from([(shown.device, shown.device_sequence)]) }
    }

    /// Whether this is all of [`CurrentAnswer::alone`].
    pub fn is_alone(&self) -> bool {
        self.conflicts.is_empty()
            && self.superseded.is_empty()
            && self.latest.len() == 1
            && self.latest.get(&self.shown.device) == Some(&self.shown.device_sequence)
    }

    /// Every answer that stands: the one shown, then those it is in conflict with.
    pub fn standing(&self) -> impl Iterator<Item = &AnswerHead> {
        std::iter::once(&self.shown).chain(&self.conflicts)
    }

    /// The severity that counts for danger, score and escalation: the highest of those that stand.
    pub fn standing_severity(&self) -> Option<Severity> {
        self.standing().filter_map(|head| head.severity).max()
    }

    pub fn is_in_conflict(&self) -> bool {
        !self.conflicts.is_empty()
    }

    /// The more severe answer that stands beside the one shown, if any.
    pub fn danger_kept(&self) -> Option<DangerKept> {
        self.conflicts
            .iter()
            .filter(|head| head.severity > self.shown.severity)
            .filter_map(|head| head.severity.map(|severity| DangerKept { event_id: head.event_id, severity }))
            .max_by_key(|kept| (kept.severity, kept.event_id))
    }
}

/// Merges an arriving answer into the current one.
///
/// It replaces the answer it was based on, those it resolves, and every older one of its own device. What is left standing beside it is a conflict: all are
/// kept, the last received is shown, and the most severe stands for danger. An answer that arrives after what replaces it changes nothing shown.
pub fn merge_answer(current: Option<CurrentAnswer>, incoming: IncomingAnswer) -> Merge {
    let arriving = AnswerHead {
        event_id: incoming.event_id,
        severity: incoming.severity,
        device: incoming.device,
        device_sequence: incoming.device_sequence,
        server_sequence: incoming.server_sequence,
    };
    let (mut heads, mut superseded, mut latest) = match current {
        Some(current) => (current.standing().copied().collect(), current.superseded, current.latest),
        None => (Vec::new(), BTreeSet::new(), BTreeMap::new()),
    };
    // An answer said to replace itself replaces nothing: it must not vanish, danger included.
    superseded.extend(incoming.based_on.into_iter().chain(incoming.resolves).filter(|id| *id != incoming.event_id));
    let newest = latest.entry(incoming.device).or_insert(incoming.device_sequence);
    *newest = (*newest).max(incoming.device_sequence);

    if !heads.iter().any(|head: &AnswerHead| head.event_id == arriving.event_id) {
        heads.push(arriving);
    }
    let stands = |head: &AnswerHead| !superseded.contains(&head.event_id) && latest.get(&head.device).is_none_or(|newest| head.device_sequence >= *newest);
    // Answers that name each other in a circle would all fall; no honest phone makes one. Then all of them stand.
    if heads.iter().any(stands) {
        heads.retain(stands);
    }
    // Standing answers by arrival; the id decides between two pulled without a sequence.
    heads.sort_by_key(|head| (head.server_sequence, head.event_id));
    let arrived_standing = heads.iter().any(|head| head.event_id == arriving.event_id);
    let shown = heads.pop().unwrap_or(arriving);
    heads.sort_by_key(|head| head.event_id);

    let current = CurrentAnswer { shown, conflicts: heads, superseded, latest };
    let conflict_with = if arrived_standing {
        current.standing().filter(|head| head.event_id != arriving.event_id).max_by_key(|head| (head.severity, head.event_id)).map(|head| head.event_id)
    } else {
        None
    };
    let danger_kept = current.danger_kept();
    Merge { current, conflict_with, danger_kept }
}
