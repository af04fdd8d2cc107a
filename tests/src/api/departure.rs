//! A colleague leaves: what they hold is said, and handed over as their account closes.

use casework::case::CaseVerb;
use serde_json::{Value, json};
use server::application::{Actor, change_case};

use super::{
    devices::report,
    scenes::{case_in, case_of, complex_visit, flash, refer, referral},
};
use crate::support::{Client, PASSWORD, Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    what_somebody_holds_is_told_in_counts,
    their_cases_go_to_a_colleague_with_a_line_in_each,
    nothing_is_closed_when_something_cannot_be_handed_over,
    that_somebody_of_the_psychosocial_compartment_worked_a_case_stays_there,
    their_phones_are_given_up_or_kept_as_was_chosen,
    only_the_administrator_closes_and_hands_over,
);

/// Gives a case to somebody.
async fn assign(server: &TestServer, case: &str, to: Person) {
    let coordinator = server::store::account::by_id(server.brigade.store.reader(), server.town.accounts[&Person::Coordinator]).await.expect("an answer");
    let actor = Actor { account: coordinator.expect("the coordinator") };
    let said = change_case::Said { assign_to: Some(server.town.accounts[&to]), ..change_case::Said::default() };
    change_case::act(&server.brigade, &actor, case.parse().expect("an id"), CaseVerb::Assign, &said).await.expect("assigned");
}

async fn assigned_to(server: &TestServer, case: &str) -> Option<String> {
    let record = server::store::case::by_id(server.brigade.store.reader(), case.parse().expect("an id")).await.expect("an answer").expect("the case");
    record.case.state.assignment().map(|assignment| assignment.to.to_string())
}

fn path(server: &TestServer, person: Person) -> String {
    format!("/administration/comptes/{}/depart", server.town.accounts[&person])
}

async fn departure(administrator: &Client, server: &TestServer, person: Person) -> Value {
    administrator.get(&format!("/api/v1/accounts/{}/departure", server.town.accounts[&person])).await.expect_status(200).json()
}

async fn leaves(server: &TestServer, browser: &Client, csrf: &str, person: Person, to: &str, phones: &str) -> String {
    flash(&browser.post_form(&path(server, person), &[("csrf", csrf), ("to", to), ("phones", phones)]).await.expect_status(303))
}

async fn what_somebody_holds_is_told_in_counts(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    assign(&server, &case, Person::Inspector).await;
    server.bearer(Person::Inspector).await.post("/api/v1/sync/device", &report(&phone, 3, None)).await.expect_status(200);
    refer(&server, &referral(&server, &case)).await;
    let administrator = server.bearer(Person::Administrator).await;
    let told = departure(&administrator, &server, Person::Inspector).await;
    assert_eq!((&told["cases"], &told["visits"], &told["referrals"], &told["on_call_rank"]), (&json!(1), &json!(1), &json!(0), &Value::Null));
    assert_eq!((&told["phones"][0]["unsent_events"], told["phones"].as_array().map(Vec::len)), (&json!(3), Some(1)));
    let names: Vec<&str> = told["colleagues"].as_array().expect("colleagues").iter().filter_map(|colleague| colleague["display_name"].as_str()).collect();
    assert_eq!(names[0], Person::SecondInspector.name(), "of the same trade first");
    for (person, takes) in [
        (Person::Psychosocial, true),
        (Person::Coordinator, true),
        (Person::Inspector, false),
        (Person::Dispatcher, false),
        (Person::Cisss, false),
        (Person::Privacy, false),
    ] {
        assert_eq!(names.contains(&person.name()), takes, "{person:?}");
    }
    let told = departure(&administrator, &server, Person::Coordinator).await;
    assert_eq!((&told["referrals"], &told["on_call_rank"]), (&json!(1), &json!(2)));
    // Nothing of any case: the administrator reads none.
    let page = administrator.get(&path(&server, Person::Inspector)).await.expect_status(200).text();
    let number = {
        use sqlx::Row;
        sqlx::query("select number from case_file").fetch_one(server.brigade.store.reader()).await.expect("a case").get::<String, _>("number")
    };
    for kept in [number.as_str(), case.as_str(), &server.town.tower.row.address] {
        assert!(!page.contains(kept) && !told.to_string().contains(kept), "{kept}");
    }
    assert!(page.contains("1 dossier ouvert lui est confié") && page.contains("3 saisies ou photos n’en sont pas encore parties"));
}

