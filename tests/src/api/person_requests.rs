//! Requests of the persons concerned: one assembles and reads, another decides and does not.

use serde_json::Value;
use server::clock::{local_date, new_id, now};

use super::{
    consents,
    scenes::{SECRET, case_of, complex_visit, flash, psychosocial_visit},
};
use crate::support::{Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    one_assembles_what_is_held_and_another_decides_without_reading_it,
    the_file_holds_one_door_only_in_json_and_csv_and_nothing_runs_as_a_formula,
    nobody_else_knows_of_a_request,
    a_request_that_says_too_little_is_refused_and_a_late_one_is_told,
    one_click_sent_twice_is_one_request,
);

async fn case(server: &TestServer) -> String {
    if server.count("case_file", "1 = 1").await == 0 {
        let (phone, _) = complex_visit(server).await;
        psychosocial_visit(server, &phone).await;
    }
    case_of(server, &server.town.tower).await
}

async fn door(server: &TestServer, position: usize) -> String {
    let doors = server::store::building::standing_doors(server.brigade.store.reader(), server.town.tower.id).await.expect("doors");
    let id = &server.town.tower.doors[position];
    doors.into_iter().find(|door| door.dwelling_id.to_string() == *id).expect("a door").label
}

async fn number(server: &TestServer, case: &str) -> String {
    let id = case.parse().expect("an id");
    server::store::case::by_id(server.brigade.store.reader(), id).await.expect("an answer").expect("a case").case.number.to_string()
}

/// Sends the form of a new request as the privacy officer, and returns its id and how it went.
async fn send(server: &TestServer, kind: &str, changes: &[(&str, &str)]) -> (String, String) {
    let case = case(server).await;
    let (client, csrf) = server.browser(Person::Privacy).await;
    let (id, today, number, door) = (new_id().to_string(), local_date(now()), number(server, &case).await, door(server, 0).await);
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("kind", kind),
        ("received_on", &today),
        ("person", "Locataire en titre"),
        ("identified", "papers"),
        ("case", &number),
        ("door", &door),
        ("from", ""),
        ("to", ""),
        ("words", "Tout ce que vous avez sur nous"),
    ];
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (*name, changes.iter().find(|(changed, _)| changed == name).map_or(*value, |(_, value)| *value))).collect();
    let id = fields[1].1.to_owned();
    (id, flash(&client.post_form("/bureau/vie-privee/demandes", &fields).await))
}

/// Records a request and returns its id.
pub async fn record(server: &TestServer, kind: &str, changes: &[(&str, &str)]) -> String {
    let (id, flash) = send(server, kind, changes).await;
    assert_eq!(flash, "success:request_recorded");
    id
}

async fn act(server: &TestServer, person: Person, id: &str, what: &str, fields: &[(&str, &str)]) -> String {
    let (client, csrf) = server.browser(person).await;
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    flash(&client.post_form(&format!("/bureau/vie-privee/demandes/{id}/{what}"), &fields).await)
}

async fn row(server: &TestServer, person: Person, id: &str) -> Value {
    let requests = server.bearer(person).await.get("/api/v1/person-requests").await.expect_status(200).json();
    requests["rows"].as_array().expect("rows").iter().find(|row| row["id"] == id).expect("the request").clone()
}

