//! Nothing that can be sent makes the program panic or answer with anything but our error.

use reqwest::Method;
use serde_json::json;
use server::clock::new_id;

use super::scenes::{case_of, complex_visit, refer, referral};
use crate::support::{Client, Database, Person, TestServer, on_both_databases};

/// Bodies that are no message of ours.
fn bodies() -> Vec<Vec<u8>> {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(2_000), close.repeat(2_000));
    let texts = [
        String::new(),
        " ".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        "true".to_owned(),
        "42".to_owned(),
        "1e999".to_owned(),
        "\"x\"".to_owned(),
        "{\"a\":}".to_owned(),
        "{\"\\ud800\":1}".to_owned(),
        "{\"text\":1}".to_owned(),
        "{\"reason\":[],\"text\":{}}".to_owned(),
        "{\"revision\":1e30}".to_owned(),
        "{\"revision\":\"1\"}".to_owned(),
        "{\"email\":null,\"password\":null}".to_owned(),
        "{\"protocol\":-1,\"device_id\":\"x\",\"device_now\":\"now\",\"events\":{}}".to_owned(),
        "{\"protocol\":1,\"device_id\":\"x\",\"device_now\":0,\"events\":[]}".to_owned(),
        "{\"id\":\"x\",\"case_id\":\"y\"}".to_owned(),
        "{\"__proto__\":{}}".to_owned(),
        "{\"text\":\"a\",\"text\":\"b\"}".to_owned(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        "\u{feff}{}".to_owned(),
    ];
    let mut bodies: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    bodies.push(vec![0xFF, 0xFE, 0x00]);
    bodies.push(b"{\"email\":\"\xFF\"}".to_vec());
    bodies.push(vec![0; 1_000]);
    bodies
}

#[tokio::test]
async fn no_body_makes_a_route_panic_or_lose_its_manners() {
    let server = TestServer::start(Database::Sqlite).await;
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let client = server.bearer(Person::Coordinator).await;
    let paths = [
        "/api/v1/session".to_owned(),
        "/api/v1/sync/push".to_owned(),
        "/api/v1/photos".to_owned(),
        "/api/v1/referrals".to_owned(),
        format!("/api/v1/referrals/{}/accept", new_id()),
        format!("/api/v1/cases/{case}/escalations"),
        format!("/api/v1/emergency/{}/acknowledge", new_id()),
    ];
    for path in paths {
        for body in bodies() {
            let shown = String::from_utf8_lossy(&body).chars().take(60).collect::<String>();
            let request = client.request(Method::POST, &path).header("content-type", "application/json").body(body);
            let answer = Client::send(request).await;
            assert!((400..500).contains(&answer.status), "{path} {shown:?}: {} {}", answer.status, answer.text());
            answer.error();
        }
        if path != "/api/v1/photos" {
            let request = client.request(Method::POST, &path).header("content-type", "application/xml").body("<a/>");
            Client::send(request).await.expect_refusal(415, "unsupported_media_type");
            client.post_text(&path, &format!("{{\"text\":\"{}\"}}", "x".repeat(1_100_000))).await.expect_refusal(413, "body_too_large");
        }
    }
    assert_eq!(server.count("escalation", "1 = 1").await, 0);
}