async fn their_cases_go_to_a_colleague_with_a_line_in_each(server: TestServer) {
    complex_visit(&server).await;
    let (first, second) = (case_of(&server, &server.town.tower).await, case_in(&server, &server.town.house).await);
    for case in [&first, &second] {
        assign(&server, case, Person::Coordinator).await;
    }
    let session = server.bearer(Person::Coordinator).await;
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let to = server.town.accounts[&Person::Inspector].to_string();
    let gone = browser.post_form(&path(&server, Person::Coordinator), &[("csrf", &csrf), ("to", &to)]).await.expect_status(303);
    assert_eq!((flash(&gone).as_str(), gone.header("location")), ("success:departed", Some("/administration")));
    let inspector = server.bearer(Person::Inspector).await;
    for case in [&first, &second] {
        assert_eq!(assigned_to(&server, case).await, Some(to.clone()));
        let detail = inspector.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
        let line = detail["timeline"].as_array().expect("lines").iter().find(|line| line["kind"] == "handed_over").unwrap_or_else(|| panic!("{detail}"));
        assert_eq!((&line["text"], &line["by"]), (&json!(Person::Inspector.name()), &json!(Person::Administrator.name())));
        let page = inspector.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
        assert!(page.contains(&format!("Le dossier est confié à {}", Person::Inspector.name())));
    }
    session.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    server.sign_in(Person::Coordinator.email(), PASSWORD).await.expect_refusal(401, "wrong_credentials");
    // The place on the call list went with it.
    let list: Vec<String> = server::store::account::on_call(server.brigade.store.reader()).await.expect("a list").into_iter().map(|(_, name)| name).collect();
    assert_eq!(list, [Person::Dispatcher.name(), Person::Inspector.name()]);
    let by = server.town.accounts[&Person::Administrator];
    for (action, times) in [("case.handed_over", 2), ("account.departed", 1)] {
        assert_eq!(server.count("audit", &format!("action = '{action}' and account_id = '{by}'")).await, times, "{action}");
    }
    // Sent again: nothing more.
    assert_eq!(leaves(&server, &browser, &csrf, Person::Coordinator, &to, "").await, "error:act_not_possible");
    assert_eq!(server.count("case_entry", "kind = 'handed_over'").await, 2);
}

async fn nothing_is_closed_when_something_cannot_be_handed_over(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    assign(&server, &case, Person::Inspector).await;
    let session = server.bearer(Person::Inspector).await;
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let id = |person: Person| server.town.accounts[&person].to_string();
    let absent = server::clock::new_id().to_string();
    server.alter("update account set active = 0 where email = 'inspection-2@essai.test'").await;
    // Nobody; themselves; who does not work cases; who is of another body; who has left; who does not exist; what is no id.
    for to in [String::new(), id(Person::Inspector), id(Person::Dispatcher), id(Person::Cisss), id(Person::SecondInspector), absent.clone(), "x".to_owned()] {
        assert_eq!(leaves(&server, &browser, &csrf, Person::Inspector, &to, "keep").await, "error:missing_field", "{to}");
    }
    assert_eq!(leaves(&server, &browser, &csrf, Person::Inspector, &id(Person::Coordinator), "jeter").await, "error:missing_field");
    assert_eq!(leaves(&server, &browser, &csrf, Person::Administrator, &id(Person::Coordinator), "keep").await, "error:act_not_possible", "oneself");
    // The other door is closed while they hold something.
    let access = format!("/administration/comptes/{}/acces", id(Person::Inspector));
    assert_eq!(flash(&browser.post_form(&access, &[("csrf", &csrf), ("active", "false")]).await), "error:handover_required");
    session.get("/api/v1/session").await.expect_status(200);
    assert_eq!(assigned_to(&server, &case).await, Some(id(Person::Inspector)));
    assert_eq!((server.count("case_entry", "kind = 'handed_over'").await, server.count("audit", "action = 'account.departed'").await), (0, 0));
    // Who holds nothing leaves without anybody taking over.
    assert_eq!(leaves(&server, &browser, &csrf, Person::Privacy, "", "").await, "success:departed");
    assert_eq!(leaves(&server, &browser, &csrf, Person::Inspector, &id(Person::Coordinator), "keep").await, "success:departed");
}