async fn one_assembles_what_is_held_and_another_decides_without_reading_it(server: TestServer) {
    let id = record(&server, "access", &[]).await;
    let file = format!("/api/v1/person-requests/{id}/file");
    let (officer, worker) = (server.bearer(Person::Privacy).await, server.bearer(Person::Psychosocial).await);
    officer.get(&file).await.expect_refusal(404, "not_found");
    assert_eq!(act(&server, Person::Privacy, &id, "reponse", &[("answer", "granted")]).await, "error:act_not_possible", "nobody read what is held");
    assert_eq!(act(&server, Person::Privacy, &id, "dossier", &[]).await, "error:not_found");
    assert!(worker.get(&file).await.expect_status(200).text().contains(SECRET));
    let withheld = "Ce qui nomme un voisin, art. 88";
    assert_eq!(act(&server, Person::Psychosocial, &id, "dossier", &[("withheld", withheld)]).await, "success:request_assembled");
    assert_eq!(act(&server, Person::Psychosocial, &id, "reponse", &[("answer", "granted")]).await, "error:not_found");
    let seen = row(&server, Person::Privacy, &id).await;
    assert_eq!((&seen["withheld"], &seen["may_answer"], &seen["may_assemble"]), (&Value::from(withheld), &Value::from(true), &Value::from(false)));
    for path in ["/api/v1/person-requests", "/bureau/vie-privee/demandes"] {
        assert!(!officer.get(path).await.expect_status(200).text().contains(SECRET), "{path}");
    }
    assert_eq!(act(&server, Person::Privacy, &id, "reponse", &[("answer", "partly")]).await, "error:reason_required");
    assert_eq!(act(&server, Person::Privacy, &id, "reponse", &[("answer", "partly"), ("reason", "Art. 88")]).await, "success:request_answered");
    assert_eq!(act(&server, Person::Privacy, &id, "reponse", &[("answer", "granted")]).await, "error:act_not_possible", "once");
    assert_eq!(act(&server, Person::Psychosocial, &id, "dossier", &[]).await, "error:act_not_possible");
    assert_eq!(row(&server, Person::Psychosocial, &id).await["answer"], "partly");
    worker.get(&file).await.expect_status(200);

    let refused = record(&server, "portability", &[]).await;
    assert_eq!(act(&server, Person::Privacy, &refused, "reponse", &[("answer", "refused"), ("reason", "Art. 59")]).await, "success:request_answered");
    worker.get(&format!("/api/v1/person-requests/{refused}/file")).await.expect_refusal(409, "act_not_possible");
    let rectified = record(&server, "rectification", &[]).await;
    worker.get(&format!("/api/v1/person-requests/{rectified}/file")).await.expect_refusal(409, "act_not_possible");
    assert_eq!(act(&server, Person::Privacy, &rectified, "reponse", &[("answer", "granted")]).await, "success:request_answered");

    let journal = officer.get("/api/v1/access-journal?section=psychosocial").await.expect_status(200).json();
    let exports: Vec<&Value> = journal["rows"].as_array().expect("rows").iter().filter(|row| row["subject"] == "person_file").collect();
    assert_eq!(exports.len(), 2, "each reading of the file is a line: {exports:?}");
    assert!(exports.iter().all(|row| row["door"] == "export" && row["subject_id"] == id.as_str() && row["name"] == Person::Psychosocial.name()));
}

async fn the_file_holds_one_door_only_in_json_and_csv_and_nothing_runs_as_a_formula(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let tower = &server.town.tower;
    let phone = Phone::in_building(tower);
    let formula = "=HYPERLINK(\"http://exemple\")";
    let events = [
        phone.starts(),
        phone.enters(&tower.doors[0]),
        phone.chooses(&tower.door(0), "MEN-02", &["isolement"]),
        phone.notes(&tower.door(0), "MEN-02", formula),
        phone.chooses(&tower.door(1), "DRO-02", &["depliant"]),
    ];
    phone.push_stored(&worker, &events).await;
    let mut other = consents::message(&tower.doors[1], server.town.cisss);
    other["person"] = Value::from("Voisin du dessous");
    consents::record(&server, &case, &other).await;
    consents::record(&server, &case, &consents::on_paper(&tower.doors[0], server.town.cisss)).await;
    let id = record(&server, "portability", &[]).await;
    let path = format!("/api/v1/person-requests/{id}/file");
    let answer = worker.get(&path).await.expect_status(200);
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"demande-1.json\""));
    let file = answer.json();
    assert_eq!((&file["format"], &file["door"]), (&Value::from("brigade.person-file.1"), &Value::from(door(&server, 0).await)));
    let records = file["records"].as_array().expect("records");
    let kinds: std::collections::BTreeSet<&str> = records.iter().filter_map(|held| held["kind"].as_str()).collect();
    assert_eq!(kinds, ["answer", "consent", "visit"].into());
    let text = file.to_string();
    assert!(text.contains("Locataire en titre") && !text.contains("Voisin du dessous"), "one door only");
    assert!(text.contains("Papier photographié"), "that a proof of it is kept is held too");
    assert!(records.iter().any(|held| held["note"] == formula), "told as it was written, in JSON");
    let csv = worker.get(&format!("{path}?format=csv")).await.expect_status(200);
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let csv = csv.text();
    assert!(csv.starts_with('\u{feff}') && csv.contains("\"'=HYPERLINK(\"\"http://exemple\"\")\""), "{csv}");
    assert_eq!(csv.lines().count(), records.len() + 1);
    let none = record(&server, "access", &[("to", "2020-01-01")]).await;
    let empty = worker.get(&format!("/api/v1/person-requests/{none}/file")).await.expect_status(200).json();
    assert_eq!(empty["records"], serde_json::json!([]), "nothing of that period");
    worker.get(&format!("{path}?format=xls")).await.expect_refusal(422, "value_out_of_range");
}

