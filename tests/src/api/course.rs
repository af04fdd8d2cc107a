//! How a visit goes on, as the office and the other phones learn it: when things were seen, when the team means to be out, what doors were noted with.

use casework::{clock::Timestamp, ids::PhotoId};
use serde_json::{Value, json};
use server::clock::{new_id, now};

use crate::support::{Client, Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    what_was_seen_offline_keeps_its_time,
    what_no_clock_tells_counts_from_its_arrival,
    what_was_said_last_on_the_spot_holds,
    an_end_that_nobody_can_mean_alerts_nobody,
    a_door_is_noted_for_the_next_knock,
    two_visits_begun_without_network_are_both_told
);

/// An event of a while ago, by the clock of its phone.
fn ago(mut event: Value, ms: i64) -> Value {
    let at = event["device_at"].as_i64().expect("a time");
    event["device_at"] = json!(at - ms);
    event
}

async fn sheet(client: &Client, server: &TestServer) -> Value {
    let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
    let tower = server.town.tower.id.to_string();
    reply["buildings"].as_array().into_iter().flatten().find(|sheet| sheet["id"] == tower).cloned().expect("the building")
}

async fn what_was_seen_offline_keeps_its_time(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    for clock_skew_ms in [0, 3 * 365 * Timestamp::DAY_MS, -40 * 365 * Timestamp::DAY_MS] {
        let tower = &server.town.tower;
        let (mut phone, door) = (Phone::in_building(tower), tower.door(0));
        phone.clock_skew_ms = clock_skew_ms;
        let photo = PhotoId(new_id()).to_string();
        let began = now().0 - 3 * Timestamp::DAY_MS;
        phone
            .push_stored(
                &client,
                &[
                    ago(phone.starts(), 3 * Timestamp::DAY_MS),
                    ago(phone.observes(&door, "HUM-01", 2), 3 * Timestamp::DAY_MS - Timestamp::MINUTE_MS),
                    ago(phone.photographs(&photo, &door, "HUM-01", b"x"), 2 * Timestamp::DAY_MS),
                    ago(phone.finishes(), Timestamp::DAY_MS),
                ],
            )
            .await;
        // Between what was written and what was received stand only the seconds of this test.
        let near = |column: &str, at: i64| format!("{column} between {at} and {}", at + 30_000);
        let (visit, day) = (phone.visit_id.to_string(), Timestamp::DAY_MS);
        let ended = near("finished_at", began + 2 * day);
        assert_eq!(server.count("visit", &format!("id = '{visit}' and {} and {ended}", near("started_at", began))).await, 1, "{clock_skew_ms}");
        let seen = began + Timestamp::MINUTE_MS..=began + Timestamp::MINUTE_MS + 30_000;
        let dated = server.count_observations(|record| record.visit_id == phone.visit_id && seen.contains(&record.recorded_at.0)).await;
        assert_eq!(dated, 1, "{clock_skew_ms}");
        assert_eq!(server.count("photo", &format!("id = '{photo}' and {}", near("taken_at", began + day))).await, 1, "{clock_skew_ms}");
        assert_eq!(server.count("field_batch", &format!("visit_id = '{visit}' and {}", near("received_at", began + 3 * day))).await, 1, "{clock_skew_ms}");
    }
}

async fn what_no_clock_tells_counts_from_its_arrival(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let before = now().0;
    // Written while the clock stood at 1970, and sent once it was set.
    let phone = Phone::in_building(&server.town.tower);
    let mut lost = phone.starts();
    lost["device_at"] = json!(1_000);
    // Of a later moment than the phone itself is at: its clock was put back.
    let other = Phone::in_building(&server.town.tower);
    let ahead = ago(other.starts(), -5 * Timestamp::DAY_MS);
    phone.push_stored(&client, &[lost]).await;
    other.push_stored(&client, &[ahead]).await;
    let (received, visits) = (format!("started_at between {before} and {}", now().0), [phone.visit_id, other.visit_id]);
    for visit in visits {
        assert_eq!(server.count("visit", &format!("id = '{visit}' and {received}")).await, 1);
    }
}

async fn what_was_said_last_on_the_spot_holds(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let first = Phone::in_building(&server.town.tower);
    let in_an_hour = || json!(now().0 + Timestamp::HOUR_MS);
    let starts = first.event(&json!({ "kind": "visit_started", "expected_end": in_an_hour() }));
    first.push_stored(&client, &[starts]).await;
    let pace = sheet(&client, &server).await["visit"]["pace"].clone();
    let end = pace["expected_end"].as_i64().expect("an end");
    assert!((now().0 + 50 * Timestamp::MINUTE_MS..=now().0 + Timestamp::HOUR_MS).contains(&end), "{pace}");
    assert_eq!(pace.get("paused_at"), None);

    // Paused five minutes ago on another phone, resumed since on this one: the pause arrives last and is over.
    let second = Phone::beside(&first);
    let pause = ago(second.event(&json!({ "kind": "visit_paused" })), 5 * Timestamp::MINUTE_MS);
    let resume = first.event(&json!({ "kind": "visit_resumed", "expected_end": in_an_hour() }));
    first.push_stored(&client, &[resume]).await;
    second.push_stored(&client, &[pause]).await;
    let pace = sheet(&client, &server).await["visit"]["pace"].clone();
    assert!(pace.get("paused_at").is_none() && pace["expected_end"].is_i64(), "{pace}");

    let pause = second.event(&json!({ "kind": "visit_paused" }));
    second.push_stored(&client, &[pause]).await;
    let pace = sheet(&client, &server).await["visit"]["pace"].clone();
    assert!(pace["paused_at"].is_i64() && pace.get("expected_end").is_none(), "{pace}");
}

