//! What proves a consent, who reads it, and what is said before and after its end.

use base64::{Engine, engine::general_purpose::STANDARD};
use casework::{clock::Timestamp, consent::Consent, consent_proof::PAPER_BYTES_MAX};
use reqwest::Method;
use serde_json::{Value, json};
use server::{
    application::end_consents,
    clock::{new_id, now, sha256_hex},
    store,
};

use super::{
    consents::{case, message, on_paper, record, sharing},
    scenes::flash,
};
use crate::support::{Client, Person, TestServer, jpeg, jpeg_of_a_camera, on_both_databases};

on_both_databases!(
    a_signature_is_kept_as_points_and_read_by_few,
    a_typed_name_goes_with_its_witness,
    the_photo_of_a_paper_is_kept_without_what_its_file_tells,
    a_consent_signed_comes_with_its_proof_and_a_refusal_needs_none,
    a_proof_that_is_none_is_refused_and_nothing_is_kept,
    the_same_click_with_another_proof_is_not_the_same,
    a_proof_comes_by_the_form_with_its_photo,
    who_keeps_consents_is_reminded_before_an_end_that_something_relies_on,
    an_end_by_its_date_is_said_once_in_every_history_it_concerns,
);

const STROKES: [[[u16; 2]; 3]; 2] = [[[10, 20], [200, 60], [400, 30]], [[420, 90], [450, 120], [480, 90]]];

fn signed(server: &TestServer) -> Value {
    let mut message = message(&server.town.tower.doors[0], server.town.cisss);
    message["manner"] = json!("signed");
    message["proof"] = json!({ "kind": "signature", "strokes": STROKES });
    message
}

/// Those who may not read a proof are answered as if there were none.
async fn expect_read_by_few(server: &TestServer, consent: &str) {
    let path = format!("/api/v1/consents/{consent}/proof");
    for person in Person::ALL {
        let client = server.bearer(person).await;
        let (api, page) = (client.get(&path).await, client.get(&format!("/bureau/consentements/{consent}/preuve")).await);
        if matches!(person, Person::Psychosocial | Person::Privacy) {
            api.expect_status(200);
            page.expect_status(200);
        } else {
            assert_eq!(api.expect_refusal(404, "not_found").body, client.get(&format!("/api/v1/consents/{}/proof", new_id())).await.body, "{person:?}");
            assert!(!page.expect_status(404).text().contains("Locataire en titre"), "{person:?}");
            client.get(&format!("{path}/paper")).await.expect_refusal(404, "not_found");
        }
    }
}

async fn a_signature_is_kept_as_points_and_read_by_few(server: TestServer) {
    let case = case(&server).await;
    let consent = record(&server, &case, &signed(&server)).await;
    let sent = sharing(&server, &case, &[(&consent, "psychosocial")]);
    let worker = server.bearer(Person::Psychosocial).await;
    let referral = worker.post("/api/v1/referrals", &sent).await.expect_status(201).json()["id"].as_str().expect("an id").to_owned();
    expect_read_by_few(&server, &consent).await;
    let read = worker.get(&format!("/api/v1/consents/{consent}/proof")).await.expect_status(200).json();
    assert_eq!(read["proof"], json!({ "kind": "signature", "strokes": STROKES }));
    assert_eq!((&read["person"], &read["organisation"]), (&json!("Locataire en titre"), &json!("CISSS des essais")));
    let page = worker.get(&format!("/bureau/consentements/{consent}/preuve")).await.text();
    assert!(page.contains("M10 20L200 60L400 30M420 90L450 120L480 90"), "drawn by numbers");
    worker.get(&format!("/api/v1/consents/{consent}/proof/paper")).await.expect_refusal(404, "not_found");
    // The recipient of a referral under it reads what was consented to, and nothing of its proof.
    let partner = server.bearer(Person::Cisss).await;
    for path in [format!("/api/v1/referrals/{referral}"), format!("/api/v1/cases/{case}")] {
        let text = partner.get(&path).await.expect_status(200).text();
        assert!(!text.contains("strokes") && !text.contains("proof"), "{path}: {text}");
    }
    // The case tells who keeps consents that there is one; and the privacy officer, who reads nothing else of it.
    let row = worker.get(&format!("/api/v1/cases/{case}")).await.json()["consents"][0].clone();
    assert_eq!(row["proof"], json!("signature"));
    let officer = server.bearer(Person::Privacy).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert_eq!((&officer["consents"], &officer["consent_proofs"][0]["consent_id"]), (&json!([]), &json!(consent)));
    let coordinator = server.bearer(Person::Coordinator).await.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
    assert!(coordinator.get("consent_proofs").is_none(), "{coordinator}");
    // Each reading is a line of the journal, and no refusal is.
    server.brigade.journal.flush().await;
    assert_eq!(server.count("access_journal", "subject = 'consent_proof' and door = 'api'").await, 3);
    assert_eq!(server.count("access_journal", "subject = 'consent_proof' and door = 'page'").await, 3);
    assert_eq!(server.count("access_journal", "subject = 'consent_proof' and sections <> 'psychosocial,contact'").await, 0);
}

