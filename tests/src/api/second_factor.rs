//! The second factor: made, asked for at sign-in, lost, taken away; and what an attacker tries of it.

use futures::future::join_all;
use serde_json::{Value, json};
use server::{
    clock::{now, sha256_hex},
    second_factor::{code_at, step_of},
};

use super::scenes::flash;
use crate::support::{Answer, Client, PASSWORD, Person, TestServer, on_both_databases};

on_both_databases!(
    a_factor_is_made_with_the_password_and_a_first_code_and_its_secret_is_sealed,
    no_session_is_made_before_the_second_step,
    a_code_is_accepted_once,
    a_code_sent_many_times_at_once_opens_one_session,
    codes_cannot_be_gone_through,
    a_stranger_who_has_the_password_does_not_lock_a_known_device_out,
    the_second_step_of_a_page_goes_on_to_an_address_of_ours_only,
    a_second_step_expires_and_falls_with_the_password,
    a_recovery_code_works_once_and_its_use_is_told,
    a_factor_is_taken_away_with_the_password_and_a_code,
    the_administrator_takes_a_factor_away_from_whoever_lost_everything,
    an_organisation_can_ask_for_a_factor_and_it_is_made_at_the_next_sign_in,
    whether_an_account_has_a_factor_is_told_to_nobody_without_the_password,
    an_open_session_without_the_factor_that_is_asked_for_makes_one_at_its_next_page_and_its_phone_still_sends,
);

const EMAIL: &str = "inspection@essai.test";

/// What an app makes of the key that a person types.
fn decoded(key: &str) -> Vec<u8> {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = key.bytes().flat_map(|letter| {
        let value = alphabet.iter().position(|known| *known == letter).expect("base 32");
        (0..5).rev().map(move |bit| value >> bit & 1)
    });
    let bits: Vec<usize> = bits.collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0_u8, |held, bit| held << 1 | u8::from(*bit == 1))).collect()
}

/// An authenticator app.
struct App(Vec<u8>);

impl App {
    fn code(&self) -> String {
        code_at(&self.0, step_of(now()))
    }

    /// Six digits that are not those of any moment near.
    fn wrong_code(&self) -> String {
        let near: Vec<String> = (-2..=2).map(|step| code_at(&self.0, step_of(now()) + step)).collect();
        (0..10).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).expect("a wrong code")
    }
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    cookies
        .filter_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))
        .find_map(|value| value.split(';').next())
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

async fn mine(client: &Client) -> Value {
    client.get("/api/v1/account").await.expect_status(200).json()
}

/// Somebody makes a second factor: the browser it was made in, its hidden field, the app and the recovery codes.
async fn enrolled(server: &TestServer, person: Person) -> (Client, String, App, Vec<String>) {
    let (browser, csrf) = server.browser(person).await;
    let begun = browser.post_form("/compte/second-facteur", &[("csrf", &csrf), ("password", PASSWORD)]).await.expect_status(303);
    assert_eq!(flash(&begun), "success:factor_begun");
    let app = App(decoded(mine(&browser).await["second_factor"]["secret"]["key"].as_str().expect("a key")));
    let done = browser.post_form("/compte/second-facteur/confirmation", &[("csrf", &csrf), ("code", &app.code())]).await.expect_status(303);
    assert_eq!(flash(&done), "success:factor_confirmed");
    let codes = cookie(&done, "brigade_codes").expect("recovery codes").split('.').map(str::to_owned).collect();
    let seen = code_unused(server, person).await;
    assert!(seen);
    (browser, csrf, app, codes)
}

/// As if the code of now had not been used: a story does not wait for the next half minute.
async fn code_unused(server: &TestServer, person: Person) -> bool {
    let id = server.town.accounts[&person];
    server.alter(&format!("update second_factor set last_step = 0 where account_id = '{id}'")).await;
    server.count("second_factor", &format!("account_id = '{id}' and confirmed_at is not null")).await == 1
}

/// The token of a second step, which the right password gives.
async fn awaits(server: &TestServer, email: &str) -> String {
    let refused = server.sign_in(email, PASSWORD).await.expect_refusal(401, "second_factor_required");
    assert!(refused.headers.get("set-cookie").is_none(), "nothing is opened, nothing is known");
    refused.error().detail.expect("a token")
}

