//! The five clocks of an escalation, as the board shows them.

use casework::{
    clock::Timestamp,
    escalation::{EscalationStage, EscalationVerb},
    wire::v1::EscalationRow,
};

use crate::texts::{Text, cell};

/// Where one clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// Stopped, this long after the escalation was raised.
    Done { at: Timestamp, after_ms: i64 },
    /// The one being waited for.
    Running,
    /// A later step.
    ToCome,
    /// The escalation ended without it.
    Skipped,
}

/// One clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Stable code: `raised`, `acknowledged`, `dispatched`, `on_scene`, `stabilised`.
    pub code: &'static str,
    pub name: Text,
    pub state: ClockState,
    /// Agreed delay from the raising, in minutes.
    pub target_minutes: Option<u32>,
    /// When that delay ends.
    pub due_at: Option<Timestamp>,
}

impl Clock {
    /// How long past its target a clock not yet stopped is at `now`; `None` when it is in time.
    pub fn late_ms(&self, now: Timestamp) -> Option<i64> {
        match self.state {
            ClockState::Running | ClockState::ToCome => self.due_at.map(|due| now.since(due)).filter(|late| *late > 0),
            ClockState::Done { .. } | ClockState::Skipped => None,
        }
    }
}

/// The five clocks in their order.
pub fn clocks(row: &EscalationRow) -> [Clock; 5] {
    let raised_at = row.clocks.raised_at;
    let stopped = [Some(raised_at), row.clocks.acknowledged_at, row.clocks.dispatched_at, row.clocks.on_scene_at, row.clocks.stabilised_at];
    let next = stopped.iter().position(Option::is_none);
    let ended = row.stage == EscalationStage::StoodDown;
    let targets = [None, Some(row.targets.acknowledge_minutes), Some(row.targets.plan_minutes), Some(row.targets.on_scene_minutes), None];
    let names = [
        ("raised", cell::CLOCK_RAISED),
        ("acknowledged", cell::CLOCK_ACKNOWLEDGED),
        ("dispatched", cell::CLOCK_DISPATCHED),
        ("on_scene", cell::CLOCK_ON_SCENE),
        ("stabilised", cell::CLOCK_STABILISED),
    ];
    std::array::from_fn(|index| {
        let state = match stopped[index] {
            Some(at) => ClockState::Done { at, after_ms: at.since(raised_at) },
            None if ended => ClockState::Skipped,
            None if Some(index) == next => ClockState::Running,
            None => ClockState::ToCome,
        };
        let target_minutes = targets[index];
        let due_at = target_minutes.map(|minutes| raised_at.plus_ms(i64::from(minutes) * Timestamp::MINUTE_MS));
        Clock { code: names[index].0, name: names[index].1, state, target_minutes, due_at }
    })
}

/// The one act that comes next, if the reader may do one.
pub fn next_act(row: &EscalationRow) -> Option<EscalationVerb> {
    acts(row).next()
}

/// The reader's other acts; « mettre fin » is always the last.
pub fn other_acts(row: &EscalationRow) -> Vec<EscalationVerb> {
    acts(row).skip(1).collect()
}

fn acts(row: &EscalationRow) -> impl Iterator<Item = EscalationVerb> {
    EscalationVerb::ALL.iter().copied().filter(|verb| row.allowed.contains(verb))
}

#[cfg(test)]
mod tests {
    use casework::{
        escalation::{Clocks, Targets},
        ids::{BuildingId, EscalationId},
    };
    use uuid::Uuid;

    use super::*;

    fn row(clocks: Clocks, stage: EscalationStage) -> EscalationRow {
        EscalationRow {
            id: EscalationId(Uuid::nil()),
            case_id: None,
            case_number: None,
            building_id: BuildingId(Uuid::nil()),
            address: "100, rue Inventée".to_owned(),
            municipality: "Longueuil".to_owned(),
            place: "common".to_owned(),
            door: None,
            reason: None,
            dangers: Vec::new(),
            stage,
            clocks,
            targets: Targets::default(),
            overdue: false,
            raised_by: String::new(),
            acknowledged_by: None,
            team: None,
            called_911: false,
            exercise: false,
            revision: 1,
            log: Vec::new(),
            allowed: vec![EscalationVerb::StandDown, EscalationVerb::Acknowledge],
            may_write_log: true,
            may_strike_log: true,
        }
    }

    fn raised(at_ms: i64) -> Clocks {
        Clocks { raised_at: Timestamp(at_ms), acknowledged_at: None, dispatched_at: None, on_scene_at: None, stabilised_at: None, stood_down_at: None }
    }

    #[test]
    fn only_the_next_clock_runs() {
        let states =
            clocks(&row(Clocks { acknowledged_at: Some(Timestamp(90_000)), ..raised(30_000) }, EscalationStage::Acknowledged)).map(|clock| clock.state);
        assert_eq!(states[0], ClockState::Done { at: Timestamp(30_000), after_ms: 0 });
        assert_eq!(states[1], ClockState::Done { at: Timestamp(90_000), after_ms: 60_000 });
        assert_eq!(states[2..], [ClockState::Running, ClockState::ToCome, ClockState::ToCome]);
    }

    #[test]
    fn a_clock_is_late_once_its_target_is_past_and_never_when_stopped() {
        let [_, acknowledged, dispatched, ..] = clocks(&row(raised(0), EscalationStage::Raised));
        assert_eq!(acknowledged.late_ms(Timestamp(Timestamp::HOUR_MS)), None);
        assert_eq!(acknowledged.late_ms(Timestamp(Timestamp::HOUR_MS + 5)), Some(5));
        assert_eq!(dispatched.late_ms(Timestamp(Timestamp::HOUR_MS + 5)), None);
        let [_, stopped, ..] = clocks(&row(Clocks { acknowledged_at: Some(Timestamp(5 * Timestamp::HOUR_MS)), ..raised(0) }, EscalationStage::Acknowledged));
        assert_eq!(stopped.late_ms(Timestamp(9 * Timestamp::HOUR_MS)), None);
    }

    #[test]
    fn an_ended_escalation_waits_for_nothing() {
        let states = clocks(&row(raised(0), EscalationStage::StoodDown)).map(|clock| clock.state);
        assert_eq!(states[1..], [ClockState::Skipped; 4]);
    }

    #[test]
    fn the_next_act_comes_before_standing_down() {
        let row = row(raised(0), EscalationStage::Raised);
        assert_eq!(next_act(&row), Some(EscalationVerb::Acknowledge));
        assert_eq!(other_acts(&row), [EscalationVerb::StandDown]);
    }
}
