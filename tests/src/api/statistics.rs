//! Statistics without names: counted once, withheld where few, shown to those they are for.

use casework::{
    case::{Case, CaseNumber, CaseOutcome, OpeningReason},
    clock::Timestamp,
    ids::CaseId,
    referral::Day,
    statistics::Quarter,
};
use inspection_grid::Band;
use serde_json::{Value, json};
use server::{
    application::publish_statistics,
    clock::{day_start, local_date, new_id, now},
    store::{self, CaseRecord, Tx},
};

use super::{
    consents,
    scenes::{one_more_building, refer, referral},
};
use crate::support::{Building, Person, TestServer, on_both_databases};

on_both_databases!(
    a_quarter_is_counted_once_and_nothing_few_is_in_it,
    a_city_is_shown_what_it_may_know_of_and_nobody_elses,
    referrals_are_counted_that_whoever_reads_could_not_list_apart,
    those_whom_statistics_are_not_for_find_none,
    the_file_for_a_spreadsheet_runs_nothing,
    what_is_no_quarter_is_refused,
);

const PATH: &str = "/api/v1/statistics";

/// The last quarter that is settled, and a moment within it.
fn settled() -> (Quarter, Timestamp) {
    let today: Day = local_date(now()).parse().expect("a day");
    let year_before = local_date(now().plus_ms(-360 * Timestamp::DAY_MS)).parse().expect("a day");
    let mut quarter = Quarter::of(year_before);
    while quarter.next().is_settled(today) {
        quarter = quarter.next();
    }
    (quarter, day_start(&quarter.first_day()).plus_ms(40 * Timestamp::DAY_MS))
}

/// Cases opened and closed at a moment, of one band: one building may have had many.
async fn cases(tx: &mut Tx, server: &TestServer, place: &Building, band: Option<Band>, count: u32, first: u32, at: Timestamp) {
    let by = server.town.accounts[&Person::Coordinator];
    for sequence in first..first + count {
        let case = Case::open(CaseId(new_id()), CaseNumber { year: 2026, sequence }, place.id, OpeningReason::Complex, None, at);
        let outcome = if sequence % 2 == 0 { CaseOutcome::Corrected } else { CaseOutcome::OwnerFailure };
        let record = CaseRecord {
            case: case.close(outcome, "Fait", by, at).expect("closed"),
            building: place.row.clone(),
            band,
            index: None,
            danger: false,
            complex: false,
            motifs: Vec::new(),
            motifs_confidential: Vec::new(),
            updated_at: at,
            revision: 1,
            referrals_waiting: 0,
            referrals_waiting_in_all: 0,
            escalation_open: false,
        };
        store::case::insert(tx, &record).await.expect("stored");
    }
}

/// Twelve grave cases and three that the building alone does not show in Longueuil, three in Brossard.
async fn scene(server: &TestServer) -> Quarter {
    let (quarter, at) = settled();
    let (longueuil, brossard) = (one_more_building(server, "1, rue Comptée", "Longueuil").await, one_more_building(server, "2, rue Comptée", "Brossard").await);
    // At once: the program counts by itself too, whenever it looks.
    let mut tx = server.brigade.store.begin().await.expect("a transaction begins");
    cases(&mut tx, server, &longueuil, Some(Band::C), 12, 100, at).await;
    cases(&mut tx, server, &longueuil, None, 3, 200, at).await;
    cases(&mut tx, server, &brossard, Some(Band::D), 3, 300, at).await;
    tx.commit().await.expect("kept");
    publish_statistics::publish_due(&server.brigade, now()).await.expect("counted");
    quarter
}

async fn read(server: &TestServer, person: Person) -> Value {
    server.bearer(person).await.get(PATH).await.expect_status(200).json()
}

fn indicator(answer: &Value, municipality: &str, indicator: &str) -> Value {
    let territories = answer["shown"]["territories"].as_array().expect("territories").iter();
    let of_place = territories.filter(|figures| figures["municipality"] == json!(municipality)).filter_map(|figures| figures["indicators"].as_array());
    of_place.flatten().find(|figures| figures["indicator"] == json!(indicator)).cloned().unwrap_or_default()
}

/// Every number that is shown as a count.
fn counts(value: &Value) -> Vec<u64> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| match value.as_u64().filter(|_| name == "count" || name == "total") {
                Some(count) => vec![count],
                None => counts(value),
            })
            .collect(),
        Value::Array(values) => values.iter().flat_map(counts).collect(),
        _ => Vec::new(),
    }
}

