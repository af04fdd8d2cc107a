//! A case past its term is purged: nothing of anybody is left, what the statistics count is.

use casework::{clock::Timestamp, ids::CaseId, wire::v1::ErrorCode};
use serde_json::{Value, json};
use server::{
    application::{Actor, UseCaseError, purge_case, sweep_photos},
    clock::{new_id, now, sha256_hex},
    store::{self, Dialect},
};
use sqlx::Row;

use super::{
    consents,
    photos::{announce, upload},
    scenes::{NOTE, SECRET, case_in, case_of, complex_visit, flash, one_more_building, psychosocial_visit, refer, referral},
};
use crate::support::{Client, Person, Phone, TestServer, jpeg, on_both_databases};

on_both_databases!(
    a_purge_leaves_nothing_of_anybody_and_the_statistics_as_they_were,
    nothing_goes_before_its_term_while_open_or_held_or_with_something_under_way,
    a_phone_that_still_sends_of_a_purged_visit_is_told_and_recreates_nothing,
    the_same_form_twice_and_two_at_once_purge_once,
    a_proof_that_was_changed_breaks_the_chain,
    nobody_but_the_privacy_officer_holds_or_purges,
);

const PATH: &str = "/bureau/vie-privee/conservation";
/// Words that must be nowhere once the case is purged.
const COMMENT: &str = "Sentinelle du fil";
const REFERRED: &str = "Sentinelle de la reference";
const PERSON: &str = "Sentinelle Tremblay";
const CLOSING: &str = "Sentinelle de fermeture";
const YEARS_6: i64 = 6 * 366 * Timestamp::DAY_MS;

struct Scene {
    phone: Phone,
    events: Vec<Value>,
    case: String,
    photo: String,
    shared: String,
    bytes: Vec<u8>,
}

async fn close(server: &TestServer, case: &str) {
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let fields = [("csrf", csrf.as_str()), ("verb", "close"), ("outcome", "corrected"), ("reason", CLOSING)];
    assert_eq!(flash(&client.post_form(&format!("/bureau/dossiers/{case}/etape"), &fields).await), "success:stage_changed");
}

/// Moves the closing of a case six years back.
async fn age(server: &TestServer, case: &str) {
    let id: CaseId = case.parse().expect("an id");
    let record = store::case::by_id(server.brigade.store.reader(), id).await.expect("an answer").expect("a case");
    let closed = record.case.history.last().expect("a closing").at.0;
    server.alter(&format!("update case_file set state = replace(state, '\"at\":{closed}', '\"at\":{}') where id = '{case}'", closed - YEARS_6)).await;
}

/// A closed case with something of everything, and a photo whose content another case has too.
async fn scene(server: &TestServer) -> Scene {
    let (phone, mut events) = complex_visit(server).await;
    events.extend(psychosocial_visit(server, &phone).await);
    let inspector = server.bearer(Person::Inspector).await;
    let other = one_more_building(server, "9, rue Autre", "Longueuil").await;
    case_in(server, &other).await;
    let (bytes, both) = (jpeg(40, 30), jpeg(50, 20));
    let (photo, shared, elsewhere) = (new_id().to_string(), new_id().to_string(), new_id().to_string());
    let beside = Phone::in_building(&other);
    beside.push_stored(&inspector, &[beside.starts(), beside.photographs(&elsewhere, "exterior", "EXT-01", &both)]).await;
    let last = [phone.photographs(&photo, "exterior", "EXT-01", &bytes), phone.photographs(&shared, "exterior", "EXT-01", &both), phone.finishes()];
    phone.push_stored(&inspector, &last).await;
    events.extend(last);
    for (id, bytes) in [(&photo, &bytes), (&shared, &both), (&elsewhere, &both)] {
        upload(&inspector, id, bytes).await.expect_status(204);
    }
    let case = case_of(server, &server.town.tower).await;
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let fields = [("csrf", csrf.as_str()), ("text", COMMENT)];
    assert_eq!(flash(&client.post_form(&format!("/bureau/dossiers/{case}/commentaires"), &fields).await), "success:comment_added");
    let mut message = referral(server, &case);
    message["reason"] = json!(REFERRED);
    let sent = refer(server, &message).await;
    server.alter(&format!("update referral set stage = 'completed' where id = '{sent}'")).await;
    let mut consent = consents::message(&server.town.tower.doors[0], server.town.cisss);
    consent["person"] = json!(PERSON);
    (consent["manner"], consent["proof"]) = (json!("signed"), json!({ "kind": "typed", "name": PERSON, "in_presence_of": PERSON }));
    consents::record(server, &case, &consent).await;
    close(server, &case).await;
    Scene { phone, events, case, photo, shared, bytes }
}

