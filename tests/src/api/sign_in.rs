use reqwest::Method;
use serde_json::json;
use server::clock::new_id;

use super::scenes::{case_of, complex_visit, flash};
use crate::support::{Answer, Client, PASSWORD, Person, Phone, TestServer, on_both_databases};

on_both_databases!(
    the_right_password_opens_a_session,
    a_session_planted_before_signing_in_is_nobodys_after_it,
    a_wrong_password_and_an_unknown_address_get_the_same_answer,
    ten_failures_close_the_door_for_that_address_only,
    strangers_who_fail_do_not_lock_the_owner_out_of_a_known_device,
    a_known_device_has_its_own_count,
    a_device_is_known_to_those_who_signed_in_from_it_only,
    a_new_password_forgets_every_device_but_the_one_it_was_chosen_on,
    signing_out_ends_the_token,
    a_burst_is_cut_as_soon_as_its_session_ends,
    an_expired_session_or_a_closed_account_is_nobody,
    a_change_asked_by_another_site_with_our_cookie_is_refused,
    a_form_without_its_hidden_field_does_nothing,
    the_first_access_link_works_once,
);

async fn the_right_password_opens_a_session(server: TestServer) {
    let answer = server.sign_in(" Inspection@essai.TEST ", PASSWORD).await.expect_status(200);
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    for attribute in ["brigade_session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let session = answer.json();
    assert_eq!(session["account"]["role"], "inspector");
    let token = session["token"].as_str().expect("a token");
    let client = server.stranger().with("authorization", &format!("Bearer {token}"));
    let seen = client.get("/api/v1/session").await.expect_status(200).json();
    assert_eq!(seen["account"], session["account"]);
    assert!(seen.get("token").is_none(), "the token is told once");
    assert_eq!(server.count("session", &format!("token_hash = '{token}'")).await, 0, "the store keeps a hash, not the token");
}

async fn a_session_planted_before_signing_in_is_nobodys_after_it(server: TestServer) {
    let planted = "0".repeat(64);
    let victim = server.stranger().with("cookie", &format!("brigade_session={planted}"));
    let answer = victim.post("/api/v1/session", &serde_json::json!({ "email": Person::Inspector.email(), "password": PASSWORD })).await.expect_status(200);
    let own = cookie(&answer, "brigade_session").expect("a session of its own");
    assert_ne!(own, planted);
    // Whoever planted it has nothing.
    server.stranger().with("cookie", &format!("brigade_session={planted}")).get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    server.stranger().with("cookie", &format!("brigade_session={own}")).get("/api/v1/session").await.expect_status(200);
}

async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(server: TestServer) {
    let wrong = server.sign_in(Person::Inspector.email(), "pas le bon").await.expect_refusal(401, "wrong_credentials");
    let unknown = server.sign_in("personne@essai.test", "pas le bon").await.expect_refusal(401, "wrong_credentials");
    assert_eq!(wrong.body, unknown.body);
    let names = |answer: &crate::support::Answer| answer.headers.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&wrong), names(&unknown));
}

async fn ten_failures_close_the_door_for_that_address_only(server: TestServer) {
    for _ in 0..10 {
        server.sign_in(Person::Inspector.email(), "pas le bon").await.expect_refusal(401, "wrong_credentials");
    }
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_refusal(429, "too_many_attempts");
    server.sign_in(Person::Coordinator.email(), PASSWORD).await.expect_status(200);
    // A quarter of an hour later.
    server.alter("update sign_in_failure set at = at - 901000").await;
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    cookies.filter_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('=')).find_map(|value| value.split(';').next()).map(str::to_owned)
}

/// Signs in from a device.
async fn from_device(server: &TestServer, device: &str, person: Person, password: &str) -> Answer {
    let client = server.stranger().with("cookie", &format!("brigade_known={device}"));
    client.post("/api/v1/session", &json!({ "email": person.email(), "password": password })).await
}

async fn known_device_of(server: &TestServer, person: Person) -> String {
    cookie(&server.sign_in(person.email(), PASSWORD).await.expect_status(200), "brigade_known").expect("a device is known once signed in")
}

async fn locked_by_strangers(server: &TestServer, person: Person) {
    for _ in 0..10 {
        server.sign_in(person.email(), "pas le bon").await.expect_refusal(401, "wrong_credentials");
    }
    server.sign_in(person.email(), PASSWORD).await.expect_refusal(429, "too_many_attempts");
}

