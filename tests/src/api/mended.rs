//! Defects found by attacking the program, each held here once mended.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use server::{
    clock::{new_id, sha256_hex},
    store::{self, ObservationRecord, UploadRow},
};

use super::{
    photos::announce,
    scenes::{case_of, complex_visit, flash, one_more_building, psychosocial_visit, refer, referral, verdicts},
};
use crate::support::{Client, Person, Phone, TestServer, jpeg, on_both_databases};

on_both_databases!(
    a_photo_whose_last_answer_was_lost_ends_when_it_is_announced_again,
    an_escalation_under_an_id_already_taken_blocks_nothing,
    a_character_that_a_database_cannot_hold_blocks_nothing,
    a_later_visit_about_a_household_takes_nothing_from_a_referral,
    a_recipient_who_refused_reads_the_reason_no_more,
    nobody_is_sent_to_another_site,
    leaving_is_never_refused_and_never_forced,
    an_address_that_no_header_can_carry_leads_home,
    a_burst_of_wrong_passwords_is_throttled_like_a_slow_one,
    a_psychosocial_visit_does_not_reach_the_phones_of_others,
    a_danger_known_in_confidence_changes_nothing_that_a_partner_reads,
    a_forged_event_sent_again_is_set_aside_once,
    a_problem_found_again_after_its_correction_is_a_relapse,
    phones_that_push_together_are_each_answered,
    the_work_of_one_person_is_not_sent_in_the_name_of_another,
    who_opened_a_case_for_a_household_is_not_named_once_they_amend_what_they_wrote,
    a_photo_of_a_building_without_a_case_is_the_brigade_s_alone,
);

