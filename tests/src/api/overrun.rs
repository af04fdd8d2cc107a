//! Visits that run over their end: the cell and coordination learn of them, and say that the team was reached.

use casework::clock::Timestamp;
use serde_json::{Value, json};
use server::clock::now;

use crate::support::{Client, Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    a_visit_that_runs_over_is_on_the_board_until_its_team_says_it_is_out,
    a_team_that_was_reached_is_not_asked_after_again_at_once,
    a_team_that_is_out_is_not_asked_after_any_more,
    a_visit_about_a_household_alone_is_told_to_those_who_answer_for_the_teams,
    what_is_said_badly_is_refused_and_nothing_is_kept
);

async fn overdue(client: &Client) -> Vec<Value> {
    let board = client.get("/api/v1/emergency/board").await.expect_status(200).json();
    board["overdue_visits"].as_array().expect("visits").clone()
}

/// What the list of cases says above the cases.
async fn to_reach(client: &Client) -> Value {
    client.get("/api/v1/cases").await.expect_status(200).json()["teams_to_reach"].clone()
}

/// Time passes for what a visit's phones said of its end.
async fn later(server: &TestServer, phone: &Phone, minutes: i64) {
    let ms = minutes * Timestamp::MINUTE_MS;
    server.alter(&format!("update visit set expected_end = expected_end - {ms}, pace_at = pace_at - {ms} where id = '{}'", phone.visit_id)).await;
    server.alter(&format!("update visit_reached set at = at - {ms} where visit_id = '{}'", phone.visit_id)).await;
}

/// A visit that meant to end in half an hour.
async fn under_way(server: &TestServer, client: &Client) -> Phone {
    let phone = Phone::in_building(&server.town.tower);
    let starts = phone.event(&json!({ "kind": "visit_started", "expected_end": now().0 + 30 * Timestamp::MINUTE_MS }));
    phone.push_stored(client, &[starts]).await;
    phone
}

async fn a_visit_that_runs_over_is_on_the_board_until_its_team_says_it_is_out(server: TestServer) {
    let (inspector, dispatcher) = (server.bearer(Person::Inspector).await, server.bearer(Person::Dispatcher).await);
    let phone = under_way(&server, &inspector).await;
    later(&server, &phone, 44).await;
    assert_eq!(overdue(&dispatcher).await, Vec::<Value>::new(), "its team is left a quarter of an hour");
    assert_eq!(to_reach(&dispatcher).await, 0);
    later(&server, &phone, 2).await;
    assert_eq!((to_reach(&dispatcher).await, to_reach(&inspector).await), (json!(1), json!(0)), "told to those who answer for the teams");
    let page = server.bearer(Person::Coordinator).await.get("/bureau").await.expect_status(200).text();
    assert!(page.contains("1\u{a0}équipe à joindre"), "people first, before any case");
    let row = overdue(&dispatcher).await.remove(0);
    assert_eq!((&row["visit_id"], &row["address"]), (&json!(phone.visit_id), &json!(server.town.tower.row.address)));
    assert_eq!((&row["to_reach"], &row["may_say_reached"], &row["reached"]), (&json!(true), &json!(true), &Value::Null));
    assert_eq!(row["people"], json!([Person::Inspector.name()]));
    assert!(row["heard_at"].as_i64().is_some_and(|at| (now().0 - 60_000..=now().0).contains(&at)), "{row}");
    let seen = overdue(&inspector).await.remove(0);
    assert_eq!((&seen["may_say_reached"], seen.get("heard_at")), (&json!(false), None), "a colleague sees it, and nothing that another compartment moves");

    // Out, for a pause or for good, or later than meant: each ends it. A colleague who recorded something is named too.
    let colleague = Phone::beside(&phone);
    let second = server.bearer(Person::SecondInspector).await;
    colleague.push_stored(&second, &[colleague.observes("exterior", "EXT-01", 1)]).await;
    assert_eq!(overdue(&dispatcher).await[0]["people"], json!([Person::Inspector.name(), Person::SecondInspector.name()]));
    phone.push_stored(&inspector, &[phone.event(&json!({ "kind": "visit_paused" }))]).await;
    assert!(overdue(&dispatcher).await.is_empty());
    let again = phone.event(&json!({ "kind": "visit_resumed", "expected_end": now().0 + Timestamp::MINUTE_MS }));
    phone.push_stored(&inspector, &[again]).await;
    later(&server, &phone, 20).await;
    assert_eq!(overdue(&dispatcher).await.len(), 1);
    let put_off = phone.event(&json!({ "kind": "visit_end_moved", "expected_end": now().0 + Timestamp::HOUR_MS }));
    phone.push_stored(&inspector, &[put_off]).await;
    assert!(overdue(&dispatcher).await.is_empty());
    later(&server, &phone, 90).await;
    assert_eq!(overdue(&dispatcher).await.len(), 1);
    phone.push_stored(&inspector, &[phone.finishes()]).await;
    assert!(overdue(&dispatcher).await.is_empty());
    assert_eq!(to_reach(&dispatcher).await, 0);
}

