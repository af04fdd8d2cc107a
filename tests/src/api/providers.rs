//! Signing in at home, through the provider of one's organisation; and what is tried against it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::scenes::flash;
use crate::support::{
    Answer, Client, LyingProvider, Person, TestServer, on_both_databases, percent_encoded,
    provider::{Said, query},
};

on_both_databases!(
    an_invited_person_enters_through_their_organisation_and_is_known_by_its_subject_from_then_on,
    an_answer_that_this_browser_did_not_ask_for_opens_nothing,
    a_sign_in_opens_once_and_for_ten_minutes,
    what_a_provider_says_is_believed_only_when_it_proves_who_this_is,
    nobody_enters_under_an_email_that_is_not_verified_or_not_of_the_organisation,
    a_second_factor_is_asked_for_unless_the_provider_proves_one_and_the_organisation_says_that_it_counts,
    a_provider_that_does_not_answer_or_leads_elsewhere_lets_nobody_in,
    only_the_administrator_sets_a_provider_and_only_one_that_answers_as_itself,
);

const CISSS: &str = "cisss@essai.test";

/// A server whose CISSS has this provider; the secret lies in a file.
async fn home(server: &mut TestServer) -> LyingProvider {
    let provider = LyingProvider::start().await;
    let folder = server.folder().join("secrets");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("cisss"), "le secret du CISSS\n").expect("a secret");
    let host = provider.host().to_owned();
    server
        .restart_with(|options| {
            options.provider_secrets = Some(folder);
            options.internal_provider = vec![host];
        })
        .await;
    assert_eq!(flash(&set(server, &provider.issuer, &[]).await), "success:provider_set");
    provider.says(|said| verified(said, CISSS));
    provider
}

fn verified(said: &mut Said, email: &str) {
    said.claims = json!({ "email": email, "email_verified": true });
}

async fn set(server: &TestServer, issuer: &str, other: &[(&str, &str)]) -> Answer {
    let (administrator, csrf) = server.browser(Person::Administrator).await;
    let mut fields = vec![("csrf", csrf.as_str()), ("issuer", issuer), ("client_id", "brigade"), ("secret_name", "cisss"), ("email_domain", "Essai.test")];
    for (name, value) in other {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    administrator.post_form(&format!("/administration/organismes/{}/connexion", server.town.cisss), &fields).await.expect_status(303)
}

/// The value that an answer gives a cookie.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let cookies = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    cookies
        .filter_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))
        .find_map(|value| value.split(';').next())
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
}

/// A browser on its way to the provider.
struct OnTheWay {
    browser: Client,
    address: String,
    carried: String,
}

async fn sets_out(server: &TestServer, next: &str) -> OnTheWay {
    let answer = server.stranger().get(&format!("/connexion/organisme/{}?next={}", server.town.cisss, percent_encoded(next))).await.expect_status(303);
    let (address, carried) = (answer.header("location").expect("an address").to_owned(), cookie(&answer, "brigade_provider").expect("a cookie"));
    OnTheWay { browser: server.stranger().with("cookie", &format!("brigade_provider={carried}")), address, carried }
}

impl OnTheWay {
    /// Comes back; the provider says the nonce that it was given, unless the story said another.
    async fn comes_back(&self, provider: &LyingProvider) -> Answer {
        {
            let mut said = provider.said.lock().expect("a lock");
            if said.claims.get("nonce").is_none() {
                said.claims["nonce"] = Value::String(query(&self.address, "nonce"));
            }
        }
        self.browser.get(&format!("/connexion/organisme/retour?code=code-1&state={}", query(&self.address, "state"))).await.expect_status(303)
    }
}

async fn enters(server: &TestServer, provider: &LyingProvider) -> Answer {
    sets_out(server, "").await.comes_back(provider).await
}

fn is_signed_in(answer: &Answer) -> bool {
    cookie(answer, "brigade_session").is_some()
}

#[track_caller]
fn expect_refused(answer: &Answer, code: &str, of: &str) {
    assert_eq!(flash(answer), format!("error:{code}"), "{of}");
    assert!(!is_signed_in(answer) && cookie(answer, "brigade_step").is_none(), "{of}");
    assert_eq!(answer.header("location"), Some("/connexion"), "{of}");
}

