use std::collections::BTreeSet;

use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{NOTE, SECRET, case_in, case_of, complex_visit, flash, ids, one_more_building, psychosocial_visit, refer, referral};
use crate::support::{Client, Person, Phone, TestServer, on_both_databases, percent_encoded};

on_both_databases!(
    the_list_keeps_what_its_filters_say,
    search_does_not_mind_accents_or_case,
    pages_cover_every_case_once_and_the_total_counts_them_all,
    filters_and_cursors_that_are_not_ours_are_refused,
    the_psychosocial_compartment_is_shown_to_its_workers_only,
    a_psychosocial_visit_does_not_exist_outside_its_compartment,
    a_case_opened_for_a_household_names_nobody_outside_its_compartment,
    a_city_lists_its_own_cases_and_never_reads_those_of_another,
    a_city_that_a_case_is_referred_to_reads_the_building_and_no_door,
    a_case_is_moved_by_its_coordinator_and_history_says_so,
);

async fn the_list_keeps_what_its_filters_say(server: TestServer) {
    complex_visit(&server).await;
    let tower = case_of(&server, &server.town.tower).await;
    let house = case_in(&server, &server.town.house).await;
    let client = server.bearer(Person::Coordinator).await;
    let list = async |query: &str| {
        let list = client.get(&format!("/api/v1/cases?{query}")).await.expect_status(200).json();
        assert_eq!(list["total"].as_u64(), list["rows"].as_array().map(|rows| rows.len() as u64), "{query}");
        ids(&list["rows"]).into_iter().collect::<BTreeSet<_>>()
    };
    let both = BTreeSet::from([tower.clone(), house.clone()]);
    let only = |id: &String| BTreeSet::from([id.clone()]);
    assert_eq!(list("").await, both);
    assert_eq!(list("state=open").await, both);
    assert_eq!(list("state=new").await, both);
    assert_eq!(list("state=assigned").await, BTreeSet::new());
    assert_eq!(list("municipality=Brossard").await, only(&house));
    assert_eq!(list("municipality=Montr%C3%A9al").await, BTreeSet::new());
    let detail = client.get(&format!("/api/v1/cases/{house}")).await.json();
    let band = detail["row"]["band"].as_str().expect("a band").to_owned();
    assert!(list(&format!("band={band}")).await.contains(&house));
    let mut by_band = BTreeSet::new();
    for band in ["A", "B", "C", "D"] {
        by_band.extend(list(&format!("band={band}")).await);
    }
    assert_eq!(by_band, both, "every scored case is in one band");
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let fields = [("csrf", csrf.as_str()), ("verb", "close"), ("outcome", "corrected"), ("reason", "Corrigé")];
    browser.post_form(&format!("/bureau/dossiers/{house}/etape"), &fields).await.expect_status(303);
    assert_eq!(list("").await, only(&tower));
    assert_eq!(list("state=closed").await, only(&house));
    assert_eq!(list("state=all").await, both);
    assert_eq!(list("state=closed&municipality=Longueuil").await, BTreeSet::new());
}

async fn search_does_not_mind_accents_or_case(server: TestServer) {
    complex_visit(&server).await;
    let tower = case_of(&server, &server.town.tower).await;
    case_in(&server, &server.town.house).await;
    let client = server.bearer(Person::Coordinator).await;
    let number = client.get(&format!("/api/v1/cases/{tower}")).await.json()["row"]["number"].as_str().expect("a number").to_owned();
    for words in ["enonce", "ÉNONCÉ", "1250 rue énoncé", "l’énoncé", "saint hubert", "  ENON  ", &number, &number.to_lowercase()] {
        let list = client.get(&format!("/api/v1/cases?q={}", percent_encoded(words))).await.expect_status(200).json();
        assert_eq!(ids(&list["rows"]), std::slice::from_ref(&tower), "{words}");
    }
    for words in ["%", "_", "introuvable", "enonce brossard"] {
        let list = client.get(&format!("/api/v1/cases?q={}", percent_encoded(words))).await.expect_status(200).json();
        let expected = if words.chars().any(char::is_alphanumeric) { 0 } else { 2 };
        assert_eq!(list["total"], expected, "{words}: a wildcard is not a word");
    }
}

