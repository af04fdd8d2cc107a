//! What concerns people is shared door by door, under their consent, and no longer.

use std::fmt::Display;

use base64::{Engine, engine::general_purpose::STANDARD};
use casework::consent::Consent;
use serde_json::{Value, json};
use server::{
    clock::{new_id, now},
    store,
};

use super::scenes::{case_in, case_of, complex_visit, flash, psychosocial_visit, referral};
use crate::support::{Client, Person, Phone, TestServer, jpeg_of_a_camera, on_both_databases};

on_both_databases!(
    a_consent_opens_one_section_of_one_door_to_one_body,
    a_withdrawal_ends_the_reading_at_once_and_lists_what_was_shared,
    a_consent_that_is_over_opens_nothing_any_more,
    a_referral_shares_nothing_that_no_consent_opens,
    only_the_psychosocial_compartment_keeps_consents,
    an_answer_that_says_too_little_is_refused_and_nothing_is_kept,
    one_click_sent_twice_is_one_answer,
    a_consent_is_recorded_used_and_taken_back_with_plain_forms,
    outside_the_compartment_nothing_tells_that_something_of_people_was_shared,
    a_sending_that_was_done_already_is_told_from_another_under_its_id,
    one_doors_visit_hides_nothing_of_another_door,
    a_door_that_another_was_united_into_is_asked_again,
    a_danger_opens_one_door_without_consent_for_three_days_and_is_reviewed,
    an_emergency_share_needs_the_right_a_ground_a_reason_and_little,
    a_review_that_finds_no_ground_closes_the_reading_at_once,
);

/// The answer of somebody of this dwelling about this body: yes, for what is confidential.
pub fn message(dwelling_id: impl Display, to_organisation: impl Display) -> Value {
    json!({
        "id": new_id().to_string(), "dwelling_id": dwelling_id.to_string(), "to_organisation": to_organisation.to_string(),
        "sections": ["psychosocial"], "purpose": "Visite du CLSC à domicile", "person": "Locataire en titre", "giver": "person", "manner": "spoken",
        "language": "fr", "answer": "given", "days": 90,
    })
}

/// The same on paper, with its photo.
pub fn on_paper(dwelling_id: impl Display, to_organisation: impl Display) -> Value {
    let mut message = message(dwelling_id, to_organisation);
    message["manner"] = json!("paper");
    message["proof"] = json!({ "kind": "paper", "image": STANDARD.encode(jpeg_of_a_camera(60, 40)) });
    message
}

