//! Passkeys of office accounts: made, named, removed; shown alone or after the password; and what is tried of them.

use futures::future::join_all;
use serde_json::{Value, json};

use super::scenes::flash;
use crate::support::{Answer, Authenticator, Client, PASSWORD, Person, TestServer, on_both_databases};

on_both_databases!(
    a_passkey_is_made_with_the_password_named_and_removed_by_its_owner_alone,
    a_passkey_alone_opens_its_account_and_no_other,
    a_passkey_answers_once_here_and_now_and_for_whoever_unlocked_it,
    a_passkey_whose_counter_goes_back_is_removed_and_its_owner_hears_of_it,
    a_passkey_is_a_second_factor_beside_codes_and_without_them,
    the_administrator_takes_the_passkeys_of_whoever_lost_them,
);

/// The value that an answer gives a cookie.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    cookies
        .filter_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))
        .find_map(|value| value.split(';').next())
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

/// What a page asks of a passkey: its options, and what goes back with the answer.
#[track_caller]
fn asked(page: &Answer) -> (String, String) {
    let text = page.text();
    let json = text.split("id=\"page-context\"").nth(1).and_then(|rest| rest.split_once('>')).and_then(|(_, rest)| rest.split("</script>").next());
    let context: Value = serde_json::from_str(json.expect("a context")).expect("JSON");
    let part = |name: &str| context["passkey"][name].as_str().unwrap_or_else(|| panic!("nothing is asked: {context}")).to_owned();
    (part("options"), part("sealed"))
}

fn origin(server: &TestServer) -> String {
    format!("http://localhost:{}", server.address().rsplit(':').next().expect("a port"))
}

/// Who signed in with the password just now: their browser and its hidden field.
struct Desk {
    browser: Client,
    csrf: String,
    session: String,
}

async fn desk(server: &TestServer, person: Person) -> Desk {
    let answer = server.sign_in(person.email(), PASSWORD).await.expect_status(200);
    let session = cookie(&answer, "brigade_session").expect("a session");
    let csrf = answer.json()["csrf"].as_str().expect("a field").to_owned();
    let browser = server.stranger().with("sec-fetch-site", "same-origin").with("cookie", &format!("brigade_session={session}"));
    Desk { browser, csrf, session }
}

impl Desk {
    /// Shows the password again: the browser that may make a passkey for a few minutes.
    async fn proves(&self, server: &TestServer) -> Client {
        let begun = self.browser.post_form("/compte/cles/debut", &[("csrf", &self.csrf), ("password", PASSWORD)]).await.expect_status(303);
        assert_eq!(flash(&begun), "success:passkey_begun");
        let proof = cookie(&begun, "brigade_passkey").expect("a proof");
        server.stranger().with("sec-fetch-site", "same-origin").with("cookie", &format!("brigade_session={}; brigade_passkey={proof}", self.session))
    }

    async fn adds(&self, server: &TestServer, authenticator: &mut Authenticator, name: &str) -> String {
        let proven = self.proves(server).await;
        let (options, sealed) = asked(&proven.get("/compte").await.expect_status(200));
        let credential = authenticator.create(&options);
        let fields = [("csrf", self.csrf.as_str()), ("sealed", &sealed), ("credential", &credential), ("name", name)];
        let added = flash(&proven.post_form("/compte/cles", &fields).await.expect_status(303));
        self.reads_notices().await;
        added
    }

    async fn reads_notices(&self) {
        assert_eq!(flash(&self.browser.post_form("/compte/avis", &[("csrf", &self.csrf)]).await), "success:notices_read");
    }

    async fn passkeys(&self) -> Vec<Value> {
        self.browser.get("/api/v1/account").await.expect_status(200).json()["passkeys"].as_array().expect("passkeys").clone()
    }
}

fn page(server: &TestServer) -> Client {
    server.stranger().with("sec-fetch-site", "same-origin")
}

async fn enters(server: &TestServer, authenticator: &mut Authenticator) -> Answer {
    let (options, sealed) = asked(&page(server).get("/connexion").await.expect_status(200));
    let credential = authenticator.get(&options);
    shows(server, &sealed, &credential).await
}

async fn shows(server: &TestServer, sealed: &str, credential: &str) -> Answer {
    page(server).post_form("/connexion/cle", &[("sealed", sealed), ("credential", credential), ("next", "/carte")]).await.expect_status(303)
}

#[track_caller]
fn expect_refused(answer: &Answer, code: &str, of: &str) {
    assert_eq!(flash(answer), format!("error:{code}"), "{of}");
    assert_eq!(cookie(answer, "brigade_session"), None, "{of}");
}

