//! The written table of permissions, held against every documented route that writes: each role and relation tries each act, with a message that is otherwise
//! in order, on something that is there. Who may not is told so and nothing is written; who may is never told so. A route of the document that is not here
//! fails the story.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    escalation::EscalationVerb,
    permission::{self, Actor, Grants, OrganisationKind, Relation, Section},
    referral::{ReferralVerb, Side},
};
use reqwest::Method;
use serde_json::{Value, json};
use server::clock::{new_id, sha256_hex};

use super::{
    consents, forwards, matrix, photos,
    routes::{ask_with, documented},
    scenes::{case_of, complex_visit, psychosocial_visit, referral},
};
use crate::support::{Answer, Client, Database, Person, TestServer};

/// What one does about oneself, whoever one is: its own stories hold it.
const OWN: &[&str] = &["POST /api/v1/session", "DELETE /api/v1/session", "POST /api/v1/session/code", "POST /api/v1/sync/device"];

/// An act, on what it is tried, and whether who may do it can do it here and now (else only the refusal is looked at).
struct Act {
    route: &'static str,
    /// What stands for `{verb}`, or what is shared.
    what: &'static str,
    is_possible: bool,
}

const fn act(route: &'static str, what: &'static str) -> Act {
    Act { route, what, is_possible: true }
}

const fn only_refused(route: &'static str) -> Act {
    Act { route, what: "", is_possible: false }
}

const MOVE_REFERRAL: &str = "POST /api/v1/referrals/{id}/{verb}";
const MOVE_ESCALATION: &str = "POST /api/v1/emergency/{id}/{verb}";
const ANNOUNCE: &str = "POST /api/v1/photos";
const REFER: &str = "POST /api/v1/referrals";

const ACTS: &[Act] = &[
    act("POST /api/v1/sync/push", ""),
    act(ANNOUNCE, ""),
    only_refused("PATCH /api/v1/photos/uploads/{id}"),
    only_refused("DELETE /api/v1/photos/uploads/{id}"),
    act("POST /api/v1/cases/{id}/escalations", ""),
    act("POST /api/v1/cases/{id}/consents", ""),
    act("POST /api/v1/consents/{id}/withdrawal", ""),
    act("POST /api/v1/emergency-shares/{id}/review", ""),
    act(MOVE_ESCALATION, "acknowledge"),
    act(MOVE_ESCALATION, "dispatch"),
    act(MOVE_ESCALATION, "arrive"),
    act(MOVE_ESCALATION, "stabilise"),
    act(MOVE_ESCALATION, "stand_down"),
    only_refused("POST /api/v1/visits/{id}/reached"),
    act(REFER, "building"),
    act(REFER, "dwelling"),
    act(REFER, "household"),
    act(REFER, "psychosocial"),
    act("POST /api/v1/referrals/to-brigade", ""),
    act(MOVE_REFERRAL, "accept"),
    act(MOVE_REFERRAL, "decline"),
    act(MOVE_REFERRAL, "start"),
    act(MOVE_REFERRAL, "hold"),
    act(MOVE_REFERRAL, "resume"),
    act(MOVE_REFERRAL, "complete"),
    act(MOVE_REFERRAL, "withdraw"),
    act("POST /api/v1/referrals/{id}/messages", ""),
    act("POST /api/v1/referrals/{id}/person-word", ""),
    act("POST /api/v1/referrals/{id}/links", ""),
    act("POST /api/v1/referral-links/{id}/revocation", ""),
    act("POST /api/v1/referrals/{id}/forwards", ""),
    act("POST /api/v1/referral-forwards/{id}/refusal", ""),
    act("POST /api/v1/referrals/{id}/group", ""),
];

/// What the acts are tried on.
struct Target {
    case: String,
    consent: String,
    share: String,
    escalation: String,
    visit: String,
}

/// Where somebody stands to the brigade's referral to the health service.
fn side(actor: &Actor, server: &TestServer) -> Option<Side> {
    match actor.organisation_id {
        id if id == server.town.brigade => Some(Side::Sender),
        id if id == server.town.cisss => Some(Side::Recipient),
        _ => None,
    }
}

