use serde_json::{Value, json};

use crate::support::{Person, Phone, TestServer, on_both_databases};

on_both_databases!(a_visit_under_way_comes_with_what_was_found_the_time_before, what_was_found_before_keeps_its_compartments);

async fn sheet(server: &TestServer, person: Person) -> Value {
    let client = server.bearer(person).await;
    let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
    let tower = server.town.tower.id.to_string();
    reply["buildings"].as_array().into_iter().flatten().find(|sheet| sheet["id"] == tower).cloned().unwrap_or_default()
}

async fn a_visit_under_way_comes_with_what_was_found_the_time_before(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let door = server.town.tower.door(0);
    let first = Phone::in_building(&server.town.tower);
    first.push_stored(&client, &[first.starts(), first.observes(&door, "HUM-01", 2), first.notes(&door, "HUM-01", "Coin nord")]).await;
    assert_eq!(sheet(&server, Person::Inspector).await["earlier"], Value::Null, "nothing came before a first visit");
    first.push_stored(&client, &[first.finishes()]).await;
    let finished = sheet(&server, Person::Inspector).await;
    assert_eq!(
        (&finished["visit"]["id"], &finished["earlier"]),
        (&json!(first.visit_id), &Value::Null),
        "a finished visit is itself what the next is compared with"
    );

    let second = Phone::in_building(&server.town.tower);
    second.push_stored(&client, &[second.starts()]).await;
    let under_way = sheet(&server, Person::Inspector).await;
    let earlier = &under_way["earlier"];
    assert_eq!((&under_way["visit"]["id"], &earlier["id"]), (&json!(second.visit_id), &json!(first.visit_id)));
    let found = &earlier["observations"][0];
    assert_eq!((&found["criterion"], &found["answer"]["severity"], &found["note"]), (&json!("HUM-01"), &json!(2), &json!("Coin nord")));
    assert!(earlier["finished_at"].is_i64());
    assert_eq!(earlier["people"], json!([Person::Inspector.name()]));
}

async fn what_was_found_before_keeps_its_compartments(server: TestServer) {
    let (inspector, psychosocial) = (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await);
    let door = server.town.tower.door(0);
    let phone = Phone::in_building(&server.town.tower);
    phone.push_stored(&inspector, &[phone.starts(), phone.observes(&door, "HUM-01", 2)]).await;
    let other = Phone::beside(&phone);
    other.push_stored(&psychosocial, &[other.chooses(&door, "MEN-02", &["isolement"])]).await;
    phone.push_stored(&inspector, &[phone.finishes()]).await;
    let second = Phone::in_building(&server.town.tower);
    second.push_stored(&inspector, &[second.starts()]).await;

    let seen = sheet(&server, Person::Inspector).await["earlier"].to_string();
    assert!(seen.contains("HUM-01") && !seen.contains("MEN-02"), "{seen}");
    assert!(!seen.contains(Person::Psychosocial.name()), "nor is the one who answered it named");
    let seen = sheet(&server, Person::Psychosocial).await["earlier"].to_string();
    assert!(seen.contains("HUM-01") && seen.contains("MEN-02") && seen.contains(Person::Psychosocial.name()), "{seen}");
}
