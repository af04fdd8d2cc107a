//! Somebody without an account answers one referral: a link, a code that goes apart, and nothing else.

use casework::referral::WRONG_CODES_MAX;
use serde_json::{Value, json};
use server::{clock::new_id, store};

use super::{
    photos,
    scenes::{case_of, complex_visit, flash, refer, referral},
};
use crate::support::{Answer, Client, Person, Phone, TestServer, jpeg, on_both_databases};

on_both_databases!(
    a_link_and_its_code_open_one_referral_which_is_answered,
    a_guest_reads_nothing_else_and_nobody_reads_with_half_of_it,
    a_link_is_blocked_after_ten_wrong_codes_said_one_by_one_or_at_once,
    a_link_revoked_or_over_closes_what_it_had_opened,
    a_link_is_given_by_whoever_sent_the_referral,
    the_same_click_makes_one_link_until_it_is_opened,
    photos_that_the_referral_shows_are_shown_and_no_other,
    what_a_guest_does_is_checked_like_any_form,
    what_a_guest_does_is_recorded_in_their_own_name,
);

async fn sent(server: &TestServer) -> String {
    complex_visit(server).await;
    let case = case_of(server, &server.town.tower).await;
    refer(server, &referral(server, &case)).await
}

struct Link {
    id: String,
    path: String,
    code: String,
}

fn asked() -> Value {
    json!({ "id": new_id().to_string(), "name": "Mme Roy, intervenante", "days": 7 })
}

async fn make(server: &TestServer, referral: &str) -> Link {
    let client = server.bearer(Person::Coordinator).await;
    let made = client.post(&format!("/api/v1/referrals/{referral}/links"), &asked()).await.expect_status(201).json();
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    Link { id: text("id"), path: text("path"), code: text("code") }
}

fn stranger(server: &TestServer) -> Client {
    server.stranger().with("sec-fetch-site", "same-origin")
}

async fn say(server: &TestServer, link: &Link, code: &str) -> Answer {
    stranger(server).post_form(&link.path, &[("code", code)]).await
}

/// A browser in which the code was said.
async fn opened(server: &TestServer, link: &Link) -> (Client, String) {
    let answer = say(server, link, &link.code).await.expect_status(303);
    assert_eq!(answer.header("location"), Some("/lien/reponse"));
    let cookie = answer.header("set-cookie").expect("a session").to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/lien"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let client = stranger(server).with("cookie", cookie.split(';').next().expect("a cookie"));
    let page = client.get("/lien/reponse").await.expect_status(200).text();
    let csrf = page.split("\"csrf\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a csrf field").to_owned();
    assert_eq!(csrf.len(), 64);
    (client, csrf)
}

/// Lets a link’s last moment pass.
async fn outlive(server: &TestServer, link: &Link) {
    let id = link.id.parse().expect("an id");
    let stored = store::referral_link::by_id(server.brigade.store.reader(), id).await.expect("an answer").expect("the link").link;
    let of = |at: i64| format!("\"expires_at\":{at}");
    let body = format!("replace(body, '{}', '{}')", of(stored.expires_at.0), of(1));
    server.alter(&format!("update referral_link set expires_at = 1, body = {body} where id = '{}'", link.id)).await;
}

async fn read(client: &Client, id: &str) -> Value {
    client.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
}

