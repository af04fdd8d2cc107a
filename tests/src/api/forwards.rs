//! A partner asks that what it holds be passed on; the brigade decides, and nothing goes further than it was shared.

use casework::consent::Consent;
use serde_json::{Value, json};
use server::{
    clock::{new_id, now},
    store,
};

use super::{
    consents::{self, message, record, seen, sharing},
    scenes::{case_in, flash, refer, referral},
};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    what_a_partner_asks_to_pass_on_goes_as_another_referral_and_both_are_told_how_it_goes,
    what_is_passed_on_shares_no_more_than_the_first_and_people_are_asked_again,
    a_draft_given_up_before_it_went_says_nothing_to_who_asked,
    the_brigade_may_refuse_and_says_why,
    only_who_holds_a_referral_asks_and_one_asking_waits_at_a_time,
    an_asking_is_answered_once_whatever_is_sent_at_once,
    it_is_asked_and_answered_with_plain_forms,
);

pub fn asking(to: impl std::fmt::Display) -> Value {
    json!({ "id": new_id().to_string(), "to_organisation": to.to_string(), "reason": "Il faut un relogement" })
}

pub async fn ask(server: &TestServer, referral: &str, asking: &Value) -> String {
    server.bearer(Person::Cisss).await.post(&format!("/api/v1/referrals/{referral}/forwards"), asking).await.expect_status(204);
    asking["id"].as_str().expect("an id").to_owned()
}

pub async fn accept(server: &TestServer, person: Person, referral: &str) {
    server.bearer(person).await.post(&format!("/api/v1/referrals/{referral}/accept"), &json!({ "text": "" })).await.expect_status(204);
}

