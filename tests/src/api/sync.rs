use std::collections::BTreeSet;

use casework::{permission::OrganisationKind, wire::v1::PushReply};
use inspection_grid::Severity;
use serde_json::{Value, json};
use server::{
    clock::{new_id, now},
    store::{self, ObservationRecord},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::scenes::{case_of, complex_visit, ids, open_escalation, verdicts};
use crate::support::{Client, Person, Phone, TestServer, on_both_databases, organisation};

on_both_databases!(
    a_pushed_visit_is_stored_once_however_often_it_is_sent,
    an_event_id_reused_with_another_body_is_set_aside_and_blocks_nothing,
    each_bad_event_is_refused_with_its_code_and_the_rest_is_kept,
    a_whole_request_out_of_bounds_is_refused_and_stores_nothing,
    two_phones_that_disagree_are_both_kept_and_the_most_severe_stands,
    a_phone_two_years_ahead_changes_neither_times_nor_order,
    a_psychosocial_criterion_does_not_exist_for_an_inspector,
    a_building_of_twelve_dwellings_with_mould_is_a_complex_case_with_its_proof,
    an_immediate_danger_calls_the_cell_once,
    an_escalation_raised_on_site_is_told_back_and_joins_the_danger,
    pull_gives_the_sheets_once_and_again_when_they_change,
    a_cursor_of_another_organisation_starts_over,
    an_answer_lost_after_the_commit_is_made_good_by_sending_again,
    eight_phones_pushing_the_same_events_at_once_store_each_once,
    one_failing_visit_of_another_organisation_changes_nothing_of_ours,
    those_who_do_not_go_in_the_field_neither_push_nor_pull,
);

async fn a_pushed_visit_is_stored_once_however_often_it_is_sent(server: TestServer) {
    let (phone, events) = complex_visit(&server).await;
    let client = server.bearer(Person::Inspector).await;
    let rows = async || (server.count("field_event", "1 = 1").await, server.count("case_entry", "1 = 1").await, server.count("case_file", "1 = 1").await);
    let before = rows().await;
    let reply = phone.push(&client, &events).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), vec!["duplicate"; events.len()]);
    assert_eq!((reply["marker"].as_str(), reply["protocol"].as_u64()), (Some("brigade-push"), Some(1)));
    assert_eq!(rows().await, before);
    // The order of the keys of an object is not its content.
    let backwards = |event: &Value| {
        let members: Vec<String> = event.as_object().expect("an object").iter().rev().map(|(key, value)| format!("\n {key:?} : {value}")).collect();
        format!("{{{}}}", members.join(","))
    };
    let written = events.iter().map(backwards).collect::<Vec<_>>().join(",");
    let message = phone.message(&[]).to_string().replace("\"events\":[]", &format!("\"events\":[{written}]"));
    let reply = client.post_text("/api/v1/sync/push", &message).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), vec!["duplicate"; events.len()]);
    assert_eq!(rows().await, before);
    // And twice within one message.
    let once = phone.observes("exterior", "EXT-02", 2);
    let reply = phone.push(&client, &[once.clone(), once]).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["stored", "duplicate"]);
}

async fn an_event_id_reused_with_another_body_is_set_aside_and_blocks_nothing(server: TestServer) {
    let (phone, events) = complex_visit(&server).await;
    let client = server.bearer(Person::Inspector).await;
    let mut forged = events[3].clone();
    forged["change"]["answer"]["severity"] = json!(0);
    let fresh = phone.observes("exterior", "EXT-02", 2);
    let reply = phone.push(&client, &[forged, fresh]).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["quarantined", "stored"]);
    assert_eq!(reply["verdicts"][0]["code"], "event_quarantined");
    assert_eq!(server.count("field_event_quarantine", "1 = 1").await, 1);
    let place = server.town.tower.door(0);
    assert_eq!(server.count_observations(|record| stands(record, &place, "HUM-01", 3)).await, 1, "the first body stands");
}

