//! The directory of partners and the agreements with them: who keeps them, what is found, what a referral is told of them, what is everybody's.

use serde_json::{Value, json};
use server::clock::{local_date, new_id, now};

use super::{
    consents,
    scenes::{case_in, case_of, complex_visit, flash, referral},
};
use crate::support::{Answer, Client, Person, TestServer, on_both_databases};

on_both_databases!(
    a_service_is_kept_by_coordination_found_by_need_and_place_and_read_by_the_brigade,
    what_a_service_says_wrongly_is_refused_and_nothing_is_kept,
    one_click_sent_twice_is_one_service_and_two_writers_are_told,
    everybody_reads_what_is_public_and_nothing_else,
    an_agreement_has_its_versions_and_is_shown_before_it_ends,
    what_consent_permits_goes_without_an_agreement_and_the_history_says_so,
    a_referral_is_for_a_service_whose_reach_and_contact_are_before_ones_eyes,
);

/// A service of the CISSS, as the form sends it.
fn fields(name: &str) -> Vec<(String, String)> {
    [
        ("name", name),
        ("summary", "Paniers de denrées"),
        ("needs", "food"),
        ("needs", "pets"),
        ("areas", "brossard"),
        ("hours_MO", "8h30 à 12h, 13h-16h"),
        ("languages", "fr"),
        ("languages", "es"),
        ("telephone", "450 555-0101"),
        ("site", "exemple.test/aide"),
        ("street", "1, rue Modèle"),
        ("city", "Brossard"),
        ("postal_code", "j4z 1a1"),
        ("pivot_name", "Ana Pivot"),
        ("pivot_telephone", "450 555-0102"),
        ("replacement_name", "Bo Remplace"),
        ("note", "Note de la brigade"),
        ("public", "1"),
        ("active", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn with(mut fields: Vec<(String, String)>, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

async fn post(client: &Client, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.post_form(path, &fields).await
}

/// Adds a service of the CISSS with the plain form and returns its id.
pub async fn add(server: &TestServer, name: &str, changes: &[(&str, &str)]) -> String {
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let (id, cisss) = (new_id().to_string(), server.town.cisss.to_string());
    let all = with(with(fields(name), changes), &[("csrf", &csrf), ("id", &id), ("organisation", &cisss)]);
    let answer = post(&client, "/repertoire/services", &all).await;
    assert_eq!((flash(&answer).as_str(), answer.header("location")), ("success:service_kept", Some(format!("/repertoire/services/{id}").as_str())));
    id
}

async fn found(client: &Client, query: &str) -> Vec<String> {
    let directory = client.get(&format!("/api/v1/directory?{query}")).await.expect_status(200).json();
    directory["services"].as_array().expect("services").iter().map(|row| row["service"]["name"].as_str().expect("a name").to_owned()).collect()
}

async fn a_service_is_kept_by_coordination_found_by_need_and_place_and_read_by_the_brigade(server: TestServer) {
    let id = add(&server, "Comptoir", &[("verified", "1")]).await;
    add(&server, "Partout", &[("areas", "agglomeration"), ("needs", "pests")]).await;
    for person in Person::ALL {
        let client = server.bearer(person).await;
        if matches!(person, Person::Longueuil | Person::Brossard | Person::Cisss) {
            for path in ["/api/v1/directory".to_owned(), format!("/api/v1/directory/services/{id}"), "/api/v1/agreements".to_owned()] {
                client.get(&path).await.expect_refusal(404, "not_found");
            }
            continue;
        }
        assert_eq!(found(&client, "").await, ["Comptoir", "Partout"]);
        let keeps = matches!(person, Person::Coordinator | Person::Administrator);
        let directory = client.get("/api/v1/directory").await.json();
        assert_eq!((&directory["may_keep"], directory["organisations"].as_array().map(Vec::is_empty)), (&json!(keeps), Some(!keeps)), "{person:?}");
    }
    let client = server.bearer(Person::Inspector).await;
    let table = [
        ("need=food", vec!["Comptoir"]),
        ("need=pests", vec!["Partout"]),
        ("place=brossard", vec!["Comptoir", "Partout"]),
        ("place=saint_hubert", vec!["Partout"]),
        ("need=food&place=saint_hubert", vec![]),
        ("need=&place=", vec!["Comptoir", "Partout"]),
        ("need=qui+cherche&place=Mme+Roy", vec!["Comptoir", "Partout"]),
    ];
    for (query, expected) in table {
        assert_eq!(found(&client, query).await, expected, "{query}");
    }
    let page = client.get(&format!("/api/v1/directory/services/{id}")).await.expect_status(200).json();
    let view = &page["service"];
    assert_eq!((&view["contact"]["contact"]["name"], &view["freshness"]), (&json!("Ana Pivot"), &json!("fresh")));
    assert_eq!((&view["verified_by"], &view["verified_on"]), (&json!(Person::Coordinator.name()), &json!(local_date(now()))));
    let service = &view["service"];
    assert_eq!((&service["site"], &service["address"]["postal_code"]), (&json!("https://exemple.test/aide"), &json!("J4Z 1A1")));
    assert_eq!(service["hours"][1], json!({ "day": "MO", "opens": "13:00", "closes": "16:00" }));

    // While the pivot person is away, the replacement is who one rings.
    let (keeper, csrf) = server.browser(Person::Administrator).await;
    let today = local_date(now());
    let changed = with(fields("Comptoir"), &[("csrf", &csrf), ("revision", "1"), ("away_from", &today), ("away_to", &today)]);
    assert_eq!(flash(&post(&keeper, &format!("/repertoire/services/{id}"), &changed).await), "success:service_kept");
    let view = client.get(&format!("/api/v1/directory/services/{id}")).await.json();
    let contact = &view["service"]["contact"];
    assert_eq!((&contact["contact"]["name"], &contact["replaces"], &contact["away_until"]), (&json!("Bo Remplace"), &json!(true), &json!(today)));

    // What is not offered any more is there for those who can offer it again.
    let mut withdrawn = with(changed, &[("revision", "2")]);
    withdrawn.retain(|(name, _)| name != "active");
    assert_eq!(flash(&post(&keeper, &format!("/repertoire/services/{id}"), &withdrawn).await), "success:service_kept");
    assert_eq!(found(&client, "").await, ["Partout"]);
    client.get(&format!("/api/v1/directory/services/{id}")).await.expect_refusal(404, "not_found");
    assert_eq!(found(&server.bearer(Person::Coordinator).await, "").await, ["Partout", "Comptoir"]);

    // Verified over what was before one's eyes.
    let path = format!("/repertoire/services/{id}/verification");
    for (revision, expected) in [("2", "error:revision_conflict"), ("3", "success:service_verified")] {
        assert_eq!(flash(&keeper.post_form(&path, &[("csrf", &csrf), ("revision", revision)]).await), expected);
    }
    let cisss = server.town.cisss;
    for (receives, count) in [("false", 0), ("true", 1)] {
        let fields = [("csrf", csrf.as_str()), ("service", &id), ("receives", receives)];
        assert_eq!(flash(&keeper.post_form(&format!("/repertoire/organismes/{cisss}/references"), &fields).await), "success:organisation_changed");
        assert_eq!(server.count("organisation", &format!("id = '{cisss}' and receives_referrals = 1")).await, count);
    }
}

async fn what_a_service_says_wrongly_is_refused_and_nothing_is_kept(server: TestServer) {
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let cisss = server.town.cisss.to_string();
    let long = "é".repeat(1_001);
    let table: &[(&str, &str, &str)] = &[
        ("name", " ", "missing_field"),
        ("summary", "", "missing_field"),
        ("summary", &long, "text_too_long"),
        ("needs", "money", "value_out_of_range"),
        ("areas", "paris", "value_out_of_range"),
        ("hours_TU", "sur rendez-vous", "value_out_of_range"),
        ("languages", "tlh", "value_out_of_range"),
        ("telephone", "demandez", "value_out_of_range"),
        ("email", "nobody", "value_out_of_range"),
        ("site", "javascript:alert(1)//.x", "value_out_of_range"),
        ("postal_code", "90210", "value_out_of_range"),
        ("away_from", "2026-11-01", "missing_field"),
        ("pivot_name", "", "missing_field"),
        ("organisation", "", "missing_field"),
        ("id", "1", "missing_field"),
    ];
    for (name, value, code) in table {
        let id = new_id().to_string();
        let all = with(with(fields("Comptoir"), &[("csrf", &csrf), ("id", &id), ("organisation", &cisss)]), &[(name, value)]);
        assert_eq!(flash(&post(&client, "/repertoire/services", &all).await), format!("error:{code}"), "{name}");
    }
    for person in [Person::Inspector, Person::Privacy, Person::Cisss] {
        let (client, csrf) = server.browser(person).await;
        let id = new_id().to_string();
        let all = with(fields("Comptoir"), &[("csrf", &csrf), ("id", &id), ("organisation", &cisss)]);
        assert_eq!(flash(&post(&client, "/repertoire/services", &all).await), "error:not_found", "{person:?}");
    }
    let brigade = server.town.brigade.to_string();
    let id = new_id().to_string();
    let of_the_brigade = with(fields("x"), &[("csrf", &csrf), ("id", &id), ("organisation", &brigade)]);
    assert_eq!(flash(&post(&client, "/repertoire/services", &of_the_brigade).await), "error:not_found");
    let absent = with(fields("x"), &[("csrf", &csrf), ("revision", "1")]);
    assert_eq!(flash(&post(&client, &format!("/repertoire/services/{}", new_id()), &absent).await), "error:not_found");
    assert_eq!(server.count("directory_service", "1 = 1").await + server.count("audit", "action like 'directory.%'").await, 0);
}

async fn one_click_sent_twice_is_one_service_and_two_writers_are_told(server: TestServer) {
    let id = add(&server, "Comptoir", &[]).await;
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let cisss = server.town.cisss.to_string();
    let again = with(fields("Comptoir"), &[("csrf", &csrf), ("id", &id), ("organisation", &cisss)]);
    assert_eq!(flash(&post(&client, "/repertoire/services", &again).await), "success:service_kept");
    let other = with(fields("Autre chose"), &[("csrf", &csrf), ("id", &id), ("organisation", &cisss)]);
    assert_eq!(flash(&post(&client, "/repertoire/services", &other).await), "error:revision_conflict");
    let path = format!("/repertoire/services/{id}");
    let change = |name: &str| with(fields(name), &[("csrf", &csrf), ("revision", "1")]);
    for (name, expected) in [("Un", "success:service_kept"), ("Un", "success:service_kept"), ("Deux", "error:revision_conflict")] {
        assert_eq!(flash(&post(&client, &path, &change(name)).await), expected, "{name}");
    }
    assert_eq!(server.count("directory_service", "revision = 2").await, 1);
    assert_eq!(server.count("audit", "action in ('directory.service_added', 'directory.service_changed')").await, 2);
}

async fn everybody_reads_what_is_public_and_nothing_else(server: TestServer) {
    add(&server, "Visible", &[]).await;
    add(&server, "Nommée", &[("pivot_published", "1"), ("pivot_name", "Zoé Publiée")]).await;
    let mut hidden = fields("Cachée");
    hidden.retain(|(name, _)| name != "public");
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let (id, cisss) = (new_id().to_string(), server.town.cisss.to_string());
    let hidden = with(hidden, &[("csrf", &csrf), ("id", &id), ("organisation", &cisss)]);
    assert_eq!(flash(&post(&client, "/repertoire/services", &hidden).await), "success:service_kept");
    let stranger = server.stranger();
    for (address, found) in [
        ("/ressources", true),
        ("/ressources?need=food&place=brossard&lang=fr", true),
        ("/ressources?need=pests", false),
        ("/ressources?need=food&place=saint_hubert", false),
        ("/ressources?lang=en&need=%3Cscript%3E&q=Mme+Roy", true),
    ] {
        let answer = stranger.get(address).await.expect_status(200);
        assert!(answer.header("set-cookie").is_none(), "{address}: no cookie");
        let text = answer.text();
        assert_eq!((text.contains("Visible"), text.contains("Zoé Publiée")), (found, found), "{address}");
        for secret in ["Cachée", "Ana Pivot", "Bo Remplace", "Note de la brigade", "Mme Roy"] {
            assert!(!text.contains(secret), "{address} shows {secret}");
        }
        assert!(text.contains("tel:911") && text.contains("tel:811") && text.contains("tel:211"), "{address}");
        assert!(!text.contains("<script type=\"module\""), "{address} runs nothing");
        let language = if address.contains("lang=en") { "lang=\"en-CA\"" } else { "lang=\"fr-CA\"" };
        assert!(text.contains(&format!("<html {language}")), "{address}");
    }
    // Whoever is signed in reads the same page.
    let signed = client.get("/ressources").await.expect_status(200).text();
    assert!(!signed.contains(Person::Coordinator.name()) && !signed.contains("Cachée"));
    let resources = stranger.get("/api/v1/resources?need=pets").await.expect_status(200).json();
    let names: Vec<&str> = resources["services"].as_array().expect("services").iter().map(|row| row["name"].as_str().expect("a name")).collect();
    assert_eq!((names, &resources["needs"]), (vec!["Visible", "Nommée"], &json!(["food", "pets"])));
}

/// An agreement with the CISSS, as the form sends it.
pub async fn agree(server: &TestServer, changes: &[(&str, &str)]) -> (Answer, String) {
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let (id, cisss) = (new_id().to_string(), server.town.cisss.to_string());
    let terms = [
        ("csrf", csrf.as_str()),
        ("form_id", &id),
        ("organisation", &cisss),
        ("purpose", "Accompagner les ménages"),
        ("sections", "building"),
        ("from", "2026-01-01"),
        ("notice_days", "30"),
        ("remind_days", "60"),
    ];
    let terms = with(terms.map(|(name, value)| (name.to_owned(), value.to_owned())).into(), changes);
    (post(&client, "/repertoire/ententes", &terms).await, id)
}

fn in_days(days: i64) -> String {
    local_date(now().plus_ms(days * casework::clock::Timestamp::DAY_MS))
}

async fn an_agreement_has_its_versions_and_is_shown_before_it_ends(server: TestServer) {
    let soon = in_days(45);
    for (name, value, code) in [
        ("purpose", "", "missing_field"),
        ("sections", "internal", "section_not_shareable"),
        ("sections", "existence", "missing_field"),
        ("from", "demain", "value_out_of_range"),
        ("until", "2025-01-01", "value_out_of_range"),
        ("remind_days", "0", "value_out_of_range"),
        ("notice_days", "-1", "value_out_of_range"),
    ] {
        assert_eq!(flash(&agree(&server, &[(name, value)]).await.0), format!("error:{code}"), "{name}");
    }
    assert_eq!(server.count("agreement", "1 = 1").await, 0, "nothing half-stored");
    let (answer, id) = agree(&server, &[("until", &soon)]).await;
    assert_eq!(flash(&answer), "success:agreement_kept");
    let register = |person| {
        let server = &server;
        async move { server.bearer(person).await.get("/api/v1/agreements").await }
    };
    for person in Person::ALL {
        let reads = matches!(person, Person::Coordinator | Person::Administrator | Person::Privacy);
        register(person).await.expect_status(if reads { 200 } else { 404 });
    }
    let view = register(Person::Privacy).await.json()["agreements"][0].clone();
    assert_eq!((&view["state"], &view["decide_by"], &view["versions"][0]["version"]), (&json!("to_renew"), &json!(in_days(15)), &json!(1)));

    // At the desk of those who keep them, and of nobody else.
    for (person, path, field, is_told) in [
        (Person::Coordinator, "/api/v1/cases", "/agreements_due/0/organisation", true),
        (Person::Administrator, "/api/v1/administration", "/agreements_due/0/organisation", true),
        (Person::Psychosocial, "/api/v1/cases", "/agreements_due/0/organisation", false),
        (Person::Privacy, "/api/v1/cases", "/agreements_due/0/organisation", false),
    ] {
        let answer = server.bearer(person).await.get(path).await.expect_status(200).json();
        assert_eq!(answer.pointer(field).cloned(), is_told.then(|| json!("CISSS des essais")), "{person:?}");
    }

    // Renewed: one more version, with its reason, over the one that was read.
    let (client, csrf) = server.browser(Person::Administrator).await;
    let (form_id, later) = (new_id().to_string(), in_days(400));
    let renew = |form_id: &str, over: &str, reason: &str| {
        let terms = [
            ("csrf", csrf.as_str()),
            ("form_id", form_id),
            ("over", over),
            ("purpose", "Accompagner les ménages"),
            ("sections", "building"),
            ("from", "2026-01-01"),
            ("until", &later),
            ("notice_days", "30"),
            ("remind_days", "60"),
            ("reason", reason),
        ];
        terms.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    let path = format!("/repertoire/ententes/{id}");
    for (form, over, reason, expected) in [
        (form_id.as_str(), "1", "", "error:reason_required"),
        (&form_id, "0", "Renouvelée", "error:missing_field"),
        (&form_id, "1", "Renouvelée", "success:agreement_kept"),
        (&form_id, "1", "Renouvelée", "success:agreement_kept"),
        (&form_id, "1", "Autrement", "error:revision_conflict"),
        (&new_id().to_string(), "1", "Trop tard", "error:revision_conflict"),
    ] {
        assert_eq!(flash(&post(&client, &path, &renew(form, over, reason)).await), expected, "{over} {reason}");
    }
    assert_eq!(flash(&post(&client, &format!("/repertoire/ententes/{}", new_id()), &renew(&new_id().to_string(), "1", "x")).await), "error:not_found");
    let view = register(Person::Administrator).await.json()["agreements"][0].clone();
    assert_eq!((&view["state"], view["versions"].as_array().map(Vec::len)), (&json!("standing"), Some(2)));
    assert_eq!(view["versions"][0]["reason"], json!("Renouvelée"));
    assert_eq!(server.bearer(Person::Coordinator).await.get("/api/v1/cases").await.json().get("agreements_due"), None);
    assert_eq!(server.count("agreement_version", "1 = 1").await, 2);
}

fn history(detail: &Value) -> Vec<String> {
    let lines = detail["history"].as_array().expect("a history").iter();
    lines.filter_map(|line| line["text"].as_str()).filter(|text| text.contains("agreement")).map(str::to_owned).collect()
}

async fn what_consent_permits_goes_without_an_agreement_and_the_history_says_so(server: TestServer) {
    let case = consents::case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let consent = consents::record(&server, &case, &consents::message(&server.town.tower.doors[0], server.town.cisss)).await;
    let shared = || consents::sharing(&server, &case, &[(&consent, "psychosocial")]);
    let send = async |message: &Value| {
        let id = worker.post("/api/v1/referrals", message).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
        worker.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json()
    };
    // Without an agreement: consent permits, the draft says what is not framed, the history keeps it.
    let mut draft = shared();
    draft["draft"] = json!(true);
    let looked_at = send(&draft).await;
    let before = &looked_at["before_sending"];
    assert_eq!((&before["framing"]["stands"], &before["unframed"]), (&json!(false), &json!(["psychosocial"])));
    let id = draft["id"].as_str().expect("an id").to_owned();
    worker.post(&format!("/api/v1/referrals/{id}/send"), &json!({})).await.expect_status(204);
    let gone = worker.get(&format!("/api/v1/referrals/{id}")).await.json();
    assert_eq!((history(&gone), gone.get("before_sending")), (vec!["no_agreement : psychosocial".to_owned()], None));
    let partner = server.bearer(Person::Cisss).await.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json();
    assert!(partner["shared_sections"].to_string().contains("psychosocial"), "consent permits");
    assert!(partner.get("before_sending").is_none());
    assert_eq!(history(&send(&referral(&server, &case)).await), Vec::<String>::new(), "a building says nothing of anybody");

    // An agreement that leaves it out, then one that frames it, then one that is over.
    agree(&server, &[]).await;
    assert_eq!(history(&send(&shared()).await), ["outside_agreement : psychosocial"]);
    agree(&server, &[("sections", "psychosocial"), ("until", &in_days(90))]).await;
    assert_eq!(history(&send(&shared()).await), Vec::<String>::new());
    assert_eq!(server.count("audit", "action = 'referral.unframed'").await, 2);

    // No agreement ever stands for consent.
    let mut without = referral(&server, &case);
    without["sections"] = json!(["psychosocial"]);
    worker.post("/api/v1/referrals", &without).await.expect_refusal(422, "consent_required");
}

async fn a_referral_is_for_a_service_whose_reach_and_contact_are_before_ones_eyes(server: TestServer) {
    complex_visit(&server).await;
    let case = case_of(&server, &server.town.tower).await;
    let service = add(&server, "Comptoir", &[]).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let detail = coordinator.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    let choice = detail["partners"].as_array().expect("partners").iter().find(|row| row["name"] == "CISSS des essais").expect("the CISSS").clone();
    assert_eq!((&choice["services"][0]["serves"], &choice["framing"]["stands"]), (&json!("no"), &json!(false)), "the tower is in Longueuil");
    assert_eq!(choice["services"][0]["service"]["contact"]["contact"]["telephone"], json!("450 555-0102"));
    case_in(&server, &server.town.house).await;
    let other = case_of(&server, &server.town.house).await;
    let detail = coordinator.get(&format!("/api/v1/cases/{other}")).await.json();
    assert!(detail["partners"].to_string().contains("\"serves\":\"yes\""), "the house is in Brossard");

    // A warning, not a wall.
    let mut message = referral(&server, &case);
    message["service_id"] = json!(service);
    let id = coordinator.post("/api/v1/referrals", &message).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    coordinator.post("/api/v1/referrals", &message).await.expect_status(201);
    let sent = coordinator.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json();
    assert_eq!((&sent["row"]["service"], &sent["pivot_person"]), (&json!("Comptoir"), &json!("Ana Pivot")));
    let mut otherwise = message.clone();
    otherwise.as_object_mut().expect("a message").remove("service_id");
    coordinator.post("/api/v1/referrals", &otherwise).await.expect_refusal(409, "revision_conflict");
    for (to, chosen) in [(server.town.longueuil.to_string(), service.clone()), (server.town.cisss.to_string(), new_id().to_string())] {
        let mut wrong = referral(&server, &case);
        wrong["to_organisation"] = json!(to);
        wrong["service_id"] = json!(chosen);
        coordinator.post("/api/v1/referrals", &wrong).await.expect_refusal(404, "not_found");
    }

    // As the form says it, in one field.
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let (id, to) = (new_id().to_string(), format!("{} {service}", server.town.cisss));
    let fields = [
        ("csrf", csrf.as_str()),
        ("id", &id),
        ("to_organisation", &to),
        ("reason", "Panier demandé"),
        ("urgency", "routine"),
        ("due_in_days", "5"),
        ("draft", "1"),
    ];
    assert_eq!(flash(&client.post_form(&format!("/bureau/dossiers/{case}/references"), &fields).await), "success:referral_drafted");
    let draft = coordinator.get(&format!("/api/v1/referrals/{id}")).await.expect_status(200).json();
    assert_eq!(draft["before_sending"]["service"]["serves"], json!("no"));
    let page = client.get(&format!("/partenaires/{id}")).await.expect_status(200).text();
    assert!(page.contains("Avant l’envoi") && page.contains("autre territoire"));
}
