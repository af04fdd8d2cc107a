//! « Mon compte »: where one's account is open, and the password.

use serde_json::Value;

use super::scenes::flash;
use crate::support::{Answer, Client, PASSWORD, Person, TestServer, on_both_databases};

on_both_databases!(
    a_person_sees_where_their_account_is_open_and_nothing_finer_than_a_day_and_a_make,
    a_session_is_closed_by_its_owner_and_by_nobody_else,
    all_the_other_sessions_are_closed_at_once,
    a_password_is_changed_with_the_current_one_and_ends_the_other_sessions,
    the_current_password_cannot_be_guessed_through_an_open_session,
    a_password_is_refused_for_what_is_wrong_with_it_and_for_nothing_else,
    a_link_that_was_out_opens_nothing_once_the_password_has_changed,
);

const CHROME: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.1.2 Safari/537.36";
const SAFARI_PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const NEW_PASSWORD: &str = "tuque érable canot lune";

/// Signs in with a browser that says this of itself.
async fn browser_of(server: &TestServer, person: Person, user_agent: &str) -> (Client, String) {
    let said = serde_json::json!({ "email": person.email(), "password": PASSWORD });
    let answer = server.stranger().with("user-agent", user_agent).post("/api/v1/session", &said).await.expect_status(200);
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie is set").to_owned();
    let csrf = answer.json()["csrf"].as_str().expect("a csrf field").to_owned();
    (server.stranger().with("cookie", &cookie).with("sec-fetch-site", "same-origin"), csrf)
}

async fn sessions(client: &Client) -> Vec<Value> {
    client.get("/api/v1/account").await.expect_status(200).json()["sessions"].as_array().expect("sessions").clone()
}

fn id(session: &Value) -> &str {
    session["id"].as_str().expect("an id")
}

async fn change(browser: &Client, csrf: &str, current: &str, password: &str) -> Answer {
    browser.post_form("/compte/mot-de-passe", &[("csrf", csrf), ("current", current), ("password", password)]).await.expect_status(303)
}

async fn a_person_sees_where_their_account_is_open_and_nothing_finer_than_a_day_and_a_make(server: TestServer) {
    let (office, _) = browser_of(&server, Person::Inspector, CHROME).await;
    let (phone, _) = browser_of(&server, Person::Inspector, SAFARI_PHONE).await;
    server.token(Person::Coordinator).await;
    let seen = sessions(&phone).await;
    assert_eq!(seen.len(), 2, "one's own only");
    assert_eq!(
        (&seen[0]["current"], &seen[0]["browser"]),
        (&Value::Bool(true), &serde_json::json!({ "family": "safari", "handheld": true })),
        "this one first"
    );
    assert_eq!((&seen[1]["current"], &seen[1]["browser"]), (&Value::Bool(false), &serde_json::json!({ "family": "chrome", "handheld": false })));
    // Ten days and a bit: told in days.
    server.alter(&format!("update session set created_at = created_at - {}, seen_at = seen_at - {0} where id = '{}'", 10 * 86_400_000_i64, id(&seen[1]))).await;
    let seen = sessions(&phone).await;
    assert_eq!((&seen[1]["opened_days_ago"], &seen[1]["seen_days_ago"]), (&Value::from(10), &Value::from(10)));
    let page = phone.get("/compte").await.expect_status(200).text();
    for words in ["Safari sur téléphone", "Chrome sur ordinateur", "il y a 10\u{a0}jours", Person::Inspector.email()] {
        assert!(page.contains(words), "{words}");
    }
    // Used again, it was seen today.
    assert_eq!(sessions(&office).await[0]["seen_days_ago"], Value::from(0));
    assert_eq!(sessions(&phone).await[1]["seen_days_ago"], Value::from(0));
    for kept in ["KHTML", "126.0", "127.0.0.1", "iPhone"] {
        assert!(!page.contains(kept), "{kept}");
    }
    assert_eq!(server.count("session", "browser in ('chrome', 'safari', 'other')").await, server.count("session", "1 = 1").await, "a make, not a user agent");
}

async fn a_session_is_closed_by_its_owner_and_by_nobody_else(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    let other = server.bearer(Person::Inspector).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let end = async |id: &str| flash(&browser.post_form(&format!("/compte/sessions/{id}/fin"), &[("csrf", &csrf)]).await.expect_status(303));
    let theirs = id(&sessions(&coordinator).await[0]).to_owned();
    let absent = server::clock::new_id().to_string();
    for not_ours in [theirs.as_str(), absent.as_str(), "fin", "x"] {
        assert_eq!(end(not_ours).await, "error:not_found", "{not_ours}");
    }
    coordinator.get("/api/v1/session").await.expect_status(200);
    let ours = id(&sessions(&other).await[0]).to_owned();
    // Neither from another site nor without the hidden field.
    let path = format!("/compte/sessions/{ours}/fin");
    let session = server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200).json();
    let (token, known) = (session["token"].as_str().expect("a token"), session["csrf"].as_str().expect("a csrf field"));
    let elsewhere = server.stranger().with("cookie", &format!("brigade_session={token}")).with("sec-fetch-site", "cross-site");
    for (client, csrf) in [(&browser, ""), (&elsewhere, known)] {
        let answer = client.post_form(&path, &[("csrf", csrf)]).await.expect_status(303);
        assert_eq!(flash(&answer), "error:forged_request");
    }
    other.get("/api/v1/session").await.expect_status(200);
    assert_eq!(end(&ours).await, "success:session_ended");
    other.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    assert_eq!(end(&ours).await, "error:not_found", "once");
    assert_eq!(server.count("audit", &format!("action = 'session.ended' and subject_id = '{ours}'")).await, 1);
}