async fn a_typed_name_goes_with_its_witness(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let mut said = message(&server.town.tower.doors[0], server.town.cisss);
    said["manner"] = json!("signed");
    said["proof"] = json!({ "kind": "typed", "name": "Ana <b>Ruiz</b>", "in_presence_of": " Paul Roy " });
    let consent = record(&server, &case, &said).await;
    let read = worker.get(&format!("/api/v1/consents/{consent}/proof")).await.expect_status(200).json();
    assert_eq!(read["proof"], json!({ "kind": "typed", "name": "Ana <b>Ruiz</b>", "in_presence_of": "Paul Roy" }));
    let page = worker.get(&format!("/bureau/consentements/{consent}/preuve")).await.text();
    assert!(page.contains("Ana &lt;b&gt;Ruiz&lt;/b&gt;") && !page.contains("<b>Ruiz"), "never markup");
    expect_read_by_few(&server, &consent).await;
}

async fn the_photo_of_a_paper_is_kept_without_what_its_file_tells(server: TestServer) {
    let case = case(&server).await;
    let (worker, file) = (server.bearer(Person::Psychosocial).await, jpeg_of_a_camera(60, 40));
    let consent = record(&server, &case, &on_paper(&server.town.tower.doors[0], server.town.cisss)).await;
    let read = worker.get(&format!("/api/v1/consents/{consent}/proof")).await.expect_status(200).json();
    assert_eq!(read["proof"], json!({ "kind": "paper", "sha256": sha256_hex(&file) }));
    let picture = worker.get(&format!("/api/v1/consents/{consent}/proof/paper")).await.expect_status(200);
    assert_eq!((picture.header("content-type"), picture.header("x-content-type-options")), (Some("image/jpeg"), Some("nosniff")));
    assert_eq!(picture.header("cache-control"), Some("private, no-store"));
    assert!(picture.body.starts_with(&[0xff, 0xd8]) && picture.body != file);
    assert!(!picture.body.windows(4).any(|bytes| bytes == b"Exif"), "nothing that the camera wrote");
    expect_read_by_few(&server, &consent).await;
    // It is no photo of a visit: no size of it, and nothing by its content.
    assert_eq!((server.count("photo", "1 = 1").await, server.count("upload", "1 = 1").await), (0, 0));
    for id in [consent.as_str(), &sha256_hex(&file)] {
        assert!(matches!(worker.get(&format!("/api/v1/photos/{id}")).await.status, 400 | 404));
    }
}

async fn a_consent_signed_comes_with_its_proof_and_a_refusal_needs_none(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let path = format!("/api/v1/cases/{case}/consents");
    let proofs = [
        json!({ "kind": "signature", "strokes": STROKES }),
        json!({ "kind": "typed", "name": "Ana", "in_presence_of": "Paul" }),
        on_paper("", "")["proof"].clone(),
    ];
    for (manner, fitting) in [("spoken", vec![]), ("signed", vec![0, 1]), ("paper", vec![2])] {
        for answer in ["given", "refused"] {
            for (index, proof) in proofs.iter().map(Some).chain([None]).enumerate() {
                let mut said = message(&server.town.tower.doors[0], server.town.cisss);
                (said["manner"], said["answer"]) = (json!(manner), json!(answer));
                if let Some(proof) = proof {
                    said["proof"] = proof.clone();
                }
                let answered = worker.post(&path, &said).await;
                if fitting.contains(&index) || proof.is_none() && (manner == "spoken" || answer == "refused") {
                    answered.expect_status(201);
                } else {
                    let code = if proof.is_none() { "missing_field" } else { "value_out_of_range" };
                    assert_eq!(answered.expect_refusal(422, code).error().detail.as_deref(), Some("proof"), "{manner} {answer} {index}");
                }
            }
        }
    }
}

