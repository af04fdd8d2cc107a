use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use server::{board::LINES_PER_ACCOUNT_MAX, clock::new_id};

use super::scenes::{case_of, complex_visit, flash, open_escalation};
use crate::support::{Client, Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    the_cell_acknowledges_dispatches_arrives_and_stabilises,
    an_act_out_of_order_is_not_possible,
    each_act_says_what_it_must,
    the_office_raises_and_joins_what_is_open,
    the_board_does_not_exist_for_partners,
    live_events_carry_an_id_and_a_revision_and_nothing_else,
    the_server_stops_although_a_board_is_open,
    a_line_ends_with_the_session_that_opened_it,
    a_line_says_nothing_more_once_its_session_is_over,
    an_account_follows_a_few_boards_at_most,
    a_confidential_danger_is_one_of_the_building_for_those_outside_its_compartment,
    a_confidential_danger_that_joins_another_adds_nothing_for_those_outside,
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

/// Opens a line and reads until the server has said that it is open.
async fn open_line(client: &Client) -> reqwest::Response {
    let mut line = client.request(Method::GET, "/api/v1/emergency/events").send().await.expect("the server answers");
    assert_eq!(line.status(), 200);
    line.chunk().await.expect("the line holds").expect("a first word");
    line
}

/// Reads a line to its end; hangs, and the test with it, if it has none. Returns what was read.
async fn read_to_the_end(mut line: reqwest::Response) -> String {
    let mut read = String::new();
    while let Some(chunk) = line.chunk().await.expect("the line ends as it should") {
        read.push_str(&String::from_utf8_lossy(&chunk));
    }
    read
}

async fn a_line_ends_with_the_session_that_opened_it(server: TestServer) {
    server.brigade.board.set_check_every(Duration::from_millis(20));
    let leaver = server.bearer(Person::Coordinator).await;
    let left = open_line(&leaver).await;
    let sent_away = open_line(&server.bearer(Person::Inspector).await).await;
    let run_out = open_line(&server.bearer(Person::Psychosocial).await).await;
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let mut stays = open_line(&dispatcher).await;
    leaver.delete("/api/v1/session").await.expect_status(204);
    read_to_the_end(left).await;
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let inspector = server.town.accounts[&Person::Inspector];
    let path = format!("/administration/comptes/{inspector}/acces");
    browser.post_form(&path, &[("csrf", &csrf), ("active", "false")]).await.expect_status(303);
    read_to_the_end(sent_away).await;
    let psychosocial = server.town.accounts[&Person::Psychosocial];
    server.alter(&format!("update session set expires_at = 1 where account_id = '{psychosocial}'")).await;
    read_to_the_end(run_out).await;
    // A line whose session lives goes on, with a word now and then.
    for _ in 0..3 {
        assert!(stays.chunk().await.expect("the line holds").is_some());
    }
    assert_eq!(server.brigade.board.lines_open(), 1);
}

async fn a_line_says_nothing_more_once_its_session_is_over(server: TestServer) {
    let (id, coordinator) = raised(&server).await;
    let inspector = server.bearer(Person::Inspector).await;
    let line = open_line(&inspector).await;
    // Long before the next look at the session.
    inspector.delete("/api/v1/session").await.expect_status(204);
    coordinator.post(&path(&id, "acknowledge"), &json!({})).await.expect_status(204);
    let read = read_to_the_end(line).await;
    assert!(!read.contains("data:"), "{read}");
}

async fn an_account_follows_a_few_boards_at_most(server: TestServer) {
    // So that the server soon notices a tab that was closed.
    server.brigade.board.set_check_every(Duration::from_millis(20));
    let client = server.bearer(Person::Dispatcher).await;
    let mut lines = Vec::new();
    for _ in 0..LINES_PER_ACCOUNT_MAX {
        lines.push(open_line(&client).await);
    }
    // Another session of the same person is the same person.
    server.bearer(Person::Dispatcher).await.get("/api/v1/emergency/events").await.expect_refusal(429, "too_many_lines");
    open_line(&server.bearer(Person::Coordinator).await).await;
    lines.pop();
    while server.brigade.board.lines_open() >= LINES_PER_ACCOUNT_MAX {
        tokio::task::yield_now().await;
    }
    open_line(&client).await;
}

/// A call that only the psychosocial compartment proves, at the first door of the tower.
async fn confidential_call(server: &TestServer) -> Client {
    let client = server.bearer(Person::Psychosocial).await;
    let phone = Phone::in_building(&server.town.tower);
    let violence = json!({ "status": "observed", "severity": 4, "value": { "choice": ["violence"] } });
    phone.push_stored(&client, &[phone.starts(), phone.answers(&server.town.tower.door(0), "MEN-04", &violence)]).await;
    client
}

async fn a_confidential_danger_is_one_of_the_building_for_those_outside_its_compartment(server: TestServer) {
    let worker = confidential_call(&server).await;
    let door = server.town.tower.door(0);
    let case = case_of(&server, &server.town.tower).await;
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let id = open_escalation(&dispatcher).await["id"].as_str().expect("an id").to_owned();
    dispatcher.post(&path(&id, "acknowledge"), &json!({ "text": "Reçu" })).await.expect_status(204);
    dispatcher.post(&path(&id, "dispatch"), &json!({ "text": "Équipe 2, logement 101" })).await.expect_status(204);
    for person in [Person::Psychosocial, Person::Coordinator, Person::Dispatcher] {
        let row = open_escalation(&server.bearer(person).await).await;
        assert_eq!((&row["place"], &row["door"], &row["raised_by"]), (&json!(door), &json!("101"), &json!(Person::Psychosocial.name())), "{person:?}");
        assert_eq!((&row["team"], &row["dangers"]), (&json!("Équipe 2, logement 101"), &json!([])), "{person:?}: never what the danger is");
        assert_eq!(row["log"].as_array().map(Vec::len), Some(3), "{person:?}");
    }
    let inspector = server.bearer(Person::Inspector).await;
    let row = open_escalation(&inspector).await;
    assert_eq!((&row["id"], &row["address"], &row["stage"]), (&json!(id), &json!(server.town.tower.row.address), &json!("dispatched")));
    assert_eq!(
        (&row["place"], &row["door"], &row["team"], &row["reason"], &row["dangers"]),
        (&json!(""), &json!(null), &json!(null), &json!(null), &json!([]))
    );
    assert_eq!(row["raised_by"], "Brigade des essais");
    let log: Vec<(&Value, &Value)> = row["log"].as_array().expect("a log").iter().map(|line| (&line["verb"], &line["text"])).collect();
    assert_eq!(log, [(&json!("dispatch"), &json!("")), (&json!("acknowledge"), &json!(""))]);
    // Whoever is on site still says so, and reads their own words.
    inspector.post(&path(&id, "arrive"), &json!({ "text": "Sur place" })).await.expect_status(204);
    assert_eq!(open_escalation(&inspector).await["log"][0]["text"], "Sur place");
    worker.get("/api/v1/emergency/board").await.expect_status(200);
    // Wherever the call is shown, once over too.
    for stabilised in [false, true] {
        if stabilised {
            dispatcher.post(&path(&id, "stabilise"), &json!({ "outcome": "handed_over" })).await.expect_status(204);
        }
        let hidden = [Person::Psychosocial.name(), door.trim_start_matches("dwelling:"), "logement 101", "Logement 101", "MEN-04"];
        let inspector_reads =
            ["/api/v1/emergency/board".to_owned(), "/cellule".to_owned(), format!("/api/v1/cases/{case}"), format!("/bureau/dossiers/{case}")];
        for address in inspector_reads {
            let text = inspector.get(&address).await.expect_status(200).text();
            assert!(hidden.iter().all(|word| !text.contains(word)), "{address}: {text}");
        }
        // The privacy officer knows that the visit took place; where its danger is and who raised it, not.
        let detail = server.bearer(Person::Privacy).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
        let text = format!("{}{}", detail["escalations"], detail["timeline"]);
        assert!(hidden.iter().all(|word| !text.contains(word)), "{text}");
    }
}

async fn a_confidential_danger_that_joins_another_adds_nothing_for_those_outside(server: TestServer) {
    let inspector = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    phone.push_stored(&inspector, &[phone.starts(), phone.raises(&new_id().to_string(), "common", "Fumée dans l’escalier")]).await;
    let before = open_escalation(&inspector).await;
    confidential_call(&server).await;
    let mut after = open_escalation(&inspector).await;
    assert_ne!(after["revision"], before["revision"], "those who may locate it have something new to read");
    after["revision"] = before["revision"].clone();
    after["log"].as_array_mut().expect("a log").retain(|line| line["text"] != "");
    let mut told = before.clone();
    told["log"].as_array_mut().expect("a log").retain(|line| line["text"] != "");
    assert_eq!(after, told);
    assert!(after["log"].as_array().expect("a log").iter().all(|line| line["by"] != Person::Psychosocial.name()));
    let whole = open_escalation(&server.bearer(Person::Dispatcher).await).await;
    assert!(whole["log"].as_array().expect("a log").iter().any(|line| line["by"] == Person::Psychosocial.name()));
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
