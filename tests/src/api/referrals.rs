use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{case_in, case_of, complex_visit, flash, ids, psychosocial_visit, refer, referral};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    one_click_sent_twice_is_one_referral,
    what_concerns_a_person_is_not_shared_without_consent,
    a_referral_that_says_too_little_is_refused,
    a_partner_accepts_once_and_carries_it_to_its_outcome,
    a_refusal_needs_a_reason_and_ends_the_reading,
    a_referral_does_not_exist_for_another_organisation,
    of_two_answers_at_the_same_instant_one_holds,
    an_answer_on_an_old_page_is_a_conflict,
    a_withdrawal_ends_the_recipients_reading_at_once,
    a_partner_answers_with_a_plain_form,
    a_referral_nobody_answered_expires_a_week_after_its_deadline,
    a_refused_referral_is_redirected_in_one_step_and_once,
    a_redirection_goes_from_what_was_refused_or_expired_of_the_same_case_to_another_service,
);

async fn sent(server: &TestServer) -> (String, String) {
    complex_visit(server).await;
    let case = case_of(server, &server.town.tower).await;
    let id = refer(server, &referral(server, &case)).await;
    (id, case)
}

fn path(id: &str, verb: &str) -> String {
    format!("/api/v1/referrals/{id}/{verb}")
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

async fn one_click_sent_twice_is_one_referral(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut message = referral(&server, &case);
    message["reason"] = json!("  Accompagnement demandé\r\n");
    assert_eq!(refer(&server, &message).await, refer(&server, &message).await);
    assert_eq!((server.count("referral", "1 = 1").await, server.count("referral_entry", "1 = 1").await), (1, 1));
    assert_eq!(server.count("case_entry", "kind = 'referral_sent'").await, 1);
    let client = server.bearer(Person::Coordinator).await;
    let mut elsewhere = message.clone();
    elsewhere["to_organisation"] = json!(server.town.brossard);
    client.post("/api/v1/referrals", &elsewhere).await.expect_refusal(409, "revision_conflict");
    let inbox = server.bearer(Person::Cisss).await.get("/api/v1/referrals").await.expect_status(200).json();
    assert_eq!(ids(&inbox["received"]), [message["id"].as_str().expect("an id")]);
    assert_eq!(inbox["received"][0]["case_id"], Value::Null, "the number of the case stays with the brigade");
}

async fn what_concerns_a_person_is_not_shared_without_consent(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let with = |sections: &[&str]| {
        let mut message = referral(&server, &case);
        message["sections"] = json!(sections);
        message
    };
    let (coordinator, psychosocial) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Psychosocial).await);
    for section in ["psychosocial", "household", "contact"] {
        let error = psychosocial.post("/api/v1/referrals", &with(&["building", section])).await.expect_refusal(422, "consent_required").error();
        assert_eq!(error.detail.as_deref(), Some(section));
    }
    for section in ["psychosocial", "household", "internal"] {
        coordinator.post("/api/v1/referrals", &with(&[section])).await.expect_refusal(422, "section_not_shareable");
    }
    psychosocial.post("/api/v1/referrals", &with(&["owner"])).await.expect_refusal(422, "section_not_shareable");
    assert_eq!(server.count("referral", "1 = 1").await, 0);
    psychosocial.post("/api/v1/referrals", &with(&["building", "dwelling"])).await.expect_status(201);
}

async fn a_referral_that_says_too_little_is_refused(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let but = |field: &str, value: Value| {
        let mut message = referral(&server, &case);
        message[field] = value;
        message
    };
    let table = [
        (but("reason", json!("  ")), 422, "reason_required"),
        (but("reason", json!("x".repeat(4_001))), 422, "text_too_long"),
        (but("due_in_days", json!(0)), 422, "value_out_of_range"),
        (but("due_in_days", json!(91)), 422, "value_out_of_range"),
        (but("case_id", json!(new_id().to_string())), 404, "not_found"),
        (but("to_organisation", json!(new_id().to_string())), 404, "not_found"),
        (but("to_organisation", json!(server.town.brigade)), 404, "not_found"),
        (but("urgency", json!("whenever")), 400, "malformed_json"),
        (but("colour", json!("red")), 422, "unknown_field"),
    ];
    for (message, status, code) in table {
        coordinator.post("/api/v1/referrals", &message).await.expect_refusal(status, code);
    }
    let message = referral(&server, &case);
    for person in [Person::Inspector, Person::Dispatcher, Person::Privacy] {
        server.bearer(person).await.post("/api/v1/referrals", &message).await.expect_refusal(403, "not_allowed");
    }
    for person in [Person::Cisss, Person::Brossard, Person::Administrator] {
        server.bearer(person).await.post("/api/v1/referrals", &message).await.expect_refusal(404, "not_found");
    }
}