async fn a_passkey_is_made_with_the_password_named_and_removed_by_its_owner_alone(server: TestServer) {
    let (desk, other) = (desk(&server, Person::Coordinator).await, self::desk(&server, Person::Privacy).await);
    let mut authenticator = Authenticator::new(&origin(&server));
    // Without the password nothing is asked, and nothing that was asked of somebody else is taken.
    assert!(!desk.browser.get("/compte").await.expect_status(200).text().contains("\"passkey\":{"));
    let wrong = desk.browser.post_form("/compte/cles/debut", &[("csrf", &desk.csrf), ("password", "pas le bon")]).await;
    assert_eq!((flash(&wrong).as_str(), cookie(&wrong, "brigade_passkey")), ("error:wrong_password", None));
    let (proven, proven_other) = (desk.proves(&server).await, other.proves(&server).await);
    let (options, sealed) = asked(&proven.get("/compte").await.expect_status(200));
    let shown: Value = serde_json::from_str(&options).expect("options");
    assert_eq!((&shown["rp"]["id"], &shown["authenticatorSelection"]["residentKey"]), (&json!("localhost"), &json!("preferred")));
    assert_eq!(shown["authenticatorSelection"]["userVerification"], json!("required"));
    let credential = authenticator.create(&options);
    let add = async |browser: &Client, csrf: &str, sealed: &str, credential: &str, name: &str| {
        flash(&browser.post_form("/compte/cles", &[("csrf", csrf), ("sealed", sealed), ("credential", credential), ("name", name)]).await.expect_status(303))
    };
    assert_eq!(add(&desk.browser, &desk.csrf, &sealed, &credential, "Bureau").await, "error:passkey_expired", "no proof of the password");
    assert_eq!(add(&proven_other, &other.csrf, &sealed, &credential, "Bureau").await, "error:passkey_expired", "asked of another person");
    assert_eq!(add(&proven, &desk.csrf, "00", &credential, "Bureau").await, "error:passkey_expired");
    assert_eq!(add(&proven, &desk.csrf, &sealed, "{}", "Bureau").await, "error:passkey_refused");
    assert_eq!(add(&proven, &desk.csrf, &sealed, &credential, " ").await, "error:missing_field");
    assert_eq!(add(&proven, &desk.csrf, &sealed, &credential, &"é".repeat(61)).await, "error:text_too_long");
    let mut elsewhere = Authenticator::new("https://faux.example");
    assert_eq!(add(&proven, &desk.csrf, &sealed, &elsewhere.create(&options), "Bureau").await, "error:passkey_refused", "made at another address");
    let mut locked = Authenticator::new(&origin(&server));
    locked.is_verified = false;
    assert_eq!(add(&proven, &desk.csrf, &sealed, &locked.create(&options), "Bureau").await, "error:passkey_refused", "nobody unlocked it");
    // The first factor ends the sessions that the password alone had opened.
    let elder = server.bearer(Person::Coordinator).await;
    assert_eq!(add(&proven, &desk.csrf, &sealed, &credential, " Ordinateur du bureau ").await, "success:passkey_added");
    elder.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    assert_eq!(add(&proven, &desk.csrf, &sealed, &credential, "Encore").await, "error:passkey_expired", "used");
    // A way in that no change of password closes: its owner hears of it, here and at the next sign-in.
    assert!(desk.browser.get("/compte").await.text().contains("Une clé d’accès a été ajoutée aujourd’hui"));
    assert_eq!(enters(&server, &mut authenticator).await.header("location"), Some("/compte"));
    desk.reads_notices().await;
    let mine = desk.passkeys().await;
    assert_eq!((mine.len(), &mine[0]["name"]), (1, &json!("Ordinateur du bureau")));
    // A public key, and nothing that opens anything.
    assert_eq!(server.count("passkey", "credential like '%private%'").await, 0);
    // The same authenticator is not added to another account.
    let (options, sealed) = asked(&proven_other.get("/compte").await.expect_status(200));
    assert_eq!(add(&proven_other, &other.csrf, &sealed, &authenticator.create(&options), "Vol").await, "error:already_exists");

    let path = format!("/compte/cles/{}", mine[0]["id"].as_str().expect("an id"));
    let rename = async |desk: &Desk, name: &str| {
        flash(&desk.browser.post_form(&format!("{path}/nom"), &[("csrf", &desk.csrf), ("name", name)]).await.expect_status(303))
    };
    assert_eq!(rename(&other, "Vol").await, "error:not_found");
    assert_eq!(rename(&desk, "<b>Clé</b>").await, "success:passkey_renamed");
    let text = desk.browser.get("/compte").await.expect_status(200).text();
    assert!(text.contains("&lt;b&gt;Clé&lt;/b&gt;") && !text.contains("<b>Clé"), "{text}");
    let remove = async |desk: &Desk, password: &str| {
        flash(&desk.browser.post_form(&format!("{path}/retrait"), &[("csrf", &desk.csrf), ("password", password)]).await.expect_status(303))
    };
    assert_eq!(remove(&other, PASSWORD).await, "error:not_found");
    assert_eq!(remove(&desk, "pas le bon").await, "error:wrong_password");
    assert_eq!(remove(&desk, PASSWORD).await, "success:passkey_removed");
    expect_refused(&enters(&server, &mut authenticator).await, "passkey_refused", "removed");
}