async fn pages_cover_every_case_once_and_the_total_counts_them_all(server: TestServer) {
    let mut expected = BTreeSet::new();
    for number in 1..=7 {
        let built = one_more_building(&server, &format!("{number}, rue des Érables"), "Longueuil").await;
        expected.insert(case_in(&server, &built).await);
    }
    // Several cases changed in the same millisecond: the id decides.
    server.alter("update case_file set updated_at = 1700000000000 where number <> (select max(number) from case_file)").await;
    let client = server.bearer(Person::Coordinator).await;
    for limit in [1, 2, 3, 7, 250] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = client.get(&format!("/api/v1/cases?limit={limit}&after={after}")).await.expect_status(200).json();
            assert_eq!(page["total"], 7);
            let rows = ids(&page["rows"]);
            assert!(rows.len() <= limit && !rows.is_empty());
            seen.extend(rows);
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7, "no case twice, by pages of {limit}");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

async fn filters_and_cursors_that_are_not_ours_are_refused(server: TestServer) {
    let client = server.bearer(Person::Coordinator).await;
    for query in ["limit=0", "limit=251", "limit=-1", "limit=beaucoup", "band=E", "band=a", "state=perdu"] {
        client.get(&format!("/api/v1/cases?{query}")).await.expect_refusal(422, "value_out_of_range");
    }
    for cursor in ["x", "MS4", "MS54Lng", "%00", "eyJ9"] {
        client.get(&format!("/api/v1/cases?after={cursor}")).await.expect_refusal(400, "bad_cursor");
    }
    for person in [Person::Administrator, Person::Cisss] {
        server.bearer(person).await.get("/api/v1/cases").await.expect_refusal(404, "not_found");
    }
}

async fn the_psychosocial_compartment_is_shown_to_its_workers_only(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    psychosocial_visit(&server, &phone).await;
    let case = case_of(&server, &server.town.tower).await;
    let api = format!("/api/v1/cases/{case}");
    let addresses = [api.clone(), "/api/v1/cases".to_owned(), "/api/v1/map".to_owned(), format!("/bureau/dossiers/{case}"), "/bureau".to_owned()];
    for (person, reads) in
        [(Person::Psychosocial, true), (Person::Inspector, false), (Person::Coordinator, false), (Person::Dispatcher, false), (Person::Privacy, false)]
    {
        let client = server.bearer(person).await;
        let detail = client.get(&api).await.expect_status(200).json();
        let criteria: Vec<&str> =
            detail["visits"][0]["observations"].as_array().expect("observations").iter().filter_map(|seen| seen["criterion"].as_str()).collect();
        assert_eq!(criteria.contains(&"MEN-02"), reads, "{person:?}");
        assert!(criteria.contains(&"HUM-01"), "{person:?}");
        let motifs: Vec<&str> = detail["motifs"].as_array().expect("motifs").iter().filter_map(|motif| motif["code"].as_str()).collect();
        assert_eq!(motifs.contains(&"VULN"), reads, "{person:?}: {motifs:?}");
        for address in &addresses {
            let text = client.get(address).await.expect_status(200).text();
            assert!(
                reads || !(text.contains("MEN-0") || text.contains(SECRET) || text.contains("VULN") || text.contains("Isolement")),
                "{person:?} at {address}"
            );
        }
    }
    let text = server.bearer(Person::Psychosocial).await.get(&api).await.text();
    assert!(text.contains(SECRET) && text.contains(NOTE));
}

/// What a visit about a household alone must leave as it was, word for word.
const OUTSIDE: [Person; 5] = [Person::Inspector, Person::Coordinator, Person::Dispatcher, Person::Longueuil, Person::Cisss];

