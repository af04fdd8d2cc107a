//! The written table of permissions, generated from the rules themselves.

use std::fmt::Write as _;

use super::{
    Action, Actor, Decision, Grants, OrganisationKind, Relation, Role, Section, decide, may_acknowledge, may_answer_forward, may_answer_person_request,
    may_answer_referral, may_ask_after_visit, may_ask_to_forward, may_assemble_person_file, may_create_referral, may_dispatch, may_hand_over, may_keep_account,
    may_keep_agreements, may_keep_consents, may_keep_directory, may_keep_incidents, may_locate_confidential_danger, may_make_link, may_manage_accounts,
    may_manage_devices, may_move_case, may_move_escalation, may_move_referral, may_name_deputy, may_purge, may_push_field_events, may_raise_escalation,
    may_read_agreements, may_read_asked, may_read_awaiting, may_read_consent_proof, may_read_directory, may_read_door_language, may_read_map,
    may_read_original_photo, may_read_person_words, may_read_statistics, may_record_person_request, may_report_incident, may_review_sharing,
    may_search_access_journal, may_share_in_emergency, may_signal_building, may_speak_in_referral, may_strike_log, may_take_over, may_write_log,
};
use crate::{
    case::CaseVerb,
    escalation::EscalationVerb,
    ids::{AccountId, OrganisationId},
    referral::{ReferralStage, ReferralVerb, Side},
};

const INTRODUCTION: &str = "# Permissions

Generated from `casework::permission` by `table_markdown()`; a test fails when this file and the rules differ. To write it anew: `BLESS=1 cargo test -p casework`.

Letters: **S** see that the section has content, without reading it; **R** read; **W** write; **P** share with a partner (partager); **X** export; **–** nothing.
R and the others include S; W, P and X include R. A **°** says: only when the referral grants that section.
Relations that give the same rights stand on one line. A brigade role in another organisation, or a partner's role in the brigade, may do nothing.
Sharing household, psychosocial or contact sections needs consent besides.
";

/// The permissions as Markdown: for each role, relation by section; then role by capability.
pub fn table_markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    for role in Role::ALL {
        section_table(&mut text, *role);
    }
    capability_table(&mut text);
    text
}

/// An account of this role in an organisation where the role counts.
pub(super) fn sample(role: Role) -> Actor {
    let organisation_kind = match role {
        Role::PartnerAgent => OrganisationKind::City,
        Role::Inspector | Role::PsychosocialWorker | Role::Coordinator | Role::Dispatcher | Role::Administrator | Role::PrivacyOfficer => {
            OrganisationKind::Brigade
        }
    };
    Actor { account_id: AccountId(uuid::Uuid::nil()), role, organisation_id: OrganisationId(uuid::Uuid::nil()), organisation_kind }
}

fn section_table(text: &mut String, role: Role) {
    let mut lines: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for relation in Relation::ALL {
        let cells: Vec<String> = Section::ALL.iter().map(|section| cell(role, *relation, *section)).collect();
        match lines.iter_mut().find(|(_, known)| *known == cells) {
            Some((relations, _)) => relations.push(relation_name(*relation)),
            None => lines.push((vec![relation_name(*relation)], cells)),
        }
    }
    row(text, &format!("\n## {role}\n\n| relation"), Section::ALL.iter().map(|section| section.code().to_owned()));
    row(text, "|---", Section::ALL.iter().map(|_| "---".to_owned()));
    for (relations, cells) in lines {
        row(text, &format!("| {}", relations.join(", ")), cells);
    }
}

fn relation_name(relation: Relation) -> String {
    match relation {
        Relation::OwnTeam => "own team".to_owned(),
        Relation::Assigned => "assigned".to_owned(),
        Relation::Referred(stage) => format!("referred: {stage}"),
        Relation::Territory => "territory".to_owned(),
        Relation::None => "none".to_owned(),
    }
}

fn cell(role: Role, relation: Relation, section: Section) -> String {
    let without = letters(role, relation, Grants::NONE, section);
    let with = Grants::of([section]).map_or_else(|_| without.clone(), |grants| letters(role, relation, grants, section));
    if with == without { without } else { format!("{with}°") }
}

fn letters(role: Role, relation: Relation, grants: Grants, section: Section) -> String {
    let actor = sample(role);
    let allowed = |action: Action| decide(&actor, relation, grants, section, action).is_allowed();
    let letters: String = [(Action::Read, 'R'), (Action::Write, 'W'), (Action::Share, 'P'), (Action::Export, 'X')]
        .into_iter()
        .filter(|(action, _)| allowed(*action))
        .map(|(_, letter)| letter)
        .collect();
    match (letters.is_empty(), allowed(Action::See)) {
        (false, _) => letters,
        (true, true) => "S".to_owned(),
        (true, false) => "–".to_owned(),
    }
}