async fn a_passkey_alone_opens_its_account_and_no_other(server: TestServer) {
    let desk = desk(&server, Person::Coordinator).await;
    let mut authenticator = Authenticator::new(&origin(&server));
    assert_eq!(desk.adds(&server, &mut authenticator, "Bureau").await, "success:passkey_added");
    server.alter(&format!("update organisation set second_factor_required = 1 where id = '{}'", server.town.brigade)).await;
    let entered = enters(&server, &mut authenticator).await;
    // Both factors in one: no second step, even where one is required.
    assert_eq!(entered.header("location"), Some("/carte"), "{}", flash(&entered));
    let session = cookie(&entered, "brigade_session").expect("a session");
    let who = server.stranger().with("cookie", &format!("brigade_session={session}")).get("/api/v1/session").await.expect_status(200).json();
    assert_eq!(who["account"]["display_name"], json!(Person::Coordinator.name()));
    assert!(desk.passkeys().await[0]["used_at"].is_i64());
    // It says that it is for somebody else.
    let mut lying = authenticator.clone();
    lying.user = server.town.accounts[&Person::Administrator].0.as_bytes().to_vec();
    expect_refused(&enters(&server, &mut lying).await, "passkey_refused", "for somebody else");
    let mut unknown = Authenticator::new(&origin(&server));
    unknown.user.clone_from(&authenticator.user);
    expect_refused(&enters(&server, &mut unknown).await, "passkey_refused", "unknown");
    unknown.id.clone_from(&authenticator.id);
    expect_refused(&enters(&server, &mut unknown).await, "passkey_refused", "signed with another key");
    server.alter(&format!("update account set active = 0 where id = '{}'", server.town.accounts[&Person::Coordinator])).await;
    authenticator.counter += 10;
    expect_refused(&enters(&server, &mut authenticator).await, "passkey_refused", "a closed account");
}

async fn a_passkey_answers_once_here_and_now_and_for_whoever_unlocked_it(server: TestServer) {
    let desk = desk(&server, Person::Coordinator).await;
    let mut authenticator = Authenticator::new(&origin(&server));
    assert_eq!(desk.adds(&server, &mut authenticator, "Bureau").await, "success:passkey_added");
    let (options, sealed) = asked(&page(&server).get("/connexion").await.expect_status(200));
    let credential = authenticator.get(&options);
    let both = join_all((0..4).map(|_| shows(&server, &sealed, &credential))).await;
    assert_eq!(both.iter().filter(|answer| cookie(answer, "brigade_session").is_some()).count(), 1, "at once");
    expect_refused(&shows(&server, &sealed, &credential).await, "passkey_expired", "replayed");
    let (_, fresh) = asked(&page(&server).get("/connexion").await.expect_status(200));
    expect_refused(&shows(&server, &fresh, &credential).await, "passkey_refused", "the answer to another question");
    for origin in ["http://localhost:1", "https://localhost.example", "https://faux.example"] {
        authenticator.origin = origin.to_owned();
        expect_refused(&enters(&server, &mut authenticator).await, "passkey_refused", origin);
    }
    authenticator.origin = self::origin(&server);
    authenticator.is_verified = false;
    expect_refused(&enters(&server, &mut authenticator).await, "passkey_refused", "nobody unlocked it");
    authenticator.is_verified = true;
    for (sealed, credential, code) in [("", "{}", "passkey_expired"), (fresh.as_str(), "", "passkey_refused"), (&fresh, "{\"id\":1}", "passkey_refused")] {
        expect_refused(&shows(&server, sealed, credential).await, code, credential);
    }
    let foreign = server.stranger().with("sec-fetch-site", "cross-site");
    for path in ["/connexion/cle", "/connexion/code/cle"] {
        assert_eq!(flash(&foreign.post_form(path, &[("sealed", &fresh), ("credential", &credential)]).await), "error:forged_request");
    }
    assert!(cookie(&enters(&server, &mut authenticator).await, "brigade_session").is_some(), "none of it used the passkey up");
}