async fn a_proof_that_is_none_is_refused_and_nothing_is_kept(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let path = format!("/api/v1/cases/{case}/consents");
    let of = |manner: &str, proof: Value| {
        let mut said = message(&server.town.tower.doors[0], server.town.cisss);
        (said["manner"], said["proof"]) = (json!(manner), proof);
        said
    };
    let strokes = |strokes: Value| of("signed", json!({ "kind": "signature", "strokes": strokes }));
    let paper = |file: &[u8]| of("paper", json!({ "kind": "paper", "image": STANDARD.encode(file) }));
    let long = "x".repeat(121);
    let picture = jpeg(60, 40);
    let table = [
        (strokes(json!([])), "value_out_of_range"),
        (strokes(json!([[[1, 1]]])), "value_out_of_range"),
        (strokes(json!([[[1, 1], [601, 1]]])), "value_out_of_range"),
        (strokes(json!([vec![[1, 1]; 2_001]])), "value_out_of_range"),
        (of("signed", json!({ "kind": "typed", "name": "Ana", "in_presence_of": " " })), "missing_field"),
        (of("signed", json!({ "kind": "typed", "name": long, "in_presence_of": "Paul" })), "text_too_long"),
        (of("paper", json!({ "kind": "paper", "image": "not base64!" })), "not_an_image"),
        (paper(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), "not_an_image"),
        (paper(b"<!DOCTYPE html><script>alert(1)</script>"), "not_an_image"),
        (paper(b"%PDF-1.7"), "not_an_image"),
        (paper(&picture[..picture.len() / 2]), "not_an_image"),
        (paper(&[]), "not_an_image"),
    ];
    for (index, (said, code)) in table.into_iter().enumerate() {
        let answer = worker.post(&path, &said).await;
        assert_eq!((answer.status / 100, answer.error().code.as_str()), (4, code), "line {index}");
    }
    // A picture larger than what is taken, and one longer than any body that is read.
    let answer = worker.post(&path, &paper(&vec![0; PAPER_BYTES_MAX + 3])).await;
    assert_eq!(answer.error().code, "image_too_large");
    let answer = worker.post(&path, &paper(&vec![0; 2 * PAPER_BYTES_MAX])).await;
    assert_eq!(answer.error().code, "body_too_large");
    for malformed in [json!([[[-1, 1], [90, 90]]]), json!([[["a", 1]]]), json!("M0 0"), json!([[[1, 1, 1], [90, 90, 90]]])] {
        assert!(matches!(worker.post(&path, &strokes(malformed)).await.status, 400 | 422));
    }
    assert_eq!((server.count("consent", "1 = 1").await, server.count("consent_proof", "1 = 1").await), (0, 0));
    assert_eq!(server.count("case_entry", "kind = 'consent_answered'").await, 0);
}

async fn the_same_click_with_another_proof_is_not_the_same(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let path = format!("/api/v1/cases/{case}/consents");
    for (said, other) in [
        (signed(&server), json!({ "kind": "typed", "name": "Ana", "in_presence_of": "Paul" })),
        (on_paper(&server.town.tower.doors[0], server.town.cisss), json!({ "kind": "paper", "image": STANDARD.encode(jpeg(30, 30)) })),
    ] {
        assert_eq!(record(&server, &case, &said).await, record(&server, &case, &said).await);
        let mut changed = said.clone();
        changed["proof"] = other;
        worker.post(&path, &changed).await.expect_refusal(409, "revision_conflict");
    }
    assert_eq!((server.count("consent", "1 = 1").await, server.count("consent_proof", "1 = 1").await), (2, 2));
}

const BOUNDARY: &str = "----of-the-form";

/// The consent form as a browser sends it, with a file.
fn multipart(fields: &[(&str, &str)], file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    let file_head = "Content-Disposition: form-data; name=\"paper\"; filename=\"../../<script>.svg\"\r\nContent-Type: image/svg+xml";
    body.extend(format!("--{BOUNDARY}\r\n{file_head}\r\n\r\n").into_bytes());
    body.extend(file);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    body
}

