//! The register of phones: reports, what the office reads, and a lost phone given up.

use casework::{clock::Timestamp, wire::v1::PROTOCOL};
use serde_json::{Value, json};
use server::clock::now;

use super::scenes::{complex_visit, flash};
use crate::support::{Client, Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    the_office_sees_which_phones_hold_unsent_work_and_since_when,
    a_clock_two_years_ahead_or_a_day_behind_is_shown_and_changes_no_time,
    a_revoked_phone_sends_and_receives_nothing_and_is_told_to_wipe_itself,
    a_phone_revoked_long_ago_is_told_so_after_its_session_expired,
    a_revocation_stands_in_whosever_hands_the_phone_is,
    only_those_who_run_the_brigade_read_and_revoke,
    a_revocation_needs_a_reason_and_a_confirmation_and_is_done_once,
    a_report_out_of_bounds_is_refused,
    the_office_sees_which_protocols_are_still_spoken_and_by_how_many,
);

pub fn report(phone: &Phone, unsent_events: u32, oldest_unsent_at: Option<i64>) -> Value {
    let device_now = now().0 + phone.clock_skew_ms;
    json!({
        "protocol": 1, "device_id": phone.device_id.to_string(), "device_now": device_now, "build": "essai",
        "unsent_events": unsent_events, "unsent_photos": 0, "oldest_unsent_at": oldest_unsent_at,
    })
}

async fn reports(client: &Client, phone: &Phone) -> Value {
    client.post("/api/v1/sync/device", &report(phone, 0, None)).await.expect_status(200).json()
}

async fn register(server: &TestServer) -> Vec<Value> {
    let answer = server.bearer(Person::Coordinator).await.get("/api/v1/devices").await.expect_status(200).json();
    answer["devices"].as_array().expect("devices").clone()
}

/// Gives a phone up from the office page, and returns what the next page says.
async fn revoke(server: &TestServer, phone: &Phone, reason: &str) -> String {
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let path = format!("/bureau/appareils/{}/revocation", phone.device_id);
    flash(&browser.post_form(&path, &[("csrf", &csrf), ("reason", reason), ("confirmed", "true")]).await.expect_status(303))
}

async fn the_office_sees_which_phones_hold_unsent_work_and_since_when(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (quiet, holding) = (Phone::in_building(&server.town.tower), Phone::in_building(&server.town.house));
    let since = now().0 - 3 * Timestamp::HOUR_MS;
    client.post("/api/v1/sync/device", &report(&holding, 14, Some(since))).await.expect_status(200);
    let reply = reports(&client, &quiet).await;
    assert_eq!((reply["marker"].as_str(), reply["revoked"].as_bool()), (Some("brigade-device"), Some(false)));
    let rows = register(&server).await;
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0]["device_id"].as_str(), rows[0]["unsent_events"].as_u64()), (Some(holding.device_id.to_string().as_str()), Some(14)));
    let oldest = rows[0]["oldest_unsent_at"].as_i64().expect("since when");
    assert!((oldest - since).abs() < 5_000, "{oldest} {since}");
    assert_eq!(rows[0]["holder"], Person::Inspector.name());
    // Sent meanwhile.
    reports(&client, &holding).await;
    assert!(register(&server).await.iter().all(|row| row["unsent_events"] == 0 && row["oldest_unsent_at"].is_null()));
    assert_eq!(server.count("device", "1 = 1").await, 2, "one row a phone");
}

async fn a_clock_two_years_ahead_or_a_day_behind_is_shown_and_changes_no_time(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let mut phone = Phone::in_building(&server.town.tower);
    for (skew_ms, words) in [(730 * Timestamp::DAY_MS, "avance de 2\u{a0}ans"), (-Timestamp::DAY_MS, "retarde de 1\u{a0}jour")] {
        phone.clock_skew_ms = skew_ms;
        let oldest = now().0 + skew_ms - Timestamp::HOUR_MS;
        let reply = client.post("/api/v1/sync/device", &report(&phone, 1, Some(oldest))).await.expect_status(200).json();
        let seen = reply["clock_skew_ms"].as_i64().expect("a skew");
        assert!((seen - skew_ms).abs() < 5_000, "{seen}");
        let row = register(&server).await.remove(0);
        let age = now().0 - row["oldest_unsent_at"].as_i64().expect("since when");
        assert!((age - Timestamp::HOUR_MS).abs() < 10_000, "an hour by our clock, whatever the phone's says: {age}");
        assert!((now().0 - row["last_contact_at"].as_i64().expect("a contact")).abs() < 10_000);
        let page = server.bearer(Person::Coordinator).await.get("/bureau/appareils").await.expect_status(200).text();
        assert!(page.contains(words), "{words}");
    }
}

