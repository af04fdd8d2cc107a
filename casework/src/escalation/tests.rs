#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use uuid::Uuid;

use super::*;

const MINUTE: i64 = Timestamp::MINUTE_MS;

fn at(minutes: i64) -> Timestamp {
    Timestamp(minutes * MINUTE)
}

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn event(number: u128) -> EventId {
    EventId(Uuid::from_u128(number))
}

fn reason(observation: u128) -> Reason {
    Reason { criterion: Some("INC-01".to_owned()), observation: Some(event(observation)), place: Place::Common, text: None }
}

fn request(id: u128, reasons: Vec<Reason>) -> Raise {
    Raise {
        id: EscalationId(Uuid::from_u128(id)),
        case_id: None,
        building_id: BuildingId(Uuid::from_u128(50)),
        place: Place::Dwelling("d-101".to_owned()),
        reasons,
        raised_by: account(1),
        raised_on_device_at: Some(Timestamp(-5)),
        exercise: false,
    }
}

fn raised(id: u128, observation: u128) -> Escalation {
    match raise(request(id, vec![reason(observation)]), at(0), None) {
        Raised::New(escalation) => escalation,
        other => panic!("expected a new escalation, got {other:?}"),
    }
}

fn escalation_at(stage: EscalationStage) -> Escalation {
    let new = raised(1, 10);
    let by = account(2);
    let path = [EscalationVerb::Acknowledge, EscalationVerb::Dispatch, EscalationVerb::Arrive, EscalationVerb::Stabilise, EscalationVerb::StandDown];
    let steps = EscalationStage::ALL.iter().position(|known| *known == stage).unwrap();
    path.into_iter()
        .take(steps)
        .enumerate()
        .fold(new, |escalation, (step, verb)| apply(escalation, verb, by, at(10 * (i64::try_from(step).unwrap() + 1))).unwrap())
}

fn apply(escalation: Escalation, verb: EscalationVerb, by: AccountId, at: Timestamp) -> Result<Escalation, TransitionError> {
    match verb {
        EscalationVerb::Acknowledge => escalation.acknowledge(by, at),
        EscalationVerb::Dispatch => escalation.dispatch("SSIAL 12", by, at),
        EscalationVerb::Arrive => escalation.arrive(by, at),
        EscalationVerb::Stabilise => escalation.stabilise(EscalationOutcome::Evacuated, by, at),
        EscalationVerb::StandDown => escalation.stand_down("fausse alerte", by, at),
    }
}

#[test]
fn every_stage_meets_every_verb_as_the_table_says() {
    use EscalationStage::{Acknowledged, Dispatched, OnScene, Raised, Stabilised, StoodDown};
    // Columns: acknowledge, dispatch, arrive, stabilise, stand down.
    let table: [(EscalationStage, [Option<EscalationStage>; 5]); 6] = [
        (Raised, [Some(Acknowledged), None, None, None, Some(StoodDown)]),
        (Acknowledged, [None, Some(Dispatched), None, None, Some(StoodDown)]),
        (Dispatched, [None, None, Some(OnScene), None, Some(StoodDown)]),
        (OnScene, [None, None, None, Some(Stabilised), Some(StoodDown)]),
        (Stabilised, [None, None, None, None, Some(StoodDown)]),
        (StoodDown, [None, None, None, None, None]),
    ];
    assert_eq!(table.map(|(stage, _)| stage).as_slice(), EscalationStage::ALL);
    for (stage, row) in table {
        for (verb, expected) in EscalationVerb::ALL.iter().copied().zip(row) {
            let before = escalation_at(stage);
            assert_eq!(before.stage(), stage);
            assert_eq!(before.allowed_verbs().contains(&verb), expected.is_some(), "{stage} {verb}");
            let (clocks, result) = (before.clocks(), apply(before, verb, account(3), at(500)));
            match expected {
                Some(to) => {
                    let moved = result.unwrap();
                    assert_eq!(moved.stage(), to);
                    assert_eq!(moved.clocks().raised_at, clocks.raised_at);
                    assert_eq!(moved.clocks().acknowledged_at.is_some(), clocks.acknowledged_at.is_some() || verb == EscalationVerb::Acknowledge);
                    assert_eq!(moved.clocks().dispatched_at.is_some(), clocks.dispatched_at.is_some() || verb == EscalationVerb::Dispatch);
                    assert_eq!(moved.clocks().on_scene_at.is_some(), clocks.on_scene_at.is_some() || verb == EscalationVerb::Arrive);
                    assert_eq!(moved.clocks().stabilised_at.is_some(), clocks.stabilised_at.is_some() || verb == EscalationVerb::Stabilise);
                    assert_eq!(moved.clocks().latest(), at(500));
                }
                None => assert_eq!(result, Err(TransitionError::WrongStage { stage, verb }), "{stage} {verb}"),
            }
        }
    }
}

