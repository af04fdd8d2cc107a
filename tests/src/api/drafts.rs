//! A referral looked at before it goes, and one sent to several services at once.

use serde_json::{Value, json};
use server::clock::new_id;

use super::{
    consents::{self, case, in_emergency, record, seen, sharing},
    scenes::{case_of, complex_visit, flash, ids, refer, referral},
};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    a_draft_is_read_as_its_recipient_will_and_by_nobody_outside,
    a_draft_sent_shares_exactly_what_the_preview_showed,
    a_draft_whose_consent_is_withdrawn_does_not_go,
    a_draft_that_shares_in_a_danger_counts_from_when_it_goes,
    a_draft_given_up_was_never_there_for_its_recipient,
    a_draft_can_be_sent_from_the_form_it_was_written_in,
    several_services_are_asked_at_once_each_with_its_own_consents,
    what_cannot_be_asked_of_several_is_refused_whole,
    the_form_leads_to_the_preview,
    the_sheet_that_a_person_leaves_with_says_what_concerns_one_door_in_one_language,
);

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

async fn send(client: &Client, id: &str, revision: &Value) {
    client.post(&format!("/api/v1/referrals/{id}/send"), &json!({ "revision": revision })).await.expect_status(204);
}

/// A draft that shares the building and what was explained at one door, and the consent behind it.
async fn drafted(server: &TestServer) -> (String, String) {
    let case = case(server).await;
    let consent = record(server, &case, &consents::message(&server.town.tower.doors[0], server.town.cisss)).await;
    let mut message = sharing(server, &case, &[(&consent, "psychosocial")]);
    message["draft"] = json!(true);
    message["questions"] = json!(["Est-ce déjà suivi?"]);
    let worker = server.bearer(Person::Psychosocial).await;
    worker.post("/api/v1/referrals", &message).await.expect_status(201);
    worker.post("/api/v1/referrals", &message).await.expect_status(201);
    (message["id"].as_str().expect("an id").to_owned(), consent)
}

async fn a_draft_is_read_as_its_recipient_will_and_by_nobody_outside(server: TestServer) {
    let (id, _) = drafted(&server).await;
    let (worker, partner) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Cisss).await);
    let preview = read(&worker, &id).await;
    assert_eq!((&preview["row"]["stage"], &preview["answer_in_days"], &preview["row"]["due_at"]), (&json!("draft"), &json!(10), &Value::Null));
    assert_eq!(preview["allowed"], json!(["send", "withdraw"]));
    assert_eq!(seen(&preview["observations"]), [format!("{} MEN-02", server.town.tower.door(0)), "exterior EXT-01".to_owned()]);
    assert_eq!(preview["messages"][0]["text"], json!("Est-ce déjà suivi?"));
    assert!(preview["history"].as_array().is_some_and(Vec::is_empty), "nothing happened yet");
    partner.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
    for verb in ["accept", "send", "withdraw"] {
        partner.post(&format!("/api/v1/referrals/{id}/{verb}"), &json!({ "text": "x" })).await.expect_refusal(404, "not_found");
    }
    partner.post(&format!("/api/v1/referrals/{id}/messages"), &json!({ "id": new_id().to_string(), "text": "x" })).await.expect_refusal(404, "not_found");
    worker.post(&format!("/api/v1/referrals/{id}/messages"), &json!({ "id": new_id().to_string(), "text": "x" })).await.expect_refusal(409, "act_not_possible");
    let inbox = partner.get("/api/v1/referrals").await.expect_status(200).json();
    assert!(ids(&inbox["received"]).is_empty());
    assert_eq!(server.count("case_entry", "kind = 'referral_sent'").await, 0, "the case does not say that it went");
    // A coordinator, who does not read the psychosocial compartment, does not know of it.
    server.bearer(Person::Coordinator).await.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
    let consents = worker.get(&format!("/api/v1/cases/{}", preview["row"]["case_id"].as_str().expect("an id"))).await.expect_status(200).json();
    assert!(consents["consents"][0]["uses"].as_array().is_some_and(Vec::is_empty), "what did not go is not past sharing: {}", consents["consents"]);
}

