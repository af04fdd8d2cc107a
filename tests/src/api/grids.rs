//! A new version of the grid: adopted by the server, and chosen by a visit that goes on; nothing that was given is lost by it.

use inspection_grid::{Place, builtin};
use serde_json::{Value, json};
use server::{clock::new_id, grids::GridLibrary};

use super::scenes::{case_of, verdicts};
use crate::support::{Client, Database, Person, Phone, TestServer, next_grid, on_both_databases};

on_both_databases!(a_grid_is_adopted_for_good_and_never_against_another);

#[tokio::test]
async fn a_visit_moves_to_the_grid_in_force_and_back_on_sqlite() {
    a_visit_moves_to_the_grid_in_force_and_back(Database::Sqlite).await;
}

#[tokio::test]
async fn a_visit_moves_to_the_grid_in_force_and_back_on_postgres() {
    if let Some(postgres) = Database::postgres() {
        a_visit_moves_to_the_grid_in_force_and_back(postgres).await;
    }
}

/// An event as its phone saw it under the next grid.
fn under_next(mut event: Value) -> Value {
    event["grid"] = json!(next_grid::grid().hash.0);
    event
}

fn moves(phone: &Phone, to: &str) -> Value {
    phone.event(&json!({ "kind": "grid_moved", "to": to }))
}

async fn visit_of(client: &Client, case: &str, phone: &Phone) -> Value {
    let detail = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    let visits = detail["visits"].as_array().expect("visits");
    visits.iter().find(|visit| visit["id"] == phone.visit_id.to_string()).expect("the visit").clone()
}

fn criteria(visit: &Value) -> Vec<&str> {
    visit["observations"].as_array().expect("observations").iter().filter_map(|seen| seen["criterion"].as_str()).collect()
}