async fn a_link_and_its_code_open_one_referral_which_is_answered(server: TestServer) {
    let id = sent(&server).await;
    let link = make(&server, &id).await;
    assert_eq!((link.code.len(), link.code.bytes().all(|digit| digit.is_ascii_digit())), (8, true));
    let page = server.stranger().get(&link.path).await.expect_status(200).text();
    assert!(page.contains("Code") && !page.contains("Accompagnement") && !page.contains("Roy"), "nothing of the referral before the code");
    // Read aloud by four.
    let (first, last) = link.code.split_at(4);
    let spaced = Link { code: format!(" {first} {last} "), path: link.path.clone(), id: link.id.clone() };
    let (guest, csrf) = opened(&server, &spaced).await;
    let page = guest.get("/lien/reponse").await.expect_status(200).text();
    let referral = server.bearer(Person::Coordinator).await;
    let told = read(&referral, &id).await;
    assert!(page.contains("Mme Roy, intervenante") && page.contains("Accompagnement demandé") && page.contains("EXT-01"));
    assert!(!page.contains(told["row"]["case_number"].as_str().expect("a number")), "the number of the case stays with the brigade");
    assert_eq!((&told["links"][0]["state"], &told["links"][0]["name"]), (&json!("open"), &json!("Mme Roy, intervenante")));
    assert!(told["links"][0]["opened_at"].is_i64() && !told.to_string().contains(&link.code), "{told}");
    assert_eq!(told["opened"]["by"], json!("Mme Roy, intervenante"), "a receipt like any other");

    let csrf = ("csrf", csrf.as_str());
    let message = [csrf, ("id", &new_id().to_string()), ("text", "Nous pouvons mardi.")];
    assert_eq!(flash(&guest.post_form("/lien/reponse/messages", &message).await.expect_status(303)), "success:message_sent");
    let accepted = guest.post_form("/lien/reponse/accept", &[csrf, ("revision", "2"), ("planned_on", "2027-01-11")]).await.expect_status(303);
    assert_eq!((flash(&accepted), accepted.header("location")), ("success:referral_updated".to_owned(), Some("/lien/reponse")));
    guest.post_form("/lien/reponse/complete", &[csrf, ("text", "Rencontre faite"), ("helped", "yes"), ("person_words", "Merci")]).await.expect_status(303);
    let told = read(&referral, &id).await;
    assert_eq!(
        (&told["row"]["stage"], &told["row"]["answered_by"], &told["outcome"]),
        (&json!("completed"), &json!("Mme Roy, intervenante"), &json!("Rencontre faite"))
    );
    assert_eq!((&told["messages"][0]["text"], &told["person_word"]["helped"]), (&json!("Nous pouvons mardi."), &json!("yes")));
    assert_eq!(server.count("audit", "action = 'link.opened'").await, 1, "journaled");
    guest.post_form("/lien/reponse/fin", &[csrf]).await.expect_status(303);
    assert!(guest.get("/lien/reponse").await.expect_status(200).text().contains("n’est plus ouvert"));
}

async fn a_guest_reads_nothing_else_and_nobody_reads_with_half_of_it(server: TestServer) {
    let id = sent(&server).await;
    let other = {
        let case = case_of(&server, &server.town.tower).await;
        let mut message = referral(&server, &case);
        message["reason"] = json!("Une autre demande au même service");
        refer(&server, &message).await
    };
    let link = make(&server, &id).await;
    let (guest, csrf) = opened(&server, &link).await;
    let secret = guest.get("/lien/reponse").await.expect_status(200).text();
    assert!(!secret.contains("Une autre demande"));
    // The guest’s cookie is not a session.
    for path in ["/api/v1/referrals", "/api/v1/session", "/api/v1/cases", &format!("/api/v1/referrals/{id}"), &format!("/api/v1/referrals/{other}")] {
        guest.get(path).await.expect_refusal(401, "sign_in_required");
    }
    for path in ["/partenaires".to_owned(), "/bureau".to_owned(), format!("/partenaires/{id}")] {
        guest.get(&path).await.expect_status(303);
    }
    let posted = guest.post_form(&format!("/partenaires/{id}/accept"), &[("csrf", &csrf)]).await.expect_status(303);
    assert!(posted.header("location").is_some_and(|to| to.starts_with("/connexion")));
    // Nor is a session a guest’s cookie, nor the link’s own token.
    let token = link.path.rsplit('/').next().expect("a token");
    for cookie in [format!("brigade_guest={token}"), "brigade_guest=".to_owned(), format!("brigade_session={token}"), "brigade_guest=0123".to_owned()] {
        let page = stranger(&server).with("cookie", &cookie).get("/lien/reponse").await.expect_status(200).text();
        assert!(page.contains("n’est plus ouvert") && !page.contains("Accompagnement"), "{cookie}");
    }
    // Sender’s acts are not a guest’s.
    for verb in ["withdraw", "send", "redirect", "expire"] {
        let answer = guest.post_form(&format!("/lien/reponse/{verb}"), &[("csrf", csrf.as_str()), ("text", "x")]).await.expect_status(303);
        assert_eq!(flash(&answer), "error:not_allowed", "{verb}");
    }
    // A link that never was, one that is another’s: the same answer.
    let absent = server.stranger().get(&format!("/lien/{}", "0".repeat(64))).await;
    assert_eq!(absent.status, 404);
    assert_eq!(flash(&stranger(&server).post_form(&format!("/lien/{}", "0".repeat(64)), &[("code", "12345678")]).await.expect_status(303)), "error:not_found");
}

