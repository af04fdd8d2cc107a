//! Drafts made at once go at once; what was said with services about a door is in the file of the person who asks for it.

use serde_json::{Value, json};
use server::clock::new_id;

use super::{
    consents::{case, message, record, sharing},
    person_requests, scenes,
};
use crate::support::{Person, TestServer, on_both_databases};

on_both_databases!(
    drafts_made_at_once_go_at_once_or_not_at_all,
    of_drafts_made_at_once_one_sends_those_one_sees_and_is_not_told_of_others,
    the_file_of_a_person_holds_what_was_said_of_their_door_and_of_no_other,
);

/// Two drafts made at once, each under its own consent: their ids, and those of the consents.
async fn two_drafts(server: &TestServer, case: &str) -> ([String; 2], [String; 2]) {
    let doors = &server.town.tower.doors;
    let consents = [record(server, case, &message(&doors[0], server.town.cisss)).await, record(server, case, &message(&doors[1], server.town.brossard)).await];
    let mut asked = sharing(server, case, &[(&consents[0], "psychosocial"), (&consents[1], "psychosocial")]);
    (asked["draft"], asked["also_to"]) = (json!(true), json!([server.town.brossard]));
    let worker = server.bearer(Person::Psychosocial).await;
    let first = worker.post("/api/v1/referrals", &asked).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    let group = worker.get(&format!("/api/v1/referrals/{first}")).await.expect_status(200).json()["group"].clone();
    let other = group[0]["id"].as_str().expect("the other").to_owned();
    ([first, other], consents)
}

async fn drafts_made_at_once_go_at_once_or_not_at_all(server: TestServer) {
    let case = case(&server).await;
    let ([first, other], [_, of_other]) = two_drafts(&server, &case).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let page = worker.get(&format!("/partenaires/{first}")).await.expect_status(200).text();
    assert!(page.contains("Envoyer les 2 ensemble") && page.contains(&format!("/partenaires/{first}/groupe")));
    for person in [Person::Cisss, Person::Brossard, Person::Coordinator, Person::Longueuil] {
        server.bearer(person).await.post(&format!("/api/v1/referrals/{first}/group"), &json!({})).await.expect_refusal(404, "not_found");
    }
    // One of the two cannot go: neither does.
    worker.post(&format!("/api/v1/consents/{of_other}/withdrawal"), &json!({})).await.expect_status(204);
    worker.post(&format!("/api/v1/referrals/{first}/group"), &json!({})).await.expect_refusal(422, "consent_required");
    assert_eq!(server.count("referral", "stage = 'draft'").await, 2);
    assert_eq!((server.count("referral_entry", "1 = 1").await, server.count("audit", "action = 'referral.sent'").await), (0, 0));
    // Given up, it is no longer of those that go.
    worker.post(&format!("/api/v1/referrals/{other}/withdraw"), &json!({ "text": "La personne a changé d’avis" })).await.expect_status(204);
    worker.post(&format!("/api/v1/referrals/{first}/group"), &json!({})).await.expect_status(204);
    assert_eq!(server.count("referral", "stage = 'sent'").await, 1);
    worker.post(&format!("/api/v1/referrals/{first}/group"), &json!({})).await.expect_refusal(409, "act_not_possible");

    let ([again, _], _) = two_drafts(&server, &case).await;
    let (browser, csrf) = server.browser(Person::Psychosocial).await;
    let sent = browser.post_form(&format!("/partenaires/{again}/groupe"), &[("csrf", csrf.as_str())]).await.expect_status(303);
    assert_eq!(scenes::flash(&sent), "success:group_sent");
    assert_eq!((server.count("referral", "stage = 'sent'").await, server.count("referral", "stage = 'draft'").await), (3, 0));
    assert!(!worker.get(&format!("/partenaires/{again}")).await.text().contains("ensemble"), "there is nothing left to send");
    // One that was made alone goes alone.
    let alone = scenes::referral(&server, &case);
    let alone = worker.post("/api/v1/referrals", &alone).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    worker.post(&format!("/api/v1/referrals/{alone}/group"), &json!({})).await.expect_refusal(409, "act_not_possible");
}

