use reqwest::Method;
use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{case_of, complex_visit, flash, open_escalation};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    the_cell_acknowledges_dispatches_arrives_and_stabilises,
    an_act_out_of_order_is_not_possible,
    each_act_says_what_it_must,
    the_office_raises_and_joins_what_is_open,
    the_board_does_not_exist_for_partners,
    live_events_carry_an_id_and_a_revision_and_nothing_else,
    the_server_stops_although_a_board_is_open,
    a_line_of_the_log_is_struck_with_a_reason_and_stays,
);

async fn raised(server: &TestServer) -> (String, Client) {
    complex_visit(server).await;
    let case = case_of(server, &server.town.tower).await;
    let client = server.bearer(Person::Coordinator).await;
    let message = json!({ "reason": "Plafond qui tombe", "called_911": true });
    let answer = client.post(&format!("/api/v1/cases/{case}/escalations"), &message).await.expect_status(201);
    (answer.json()["id"].as_str().expect("an id").to_owned(), client)
}

fn path(id: &str, verb: &str) -> String {
    format!("/api/v1/emergency/{id}/{verb}")
}

async fn the_cell_acknowledges_dispatches_arrives_and_stabilises(server: TestServer) {
    let (id, coordinator) = raised(&server).await;
    let (dispatcher, inspector) = (server.bearer(Person::Dispatcher).await, server.bearer(Person::Inspector).await);
    dispatcher.post(&path(&id, "acknowledge"), &json!({})).await.expect_status(204);
    dispatcher.post(&path(&id, "dispatch"), &json!({ "text": "Équipe 2" })).await.expect_status(204);
    let row = open_escalation(&dispatcher).await;
    assert_eq!((&row["stage"], &row["team"], &row["acknowledged_by"]), (&json!("dispatched"), &json!("Équipe 2"), &json!(Person::Dispatcher.name())));
    // Those on site say that they are there and that it is over.
    inspector.post(&path(&id, "arrive"), &json!({})).await.expect_status(204);
    inspector.post(&path(&id, "stabilise"), &json!({ "outcome": "made_safe" })).await.expect_status(204);
    let board = dispatcher.get("/api/v1/emergency/board").await.expect_status(200).json();
    assert_eq!(board["open"], json!([]));
    let ended = &board["recent"][0];
    let clocks: Vec<i64> = ["raised_at", "acknowledged_at", "dispatched_at", "on_scene_at", "stabilised_at"]
        .iter()
        .map(|clock| ended["clocks"][clock].as_i64().expect("a clock"))
        .collect();
    assert!(clocks.is_sorted(), "{clocks:?}");
    let mut verbs: Vec<&Value> = ended["log"].as_array().expect("a log").iter().map(|line| &line["verb"]).filter(|verb| !verb.is_null()).collect();
    verbs.sort_by_key(ToString::to_string);
    assert_eq!(verbs, ["acknowledge", "arrive", "dispatch", "stabilise"]);
    coordinator.post(&path(&id, "stand_down"), &json!({ "text": "Rétroaction faite" })).await.expect_status(204);
    assert_eq!(board["on_call"][0]["name"], Person::Dispatcher.name());
}

async fn an_act_out_of_order_is_not_possible(server: TestServer) {
    let (id, coordinator) = raised(&server).await;
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let before = open_escalation(&dispatcher).await;
    for (verb, message) in [("dispatch", json!({ "text": "Équipe" })), ("arrive", json!({})), ("stabilise", json!({ "outcome": "evacuated" }))] {
        dispatcher.post(&path(&id, verb), &message).await.expect_refusal(409, "act_not_possible");
    }
    assert_eq!(open_escalation(&dispatcher).await["revision"], before["revision"]);
    let revision = before["revision"].clone();
    dispatcher.post(&path(&id, "acknowledge"), &json!({ "revision": revision })).await.expect_status(204);
    // The other one had the same page before their eyes.
    coordinator.post(&path(&id, "acknowledge"), &json!({ "revision": revision })).await.expect_refusal(409, "revision_conflict");
    coordinator.post(&path(&id, "acknowledge"), &json!({})).await.expect_refusal(409, "act_not_possible");
    coordinator.post(&path(&id, "stand_down"), &json!({ "text": "Fausse alerte" })).await.expect_status(204);
    dispatcher.post(&path(&id, "dispatch"), &json!({ "text": "Équipe" })).await.expect_refusal(409, "act_not_possible");
}

async fn each_act_says_what_it_must(server: TestServer) {
    let (id, coordinator) = raised(&server).await;
    let inspector = server.bearer(Person::Inspector).await;
    for verb in ["acknowledge", "dispatch", "stand_down"] {
        inspector.post(&path(&id, verb), &json!({ "text": "Équipe" })).await.expect_refusal(404, "not_found");
    }
    coordinator.post(&path(&id, "stand_down"), &json!({ "text": " " })).await.expect_refusal(422, "reason_required");
    coordinator.post(&path(&id, "acknowledge"), &json!({ "text": "x".repeat(2_001) })).await.expect_refusal(422, "text_too_long");
    coordinator.post(&path(&id, "acknowledge"), &json!({ "colour": "red" })).await.expect_refusal(422, "unknown_field");
    coordinator.post(&path(&id, "acknowledge"), &json!({})).await.expect_status(204);
    coordinator.post(&path(&id, "dispatch"), &json!({ "text": "" })).await.expect_refusal(422, "missing_field");
    coordinator.post(&path(&id, "dispatch"), &json!({ "text": "Équipe" })).await.expect_status(204);
    coordinator.post(&path(&id, "arrive"), &json!({})).await.expect_status(204);
    coordinator.post(&path(&id, "stabilise"), &json!({})).await.expect_refusal(422, "outcome_required");
    coordinator.post(&path(&new_id().to_string(), "acknowledge"), &json!({})).await.expect_refusal(404, "not_found");
    coordinator.post(&path(&id, "explode"), &json!({})).await.expect_refusal(400, "malformed_id");
}