async fn a_partner_accepts_once_and_carries_it_to_its_outcome(server: TestServer) {
    let (id, case) = sent(&server).await;
    let (partner, coordinator) = (server.bearer(Person::Cisss).await, server.bearer(Person::Coordinator).await);
    let detail = read(&partner, &id).await;
    assert_eq!((&detail["recipient"], &detail["building"]["dwellings"], &detail["shared_sections"]), (&json!(true), &json!(12), &json!(["building"])));
    let criteria: Vec<&Value> = detail["observations"].as_array().expect("observations").iter().map(|shared| &shared["criterion"]).collect();
    assert_eq!(criteria, ["EXT-01"], "exactly what the shared section grants");
    coordinator.post(&path(&id, "accept"), &json!({})).await.expect_refusal(403, "not_allowed");
    partner.post(&path(&id, "accept"), &json!({ "planned_on": "2027-02-29" })).await.expect_refusal(422, "value_out_of_range");
    partner.post(&path(&id, "accept"), &json!({ "planned_on": "2027-02-28" })).await.expect_status(204);
    partner.post(&path(&id, "accept"), &json!({})).await.expect_refusal(409, "already_answered");
    partner.post(&path(&id, "decline"), &json!({ "text": "Non" })).await.expect_refusal(409, "already_answered");
    partner.post(&path(&id, "start"), &json!({})).await.expect_status(204);
    partner.post(&path(&id, "hold"), &json!({})).await.expect_refusal(422, "reason_required");
    partner.post(&path(&id, "hold"), &json!({ "text": "Liste d’attente" })).await.expect_status(204);
    partner.post(&path(&id, "complete"), &json!({ "text": "Fait" })).await.expect_refusal(409, "act_not_possible");
    partner.post(&path(&id, "resume"), &json!({})).await.expect_status(204);
    partner.post(&path(&id, "complete"), &json!({})).await.expect_refusal(422, "outcome_required");
    partner.post(&path(&id, "complete"), &json!({ "text": "Désencombrement terminé" })).await.expect_status(204);
    let seen = read(&coordinator, &id).await;
    assert_eq!((&seen["row"]["stage"], &seen["outcome"], &seen["planned_on"]), (&json!("completed"), &json!("Désencombrement terminé"), &json!("2027-02-28")));
    assert_eq!(seen["row"]["answered_by"], Person::Cisss.name());
    coordinator.post(&path(&id, "withdraw"), &json!({ "text": "Trop tard" })).await.expect_refusal(409, "act_not_possible");
    let timeline = coordinator.get(&format!("/api/v1/cases/{case}")).await.json()["timeline"].to_string();
    assert!(timeline.contains("referral_answered") && timeline.contains("referral_changed"), "{timeline}");
}

async fn a_refusal_needs_a_reason_and_ends_the_reading(server: TestServer) {
    let (id, case) = sent(&server).await;
    let partner = server.bearer(Person::Cisss).await;
    partner.post(&path(&id, "decline"), &json!({})).await.expect_refusal(422, "reason_required");
    partner.post(&path(&id, "decline"), &json!({ "text": "  " })).await.expect_refusal(422, "reason_required");
    partner.get(&format!("/api/v1/cases/{case}")).await.expect_status(200);
    partner.post(&path(&id, "decline"), &json!({ "text": "Hors territoire" })).await.expect_status(204);
    let detail = read(&partner, &id).await;
    assert_eq!((&detail["building"], &detail["observations"]), (&Value::Null, &json!([])));
    partner.get(&format!("/api/v1/cases/{case}")).await.expect_refusal(404, "not_found");
    assert_eq!(read(&server.bearer(Person::Coordinator).await, &id).await["stage_reason"], "Hors territoire");
}

