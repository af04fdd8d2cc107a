//! What several stories start from.

use serde_json::{Value, json};
use server::clock::new_id;

use crate::support::{Answer, Building, Client, Person, Phone, TestServer, building};

/// A note of the building compartment, to be looked for where it must not be.
pub const NOTE: &str = "Moisissure derrière le lit du petit";
/// A note of the psychosocial compartment.
pub const SECRET: &str = "Craint son propriétaire et dort au salon";

/// A visit of the tower that makes a complex case: twelve dwellings, mould in two of them.
pub async fn complex_visit(server: &TestServer) -> (Phone, Vec<Value>) {
    let client = server.bearer(Person::Inspector).await;
    let tower = &server.town.tower;
    let phone = Phone::in_building(tower);
    let events = vec![
        phone.starts(),
        phone.enters(&tower.doors[0]),
        phone.enters(&tower.doors[1]),
        phone.observes(&tower.door(0), "HUM-01", 3),
        phone.notes(&tower.door(0), "HUM-01", NOTE),
        phone.observes(&tower.door(1), "HUM-01", 2),
        phone.observes("exterior", "EXT-01", 2),
    ];
    phone.push_stored(&client, &events).await;
    (phone, events)
}

/// Adds the household’s part to a visit.
pub async fn psychosocial_visit(server: &TestServer, visit: &Phone) -> Vec<Value> {
    let client = server.bearer(Person::Psychosocial).await;
    let door = server.town.tower.door(0);
    let phone = Phone::beside(visit);
    let events = vec![phone.chooses(&door, "MEN-02", &["isolement"]), phone.notes(&door, "MEN-02", SECRET)];
    phone.push_stored(&client, &events).await;
    events
}

/// A visit of another building, grave enough to open a case, and the case.
pub async fn case_in(server: &TestServer, place: &Building) -> String {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(place);
    let events = [phone.starts(), phone.enters(&place.doors[0]), phone.observes(&place.door(0), "HUM-01", 4)];
    phone.push_stored(&client, &events).await;
    case_of(server, place).await
}

/// The open case of a building.
pub async fn case_of(server: &TestServer, place: &Building) -> String {
    let case = server::store::case::open_of_building(server.brigade.store.reader(), place.id).await.expect("the store answers").expect("a case was opened");
    case.case.id.to_string()
}

/// One more building of the brigade's round, with eight dwellings.
pub async fn one_more_building(server: &TestServer, address: &str, municipality: &str) -> Building {
    let mut tx = server.brigade.store.begin().await.expect("a transaction begins");
    let built = building(&mut tx, server.town.brigade, address, municipality, None, &["1", "2", "3", "4", "5", "6", "7", "8"]).await;
    tx.commit().await.expect("the building is kept");
    built
}

/// A referral message to the health service that shares the building.
pub fn referral(server: &TestServer, case_id: &str) -> Value {
    json!({
        "id": new_id().to_string(), "case_id": case_id, "to_organisation": server.town.cisss.to_string(),
        "reason": "Accompagnement demandé", "urgency": "soon", "due_in_days": 10, "sections": ["building"],
    })
}

/// Sends a referral and returns its id.
pub async fn refer(server: &TestServer, message: &Value) -> String {
    let client = server.bearer(Person::Coordinator).await;
    let answer = client.post("/api/v1/referrals", message).await.expect_status(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

/// The only open escalation of the board.
pub async fn open_escalation(client: &Client) -> Value {
    let board = client.get("/api/v1/emergency/board").await.expect_status(200).json();
    let open = board["open"].as_array().expect("open escalations");
    assert_eq!(open.len(), 1, "{board}");
    open[0].clone()
}

/// The kinds of verdicts of a push, in order.
pub fn verdicts(reply: &Value) -> Vec<&str> {
    reply["verdicts"].as_array().expect("verdicts").iter().filter_map(|verdict| verdict["verdict"].as_str()).collect()
}

/// Ids of the rows of a list.
pub fn ids(rows: &Value) -> Vec<String> {
    rows.as_array().expect("rows").iter().filter_map(|row| row["id"].as_str()).map(str::to_owned).collect()
}

/// The code of the flash message that a form left, as `kind:code`.
pub fn flash(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let value = cookies.filter_map(|cookie| cookie.strip_prefix("brigade_flash=")).find_map(|value| value.split(';').next()).unwrap_or_default();
    value.split(':').take(2).collect::<Vec<_>>().join(":")
}
