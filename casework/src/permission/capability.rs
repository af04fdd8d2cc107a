//! What a role may do beyond the content of a case.

use super::{Action, Actor, Decision, Grants, OrganisationKind, Relation, Role, Section, decide, team_rights};
use crate::{
    case::{CaseVerb, TriageBand},
    escalation::EscalationVerb,
    ids::AccountId,
    referral::{ReferralStage, ReferralVerb, Side},
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

/// Find out how the team of a visit that runs over is, and say so: whatever the visit is about, since people may be in danger.
pub fn may_ask_after_visit(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator | Role::Dispatcher => true,
        Role::Inspector | Role::PsychosocialWorker | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Read the language noted at a door, which says something of the people who live there: those who read of households, and who noted it.
pub fn may_read_door_language(actor: &Actor, noted_by: AccountId) -> Decision {
    let reads_of_households = decide(actor, Relation::OwnTeam, Grants::NONE, Section::Household, Action::Read).is_allowed();
    let noted_it = noted_by == actor.account_id && may_push_field_events(actor).is_allowed();
    Decision::when(reads_of_households || noted_it)
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

/// Read, record and withdraw the consents of a case: whoever may share every section that needs one, since they tell what there is to share.
pub fn may_keep_consents(actor: &Actor, relation: Relation) -> Decision {
    let may_share = |section: &Section| decide(actor, relation, Grants::NONE, *section, Action::Share).is_allowed();
    Decision::when(Section::ALL.iter().filter(|section| section.needs_consent()).all(may_share))
}

/// Read the proof of a consent, a signature or a paper: who keeps consents, and the privacy officer, who must be able to tell that it was given. Nobody of
/// another organisation ever does, whatever was referred to it.
pub fn may_read_consent_proof(actor: &Actor, relation: Relation) -> Decision {
    let is_own = match relation {
        Relation::OwnTeam | Relation::Assigned => true,
        Relation::Referred(_) | Relation::Territory | Relation::None => false,
    };
    Decision::when(is_own && (may_keep_consents(actor, relation).is_allowed() || may_review_sharing(actor).is_allowed()))
}

/// Share without consent on a legal ground: whoever keeps consents, since they know what there is and that no consent could be had.
pub fn may_share_in_emergency(actor: &Actor, relation: Relation) -> Decision {
    may_keep_consents(actor, relation)
}

/// Review what was shared without consent: the privacy officer alone, who did not share it.
pub fn may_review_sharing(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::PrivacyOfficer => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::PartnerAgent | Role::Administrator => false,
    })
}

/// Report a confidentiality incident: everybody of the brigade, whatever they do there.
pub fn may_report_incident(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => true,
        Role::PartnerAgent => false,
    })
}

/// Read and write the register of confidentiality incidents: the privacy officer alone.
pub fn may_keep_incidents(actor: &Actor) -> Decision {
    may_review_sharing(actor)
}

/// Purge a case past its term, hold one and let it go: the privacy officer alone.
pub fn may_purge(actor: &Actor) -> Decision {
    may_review_sharing(actor)
}

/// Decide on a request of a person concerned: the privacy officer alone, who does not read what is held.
pub fn may_answer_person_request(actor: &Actor) -> Decision {
    may_review_sharing(actor)
}

/// Put together everything that is held about the people of a dwelling: those of the brigade who read all of it.
pub fn may_assemble_person_file(actor: &Actor) -> Decision {
    let reads = |section: Section| decide(actor, Relation::OwnTeam, Grants::NONE, section, Action::Read).is_allowed();
    Decision::when([Section::Dwelling, Section::Household, Section::Psychosocial, Section::Contact, Section::Internal].into_iter().all(reads))
}

/// Record a request and follow it: those who decide, and those who put the file together.
pub fn may_record_person_request(actor: &Actor) -> Decision {
    Decision::when(may_answer_person_request(actor).is_allowed() || may_assemble_person_file(actor).is_allowed())
}

/// Search the access journal: the privacy officer alone. It tells who read what, never what was read.
pub fn may_search_access_journal(actor: &Actor) -> Decision {
    may_review_sharing(actor)
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
            // What a partner signalled goes to the brigade at once, and nowhere else.
            Side::Sender => matches!(verb, ReferralVerb::Withdraw),
        },
        Role::Inspector | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Answer a referral: only its recipient does.