async fn an_invited_person_enters_through_their_organisation_and_is_known_by_its_subject_from_then_on(mut server: TestServer) {
    // Invited, and without a password.
    server.alter(&format!("update account set password_hash = '' where email = '{CISSS}'")).await;
    let provider = home(&mut server).await;
    let page = server.stranger().get("/connexion?next=/partenaires").await.expect_status(200).text();
    assert!(page.contains("CISSS des essais") && page.contains(&format!("/connexion/organisme/{}?next=", server.town.cisss)), "{page}");
    let way = sets_out(&server, "/partenaires?vue=1").await;
    assert!(way.address.starts_with(&format!("{}/auth?", provider.issuer)), "{}", way.address);
    for (name, value) in [("response_type", "code"), ("client_id", "brigade"), ("scope", "openid email"), ("code_challenge_method", "S256")] {
        assert_eq!(query(&way.address, name), value);
    }
    assert!(query(&way.address, "redirect_uri").ends_with("/connexion/organisme/retour"));
    // Sealed: what the browser carries tells it nothing.
    for secret in [query(&way.address, "state"), query(&way.address, "nonce")] {
        assert!(!String::from_utf8_lossy(&hex::decode(&way.carried).expect("hexadecimal")).contains(&secret));
    }
    let entered = way.comes_back(&provider).await;
    assert!(is_signed_in(&entered), "{}", flash(&entered));
    // A new way in is told to its owner first.
    assert_eq!(entered.header("location"), Some("/compte"));
    assert_eq!(server.count("account_notice", "kind = 'provider_bound'").await, 1);
    let token = provider.asked.lock().expect("a lock").iter().find(|asked| asked.path == "/token").expect("asked").clone();
    let verifier = query(&format!("?{}", token.body), "code_verifier");
    assert_eq!(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), query(&way.address, "code_challenge"), "PKCE");
    assert!(token.headers.to_lowercase().contains("authorization: basic") && !token.body.contains("secret"), "{token:?}");
    // The subject is kept as a hash, and the secret nowhere.
    assert_eq!(server.count("provider_subject", "subject_hash like '%sujet%'").await, 0);
    assert_eq!(server.count("sign_in_provider", "secret_name = 'cisss' and issuer not like '%secret%'").await, 1);
    server.alter("delete from account_notice").await;

    // Known by the subject: another e-mail there changes nothing, and the old e-mail with another subject opens nothing.
    provider.says(|said| verified(said, "nouvelle@ailleurs.test"));
    let again = sets_out(&server, "/partenaires?vue=1").await.comes_back(&provider).await;
    assert!(is_signed_in(&again), "{}", flash(&again));
    assert_eq!(again.header("location"), Some("/partenaires?vue=1"));
    let session = cookie(&again, "brigade_session").expect("a session");
    let who = server.stranger().with("cookie", &format!("brigade_session={session}")).get("/api/v1/session").await.expect_status(200).json();
    assert_eq!(who["account"]["display_name"], json!("Cécile Isss"));
    provider.says(|said| said.claims = json!({ "email": CISSS, "email_verified": true, "sub": "sujet-2" }));
    expect_refused(&enters(&server, &provider).await, "provider_account_unknown", "an e-mail given to somebody else");

    // Signing out is ours alone; a closed account stays closed.
    let asked = provider.asked.lock().expect("a lock").len();
    let browser = server.stranger().with("cookie", &format!("brigade_session={session}")).with("sec-fetch-site", "same-origin");
    browser.post_form("/deconnexion", &[]).await.expect_status(303);
    browser.get("/api/v1/session").await.expect_refusal(401, "sign_in_required");
    assert_eq!(provider.asked.lock().expect("a lock").len(), asked);
    provider.says(|said| verified(said, CISSS));
    server.alter(&format!("update account set active = 0 where email = '{CISSS}'")).await;
    expect_refused(&enters(&server, &provider).await, "provider_account_unknown", "closed");
    assert_eq!(server.count("account", "1 = 1").await, 10, "nobody is made by a sign-in");
}

