//! What a role may do beyond the content of a case.

use super::{Action, Actor, Decision, Grants, Relation, Role, Section, decide};
use crate::{
    case::{CaseVerb, TriageBand},
    escalation::EscalationVerb,
    referral::{ReferralVerb, Side},
};

/// Raise an escalation: everyone of the brigade who meets people or runs the work.
pub fn may_raise_escalation(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher => true,
        Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Do this to an escalation. Those on site can say that they arrived and that it is over; the rest is the cell's.
pub fn may_move_escalation(actor: &Actor, verb: EscalationVerb) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator | Role::Dispatcher => true,
        Role::Inspector | Role::PsychosocialWorker => match verb {
            EscalationVerb::Arrive | EscalationVerb::Stabilise => true,
            EscalationVerb::Acknowledge | EscalationVerb::Dispatch | EscalationVerb::StandDown => false,
        },
        Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

pub fn may_acknowledge(actor: &Actor) -> Decision {
    may_move_escalation(actor, EscalationVerb::Acknowledge)
}

pub fn may_dispatch(actor: &Actor) -> Decision {
    may_move_escalation(actor, EscalationVerb::Dispatch)
}

/// Do this to a case. Giving it to a person, closing it and reopening it are the coordinator's; the work is that of whoever it is assigned to.
pub fn may_move_case(actor: &Actor, relation: Relation, verb: CaseVerb) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator => match relation {
            Relation::OwnTeam | Relation::Assigned => true,
            Relation::Referred(_) | Relation::Territory | Relation::None => false,
        },
        Role::Inspector | Role::PsychosocialWorker => match verb {
            CaseVerb::Start | CaseVerb::Wait | CaseVerb::Monitor => match relation {
                Relation::Assigned => true,
                Relation::OwnTeam | Relation::Referred(_) | Relation::Territory | Relation::None => false,
            },
            CaseVerb::Assign | CaseVerb::Close | CaseVerb::Reopen => false,
        },
        Role::Dispatcher | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Refer a case to a partner, sharing these sections: each one must be the actor's to share. Consent is asked besides ([`Section::needs_consent`]).
pub fn may_create_referral(actor: &Actor, relation: Relation, sections: Grants) -> Decision {
    let may_share = |section: Section| decide(actor, relation, Grants::NONE, section, Action::Share).is_allowed();
    Decision::when(may_share(Section::Existence) && sections.sections().into_iter().all(may_share))
}

/// Do this to a referral, from the side the actor's organisation is on. Expiry is the server's own.
pub fn may_move_referral(actor: &Actor, side: Side, verb: ReferralVerb) -> Decision {
    if verb.side() != Some(side) {
        return Decision::Deny;
    }
    by_role(actor, |role| match role {
        Role::Coordinator | Role::PsychosocialWorker => true,
        Role::PartnerAgent => match side {
            Side::Recipient => true,
            Side::Sender => false,
        },
        Role::Inspector | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Answer a referral: only its recipient does.
pub fn may_answer_referral(actor: &Actor, side: Side) -> Decision {
    may_move_referral(actor, side, ReferralVerb::Accept)
}

/// Send what was recorded in the field. Each event is then held to [`decide`] with [`Action::Write`] on its section.
pub fn may_push_field_events(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator => true,
        Role::Dispatcher | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

pub fn may_manage_accounts(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Administrator => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::PartnerAgent | Role::PrivacyOfficer => false,
    })
}

/// Read the case map: buildings, never households. What each point says still follows [`decide`].
pub fn may_read_map(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::PartnerAgent | Role::PrivacyOfficer => true,
        Role::Administrator => false,
    })
}

/// Read lists of cases: those of the brigade's work, or those that show on one's territory.
pub fn may_list_cases(actor: &Actor) -> Decision {
    may_read_map(actor)
}

/// Whether a case exists for those who have only its territory: what the building itself shows must make it a case. One opened for what a household told
/// exists for the brigade and those it was referred to, and for nobody else.
pub const fn shows_on_territory(complex: bool, danger: bool, band: Option<TriageBand>) -> bool {
    complex || danger || matches!(band, Some(TriageBand::C | TriageBand::D))
}

/// Read the emergency cell's board, follow it live and write notes in its log: those who raise and those who answer.
pub fn may_read_board(actor: &Actor) -> Decision {
    may_raise_escalation(actor)
}

/// Read the referrals of one's organisation.
pub fn may_read_referrals(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::PartnerAgent => true,
        Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Add buildings and plan the round.
pub fn may_plan_round(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Dispatcher | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

fn by_role(actor: &Actor, allowed: impl FnOnce(Role) -> bool) -> Decision {
    Decision::when(actor.effective_role().is_some_and(allowed))
}