async fn all_the_other_sessions_are_closed_at_once(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    let (first, second) = (server.bearer(Person::Inspector).await, server.bearer(Person::Inspector).await);
    let coordinator = server.bearer(Person::Coordinator).await;
    let answer = browser.post_form("/compte/sessions/fin", &[("csrf", &csrf)]).await.expect_status(303);
    assert_eq!(flash(&answer), "success:other_sessions_ended");
    for ended in [first, second] {
        ended.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    }
    browser.get("/api/v1/session").await.expect_status(200);
    coordinator.get("/api/v1/session").await.expect_status(200);
    assert_eq!(sessions(&browser).await.len(), 1);
}

async fn a_password_is_changed_with_the_current_one_and_ends_the_other_sessions(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    let phone = server.bearer(Person::Inspector).await;
    assert_eq!(flash(&change(&browser, &csrf, "pas le bon", NEW_PASSWORD).await), "error:wrong_password");
    phone.get("/api/v1/session").await.expect_status(200);
    let done = change(&browser, &csrf, PASSWORD, NEW_PASSWORD).await;
    assert_eq!((flash(&done).as_str(), done.header("location")), ("success:password_changed", Some("/compte")));
    browser.get("/api/v1/session").await.expect_status(200);
    phone.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_refusal(401, "wrong_credentials");
    server.sign_in(Person::Inspector.email(), NEW_PASSWORD).await.expect_status(200);
    // A page of before, sent again.
    assert_eq!(flash(&change(&browser, &csrf, PASSWORD, NEW_PASSWORD).await), "error:wrong_password");
    // Nobody else's, whatever the form says.
    let id = server.town.accounts[&Person::Coordinator].to_string();
    let fields =
        [("csrf", csrf.as_str()), ("current", NEW_PASSWORD), ("password", "encore un autre mot"), ("id", &id), ("account_id", &id), ("role", "administrator")];
    assert_eq!(flash(&browser.post_form("/compte/mot-de-passe", &fields).await), "success:password_changed");
    server.sign_in(Person::Coordinator.email(), PASSWORD).await.expect_status(200);
    assert_eq!(server.sign_in(Person::Inspector.email(), "encore un autre mot").await.expect_status(200).json()["account"]["role"], "inspector");
}

async fn the_current_password_cannot_be_guessed_through_an_open_session(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    for _ in 0..10 {
        assert_eq!(flash(&change(&browser, &csrf, "pas le bon", NEW_PASSWORD).await), "error:wrong_password");
    }
    assert_eq!(flash(&change(&browser, &csrf, PASSWORD, NEW_PASSWORD).await), "error:too_many_attempts");
    // Its owner still signs in elsewhere: who holds an open session locks nobody out.
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
    server.alter("update sign_in_failure set at = at - 901000").await;
    assert_eq!(flash(&change(&browser, &csrf, PASSWORD, NEW_PASSWORD).await), "success:password_changed");
}

async fn a_password_is_refused_for_what_is_wrong_with_it_and_for_nothing_else(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    let long = "é".repeat(129);
    for (password, code) in [
        ("", "password_too_short"),
        ("onze lettre", "password_too_short"),
        (long.as_str(), "password_too_long"),
        ("motdepasse123", "password_too_common"),
        ("123456789012", "password_too_common"),
        ("Inès aime les chats roux", "password_holds_name"),
        ("la pectrice du village", "password_holds_name"),
        ("ma brigade préférée", "password_holds_name"),
    ] {
        assert_eq!(flash(&change(&browser, &csrf, PASSWORD, password).await), format!("error:{code}"), "{password}");
    }
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
    assert_eq!(flash(&change(&browser, &csrf, PASSWORD, "quatre oiseaux dans la ruelle").await), "success:password_changed");
}

async fn a_link_that_was_out_opens_nothing_once_the_password_has_changed(server: TestServer) {
    let (administrator, admin_csrf) = server.browser(Person::Administrator).await;
    let path = format!("/administration/comptes/{}/lien", server.town.accounts[&Person::Inspector]);
    administrator.post_form(&path, &[("csrf", &admin_csrf)]).await.expect_status(303);
    assert_eq!(server.count("access_link", "account_id is not null").await, 1);
    let (browser, csrf) = server.browser(Person::Inspector).await;
    assert_eq!(flash(&change(&browser, &csrf, PASSWORD, NEW_PASSWORD).await), "success:password_changed");
    assert_eq!(server.count("access_link", "account_id is not null").await, 0);
}
