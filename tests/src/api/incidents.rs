//! The register of confidentiality incidents: anybody of the brigade reports, the privacy officer writes, nothing is ever taken out.

use serde_json::Value;
use server::clock::{local_date, new_id, now};

use super::scenes::flash;
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    anybody_of_the_brigade_reports_and_only_the_privacy_officer_reads,
    the_register_holds_what_the_regulation_fixes,
    a_correction_is_added_with_its_reason_and_takes_nothing_away,
    an_entry_that_says_too_little_or_cannot_be_is_refused_and_nothing_is_kept,
    one_click_sent_twice_is_one_report_and_one_version,
);

/// Reports an incident with the plain form, and returns its id.
pub async fn report(server: &TestServer, person: Person, words: &str) -> String {
    let (client, csrf) = server.browser(person).await;
    let (id, today) = (new_id().to_string(), local_date(now()));
    let answer = client.post_form("/bureau/vie-privee/incidents", &[("csrf", &csrf), ("id", &id), ("noticed_on", &today), ("words", words)]).await;
    assert_eq!(flash(&answer), "success:incident_reported");
    id
}

fn entry<'value>(csrf: &'value str, form_id: &'value str, today: &'value str) -> Vec<(&'static str, &'value str)> {
    vec![
        ("csrf", csrf),
        ("form_id", form_id),
        ("over", "0"),
        ("information", "known"),
        ("description", "Noms et numéros de porte"),
        ("circumstances", "Courriel parti au mauvais service"),
        ("happened_from", "2026-01-05"),
        ("happened_to", "2026-01-06"),
        ("happened_approximate", "1"),
        ("aware_from", today),
        ("persons", "3"),
        ("persons_estimated", "1"),
        ("sensitivity", "Moyenne"),
        ("consequences", "Gêne"),
        ("likelihood", "Très faible"),
        ("serious", "risk"),
        ("measures", "Destruction confirmée par écrit"),
    ]
}

fn with<'value>(mut fields: Vec<(&'static str, &'value str)>, changes: &[(&'static str, &'value str)]) -> Vec<(&'static str, &'value str)> {
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

async fn register(client: &Client) -> Vec<Value> {
    let register = client.get("/api/v1/incidents").await.expect_status(200).json();
    register["incidents"].as_array().expect("incidents").clone()
}

async fn anybody_of_the_brigade_reports_and_only_the_privacy_officer_reads(server: TestServer) {
    let brigade = [Person::Inspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Administrator, Person::Privacy];
    for person in brigade {
        server.bearer(person).await.get("/bureau/signaler").await.expect_status(200);
        report(&server, person, person.name()).await;
    }
    for person in [Person::Cisss, Person::Longueuil] {
        let (client, csrf) = server.browser(person).await;
        client.get("/bureau/signaler").await.expect_status(404);
        let fields = [("csrf", csrf.as_str()), ("id", &new_id().to_string()), ("noticed_on", "2026-01-05"), ("words", "Bonjour")];
        assert_eq!(flash(&client.post_form("/bureau/vie-privee/incidents", &fields).await), "error:not_found");
    }
    let officer = server.bearer(Person::Privacy).await;
    let incidents = register(&officer).await;
    let told: Vec<(i64, &str)> =
        incidents.iter().map(|incident| (incident["number"].as_i64().unwrap_or_default(), incident["words"].as_str().unwrap_or_default())).collect();
    assert_eq!(told, (1..).zip(brigade.map(Person::name)).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>());
    let id = incidents[0]["id"].as_str().expect("an id");
    for person in brigade.into_iter().filter(|person| *person != Person::Privacy).chain([Person::Cisss]) {
        let client = server.bearer(person).await;
        for path in ["/api/v1/incidents".to_owned(), format!("/api/v1/incidents/{id}")] {
            client.get(&path).await.expect_refusal(404, "not_found");
        }
        for path in ["/bureau/vie-privee/incidents".to_owned(), format!("/bureau/vie-privee/incidents/{id}")] {
            client.get(&path).await.expect_status(404);
        }
        let (browser, csrf) = server.browser(person).await;
        let (form_id, today) = (new_id().to_string(), local_date(now()));
        let answer = browser.post_form(&format!("/bureau/vie-privee/incidents/{id}"), &entry(&csrf, &form_id, &today)).await;
        assert_eq!(flash(&answer), "error:not_found", "{person:?}");
    }
    assert_eq!(server.count("incident_version", "1 = 1").await, 0);
}

