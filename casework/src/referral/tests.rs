#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use uuid::Uuid;

use super::*;
use crate::permission::Section;

const SENT_AT: Timestamp = Timestamp(1_000);
const DUE_AT: Timestamp = Timestamp(5_000);

fn account(number: u128) -> AccountId {
    AccountId(Uuid::from_u128(number))
}

fn organisation(number: u128) -> OrganisationId {
    OrganisationId(Uuid::from_u128(number))
}

fn draft(to: u128, reason: &str) -> Result<Referral, DraftError> {
    let draft = Draft {
        id: ReferralId(Uuid::from_u128(1)),
        case_id: CaseId(Uuid::from_u128(2)),
        building_id: BuildingId(Uuid::from_u128(3)),
        from_organisation: organisation(10),
        to_organisation: organisation(to),
        service: "Prévention incendie".to_owned(),
        pivot_person: None,
        reason: reason.to_owned(),
        urgency: Urgency::Soon,
        shared_sections: Grants::of([Section::Building]).unwrap(),
        answer_in_days: 3,
        emergency: None,
        group: None,
    };
    Referral::draft(draft, account(1), Timestamp(500))
}

fn apply(referral: Referral, verb: ReferralVerb) -> Result<Referral, TransitionError> {
    let (by, at) = (account(4), Timestamp(6_000));
    match verb {
        ReferralVerb::Send => referral.send(DUE_AT, by, SENT_AT),
        ReferralVerb::Accept => referral.accept(by, at, Some("2026-11-30".parse().unwrap())),
        ReferralVerb::Decline => referral.decline("hors territoire", by, at),
        ReferralVerb::Start => referral.start(by, at),
        ReferralVerb::Hold => referral.hold("accès refusé", by, at),
        ReferralVerb::Resume => referral.resume(),
        ReferralVerb::Complete => referral.complete("avertisseurs posés", by, at),
        ReferralVerb::Withdraw => referral.withdraw(by, at, "adresse erronée"),
        ReferralVerb::Redirect => referral.redirect(ReferralId(Uuid::from_u128(99))),
        ReferralVerb::Expire => referral.expire(at),
    }
}

fn referral_at(stage: ReferralStage) -> Referral {
    use ReferralVerb::{Accept, Complete, Decline, Expire, Hold, Send, Start, Withdraw};
    let path: &[ReferralVerb] = match stage {
        ReferralStage::Draft => &[],
        ReferralStage::Sent => &[Send],
        ReferralStage::Accepted => &[Send, Accept],
        ReferralStage::Declined => &[Send, Decline],
        ReferralStage::InProgress => &[Send, Accept, Start],
        ReferralStage::OnHold => &[Send, Accept, Start, Hold],
        ReferralStage::Completed => &[Send, Accept, Start, Complete],
        ReferralStage::Withdrawn => &[Send, Withdraw],
        ReferralStage::Expired => &[Send, Expire],
    };
    path.iter().try_fold(draft(20, "chauffage").unwrap(), |referral, verb| apply(referral, *verb)).unwrap()
}

#[test]
fn every_stage_meets_every_verb_as_the_table_says() {
    use ReferralStage::{Accepted, Completed, Declined, Draft, Expired, InProgress, OnHold, Sent, Withdrawn};
    // Columns: send, accept, decline, start, hold, resume, complete, withdraw, redirect, expire.
    let table: [(ReferralStage, [Option<ReferralStage>; 10]); 9] = [
        (Draft, [Some(Sent), None, None, None, None, None, None, Some(Withdrawn), None, None]),
        (Sent, [None, Some(Accepted), Some(Declined), None, None, None, None, Some(Withdrawn), None, Some(Expired)]),
        (Accepted, [None, None, None, Some(InProgress), Some(OnHold), None, Some(Completed), Some(Withdrawn), None, None]),
        (Declined, [None, None, None, None, None, None, None, None, Some(Declined), None]),
        (InProgress, [None, None, None, None, Some(OnHold), None, Some(Completed), Some(Withdrawn), None, None]),
        (OnHold, [None, None, None, None, None, Some(InProgress), None, Some(Withdrawn), None, None]),
        (Completed, [None; 10]),
        (Withdrawn, [None; 10]),
        (Expired, [None, None, None, None, None, None, None, None, Some(Expired), None]),
    ];
    assert_eq!(table.map(|(stage, _)| stage).as_slice(), ReferralStage::ALL);
    for (stage, row) in table {
        for (verb, expected) in ReferralVerb::ALL.iter().copied().zip(row) {
            let before = referral_at(stage);
            assert_eq!(before.stage(), stage);
            assert_eq!(stage.permits(verb), expected.is_some(), "{stage} permits {verb}");
            for side in Side::ALL {
                assert_eq!(before.allowed_verbs(*side).contains(&verb), expected.is_some() && verb.side() == Some(*side));
            }
            let (revision, answer, result) = (before.revision, before.state.answer(), apply(before, verb));
            match (expected, answer) {
                (Some(to), _) => {
                    let moved = result.unwrap();
                    assert_eq!((moved.stage(), moved.revision), (to, revision + 1), "{stage} {verb}");
                }
                (None, Some((answer, act))) if matches!(verb, ReferralVerb::Accept | ReferralVerb::Decline) => {
                    assert_eq!(result, Err(TransitionError::AlreadyAnswered { answer, by: act.by, at: act.at }), "{stage} {verb}");
                }
                (None, _) => assert_eq!(result, Err(TransitionError::WrongStage { stage, verb }), "{stage} {verb}"),
            }
        }
    }
}