async fn the_office_raises_and_joins_what_is_open(server: TestServer) {
    let (id, coordinator) = raised(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let raise = format!("/api/v1/cases/{case}/escalations");
    let again = coordinator.post(&raise, &json!({ "reason": "Le toit aussi" })).await.expect_status(201).json();
    assert_eq!(again["id"], id.as_str(), "one building, one call under way");
    coordinator.post(&raise, &json!({ "reason": "  " })).await.expect_refusal(422, "reason_required");
    coordinator.post(&raise, &json!({ "reason": "x".repeat(2_001) })).await.expect_refusal(422, "text_too_long");
    let unknown = format!("/api/v1/cases/{}/escalations", new_id());
    coordinator.post(&unknown, &json!({ "reason": "Feu" })).await.expect_refusal(404, "not_found");
    let detail = coordinator.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!((&detail["row"]["escalation_open"], &detail["escalations"][0]["id"]), (&json!(true), &json!(id)));
}

async fn the_board_does_not_exist_for_partners(server: TestServer) {
    let (id, _) = raised(&server).await;
    for person in [Person::Longueuil, Person::Brossard, Person::Cisss, Person::Administrator, Person::Privacy] {
        let client = server.bearer(person).await;
        for address in ["/api/v1/emergency/board", "/api/v1/emergency/events"] {
            client.get(address).await.expect_refusal(404, "not_found");
        }
        client.get("/cellule").await.expect_status(404);
        let refused = client.post(&path(&id, "acknowledge"), &json!({})).await.expect_refusal(404, "not_found");
        let absent = client.post(&path(&new_id().to_string(), "acknowledge"), &json!({})).await.expect_refusal(404, "not_found");
        assert_eq!(refused.body, absent.body);
    }
}

/// Reads a live line until an event with data has come, and returns its data.
async fn next_event(line: &mut reqwest::Response, read: &mut String) -> Value {
    loop {
        if let Some(end) = read.find("\n\n") {
            let event: String = read.drain(..end + 2).collect();
            let data = event.lines().find_map(|line| line.strip_prefix("data:")).map(|data| serde_json::from_str(data).expect("JSON"));
            if let Some(data) = data {
                return data;
            }
            continue;
        }
        let chunk = line.chunk().await.expect("the line holds").expect("the line does not end");
        read.push_str(&String::from_utf8_lossy(&chunk));
    }
}

async fn live_events_carry_an_id_and_a_revision_and_nothing_else(server: TestServer) {
    let (id, coordinator) = raised(&server).await;
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let mut line = dispatcher.request(Method::GET, "/api/v1/emergency/events").send().await.expect("the server answers");
    assert_eq!(line.status(), 200);
    assert!(line.headers()["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/event-stream")));
    let mut read = String::new();
    for (revision, verb, message) in [(2, "acknowledge", json!({})), (3, "dispatch", json!({ "text": "Équipe secrète" }))] {
        coordinator.post(&path(&id, verb), &message).await.expect_status(204);
        assert_eq!(next_event(&mut line, &mut read).await, json!({ "escalation_id": id, "revision": revision }));
    }
}

async fn the_server_stops_although_a_board_is_open(mut server: TestServer) {
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let line = dispatcher.request(Method::GET, "/api/v1/emergency/events").send().await.expect("the server answers");
    assert_eq!(line.status(), 200);
    // Hangs here, and the test with it, if an open line can hold the program.
    server.stop().await;
}

async fn a_line_of_the_log_is_struck_with_a_reason_and_stays(server: TestServer) {
    let (id, client) = raised(&server).await;
    let (browser, csrf) = server.browser(Person::Dispatcher).await;
    let journal = format!("/cellule/{id}/journal");
    let csrf = ("csrf", csrf.as_str());
    browser.post_form(&journal, &[csrf, ("text", "Concierge prévenu au mauvais numéro")]).await.expect_status(303);
    assert_eq!(flash(&browser.post_form(&journal, &[csrf, ("text", " ")]).await), "error:missing_field");
    let noted = async || {
        let row = open_escalation(&client).await;
        row["log"]
            .as_array()
            .expect("a log")
            .iter()
            .find(|line| line["text"].as_str().is_some_and(|text| text.starts_with("Concierge")))
            .expect("the note")
            .clone()
    };
    let entry = noted().await["id"].as_str().expect("an id").to_owned();
    let strike = format!("{journal}/{entry}/biffer");
    assert_eq!(flash(&browser.post_form(&strike, &[csrf, ("reason", "")]).await), "error:reason_required");
    browser.post_form(&strike, &[csrf, ("reason", "Mauvais numéro")]).await.expect_status(303);
    assert_eq!(flash(&browser.post_form(&strike, &[csrf, ("reason", "Encore")]).await), "error:not_found");
    let line = noted().await;
    assert_eq!((&line["struck"], &line["by"]), (&json!("Mauvais numéro"), &json!(Person::Dispatcher.name())));
}