/// What the table says.
fn may(act: &Act, actor: &Actor, server: &TestServer) -> bool {
    let relation = match actor.organisation_kind {
        OrganisationKind::Brigade => Relation::OwnTeam,
        OrganisationKind::City if actor.organisation_id == server.town.longueuil => Relation::Territory,
        _ => Relation::None,
    };
    let of_side = |rule: fn(&Actor, Side) -> permission::Decision| side(actor, server).is_some_and(|side| rule(actor, side).is_allowed());
    match act.route {
        "POST /api/v1/sync/push" | ANNOUNCE | "PATCH /api/v1/photos/uploads/{id}" | "DELETE /api/v1/photos/uploads/{id}" => {
            permission::may_push_field_events(actor).is_allowed()
        }
        "POST /api/v1/cases/{id}/escalations" => permission::may_raise_escalation(actor).is_allowed(),
        "POST /api/v1/cases/{id}/consents" | "POST /api/v1/consents/{id}/withdrawal" => permission::may_keep_consents(actor, relation).is_allowed(),
        "POST /api/v1/emergency-shares/{id}/review" => permission::may_review_sharing(actor).is_allowed(),
        MOVE_ESCALATION => permission::may_move_escalation(actor, act.what.parse::<EscalationVerb>().expect("a verb")).is_allowed(),
        "POST /api/v1/visits/{id}/reached" => permission::may_ask_after_visit(actor).is_allowed(),
        REFER => {
            let sections = Grants::of([act.what.parse::<Section>().expect("a section")]).expect("shareable");
            permission::may_create_referral(actor, relation, sections).is_allowed()
        }
        "POST /api/v1/referrals/to-brigade" => permission::may_signal_building(actor).is_allowed(),
        MOVE_REFERRAL => {
            let verb: ReferralVerb = act.what.parse().expect("a verb");
            side(actor, server).is_some_and(|side| permission::may_move_referral(actor, side, verb).is_allowed())
        }
        "POST /api/v1/referrals/{id}/messages" | "POST /api/v1/referrals/{id}/person-word" => of_side(permission::may_speak_in_referral),
        "POST /api/v1/referrals/{id}/links" | "POST /api/v1/referral-links/{id}/revocation" => of_side(permission::may_make_link),
        "POST /api/v1/referrals/{id}/forwards" => of_side(permission::may_ask_to_forward),
        "POST /api/v1/referral-forwards/{id}/refusal" => of_side(permission::may_answer_forward),
        "POST /api/v1/referrals/{id}/group" => of_side(|actor, side| permission::may_move_referral(actor, side, ReferralVerb::Send)),
        other => panic!("{other}: who may?"),
    }
}

fn body(act: &Act, server: &TestServer, target: &Target) -> Value {
    let id = new_id().to_string();
    match act.route {
        "POST /api/v1/sync/push" => json!({ "protocol": 1, "device_id": id, "device_now": 1_795_000_000_000_i64, "events": [] }),
        "POST /api/v1/cases/{id}/escalations" => json!({ "reason": "Fumée au troisième", "called_911": true }),
        "POST /api/v1/cases/{id}/consents" => consents::message(&server.town.tower.doors[0], server.town.cisss),
        "POST /api/v1/emergency-shares/{id}/review" => json!({ "finding": "justified", "text": "Danger réel" }),
        "POST /api/v1/visits/{id}/reached" => json!({ "text": "Jointe" }),
        REFER => {
            let mut message = referral(server, &target.case);
            message["sections"] = json!([act.what]);
            message
        }
        "POST /api/v1/referrals/to-brigade" => json!({
            "id": id, "address": "99, rue Inventée", "municipality": "Longueuil", "dwellings": 8, "reason": "Chauffage coupé", "urgency": "soon",
            "due_in_days": 5, "questions": [],
        }),
        MOVE_REFERRAL | MOVE_ESCALATION => json!({ "text": "Parce que" }),
        "POST /api/v1/referrals/{id}/messages" => json!({ "id": id, "text": "Bonjour" }),
        "POST /api/v1/referrals/{id}/person-word" => json!({ "helped": "yes" }),
        "POST /api/v1/referrals/{id}/links" => json!({ "id": id, "name": "Mme Roy", "days": 7 }),
        "POST /api/v1/referrals/{id}/forwards" => forwards::asking(server.town.longueuil),
        "POST /api/v1/referral-forwards/{id}/refusal" => json!({ "text": "Personne d’autre" }),
        _ => json!({}),
    }
}

/// Rows of everything that these acts can write.
async fn written(server: &TestServer) -> Vec<(&'static str, i64)> {
    let tables = [
        "audit",
        "case_entry",
        "referral",
        "referral_entry",
        "referral_message",
        "referral_link",
        "referral_forward",
        "escalation",
        "escalation_entry",
        "consent",
        "building",
        "case_file",
        "field_event",
        "photo",
        "upload",
        "visit_reached",
    ];
    let mut rows = Vec::new();
    for table in tables {
        rows.push((table, server.count(table, "1 = 1").await));
    }
    rows
}