/// Records an answer and returns its id.
pub async fn record(server: &TestServer, case: &str, message: &Value) -> String {
    let psychosocial = server.bearer(Person::Psychosocial).await;
    let answer = psychosocial.post(&format!("/api/v1/cases/{case}/consents"), message).await.expect_status(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

async fn withdraw(server: &TestServer, consent: &str) {
    server.bearer(Person::Psychosocial).await.post(&format!("/api/v1/consents/{consent}/withdrawal"), &json!({})).await.expect_status(204);
}

/// A complex case with confidential answers at two doors, and what was explained at the first.
pub async fn case(server: &TestServer) -> String {
    let (phone, _) = complex_visit(server).await;
    psychosocial_visit(server, &phone).await;
    let tower = &server.town.tower;
    let beside = Phone::beside(&phone);
    let events = [beside.chooses(&tower.door(1), "MEN-02", &["isolement"]), beside.chooses(&tower.door(0), "DRO-02", &["depliant"])];
    beside.push_stored(&server.bearer(Person::Psychosocial).await, &events).await;
    case_of(server, tower).await
}

/// A referral that shares these sections, each under its consent.
pub fn sharing(server: &TestServer, case: &str, consented: &[(&str, &str)]) -> Value {
    let mut message = referral(server, case);
    message["consented"] = consented.iter().map(|(consent, section)| json!({ "consent_id": consent, "section": section })).collect();
    message
}

async fn send(server: &TestServer, message: &Value) -> String {
    let answer = server.bearer(Person::Psychosocial).await.post("/api/v1/referrals", message).await.expect_status(201);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

/// Place and criterion of everything that a referral shows, or that a case shows of its visits.
pub fn seen(observations: &Value) -> Vec<String> {
    let lines = observations.as_array().expect("observations").iter();
    let mut seen: Vec<String> =
        lines.map(|line| format!("{} {}", line["place"].as_str().unwrap_or_default(), line["criterion"].as_str().unwrap_or_default())).collect();
    seen.sort();
    seen
}

async fn seen_in_case(client: &Client, case: &str) -> Vec<String> {
    let detail = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    detail["visits"].as_array().expect("visits").iter().flat_map(|visit| seen(&visit["observations"])).collect()
}

async fn a_consent_opens_one_section_of_one_door_to_one_body(server: TestServer) {
    let case = case(&server).await;
    let (tower, partner) = (&server.town.tower, server.bearer(Person::Cisss).await);
    let consent = record(&server, &case, &message(&tower.doors[0], server.town.cisss)).await;
    let plain = send(&server, &referral(&server, &case)).await;
    assert_eq!(seen(&read(&partner, &plain).await["observations"]), ["exterior EXT-01"], "a consent alone shares nothing");
    let id = send(&server, &sharing(&server, &case, &[(&consent, "psychosocial")])).await;
    let wanted = ["exterior EXT-01".to_owned(), format!("{} MEN-02", tower.door(0))];
    let mut sorted = wanted.to_vec();
    sorted.sort();
    let detail = read(&partner, &id).await;
    assert_eq!(seen(&detail["observations"]), sorted, "neither the other door nor what was explained at this one");
    assert_eq!((&detail["shared_sections"], &detail["consent_ended"]), (&json!(["building", "psychosocial"]), &json!(false)));
    assert_eq!(detail["consented"].as_array().map(Vec::len), Some(1));
    assert_eq!((&detail["consented"][0]["section"], &detail["consented"][0]["purpose"]), (&json!("psychosocial"), &json!("Visite du CLSC à domicile")));
    assert!(!detail.to_string().contains("Locataire en titre"), "who said it stays with the brigade");
    assert!(!detail.to_string().contains(super::scenes::SECRET), "notes stay with the brigade");
    let preview = read(&server.bearer(Person::Psychosocial).await, &id).await;
    assert_eq!(seen(&preview["observations"]), sorted, "the sender is shown what the recipient sees");
    assert_eq!(seen_in_case(&partner, &case).await, sorted, "the case shows the same");
    for person in [Person::Longueuil, Person::Brossard] {
        server.bearer(person).await.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
    }
    assert!(!seen_in_case(&server.bearer(Person::Longueuil).await, &case).await.iter().any(|line| line.contains("MEN-02")));
    // A whole case tells a partner nothing that a door consented to: no motif, no danger, no score of the other doors.
    let row = partner.get(&format!("/api/v1/cases/{case}")).await.json();
    assert_eq!((&row["consents"], &row["consent_doors"], &row["timeline"]), (&json!([]), &json!([]), &json!([])));
}

async fn a_withdrawal_ends_the_reading_at_once_and_lists_what_was_shared(server: TestServer) {
    let case = case(&server).await;
    let (tower, partner, psychosocial) = (&server.town.tower, server.bearer(Person::Cisss).await, server.bearer(Person::Psychosocial).await);
    let first = record(&server, &case, &message(&tower.doors[0], server.town.cisss)).await;
    let second = record(&server, &case, &message(&tower.doors[1], server.town.cisss)).await;
    let elsewhere = record(&server, &case, &message(&tower.doors[0], server.town.longueuil)).await;
    let id = send(&server, &sharing(&server, &case, &[(&first, "psychosocial"), (&second, "psychosocial")])).await;
    let mut parallel = sharing(&server, &case, &[(&elsewhere, "psychosocial")]);
    parallel["to_organisation"] = json!(server.town.longueuil);
    let parallel = send(&server, &parallel).await;
    let before = read(&partner, &id).await;
    assert_eq!(before["observations"].as_array().map(Vec::len), Some(3));
    withdraw(&server, &first).await;
    let after = read(&partner, &id).await;
    assert_eq!(seen(&after["observations"]), [format!("{} MEN-02", tower.door(1)), "exterior EXT-01".to_owned()]);
    assert_eq!(after["consented"].as_array().map(Vec::len), Some(1));
    assert_eq!((&after["consent_ended"], &after["history"][0]["text"]), (&json!(true), &json!("consent_withdrawn")), "the recipient is told");
    assert!(!seen_in_case(&partner, &case).await.contains(&format!("{} MEN-02", tower.door(0))));
    let city = server.bearer(Person::Longueuil).await;
    assert_eq!(read(&city, &parallel).await["observations"].as_array().map(Vec::len), Some(2), "a parallel referral is unaffected");
    // Past sharing is listed; what is withdrawn stays so.
    let detail = psychosocial.get(&format!("/api/v1/cases/{case}")).await.json();
    let row = detail["consents"].as_array().expect("consents").iter().find(|row| row["id"] == json!(first)).expect("the consent").clone();
    assert_eq!((&row["holds"], &row["withdrawn_by"]), (&json!(false), &json!(Person::Psychosocial.name())));
    assert_eq!((&row["uses"][0]["referral_id"], &row["uses"][0]["section"], &row["uses"][0]["stage"]), (&json!(id), &json!("psychosocial"), &json!("sent")));
    psychosocial.post(&format!("/api/v1/consents/{first}/withdrawal"), &json!({})).await.expect_refusal(409, "act_not_possible");
    psychosocial.post("/api/v1/referrals", &sharing(&server, &case, &[(&first, "psychosocial")])).await.expect_refusal(422, "consent_required");
    assert_eq!(server.count("audit", "action = 'consent.withdrawn'").await, 1);
    assert_eq!(server.count("audit", "action = 'consent.recorded'").await, 3);
}

async fn a_consent_that_is_over_opens_nothing_any_more(server: TestServer) {
    let case = case(&server).await;
    let (tower, partner) = (&server.town.tower, server.bearer(Person::Cisss).await);
    let consent = record(&server, &case, &message(&tower.doors[0], server.town.cisss)).await;
    let id = send(&server, &sharing(&server, &case, &[(&consent, "psychosocial")])).await;
    assert_eq!(read(&partner, &id).await["observations"].as_array().map(Vec::len), Some(2));
    // Its last moment has passed.
    let stored = store::consent::by_id(server.brigade.store.reader(), consent.parse().expect("an id")).await.expect("an answer").expect("the consent");
    let over = Consent { until: now(), ..stored.consent };
    let body = serde_json::to_string(&over).expect("JSON").replace('\'', "''");
    server.alter(&format!("update consent set body = '{body}'")).await;
    let detail = read(&partner, &id).await;
    assert_eq!((seen(&detail["observations"]), &detail["consent_ended"]), (vec!["exterior EXT-01".to_owned()], &json!(true)));
}

async fn a_referral_shares_nothing_that_no_consent_opens(server: TestServer) {
    let case = case(&server).await;
    let tower = &server.town.tower;
    let psychosocial = server.bearer(Person::Psychosocial).await;
    let yes = record(&server, &case, &message(&tower.doors[0], server.town.cisss)).await;
    let elsewhere = record(&server, &case, &message(&tower.doors[0], server.town.longueuil)).await;
    let no = {
        let mut message = message(&tower.doors[1], server.town.cisss);
        message["answer"] = json!("refused");
        record(&server, &case, &message).await
    };
    let other_case = case_in(&server, &server.town.house).await;
    let of_another_case = record(&server, &other_case, &message(&server.town.house.doors[0], server.town.cisss)).await;
    let absent = new_id().to_string();
    let table = [
        (&elsewhere, "psychosocial"),
        (&no, "psychosocial"),
        (&of_another_case, "psychosocial"),
        (&absent, "psychosocial"),
        (&yes, "household"),
        (&yes, "contact"),
    ];
    for (consent, section) in table {
        let message = sharing(&server, &case, &[(&yes, "psychosocial"), (consent, section)]);
        let error = psychosocial.post("/api/v1/referrals", &message).await.expect_refusal(422, "consent_required").error();
        assert_eq!(error.detail.as_deref(), Some(section));
    }
    psychosocial.post("/api/v1/referrals", &sharing(&server, &case, &[(&yes, "internal")])).await.expect_refusal(422, "section_not_shareable");
    // Who does not read the compartment does not share it either, whatever people consented to.
    let coordinator = server.bearer(Person::Coordinator).await;
    coordinator.post("/api/v1/referrals", &sharing(&server, &case, &[(&yes, "psychosocial")])).await.expect_refusal(422, "section_not_shareable");
    assert_eq!((server.count("referral", "1 = 1").await, server.count("referral_consent", "1 = 1").await), (0, 0));
}

async fn only_the_psychosocial_compartment_keeps_consents(server: TestServer) {
    let case = case(&server).await;
    let said = message(&server.town.tower.doors[0], server.town.cisss);
    let consent = record(&server, &case, &said).await;
    let (record, withdrawal) = (format!("/api/v1/cases/{case}/consents"), format!("/api/v1/consents/{consent}/withdrawal"));
    for person in Person::ALL.into_iter().filter(|person| *person != Person::Psychosocial) {
        let client = server.bearer(person).await;
        let (status, code) = match person {
            // A city knows that there is a case on its territory; another body and the administrator do not.
            Person::Inspector | Person::SecondInspector | Person::Coordinator | Person::Dispatcher | Person::Privacy | Person::Longueuil => {
                (403, "not_allowed")
            }
            Person::Administrator | Person::Brossard | Person::Cisss | Person::Psychosocial => (404, "not_found"),
        };
        client.post(&record, &message(&server.town.tower.doors[1], server.town.cisss)).await.expect_refusal(status, code);
        client.post(&withdrawal, &json!({})).await.expect_refusal(404, "not_found");
        if status == 403 {
            let detail = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
            assert_eq!((&detail["consents"], &detail["consent_doors"]), (&json!([]), &json!([])), "{person:?}");
            assert!(!detail.to_string().contains("consent_answered") && !detail.to_string().contains("Locataire en titre"), "{person:?}");
        }
    }
    let detail = server.bearer(Person::Psychosocial).await.get(&format!("/api/v1/cases/{case}")).await.json();
    let entry = detail["timeline"].as_array().expect("a timeline").iter().find(|entry| entry["kind"] == "consent_answered").expect("an entry").clone();
    assert!(entry["text"].as_str().is_some_and(|text| text.starts_with("given ")), "{entry}");
    assert_eq!(server.count("consent", "withdrawn_at is null").await, 1);
}

async fn an_answer_that_says_too_little_is_refused_and_nothing_is_kept(server: TestServer) {
    let case = case(&server).await;
    let psychosocial = server.bearer(Person::Psychosocial).await;
    let but = |field: &str, value: Value| {
        let mut said = message(&server.town.tower.doors[0], server.town.cisss);
        said[field] = value;
        said
    };
    let table = [
        (but("sections", json!([])), 422, "missing_field"),
        (but("sections", json!(["building"])), 422, "missing_field"),
        (but("sections", json!(["internal"])), 422, "section_not_shareable"),
        (but("purpose", json!(" ")), 422, "missing_field"),
        (but("purpose", json!("x".repeat(501))), 422, "text_too_long"),
        (but("person", json!("")), 422, "missing_field"),
        (but("person", json!("x".repeat(121))), 422, "text_too_long"),
        (but("language", json!("klingon")), 422, "value_out_of_range"),
        (but("days", json!(0)), 422, "value_out_of_range"),
        (but("days", json!(366)), 422, "value_out_of_range"),
        (but("dwelling_id", json!(new_id().to_string())), 404, "not_found"),
        (but("dwelling_id", json!(server.town.house.doors[0])), 404, "not_found"),
        (but("to_organisation", json!(server.town.brigade)), 404, "not_found"),
        (but("to_organisation", json!(new_id().to_string())), 404, "not_found"),
        (but("giver", json!("neighbour")), 400, "malformed_json"),
        (but("colour", json!("red")), 422, "unknown_field"),
    ];
    for (said, status, code) in table {
        psychosocial.post(&format!("/api/v1/cases/{case}/consents"), &said).await.expect_refusal(status, code);
    }
    psychosocial.post(&format!("/api/v1/cases/{}/consents", new_id()), &but("days", json!(90))).await.expect_refusal(404, "not_found");
    assert_eq!((server.count("consent", "1 = 1").await, server.count("case_entry", "kind = 'consent_answered'").await), (0, 0));
}

async fn one_click_sent_twice_is_one_answer(server: TestServer) {
    let case = case(&server).await;
    let said = message(&server.town.tower.doors[0], server.town.cisss);
    assert_eq!(record(&server, &case, &said).await, record(&server, &case, &said).await);
    let psychosocial = server.bearer(Person::Psychosocial).await;
    // Another answer under the same id was not recorded, and does not say that it was.
    for (field, value) in [("answer", json!("refused")), ("sections", json!(["contact"])), ("days", json!(30)), ("purpose", json!("Autre chose"))] {
        let mut other = said.clone();
        other[field] = value;
        psychosocial.post(&format!("/api/v1/cases/{case}/consents"), &other).await.expect_refusal(409, "revision_conflict");
    }
    assert_eq!((server.count("consent", "1 = 1").await, server.count("case_entry", "kind = 'consent_answered'").await), (1, 1));
}

async fn a_consent_is_recorded_used_and_taken_back_with_plain_forms(server: TestServer) {
    let case = case(&server).await;
    let (browser, csrf) = server.browser(Person::Psychosocial).await;
    let (id, door, to) = (new_id().to_string(), &server.town.tower.doors[0], server.town.cisss.to_string());
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("dwelling_id", door),
        ("to_organisation", &to),
        ("sections", "psychosocial"),
        ("sections", "household"),
        ("purpose", "Visite du CLSC"),
        ("person", "Locataire"),
        ("giver", "person"),
        ("manner", "signed"),
        ("typed_name", "Ana Ruiz"),
        ("in_presence_of", "Paul Roy"),
        ("language", "es"),
        ("answer", "given"),
        ("days", "30"),
    ];
    let at = format!("/bureau/dossiers/{case}");
    assert_eq!(flash(&browser.post_form(&format!("{at}/consentements"), &fields).await.expect_status(303)), "success:consent_recorded");
    let page = browser.get(&at).await.expect_status(200).text();
    for words in ["Visite du CLSC", "en espagnol", "signé à l’écran", "Nom tapé devant témoin", &format!("{id} household"), &format!("{id} psychosocial")]
    {
        assert!(page.contains(words), "{words}");
    }
    let shared = format!("{id} household");
    let refer = [
        ("csrf", csrf.as_str()),
        ("id", &new_id().to_string()),
        ("to_organisation", &to),
        ("reason", "Accompagnement"),
        ("urgency", "soon"),
        ("due_in_days", "5"),
        ("consented", &shared),
    ];
    assert_eq!(flash(&browser.post_form(&format!("{at}/references"), &refer).await.expect_status(303)), "success:referral_sent");
    let inbox = server.bearer(Person::Cisss).await.get("/api/v1/referrals").await.json();
    let referral = inbox["received"][0]["id"].as_str().expect("a referral").to_owned();
    let partner = server.bearer(Person::Cisss).await;
    assert_eq!(seen(&read(&partner, &referral).await["observations"]), [format!("{} DRO-02", server.town.tower.door(0))]);
    let taken_back = browser.post_form(&format!("{at}/consentements/{id}/retrait"), &[("csrf", csrf.as_str())]).await.expect_status(303);
    assert_eq!(flash(&taken_back), "success:consent_withdrawn");
    assert_eq!(seen(&read(&partner, &referral).await["observations"]), Vec::<String>::new());
    let page = partner.get(&format!("/partenaires/{referral}")).await.expect_status(200).text();
    assert!(page.contains("Un consentement a pris fin") && page.contains("Un consentement de cette référence est retiré"), "the page says so");
    assert!(browser.get(&at).await.text().contains("Retiré le"), "and so does the case");
}

/// A referral that shares the psychosocial compartment of the first door, without consent.
pub fn in_emergency(server: &TestServer, case: &str) -> Value {
    let mut message = referral(server, case);
    message["emergency"] = json!({
        "id": new_id().to_string(), "dwelling_id": server.town.tower.doors[0], "sections": ["psychosocial"], "ground": "person_in_danger",
        "reason": "Ne répond plus depuis deux jours, propos suicidaires",
    });
    message
}

/// Shares the first door without consent, and returns the id of the sharing.
pub async fn share_in_emergency(server: &TestServer, case: &str) -> String {
    let message = in_emergency(server, case);
    send(server, &message).await;
    message["emergency"]["id"].as_str().expect("an id").to_owned()
}

async fn shares(client: &Client) -> Vec<Value> {
    client.get("/api/v1/emergency-shares").await.expect_status(200).json()["rows"].as_array().expect("rows").clone()
}

async fn a_danger_opens_one_door_without_consent_for_three_days_and_is_reviewed(server: TestServer) {
    let case = case(&server).await;
    let (tower, partner, privacy) = (&server.town.tower, server.bearer(Person::Cisss).await, server.bearer(Person::Privacy).await);
    assert!(shares(&privacy).await.is_empty());
    let message = in_emergency(&server, &case);
    let id = send(&server, &message).await;
    assert_eq!(send(&server, &message).await, id, "one click sent twice is one sharing");
    let detail = read(&partner, &id).await;
    assert_eq!(seen(&detail["observations"]), [format!("{} MEN-02", tower.door(0)), "exterior EXT-01".to_owned()]);
    assert_eq!((&detail["consented"][0]["emergency"], &detail["consent_ended"]), (&json!("person_in_danger"), &json!(false)));
    assert_eq!(detail["row"]["urgency"], json!("urgent"), "whatever the form said");
    let rows = shares(&privacy).await;
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!((&row["finding"], &row["holds"], &row["shared_by"]), (&Value::Null, &json!(true), &json!(Person::Psychosocial.name())));
    assert_eq!(row["until"].as_i64().zip(row["at"].as_i64()).map(|(until, at)| until - at), Some(72 * 3_600_000));
    assert!(!row.to_string().contains("isolement"), "that it was shared, never what");
    let review = format!("/api/v1/emergency-shares/{}/review", row["id"].as_str().expect("an id"));
    privacy.post(&review, &json!({ "finding": "justified", "text": " " })).await.expect_refusal(422, "reason_required");
    privacy.post(&review, &json!({ "finding": "perhaps", "text": "Vu" })).await.expect_refusal(400, "malformed_json");
    privacy.post(&review, &json!({ "finding": "justified", "text": "Danger réel" })).await.expect_status(204);
    privacy.post(&review, &json!({ "finding": "not_justified", "text": "Non" })).await.expect_refusal(409, "act_not_possible");
    assert_eq!(shares(&privacy).await[0]["finding"], json!("justified"));
    assert_eq!(read(&partner, &id).await["observations"].as_array().map(Vec::len), Some(2), "what is justified stays readable");
    for person in Person::ALL.into_iter().filter(|person| *person != Person::Privacy) {
        let client = server.bearer(person).await;
        client.get("/api/v1/emergency-shares").await.expect_refusal(404, "not_found");
        client.post(&review, &json!({ "finding": "justified", "text": "Moi aussi" })).await.expect_refusal(404, "not_found");
    }
    assert_eq!(server.count("audit", "action in ('sharing.emergency', 'sharing.reviewed')").await, 2);
    // Three days later it opens nothing any more.
    let stored =
        store::emergency_share::by_id(server.brigade.store.reader(), row["id"].as_str().expect("an id").parse().expect("an id"), server.town.brigade).await;
    let mut over = stored.expect("an answer").expect("the share");
    over.shared.at = over.shared.at.plus_ms(-casework::emergency_share::EMERGENCY_SHARE_MS);
    let body = serde_json::to_string(&over).expect("JSON").replace('\'', "''");
    server.alter(&format!("update emergency_share set body = '{body}'")).await;
    let detail = read(&partner, &id).await;
    assert_eq!((seen(&detail["observations"]), &detail["consent_ended"]), (vec!["exterior EXT-01".to_owned()], &json!(true)));
}

async fn an_emergency_share_needs_the_right_a_ground_a_reason_and_little(server: TestServer) {
    let case = case(&server).await;
    let psychosocial = server.bearer(Person::Psychosocial).await;
    let but = |field: &str, value: Value| {
        let mut message = in_emergency(&server, &case);
        message["emergency"][field] = value;
        message
    };
    let table = [
        (but("reason", json!(" ")), 422, "reason_required"),
        (but("reason", json!("x".repeat(2_001))), 422, "text_too_long"),
        (but("sections", json!([])), 422, "missing_field"),
        (but("sections", json!(["psychosocial", "building"])), 422, "missing_field"),
        (but("sections", json!(["internal"])), 422, "section_not_shareable"),
        (but("ground", json!("curiosity")), 400, "malformed_json"),
        (but("dwelling_id", json!(server.town.house.doors[0])), 404, "not_found"),
        (but("colour", json!("red")), 422, "unknown_field"),
    ];
    for (message, status, code) in table {
        psychosocial.post("/api/v1/referrals", &message).await.expect_refusal(status, code);
    }
    server.bearer(Person::Coordinator).await.post("/api/v1/referrals", &in_emergency(&server, &case)).await.expect_refusal(422, "section_not_shareable");
    server.bearer(Person::Inspector).await.post("/api/v1/referrals", &in_emergency(&server, &case)).await.expect_refusal(403, "not_allowed");
    assert_eq!((server.count("referral", "1 = 1").await, server.count("emergency_share", "1 = 1").await), (0, 0));
}

async fn a_review_that_finds_no_ground_closes_the_reading_at_once(server: TestServer) {
    let case = case(&server).await;
    let id = send(&server, &in_emergency(&server, &case)).await;
    // A form that says why and not what is refused: who sent it would believe that it was shared.
    let (sender, token) = server.browser(Person::Psychosocial).await;
    let (form_id, to) = (new_id().to_string(), server.town.cisss.to_string());
    let fields = [
        ("csrf", token.as_str()),
        ("id", &form_id),
        ("to_organisation", &to),
        ("reason", "Accompagnement"),
        ("urgency", "soon"),
        ("due_in_days", "5"),
        ("emergency_reason", "Ne répond plus"),
    ];
    let answer = sender.post_form(&format!("/bureau/dossiers/{case}/references"), &fields).await.expect_status(303);
    assert_eq!((flash(&answer), server.count("referral", "1 = 1").await), ("error:missing_field".to_owned(), 1));
    let (browser, csrf) = server.browser(Person::Privacy).await;
    let page = browser.get("/bureau/vie-privee").await.expect_status(200).text();
    assert!(page.contains("propos suicidaires") && page.contains("À examiner"), "the page says what and why");
    let share = shares(&browser).await[0]["id"].as_str().expect("an id").to_owned();
    let fields = [("csrf", csrf.as_str()), ("finding", "not_justified"), ("text", "Un consentement pouvait être demandé")];
    let answer = browser.post_form(&format!("/bureau/vie-privee/{share}/examen"), &fields).await.expect_status(303);
    assert_eq!(flash(&answer), "success:sharing_reviewed");
    let detail = read(&server.bearer(Person::Cisss).await, &id).await;
    assert_eq!((seen(&detail["observations"]), &detail["consent_ended"]), (vec!["exterior EXT-01".to_owned()], &json!(true)));
    assert!(browser.get("/bureau/vie-privee").await.text().contains("Un consentement pouvait être demandé"));
}

/// Everything of a case and of the lists that somebody of the brigade reads.
async fn brigade_view(server: &TestServer, person: Person, case: &str) -> String {
    let client = server.bearer(person).await;
    let detail = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    let list = client.get("/api/v1/cases").await.expect_status(200).json();
    let referrals = client.get("/api/v1/referrals").await;
    let sent = if referrals.status == 200 { referrals.json()["sent"].to_string() } else { String::new() };
    let board = client.get("/api/v1/map").await.text();
    format!("{detail}\n{}\n{sent}\n{board}", list["rows"])
}

async fn outside_the_compartment_nothing_tells_that_something_of_people_was_shared(server: TestServer) {
    let case = case(&server).await;
    let people = [Person::Inspector, Person::Coordinator, Person::Dispatcher, Person::Privacy];
    let mut before = Vec::new();
    for person in people {
        before.push(brigade_view(&server, person, &case).await);
    }
    let mut said = message(&server.town.tower.doors[0], server.town.cisss);
    said["sections"] = json!(["contact", "psychosocial"]);
    let consent = record(&server, &case, &said).await;
    let mut shared = Vec::new();
    for section in ["psychosocial", "contact"] {
        let mut sending = sharing(&server, &case, &[(&consent, section)]);
        sending["sections"] = json!([]);
        shared.push(send(&server, &sending).await);
    }
    let mut danger = in_emergency(&server, &case);
    danger["emergency"]["sections"] = json!(["contact"]);
    shared.push(send(&server, &danger).await);
    let partner = server.bearer(Person::Cisss).await;
    partner.post(&format!("/api/v1/referrals/{}/accept", shared[0]), &json!({})).await.expect_status(204);
    withdraw(&server, &consent).await;
    for (person, before) in people.into_iter().zip(before) {
        assert_eq!(brigade_view(&server, person, &case).await, before, "{person:?}");
        let client = server.bearer(person).await;
        for id in &shared {
            client.get(&format!("/api/v1/referrals/{id}")).await.expect_refusal(404, "not_found");
        }
    }
    let waiting = server.bearer(Person::Psychosocial).await.get(&format!("/api/v1/cases/{case}")).await.json()["row"]["referrals_waiting"].clone();
    assert_eq!(waiting, json!(2), "the compartment knows what waits");
    // A service that refused is told nothing of what the person said afterwards.
    let declined = send(&server, &in_emergency(&server, &case)).await;
    partner.post(&format!("/api/v1/referrals/{declined}/decline"), &json!({ "text": "Hors territoire" })).await.expect_status(204);
    let officer = server.bearer(Person::Privacy).await;
    for row in shares(&officer).await {
        let review = format!("/api/v1/emergency-shares/{}/review", row["id"].as_str().expect("an id"));
        officer.post(&review, &json!({ "finding": "not_justified", "text": "Non" })).await.expect_status(204);
    }
    assert_eq!(read(&partner, &declined).await["consent_ended"], json!(false));
}

async fn a_sending_that_was_done_already_is_told_from_another_under_its_id(server: TestServer) {
    let case = case(&server).await;
    let psychosocial = server.bearer(Person::Psychosocial).await;
    let consent = record(&server, &case, &message(&server.town.tower.doors[0], server.town.cisss)).await;
    let plain = referral(&server, &case);
    send(&server, &plain).await;
    // The page was gone back to, and more was asked: it was not sent, and nobody believes that it was.
    let mut with_danger = in_emergency(&server, &case);
    with_danger["id"] = plain["id"].clone();
    psychosocial.post("/api/v1/referrals", &with_danger).await.expect_refusal(409, "revision_conflict");
    let mut with_consent = sharing(&server, &case, &[(&consent, "psychosocial")]);
    with_consent["id"] = plain["id"].clone();
    psychosocial.post("/api/v1/referrals", &with_consent).await.expect_refusal(409, "revision_conflict");
    assert_eq!((server.count("emergency_share", "1 = 1").await, server.count("referral_consent", "1 = 1").await), (0, 0));
    // The same click again succeeds, whatever ended since.
    let consented = sharing(&server, &case, &[(&consent, "psychosocial")]);
    let id = send(&server, &consented).await;
    withdraw(&server, &consent).await;
    assert_eq!(send(&server, &consented).await, id);
    assert_eq!(server.count("referral", "1 = 1").await, 2);
}

async fn one_doors_visit_hides_nothing_of_another_door(server: TestServer) {
    let case = case(&server).await;
    let tower = &server.town.tower;
    // A later visit meets the people of the second door alone.
    let later = Phone::in_building(tower);
    let events = [later.starts(), later.chooses(&tower.door(1), "MEN-02", &["isolement"])];
    later.push_stored(&server.bearer(Person::Psychosocial).await, &events).await;
    let mut consents = Vec::new();
    for door in &tower.doors[..2] {
        consents.push(record(&server, &case, &message(door, server.town.cisss)).await);
    }
    let id = send(&server, &sharing(&server, &case, &[(&consents[0], "psychosocial"), (&consents[1], "psychosocial")])).await;
    let partner = server.bearer(Person::Cisss).await;
    let of_people = async || seen(&read(&partner, &id).await["observations"]).into_iter().filter(|line| line.contains("MEN-02")).collect::<Vec<_>>();
    let mut both = [0, 1].map(|door| format!("{} MEN-02", tower.door(door)));
    both.sort();
    assert_eq!(of_people().await, both);
    withdraw(&server, &consents[1]).await;
    assert_eq!(of_people().await, [format!("{} MEN-02", tower.door(0))]);
    // The case says no more than the referral: what is written freely stays with the brigade.
    let body = partner.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).text();
    assert!(!body.contains(super::scenes::SECRET) && !body.contains(super::scenes::NOTE), "{body}");
}

async fn a_door_that_another_was_united_into_is_asked_again(server: TestServer) {
    let case = case(&server).await;
    let (inspector, psychosocial, partner) =
        (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await, server.bearer(Person::Cisss).await);
    let phone = Phone::in_building(&server.town.tower);
    let [kept, gone] = [(); 2].map(|()| new_id().to_string());
    let adds = |door: &str, label: &str| phone.event(&json!({ "kind": "dwelling_added", "dwelling_id": door, "label": label, "floor": 2 }));
    phone.push_stored(&inspector, &[phone.starts(), adds(&kept, "app. 4"), adds(&gone, "App 4")]).await;
    let beside = Phone::beside(&phone);
    let answers = [("MEN-02", &kept), ("MEN-05", &gone)]
        .map(|(criterion, door)| beside.answers(&format!("dwelling:{door}"), criterion, &json!({ "status": "to_verify" })));
    beside.push_stored(&psychosocial, &answers).await;
    let consent = record(&server, &case, &message(&kept, server.town.cisss)).await;
    let refused = {
        let mut said = message(&gone, server.town.cisss);
        said["answer"] = json!("refused");
        record(&server, &case, &said).await
    };
    let id = send(&server, &sharing(&server, &case, &[(&consent, "psychosocial")])).await;
    // And one under a consent for the door that goes: it opens nothing afterwards, and says so.
    let of_gone = record(&server, &case, &message(&gone, server.town.cisss)).await;
    let from_gone = send(&server, &sharing(&server, &case, &[(&of_gone, "psychosocial")])).await;
    let of_people = async |id: &str| seen(&read(&partner, id).await["observations"]).into_iter().filter(|line| line.contains("MEN-")).collect::<Vec<_>>();
    assert_eq!(of_people(&id).await, [format!("dwelling:{kept} MEN-02")]);
    // The two doors are one: what the people of the other said lies there now, and they had refused.
    phone.push_stored(&inspector, &[phone.event(&json!({ "kind": "doors_merged", "gone": gone, "kept": kept }))]).await;
    assert_eq!(of_people(&id).await, Vec::<String>::new());
    assert_eq!(read(&partner, &id).await["consent_ended"], json!(true));
    let ended = read(&partner, &from_gone).await;
    assert_eq!((of_people(&from_gone).await, &ended["consented"], &ended["consent_ended"]), (Vec::new(), &json!([]), &json!(true)));
    let detail = psychosocial.get(&format!("/api/v1/cases/{case}")).await.json();
    let rows = detail["consents"].as_array().expect("consents");
    assert!(rows.iter().all(|row| row["holds"] == json!(false)) && rows.iter().any(|row| row["id"] == json!(refused)), "{rows:?}");
    psychosocial.post("/api/v1/referrals", &sharing(&server, &case, &[(&consent, "psychosocial")])).await.expect_refusal(422, "consent_required");
    // Asked again, of the door as it is.
    let again = record(&server, &case, &message(&kept, server.town.cisss)).await;
    let next = send(&server, &sharing(&server, &case, &[(&again, "psychosocial")])).await;
    assert_eq!(of_people(&next).await.len(), 2);
    assert_eq!(of_people(&id).await, Vec::<String>::new(), "the first referral keeps to what was said for it");
}
