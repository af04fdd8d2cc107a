#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use uuid::Uuid;

use super::{table::sample, *};
use crate::{
    case::CaseVerb,
    escalation::EscalationVerb,
    referral::{ReferralVerb, Side},
};

/// Every set of sections that can be granted.
fn every_grant() -> Vec<Grants> {
    let grantable: Vec<Section> = Section::ALL.iter().copied().filter(|section| !matches!(section, Section::Existence | Section::Internal)).collect();
    (0u32..1 << grantable.len())
        .map(|mask| Grants::of(grantable.iter().enumerate().filter(|(index, _)| mask & (1 << index) != 0).map(|(_, section)| *section)).unwrap())
        .collect()
}

fn every_actor() -> Vec<Actor> {
    let id = Uuid::nil();
    Role::ALL
        .iter()
        .flat_map(|role| {
            OrganisationKind::ALL.iter().map(move |kind| Actor {
                account_id: AccountId(id),
                role: *role,
                organisation_id: OrganisationId(id),
                organisation_kind: *kind,
            })
        })
        .collect()
}

/// Calls `check` with every actor, relation, grant and section there is.
fn everywhere(mut check: impl FnMut(&Actor, Relation, Grants, Section, &dyn Fn(Action) -> bool)) {
    let grants = every_grant();
    for actor in every_actor() {
        for relation in Relation::ALL {
            for granted in &grants {
                for section in Section::ALL {
                    check(&actor, *relation, *granted, *section, &|action| decide(&actor, *relation, *granted, *section, action).is_allowed());
                }
            }
        }
    }
}

#[test]
fn stronger_actions_imply_weaker_ones() {
    everywhere(|actor, relation, _, section, may| {
        let context = || format!("{actor:?} {relation:?} {section}");
        assert!(!may(Action::Write) || may(Action::Read), "write without read: {}", context());
        assert!(!may(Action::Share) || may(Action::Read), "share without read: {}", context());
        assert!(!may(Action::Export) || may(Action::Read), "export without read: {}", context());
        assert!(!may(Action::Read) || may(Action::See), "read without see: {}", context());
    });
}

#[test]
fn what_cannot_be_read_is_not_even_seen_unless_the_case_itself_may_be_known() {
    everywhere(|actor, relation, grants, section, may| {
        if may(Action::See) && !may(Action::Read) {
            assert_eq!(actor.role, Role::PrivacyOfficer, "{section}");
            assert!(decide(actor, relation, grants, Section::Existence, Action::Read).is_allowed());
        }
    });
}

#[test]
fn psychosocial_content_is_read_by_psychosocial_workers_and_partners_granted_it_only() {
    everywhere(|actor, relation, grants, section, may| {
        if section != Section::Psychosocial || !may(Action::Read) {
            return;
        }
        match actor.role {
            Role::PsychosocialWorker => {}
            Role::PartnerAgent => assert!(matches!(relation, Relation::Referred(_)) && grants.contains(section)),
            other => panic!("{other} reads the psychosocial compartment"),
        }
    });
}

#[test]
fn inspectors_do_not_even_see_household_or_psychosocial_sections() {
    everywhere(|actor, _, _, section, may| {
        if actor.role == Role::Inspector && matches!(section, Section::Household | Section::Psychosocial) {
            assert!(!may(Action::See));
        }
    });
}

#[test]
fn partners_read_exactly_what_a_live_referral_grants() {
    everywhere(|actor, relation, grants, section, may| {
        if actor.role != Role::PartnerAgent || actor.organisation_kind == OrganisationKind::Brigade {
            return;
        }
        let expected = match relation {
            Relation::Referred(
                ReferralStage::Sent | ReferralStage::Accepted | ReferralStage::InProgress | ReferralStage::OnHold | ReferralStage::Completed,
            ) => section == Section::Existence || (section != Section::Internal && grants.contains(section)),
            Relation::Territory => matches!(section, Section::Existence | Section::Building),
            Relation::Referred(_) | Relation::OwnTeam | Relation::Assigned | Relation::None => false,
        };
        assert_eq!(may(Action::Read), expected, "{relation:?} {section}");
        assert_eq!(may(Action::See), expected);
        assert!(!may(Action::Write) && !may(Action::Share) && !may(Action::Export));
    });
}