async fn a_team_that_was_reached_is_not_asked_after_again_at_once(server: TestServer) {
    let (inspector, coordinator) = (server.bearer(Person::Inspector).await, server.bearer(Person::Coordinator).await);
    let phone = under_way(&server, &inspector).await;
    let path = format!("/api/v1/visits/{}/reached", phone.visit_id);
    let said = json!({ "text": "  Au téléphone : sortie dans dix minutes « promis ». " });
    coordinator.post(&path, &said).await.expect_refusal(404, "not_found");
    later(&server, &phone, 50).await;
    for person in [Person::Inspector, Person::Psychosocial, Person::Longueuil, Person::Administrator] {
        server.bearer(person).await.post(&path, &said).await.expect_refusal(404, "not_found");
    }
    coordinator.post(&path, &said).await.expect_status(204);
    let row = overdue(&coordinator).await.remove(0);
    assert_eq!((&row["to_reach"], &row["reached"]["by"]), (&json!(false), &json!(Person::Coordinator.name())));
    assert_eq!(row["reached"]["text"], "Au téléphone : sortie dans dix minutes « promis ».");
    later(&server, &phone, 31).await;
    assert_eq!(overdue(&coordinator).await[0]["to_reach"], true, "half an hour later nobody knows any more");
    // What was said of an earlier end says nothing of this one.
    let put_off = phone.event(&json!({ "kind": "visit_end_moved", "expected_end": now().0 + Timestamp::MINUTE_MS }));
    phone.push_stored(&inspector, &[put_off]).await;
    later(&server, &phone, 20).await;
    assert_eq!(overdue(&coordinator).await[0]["reached"], Value::Null);
    assert_eq!(server.count("visit_reached", "1 = 1").await, 1, "it stays on record");
}

async fn a_team_that_is_out_is_not_asked_after_any_more(server: TestServer) {
    let (inspector, dispatcher) = (server.bearer(Person::Inspector).await, server.bearer(Person::Dispatcher).await);
    let phone = under_way(&server, &inspector).await;
    later(&server, &phone, 50).await;
    let path = format!("/api/v1/visits/{}/reached", phone.visit_id);
    dispatcher.post(&path, &json!({ "text": "Rappelée : tous dehors, téléphone déchargé.", "is_out": true })).await.expect_status(204);
    assert!(overdue(&dispatcher).await.is_empty());
    dispatcher.post(&path, &json!({ "text": "Jointe" })).await.expect_refusal(404, "not_found");
    later(&server, &phone, 600).await;
    assert!(overdue(&dispatcher).await.is_empty(), "a phone that nobody ends does not call at night");
    // They went back in.
    let again = phone.event(&json!({ "kind": "visit_resumed", "expected_end": now().0 + Timestamp::MINUTE_MS }));
    phone.push_stored(&inspector, &[again]).await;
    later(&server, &phone, 20).await;
    assert_eq!(overdue(&dispatcher).await.len(), 1);
    // By the form of the board, without a script.
    let (cell, csrf) = server.browser(Person::Dispatcher).await;
    let form = format!("/cellule/visites/{}/jointe", phone.visit_id);
    cell.post_form(&form, &[("csrf", &csrf), ("text", "Tous dehors"), ("is_out", "1")]).await.expect_status(303);
    assert!(overdue(&dispatcher).await.is_empty());
}

async fn a_visit_about_a_household_alone_is_told_to_those_who_answer_for_the_teams(server: TestServer) {
    let (psychosocial, door) = (server.bearer(Person::Psychosocial).await, server.town.tower.door(0));
    let phone = under_way(&server, &psychosocial).await;
    phone.push_stored(&psychosocial, &[phone.chooses(&door, "MEN-02", &["isolement"])]).await;
    later(&server, &phone, 50).await;
    for person in [Person::Dispatcher, Person::Coordinator, Person::Psychosocial] {
        let rows = overdue(&server.bearer(person).await).await;
        assert_eq!(rows.len(), 1, "{person:?}");
        assert!(!rows[0].to_string().contains("MEN-02") && !rows[0].to_string().contains(&server.town.tower.doors[0]), "who and where, never why: {rows:?}");
    }
    assert!(overdue(&server.bearer(Person::Inspector).await).await.is_empty(), "for a colleague outside the compartment it does not exist");
}

async fn what_is_said_badly_is_refused_and_nothing_is_kept(server: TestServer) {
    let (inspector, dispatcher) = (server.bearer(Person::Inspector).await, server.bearer(Person::Dispatcher).await);
    let phone = under_way(&server, &inspector).await;
    later(&server, &phone, 50).await;
    let path = format!("/api/v1/visits/{}/reached", phone.visit_id);
    dispatcher.post(&path, &json!({ "text": " \u{a0}\n" })).await.expect_refusal(422, "reason_required");
    dispatcher.post(&path, &json!({ "text": "é".repeat(501) })).await.expect_refusal(422, "text_too_long");
    dispatcher.post(&path, &json!({ "text": "ok", "other": 1 })).await.expect_refusal(422, "unknown_field");
    dispatcher.post("/api/v1/visits/x/reached", &json!({ "text": "ok" })).await.expect_refusal(400, "malformed_id");
    assert_eq!(server.count("visit_reached", "1 = 1").await, 0);
    // The one character that PostgreSQL cannot hold.
    dispatcher.post(&path, &json!({ "text": "au bout\u{0}du fil" })).await.expect_status(204);
    dispatcher.post(&path, &json!({ "text": "é".repeat(500) })).await.expect_status(204);
    assert_eq!(server.count("visit_reached", "1 = 1").await, 2);
}