/// Every text of every table that holds one of these words, as `table.column`.
async fn holding(server: &TestServer, words: &[&str]) -> Vec<String> {
    let select = match server.brigade.store.dialect() {
        Dialect::Sqlite => {
            "select m.name as of_table, c.name as of_column from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'"
        }
        Dialect::Postgres => {
            "select cast(table_name as text) as of_table, cast(column_name as text) as of_column from information_schema.columns
             where table_schema = 'public' and data_type = 'text'"
        }
    };
    let mut found = Vec::new();
    for row in sqlx::query(select).fetch_all(server.brigade.store.reader()).await.expect("the schema") {
        let (table, column): (String, String) = (row.try_get("of_table").expect("a table"), row.try_get("of_column").expect("a column"));
        if table == "_sqlx_migrations" {
            continue;
        }
        for word in words {
            if server.count(&table, &format!("cast({column} as text) like '%{word}%'")).await > 0 {
                found.push(format!("{table}.{column}"));
            }
        }
    }
    found
}

async fn revision(client: &Client, case: &str) -> String {
    let register = client.get("/api/v1/retention").await.expect_status(200).json();
    let listed = register["purgeable"].as_array().expect("cases").iter().find(|listed| listed["id"] == case);
    listed.map(|listed| listed["revision"].to_string()).unwrap_or_default()
}

async fn send(client: &Client, csrf: &str, case: &str, form: &str, revision: &str) -> String {
    let fields = [("csrf", csrf), ("form_id", form), ("revision", revision)];
    flash(&client.post_form(&format!("{PATH}/{case}/purge"), &fields).await)
}

/// Purges a case as the page does.
async fn purge(server: &TestServer, case: &str) {
    let (client, csrf) = server.browser(Person::Privacy).await;
    let revision = revision(&client, case).await;
    assert_eq!(send(&client, &csrf, case, &new_id().to_string(), &revision).await, "success:case_purged");
}

