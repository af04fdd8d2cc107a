//! The API document: every answer is described, and the description is true of real answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use server::clock::new_id;

use super::scenes::{case_in, case_of, complex_visit, open_escalation, psychosocial_visit, refer, referral};
use crate::support::{Client, Database, Person, TestServer};

async fn document(server: &TestServer) -> Value {
    server.stranger().get("/api/openapi.json").await.expect_status(200).json()
}

/// The schema that a `$ref` names, or the schema itself.
fn resolved<'document>(document: &'document Value, schema: &'document Value) -> &'document Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} is not of this document"));
            document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => schema,
    }
}

/// Whether a schema says something of what it describes; an object must name its properties, say what all its values are, or be one of several.
fn is_described(schema: &Value) -> bool {
    let has = |key: &str| schema.get(key).is_some_and(|value| !value.is_null());
    let is_object = schema["type"] == "object" || schema["type"].as_array().is_some_and(|types| types.contains(&json!("object")));
    if is_object {
        return schema["properties"].as_object().is_some_and(|properties| !properties.is_empty())
            || schema["additionalProperties"].is_object()
            // An empty variant.
            || schema["maxProperties"] == 0;
    }
    has("type") || has("$ref") || has("oneOf") || has("allOf") || has("anyOf") || has("enum") || has("const")
}

/// Every schema within a schema, with its path.
fn walk<'schema>(schema: &'schema Value, path: &str, visit: &mut impl FnMut(&'schema Value, &str)) {
    visit(schema, path);
    for key in ["oneOf", "allOf", "anyOf", "prefixItems"] {
        for (position, part) in schema[key].as_array().into_iter().flatten().enumerate() {
            walk(part, &format!("{path}/{key}/{position}"), visit);
        }
    }
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        walk(part, &format!("{path}/{name}"), visit);
    }
    for key in ["items", "additionalProperties"] {
        if schema[key].is_object() {
            walk(&schema[key], &format!("{path}/{key}"), visit);
        }
    }
}

#[tokio::test]
async fn every_answer_of_every_path_is_described() {
    let server = TestServer::start(Database::Sqlite).await;
    let document = document(&server).await;
    let mut json_answers = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            for (status, response) in operation["responses"].as_object().expect("responses") {
                for (kind, content) in response["content"].as_object().into_iter().flatten() {
                    if !kind.ends_with("json") {
                        continue;
                    }
                    json_answers += 1;
                    let schema = resolved(&document, &content["schema"]);
                    assert!(schema["properties"].as_object().is_some_and(|properties| !properties.is_empty()), "{method} {path} {status}: {schema}");
                }
            }
            let has_body = operation["responses"]["200"]["content"].is_object();
            assert!(has_body || operation["responses"]["200"].is_null() || method == "head", "{method} {path} answers 200 with nothing said of it");
            for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten().filter(|(kind, _)| kind.ends_with("json")) {
                let schema = resolved(&document, &content["schema"]);
                assert!(schema["properties"].is_object(), "{method} {path} takes {kind}: {schema}");
            }
        }
    }
    assert!(json_answers > 60, "{json_answers}");
}

#[tokio::test]
async fn no_schema_is_a_bare_object() {
    let server = TestServer::start(Database::Sqlite).await;
    let document = document(&server).await;
    let mut bare = BTreeSet::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        walk(schema, name, &mut |part, path| {
            if !is_described(part) {
                bare.insert(path.to_owned());
            }
            if part["$ref"].is_string() {
                resolved(&document, part);
            }
        });
    }
    assert!(bare.is_empty(), "{bare:#?}");
}