/// An asking of a referral of its own, by its id.
pub async fn asked(server: &TestServer) -> String {
    let case = case_in(server, &server.town.house).await;
    let first = refer(server, &referral(server, &case)).await;
    accept(server, Person::Cisss, &first).await;
    ask(server, &first, &asking(server.town.longueuil)).await
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

fn history(detail: &Value) -> Vec<String> {
    detail["history"].as_array().expect("lines").iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// A referral to Longueuil that answers an asking.
fn passing_on(server: &TestServer, case: &str, forward: &str) -> Value {
    let mut message = referral(server, case);
    (message["to_organisation"], message["forwards"]) = (json!(server.town.longueuil.to_string()), json!(forward));
    message["reason"] = json!("Relogement à prévoir");
    message
}

async fn what_a_partner_asks_to_pass_on_goes_as_another_referral_and_both_are_told_how_it_goes(server: TestServer) {
    let case = consents::case(&server).await;
    let first = refer(&server, &referral(&server, &case)).await;
    accept(&server, Person::Cisss, &first).await;
    let (coordinator, holder, city) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await, server.bearer(Person::Longueuil).await);
    let choices = read(&holder, &first).await["forward_to"].clone();
    let named: Vec<&str> = choices.as_array().expect("services").iter().filter_map(|choice| choice["organisation_id"].as_str()).collect();
    assert!(named.contains(&server.town.longueuil.to_string().as_str()) && !named.contains(&server.town.cisss.to_string().as_str()));
    assert!(choices.as_array().expect("services").iter().all(|choice| choice["pivot_person"].is_null()), "{choices}");
    let forward = ask(&server, &first, &asking(server.town.longueuil)).await;
    ask(&server, &first, &json!({ "id": forward, "to_organisation": server.town.longueuil, "reason": "Il faut un relogement" })).await;
    let inbox = coordinator.get("/api/v1/referrals?side=sent&state=to_forward").await.json();
    assert_eq!(inbox["sent_counts"]["to_forward"], json!(1));
    assert_eq!((&inbox["sent"][0]["id"], &inbox["sent"][0]["to_forward"]), (&json!(first), &json!(true)), "it lies on a heap of its own, and says so");
    let told = read(&coordinator, &first).await;
    assert_eq!((&told["forwards"][0]["reason"], &told["forwards"][0]["may_answer"]), (&json!("Il faut un relogement"), &json!(true)));
    assert_eq!(told["forwards"][0]["to"]["organisation_id"], json!(server.town.longueuil), "with what is known of the service");
    assert_eq!(city.get("/api/v1/referrals").await.json()["received"], json!([]), "nobody else is told that it was asked");

    let sent = refer(&server, &passing_on(&server, &case, &forward)).await;
    let received = read(&city, &sent).await;
    assert_eq!(seen(&received["observations"]), ["exterior EXT-01"]);
    assert!(!received.to_string().contains("CISSS") && !received.to_string().contains("Il faut un relogement"), "where it comes from is not told: {received}");
    assert_eq!(read(&coordinator, &first).await["forwards"][0]["referral"], json!(sent));
    let holders = read(&holder, &first).await;
    assert_eq!((&holders["forwards"][0]["sent"], holders["forwards"][0].get("referral")), (&json!(true), None));
    accept(&server, Person::Longueuil, &sent).await;
    city.post(&format!("/api/v1/referrals/{sent}/complete"), &json!({ "text": "Relogés le 3" })).await.expect_status(204);
    for client in [&coordinator, &holder] {
        let lines = history(&read(client, &first).await);
        for line in ["forward_asked", "forward_sent", "forward_moved : accept", "forward_moved : complete"] {
            assert!(lines.iter().any(|told| told == line), "{line} in {lines:?}");
        }
        assert!(!lines.concat().contains("Relogés"), "how it goes, and nothing of what was said");
    }
    assert_eq!(
        coordinator.get("/api/v1/referrals").await.json()["sent"].as_array().expect("rows").iter().filter(|row| row["to_forward"] == json!(true)).count(),
        0
    );
    holder.get(&format!("/api/v1/referrals/{sent}")).await.expect_refusal(404, "not_found");
    let page = holder.get(&format!("/partenaires/{first}")).await.expect_status(200).text();
    assert!(page.contains("Une référence est partie") && page.contains("La référence transmise est"), "the page says so");
}

async fn what_is_passed_on_shares_no_more_than_the_first_and_people_are_asked_again(server: TestServer) {
    let case = consents::case(&server).await;
    let (worker, doors) = (server.bearer(Person::Psychosocial).await, &server.town.tower.doors);
    let of_cisss = record(&server, &case, &message(&doors[0], server.town.cisss)).await;
    let first = worker.post("/api/v1/referrals", &sharing(&server, &case, &[(&of_cisss, "psychosocial")])).await.expect_status(201).json();
    let first = first["id"].as_str().expect("an id").to_owned();
    accept(&server, Person::Cisss, &first).await;
    let forward = ask(&server, &first, &asking(server.town.longueuil)).await;
    let with = |consented: &[(&str, &str)], sections: &[&str]| {
        let mut message = passing_on(&server, &case, &forward);
        message["consented"] = consented.iter().map(|(consent, section)| json!({ "consent_id": consent, "section": section })).collect();
        message["sections"] = json!(sections);
        message
    };
    // The consent given for the first service is of the first service.
    worker.post("/api/v1/referrals", &with(&[(&of_cisss, "psychosocial")], &["building"])).await.expect_refusal(422, "consent_required");
    let mut wide = message(&doors[0], server.town.longueuil);
    wide["sections"] = json!(["psychosocial", "household"]);
    let wide = record(&server, &case, &wide).await;
    // What people would let the new service read goes no further than what the first was shown.
    for (consented, sections) in [(vec![(wide.as_str(), "household")], vec!["building"]), (vec![], vec!["building", "dwelling"])] {
        let error = worker.post("/api/v1/referrals", &with(&consented, &sections)).await.expect_refusal(422, "section_not_shareable").error();
        assert_eq!(error.detail.as_deref(), Some("forwards"));
    }
    let mut elsewhere = with(&[], &["building"]);
    elsewhere["to_organisation"] = json!(server.town.brossard.to_string());
    worker.post("/api/v1/referrals", &elsewhere).await.expect_refusal(422, "value_out_of_range");
    let mut of_another_case = with(&[], &["building"]);
    of_another_case["case_id"] = json!(case_in(&server, &server.town.house).await);
    worker.post("/api/v1/referrals", &of_another_case).await.expect_refusal(404, "not_found");
    assert_eq!(server.count("referral", "1 = 1").await, 1, "nothing was kept of any of these");
    // Its keeper is shown what was said for the new service, within the first; the holder nothing of it.
    let told = read(&worker, &first).await["forwards"][0]["consents"].clone();
    assert_eq!((told.as_array().map(Vec::len), &told[0]["sections"]), (Some(1), &json!(["psychosocial"])));
    assert!(read(&server.bearer(Person::Cisss).await, &first).await["forwards"][0].get("consents").is_none());
    // A colleague outside the compartment knows neither of the referral nor of what is asked of it.
    let coordinator = server.bearer(Person::Coordinator).await;
    coordinator.post(&format!("/api/v1/referral-forwards/{forward}/refusal"), &json!({ "text": "Non" })).await.expect_refusal(404, "not_found");
    coordinator.post("/api/v1/referrals", &with(&[], &["building"])).await.expect_refusal(404, "not_found");

    let sent = worker.post("/api/v1/referrals", &with(&[(&wide, "psychosocial")], &["building"])).await.expect_status(201).json();
    let sent = sent["id"].as_str().expect("an id").to_owned();
    let city = server.bearer(Person::Longueuil).await;
    assert!(seen(&read(&city, &sent).await["observations"]).contains(&format!("{} MEN-02", server.town.tower.door(0))));
    // Taken back for the new service, it closes there and there alone.
    let stored = store::consent::by_id(server.brigade.store.reader(), wide.parse().expect("an id")).await.expect("an answer").expect("the consent");
    let over = Consent { until: now(), ..stored.consent };
    server.alter(&format!("update consent set body = '{}' where id = '{wide}'", serde_json::to_string(&over).expect("JSON").replace('\'', "''"))).await;
    assert!(!seen(&read(&city, &sent).await["observations"]).contains(&format!("{} MEN-02", server.town.tower.door(0))));
    assert!(seen(&read(&server.bearer(Person::Cisss).await, &first).await["observations"]).contains(&format!("{} MEN-02", server.town.tower.door(0))));
}

async fn a_draft_given_up_before_it_went_says_nothing_to_who_asked(server: TestServer) {
    let case = consents::case(&server).await;
    let first = refer(&server, &referral(&server, &case)).await;
    accept(&server, Person::Cisss, &first).await;
    let forward = ask(&server, &first, &asking(server.town.longueuil)).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let mut draft = passing_on(&server, &case, &forward);
    draft["draft"] = json!(true);
    let draft = refer(&server, &draft).await;
    coordinator.post(&format!("/api/v1/referrals/{draft}/withdraw"), &json!({ "text": "Mauvais service" })).await.expect_status(204);
    let holders = read(&server.bearer(Person::Cisss).await, &first).await;
    assert!(history(&holders).iter().all(|line| !line.starts_with("forward_moved")), "{:?}", history(&holders));
    assert_eq!(read(&coordinator, &first).await["forwards"][0]["may_answer"], json!(true), "it still waits");
}

async fn the_brigade_may_refuse_and_says_why(server: TestServer) {
    let forward = asked(&server).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let path = format!("/api/v1/referral-forwards/{forward}/refusal");
    for person in [Person::Cisss, Person::Longueuil, Person::Inspector, Person::Administrator] {
        server.bearer(person).await.post(&path, &json!({ "text": "Non" })).await.expect_refusal(404, "not_found");
    }
    coordinator.post(&path, &json!({ "text": "  " })).await.expect_refusal(422, "reason_required");
    coordinator.post(&path, &json!({ "text": "x".repeat(2_001) })).await.expect_refusal(422, "text_too_long");
    coordinator.post(&path, &json!({ "text": "Déjà suivi par la Ville" })).await.expect_status(204);
    coordinator.post(&path, &json!({ "text": "Encore" })).await.expect_refusal(409, "act_not_possible");
    let holder = server.bearer(Person::Cisss).await;
    let inbox = holder.get("/api/v1/referrals").await.json();
    let detail = read(&holder, inbox["received"][0]["id"].as_str().expect("an id")).await;
    assert_eq!(detail["forwards"][0]["refused"], json!("Déjà suivi par la Ville"));
    assert!(history(&detail).contains(&"forward_refused : Déjà suivi par la Ville".to_owned()));
    assert!(!detail["forward_to"].as_array().expect("services").is_empty(), "it may be asked of another");
    assert_eq!(server.count("audit", "action in ('forward.asked', 'forward.refused')").await, 2);
}

async fn only_who_holds_a_referral_asks_and_one_asking_waits_at_a_time(server: TestServer) {
    let case = consents::case(&server).await;
    let first = refer(&server, &referral(&server, &case)).await;
    let holder = server.bearer(Person::Cisss).await;
    let path = format!("/api/v1/referrals/{first}/forwards");
    holder.post(&path, &asking(server.town.longueuil)).await.expect_refusal(409, "act_not_possible");
    assert!(read(&holder, &first).await.get("forward_to").is_none(), "not before it is accepted");
    accept(&server, Person::Cisss, &first).await;
    server.bearer(Person::Longueuil).await.post(&path, &asking(server.town.brossard)).await.expect_refusal(404, "not_found");
    server.bearer(Person::Coordinator).await.post(&path, &asking(server.town.longueuil)).await.expect_refusal(403, "not_allowed");
    for to in [server.town.cisss, server.town.brigade] {
        holder.post(&path, &asking(to)).await.expect_refusal(422, "value_out_of_range");
    }
    holder.post(&path, &asking(new_id())).await.expect_refusal(422, "value_out_of_range");
    let mut mute = asking(server.town.longueuil);
    mute["reason"] = json!(" ");
    holder.post(&path, &mute).await.expect_refusal(422, "reason_required");
    let forward = ask(&server, &first, &asking(server.town.longueuil)).await;
    holder.post(&path, &asking(server.town.brossard)).await.expect_refusal(409, "act_not_possible");
    let mut other = asking(server.town.brossard);
    other["id"] = json!(forward);
    holder.post(&path, &other).await.expect_refusal(409, "revision_conflict");
    assert_eq!(server.count("referral_forward", "1 = 1").await, 1);
}

async fn an_asking_is_answered_once_whatever_is_sent_at_once(server: TestServer) {
    let case = consents::case(&server).await;
    let first = refer(&server, &referral(&server, &case)).await;
    accept(&server, Person::Cisss, &first).await;
    let forward = ask(&server, &first, &asking(server.town.longueuil)).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let refusal = json!({ "text": "Non" });
    let (one, other) = (passing_on(&server, &case, &forward), passing_on(&server, &case, &forward));
    let path = format!("/api/v1/referral-forwards/{forward}/refusal");
    let (a, b, c) = tokio::join!(coordinator.post("/api/v1/referrals", &one), coordinator.post("/api/v1/referrals", &other), coordinator.post(&path, &refusal));
    let done = [a.status, b.status, c.status].into_iter().filter(|status| *status < 300).count();
    assert_eq!(done, 1, "{} {} {}", a.status, b.status, c.status);
    assert_eq!(server.count("referral", "1 = 1").await, if c.status == 204 { 1 } else { 2 }, "what was not sent is not kept");
    assert_eq!(server.count("referral_entry", "text like 'forward_sent%' or text like 'forward_refused%'").await, 1);
    // A draft of an asking that was answered meanwhile does not go.
    let mut draft = passing_on(&server, &case, &forward);
    draft["draft"] = json!(true);
    coordinator.post("/api/v1/referrals", &draft).await.expect_refusal(409, "act_not_possible");
}

async fn it_is_asked_and_answered_with_plain_forms(server: TestServer) {
    let case = consents::case(&server).await;
    let first = refer(&server, &referral(&server, &case)).await;
    accept(&server, Person::Cisss, &first).await;
    let (holder, csrf) = server.browser(Person::Cisss).await;
    let (forward, to) = (new_id().to_string(), server.town.longueuil.to_string());
    let fields = [("csrf", csrf.as_str()), ("id", &forward), ("to_organisation", &to), ("reason", "Un relogement, vite")];
    let at = format!("/partenaires/{first}");
    assert_eq!(flash(&holder.post_form(&format!("{at}/transmissions"), &fields).await.expect_status(303)), "success:forward_asked");
    let (coordinator, csrf) = server.browser(Person::Coordinator).await;
    let page = coordinator.get(&at).await.expect_status(200).text();
    assert!(page.contains("Un relogement, vite") && page.contains(&format!("name=\"forwards\" value=\"{forward}\"")));
    assert!(coordinator.get("/partenaires").await.text().contains("Transmission demandée"));
    let refer = [
        ("csrf", csrf.as_str()),
        ("id", &new_id().to_string()),
        ("to_organisation", &to),
        ("reason", "Relogement"),
        ("urgency", "soon"),
        ("due_in_days", "5"),
        ("sections", "building"),
        ("forwards", &forward),
        ("draft", "1"),
    ];
    let drafted = coordinator.post_form(&format!("/bureau/dossiers/{case}/references"), &refer).await.expect_status(303);
    assert_eq!(flash(&drafted), "success:referral_drafted", "it is looked at first, as its recipient will read it");
    assert!(holder.get(&at).await.text().contains("En attente de la brigade"), "a draft is no answer");
    let draft = drafted.header("location").expect("an address").to_owned();
    assert_eq!(flash(&coordinator.post_form(&format!("{draft}/send"), &[("csrf", csrf.as_str())]).await.expect_status(303)), "success:referral_sent");
    assert!(holder.get(&at).await.text().contains("Une référence est partie"));
    let refused = coordinator.post_form(&format!("{at}/transmissions/{forward}/refus"), &[("csrf", csrf.as_str()), ("text", "Non")]).await.expect_status(303);
    assert_eq!(flash(&refused), "error:act_not_possible");
}
