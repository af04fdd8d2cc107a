//! What the office reads and is offered: histories in sentences, filters and forms that are the reader's own.

use std::collections::BTreeSet;

use casework::{
    case::{CaseStage, CaseVerb, OpeningReason},
    escalation::{EscalationOutcome, EscalationVerb},
    referral::ReferralVerb,
};
use serde_json::json;
use server::application::{change_case, sign_in};

use super::scenes::{case_in, case_of, complex_visit, open_escalation, refer, referral};
use crate::support::{Client, Database, Person, TestServer};

/// The words of a page as they are read: no scripts, no tags.
fn words(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        text.push(' ');
        let end = if tag.starts_with("script") { tag.find("</script>").map(|end| end + "</script>".len()) } else { tag.find('>').map(|end| end + 1) };
        rest = end.and_then(|end| tag.get(end..)).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// What each line of a page's histories says.
fn history(html: &str) -> Vec<String> {
    let lines = html.split("<li ").skip(1).filter(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("timeline__entry")));
    lines.filter_map(|rest| rest.split("</li>").next()).map(|line| words(&format!("<li {line}"))).collect()
}

/// A case that went through everything that writes a line, and its referral.
async fn eventful_case(server: &TestServer) -> (String, String) {
    let (phone, _) = complex_visit(server).await;
    let inspector = server.bearer(Person::Inspector).await;
    let door = server.town.tower.door(0);
    phone.push_stored(&inspector, &[phone.observes(&door, "HUM-01", 4), phone.finishes()]).await;
    let case = case_of(server, &server.town.tower).await;
    let (coordinator, csrf) = server.browser(Person::Coordinator).await;
    let path = format!("/bureau/dossiers/{case}/etape");
    for fields in [
        vec![("verb", "assign")],
        vec![("verb", "start")],
        vec![("verb", "wait")],
        vec![("verb", "monitor")],
        vec![("verb", "close"), ("outcome", "corrected"), ("reason", "Travaux faits")],
        vec![("verb", "reopen"), ("reason", "Revenu")],
    ] {
        let fields: Vec<_> = fields.into_iter().chain([("csrf", csrf.as_str())]).collect();
        coordinator.post_form(&path, &fields).await.expect_status(303);
    }
    let comment = [("csrf", csrf.as_str()), ("text", "Le locataire a rappelé")];
    coordinator.post_form(&format!("/bureau/dossiers/{case}/commentaires"), &comment).await.expect_status(303);
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let id = open_escalation(&dispatcher).await["id"].as_str().expect("an id").to_owned();
    for (verb, message) in [
        ("acknowledge", json!({})),
        ("dispatch", json!({ "text": "Équipe de garde" })),
        ("arrive", json!({})),
        ("stabilise", json!({ "outcome": "evacuated" })),
    ] {
        dispatcher.post(&format!("/api/v1/emergency/{id}/{verb}"), &message).await.expect_status(204);
    }
    // Another one, that stays open on the board.
    case_in(server, &server.town.house).await;
    let id = open_escalation(&dispatcher).await["id"].as_str().expect("an id").to_owned();
    for (verb, message) in [("acknowledge", json!({})), ("dispatch", json!({ "text": "Équipe de garde" })), ("arrive", json!({}))] {
        dispatcher.post(&format!("/api/v1/emergency/{id}/{verb}"), &message).await.expect_status(204);
    }
    let sent = refer(server, &referral(server, &case)).await;
    let cisss = server.bearer(Person::Cisss).await;
    for (verb, message) in [
        ("accept", json!({})),
        ("start", json!({})),
        ("hold", json!({ "text": "Faute de place" })),
        ("resume", json!({})),
        ("complete", json!({ "text": "Ménage accompagné" })),
    ] {
        cisss.post(&format!("/api/v1/referrals/{sent}/{verb}"), &message).await.expect_status(204);
    }
    (case, sent)
}

#[tokio::test]
async fn histories_read_as_sentences_and_show_no_code() {
    let server = TestServer::start(Database::Sqlite).await;
    let (case, sent) = eventful_case(&server).await;
    let codes: BTreeSet<&str> = OpeningReason::ALL
        .iter()
        .map(|reason| reason.code())
        .chain(CaseStage::ALL.iter().map(|stage| stage.code()))
        .chain(EscalationVerb::ALL.iter().map(|verb| verb.code()))
        .chain(EscalationOutcome::ALL.iter().map(|outcome| outcome.code()))
        .chain(ReferralVerb::ALL.iter().map(|verb| verb.code()))
        .chain(["started", "finished", "late", "CERTAIN", "MULTI", "PROPAG"])
        .collect();
    let pages = [
        (Person::Coordinator, format!("/bureau/dossiers/{case}"), 14),
        (Person::Cisss, format!("/partenaires/{sent}"), 6),
        (Person::Dispatcher, "/cellule".to_owned(), 4),
    ];
    for (person, path, lines_min) in pages {
        let html = server.bearer(person).await.get(&path).await.expect_status(200).text();
        let lines = history(&html);
        assert!(lines.len() >= lines_min, "{path}: {lines:#?}");
        for line in &lines {
            let shown: BTreeSet<&str> = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
            let found: Vec<_> = codes.intersection(&shown).collect();
            assert!(found.is_empty() && !line.contains('_'), "{path}: {line:?} shows {found:?}");
        }
    }
    let html = server.bearer(Person::Coordinator).await.get(&format!("/bureau/dossiers/{case}")).await.text();
    let read = words(&html);
    for sentence in ["La référence à", "est acceptée.", "Le cas est jugé complexe.", "La cellule d’urgence envoie une équipe.", "Le locataire a rappelé"]
    {
        assert!(read.contains(sentence), "{sentence}");
    }
}

