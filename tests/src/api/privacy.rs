//! The access journal: every reading leaves a line, the privacy officer finds it, and whoever alters it is betrayed.

use std::{collections::BTreeSet, fs};

use casework::{
    access::{AccessDoor, AccessEntry, AccessSubject, ChainFault, ChainHead, FaultKind},
    ids::AccessId,
    permission::Section,
};
use serde_json::{Value, json};
use server::{
    application::{
        Actor,
        access_journal::{AccessJournal, Reading},
        search_journal,
    },
    clock::{local_date, new_id, now},
    store,
};

use super::{
    consents, photos,
    scenes::{NOTE, SECRET, case_of, complex_visit, psychosocial_visit, refer, referral},
};
use crate::support::{Client, Person, TestServer, jpeg, on_both_databases};

on_both_databases!(
    each_reading_leaves_a_line_that_says_what_was_shown,
    what_is_refused_leaves_no_line,
    the_journal_holds_ids_and_codes_and_nothing_of_what_was_read,
    only_the_privacy_officer_searches_and_each_search_is_a_line,
    the_journal_is_found_by_person_case_period_and_section_page_by_page,
    a_line_changed_removed_or_inserted_is_told,
    readings_of_several_servers_build_one_chain_and_none_is_lost,
    what_a_killed_program_had_not_sealed_is_sealed_at_the_next_start,
);

/// Lines of the journal as JSON, the oldest first: who, what, by which door, of which sections.
async fn lines(server: &TestServer) -> Vec<(String, String, String, Vec<String>)> {
    let page = search(server, "").await;
    let mut rows = page["rows"].as_array().expect("rows").clone();
    rows.reverse();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sections = |row: &Value| row["sections"].as_array().expect("sections").iter().map(text).collect();
    rows.iter().filter(|row| row["subject"] != "journal").map(|row| (text(&row["name"]), text(&row["subject"]), text(&row["door"]), sections(row))).collect()
}

async fn search(server: &TestServer, query: &str) -> Value {
    let officer = server.bearer(Person::Privacy).await;
    officer.get(&format!("/api/v1/access-journal{query}")).await.expect_status(200).json()
}

fn line(person: Person, subject: &str, door: &str, sections: &[&str]) -> (String, String, String, Vec<String>) {
    (person.name().to_owned(), subject.to_owned(), door.to_owned(), sections.iter().map(|code| (*code).to_owned()).collect())
}

async fn read(client: &Client, path: &str) {
    client.get(path).await.expect_status(200);
}

/// A complex case with something confidential at a door.
async fn case(server: &TestServer) -> String {
    let (phone, _) = complex_visit(server).await;
    psychosocial_visit(server, &phone).await;
    case_of(server, &server.town.tower).await
}

async fn each_reading_leaves_a_line_that_says_what_was_shown(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let (inspector, worker) = (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await);
    read(&inspector, &format!("/api/v1/cases/{case}")).await;
    psychosocial_visit(&server, &phone).await;
    read(&inspector, &format!("/bureau/dossiers/{case}")).await;
    read(&worker, &format!("/bureau/dossiers/{case}")).await;
    let of_the_building = ["existence", "building", "dwelling", "internal"];
    let with_people = ["existence", "building", "dwelling", "psychosocial", "internal"];
    let mut told = vec![
        line(Person::Inspector, "case", "api", &of_the_building),
        line(Person::Inspector, "case", "page", &of_the_building),
        line(Person::Psychosocial, "case", "page", &with_people),
    ];
    assert_eq!(lines(&server).await, told, "the same case, read by who sees the psychosocial compartment and by who does not");

    // A list says that cases exist: a line only where it tells what that compartment alone knows.
    read(&inspector, "/api/v1/cases").await;
    read(&worker, "/api/v1/cases").await;
    told.push(line(Person::Psychosocial, "case", "list", &["existence", "psychosocial"]));
    assert_eq!(lines(&server).await, told);

    read(&inspector, "/api/v1/sync/pull").await;
    read(&worker, "/api/v1/sync/pull").await;
    told.push(line(Person::Psychosocial, "building", "pull", &["dwelling", "psychosocial"]));
    let pulled = lines(&server).await;
    assert_eq!(pulled.len(), told.len(), "{pulled:?}");
    let sections: BTreeSet<&str> = pulled[4].3.iter().map(String::as_str).collect();
    assert!(pulled[4].1 == "building" && pulled[4].2 == "pull" && sections.contains("psychosocial"), "{pulled:?}");

    let shared = refer(&server, &referral(&server, &case)).await;
    read(&server.bearer(Person::Cisss).await, &format!("/api/v1/referrals/{shared}")).await;
    let consent = consents::record(&server, &case, &consents::message(&server.town.tower.doors[0], server.town.cisss)).await;
    let mut message = referral(&server, &case);
    message["consented"] = json!([{ "consent_id": consent, "section": "psychosocial" }]);
    let of_people = worker.post("/api/v1/referrals", &message).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    read(&server.bearer(Person::Cisss).await, &format!("/partenaires/{of_people}")).await;
    let (photo, bytes) = (new_id().to_string(), jpeg(32, 32));
    phone.push_stored(&inspector, &[phone.photographs(&photo, "exterior", "EXT-01", &bytes)]).await;
    photos::upload(&inspector, &photo, &bytes).await.expect_status(204);
    read(&inspector, &format!("/api/v1/photos/{photo}?size=thumb")).await;
    read(&server.bearer(Person::Privacy).await, &format!("/api/v1/photos/{photo}?size=original")).await;
    let all = lines(&server).await;
    assert_eq!(
        all[5..],
        [
            line(Person::Cisss, "referral", "api", &["existence", "building"]),
            line(Person::Cisss, "referral", "page", &["existence", "building", "psychosocial"]),
            line(Person::Inspector, "photo", "photo", &["building"]),
            line(Person::Privacy, "photo", "original", &["building"]),
        ]
    );
    let page = search(&server, "").await;
    for row in page["rows"].as_array().expect("rows").iter().filter(|row| row["subject"] != "journal") {
        assert_eq!(row["case_id"], json!(case), "each is found by its case: {row}");
    }
    assert_eq!((&page["report"]["whole"], &page["report"]["faults_total"]), (&json!(true), &json!(0)));
}