async fn a_revoked_phone_sends_and_receives_nothing_and_is_told_to_wipe_itself(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let lost = server.bearer(Person::Inspector).await;
    reports(&lost, &phone).await;
    let events = server.count("field_event", "1 = 1").await;
    assert_eq!(revoke(&server, &phone, "Oublié dans l’autobus").await, "success:device_revoked");
    assert_eq!(server.count("audit", "action = 'device.revoked'").await, 1);
    // The session it spoke in is cut, with or without the phone's name, in the API and in the pages.
    phone.push(&lost, &[phone.observes("exterior", "EXT-02", 2)]).await.expect_refusal(403, "device_revoked");
    lost.get("/api/v1/sync/pull").await.expect_refusal(403, "device_revoked");
    lost.get("/api/v1/cases").await.expect_refusal(403, "device_revoked");
    assert!(lost.get("/bureau").await.expect_status(303).header("location").is_some_and(|location| location.starts_with("/connexion")));
    assert_eq!(reports(&lost, &phone).await["revoked"], true);
    // Its holder signs in again on it: it is still that phone, until it says so and its new session falls too.
    let again = server.bearer(Person::Inspector).await;
    phone.push(&again, &[phone.observes("exterior", "EXT-02", 2)]).await.expect_refusal(403, "device_revoked");
    again.with("x-brigade-device", &phone.device_id.to_string()).get("/api/v1/sync/pull").await.expect_refusal(403, "device_revoked");
    again.with("x-brigade-device", &phone.device_id.to_string()).get("/api/v1/session").await.expect_refusal(403, "device_revoked");
    again.get("/api/v1/sync/pull").await.expect_status(200);
    assert_eq!(reports(&again, &phone).await["revoked"], true);
    again.get("/api/v1/sync/pull").await.expect_refusal(403, "device_revoked");
    // All it can still do is leave.
    again.delete("/api/v1/session").await.expect_status(204);
    again.delete("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    assert_eq!(server.count("field_event", "1 = 1").await, events, "nothing was stored");
    // The same person on another phone works on.
    let (other, anew) = (Phone::in_building(&server.town.tower), server.bearer(Person::Inspector).await);
    assert_eq!(reports(&anew, &other).await["revoked"], false);
    other.push_stored(&anew, &[other.starts()]).await;
    anew.with("x-brigade-device", &other.device_id.to_string()).get("/api/v1/sync/pull").await.expect_status(200);
    // The office sees that the lost one came back.
    let row = register(&server).await.into_iter().find(|row| row["device_id"] == phone.device_id.to_string()).expect("the lost phone");
    assert!(row["last_contact_at"].as_i64() > row["revoked"]["at"].as_i64());
    assert_eq!(row["revoked"]["reason"], "Oublié dans l’autobus");
}

async fn a_phone_revoked_long_ago_is_told_so_after_its_session_expired(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (lost, other) = (Phone::in_building(&server.town.tower), Phone::in_building(&server.town.tower));
    reports(&client, &lost).await;
    revoke(&server, &lost, "Volé").await;
    server.alter("delete from session").await;
    for stranger in [client, server.stranger()] {
        stranger.post("/api/v1/sync/device", &report(&lost, 0, None)).await.expect_refusal(403, "device_revoked");
        stranger.post("/api/v1/sync/device", &report(&other, 0, None)).await.expect_refusal(401, "sign_in_required");
    }
    assert_eq!(server.count("device", "1 = 1").await, 1, "strangers leave no trace");
}

async fn a_revocation_stands_in_whosever_hands_the_phone_is(server: TestServer) {
    let phone = Phone::in_building(&server.town.tower);
    let (inspector, psychosocial, second) =
        (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await, server.bearer(Person::SecondInspector).await);
    reports(&inspector, &phone).await;
    reports(&psychosocial, &phone).await;
    revoke(&server, &phone, "Perdu").await;
    for client in [&inspector, &psychosocial] {
        client.get("/api/v1/sync/pull").await.expect_refusal(403, "device_revoked");
    }
    // Somebody who finds it and signs in with an account of their own.
    assert_eq!(reports(&second, &phone).await["revoked"], true);
    second.get("/api/v1/sync/pull").await.expect_refusal(403, "device_revoked");
    assert!(register(&server).await.iter().all(|row| row["revoked"]["reason"] == "Perdu"));
    assert_eq!(register(&server).await.len(), 3);
}

async fn only_those_who_run_the_brigade_read_and_revoke(server: TestServer) {
    let phone = Phone::in_building(&server.town.tower);
    reports(&server.bearer(Person::Inspector).await, &phone).await;
    let path = format!("/bureau/appareils/{}/revocation", phone.device_id);
    for person in Person::ALL {
        let (browser, csrf) = server.browser(person).await;
        let may = matches!(person, Person::Coordinator | Person::Administrator);
        if may {
            browser.get("/api/v1/devices").await.expect_status(200);
            let page = browser.get("/bureau/appareils").await.expect_status(200).text();
            assert!(page.contains(Person::Inspector.name()) && page.contains(&path), "{person:?}");
        } else {
            browser.get("/api/v1/devices").await.expect_refusal(404, "not_found");
            browser.get("/bureau/appareils").await.expect_status(404);
            let fields = [("csrf", csrf.as_str()), ("reason", "Perdu"), ("confirmed", "true")];
            assert_eq!(flash(&browser.post_form(&path, &fields).await), "error:not_found", "{person:?}");
        }
    }
    assert_eq!(server.count("device", "revoked_at is not null").await, 0);
    // Those who never go in the field have no phone to report.
    for person in [Person::Dispatcher, Person::Administrator, Person::Cisss] {
        server.bearer(person).await.post("/api/v1/sync/device", &report(&phone, 0, None)).await.expect_refusal(403, "not_allowed");
    }
    // A phone of another organisation's account, and one of nobody, are the same to this one.
    server.alter(&format!("update device set account_id = '{}'", server.town.accounts[&Person::Cisss])).await;
    assert!(register(&server).await.is_empty());
    assert_eq!(revoke(&server, &phone, "Perdu").await, "error:not_found");
    assert_eq!(revoke(&server, &Phone::in_building(&server.town.tower), "Perdu").await, "error:not_found");
}

async fn a_revocation_needs_a_reason_and_a_confirmation_and_is_done_once(server: TestServer) {
    let phone = Phone::in_building(&server.town.tower);
    reports(&server.bearer(Person::Inspector).await, &phone).await;
    assert_eq!(revoke(&server, &phone, "  ").await, "error:reason_required");
    assert_eq!(revoke(&server, &phone, &"é".repeat(501)).await, "error:text_too_long");
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let path = format!("/bureau/appareils/{}/revocation", phone.device_id);
    assert_eq!(flash(&browser.post_form(&path, &[("csrf", &csrf), ("reason", "Perdu")]).await), "error:missing_field");
    assert_eq!(server.count("device", "revoked_at is not null").await, 0);
    assert_eq!(revoke(&server, &phone, "Perdu").await, "success:device_revoked");
    assert_eq!(revoke(&server, &phone, "Encore").await, "error:act_not_possible");
    assert_eq!(server.count("audit", "action = 'device.revoked'").await, 1);
    assert_eq!(server.count("device", "revoked_reason = 'Perdu'").await, 1);
}

async fn a_report_out_of_bounds_is_refused(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let but = |field: &str, value: Value| {
        let mut message = report(&phone, 0, None);
        message[field] = value;
        message
    };
    for (message, status, code) in [
        (but("build", json!("é".repeat(65))), 422, "text_too_long"),
        (but("device_id", json!("x")), 400, "malformed_id"),
        (but("colour", json!("red")), 422, "unknown_field"),
        (but("unsent_events", json!(-1)), 400, "malformed_json"),
    ] {
        client.post("/api/v1/sync/device", &message).await.expect_refusal(status, code);
    }
    client.with("x-brigade-device", "x").get("/api/v1/sync/pull").await.expect_refusal(400, "malformed_id");
    // A clock at either end of time is shown, not believed.
    for device_now in [i64::MIN, i64::MAX] {
        let message = but("device_now", json!(device_now));
        client.post("/api/v1/sync/device", &message).await.expect_status(200);
    }
    // A build too old to speak with is known to the office all the same.
    client.post("/api/v1/sync/device", &but("protocol", json!(65_535))).await.expect_status(200);
    // Every new installation is a phone: the account's oldest are forgotten, those that hold work are not.
    let holding = Phone::in_building(&server.town.tower);
    client.post("/api/v1/sync/device", &report(&holding, 1, None)).await.expect_status(200);
    for _ in 0..60 {
        let one_more = report(&Phone::in_building(&server.town.tower), 0, None);
        client.post("/api/v1/sync/device", &one_more).await.expect_status(200);
    }
    let held = server.count("device", &format!("id = '{}'", holding.device_id)).await;
    assert_eq!((held, server.count("device", "1 = 1").await), (1, 51));
}

async fn the_office_sees_which_protocols_are_still_spoken_and_by_how_many(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phones: Vec<Phone> = (0..3).map(|_| Phone::in_building(&server.town.tower)).collect();
    for (phone, protocol) in phones.iter().zip([PROTOCOL, PROTOCOL, PROTOCOL - 1]) {
        let mut report = report(phone, 0, None);
        report["protocol"] = json!(protocol);
        client.post("/api/v1/sync/device", &report).await.expect_status(200);
    }
    let page = server.bearer(Person::Coordinator).await.get("/bureau/appareils").await.expect_status(200).text();
    assert!(page.contains(&format!("Protocole d’échange {PROTOCOL}\u{a0}: 2 appareils")), "{page}");
    assert!(page.contains(&format!("Protocole d’échange {}, ancien\u{a0}: 1 appareil.", PROTOCOL - 1)), "{page}");
    assert_eq!(revoke(&server, &phones[2], "Volé").await, "success:device_revoked");
    let page = server.bearer(Person::Coordinator).await.get("/bureau/appareils").await.expect_status(200).text();
    assert!(!page.contains("ancien\u{a0}:"), "a phone that was given up speaks to nobody");
}
