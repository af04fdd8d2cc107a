//! The phone's side: which events to send now, and what becomes of each once the server has answered, or has not.

use serde::{Deserialize, Serialize};

use crate::{case::coded_enum, clock::Timestamp, ids::EventId, wire::v1::VerdictKind};

/// Shortest and longest wait before another try.
const BACKOFF_MS_MIN: f64 = 1_000.0;
const BACKOFF_MS_MAX: f64 = 300_000.0;

coded_enum! {
    /// Where an event of the outbox stands.
    OutboxState {
        Waiting = "waiting",
        /// Sent, not yet answered. Until `next_try_at` it is left alone; then it is taken for lost and sent again, which the server answers as a duplicate.
        InFlight = "in_flight",
        /// The server will not have it. Kept on the phone until a person decides; never sent again by itself.
        Refused = "refused",
        /// The server knows this id with another content. Kept; never sent again by itself.
        Quarantined = "quarantined",
    }
}

/// What the plans need to know of one outbox row; the event itself stays in the device store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    pub event_id: EventId,
    /// Device sequence: 1, 2, 3…
    pub sequence: u64,
    /// Size of the event's JSON.
    pub bytes: u64,
    pub kind_is_escalation: bool,
    pub state: OutboxState,
    /// Sendings that came to nothing so far.
    pub attempts: u32,
    /// Not sent before this, in device time.
    pub next_try_at: Timestamp,
}

/// How much one push may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    pub count_max: usize,
    pub bytes_max: u64,
    /// How long an event in flight is left alone.
    pub in_flight_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { count_max: 200, bytes_max: 256 * 1024, in_flight_ms: 60_000 }
    }
}

/// What to send now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// In sending order.
    pub event_ids: Vec<EventId>,
    pub bytes: u64,
    /// More is ready than this batch holds: plan again once it is settled.
    pub more: bool,
    /// When nothing is ready, the moment the next row will be; `None` when only a person can move what is left.
    pub wake_at: Option<Timestamp>,
    /// Mark the rows in flight until this moment.
    pub in_flight_until: Timestamp,
}

/// Plans the next push: escalations first, then by device sequence, within the limits.
///
/// An event larger than the byte limit goes alone rather than blocking the rest for ever. Refused and quarantined rows block nothing.
pub fn next_batch(outbox: &[OutboxRow], now: Timestamp, limits: Limits) -> Batch {
    let sendable = |row: &&OutboxRow| match row.state {
        OutboxState::Waiting | OutboxState::InFlight => true,
        OutboxState::Refused | OutboxState::Quarantined => false,
    };
    let mut ready: Vec<&OutboxRow> = outbox.iter().filter(sendable).filter(|row| row.next_try_at <= now).collect();
    ready.sort_by_key(|row| (!row.kind_is_escalation, row.sequence, row.event_id));

    let mut batch = Batch { in_flight_until: now.plus_ms(limits.in_flight_ms), ..Batch::default() };
    for row in &ready {
        let bytes = batch.bytes.saturating_add(row.bytes);
        // The first always fits, so that a push always makes progress. Later ones wait their turn: the device's order is kept.
        if !batch.event_ids.is_empty() && (batch.event_ids.len() >= limits.count_max || bytes > limits.bytes_max) {
            break;
        }
        batch.event_ids.push(row.event_id);
        batch.bytes = bytes;
    }
    batch.more = batch.event_ids.len() < ready.len();
    if ready.is_empty() {
        batch.wake_at = outbox.iter().filter(sendable).map(|row| row.next_try_at).min();
    }
    batch
}

/// Milliseconds to wait after `attempts` failures (1 is the first): doubling from 1 s to 5 min, the upper half of it spread by `jitter` (0 to 1)
/// so that phones leaving the same basement do not call all at once.
pub fn backoff(attempts: u32, jitter: f64) -> i64 {
    let exponent = i32::try_from(attempts.saturating_sub(1).min(16)).unwrap_or(16);
    let ceiling_ms = (BACKOFF_MS_MIN * 2f64.powi(exponent)).min(BACKOFF_MS_MAX);
    let jitter = if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 1.0 };
    let wait_ms = (ceiling_ms * (0.5 + 0.5 * jitter)).max(BACKOFF_MS_MIN);
    #[expect(clippy::cast_possible_truncation, reason = "between 1,000 and 300,000")]
    {
        wait_ms as i64
    }
}

/// What one row becomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// The server has it: the row goes, the draft stays.
    Remove(EventId),
    /// The row as it must now be stored.
    Keep(OutboxRow),
}

/// What a push came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Only the rows that change, in the order given.
    pub changes: Vec<Settled>,
    /// Kept by the server beside another phone's answer: shown for review.
    pub conflicts: Vec<EventId>,
    /// Newly refused or quarantined: a person is told.
    pub needs_attention: Vec<EventId>,
}

/// Settles a push: `sent` are the ids that were in it, `verdicts` what the server said, empty when no genuine answer came.
///
/// A row without a verdict was not received as far as we know: it waits and is tried again, in the same place. A verdict on a row that was not sent
/// is ignored: nothing leaves the outbox on a word we did not ask for.
pub fn settle(outbox: &[OutboxRow], sent: &[EventId], verdicts: &[(EventId, VerdictKind)], now: Timestamp, jitter: f64) -> Settlement {
    let mut settlement = Settlement::default();
    for row in outbox.iter().filter(|row| sent.contains(&row.event_id)) {
        let verdict = verdicts.iter().find(|(event_id, _)| *event_id == row.event_id).map(|(_, verdict)| *verdict);
        let kept = |state: OutboxState| Settled::Keep(OutboxRow { state, ..row.clone() });
        settlement.changes.push(match verdict {
            Some(VerdictKind::Stored | VerdictKind::Duplicate) => Settled::Remove(row.event_id),
            Some(VerdictKind::Conflict) => {
                settlement.conflicts.push(row.event_id);
                Settled::Remove(row.event_id)
            }
            Some(VerdictKind::Refused) => {
                settlement.needs_attention.push(row.event_id);
                kept(OutboxState::Refused)
            }
            Some(VerdictKind::Quarantined) => {
                settlement.needs_attention.push(row.event_id);
                kept(OutboxState::Quarantined)
            }
            None => {
                let attempts = row.attempts.saturating_add(1);
                Settled::Keep(OutboxRow { state: OutboxState::Waiting, attempts, next_try_at: now.plus_ms(backoff(attempts, jitter)), ..row.clone() })
            }
        });
    }
    settlement
}
