//! What the two sides of a referral say to each other, who read it, the reminder before the deadline, and the person's own word.

use casework::{clock::Timestamp, referral::ReferralState};
use serde_json::{Value, json};
use server::clock::{new_id, now};

use super::scenes::{case_of, complex_visit, flash, refer, referral};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    a_message_reaches_the_other_side_once_and_is_told_as_read,
    questions_go_with_a_referral_and_wait_for_their_answers,
    a_message_is_written_by_those_who_follow_the_referral_and_to_nobody_else,
    a_service_that_refused_reads_nothing_more_of_what_was_said,
    what_a_message_must_not_be_is_refused,
    the_sender_knows_who_opened_it_first,
    the_person_says_whether_it_helped_and_their_words_stay_with_who_heard_them,
    a_completion_carries_the_persons_word_or_nothing_of_it,
    a_referral_is_brought_to_mind_once_before_its_deadline,
    both_sides_speak_with_plain_forms,
    what_came_after_the_page_was_shown_is_not_told_as_read,
    the_same_message_sent_twice_at_once_is_written_once,
    lines_are_counted_as_the_browser_counts_them,
);

async fn sent(server: &TestServer, questions: &[&str]) -> String {
    complex_visit(server).await;
    let case = case_of(server, &server.town.tower).await;
    let mut message = referral(server, &case);
    message["questions"] = json!(questions);
    refer(server, &message).await
}

fn messages(id: &str) -> String {
    format!("/api/v1/referrals/{id}/messages")
}