async fn that_somebody_of_the_psychosocial_compartment_worked_a_case_stays_there(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    assign(&server, &case, Person::Psychosocial).await;
    let inspector = server.bearer(Person::Inspector).await;
    let before = inspector.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert!(before["timeline"].is_array() && before["row"]["updated_at"].is_i64(), "{before}");
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let to = server.town.accounts[&Person::Coordinator].to_string();
    assert_eq!(leaves(&server, &browser, &csrf, Person::Psychosocial, &to, "").await, "success:departed");
    assert_eq!(assigned_to(&server, &case).await, Some(to));
    assert_eq!(server.count("case_entry", "kind = 'handed_over' and confidential = 1").await, 1);
    let after = inspector.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!((&after["timeline"], &after["row"]["updated_at"]), (&before["timeline"], &before["row"]["updated_at"]), "neither the line nor its date tells");
}

async fn their_phones_are_given_up_or_kept_as_was_chosen(server: TestServer) {
    let (kept, given_up, other) = (Phone::in_building(&server.town.tower), Phone::in_building(&server.town.tower), Phone::in_building(&server.town.house));
    for (person, phone) in [(Person::Inspector, &kept), (Person::SecondInspector, &given_up), (Person::Coordinator, &other)] {
        server.bearer(person).await.post("/api/v1/sync/device", &report(phone, 2, None)).await.expect_status(200);
    }
    let (browser, csrf) = server.browser(Person::Administrator).await;
    assert_eq!(leaves(&server, &browser, &csrf, Person::Inspector, "", "keep").await, "success:departed");
    assert_eq!(leaves(&server, &browser, &csrf, Person::SecondInspector, "", "revoke").await, "success:departed");
    let revoked = async |phone: &Phone| server.count("device", &format!("id = '{}' and revoked_at is not null", phone.device_id)).await;
    assert_eq!((revoked(&kept).await, revoked(&given_up).await, revoked(&other).await), (0, 1, 0));
    let page = server.bearer(Person::Coordinator).await.get("/bureau/appareils").await.expect_status(200).text();
    assert!(page.contains(&format!("Révoqué par {}\u{a0}: départ de la personne", Person::Administrator.name())));
    // At once, for this server too; and what is kept can still be handed in by the office, which holds the phone for known.
    let dispatcher = server.bearer(Person::Coordinator).await;
    for (phone, refused) in [(&given_up, true), (&kept, false)] {
        let asked = dispatcher.with("x-brigade-device", &phone.device_id.to_string()).get("/api/v1/session").await;
        assert_eq!(asked.status, if refused { 403 } else { 200 });
    }
    let skew = server::store::device::clock_skew(server.brigade.store.reader(), kept.device_id, server.town.accounts[&Person::Inspector]).await;
    assert!(skew.expect("an answer").is_some());
}

async fn only_the_administrator_closes_and_hands_over(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    assign(&server, &case, Person::Inspector).await;
    let to = server.town.accounts[&Person::SecondInspector].to_string();
    for person in Person::ALL.into_iter().filter(|person| *person != Person::Administrator) {
        let (browser, csrf) = server.browser(person).await;
        assert_eq!(leaves(&server, &browser, &csrf, Person::Inspector, &to, "keep").await, "error:not_found", "{person:?}");
        browser.get(&path(&server, Person::Inspector)).await.expect_status(404);
    }
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let absent = server::clock::new_id();
    for unknown in [absent.to_string(), "x".to_owned()] {
        let answer = browser.post_form(&format!("/administration/comptes/{unknown}/depart"), &[("csrf", &csrf), ("to", &to)]).await.expect_status(303);
        assert_eq!(flash(&answer), "error:not_found", "{unknown}");
        browser.get(&format!("/administration/comptes/{unknown}/depart")).await.expect_status(404);
    }
    server.bearer(Person::Inspector).await.get("/api/v1/session").await.expect_status(200);
}