#[test]
fn every_stage_survives_json_and_is_tagged_with_its_code() {
    for stage in EscalationStage::ALL {
        let escalation = escalation_at(*stage);
        let json = serde_json::to_value(&escalation).unwrap();
        assert_eq!(json["state"]["stage"], stage.code());
        assert_eq!(serde_json::from_value::<Escalation>(json).unwrap(), escalation);
    }
    let early = raised(1, 10).stand_down("essai", account(1), at(1)).unwrap();
    assert_eq!(serde_json::from_str::<Escalation>(&serde_json::to_string(&early).unwrap()).unwrap(), early);
}

#[test]
fn standing_down_needs_a_reason_and_dispatching_a_team() {
    assert_eq!(raised(1, 10).stand_down(" ", account(1), at(1)), Err(TransitionError::ReasonRequired));
    assert_eq!(escalation_at(EscalationStage::Acknowledged).dispatch("", account(1), at(20)), Err(TransitionError::TeamRequired));
}

#[test]
fn a_server_clock_set_back_never_makes_a_negative_delay() {
    let acknowledged = raised(1, 10).acknowledge(account(2), at(-30)).unwrap();
    assert_eq!(acknowledged.clocks().acknowledged_at, Some(at(0)));
}

#[test]
fn raising_again_joins_the_open_escalation_and_undoes_nothing() {
    let open = escalation_at(EscalationStage::Dispatched);
    let Raised::Joined(joined) = raise(request(2, vec![reason(10), reason(11)]), at(99), Some(open.clone())) else { panic!("expected it to join") };
    assert_eq!((joined.id, joined.stage(), joined.clocks()), (open.id, open.stage(), open.clocks()));
    assert_eq!(joined.reasons, [reason(10), reason(11)]);
    assert_eq!(raise(request(2, vec![reason(11)]), at(99), Some(joined.clone())), Raised::AlreadyKnown(joined.clone()));
    let mut drill = request(3, vec![reason(12)]);
    drill.exercise = true;
    assert!(matches!(raise(drill, at(99), Some(joined)), Raised::New(_)), "a drill never joins a real one");
    assert!(matches!(raise(request(4, vec![reason(13)]), at(99), Some(escalation_at(EscalationStage::Stabilised))), Raised::New(_)));
}

#[test]
fn words_without_observation_are_kept_each() {
    let said = |text: &str| Reason { criterion: None, observation: None, place: Place::Exterior, text: Some(text.to_owned()) };
    let Raised::New(escalation) = raise(request(1, vec![said("odeur de gaz"), said("fissure"), said("fissure")]), at(0), None) else {
        panic!("expected a new one")
    };
    assert_eq!(escalation.reasons, [said("odeur de gaz"), said("fissure")]);
}