async fn a_purge_leaves_nothing_of_anybody_and_the_statistics_as_they_were(server: TestServer) {
    let scene = scene(&server).await;
    age(&server, &scene.case).await;
    let sentinels = [NOTE, SECRET, COMMENT, REFERRED, PERSON, CLOSING];
    for word in sentinels {
        assert!(!holding(&server, &[word]).await.is_empty(), "{word} is in the database before");
    }
    let coordinator = server.bearer(Person::Coordinator).await;
    let list = async || {
        let mut list = coordinator.get("/api/v1/cases?state=all").await.expect_status(200).json();
        for row in list["rows"].as_array_mut().expect("rows") {
            row.as_object_mut().expect("a row").remove("revision");
        }
        let count = async |table: &str| server.count(table, "1 = 1").await;
        (list, count("building").await, count("dwelling").await, count("visit").await, count("case_file").await)
    };
    let before = list().await;
    let shown = coordinator.get(&format!("/api/v1/cases/{}", scene.case)).await.expect_status(200).json();
    let (officer, csrf) = server.browser(Person::Privacy).await;
    let page = officer.get(PATH).await.expect_status(200).text();
    assert!(page.contains("data-testid=\"purgeable\"") && page.contains("Photos\u{a0}: 2") && page.contains("Consentements et leurs contacts\u{a0}: 1"));
    purge(&server, &scene.case).await;
    assert_eq!(holding(&server, &sentinels).await, Vec::<String>::new());
    assert_eq!(list().await, before, "lists and counts are as they were");

    let after = coordinator.get(&format!("/api/v1/cases/{}", scene.case)).await.expect_status(200).json();
    assert!(after["purged_at"].is_i64() && shown["purged_at"].is_null());
    for (part, is_kept) in [("timeline", false), ("referrals", false), ("allowed", false), ("verbs", false), ("visits", true)] {
        assert!(!shown[part].as_array().expect("a list").is_empty() && after[part].as_array().expect("a list").is_empty() != is_kept, "{part}");
    }
    for name in ["number", "stage", "band", "index", "complex", "motifs", "opened_at", "updated_at"] {
        assert_eq!(after["row"][name], shown["row"][name], "{name}");
    }
    assert_eq!(after["visits"][0]["score"]["index"], shown["visits"][0]["score"]["index"]);
    assert!(coordinator.get(&format!("/bureau/dossiers/{}", scene.case)).await.expect_status(200).text().contains("data-testid=\"case-purged\""));
    let page = officer.get(PATH).await.expect_status(200).text();
    assert!(page.contains("data-testid=\"purge-proof\"") && page.contains("La chaîne des preuves est intacte."));

    // The file that a photo elsewhere names too stays; the other goes.
    sweep_photos::sweep_unnamed_files(&server.brigade, now().plus_ms(2 * Timestamp::DAY_MS)).await.expect("the sweep");
    let (gone, kept) = (sha256_hex(&scene.bytes), sha256_hex(&jpeg(50, 20)));
    let files = |sha256: &str| {
        let mut folders = vec![server.folder().to_owned()];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
                let is_named = entry.file_name().is_some_and(|name| name.to_string_lossy().contains(sha256));
                if entry.is_dir() { folders.push(entry) } else { found += usize::from(is_named) }
            }
        }
        found
    };
    assert_eq!((files(&gone), files(&kept) > 0), (0, true), "{gone} {kept}");

    // Nothing is added to what is gone.
    let (client, csrf_of_coordinator) = server.browser(Person::Coordinator).await;
    let fields = [("csrf", csrf_of_coordinator.as_str()), ("text", "Encore")];
    assert_eq!(flash(&client.post_form(&format!("/bureau/dossiers/{}/commentaires", scene.case), &fields).await), "error:case_purged");
    let fields = [("csrf", csrf_of_coordinator.as_str()), ("verb", "reopen"), ("reason", "Encore")];
    assert_eq!(flash(&client.post_form(&format!("/bureau/dossiers/{}/etape", scene.case), &fields).await), "error:case_purged");
    coordinator.post("/api/v1/referrals", &referral(&server, &scene.case)).await.expect_refusal(409, "case_purged");
    assert_eq!(send(&officer, &csrf, &scene.case, &new_id().to_string(), "1").await, "error:case_purged");
}

async fn officer(server: &TestServer) -> Actor {
    let id = server.town.accounts[&Person::Privacy];
    Actor { account: store::account::by_id(server.brigade.store.reader(), id).await.expect("an answer").expect("an account") }
}

/// Asks for a purge at a moment, and says why it was refused.
async fn refusal(server: &TestServer, case: &str, at: Timestamp) -> (Option<ErrorCode>, String) {
    let (id, actor): (CaseId, Actor) = (case.parse().expect("an id"), officer(server).await);
    let record = store::case::by_id(server.brigade.store.reader(), id).await.expect("an answer").expect("a case");
    match purge_case::purge(&server.brigade, &actor, id, new_id(), record.revision, at).await {
        Ok(()) => (None, String::new()),
        Err(UseCaseError::Refused { code, detail }) => (Some(code), detail.unwrap_or_default()),
        Err(other) => panic!("{other}"),
    }
}

