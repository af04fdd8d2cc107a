use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{case_of, complex_visit, ids, refer, referral};
use crate::support::{Client, Person, TestServer, on_both_databases};

on_both_databases!(
    a_long_list_is_read_by_pages_and_told_in_counts,
    a_filter_that_is_none_is_refused_with_its_field,
    a_partner_searches_what_it_received_and_never_how_the_brigade_writes_what_it_signalled,
    the_map_leads_a_partner_to_the_last_referral_about_a_building,
);

async fn read(client: &Client, query: &str) -> Value {
    client.get(&format!("/api/v1/referrals{query}")).await.expect_status(200).json()
}

async fn a_long_list_is_read_by_pages_and_told_in_counts(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut sent = Vec::new();
    for days in [9, 3, 6, 1, 30] {
        let mut message = referral(&server, &case);
        message["due_in_days"] = json!(days);
        sent.push((days, refer(&server, &message).await));
    }
    sent.sort();
    let by_deadline: Vec<String> = sent.into_iter().map(|(_, id)| id).collect();
    let partner = server.bearer(Person::Cisss).await;
    let whole = read(&partner, "").await;
    assert_eq!((ids(&whole["received"]), &whole["received_next"]), (by_deadline.clone(), &Value::Null));
    assert_eq!(whole["received_counts"], json!({ "to_answer": 5, "late": 0, "to_read": 0, "under_way": 0, "over": 0, "to_redirect": 0, "to_forward": 0 }));

    let (mut paged, mut after) = (Vec::new(), String::new());
    loop {
        let page = read(&partner, &format!("?side=received&limit=2{after}")).await;
        paged.extend(ids(&page["received"]));
        assert_eq!((&page["sent"], &page["received_counts"]), (&json!([]), &whole["received_counts"]), "the other side is only counted");
        let Some(next) = page["received_next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(paged, by_deadline);

    let accept = json!({});
    partner.post(&format!("/api/v1/referrals/{}/accept", by_deadline[0]), &accept).await.expect_status(204);
    let after = read(&partner, "?state=to_answer").await;
    assert_eq!(ids(&after["received"]), by_deadline[1..]);
    assert_eq!(ids(&read(&partner, "?state=under_way").await["received"]), by_deadline[..1]);
    assert_eq!(ids(&read(&partner, "?state=over").await["received"]), Vec::<String>::new());
    let said = json!({ "id": new_id().to_string(), "text": "Nous attendons" });
    let coordinator = server.bearer(Person::Coordinator).await;
    coordinator.post(&format!("/api/v1/referrals/{}/messages", by_deadline[3]), &said).await.expect_status(204);
    let news = read(&partner, "?state=to_read").await;
    assert_eq!((ids(&news["received"]), &news["received_counts"]["to_read"]), (vec![by_deadline[3].clone()], &json!(1)));
    assert_eq!(
        read(&coordinator, "").await["sent_counts"],
        json!({ "to_answer": 4, "late": 0, "to_read": 0, "under_way": 1, "over": 0, "to_redirect": 0, "to_forward": 0 })
    );

    partner.post(&format!("/api/v1/referrals/{}/decline", by_deadline[1]), &json!({ "text": "Complet" })).await.expect_status(204);
    assert_eq!(ids(&read(&coordinator, "?state=to_redirect").await["sent"]), by_deadline[1..2]);
    let theirs = read(&partner, "?state=to_redirect").await;
    assert_eq!((&theirs["received"], &theirs["received_counts"]["to_redirect"]), (&json!([]), &json!(0)), "whom the brigade asks next is its own business");

    let page = server.browser(Person::Cisss).await.0.get("/partenaires?side=received&state=to_answer&limit=2").await.expect_status(200).text();
    assert!(page.contains("referrals-next") && page.contains(&by_deadline[2]) && !page.contains(&by_deadline[4]), "the page has its pages");
}

async fn a_filter_that_is_none_is_refused_with_its_field(server: TestServer) {
    let partner = server.bearer(Person::Cisss).await;
    for (query, field) in [
        ("?state=late", "state"),
        ("?side=left", "side"),
        ("?limit=0", "limit"),
        ("?limit=251", "limit"),
        ("?after=MS4w", ""),
        ("?side=received&after=rien", ""),
        ("?side=sent&q=rue", "q"),
    ] {
        let answer = partner.get(&format!("/api/v1/referrals{query}")).await;
        let code = if field.is_empty() { "bad_cursor" } else { "value_out_of_range" };
        assert_eq!(answer.json()["error"]["code"], json!(code), "{query}: {}", answer.text());
        if !field.is_empty() {
            assert_eq!(answer.json()["error"]["detail"], json!(field), "{query}");
        }
    }
}

async fn a_partner_searches_what_it_received_and_never_how_the_brigade_writes_what_it_signalled(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let id = refer(&server, &referral(&server, &case)).await;
    let word = server.town.tower.row.address.split(' ').next_back().expect("a word").to_lowercase();
    let partner = server.bearer(Person::Cisss).await;
    assert_eq!(ids(&read(&partner, &format!("?q={word}")).await["received"]), std::slice::from_ref(&id));
    assert_eq!(ids(&read(&partner, "?q=nullepart").await["received"]), Vec::<String>::new());
    assert_eq!(ids(&read(&partner, "?q=B-2026").await["received"]), Vec::<String>::new(), "a number is no partner’s");
    let coordinator = server.bearer(Person::Coordinator).await;
    assert_eq!(ids(&read(&coordinator, "?q=B-2026").await["sent"]), [id]);
    let signal = json!({
        "id": new_id().to_string(), "address": server.town.tower.row.address, "municipality": server.town.tower.row.municipality,
        "dwellings": 8, "reason": "Chauffage coupé", "urgency": "soon", "due_in_days": 5, "questions": [],
    });
    partner.post("/api/v1/referrals/to-brigade", &signal).await.expect_status(201);
    assert_eq!(read(&partner, "").await["sent"].as_array().map(Vec::len), Some(1));
    assert_eq!(read(&partner, &format!("?q={word}")).await["sent"], json!([]));
}

async fn the_map_leads_a_partner_to_the_last_referral_about_a_building(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let mut message = referral(&server, &case);
    message["to_organisation"] = json!(server.town.longueuil.to_string());
    refer(&server, &message).await;
    message["id"] = json!(new_id().to_string());
    let last = refer(&server, &message).await;
    let way = async |person| {
        let map = server.bearer(person).await.get("/api/v1/map").await.expect_status(200).json();
        let point = map["cases"].as_array().expect("points").iter().find(|point| point["id"] == json!(case)).expect("the case").clone();
        point["referral_id"].clone()
    };
    assert_eq!(way(Person::Longueuil).await, json!(last));
    assert_eq!(way(Person::Coordinator).await, Value::Null);
    let page = server.browser(Person::Longueuil).await.0.get("/carte").await.expect_status(200).text();
    assert!(page.contains(&format!("/partenaires/{last}")));
}