async fn a_quarter_is_counted_once_and_nothing_few_is_in_it(server: TestServer) {
    let empty = read(&server, Person::Coordinator).await;
    assert_eq!((&empty["quarters"], &empty["shown"]), (&json!([]), &Value::Null), "nothing is counted of nothing");
    let quarter = scene(&server).await;
    assert_eq!(publish_statistics::publish_due(&server.brigade, now()).await.expect("counted"), 0, "once, however often the program starts");
    let counted = read(&server, Person::Coordinator).await;
    assert_eq!(
        (&counted["quarters"], &counted["shown"]["quarter"], &counted["small"]),
        (&json!([quarter.to_string()]), &json!(quarter.to_string()), &json!(5))
    );
    assert_eq!(indicator(&counted, "Longueuil", "cases_opened")["total"], json!(15));
    assert_eq!(indicator(&counted, "Longueuil", "cases_closed")["total"], json!(15));
    let outcomes = &indicator(&counted, "Longueuil", "cases_closed")["splits"][1];
    let read_together: Vec<(usize, u64)> = outcomes["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .map(|part| (part["codes"].as_array().map_or(0, Vec::len), part["count"].as_u64().unwrap_or_default()))
        .collect();
    assert_eq!((&outcomes["by"], read_together), (&json!("outcome"), vec![(2, 8), (5, 7)]), "outcomes that nobody had are read with others");
    let bands = &indicator(&counted, "Longueuil", "cases_opened")["splits"][0];
    assert_eq!((&bands["by"], &bands["parts"]), (&json!("borough"), &json!([])));
    assert_eq!(indicator(&counted, "Brossard", "cases_opened")["total"], Value::Null, "three are few");
    assert_eq!(indicator(&counted, "Longueuil", "referrals_sent")["total"], Value::Null, "and so are none");
    assert!(counts(&counted).iter().all(|count| *count >= 5), "{counted}");
    // Not even where it is kept.
    let kept = store::statistics::by_quarter(server.brigade.store.reader(), quarter).await.expect("an answer").expect("the quarter");
    assert!(counts(&serde_json::to_value(&kept).expect("JSON")).iter().all(|count| *count >= 5));
    // What happens later changes nothing of it: no difference between two readings tells of the one case that moved.
    server.alter("delete from case_file where number like 'B-2026-01%'").await;
    let (_, at) = settled();
    let more = one_more_building(&server, "3, rue Comptée", "Brossard").await;
    let mut tx = server.brigade.store.begin().await.expect("a transaction begins");
    cases(&mut tx, &server, &more, Some(Band::A), 9, 400, at).await;
    tx.commit().await.expect("kept");
    assert_eq!(publish_statistics::publish_due(&server.brigade, now()).await.expect("counted"), 0);
    assert_eq!(read(&server, Person::Coordinator).await, counted);
    let page = server.bearer(Person::Administrator).await.get("/bureau/statistiques").await.expect_status(200).text();
    assert!(page.contains("dépersonnalisé") && page.contains("Longueuil") && page.contains("moins de 5"));
    for word in ["anonyme", "anonymis"] {
        assert!(!page.to_lowercase().contains(word), "they are not {word}");
    }
    assert_eq!(server.count("audit", "action = 'statistics.counted'").await, 1);
}

async fn a_city_is_shown_what_it_may_know_of_and_nobody_elses(server: TestServer) {
    scene(&server).await;
    for person in [Person::Coordinator, Person::Privacy, Person::Administrator] {
        let told = read(&server, person).await;
        assert_eq!(indicator(&told, "Longueuil", "cases_opened")["total"], json!(15), "{person:?}");
        assert!(indicator(&told, "Brossard", "cases_opened").is_object(), "{person:?}");
    }
    let city = read(&server, Person::Longueuil).await;
    assert_eq!(indicator(&city, "Longueuil", "cases_opened")["total"], json!(12), "those that the building makes cases");
    assert!(!city.to_string().contains("Brossard"), "{city}");
    let other = read(&server, Person::Brossard).await;
    assert!(!other.to_string().contains("Longueuil") && other.to_string().contains("Brossard"), "{other}");
}

async fn referrals_are_counted_that_whoever_reads_could_not_list_apart(server: TestServer) {
    let case = consents::case(&server).await;
    let (_, at) = settled();
    for _ in 0..5 {
        refer(&server, &referral(&server, &case)).await;
    }
    let mut to_the_city = referral(&server, &case);
    to_the_city["to_organisation"] = json!(server.town.longueuil);
    refer(&server, &to_the_city).await;
    let consent = consents::record(&server, &case, &consents::message(&server.town.tower.doors[0], server.town.cisss)).await;
    let of_people = consents::sharing(&server, &case, &[(&consent, "psychosocial")]);
    server.bearer(Person::Psychosocial).await.post("/api/v1/referrals", &of_people).await.expect_status(201);
    assert_eq!(server.count("referral", "confidential = 1").await, 1);
    server.alter(&format!("update referral set sent_at = {}", at.0)).await;
    server.alter(&format!("update case_file set opened_at = {}", at.0)).await;
    publish_statistics::publish_due(&server.brigade, now()).await.expect("counted");
    // The coordinator has the list of the six, the city of the one it received.
    assert_eq!(indicator(&read(&server, Person::Coordinator).await, "Longueuil", "referrals_sent")["total"], json!(6));
    assert_eq!(indicator(&read(&server, Person::Longueuil).await, "Longueuil", "referrals_sent")["total"], json!(5));
}

async fn those_whom_statistics_are_not_for_find_none(server: TestServer) {
    let quarter = scene(&server).await;
    for person in Person::ALL {
        let client = server.bearer(person).await;
        let may = matches!(person, Person::Coordinator | Person::Privacy | Person::Administrator | Person::Longueuil | Person::Brossard);
        for path in [PATH.to_owned(), format!("{PATH}?quarter={quarter}"), format!("{PATH}?format=csv"), "/bureau/statistiques".to_owned()] {
            client.get(&path).await.expect_status(if may { 200 } else { 404 });
        }
    }
    // A city without a territory is shown nobody else's.
    server.alter("update organisation set municipality = null where name like '%Longueuil%'").await;
    server.bearer(Person::Longueuil).await.get(PATH).await.expect_refusal(404, "not_found");
}

async fn the_file_for_a_spreadsheet_runs_nothing(server: TestServer) {
    let (_, at) = settled();
    let place = one_more_building(&server, "1, rue Comptée", "Longueuil").await;
    server.alter(&format!("update building set municipality = '=HYPERLINK(1)', borough = '+1' where id = '{}'", place.id)).await;
    let other = one_more_building(&server, "2, rue Comptée", "Longueuil").await;
    server.alter(&format!("update building set municipality = '=HYPERLINK(1)', borough = '@2' where id = '{}'", other.id)).await;
    let mut tx = server.brigade.store.begin().await.expect("a transaction begins");
    cases(&mut tx, &server, &place, Some(Band::C), 6, 100, at).await;
    cases(&mut tx, &server, &other, Some(Band::C), 7, 200, at).await;
    tx.commit().await.expect("kept");
    publish_statistics::publish_due(&server.brigade, now()).await.expect("counted");
    let file = server.bearer(Person::Coordinator).await.get(&format!("{PATH}?format=csv")).await.expect_status(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.header("content-disposition").is_some_and(|name| name.starts_with("attachment; filename=\"statistiques-")));
    let text = file.text();
    assert!(text.starts_with('\u{feff}') && text.contains("\"'=HYPERLINK(1)\"") && text.contains("\"'+1\",\"6\"") && text.contains("\"'@2\",\"7\""), "{text}");
    assert!(text.contains("\"Total\",\"\",\"13\"") && text.contains("moins de 5 ou retenu"), "{text}");
    for line in text.trim_start_matches('\u{feff}').lines() {
        assert!(line.split("\",\"").all(|field| !field.trim_start_matches('"').starts_with(['=', '+', '-', '@'])), "{line}");
    }
}

async fn what_is_no_quarter_is_refused(server: TestServer) {
    let client = server.bearer(Person::Coordinator).await;
    client.get(&format!("{PATH}?format=csv")).await.expect_refusal(404, "not_found");
    scene(&server).await;
    for wrong in ["2026", "2026-T9", "2026-07", "x"] {
        let error = client.get(&format!("{PATH}?quarter={wrong}")).await.expect_refusal(422, "value_out_of_range").error();
        assert_eq!(error.detail.as_deref(), Some("quarter"));
    }
    client.get(&format!("{PATH}?quarter=1999-T1")).await.expect_refusal(404, "not_found");
    client.get(&format!("{PATH}?format=xlsx")).await.expect_refusal(422, "value_out_of_range");
}
