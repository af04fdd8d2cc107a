//! The pages: who is let in, under what policy, and what a form does without a session.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::json;
use server::clock::new_id;

use super::incidents::report;
use super::scenes::{case_of, complex_visit, flash, refer, referral};
use super::{consents, directory};
use crate::support::{Answer, Client, Database, Person, TestServer, percent_encoded};

/// Pages for signed-in people, and one who may see each.
pub(super) const PAGES: &[(&str, Person)] = &[
    ("/compte", Person::Cisss),
    ("/administration", Person::Administrator),
    ("/administration/comptes/{id}/depart", Person::Administrator),
    ("/bureau", Person::Coordinator),
    ("/bureau/a-moi", Person::Inspector),
    ("/bureau/tournee", Person::Coordinator),
    ("/bureau/appareils", Person::Administrator),
    ("/bureau/vie-privee", Person::Privacy),
    ("/bureau/vie-privee/acces", Person::Privacy),
    ("/bureau/vie-privee/conservation", Person::Privacy),
    ("/bureau/vie-privee/incidents", Person::Privacy),
    ("/bureau/vie-privee/incidents/{id}", Person::Privacy),
    ("/bureau/signaler", Person::Inspector),
    ("/bureau/avis-de-collecte", Person::Inspector),
    ("/bureau/vie-privee/demandes", Person::Psychosocial),
    ("/bureau/statistiques", Person::Administrator),
    ("/bureau/dossiers/{id}", Person::Coordinator),
    ("/bureau/consentements/{id}/preuve", Person::Privacy),
    ("/cellule", Person::Dispatcher),
    ("/partenaires", Person::Cisss),
    ("/partenaires/{id}", Person::Cisss),
    ("/partenaires/{id}/feuille", Person::Coordinator),
    ("/carte", Person::Longueuil),
    ("/repertoire", Person::Inspector),
    ("/repertoire/ajouter", Person::Coordinator),
    ("/repertoire/services/{id}", Person::Dispatcher),
    ("/repertoire/ententes", Person::Privacy),
    ("/repertoire/ententes/{id}", Person::Administrator),
];

/// Pages for anybody.
pub(super) const OPEN_PAGES: &[&str] = &[
    "/",
    "/ressources",
    "/terrain",
    "/terrain/{*rest}",
    "/connexion",
    "/connexion/code",
    "/mot-de-passe-oublie",
    "/premier-acces/{token}",
    "/mot-de-passe/{token}",
];

/// Forms of signed-in people.
const FORMS: &[&str] = &[
    "/compte/mot-de-passe",
    "/compte/sessions/{id}/fin",
    "/compte/sessions/fin",
    "/compte/second-facteur",
    "/compte/second-facteur/confirmation",
    "/compte/second-facteur/codes",
    "/compte/second-facteur/retrait",
    "/compte/avis",
    "/compte/cles/debut",
    "/compte/cles",
    "/compte/cles/{id}/nom",
    "/compte/cles/{id}/retrait",
    "/administration/comptes/{id}/depart",
    "/administration/comptes/{id}/recuperation",
    "/administration/comptes/{id}/second-facteur",
    "/administration/organismes/{id}/second-facteur",
    "/administration/organismes/{id}/connexion",
    "/administration/organismes/{id}/connexion/retrait",
    "/administration/organismes",
    "/administration/comptes",
    "/administration/comptes/{id}/lien",
    "/administration/comptes/{id}/acces",
    "/bureau/a-moi/remplacements",
    "/bureau/a-moi/remplacements/{id}/fin",
    "/bureau/tournee",
    "/bureau/tournee/{id}",
    "/bureau/appareils/{id}/revocation",
    "/bureau/appareils/fichier",
    "/bureau/dossiers/{id}/escalade",
    "/bureau/dossiers/{id}/references",
    "/bureau/dossiers/{id}/consentements",
    "/bureau/dossiers/{id}/consentements/{consent}/retrait",
    "/bureau/vie-privee/{id}/examen",
    "/bureau/vie-privee/conservation",
    "/bureau/vie-privee/conservation/{id}/levee",
    "/bureau/vie-privee/conservation/{id}/purge",
    "/bureau/vie-privee/incidents",
    "/bureau/vie-privee/demandes",
    "/bureau/vie-privee/demandes/{id}/dossier",
    "/bureau/vie-privee/demandes/{id}/reponse",
    "/bureau/vie-privee/incidents/{id}",
    "/repertoire/services",
    "/repertoire/services/{id}",
    "/repertoire/services/{id}/verification",
    "/repertoire/organismes/{id}/references",
    "/repertoire/ententes",
    "/repertoire/ententes/{id}",
    "/bureau/dossiers/{id}/commentaires",
    "/bureau/dossiers/{id}/etape",
    "/cellule/{id}/{verb}",
    "/cellule/visites/{id}/jointe",
    "/cellule/{id}/journal",
    "/cellule/{id}/journal/{entry}/biffer",
    "/partenaires/signalement",
    "/partenaires/{id}/{verb}",
    "/partenaires/{id}/messages",
    "/partenaires/{id}/parole",
    "/partenaires/{id}/groupe",
    "/partenaires/{id}/transmissions",
    "/partenaires/{id}/transmissions/{forward}/refus",
    "/partenaires/{id}/liens",
    "/partenaires/{id}/liens/{link}/revocation",
];

