//! Every route of `/api/openapi.json`: closed without a session, and silent about what is another organisation's.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use server::clock::{new_id, sha256_hex};

use super::{
    consents, directory, forwards, incidents, person_requests, photos,
    scenes::{case_in, case_of, complex_visit, refer, referral},
};
use crate::support::{Answer, Client, Database, Person, TestServer, jpeg};

/// A route, by method and path of the document, and whether a stranger may use it.
struct Route {
    method: Method,
    path: &'static str,
    open: bool,
}

const fn open(method: Method, path: &'static str) -> Route {
    Route { method, path, open: true }
}

const fn closed(method: Method, path: &'static str) -> Route {
    Route { method, path, open: false }
}

const ROUTES: &[Route] = &[
    Route { method: Method::POST, path: "/api/v1/session", open: true },
    closed(Method::GET, "/api/v1/session"),
    closed(Method::DELETE, "/api/v1/session"),
    Route { method: Method::POST, path: "/api/v1/session/code", open: true },
    closed(Method::GET, "/api/v1/account"),
    closed(Method::POST, "/api/v1/sync/push"),
    closed(Method::GET, "/api/v1/sync/pull"),
    closed(Method::POST, "/api/v1/sync/device"),
    closed(Method::GET, "/api/v1/devices"),
    closed(Method::GET, "/api/v1/grids/{hash}"),
    closed(Method::POST, "/api/v1/photos"),
    closed(Method::OPTIONS, "/api/v1/photos"),
    closed(Method::GET, "/api/v1/photos/{id}"),
    closed(Method::HEAD, "/api/v1/photos/uploads/{id}"),
    closed(Method::PATCH, "/api/v1/photos/uploads/{id}"),
    closed(Method::DELETE, "/api/v1/photos/uploads/{id}"),
    closed(Method::GET, "/api/v1/cases"),
    closed(Method::GET, "/api/v1/cases/{id}"),
    closed(Method::POST, "/api/v1/cases/{id}/escalations"),
    closed(Method::GET, "/api/v1/cases.geojson"),
    closed(Method::GET, "/api/v1/map"),
    closed(Method::GET, "/api/v1/emergency/board"),
    closed(Method::GET, "/api/v1/emergency/events"),
    closed(Method::POST, "/api/v1/emergency/{id}/{verb}"),
    closed(Method::POST, "/api/v1/visits/{id}/reached"),
    closed(Method::GET, "/api/v1/referrals"),
    closed(Method::POST, "/api/v1/referrals"),
    closed(Method::POST, "/api/v1/referrals/to-brigade"),
    closed(Method::GET, "/api/v1/referrals/{id}"),
    closed(Method::POST, "/api/v1/referrals/{id}/{verb}"),
    closed(Method::POST, "/api/v1/referrals/{id}/messages"),
    closed(Method::POST, "/api/v1/referrals/{id}/person-word"),
    closed(Method::POST, "/api/v1/referrals/{id}/links"),
    closed(Method::POST, "/api/v1/referrals/{id}/group"),
    closed(Method::POST, "/api/v1/referrals/{id}/forwards"),
    closed(Method::POST, "/api/v1/referral-forwards/{id}/refusal"),
    closed(Method::POST, "/api/v1/referral-links/{id}/revocation"),
    closed(Method::POST, "/api/v1/cases/{id}/consents"),
    closed(Method::POST, "/api/v1/consents/{id}/withdrawal"),
    closed(Method::GET, "/api/v1/consents/{id}/proof"),
    closed(Method::GET, "/api/v1/consents/{id}/proof/paper"),
    closed(Method::GET, "/api/v1/emergency-shares"),
    closed(Method::POST, "/api/v1/emergency-shares/{id}/review"),
    closed(Method::GET, "/api/v1/access-journal"),
    closed(Method::GET, "/api/v1/person-requests"),
    closed(Method::GET, "/api/v1/person-requests/{id}/file"),
    closed(Method::GET, "/api/v1/retention"),
    closed(Method::GET, "/api/v1/incidents"),
    closed(Method::GET, "/api/v1/incidents/{id}"),
    closed(Method::GET, "/api/v1/administration"),
    closed(Method::GET, "/api/v1/accounts/{id}/departure"),
    closed(Method::GET, "/api/v1/round"),
    closed(Method::GET, "/api/v1/directory"),
    closed(Method::GET, "/api/v1/directory/services/{id}"),
    closed(Method::GET, "/api/v1/agreements"),
    open(Method::GET, "/api/v1/resources"),
    open(Method::GET, "/api/v1/hsds"),
    open(Method::GET, "/api/v1/hsds/organizations"),
    open(Method::GET, "/api/v1/hsds/organizations/{id}"),
    open(Method::GET, "/api/v1/hsds/services"),
    open(Method::GET, "/api/v1/hsds/services/{id}"),
    closed(Method::GET, "/api/v1/statistics"),
    closed(Method::GET, "/api/v1/awaiting"),
];

