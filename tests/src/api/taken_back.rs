use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::verdicts;
use crate::support::{Person, Phone, TestServer, on_both_databases};

on_both_databases!(what_was_done_by_mistake_at_a_door_is_taken_back, a_door_is_noted_in_a_known_language_only);

async fn visit(server: &TestServer) -> Value {
    let client = server.bearer(Person::Inspector).await;
    let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
    let tower = server.town.tower.id.to_string();
    reply["buildings"].as_array().into_iter().flatten().find(|sheet| sheet["id"] == tower).map_or(Value::Null, |sheet| sheet["visit"].clone())
}

async fn what_was_done_by_mistake_at_a_door_is_taken_back(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let place = server.town.tower.door(0);
    let dwelling = place.trim_start_matches("dwelling:");
    let photo = new_id().to_string();
    let photos = async || visit(&server).await["photos"].as_array().map(Vec::len);
    let removed = || phone.event(&json!({ "kind": "photo_removed", "photo_id": photo }));
    let restored = || phone.event(&json!({ "kind": "photo_restored", "photo_id": photo }));
    phone.push_stored(&client, &[phone.starts(), phone.enters(dwelling), phone.photographs(&photo, &place, "HUM-01", b"photo")]).await;
    phone.push_stored(&client, &[phone.event(&json!({ "kind": "outcome_withdrawn", "dwelling_id": dwelling })), removed()]).await;
    assert_eq!((visit(&server).await["dwellings"].clone(), photos().await), (json!({}), Some(0)));
    phone.push_stored(&client, &[phone.enters(dwelling), restored()]).await;
    assert_eq!((visit(&server).await["dwellings"][dwelling].clone(), photos().await), (json!("visited"), Some(1)));
    phone.push_stored(&client, &[removed(), restored()]).await;
    assert_eq!(photos().await, Some(1), "in one message too");
    phone.push_stored(&client, &[restored(), removed()]).await;
    assert_eq!(photos().await, Some(0));
}

async fn a_door_is_noted_in_a_known_language_only(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let place = server.town.tower.door(0);
    let dwelling = place.trim_start_matches("dwelling:");
    let noted = |language: &str| phone.event(&json!({ "kind": "door_noted", "dwelling_id": dwelling, "come_back": true, "language": language }));
    let reply = phone.push(&client, &[phone.starts(), noted("es"), noted("klingon")]).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["stored", "stored", "refused"]);
    assert_eq!(reply["verdicts"][2]["code"], "unknown_option");
}