/// Forms of anybody.
const OPEN_FORMS: &[&str] = &[
    "/connexion",
    "/connexion/code",
    "/connexion/cle",
    "/connexion/code/cle",
    "/mot-de-passe-oublie",
    "/deconnexion",
    "/langue",
    "/premier-acces/{token}",
    "/mot-de-passe/{token}",
];

/// The addresses that a source file routes.
fn routed(file: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src").join(file);
    let text = fs::read_to_string(path).expect("the source of the routes");
    text.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_page_and_every_form_has_its_stories() {
    let told: BTreeSet<String> = PAGES.iter().map(|(path, _)| *path).chain(OPEN_PAGES.iter().copied()).map(str::to_owned).collect();
    assert_eq!(routed("pages.rs"), told, "a page is missing from (or stale in) PAGES and OPEN_PAGES");
    let told: BTreeSet<String> = FORMS.iter().chain(OPEN_FORMS).map(|path| (*path).to_owned()).collect();
    let forms: BTreeSet<String> = routed("http/forms.rs").into_iter().chain(routed("http/account_forms.rs")).collect();
    assert_eq!(forms, told, "a form is missing from (or stale in) FORMS and OPEN_FORMS");
}

async fn town_with_a_referral() -> (TestServer, String, String) {
    let server = TestServer::start(Database::Sqlite).await;
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let id = refer(&server, &referral(&server, &case)).await;
    (server, case, id)
}

#[track_caller]
fn expect_strict_policy(answer: &Answer, path: &str) -> String {
    let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path} has no policy")).to_owned();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'), "{path}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    let permissions = answer.header("permissions-policy").unwrap_or_else(|| panic!("{path} gives every permission"));
    for of_ours in ["camera=(self)", "publickey-credentials-create=(self)", "publickey-credentials-get=(self)", "microphone=()"] {
        assert!(permissions.split(", ").any(|one| one == of_ours), "{path}: {permissions}");
    }
    policy
}

#[tokio::test]
async fn a_page_sends_a_stranger_to_sign_in_and_back() {
    let server = TestServer::start(Database::Sqlite).await;
    for (path, _) in PAGES {
        let path = path.replace("{id}", &new_id().to_string());
        let answer = server.stranger().get(&path).await.expect_status(303);
        assert_eq!(answer.header("location"), Some(format!("/connexion?next={}", percent_encoded(&path).replace("%2D", "-")).as_str()));
        assert_eq!(answer.body, b"", "{path}");
    }
    assert_eq!(server.stranger().get("/").await.expect_status(303).header("location"), Some("/connexion"));
}