async fn nothing_goes_before_its_term_while_open_or_held_or_with_something_under_way(server: TestServer) {
    let Scene { case, .. } = scene(&server).await;
    let later = now().plus_ms(YEARS_6);
    let kept = |because: &str| (Some(ErrorCode::ActNotPossible), because.to_owned());
    assert_eq!(refusal(&server, &case, now()).await, kept("term"));
    assert_eq!(refusal(&server, &case, now().plus_ms(5 * 365 * Timestamp::DAY_MS - 3 * Timestamp::DAY_MS)).await, kept("term"));
    let sent = "select id from referral limit 1";
    for (make, unmake, because) in [
        ("update case_file set stage = 'new' where id = '{}'", "update case_file set stage = 'closed' where id = '{}'", "not_closed"),
        (
            &*format!("update referral set stage = 'on_hold' where id in ({sent})"),
            &*format!("update referral set stage = 'completed' where id in ({sent})"),
            "referral_open",
        ),
        ("update visit set finished_at = null where case_id = '{}'", "update visit set finished_at = updated_at where case_id = '{}'", "visit_open"),
    ] {
        server.alter(&make.replace("{}", &case)).await;
        assert_eq!(refusal(&server, &case, later).await, kept(because));
        server.alter(&unmake.replace("{}", &case)).await;
    }
    // A hold, by its form: the same click twice is one hold.
    let (client, csrf) = server.browser(Person::Privacy).await;
    let id: CaseId = case.parse().expect("an id");
    let number = store::case::by_id(server.brigade.store.reader(), id).await.expect("an answer").expect("a case").case.number.to_string();
    let hold = new_id().to_string();
    let fields = [("csrf", csrf.as_str()), ("id", &hold), ("case", &number), ("reason", ""), ("until", "")];
    assert_eq!(flash(&client.post_form(PATH, &fields).await), "error:reason_required");
    let fields = [("csrf", csrf.as_str()), ("id", &hold), ("case", &number), ("reason", "Recours en cours"), ("until", "")];
    for _ in 0..2 {
        assert_eq!(flash(&client.post_form(PATH, &fields).await), "success:hold_placed");
    }
    assert_eq!(server.count("retention_hold", "1 = 1").await, 1);
    assert!(client.get(PATH).await.expect_status(200).text().contains("Recours en cours"));
    assert_eq!(refusal(&server, &case, later).await, kept("hold"));
    for _ in 0..2 {
        assert_eq!(flash(&client.post_form(&format!("{PATH}/{hold}/levee"), &[("csrf", csrf.as_str())]).await), "success:hold_lifted");
    }
    // A hold whose end has come holds no more.
    let fields = [("csrf", csrf.as_str()), ("id", &new_id().to_string()), ("case", &number), ("reason", "Recours"), ("until", "2027-12-31")];
    assert_eq!(flash(&client.post_form(PATH, &fields).await), "success:hold_placed");
    // Another case, open, on the same building.
    let phone = Phone::in_building(&server.town.tower);
    let events = [phone.starts(), phone.enters(&server.town.tower.doors[0]), phone.observes(&server.town.tower.door(0), "HUM-01", 4), phone.finishes()];
    phone.push_stored(&server.bearer(Person::Inspector).await, &events).await;
    let other = case_of(&server, &server.town.tower).await;
    assert_ne!(other, case);
    assert_eq!(refusal(&server, &case, later).await, kept("building_open"));
    close(&server, &other).await;
    assert_eq!(server.count("purge_proof", "1 = 1").await, 0);
    assert!(!holding(&server, &[SECRET]).await.is_empty());
    assert_eq!(refusal(&server, &case, later).await, (None, String::new()));
}