#[test]
fn internal_notes_never_leave_the_brigade() {
    everywhere(|actor, _, _, section, may| {
        if section == Section::Internal {
            assert!(!may(Action::Share));
            assert!(!may(Action::See) || actor.organisation_kind == OrganisationKind::Brigade);
        }
    });
    assert_eq!(Grants::of([Section::Building, Section::Internal]), Err(NotGrantable(Section::Internal)));
    assert!(serde_json::from_str::<Grants>(r#"["internal"]"#).is_err());
}

#[test]
fn administrators_strangers_and_misplaced_roles_get_nothing() {
    everywhere(|actor, relation, _, _, may| {
        if actor.role == Role::Administrator || relation == Relation::None || actor.effective_role().is_none() {
            assert!(!may(Action::See), "{actor:?} {relation:?}");
        }
    });
}

#[test]
fn a_referral_never_gives_brigade_staff_more_than_a_case_of_their_own() {
    everywhere(|actor, relation, grants, section, may| {
        if actor.role != Role::PartnerAgent && matches!(relation, Relation::Referred(_)) {
            for action in Action::ALL {
                assert!(!may(*action) || decide(actor, Relation::OwnTeam, grants, section, *action).is_allowed());
            }
        }
    });
}

#[test]
fn the_intended_table_holds_on_the_teams_own_cases() {
    // Columns: existence, building, dwelling, household, psychosocial, contact, owner, internal.
    let table = [
        (Role::Inspector, ["r", "rw", "rw", "", "", "r", "rw", "rw"]),
        (Role::PsychosocialWorker, ["rp", "rwp", "rwp", "rwp", "rwp", "rwp", "rw", "rw"]),
        (Role::Coordinator, ["rpx", "rwpx", "rwpx", "r", "", "rwpx", "rwpx", "rwx"]),
        (Role::Dispatcher, ["r", "r", "r", "", "", "r", "", "rw"]),
        (Role::PartnerAgent, [""; 8]),
        (Role::Administrator, [""; 8]),
        (Role::PrivacyOfficer, ["r", "r", "r", "", "", "", "", "r"]),
    ];
    assert_eq!(table.map(|(role, _)| role).as_slice(), Role::ALL);
    for (role, row) in table {
        for relation in [Relation::OwnTeam, Relation::Assigned] {
            for (section, letters) in Section::ALL.iter().zip(row) {
                for (action, letter) in [(Action::Read, 'r'), (Action::Write, 'w'), (Action::Share, 'p'), (Action::Export, 'x')] {
                    assert_eq!(
                        decide(&sample(role), relation, Grants::NONE, *section, action).is_allowed(),
                        letters.contains(letter),
                        "{role} {relation:?} {section} {action}"
                    );
                }
            }
        }
    }
}

#[test]
fn relations_list_every_stage_of_a_referral() {
    for stage in ReferralStage::ALL {
        assert!(Relation::ALL.contains(&Relation::Referred(*stage)));
    }
    assert_eq!(Relation::ALL.len(), 4 + ReferralStage::ALL.len());
}

#[test]
fn capabilities_are_those_of_the_role() {
    use Role::{Administrator, Coordinator, Dispatcher, Inspector, PartnerAgent, PrivacyOfficer, PsychosocialWorker};
    let check = |name: &str, allows: &dyn Fn(&Actor) -> Decision, roles: &[Role]| {
        for actor in every_actor() {
            let expected = roles.contains(&actor.role) && actor.effective_role().is_some();
            assert_eq!(allows(&actor).is_allowed(), expected, "{name}: {actor:?}");
        }
    };
    check("raise", &may_raise_escalation, &[Inspector, PsychosocialWorker, Coordinator, Dispatcher]);
    check("acknowledge", &may_acknowledge, &[Coordinator, Dispatcher]);
    check("dispatch", &may_dispatch, &[Coordinator, Dispatcher]);
    check("ask after a visit", &may_ask_after_visit, &[Coordinator, Dispatcher]);
    check("arrive", &|actor| may_move_escalation(actor, EscalationVerb::Arrive), &[Inspector, PsychosocialWorker, Coordinator, Dispatcher]);
    check("stand down", &|actor| may_move_escalation(actor, EscalationVerb::StandDown), &[Coordinator, Dispatcher]);
    check("answer", &|actor| may_answer_referral(actor, Side::Recipient), &[PsychosocialWorker, Coordinator, PartnerAgent]);
    check("answer one's own", &|actor| may_answer_referral(actor, Side::Sender), &[]);
    check("withdraw", &|actor| may_move_referral(actor, Side::Sender, ReferralVerb::Withdraw), &[PsychosocialWorker, Coordinator, PartnerAgent]);
    check(
        "read what was asked of the recipient",
        &|actor| may_read_asked(actor, Side::Recipient, ReferralStage::Sent),
        &[PsychosocialWorker, Coordinator, PartnerAgent],
    );
    check("read what was taken back", &|actor| may_read_asked(actor, Side::Recipient, ReferralStage::Withdrawn), &[]);
    for over in [ReferralStage::Declined, ReferralStage::Expired] {
        check("read what the brigade refused or let expire", &|actor| may_read_asked(actor, Side::Recipient, over), &[PsychosocialWorker, Coordinator]);
    }
    check("send", &|actor| may_move_referral(actor, Side::Sender, ReferralVerb::Send), &[PsychosocialWorker, Coordinator]);
    check("redirect", &|actor| may_move_referral(actor, Side::Sender, ReferralVerb::Redirect), &[PsychosocialWorker, Coordinator]);
    check("signal", &may_signal_building, &[PartnerAgent]);
    check("make a link", &|actor| may_make_link(actor, Side::Sender), &[PsychosocialWorker, Coordinator]);
    check("make a link to what was received", &|actor| may_make_link(actor, Side::Recipient), &[]);
    check("speak as sender", &|actor| may_speak_in_referral(actor, Side::Sender), &[PsychosocialWorker, Coordinator, PartnerAgent]);
    check("speak as recipient", &|actor| may_speak_in_referral(actor, Side::Recipient), &[PsychosocialWorker, Coordinator, PartnerAgent]);
    check("withdraw another's", &|actor| may_move_referral(actor, Side::Recipient, ReferralVerb::Withdraw), &[]);
    check("expire", &|actor| may_move_referral(actor, Side::Sender, ReferralVerb::Expire), &[]);
    check("read the language that another noted", &|actor| may_read_door_language(actor, AccountId(uuid::Uuid::max())), &[PsychosocialWorker, Coordinator]);
    check("read the language that they noted", &|actor| may_read_door_language(actor, actor.account_id), &[Inspector, PsychosocialWorker, Coordinator]);
    check("push", &may_push_field_events, &[Inspector, PsychosocialWorker, Coordinator]);
    check("original photo", &may_read_original_photo, &[PrivacyOfficer]);
    check("accounts", &may_manage_accounts, &[Administrator]);
    check("devices", &may_manage_devices, &[Coordinator, Administrator]);
    check("map", &may_read_map, &[Inspector, PsychosocialWorker, Coordinator, Dispatcher, PartnerAgent, PrivacyOfficer]);
    check("list cases", &may_list_cases, &[Inspector, PsychosocialWorker, Coordinator, Dispatcher, PartnerAgent, PrivacyOfficer]);
    check("board", &may_read_board, &[Inspector, PsychosocialWorker, Coordinator, Dispatcher]);
    check("write in the log", &may_write_log, &[Inspector, PsychosocialWorker, Coordinator, Dispatcher]);
    check("strike in the log", &may_strike_log, &[Coordinator, Dispatcher]);
    check("locate a confidential danger", &may_locate_confidential_danger, &[PsychosocialWorker, Coordinator, Dispatcher]);
    check("referrals", &may_read_referrals, &[Inspector, PsychosocialWorker, Coordinator, Dispatcher, PartnerAgent]);
    check("plan the round", &may_plan_round, &[Coordinator]);
    check("assign", &|actor| may_move_case(actor, Relation::OwnTeam, CaseVerb::Assign), &[Coordinator]);
    check("work", &|actor| may_move_case(actor, Relation::Assigned, CaseVerb::Start), &[Inspector, PsychosocialWorker, Coordinator]);
    check("work unassigned", &|actor| may_move_case(actor, Relation::OwnTeam, CaseVerb::Start), &[Coordinator]);
    for verb in CaseVerb::ALL {
        check("a stranger's case", &|actor| may_move_case(actor, Relation::Territory, *verb), &[]);
    }
}

#[test]
fn a_referral_shares_only_what_its_maker_may_share() {
    for grants in every_grant() {
        let sections = grants.sections();
        let coordinator = sections.iter().all(|section| !matches!(section, Section::Household | Section::Psychosocial));
        let psychosocial_worker = !grants.contains(Section::Owner);
        for relation in [Relation::OwnTeam, Relation::Assigned] {
            for role in Role::ALL {
                let expected = match role {
                    Role::Coordinator => coordinator,
                    Role::PsychosocialWorker => psychosocial_worker,
                    _ => false,
                };
                assert_eq!(may_create_referral(&sample(*role), relation, grants).is_allowed(), expected, "{role} {sections:?}");
            }
        }
        assert!(!may_create_referral(&sample(Role::Coordinator), Relation::Territory, grants).is_allowed());
    }
}

#[test]
fn whoever_reads_the_psychosocial_compartment_may_locate_what_it_proves() {
    everywhere(|actor, relation, _, section, may| {
        let own = matches!(relation, Relation::OwnTeam | Relation::Assigned);
        if own && section == Section::Psychosocial && may(Action::Read) {
            assert!(may_locate_confidential_danger(actor).is_allowed(), "{actor:?}");
        }
    });
}

#[test]
fn a_visit_that_concerns_people_apart_is_known_only_to_those_who_may_see_that_section() {
    everywhere(|actor, relation, grants, section, may| {
        let known = may_know_visit_by(actor, relation, grants, section).is_allowed();
        if section.needs_consent() {
            assert_eq!(known, may(Action::See), "{actor:?} {relation:?} {section}");
        } else {
            assert_eq!(known, decide(actor, relation, grants, Section::Existence, Action::See).is_allowed(), "{actor:?} {relation:?} {section}");
        }
    });
    // The columns of the table that matter most: nobody but its own workers and the privacy officer knows of a psychosocial visit.
    for role in Role::ALL {
        let known = may_know_visit_by(&sample(*role), Relation::OwnTeam, Grants::NONE, Section::Psychosocial).is_allowed();
        assert_eq!(known, matches!(role, Role::PsychosocialWorker | Role::PrivacyOfficer), "{role}");
        assert!(!may_know_visit_by(&sample(*role), Relation::Territory, Grants::NONE, Section::Psychosocial).is_allowed(), "{role}");
    }
}

#[test]
fn a_case_shows_on_its_territory_only_by_what_its_building_shows() {
    use crate::case::TriageBand;
    assert!(shows_on_territory(true, false, None) && shows_on_territory(false, true, Some(TriageBand::A)));
    for band in [None, Some(TriageBand::A), Some(TriageBand::B), Some(TriageBand::C), Some(TriageBand::D)] {
        assert_eq!(shows_on_territory(false, false, band), matches!(band, Some(TriageBand::C | TriageBand::D)), "{band:?}");
    }
}

#[test]
fn grants_travel_as_a_list_of_sections() {
    for grants in every_grant() {
        let json = serde_json::to_string(&grants).unwrap();
        assert_eq!(serde_json::from_str::<Grants>(&json).unwrap(), grants);
    }
    assert_eq!(serde_json::to_string(&Grants::of([Section::Owner, Section::Existence, Section::Building]).unwrap()).unwrap(), r#"["building","owner"]"#);
}

#[test]
fn the_written_table_says_what_the_rules_do() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/PERMISSIONS.md");
    let table = table_markdown();
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, &table).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(written, table, "PERMISSIONS.md differs from the rules: review, then BLESS=1 cargo test -p casework");
}

#[test]
fn a_persons_own_words_stay_in_the_psychosocial_compartment_or_with_who_heard_them() {
    let somebody_else = AccountId(uuid::Uuid::max());
    for actor in every_actor().into_iter().filter(|actor| actor.effective_role().is_some()) {
        let in_brigade = actor.organisation_kind == OrganisationKind::Brigade;
        let of_a_colleague = may_read_person_words(&actor, Relation::OwnTeam, somebody_else).is_allowed();
        assert_eq!(of_a_colleague, !in_brigade || actor.role == Role::PsychosocialWorker, "{actor:?}");
        assert!(may_read_person_words(&actor, Relation::OwnTeam, actor.account_id).is_allowed(), "{actor:?}");
    }
}