async fn a_proof_comes_by_the_form_with_its_photo(server: TestServer) {
    let case = case(&server).await;
    let (browser, csrf) = server.browser(Person::Psychosocial).await;
    let (door, to) = (&server.town.tower.doors[0], server.town.cisss.to_string());
    let path = format!("/bureau/dossiers/{case}/consentements");
    let drawn = json!(STROKES).to_string();
    let send = async |manner: &str, csrf: &str, id: &str, signature: &str, file: &[u8]| {
        let fields = [
            ("csrf", csrf),
            ("id", id),
            ("dwelling_id", door),
            ("to_organisation", &to),
            ("sections", "psychosocial"),
            ("purpose", "Visite du CLSC"),
            ("person", "Locataire"),
            ("giver", "person"),
            ("manner", manner),
            ("language", "fr"),
            ("answer", "given"),
            ("days", "30"),
            ("signature", signature),
            ("typed_name", ""),
            ("in_presence_of", ""),
        ];
        let request = browser.request(Method::POST, &path).header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
        flash(&Client::send(request.body(multipart(&fields, file))).await.expect_status(303))
    };
    let ids: Vec<String> = (0..4).map(|_| new_id().to_string()).collect();
    let picture = jpeg_of_a_camera(50, 70);
    assert_eq!(send("paper", "of another page", &ids[0], "", &picture).await, "error:forged_request");
    assert_eq!(send("paper", &csrf, &ids[0], "", b"").await, "error:missing_field");
    assert_eq!(send("paper", &csrf, &ids[0], "", b"<svg/>").await, "error:not_an_image");
    assert_eq!(send("signed", &csrf, &ids[0], "<script>", b"").await, "error:value_out_of_range");
    assert_eq!(send("paper", &csrf, &ids[0], "", &vec![0xff; PAPER_BYTES_MAX + 128 * 1024]).await, "error:image_too_large");
    assert_eq!(server.count("consent", "1 = 1").await, 0);
    // What was begun of another manner, before the person chose, is left.
    assert_eq!(send("paper", &csrf, &ids[0], &drawn, &picture).await, "success:consent_recorded");
    assert_eq!(send("signed", &csrf, &ids[1], &drawn, &picture).await, "success:consent_recorded");
    assert_eq!(send("spoken", &csrf, &ids[2], &drawn, &picture).await, "success:consent_recorded");
    let worker = server.bearer(Person::Psychosocial).await;
    for (id, kind) in [(&ids[0], Some("paper")), (&ids[1], Some("signature")), (&ids[2], None)] {
        let read = worker.get(&format!("/api/v1/consents/{id}/proof")).await;
        assert_eq!((read.status, read.json()["proof"]["kind"].as_str().map(str::to_owned)), (if kind.is_some() { 200 } else { 404 }, kind.map(str::to_owned)));
    }
    let page = browser.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
    for words in ["Papier photographié", "Signature à l’écran", "multipart/form-data", &format!("/bureau/consentements/{}/preuve", ids[0])] {
        assert!(page.contains(words), "{words}");
    }
}

/// Moves the end of a consent.
async fn ends(server: &TestServer, consent: &str, until: Timestamp) {
    let stored = store::consent::by_id(server.brigade.store.reader(), consent.parse().expect("an id")).await.expect("an answer").expect("the consent");
    let body = serde_json::to_string(&Consent { until, ..stored.consent }).expect("JSON").replace('\'', "''");
    server.alter(&format!("update consent set body = '{body}', ends_at = {} where id = '{consent}'", until.0)).await;
}

