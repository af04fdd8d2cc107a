//! Two phones that wrote one door under two names: united by a person, and parted again, without anything lost.

use casework::ids::DwellingId;
use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{case_of, verdicts};
use crate::support::{Client, Person, Phone, TestServer, jpeg, on_both_databases};

on_both_databases!(doors_are_united_with_all_that_was_seen_and_parted_as_they_were, what_cannot_be_one_door_is_refused, a_visit_of_another_team_follows);

fn adds(phone: &Phone, door: &str, label: &str) -> Value {
    phone.event(&json!({ "kind": "dwelling_added", "dwelling_id": door, "label": label, "floor": 2 }))
}

fn unites(phone: &Phone, gone: &str, kept: &str) -> Value {
    phone.event(&json!({ "kind": "doors_merged", "gone": gone, "kept": kept }))
}

fn parts(phone: &Phone, door: &str, other: &str) -> Value {
    phone.event(&json!({ "kind": "doors_kept_apart", "door": door, "other": other }))
}

fn outcome(phone: &Phone, door: &str, outcome: &str) -> Value {
    phone.event(&json!({ "kind": "dwelling_outcome", "dwelling_id": door, "outcome": outcome }))
}

fn new_door() -> (String, String) {
    let id = DwellingId(new_id()).to_string();
    let place = format!("dwelling:{id}");
    (id, place)
}

async fn sheet(client: &Client, phone: &Phone) -> Value {
    let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
    let sheets = reply["buildings"].as_array().expect("buildings");
    sheets.iter().find(|sheet| sheet["visit"]["id"] == phone.visit_id.to_string()).expect("the building").clone()
}

fn labels(sheet: &Value) -> Vec<&str> {
    sheet["doors"].as_array().expect("doors").iter().filter_map(|door| door["label"].as_str()).collect()
}

/// What is observed at a place: criterion, answer, note, photos.
fn seen_at(sheet: &Value, place: &str) -> Vec<(String, Value, Option<String>, u64)> {
    let observations = sheet["visit"]["observations"].as_array().expect("observations");
    let told = |seen: &Value| {
        let note = seen["note"].as_str().map(str::to_owned);
        (seen["criterion"].as_str().unwrap_or_default().to_owned(), seen["answer"]["severity"].clone(), note, seen["photos"].as_u64().unwrap_or(0))
    };
    observations.iter().filter(|seen| seen["place"] == place).map(told).collect()
}

