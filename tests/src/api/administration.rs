use super::scenes::{complex_visit, flash, ids};
use crate::support::{Answer, Client, Person, TestServer, on_both_databases};

on_both_databases!(
    an_account_is_opened_by_its_owner_through_a_link_that_works_once,
    a_password_link_opens_no_other_door,
    only_the_administrator_sets_up_and_never_sees_a_case,
    a_building_taken_off_the_round_is_forgotten_by_phones_and_still_received,
);

/// The token of the one-time link that an answer carries.
fn link(answer: &Answer) -> String {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    let link = cookies.filter_map(|cookie| cookie.strip_prefix("brigade_link=")).find_map(|value| value.split(';').next());
    link.unwrap_or_else(|| panic!("no link: {}", flash(answer))).to_owned()
}

async fn add_account(server: &TestServer, browser: &Client, csrf: &str, email: &str) -> Answer {
    let organisation = server.town.cisss.to_string();
    let fields = [("csrf", csrf), ("display_name", "Nouvelle Personne"), ("email", email), ("role", "partner_agent"), ("organisation", &organisation)];
    browser.post_form("/administration/comptes", &fields).await.expect_status(303)
}

async fn an_account_is_opened_by_its_owner_through_a_link_that_works_once(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let added = add_account(&server, &browser, &csrf, "Nouvelle@essai.test").await;
    let path = format!("/mot-de-passe/{}", link(&added));
    assert!(!added.header("location").unwrap_or_default().contains(&link(&added)), "the link is in no address");
    assert_eq!(flash(&add_account(&server, &browser, &csrf, "nouvelle@essai.test").await), "error:already_exists");
    // Without a password nobody signs in.
    server.sign_in("nouvelle@essai.test", "").await.expect_refusal(401, "wrong_credentials");
    let stranger = server.stranger();
    stranger.get(&path).await.expect_status(200);
    assert_eq!(flash(&stranger.post_form(&path, &[("password", "court")]).await), "error:password_too_short");
    let chosen = [("password", "un mot de passe assez long")];
    assert!(flash(&stranger.post_form(&path, &chosen).await).starts_with("success:"));
    assert_eq!(flash(&stranger.post_form(&path, &chosen).await), "error:not_found");
    stranger.get(&path).await.expect_status(404);
    server.sign_in("nouvelle@essai.test", "un mot de passe assez long").await.expect_status(200);
}

async fn a_password_link_opens_no_other_door(server: TestServer) {
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let token = link(&add_account(&server, &browser, &csrf, "nouvelle@essai.test").await);
    let stranger = server.stranger();
    stranger.get(&format!("/premier-acces/{token}")).await.expect_status(404);
    let fields = [("organisation", "Moi"), ("display_name", "Moi"), ("email", "moi@essai.test"), ("password", "assez long pour passer")];
    let refused = stranger.post_form(&format!("/premier-acces/{token}"), &fields).await.expect_status(303);
    assert_eq!(flash(&refused), "error:not_found", "a partner’s link must not make an administrator");
    assert_eq!(server.count("account", "email = 'moi@essai.test'").await, 0);
    // And the first administrator's link sets nobody's password.
    let first = server.first_access.clone().expect("a link").replace("/premier-acces/", "/mot-de-passe/");
    stranger.get(&first).await.expect_status(404);
    assert_eq!(flash(&stranger.post_form(&first, &[("password", "assez long pour passer")]).await), "error:not_found");
}

async fn only_the_administrator_sets_up_and_never_sees_a_case(server: TestServer) {
    complex_visit(&server).await;
    let administrator = server.bearer(Person::Administrator).await;
    let text = administrator.get("/api/v1/administration").await.expect_status(200).text();
    assert!(text.contains(Person::Cisss.email()) && !text.contains("$argon2"), "no hash leaves the store");
    for path in ["/api/v1/cases", "/api/v1/map", "/api/v1/round", "/api/v1/emergency/board", "/api/v1/referrals"] {
        administrator.get(path).await.expect_refusal(404, "not_found");
    }
    for person in Person::ALL.into_iter().filter(|person| *person != Person::Administrator) {
        let (browser, csrf) = server.browser(person).await;
        browser.get("/api/v1/administration").await.expect_refusal(404, "not_found");
        assert_eq!(flash(&add_account(&server, &browser, &csrf, "x@essai.test").await), "error:not_found", "{person:?}");
        if person != Person::Coordinator {
            browser.get("/api/v1/round").await.expect_refusal(404, "not_found");
        }
    }
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let path = |person: Person| format!("/administration/comptes/{}/acces", server.town.accounts[&person]);
    let inspector = server.bearer(Person::Inspector).await;
    let fields = [("csrf", csrf.as_str()), ("active", "false")];
    assert_eq!(flash(&browser.post_form(&path(Person::Administrator), &fields).await), "error:act_not_possible");
    browser.post_form(&path(Person::Inspector), &fields).await.expect_status(303);
    inspector.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
}

async fn a_building_taken_off_the_round_is_forgotten_by_phones_and_still_received(server: TestServer) {
    let inspector = server.bearer(Person::Inspector).await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let tower = server.town.tower.id.to_string();
    let path = format!("/bureau/tournee/{tower}");
    let first = inspector.get("/api/v1/sync/pull").await.expect_status(200).json();
    let cursor = first["cursor"].as_str().expect("a cursor").to_owned();
    let done = browser.post_form(&path, &[("csrf", &csrf), ("planned_on", "")]).await.expect_status(303);
    assert!(flash(&done).starts_with("success:"), "{}", flash(&done));
    let pull = async || inspector.get(&format!("/api/v1/sync/pull?cursor={cursor}")).await.expect_status(200).json();
    let withdrawn = pull().await;
    assert_eq!((&withdrawn["buildings"], &withdrawn["removed"][0]["building_id"]), (&serde_json::json!([]), &serde_json::json!(tower)));
    // What a phone still held of it is never refused.
    complex_visit(&server).await;
    browser.post_form(&path, &[("csrf", &csrf), ("planned_on", "2027-01-04")]).await.expect_status(303);
    let back = pull().await;
    assert_eq!(
        (ids(&back["buildings"]), &back["removed"], &back["buildings"][0]["planned_on"]),
        (vec![tower], &serde_json::json!([]), &serde_json::json!("2027-01-04"))
    );
    for day in ["2027-02-30", "demain"] {
        let answer = browser.post_form(&path, &[("csrf", &csrf), ("planned_on", day)]).await.expect_status(303);
        assert!(flash(&answer).starts_with("error:"), "{day}");
    }
}