fn said(text: &str) -> Value {
    json!({ "id": new_id().to_string(), "text": text })
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

/// The unread messages and the waiting questions of the only referral of a list.
async fn waiting(client: &Client, side: &str) -> (Value, Value) {
    let inbox = client.get("/api/v1/referrals").await.expect_status(200).json();
    (inbox[side][0]["unread"].clone(), inbox[side][0]["questions"].clone())
}

async fn a_message_reaches_the_other_side_once_and_is_told_as_read(server: TestServer) {
    let id = sent(&server, &[]).await;
    let (coordinator, partner) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    let message = said("  L’ascenseur est en panne.\r\n");
    coordinator.post(&messages(&id), &message).await.expect_status(204);
    coordinator.post(&messages(&id), &message).await.expect_status(204);
    assert_eq!(server.count("referral_message", "1 = 1").await, 1, "one click is one message");
    let mut other = message.clone();
    other["text"] = json!("Autre chose");
    coordinator.post(&messages(&id), &other).await.expect_refusal(409, "revision_conflict");
    partner.post(&messages(&id), &message).await.expect_refusal(409, "revision_conflict");

    let own = read(&coordinator, &id).await;
    assert_eq!(
        (&own["messages"][0]["text"], &own["messages"][0]["own"], &own["messages"][0]["read"]),
        (&json!("L’ascenseur est en panne."), &json!(true), &json!(false))
    );
    assert_eq!(waiting(&partner, "received").await, (json!(1), json!(0)));
    assert_eq!(waiting(&coordinator, "sent").await, (json!(0), json!(0)), "one’s own words are not news");
    let theirs = read(&partner, &id).await;
    assert_eq!((&theirs["messages"][0]["own"], &theirs["messages"][0]["by"]), (&json!(false), &json!(Person::Coordinator.name())));
    assert_eq!(waiting(&partner, "received").await, (json!(0), json!(0)));
    assert_eq!(read(&coordinator, &id).await["messages"][0]["read"], json!(true));
    partner.post(&messages(&id), &said("Merci, nous passerons par l’escalier.")).await.expect_status(204);
    assert_eq!(waiting(&coordinator, "sent").await, (json!(1), json!(0)));
}

async fn questions_go_with_a_referral_and_wait_for_their_answers(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut message = referral(&server, &case);
    message["questions"] = json!(["Le ménage est-il suivi?", "  ", "Qui a la clé?"]);
    let coordinator = server.bearer(Person::Coordinator).await;
    for (questions, code) in [(json!(vec!["?"; 6]), "value_out_of_range"), (json!(["x".repeat(2_001)]), "text_too_long")] {
        let mut wrong = message.clone();
        wrong["questions"] = questions;
        coordinator.post("/api/v1/referrals", &wrong).await.expect_refusal(422, code);
    }
    assert_eq!((server.count("referral", "1 = 1").await, server.count("referral_message", "1 = 1").await), (0, 0), "nothing half-stored");
    let id = refer(&server, &message).await;
    assert_eq!(refer(&server, &message).await, id);
    assert_eq!(server.count("referral_message", "asks = 1").await, 2, "one click asks once");
    let mut others = message.clone();
    others["questions"] = json!(["Une autre question?"]);
    coordinator.post("/api/v1/referrals", &others).await.expect_refusal(409, "revision_conflict");

    let partner = server.bearer(Person::Cisss).await;
    assert_eq!(waiting(&partner, "received").await, (json!(2), json!(2)));
    let seen = read(&partner, &id).await;
    let texts: Vec<&Value> = seen["messages"].as_array().expect("messages").iter().map(|message| &message["text"]).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    let question = &seen["messages"][0];
    let answer = json!({ "id": new_id().to_string(), "text": "Oui, depuis mars.", "replies_to": question["id"] });
    coordinator.post(&messages(&id), &answer).await.expect_refusal(404, "not_found");
    partner.post(&messages(&id), &answer).await.expect_status(204);
    assert_eq!(waiting(&partner, "received").await, (json!(0), json!(1)), "one is answered");
    let told = read(&coordinator, &id).await;
    let answered: Vec<&Value> =
        told["messages"].as_array().expect("messages").iter().filter(|message| message["asks"] == json!(true)).map(|m| &m["answered"]).collect();
    assert_eq!(answered.iter().filter(|answered| ***answered == json!(true)).count(), 1);
}

async fn a_message_is_written_by_those_who_follow_the_referral_and_to_nobody_else(server: TestServer) {
    let id = sent(&server, &[]).await;
    for person in [Person::Inspector, Person::Dispatcher] {
        server.bearer(person).await.post(&messages(&id), &said("Bonjour")).await.expect_refusal(403, "not_allowed");
        assert_eq!(read(&server.bearer(person).await, &id).await["may_speak"], json!(false));
    }
    for person in [Person::Longueuil, Person::Brossard, Person::Administrator, Person::Privacy] {
        server.bearer(person).await.post(&messages(&id), &said("Bonjour")).await.expect_refusal(404, "not_found");
    }
    server.bearer(Person::Psychosocial).await.post(&messages(&id), &said("Bonjour")).await.expect_status(204);
    // A question of one referral is not answered in another.
    let other = {
        let case = case_of(&server, &server.town.tower).await;
        let mut message = referral(&server, &case);
        message["questions"] = json!(["Quand?"]);
        refer(&server, &message).await
    };
    let partner = server.bearer(Person::Cisss).await;
    let question = read(&partner, &other).await["messages"][0]["id"].clone();
    let answer = json!({ "id": new_id().to_string(), "text": "Demain", "replies_to": question });
    partner.post(&messages(&id), &answer).await.expect_refusal(404, "not_found");
    partner.post(&messages(&other), &answer).await.expect_status(204);
}

async fn a_service_that_refused_reads_nothing_more_of_what_was_said(server: TestServer) {
    let id = sent(&server, &["Qui a la clé?"]).await;
    let (coordinator, partner) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    partner.post(&messages(&id), &said("Nous regardons.")).await.expect_status(204);
    partner.post(&format!("/api/v1/referrals/{id}/decline"), &json!({ "text": "Hors territoire" })).await.expect_status(204);
    let seen = read(&partner, &id).await;
    let told: Vec<&Value> = seen["messages"].as_array().expect("messages").iter().map(|message| &message["text"]).collect();
    assert_eq!((told, &seen["may_speak"]), (vec![&json!("Nous regardons.")], &json!(false)), "their own words, nothing else");
    assert_eq!(waiting(&partner, "received").await, (json!(0), json!(0)), "nothing waits in what is over");
    for client in [&partner, &coordinator] {
        client.post(&messages(&id), &said("Encore un mot")).await.expect_refusal(409, "act_not_possible");
    }
    assert_eq!(read(&coordinator, &id).await["messages"].as_array().map(Vec::len), Some(2), "the sender keeps what was said");
}

async fn what_a_message_must_not_be_is_refused(server: TestServer) {
    let id = sent(&server, &[]).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let table = [
        (said(" \n\u{0} "), 422, "empty_value"),
        (said(&"é".repeat(2_001)), 422, "text_too_long"),
        (json!({ "id": "12", "text": "x" }), 400, "malformed_id"),
        (json!({ "id": new_id().to_string(), "text": "x", "by": "quelqu’un d’autre" }), 422, "unknown_field"),
        (json!({ "id": new_id().to_string(), "text": "x", "replies_to": new_id().to_string() }), 404, "not_found"),
    ];
    for (message, status, code) in table {
        coordinator.post(&messages(&id), &message).await.expect_refusal(status, code);
    }
    assert_eq!(server.count("referral_message", "1 = 1").await, 0);
    // Script is text like any other.
    coordinator.post(&messages(&id), &said("<script>alert(1)</script>")).await.expect_status(204);
    let page = server.bearer(Person::Cisss).await.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert(1)"));
}

async fn the_sender_knows_who_opened_it_first(server: TestServer) {
    let id = sent(&server, &[]).await;
    let (coordinator, partner) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    assert_eq!(read(&coordinator, &id).await["opened"], Value::Null, "the sender’s own look is not a reading");
    assert_eq!(read(&partner, &id).await["opened"], Value::Null, "receipts are the sender’s");
    let opened = read(&coordinator, &id).await["opened"].clone();
    assert_eq!(opened["by"], json!(Person::Cisss.name()));
    read(&partner, &id).await;
    assert_eq!(read(&coordinator, &id).await["opened"], opened, "the first time stays the first");
}

async fn complete(client: &Client, id: &str, message: &Value) {
    client.post(&format!("/api/v1/referrals/{id}/accept"), &json!({})).await.expect_status(204);
    client.post(&format!("/api/v1/referrals/{id}/complete"), message).await.expect_status(204);
}

async fn the_person_says_whether_it_helped_and_their_words_stay_with_who_heard_them(server: TestServer) {
    let id = sent(&server, &[]).await;
    let (coordinator, partner) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    let path = format!("/api/v1/referrals/{id}/person-word");
    let word = |helped: &str, words: &str| json!({ "helped": helped, "words": words });
    coordinator.post(&path, &word("yes", "")).await.expect_refusal(409, "act_not_possible");
    complete(&partner, &id, &json!({ "text": "Rencontre faite" })).await;
    coordinator.post(&path, &word("perhaps", "")).await.expect_refusal(400, "malformed_json");
    coordinator.post(&path, &word("yes", &"é".repeat(1_001))).await.expect_refusal(422, "text_too_long");
    server.bearer(Person::Inspector).await.post(&path, &word("yes", "")).await.expect_refusal(403, "not_allowed");
    server.bearer(Person::Longueuil).await.post(&path, &word("yes", "")).await.expect_refusal(404, "not_found");
    let revision = read(&coordinator, &id).await["row"]["revision"].clone();
    let mut heard = word("partly", "On dort mieux, mais le bruit continue.");
    heard["revision"] = revision;
    coordinator.post(&path, &heard).await.expect_status(204);
    coordinator.post(&path, &heard).await.expect_refusal(409, "revision_conflict");
    let seen = read(&coordinator, &id).await;
    assert_eq!((&seen["person_word"]["helped"], &seen["person_word"]["words"]), (&json!("partly"), &json!("On dort mieux, mais le bruit continue.")));
    let theirs = read(&partner, &id).await;
    assert_eq!((&theirs["person_word"]["helped"], &theirs["person_word"]["words"]), (&json!("partly"), &Value::Null));
    assert!(!theirs.to_string().contains("On dort mieux"), "nowhere in what the other side reads");
    // The brigade’s psychosocial compartment reads them too, and nobody else of it: not even on a referral that shares the building alone.
    assert_eq!(read(&server.bearer(Person::Psychosocial).await, &id).await["person_word"]["words"], json!("On dort mieux, mais le bruit continue."));
    for person in [Person::Inspector, Person::Dispatcher] {
        let seen = read(&server.bearer(person).await, &id).await;
        assert_eq!(
            (&seen["person_word"]["helped"], &seen["person_word"]["words"], &seen["messages"]),
            (&json!("partly"), &Value::Null, &json!([])),
            "{person:?}"
        );
    }
    // Asked again later, what they say last stands; what was heard before is not erased by the other side.
    partner.post(&path, &word("yes", "C’est réglé.")).await.expect_status(204);
    let last = read(&coordinator, &id).await;
    assert_eq!((&last["person_word"]["helped"], &last["person_word"]["words"]), (&json!("yes"), &json!("On dort mieux, mais le bruit continue.")));
    assert_eq!(server.count("referral_entry", "text like 'person_heard%'").await, 2);
}

async fn a_completion_carries_the_persons_word_or_nothing_of_it(server: TestServer) {
    let id = sent(&server, &[]).await;
    let partner = server.bearer(Person::Cisss).await;
    let wrong = json!({ "text": "Fait", "helped": "yes", "person_words": "é".repeat(1_001) });
    partner.post(&format!("/api/v1/referrals/{id}/accept"), &json!({})).await.expect_status(204);
    partner.post(&format!("/api/v1/referrals/{id}/complete"), &wrong).await.expect_refusal(422, "text_too_long");
    assert_eq!(read(&partner, &id).await["row"]["stage"], json!("accepted"), "nothing half-stored");
    // A person’s word belongs to a completion: with another act it is refused with all of it.
    let early = json!({ "text": "Liste d’attente", "helped": "yes" });
    partner.post(&format!("/api/v1/referrals/{id}/hold"), &early).await.expect_refusal(409, "act_not_possible");
    assert_eq!(read(&partner, &id).await["row"]["stage"], json!("accepted"));
    let lost = json!({ "text": "Fait", "person_words": "Rien n’a changé" });
    partner.post(&format!("/api/v1/referrals/{id}/complete"), &lost).await.expect_refusal(422, "missing_field");
    partner.post(&format!("/api/v1/referrals/{id}/complete"), &json!({ "text": "Fait", "helped": "no" })).await.expect_status(204);
    assert_eq!(read(&partner, &id).await["person_word"]["helped"], json!("no"));
}

async fn a_referral_is_brought_to_mind_once_before_its_deadline(server: TestServer) {
    let id = sent(&server, &[]).await;
    let remind = async || server::application::speak_in_referral::remind(&server.brigade).await.expect("the job runs");
    assert_eq!(remind().await, 0, "ten days are left");
    let store = &server.brigade.store;
    let mut tx = store.begin().await.expect("a transaction begins");
    let mut record = server::store::referral::by_id(&mut *tx, id.parse().expect("an id")).await.expect("an answer").expect("the referral");
    let ReferralState::Sent { mut sent, .. } = record.referral.state else { panic!("not sent") };
    let at = now();
    sent.at = at.plus_ms(-9 * Timestamp::DAY_MS);
    record.referral.state = ReferralState::Sent { sent, due_at: at.plus_ms(Timestamp::DAY_MS) };
    let revision = record.referral.revision;
    assert!(server::store::referral::save(&mut tx, &record, revision, at).await.expect("saved"));
    tx.commit().await.expect("kept");
    assert_eq!((remind().await, remind().await), (1, 0), "once");
    let partner = server.bearer(Person::Cisss).await;
    let seen = read(&partner, &id).await;
    assert!(seen["history"].to_string().contains("reminded"), "{}", seen["history"]);
    let inbox = partner.get("/api/v1/referrals").await.expect_status(200).json();
    assert_eq!(inbox["received"][0]["due_soon"], json!(true), "its list says so");
    assert_eq!(seen["row"]["revision"], json!(revision), "whoever answers from a page of before the reminder answers");
    partner.post(&format!("/api/v1/referrals/{id}/accept"), &json!({ "revision": revision })).await.expect_status(204);
    assert_eq!(remind().await, 0);
}

async fn both_sides_speak_with_plain_forms(server: TestServer) {
    let id = sent(&server, &["Qui a la clé?"]).await;
    let (browser, csrf) = server.browser(Person::Cisss).await;
    let csrf = ("csrf", csrf.as_str());
    let page = browser.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(page.contains("Qui a la clé?") && page.contains("Attend une réponse"), "{page}");
    let question = read(&server.bearer(Person::Cisss).await, &id).await["messages"][0]["id"].as_str().expect("an id").to_owned();
    let action = format!("/partenaires/{id}/messages");
    let message = new_id().to_string();
    let answer = [csrf, ("id", message.as_str()), ("replies_to", question.as_str()), ("text", "La concierge")];
    let done = browser.post_form(&action, &answer).await.expect_status(303);
    assert_eq!((flash(&done), done.header("location")), ("success:message_sent".to_owned(), Some(format!("/partenaires/{id}").as_str())));
    assert_eq!(flash(&browser.post_form(&action, &[csrf, ("id", &new_id().to_string()), ("text", " ")]).await.expect_status(303)), "error:empty_value");
    assert_eq!(flash(&browser.post_form(&action, &[csrf, ("text", "Sans identifiant")]).await.expect_status(303)), "error:missing_field");
    assert_eq!(flash(&browser.post_form(&format!("/partenaires/{id}/parole"), &[csrf, ("helped", "yes")]).await.expect_status(303)), "error:act_not_possible");
    let page = browser.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(page.contains("La concierge") && page.contains("Réponse donnée") && !page.contains("Attend une réponse"));
}

async fn what_came_after_the_page_was_shown_is_not_told_as_read(server: TestServer) {
    let id = sent(&server, &[]).await;
    let (coordinator, partner) = (server.bearer(Person::Coordinator).await, server.bearer(Person::Cisss).await);
    read(&partner, &id).await;
    coordinator.post(&messages(&id), &said("Elle a perdu connaissance hier.")).await.expect_status(204);
    partner.post(&messages(&id), &said("Nous passons mardi.")).await.expect_status(204);
    assert_eq!(read(&coordinator, &id).await["messages"][0]["read"], json!(false), "the partner wrote, and has not seen it");
    assert_eq!(waiting(&partner, "received").await, (json!(1), json!(0)));
    // Who cannot answer does not read in the name of those who do.
    partner.post(&messages(&id), &said("Et jeudi aussi.")).await.expect_status(204);
    read(&server.bearer(Person::Inspector).await, &id).await;
    let theirs = read(&partner, &id).await;
    assert_eq!(theirs["messages"][2]["read"], json!(false), "{}", theirs["messages"]);
}

async fn the_same_message_sent_twice_at_once_is_written_once(server: TestServer) {
    let id = sent(&server, &[]).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let message = said("Une seule fois");
    let path = messages(&id);
    let answers = futures::future::join_all((0..6).map(|_| coordinator.post(&path, &message))).await;
    assert!(answers.iter().all(|answer| answer.status == 204), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert_eq!(server.count("referral_message", "1 = 1").await, 1);
}

async fn lines_are_counted_as_the_browser_counts_them(server: TestServer) {
    let id = sent(&server, &[]).await;
    let (browser, csrf) = server.browser(Person::Cisss).await;
    let (text, message) = ("a\r\n".repeat(1_000), new_id().to_string());
    let fields = [("csrf", csrf.as_str()), ("id", message.as_str()), ("text", text.as_str())];
    assert_eq!(flash(&browser.post_form(&format!("/partenaires/{id}/messages"), &fields).await.expect_status(303)), "success:message_sent");
}