async fn show(server: &TestServer, token: &str, code: &str) -> Answer {
    server.stranger().post("/api/v1/session/code", &json!({ "token": token, "code": code })).await
}

async fn a_factor_is_made_with_the_password_and_a_first_code_and_its_secret_is_sealed(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    let other = server.bearer(Person::Inspector).await;
    assert_eq!(mine(&browser).await["second_factor"], json!({ "state": "off" }));
    let begin = async |password: &str| flash(&browser.post_form("/compte/second-facteur", &[("csrf", &csrf), ("password", password)]).await);
    let confirm = async |code: &str| browser.post_form("/compte/second-facteur/confirmation", &[("csrf", &csrf), ("code", code)]).await.expect_status(303);
    assert_eq!(flash(&confirm("123456").await), "error:act_not_possible");
    assert_eq!(begin("pas le bon").await, "error:wrong_password");
    assert_eq!(begin(PASSWORD).await, "success:factor_begun");
    let first = mine(&browser).await["second_factor"]["secret"]["key"].as_str().expect("a key").to_owned();
    assert_eq!(begin(PASSWORD).await, "success:factor_begun");
    let secret = mine(&browser).await["second_factor"]["secret"].clone();
    let key = secret["key"].as_str().expect("a key").to_owned();
    assert_ne!(first, key, "a new secret each time");
    let app = App(decoded(&key));
    assert_eq!(app.0.len(), 20);
    // Sealed at rest; drawn by us, asked of nobody.
    for kept in [key.as_str(), &hex::encode(&app.0)] {
        assert_eq!(server.count("second_factor", &format!("secret like '%{kept}%'")).await, 0);
    }
    let page = browser.get("/compte").await.expect_status(200).text();
    assert!(page.contains("<svg") && page.contains(secret["qr"]["path"].as_str().expect("a picture")) && !page.contains("src=\"http"), "drawn in the page");
    // Until it is confirmed it is asked for by nobody.
    server.sign_in(EMAIL, PASSWORD).await.expect_status(200);
    assert_eq!(flash(&confirm(&App(decoded(&first)).wrong_code()).await), "error:wrong_code");
    let done = confirm(&app.code()).await;
    assert_eq!(flash(&done), "success:factor_confirmed");
    let codes: Vec<String> = cookie(&done, "brigade_codes").expect("codes").split('.').map(str::to_owned).collect();
    assert_eq!(codes.len(), 10);
    for code in &codes {
        assert_eq!(
            server.count("recovery_code", &format!("code_hash like '%{code}%' or code_hash = '{}'", sha256_hex(code.as_bytes()))).await,
            0,
            "hashed, for its account"
        );
    }
    // Shown once, on this page only.
    let session = cookie_of(&browser);
    let carried = server.stranger().with("cookie", &format!("{session}; brigade_codes={}", codes.join(".")));
    let shown = carried.get("/compte").await.expect_status(200);
    assert!(codes.iter().all(|code| shown.text().contains(code)));
    assert!(
        shown.headers.get_all("set-cookie").iter().any(|cookie| cookie.to_str().is_ok_and(|cookie| cookie.starts_with("brigade_codes=;"))),
        "then forgotten"
    );
    assert!(!carried.get("/bureau").await.expect_status(200).text().contains(&codes[0]));
    assert!(!browser.get("/compte").await.expect_status(200).text().contains(&codes[0]));
    let planted = server.stranger().with("cookie", &format!("{session}; brigade_codes=<b>piege</b>.ABCD"));
    assert!(!planted.get("/compte").await.expect_status(200).text().contains("piege"));
    // What was opened with the password alone ends; the secret is never told again.
    other.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    let after = mine(&browser).await;
    assert_eq!((&after["second_factor"]["state"], &after["second_factor"]["codes_left"]), (&json!("on"), &json!(10)));
    assert!(!after.to_string().contains(&key));
    assert_eq!(begin(PASSWORD).await, "error:act_not_possible", "not over the one in place");
    assert_eq!(flash(&confirm(&app.code()).await), "error:act_not_possible");
}