async fn what_is_refused_leaves_no_line(server: TestServer) {
    let case = case(&server).await;
    let sent = refer(&server, &referral(&server, &case)).await;
    let brossard = server.bearer(Person::Brossard).await;
    for path in [format!("/api/v1/cases/{case}"), format!("/api/v1/referrals/{sent}"), format!("/api/v1/photos/{}", new_id())] {
        brossard.get(&path).await.expect_refusal(404, "not_found");
        server.stranger().get(&path).await.expect_refusal(401, "sign_in_required");
    }
    server.bearer(Person::Administrator).await.get(&format!("/bureau/dossiers/{case}")).await.expect_status(404);
    assert_eq!(lines(&server).await, []);
}

async fn the_journal_holds_ids_and_codes_and_nothing_of_what_was_read(server: TestServer) {
    let case = case(&server).await;
    for person in [Person::Psychosocial, Person::Coordinator, Person::Privacy] {
        read(&server.bearer(person).await, &format!("/bureau/dossiers/{case}")).await;
    }
    server.brigade.journal.flush().await;
    let mut connection = server.brigade.store.read().await.expect("a connection");
    let stored = store::access::lines_after(&mut connection, 0, 100).await.expect("lines");
    assert!(!stored.is_empty());
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-,_".contains(letter);
    for text in stored.iter().flat_map(|line| &line.columns) {
        assert!(text.chars().all(allowed), "{text}");
    }
    let page = server.bearer(Person::Privacy).await.get("/bureau/vie-privee/acces").await.expect_status(200).text();
    let row = &server.town.tower.row;
    for secret in [NOTE, SECRET, row.address.as_str(), "isolement"] {
        assert!(!page.contains(secret), "{secret}");
    }
    assert!(page.contains(Person::Psychosocial.name()));
}

async fn only_the_privacy_officer_searches_and_each_search_is_a_line(server: TestServer) {
    let case = case(&server).await;
    let number = store::access::case_numbered(server.brigade.store.reader(), "B-2026-0001").await.expect("an answer");
    for person in [Person::Inspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Administrator, Person::Cisss, Person::Longueuil] {
        let client = server.bearer(person).await;
        client.get("/api/v1/access-journal").await.expect_refusal(404, "not_found");
        client.get("/bureau/vie-privee/acces").await.expect_status(404);
    }
    let inspector = server.town.accounts[&Person::Inspector];
    search(&server, &format!("?person={inspector}")).await;
    let query = number.map_or_else(String::new, |_| "?case=b-2026-0001".to_owned());
    let page = search(&server, &query).await;
    let subjects: Vec<&Value> = page["rows"].as_array().expect("rows").iter().map(|row| &row["subject_id"]).collect();
    let about_case = number.map(|id| id.to_string());
    assert_eq!(about_case.as_deref().unwrap_or(&case), case, "the number of the only case");
    assert_eq!(subjects, [&json!(case)], "the search is found by its own answer");
    let all = search(&server, "").await;
    let told: Vec<(&Value, &Value)> = all["rows"].as_array().expect("rows").iter().map(|row| (&row["subject"], &row["subject_id"])).collect();
    assert_eq!(told, [(&json!("journal"), &Value::Null), (&json!("journal"), &json!(case)), (&json!("journal"), &json!(inspector))]);
}

