//! Getting in again: what is told to whoever asks, and what an administrator can do of it.

use server::clock::now;

use super::scenes::flash;
use crate::support::{Answer, Client, PASSWORD, Person, TestServer, on_both_databases};

on_both_databases!(
    whoever_asks_is_told_the_same_thing_and_the_administrator_sees_who_exists,
    the_list_cannot_be_filled_by_whoever_likes,
    a_link_is_made_for_whoever_was_recognised_and_works_once,
    only_the_administrator_answers_and_for_requests_that_stand,
);

async fn ask(client: &Client, email: &str) -> Answer {
    client.post_form("/mot-de-passe-oublie", &[("email", email)]).await.expect_status(303)
}

async fn requests(administrator: &Client) -> Vec<String> {
    let told = administrator.get("/api/v1/administration").await.expect_status(200).json();
    told["recovery_requests"].as_array().expect("requests").iter().map(|row| row["email"].as_str().expect("an e-mail").to_owned()).collect()
}

fn link(answer: &Answer) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    cookies.filter_map(|cookie| cookie.strip_prefix("brigade_link=")).find_map(|value| value.split(';').next()).map(str::to_owned)
}

async fn whoever_asks_is_told_the_same_thing_and_the_administrator_sees_who_exists(server: TestServer) {
    let stranger = server.stranger();
    server.alter("update account set active = 0 where email = 'brossard@essai.test'").await;
    let mut answers = Vec::new();
    for email in [" Inspection@essai.TEST ", "personne@essai.test", "brossard@essai.test", "", "pas un courriel", "\u{0}"] {
        let answer = ask(&stranger, email).await;
        let headers: Vec<String> = answer.headers.iter().filter(|(name, _)| *name != "date").map(|(name, value)| format!("{name}: {value:?}")).collect();
        answers.push((answer.status, headers, answer.body.clone()));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
    assert_eq!(flash(&ask(&stranger, Person::Cisss.email()).await), "success:recovery_asked");
    let administrator = server.bearer(Person::Administrator).await;
    assert_eq!(requests(&administrator).await, [Person::Inspector.email(), Person::Cisss.email()], "those who have an account, the oldest first");
    assert_eq!(server.count("audit", "action = 'recovery.asked'").await, 7, "each is journaled, known or not");
    // Asking opens, closes and changes nothing.
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
    assert_eq!(server.count("access_link", "account_id is not null").await, 0);
    let foreign = stranger.with("sec-fetch-site", "cross-site");
    assert_eq!(flash(&ask(&foreign, Person::Privacy.email()).await), "error:forged_request");
    // A week later nobody remembers.
    server.alter("update recovery_request set expires_at = 1").await;
    assert!(requests(&administrator).await.is_empty());
}

async fn the_list_cannot_be_filled_by_whoever_likes(server: TestServer) {
    let stranger = server.stranger();
    for _ in 0..5 {
        assert_eq!(flash(&ask(&stranger, Person::Inspector.email()).await), "success:recovery_asked", "told the same thing");
    }
    assert_eq!(server.count("audit", "action = 'recovery.asked'").await, 3, "three a day are written");
    assert_eq!(server.count("recovery_request", "1 = 1").await, 1);
    for number in 0..57 {
        assert_eq!(flash(&ask(&stranger, &format!("inconnu-{number}@essai.test")).await), "success:recovery_asked");
    }
    for email in [Person::Coordinator.email(), "personne@essai.test"] {
        assert_eq!(flash(&ask(&stranger, email).await), "error:too_many_attempts", "whatever the e-mail");
    }
    server.alter("update sign_in_failure set at = at - 3600001").await;
    assert_eq!(flash(&ask(&stranger, Person::Coordinator.email()).await), "success:recovery_asked");
    assert_eq!(server.count("recovery_request", "1 = 1").await, 2);
    // Those who ask do not count as those who fail.
    server.sign_in(Person::Inspector.email(), PASSWORD).await.expect_status(200);
}

async fn a_link_is_made_for_whoever_was_recognised_and_works_once(server: TestServer) {
    ask(&server.stranger(), Person::Inspector.email()).await;
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let page = browser.get("/administration").await.expect_status(200).text();
    assert!(page.contains("recovery-request") && page.contains("numéro que vous connaissez"));
    let path = format!("/administration/comptes/{}/recuperation", server.town.accounts[&Person::Inspector]);
    let refused = browser.post_form(&path, &[("csrf", &csrf), ("act", "link")]).await.expect_status(303);
    assert_eq!((flash(&refused).as_str(), link(&refused)), ("error:missing_field", None));
    let before = server.bearer(Person::Inspector).await;
    let made = browser.post_form(&path, &[("csrf", &csrf), ("act", "link"), ("identified", "true")]).await.expect_status(303);
    assert_eq!(flash(&made), "success:link_renewed");
    let token = link(&made).expect("a link");
    assert!(!made.header("location").unwrap_or_default().contains(&token), "the link is in no address");
    assert!(requests(&browser).await.is_empty(), "answered");
    let again = browser.post_form(&path, &[("csrf", &csrf), ("act", "link"), ("identified", "true")]).await.expect_status(303);
    assert_eq!((flash(&again).as_str(), link(&again)), ("error:not_found", None), "one request, one link");
    let password = "tuque érable canot lune";
    let choose = async |token: &str| server.stranger().post_form(&format!("/mot-de-passe/{token}"), &[("password", password)]).await.expect_status(303);
    assert_eq!(flash(&choose(&token).await), "success:password_chosen");
    before.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    assert_eq!(flash(&choose(&token).await), "error:not_found", "once");
    let opened = server.sign_in(Person::Inspector.email(), password).await.expect_status(200).json();
    // Should it have been somebody else, the owner is told.
    let client = server.stranger().with("authorization", &format!("Bearer {}", opened["token"].as_str().expect("a token")));
    let mine = client.get("/api/v1/account").await.expect_status(200).json();
    assert_eq!(mine["notices"][0]["kind"], "password_by_link");
    // An old link opens nothing.
    ask(&server.stranger(), Person::Inspector.email()).await;
    let late = browser.post_form(&path, &[("csrf", &csrf), ("act", "link"), ("identified", "true")]).await.expect_status(303);
    server.alter(&format!("update access_link set expires_at = {}", now().0 - 1)).await;
    assert_eq!(flash(&choose(&link(&late).expect("a link")).await), "error:not_found");
}

async fn only_the_administrator_answers_and_for_requests_that_stand(server: TestServer) {
    ask(&server.stranger(), Person::Inspector.email()).await;
    let path = |person: Person| format!("/administration/comptes/{}/recuperation", server.town.accounts[&person]);
    for person in Person::ALL.into_iter().filter(|person| *person != Person::Administrator) {
        let (browser, csrf) = server.browser(person).await;
        for act in ["link", "aside"] {
            let fields = [("csrf", csrf.as_str()), ("act", act), ("identified", "true")];
            let answer = browser.post_form(&path(Person::Inspector), &fields).await.expect_status(303);
            assert_eq!((flash(&answer).as_str(), link(&answer)), ("error:not_found", None), "{person:?} {act}");
        }
    }
    let (browser, csrf) = server.browser(Person::Administrator).await;
    let act = async |path: &str, act: &str| {
        let answer = browser.post_form(path, &[("csrf", &csrf), ("act", act), ("identified", "true")]).await.expect_status(303);
        assert!(link(&answer).is_none());
        flash(&answer)
    };
    // Who did not ask is not answered.
    for path in [
        path(Person::Coordinator),
        "/administration/comptes/x/recuperation".to_owned(),
        format!("/administration/comptes/{}/recuperation", server::clock::new_id()),
    ] {
        assert_eq!(act(&path, "link").await, "error:not_found", "{path}");
        assert_eq!(act(&path, "aside").await, "error:not_found", "{path}");
    }
    assert_eq!(act(&path(Person::Inspector), "aside").await, "success:recovery_set_aside");
    assert_eq!(act(&path(Person::Inspector), "aside").await, "error:not_found", "once");
    assert_eq!(act(&path(Person::Inspector), "link").await, "error:not_found");
    let by = server.town.accounts[&Person::Administrator];
    assert_eq!(server.count("audit", &format!("action = 'recovery.set_aside' and account_id = '{by}'")).await, 1);
}