async fn a_link_is_blocked_after_ten_wrong_codes_said_one_by_one_or_at_once(server: TestServer) {
    let id = sent(&server).await;
    let link = make(&server, &id).await;
    let wrong = if link.code == "00000000" { "00000001" } else { "00000000" };
    for said in [wrong, "", "abc", "123456789"] {
        assert_eq!(flash(&say(&server, &link, said).await.expect_status(303)), "error:link_code_wrong", "{said}");
    }
    // The right one begins the count again.
    opened(&server, &link).await;
    let at_once = futures::future::join_all((0..WRONG_CODES_MAX + 4).map(|_| say(&server, &link, wrong))).await;
    let told: Vec<String> = at_once.iter().map(flash).collect();
    assert_eq!(told.iter().filter(|code| *code == "error:link_code_wrong").count(), 9, "{told:?}");
    assert_eq!(told.iter().filter(|code| *code == "error:too_many_attempts").count(), 5, "{told:?}");
    assert_eq!(flash(&say(&server, &link, &link.code).await.expect_status(303)), "error:too_many_attempts", "the right code comes too late");
    server.stranger().get(&link.path).await.expect_status(404);
    let told = read(&server.bearer(Person::Coordinator).await, &id).await;
    assert_eq!(told["links"][0]["state"], json!("blocked"));
    assert_eq!(told["history"].to_string().matches("link_blocked").count(), 1, "{}", told["history"]);
}

async fn a_link_revoked_or_over_closes_what_it_had_opened(server: TestServer) {
    let id = sent(&server).await;
    let link = make(&server, &id).await;
    let (guest, csrf) = opened(&server, &link).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let revoke = format!("/api/v1/referral-links/{}/revocation", link.id);
    server.bearer(Person::Cisss).await.post(&revoke, &json!({})).await.expect_refusal(403, "not_allowed");
    server.bearer(Person::Longueuil).await.post(&revoke, &json!({})).await.expect_refusal(404, "not_found");
    coordinator.post(&revoke, &json!({})).await.expect_status(204);
    coordinator.post(&revoke, &json!({})).await.expect_refusal(409, "act_not_possible");
    assert!(guest.get("/lien/reponse").await.expect_status(200).text().contains("n’est plus ouvert"));
    let late = guest.post_form("/lien/reponse/accept", &[("csrf", csrf.as_str())]).await.expect_status(303);
    assert_eq!((flash(&late), late.header("location")), (String::new(), Some("/lien/reponse")));
    assert_eq!(read(&coordinator, &id).await["row"]["stage"], json!("sent"));
    assert_eq!(flash(&say(&server, &link, &link.code).await.expect_status(303)), "error:not_found");
    server.stranger().get(&link.path).await.expect_status(404);

    // Over by its date: neither who was inside nor who has the code reads any more.
    let over = make(&server, &id).await;
    let (guest, csrf) = opened(&server, &over).await;
    assert!(guest.get("/lien/reponse").await.text().contains("Accompagnement demandé"));
    outlive(&server, &over).await;
    assert!(guest.get("/lien/reponse").await.expect_status(200).text().contains("n’est plus ouvert"));
    guest.post_form("/lien/reponse/accept", &[("csrf", csrf.as_str())]).await.expect_status(303);
    assert_eq!(read(&coordinator, &id).await["row"]["stage"], json!("sent"));
    assert_eq!(flash(&say(&server, &over, &over.code).await.expect_status(303)), "error:not_found");
    server.stranger().get(&over.path).await.expect_status(404);

    // A referral withdrawn shows nothing more, whatever the link.
    let other = make(&server, &id).await;
    let (guest, _) = opened(&server, &other).await;
    coordinator.post(&format!("/api/v1/referrals/{id}/withdraw"), &json!({ "text": "Fait autrement" })).await.expect_status(204);
    let page = guest.get("/lien/reponse").await.expect_status(200).text();
    assert!(!page.contains("EXT-01") && !page.contains("Accompagnement demandé"), "what it shared is closed");
    coordinator.post(&format!("/api/v1/referrals/{id}/links"), &asked()).await.expect_refusal(409, "act_not_possible");
}