#[test]
fn every_stage_survives_json_and_is_tagged_with_its_code() {
    for stage in ReferralStage::ALL {
        let referral = referral_at(*stage);
        let json = serde_json::to_value(&referral).unwrap();
        assert_eq!(json["state"]["stage"], stage.code());
        assert_eq!(serde_json::from_value::<Referral>(json).unwrap(), referral);
    }
}

#[test]
fn referral_cannot_be_accepted_twice_and_says_who_answered() {
    let second = referral_at(ReferralStage::Accepted).decline("trop tard", account(9), Timestamp(7_000)).unwrap_err();
    assert_eq!(second, TransitionError::AlreadyAnswered { answer: ReferralAnswer::Accepted, by: account(4), at: Timestamp(6_000) });
    assert_eq!(second.code(), "referral.already_answered");
    let second = referral_at(ReferralStage::Declined).accept(account(9), Timestamp(7_000), None).unwrap_err();
    assert_eq!(second, TransitionError::AlreadyAnswered { answer: ReferralAnswer::Declined, by: account(4), at: Timestamp(6_000) });
}

#[test]
fn reasons_and_outcomes_are_not_blank() {
    let by = account(4);
    let required = |verb| Err(TransitionError::ReasonRequired { verb });
    assert_eq!(referral_at(ReferralStage::Sent).decline(" \n", by, SENT_AT), required(ReferralVerb::Decline));
    assert_eq!(referral_at(ReferralStage::Accepted).hold("", by, SENT_AT), required(ReferralVerb::Hold));
    assert_eq!(referral_at(ReferralStage::Sent).withdraw(by, SENT_AT, ""), required(ReferralVerb::Withdraw));
    assert_eq!(referral_at(ReferralStage::InProgress).complete("", by, SENT_AT), Err(TransitionError::OutcomeRequired));
    assert_eq!(draft(20, " "), Err(DraftError::ReasonRequired));
    assert_eq!(draft(10, "chauffage"), Err(DraftError::SameOrganisation));
}

#[test]
fn deadlines_are_after_sending_and_expire_only_once_passed() {
    assert_eq!(draft(20, "chauffage").unwrap().send(SENT_AT, account(1), SENT_AT), Err(TransitionError::DeadlinePassed { due_at: SENT_AT }));
    assert_eq!(referral_at(ReferralStage::Sent).expire(DUE_AT), Err(TransitionError::NotYetDue { due_at: DUE_AT }));
    assert!(!referral_at(ReferralStage::Sent).is_late(DUE_AT));
    assert!(referral_at(ReferralStage::Sent).is_late(Timestamp(DUE_AT.0 + 1)));
    assert!(!referral_at(ReferralStage::Accepted).is_late(Timestamp(i64::MAX)));
}

#[test]
fn a_hold_before_the_start_resumes_to_accepted() {
    let held = referral_at(ReferralStage::Accepted).hold("vacances", account(4), Timestamp(6_500)).unwrap();
    assert_eq!(held.resume().unwrap().stage(), ReferralStage::Accepted);
}

#[test]
fn withdrawing_keeps_what_had_been_answered() {
    let withdrawn = referral_at(ReferralStage::InProgress).withdraw(account(1), Timestamp(8_000), "réglé").unwrap();
    assert_eq!(withdrawn.state.answer().map(|(answer, _)| answer), Some(ReferralAnswer::Accepted));
    assert_eq!((withdrawn.due_at(), withdrawn.state.reason()), (Some(DUE_AT), Some("réglé")));
    let unsent = draft(20, "chauffage").unwrap().withdraw(account(1), Timestamp(8_000), "réglé").unwrap();
    assert_eq!((unsent.due_at(), unsent.state.sent()), (None, None));
}

#[test]
fn an_organisation_is_on_one_side_or_none() {
    let referral = referral_at(ReferralStage::Sent);
    assert_eq!(referral.side_of(organisation(10)), Some(Side::Sender));
    assert_eq!(referral.side_of(organisation(20)), Some(Side::Recipient));
    assert_eq!(referral.side_of(organisation(30)), None);
}