fn stands(record: &ObservationRecord, place: &str, criterion: &str, severity: u8) -> bool {
    let standing = record.standing_severity().map(Severity::level);
    record.place.to_string() == place && record.criterion.0 == criterion && standing == Some(severity)
}

/// Events that each break one rule, the code they get and how the French sentence begins.
fn bad_events(server: &TestServer, phone: &Phone) -> Vec<(Value, &'static str, &'static str)> {
    let tower = &server.town.tower;
    let door = tower.door(0);
    let measure = |criterion, number: f64| phone.answers(&door, criterion, &json!({ "status": "observed", "value": { "measure": number } }));
    let but = |mut event: Value, field: &str, value: Value| {
        event[field] = value;
        event
    };
    let good = || phone.observes("exterior", "EXT-01", 2);
    let mut without_change = good();
    without_change.as_object_mut().expect("an object").remove("change");
    let unknown_place = format!("dwelling:{}", new_id());
    vec![
        (phone.observes("common", "ZZZ-01", 2), "unknown_criterion", "Ce critère n’existe pas"),
        (measure("CHA-01", 99.0), "value_out_of_range", ""),
        (but(good(), "colour", json!("red")), "unknown_field", "Le message contient un champ que ce serveur ne connaît pas"),
        (but(good(), "id", json!("not-an-id")), "malformed_id", "L’identifiant n’est pas valide"),
        (but(good(), "id", json!(12)), "malformed_id", "L’identifiant n’est pas valide"),
        (without_change, "missing_field", "Il manque un champ"),
        (phone.observes("common", "EXT-01", 2), "wrong_place", ""),
        (phone.notes(&door, "HUM-01", &"é".repeat(2_001)), "text_too_long", "Le texte est trop long"),
        (phone.photographs(&new_id().to_string(), &door, "PAR-06", b"photo"), "photo_forbidden", "Aucune photo n’est permise"),
        (phone.observes(&unknown_place, "HUM-01", 2), "unknown_dwelling", ""),
        (but(good(), "building_id", json!(new_id().to_string())), "unknown_building", "Cet immeuble n’est pas dans votre tournée"),
        (but(good(), "grid", json!("0".repeat(64))), "unknown_grid", "Cette version de grille est inconnue"),
        (phone.observes(&door, "DRO-01", 2), "severity_not_taken", ""),
        (measure("CHA-02", 1.0), "wrong_value_kind", ""),
        (phone.chooses(&door, "PAR-06", &[]), "empty_value", "La réponse est vide"),
        (phone.chooses(&door, "PAR-06", &["ailleurs"]), "unknown_option", ""),
        (phone.chooses(&door, "PAR-06", &["suivi_prevu", "suivi_prevu"]), "repeated_option", "Un choix est répété"),
        (phone.raises(&new_id().to_string(), "common", "  "), "reason_required", "Indiquez un motif"),
        (phone.event(&json!({ "kind": "demolished" })), "unknown_field", "Le message contient"),
        (json!({}), "missing_field", "Il manque un champ"),
    ]
}