async fn try_it(act: &Act, person: Person, clients: &BTreeMap<Person, Client>, server: &TestServer, target: &Target) -> (Answer, bool) {
    let client = &clients[&person];
    let is_of_referral = ["/referrals/{id}", "/referral-links/", "/referral-forwards/"].iter().any(|of| act.route.contains(of));
    let mut id = match act.route {
        path if path.contains("/consents/{id}") => target.consent.clone(),
        path if path.contains("emergency-shares") => target.share.clone(),
        path if path.contains("/emergency/") => target.escalation.clone(),
        path if path.contains("/visits/") => target.visit.clone(),
        path if path.contains("/photos/") => new_id().to_string(),
        _ => target.case.clone(),
    };
    if is_of_referral {
        let mut message = referral(server, &target.case);
        if act.route.ends_with("/group") {
            (message["draft"], message["also_to"]) = (json!(true), json!([server.town.longueuil]));
        }
        clients[&Person::Coordinator].post("/api/v1/referrals", &message).await.expect_status(201);
        message["id"].as_str().expect("an id").clone_into(&mut id);
    }
    if act.route.contains("/referral-links/") {
        let link = json!({ "id": new_id().to_string(), "name": "Mme Roy", "days": 7 });
        clients[&Person::Coordinator].post(&format!("/api/v1/referrals/{id}/links"), &link).await.expect_status(201);
        link["id"].as_str().expect("an id").clone_into(&mut id);
    }
    if act.route.contains("forwards") {
        forwards::accept(server, Person::Cisss, &id).await;
        if act.route.contains("/referral-forwards/") {
            id = forwards::ask(server, &id, &forwards::asking(server.town.longueuil)).await;
        }
    }
    let (method, path) = act.route.split_once(' ').expect("method and path");
    let path = path.replace("{id}", &id).replace("{verb}", act.what);
    let before = written(server).await;
    let method: Method = method.parse().expect("a method");
    let answer = match act.route {
        ANNOUNCE => photos::announce(client, &new_id().to_string(), &sha256_hex(b"a photo"), 10).await,
        _ => ask_with(client, &method, &path, &body(act, server, target)).await,
    };
    (answer, written(server).await == before)
}

#[tokio::test]
async fn each_role_does_what_the_table_says_by_every_route_that_writes() {
    let server = TestServer::start(Database::Sqlite).await;
    let reads = ["GET ", "HEAD ", "OPTIONS "];
    let documented: BTreeSet<String> = documented(&server).await.into_iter().filter(|route| reads.iter().all(|read| !route.starts_with(read))).collect();
    let told: BTreeSet<String> = ACTS.iter().map(|act| act.route).chain(OWN.iter().copied()).map(str::to_owned).collect();
    assert_eq!(documented, told, "a route that writes is missing from (or stale in) ACTS and OWN");
    for verb in EscalationVerb::ALL {
        assert!(ACTS.iter().any(|act| act.route == MOVE_ESCALATION && act.what == verb.code()), "{verb} is tried by nobody");
    }

    let (phone, _) = complex_visit(&server).await;
    psychosocial_visit(&server, &phone).await;
    let case = case_of(&server, &server.town.tower).await;
    let message = json!({ "reason": "Feu", "called_911": true });
    let raised = server.bearer(Person::Inspector).await.post(&format!("/api/v1/cases/{case}/escalations"), &message).await.expect_status(201).json();
    let target = Target {
        consent: consents::record(&server, &case, &consents::message(&server.town.tower.doors[0], server.town.cisss)).await,
        share: consents::share_in_emergency(&server, &case).await,
        escalation: raised["id"].as_str().expect("an id").to_owned(),
        visit: phone.visit_id.to_string(),
        case,
    };
    let mut clients = BTreeMap::new();
    for person in Person::ALL {
        clients.insert(person, server.bearer(person).await);
    }
    let mut refused = 0;
    for act in ACTS {
        // Who may, last: what is done once cannot be done again.
        let mut people = Person::ALL.to_vec();
        people.sort_by_key(|person| may(act, &matrix::actor(*person, &server), &server));
        for person in people {
            let may = may(act, &matrix::actor(person, &server), &server);
            let (answer, untouched) = try_it(act, person, &clients, &server, &target).await;
            // A form that names several sections is told that one of them is not theirs to share.
            let is_refused = [401, 403, 404].contains(&answer.status) || answer.text().contains("\"section_not_shareable\"");
            let told = format!("{person:?}, {} {}: {} {}", act.route, act.what, answer.status, answer.text());
            if !may {
                assert!(is_refused && untouched, "may not, {told}");
                refused += 1;
            } else if act.is_possible {
                assert!(!is_refused, "may, {told}");
            }
        }
    }
    assert!(refused > 100, "{refused} refusals: the table would let nearly everybody");
}
