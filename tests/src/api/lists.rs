//! A list whose rows tell something of cases leaves one line in the access journal, with how many rows, however long it is.

use serde_json::json;

use super::{
    consents, person_requests,
    scenes::{case_in, one_more_building},
};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(a_list_leaves_one_line_with_how_many_rows_and_an_empty_one_none, lines_with_and_without_rows_are_one_chain,);

const LISTS: [(&str, Person, &str); 4] = [
    ("/api/v1/emergency/board", Person::Dispatcher, "board"),
    ("/api/v1/map", Person::Longueuil, "map"),
    ("/api/v1/emergency-shares", Person::Privacy, "emergency_shares"),
    ("/api/v1/person-requests", Person::Privacy, "person_requests"),
];

async fn lines(server: &TestServer, condition: &str) -> i64 {
    server.brigade.journal.flush().await;
    server.count("access_journal", condition).await
}

async fn read(server: &TestServer, path: &str, person: Person) {
    server.bearer(person).await.get(path).await.expect_status(200);
}

async fn a_list_leaves_one_line_with_how_many_rows_and_an_empty_one_none(server: TestServer) {
    for (path, person, subject) in LISTS {
        read(&server, path, person).await;
        assert_eq!(lines(&server, &format!("subject = '{subject}'")).await, 0, "{path} says nothing of anybody");
    }
    let case = consents::case(&server).await;
    let other = one_more_building(&server, "9, rue Autre", "Longueuil").await;
    let beside = case_in(&server, &other).await;
    let inspector = server.bearer(Person::Inspector).await;
    for case in [&case, &beside] {
        let raised = json!({ "reason": "Feu", "called_911": false });
        inspector.post(&format!("/api/v1/cases/{case}/escalations"), &raised).await.expect_status(201);
    }
    consents::share_in_emergency(&server, &case).await;
    person_requests::record(&server, "access", &[]).await;
    for (path, person, subject) in LISTS {
        let before = lines(&server, &format!("subject = '{subject}'")).await;
        let rows = rows_of(&server.bearer(person).await, path).await;
        assert_eq!(lines(&server, &format!("subject = '{subject}'")).await, before + 1, "{path}: one line, whatever it shows");
        assert_eq!(lines(&server, &format!("subject = '{subject}' and door = 'list:{rows}' and case_id = '' and subject_id = ''")).await, 1, "{path}: {rows}");
    }
    // What is refused is not read.
    for path in ["/api/v1/map", "/api/v1/emergency-shares", "/api/v1/person-requests", "/api/v1/emergency/board"] {
        server.bearer(Person::Administrator).await.get(path).await.expect_refusal(404, "not_found");
    }
    assert_eq!(lines(&server, "account_id in (select id from account where role = 'administrator')").await, 0);
}

/// How many rows a list shows.
async fn rows_of(client: &Client, path: &str) -> usize {
    let answer = client.get(path).await.expect_status(200).json();
    let rows: usize = ["rows", "cases", "open", "recent"].iter().filter_map(|name| answer[*name].as_array()).map(Vec::len).sum();
    assert!(rows > 0, "{path}: {answer}");
    rows
}

async fn lines_with_and_without_rows_are_one_chain(server: TestServer) {
    let case = consents::case(&server).await;
    read(&server, &format!("/api/v1/cases/{case}"), Person::Coordinator).await;
    read(&server, "/api/v1/map", Person::Coordinator).await;
    let officer = server.bearer(Person::Privacy).await;
    let search = async || officer.get("/api/v1/access-journal?check=whole").await.expect_status(200).json();
    let journal = search().await;
    let line = journal["rows"].as_array().expect("rows").iter().find(|row| row["subject"] == json!("map")).expect("the map").clone();
    assert_eq!((&line["door"], line["rows"].as_u64().is_some_and(|rows| rows > 0), &line["case_id"]), (&json!("list"), true, &json!(null)));
    assert!(journal["rows"].as_array().expect("rows").iter().any(|row| row["subject"] == json!("case") && row.get("rows").is_none()));
    let page = officer.get("/bureau/vie-privee/acces").await.expect_status(200).text();
    assert!(page.contains("Carte des dossiers") && page.contains("lignes montrées"));
    // A number of rows that is changed betrays itself as any other field does.
    assert_eq!(journal["report"]["faults_total"], json!(0));
    server.alter("update access_journal set door = 'list:1000' where subject = 'map'").await;
    assert!(search().await["report"]["faults_total"].as_u64().is_some_and(|faults| faults > 0));
}