async fn each_bad_event_is_refused_with_its_code_and_the_rest_is_kept(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let bad = bad_events(&server, &phone);
    let mut events = vec![phone.starts()];
    for (event, ..) in &bad {
        events.push(event.clone());
    }
    events.push(phone.observes("exterior", "EXT-01", 2));
    let reply = phone.push(&client, &events).await.expect_status(200).json();
    let verdicts = reply["verdicts"].as_array().expect("verdicts");
    assert_eq!(verdicts.len(), events.len(), "one verdict per event, in the order sent");
    assert_eq!((&verdicts[0]["verdict"], &verdicts[events.len() - 1]["verdict"]), (&json!("stored"), &json!("stored")));
    for (verdict, (event, code, sentence)) in verdicts.iter().skip(1).zip(&bad) {
        assert_eq!((&verdict["verdict"], &verdict["code"]), (&json!("refused"), &json!(code)), "{event}: {verdict}");
        let message = verdict["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty() && message.starts_with(sentence), "{verdict}");
        if let Some(id) = event["id"].as_str() {
            assert_eq!(verdict["event_id"], id);
        }
    }
    assert_eq!(server.count("field_event", "1 = 1").await, 2, "a refused event leaves no trace");
    assert_eq!((server.count("photo", "1 = 1").await, server.count("escalation", "1 = 1").await), (0, 0));
}

async fn a_whole_request_out_of_bounds_is_refused_and_stores_nothing(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let path = "/api/v1/sync/push";
    let many: Vec<Value> = std::iter::repeat_with(|| phone.starts()).take(501).collect();
    phone.push(&client, &many).await.expect_refusal(413, "batch_too_large");
    for protocol in [0, 2, 65_535] {
        let mut message = phone.message(&[phone.starts()]);
        message["protocol"] = json!(protocol);
        client.post(path, &message).await.expect_refusal(400, "unsupported_protocol");
    }
    let heavy = phone.notes("exterior", "EXT-01", &"x".repeat(1024 * 1024));
    phone.push(&client, &[heavy]).await.expect_refusal(413, "body_too_large");
    let mut message = phone.message(&[phone.starts()]);
    message["colour"] = json!("red");
    client.post(path, &message).await.expect_refusal(422, "unknown_field");
    let text = Client::send(client.request(reqwest::Method::POST, path).header("content-type", "text/plain").body(phone.message(&[]).to_string())).await;
    text.expect_refusal(415, "unsupported_media_type");
    assert_eq!(server.count("field_event", "1 = 1").await, 0);
    let just_enough: Vec<Value> = many.into_iter().take(500).collect();
    phone.push_stored(&client, &just_enough).await;
}

async fn two_phones_that_disagree_are_both_kept_and_the_most_severe_stands(server: TestServer) {
    let (first_client, second_client) = (server.bearer(Person::Inspector).await, server.bearer(Person::SecondInspector).await);
    let tower = &server.town.tower;
    // Whichever comes first, on two doors.
    for (position, severities) in [(0, [3, 1]), (1, [1, 3])] {
        let door = tower.door(position);
        let first = Phone::in_building(tower);
        let second = Phone::beside(&first);
        let (one, other) = (first.observes(&door, "HUM-01", severities[0]), second.observes(&door, "HUM-01", severities[1]));
        first.push_stored(&first_client, &[first.starts(), first.enters(&tower.doors[position]), one.clone()]).await;
        let reply = second.push(&second_client, std::slice::from_ref(&other)).await.expect_status(200).json();
        assert_eq!(verdicts(&reply), ["conflict"]);
        let case = case_of(&server, tower).await;
        let detail = first_client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
        let visit = detail["visits"].as_array().expect("visits").iter().find(|visit| visit["id"] == first.visit_id.to_string()).expect("the visit");
        let shown = &visit["observations"][0];
        assert_eq!((&shown["conflict"], &shown["event_id"]), (&json!(true), &other["id"]), "the last received is shown, flagged: {shown}");
        assert_eq!(server.count_observations(|record| stands(record, &door, "HUM-01", 3)).await, 1, "the most severe stands");
        for event in [&one, &other] {
            assert_eq!(server.count("field_event", &format!("id = '{}'", event["id"].as_str().expect("an id"))).await, 1, "both are kept");
        }
        let (_, criterion) = inspection_grid::builtin::v1().criterion(&"HUM-01".into()).expect("the criterion");
        assert_eq!(shown["anchor"]["fr"], criterion.anchors[&3].fr, "the anchor is that of the severity that stands");
    }
    // Phones are told both, in the words of each, until somebody decides between them: it is then over for everybody.
    {
        let door = tower.door(3);
        let first = Phone::in_building(tower);
        let second = Phone::beside(&first);
        let (one, other) = (first.observes(&door, "HUM-01", 3), second.observes(&door, "HUM-01", 1));
        first.push_stored(&first_client, &[first.starts(), one.clone()]).await;
        second.push(&second_client, std::slice::from_ref(&other)).await.expect_status(200);
        let told = async |client: &Client| {
            let reply = client.get("/api/v1/sync/pull").await.expect_status(200).json();
            let sheet = reply["buildings"].as_array().expect("sheets").iter().find(|sheet| sheet["id"] == tower.id.to_string()).expect("the building").clone();
            let visits = [&sheet["visit"]].into_iter().chain(sheet["others"].as_array().into_iter().flatten());
            visits.into_iter().find(|visit| visit["id"] == first.visit_id.to_string()).expect("the visit").clone()
        };
        let disputed = told(&first_client).await["conflicts"].clone();
        assert_eq!((disputed.as_array().map(Vec::len), &disputed[0]["place"], &disputed[0]["criterion"]), (Some(1), &json!(door), &json!("HUM-01")));
        let said: Vec<(&Value, &Value, &Value)> = disputed[0]["answers"]
            .as_array()
            .expect("answers")
            .iter()
            .map(|answer| (&answer["event_id"], &answer["by"], &answer["answer"]["severity"]))
            .collect();
        let (by_first, by_second) = (json!(Person::Inspector.name()), json!(Person::SecondInspector.name()));
        assert_eq!(said, [(&other["id"], &by_second, &json!(1)), (&one["id"], &by_first, &json!(3))]);
        let mut decided = second.observes(&door, "HUM-01", 1);
        decided["change"]["based_on"] = other["id"].clone();
        decided["change"]["resolves"] = json!([one["id"]]);
        second.push_stored(&second_client, &[decided]).await;
        let visit = told(&first_client).await;
        assert_eq!(visit.get("conflicts"), None);
        assert_eq!(visit["observations"][0]["answer"]["severity"], 1, "what was decided counts, were it less severe");
        let mut too_many = second.observes(&door, "HUM-01", 2);
        too_many["change"]["resolves"] = json!((0..33).map(|_| new_id().to_string()).collect::<Vec<_>>());
        let reply = second.push(&second_client, &[too_many]).await.expect_status(200).json();
        assert_eq!(reply["verdicts"][0]["code"], "value_out_of_range");
    }
    // Whoever saw the other's answer replaces it.
    let door = tower.door(2);
    let first = Phone::in_building(tower);
    let second = Phone::beside(&first);
    let seen = first.observes(&door, "HUM-01", 3);
    first.push_stored(&first_client, std::slice::from_ref(&seen)).await;
    let mut corrected = second.observes(&door, "HUM-01", 1);
    corrected["change"]["based_on"] = seen["id"].clone();
    second.push_stored(&second_client, &[corrected]).await;
    assert_eq!(server.count_observations(|record| stands(record, &door, "HUM-01", 1)).await, 1);
}

async fn a_phone_two_years_ahead_changes_neither_times_nor_order(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let tower = &server.town.tower;
    let before = now().0;
    let mut ahead = Phone::in_building(tower);
    ahead.clock_skew_ms = 2 * 365 * 24 * 3_600_000;
    ahead.push_stored(&client, &[ahead.starts(), ahead.observes("exterior", "EXT-01", 3)]).await;
    let punctual = Phone::beside(&ahead);
    let last = punctual.observes("exterior", "EXT-01", 2);
    punctual.push(&client, std::slice::from_ref(&last)).await.expect_status(200);
    let after = now().0;
    assert_eq!(server.count("field_batch", &format!("received_at < {before} or received_at > {after}")).await, 0);
    assert_eq!(server.count("visit", &format!("started_at < {before} or started_at > {after}")).await, 0);
    let shown = last["id"].as_str().expect("an id");
    assert_eq!(
        server.count_observations(|record| record.event_id.to_string() == shown).await,
        1,
        "the last received is shown, whatever the phones' clocks say"
    );
}

async fn a_psychosocial_criterion_does_not_exist_for_an_inspector(server: TestServer) {
    let (inspector, psychosocial) = (server.bearer(Person::Inspector).await, server.bearer(Person::Psychosocial).await);
    let tower = &server.town.tower;
    let phone = Phone::in_building(tower);
    let door = tower.door(0);
    let events = [phone.chooses(&door, "MEN-02", &["isolement"]), phone.notes(&door, "MEN-02", "secret"), phone.observes(&door, "HUM-01", 2)];
    let reply = phone.push(&inspector, &events).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["refused", "refused", "stored"]);
    assert_eq!(reply["verdicts"][0]["code"], "unknown_criterion");
    let other = Phone::beside(&phone);
    other.push_stored(&psychosocial, &[other.chooses(&door, "MEN-02", &["isolement"])]).await;
    let pulled = |client: Client| async move { client.get("/api/v1/sync/pull").await.expect_status(200).text() };
    assert!(!pulled(inspector).await.contains("MEN-02"));
    assert!(pulled(psychosocial).await.contains("MEN-02"));
}