async fn strangers_who_fail_do_not_lock_the_owner_out_of_a_known_device(server: TestServer) {
    let first = server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
    let set = first.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).find(|cookie| cookie.starts_with("brigade_known="));
    let set = set.expect("the device is made known").to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
        assert!(set.contains(attribute), "{set}");
    }
    let device = cookie(&first, "brigade_known").expect("a device");
    assert_eq!(server.count("known_device", &format!("device_hash = '{device}'")).await, 0, "the store keeps a hash, not the secret");
    locked_by_strangers(&server, Person::Inspector).await;
    let again = from_device(&server, &device, Person::Inspector, PASSWORD).await.expect_status(200);
    assert_eq!(cookie(&again, "brigade_known").as_deref(), Some(device.as_str()), "the same device stays the same");
    // The page without scripts, too.
    let browser = server.stranger().with("cookie", &format!("brigade_known={device}")).with("sec-fetch-site", "same-origin");
    let fields = [("email", Person::Inspector.email()), ("password", PASSWORD)];
    let signed_in = browser.post_form("/connexion", &fields).await.expect_status(303);
    assert!(cookie(&signed_in, "brigade_session").is_some(), "{}", flash(&signed_in));
    assert_eq!(cookie(&signed_in, "brigade_known").as_deref(), Some(device.as_str()));
    // The secret by itself opens nothing.
    browser.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
}

async fn a_known_device_has_its_own_count(server: TestServer) {
    let (device, other) = (known_device_of(&server, Person::Inspector).await, known_device_of(&server, Person::Inspector).await);
    assert_ne!(device, other, "each device has its own secret");
    for _ in 0..10 {
        from_device(&server, &device, Person::Inspector, "pas le bon").await.expect_refusal(401, "wrong_credentials");
    }
    from_device(&server, &device, Person::Inspector, PASSWORD).await.expect_refusal(429, "too_many_attempts");
    // Neither the owner's other device nor a new one pays for it.
    from_device(&server, &other, Person::Inspector, PASSWORD).await.expect_status(200);
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
    // A quarter of an hour later.
    server.alter("update sign_in_failure set at = at - 901000").await;
    from_device(&server, &device, Person::Inspector, PASSWORD).await.expect_status(200);
}

async fn a_device_is_known_to_those_who_signed_in_from_it_only(server: TestServer) {
    let device = known_device_of(&server, Person::Coordinator).await;
    locked_by_strangers(&server, Person::Inspector).await;
    // Another person's device is a stranger's, as is a secret that somebody made up, and an unknown e-mail tells nothing more.
    for made_up in [device.as_str(), &"0".repeat(64), "x", ""] {
        from_device(&server, made_up, Person::Inspector, PASSWORD).await.expect_refusal(429, "too_many_attempts");
    }
    let made_up = "ab".repeat(32);
    let given = from_device(&server, &made_up, Person::Coordinator, PASSWORD).await.expect_status(200);
    assert_ne!(cookie(&given, "brigade_known"), Some(made_up), "nobody chooses the secret of another’s device");
    // A tablet that two people share is known to both.
    server.alter("update sign_in_failure set at = at - 901000").await;
    let shared = from_device(&server, &device, Person::Inspector, PASSWORD).await.expect_status(200);
    assert_eq!(cookie(&shared, "brigade_known").as_deref(), Some(device.as_str()));
    locked_by_strangers(&server, Person::Inspector).await;
    from_device(&server, &device, Person::Inspector, PASSWORD).await.expect_status(200);
    from_device(&server, &device, Person::Coordinator, PASSWORD).await.expect_status(200);
}

async fn a_new_password_forgets_every_device_but_the_one_it_was_chosen_on(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let device = known_device_of(&server, Person::Inspector).await;
    locked_by_strangers(&server, Person::Inspector).await;
    let id = server.town.accounts[&Person::Inspector];
    let renewed = browser.post_form(&format!("/administration/comptes/{id}/lien"), &[("csrf", &csrf)]).await.expect_status(303);
    let link = cookie(&renewed, "brigade_link").expect("a one-time link");
    let password = "un tout nouveau mot de passe";
    let chosen = server.stranger().post_form(&format!("/mot-de-passe/{link}"), &[("password", password)]).await.expect_status(303);
    assert!(flash(&chosen).starts_with("success:"), "{}", flash(&chosen));
    let new_device = cookie(&chosen, "brigade_known").expect("the device is known from now on");
    from_device(&server, &device, Person::Inspector, password).await.expect_refusal(429, "too_many_attempts");
    from_device(&server, &new_device, Person::Inspector, password).await.expect_status(200);
}

async fn signing_out_ends_the_token(server: TestServer) {
    let (client, other) = (server.bearer(Person::Inspector).await, server.bearer(Person::Inspector).await);
    client.delete("/api/v1/session").await.expect_status(204);
    client.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    other.get("/api/v1/session").await.expect_status(200);
}

async fn an_expired_session_or_a_closed_account_is_nobody(server: TestServer) {
    let (expired, closed) = (server.bearer(Person::Inspector).await, server.bearer(Person::Coordinator).await);
    let inspector = server.town.accounts[&Person::Inspector];
    server.alter(&format!("update session set expires_at = 1 where account_id = '{inspector}'")).await;
    expired.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    closed.get("/api/v1/session").await.expect_status(200);
    server.alter("update account set active = 0 where email = 'coordination@essai.test'").await;
    closed.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    server.sign_in(Person::Coordinator.email(), PASSWORD).await.expect_refusal(401, "wrong_credentials");
}