async fn a_referral_does_not_exist_for_another_organisation(server: TestServer) {
    let (id, case) = sent(&server).await;
    for person in [Person::Brossard, Person::Longueuil, Person::Administrator, Person::Privacy] {
        let client = server.bearer(person).await;
        let refused = client.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
        let absent = client.get(&format!("/api/v1/referrals/{}", new_id())).await.expect_refusal(404, "not_found");
        assert_eq!(refused.body, absent.body);
        client.post(&path(&id, "accept"), &json!({})).await.expect_refusal(404, "not_found");
    }
    let inbox = server.bearer(Person::Brossard).await.get("/api/v1/referrals").await.expect_status(200).json();
    assert_eq!((&inbox["received"], &inbox["sent"]), (&json!([]), &json!([])));
    server.bearer(Person::Brossard).await.get(&format!("/api/v1/cases/{case}")).await.expect_refusal(404, "not_found");
    assert_eq!(read(&server.bearer(Person::Cisss).await, &id).await["row"]["stage"], "sent");
}

async fn of_two_answers_at_the_same_instant_one_holds(server: TestServer) {
    let (id, _) = sent(&server).await;
    let (one, other) = (server.bearer(Person::Cisss).await, server.bearer(Person::Cisss).await);
    let (accept, decline) = (format!("/api/v1/referrals/{id}/accept"), format!("/api/v1/referrals/{id}/decline"));
    let said = json!({ "text": "Complet" });
    let lines = server.count("referral_entry", "1 = 1").await;
    let (accepted, declined) = tokio::join!(one.post(&accept, &said), other.post(&decline, &said));
    let mut told = [accepted.status, declined.status];
    told.sort_unstable();
    assert_eq!(told, [204, 409], "{} {}", accepted.text(), declined.text());
    let stage = read(&one, &id).await["row"]["stage"].clone();
    assert_eq!(stage, json!(if accepted.status == 204 { "accepted" } else { "declined" }));
    assert_eq!(server.count("referral_entry", "1 = 1").await, lines + 1, "one line");
}

async fn an_answer_on_an_old_page_is_a_conflict(server: TestServer) {
    let (id, _) = sent(&server).await;
    let partner = server.bearer(Person::Cisss).await;
    let revision = read(&partner, &id).await["row"]["revision"].as_i64().expect("a revision");
    partner.post(&path(&id, "accept"), &json!({ "revision": revision - 1 })).await.expect_refusal(409, "revision_conflict");
    partner.post(&path(&id, "accept"), &json!({ "revision": revision })).await.expect_status(204);
    partner.post(&path(&id, "start"), &json!({ "revision": revision })).await.expect_refusal(409, "revision_conflict");
    assert_eq!(read(&partner, &id).await["row"]["stage"], "accepted");
}

async fn a_withdrawal_ends_the_recipients_reading_at_once(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    psychosocial_visit(&server, &phone).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut message = referral(&server, &case);
    message["sections"] = json!(["building", "dwelling"]);
    let id = refer(&server, &message).await;
    let (partner, coordinator) = (server.bearer(Person::Cisss).await, server.bearer(Person::Coordinator).await);
    partner.post(&path(&id, "accept"), &json!({})).await.expect_status(204);
    let detail = read(&partner, &id).await;
    assert!(detail["observations"].as_array().is_some_and(|observations| observations.len() == 3), "{detail}");
    assert!(!detail.to_string().contains("MEN-0"), "the household was not shared");
    let text = partner.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).text();
    assert!(text.contains("HUM-01") && !text.contains("MEN-0"));
    partner.post(&path(&id, "withdraw"), &json!({ "text": "À moi" })).await.expect_refusal(403, "not_allowed");
    coordinator.post(&path(&id, "withdraw"), &json!({})).await.expect_refusal(422, "reason_required");
    coordinator.post(&path(&id, "withdraw"), &json!({ "text": "Ménage parti" })).await.expect_status(204);
    let detail = read(&partner, &id).await;
    assert_eq!((&detail["building"], &detail["observations"], &detail["allowed"]), (&Value::Null, &json!([]), &json!([])));
    partner.get(&format!("/api/v1/cases/{case}")).await.expect_refusal(404, "not_found");
    assert!(!partner.get(&format!("/partenaires/{id}")).await.expect_status(200).text().contains("HUM-01"));
}