async fn a_photo_whose_last_answer_was_lost_ends_when_it_is_announced_again(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id(), jpeg(320, 240));
    announce(&client, &id.to_string(), &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    // As a crash between the last chunk and its verification leaves it: every byte here, nothing said.
    server.brigade.photos.write_chunk(id.into(), 0, bytes.clone().into()).await.expect("written").expect("from the start");
    let again = announce(&client, &id.to_string(), &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    assert_eq!(again.header("x-brigade-photo"), Some("verified"));
    let upload: UploadRow = store::photo::upload(server.brigade.store.reader(), id.into()).await.expect("an answer").expect("the upload");
    assert!(upload.finished);
}

async fn an_escalation_under_an_id_already_taken_blocks_nothing(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let id = new_id().to_string();
    let phone = Phone::in_building(&server.town.tower);
    phone.push_stored(&client, &[phone.starts(), phone.raises(&id, "common", "Fumée dans la cage d’escalier")]).await;
    let other = Phone::in_building(&one_more_building(&server, "9, rue du Double", "Longueuil").await);
    let reply = other.push_stored(&client, &[other.starts(), other.raises(&id, "common", "Plafond qui tombe"), other.observes("exterior", "EXT-01", 2)]).await;
    assert_eq!(verdicts(&reply), ["stored", "stored", "stored"]);
    assert_eq!(server.count("escalation", "1 = 1").await, 2);
}

async fn a_character_that_a_database_cannot_hold_blocks_nothing(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let reply = phone.push_stored(&client, &[phone.starts(), phone.notes("exterior", "EXT-01", "avant\u{0}après")]).await;
    assert_eq!(verdicts(&reply), ["stored", "stored"]);
    assert_eq!(server.count_observations(|record| record.note.as_deref() == Some("avantaprès")).await, 1);
}

async fn shared_with_the_partner(server: &TestServer) -> (Client, String) {
    let case = case_of(server, &server.town.tower).await;
    let id = refer(server, &referral(server, &case)).await;
    (server.bearer(Person::Cisss).await, format!("/api/v1/referrals/{id}"))
}

async fn a_later_visit_about_a_household_takes_nothing_from_a_referral(server: TestServer) {
    complex_visit(&server).await;
    let (partner, path) = shared_with_the_partner(&server).await;
    let before = partner.get(&path).await.expect_status(200).json()["observations"].clone();
    assert!(before.as_array().is_some_and(|observations| !observations.is_empty()));
    let case = case_of(&server, &server.town.tower).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let motifs = async || coordinator.get(&format!("/api/v1/cases/{case}")).await.json()["motifs"].clone();
    let proofs: Value = motifs().await;
    psychosocial_visit(&server, &Phone::in_building(&server.town.tower)).await;
    assert_eq!(partner.get(&path).await.expect_status(200).json()["observations"], before);
    assert_eq!(motifs().await, proofs);
}

async fn a_recipient_who_refused_reads_the_reason_no_more(server: TestServer) {
    complex_visit(&server).await;
    let (partner, path) = shared_with_the_partner(&server).await;
    assert_ne!(partner.get(&path).await.json()["reason"], "");
    partner.post(&format!("{path}/decline"), &json!({ "text": "Hors de notre mandat" })).await.expect_status(204);
    assert_eq!(partner.get(&path).await.expect_status(200).json()["reason"], "");
    assert_ne!(server.bearer(Person::Coordinator).await.get(&path).await.json()["reason"], "");
}

async fn nobody_is_sent_to_another_site(server: TestServer) {
    for next in ["//ailleurs.example", "/\t/ailleurs.example", "/\n/ailleurs.example", "/\\ailleurs.example", "https://ailleurs.example"] {
        let answer = server.stranger().post_form("/langue", &[("locale", "fr"), ("next", next)]).await.expect_status(303);
        assert_eq!(answer.header("location"), Some("/"), "{next:?}");
    }
}

async fn leaving_is_never_refused_and_never_forced(server: TestServer) {
    let token = server.token(Person::Coordinator).await;
    let from = |site: &str| server.stranger().with("cookie", &format!("brigade_session={token}")).with("sec-fetch-site", site);
    let forced = from("cross-site").post_form("/deconnexion", &[]).await.expect_status(303);
    assert_eq!(flash(&forced), "error:forged_request");
    from("same-origin").get("/api/v1/session").await.expect_status(200);
    // A page so old that its hidden field is another session's.
    from("same-origin").post_form("/deconnexion", &[("csrf", "perimé")]).await.expect_status(303);
    from("same-origin").get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
}

async fn an_address_that_no_header_can_carry_leads_home(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let answer = browser.post_form("/bureau/dossiers/a%0d%0aX:%20y/commentaires", &[("csrf", &csrf), ("text", "Bonjour")]).await.expect_status(303);
    assert_eq!((answer.header("location"), answer.header("x")), (Some("/"), None));
}

async fn a_burst_of_wrong_passwords_is_throttled_like_a_slow_one(server: TestServer) {
    let mut burst = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let stranger = server.stranger();
        let message = json!({ "email": Person::Coordinator.email(), "password": "pas le bon mot" });
        burst.spawn(async move { stranger.post("/api/v1/session", &message).await.error().code });
    }
    let codes = burst.join_all().await;
    let wrong = codes.iter().filter(|code| *code == "wrong_credentials").count();
    assert!(codes.iter().any(|code| code == "too_many_attempts"), "{codes:?}");
    // At most one more per turn to hash than a slow attacker gets.
    assert!(wrong <= 12, "{wrong} passwords were tried");
    assert_eq!(wrong + codes.iter().filter(|code| *code == "too_many_attempts").count(), 16);
}

async fn a_psychosocial_visit_does_not_reach_the_phones_of_others(server: TestServer) {
    let (_, events) = complex_visit(&server).await;
    assert!(!events.is_empty());
    let inspector = server.bearer(Person::SecondInspector).await;
    let pulled = async |client: &Client| {
        let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
        let sheets = reply["buildings"].as_array().expect("sheets").clone();
        sheets.into_iter().find(|sheet| sheet["id"] == server.town.tower.id.to_string()).expect("the tower")
    };
    let before = pulled(&inspector).await;
    assert!(before["visit"].is_object());
    let worker = server.bearer(Person::Psychosocial).await;
    let phone = Phone::in_building(&server.town.tower);
    for event in [phone.starts(), phone.chooses(&server.town.tower.door(0), "MEN-02", &["isolement"]), phone.finishes()] {
        phone.push_stored(&worker, &[event]).await;
        assert_eq!(pulled(&inspector).await, before);
    }
    assert_eq!(pulled(&worker).await["visit"]["started_by"], Person::Psychosocial.name());
}