async fn a_passkey_whose_counter_goes_back_is_removed_and_its_owner_hears_of_it(server: TestServer) {
    let desk = desk(&server, Person::Coordinator).await;
    let mut authenticator = Authenticator::new(&origin(&server));
    assert_eq!(desk.adds(&server, &mut authenticator, "Bureau").await, "success:passkey_added");
    let mut copy = authenticator.clone();
    authenticator.counter += 5;
    assert!(cookie(&enters(&server, &mut authenticator).await, "brigade_session").is_some());
    expect_refused(&enters(&server, &mut copy).await, "passkey_refused", "a copy");
    expect_refused(&enters(&server, &mut authenticator).await, "passkey_refused", "nobody knows which is the copy");
    assert_eq!((server.count("passkey", "1 = 1").await, server.count("account_notice", "kind = 'passkey_cloned'").await), (0, 1));
    assert!(desk.browser.get("/compte").await.expect_status(200).text().contains("semble avoir été copiée"));
}

async fn a_passkey_is_a_second_factor_beside_codes_and_without_them(server: TestServer) {
    let (desk, other) = (desk(&server, Person::Coordinator).await, self::desk(&server, Person::Privacy).await);
    let mut authenticator = Authenticator::new(&origin(&server));
    let mut others = Authenticator::new(&origin(&server));
    assert_eq!(desk.adds(&server, &mut authenticator, "Bureau").await, "success:passkey_added");
    assert_eq!(other.adds(&server, &mut others, "Bureau").await, "success:passkey_added");
    let step = async |server: &TestServer| {
        let answer = page(server)
            .post_form("/connexion", &[("email", Person::Coordinator.email()), ("password", PASSWORD), ("next", "/carte")])
            .await
            .expect_status(303);
        assert_eq!((answer.header("location"), cookie(&answer, "brigade_session")), (Some("/connexion/code?next=%2Fcarte"), None));
        page(server).with("cookie", &format!("brigade_step={}", cookie(&answer, "brigade_step").expect("a step")))
    };
    let show = async |browser: &Client, sealed: &str, credential: &str| {
        browser.post_form("/connexion/code/cle", &[("sealed", sealed), ("credential", credential), ("next", "/carte")]).await.expect_status(303)
    };
    let awaiting = step(&server).await;
    let shown = awaiting.get("/connexion/code").await.expect_status(200);
    assert!(!shown.text().contains("second-step-form"), "it has no codes");
    let (options, sealed) = asked(&shown);
    expect_refused(&show(&awaiting, &sealed, &others.get(&options)).await, "passkey_refused", "another person's");
    expect_refused(&show(&step(&server).await, &sealed, &authenticator.get(&options)).await, "passkey_expired", "asked in another sign-in");
    expect_refused(&show(&page(&server), &sealed, &authenticator.get(&options)).await, "second_step_expired", "no password before it");
    let code = awaiting.post_form("/connexion/code", &[("code", "123456")]).await.expect_status(303);
    expect_refused(&code, "second_step_expired", "a code that it cannot have");
    let awaiting = step(&server).await;
    let (options, sealed) = asked(&awaiting.get("/connexion/code").await.expect_status(200));
    let credential = authenticator.get(&options);
    let done = show(&awaiting, &sealed, &credential).await;
    assert_eq!(done.header("location"), Some("/carte"), "{}", flash(&done));
    assert!(cookie(&done, "brigade_session").is_some());
    expect_refused(&show(&awaiting, &sealed, &credential).await, "second_step_expired", "replayed");
    // Asked before it was used elsewhere: the counter that counts is the one of now.
    let awaiting = step(&server).await;
    let (options, sealed) = asked(&awaiting.get("/connexion/code").await.expect_status(200));
    let mut copy = authenticator.clone();
    authenticator.counter += 3;
    assert!(cookie(&enters(&server, &mut authenticator).await, "brigade_session").is_some());
    expect_refused(&show(&awaiting, &sealed, &copy.get(&options)).await, "passkey_refused", "a copy");
    assert_eq!(server.count("account_notice", "kind = 'passkey_cloned'").await, 1);
    // The program of a phone is sent to the page.
    server.sign_in(Person::Privacy.email(), PASSWORD).await.expect_refusal(401, "second_factor_required");
}

async fn the_administrator_takes_the_passkeys_of_whoever_lost_them(server: TestServer) {
    let desk = desk(&server, Person::Coordinator).await;
    let mut authenticator = Authenticator::new(&origin(&server));
    assert_eq!(desk.adds(&server, &mut authenticator, "Bureau").await, "success:passkey_added");
    let (administrator, csrf) = server.browser(Person::Administrator).await;
    assert!(administrator.get("/administration").await.expect_status(200).text().contains("Retirer le second facteur de Coralie Ordination"));
    let path = format!("/administration/comptes/{}/second-facteur", server.town.accounts[&Person::Coordinator]);
    let reset = administrator.post_form(&path, &[("csrf", &csrf), ("identified", "true")]).await.expect_status(303);
    assert_eq!(flash(&reset), "success:factor_reset");
    expect_refused(&enters(&server, &mut authenticator).await, "passkey_refused", "taken away");
    desk.browser.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    server.sign_in(Person::Coordinator.email(), PASSWORD).await.expect_status(200);
}