/// The session cookie of a browser, for another client.
fn cookie_of(browser: &Client) -> String {
    let request = browser.request(reqwest::Method::GET, "/").build().expect("a request");
    request.headers().get("cookie").and_then(|cookie| cookie.to_str().ok()).expect("a cookie").to_owned()
}

async fn no_session_is_made_before_the_second_step(server: TestServer) {
    let (_, _, app, _) = enrolled(&server, Person::Inspector).await;
    let before = server.count("session", "1 = 1").await;
    let token = awaits(&server, EMAIL).await;
    assert_eq!(server.count("session", "1 = 1").await, before);
    assert_eq!(server.count("sign_in_step", &format!("token_hash = '{token}'")).await, 0, "the store keeps a hash, not the token");
    // Its token opens nothing by itself, wherever it is put.
    for client in [
        server.stranger().with("authorization", &format!("Bearer {token}")),
        server.stranger().with("cookie", &format!("brigade_session={token}")),
        server.stranger().with("cookie", &format!("brigade_step={token}")),
    ] {
        client.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    }
    server.stranger().get(&format!("/mot-de-passe/{token}")).await.expect_status(404);
    let code = app.code();
    let cross = server.stranger().with("sec-fetch-site", "cross-site");
    cross.post("/api/v1/session/code", &json!({ "token": token, "code": code })).await.expect_refusal(403, "forged_request");
    show(&server, &token, &app.wrong_code()).await.expect_refusal(422, "wrong_code");
    let opened = show(&server, &token, &format!(" {} {} ", &code[..3], &code[3..])).await.expect_status(200);
    let session = cookie(&opened, "brigade_session").expect("a session");
    assert_ne!(session, token, "made after the second step, and new");
    assert!(cookie(&opened, "brigade_known").is_some());
    let client = server.stranger().with("authorization", &format!("Bearer {}", opened.json()["token"].as_str().expect("a token")));
    client.get("/api/v1/session").await.expect_status(200);
    // A session that somebody planted before is not the one that is opened.
    code_unused(&server, Person::Inspector).await;
    let token = awaits(&server, EMAIL).await;
    let planted = server.stranger().with("cookie", &format!("brigade_session={session}"));
    let again = planted.post("/api/v1/session/code", &json!({ "token": token, "code": app.code() })).await.expect_status(200);
    assert_ne!(cookie(&again, "brigade_session"), Some(session));
    show(&server, &token, &app.code()).await.expect_refusal(401, "second_step_expired");
    show(&server, "", &app.code()).await.expect_refusal(401, "second_step_expired");
}

async fn a_code_is_accepted_once(server: TestServer) {
    let (browser, csrf, app, _) = enrolled(&server, Person::Inspector).await;
    let code = app.code();
    show(&server, &awaits(&server, EMAIL).await, &code).await.expect_status(200);
    // Seen over a shoulder, or taken by a false page, within the same half minute: neither at sign-in nor to take the factor away.
    let token = awaits(&server, EMAIL).await;
    show(&server, &token, &code).await.expect_refusal(422, "wrong_code");
    let fields = [("csrf", csrf.as_str()), ("password", PASSWORD), ("code", &code)];
    assert_eq!(flash(&browser.post_form("/compte/second-facteur/retrait", &fields).await), "error:wrong_code");
    // Nor is the one before it, once a later one was used.
    let earlier = code_at(&app.0, step_of(now()) - 1);
    show(&server, &token, &earlier).await.expect_refusal(422, "wrong_code");
    code_unused(&server, Person::Inspector).await;
    show(&server, &token, &app.code()).await.expect_status(200);
}

