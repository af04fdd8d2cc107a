//! What awaits a person, and those they stand in for.

use casework::clock::Timestamp;
use serde_json::{Value, json};
use server::clock::{local_date, new_id, now};

use super::scenes::{case_of, complex_visit, flash, psychosocial_visit, refer, referral};
use crate::support::{Answer, Person, TestServer, on_both_databases};

on_both_databases!(
    a_deputy_sees_what_awaits_the_absent_and_acts_in_their_own_name,
    a_deputation_gives_no_compartment_and_no_role,
    a_deputation_holds_on_its_days_ends_by_itself_and_before_when_it_is_ended,
    only_the_absent_and_the_coordinator_name_a_deputy_and_only_one_who_could_take_over,
);

fn day(offset: i64) -> String {
    local_date(now().plus_ms(offset * Timestamp::DAY_MS))
}

async fn name(server: &TestServer, by: Person, absent: Person, deputy: Person, from: &str, until: &str) -> Answer {
    name_as(server, by, &new_id().to_string(), absent, deputy, from, until).await
}

async fn name_as(server: &TestServer, by: Person, id: &str, absent: Person, deputy: Person, from: &str, until: &str) -> Answer {
    let (browser, csrf) = server.browser(by).await;
    let (absent, deputy) = (server.town.accounts[&absent].to_string(), server.town.accounts[&deputy].to_string());
    let fields = [("csrf", csrf.as_str()), ("id", id), ("absent", &absent), ("deputy", &deputy), ("from", from), ("until", until)];
    browser.post_form("/bureau/a-moi/remplacements", &fields).await.expect_status(303)
}

async fn awaiting(server: &TestServer, person: Person) -> Value {
    server.bearer(person).await.get("/api/v1/awaiting").await.expect_status(200).json()
}

fn of<'awaiting>(awaiting: &'awaiting Value, server: &TestServer, person: Person) -> &'awaiting Value {
    let id = json!(server.town.accounts[&person]);
    awaiting["people"].as_array().expect("people").iter().find(|of| of["account_id"] == id).unwrap_or(&Value::Null)
}

/// The tower's case, assigned to an inspector.
async fn assigned(server: &TestServer, to: Person) -> String {
    complex_visit(server).await;
    let case = case_of(server, &server.town.tower).await;
    let id = case.parse().expect("an id");
    let coordinator = server.town.accounts[&Person::Coordinator];
    let mut tx = server.brigade.store.begin().await.expect("a transaction");
    let mut record = server::store::case::by_id(&mut *tx, id).await.expect("an answer").expect("the case");
    record.case = record.case.clone().assign(server.town.accounts[&to], coordinator, now()).expect("assigned");
    assert!(server::store::case::save(&mut tx, &record, now()).await.expect("saved"));
    tx.commit().await.expect("kept");
    case
}

async fn start(server: &TestServer, by: Person, case: &str) -> String {
    let (browser, csrf) = server.browser(by).await;
    flash(&browser.post_form(&format!("/bureau/dossiers/{case}/etape"), &[("csrf", &csrf), ("verb", "start")]).await.expect_status(303))
}

async fn a_deputy_sees_what_awaits_the_absent_and_acts_in_their_own_name(server: TestServer) {
    let case = assigned(&server, Person::Inspector).await;
    let own = awaiting(&server, Person::Inspector).await;
    let mine = of(&own, &server, Person::Inspector);
    assert_eq!((mine["cases"][0]["id"].as_str(), mine["visits"].as_array().map(Vec::len)), (Some(case.as_str()), Some(1)));
    assert_eq!(of(&awaiting(&server, Person::SecondInspector).await, &server, Person::Inspector), &Value::Null);
    assert_eq!(start(&server, Person::SecondInspector, &case).await, "error:not_allowed");
    let named = name(&server, Person::Inspector, Person::Inspector, Person::SecondInspector, &day(0), &day(3)).await;
    assert_eq!(flash(&named), "success:deputy_named");
    let seen = awaiting(&server, Person::SecondInspector).await;
    let absent = of(&seen, &server, Person::Inspector);
    assert_eq!((absent["cases"][0]["id"].as_str(), absent["until"].as_str()), (Some(case.as_str()), Some(day(3).as_str())));
    assert_eq!(absent["visits"][0]["address"], json!("1250, rue de l’Énoncé"));
    let page = server.bearer(Person::SecondInspector).await.get("/bureau/a-moi").await.expect_status(200).text();
    assert!(page.contains("À la place de Inès Pectrice, jusqu’au"), "{page}");
    // Offered, done, and told: under the deputy's own name, in whose place.
    let shown = server.bearer(Person::SecondInspector).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert!(shown["verbs"].as_array().expect("verbs").contains(&json!("start")), "{shown}");
    assert_eq!(start(&server, Person::SecondInspector, &case).await, "success:stage_changed");
    let shown = server.bearer(Person::Coordinator).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    let lines: Vec<(&str, &str)> = shown["timeline"]
        .as_array()
        .expect("a timeline")
        .iter()
        .filter(|line| ["stage_changed", "in_place_of"].contains(&line["kind"].as_str().unwrap_or_default()))
        .map(|line| (line["by"].as_str().expect("a name"), line["text"].as_str().expect("a text")))
        .collect();
    assert!(lines.contains(&("Seth Second", "Inès Pectrice")) && lines.contains(&("Seth Second", "in_progress")), "{lines:?}");
    let by = server.town.accounts[&Person::SecondInspector];
    assert_eq!(server.count("audit", &format!("action = 'case.in_place_of' and account_id = '{by}' and subject_id = '{case}'")).await, 1);
    // What one does of one's own says nothing of anybody's place.
    assert_eq!(server.count("case_entry", "kind = 'in_place_of'").await, 1);
}