/// What each route with an id is asked as another organisation: person, id of theirs that exists, verb.
const IDS: &[(&str, Person)] = &[
    ("GET /api/v1/grids/{hash}", Person::Cisss),
    ("GET /api/v1/photos/{id}", Person::Brossard),
    ("HEAD /api/v1/photos/uploads/{id}", Person::SecondInspector),
    ("PATCH /api/v1/photos/uploads/{id}", Person::SecondInspector),
    ("DELETE /api/v1/photos/uploads/{id}", Person::SecondInspector),
    ("GET /api/v1/cases/{id}", Person::Brossard),
    ("POST /api/v1/cases/{id}/escalations", Person::Brossard),
    ("POST /api/v1/cases/{id}/consents", Person::Brossard),
    ("POST /api/v1/consents/{id}/withdrawal", Person::Coordinator),
    ("GET /api/v1/consents/{id}/proof", Person::Coordinator),
    ("GET /api/v1/consents/{id}/proof/paper", Person::Cisss),
    ("POST /api/v1/emergency-shares/{id}/review", Person::Coordinator),
    ("GET /api/v1/accounts/{id}/departure", Person::Coordinator),
    ("GET /api/v1/directory/services/{id}", Person::Cisss),
    // Public services are everybody’s; one that is not public is nobody’s here.
    ("GET /api/v1/hsds/organizations/{id}", Person::Cisss),
    ("GET /api/v1/hsds/services/{id}", Person::Cisss),
    ("GET /api/v1/person-requests/{id}/file", Person::Privacy),
    ("GET /api/v1/incidents/{id}", Person::Coordinator),
    ("POST /api/v1/emergency/{id}/{verb}", Person::Longueuil),
    ("POST /api/v1/visits/{id}/reached", Person::Longueuil),
    ("GET /api/v1/referrals/{id}", Person::Longueuil),
    ("POST /api/v1/referrals/{id}/{verb}", Person::Longueuil),
    ("POST /api/v1/referrals/{id}/messages", Person::Longueuil),
    ("POST /api/v1/referrals/{id}/person-word", Person::Longueuil),
    ("POST /api/v1/referrals/{id}/links", Person::Longueuil),
    ("POST /api/v1/referrals/{id}/group", Person::Longueuil),
    ("POST /api/v1/referrals/{id}/forwards", Person::Longueuil),
    ("POST /api/v1/referral-forwards/{id}/refusal", Person::Cisss),
    ("POST /api/v1/referral-links/{id}/revocation", Person::Longueuil),
];

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Method and path of every documented route.
pub(super) async fn documented(server: &TestServer) -> BTreeSet<String> {
    let document = server.stranger().get("/api/openapi.json").await.expect_status(200).json();
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| item.as_object().expect("methods").keys().map(move |method| format!("{} {path}", method.to_uppercase()))).collect()
}

async fn ask(client: &Client, method: &Method, path: &str) -> Answer {
    let body = match path.rsplit('/').next() {
        Some("escalations") => json!({ "reason": "Feu" }),
        Some("review") => json!({ "finding": "justified", "text": "Feu" }),
        Some("messages") => json!({ "id": new_id().to_string(), "text": "Feu" }),
        Some("links") => json!({ "id": new_id().to_string(), "name": "Mme Roy", "days": 7 }),
        Some("forwards") => json!({ "id": new_id().to_string(), "to_organisation": new_id().to_string(), "reason": "Feu" }),
        Some("person-word") => json!({ "helped": "yes" }),
        Some("consents") => consents::message(new_id(), new_id()),
        _ => json!({ "text": "Feu" }),
    };
    ask_with(client, method, path, &body).await
}

