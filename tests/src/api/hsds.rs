//! HSDS 3.0: what is exported holds to the published schema, what is imported is told row by row and can be read again.
//!
//! The schema itself is under CC BY-SA 4.0 and weighs megabytes: what it requires of what we write (properties, types, formats, closed lists) is written here by
//! hand.

use casework::hsds::{Reason, Remark, RowKind};
use serde_json::{Value, json};
use server::{
    application::import_directory::{ImportOptions, ImportReport, Outcome, import},
    clock::new_id,
};

use super::{directory::add, scenes::flash};
use crate::support::{Person, TestServer, on_both_databases};

on_both_databases!(
    what_is_exported_holds_to_the_schema_and_names_nobody_who_is_not_published,
    a_list_has_its_pages_and_is_narrowed,
    a_file_is_read_row_by_row_and_again_without_duplicates,
    what_was_changed_here_is_not_written_over,
    a_file_that_is_none_stores_nothing,
    what_is_exported_by_one_is_read_by_another,
);

/// What the schema says of each object: required properties, then every property that we write with its kind.
fn schema(kind: &str) -> (&'static [&'static str], &'static [(&'static str, &'static str)]) {
    match kind {
        "organization" => (
            &["id", "name", "description"],
            &[
                ("id", "uuid"),
                ("name", "string"),
                ("description", "string"),
                ("email", "string"),
                ("website", "uri"),
                ("phones", "[phone"),
                ("services", "[service"),
            ],
        ),
        "service" => (
            &["id", "name", "status"],
            &[
                ("id", "uuid"),
                ("organization_id", "uuid"),
                ("name", "string"),
                ("description", "string"),
                ("url", "uri"),
                ("email", "string"),
                ("status", "active|inactive|defunct|temporarily closed"),
                ("eligibility_description", "string"),
                ("assured_date", "date"),
                ("last_modified", "date-time"),
                ("phones", "[phone"),
                ("schedules", "[schedule"),
                ("service_areas", "[service_area"),
                ("service_at_locations", "[service_at_location"),
                ("languages", "[language"),
                ("organization", "organization"),
                ("contacts", "[contact"),
                ("attributes", "[attribute"),
            ],
        ),
        "phone" => (&["id", "number"], &[("id", "uuid"), ("number", "string"), ("type", "string")]),
        "schedule" => {
            (&["id"], &[("id", "uuid"), ("freq", "WEEKLY|MONTHLY"), ("byday", "string"), ("opens_at", "time"), ("closes_at", "time"), ("notes", "string")])
        }
        "service_area" => (&["id"], &[("id", "uuid"), ("name", "string")]),
        "service_at_location" => (&["id"], &[("id", "uuid"), ("service_id", "uuid"), ("location", "location")]),
        "location" => (&["id", "location_type"], &[("id", "uuid"), ("location_type", "physical|postal|virtual"), ("addresses", "[address")]),
        "address" => (
            &["id", "address_1", "city", "state_province", "postal_code", "country", "address_type"],
            &[
                ("id", "uuid"),
                ("address_1", "string"),
                ("city", "string"),
                ("state_province", "string"),
                ("postal_code", "string"),
                ("country", "string"),
                ("address_type", "physical|postal|virtual"),
            ],
        ),
        "language" => (&["id"], &[("id", "uuid"), ("code", "string")]),
        "contact" => (&["id"], &[("id", "uuid"), ("name", "string"), ("title", "string"), ("email", "string"), ("phones", "[phone")]),
        "attribute" => {
            (&["id"], &[("id", "uuid"), ("link_id", "uuid"), ("link_entity", "string"), ("taxonomy_term_id", "uuid"), ("taxonomy_term", "taxonomy_term")])
        }
        "taxonomy_term" => (
            &["id", "name", "description"],
            &[
                ("id", "uuid"),
                ("code", "string"),
                ("name", "string"),
                ("description", "string"),
                ("taxonomy", "string"),
                ("taxonomy_detail", "taxonomy"),
                ("language", "string"),
            ],
        ),
        "taxonomy" => (&["id", "name", "description"], &[("id", "uuid"), ("name", "string"), ("description", "string")]),
        kind => panic!("{kind} is no object of HSDS that we write"),
    }
}