async fn a_code_sent_many_times_at_once_opens_one_session(server: TestServer) {
    let (_, _, app, codes) = enrolled(&server, Person::Inspector).await;
    for code in [app.code(), codes[0].clone()] {
        let mut tokens = Vec::new();
        for _ in 0..6 {
            tokens.push(awaits(&server, EMAIL).await);
        }
        let answers = join_all(tokens.iter().map(|token| show(&server, token, &code))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
        server.alter("update sign_in_failure set at = at - 86400001").await;
    }
}

async fn codes_cannot_be_gone_through(server: TestServer) {
    let (_, _, app, _) = enrolled(&server, Person::Inspector).await;
    let wrong = app.wrong_code();
    // A new first step does not begin the count again.
    for _ in 0..10 {
        show(&server, &awaits(&server, EMAIL).await, &wrong).await.expect_refusal(422, "wrong_code");
    }
    let token = awaits(&server, EMAIL).await;
    show(&server, &token, &app.code()).await.expect_refusal(429, "too_many_attempts");
    // Every quarter of an hour, ten more; in a day, no more than thirty.
    for _ in 0..2 {
        server.alter("update sign_in_failure set at = at - 901000").await;
        for _ in 0..10 {
            show(&server, &token, &wrong).await.expect_refusal(422, "wrong_code");
        }
        show(&server, &token, &app.code()).await.expect_refusal(429, "too_many_attempts");
    }
    server.alter("update sign_in_failure set at = at - 901000").await;
    show(&server, &token, &app.code()).await.expect_refusal(429, "too_many_attempts");
    server.alter("update sign_in_failure set at = at - 86400001").await;
    show(&server, &token, &app.code()).await.expect_status(200);
    // A burst is counted like a file.
    code_unused(&server, Person::Inspector).await;
    let token = awaits(&server, EMAIL).await;
    let answers = join_all((0..30).map(|_| show(&server, &token, &wrong))).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 422).count();
    assert_eq!(looked_at, 10);
}

async fn a_stranger_who_has_the_password_does_not_lock_a_known_device_out(server: TestServer) {
    let (_, _, app, _) = enrolled(&server, Person::Inspector).await;
    let opened = show(&server, &awaits(&server, EMAIL).await, &app.code()).await.expect_status(200);
    let device = cookie(&opened, "brigade_known").expect("a device");
    for _ in 0..10 {
        show(&server, &awaits(&server, EMAIL).await, &app.wrong_code()).await.expect_refusal(422, "wrong_code");
    }
    code_unused(&server, Person::Inspector).await;
    let token = awaits(&server, EMAIL).await;
    show(&server, &token, &app.code()).await.expect_refusal(429, "too_many_attempts");
    let owner = server.stranger().with("cookie", &format!("brigade_known={device}"));
    owner.post("/api/v1/session/code", &json!({ "token": token, "code": app.code() })).await.expect_status(200);
}

async fn the_second_step_of_a_page_goes_on_to_an_address_of_ours_only(server: TestServer) {
    let (_, _, app, _) = enrolled(&server, Person::Inspector).await;
    let page = server.stranger().with("sec-fetch-site", "same-origin");
    assert_eq!(page.get("/connexion/code").await.expect_status(303).header("location"), Some("/connexion"));
    for (next, asked, expected) in [
        ("/carte", "/connexion/code?next=%2Fcarte", "/carte"),
        ("https://ailleurs.example", "/connexion/code", "/terrain"),
        ("//ailleurs.example", "/connexion/code", "/terrain"),
        ("/\\ailleurs.example", "/connexion/code", "/terrain"),
        ("/connexion/code", "/connexion/code?next=%2Fconnexion%2Fcode", "/terrain"),
    ] {
        let fields = [("email", EMAIL), ("password", PASSWORD), ("next", next)];
        let first = page.post_form("/connexion", &fields).await.expect_status(303);
        assert_eq!(first.header("location"), Some(asked), "{next}");
        assert!(cookie(&first, "brigade_session").is_none());
        let set = first.header("set-cookie").expect("a step").to_owned();
        for attribute in ["brigade_step=", "HttpOnly", "SameSite=Lax", "Max-Age=300"] {
            assert!(set.contains(attribute), "{set}");
        }
        let step = page.with("cookie", &format!("brigade_step={}", cookie(&first, "brigade_step").expect("a step")));
        let asks = step.get(asked).await.expect_status(200).text();
        assert!(asks.contains("second-step-form") && !asks.contains("ailleurs.example"));
        let wrong = step.post_form("/connexion/code", &[("code", &app.wrong_code()), ("next", next)]).await.expect_status(303);
        assert_eq!((flash(&wrong).as_str(), wrong.header("location")), ("error:wrong_code", Some(asked)), "{next}");
        let foreign =
            server.stranger().with("sec-fetch-site", "cross-site").with("cookie", &format!("brigade_step={}", cookie(&first, "brigade_step").expect("a step")));
        assert_eq!(flash(&foreign.post_form("/connexion/code", &[("code", &app.code())]).await), "error:forged_request");
        let done = step.post_form("/connexion/code", &[("code", &app.code()), ("next", next)]).await.expect_status(303);
        assert_eq!(done.header("location"), Some(expected), "{next} {}", flash(&done));
        assert!(cookie(&done, "brigade_session").is_some() && cookie(&done, "brigade_step").is_none());
        code_unused(&server, Person::Inspector).await;
        let late = step.post_form("/connexion/code", &[("code", &app.code()), ("next", next)]).await.expect_status(303);
        assert_eq!(flash(&late), "error:second_step_expired");
        assert!(late.header("location").is_some_and(|path| path.starts_with("/connexion") && !path.contains("ailleurs")));
    }
}