async fn a_deputation_gives_no_compartment_and_no_role(server: TestServer) {
    // What awaits the psychosocial worker is of people: an inspector who stands in for them reads none of it.
    let visit = complex_visit(&server).await;
    psychosocial_visit(&server, &visit.0).await;
    let case = case_of(&server, &server.town.tower).await;
    let sender = server.town.accounts[&Person::Psychosocial];
    let building = refer(&server, &referral(&server, &case)).await;
    server.alter(&format!("update referral set created_by = '{sender}' where id = '{building}'")).await;
    server.alter(&format!("update visit set started_by = '{sender}'")).await;
    let worker = awaiting(&server, Person::Psychosocial).await;
    let own = of(&worker, &server, Person::Psychosocial).clone();
    assert_eq!((own["visits"].as_array().map(Vec::len), own["referrals"].as_array().map(Vec::len)), (Some(1), Some(1)));
    for deputy in [Person::Inspector, Person::Coordinator] {
        assert_eq!(flash(&name(&server, Person::Psychosocial, Person::Psychosocial, deputy, &day(0), &day(0)).await), "success:deputy_named");
    }
    let of_inspector = awaiting(&server, Person::Inspector).await;
    let seen = of(&of_inspector, &server, Person::Psychosocial);
    assert_eq!((seen["visits"].as_array().map(Vec::len), seen["referrals"].as_array().map(Vec::len)), (Some(0), Some(1)), "of the building alone");
    let of_coordinator = awaiting(&server, Person::Coordinator).await;
    assert_eq!(of(&of_coordinator, &server, Person::Psychosocial)["visits"].as_array().map(Vec::len), Some(0), "nor the coordinator, outside the compartment");
    let read = server.bearer(Person::Inspector).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).text();
    assert!(!read.contains("Craint son propriétaire"), "{read}");
    // Nor that the absent one holds a case: not by the list, not by what could be done in their place.
    let mut tx = server.brigade.store.begin().await.expect("a transaction");
    let mut record = server::store::case::by_id(&mut *tx, case.parse().expect("an id")).await.expect("an answer").expect("the case");
    record.case = record.case.clone().assign(sender, sender, now()).expect("assigned");
    assert!(server::store::case::save(&mut tx, &record, now()).await.expect("saved"));
    tx.commit().await.expect("kept");
    assert_eq!(of(&awaiting(&server, Person::Psychosocial).await, &server, Person::Psychosocial)["cases"].as_array().map(Vec::len), Some(1));
    assert_eq!(of(&awaiting(&server, Person::Inspector).await, &server, Person::Psychosocial)["cases"], json!([]));
    assert_eq!(start(&server, Person::Inspector, &case).await, "error:not_allowed");
    assert_eq!(server.count("case_entry", "kind = 'in_place_of'").await, 0);
    // Nor what the absent one's role may do.
    assert_eq!(flash(&name(&server, Person::Coordinator, Person::Coordinator, Person::Inspector, &day(0), &day(1)).await), "success:deputy_named");
    server.bearer(Person::Inspector).await.get("/api/v1/round").await.expect_refusal(404, "not_found");
}

