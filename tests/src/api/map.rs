use serde_json::{Value, json};

use super::scenes::{NOTE, SECRET, case_in, case_of, complex_visit, psychosocial_visit};
use crate::support::{Person, TestServer, on_both_databases};

on_both_databases!(the_map_of_a_city_holds_its_own_buildings_and_nobody, the_map_of_the_brigade_holds_every_open_case);

async fn the_map_of_a_city_holds_its_own_buildings_and_nobody(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    psychosocial_visit(&server, &phone).await;
    case_in(&server, &server.town.house).await;
    let client = server.bearer(Person::Longueuil).await;
    let map = client.get("/api/v1/map").await.expect_status(200);
    let geojson = client.get("/api/v1/cases.geojson").await.expect_status(200);
    assert_eq!(geojson.header("content-type"), Some("application/geo+json"));
    assert_eq!(geojson.header("cache-control"), Some("no-store"));
    let points = map.json()["cases"].clone();
    let features = geojson.json()["features"].clone();
    let municipalities = |rows: &Value, at: &str| -> Vec<String> {
        rows.as_array().expect("rows").iter().map(|row| row.pointer(at).and_then(Value::as_str).expect("a municipality").to_owned()).collect()
    };
    assert_eq!(
        (municipalities(&points, "/municipality"), municipalities(&features, "/properties/municipality")),
        (vec!["Longueuil".to_owned()], vec!["Longueuil".to_owned()])
    );
    let outlines = map.json()["territories"].clone();
    assert!(municipalities(&outlines, "/municipality").iter().all(|name| name == "Longueuil") && outlines.as_array().is_some_and(|rows| !rows.is_empty()));
    let tower = &server.town.tower;
    let mut absent =
        vec![NOTE.to_owned(), SECRET.to_owned(), "household".to_owned(), "MEN-0".to_owned(), "Brossard".to_owned(), server.town.house.row.address.clone()];
    absent.extend(Person::ALL.map(|person| person.name().to_owned()));
    absent.extend(["\"101\"", "\"304\"", "dwelling:"].map(str::to_owned));
    absent.extend(tower.doors.iter().cloned());
    let page = client.get("/carte").await.expect_status(200).text();
    for (name, text) in [("map", map.text()), ("geojson", geojson.text()), ("page", page)] {
        // Whoever looks at a page sees their own name on it.
        let found = absent.iter().find(|word| text.contains(word.as_str()) && !(name == "page" && word.as_str() == Person::Longueuil.name()));
        assert_eq!(found, None, "{name}");
    }
    let feature = &features[0];
    assert_eq!(
        (&feature["type"], &feature["geometry"]["type"], &feature["geometry"]["coordinates"]),
        (&json!("Feature"), &json!("Point"), &json!([-73.45, 45.5]))
    );
}

async fn the_map_of_the_brigade_holds_every_open_case(server: TestServer) {
    complex_visit(&server).await;
    let (tower, house) = (case_of(&server, &server.town.tower).await, case_in(&server, &server.town.house).await);
    for person in [Person::Inspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Privacy] {
        let map = server.bearer(person).await.get("/api/v1/map").await.expect_status(200).text();
        assert!(map.contains(&tower) && map.contains(&house), "{person:?}");
    }
    for person in [Person::Administrator, Person::Cisss] {
        let client = server.bearer(person).await;
        client.get("/api/v1/map").await.expect_refusal(404, "not_found");
        client.get("/api/v1/cases.geojson").await.expect_refusal(404, "not_found");
    }
    server.alter("update case_file set stage = 'closed'").await;
    let map = server.bearer(Person::Coordinator).await.get("/api/v1/map").await.expect_status(200).json();
    assert_eq!(map["cases"], json!([]));
}