async fn an_answer_that_this_browser_did_not_ask_for_opens_nothing(mut server: TestServer) {
    let provider = home(&mut server).await;
    let (way, other) = (sets_out(&server, "").await, sets_out(&server, "").await);
    let tokens = |provider: &LyingProvider| provider.asked.lock().expect("a lock").iter().filter(|asked| asked.path == "/token").count();
    let state = query(&way.address, "state");
    let carrying = |carried: &str| server.stranger().with("cookie", &format!("brigade_provider={carried}"));
    let mut flipped = hex::decode(&way.carried).expect("hexadecimal");
    flipped[40] ^= 1;
    // A session's fixation begins so: the victim's browser is led to an answer that it did not ask for.
    for (browser, state, of) in [
        (server.stranger(), state.clone(), "no cookie"),
        (carrying(&other.carried), state.clone(), "another browser's"),
        (carrying("zz"), state.clone(), "garbage"),
        (carrying(&hex::encode(&flipped)), state.clone(), "altered"),
        (way.browser.clone(), "0".repeat(64), "a forged state"),
        (way.browser.clone(), String::new(), "no state"),
    ] {
        let answer = browser.get(&format!("/connexion/organisme/retour?code=code-1&state={state}")).await.expect_status(303);
        expect_refused(&answer, "provider_sign_in_expired", of);
    }
    expect_refused(&way.browser.get("/connexion/organisme/retour").await.expect_status(303), "provider_sign_in_expired", "nothing");
    let mixed = way.browser.get(&format!("/connexion/organisme/retour?code=1&iss=https%3A%2F%2Fautre.example&state={state}")).await;
    expect_refused(&mixed, "provider_answer_invalid", "another issuer answers");
    let refused = way.browser.get(&format!("/connexion/organisme/retour?error=access_denied&state={state}")).await;
    expect_refused(&refused, "provider_refused", "refused there");
    assert_eq!(tokens(&provider), 0, "nothing was asked for them");
    // None of it used the sign-in up; and who signs in with a session of somebody else gets a new one.
    let planted = way.browser.with("cookie", &format!("brigade_provider={}; brigade_session={}", way.carried, "a".repeat(64)));
    let entered = OnTheWay { browser: planted, address: way.address, carried: way.carried }.comes_back(&provider).await;
    let session = cookie(&entered, "brigade_session").expect("a session");
    assert_ne!(session, "a".repeat(64));
}

async fn a_sign_in_opens_once_and_for_ten_minutes(mut server: TestServer) {
    let provider = home(&mut server).await;
    let way = sets_out(&server, "").await;
    assert!(is_signed_in(&way.comes_back(&provider).await));
    expect_refused(&way.comes_back(&provider).await, "provider_sign_in_expired", "replayed");
    assert_eq!(server.count("session", &format!("account_id = '{}'", server.town.accounts[&Person::Cisss])).await, 1);
    // At once, from two tabs.
    let way = sets_out(&server, "").await;
    provider.said.lock().expect("a lock").claims["nonce"] = Value::String(query(&way.address, "nonce"));
    let both = futures::future::join_all((0..4).map(|_| way.comes_back(&provider))).await;
    assert_eq!(both.iter().filter(|answer| is_signed_in(answer)).count(), 1);
    // What was used is remembered for as long as it could be shown.
    let limit = server::clock::now().plus_ms(9 * 60_000).0;
    assert_eq!(server.count("spent_token", &format!("expires_at > {limit}")).await, 2);
    // Begun, and the organisation's provider changed meanwhile.
    let way = sets_out(&server, "").await;
    server.alter("update sign_in_provider set issuer = 'https://autre.example'").await;
    expect_refused(&way.comes_back(&provider).await, "provider_sign_in_expired", "another issuer by now");
}

async fn what_a_provider_says_is_believed_only_when_it_proves_who_this_is(mut server: TestServer) {
    let provider = home(&mut server).await;
    let right = json!({ "email": CISSS, "email_verified": true });
    let now = server::clock::now().0 / 1_000;
    for (claims, of) in [
        (json!({ "nonce": "celui d’un autre" }), "wrong nonce"),
        (json!({ "nonce": null }), "no nonce"),
        (json!({ "aud": "un autre client" }), "wrong audience"),
        (json!({ "aud": ["brigade", "un autre client"] }), "an audience besides ours"),
        (json!({ "iss": "https://autre.example" }), "wrong issuer"),
        (json!({ "exp": now - 60, "iat": now - 120 }), "expired"),
        (json!({ "exp": null }), "without an end"),
        (json!({ "sub": null }), "without a subject"),
    ] {
        provider.says(|said| {
            said.claims = right.clone();
            for (name, value) in claims.as_object().expect("claims") {
                said.claims[name] = value.clone();
            }
        });
        let answer = enters(&server, &provider).await;
        assert!(!is_signed_in(&answer), "{of}");
        assert!(["error:provider_answer_invalid", "error:provider_unreachable"].contains(&flash(&answer).as_str()), "{of}: {}", flash(&answer));
    }
    for (algorithm, is_forged) in [("ES256", true), ("none", false), ("HS256", false)] {
        provider.says(|said| {
            said.claims = right.clone();
            (said.algorithm, said.is_forged) = (algorithm, is_forged);
        });
        let answer = enters(&server, &provider).await;
        assert!(!is_signed_in(&answer) && flash(&answer).starts_with("error:provider_"), "{algorithm} {is_forged}");
    }
    assert_eq!(server.count("provider_subject", "1 = 1").await, 0);
    provider.says(|said| said.claims = right.clone());
    assert!(is_signed_in(&enters(&server, &provider).await));
}