async fn a_danger_known_in_confidence_changes_nothing_that_a_partner_reads(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    refer(&server, &referral(&server, &case)).await;
    let addresses = [format!("/api/v1/cases/{case}"), "/api/v1/cases?state=all".to_owned(), "/api/v1/cases.geojson".to_owned()];
    let mut before = Vec::new();
    for person in [Person::Longueuil, Person::Cisss] {
        let client = server.bearer(person).await;
        for address in &addresses {
            before.push((person, address, client.get(address).await.text()));
        }
    }
    let worker = server.bearer(Person::Psychosocial).await;
    let phone = Phone::in_building(&server.town.tower);
    phone.push_stored(&worker, &[phone.starts(), phone.observes(&server.town.tower.door(0), "MEN-04", 4)]).await;
    phone.push_stored(&worker, &[phone.finishes()]).await;
    assert_eq!(server.count("escalation", "confidential = 1").await, 1);
    for (person, address, text) in before {
        assert_eq!(server.bearer(person).await.get(address).await.text(), text, "{person:?} {address}");
    }
}

async fn a_forged_event_sent_again_is_set_aside_once(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let honest = phone.observes("exterior", "EXT-01", 2);
    phone.push_stored(&client, &[phone.starts(), honest.clone()]).await;
    let mut forged = honest;
    forged["change"]["answer"]["severity"] = json!(1);
    for _ in 0..3 {
        let reply = phone.push(&client, std::slice::from_ref(&forged)).await.expect_status(200).json();
        assert_eq!(verdicts(&reply), ["quarantined"]);
    }
    assert_eq!(server.count("field_event_quarantine", "1 = 1").await, 1);
}

async fn a_problem_found_again_after_its_correction_is_a_relapse(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let mut motifs = Vec::new();
    for severity in [3, 0, 2] {
        let phone = Phone::in_building(&server.town.tower);
        let events =
            [phone.starts(), phone.enters(&server.town.tower.doors[0]), phone.observes(&server.town.tower.door(0), "HUM-01", severity), phone.finishes()];
        phone.push_stored(&client, &events).await;
        let detail = server.bearer(Person::Coordinator).await.get(&format!("/api/v1/cases/{}", case_of(&server, &server.town.tower).await)).await.json();
        motifs.push(detail["motifs"].to_string().contains("RECID"));
    }
    assert_eq!(motifs, [false, false, true], "found, corrected, found again");
}

async fn phones_that_push_together_are_each_answered(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let first = Phone::in_building(&server.town.tower);
    first.push_stored(&client, &[first.starts(), first.enters(&server.town.tower.doors[0])]).await;
    // Half of them on one visit, half on visits of their own; one of them sends what is refused.
    let pushes = (0..24).map(|number| {
        let phone = if number % 2 == 0 { Phone::beside(&first) } else { Phone::in_building(&server.town.tower) };
        let (client, door) = (&client, server.town.tower.door(0));
        async move {
            let criterion = if number == 5 { "ZZZ-99" } else { "HUM-01" };
            let severity = u8::try_from(number % 4).expect("small");
            let events = [phone.starts(), phone.observes(&door, criterion, severity), phone.notes("exterior", "EXT-01", &format!("note {number}"))];
            let reply = phone.push(client, &events).await.expect_status(200).json();
            let said: Vec<String> = verdicts(&reply).into_iter().map(str::to_owned).collect();
            (number, said)
        }
    });
    for (number, said) in futures::future::join_all(pushes).await {
        let expected = if number == 5 { "refused" } else { "stored" };
        // Of several phones on one visit, all but the first are in conflict: both answers are kept.
        assert!(said[1] == expected || (number % 2 == 0 && said[1] == "conflict"), "{number}: {said:?}");
        assert_eq!((said[0].as_str(), said[2].as_str()), ("stored", "stored"), "{number}");
    }
    assert_eq!(server.count("field_event", "1 = 1").await, 2 + 24 * 3 - 1);
    assert_eq!(server.count("visit", "1 = 1").await, 1 + 12);
    // Each batch has its place in the feed, and each answer one that no other has.
    let mut taken = BTreeSet::new();
    let twice = |record: &ObservationRecord| record.current.as_ref().is_some_and(|current| !taken.insert(current.shown.server_sequence));
    assert_eq!(server.count_observations(twice).await, 0);
    assert_eq!(server.count("field_event", "batch_id not in (select id from field_batch)").await, 0);
    let case = case_of(&server, &server.town.tower).await;
    assert_eq!(server.count("case_file", &format!("id <> '{case}'")).await, 0, "one case for the building");
}