#[track_caller]
fn expect_value(kind: &str, value: &Value, at: &str) {
    if let Some(of_each) = kind.strip_prefix('[') {
        let all = value.as_array().unwrap_or_else(|| panic!("{at} is no list"));
        assert!(!all.is_empty(), "{at} is an empty list: it is left out");
        for (place, one) in all.iter().enumerate() {
            expect_object(of_each, one, &format!("{at}/{place}"));
        }
        return;
    }
    let text = || value.as_str().unwrap_or_else(|| panic!("{at} is no text: {value}"));
    let fits = match kind {
        "string" => !text().is_empty(),
        "uuid" => text().parse::<casework::ids::ServiceId>().is_ok(),
        "uri" => text().starts_with("https://") || text().starts_with("http://"),
        "date" => text().parse::<casework::referral::Day>().is_ok(),
        "date-time" => text().len() == 20 && text().ends_with('Z') && text().as_bytes()[10] == b'T',
        "time" => text().parse::<casework::directory::TimeOfDay>().is_ok() && text().len() == 5,
        closed if closed.contains('|') => closed.split('|').any(|code| code == text()),
        object => return expect_object(object, value, at),
    };
    assert!(fits, "{at} is no {kind}: {value}");
}

#[track_caller]
fn expect_object(kind: &str, value: &Value, at: &str) {
    let object = value.as_object().unwrap_or_else(|| panic!("{at} is no object"));
    let (required, properties) = schema(kind);
    for name in required {
        assert!(object.contains_key(*name), "{at} has no {name}");
    }
    for (name, value) in object {
        let (_, of_property) = properties.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{at}: {name} is no property of {kind}"));
        expect_value(of_property, value, &format!("{at}/{name}"));
    }
}

#[track_caller]
fn expect_page(page: &Value, kind: &str) {
    for number in ["total_items", "total_pages", "page_number", "size"] {
        assert!(page[number].is_u64(), "{number}");
    }
    for flag in ["first_page", "last_page", "empty"] {
        assert!(page[flag].is_boolean(), "{flag}");
    }
    for (place, row) in page["contents"].as_array().expect("contents").iter().enumerate() {
        expect_object(kind, row, &format!("contents/{place}"));
    }
}

const SECRETS: [&str; 5] = ["Bo Remplace", "Note de la brigade", "Cachée", "Ana Pivot", "555-0102"];