async fn a_partner_answers_with_a_plain_form(server: TestServer) {
    let (id, _) = sent(&server).await;
    let (browser, csrf) = server.browser(Person::Cisss).await;
    let csrf = ("csrf", csrf.as_str());
    let accept = format!("/partenaires/{id}/accept");
    assert_eq!(flash(&browser.post_form(&accept, &[csrf, ("revision", "1")]).await.expect_status(303)), "error:revision_conflict");
    let done = browser.post_form(&accept, &[csrf, ("revision", "2"), ("planned_on", "")]).await.expect_status(303);
    assert!(flash(&done).starts_with("success:"), "{}", flash(&done));
    assert_eq!(done.header("location"), Some(format!("/partenaires/{id}").as_str()));
    let page = browser.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(page.contains(Person::Cisss.name()), "the page says who answered");
    assert_eq!(flash(&browser.post_form(&accept, &[csrf]).await.expect_status(303)), "error:already_answered");
}

async fn a_referral_nobody_answered_expires_a_week_after_its_deadline(server: TestServer) {
    use casework::clock::Timestamp;
    let (id, case) = sent(&server).await;
    let (partner, coordinator) = (server.bearer(Person::Cisss).await, server.bearer(Person::Coordinator).await);
    let expire = async || server::application::answer_referral::expire_overdue(&server.brigade).await.expect("the job runs");
    let store = &server.brigade.store;
    let put_deadline = async |due_at: Timestamp| {
        let mut tx = store.begin().await.expect("a transaction begins");
        let mut record = server::store::referral::by_id(&mut *tx, id.parse().expect("an id")).await.expect("the store answers").expect("the referral");
        let casework::referral::ReferralState::Sent { sent, .. } = record.referral.state else { panic!("not sent") };
        record.referral.state = casework::referral::ReferralState::Sent { sent, due_at };
        let revision = record.referral.revision;
        assert!(server::store::referral::save(&mut tx, &record, revision, server::clock::now()).await.expect("saved"));
        tx.commit().await.expect("kept");
    };
    put_deadline(server::clock::now().plus_ms(-Timestamp::DAY_MS)).await;
    assert_eq!(expire().await, 0);
    assert_eq!(read(&coordinator, &id).await["row"]["late"], true);
    put_deadline(server::clock::now().plus_ms(-8 * Timestamp::DAY_MS)).await;
    assert_eq!((expire().await, expire().await), (1, 0));
    assert_eq!(read(&coordinator, &id).await["row"]["stage"], "expired");
    assert_eq!(read(&partner, &id).await["building"], Value::Null);
    partner.get(&format!("/api/v1/cases/{case}")).await.expect_refusal(404, "not_found");
    partner.post(&path(&id, "accept"), &json!({})).await.expect_refusal(409, "act_not_possible");
}