async fn the_work_of_one_person_is_not_sent_in_the_name_of_another(server: TestServer) {
    let phone = Phone::in_building(&server.town.tower);
    let mut message = phone.message(&[phone.starts()]);
    message["account_id"] = json!(server.town.accounts[&Person::Inspector].to_string());
    server.bearer(Person::Psychosocial).await.post("/api/v1/sync/push", &message).await.expect_refusal(403, "other_account");
    assert_eq!(server.count("field_event", "1 = 1").await, 0);
    let reply = server.bearer(Person::Inspector).await.post("/api/v1/sync/push", &message).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["stored"]);
    let other = server.bearer(Person::Psychosocial).await.with("x-brigade-account", &server.town.accounts[&Person::Inspector].to_string());
    other.get("/api/v1/sync/pull").await.expect_refusal(403, "other_account");
    other.post("/api/v1/photos", &json!({})).await.expect_refusal(403, "other_account");
    server.bearer(Person::Psychosocial).await.with("x-brigade-account", "nobody").get("/api/v1/sync/pull").await.expect_refusal(400, "malformed_id");
}

async fn who_opened_a_case_for_a_household_is_not_named_once_they_amend_what_they_wrote(server: TestServer) {
    let inspector = Phone::in_building(&server.town.tower);
    inspector.push_stored(&server.bearer(Person::Inspector).await, &[inspector.starts(), inspector.enters(&server.town.tower.doors[0])]).await;
    let (worker, phone, door) = (server.bearer(Person::Psychosocial).await, Phone::beside(&inspector), server.town.tower.door(0));
    let said = |severity| [phone.chooses(&door, "MEN-02", &["isolement"]), phone.observes(&door, "MEN-06", severity)];
    phone.push_stored(&worker, &said(3)).await;
    let path = format!("/api/v1/cases/{}", case_of(&server, &server.town.tower).await);
    // Every answer is written anew: none bears the moment at which the case was opened.
    phone.push_stored(&worker, &said(2)).await;
    let read = server.bearer(Person::Inspector).await.get(&path).await.expect_status(200);
    assert!(!read.text().contains(Person::Psychosocial.name()), "{}", read.text());
    assert!(server.bearer(Person::Psychosocial).await.get(&path).await.text().contains(Person::Psychosocial.name()));
}

async fn a_photo_of_a_building_without_a_case_is_the_brigade_s_alone(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, id, bytes) = (Phone::in_building(&server.town.tower), new_id().to_string(), jpeg(64, 48));
    phone.push_stored(&client, &[phone.starts(), phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    super::photos::upload(&client, &id, &bytes).await.expect_status(204);
    let path = format!("/api/v1/photos/{id}?size=thumb");
    client.get(&path).await.expect_status(200);
    for person in [Person::Longueuil, Person::Cisss] {
        server.bearer(person).await.get(&path).await.expect_refusal(404, "not_found");
    }
}
