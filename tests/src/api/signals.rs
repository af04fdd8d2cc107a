//! A partner signals a building to the brigade: a referral the other way.

use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{case_of, complex_visit, flash, ids};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    a_signal_opens_a_case_and_is_answered_by_the_brigade,
    a_signal_joins_the_open_case_of_its_building_and_says_nothing_of_it,
    a_signal_is_a_partners_and_its_own,
    what_a_signal_must_not_be_is_refused_whole,
    a_signal_is_taken_back_by_whoever_made_it,
    a_partner_signals_with_a_plain_form,
    signals_of_one_address_at_once_are_one_building_and_one_case,
    what_a_partner_says_is_read_by_those_who_answer_it_even_once_it_expired,
);

fn signal(address: &str) -> Value {
    json!({
        "id": new_id().to_string(), "address": address, "municipality": "Longueuil", "dwellings": 8, "reason": "Punaises dans trois logements, dit une locataire",
        "urgency": "soon", "due_in_days": 5, "questions": ["Avez-vous déjà visité?"],
    })
}

async fn send(client: &Client, message: &Value) -> String {
    client.post("/api/v1/referrals/to-brigade", message).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned()
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

async fn a_signal_opens_a_case_and_is_answered_by_the_brigade(server: TestServer) {
    let (partner, coordinator) = (server.bearer(Person::Cisss).await, server.bearer(Person::Coordinator).await);
    let message = signal("99, rue Inventée");
    let id = send(&partner, &message).await;
    assert_eq!(send(&partner, &message).await, id);
    for (field, value) in [("address", json!("98, rue Inventée")), ("urgency", json!("urgent")), ("due_in_days", json!(6)), ("questions", json!([]))] {
        let mut other = message.clone();
        other[field] = value;
        partner.post("/api/v1/referrals/to-brigade", &other).await.expect_refusal(409, "revision_conflict");
    }
    assert_eq!((server.count("referral", "1 = 1").await, server.count("case_file", "1 = 1").await), (1, 1), "one click is one signal");
    let own = read(&partner, &id).await;
    assert_eq!(
        (&own["row"]["case_number"], &own["row"]["case_id"], &own["building"], &own["recipient"]),
        (&Value::Null, &Value::Null, &Value::Null, &json!(false))
    );
    assert_eq!(own["allowed"], json!(["withdraw"]));

    let inbox = coordinator.get("/api/v1/referrals").await.expect_status(200).json();
    assert_eq!((ids(&inbox["received"]), &inbox["received"][0]["questions"]), (vec![id.clone()], &json!(1)));
    let seen = read(&coordinator, &id).await;
    assert_eq!((&seen["reason"], &seen["recipient"], &seen["may_make_link"]), (&message["reason"], &json!(true), &json!(false)));
    let case = seen["row"]["case_id"].as_str().expect("the brigade’s case").to_owned();
    let answer = json!({ "id": new_id().to_string(), "text": "Pas encore.", "replies_to": seen["messages"][0]["id"] });
    coordinator.post(&format!("/api/v1/referrals/{id}/messages"), &answer).await.expect_status(204);
    coordinator.post(&format!("/api/v1/referrals/{id}/accept"), &json!({ "planned_on": "2027-01-11" })).await.expect_status(204);
    let told = read(&partner, &id).await;
    assert_eq!(
        (&told["row"]["stage"], &told["row"]["answered_by"], &told["planned_on"]),
        (&json!("accepted"), &json!(Person::Coordinator.name()), &json!("2027-01-11"))
    );
    assert_eq!(told["messages"][0]["answered"], json!(true));
    let detail = coordinator.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!((&detail["row"]["address"], &detail["building"]["dwellings"]), (&json!("99, rue Inventée"), &json!(8)));
    let timeline = detail["timeline"].to_string();
    assert!(timeline.contains("CISSS des essais · send") && timeline.contains("CISSS des essais · accept"), "{timeline}");
    assert_eq!(ids(&detail["referrals"]), std::slice::from_ref(&id));
    assert_eq!(detail["row"]["referrals_waiting"], json!(0), "nothing is expected of a partner");
    // The partner reads nothing of the case that its signal opened.
    partner.get(&format!("/api/v1/cases/{case}")).await.expect_refusal(404, "not_found");
}

async fn a_signal_joins_the_open_case_of_its_building_and_says_nothing_of_it(server: TestServer) {
    complex_visit(&server).await;
    let tower = &server.town.tower;
    let case = case_of(&server, tower).await;
    let partner = server.bearer(Person::Cisss).await;
    // The same address, without its accents and in capitals.
    let mut message = signal(&tower.row.address.to_uppercase());
    message["municipality"] = json!(tower.row.municipality);
    let id = send(&partner, &message).await;
    let own = read(&partner, &id).await;
    let seen = read(&server.bearer(Person::Coordinator).await, &id).await;
    assert_eq!(seen["row"]["case_id"], json!(case));
    assert_eq!((&own["row"]["address"], &seen["row"]["address"]), (&message["address"], &json!(tower.row.address)), "a partner is told what it typed");
    assert_eq!(
        (server.count("case_file", "1 = 1").await, server.count("building", &format!("address = '{}'", tower.row.address.to_uppercase())).await),
        (1, 0)
    );
    let other = read(&partner, &send(&partner, &signal("1, rue Inconnue")).await).await;
    let shape = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!((shape(&own), shape(&own["row"])), (shape(&other), shape(&other["row"])), "known or not, the answer has one shape");
    assert!(!own.to_string().contains(&case));
}

async fn a_signal_is_a_partners_and_its_own(server: TestServer) {
    let partner = server.bearer(Person::Cisss).await;
    let message = signal("99, rue Inventée");
    for person in [Person::Inspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Administrator, Person::Privacy] {
        server.bearer(person).await.post("/api/v1/referrals/to-brigade", &message).await.expect_refusal(404, "not_found");
        let inbox = server.bearer(person).await.get("/api/v1/referrals").await;
        assert!(inbox.status == 404 || inbox.json()["signal_in"] == Value::Null);
    }
    let id = send(&partner, &message).await;
    let other = server.bearer(Person::Longueuil).await;
    other.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
    other.post("/api/v1/referrals/to-brigade", &message).await.expect_refusal(409, "revision_conflict");
    other.post(&format!("/api/v1/referrals/{id}/accept"), &json!({})).await.expect_refusal(404, "not_found");
    partner.post(&format!("/api/v1/referrals/{id}/accept"), &json!({})).await.expect_refusal(403, "not_allowed");
    server.bearer(Person::Inspector).await.post(&format!("/api/v1/referrals/{id}/accept"), &json!({})).await.expect_refusal(403, "not_allowed");
}

async fn what_a_signal_must_not_be_is_refused_whole(server: TestServer) {
    let partner = server.bearer(Person::Cisss).await;
    let but = |field: &str, value: Value| {
        let mut message = signal("99, rue Inventée");
        message[field] = value;
        message
    };
    let table = [
        (but("address", json!(" ")), 422, "missing_field"),
        (but("address", json!("é".repeat(161))), 422, "text_too_long"),
        (but("municipality", json!("Montréal")), 422, "value_out_of_range"),
        (but("dwellings", json!(0)), 422, "value_out_of_range"),
        (but("dwellings", json!(601)), 422, "value_out_of_range"),
        (but("reason", json!("\u{0} ")), 422, "reason_required"),
        (but("reason", json!("é".repeat(4_001))), 422, "text_too_long"),
        (but("due_in_days", json!(91)), 422, "value_out_of_range"),
        (but("questions", json!(vec!["?"; 6])), 422, "value_out_of_range"),
        (but("case_id", json!(new_id().to_string())), 422, "unknown_field"),
    ];
    let buildings = server.count("building", "1 = 1").await;
    for (message, status, code) in table {
        partner.post("/api/v1/referrals/to-brigade", &message).await.expect_refusal(status, code);
    }
    assert_eq!((server.count("building", "1 = 1").await, server.count("case_file", "1 = 1").await, server.count("referral", "1 = 1").await), (buildings, 0, 0));
}

async fn a_signal_is_taken_back_by_whoever_made_it(server: TestServer) {
    let (partner, coordinator) = (server.bearer(Person::Cisss).await, server.bearer(Person::Coordinator).await);
    let id = send(&partner, &signal("99, rue Inventée")).await;
    coordinator.post(&format!("/api/v1/referrals/{id}/withdraw"), &json!({ "text": "x" })).await.expect_refusal(403, "not_allowed");
    partner.post(&format!("/api/v1/referrals/{id}/withdraw"), &json!({})).await.expect_refusal(422, "reason_required");
    partner.post(&format!("/api/v1/referrals/{id}/withdraw"), &json!({ "text": "Mauvaise adresse" })).await.expect_status(204);
    let seen = read(&coordinator, &id).await;
    assert_eq!((&seen["row"]["stage"], &seen["reason"]), (&json!("withdrawn"), &json!("")), "what was said goes back with it");
    // A refusal says why, and is the end of it: there is nobody else to ask.
    let id = send(&partner, &signal("101, rue Inventée")).await;
    coordinator.post(&format!("/api/v1/referrals/{id}/decline"), &json!({ "text": "Quatre logements" })).await.expect_status(204);
    let told = read(&partner, &id).await;
    assert_eq!((&told["stage_reason"], &told["allowed"], &told["row"]["to_redirect"]), (&json!("Quatre logements"), &json!([]), &json!(false)));
}

async fn a_partner_signals_with_a_plain_form(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Cisss).await;
    let page = browser.get("/partenaires").await.expect_status(200).text();
    assert!(page.contains("Signaler un immeuble à la brigade"));
    let id = new_id().to_string();
    let fields = |dwellings: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("id", id.as_str()),
            ("address", "12, rue du Détour"),
            ("municipality", "Longueuil"),
            ("dwellings", dwellings),
            ("reason", "Chauffage en panne"),
            ("urgency", "urgent"),
            ("due_in_days", "2"),
        ]
    };
    let refused = browser.post_form("/partenaires/signalement", &fields("beaucoup")).await.expect_status(303);
    assert_eq!((flash(&refused), refused.header("location")), ("error:value_out_of_range".to_owned(), Some("/partenaires")));
    let done = browser.post_form("/partenaires/signalement", &fields("12")).await.expect_status(303);
    assert_eq!((flash(&done), done.header("location")), ("success:building_signalled".to_owned(), Some(format!("/partenaires/{id}").as_str())));
    assert!(browser.get(&format!("/partenaires/{id}")).await.expect_status(200).text().contains("Chauffage en panne"));
    let (office, _) = server.browser(Person::Coordinator).await;
    assert!(!office.get("/partenaires").await.expect_status(200).text().contains("Signaler un immeuble"), "the brigade has its round");
}