async fn a_refused_referral_is_redirected_in_one_step_and_once(server: TestServer) {
    let (id, case) = sent(&server).await;
    let (coordinator, cisss) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    assert_eq!(read(&coordinator, &id).await.get("redirect"), None, "nothing to redirect before an answer");
    cisss.post(&path(&id, "decline"), &json!({ "text": "Hors de notre mandat" })).await.expect_status(204);
    // What the one that refused is shown from now on: nothing of what follows may move it.
    let told = async || {
        let mut detail = read(&cisss, &id).await;
        let mut inbox = cisss.get("/api/v1/referrals").await.expect_status(200).json();
        for answer in [&mut detail, &mut inbox] {
            answer.as_object_mut().expect("an object").remove("now");
        }
        (detail, inbox)
    };
    refer(&server, &referral(&server, &case)).await;
    let told_before = told().await;
    let before = read(&coordinator, &id).await;
    let partners = before["redirect"]["partners"].as_array().expect("partners");
    let brossard = json!(server.town.brossard.to_string());
    assert!(partners.iter().any(|partner| partner["organisation_id"] == brossard));
    assert!(partners.iter().all(|partner| partner["organisation_id"] != json!(server.town.cisss.to_string())), "not the one that refused");
    assert_eq!((&before["row"]["to_redirect"], &told_before.0["row"]["to_redirect"]), (&json!(true), &json!(false)), "its sender is reminded, and nobody else");
    assert!(coordinator.get("/partenaires").await.text().contains("À réorienter"));
    let page = coordinator.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(
        page.contains("Accompagnement demandé</textarea>") && page.contains(&format!("name=\"redirects\" value=\"{id}\"")),
        "what was asked is there already"
    );

    // By the form, as a person does; twice, as a bad line does.
    let next = new_id().to_string();
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let organisation = server.town.brossard.to_string();
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &next),
        ("redirects", &id),
        ("to_organisation", &organisation),
        ("reason", "Accompagnement demandé"),
        ("urgency", "soon"),
        ("due_in_days", "5"),
        ("sections", "building"),
    ];
    for _ in 0..2 {
        assert_eq!(flash(&browser.post_form(&format!("/bureau/dossiers/{case}/references"), &fields).await.expect_status(303)), "success:referral_sent");
    }
    let after = read(&coordinator, &id).await;
    assert_eq!((&after["row"]["stage"], &after["redirected_to"]["id"]), (&json!("declined"), &json!(next)));
    assert_eq!(after["row"]["to_redirect"], json!(false));
    assert_eq!((after.get("redirect"), after["allowed"].as_array().map(Vec::len)), (None, Some(0)), "once");
    assert_eq!(read(&coordinator, &next).await["redirects"]["id"], json!(id));
    assert_eq!(server.count("referral", "1 = 1").await, 3);
    assert_eq!(server.count("audit", "action = 'referral.redirected'").await, 1);

    // The one that refused reads nothing of it, not even that something moved; the next one, nothing of the first.
    assert_eq!(told().await, told_before);
    let asked = read(&server.bearer(Person::Brossard).await, &next).await;
    for hidden in ["redirect", "redirected_to", "redirects"] {
        assert_eq!(asked.get(hidden), None, "{hidden}");
    }
    assert!(read(&coordinator, &id).await["history"].to_string().contains("redirect"));

    // A second redirection, by somebody whose page is old.
    let mut again = referral(&server, &case);
    again["to_organisation"] = json!(server.town.brossard);
    again["redirects"] = json!(id);
    coordinator.post("/api/v1/referrals", &again).await.expect_refusal(409, "act_not_possible");
    assert_eq!(server.count("referral", "1 = 1").await, 3, "nothing half stored");
}

async fn a_redirection_goes_from_what_was_refused_or_expired_of_the_same_case_to_another_service(server: TestServer) {
    let (id, case) = sent(&server).await;
    let (coordinator, cisss) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    let redirection = |case: &str, of: &str, to: Value| {
        let mut message = referral(&server, case);
        message["to_organisation"] = to;
        message["redirects"] = json!(of);
        message
    };
    let (brossard, health) = (json!(server.town.brossard), json!(server.town.cisss));
    coordinator.post("/api/v1/referrals", &redirection(&case, &id, brossard.clone())).await.expect_refusal(409, "act_not_possible");
    cisss.post(&path(&id, "decline"), &json!({ "text": "Hors de notre mandat" })).await.expect_status(204);
    coordinator.post("/api/v1/referrals", &redirection(&case, &id, health)).await.expect_refusal(422, "value_out_of_range");
    coordinator.post("/api/v1/referrals", &redirection(&case, &new_id().to_string(), brossard.clone())).await.expect_refusal(404, "not_found");
    let other = case_in(&server, &server.town.house).await;
    coordinator.post("/api/v1/referrals", &redirection(&other, &id, brossard)).await.expect_refusal(404, "not_found");
    // The verb alone says nothing of to whom.
    coordinator.post(&path(&id, "redirect"), &json!({})).await.expect_refusal(409, "act_not_possible");
    assert_eq!(server.count("referral", "1 = 1").await, 1);
}
