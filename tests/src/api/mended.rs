//! Defects found by attacking the program, each held here once mended.

use serde_json::{Value, json};
use server::{
    clock::{new_id, sha256_hex},
    store::{self, UploadRow},
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
);

async fn a_photo_whose_last_answer_was_lost_ends_when_it_is_announced_again(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id(), jpeg(320, 240));
    announce(&client, &id.to_string(), &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    // As a crash between the last chunk and its verification leaves it: every byte here, nothing said.
    server.brigade.photos.write_chunk(id.into(), 0, &bytes).await.expect("written");
    let mut tx = server.brigade.store.begin().await.expect("a transaction");
    assert!(store::photo::advance_upload(&mut tx, id.into(), 0, bytes.len() as u64).await.expect("advanced"));
    tx.commit().await.expect("kept");
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
    assert_eq!(server.count("observation", "note = 'avantaprès'").await, 1);
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