async fn a_second_step_expires_and_falls_with_the_password(server: TestServer) {
    let (browser, csrf, app, _) = enrolled(&server, Person::Inspector).await;
    let token = awaits(&server, EMAIL).await;
    server.alter("update sign_in_step set expires_at = expires_at - 300001").await;
    show(&server, &token, &app.code()).await.expect_refusal(401, "second_step_expired");
    // Somebody has the password and waits for a code: the owner changes it.
    let token = awaits(&server, EMAIL).await;
    let fields = [("csrf", csrf.as_str()), ("current", PASSWORD), ("password", "tuque érable canot lune")];
    assert_eq!(flash(&browser.post_form("/compte/mot-de-passe", &fields).await), "success:password_changed");
    show(&server, &token, &app.code()).await.expect_refusal(401, "second_step_expired");
    // A closed account finishes nothing.
    let refused = server.sign_in(EMAIL, "tuque érable canot lune").await.expect_refusal(401, "second_factor_required");
    let token = refused.error().detail.expect("a token");
    server.alter("update account set active = 0 where email = 'inspection@essai.test'").await;
    show(&server, &token, &app.code()).await.expect_refusal(401, "second_step_expired");
}

async fn a_recovery_code_works_once_and_its_use_is_told(server: TestServer) {
    let (_, _, _, codes) = enrolled(&server, Person::Inspector).await;
    let (_, _, _, theirs) = enrolled(&server, Person::Coordinator).await;
    let token = awaits(&server, EMAIL).await;
    for not_ours in [theirs[0].as_str(), "ABCD-EFGH-IJKL-MNOP", "", "' or 1 = 1 --"] {
        show(&server, &token, not_ours).await.expect_refusal(422, "wrong_code");
    }
    let typed = codes[0].to_lowercase().replace('-', " ");
    let opened = show(&server, &token, &typed).await.expect_status(200).json();
    show(&server, &awaits(&server, EMAIL).await, &codes[0]).await.expect_refusal(422, "wrong_code");
    let client = server.stranger().with("authorization", &format!("Bearer {}", opened["token"].as_str().expect("a token")));
    let seen = mine(&client).await;
    assert_eq!((&seen["second_factor"]["codes_left"], &seen["notices"][0]), (&json!(9), &json!({ "kind": "recovery_code_used", "days_ago": 0 })));
    // The next sign-in tells it first, until it is read.
    let fields = [("email", EMAIL), ("password", PASSWORD), ("next", "/carte")];
    let page = server.stranger().with("sec-fetch-site", "same-origin");
    let first = page.post_form("/connexion", &fields).await.expect_status(303);
    let step = page.with("cookie", &format!("brigade_step={}", cookie(&first, "brigade_step").expect("a step")));
    let done = step.post_form("/connexion/code", &[("code", &codes[1]), ("next", "/carte")]).await.expect_status(303);
    assert_eq!(done.header("location"), Some("/compte"));
    let browser = page.with("cookie", &format!("brigade_session={}", cookie(&done, "brigade_session").expect("a session")));
    let csrf = browser.get("/api/v1/session").await.expect_status(200).json()["csrf"].as_str().expect("a csrf field").to_owned();
    assert!(browser.get("/compte").await.expect_status(200).text().contains("code de secours a servi"));
    assert_eq!(flash(&browser.post_form("/compte/avis", &[("csrf", &csrf)]).await), "success:notices_read");
    assert_eq!(mine(&browser).await["notices"], json!([]));
    assert_eq!(server.count("audit", "action = 'second_factor.recovery_code'").await, 2);
}