async fn the_journal_is_found_by_person_case_period_and_section_page_by_page(server: TestServer) {
    let case = case(&server).await;
    let (inspector, worker) = (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await);
    for _ in 0..30 {
        read(&inspector, &format!("/api/v1/cases/{case}")).await;
        read(&worker, &format!("/api/v1/cases/{case}")).await;
    }
    let numbers = |page: &Value| -> Vec<i64> { page["rows"].as_array().expect("rows").iter().filter_map(|row| row["sequence"].as_i64()).collect() };
    let worker_id = server.town.accounts[&Person::Psychosocial];
    let of_worker = search(&server, &format!("?person={worker_id}&section=psychosocial")).await;
    assert_eq!(numbers(&of_worker), (1..=30).rev().map(|n| n * 2).collect::<Vec<_>>());
    assert_eq!(search(&server, "?section=psychosocial").await["rows"].as_array().map(Vec::len), Some(30), "not those who did not see it");
    // Everything, in pages of fifty: each once, none missing, although each search adds its own line.
    let first = search(&server, "").await;
    let second = search(&server, &format!("?before={}", first["next"])).await;
    assert_eq!((numbers(&first).len(), &second["next"]), (50, &Value::Null));
    let all: Vec<i64> = numbers(&first).into_iter().chain(numbers(&second)).collect();
    assert_eq!(all, (1..=all[0]).rev().collect::<Vec<_>>());
    let today = local_date(now());
    assert_eq!(search(&server, &format!("?from={today}&to={today}&person={worker_id}")).await["rows"].as_array().map(Vec::len), Some(30));
    for none in ["?to=2020-01-01", "?from=2099-01-01", "?case=B-2019-0001", "?section=owner"] {
        assert_eq!(search(&server, none).await["rows"], json!([]), "{none}");
    }
    let officer = server.bearer(Person::Privacy).await;
    for (query, field) in
        [("person=abc", "person"), ("case=12", "case"), ("from=hier", "from"), ("to=2026-02-30", "to"), ("section=cellar", "section"), ("before=x", "before")]
    {
        let refused = officer.get(&format!("/api/v1/access-journal?{query}")).await.expect_refusal(422, "value_out_of_range");
        assert_eq!(refused.error().detail.as_deref(), Some(field));
    }
    officer.get("/bureau/vie-privee/acces?from=hier").await.expect_status(422);
}

async fn faults(server: &TestServer) -> Vec<ChainFault> {
    search_journal::check(&server.brigade.store, 0, &[]).await.expect("a report").faults
}

async fn a_line_changed_removed_or_inserted_is_told(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    for _ in 0..6 {
        read(&worker, &format!("/api/v1/cases/{case}")).await;
    }
    server.brigade.journal.flush().await;
    assert_eq!(faults(&server).await, []);
    let noted = store::access::head(server.brigade.store.reader()).await.expect("a head");
    let fault = |kind, from, to| ChainFault { kind, from, to };

    let sections = "select sections from access_journal where sequence = 2";
    server.alter(&format!("update access_journal set sections = 'existence' where sequence = 3 and ({sections}) = sections")).await;
    assert_eq!(faults(&server).await, [fault(FaultKind::Changed, 3, 3)]);
    server.alter(&format!("update access_journal set sections = ({sections}) where sequence = 3")).await;
    assert_eq!(faults(&server).await, [], "put back as it was");

    server.alter("update access_journal set account_id = '0' where sequence = 6").await;
    assert_eq!(faults(&server).await, [fault(FaultKind::Changed, 6, 6)]);
    let page = server.bearer(Person::Privacy).await.get("/bureau/vie-privee/acces?check=whole").await.expect_status(200).text();
    assert!(page.contains("Ligne 6\u{a0}: changée."), "told, although the line itself cannot be shown");
    server.alter("update access_journal set account_id = (select account_id from access_journal where sequence = 5) where sequence = 6").await;

    server.alter("delete from access_journal where sequence in (2, 3)").await;
    assert_eq!(faults(&server).await, [fault(FaultKind::Removed, 2, 3)]);
    let shown = server.bearer(Person::Privacy).await.get("/bureau/vie-privee/acces").await.expect_status(200).text();
    assert!(shown.contains("Lignes 2 à 3\u{a0}: retirées.") && shown.contains("data-sound=\"false\""));
    let faults_told = search(&server, "?check=whole").await;
    assert_eq!(faults_told["report"]["faults"], json!([{ "kind": "removed", "from": 2, "to": 3 }]));

    // The end cut off, with the head: only what was noted elsewhere tells.
    server.alter("delete from access_journal").await;
    server.alter(&format!("update access_head set sequence = 0, seal = '{}'", casework::access::FIRST_SEAL)).await;
    assert_eq!(faults(&server).await, []);
    let report = search_journal::check(&server.brigade.store, 0, std::slice::from_ref(&noted)).await.expect("a report");
    assert_eq!(report.faults, [fault(FaultKind::Removed, 1, noted.sequence)]);
}

