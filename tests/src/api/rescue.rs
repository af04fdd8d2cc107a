//! A rescue file: what a phone could not send, handed in at the office.

use casework::clock::Timestamp;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::clock::{new_id, now, sha256_hex};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{devices::report, photos, scenes::flash};
use crate::support::{Answer, Client, PASSWORD, Person, Phone, TestServer, jpeg, on_both_databases, rescue_file};

on_both_databases!(
    a_file_brings_the_changes_and_photos_in_the_name_of_their_author_and_nothing_counts_twice,
    the_phone_that_finds_a_network_afterwards_is_told_that_all_is_there,
    what_was_seen_keeps_its_time_however_long_the_file_travelled,
    a_damaged_file_gives_what_comes_before_the_damage,
    more_changes_than_one_push_takes_come_in,
    a_file_that_is_not_one_or_is_for_another_server_stores_nothing,
    a_form_is_read_to_its_end_before_it_is_answered,
    only_a_phone_of_the_brigade_in_the_hands_of_its_person_is_believed,
    only_those_who_run_the_brigade_hand_a_file_in,
);

const PATH: &str = "/bureau/appareils/fichier";

/// What phones seal for.
async fn key(server: &TestServer) -> String {
    let reply = server.bearer(Person::Inspector).await.get("/api/v1/sync/pull").await.expect_status(200).json();
    reply["rescue_key"].as_str().expect("a key").to_owned()
}

/// A phone that the server has heard from.
async fn known_phone(server: &TestServer) -> Phone {
    let phone = Phone::in_building(&server.town.tower);
    server.bearer(Person::Inspector).await.post("/api/v1/sync/device", &report(&phone, 0, None)).await.expect_status(200);
    phone
}

fn manifest(server: &TestServer, phone: &Phone, events: &[Value], photos: &[(String, &[u8])]) -> Value {
    let mut push = phone.message(events);
    push["account_id"] = server.town.accounts[&Person::Inspector].to_string().into();
    let photos: Vec<Value> = photos.iter().map(|(id, bytes)| json!({ "id": id, "sha256": sha256_hex(bytes), "content_type": "image/jpeg" })).collect();
    json!({ "push": push, "photos": photos })
}

/// Posts a file as a browser does.
async fn post_file(client: &Client, csrf: &str, file: &[u8]) -> Answer {
    Client::send(form_with(client, csrf, file, b"")).await
}

/// The form with a file in it, and another part after it unless that is empty.
fn form_with(client: &Client, csrf: &str, file: &[u8], after: &[u8]) -> RequestBuilder {
    const BOUNDARY: &str = "brigade-tests-7f0c";
    let mut body = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
    body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"brigade.secours\"\r\n\r\n").into_bytes());
    body.extend(file);
    if !after.is_empty() {
        body.extend(format!("\r\n--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"after\"\r\n\r\n").into_bytes());
        body.extend(after);
    }
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    client.request(Method::POST, PATH).header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body)
}