async fn a_link_is_given_by_whoever_sent_the_referral(server: TestServer) {
    let id = sent(&server).await;
    let path = format!("/api/v1/referrals/{id}/links");
    for person in [Person::Inspector, Person::Dispatcher, Person::Cisss] {
        server.bearer(person).await.post(&path, &asked()).await.expect_refusal(403, "not_allowed");
    }
    for person in [Person::Longueuil, Person::Administrator, Person::Privacy] {
        server.bearer(person).await.post(&path, &asked()).await.expect_refusal(404, "not_found");
    }
    let coordinator = server.bearer(Person::Coordinator).await;
    let with = |field: &str, value: Value| {
        let mut asked = asked();
        asked[field] = value;
        asked
    };
    for (message, code) in [
        (with("name", json!("  ")), "missing_field"),
        (with("name", json!("é".repeat(81))), "missing_field"),
        (with("days", json!(0)), "value_out_of_range"),
        (with("days", json!(31)), "value_out_of_range"),
        (with("role", json!("administrator")), "unknown_field"),
    ] {
        coordinator.post(&path, &message).await.expect_refusal(422, code);
    }
    assert_eq!(server.count("referral_link", "1 = 1").await, 0);
    assert_eq!(read(&server.bearer(Person::Cisss).await, &id).await["may_make_link"], json!(false));
}

async fn the_same_click_makes_one_link_until_it_is_opened(server: TestServer) {
    let id = sent(&server).await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let link_id = new_id().to_string();
    let fields = [("csrf", csrf.as_str()), ("id", link_id.as_str()), ("name", "Mme Roy"), ("days", "14")];
    let mut last = None;
    for _ in 0..2 {
        let made = browser.post_form(&format!("/partenaires/{id}/liens"), &fields).await.expect_status(303);
        assert_eq!(flash(&made), "success:link_made");
        let cookies = made.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        last = cookies.filter_map(|cookie| cookie.strip_prefix("brigade_fresh_link=")).find_map(|value| value.split(';').next().map(str::to_owned));
    }
    assert_eq!((server.count("referral_link", "1 = 1").await, server.count("referral_entry", "text like 'link_made%'").await), (1, 1));
    let (token, code) = last.as_deref().and_then(|all| all.split_once('.')).and_then(|(_, both)| both.split_once('.')).expect("both halves");
    // Shown once, on the page of the referral.
    let cookie = format!("brigade_fresh_link={id}.{token}.{code}");
    let with_both = browser.with("cookie", &cookie);
    let page = with_both.get(&format!("/partenaires/{id}")).await.expect_status(200);
    assert!(
        page.text().contains(token)
            && page.headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.starts_with("brigade_fresh_link=;")))
    );
    let elsewhere = with_both.get(&format!("/partenaires/{}", new_id())).await.text();
    assert!(!elsewhere.contains(token), "on the page of its referral, and nowhere else");
    let link = Link { id: link_id.clone(), path: format!("/lien/{token}"), code: code.to_owned() };
    opened(&server, &link).await;
    assert_eq!(flash(&browser.post_form(&format!("/partenaires/{id}/liens"), &fields).await.expect_status(303)), "error:already_exists");
    opened(&server, &link).await;
}

async fn photos_that_the_referral_shows_are_shown_and_no_other(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let inspector = server.bearer(Person::Inspector).await;
    let (shown, hidden) = (new_id().to_string(), new_id().to_string());
    let (one, two) = (jpeg(32, 32), jpeg(48, 32));
    let beside = Phone::beside(&phone);
    let events = [beside.photographs(&shown, "exterior", "EXT-01", &one), beside.photographs(&hidden, &server.town.tower.door(0), "HUM-01", &two)];
    beside.push_stored(&inspector, &events).await;
    photos::upload(&inspector, &shown, &one).await.expect_status(204);
    photos::upload(&inspector, &hidden, &two).await.expect_status(204);
    let case = case_of(&server, &server.town.tower).await;
    let id = refer(&server, &referral(&server, &case)).await;
    let link = make(&server, &id).await;
    let (guest, _) = opened(&server, &link).await;
    let path = |photo: &str| format!("/lien/reponse/photos/{photo}?size=thumb");
    let photo = guest.get(&path(&shown)).await.expect_status(200);
    assert_eq!((photo.header("content-type"), photo.header("cache-control")), (Some("image/jpeg"), Some("private, no-store")));
    for photo in [hidden.clone(), new_id().to_string(), "12".to_owned()] {
        guest.get(&path(&photo)).await.expect_refusal(404, "not_found");
    }
    guest.get(&format!("/lien/reponse/photos/{shown}?size=original")).await.expect_status(200);
    assert_eq!(server.count("audit", "action = 'photo.original_read'").await, 0, "the original is nobody’s here");
    stranger(&server).get(&path(&shown)).await.expect_refusal(404, "not_found");
    guest.get(&format!("/api/v1/photos/{shown}")).await.expect_refusal(401, "sign_in_required");
    let page = guest.get("/lien/reponse").await.expect_status(200).text();
    assert!(page.contains(&format!("/lien/reponse/photos/{shown}")) && !page.contains("/api/v1/photos"));
}