#[test]
fn late_clocks_are_told_with_their_delay() {
    let targets = Targets::default();
    let clocks = |escalation: &Escalation, minutes: i64| {
        escalation.overdue(at(minutes), &targets).into_iter().map(|late| (late.clock, late.late_minutes)).collect::<Vec<_>>()
    };
    let new = raised(1, 10);
    assert_eq!(clocks(&new, 60), []);
    assert_eq!(clocks(&new, 61), [(Clock::Acknowledge, 1)]);
    assert_eq!(clocks(&new, 1_500), [(Clock::Acknowledge, 1_440), (Clock::Plan, 1_260), (Clock::OnScene, 60)]);
    assert_eq!(clocks(&escalation_at(EscalationStage::Acknowledged), 241), [(Clock::Plan, 1)]);
    assert_eq!(clocks(&escalation_at(EscalationStage::Dispatched), 1_441), [(Clock::OnScene, 1)]);
    assert_eq!(clocks(&escalation_at(EscalationStage::OnScene), 100_000), []);
    assert_eq!(clocks(&escalation_at(EscalationStage::Stabilised), 40 + 14 * 1_440 + 1), [(Clock::Feedback, 1)]);
    assert_eq!(clocks(&escalation_at(EscalationStage::StoodDown), 100_000), []);
}

#[test]
fn an_unacknowledged_escalation_climbs_the_on_call_list() {
    let targets = Targets::default();
    assert_eq!(raised(1, 10).on_call_rank(at(0), &targets), Some(0));
    assert_eq!(raised(1, 10).on_call_rank(at(14), &targets), Some(0));
    assert_eq!(raised(1, 10).on_call_rank(at(15), &targets), Some(1));
    assert_eq!(raised(1, 10).on_call_rank(at(-5), &targets), Some(0));
    assert_eq!(raised(1, 10).on_call_rank(at(31), &Targets { climb_minutes: 0, ..targets }), Some(31));
    assert_eq!(escalation_at(EscalationStage::Acknowledged).on_call_rank(at(90), &targets), None);
}

fn danger(observation: u128) -> ObservedDanger {
    ObservedDanger { observation: event(observation), criterion: "INC-01".to_owned(), place: Place::Common, confidential: false }
}

#[test]
fn dangers_raise_once_join_what_is_open_and_do_not_call_again() {
    let open = raised(1, 10);
    assert_eq!(decide(&[], &[]), Decision::Nothing);
    assert_eq!(decide(&[danger(10)], &[]), Decision::RaiseNew);
    assert_eq!(decide(&[danger(10)], std::slice::from_ref(&open)), Decision::Nothing);
    assert_eq!(decide(&[danger(10), danger(11)], std::slice::from_ref(&open)), Decision::AddTo(open.id));
    let over = escalation_at(EscalationStage::StoodDown);
    assert_eq!(decide(&[danger(10)], std::slice::from_ref(&over)), Decision::Nothing, "dealt with");
    assert_eq!(decide(&[danger(11)], &[over]), Decision::RaiseNew, "seen since");
    let drill = Escalation { exercise: true, ..open };
    assert_eq!(decide(&[danger(10)], &[drill]), Decision::RaiseNew, "a drill silences nothing");
}

#[test]
fn a_confidential_danger_does_not_name_its_criterion() {
    let confidential = ObservedDanger { criterion: "MEN-06".to_owned(), confidential: true, ..danger(10) };
    assert_eq!(confidential.reason().criterion, None);
    assert!(!serde_json::to_string(&confidential.reason()).unwrap().contains("MEN"));
    assert_eq!(danger(10).reason().criterion.as_deref(), Some("INC-01"));
}

#[test]
fn a_struck_entry_keeps_its_text_and_is_struck_once() {
    let entry = LogEntry {
        id: crate::ids::EntryId(Uuid::from_u128(1)),
        escalation_id: EscalationId(Uuid::from_u128(2)),
        kind: LogKind::Note,
        by: Some(account(1)),
        at: at(1),
        text: "gaz coupé".to_owned(),
        struck: None,
    };
    assert_eq!(strike(entry.clone(), account(2), at(2), ""), Err(StrikeError::ReasonRequired));
    let struck = strike(entry, account(2), at(2), "autre immeuble").unwrap();
    assert_eq!(struck.text, "gaz coupé");
    assert_eq!(strike(struck, account(3), at(3), "encore"), Err(StrikeError::AlreadyStruck { by: account(2), at: at(2) }));
}