/// What the server answers to who writes the whole form before reading anything, as a browser does.
async fn answer_to_a_browser(server: &TestServer, form: RequestBuilder) -> String {
    let form = form.build().expect("a request");
    let body = form.body().and_then(reqwest::Body::as_bytes).expect("a whole body");
    let mut head = format!("POST {PATH} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n", server.address(), body.len()).into_bytes();
    for (name, value) in form.headers() {
        head.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    head.extend(b"\r\n");
    let mut line = TcpStream::connect(server.address()).await.expect("the server listens");
    line.write_all(&head).await.expect("the head passes");
    line.write_all(body).await.expect("the whole form passes");
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.expect("an answer");
    answer
}

/// Hands a file in at the office, and returns what the next page says.
async fn hand_in(server: &TestServer, file: &[u8]) -> String {
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    flash(&post_file(&browser, &csrf, file).await.expect_status(303))
}

const COUNTS: [&str; 7] = ["events_stored", "events_known", "events_refused", "photos_stored", "photos_known", "photos_refused", "photos_missing"];

/// What the latest file brought, in the order of [`COUNTS`].
async fn brought(server: &TestServer) -> [u64; 7] {
    let register = server.bearer(Person::Coordinator).await.get("/api/v1/devices").await.expect_status(200).json();
    COUNTS.map(|name| register["rescues"][0][name].as_u64().unwrap_or_else(|| panic!("{name}: {register}")))
}

async fn stored(server: &TestServer) -> (i64, i64, i64, i64) {
    (
        server.count("field_event", "1 = 1").await,
        server.count("upload", "1 = 1").await,
        server.count("rescue_file", "1 = 1").await,
        server.count("audit", "action = 'device.rescue_received'").await,
    )
}

async fn a_file_brings_the_changes_and_photos_in_the_name_of_their_author_and_nothing_counts_twice(server: TestServer) {
    let phone = known_phone(&server).await;
    let place = server.town.tower.door(0);
    let (id, bytes) = (new_id().to_string(), jpeg(640, 480));
    let events =
        [phone.starts(), phone.observes(&place, "HUM-01", 3), phone.photographs(&id, &place, "HUM-01", &bytes), phone.observes(&place, "PAS-DE-CRITERE", 1)];
    let file = rescue_file(&key(&server).await, &manifest(&server, &phone, &events, &[(id.clone(), &bytes)]), &[&bytes]);
    assert_eq!(hand_in(&server, &file).await, "success:rescue_received");
    assert_eq!(brought(&server).await, [3, 0, 1, 1, 0, 0, 0]);
    assert_eq!(server.count("visit", &format!("started_by = '{}'", server.town.accounts[&Person::Inspector])).await, 1);
    let standing = photos::look(&server.bearer(Person::Inspector).await, &id).await.expect_status(200);
    assert_eq!(standing.header("upload-offset"), Some(bytes.len().to_string().as_str()));
    assert_eq!(hand_in(&server, &file).await, "success:rescue_received");
    assert_eq!(brought(&server).await, [0, 3, 1, 0, 1, 0, 0]);
    assert_eq!(stored(&server).await, (3, 1, 2, 2));
    let page = server.bearer(Person::Coordinator).await.get("/bureau/appareils").await.expect_status(200).text();
    for words in [
        Person::Inspector.name(),
        Person::Coordinator.name(),
        "3\u{a0}changements\u{a0}: déjà là",
        "1\u{a0}changement\u{a0}: refusé, le téléphone dira pourquoi",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

async fn the_phone_that_finds_a_network_afterwards_is_told_that_all_is_there(server: TestServer) {
    let (phone, client) = (known_phone(&server).await, server.bearer(Person::Inspector).await);
    let place = server.town.tower.door(0);
    let (id, bytes) = (new_id().to_string(), jpeg(900, 700));
    let events = [phone.starts(), phone.observes(&place, "HUM-01", 3), phone.photographs(&id, &place, "HUM-01", &bytes)];
    // A third of the photo had passed before the network went.
    let third = bytes.len() / 3;
    photos::announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    photos::patch(&client, &id, 0, &bytes[..third], None).await.expect_status(204);
    let file = rescue_file(&key(&server).await, &manifest(&server, &phone, &events, &[(id.clone(), &bytes)]), &[&bytes]);
    hand_in(&server, &file).await;
    assert_eq!(brought(&server).await, [3, 0, 0, 1, 0, 0, 0]);
    let reply = phone.push(&client, &events).await.expect_status(200).json();
    let verdicts: Vec<&str> = reply["verdicts"].as_array().expect("verdicts").iter().filter_map(|verdict| verdict["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["duplicate"; 3]);
    assert_eq!(photos::look(&client, &id).await.expect_status(200).header("upload-offset"), Some(bytes.len().to_string().as_str()));
}

async fn what_was_seen_keeps_its_time_however_long_the_file_travelled(server: TestServer) {
    // The phone's clock is two hours ahead; the file was made two days ago, an hour after the visit began.
    let mut phone = Phone::in_building(&server.town.tower);
    phone.clock_skew_ms = 2 * Timestamp::HOUR_MS;
    server.bearer(Person::Inspector).await.post("/api/v1/sync/device", &report(&phone, 0, None)).await.expect_status(200);
    let made_at = now().0 - 2 * Timestamp::DAY_MS;
    let mut started = phone.starts();
    started["device_at"] = (made_at - Timestamp::HOUR_MS + phone.clock_skew_ms).into();
    let mut manifest = manifest(&server, &phone, &[started], &[]);
    manifest["push"]["device_now"] = (made_at + phone.clock_skew_ms).into();
    hand_in(&server, &rescue_file(&key(&server).await, &manifest, &[])).await;
    let near = |at: i64| format!("started_at between {} and {}", at - 10_000, at + 10_000);
    assert_eq!(server.count("visit", &near(made_at - Timestamp::HOUR_MS)).await, 1);
}

async fn a_damaged_file_gives_what_comes_before_the_damage(server: TestServer) {
    let phone = known_phone(&server).await;
    let place = server.town.tower.door(0);
    let pictures: Vec<(String, Vec<u8>)> = (0..4).map(|size| (new_id().to_string(), jpeg(300 + size, 200))).collect();
    let taken = pictures.iter().map(|(id, bytes)| phone.photographs(id, &place, "HUM-01", bytes));
    let events: Vec<Value> = std::iter::once(phone.starts()).chain(taken).collect();
    let listed: Vec<(String, &[u8])> = pictures.iter().map(|(id, bytes)| (id.clone(), bytes.as_slice())).collect();
    // The phone no longer had the second one.
    let frames: [&[u8]; 4] = [&pictures[0].1, &[], &pictures[2].1, &pictures[3].1];
    let file = rescue_file(&key(&server).await, &manifest(&server, &phone, &events, &listed), &frames);
    // Cut within the last photo.
    assert_eq!(hand_in(&server, &file[..file.len() - 40]).await, "success:rescue_received");
    assert_eq!(brought(&server).await, [5, 0, 0, 2, 0, 0, 2]);
    assert_eq!(server.count("upload", "finished_at is not null").await, 2);
    // One bit changed in the third frame: the photos before it are here already, none after it.
    let mut changed = file.clone();
    let third = file.len() - pictures[3].1.len() - 100;
    changed[third] ^= 1;
    assert_eq!(hand_in(&server, &changed).await, "success:rescue_received");
    assert_eq!(brought(&server).await, [0, 5, 0, 0, 1, 0, 3]);
    // The whole one, found later.
    assert_eq!(hand_in(&server, &file).await, "success:rescue_received");
    assert_eq!(brought(&server).await, [0, 5, 0, 1, 2, 0, 1]);
    // A photo that is not what the file says of it.
    let mut lying = listed.clone();
    lying[1].1 = &pictures[0].1;
    let frames: [&[u8]; 4] = [&pictures[0].1, &pictures[1].1, &pictures[2].1, &pictures[3].1];
    hand_in(&server, &rescue_file(&key(&server).await, &manifest(&server, &phone, &events, &lying), &frames)).await;
    assert_eq!(brought(&server).await, [0, 5, 0, 0, 3, 1, 0]);
}

async fn more_changes_than_one_push_takes_come_in(server: TestServer) {
    let phone = known_phone(&server).await;
    let place = server.town.tower.door(0);
    let noted = (0..620).map(|number| phone.notes(&place, "HUM-01", &format!("Note {number}")));
    let events: Vec<Value> = std::iter::once(phone.starts()).chain(noted).collect();
    assert_eq!(hand_in(&server, &rescue_file(&key(&server).await, &manifest(&server, &phone, &events, &[]), &[])).await, "success:rescue_received");
    assert_eq!(brought(&server).await, [621, 0, 0, 0, 0, 0, 0]);
}

async fn a_file_that_is_not_one_or_is_for_another_server_stores_nothing(server: TestServer) {
    let phone = known_phone(&server).await;
    let manifest = manifest(&server, &phone, &[phone.starts()], &[]);
    let key = key(&server).await;
    let other = TestServer::start(crate::support::Database::Sqlite).await;
    let elsewhere = self::key(&other).await;
    assert_ne!(key, elsewhere, "each server has its own key");
    let file = rescue_file(&key, &manifest, &[]);
    let mut other_magic = file.clone();
    other_magic[15] = b'2';
    let mut off_the_curve = file.clone();
    off_the_curve[40] ^= 1;
    let mut endless = file.clone();
    endless[81..85].copy_from_slice(&u32::MAX.to_be_bytes());
    let not_ours = rescue_file(&key, &json!({ "format": "autre chose" }), &[]);
    let before = stored(&server).await;
    let bad: [&[u8]; 9] =
        [&[], b"brigade", &file[..81], &file[..90], &other_magic, &off_the_curve, &endless, &not_ours, &rescue_file(&elsewhere, &manifest, &[])];
    for (number, bytes) in bad.into_iter().enumerate() {
        assert_eq!(hand_in(&server, bytes).await, "error:rescue_unreadable", "{number}");
    }
    assert_eq!(stored(&server).await, before);
    // The key is drawn once: files made before a restart open after it.
    let mut server = server;
    server.restart().await;
    assert_eq!(hand_in(&server, &file).await, "success:rescue_received");
}

async fn only_a_phone_of_the_brigade_in_the_hands_of_its_person_is_believed(server: TestServer) {
    let (known, key) = (known_phone(&server).await, key(&server).await);
    let unheard = Phone::in_building(&server.town.tower);
    let before = stored(&server).await;
    let mut of_nobody = manifest(&server, &known, &[known.starts()], &[]);
    of_nobody["push"].as_object_mut().expect("a message").remove("account_id");
    let in_other_hands = |person: Person| {
        let mut manifest = manifest(&server, &known, &[known.starts()], &[]);
        manifest["push"]["account_id"] = server.town.accounts[&person].to_string().into();
        manifest
    };
    let bad = [manifest(&server, &unheard, &[unheard.starts()], &[]), of_nobody, in_other_hands(Person::Psychosocial), in_other_hands(Person::Cisss)];
    for (number, manifest) in bad.iter().enumerate() {
        assert_eq!(hand_in(&server, &rescue_file(&key, manifest, &[])).await, "error:rescue_unknown_phone", "{number}");
    }
    // Given up: nothing from it is taken any more, by any way.
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let path = format!("/bureau/appareils/{}/revocation", known.device_id);
    browser.post_form(&path, &[("csrf", &csrf), ("reason", "Volé"), ("confirmed", "true")]).await.expect_status(303);
    assert_eq!(hand_in(&server, &rescue_file(&key, &manifest(&server, &known, &[known.starts()], &[]), &[])).await, "error:device_revoked");
    assert_eq!(stored(&server).await, before);
}

async fn only_those_who_run_the_brigade_hand_a_file_in(server: TestServer) {
    let phone = known_phone(&server).await;
    let file = rescue_file(&key(&server).await, &manifest(&server, &phone, &[phone.starts()], &[]), &[]);
    let before = stored(&server).await;
    for person in [Person::Inspector, Person::Psychosocial, Person::Dispatcher, Person::Cisss] {
        let (browser, csrf) = server.browser(person).await;
        assert_eq!(flash(&post_file(&browser, &csrf, &file).await.expect_status(303)), "error:not_found", "{person:?}");
    }
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    // Another site's page, and a file without the token before it.
    let opened = server.sign_in(Person::Coordinator.email(), PASSWORD).await.expect_status(200);
    let cookie = opened.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie");
    let foreign = server.stranger().with("cookie", cookie).with("sec-fetch-site", "cross-site");
    let token = opened.json()["csrf"].as_str().expect("a token").to_owned();
    assert_eq!(flash(&post_file(&foreign, &token, &file).await.expect_status(303)), "error:forged_request");
    assert_eq!(flash(&post_file(&browser, "", &file).await.expect_status(303)), "error:forged_request");
    let nobody = post_file(&server.stranger(), &csrf, &file).await.expect_status(303);
    assert_eq!(nobody.header("location"), Some("/connexion?next=%2Fbureau%2Fappareils"));
    assert_eq!(flash(&browser.post_form(PATH, &[("csrf", &csrf)]).await.expect_status(303)), "error:forged_request", "a form without a file in it");
    assert_eq!(stored(&server).await, before);
}

/// An answer that leaves bytes unread ends the connection under the browser, which then says that the site does not answer.
async fn a_form_is_read_to_its_end_before_it_is_answered(server: TestServer) {
    let long = vec![b'x'; 24 * 1024 * 1024];
    let (browser, csrf) = server.browser(Person::Coordinator).await;
    let phone = known_phone(&server).await;
    let file = rescue_file(&key(&server).await, &manifest(&server, &phone, &[phone.starts()], &[]), &[]);
    let stranger = server.stranger();
    for (said, form) in [
        ("error:rescue_unreadable", form_with(&browser, &csrf, &long, b"")),
        ("error:forged_request", form_with(&browser, "not-ours", &long, b"")),
        ("location: /connexion?next=%2Fbureau%2Fappareils", form_with(&stranger, &csrf, &long, b"")),
        ("success:rescue_received", form_with(&browser, &csrf, &file, &long)),
    ] {
        let answer = answer_to_a_browser(&server, form).await;
        assert!(answer.starts_with("HTTP/1.1 303 ") && answer.contains(said), "{said}: {answer}");
    }
}