async fn a_psychosocial_visit_does_not_exist_outside_its_compartment(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let referral = refer(&server, &referral(&server, &case)).await;
    let addresses = [
        format!("/api/v1/cases/{case}"),
        "/api/v1/cases?state=all".to_owned(),
        "/api/v1/map".to_owned(),
        "/api/v1/cases.geojson".to_owned(),
        format!("/api/v1/referrals/{referral}"),
        "/api/v1/referrals".to_owned(),
    ];
    let read = async |client: &Client| {
        let mut answers = Vec::new();
        for address in &addresses {
            let answer = client.get(address).await;
            let mut text = answer.text();
            if let Ok(mut json) = serde_json::from_slice::<Value>(&answer.body) {
                // The clock of the answer.
                json.as_object_mut().map(|json| json.remove("now"));
                text = json.to_string();
            }
            answers.push((address.clone(), answer.status, text));
        }
        answers
    };
    // A first reading leaves a receipt on the other side: everybody has had theirs.
    for person in OUTSIDE {
        read(&server.bearer(person).await).await;
    }
    let mut outside = Vec::new();
    for person in OUTSIDE {
        let client = server.bearer(person).await;
        outside.push((person, read(&client).await, client));
    }
    // A visit of its own, in the steps that a phone takes; then one that nothing is found in.
    let worker = server.bearer(Person::Psychosocial).await;
    let phone = Phone::in_building(&server.town.tower);
    let door = server.town.tower.door(0);
    for event in [phone.starts(), phone.chooses(&door, "MEN-02", &["isolement"]), phone.notes(&door, "MEN-02", SECRET), phone.finishes()] {
        phone.push_stored(&worker, &[event]).await;
        for (person, before, client) in &outside {
            assert_eq!(&read(client).await, before, "{person:?}");
        }
    }
    let visits = worker.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json()["visits"].clone();
    assert_eq!(visits.as_array().map(Vec::len), Some(2), "it exists for those it concerns");
    assert_eq!(visits[0]["started_by"], Person::Psychosocial.name());
    // The privacy officer sees that there is something, and nothing of it.
    let officer = server.bearer(Person::Privacy).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!((officer["visits"].as_array().map(Vec::len), &officer["visits"][0]["observations"]), (Some(2), &json!([])));
    // Once the building is looked at in it, it is a visit like any other, without the household's part.
    phone.push_stored(&worker, &[phone.observes("exterior", "EXT-01", 2)]).await;
    let city = server.bearer(Person::Longueuil).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!(city["visits"].as_array().map(Vec::len), Some(2));
    let criteria: Vec<&Value> = city["visits"][0]["observations"].as_array().expect("observations").iter().map(|seen| &seen["criterion"]).collect();
    assert_eq!(criteria, [&json!("EXT-01")]);
}

async fn a_case_opened_for_a_household_names_nobody_outside_its_compartment(server: TestServer) {
    let worker = server.bearer(Person::Psychosocial).await;
    let phone = Phone::in_building(&server.town.tower);
    let violence = json!({ "status": "observed", "severity": 4, "value": { "choice": ["violence"] } });
    phone.push_stored(&worker, &[phone.starts()]).await;
    phone.push_stored(&worker, &[phone.answers(&server.town.tower.door(0), "MEN-04", &violence), phone.finishes()]).await;
    let path = format!("/api/v1/cases/{}", case_of(&server, &server.town.tower).await);
    for (person, named) in [(Person::Psychosocial, true), (Person::Inspector, false)] {
        let detail = server.bearer(person).await.get(&path).await.expect_status(200);
        assert_eq!(detail.text().contains(Person::Psychosocial.name()), named, "{person:?}: {}", detail.text());
        let detail = detail.json();
        assert_eq!(detail["visits"].as_array().map(Vec::len), Some(usize::from(named)), "{person:?}");
        assert!(detail["timeline"].as_array().expect("a timeline").iter().any(|line| line["kind"] == "case_opened"), "{person:?}");
    }
    // The city knows of no case at all.
    server.bearer(Person::Longueuil).await.get(&path).await.expect_refusal(404, "not_found");
}