async fn a_factor_is_taken_away_with_the_password_and_a_code(server: TestServer) {
    let (browser, csrf, app, codes) = enrolled(&server, Person::Inspector).await;
    let act = async |path: &str, password: &str, code: &str| {
        browser.post_form(&format!("/compte/second-facteur/{path}"), &[("csrf", &csrf), ("password", password), ("code", code)]).await.expect_status(303)
    };
    for path in ["retrait", "codes"] {
        assert_eq!(flash(&act(path, "pas le bon", &app.code()).await), "error:wrong_password");
        assert_eq!(flash(&act(path, PASSWORD, &app.wrong_code()).await), "error:wrong_code");
        assert_eq!(flash(&act(path, PASSWORD, "").await), "error:wrong_code");
    }
    let renewed = act("codes", PASSWORD, &app.code()).await;
    assert_eq!(flash(&renewed), "success:codes_renewed");
    let fresh: Vec<String> = cookie(&renewed, "brigade_codes").expect("codes").split('.').map(str::to_owned).collect();
    assert_eq!(flash(&act("retrait", PASSWORD, &codes[0]).await), "error:wrong_code", "the codes before no longer work");
    assert_eq!(flash(&act("retrait", PASSWORD, &fresh[0]).await), "success:factor_removed");
    assert_eq!(flash(&act("retrait", PASSWORD, &fresh[1]).await), "error:act_not_possible");
    for table in ["second_factor", "recovery_code", "sign_in_step"] {
        assert_eq!(server.count(table, "1 = 1").await, 0, "{table}");
    }
    server.sign_in(EMAIL, PASSWORD).await.expect_status(200);
}

async fn the_administrator_takes_a_factor_away_from_whoever_lost_everything(server: TestServer) {
    let (theirs, _, app, _) = enrolled(&server, Person::Inspector).await;
    let (_, _, own_app, _) = enrolled(&server, Person::Administrator).await;
    let opened = show(&server, &awaits(&server, Person::Administrator.email()).await, &own_app.code()).await.expect_status(200);
    let csrf = opened.json()["csrf"].as_str().expect("a csrf field").to_owned();
    let administrator = server
        .stranger()
        .with("cookie", &format!("brigade_session={}", cookie(&opened, "brigade_session").expect("a session")))
        .with("sec-fetch-site", "same-origin");
    let told = administrator.get("/api/v1/administration").await.expect_status(200).text();
    let sealed = {
        use sqlx::Row;
        sqlx::query("select secret from second_factor")
            .fetch_all(server.brigade.store.reader())
            .await
            .expect("secrets")
            .iter()
            .map(|row| row.get::<String, _>("secret"))
            .collect::<Vec<_>>()
    };
    assert!(told.contains("\"second_factor\":true") && sealed.iter().all(|secret| !told.contains(secret)), "never a secret, sealed or not");
    let path = |person: Person| format!("/administration/comptes/{}/second-facteur", server.town.accounts[&person]);
    let reset =
        async |path: &str, identified: &str| flash(&administrator.post_form(path, &[("csrf", &csrf), ("identified", identified)]).await.expect_status(303));
    for not_identified in ["", "false", "1"] {
        assert_eq!(reset(&path(Person::Inspector), not_identified).await, "error:missing_field");
    }
    assert_eq!(reset(&path(Person::Coordinator), "true").await, "error:act_not_possible", "there is none");
    assert_eq!(reset(&path(Person::Administrator), "true").await, "error:act_not_possible", "one’s own goes by one’s own page");
    assert_eq!(reset("/administration/comptes/x/second-facteur", "true").await, "error:not_found");
    let token = awaits(&server, EMAIL).await;
    for person in Person::ALL.into_iter().filter(|person| !matches!(person, Person::Administrator | Person::Inspector)) {
        let (browser, csrf) = server.browser(person).await;
        let answer = browser.post_form(&path(Person::Inspector), &[("csrf", &csrf), ("identified", "true")]).await.expect_status(303);
        assert_eq!(flash(&answer), "error:not_found", "{person:?}");
        let rule = format!("/administration/organismes/{}/second-facteur", server.town.brigade);
        assert_eq!(flash(&browser.post_form(&rule, &[("csrf", &csrf), ("required", "true")]).await), "error:not_found", "{person:?}");
    }
    assert_eq!(reset(&path(Person::Inspector), "true").await, "success:factor_reset");
    theirs.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    show(&server, &token, &app.code()).await.expect_refusal(401, "second_step_expired");
    let by = server.town.accounts[&Person::Administrator];
    assert_eq!(server.count("audit", &format!("action = 'second_factor.reset' and account_id = '{by}'")).await, 1);
    // The person is told before anything else.
    let page = server.stranger().with("sec-fetch-site", "same-origin");
    let entered = page.post_form("/connexion", &[("email", EMAIL), ("password", PASSWORD), ("next", "/carte")]).await.expect_status(303);
    assert_eq!(entered.header("location"), Some("/compte"));
    let browser = page.with("cookie", &format!("brigade_session={}", cookie(&entered, "brigade_session").expect("a session")));
    assert!(browser.get("/compte").await.expect_status(200).text().contains("a retiré votre second facteur"));
}