async fn an_end_that_nobody_can_mean_alerts_nobody(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    for end in [now().0 + 400 * Timestamp::DAY_MS, i64::MAX, i64::MIN] {
        let phone = Phone::in_building(&server.town.tower);
        phone.push_stored(&client, &[phone.event(&json!({ "kind": "visit_started", "expected_end": end }))]).await;
        assert_eq!(server.count("visit", &format!("id = '{}' and expected_end is null", phone.visit_id)).await, 1, "{end}");
    }
}

async fn a_door_is_noted_for_the_next_knock(server: TestServer) {
    let (inspector, colleague) = (server.bearer(Person::Inspector).await, server.bearer(Person::SecondInspector).await);
    let psychosocial = server.bearer(Person::Psychosocial).await;
    let door = server.town.tower.doors[0].clone();
    let noted = |phone: &Phone, come_back: bool, language: Option<&str>| {
        phone.event(&json!({ "kind": "door_noted", "dwelling_id": door, "come_back": come_back, "language": language }))
    };
    let read = async |client: &Client| sheet(client, &server).await["visit"]["doors_noted"][&door].clone();
    let phone = Phone::in_building(&server.town.tower);
    phone.push_stored(&inspector, &[phone.starts(), noted(&phone, true, Some("es"))]).await;
    assert_eq!(read(&inspector).await, json!({ "come_back": true, "language": "es" }), "back to who noted it");
    assert_eq!(read(&psychosocial).await, json!({ "come_back": true, "language": "es" }), "and to those who read of households");
    assert_eq!(read(&colleague).await, json!({ "come_back": true }), "to nobody else");

    // A colleague who was not told of the language takes nothing away, and is not told afterwards either.
    let other = Phone::beside(&phone);
    other.push_stored(&colleague, &[noted(&other, false, None)]).await;
    assert_eq!(read(&psychosocial).await, json!({ "come_back": false, "language": "es" }));
    assert_eq!(read(&colleague).await, json!({ "come_back": false }));
    // In one push too, and once more after it was kept.
    other.push_stored(&colleague, &[noted(&other, true, None), noted(&other, false, None)]).await;
    assert_eq!(read(&inspector).await, json!({ "come_back": false, "language": "es" }));
    // Who noted it takes it back; so does who may read it.
    phone.push_stored(&inspector, &[noted(&phone, false, None)]).await;
    assert_eq!(read(&psychosocial).await, json!({ "come_back": false }));
    let third = Phone::beside(&phone);
    phone.push_stored(&inspector, &[noted(&phone, false, Some("ar"))]).await;
    third.push_stored(&psychosocial, &[noted(&third, true, None)]).await;
    assert_eq!(read(&inspector).await, json!({ "come_back": true }));
}

async fn two_visits_begun_without_network_are_both_told(server: TestServer) {
    let (inspector, psychosocial) = (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await);
    let (first, second) = (Phone::in_building(&server.town.tower), Phone::in_building(&server.town.tower));
    let door = server.town.tower.door(0);
    // The later one arrives first.
    second.push_stored(&psychosocial, &[second.starts(), second.chooses(&door, "MEN-02", &["isolement"]), second.observes(&door, "HUM-01", 1)]).await;
    first.push_stored(&inspector, &[ago(first.starts(), Timestamp::HOUR_MS), first.observes(&door, "HUM-01", 2)]).await;
    let seen = sheet(&inspector, &server).await;
    assert_eq!((&seen["visit"]["id"], &seen["others"][0]["id"]), (&json!(second.visit_id), &json!(first.visit_id)));
    assert!(!seen.to_string().contains("MEN-02"), "a visit of others keeps its compartments");
    first.push_stored(&inspector, &[first.finishes()]).await;
    assert_eq!(sheet(&inspector, &server).await.get("others"), None, "one that is over is not under way");

    // One of which nothing came for days is not told; nor is one that does not exist for the person.
    let third = Phone::in_building(&server.town.tower);
    third.push_stored(&psychosocial, &[ago(third.chooses(&door, "MEN-02", &["isolement"]), Timestamp::HOUR_MS)]).await;
    assert_eq!(sheet(&inspector, &server).await.get("others"), None);
    assert_eq!(sheet(&psychosocial, &server).await["others"][0]["id"], json!(third.visit_id));
    let days_ago = now().0 - 4 * Timestamp::DAY_MS;
    server.alter(&format!("update visit set updated_at = {days_ago} where id = '{}'", third.visit_id)).await;
    assert_eq!(sheet(&psychosocial, &server).await.get("others"), None);
}