async fn nobody_enters_under_an_email_that_is_not_verified_or_not_of_the_organisation(mut server: TestServer) {
    let provider = home(&mut server).await;
    for (claims, code, of) in [
        (json!({ "email": CISSS, "email_verified": false }), "provider_email_unverified", "unverified"),
        (json!({ "email": CISSS }), "provider_email_unverified", "nothing said"),
        (json!({}), "provider_email_unverified", "no e-mail"),
        (json!({ "email": "longueuil@essai.test", "email_verified": true }), "provider_account_unknown", "another organisation's"),
        (json!({ "email": "administration@essai.test", "email_verified": true }), "provider_account_unknown", "the administrator's"),
        (json!({ "email": "inconnue@essai.test", "email_verified": true }), "provider_account_unknown", "nobody's"),
        (json!({ "email": "cisss@essai.test.ailleurs.example", "email_verified": true }), "provider_account_unknown", "another domain"),
        (json!({ "email": "cisss@essai.test@ailleurs.example", "email_verified": true }), "provider_account_unknown", "two domains"),
    ] {
        provider.says(|said| said.claims = claims);
        expect_refused(&enters(&server, &provider).await, code, of);
    }
    assert_eq!((server.count("provider_subject", "1 = 1").await, server.count("account", "1 = 1").await), (0, 10));
    // Said apart, of the same subject; of another it is not believed.
    provider.says(|said| said.userinfo = json!({ "sub": "sujet-9", "email": CISSS, "email_verified": true }));
    expect_refused(&enters(&server, &provider).await, "provider_answer_invalid", "another subject's e-mail");
    provider.says(|said| said.userinfo = json!({ "sub": "sujet-1", "email": "CISSS@Essai.test", "email_verified": true }));
    assert!(is_signed_in(&enters(&server, &provider).await));
}

async fn a_second_factor_is_asked_for_unless_the_provider_proves_one_and_the_organisation_says_that_it_counts(mut server: TestServer) {
    let provider = home(&mut server).await;
    server.alter(&format!("update organisation set second_factor_required = 1 where id = '{}'", server.town.cisss)).await;
    let strong = json!({ "email": CISSS, "email_verified": true, "amr": ["pwd", "mfa"], "acr": "urn:fort" });
    provider.says(|said| said.claims = strong.clone());
    let steps = |answer: &Answer| (is_signed_in(answer), cookie(answer, "brigade_step").is_some());
    let entered = enters(&server, &provider).await;
    assert_eq!((steps(&entered), entered.header("location")), ((false, true), Some("/connexion/code")), "it does not count here");
    set(&server, &provider.issuer, &[("factor_counts", "true")]).await;
    for (claims, expected) in [
        (json!({ "amr": ["pwd", "mfa"] }), (true, false)),
        (json!({ "amr": ["pwd"] }), (false, true)),
        (json!({ "acr": "urn:fort" }), (false, true)),
        (json!({}), (false, true)),
    ] {
        provider.says(|said| {
            said.claims = json!({ "email": CISSS, "email_verified": true });
            for (name, value) in claims.as_object().expect("claims") {
                said.claims[name] = value.clone();
            }
        });
        assert_eq!(steps(&enters(&server, &provider).await), expected, "{claims}");
    }
    // A level that the organisation named is asked for, and proves it.
    set(&server, &provider.issuer, &[("factor_counts", "true"), ("factor_acr", "urn:fort")]).await;
    let way = sets_out(&server, "").await;
    assert_eq!(query(&way.address, "acr_values"), "urn:fort");
    provider.says(|said| said.claims = json!({ "email": CISSS, "email_verified": true, "acr": "urn:fort" }));
    assert_eq!(steps(&way.comes_back(&provider).await), (true, false));
}