async fn offered(client: &Client) -> (Vec<String>, String) {
    let list = client.get("/api/v1/cases").await.expect_status(200).json();
    let names = list["municipalities"].as_array().expect("municipalities").iter().filter_map(|name| name.as_str()).map(str::to_owned).collect();
    (names, client.get("/bureau").await.expect_status(200).text())
}

#[tokio::test]
async fn the_municipality_filter_offers_the_territories_that_the_reader_may_see() {
    let server = TestServer::start(Database::Sqlite).await;
    let (names, page) = offered(&server.bearer(Person::Coordinator).await).await;
    assert_eq!(names, ["Boucherville", "Brossard", "Longueuil", "Saint-Bruno-de-Montarville", "Saint-Lambert"]);
    assert!(names.iter().all(|name| page.contains(&format!("<option value=\"{name}\""))), "the page offers them");
    // One more territory, imported since.
    server.alter("insert into territory (id, municipality, borough, ring, approximate) values ('t', 'Contrecoeur', null, '[]', 0)").await;
    let (names, page) = offered(&server.bearer(Person::Coordinator).await).await;
    assert!(names.contains(&"Contrecoeur".to_owned()) && page.contains("<option value=\"Contrecoeur\""));
    let (names, page) = offered(&server.bearer(Person::Brossard).await).await;
    assert_eq!(names, ["Brossard"]);
    assert!(page.contains("<option value=\"Brossard\"") && !page.contains("<option value=\"Longueuil\""));
    let page = server.bearer(Person::Administrator).await.get("/administration").await.expect_status(200).text();
    assert!(page.contains("<option value=\"Contrecoeur\""), "an organisation is offered them too");
}

#[tokio::test]
async fn the_log_is_written_and_struck_by_those_who_may() {
    let server = TestServer::start(Database::Sqlite).await;
    case_in(&server, &server.town.house).await;
    for (person, strikes) in [(Person::Dispatcher, true), (Person::Coordinator, true), (Person::Inspector, false), (Person::Psychosocial, false)] {
        let client = server.bearer(person).await;
        let row = open_escalation(&client).await;
        assert_eq!((&row["may_write_log"], &row["may_strike_log"]), (&json!(true), &json!(strikes)), "{person:?}");
        let page = client.get("/cellule").await.expect_status(200).text();
        assert!(page.contains("data-testid=\"log-add\""), "{person:?}");
        assert_eq!(page.contains("data-testid=\"log-strike\""), strikes, "{person:?}");
    }
}

#[tokio::test]
async fn a_case_offers_each_reader_the_moves_that_are_theirs() {
    let server = TestServer::start(Database::Sqlite).await;
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let offered = async |person: Person| {
        let client = server.bearer(person).await;
        let detail = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
        let page = client.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
        let verbs: Vec<String> = detail["verbs"].as_array().expect("verbs").iter().filter_map(|verb| verb.as_str()).map(str::to_owned).collect();
        for verb in ["assign", "start", "wait", "monitor", "close", "reopen"] {
            assert_eq!(page.contains(&format!("data-testid=\"case-act-{verb}\"")), verbs.iter().any(|offered| offered == verb), "{person:?} {verb}");
        }
        assert_eq!(detail["allowed"].as_array().is_some_and(|allowed| allowed.contains(&json!("change_stage"))), !verbs.is_empty(), "{person:?}");
        verbs
    };
    assert_eq!(offered(Person::Coordinator).await, ["assign", "close"]);
    assert_eq!(offered(Person::Inspector).await, Vec::<String>::new());
    let token = server.token(Person::Coordinator).await;
    let coordinator = sign_in::recognise(&server.brigade, &token).await.expect("the store answers").expect("a session");
    let said = change_case::Said { assign_to: Some(server.town.accounts[&Person::Inspector]), ..change_case::Said::default() };
    change_case::act(&server.brigade, &coordinator.actor, case.parse().expect("an id"), CaseVerb::Assign, &said).await.expect("the case is assigned");
    assert_eq!(offered(Person::Inspector).await, ["start"], "the work is of whoever it is assigned to");
    assert_eq!(offered(Person::SecondInspector).await, Vec::<String>::new());
    assert_eq!(offered(Person::Longueuil).await, Vec::<String>::new());
}