async fn nobody_else_knows_of_a_request(server: TestServer) {
    let id = record(&server, "access", &[]).await;
    for person in [Person::Inspector, Person::Coordinator, Person::Dispatcher, Person::Administrator, Person::Cisss, Person::Longueuil] {
        let client = server.bearer(person).await;
        for path in ["/api/v1/person-requests".to_owned(), format!("/api/v1/person-requests/{id}/file")] {
            client.get(&path).await.expect_refusal(404, "not_found");
        }
        client.get("/bureau/vie-privee/demandes").await.expect_status(404);
        for (what, fields) in [("dossier", [("withheld", "")]), ("reponse", [("answer", "granted")])] {
            assert_eq!(act(&server, person, &id, what, &fields).await, "error:not_found", "{person:?}");
        }
    }
    let seen = row(&server, Person::Psychosocial, &id).await;
    assert_eq!((&seen["assembled_by"], &seen["answer"]), (&Value::Null, &Value::Null));
}

async fn a_request_that_says_too_little_is_refused_and_a_late_one_is_told(server: TestServer) {
    let long = "x".repeat(2_001);
    let table: &[(&str, &str, &str)] = &[
        ("kind", "oubli", "error:missing_field"),
        ("received_on", "", "error:missing_field"),
        ("received_on", "2126-01-01", "error:value_out_of_range"),
        ("person", " ", "error:missing_field"),
        ("identified", "", "error:missing_field"),
        ("case", "12", "error:not_found"),
        ("case", "B-2019-0001", "error:not_found"),
        ("door", "Nulle part", "error:unknown_dwelling"),
        ("to", "bientôt", "error:value_out_of_range"),
        ("words", "", "error:missing_field"),
        ("words", &long, "error:text_too_long"),
    ];
    for (name, value, expected) in table {
        assert_eq!(send(&server, "access", &[(name, value)]).await.1, *expected, "{name} {value}");
    }
    assert_eq!(send(&server, "access", &[("from", "2026-02-01"), ("to", "2026-01-01")]).await.1, "error:value_out_of_range");
    assert_eq!(server.count("person_request", "1 = 1").await, 0);
    let late = record(&server, "access", &[("received_on", "2026-01-05")]).await;
    let seen = row(&server, Person::Privacy, &late).await;
    assert_eq!((&seen["late"], &seen["due_on"], &seen["public_body_due_on"]), (&Value::from(true), &Value::from("2026-02-04"), &Value::from("2026-01-25")));
    let today = record(&server, "access", &[]).await;
    assert_eq!(row(&server, Person::Privacy, &today).await["late"], false);
    let page = server.bearer(Person::Privacy).await.get("/bureau/vie-privee/demandes").await.expect_status(200).text();
    assert!(page.contains("data-state=\"late\"") && page.contains("data-state=\"waiting\""));
}

async fn one_click_sent_twice_is_one_request(server: TestServer) {
    let id = record(&server, "access", &[]).await;
    assert_eq!(send(&server, "access", &[("id", &id)]).await.1, "success:request_recorded");
    assert_eq!(send(&server, "access", &[("id", &id), ("words", "Autre chose")]).await.1, "error:revision_conflict");
    assert_eq!(server.count("person_request", "1 = 1").await, 1);
    record(&server, "access", &[]).await;
    assert_eq!(server.count("person_request", "number = 2").await, 1, "the second click took no number");
}