async fn what_is_exported_holds_to_the_schema_and_names_nobody_who_is_not_published(server: TestServer) {
    let shown =
        add(&server, "Visible", &[("verified", "1"), ("hours_note", "Sonner"), ("eligibility", "Habiter Brossard"), ("email", "aide@exemple.test")]).await;
    let named = add(&server, "Nommée", &[("pivot_published", "1"), ("pivot_name", "Zoé Publiée"), ("pivot_telephone", "450 555-0199")]).await;
    let hidden = add(&server, "Cachée", &[("public", "")]).await;
    let stranger = server.stranger();
    let get = async |path: &str| stranger.get(&format!("/api/v1/hsds{path}")).await.expect_status(200).json();
    let root = get("").await;
    assert_eq!(root["version"], json!("3.0"));
    for name in ["profile", "openapi_url"] {
        assert!(root[name].as_str().is_some_and(|uri| uri.starts_with("https://")), "{name}");
    }
    let organisation = server.town.cisss;
    for path in ["/services", "/services?full=true"] {
        let page = get(path).await;
        expect_page(&page, "service");
        assert_eq!(page["total_items"], json!(2));
    }
    for path in ["/organizations", "/organizations?full=true"] {
        let page = get(path).await;
        expect_page(&page, "organization");
        assert_eq!((&page["total_items"], &page["contents"][0]["id"]), (&json!(1), &json!(organisation.to_string())));
    }
    for path in [format!("/organizations/{organisation}"), format!("/organizations/{organisation}?full_service=true")] {
        let whole = get(&path).await;
        expect_object("organization", &whole, "");
        assert_eq!(whole["services"].as_array().map(Vec::len), Some(2));
    }
    let service = get(&format!("/services/{shown}")).await;
    expect_object("service", &service, "");
    let written = ["phones", "schedules", "service_areas", "service_at_locations", "languages", "organization", "attributes", "assured_date"];
    assert!(written.iter().all(|name| service.get(*name).is_some()), "{service}");
    assert_eq!(service.get("contacts"), None);
    assert_eq!(get(&format!("/services/{named}")).await["contacts"][0]["name"], json!("Zoé Publiée"));
    for path in ["/services?full=true", "/organizations?full=true"] {
        let text = get(path).await.to_string();
        assert!(text.contains("Zoé Publiée"));
        for secret in SECRETS {
            assert!(!text.contains(secret), "{path} tells {secret}");
        }
    }
    // What is not public answers like what does not exist.
    let absent = stranger.get(&format!("/api/v1/hsds/services/{}", new_id())).await.expect_status(404);
    let not_public = stranger.get(&format!("/api/v1/hsds/services/{hidden}")).await.expect_status(404);
    assert_eq!(absent.body, not_public.body);
    stranger.get(&format!("/api/v1/hsds/organizations/{}", server.town.brossard)).await.expect_refusal(404, "not_found");
    stranger.get("/api/v1/hsds/services/12").await.expect_refusal(400, "malformed_id");
}

async fn a_list_has_its_pages_and_is_narrowed(server: TestServer) {
    for number in 1..=3 {
        add(&server, &format!("Service {number}"), &[("needs", if number == 1 { "pests" } else { "food" })]).await;
    }
    let stranger = server.stranger();
    let get = async |query: &str| stranger.get(&format!("/api/v1/hsds/services?{query}")).await.expect_status(200).json();
    let names = |page: &Value| -> Vec<String> {
        page["contents"].as_array().expect("contents").iter().map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
    };
    let second = get("per_page=2&page=2").await;
    assert_eq!((names(&second), &second["total_pages"], &second["last_page"]), (vec!["Service 3".to_owned()], &json!(2), &json!(true)));
    assert_eq!(get("page=9").await["empty"], json!(true));
    let full = get("full=true").await;
    let term = full["contents"][0]["attributes"][0]["taxonomy_term_id"].as_str().expect("a term").to_owned();
    assert_eq!(names(&get(&format!("taxonomy_term_id={term}")).await), ["Service 1"]);
    assert_eq!(names(&get(&format!("organization_id={}", server.town.brossard)).await), Vec::<String>::new());
    assert_eq!(names(&get("modified_after=2999-01-01T00:00:00Z").await), Vec::<String>::new());
    assert_eq!(names(&get("modified_after=2000-01-01T00:00:00Z").await).len(), 3);
    for query in ["page=0", "per_page=0", "per_page=501", "page=x", "organization_id=x"] {
        stranger.get(&format!("/api/v1/hsds/services?{query}")).await.expect_refusal(422, "value_out_of_range");
    }
}

fn options() -> ImportOptions {
    ImportOptions { source: "211 des essais".to_owned(), publish: false, dry_run: false }
}

async fn read(server: &TestServer, document: &Value) -> ImportReport {
    import(&server.brigade, document.to_string().as_bytes(), &options()).await.expect("the file is read")
}

fn id(number: u128) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}

fn outcomes(report: &ImportReport, kind: RowKind) -> Vec<Outcome> {
    report.taken.iter().filter(|taken| taken.kind == kind).map(|taken| taken.outcome).collect()
}