/// Asks with this message, or with a byte of a file where that is what is sent.
pub(super) async fn ask_with(client: &Client, method: &Method, path: &str, body: &Value) -> Answer {
    let mut request = client.request(method.clone(), path);
    if *method == Method::PATCH {
        request = request.header("content-type", "application/offset+octet-stream").header("upload-offset", 0).body(vec![1]);
    } else if *method == Method::POST {
        request = request.json(body);
    }
    Client::send(request).await
}

#[tokio::test]
async fn every_documented_route_has_its_stories() {
    let server = TestServer::start(Database::Sqlite).await;
    let documented = documented(&server).await;
    let told: BTreeSet<String> = ROUTES.iter().map(name).collect();
    assert_eq!(documented, told, "a route is missing from (or stale in) ROUTES");
    let with_ids: BTreeSet<&str> = told.iter().map(String::as_str).filter(|route| route.contains('{')).collect();
    assert_eq!(with_ids, IDS.iter().map(|(route, _)| *route).collect(), "a route with an id is missing from (or stale in) IDS");
}

#[tokio::test]
async fn no_route_answers_without_a_session() {
    let server = TestServer::start(Database::Sqlite).await;
    let hash = &inspection_grid::builtin::v1().hash.0;
    for route in ROUTES.iter().filter(|route| !route.open) {
        let path = route.path.replace("{hash}", hash).replace("{id}", &new_id().to_string()).replace("{verb}", "accept");
        let path = if route.path.contains("emergency") { path.replace("accept", "acknowledge") } else { path };
        for client in [server.stranger(), server.stranger().with("authorization", "Bearer 0123"), server.stranger().with("cookie", "brigade_session=0123")] {
            let answer = ask(&client, &route.method, &path).await;
            if route.method == Method::HEAD {
                answer.expect_status(401);
            } else {
                answer.expect_refusal(401, "sign_in_required");
            }
        }
    }
}