#[test]
fn a_day_is_a_day_of_the_calendar() {
    for day in ["2026-11-30", "2024-02-29", "2000-02-29"] {
        assert_eq!(day.parse::<Day>().unwrap().to_string(), day);
    }
    for wrong in ["2026-11-31", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "2026-11-30T00:00", "", "+026-11-30"] {
        assert_eq!(wrong.parse::<Day>(), Err(NotADay(wrong.to_owned())));
    }
}

#[test]
fn a_referral_is_redirected_once_and_keeps_what_was_answered() {
    let declined = referral_at(ReferralStage::Declined);
    assert_eq!(declined.allowed_verbs(Side::Sender), [ReferralVerb::Redirect]);
    assert!(declined.allowed_verbs(Side::Recipient).is_empty());
    let revision = declined.revision;
    let redirected = declined.clone().redirect(ReferralId(Uuid::from_u128(99))).unwrap();
    assert_eq!((redirected.stage(), redirected.state.reason(), redirected.revision), (ReferralStage::Declined, declined.state.reason(), revision + 1));
    assert!(redirected.allowed_verbs(Side::Sender).is_empty());
    assert_eq!((redirected.revision_told_to(Side::Sender), redirected.revision_told_to(Side::Recipient)), (revision + 1, revision));
    assert_eq!(redirected.state.ended_at(), declined.state.ended_at(), "when it ended stays as it was said");
    assert!(matches!(redirected.redirect(ReferralId(Uuid::from_u128(98))), Err(TransitionError::WrongStage { .. })));
}

#[test]
fn the_last_word_has_a_moment_once_nothing_is_expected_any_more() {
    for stage in ReferralStage::ALL {
        assert_eq!(referral_at(*stage).state.ended_at().is_some(), !stage.is_open(), "{stage}");
    }
}

mod forward {
    use super::*;
    use crate::{case::Act, ids::ForwardId};

    const ACT: Act = Act { by: AccountId(Uuid::from_u128(7)), at: Timestamp(7_000) };

    fn ask(stage: ReferralStage, to: u128, reason: &str) -> Result<Forward, ForwardError> {
        Forward::ask(&referral_at(stage), ForwardId(Uuid::from_u128(70)), organisation(to), reason, ACT)
    }

    #[test]
    fn only_who_holds_a_referral_asks_to_pass_it_on_to_a_third_service_and_says_why() {
        for stage in ReferralStage::ALL {
            let held = matches!(stage, ReferralStage::Accepted | ReferralStage::InProgress | ReferralStage::OnHold | ReferralStage::Completed);
            assert_eq!(ask(*stage, 30, "relogement").err(), (!held).then_some(ForwardError::NotHeld), "{stage}");
        }
        let long = "é".repeat(FORWARD_CHARS_MAX);
        for (to, reason, wanted) in [
            (10, "relogement", Some(ForwardError::SameService)),
            (20, "relogement", Some(ForwardError::SameService)),
            (30, " \u{a0}", Some(ForwardError::Reason)),
            (30, &format!("{long}é"), Some(ForwardError::TooLong)),
            (30, long.as_str(), None),
        ] {
            assert_eq!(ask(ReferralStage::Accepted, to, reason).err(), wanted, "{to}");
        }
    }

    #[test]
    fn what_is_passed_on_goes_where_it_was_asked_and_shares_no_more() {
        let asked = ask(ReferralStage::Accepted, 30, "relogement").unwrap();
        let mut first = referral_at(ReferralStage::Accepted);
        first.shared_sections = Grants::of([Section::Building, Section::Psychosocial]).unwrap();
        let next = |to: u128, sections: &[Section]| {
            let mut next = draft(to, "relogement").unwrap();
            next.shared_sections = Grants::of(sections.iter().copied()).unwrap();
            next
        };
        for (to, sections, wanted) in [
            (30, &[][..], None),
            (30, &[Section::Building][..], None),
            (30, &[Section::Building, Section::Psychosocial][..], None),
            (30, &[Section::Dwelling][..], Some(ForwardError::More)),
            (30, &[Section::Building, Section::Household][..], Some(ForwardError::More)),
            (40, &[Section::Building][..], Some(ForwardError::SameService)),
        ] {
            assert_eq!(asked.clone().send(&first, &next(to, sections), ACT).err(), wanted, "{to} {sections:?}");
        }
    }

    #[test]
    fn an_asking_is_answered_once_and_a_refusal_says_why() {
        let asked = ask(ReferralStage::OnHold, 30, "relogement").unwrap();
        let first = referral_at(ReferralStage::OnHold);
        let next = draft(30, "relogement").unwrap();
        assert_eq!(asked.clone().refuse("  ", ACT), Err(ForwardError::Reason));
        let refused = asked.clone().refuse("déjà suivi", ACT).unwrap();
        let sent = asked.send(&first, &next, ACT).unwrap();
        for answered in [refused, sent] {
            assert_eq!(answered.clone().refuse("encore", ACT), Err(ForwardError::Answered));
            assert_eq!(answered.send(&first, &next, ACT), Err(ForwardError::Answered));
        }
    }
}