async fn an_organisation_can_ask_for_a_factor_and_it_is_made_at_the_next_sign_in(server: TestServer) {
    let (administrator, csrf) = server.browser(Person::Administrator).await;
    let rule = |id: String| format!("/administration/organismes/{id}/second-facteur");
    let ask =
        async |id: String, required: &str| flash(&administrator.post_form(&rule(id), &[("csrf", &csrf), ("required", required)]).await.expect_status(303));
    assert_eq!(ask(server::clock::new_id().to_string(), "true").await, "error:not_found");
    assert_eq!(ask(server.town.cisss.to_string(), "peut-être").await, "error:missing_field");
    assert_eq!(ask(server.town.cisss.to_string(), "true").await, "success:organisation_changed");
    // Another organisation's people are asked for nothing.
    server.sign_in(EMAIL, PASSWORD).await.expect_status(200);
    let email = Person::Cisss.email();
    let refused = server.sign_in(email, PASSWORD).await.expect_refusal(403, "second_factor_enrolment_required");
    assert_eq!(refused.error().detail, None);
    assert_eq!(server.count("session", &format!("account_id = '{}'", server.town.accounts[&Person::Cisss])).await, 0);
    let page = server.stranger().with("sec-fetch-site", "same-origin");
    let first = page.post_form("/connexion", &[("email", email), ("password", PASSWORD)]).await.expect_status(303);
    assert_eq!(first.header("location"), Some("/connexion/code"));
    let token = cookie(&first, "brigade_step").expect("a step");
    let step = page.with("cookie", &format!("brigade_step={token}"));
    let shown = step.get("/connexion/code").await.expect_status(200);
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    let text = shown.text();
    let key: String = text.split("data-testid=\"factor-key\"").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1)).expect("a key").split(' ').collect();
    let app = App(decoded(&key));
    // The factor is made on the page, where its codes can be shown.
    show(&server, &token, &app.code()).await.expect_refusal(403, "second_factor_enrolment_required");
    assert_eq!(flash(&step.post_form("/connexion/code", &[("code", &app.wrong_code())]).await), "error:wrong_code");
    assert_eq!(flash(&step.post_form("/connexion/code", &[("code", "ABCD-EFGH-IJKL-MNOP")]).await), "error:wrong_code");
    let done = step.post_form("/connexion/code", &[("code", &app.code())]).await.expect_status(303);
    assert_eq!((flash(&done).as_str(), done.header("location")), ("success:factor_confirmed", Some("/compte")));
    assert_eq!(cookie(&done, "brigade_codes").expect("codes").split('.').count(), 10);
    let browser = page.with("cookie", &format!("brigade_session={}", cookie(&done, "brigade_session").expect("a session")));
    assert_eq!(mine(&browser).await["second_factor_required"], json!(true));
    // From now on a code is asked for; and when nothing is required any more, of whoever has one.
    awaits(&server, email).await;
    assert_eq!(ask(server.town.cisss.to_string(), "false").await, "success:organisation_changed");
    awaits(&server, email).await;
}