/// One body that is known by its name, one that is not; services good and bad.
fn file() -> Value {
    let service = |number: u128, name: &str| json!({ "id": id(number), "name": name, "status": "active", "description": format!("{name}, chaque jour") });
    json!({ "contents": [
        { "id": id(1), "name": "cisss des Essais", "description": "Santé", "services": [service(11, "Info-Santé"), { "name": "Sans identifiant", "status": "active" }] },
        { "id": id(2), "name": "Comptoir d’ailleurs", "description": "Aide", "website": "exemple.test", "services": [service(21, "Dépannage"), service(22, "Meubles"), service(21, "Encore")] },
        { "id": "trois", "name": "Sans UUID", "description": "x", "services": [service(31, "De personne")] },
        "rien",
    ] })
}

async fn a_file_is_read_row_by_row_and_again_without_duplicates(server: TestServer) {
    let dry = import(&server.brigade, file().to_string().as_bytes(), &ImportOptions { dry_run: true, ..options() }).await.expect("a trial");
    assert_eq!((dry.count(RowKind::Service, Outcome::Added), server.count("directory_service", "1 = 1").await), (3, 0), "a trial stores nothing");
    let bodies = server.count("organisation", "1 = 1").await;
    let first = read(&server, &file()).await;
    assert_eq!(outcomes(&first, RowKind::Organisation), [Outcome::Added; 2]);
    assert_eq!(outcomes(&first, RowKind::Service), [Outcome::Added; 3]);
    let rejected: Vec<_> = first.rejected.iter().map(|row| (row.kind, row.row, row.reason)).collect();
    assert_eq!(
        rejected,
        [
            (RowKind::Organisation, 3, Reason::IdNotUuid),
            (RowKind::Organisation, 4, Reason::NotAnObject),
            (RowKind::Service, 2, Reason::IdNotUuid),
            (RowKind::Service, 5, Reason::IdRepeated),
            (RowKind::Service, 6, Reason::OrganisationUnknown),
        ]
    );
    assert!(first.taken.iter().any(|taken| taken.remarks == [Remark::NeedUnknown]));
    let lines = server::directory_report::lines(&first, false, app_locale());
    assert_eq!(lines.iter().filter(|line| line.starts_with("Rejeté")).count(), 5);
    assert!(lines.iter().any(|line| line.contains("Services\u{a0}: 3 ajoutés")), "{lines:?}");
    assert_eq!(server.count("organisation", "1 = 1").await, bodies + 1, "a body is known by its name too");
    assert_eq!(server.count("organisation", "name = 'Comptoir d’ailleurs' and receives_referrals = 0").await, 1);
    // Read by the brigade, not published before somebody read it here.
    let directory = server.bearer(Person::Inspector).await.get("/api/v1/directory").await.json();
    assert_eq!((&directory["total"], &directory["services"][0]["source"]), (&json!(3), &json!("211 des essais")));
    assert_eq!(server.stranger().get("/api/v1/hsds/services").await.json()["total_items"], json!(0));

    let again = read(&server, &file()).await;
    assert_eq!((outcomes(&again, RowKind::Organisation), outcomes(&again, RowKind::Service)), (vec![Outcome::Unchanged; 2], vec![Outcome::Unchanged; 3]));
    assert_eq!((server.count("directory_service", "1 = 1").await, server.count("organisation", "1 = 1").await), (3, bodies + 1));
    // The same ids in another directory are other rows.
    let elsewhere = ImportOptions { source: "Ailleurs".to_owned(), publish: true, ..options() };
    let other = import(&server.brigade, file().to_string().as_bytes(), &elsewhere).await.expect("the file is read");
    assert_eq!(other.count(RowKind::Service, Outcome::Added), 3);
    assert_eq!(server.stranger().get("/api/v1/hsds/services").await.json()["total_items"], json!(3));
    // A service that names a body of an earlier file of the same source.
    let alone = json!([{ "id": id(41), "name": "Plus tard", "status": "active", "organization_id": id(2) }]);
    assert_eq!(outcomes(&read(&server, &alone).await, RowKind::Service), [Outcome::Added]);
}