async fn a_draft_sent_shares_exactly_what_the_preview_showed(server: TestServer) {
    let (id, _) = drafted(&server).await;
    let (worker, partner) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Cisss).await);
    let preview = read(&worker, &id).await;
    worker.post(&format!("/api/v1/referrals/{id}/send"), &json!({ "revision": 9 })).await.expect_refusal(409, "revision_conflict");
    send(&worker, &id, &preview["row"]["revision"]).await;
    worker.post(&format!("/api/v1/referrals/{id}/send"), &json!({})).await.expect_refusal(409, "act_not_possible");
    let received = read(&partner, &id).await;
    for part in ["observations", "building", "consented", "shared_sections", "reason", "pivot_person"] {
        assert_eq!(received[part], preview[part], "{part}");
    }
    assert_eq!((&received["row"]["stage"], received["row"]["questions"].clone()), (&json!("sent"), json!(0)));
    assert_eq!(received["messages"][0]["asks"], json!(true));
    let (sent_at, due_at) = (received["row"]["sent_at"].as_i64().expect("sent"), received["row"]["due_at"].as_i64().expect("due"));
    assert_eq!(due_at - sent_at, 10 * casework::clock::Timestamp::DAY_MS);
    assert_eq!(server.count("case_entry", "kind = 'referral_sent'").await, 1);
    let inbox = partner.get("/api/v1/referrals").await.expect_status(200).json();
    assert_eq!((&inbox["received"][0]["questions"], &inbox["received"][0]["unread"]), (&json!(1), &json!(0)));
}

async fn a_draft_whose_consent_is_withdrawn_does_not_go(server: TestServer) {
    let (id, consent) = drafted(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    worker.post(&format!("/api/v1/consents/{consent}/withdrawal"), &json!({})).await.expect_status(204);
    let preview = read(&worker, &id).await;
    assert_eq!((seen(&preview["observations"]), &preview["consent_ended"]), (vec!["exterior EXT-01".to_owned()], &json!(true)));
    worker.post(&format!("/api/v1/referrals/{id}/send"), &json!({})).await.expect_refusal(422, "consent_required");
    assert_eq!(read(&worker, &id).await["row"]["stage"], json!("draft"), "nothing half-sent");
    assert_eq!(server.count("referral_entry", "1 = 1").await, 0);
}

async fn a_draft_that_shares_in_a_danger_counts_from_when_it_goes(server: TestServer) {
    let case = case(&server).await;
    let mut message = in_emergency(&server, &case);
    message["draft"] = json!(true);
    let (worker, privacy) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Privacy).await);
    worker.post("/api/v1/referrals", &message).await.expect_status(201);
    let id = message["id"].as_str().expect("an id").to_owned();
    let preview = read(&worker, &id).await;
    assert_eq!(seen(&preview["observations"]), [format!("{} MEN-02", server.town.tower.door(0)), "exterior EXT-01".to_owned()]);
    assert_eq!(server.count("emergency_share", "1 = 1").await, 0, "nothing was shared yet");
    let rows = privacy.get("/api/v1/emergency-shares").await.expect_status(200).json();
    assert!(rows["rows"].as_array().is_some_and(Vec::is_empty));
    send(&worker, &id, &preview["row"]["revision"]).await;
    let rows = privacy.get("/api/v1/emergency-shares").await.expect_status(200).json();
    assert_eq!(rows["rows"].as_array().map(Vec::len), Some(1));
    let received = read(&server.bearer(Person::Cisss).await, &id).await;
    assert_eq!(received["observations"], preview["observations"]);
    let until = received["consented"][0]["until"].as_i64().expect("an end");
    assert_eq!(until - received["row"]["sent_at"].as_i64().expect("sent"), casework::emergency_share::EMERGENCY_SHARE_MS);
}

async fn a_draft_given_up_was_never_there_for_its_recipient(server: TestServer) {
    let (id, _) = drafted(&server).await;
    let (worker, partner) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Cisss).await);
    worker.post(&format!("/api/v1/referrals/{id}/withdraw"), &json!({ "text": "Mauvais service" })).await.expect_status(204);
    partner.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
    let inbox = partner.get("/api/v1/referrals").await.expect_status(200).json();
    assert!(ids(&inbox["received"]).is_empty(), "{inbox}");
    worker.post(&format!("/api/v1/referrals/{id}/send"), &json!({})).await.expect_refusal(409, "act_not_possible");
}

