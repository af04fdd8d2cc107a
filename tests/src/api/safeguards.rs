//! What holds a browser back, whatever is answered; and what was uploaded, which runs nowhere.

use reqwest::Method;
use server::clock::{new_id, sha256_hex};

use super::{
    pages::{OPEN_PAGES, PAGES},
    photos::{announce, upload},
    scenes::complex_visit,
};
use crate::support::{Answer, Client, Database, Person, TestServer, jpeg};

#[track_caller]
fn expect_held_back(answer: &Answer, of: &str) {
    let header = |name: &str| answer.header(name).unwrap_or_else(|| panic!("{of} has no {name}: {}", answer.status)).to_owned();
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{of}: {policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'), "{of}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(header(name), value, "{of}");
    }
    let permissions = header("permissions-policy");
    for held in ["microphone=()", "payment=()", "usb=()", "geolocation=(self)"] {
        assert!(permissions.split(", ").any(|one| one == held), "{of}: {permissions}");
    }
    // Nothing that is not ours is named by any header.
    assert_eq!(answer.header("server"), None, "{of}");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{of}");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_hold_a_browser_back() {
    let server = TestServer::start(Database::Sqlite).await;
    complex_visit(&server).await;
    let fill = |path: &str| {
        let mut path = path.replace("{*rest}", "tournee");
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, &new_id().to_string());
        }
        path
    };
    for (path, person) in PAGES {
        let client = server.bearer(*person).await;
        expect_held_back(&client.get(&fill(path)).await, path);
        expect_held_back(&server.stranger().get(&fill(path)).await, path);
        expect_held_back(&client.post_form(&fill(path), &[]).await, path);
    }
    for path in OPEN_PAGES {
        expect_held_back(&server.stranger().get(&fill(path)).await, path);
    }
    let document = server.stranger().get("/api/openapi.json").await.expect_status(200);
    expect_held_back(&document, "the document");
    let inspector = server.bearer(Person::Inspector).await;
    for (path, item) in document.json()["paths"].as_object().expect("paths") {
        // The live line does not end.
        for method in item.as_object().expect("methods").keys().filter(|_| path != "/api/v1/emergency/events" && path != "/api/v1/session") {
            let method: Method = method.to_uppercase().parse().expect("a method");
            for client in [&server.stranger(), &inspector] {
                expect_held_back(&Client::send(client.request(method.clone(), &fill(path))).await, &format!("{method} {path}"));
            }
        }
    }
    for path in
        ["/nulle-part", "/api/nulle-part", "/assets/rien.js", "/healthz", "/readyz", "/lien/rien", "/lien/reponse", "/connexion/organisme/retour", "/sw.js"]
    {
        expect_held_back(&server.stranger().get(path).await, path);
    }
    let too_large = server.stranger().post_text("/api/v1/session", &"x".repeat(70 * 1024)).await;
    expect_held_back(&too_large, "a body too large");
}

#[tokio::test]
async fn what_was_uploaded_runs_nowhere() {
    let server = TestServer::start(Database::Sqlite).await;
    let client = server.bearer(Person::Inspector).await;
    let phone = crate::support::Phone::in_building(&server.town.tower);
    let (id, bytes) = (new_id().to_string(), jpeg(32, 24));
    let events = [phone.starts(), phone.observes("exterior", "EXT-01", 2), phone.photographs(&id, "exterior", "EXT-01", &bytes)];
    phone.push_stored(&client, &events).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    let boxed = |answer: &Answer| answer.header("content-security-policy").is_some_and(|policy| policy.contains("; sandbox") && !policy.contains("allow-"));
    for size in ["screen", "thumb"] {
        let copy = client.get(&format!("/api/v1/photos/{id}?size={size}")).await.expect_status(200);
        expect_held_back(&copy, size);
        assert_eq!((copy.header("content-type"), copy.header("content-disposition")), (Some("image/jpeg"), Some("inline")));
        assert!(boxed(&copy) && copy.body.starts_with(&[0xff, 0xd8]) && copy.body != bytes, "written anew, in a box");
    }
    let original = server.bearer(Person::Privacy).await.get(&format!("/api/v1/photos/{id}?size=original")).await.expect_status(200);
    expect_held_back(&original, "original");
    assert!(boxed(&original) && original.header("content-disposition").is_some_and(|said| said.starts_with("attachment; filename=\"photo-")));
    // No address serves what is being sent, and what says that it is a page or a drawing that runs is not taken.
    let sent = client.get(&format!("/api/v1/photos/uploads/{id}")).await;
    assert_eq!(sent.status, 405);
    for content in [&b"<!DOCTYPE html><script>alert(1)</script>"[..], b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a/*<script>*/"] {
        let id = new_id().to_string();
        let photographed = [phone.photographs(&id, "exterior", "EXT-01", content)];
        phone.push_stored(&client, &photographed).await;
        announce(&client, &id, &sha256_hex(content), content.len()).await.expect_status(201);
        let refused = super::photos::patch(&client, &id, 0, content, None).await;
        assert_eq!((refused.status, refused.error().code.as_str()), (415, "not_an_image"), "{}", String::from_utf8_lossy(content));
        client.get(&format!("/api/v1/photos/{id}")).await.expect_refusal(404, "not_found");
    }
}

#[tokio::test]
async fn whoever_only_opens_the_sign_in_page_writes_nothing() {
    let server = TestServer::start(Database::Sqlite).await;
    let rows = async || {
        let mut counts = Vec::new();
        for table in ["session", "sign_in_step", "sign_in_failure", "spent_token", "audit", "known_device", "recovery_request"] {
            counts.push(server.count(table, "1 = 1").await);
        }
        counts
    };
    let before = rows().await;
    for _ in 0..20 {
        server.stranger().get("/connexion").await.expect_status(200);
        server.stranger().get(&format!("/connexion/organisme/{}", server.town.cisss)).await.expect_status(303);
        server.stranger().get("/connexion/organisme/retour?code=1&state=2").await.expect_status(303);
        server.stranger().post_form("/connexion/cle", &[("sealed", "00"), ("credential", "{}")]).await.expect_status(303);
        server.stranger().get("/mot-de-passe-oublie").await.expect_status(200);
    }
    assert_eq!(rows().await, before);
}