/// The document, strict: what a schema does not name is an error. Schemas that are one part of an `allOf` are left open.
fn strict(document: &Value) -> Value {
    fn close(schema: &mut Value, is_part: bool) {
        if let Some(object) = schema.as_object_mut() {
            let is_composed = object.contains_key("allOf");
            if object.contains_key("properties") && !object.contains_key("additionalProperties") && !is_part && !is_composed {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            for (key, part) in object.iter_mut() {
                match part {
                    Value::Array(parts) => parts.iter_mut().for_each(|inner| close(inner, key == "allOf")),
                    Value::Object(_) => close(part, false),
                    _ => {}
                }
            }
        }
    }
    let mut document = document.clone();
    close(&mut document["components"]["schemas"], false);
    document
}

/// What the answer says that the schema of this path does not, and the reverse.
fn faults(document: &Value, path: &str, answer: &Value) -> Vec<String> {
    let schema = &document["paths"][path]["get"]["responses"]["200"]["content"];
    let schema = schema.as_object().and_then(|content| content.values().next()).map(|content| &content["schema"]);
    let schema = schema.unwrap_or_else(|| panic!("{path} has no schema"));
    let mut root = json!({ "components": document["components"] });
    root["allOf"] = json!([schema]);
    let validator = jsonschema::draft202012::new(&root).unwrap_or_else(|error| panic!("{path}: {error}"));
    validator.iter_errors(answer).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// A town where every list of every answer holds something.
async fn busy_town() -> (TestServer, String, String, Client) {
    let server = TestServer::start(Database::Sqlite).await;
    let (phone, _) = complex_visit(&server).await;
    psychosocial_visit(&server, &phone).await;
    let inspector = server.bearer(Person::Inspector).await;
    let door = server.town.tower.door(1);
    let measured = phone.answers(&door, "HUM-03", &json!({ "status": "observed", "severity": 2, "value": { "measure": 66.5 } }));
    let counted = phone.answers(
        &door,
        "INC-01",
        &json!({ "status": "observed", "severity": 2, "value": { "count": { "requis": 2, "presents": 1, "fonctionnels": 1 } } }),
    );
    let events =
        [measured, counted, phone.answers(&door, "CHA-01", &json!({ "status": "refused" })), phone.answers(&door, "ELE-01", &json!({ "status": "to_verify" }))];
    phone.push_stored(&inspector, &events).await;
    case_in(&server, &server.town.house).await;
    let case = case_of(&server, &server.town.tower).await;
    let coordinator = server.bearer(Person::Coordinator).await;
    let id = refer(&server, &referral(&server, &case)).await;
    let cisss = server.bearer(Person::Cisss).await;
    cisss.post(&format!("/api/v1/referrals/{id}/accept"), &json!({ "planned_on": "2027-01-11" })).await.expect_status(204);
    let dispatcher = server.bearer(Person::Dispatcher).await;
    let escalation = open_escalation(&dispatcher).await;
    let escalation = escalation["id"].as_str().expect("an id");
    dispatcher.post(&format!("/api/v1/emergency/{escalation}/acknowledge"), &json!({})).await.expect_status(204);
    (server, case, id, coordinator)
}

#[tokio::test]
async fn real_answers_are_what_the_document_says() {
    let (server, case, referral, coordinator) = busy_town().await;
    let document = strict(&document(&server).await);
    let grid = inspection_grid::builtin::v1().hash.0.clone();
    let case_path = format!("/api/v1/cases/{case}");
    let routes: &[(&str, &str, Person)] = &[
        ("/api/v1/session", "/api/v1/session", Person::Coordinator),
        ("/api/v1/cases", "/api/v1/cases", Person::Coordinator),
        ("/api/v1/cases", "/api/v1/cases?limit=1", Person::Longueuil),
        ("/api/v1/cases/{id}", &case_path, Person::Coordinator),
        ("/api/v1/cases/{id}", &case_path, Person::Psychosocial),
        ("/api/v1/cases/{id}", &case_path, Person::Longueuil),
        ("/api/v1/cases.geojson", "/api/v1/cases.geojson", Person::Longueuil),
        ("/api/v1/map", "/api/v1/map", Person::Longueuil),
        ("/api/v1/emergency/board", "/api/v1/emergency/board", Person::Dispatcher),
        ("/api/v1/referrals", "/api/v1/referrals", Person::Cisss),
        ("/api/v1/referrals/{id}", &format!("/api/v1/referrals/{referral}"), Person::Cisss),
        ("/api/v1/referrals/{id}", &format!("/api/v1/referrals/{referral}"), Person::Coordinator),
        ("/api/v1/administration", "/api/v1/administration", Person::Administrator),
        ("/api/v1/round", "/api/v1/round", Person::Coordinator),
        ("/api/v1/sync/pull", "/api/v1/sync/pull", Person::Inspector),
        ("/api/v1/grids/{hash}", &format!("/api/v1/grids/{grid}"), Person::Inspector),
    ];
    for (route, path, person) in routes {
        let answer = server.bearer(*person).await.get(path).await.expect_status(200).json();
        assert_eq!(faults(&document, route, &answer), Vec::<String>::new(), "{route} as {person:?}");
    }
    // The check itself sees what is missing, of another kind, or not in the document.
    let mut answer = coordinator.get(&case_path).await.json();
    answer["visits"][0]["observations"][0]["place"] = json!("attic");
    answer["row"]["undocumented"] = json!(true);
    answer["timeline"][0].as_object_mut().expect("an entry").remove("kind");
    let found = faults(&document, "/api/v1/cases/{id}", &answer);
    assert_eq!(found.len(), 3, "{found:#?}");
    let errors = server.bearer(Person::Coordinator).await.get(&format!("/api/v1/cases/{}", new_id())).await.expect_refusal(404, "not_found");
    let described = &document["paths"]["/api/v1/cases/{id}"]["get"]["responses"]["404"]["content"]["application/json"]["schema"];
    let root = json!({ "components": document["components"], "allOf": [described] });
    assert!(jsonschema::draft202012::is_valid(&root, &errors.json()));
}

/// What schemathesis found: forty answers to malformed questions that the document did not describe.
#[tokio::test]
async fn what_is_malformed_is_answered_with_a_status_that_the_document_describes() {
    let server = TestServer::start(Database::Sqlite).await;
    let document = document(&server).await;
    let people = [Person::Coordinator, Person::Cisss, Person::Privacy];
    let mut clients = Vec::new();
    for person in people {
        clients.push((person, server.bearer(person).await));
    }
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        // The live line does not end, and a session ends.
        for (method, operation) in item.as_object().expect("methods").iter().filter(|_| path != "/api/v1/emergency/events" && path != "/api/v1/session") {
            let described = operation["responses"].as_object().expect("responses");
            let mut addresses = vec![path.replace("{id}", "null%2Cnull").replace("{verb}", "null").replace("{hash}", "null")];
            addresses.push(path.replace("{id}", &new_id().to_string()).replace("{verb}", "null").replace("{hash}", "null"));
            addresses.push(format!("{}?limit=-1&size=x&format=x&cursor=x&after=x&from=x&section=x", addresses[1]));
            for address in &addresses {
                for (person, client) in &clients {
                    for (kind, body) in [("application/json", "{"), ("application/json", "{\"inconnu\":1}"), ("application/json", "null"), ("text/plain", "x")]
                    {
                        let method: reqwest::Method = method.to_uppercase().parse().expect("a method");
                        let mut request = client.request(method.clone(), address);
                        if method == reqwest::Method::POST || method == reqwest::Method::PATCH {
                            request = request.header("content-type", kind).body(body);
                        }
                        let answer = Client::send(request).await;
                        asked += 1;
                        assert!(answer.status < 500, "{person:?} {method} {address} {body}: {}", answer.text());
                        assert!(
                            described.contains_key(&answer.status.to_string()),
                            "{person:?} {method} {address} {kind} {body}: {} is not described",
                            answer.status
                        );
                    }
                }
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
}