pub fn may_answer_referral(actor: &Actor, side: Side) -> Decision {
    may_move_referral(actor, side, ReferralVerb::Accept)
}

/// Speak to the other side of a referral, and hear what the person says of it: whoever may move it from that side.
pub fn may_speak_in_referral(actor: &Actor, side: Side) -> Decision {
    match side {
        Side::Sender => may_move_referral(actor, side, ReferralVerb::Withdraw),
        Side::Recipient => may_answer_referral(actor, side),
    }
}

/// Ask the brigade to pass a referral on to another service: whoever answers for the partner that holds it.
pub fn may_ask_to_forward(actor: &Actor, side: Side) -> Decision {
    by_role(actor, |role| match role {
        Role::PartnerAgent => side == Side::Recipient,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Pass it on, or refuse to: whoever may ask another service after a refusal.
pub fn may_answer_forward(actor: &Actor, side: Side) -> Decision {
    may_move_referral(actor, side, ReferralVerb::Redirect)
}

/// Give somebody of the recipient, who has no account, a link to one referral: whoever may take the referral back.
pub fn may_make_link(actor: &Actor, side: Side) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator | Role::PsychosocialWorker => side == Side::Sender,
        Role::Inspector | Role::Dispatcher | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Signal a building to the brigade: whoever answers for a partner.
pub fn may_signal_building(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::PartnerAgent => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Read what a referral asks, from the side the actor's organisation is on. Its recipient does while it follows it: never once it was taken back; once refused
/// or expired, only the brigade does, whose case it became.
pub fn may_read_asked(actor: &Actor, side: Side, stage: ReferralStage) -> Decision {
    match side {
        Side::Sender => Decision::Allow,
        Side::Recipient => Decision::when(stays_with_recipient(actor, stage) && may_answer_referral(actor, side).is_allowed()),
    }
}

/// Whether a referral at this stage still says to its recipient what it was about.
pub fn stays_with_recipient(actor: &Actor, stage: ReferralStage) -> bool {
    match stage {
        ReferralStage::Withdrawn => false,
        ReferralStage::Declined | ReferralStage::Expired => matches!(actor.organisation_kind, OrganisationKind::Brigade),
        ReferralStage::Draft | ReferralStage::Sent | ReferralStage::Accepted | ReferralStage::InProgress | ReferralStage::OnHold | ReferralStage::Completed => {
            true
        }
    }
}

/// Read a person's own words on the help they got, which somebody of the actor's organisation heard. At the brigade they are of the psychosocial compartment,
/// and of whoever heard them.
pub fn may_read_person_words(actor: &Actor, relation: Relation, heard_by: AccountId) -> Decision {
    let in_brigade = matches!(actor.organisation_kind, OrganisationKind::Brigade);
    let reads_people = decide(actor, relation, Grants::NONE, Section::Psychosocial, Action::Read).is_allowed();
    Decision::when(!in_brigade || reads_people || heard_by == actor.account_id)
}

/// Send what was recorded in the field. Each event is then held to [`decide`] with [`Action::Write`] on its section.
pub fn may_push_field_events(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator => true,
        Role::Dispatcher | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Read a photo as it was received, with the place and the device that its file tells and what a blur hides, on top of reading the section it belongs to:
/// the privacy officer alone. Everybody else reads copies.
pub fn may_read_original_photo(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::PrivacyOfficer => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::PartnerAgent | Role::Administrator => false,
    })
}

pub fn may_manage_accounts(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Administrator => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::PartnerAgent | Role::PrivacyOfficer => false,
    })
}

/// Close the account of somebody who leaves and hand what they hold to a colleague, without reading any of it.
pub fn may_hand_over(actor: &Actor) -> Decision {
    may_manage_accounts(actor)
}

/// Take over what a colleague held: somebody else of the same organisation, who works cases.
pub fn may_take_over(colleague: &Actor, leaver: &Actor) -> Decision {
    let is_colleague = colleague.organisation_id == leaver.organisation_id && colleague.account_id != leaver.account_id;
    Decision::when(is_colleague && may_move_case(colleague, Relation::Assigned, CaseVerb::Start).is_allowed())
}

/// Read what is assigned to oneself: those who work cases and visits.
pub fn may_read_awaiting(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator => true,
        Role::Dispatcher | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Name who stands in for somebody: the absent person, or the coordinator of their team. Who stands in must be one who could take over.
pub fn may_name_deputy(actor: &Actor, absent: &Actor) -> Decision {
    let is_theirs = actor.account_id == absent.account_id;
    let is_of_team = actor.organisation_id == absent.organisation_id && actor.effective_role() == Some(Role::Coordinator);
    Decision::when(may_read_awaiting(absent).is_allowed() && (is_theirs || is_of_team))
}

/// Read and change what is an account's own (open sessions, password, second factor): its owner alone, in whatever role, and one that fits nothing too.
pub fn may_keep_account(actor: &Actor, owner: AccountId) -> Decision {
    Decision::when(actor.account_id == owner)
}

/// Read which phones hold unsent work, give a lost one up, and hand in what a phone could not send. It shows no case.
pub fn may_manage_devices(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator | Role::Administrator => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Dispatcher | Role::PartnerAgent | Role::PrivacyOfficer => false,
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

/// Write a line in an escalation's log.
pub fn may_write_log(actor: &Actor) -> Decision {
    may_read_board(actor)
}

/// Strike a line of an escalation's log: whoever answers for the cell.
pub fn may_strike_log(actor: &Actor) -> Decision {
    may_acknowledge(actor)
}

/// Read where a danger is that only the psychosocial compartment proves, and who raised it: those who read that compartment, and those who answer for the
/// call. For everybody else such a call is one of the building.
pub fn may_locate_confidential_danger(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher => true,
        Role::Inspector | Role::PartnerAgent | Role::Administrator | Role::PrivacyOfficer => false,
    })
}

/// Know that a visit took place by what it holds of this section. What concerns people apart is known only to those who may see that there is some of it;
/// the rest to all who know the case.
pub fn may_know_visit_by(actor: &Actor, relation: Relation, grants: Grants, section: Section) -> Decision {
    let known_by = if section.needs_consent() { section } else { Section::Existence };
    decide(actor, relation, grants, known_by, Action::See)
}

/// Whether those of this role go to people in the psychosocial compartment, so that their coming may itself be confidential.
pub fn works_apart(role: Role) -> bool {
    team_rights(role, Section::Psychosocial).include(Action::Write)
}

/// Read statistics without names: who runs the brigade, who answers for what it holds of people, and a city, of its territory.
pub fn may_read_statistics(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator | Role::Administrator | Role::PrivacyOfficer => true,
        Role::PartnerAgent => matches!(actor.organisation_kind, OrganisationKind::City),
        Role::Inspector | Role::PsychosocialWorker | Role::Dispatcher => false,
    })
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

/// Read the directory of partners, with whom to ring there: everybody of the brigade. What of it is public is anybody's.
pub fn may_read_directory(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => true,
        Role::PartnerAgent => false,
    })
}

/// Keep the directory: add a service, correct it, say that it was verified.
pub fn may_keep_directory(actor: &Actor) -> Decision {
    by_role(actor, |role| match role {
        Role::Coordinator | Role::Administrator => true,
        Role::Inspector | Role::PsychosocialWorker | Role::Dispatcher | Role::PartnerAgent | Role::PrivacyOfficer => false,
    })
}

/// Read and keep the agreements with partners. They permit nothing: consent does.
pub fn may_keep_agreements(actor: &Actor) -> Decision {
    may_keep_directory(actor)
}

/// Read the register of agreements: those who keep it, and the privacy officer.
pub fn may_read_agreements(actor: &Actor) -> Decision {
    Decision::when(may_keep_agreements(actor).is_allowed() || may_review_sharing(actor).is_allowed())
}

fn by_role(actor: &Actor, allowed: impl FnOnce(Role) -> bool) -> Decision {
    Decision::when(actor.effective_role().is_some_and(allowed))
}