async fn who_keeps_consents_is_reminded_before_an_end_that_something_relies_on(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let (relied_on, idle) = (
        record(&server, &case, &message(&server.town.tower.doors[0], server.town.cisss)).await,
        record(&server, &case, &message(&server.town.tower.doors[1], server.town.cisss)).await,
    );
    let sent = worker.post("/api/v1/referrals", &sharing(&server, &case, &[(&relied_on, "psychosocial")])).await.expect_status(201).json();
    let referral = sent["id"].as_str().expect("an id").to_owned();
    let listed = async |client: &Client| client.get("/api/v1/cases").await.expect_status(200).json()["consents_ending"].clone();
    let in_case = async || {
        let detail = worker.get(&format!("/api/v1/cases/{case}")).await.expect_status(200).json();
        let rows = detail["consents"].as_array().expect("consents").clone();
        rows.iter().filter(|row| row["ends_soon"] == json!(true)).map(|row| row["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((listed(&worker).await, in_case().await), (json!([]), vec![]), "its end is far");
    for consent in [&relied_on, &idle] {
        ends(&server, consent, now().plus_ms(13 * Timestamp::DAY_MS)).await;
    }
    let ending = listed(&worker).await;
    assert_eq!((ending.as_array().map(Vec::len), &ending[0]["case_id"], &ending[0]["organisation"]), (Some(1), &json!(case), &json!("CISSS des essais")));
    assert_eq!(in_case().await, std::slice::from_ref(&relied_on), "nothing relies on the other");
    let page = worker.get("/bureau").await.expect_status(200).text();
    assert!(page.contains("Un consentement prend bientôt fin") && page.contains("#consentements"));
    assert!(worker.get(&format!("/bureau/dossiers/{case}")).await.text().contains("Une référence s’en sert encore"));
    for person in [Person::Coordinator, Person::Inspector, Person::Dispatcher, Person::Privacy, Person::Longueuil] {
        assert_eq!(listed(&server.bearer(person).await).await, json!([]), "{person:?}");
    }
    // Once the service is done, nothing relies on it.
    let partner = server.bearer(Person::Cisss).await;
    for (verb, text) in [("accept", ""), ("complete", "Fait")] {
        partner.post(&format!("/api/v1/referrals/{referral}/{verb}"), &json!({ "text": text })).await.expect_status(204);
    }
    assert_eq!((listed(&worker).await, in_case().await), (json!([]), vec![]));
}

async fn an_end_by_its_date_is_said_once_in_every_history_it_concerns(server: TestServer) {
    let case = case(&server).await;
    let worker = server.bearer(Person::Psychosocial).await;
    let doors = &server.town.tower.doors;
    let mut refused = message(&doors[0], server.town.longueuil);
    refused["answer"] = json!("refused");
    let (over, standing, withdrawn, refused) = (
        record(&server, &case, &message(&doors[0], server.town.cisss)).await,
        record(&server, &case, &message(&doors[1], server.town.cisss)).await,
        record(&server, &case, &message(&doors[0], server.town.brossard)).await,
        record(&server, &case, &refused).await,
    );
    worker.post(&format!("/api/v1/consents/{withdrawn}/withdrawal"), &json!({})).await.expect_status(204);
    let sent = worker.post("/api/v1/referrals", &sharing(&server, &case, &[(&over, "psychosocial")])).await.expect_status(201).json();
    let referral = sent["id"].as_str().expect("an id").to_owned();
    assert_eq!(end_consents::say_ended(&server.brigade).await.expect("the job runs"), 0, "none is over");
    let ended_at = now().plus_ms(-2 * Timestamp::DAY_MS);
    ends(&server, &over, ended_at).await;
    assert_eq!(server.count("consent", "ends_at is null").await, 2, "what was refused or taken back has no end to say: {refused}");
    assert_eq!(end_consents::say_ended(&server.brigade).await.expect("the job runs"), 1);
    assert_eq!(end_consents::say_ended(&server.brigade).await.expect("the job runs"), 0, "once, however often the program starts");
    let timeline = worker.get(&format!("/api/v1/cases/{case}")).await.json()["timeline"].clone();
    let lines: Vec<&Value> =
        timeline.as_array().expect("lines").iter().filter(|line| line["text"].as_str().is_some_and(|text| text.starts_with("ended"))).collect();
    assert_eq!(lines.len(), 1, "{standing} stands");
    assert_eq!((&lines[0]["text"], &lines[0]["at"]), (&json!("ended CISSS des essais"), &json!(ended_at.0)), "dated when it ended");
    let partner = server.bearer(Person::Cisss).await;
    for client in [&worker, &partner] {
        let history = client.get(&format!("/api/v1/referrals/{referral}")).await.expect_status(200).json()["history"].clone();
        let told = history.as_array().expect("lines").iter().filter(|line| line["text"] == json!("consent_ended")).count();
        assert_eq!(told, 1, "both sides are told");
    }
    assert!(worker.get(&format!("/bureau/dossiers/{case}")).await.text().contains("est arrivé à sa fin"));
    // Outside the compartment nothing says that there was a consent.
    let coordinator = server.bearer(Person::Coordinator).await.get(&format!("/api/v1/cases/{case}")).await.text();
    assert!(!coordinator.contains("ended CISSS"), "{coordinator}");
    assert_eq!(server.count("audit", "action = 'consent.ended'").await, 1);
}
