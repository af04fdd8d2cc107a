//! A database of an older version, opened by this one: nothing that was received is lost.

use casework::{
    account::Browser,
    clock::Timestamp,
    ids::{AccountId, CaseId, DeviceId, EventId, VisitId},
    sync::{IncomingAnswer, merge_answer},
};
use inspection_grid::{Answer, Severity};
use server::{
    clock::new_id,
    store::{Store, StoredEvent, case, event, observation, session},
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor, migrate::Migrator};

use crate::support::{Database, TestDatabase};

/// The last version whose rows said everything of an event beside its body.
const BEFORE_LEAN_ROWS: i64 = 20_261_122_000_005;

async fn migrate_up_to(connection: &mut AnyConnection, all: Migrator, version: i64) {
    let older = all.iter().filter(|migration| migration.version <= version).cloned().collect();
    Migrator::with_migrations(older).run(connection).await.expect("the older migrations run");
}

async fn answers_of_an_older_version_are_kept(database: Database) {
    let is_sqlite = matches!(database, Database::Sqlite);
    let database = TestDatabase::create_bare(database).await;
    sqlx::any::install_default_drivers();
    let url = if is_sqlite { format!("{}?mode=rwc", database.url()) } else { database.url().to_owned() };
    let mut old = AnyConnection::connect(&url).await.expect("the database opens");
    let all = if is_sqlite { sqlx::migrate!("../migrations/sqlite") } else { sqlx::migrate!("../migrations/postgres") };
    migrate_up_to(&mut old, all, BEFORE_LEAN_ROWS).await;

    let (account, visit, device) = (new_id(), VisitId(new_id()), DeviceId(new_id()));
    let events: [EventId; 2] = [EventId(new_id()), EventId(new_id())];
    let body = |id: EventId| format!(r#"{{"id":"{id}","text":"« l’eau »"}}"#);
    let head = |id, device_sequence| IncomingAnswer {
        event_id: id,
        based_on: None,
        resolves: Vec::new(),
        severity: Some(Severity::Major),
        device,
        device_sequence,
        server_sequence: device_sequence + 10,
    };
    let current = merge_answer(None, head(events[0], 1)).current;
    let merged = serde_json::to_string(&current).expect("JSON");
    let mut statements = vec![
        "insert into organisation (id, name, kind, service, receives_referrals, created_at) values ('o', 'Brigade', 'brigade', '', 0, 1)".to_owned(),
        format!(
            "insert into account (id, email, display_name, password_hash, role, organisation_id, active, created_at)
             values ('{account}', 'a@b.test', 'Ancienne', 'x', 'inspector', 'o', 1, 1)"
        ),
    ];
    // A case whose first line names somebody who was there for a household, and another line.
    let (apart, case_id, entries) = (new_id(), CaseId(new_id()), [new_id(), new_id()]);
    statements.push(format!(
        "insert into account (id, email, display_name, password_hash, role, organisation_id, active, created_at)
         values ('{apart}', 'c@d.test', 'Discrète', 'x', 'psychosocial_worker', 'o', 1, 1)"
    ));
    statements.push(
        "insert into building (id, address, search_text, municipality, dwellings, provenance, feed_sequence) values ('b', 'x', 'x', 'x', 8, 'x', 1)".to_owned(),
    );
    statements.push(format!(
        "insert into case_file (id, number, building_id, stage, state, opened_because, danger, complex, motifs, motifs_confidential, search_text,
            municipality, opened_at, updated_at, revision)
         values ('{case_id}', 'n', 'b', 'new', '{{}}', 'requested', 0, 0, '[]', '[]', 'x', 'x', 1, 1, 1)"
    ));
    for (id, by) in entries.iter().zip([apart, account]) {
        statements.push(format!(
            "insert into case_entry (id, case_id, at, by_account, by_name, kind, confidential, text)
             values ('{id}', '{case_id}', 1, '{by}', 'x', 'case_opened', 0, '')"
        ));
    }
    for (position, id) in events.iter().enumerate() {
        let (order, place) = (position + 1, if position == 0 { "common" } else { "exterior" });
        statements.push(format!(
            "insert into field_event (id, visit_id, building_id, account_id, device_id, device_sequence, device_at, received_at, feed_sequence, body, body_sha256)
             values ('{id}', '{visit}', 'b', '{account}', '{device}', {order}, 5, 7, {}, '{}', 'x')",
            order + 10,
            body(*id)
        ));
        // The second is a note without an answer.
        let merged = if position == 0 { format!("'{merged}'") } else { "null".to_owned() };
        let answer = if position == 0 { Answer::Observed { severity: Some(Severity::Major), value: None } } else { Answer::Cleared };
        let answer = serde_json::to_string(&answer).expect("JSON");
        statements.push(format!(
            "insert into observation
                (visit_id, place, criterion, event_id, account_id, device_id, recorded_at, confidential, severity, answer, note, merge_state)
             values ('{visit}', '{place}', 'COM-01', '{id}', '{account}', '{device}', 7, 0, 3, '{answer}', 'n', {merged})"
        ));
    }
    // Two sessions from before sessions had an id.
    for token in ["phone", "office"] {
        statements.push(format!("insert into session (token_hash, account_id, csrf, created_at, expires_at) values ('{token}', '{account}', 'c', 5, 9)"));
    }
    for statement in statements {
        old.execute(AssertSqlSafe(statement)).await.expect("a row of the older version");
    }
    old.close().await.expect("closed");

    let store = Store::open(database.url()).await.expect("this version opens it");
    // They go on, each with an id of its own to be ended by.
    let listed = session::of_account(store.reader(), AccountId(account), Timestamp(6)).await.expect("sessions");
    assert_eq!(listed.iter().map(|row| (row.browser, row.opened_at, row.seen_at)).collect::<Vec<_>>(), [(Browser::UNKNOWN, Timestamp(5), Timestamp(5)); 2]);
    assert_ne!(listed[0].id, listed[1].id);
    let read = observation::of_visit(&mut store.read().await.expect("a connection"), visit).await.expect("observations");
    assert_eq!(read.len(), 2);
    assert_eq!((read[0].event_id, read[0].current.as_ref(), read[0].note.as_deref()), (events[0], Some(&current), Some("n")));
    assert_eq!((read[1].event_id, read[1].current.as_ref()), (events[1], None));
    assert!(read.iter().all(|record| record.recorded_by == "Ancienne" && record.recorded_at.0 == 7));
    let lines = case::entries(store.reader(), case_id).await.expect("lines");
    let named: Vec<_> = lines.iter().map(|line| (line.id.to_string() == entries[0].to_string(), line.by_confidential)).collect();
    assert!(named.contains(&(true, true)) && named.contains(&(false, false)), "{named:?}");
    let mut tx = store.begin().await.expect("a transaction begins");
    let stored = event::stored(&mut tx, events).await.expect("events");
    assert_eq!(
        stored.get(&events[1]),
        Some(&StoredEvent { batch_id: 12, by: "Ancienne".to_owned(), received_at: Timestamp(7), device_now: None, body: body(events[1]) }),
        "a phone that sends it again is told « duplicate »"
    );
    assert_eq!(stored.len(), 2);
}

#[tokio::test]
async fn on_sqlite() {
    answers_of_an_older_version_are_kept(Database::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    if let Some(postgres) = Database::postgres() {
        answers_of_an_older_version_are_kept(postgres).await;
    }
}