async fn what_a_guest_does_is_checked_like_any_form(server: TestServer) {
    let id = sent(&server).await;
    let link = make(&server, &id).await;
    let answer = say(&server, &link, &link.code).await.expect_status(303);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a session").to_owned();
    let (guest, csrf) = opened(&server, &link).await;
    for path in ["/lien/reponse/accept", "/lien/reponse/messages", "/lien/reponse/parole"] {
        assert_eq!(
            flash(&guest.post_form(path, &[("csrf", "0".repeat(64).as_str()), ("id", &new_id().to_string()), ("text", "x")]).await),
            "error:forged_request",
            "{path}"
        );
    }
    // A page of another site would come without the cookie; were it to come with it, it would still be refused.
    let mine = stranger(&server).with("cookie", &cookie).get("/lien/reponse").await.expect_status(200).text();
    assert!(mine.contains("Accompagnement demandé"));
    let foreign = server.stranger().with("sec-fetch-site", "cross-site").with("cookie", &cookie);
    assert_eq!(flash(&foreign.post_form("/lien/reponse/accept", &[("csrf", csrf.as_str())]).await), "error:forged_request");
    let csrf = ("csrf", csrf.as_str());
    for (path, fields, code) in [
        ("/lien/reponse/decline", vec![csrf], "error:reason_required"),
        ("/lien/reponse/messages", vec![csrf, ("text", "x")], "error:missing_field"),
        ("/lien/reponse/parole", vec![csrf, ("helped", "yes")], "error:act_not_possible"),
        ("/lien/reponse/inconnu", vec![csrf], "error:not_found"),
        ("/lien/reponse/accept", vec![csrf, ("revision", "9")], "error:revision_conflict"),
    ] {
        assert_eq!(flash(&guest.post_form(path, &fields).await.expect_status(303)), code, "{path}");
    }
    let foreign_code = server.stranger().with("sec-fetch-site", "cross-site").post_form(&link.path, &[("code", link.code.as_str())]).await;
    assert_eq!(flash(&foreign_code), "error:forged_request");
    assert_eq!(read(&server.bearer(Person::Coordinator).await, &id).await["row"]["stage"], json!("sent"));
}

async fn what_a_guest_does_is_recorded_in_their_own_name(server: TestServer) {
    let id = sent(&server).await;
    // Whoever asks for a link chooses its id, and would choose a colleague’s.
    let colleague = server.town.accounts[&Person::Psychosocial].to_string();
    let mut asked = asked();
    asked["id"] = json!(colleague);
    let coordinator = server.bearer(Person::Coordinator).await;
    let made = coordinator.post(&format!("/api/v1/referrals/{id}/links"), &asked).await.expect_status(201).json();
    let link = Link { id: colleague.clone(), path: made["path"].as_str().expect("a path").to_owned(), code: made["code"].as_str().expect("a code").to_owned() };
    let (guest, csrf) = opened(&server, &link).await;
    guest.post_form("/lien/reponse/accept", &[("csrf", csrf.as_str())]).await.expect_status(303);
    server.brigade.journal.flush().await;
    for (table, column) in [("access_journal", "account_id"), ("audit", "account_id"), ("referral_entry", "by_account"), ("referral_reading", "reader")] {
        assert_eq!(server.count(table, &format!("{column} = '{colleague}'")).await, 0, "{table}");
    }
    let journal = server.bearer(Person::Privacy).await.get("/api/v1/access-journal").await.expect_status(200).text();
    assert!(journal.contains("Mme Roy, intervenante"), "the privacy officer knows who read");
}