async fn the_register_holds_what_the_regulation_fixes(server: TestServer) {
    let id = report(&server, Person::Inspector, "Un courriel est parti au mauvais service").await;
    let (officer, csrf) = server.browser(Person::Privacy).await;
    let page = officer.get("/bureau/vie-privee/incidents").await.expect_status(200).text();
    assert!(page.contains("data-state=\"reported\"") && page.contains("Un courriel est parti au mauvais service"));
    let (form_id, today) = (new_id().to_string(), local_date(now()));
    let path = format!("/bureau/vie-privee/incidents/{id}");
    assert_eq!(flash(&officer.post_form(&path, &entry(&csrf, &form_id, &today)).await), "success:incident_written");
    let incident = officer.get(&format!("/api/v1/incidents/{id}")).await.expect_status(200).json();
    let entry = &incident["versions"][0]["entry"];
    for (name, said) in [
        ("information", "known"),
        ("description", "Noms et numéros de porte"),
        ("circumstances", "Courriel parti au mauvais service"),
        ("sensitivity", "Moyenne"),
        ("consequences", "Gêne"),
        ("likelihood", "Très faible"),
        ("serious", "risk"),
        ("measures", "Destruction confirmée par écrit"),
    ] {
        assert_eq!(entry[name], said, "{name}");
    }
    assert_eq!(entry["happened"], serde_json::json!({ "from": "2026-01-05", "to": "2026-01-06", "approximate": true }));
    assert_eq!((&entry["persons"], &entry["persons_estimated"]), (&serde_json::json!(3), &serde_json::json!(true)));
    let page = officer.get("/bureau/vie-privee/incidents").await.expect_status(200).text();
    for said in ["Commission d’accès à l’information à donner, avec diligence", "Personnes concernées à aviser", "Environ 3", "Destruction confirmée par écrit"]
    {
        assert!(page.contains(said), "{said}");
    }
}

async fn a_correction_is_added_with_its_reason_and_takes_nothing_away(server: TestServer) {
    let id = report(&server, Person::Inspector, "Un courriel").await;
    let (officer, csrf) = server.browser(Person::Privacy).await;
    let path = format!("/bureau/vie-privee/incidents/{id}");
    let today = local_date(now());
    let forms: Vec<String> = (0..4).map(|_| new_id().to_string()).collect();
    let first = entry(&csrf, &forms[0], &today);
    assert_eq!(flash(&officer.post_form(&path, &first).await), "success:incident_written");
    let silent = with(entry(&csrf, &forms[1], &today), &[("over", "1"), ("persons", "12")]);
    assert_eq!(flash(&officer.post_form(&path, &silent).await), "error:reason_required");
    let corrected = with(silent, &[("reason", "Compte refait"), ("commission_told_on", &today), ("persons_told_on", &today)]);
    assert_eq!(flash(&officer.post_form(&path, &corrected).await), "success:incident_written");
    // Somebody who still has the first version before their eyes.
    let late = with(entry(&csrf, &forms[2], &today), &[("over", "1"), ("reason", "Autre compte"), ("persons", "7")]);
    assert_eq!(flash(&officer.post_form(&path, &late).await), "error:revision_conflict");
    let incident = officer.get(&format!("/api/v1/incidents/{id}")).await.json();
    let told: Vec<(&Value, &Value, &Value)> = incident["versions"]
        .as_array()
        .expect("versions")
        .iter()
        .map(|version| (&version["version"], &version["reason"], &version["entry"]["persons"]))
        .collect();
    let number = |number: i64| Value::from(number);
    assert_eq!(told, [(&number(2), &Value::from("Compte refait"), &number(12)), (&number(1), &Value::from(""), &number(3))]);
    let page = officer.get(&path).await.expect_status(200).text();
    assert!(page.contains("Compte refait") && page.contains("data-testid=\"incident-earlier\"") && page.contains("Environ 3"));
    assert!(!page.contains("data-testid=\"incident-awaits\""), "both were told");
}