async fn a_provider_that_does_not_answer_or_leads_elsewhere_lets_nobody_in(mut server: TestServer) {
    let provider = home(&mut server).await;
    let elsewhere = LyingProvider::start().await;
    // What was heard of it is known for a while: a restart forgets.
    for (of, change) in [
        ("floods", Box::new(|said: &mut Said| said.floods = 300 * 1024) as Box<dyn FnOnce(&mut Said)>),
        ("silent", Box::new(|said: &mut Said| said.is_silent = true)),
        (
            "redirects",
            Box::new({
                let issuer = elsewhere.issuer.clone();
                move |said: &mut Said| said.redirects_to = Some(issuer)
            }),
        ),
        ("another issuer", Box::new(|said: &mut Said| said.discovery = json!({ "issuer": "https://autre.example" }))),
        (
            "keys inside",
            Box::new({
                let keys = format!("{}/keys", elsewhere.issuer);
                move |said: &mut Said| said.discovery = json!({ "jwks_uri": keys })
            }),
        ),
        (
            "a page inside",
            Box::new({
                let page = format!("{}/auth", elsewhere.issuer);
                move |said: &mut Said| said.discovery = json!({ "authorization_endpoint": page })
            }),
        ),
    ] {
        server.restart().await;
        provider.says(change);
        let answer = server.stranger().get(&format!("/connexion/organisme/{}", server.town.cisss)).await.expect_status(303);
        expect_refused(&answer, "provider_unreachable", of);
    }
    // Where the code is exchanged, too.
    server.restart().await;
    provider.says(|said| said.discovery = json!({ "token_endpoint": format!("{}/token", elsewhere.issuer) }));
    expect_refused(&enters(&server, &provider).await, "provider_unreachable", "a token inside");
    assert!(elsewhere.asked.lock().expect("a lock").is_empty(), "a machine that the operator did not name is never asked");
    // Its secret is gone.
    provider.says(|said| verified(said, CISSS));
    std::fs::remove_file(server.folder().join("secrets/cisss")).expect("removed");
    let answer = server.stranger().get(&format!("/connexion/organisme/{}", server.town.cisss)).await.expect_status(303);
    expect_refused(&answer, "provider_unreachable", "no secret");
    // An organisation without one, and one that is none, answer alike.
    for id in [server.town.longueuil.to_string(), server::clock::new_id().to_string(), "x".to_owned()] {
        expect_refused(&server.stranger().get(&format!("/connexion/organisme/{id}")).await.expect_status(303), "not_found", &id);
    }
}

async fn only_the_administrator_sets_a_provider_and_only_one_that_answers_as_itself(mut server: TestServer) {
    let provider = home(&mut server).await;
    for (name, value, code) in [
        ("issuer", "", "missing_field"),
        ("issuer", "http://169.254.169.254/", "issuer_not_allowed"),
        ("issuer", "https://10.0.0.1/", "issuer_not_allowed"),
        ("issuer", "https://idp.example/?x=1", "issuer_not_allowed"),
        ("issuer", "file:///etc/passwd", "issuer_not_allowed"),
        ("issuer", "pas une adresse", "issuer_not_allowed"),
        ("secret_name", "absent", "provider_secret_missing"),
        ("secret_name", "../cisss", "value_out_of_range"),
        ("email_domain", "sans point", "value_out_of_range"),
        ("factor_acr", "deux mots", "value_out_of_range"),
        ("client_id", "", "missing_field"),
    ] {
        assert_eq!(flash(&set(&server, &provider.issuer, &[(name, value)]).await), format!("error:{code}"), "{name}={value}");
    }
    provider.says(|said| said.discovery = json!({ "issuer": "https://autre.example" }));
    assert_eq!(flash(&set(&server, &provider.issuer, &[]).await), "error:provider_unreachable");
    provider.says(|said| verified(said, CISSS));
    let path = format!("/administration/organismes/{}/connexion", server.town.cisss);
    for person in [Person::Coordinator, Person::Cisss, Person::Privacy] {
        let (browser, csrf) = server.browser(person).await;
        let fields = [("csrf", csrf.as_str()), ("issuer", &provider.issuer), ("client_id", "x"), ("secret_name", "cisss"), ("email_domain", "essai.test")];
        assert_eq!(flash(&browser.post_form(&path, &fields).await.expect_status(303)), "error:not_found", "{person:?}");
        assert_eq!(flash(&browser.post_form(&format!("{path}/retrait"), &fields[..1]).await.expect_status(303)), "error:not_found", "{person:?}");
    }
    assert!(is_signed_in(&enters(&server, &provider).await));
    let shown = server.bearer(Person::Administrator).await.get("/api/v1/administration").await.expect_status(200).json();
    let cisss = shown["organisations"].as_array().expect("organisations").iter().find(|row| row["name"] == "CISSS des essais").expect("it").clone();
    assert_eq!(cisss["provider"]["email_domain"], json!("essai.test"));
    assert!(!shown.to_string().contains("le secret"));
    // Taken away, with whom its subjects were.
    let (administrator, csrf) = server.browser(Person::Administrator).await;
    assert_eq!(flash(&administrator.post_form(&format!("{path}/retrait"), &[("csrf", &csrf)]).await), "success:provider_removed");
    assert_eq!((server.count("provider_subject", "1 = 1").await, server.count("sign_in_provider", "1 = 1").await), (0, 0));
}