#[tokio::test]
async fn what_is_another_organisations_answers_like_what_does_not_exist() {
    let server = TestServer::start(Database::Sqlite).await;
    let (phone, _) = complex_visit(&server).await;
    case_in(&server, &server.town.house).await;
    let inspector = server.bearer(Person::Inspector).await;
    let case = case_of(&server, &server.town.tower).await;
    let referral = refer(&server, &referral(&server, &case)).await;
    let (photo, bytes) = (new_id().to_string(), jpeg(32, 32));
    phone.push_stored(&inspector, &[phone.photographs(&photo, "exterior", "EXT-01", &bytes)]).await;
    photos::upload(&inspector, &photo, &bytes).await.expect_status(204);
    let message = json!({ "reason": "Feu", "called_911": false });
    let escalation = inspector.post(&format!("/api/v1/cases/{case}/escalations"), &message).await.expect_status(201).json();
    let escalation = escalation["id"].as_str().expect("an id").to_owned();
    let visit = phone.visit_id.to_string();
    let account = server.town.accounts[&Person::Inspector].to_string();
    let share = consents::share_in_emergency(&server, &case).await;
    let consent = consents::record(&server, &case, &consents::on_paper(&server.town.tower.doors[0], server.town.cisss)).await;
    let forward = forwards::asked(&server).await;
    let link = json!({ "id": new_id().to_string(), "name": "Mme Roy", "days": 7 });
    let coordinator = server.bearer(Person::Coordinator).await;
    coordinator.post(&format!("/api/v1/referrals/{referral}/links"), &link).await.expect_status(201);
    let link = link["id"].as_str().expect("an id").to_owned();
    let incident = incidents::report(&server, Person::Inspector, "Un courriel est parti au mauvais service").await;
    let request = person_requests::record(&server, "access", &[]).await;
    let service = directory::add(&server, "Pour la brigade", &[("public", "")]).await;
    let body = server.town.cisss.to_string();
    for (route, person) in IDS {
        let (method, path) = route.split_once(' ').expect("method and path");
        let method: Method = method.parse().expect("a method");
        let (real, absent, verb) = match path {
            path if path.contains("accounts") => (&account, new_id().to_string(), ""),
            path if path.contains("organizations") => (&body, new_id().to_string(), ""),
            path if path.contains("services") => (&service, new_id().to_string(), ""),
            path if path.contains("photos") => (&photo, new_id().to_string(), ""),
            path if path.contains("emergency-shares") => (&share, new_id().to_string(), ""),
            path if path.contains("referral-forwards") => (&forward, new_id().to_string(), ""),
            path if path.contains("referral-links") => (&link, new_id().to_string(), ""),
            path if path.contains("person-requests") => (&request, new_id().to_string(), ""),
            path if path.contains("incidents") => (&incident, new_id().to_string(), ""),
            path if path.contains("withdrawal") || path.contains("proof") => (&consent, new_id().to_string(), ""),
            path if path.contains("cases") => (&case, new_id().to_string(), ""),
            path if path.contains("emergency") => (&escalation, new_id().to_string(), "acknowledge"),
            path if path.contains("visits") => (&visit, new_id().to_string(), ""),
            path if path.contains("referrals") => (&referral, new_id().to_string(), "accept"),
            // Grids are everybody's; one that is unknown is not found.
            _ => (&photo, sha256_hex(b"no such grid"), ""),
        };
        let client = server.bearer(*person).await;
        let fill = |id: &str| path.replace("{id}", id).replace("{hash}", id).replace("{verb}", verb);
        let (theirs, nobodys) = (ask(&client, &method, &fill(real)).await, ask(&client, &method, &fill(&absent)).await);
        // Those who can never raise an escalation are told so before anything is looked up.
        let expected = if path.ends_with("/escalations") { 403 } else { 404 };
        assert_eq!((theirs.status, nobodys.status), (expected, expected), "{route}");
        assert_eq!(theirs.body, nobodys.body, "{route}");
        if method != Method::HEAD {
            nobodys.error();
        }
    }
    let absent = ask(&server.bearer(Person::Inspector).await, &Method::GET, "/api/v1/grids/00").await;
    absent.expect_refusal(404, "not_found");
}

#[tokio::test]
async fn errors_of_the_api_are_ours_whatever_was_asked() {
    let server = TestServer::start(Database::Sqlite).await;
    let client = server.bearer(Person::Coordinator).await;
    for path in ["/api/v1/nothing", "/api/v2/cases", "/api/", "/api/v1/cases/x/y/z"] {
        client.get(path).await.expect_refusal(404, "not_found");
        server.stranger().get(path).await.expect_refusal(404, "not_found");
    }
    for path in ["/api/v1/cases/abc", "/api/v1/referrals/12", "/api/v1/photos/%F0%9F%92%A9", "/api/v1/cases/%FF"] {
        client.get(path).await.expect_refusal(400, "malformed_id");
    }
    client.delete("/api/v1/cases").await.expect_refusal(405, "method_not_allowed");
    client.get("/api/v1/sync/push").await.expect_refusal(405, "method_not_allowed");
    client.get(&format!("/api/v1/photos/uploads/{}", new_id())).await.expect_refusal(405, "method_not_allowed");
}

#[tokio::test]
async fn the_document_says_how_one_signs_in_and_what_an_error_is() {
    let server = TestServer::start(Database::Sqlite).await;
    let document: Value = server.stranger().get("/api/openapi.json").await.expect_status(200).json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
    for scheme in ["cookie", "bearer"] {
        assert!(document["components"]["securitySchemes"][scheme].is_object(), "{scheme}");
    }
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path} has no summary");
            // What says that it asks for no session is one of those that a stranger may read.
            if operation["security"] == json!([{}]) {
                let is_open = |route: &Route| route.open && route.path == path && route.method.as_str().eq_ignore_ascii_case(method);
                assert!(ROUTES.iter().any(is_open), "{method} {path} is said to be open");
                continue;
            }
            assert!(operation["responses"]["401"].is_object(), "{method} {path} does not say 401");
        }
    }
}