async fn a_city_lists_its_own_cases_and_never_reads_those_of_another(server: TestServer) {
    complex_visit(&server).await;
    let tower = case_of(&server, &server.town.tower).await;
    let house = case_in(&server, &server.town.house).await;
    for (person, own, other) in [(Person::Longueuil, &tower, &house), (Person::Brossard, &house, &tower)] {
        let client = server.bearer(person).await;
        let list = client.get("/api/v1/cases?state=all").await.expect_status(200).json();
        assert_eq!((ids(&list["rows"]), &list["total"]), (vec![own.clone()], &json!(1)), "{person:?}");
        let elsewhere = if person == Person::Longueuil { "Brossard" } else { "Longueuil" };
        let list = client.get(&format!("/api/v1/cases?municipality={elsewhere}")).await.expect_status(200).json();
        assert_eq!((ids(&list["rows"]), &list["total"]), (vec![], &json!(0)), "a filter does not widen the territory");
        let refused = client.get(&format!("/api/v1/cases/{other}")).await.expect_refusal(404, "not_found");
        let absent = client.get(&format!("/api/v1/cases/{}", new_id())).await.expect_refusal(404, "not_found");
        assert_eq!(refused.body, absent.body);
    }
}

/// What no answer to a city may hold.
fn holds_a_door(server: &TestServer, text: &str) -> Option<String> {
    let tower = &server.town.tower;
    let labels = ["\"101\"", "\"102\"", "dwelling:", NOTE, SECRET, "MEN-0"].into_iter().map(str::to_owned);
    labels.chain(tower.doors.iter().cloned()).find(|word| text.contains(word.as_str()))
}

async fn a_city_that_a_case_is_referred_to_reads_the_building_and_no_door(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    psychosocial_visit(&server, &phone).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut message = referral(&server, &case);
    message["to_organisation"] = json!(server.town.longueuil);
    let id = refer(&server, &message).await;
    let client = server.bearer(Person::Longueuil).await;
    for path in [format!("/api/v1/cases/{case}"), format!("/api/v1/referrals/{id}"), "/api/v1/cases".to_owned()] {
        let answer = client.get(&path).await.expect_status(200);
        assert_eq!(holds_a_door(&server, &answer.text()), None, "{path}: {}", answer.text());
    }
    let detail = client.get(&format!("/api/v1/cases/{case}")).await.json();
    let criteria: Vec<&Value> = detail["visits"][0]["observations"].as_array().expect("observations").iter().map(|seen| &seen["criterion"]).collect();
    assert_eq!(criteria, [&json!("EXT-01")]);
    assert_eq!((&detail["timeline"], &detail["escalations"], &detail["allowed"]), (&json!([]), &json!([]), &json!([])));
    server.bearer(Person::Brossard).await.get(&format!("/api/v1/cases/{case}")).await.expect_refusal(404, "not_found");
}

async fn a_case_is_moved_by_its_coordinator_and_history_says_so(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let path = format!("/bureau/dossiers/{case}/etape");
    let (coordinator, csrf) = server.browser(Person::Coordinator).await;
    let (inspector, inspector_csrf) = server.browser(Person::Inspector).await;
    let read = async || coordinator.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    let revision = read().await["row"]["revision"].as_i64().expect("a revision").to_string();
    let refused = inspector.post_form(&path, &[("csrf", &inspector_csrf), ("verb", "assign")]).await.expect_status(303);
    assert_eq!(flash(&refused), "error:not_allowed");
    let done = coordinator.post_form(&path, &[("csrf", &csrf), ("verb", "assign"), ("revision", &revision)]).await.expect_status(303);
    assert!(flash(&done).starts_with("success:"), "{}", flash(&done));
    let stale = coordinator.post_form(&path, &[("csrf", &csrf), ("verb", "start"), ("revision", &revision)]).await.expect_status(303);
    assert_eq!(flash(&stale), "error:revision_conflict");
    for (fields, expected) in [
        (vec![("verb", "close")], "error:outcome_required"),
        (vec![("verb", "close"), ("outcome", "corrected")], "error:reason_required"),
        (vec![("verb", "reopen"), ("reason", "encore")], "error:act_not_possible"),
        (vec![("verb", "demolish")], "error:missing_field"),
    ] {
        let fields: Vec<_> = fields.into_iter().chain([("csrf", csrf.as_str())]).collect();
        assert_eq!(flash(&coordinator.post_form(&path, &fields).await.expect_status(303)), expected, "{fields:?}");
    }
    let detail = read().await;
    assert_eq!(detail["row"]["stage"], "assigned");
    assert_eq!(detail["timeline"][0]["kind"], "stage_changed");
    assert_eq!(detail["timeline"][0]["by"], Person::Coordinator.name());
}
