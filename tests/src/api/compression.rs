//! What is compressed on the wire, what is not, and for whom.

use super::scenes::{case_in, case_of, complex_visit};
use crate::support::{Answer, Client, Database, Person, TestServer};

const BOTH: &str = "gzip, deflate, br";

fn encoding(answer: &Answer) -> Option<&str> {
    answer.header("content-encoding")
}

/// A client of the person that takes these encodings, as a browser that says who asks.
fn asking(client: &Client, encodings: &str, site: Option<&str>) -> Client {
    let client = client.with("accept-encoding", encodings);
    site.map_or(client.clone(), |site| client.with("sec-fetch-site", site))
}

async fn town_with_cases() -> (TestServer, String) {
    let server = TestServer::start(Database::Sqlite).await;
    complex_visit(&server).await;
    case_in(&server, &server.town.house).await;
    let case = case_of(&server, &server.town.tower).await;
    (server, case)
}

#[tokio::test]
async fn json_is_compressed_for_whoever_takes_it() {
    let (server, case) = town_with_cases().await;
    let client = server.bearer(Person::Coordinator).await;
    for path in [format!("/api/v1/cases/{case}"), "/api/v1/map".to_owned(), "/api/v1/emergency/board".to_owned(), "/api/openapi.json".to_owned()] {
        let plain = client.get(&path).await.expect_status(200);
        assert_eq!(encoding(&plain), None, "{path}");
        for (encodings, expected) in [("gzip", "gzip"), ("br", "br")] {
            let answer = asking(&client, encodings, None).get(&path).await.expect_status(200);
            assert_eq!(encoding(&answer), Some(expected), "{path}");
            assert!(answer.body.len() * 4 < plain.body.len() * 3, "{path}: {} of {} bytes", answer.body.len(), plain.body.len());
            let vary: Vec<&str> = answer.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok()).collect();
            assert!(vary.iter().any(|value| value.contains("accept-encoding")), "{path}: {vary:?}");
        }
    }
    let gzipped = asking(&client, "gzip", None).get("/api/v1/map").await.body;
    assert!(gzipped.starts_with(&[0x1f, 0x8b]), "a gzip stream");
}

#[tokio::test]
async fn small_answers_photos_and_the_live_line_are_left_as_they_are() {
    let (server, _) = town_with_cases().await;
    let client = asking(&server.bearer(Person::Dispatcher).await, BOTH, Some("same-origin"));
    for path in ["/api/v1/session", "/api/v1/cases/abc", "/healthz"] {
        let answer = client.get(path).await;
        assert_eq!(encoding(&answer), None, "{path}: {} bytes", answer.body.len());
    }
    let mut live = client.request(reqwest::Method::GET, "/api/v1/emergency/events").send().await.expect("the line opens");
    assert_eq!(live.status().as_u16(), 200);
    assert_eq!(live.headers().get("content-encoding"), None);
    let hello = live.chunk().await.expect("the line answers").expect("a first line");
    assert_eq!(&hello[..], b": open\n\n", "the line speaks at once, in clear");
}

#[tokio::test]
async fn a_page_is_compressed_only_when_the_browser_says_that_we_ask() {
    let (server, case) = town_with_cases().await;
    let (browser, _) = server.browser(Person::Coordinator).await;
    let bare = server.bearer(Person::Coordinator).await;
    for path in [format!("/bureau/dossiers/{case}"), "/bureau?q=erables".to_owned()] {
        let asked = asking(&browser, BOTH, None).get(&path).await.expect_status(200);
        assert_eq!(encoding(&asked), Some("br"), "{path}: our own page asks");
        let typed = asking(&bare, BOTH, Some("none")).get(&path).await.expect_status(200);
        assert!(encoding(&typed).is_some(), "{path}: the person asks");
        // What another site's page makes the browser ask holds the hidden field and what that page chose: its size must tell nothing.
        for site in [Some("cross-site"), Some("same-site"), None] {
            let answer = asking(&bare, BOTH, site).get(&path).await.expect_status(200);
            assert_eq!(encoding(&answer), None, "{path} {site:?}");
        }
    }
    for path in [format!("/api/v1/cases/{case}"), "/api/v1/map".to_owned()] {
        let answer = asking(&bare, BOTH, Some("cross-site")).get(&path).await.expect_status(200);
        assert_eq!(encoding(&answer), None, "{path}: nothing is compressed for a page of another site");
    }
}