async fn whether_an_account_has_a_factor_is_told_to_nobody_without_the_password(server: TestServer) {
    enrolled(&server, Person::Inspector).await;
    let with = server.sign_in(EMAIL, "pas le bon").await.expect_refusal(401, "wrong_credentials");
    let without = server.sign_in(Person::Coordinator.email(), "pas le bon").await.expect_refusal(401, "wrong_credentials");
    let unknown = server.sign_in("personne@essai.test", "pas le bon").await.expect_refusal(401, "wrong_credentials");
    assert_eq!((&with.body, &with.body), (&without.body, &unknown.body));
    let page = server.stranger().with("sec-fetch-site", "same-origin");
    for email in [EMAIL, "personne@essai.test"] {
        let answer = page.post_form("/connexion", &[("email", email), ("password", "pas le bon")]).await.expect_status(303);
        assert_eq!((flash(&answer).as_str(), answer.header("location")), ("error:wrong_credentials", Some("/connexion")));
        assert!(cookie(&answer, "brigade_step").is_none());
    }
}

async fn an_open_session_without_the_factor_that_is_asked_for_makes_one_at_its_next_page_and_its_phone_still_sends(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Inspector).await;
    let bearer = server.bearer(Person::Inspector).await;
    let (enrolled_browser, ..) = enrolled(&server, Person::Coordinator).await;
    server.alter(&format!("update organisation set second_factor_required = 1 where id = '{}'", server.town.brigade)).await;
    // Pages and acts of the office lead to where it is made.
    for path in ["/bureau", "/carte", "/cellule", "/partenaires", "/bureau/a-moi", "/bureau/tournee"] {
        let sent = browser.get(path).await.expect_status(303);
        assert_eq!((sent.header("location"), flash(&sent).as_str()), (Some("/compte"), "error:second_factor_enrolment_required"), "{path}");
    }
    let act = browser.post_form("/bureau/tournee", &[("csrf", &csrf), ("address", "1, rue Neuve")]).await.expect_status(303);
    assert_eq!((act.header("location"), server.count("building", "address like '1, rue Neuve%'").await), (Some("/compte"), 0));
    for path in [
        "/api/v1/cases",
        "/api/v1/map",
        "/api/v1/referrals",
        "/api/v1/emergency/board",
        "/api/v1/awaiting",
        "/api/v1/photos/00000000-0000-0000-0000-000000000000",
    ] {
        bearer.get(path).await.expect_refusal(403, "second_factor_enrolment_required");
    }
    // No work is lost: what the phone holds leaves, and its round comes.
    let phone = crate::support::Phone::in_building(&server.town.tower);
    phone.push_stored(&bearer, &[phone.starts(), phone.enters(&server.town.tower.doors[0])]).await;
    bearer.get("/api/v1/sync/pull").await.expect_status(200);
    let options = crate::support::Client::send(bearer.request(reqwest::Method::OPTIONS, "/api/v1/photos")).await;
    assert_eq!(options.status, 204);
    // Others are not disturbed: who has one, the other organisations, who leaves.
    enrolled_browser.get("/bureau").await.expect_status(200);
    server.bearer(Person::Cisss).await.get("/api/v1/referrals").await.expect_status(200);
    browser.get("/compte").await.expect_status(200);
    // Made: everything opens again, in this very session.
    browser.post_form("/compte/second-facteur", &[("csrf", &csrf), ("password", PASSWORD)]).await.expect_status(303);
    let app = App(decoded(mine(&browser).await["second_factor"]["secret"]["key"].as_str().expect("a key")));
    let done = browser.post_form("/compte/second-facteur/confirmation", &[("csrf", &csrf), ("code", &app.code())]).await.expect_status(303);
    assert_eq!(flash(&done), "success:factor_confirmed");
    browser.get("/bureau").await.expect_status(200);
}
