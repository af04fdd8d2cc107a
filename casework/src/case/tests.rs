#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use uuid::Uuid;

use super::*;

const AT: Timestamp = Timestamp(1_000);

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn act() -> Act {
    Act { by: account(1), at: AT }
}

fn assignment() -> Assignment {
    Assignment { to: account(2), by: account(1), at: AT }
}

fn case_at(stage: CaseStage) -> Case {
    let facts = match stage {
        CaseStage::New => CaseState::New,
        CaseStage::Assigned => CaseState::Assigned { assignment: assignment() },
        CaseStage::InProgress => CaseState::InProgress { assignment: assignment(), started: act() },
        CaseStage::WaitingOnPartner => {
            CaseState::WaitingOnPartner { assignment: assignment(), started: act(), waiting: act(), referral: Some(ReferralId(Uuid::from_u128(9))) }
        }
        CaseStage::Monitoring => CaseState::Monitoring { assignment: assignment(), started: act(), monitoring: act(), look_again_at: None },
        CaseStage::Closed => {
            CaseState::Closed { assignment: Some(assignment()), closed: act(), outcome: CaseOutcome::Corrected, reason: "réparé".to_owned() }
        }
    };
    let number = CaseNumber { year: 2026, sequence: 1 };
    let opened = Case::open(CaseId(Uuid::from_u128(5)), number, BuildingId(Uuid::from_u128(6)), OpeningReason::Complex, None, AT);
    Case { state: facts, ..opened }
}

fn apply(case: Case, verb: CaseVerb) -> Result<Case, TransitionError> {
    match verb {
        CaseVerb::Assign => case.assign(account(3), account(1), AT),
        CaseVerb::Start => case.start(account(1), AT),
        CaseVerb::Wait => case.wait(None, account(1), AT),
        CaseVerb::Monitor => case.monitor(None, account(1), AT),
        CaseVerb::Close => case.close(CaseOutcome::Relocated, "relogé", account(1), AT),
        CaseVerb::Reopen => case.reopen("retour des blattes", account(1), AT),
    }
}

#[test]
fn every_stage_meets_every_verb_as_the_table_says() {
    use CaseStage::{Assigned, Closed, InProgress, Monitoring, New, WaitingOnPartner};
    // Columns: assign, start, wait, monitor, close, reopen.
    let table: [(CaseStage, [Option<CaseStage>; 6]); 6] = [
        (New, [Some(Assigned), None, None, None, Some(Closed), None]),
        (Assigned, [Some(Assigned), Some(InProgress), None, None, Some(Closed), None]),
        (InProgress, [Some(InProgress), None, Some(WaitingOnPartner), Some(Monitoring), Some(Closed), None]),
        (WaitingOnPartner, [Some(WaitingOnPartner), Some(InProgress), None, Some(Monitoring), Some(Closed), None]),
        (Monitoring, [Some(Monitoring), Some(InProgress), Some(WaitingOnPartner), None, Some(Closed), None]),
        (Closed, [None, None, None, None, None, Some(InProgress)]),
    ];
    assert_eq!(table.map(|(stage, _)| stage).as_slice(), CaseStage::ALL);
    for (stage, row) in table {
        for (verb, expected) in CaseVerb::ALL.iter().copied().zip(row) {
            let result = apply(case_at(stage), verb);
            assert_eq!(stage.permits(verb), expected.is_some(), "{stage} permits {verb}");
            assert_eq!(case_at(stage).allowed_verbs().contains(&verb), expected.is_some());
            match expected {
                Some(to) => {
                    let moved = result.unwrap();
                    assert_eq!(moved.stage(), to, "{stage} {verb}");
                    let line = moved.history.last().unwrap();
                    assert_eq!((line.verb, line.from, line.to), (verb, stage, to));
                }
                None => assert_eq!(result, Err(TransitionError::WrongStage { stage, verb }), "{stage} {verb}"),
            }
        }
    }
}

#[test]
fn every_stage_survives_json_and_is_tagged_with_its_code() {
    for stage in CaseStage::ALL {
        let case = case_at(*stage);
        let json = serde_json::to_value(&case).unwrap();
        assert_eq!(json["state"]["stage"], stage.code());
        assert_eq!(serde_json::from_value::<Case>(json).unwrap(), case);
        assert_eq!(stage.code().parse::<CaseStage>().unwrap(), *stage);
    }
    assert!("ouvert".parse::<CaseStage>().is_err());
}

#[test]
fn closing_and_reopening_need_a_reason_and_stay_in_the_history() {
    assert_eq!(case_at(CaseStage::New).close(CaseOutcome::Unfounded, "  ", account(1), AT), Err(TransitionError::ReasonRequired { verb: CaseVerb::Close }));
    assert_eq!(case_at(CaseStage::Closed).reopen("", account(1), AT), Err(TransitionError::ReasonRequired { verb: CaseVerb::Reopen }));
    let case =
        case_at(CaseStage::New).close(CaseOutcome::Unfounded, "erreur d’adresse", account(1), AT).unwrap().reopen("bonne adresse", account(7), AT).unwrap();
    assert_eq!(case.history.iter().map(|line| line.verb).collect::<Vec<_>>(), [CaseVerb::Close, CaseVerb::Reopen]);
    assert_eq!(case.history.first().unwrap().outcome, Some(CaseOutcome::Unfounded));
    assert_eq!(case.state.assignment().unwrap().to, account(7), "nobody had it: it goes to whoever reopens it");
}

#[test]
fn coming_back_to_work_keeps_the_first_start() {
    let resumed = case_at(CaseStage::Monitoring).start(account(4), Timestamp(9_000)).unwrap();
    assert_eq!(resumed.state, CaseState::InProgress { assignment: assignment(), started: act() });
}

#[test]
fn a_case_opens_on_danger_complexity_or_band_c_and_d() {
    for band in [None, Some(TriageBand::A), Some(TriageBand::B), Some(TriageBand::C), Some(TriageBand::D)] {
        assert_eq!(should_open(true, band, true), Some(OpeningReason::ImmediateDanger));
        assert_eq!(should_open(false, band, true), Some(OpeningReason::ImmediateDanger));
        assert_eq!(should_open(true, band, false), Some(OpeningReason::Complex));
    }
    assert_eq!(should_open(false, Some(TriageBand::D), false), Some(OpeningReason::BandD));
    assert_eq!(should_open(false, Some(TriageBand::C), false), Some(OpeningReason::BandC));
    assert_eq!(should_open(false, Some(TriageBand::B), false), None);
    assert_eq!(should_open(false, Some(TriageBand::A), false), None);
    assert_eq!(should_open(false, None, false), None);
}

#[test]
fn a_case_number_has_one_spelling() {
    let first = CaseNumber { year: 2026, sequence: 1 };
    assert_eq!(first.to_string(), "B-2026-0001");
    assert_eq!(" b-2026-0001 ".parse::<CaseNumber>().unwrap(), first);
    assert_eq!("B-2026-12345".parse::<CaseNumber>().unwrap(), CaseNumber { year: 2026, sequence: 12_345 });
    for wrong in ["", "B-2026-1", "B-2026-00001", "B-2026-0000", "B-26-0001", "2026-0001", "B-2026-+001", "B-2026-0001-1", "B-2026-99999999999"] {
        assert!(wrong.parse::<CaseNumber>().is_err(), "{wrong}");
    }
    assert_eq!(serde_json::to_string(&first).unwrap(), "\"B-2026-0001\"");
}