async fn a_draft_can_be_sent_from_the_form_it_was_written_in(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut message = referral(&server, &case);
    message["draft"] = json!(true);
    let id = refer(&server, &message).await;
    message["draft"] = json!(false);
    message["reason"] = json!("Autre chose");
    let coordinator = server.bearer(Person::Coordinator).await;
    coordinator.post("/api/v1/referrals", &message).await.expect_refusal(409, "revision_conflict");
    message["reason"] = json!("Accompagnement demandé");
    for (field, value) in [("urgency", json!("urgent")), ("due_in_days", json!(1)), ("questions", json!(["Quand?"]))] {
        let mut other = message.clone();
        other[field] = value;
        coordinator.post("/api/v1/referrals", &other).await.expect_refusal(409, "revision_conflict");
    }
    assert_eq!((refer(&server, &message).await, refer(&server, &message).await), (id.clone(), id.clone()));
    assert_eq!(read(&server.bearer(Person::Cisss).await, &id).await["row"]["stage"], json!("sent"));
    assert_eq!(server.count("referral_entry", "1 = 1").await, 1);
}

async fn several_services_are_asked_at_once_each_with_its_own_consents(server: TestServer) {
    let case = case(&server).await;
    let tower = &server.town.tower;
    let for_cisss = record(&server, &case, &consents::message(&tower.doors[0], server.town.cisss)).await;
    let for_city = record(&server, &case, &consents::message(&tower.doors[1], server.town.brossard)).await;
    let mut message = sharing(&server, &case, &[(&for_cisss, "psychosocial"), (&for_city, "psychosocial")]);
    // The first service among the others too: asked once.
    message["also_to"] = json!([server.town.brossard.to_string(), server.town.cisss.to_string()]);
    let worker = server.bearer(Person::Psychosocial).await;
    for _ in 0..2 {
        worker.post("/api/v1/referrals", &message).await.expect_status(201);
    }
    assert_eq!(server.count("referral", "stage = 'sent'").await, 2, "one click is one referral to each");
    let sent = worker.get("/api/v1/referrals").await.expect_status(200).json();
    let other = ids(&sent["sent"]).into_iter().find(|id| *id != message["id"].as_str().expect("an id")).expect("the other");
    let (cisss, city) = (server.bearer(Person::Cisss).await, server.bearer(Person::Brossard).await);
    let theirs = read(&cisss, message["id"].as_str().expect("an id")).await;
    assert_eq!(seen(&theirs["observations"]), [format!("{} MEN-02", tower.door(0)), "exterior EXT-01".to_owned()]);
    assert_eq!(theirs["group"], Value::Null, "a service knows nothing of the others");
    assert!(!theirs.to_string().contains(&other));
    let of_city = read(&city, &other).await;
    assert_eq!(seen(&of_city["observations"]), [format!("{} MEN-02", tower.door(1)), "exterior EXT-01".to_owned()]);
    cisss.get(&format!("/api/v1/referrals/{other}")).await.expect_refusal(404, "not_found");
    let known = read(&worker, message["id"].as_str().expect("an id")).await;
    assert_eq!((&known["group"][0]["id"], &known["group"][0]["stage"]), (&json!(other), &json!("sent")));
    // One refusal leaves the other alone.
    city.post(&format!("/api/v1/referrals/{other}/decline"), &json!({ "text": "Hors mandat" })).await.expect_status(204);
    cisss.post(&format!("/api/v1/referrals/{}/accept", message["id"].as_str().expect("an id")), &json!({})).await.expect_status(204);
}

async fn what_cannot_be_asked_of_several_is_refused_whole(server: TestServer) {
    let case = case(&server).await;
    let consent = record(&server, &case, &consents::message(&server.town.tower.doors[0], server.town.cisss)).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let to = |message: &Value, first: String, others: Value| {
        let mut message = message.clone();
        message["to_organisation"] = json!(first);
        message["also_to"] = others;
        message
    };
    let (cisss, brossard, longueuil) = (server.town.cisss.to_string(), server.town.brossard.to_string(), server.town.longueuil.to_string());
    let plain = referral(&server, &case);
    let table = [
        // A consent for a service that is not asked.
        (to(&sharing(&server, &case, &[(&consent, "psychosocial")]), brossard.clone(), json!([longueuil])), 422, "consent_required"),
        // A danger is told to the one who can act.
        (to(&in_emergency(&server, &case), cisss.clone(), json!([brossard])), 422, "value_out_of_range"),
        (to(&plain, cisss.clone(), json!([new_id().to_string()])), 404, "not_found"),
        (to(&plain, cisss.clone(), json!([server.town.brigade.to_string()])), 404, "not_found"),
        (to(&plain, cisss.clone(), json!((0..6).map(|_| new_id().to_string()).collect::<Vec<_>>())), 422, "value_out_of_range"),
    ];
    for (message, status, code) in table {
        worker.post("/api/v1/referrals", &message).await.expect_refusal(status, code);
    }
    assert_eq!((server.count("referral", "1 = 1").await, server.count("case_entry", "kind = 'referral_sent'").await), (0, 0), "nothing half-sent");
}