async fn a_deputation_holds_on_its_days_ends_by_itself_and_before_when_it_is_ended(server: TestServer) {
    let case = assigned(&server, Person::Inspector).await;
    assert_eq!(flash(&name(&server, Person::Inspector, Person::Inspector, Person::SecondInspector, &day(1), &day(2)).await), "success:deputy_named");
    assert_eq!(start(&server, Person::SecondInspector, &case).await, "error:not_allowed", "tomorrow");
    let mine = awaiting(&server, Person::Inspector).await;
    assert_eq!((&mine["deputations"][0]["now"], &mine["deputations"][0]["may_end"]), (&json!(false), &json!(true)));
    server.alter(&format!("update deputation set from_day = '{}', until_day = '{}'", day(-5), day(-1))).await;
    assert_eq!(start(&server, Person::SecondInspector, &case).await, "error:not_allowed", "over since yesterday");
    assert_eq!(awaiting(&server, Person::Inspector).await["deputations"], json!([]));
    server.alter(&format!("update deputation set until_day = '{}'", day(0))).await;
    // Somebody who left stands in for nobody, and nobody stands in for them.
    for person in [Person::Inspector, Person::SecondInspector] {
        server.alter(&format!("update account set active = 0 where id = '{}'", server.town.accounts[&person])).await;
        assert!(
            server::application::stand_in::in_place_of(
                &server.brigade,
                &actor(&server, Person::SecondInspector).await,
                server.town.accounts[&Person::Inspector]
            )
            .await
            .expect("an answer")
            .is_none()
        );
        server.alter(&format!("update account set active = 1 where id = '{}'", server.town.accounts[&person])).await;
    }
    let id = awaiting(&server, Person::Inspector).await["deputations"][0]["id"].as_str().expect("an id").to_owned();
    let end = async |by: Person| {
        let (browser, csrf) = server.browser(by).await;
        flash(&browser.post_form(&format!("/bureau/a-moi/remplacements/{id}/fin"), &[("csrf", &csrf)]).await.expect_status(303))
    };
    assert_eq!(end(Person::Psychosocial).await, "error:not_found");
    assert_eq!(end(Person::SecondInspector).await, "error:not_found", "the deputy did not name themselves");
    assert_eq!(end(Person::Coordinator).await, "success:deputy_ended");
    assert_eq!(end(Person::Inspector).await, "error:act_not_possible");
    assert_eq!(start(&server, Person::SecondInspector, &case).await, "error:not_allowed", "ended");
}

async fn actor(server: &TestServer, person: Person) -> server::application::Actor {
    let account = server::store::account::by_id(server.brigade.store.reader(), server.town.accounts[&person]).await.expect("an answer").expect("an account");
    server::application::Actor { account }
}

async fn only_the_absent_and_the_coordinator_name_a_deputy_and_only_one_who_could_take_over(server: TestServer) {
    use Person::{Administrator, Cisss, Coordinator, Dispatcher, Inspector, Privacy, Psychosocial, SecondInspector};
    for (by, absent, deputy, expected) in [
        (Coordinator, Inspector, SecondInspector, "success:deputy_named"),
        (Inspector, Inspector, Psychosocial, "success:deputy_named"),
        (SecondInspector, Inspector, SecondInspector, "error:not_found"),
        (Administrator, Inspector, SecondInspector, "error:not_found"),
        (Privacy, Inspector, SecondInspector, "error:not_found"),
        (Dispatcher, Dispatcher, Coordinator, "error:not_found"),
        (Cisss, Cisss, Inspector, "error:not_found"),
        (Coordinator, Cisss, Inspector, "error:not_found"),
        (Inspector, Inspector, Inspector, "error:missing_field"),
        (Inspector, Inspector, Dispatcher, "error:missing_field"),
        (Inspector, Inspector, Cisss, "error:missing_field"),
    ] {
        assert_eq!(flash(&name(&server, by, absent, deputy, &day(0), &day(1)).await), expected, "{by:?} for {absent:?}: {deputy:?}");
    }
    for (from, until) in [(day(0), day(-1)), (day(-3), day(-1)), (day(0), day(200)), ("demain".to_owned(), day(1)), (day(0), "2026-02-30".to_owned())] {
        let answer = name(&server, Inspector, Inspector, SecondInspector, &from, &until).await;
        assert_eq!(flash(&answer), "error:value_out_of_range", "{from} {until}");
    }
    assert_eq!(server.count("deputation", "1 = 1").await, 2);
    // The same form twice is one deputation.
    let id = new_id().to_string();
    for _ in 0..2 {
        assert_eq!(flash(&name_as(&server, Inspector, &id, Inspector, SecondInspector, &day(0), &day(1)).await), "success:deputy_named");
    }
    assert_eq!(server.count("deputation", "1 = 1").await, 3);
    for person in [Administrator, Privacy, Dispatcher, Cisss] {
        server.bearer(person).await.get("/api/v1/awaiting").await.expect_refusal(404, "not_found");
    }
}