#[tokio::test]
async fn a_page_opens_under_a_strict_policy_with_a_nonce_of_its_own() {
    let (server, case, referral) = town_with_a_referral().await;
    let incident = report(&server, Person::Inspector, "Un sac perdu").await;
    let service = directory::add(&server, "Comptoir", &[]).await;
    let (_, agreement) = directory::agree(&server, &[]).await;
    let consent = consents::record(&server, &case, &consents::on_paper(&server.town.tower.doors[0], server.town.cisss)).await;
    for (path, person) in PAGES {
        let client = server.bearer(*person).await;
        let leaver = server.town.accounts[&Person::Inspector].to_string();
        let id = match *path {
            path if path.contains("dossiers") => &case,
            path if path.contains("comptes") => &leaver,
            path if path.contains("incidents") => &incident,
            path if path.contains("services") => &service,
            path if path.contains("ententes") => &agreement,
            path if path.contains("consentements") => &consent,
            _ => &referral,
        };
        let path = path.replace("{id}", id);
        let mut nonces = BTreeSet::new();
        for _ in 0..2 {
            let answer = client.get(&path).await.expect_status(200);
            let policy = expect_strict_policy(&answer, &path);
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_else(|| panic!("{path}: {policy}")).to_owned();
            let text = answer.text();
            for tag in text.split("<script").skip(1).filter_map(|rest| rest.split('>').next()).filter(|tag| !tag.contains("src=")) {
                assert!(tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains("application/json"), "{path}: <script{tag}>");
            }
            assert!(!text.contains(" style=\"") && !text.contains(" onclick="), "{path} has an inline style or handler");
            assert!(text.starts_with("<!DOCTYPE html>") && text.contains("lang=\"fr"), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            nonces.insert(nonce);
        }
        assert_eq!(nonces.len(), 2, "{path}: a nonce is used once");
    }
}

#[tokio::test]
async fn the_door_and_the_sign_in_page_are_open_to_anybody() {
    let server = TestServer::start(Database::Sqlite).await;
    let page = server.stranger().get("/connexion").await.expect_status(200);
    expect_strict_policy(&page, "/connexion");
    for path in ["/premier-acces/0123", "/mot-de-passe/0123"] {
        server.stranger().get(path).await.expect_status(404);
    }
    for (person, home) in [(Person::Inspector, "/terrain"), (Person::Dispatcher, "/cellule"), (Person::Cisss, "/partenaires"), (Person::Coordinator, "/bureau")]
    {
        assert_eq!(server.bearer(person).await.get("/").await.expect_status(303).header("location"), Some(home));
    }
}

#[tokio::test]
async fn the_field_shell_is_one_document_with_nothing_of_anybody() {
    let server = TestServer::start(Database::Sqlite).await;
    let client = server.bearer(Person::Inspector).await;
    let shell = server.stranger().get("/terrain").await.expect_status(200);
    assert_eq!((shell.header("x-brigade-shell"), shell.header("x-brigade-build")), (Some("1"), Some("test")));
    let policy = expect_strict_policy(&shell, "/terrain");
    assert!(!policy.contains("nonce"), "{policy}");
    for path in ["/terrain", "/terrain/tournee", &format!("/terrain/immeubles/{}/exterieur", new_id())] {
        for client in [&client, &server.stranger()] {
            let answer = client.get(path).await.expect_status(200);
            assert_eq!((&answer.body, answer.header("x-brigade-shell")), (&shell.body, Some("1")), "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_no_page_says_so_and_nothing_else() {
    let (server, case, referral) = town_with_a_referral().await;
    for client in [server.stranger(), server.bearer(Person::Coordinator).await] {
        for path in ["/nulle-part", "/bureau/nulle-part", "/..%2f..%2fetc/passwd", "/assets.json", "/.env"] {
            let answer = client.get(path).await.expect_status(404);
            assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")), "{path}");
            expect_strict_policy(&answer, path);
        }
        client.get("/assets/nothing.js").await.expect_refusal(404, "not_found");
    }
    // Another organisation's page and one that does not exist are the same page, but for its own address.
    for (person, path, id) in
        [(Person::Brossard, "/bureau/dossiers/", &case), (Person::Longueuil, "/partenaires/", &referral), (Person::Administrator, "/bureau/dossiers/", &case)]
    {
        let client = server.bearer(person).await;
        let absent = new_id().to_string();
        let theirs = client.get(&format!("{path}{id}")).await.expect_status(404).text();
        let nobodys = client.get(&format!("{path}{absent}")).await.expect_status(404).text();
        assert!(!theirs.contains("Énoncé"), "{person:?} {path}");
        assert_eq!(theirs.matches("not_found").count(), nobodys.matches("not_found").count(), "{person:?} {path}");
    }
}

#[tokio::test]
async fn a_form_without_a_session_or_its_hidden_field_does_nothing() {
    let (server, case, referral) = town_with_a_referral().await;
    let (administrator, _) = server.browser(Person::Administrator).await;
    let (coordinator, _) = server.browser(Person::Coordinator).await;
    let rows = async || {
        let mut counts = Vec::new();
        for table in [
            "account",
            "organisation",
            "access_link",
            "building",
            "directory_service",
            "agreement",
            "round_stop",
            "case_entry",
            "escalation",
            "escalation_entry",
            "referral_entry",
            "audit",
            "second_factor",
            "recovery_request",
            "account_notice",
            "session",
        ] {
            counts.push(server.count(table, "1 = 1").await);
        }
        counts
    };
    let fields = [("reason", "x"), ("text", "x"), ("name", "x"), ("verb", "assign"), ("planned_on", "2027-01-04")];
    let before = rows().await;
    for path in FORMS {
        let id = if path.contains("dossiers") { &case } else { &referral };
        let path = path
            .replace("{id}", id)
            .replace("{entry}", &new_id().to_string())
            .replace("{link}", &new_id().to_string())
            .replace("{verb}", if path.contains("cellule") { "acknowledge" } else { "withdraw" });
        let stranger = server.stranger().post_form(&path, &fields).await.expect_status(303);
        assert!(stranger.header("location").is_some_and(|location| location.starts_with("/connexion?next=")), "{path}");
        for client in [&administrator, &coordinator] {
            assert_eq!(flash(&client.post_form(&path, &fields).await.expect_status(303)), "error:forged_request", "{path}");
        }
    }
    assert_eq!(rows().await, before);
}

#[tokio::test]
async fn what_a_form_says_once_waits_for_the_page_it_went_back_to() {
    let (server, case, _) = town_with_a_referral().await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let path = format!("/bureau/dossiers/{case}");
    let answer = browser.post_form(&format!("{path}/commentaires"), &[("csrf", &csrf), ("text", "")]).await.expect_status(303);
    assert_eq!((answer.header("location"), flash(&answer).starts_with("error:")), (Some(path.as_str()), true));
    let left = answer.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).find(|cookie| cookie.starts_with("brigade_flash="));
    let left = left.and_then(|cookie| cookie.split(';').next()).expect("what it says is left in a cookie");
    let after = browser.with("cookie", left);
    // Another tab, a bookmark, a picture that is not there: none of them says it, none takes it away.
    for other in ["/bureau", "/cellule", "/rien-du-tout.png", &format!("{path}/rien")] {
        let answer = after.get(other).await;
        assert!(!answer.text().contains("data-testid=\"flash\""), "{other}");
        assert_eq!(answer.header("set-cookie"), None, "{other}");
    }
    let told = after.get(&path).await.expect_status(200);
    assert!(told.text().contains("data-testid=\"flash\""), "the page itself says it");
    assert!(told.header("set-cookie").is_some_and(|cookie| cookie.starts_with("brigade_flash=;")), "once");
}

#[tokio::test]
async fn a_page_that_stays_open_is_told_how_its_form_went() {
    let (server, case, _) = town_with_a_referral().await;
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let (path, kept) = (format!("/bureau/dossiers/{case}"), browser.with("x-brigade-form", "1"));
    let comment = format!("{path}/commentaires");
    let answer = kept.post_form(&comment, &[("csrf", &csrf), ("text", "")]).await.expect_status(200);
    let refused = answer.json();
    assert_eq!((&refused["location"], &refused["refused"]["code"]), (&json!(path), &json!("missing_field")));
    assert!(refused["refused"]["message"].as_str().is_some_and(|message| message.contains(' ')), "{refused}");
    assert_eq!((answer.header("set-cookie"), answer.header("cache-control")), (None, Some("no-store")), "the next page has nothing to say of it");
    let english = kept.with("cookie", "brigade_locale=en").post_form(&comment, &[("csrf", "rien"), ("text", "x")]).await.expect_status(200).json();
    assert_ne!(english["refused"]["message"], refused["refused"]["message"]);

    let answer = kept.post_form(&comment, &[("csrf", &csrf), ("text", "Vu ce matin")]).await.expect_status(200);
    assert_eq!(answer.json(), json!({ "location": path }));
    assert!(flash(&answer).starts_with("success:"), "the next page says it");
    let gone = server.stranger().with("x-brigade-form", "1").with("sec-fetch-site", "same-origin").post_form(&comment, &[("text", "x")]).await;
    assert!(gone.expect_status(200).json()["location"].as_str().is_some_and(|location| location.starts_with("/connexion")));
    let alone = browser.post_form(&comment, &[("csrf", &csrf), ("text", "")]).await.expect_status(303);
    assert_eq!(flash(&alone), "error:missing_field", "a browser alone is sent on as before");
}

#[tokio::test]
async fn a_form_goes_on_to_an_address_of_ours_only() {
    let server = TestServer::start(Database::Sqlite).await;
    let stranger: Client = server.stranger();
    let password = crate::support::PASSWORD;
    for (next, expected) in [
        ("/carte", "/carte"),
        ("/bureau?q=erables", "/bureau?q=erables"),
        ("https://ailleurs.example", "/bureau"),
        ("//ailleurs.example", "/bureau"),
        ("/\\ailleurs.example", "/bureau"),
        ("", "/bureau"),
    ] {
        let fields = [("email", Person::Coordinator.email()), ("password", password), ("next", next)];
        let answer = stranger.post_form("/connexion", &fields).await.expect_status(303);
        assert_eq!(answer.header("location"), Some(expected), "{next}");
    }
    let answer = stranger.post_form("/langue", &[("locale", "en"), ("next", "https://ailleurs.example")]).await.expect_status(303);
    assert_eq!(answer.header("location"), Some("/"));
    let english = stranger.with("cookie", "brigade_locale=en").get("/connexion").await.expect_status(200).text();
    assert!(english.contains("lang=\"en"));
}