type Capability = (&'static str, fn(&Actor) -> Decision);

const CAPABILITIES: &[Capability] = &[
    ("raise an escalation", may_raise_escalation),
    ("acknowledge an escalation", may_acknowledge),
    ("dispatch a team", may_dispatch),
    ("read the language noted at a door by another", |actor| may_read_door_language(actor, AccountId(uuid::Uuid::max()))),
    ("say that the team of a visit that runs over was reached", may_ask_after_visit),
    ("say that a team arrived or stabilised", |actor| may_move_escalation(actor, EscalationVerb::Arrive)),
    ("stand down an escalation", |actor| may_move_escalation(actor, EscalationVerb::StandDown)),
    ("write in an escalation's log", may_write_log),
    ("strike a line of an escalation's log", may_strike_log),
    ("read where a danger is that only the psychosocial compartment proves, and who raised it", may_locate_confidential_danger),
    ("assign, close or reopen a case of the team", |actor| may_move_case(actor, Relation::OwnTeam, CaseVerb::Assign)),
    ("start, wait on or monitor a case assigned to them", |actor| may_move_case(actor, Relation::Assigned, CaseVerb::Start)),
    ("refer a case, sharing the building", |actor| may_create_referral(actor, Relation::OwnTeam, granting(Section::Building))),
    ("refer a case, sharing the owner", |actor| may_create_referral(actor, Relation::OwnTeam, granting(Section::Owner))),
    ("refer a case, sharing the household or the psychosocial compartment", |actor| {
        may_create_referral(actor, Relation::OwnTeam, granting(Section::Psychosocial))
    }),
    ("record what people consent to, and take it back", |actor| may_keep_consents(actor, Relation::OwnTeam)),
    ("read the proof of a consent", |actor| may_read_consent_proof(actor, Relation::OwnTeam)),
    ("share without consent on a legal ground", |actor| may_share_in_emergency(actor, Relation::OwnTeam)),
    ("review what was shared without consent", may_review_sharing),
    ("report a confidentiality incident", may_report_incident),
    ("keep the register of confidentiality incidents", may_keep_incidents),
    ("record a request of a person concerned", may_record_person_request),
    ("put together what is held about a household", may_assemble_person_file),
    ("decide on a request of a person concerned", may_answer_person_request),
    ("purge a case past its term, hold one", may_purge),
    ("search the access journal", may_search_access_journal),
    ("answer a referral received", |actor| may_answer_referral(actor, Side::Recipient)),
    ("withdraw a referral sent", |actor| may_move_referral(actor, Side::Sender, ReferralVerb::Withdraw)),
    ("signal a building to the brigade", may_signal_building),
    ("redirect a refused referral to another service", |actor| may_move_referral(actor, Side::Sender, ReferralVerb::Redirect)),
    ("ask that a referral received be passed on", |actor| may_ask_to_forward(actor, Side::Recipient)),
    ("pass on a referral sent, or refuse to", |actor| may_answer_forward(actor, Side::Sender)),
    ("speak to the sender of a referral received", |actor| may_speak_in_referral(actor, Side::Recipient)),
    ("speak to the recipient of a referral sent", |actor| may_speak_in_referral(actor, Side::Sender)),
    ("give somebody without an account a link to a referral sent", |actor| may_make_link(actor, Side::Sender)),
    ("read what a partner signals", |actor| may_read_asked(actor, Side::Recipient, ReferralStage::Sent)),
    ("read the words of a person that a colleague heard", |actor| may_read_person_words(actor, Relation::OwnTeam, AccountId(uuid::Uuid::max()))),
    ("read the directory of partners", may_read_directory),
    ("keep the directory of partners", may_keep_directory),
    ("read the agreements with partners", may_read_agreements),
    ("keep the agreements with partners", may_keep_agreements),
    ("push field events", may_push_field_events),
    ("read a photo as received, with its metadata and without its marks", may_read_original_photo),
    ("keep one's own sessions, password and second factor", |actor| may_keep_account(actor, actor.account_id)),
    ("keep another's sessions, password and second factor", |actor| may_keep_account(actor, AccountId(uuid::Uuid::max()))),
    ("manage accounts", may_manage_accounts),
    ("close the account of somebody who leaves, and hand over what they hold", may_hand_over),
    ("take over what a colleague held", |actor| may_take_over(actor, &Actor { account_id: AccountId(uuid::Uuid::max()), ..*actor })),
    ("read what is assigned to them, and to those they stand in for", may_read_awaiting),
    ("name who stands in for them", |actor| may_name_deputy(actor, actor)),
    ("name who stands in for a colleague", |actor| may_name_deputy(actor, &Actor { account_id: AccountId(uuid::Uuid::max()), ..sample(Role::Inspector) })),
    ("see the phones, revoke one, and hand in a rescue file", may_manage_devices),
    ("read the case map", may_read_map),
    ("read statistics without names (of partners, a city alone)", may_read_statistics),
];

/// The set of one section; `Internal` cannot be granted and gives the empty set.
fn granting(section: Section) -> Grants {
    Grants::of([section]).unwrap_or_default()
}

fn capability_table(text: &mut String) {
    row(text, "\n## Capabilities\n\n| capability", Role::ALL.iter().map(|role| role.code().to_owned()));
    row(text, "|---", Role::ALL.iter().map(|_| "---".to_owned()));
    for (name, allows) in CAPABILITIES {
        row(text, &format!("| {name}"), Role::ALL.iter().map(|role| if allows(&sample(*role)).is_allowed() { "yes" } else { "–" }.to_owned()));
    }
}

fn row(text: &mut String, first: &str, cells: impl IntoIterator<Item = String>) {
    text.push_str(first);
    for cell in cells {
        // Writing to a String cannot fail.
        let _ = write!(text, " | {cell}");
    }
    text.push_str(" |\n");
}