async fn of_drafts_made_at_once_one_sends_those_one_sees_and_is_not_told_of_others(server: TestServer) {
    let case = case(&server).await;
    let consent = record(&server, &case, &message(&server.town.tower.doors[1], server.town.brossard)).await;
    // Of the building alone to one, of people to the other.
    let mut asked = sharing(&server, &case, &[(&consent, "psychosocial")]);
    (asked["draft"], asked["also_to"]) = (json!(true), json!([server.town.brossard]));
    let (worker, coordinator) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Coordinator).await);
    let first = worker.post("/api/v1/referrals", &asked).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(coordinator.get(&format!("/api/v1/referrals/{first}")).await.json().get("group"), None);
    coordinator.post(&format!("/api/v1/referrals/{first}/group"), &json!({})).await.expect_status(204);
    assert_eq!((server.count("referral", "stage = 'sent'").await, server.count("referral", "stage = 'draft' and confidential = 1").await), (1, 1));
}

async fn the_file_of_a_person_holds_what_was_said_of_their_door_and_of_no_other(server: TestServer) {
    let case = case(&server).await;
    let (worker, partner, doors) = (server.bearer(Person::Psychosocial).await, server.bearer(Person::Cisss).await, &server.town.tower.doors);
    let (here, beside) =
        (record(&server, &case, &message(&doors[0], server.town.cisss)).await, record(&server, &case, &message(&doors[1], server.town.cisss)).await);
    let send = async |consented: &[(&str, &str)], reason: &str, said: &str| {
        let mut message = sharing(&server, &case, consented);
        message["reason"] = json!(reason);
        let id = worker.post("/api/v1/referrals", &message).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
        partner.post(&format!("/api/v1/referrals/{id}/messages"), &json!({ "id": new_id().to_string(), "text": said })).await.expect_status(204);
        id
    };
    let of_here = send(&[(&here, "psychosocial")], "Raison d’ici", "Message d’ici").await;
    send(&[(&beside, "psychosocial")], "Raison du voisin", "Message du voisin").await;
    send(&[(&here, "psychosocial"), (&beside, "psychosocial")], "Raison des deux", "Message des deux").await;
    send(&[], "Raison de l’immeuble", "Message de l’immeuble").await;
    for (verb, text) in [("accept", ""), ("complete", "Suivi au CLSC")] {
        partner.post(&format!("/api/v1/referrals/{of_here}/{verb}"), &json!({ "text": text })).await.expect_status(204);
    }
    for (client, words) in [(&worker, "Dit à la brigade"), (&partner, "Dit au service")] {
        client.post(&format!("/api/v1/referrals/{of_here}/person-word"), &json!({ "helped": "partly", "words": words })).await.expect_status(204);
    }
    let request = person_requests::record(&server, "access", &[]).await;
    let path = format!("/api/v1/person-requests/{request}/file");
    let file = worker.get(&path).await.expect_status(200).json();
    let of_kind = |kind: &str| -> Vec<(String, String)> {
        let records = file["records"].as_array().expect("records").iter().filter(|held| held["kind"] == json!(kind));
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        records.map(|held| (text(&held["value"]), text(&held["note"]))).collect()
    };
    let values = |kind: &str| of_kind(kind).into_iter().map(|(value, _)| value).collect::<Vec<_>>();
    assert!(values("referral").contains(&"Raison d’ici".to_owned()) && values("referral").contains(&"Suivi au CLSC".to_owned()), "{file}");
    assert_eq!(values("message"), ["Message d’ici"]);
    assert_eq!(values("referral").iter().filter(|value| value.contains("plusieurs portes")).count(), 1, "that there was one is told");
    let notes: Vec<String> = of_kind("person_word").into_iter().map(|(_, note)| note).collect();
    assert_eq!(notes, ["Dit à la brigade", ""], "what they said to a service is that service's to give");
    let text = file.to_string();
    for word in ["du voisin", "des deux", "de l’immeuble", "Dit au service"] {
        assert!(!text.contains(word), "{word}");
    }
    let csv = worker.get(&format!("{path}?format=csv")).await.expect_status(200).text();
    assert!(csv.contains("Message d’ici") && !csv.contains("du voisin"));
}