async fn an_entry_that_says_too_little_or_cannot_be_is_refused_and_nothing_is_kept(server: TestServer) {
    let (client, csrf) = server.browser(Person::Inspector).await;
    let (fresh, today) = (new_id().to_string(), local_date(now()));
    let long = "é".repeat(2_001);
    let report_with = |noticed: &'static str, words: &str| {
        let fields = [
            ("csrf".to_owned(), csrf.clone()),
            ("id".to_owned(), fresh.clone()),
            ("noticed_on".to_owned(), noticed.to_owned()),
            ("words".to_owned(), words.to_owned()),
        ];
        let client = &client;
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            flash(&client.post_form("/bureau/vie-privee/incidents", &fields).await)
        }
    };
    assert_eq!(report_with("2026-01-05", "  ").await, "error:missing_field");
    assert_eq!(report_with("2026-01-05", &long).await, "error:text_too_long");
    assert_eq!(report_with("hier", "Un sac").await, "error:value_out_of_range");
    assert_eq!(report_with("2126-01-05", "Un sac").await, "error:value_out_of_range");
    assert_eq!(server.count("incident", "1 = 1").await, 0);

    let id = report(&server, Person::Inspector, "Un sac perdu").await;
    let (officer, csrf) = server.browser(Person::Privacy).await;
    let form_id = new_id().to_string();
    let table: &[(&str, &str, &str)] = &[
        ("information", "", "error:missing_field"),
        ("description", " ", "error:missing_field"),
        ("circumstances", "", "error:missing_field"),
        ("happened_from", "", "error:missing_field"),
        ("happened_from", "lundi", "error:value_out_of_range"),
        ("happened_to", "2026-01-04", "error:value_out_of_range"),
        ("aware_from", "2026-01-04", "error:value_out_of_range"),
        ("aware_to", "2126-01-04", "error:value_out_of_range"),
        ("persons", "", "error:value_out_of_range"),
        ("persons", "-1", "error:value_out_of_range"),
        ("sensitivity", "", "error:missing_field"),
        ("consequences", "", "error:missing_field"),
        ("likelihood", "", "error:missing_field"),
        ("serious", "peut-être", "error:missing_field"),
        ("measures", "\0", "error:missing_field"),
        ("commission_told_on", "2026-01-01", "error:value_out_of_range"),
        ("public_reason", "Adresses inconnues", "error:missing_field"),
        ("public_on", "x", "error:value_out_of_range"),
        ("over", "", "error:missing_field"),
        ("form_id", "", "error:missing_field"),
    ];
    for (name, value, expected) in table {
        let fields = with(entry(&csrf, &form_id, &today), &[(name, value)]);
        assert_eq!(flash(&officer.post_form(&format!("/bureau/vie-privee/incidents/{id}"), &fields).await), *expected, "{name} {value}");
    }
    let absent = format!("/bureau/vie-privee/incidents/{}", new_id());
    assert_eq!(flash(&officer.post_form(&absent, &entry(&csrf, &form_id, &today)).await), "error:not_found");
    assert_eq!(server.count("incident_version", "1 = 1").await, 0);
}

async fn one_click_sent_twice_is_one_report_and_one_version(server: TestServer) {
    let (client, csrf) = server.browser(Person::Inspector).await;
    let (id, today) = (new_id().to_string(), local_date(now()));
    let fields = [("csrf", csrf.as_str()), ("id", &id), ("noticed_on", &today), ("words", "Un sac perdu")];
    for _ in 0..2 {
        assert_eq!(flash(&client.post_form("/bureau/vie-privee/incidents", &fields).await), "success:incident_reported");
    }
    report(&server, Person::Coordinator, "Un autre").await;
    let (officer, csrf) = server.browser(Person::Privacy).await;
    let numbers: Vec<i64> = register(&officer).await.iter().filter_map(|incident| incident["number"].as_i64()).collect();
    assert_eq!(numbers, [2, 1], "the second click took no number");
    let form_id = new_id().to_string();
    let path = format!("/bureau/vie-privee/incidents/{id}");
    for _ in 0..2 {
        assert_eq!(flash(&officer.post_form(&path, &entry(&csrf, &form_id, &today)).await), "success:incident_written");
    }
    let other = with(entry(&csrf, &form_id, &today), &[("persons", "9")]);
    assert_eq!(flash(&officer.post_form(&path, &other).await), "error:revision_conflict", "the same form with other words");
    assert_eq!(server.count("incident_version", "1 = 1").await, 1);
}