async fn a_visit_moves_to_the_grid_in_force_and_back(database: Database) {
    let folder = a_folder();
    let file = next_grid::file(&folder, "next.yaml", &next_grid::text());
    let server = TestServer::start_with(database, |options| options.grid = Some(file)).await;
    let client = server.bearer(Person::Inspector).await;
    let (v1, next) = (builtin::v1().hash.0.clone(), next_grid::grid().hash.0);

    // A phone that has been away began under the grid that it has.
    let tower = &server.town.tower;
    let phone = Phone::in_building(tower);
    let door = tower.door(0);
    let danger = phone.observes(&door, "PLO-03", 4);
    phone.push_stored(&client, &[phone.starts(), phone.enters(&tower.doors[0]), danger, phone.observes(&door, "PAR-02", 2)]).await;
    let case = case_of(&server, tower).await;
    let before = visit_of(&client, &case, &phone).await;
    assert_eq!(before["grid_version"], "1.0.0-draft");

    // Nobody knows the grid it would go to.
    let reply = phone.push(&client, &[moves(&phone, &"0".repeat(64))]).await.expect_status(200).json();
    assert_eq!(reply["verdicts"][0]["code"], "unknown_grid");

    phone.push_stored(&client, &[moves(&phone, &next), under_next(phone.observes(&door, "HUM-99", 3))]).await;
    let after = visit_of(&client, &case, &phone).await;
    assert_eq!(after["grid_version"], "1.1.0");
    assert!(criteria(&after).contains(&"HUM-99") && criteria(&after).contains(&"PAR-02"));
    assert!(!criteria(&after).contains(&"PLO-03"), "what is set aside is not shown as current: {:?}", criteria(&after));
    assert_ne!(after["score"], before["score"], "the severity 4 that the grid no longer takes does not count");
    let history = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert!(history["timeline"].to_string().contains("grid_moved 1.1.0"), "{}", history["timeline"]);

    // A colleague who was offline under the first one is received all the same, and so is what only that one asks.
    let colleague = Phone::beside(&phone);
    colleague.push_stored(&client, &[colleague.notes(&door, "PLO-02", "Eau tiède"), colleague.observes("exterior", "EXT-01", 2)]).await;
    let sheet = pulled(&client, &phone).await;
    assert_eq!((sheet["grid"].as_str(), sheet["grid_before"].as_str()), (Some(next.as_str()), Some(v1.as_str())));

    // And back: everything stands again, with what was given meanwhile.
    let back = under_next(moves(&phone, &v1));
    phone.push_stored(&client, &[back]).await;
    let again = visit_of(&client, &case, &phone).await;
    assert_eq!(again["grid_version"], "1.0.0-draft");
    for criterion in ["PLO-02", "PLO-03", "PAR-02", "EXT-01"] {
        assert!(criteria(&again).contains(&criterion), "{criterion}: {:?}", criteria(&again));
    }
    assert!(!criteria(&again).contains(&"HUM-99"));
    let standing = server.count_observations(|record| record.criterion.0 == "PLO-03" && record.place == door.parse::<Place>().expect("a place")).await;
    assert_eq!(standing, 1);

    // What is over stays as it was judged.
    phone.push_stored(&client, &[phone.finishes()]).await;
    let reply = phone.push(&client, &[moves(&phone, &next)]).await.expect_status(200).json();
    assert_eq!((verdicts(&reply), &reply["verdicts"][0]["code"]), (vec!["refused"], &json!("act_not_possible")));
    let late = Phone::beside(&phone);
    late.push_stored(&client, &[under_next(late.notes(&door, "HUM-99", "Reçu en retard"))]).await;
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// The visit of this phone, as a new phone pulls it.
async fn pulled(client: &Client, phone: &Phone) -> Value {
    let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
    let sheets = reply["buildings"].as_array().expect("buildings");
    let visit = sheets.iter().map(|sheet| &sheet["visit"]).find(|visit| visit["id"] == phone.visit_id.to_string());
    visit.expect("the visit").clone()
}

async fn a_grid_is_adopted_for_good_and_never_against_another(server: TestServer) {
    let (store, folder) = (&server.brigade.store, a_folder());
    let v1 = builtin::v1().hash.clone();
    assert_eq!(*GridLibrary::open(store, None).await.expect("the built-in ones").in_force(), v1);
    let text = next_grid::text();
    let next = next_grid::grid().hash;
    for (name, broken, said) in [
        ("yaml.yaml", "version: [".to_owned(), "yaml.yaml"),
        ("unit.yaml", text.replacen("unit: mm", "unit: m2", 1), "EXT-05"),
        ("open.yaml", text.replacen("    confidential: true\n", "    confidential: false\n", 1), "MEN"),
    ] {
        let file = next_grid::file(&folder, name, &broken);
        let error = GridLibrary::open(store, Some(&file)).await.expect_err(name);
        assert!(format!("{error:#}").contains(said), "{name}: {error:#}");
        assert_eq!(*GridLibrary::open(store, None).await.expect("as before").in_force(), v1, "{name} left nothing");
    }
    let file = next_grid::file(&folder, "next.yaml", &text);
    for given in [Some(&file), Some(&file), None] {
        let library = GridLibrary::open(store, given.map(std::path::PathBuf::as_path)).await.expect("adopted");
        assert_eq!(*library.in_force(), next);
        assert!(library.get(&v1).is_some(), "the visits that began under it go on");
    }
    assert_eq!(server.count("grid", "1 = 1").await, 1);
    // The first one again, given as a file, is in force again: what was adopted is never edited, only chosen.
    let first = next_grid::file(&folder, "v1.yaml", next_grid::V1);
    assert_eq!(*GridLibrary::open(store, Some(&first)).await.expect("adopted").in_force(), v1);
    assert_eq!(*GridLibrary::open(store, Some(&file)).await.expect("adopted").in_force(), next);
    std::fs::remove_dir_all(&folder).expect("removed");
}

fn a_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("brigade-grids-{}", new_id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}