fn app_locale() -> server::directory_report::Locale {
    server::directory_report::Locale::Fr
}

async fn what_was_changed_here_is_not_written_over(server: TestServer) {
    read(&server, &file()).await;
    let mut newer = file();
    for place in [0, 1] {
        newer["contents"][1]["services"][place]["description"] = json!("Nouveau texte");
    }
    // Somebody corrects the first of the two here.
    let directory = server.bearer(Person::Coordinator).await.get("/api/v1/directory").await.json();
    let rows = directory["services"].as_array().expect("services");
    let row = rows.iter().find(|row| row["service"]["name"] == "Dépannage").expect("the service");
    let (client, csrf) = server.browser(Person::Coordinator).await;
    let fields = [("csrf", csrf.as_str()), ("revision", "1"), ("name", "Dépannage"), ("summary", "Corrigé ici"), ("needs", "food"), ("active", "1")];
    let path = format!("/repertoire/services/{}", row["id"].as_str().expect("an id"));
    assert_eq!(flash(&client.post_form(&path, &fields).await), "success:service_kept");
    let report = read(&server, &newer).await;
    assert_eq!(outcomes(&report, RowKind::Service), [Outcome::Unchanged, Outcome::KeptAsHere, Outcome::Changed]);
    let said = server.bearer(Person::Coordinator).await.get("/api/v1/directory").await.json().to_string();
    assert!(said.contains("Corrigé ici") && said.matches("Nouveau texte").count() == 1, "{said}");
    assert_eq!(outcomes(&read(&server, &newer).await, RowKind::Service), [Outcome::Unchanged, Outcome::KeptAsHere, Outcome::Unchanged]);
}

async fn a_file_that_is_none_stores_nothing(server: TestServer) {
    for (bytes, code) in [("", "malformed_json"), ("{\"contents\": [", "malformed_json"), ("[]", "empty_value"), ("{\"organizations.csv\": []}", "empty_value")]
    {
        let error = import(&server.brigade, bytes.as_bytes(), &options()).await.expect_err("refused");
        assert!(error.to_string().contains(code), "{bytes}: {error}");
    }
    let nameless = ImportOptions { source: " ".to_owned(), ..options() };
    import(&server.brigade, file().to_string().as_bytes(), &nameless).await.expect_err("a source has a name");
    assert_eq!(server.count("directory_service", "1 = 1").await + server.count("audit", "action = 'directory.imported'").await, 0);
}

async fn what_is_exported_by_one_is_read_by_another(server: TestServer) {
    add(&server, "Visible", &[]).await;
    let export = server.stranger().get("/api/v1/hsds/services?full=true").await.expect_status(200).json();
    let own = read(&server, &export).await;
    let rejected: Vec<_> = own.rejected.iter().map(|row| (row.kind, row.reason)).collect();
    assert_eq!(rejected, [(RowKind::Organisation, Reason::Ours), (RowKind::Service, Reason::Ours)], "what comes from here is not read back");
    let other = TestServer::start(crate::support::Database::Sqlite).await;
    let report = read(&other, &export).await;
    assert_eq!((report.rejected.len(), outcomes(&report, RowKind::Service)), (0, vec![Outcome::Added]));
    let told = other.bearer(Person::Coordinator).await.get("/api/v1/directory?need=food&place=brossard").await.json();
    let service = &told["services"][0]["service"];
    assert_eq!((&service["telephone"], &service["address"]["postal_code"]), (&json!("450 555-0101"), &json!("J4Z 1A1")));
    assert_eq!((&service["pivot"], &service["public"]), (&json!(null), &json!(false)));
}