async fn a_phone_that_still_sends_of_a_purged_visit_is_told_and_recreates_nothing(server: TestServer) {
    let scene = scene(&server).await;
    age(&server, &scene.case).await;
    purge(&server, &scene.case).await;
    let inspector = server.bearer(Person::Inspector).await;
    let mut events = scene.events.clone();
    events.push(scene.phone.notes("exterior", "EXT-01", COMMENT));
    let reply = scene.phone.push(&inspector, &events).await.expect_status(200).json();
    for verdict in reply["verdicts"].as_array().expect("verdicts") {
        assert_eq!((&verdict["verdict"], &verdict["code"]), (&json!("refused"), &json!("case_purged")), "{verdict}");
        assert!(verdict["message"].as_str().is_some_and(|message| message.contains("purgé")));
    }
    for photo in [&scene.photo, &scene.shared] {
        announce(&inspector, photo, &sha256_hex(&scene.bytes), scene.bytes.len()).await.expect_refusal(409, "case_purged");
    }
    assert_eq!(holding(&server, &[NOTE, SECRET, COMMENT]).await, Vec::<String>::new());
    let of_visit = format!("visit_id = '{}'", scene.phone.visit_id);
    assert_eq!((server.count("field_batch", &of_visit).await, server.count("photo", &of_visit).await), (0, 0));
    assert_eq!(server.count("case_file", "stage <> 'closed'").await, 1, "the other building’s alone");
}

async fn the_same_form_twice_and_two_at_once_purge_once(server: TestServer) {
    let Scene { case, .. } = scene(&server).await;
    age(&server, &case).await;
    let (client, csrf) = server.browser(Person::Privacy).await;
    let (form, other, revision) = (new_id().to_string(), new_id().to_string(), revision(&client, &case).await);
    assert_eq!(send(&client, &csrf, &case, &form, "0").await, "error:revision_conflict");
    let (one, two) = tokio::join!(send(&client, &csrf, &case, &form, &revision), send(&client, &csrf, &case, &other, &revision));
    let mut both = [one.as_str(), two.as_str()];
    both.sort_unstable();
    assert_eq!(both, ["error:case_purged", "success:case_purged"]);
    let done = if one.starts_with("success") { form } else { other };
    assert_eq!(send(&client, &csrf, &case, &done, &revision).await, "success:case_purged", "the same form again");
    assert_eq!(server.count("purge_proof", "sequence = 1").await, 1);
    assert_eq!(server.count("purge_proof", "1 = 1").await, 1);
}

async fn a_proof_that_was_changed_breaks_the_chain(server: TestServer) {
    let Scene { case, .. } = scene(&server).await;
    age(&server, &case).await;
    purge(&server, &case).await;
    let client = server.bearer(Person::Privacy).await;
    let register = client.get("/api/v1/retention").await.expect_status(200).json();
    assert_eq!((&register["chain_holds"], &register["proofs"][0]["counts"]["photos"]), (&json!(true), &json!(2)));
    server.alter("update purge_proof set counts = replace(counts, '\"photos\":2', '\"photos\":1')").await;
    assert_eq!(client.get("/api/v1/retention").await.expect_status(200).json()["chain_holds"], false);
}

async fn nobody_but_the_privacy_officer_holds_or_purges(server: TestServer) {
    let Scene { case, .. } = scene(&server).await;
    age(&server, &case).await;
    let officer = server.bearer(Person::Privacy).await;
    let (revision, id) = (revision(&officer, &case).await, new_id().to_string());
    for person in [Person::Inspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Administrator, Person::Cisss, Person::Longueuil] {
        let (client, csrf) = server.browser(person).await;
        client.get("/api/v1/retention").await.expect_refusal(404, "not_found");
        client.get(PATH).await.expect_status(404);
        assert_eq!(send(&client, &csrf, &case, &id, &revision).await, "error:not_found", "{person:?}");
        assert_eq!(flash(&client.post_form(&format!("{PATH}/{id}/levee"), &[("csrf", csrf.as_str())]).await), "error:not_found");
        let fields = [("csrf", csrf.as_str()), ("id", &id), ("case", "B-2026-0001"), ("reason", "Non"), ("until", "")];
        assert_eq!(flash(&client.post_form(PATH, &fields).await), "error:not_found");
    }
    assert_eq!((server.count("purge_proof", "1 = 1").await, server.count("retention_hold", "1 = 1").await), (0, 0));
    let (client, csrf) = server.browser(Person::Privacy).await;
    assert_eq!(send(&client, &csrf, &new_id().to_string(), &id, "1").await, "error:not_found");
}