async fn the_form_leads_to_the_preview(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let (id, cisss) = (new_id().to_string(), server.town.cisss.to_string());
    let fields = |reason: &'static str| {
        [
            ("csrf", csrf.as_str()),
            ("id", id.as_str()),
            ("to_organisation", cisss.as_str()),
            ("reason", reason),
            ("urgency", "soon"),
            ("due_in_days", "5"),
            ("sections", "building"),
            ("draft", "1"),
        ]
    };
    let action = format!("/bureau/dossiers/{case}/references");
    let refused = browser.post_form(&action, &fields(" ")).await.expect_status(303);
    assert_eq!((flash(&refused), refused.header("location")), ("error:reason_required".to_owned(), Some(format!("/bureau/dossiers/{case}").as_str())));
    let done = browser.post_form(&action, &fields("Inspection")).await.expect_status(303);
    assert_eq!((flash(&done), done.header("location")), ("success:referral_drafted".to_owned(), Some(format!("/partenaires/{id}").as_str())));
    let page = browser.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(page.contains("Aperçu avant l’envoi") && page.contains("Envoyer maintenant"));
    let sent = browser.post_form(&format!("/partenaires/{id}/send"), &[("csrf", csrf.as_str()), ("revision", "1")]).await.expect_status(303);
    assert_eq!(flash(&sent), "success:referral_sent");
}

async fn the_sheet_that_a_person_leaves_with_says_what_concerns_one_door_in_one_language(server: TestServer) {
    let case = case(&server).await;
    let tower = &server.town.tower;
    let purpose = |door: usize, purpose: &str| {
        let mut message = consents::message(&tower.doors[door], server.town.cisss);
        message["purpose"] = json!(purpose);
        message
    };
    let first = record(&server, &case, &purpose(0, "Visite du CLSC")).await;
    let second = record(&server, &case, &purpose(1, "Aide aux devoirs")).await;
    let message = sharing(&server, &case, &[(&first, "psychosocial"), (&second, "psychosocial")]);
    let worker = server.bearer(Person::Psychosocial).await;
    worker.post("/api/v1/referrals", &message).await.expect_status(201);
    let path = format!("/partenaires/{}/feuille", message["id"].as_str().expect("an id"));
    let page = async |query: &str| worker.get(&format!("{path}{query}")).await.expect_status(200).text();
    assert!(page("").await.contains("Pour quelle porte"));
    let (fr, en) = (page("?porte=1&langue=fr").await, page("?porte=1&langue=en").await);
    let sheet = |text: &str| text.split("data-testid=\"sheet\"").nth(1).and_then(|rest| rest.split("</article>").next()).expect("a sheet").to_owned();
    assert!(sheet(&fr).contains("Visite du CLSC") && sheet(&fr).contains("Vos droits") && fr.contains("lang=\"fr-CA\""), "{}", sheet(&fr));
    assert!(sheet(&en).contains("Visite du CLSC") && sheet(&en).contains("Your rights") && !sheet(&en).contains("Vos droits"));
    assert!(!sheet(&fr).contains("Aide aux devoirs"), "another door is not this person’s");
    assert!(sheet(&page("?porte=2").await).contains("Aide aux devoirs"));
    let building = sheet(&page("?porte=0").await);
    assert!(!building.contains("CLSC") && !building.contains("devoirs"));
    assert!(!sheet(&page("?porte=9").await).contains("devoirs"), "a door that is not there is the building");
    // It is its sender’s to give.
    for person in [Person::Cisss, Person::Longueuil, Person::Coordinator] {
        server.bearer(person).await.get(&format!("{path}?porte=1")).await.expect_status(404);
    }
}
