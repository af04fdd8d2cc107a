//! The delays an escalation is held to. Data, to be agreed by the partners; the defaults are the brigade's own targets, not law.

use serde::{Deserialize, Serialize};

use super::{Escalation, EscalationStage};
use crate::{case::coded_enum, clock::Timestamp};

/// Target delays, in minutes.
///
/// # Source
/// domain-facts 6.2: accusée ≤ 1 h, plan et organisme responsable ≤ 4 h, action sur place ≤ 24 h, rétroaction ≤ 14 jours. The step of the on-call list is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Targets {
    /// From raised to acknowledged.
    pub acknowledge_minutes: u32,
    /// From raised to dispatched (plan and lead body).
    pub plan_minutes: u32,
    /// From raised to a team on scene.
    pub on_scene_minutes: u32,
    /// From stabilised to stood down, the feedback being given.
    pub feedback_minutes: u32,
    /// Unacknowledged, the alert climbs one step of the on-call list each time this has passed.
    pub climb_minutes: u32,
}

impl Default for Targets {
    fn default() -> Self {
        Self { acknowledge_minutes: 60, plan_minutes: 240, on_scene_minutes: 1_440, feedback_minutes: 20_160, climb_minutes: 15 }
    }
}

coded_enum! {
    /// A delay that can be missed.
    Clock { Acknowledge = "acknowledge", Plan = "plan", OnScene = "on_scene", Feedback = "feedback" }
}

/// A delay missed and still running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    pub clock: Clock,
    pub due_at: Timestamp,
    /// Whole minutes past the target.
    pub late_minutes: i64,
}

impl Escalation {
    /// The delays that are past their target at `now` and whose step is still to come; the earliest due first.
    pub fn overdue(&self, now: Timestamp, targets: &Targets) -> Vec<Overdue> {
        let clocks = self.clocks();
        let after = |start: Timestamp, minutes: u32| start.plus_ms(i64::from(minutes) * Timestamp::MINUTE_MS);
        let acknowledge = (Clock::Acknowledge, after(clocks.raised_at, targets.acknowledge_minutes));
        let plan = (Clock::Plan, after(clocks.raised_at, targets.plan_minutes));
        let on_scene = (Clock::OnScene, after(clocks.raised_at, targets.on_scene_minutes));
        let feedback = (Clock::Feedback, after(clocks.stabilised_at.unwrap_or(clocks.raised_at), targets.feedback_minutes));
        let mut running = match self.stage() {
            EscalationStage::Raised => vec![acknowledge, plan, on_scene],
            EscalationStage::Acknowledged => vec![plan, on_scene],
            EscalationStage::Dispatched => vec![on_scene],
            EscalationStage::Stabilised => vec![feedback],
            EscalationStage::OnScene | EscalationStage::StoodDown => Vec::new(),
        };
        running.retain(|(_, due_at)| now > *due_at);
        running.sort_by_key(|(_, due_at)| *due_at);
        running.into_iter().map(|(clock, due_at)| Overdue { clock, due_at, late_minutes: now.since(due_at) / Timestamp::MINUTE_MS }).collect()
    }

    /// How far up the on-call list the alert should have gone by `now`: 0 is the first person. `None` once acknowledged or over.
    pub fn on_call_rank(&self, now: Timestamp, targets: &Targets) -> Option<u32> {
        match self.stage() {
            EscalationStage::Raised => {
                let step_ms = i64::from(targets.climb_minutes.max(1)) * Timestamp::MINUTE_MS;
                let waited_ms = now.since(self.clocks().raised_at).max(0);
                Some(u32::try_from(waited_ms / step_ms).unwrap_or(u32::MAX))
            }
            EscalationStage::Acknowledged
            | EscalationStage::Dispatched
            | EscalationStage::OnScene
            | EscalationStage::Stabilised
            | EscalationStage::StoodDown => None,
        }
    }
}