#[tokio::test]
async fn no_event_however_strange_makes_a_push_fail_for_the_others() {
    let server = TestServer::start(Database::Sqlite).await;
    let client = server.bearer(Person::Inspector).await;
    let phone = crate::support::Phone::in_building(&server.town.tower);
    let strange = [
        json!(null),
        json!(42),
        json!("x"),
        json!([]),
        json!({ "id": null }),
        json!({ "id": "x".repeat(5_000) }),
        json!({ "id": { "id": 1 } }),
        phone.event(&json!(null)),
        phone.event(&json!([])),
        phone.event(&json!({ "kind": 1 })),
        phone.event(&json!({ "kind": "answered" })),
        phone.answers("nowhere", "EXT-01", &json!({ "status": "refused" })),
        phone.answers("dwelling:", "HUM-01", &json!({ "status": "refused" })),
        phone.answers("exterior", "EXT-01", &json!({ "status": "observed", "severity": 9 })),
        phone.answers("exterior", "EXT-01", &json!({ "status": "observed", "severity": -1 })),
        phone.answers("exterior", "EXT-01", &json!({ "status": "observed", "value": { "measure": 1e308, "text": "x" } })),
        phone.answers("exterior", "", &json!({ "status": "refused" })),
        phone.answers("exterior", "\u{0}", &json!({ "status": "refused" })),
        phone.event(&json!({ "kind": "dwelling_added", "dwelling_id": new_id().to_string(), "label": "\u{202e}", "floor": 32_768 })),
        phone.event(&json!({ "kind": "dwelling_added", "dwelling_id": new_id().to_string(), "label": "x", "floor": -4 })),
        phone.event(&json!({ "kind": "photo_taken", "photo_id": new_id().to_string(), "place": "exterior", "criterion": "EXT-01", "sha256": "é".repeat(32), "bytes": 1, "content_type": "" })),
        phone.event(&json!({ "kind": "photo_taken", "photo_id": new_id().to_string(), "place": "exterior", "criterion": "EXT-01", "sha256": "0".repeat(64), "bytes": u64::MAX, "content_type": "" })),
    ];
    let mut events = strange.to_vec();
    events.push(phone.starts());
    let reply = phone.push(&client, &events).await.expect_status(200).json();
    let verdicts = reply["verdicts"].as_array().expect("verdicts");
    assert_eq!(verdicts.len(), events.len());
    for (verdict, event) in verdicts.iter().zip(&strange) {
        assert_eq!(verdict["verdict"], "refused", "{event}: {verdict}");
        assert!(verdict["code"].as_str().is_some_and(|code| !code.is_empty()) && verdict["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    assert_eq!(verdicts.last().expect("a verdict")["verdict"], "stored");
}

#[tokio::test]
async fn extreme_numbers_of_a_phone_are_kept_without_overflow() {
    let server = TestServer::start(Database::Sqlite).await;
    let client = server.bearer(Person::Inspector).await;
    let phone = crate::support::Phone::in_building(&server.town.tower);
    let mut events = Vec::new();
    for (sequence, at) in [(u64::MAX, i64::MAX), (0, i64::MIN), (u64::MAX - 1, 0)] {
        let mut event = phone.observes("exterior", "EXT-01", 2);
        event["device_sequence"] = json!(sequence);
        event["device_at"] = json!(at);
        events.push(event);
    }
    let answer = phone.push(&client, &events).await.expect_status(200).json();
    assert!(answer["verdicts"].as_array().expect("verdicts").iter().all(|verdict| verdict["verdict"] != "refused"), "{answer}");
    client.get("/api/v1/sync/pull").await.expect_status(200);
}

#[tokio::test]
async fn no_form_body_makes_a_page_panic() {
    let server = TestServer::start(Database::Sqlite).await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let paths = [
        "/connexion",
        "/deconnexion",
        "/langue",
        "/bureau/tournee",
        "/bureau/dossiers/x/etape",
        "/cellule/x/y",
        "/partenaires/x/accept",
        "/administration/comptes",
    ];
    for path in paths {
        let bodies = [
            String::new(),
            "%".to_owned(),
            "%FF=%FF".to_owned(),
            "a&&&=&b=".to_owned(),
            format!("csrf={csrf}&verb=%00&planned_on=0000-00-00&dwellings=-1"),
            "x".repeat(60_000),
        ];
        for body in bodies {
            let request = browser.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body.clone());
            let status = Client::send(request).await.status;
            assert!(status == 303 || (400..500).contains(&status), "{path} {body:.40}: {status}");
        }
    }
}

on_both_databases!(the_character_that_a_database_cannot_hold_stops_nothing);

/// U+0000 in JSON is a character like another; PostgreSQL refuses it in a text.
async fn the_character_that_a_database_cannot_hold_stops_nothing(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let nul = "Eau\u{0}chaude";
    let escalation = coordinator.post(&format!("/api/v1/cases/{case}/escalations"), &json!({ "reason": nul, "called_911": false })).await;
    let escalation = escalation.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    let act = |verb: &str| format!("/api/v1/emergency/{escalation}/{verb}");
    coordinator.post(&act("acknowledge"), &json!({ "text": nul })).await.expect_status(204);
    coordinator.post(&act("dispatch"), &json!({ "text": nul })).await.expect_status(204);
    coordinator.post(&act("stand_down"), &json!({ "text": nul })).await.expect_status(204);
    let mut message = referral(&server, &case);
    message["reason"] = json!(nul);
    let sent = refer(&server, &message).await;
    let partner = server.bearer(Person::Cisss).await;
    partner.post(&format!("/api/v1/referrals/{sent}/accept"), &json!({ "text": nul })).await.expect_status(204);
    server.sign_in("a\u{0}b@essai.test", nul).await.expect_refusal(401, "wrong_credentials");
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let form = |text: &'static str| [("csrf", csrf.clone()), ("text", text.to_owned())];
    let fields = form(nul);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let answer = client.post_form(&format!("/bureau/dossiers/{case}/commentaires"), &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(server.count("case_entry", "text like '%Eauchaude%'").await > 0, "the comment is kept");
}