async fn actor(server: &TestServer, person: Person) -> Actor {
    let account = store::account::by_id(server.brigade.store.reader(), server.town.accounts[&person]).await.expect("an answer");
    Actor { account: account.expect("an account") }
}

fn a_reading() -> Reading {
    Reading { subject: AccessSubject::Case, subject_id: Some(new_id()), case_id: None, door: AccessDoor::Api, sections: BTreeSet::from([Section::Building]) }
}

async fn readings_of_several_servers_build_one_chain_and_none_is_lost(server: TestServer) {
    let reader = actor(&server, Person::Inspector).await;
    let other = store::Store::open(server.database_url()).await.expect("another handle");
    // The same data folder: each server has spools of its own there.
    let second = AccessJournal::start(other, server.folder()).await.expect("another journal");
    let mut readers = tokio::task::JoinSet::new();
    for number in 0..16 {
        let journal = if number % 2 == 0 { server.brigade.journal.clone() } else { second.clone() };
        let reader = reader.clone();
        readers.spawn(async move {
            for _ in 0..100 {
                journal.record(&reader, [a_reading()]).await.expect("recorded");
            }
        });
    }
    readers.join_all().await;
    server.brigade.journal.flush().await;
    second.close().await;
    let head = store::access::head(server.brigade.store.reader()).await.expect("a head");
    assert_eq!(head.sequence, 1_600);
    let report = search_journal::check(&server.brigade.store, 0, &[head]).await.expect("a report");
    assert_eq!((report.lines, report.faults), (1_600, vec![]));
    for entry in fs::read_dir(server.folder().join("access")).expect("the spools") {
        let file = entry.expect("an entry");
        assert_eq!(file.metadata().expect("its size").len(), 0, "{}: what is sealed is kept once", file.path().display());
    }
}

async fn what_a_killed_program_had_not_sealed_is_sealed_at_the_next_start(mut server: TestServer) {
    let reader = actor(&server, Person::Inspector).await;
    server.brigade.journal.record(&reader, [a_reading()]).await.expect("recorded");
    server.stop().await;
    // What a program leaves that is killed between showing and sealing: its spool, the last line of which it was still writing.
    let entry = AccessEntry {
        id: AccessId(new_id()),
        at: now(),
        account_id: reader.account.id,
        organisation_id: reader.account.organisation.id,
        subject: AccessSubject::Case,
        subject_id: Some(new_id()),
        case_id: None,
        door: AccessDoor::Page,
        sections: BTreeSet::from([Section::Psychosocial]),
        rows: None,
    };
    let left = format!("{}\n{{\"id\":\"0197", serde_json::to_string(&entry).expect("JSON"));
    let spool = server.folder().join("access/0.1.jsonl");
    for _ in 0..2 {
        // The second time as if it had been killed after sealing and before emptying its spool.
        fs::write(&spool, &left).expect("a spool");
        server.begin_again().await;
        let reader = server.brigade.store.reader();
        assert_eq!(store::access::head(reader).await.expect("a head").sequence, 2, "sealed once");
        let rows = store::access::list(reader, &store::AccessFilter::default(), None, 10).await.expect("rows");
        assert_eq!((rows[0].subject_id, rows[0].door, rows[0].at), (entry.subject_id, AccessDoor::Page, entry.at), "with the time of its reading");
        assert_eq!(fs::read(&spool).expect("the spool"), b"");
        server.stop().await;
    }
    let store = store::Store::open(server.database_url()).await.expect("the store");
    let head: ChainHead = store::access::head(store.reader()).await.expect("a head");
    assert!(search_journal::check(&store, 0, &[head]).await.expect("a report").is_sound());
}