async fn signals_of_one_address_at_once_are_one_building_and_one_case(server: TestServer) {
    let clients = [server.bearer(Person::Cisss).await, server.bearer(Person::Longueuil).await];
    let twice = signal("99, rue Inventée");
    let mut messages: Vec<Value> = (0..4).map(|_| signal("99 RUE INVENTEE")).collect();
    messages.extend([twice.clone(), twice]);
    let sent = messages.iter().enumerate().map(|(place, message)| {
        // The one sent twice is of one partner.
        let client = if place >= 4 { &clients[0] } else { &clients[place % 2] };
        client.post("/api/v1/referrals/to-brigade", message)
    });
    let answers = futures::future::join_all(sent).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_eq!(
        (server.count("building", "provenance = 'partner'").await, server.count("case_file", "1 = 1").await, server.count("referral", "1 = 1").await),
        (1, 1, 5)
    );
}

async fn what_a_partner_says_is_read_by_those_who_answer_it_even_once_it_expired(server: TestServer) {
    let (partner, coordinator) = (server.bearer(Person::Cisss).await, server.bearer(Person::Coordinator).await);
    let message = signal("99, rue Inventée");
    let id = send(&partner, &message).await;
    for person in [Person::Inspector, Person::Dispatcher] {
        let seen = read(&server.bearer(person).await, &id).await;
        assert_eq!((&seen["reason"], &seen["messages"], &seen["row"]["stage"]), (&json!(""), &json!([]), &json!("sent")), "{person:?}");
    }
    coordinator.post(&format!("/api/v1/referrals/{id}/decline"), &json!({ "text": "Quatre logements" })).await.expect_status(204);
    assert_eq!(read(&coordinator, &id).await["reason"], message["reason"], "the case stays, and so does what it is about");
}