async fn doors_are_united_with_all_that_was_seen_and_parted_as_they_were(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let tower = &server.town.tower;
    let one = Phone::in_building(tower);
    let other = Phone::beside(&one);
    let ((kept, kept_place), (gone, gone_place)) = (new_door(), new_door());
    let (bytes, more) = (jpeg(40, 30), jpeg(30, 40));
    let (first_photo, second_photo) = (new_id().to_string(), new_id().to_string());

    // Each in its own stairwell, without a network.
    one.push_stored(
        &client,
        &[
            one.starts(),
            adds(&one, &kept, "app. 4"),
            outcome(&one, &kept, "visited"),
            one.observes(&kept_place, "PLO-03", 1),
            one.notes(&kept_place, "PLO-03", "Robinet qui goutte"),
            one.observes(&kept_place, "PAR-02", 2),
            one.photographs(&first_photo, &kept_place, "PAR-02", &bytes),
        ],
    )
    .await;
    other
        .push_stored(
            &client,
            &[
                adds(&other, &gone, "App 4"),
                outcome(&other, &gone, "absent"),
                other.event(&json!({ "kind": "door_noted", "dwelling_id": gone, "come_back": true, "language": "es" })),
                other.observes(&gone_place, "PLO-03", 4),
                other.notes(&gone_place, "PLO-03", "Plus d’eau chaude"),
                other.observes(&gone_place, "ELE-01", 2),
                other.photographs(&second_photo, &gone_place, "PLO-03", &more),
            ],
        )
        .await;
    let before = sheet(&client, &one).await;
    assert!(labels(&before).contains(&"app. 4") && labels(&before).contains(&"App 4"));

    one.push_stored(&client, &[unites(&one, &gone, &kept)]).await;
    let united = sheet(&client, &one).await;
    assert!(labels(&united).contains(&"app. 4") && !labels(&united).contains(&"App 4"));
    assert_eq!(united["doors_gone"][0]["label"], "App 4");
    assert_eq!(united["door_pairs"], json!([{ "gone": gone, "kept": kept, "same": true }]));
    assert_eq!(seen_at(&united, &gone_place), []);
    let both = seen_at(&united, &kept_place);
    let note = Some("Robinet qui goutte\nPlus d’eau chaude".to_owned());
    assert_eq!(
        both,
        [("ELE-01".to_owned(), json!(2), None, 0), ("PAR-02".to_owned(), json!(2), None, 1), ("PLO-03".to_owned(), json!(4), note, 1),],
        "the most severe counts, notes and photos unite"
    );
    assert_eq!(united["visit"]["dwellings"], json!({ kept.clone(): "visited" }), "somebody let us in");
    assert_eq!(united["visit"]["doors_noted"][&kept]["come_back"], true);
    assert_eq!(united["visit"]["doors_noted"].get(&gone), None);
    let disputed = &united["visit"]["conflicts"][0];
    assert_eq!((disputed["criterion"].as_str(), disputed["answers"].as_array().map(Vec::len)), (Some("PLO-03"), Some(2)), "a person decides between them");
    let case = case_of(&server, tower).await;
    let history = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert!(history["timeline"].to_string().contains("doors_united"), "{}", history["timeline"]);
    assert_eq!(server.count("escalation", "1 = 1").await, 1, "the danger that was known raises no other call");

    // A phone that does not know yet still speaks of the other name; and somebody decides the conflict.
    other.push_stored(&client, &[other.observes(&gone_place, "HUM-01", 3)]).await;
    let standing: Vec<Value> = disputed["answers"].as_array().expect("answers").iter().map(|answer| answer["event_id"].clone()).collect();
    let decides = one.event(&json!({ "kind": "answered", "place": kept_place, "criterion": "PLO-03", "answer": { "status": "observed", "severity": 3 },
        "based_on": standing[0], "resolves": [standing[1]] }));
    one.push_stored(&client, &[decides, one.notes(&kept_place, "PLO-03", "Eau froide seulement")]).await;
    let later = sheet(&client, &one).await;
    let found = seen_at(&later, &kept_place);
    assert!(found.contains(&("HUM-01".to_owned(), json!(3), None, 0)), "{found:?}");
    assert!(found.contains(&("PLO-03".to_owned(), json!(3), Some("Eau froide seulement".to_owned()), 1)), "{found:?}");
    assert_eq!(later["visit"].get("conflicts"), None);

    // They were two doors after all: each has its own back, and what was said since the union is of the door whose name it was said under.
    other.push_stored(&client, &[parts(&other, &gone, &kept)]).await;
    let parted = sheet(&client, &one).await;
    assert!(labels(&parted).contains(&"app. 4") && labels(&parted).contains(&"App 4"));
    assert_eq!(parted["door_pairs"], json!([{ "gone": gone, "kept": kept, "same": false }]), "and they are not proposed again");
    let own = seen_at(&parted, &gone_place);
    let note = Some("Plus d’eau chaude".to_owned());
    assert_eq!(own, [("ELE-01".to_owned(), json!(2), None, 0), ("HUM-01".to_owned(), json!(3), None, 0), ("PLO-03".to_owned(), json!(4), note, 1)]);
    let own = seen_at(&parted, &kept_place);
    assert_eq!(own, [("PAR-02".to_owned(), json!(2), None, 1), ("PLO-03".to_owned(), json!(3), Some("Eau froide seulement".to_owned()), 0)]);
    assert_eq!(parted["visit"]["dwellings"], json!({ kept.clone(): "visited", gone.clone(): "absent" }));
    assert_eq!(parted["visit"]["doors_noted"], json!({ gone.clone(): { "come_back": true, "language": "es" } }));

    // United again under the other name, all of it comes back together: what happened meanwhile does not matter.
    one.push_stored(&client, &[unites(&one, &kept, &gone)]).await;
    let again = sheet(&client, &one).await;
    assert!(labels(&again).contains(&"App 4") && !labels(&again).contains(&"app. 4"));
    let criteria: Vec<String> = seen_at(&again, &gone_place).into_iter().map(|(criterion, ..)| criterion).collect();
    assert_eq!(criteria, ["ELE-01", "HUM-01", "PAR-02", "PLO-03"]);
    assert_eq!(seen_at(&again, &kept_place), []);
    assert_eq!(server.count("photo", &format!("place = '{gone_place}'")).await, 2, "photos unite");

    // The same again changes nothing; the whole history is what phones sent.
    let repeated = unites(&one, &kept, &gone);
    let reply = one.push(&client, &[repeated.clone(), repeated]).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["stored", "duplicate"]);
    assert_eq!(sheet(&client, &one).await["visit"]["observations"], again["visit"]["observations"]);
}