async fn a_building_of_twelve_dwellings_with_mould_is_a_complex_case_with_its_proof(server: TestServer) {
    let (_, events) = complex_visit(&server).await;
    let client = server.bearer(Person::Coordinator).await;
    let case = case_of(&server, &server.town.tower).await;
    let detail = client.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!(detail["row"]["complex"], true);
    assert_eq!((detail["complexity_rule"].as_str(), detail["threshold"].as_str()), (Some("complexity-1"), Some("above")));
    let motif = |code: &str| {
        detail["motifs"].as_array().expect("motifs").iter().find(|motif| motif["code"] == code).unwrap_or_else(|| panic!("{code}: {}", detail["motifs"]))
    };
    let evidence = |code: &str| -> BTreeSet<String> {
        motif(code)["evidence"].as_array().expect("evidence").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let sent =
        |positions: &[usize]| -> BTreeSet<String> { positions.iter().filter_map(|position| events[*position]["id"].as_str()).map(str::to_owned).collect() };
    assert_eq!(evidence("CERTAIN"), sent(&[3, 5, 6]), "every issue from severity 2, by event id");
    assert_eq!(evidence("PROPAG"), sent(&[3, 5]), "the same criterion in two dwellings");
    let kinds: Vec<&str> = detail["timeline"].as_array().expect("a timeline").iter().filter_map(|entry| entry["kind"].as_str()).collect();
    assert!(kinds.contains(&"case_opened") && kinds.contains(&"judged_complex"), "{kinds:?}");
    let (visit, score) = (&detail["visits"][0], &detail["visits"][0]["score"]);
    assert_eq!(visit["grid_version"], inspection_grid::builtin::v1().version);
    assert!(score["index"].is_number(), "{score}");
}

async fn an_immediate_danger_calls_the_cell_once(server: TestServer) {
    let (inspector, dispatcher) = (server.bearer(Person::Inspector).await, server.bearer(Person::Dispatcher).await);
    let phone = Phone::in_building(&server.town.tower);
    let events = [phone.starts(), phone.observes("exterior", "EXT-02", 4)];
    phone.push_stored(&inspector, &events).await;
    let raised = open_escalation(&dispatcher).await;
    assert_eq!((&raised["stage"], &raised["dangers"][0]["fr"].is_string(), &raised["place"]), (&json!("raised"), &true, &json!("exterior")));
    assert_eq!(raised["case_id"], case_of(&server, &server.town.tower).await);
    phone.push(&inspector, &events).await.expect_status(200);
    phone.push_stored(&inspector, &[phone.finishes()]).await;
    assert_eq!(open_escalation(&dispatcher).await["id"], raised["id"], "sending again does not call again");
    phone.push_stored(&inspector, &[phone.observes("exterior", "EXT-01", 4)]).await;
    let joined = open_escalation(&dispatcher).await;
    assert_eq!((&joined["id"], joined["dangers"].as_array().map(Vec::len)), (&raised["id"], Some(2)), "another danger of the building joins the call");
    assert!(joined["revision"].as_i64() > raised["revision"].as_i64());
}

async fn an_escalation_raised_on_site_is_told_back_and_joins_the_danger(server: TestServer) {
    let (inspector, dispatcher) = (server.bearer(Person::Inspector).await, server.bearer(Person::Dispatcher).await);
    let phone = Phone::in_building(&server.town.tower);
    let id = new_id().to_string();
    let events = [phone.raises(&id, "common", "Odeur de gaz au sous-sol"), phone.observes("exterior", "EXT-02", 4)];
    let reply = phone.push_stored(&inspector, &events).await;
    assert_eq!(reply["escalations"], json!([id]), "the phone may stop saying NON TRANSMIS");
    let raised = open_escalation(&dispatcher).await;
    assert_eq!((&raised["id"], &raised["reason"], &raised["called_911"]), (&json!(id), &json!("Odeur de gaz au sous-sol"), &json!(true)));
    assert_eq!(raised["dangers"].as_array().map(Vec::len), Some(1));
    assert_eq!(raised["raised_by"], Person::Inspector.name());
    case_of(&server, &server.town.tower).await;
}

async fn pull_gives_the_sheets_once_and_again_when_they_change(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let pull = async |cursor: &str| client.get(&format!("/api/v1/sync/pull?cursor={cursor}")).await.expect_status(200).json();
    let cursor = |reply: &Value| reply["cursor"].as_str().expect("a cursor").to_owned();
    let first = pull("").await;
    assert_eq!((first["marker"].as_str(), first["buildings"].as_array().map(Vec::len)), (Some("brigade-pull"), Some(2)));
    let (tower, house) = (server.town.tower.id.to_string(), server.town.house.id.to_string());
    assert_eq!(ids(&first["buildings"]), [tower.clone(), house]);
    assert_eq!(first["buildings"][0]["doors"].as_array().map(Vec::len), Some(12));
    let grid = first["grid"].as_str().expect("a grid hash");
    let grid = client.get(&format!("/api/v1/grids/{grid}")).await.expect_status(200).json();
    assert_eq!(grid["hash"], first["grid"]);
    let second = pull(&cursor(&first)).await;
    assert_eq!((second["buildings"].as_array().map(Vec::len), cursor(&second)), (Some(0), cursor(&first)));
    let (phone, _) = complex_visit(&server).await;
    let third = pull(&cursor(&second)).await;
    assert_eq!(ids(&third["buildings"]), [tower]);
    let visit = &third["buildings"][0]["visit"];
    assert_eq!((&visit["id"], visit["observations"].as_array().map(Vec::len)), (&json!(phone.visit_id), Some(3)));
    assert_eq!(third["buildings"][0]["open_cases"], 1);
    assert_eq!(pull(&cursor(&third)).await["buildings"], json!([]));
    for bad in ["x", "MS4", "%F0%9F%92%A9"] {
        client.get(&format!("/api/v1/sync/pull?cursor={bad}")).await.expect_refusal(400, "bad_cursor");
    }
}

/// A second brigade with an inspector of its own and no building.
async fn neighbour(server: &TestServer) -> Client {
    let mut tx = server.brigade.store.begin().await.expect("a transaction begins");
    let id = organisation(&mut tx, "Brigade voisine", OrganisationKind::Brigade, None, now()).await;
    tx.commit().await.expect("kept");
    let client = server.bearer(Person::SecondInspector).await;
    server.alter(&format!("update account set organisation_id = '{id}' where email = '{}'", Person::SecondInspector.email())).await;
    client
}

async fn a_cursor_of_another_organisation_starts_over(server: TestServer) {
    let (ours, theirs) = (server.bearer(Person::Inspector).await, neighbour(&server).await);
    let reply = ours.get("/api/v1/sync/pull").await.expect_status(200).json();
    let cursor = reply["cursor"].as_str().expect("a cursor");
    let reply = theirs.get(&format!("/api/v1/sync/pull?cursor={cursor}")).await.expect_status(200).json();
    assert_eq!(reply["buildings"], json!([]));
    let their_cursor = reply["cursor"].as_str().expect("a cursor");
    assert_ne!(their_cursor, cursor);
    let reply = ours.get(&format!("/api/v1/sync/pull?cursor={their_cursor}")).await.expect_status(200).json();
    assert_eq!(reply["buildings"].as_array().map(Vec::len), Some(2), "nothing is skipped");
}

async fn one_failing_visit_of_another_organisation_changes_nothing_of_ours(server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let theirs = neighbour(&server).await;
    let other = Phone::beside(&phone);
    let stranger = Phone::in_building(&server.town.tower);
    let events = [other.observes("exterior", "EXT-01", 0), other.finishes(), stranger.starts(), stranger.observes("exterior", "EXT-02", 4)];
    let reply = other.push(&theirs, &events).await.expect_status(200).json();
    for verdict in reply["verdicts"].as_array().expect("verdicts") {
        assert_eq!((&verdict["verdict"], &verdict["code"]), (&json!("refused"), &json!("unknown_building")));
    }
    assert_eq!((server.count("visit", "finished_at is not null").await, server.count("escalation", "1 = 1").await), (0, 0));
}

async fn those_who_do_not_go_in_the_field_neither_push_nor_pull(server: TestServer) {
    let phone = Phone::in_building(&server.town.tower);
    for person in [Person::Dispatcher, Person::Administrator, Person::Privacy, Person::Longueuil, Person::Cisss] {
        let client = server.bearer(person).await;
        phone.push(&client, &[phone.starts()]).await.expect_refusal(403, "not_allowed");
        client.get("/api/v1/sync/pull").await.expect_refusal(403, "not_allowed");
    }
    assert_eq!(server.count("field_event", "1 = 1").await, 0);
}

async fn an_answer_lost_after_the_commit_is_made_good_by_sending_again(server: TestServer) {
    let token = server.token(Person::Inspector).await;
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let events = [phone.starts(), phone.observes("exterior", "EXT-01", 3), phone.raises(&new_id().to_string(), "common", "Fumée")];
    let body = phone.message(&events).to_string();
    let address = server.address();
    let mut line = TcpStream::connect(&address).await.expect("the server listens");
    let request = format!(
        "POST /api/v1/sync/push HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    line.write_all(request.as_bytes()).await.expect("the request is sent");
    // The commit is seen from beside; then the line is cut without reading the answer.
    let committed = async {
        while server.count("field_event", "1 = 1").await < 3 {
            tokio::task::yield_now().await;
        }
    };
    // Not a measure: a server that refuses would otherwise keep this story waiting for ever.
    tokio::time::timeout(std::time::Duration::from_mins(1), committed).await.expect("the push is committed");
    drop(line);
    let reply: PushReply = serde_json::from_value(phone.push(&client, &events).await.expect_status(200).json()).expect("our answer");
    assert!(reply.verdicts.iter().all(|verdict| verdict.code.is_none()));
    assert_eq!(server.count("field_event", "1 = 1").await, 3);
    assert_eq!((server.count("case_file", "1 = 1").await, server.count("escalation", "1 = 1").await), (1, 1));
    assert_eq!(server.count("case_entry", "kind = 'case_opened'").await, 1);
}

async fn eight_phones_pushing_the_same_events_at_once_store_each_once(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let phone = Phone::in_building(&server.town.tower);
    let tower = &server.town.tower;
    let mut events = vec![phone.starts()];
    for door in 0..12 {
        events.push(phone.enters(&tower.doors[door]));
        events.push(phone.observes(&tower.door(door), "HUM-01", 2));
    }
    let pushes = (0..8).map(|_| phone.push(&client, &events));
    let answers = futures::future::join_all(pushes).await;
    let mut stored = 0;
    for answer in answers {
        let reply = answer.expect_status(200).json();
        let kinds = verdicts(&reply);
        assert!(kinds.iter().all(|kind| ["stored", "duplicate"].contains(kind)), "{kinds:?}");
        stored += kinds.iter().filter(|kind| **kind == "stored").count();
    }
    assert_eq!(stored, events.len());
    assert_eq!(server.count("field_event", "1 = 1").await, i64::try_from(events.len()).expect("few"));
    assert_eq!((server.count("case_file", "1 = 1").await, server.count("field_event_quarantine", "1 = 1").await), (1, 0));
    let rows = store::case::list(server.brigade.store.reader(), &store::CaseFilter::default(), None, 10).await.expect("the list");
    assert!(rows[0].complex);
}