async fn a_change_asked_by_another_site_with_our_cookie_is_refused(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let path = format!("/api/v1/cases/{case}/escalations");
    let message = json!({ "reason": "Plafond qui tombe", "called_911": false });
    let token = server.token(Person::Coordinator).await;
    let cookie = server.stranger().with("cookie", &format!("brigade_session={token}"));
    for forged in [
        cookie.with("sec-fetch-site", "cross-site"),
        cookie.with("sec-fetch-site", "same-site"),
        cookie.with("origin", "https://ailleurs.example"),
        cookie.with("origin", "null"),
    ] {
        forged.post(&path, &message).await.expect_refusal(403, "forged_request");
    }
    assert_eq!(server.count("escalation", "1 = 1").await, 0);
    // Reading is harmless, a program's token is no cookie, and our own pages may.
    cookie.with("sec-fetch-site", "cross-site").get("/api/v1/cases").await.expect_status(200);
    cookie.with("sec-fetch-site", "same-origin").post(&path, &message).await.expect_status(201);
    let program = server.stranger().with("authorization", &format!("Bearer {token}")).with("sec-fetch-site", "cross-site");
    program.post(&path, &message).await.expect_status(201);
    let sign_in = json!({ "email": Person::Inspector.email(), "password": PASSWORD });
    server.stranger().with("sec-fetch-site", "cross-site").post("/api/v1/session", &sign_in).await.expect_refusal(403, "forged_request");
}

async fn a_form_without_its_hidden_field_does_nothing(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let path = format!("/bureau/dossiers/{case}/commentaires");
    let text = ("text", "Appelé le concierge");
    let comments = async || server.count("case_entry", "kind = 'comment'").await;
    for fields in [vec![text], vec![text, ("csrf", "")], vec![text, ("csrf", "0123")]] {
        let answer = browser.post_form(&path, &fields).await.expect_status(303);
        assert_eq!(flash(&answer), "error:forged_request");
    }
    let foreign: Client = browser.with("x-unused", "").with("origin", "https://ailleurs.example");
    foreign.post_form(&path, &[text]).await.expect_status(303);
    assert_eq!(comments().await, 0);
    let answer = browser.post_form(&path, &[text, ("csrf", &csrf)]).await.expect_status(303);
    assert!(flash(&answer).starts_with("success:"), "{}", flash(&answer));
    assert_eq!(answer.header("location"), Some(format!("/bureau/dossiers/{case}").as_str()));
    assert_eq!(comments().await, 1);
}

async fn the_first_access_link_works_once(server: TestServer) {
    let path = server.first_access.clone().expect("an empty server offers a link");
    let fields =
        |password| [("organisation", "Brigade neuve"), ("display_name", "Première Personne"), ("email", "Premiere@essai.test"), ("password", password)];
    let stranger = server.stranger();
    stranger.get(&path).await.expect_status(200);
    let short = stranger.post_form(&path, &fields("court")).await.expect_status(303);
    assert_eq!(flash(&short), "error:password_too_short");
    let done = stranger.post_form(&path, &fields("assez long pour passer")).await.expect_status(303);
    assert_eq!(done.header("location"), Some("/connexion"), "{}", flash(&done));
    let again = stranger.post_form(&path, &fields("assez long pour passer")).await.expect_status(303);
    assert_eq!(flash(&again), "error:not_found");
    stranger.get(&path).await.expect_status(404);
    let session = server.sign_in("premiere@essai.test", "assez long pour passer").await.expect_status(200).json();
    assert_eq!(session["account"]["role"], "administrator");
}

/// Pushes and pieces of photos are recognised by a session that was looked up a moment ago: ended meanwhile, it opens nothing more.
async fn a_burst_is_cut_as_soon_as_its_session_ends(server: TestServer) {
    let phone = Phone::in_building(&server.town.tower);
    let sends = async |client: &Client| phone.push(client, &[phone.starts()]).await;
    let piece = async |client: &Client| {
        let request = client.request(Method::PATCH, &format!("/api/v1/photos/uploads/{}", new_id()));
        Client::send(request.header("content-type", "application/offset+octet-stream").header("upload-offset", 0).body(vec![1])).await
    };
    let client = server.bearer(Person::Inspector).await;
    sends(&client).await.expect_status(200);
    piece(&client).await.expect_refusal(404, "not_found");
    client.delete("/api/v1/session").await.expect_status(204);
    sends(&client).await.expect_refusal(401, "sign_in_required");
    piece(&client).await.expect_refusal(401, "sign_in_required");

    let client = server.bearer(Person::Inspector).await;
    let (browser, csrf) = server.browser(Person::Administrator).await;
    sends(&client).await.expect_status(200);
    let account = format!("/administration/comptes/{}/acces", server.town.accounts[&Person::Inspector]);
    browser.post_form(&account, &[("csrf", &csrf), ("active", "false")]).await.expect_status(303);
    sends(&client).await.expect_refusal(401, "sign_in_required");
    piece(&client).await.expect_refusal(401, "sign_in_required");
    // Another person's token is never taken for it.
    let colleague = server.bearer(Person::SecondInspector).await;
    sends(&colleague).await.expect_status(200);
    sends(&server.stranger().with("authorization", "Bearer 0123")).await.expect_refusal(401, "sign_in_required");
}