async fn what_cannot_be_one_door_is_refused(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (tower, elsewhere) = (&server.town.tower, &server.town.house);
    let phone = Phone::in_building(tower);
    phone.push_stored(&client, &[phone.starts()]).await;
    let (door, far, unknown) = (&tower.doors[0], &elsewhere.doors[0], new_door().0);
    let events = [unites(&phone, door, door), unites(&phone, far, door), unites(&phone, door, &unknown), parts(&phone, &unknown, door)];
    let reply = phone.push(&client, &events).await.expect_status(200).json();
    let codes: Vec<&str> = reply["verdicts"].as_array().expect("verdicts").iter().filter_map(|verdict| verdict["code"].as_str()).collect();
    assert_eq!(codes, ["act_not_possible", "unknown_dwelling", "unknown_dwelling", "unknown_dwelling"]);
    assert_eq!(server.count("door_pair", "1 = 1").await, 0);
}

async fn a_visit_of_another_team_follows(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let tower = &server.town.tower;
    // Two visits of one building, begun apart; the doors were added in one, and seen in both.
    let (one, other) = (Phone::in_building(tower), Phone::in_building(tower));
    let ((kept, kept_place), (gone, gone_place)) = (new_door(), new_door());
    one.push_stored(&client, &[one.starts(), adds(&one, &kept, "4"), outcome(&one, &kept, "absent")]).await;
    let photo = new_id().to_string();
    let picture = jpeg(40, 30);
    other
        .push_stored(
            &client,
            &[
                other.starts(),
                adds(&other, &gone, "#4"),
                outcome(&other, &gone, "visited"),
                other.observes(&gone_place, "PAR-02", 3),
                other.photographs(&photo, &gone_place, "PAR-02", &picture),
            ],
        )
        .await;
    // In one message with what follows it, and with what it does not know yet.
    one.push_stored(&client, &[unites(&one, &gone, &kept), one.observes(&gone_place, "ELE-01", 2), outcome(&one, &kept, "refused")]).await;
    let mine = server.count_observations(|record| record.visit_id == one.visit_id && record.place.to_string() == kept_place).await;
    let theirs = server.count_observations(|record| record.visit_id == other.visit_id && record.place.to_string() == kept_place).await;
    let left = server.count_observations(|record| record.place.to_string() == gone_place).await;
    assert_eq!((mine, theirs, left), (1, 1, 0));
    assert_eq!(server.count("visit_dwelling", &format!("dwelling_id = '{gone}'")).await, 0);
    assert_eq!(server.count("visit_dwelling", &format!("dwelling_id = '{kept}' and outcome = 'refused'")).await, 1, "what is said after the union replaces it");
    assert_eq!(server.count("photo", &format!("place = '{kept_place}'")).await, 1);
    other.push_stored(&client, &[parts(&other, &kept, &gone)]).await;
    let back = server.count_observations(|record| record.visit_id == other.visit_id && record.place.to_string() == gone_place).await;
    assert_eq!(back, 1);
    assert_eq!(server.count("photo", &format!("place = '{gone_place}'")).await, 1);
}
