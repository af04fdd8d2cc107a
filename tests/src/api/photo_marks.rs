//! What a person draws over a photo: burnt into what is served, whatever came first, and taken away again; the original is the privacy officer's.

use casework::photo_mark::{MarkArea, PhotoMark};
use image::RgbImage;
use serde_json::{Value, json};
use server::{
    application::sweep_photos,
    clock::{new_id, now, sha256_hex},
    photos::{CopyName, Size},
};

use super::{
    photos::upload,
    scenes::{case_of, complex_visit, one_more_building, verdicts},
};
use crate::support::{Client, Person, Phone, TestServer, empty_png, letters, on_both_databases};

on_both_databases!(
    a_blur_hides_what_is_under_it_whatever_came_first,
    a_blur_after_the_copies_hides_at_once,
    a_blur_outlives_a_restart_before_its_copies_are_made,
    the_last_marks_received_hold_and_none_takes_them_away,
    a_blurred_original_is_the_privacy_officers_alone,
    marks_that_cannot_be_taken_are_refused_and_change_nothing,
    a_photo_is_marked_in_its_own_visit_by_those_who_may_write_of_it,
    who_annotated_and_when_is_in_the_history,
    copies_without_the_last_marks_leave_the_disk,
);

const AREA: MarkArea = MarkArea { left: 2_500, top: 2_500, width: 5_000, height: 5_000 };

fn blur() -> Value {
    json!([{ "kind": "blur", "area": AREA }])
}

fn marks(phone: &Phone, photo: &str, marks: &Value) -> Value {
    phone.event(&json!({ "kind": "photo_marked", "photo_id": photo, "marks": marks }))
}

async fn shown(client: &Client, photo: &str, size: &str) -> RgbImage {
    let answer = client.get(&format!("/api/v1/photos/{photo}?size={size}")).await.expect_status(200);
    assert!(answer.header("cache-control").is_some_and(|caching| caching.contains("no-store")), "no browser keeps a copy of before");
    image::load_from_memory(&answer.body).expect("a picture").into_rgb8()
}

/// How far from their mean the pixels of a part of a picture are: 0 is one colour, black and white letters are above 100.
fn spread(picture: &RgbImage, across: std::ops::Range<f64>, down: std::ops::Range<f64>) -> f64 {
    let within = |at: u32, edge: u32, range: &std::ops::Range<f64>| range.contains(&(f64::from(at) / f64::from(edge)));
    let levels: Vec<f64> = picture
        .enumerate_pixels()
        .filter(|(x, y, _)| within(*x, picture.width(), &across) && within(*y, picture.height(), &down))
        .map(|(_, _, pixel)| f64::from(pixel.0[1]))
        .collect();
    let count = f64::from(u32::try_from(levels.len()).expect("a small picture"));
    let mean = levels.iter().sum::<f64>() / count;
    (levels.iter().map(|level| (level - mean).powi(2)).sum::<f64>() / count).sqrt()
}

/// The screen and the thumbnail hide the middle and show the rest.
async fn expect_hidden(client: &Client, photo: &str, hidden: bool, said: &str) {
    for (size, least) in [("screen", 90.0), ("thumb", 50.0)] {
        let picture = shown(client, photo, size).await;
        let (middle, corner) = (spread(&picture, 0.28..0.72, 0.28..0.72), spread(&picture, 0.0..0.2, 0.0..0.2));
        assert!(corner > least, "{said}: {size} shows its corner ({corner})");
        assert_eq!(middle < 6.0, hidden, "{said}: {size} ({middle})");
        assert!(hidden || middle > least, "{said}: {size} shows its middle ({middle})");
    }
}

async fn a_blur_hides_what_is_under_it_whatever_came_first(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let bytes = letters(1_600, 1_200);
    let photographed = |id: &str| phone.photographs(id, "exterior", "EXT-01", &bytes);
    // Event, marks, bytes; then bytes, event and marks in one message; the two photos have the same bytes.
    let (first, second, plain) = (new_id().to_string(), new_id().to_string(), new_id().to_string());
    phone.push_stored(&client, &[photographed(&first), photographed(&plain)]).await;
    phone.push_stored(&client, &[marks(&phone, &first, &blur())]).await;
    upload(&client, &first, &bytes).await.expect_status(204);
    expect_hidden(&client, &first, true, "marks before bytes").await;
    upload(&client, &second, &bytes).await.expect_status(204);
    phone.push_stored(&client, &[photographed(&second), marks(&phone, &second, &blur())]).await;
    expect_hidden(&client, &second, true, "bytes before marks").await;
    upload(&client, &plain, &bytes).await.expect_status(204);
    expect_hidden(&client, &plain, false, "another photo of the same bytes").await;
}

async fn a_blur_after_the_copies_hides_at_once(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(1_600, 1_200));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    expect_hidden(&client, &id, false, "as taken").await;
    phone.push_stored(&client, &[marks(&phone, &id, &blur())]).await;
    for person in [Person::Coordinator, Person::Longueuil, Person::Privacy] {
        expect_hidden(&server.bearer(person).await, &id, true, "after the answer to its event").await;
    }
    // Removed and taken back, it is still blurred.
    let again = |kind: &str| phone.event(&json!({ "kind": kind, "photo_id": id }));
    phone.push_stored(&client, &[again("photo_removed"), marks(&phone, &id, &json!([])), marks(&phone, &id, &blur()), again("photo_restored")]).await;
    expect_hidden(&client, &id, true, "taken back").await;
}

async fn a_blur_outlives_a_restart_before_its_copies_are_made(mut server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(1_600, 1_200));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    expect_hidden(&client, &id, false, "as taken").await;
    phone.push_stored(&client, &[marks(&phone, &id, &blur())]).await;
    server.restart().await;
    let client = server.bearer(Person::Inspector).await;
    expect_hidden(&client, &id, true, "after a restart").await;
    // The job that was asked for in the same transaction is done by the new server, without a reader.
    server.until("photo", "derived_at is not null").await;
    let mark = [PhotoMark::Blur { area: AREA }];
    for size in [Size::Screen, Size::Thumbnail] {
        server.brigade.photos.read_copy(size, &CopyName::of(&sha256_hex(&bytes), &mark)).await.expect("a copy");
    }
}

async fn the_last_marks_received_hold_and_none_takes_them_away(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(800, 600));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    let case = case_of(&server, &server.town.tower).await;
    let reference = async || {
        let detail = client.get(&format!("/api/v1/cases/{case}")).await.json();
        let observations = detail["visits"][0]["observations"].as_array().expect("observations").clone();
        let photo = observations.iter().flat_map(|seen| seen["photos"].as_array().cloned().unwrap_or_default()).find(|photo| photo["id"] == json!(id));
        let photo = photo.expect("the photo");
        (photo["marked"].clone(), photo["revision"].clone())
    };
    assert_eq!(reference().await, (json!(false), json!(0)));
    let arrow = json!([{ "kind": "arrow", "from": { "x": 0, "y": 0 }, "to": { "x": 9_000, "y": 9_000 } }]);
    let (blurred, pointed) = (marks(&phone, &id, &blur()), marks(&phone, &id, &arrow));
    phone.push_stored(&client, &[blurred.clone(), pointed]).await;
    expect_hidden(&client, &id, false, "the arrow came last").await;
    let [red, green, _] = shown(&client, &id, "screen").await.get_pixel(240, 180).0;
    assert!(red > 150 && green < 90, "an arrow goes through it");
    assert_eq!(reference().await, (json!(true), json!(1)));
    // Sent again, an older event changes nothing.
    let repeated = phone.push(&client, &[blurred]).await.expect_status(200).json();
    assert_eq!(verdicts(&repeated), ["duplicate"]);
    expect_hidden(&client, &id, false, "the older marks came again").await;
    phone.push_stored(&client, &[marks(&phone, &id, &blur())]).await;
    expect_hidden(&client, &id, true, "another event with the same marks").await;
    phone.push_stored(&client, &[marks(&phone, &id, &json!([]))]).await;
    expect_hidden(&client, &id, false, "taken away").await;
    assert_eq!(reference().await, (json!(false), json!(3)));
    let (browser, _) = server.browser(Person::Coordinator).await;
    let page = browser.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
    assert!(page.contains("&amp;revision=3"), "an address of before is not asked for");
    phone.push_stored(&client, &[marks(&phone, &id, &json!([]))]).await;
    assert_eq!(reference().await, (json!(false), json!(3)), "nothing changed");
}

async fn a_blurred_original_is_the_privacy_officers_alone(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(400, 300));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes), marks(&phone, &id, &blur())]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    let path = format!("/api/v1/photos/{id}?size=original");
    for person in [Person::Inspector, Person::SecondInspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Longueuil] {
        server.bearer(person).await.get(&path).await.expect_refusal(403, "not_allowed");
    }
    assert_eq!(server.count("audit", "action = 'photo.original_read'").await, 0);
    let original = server.bearer(Person::Privacy).await.get(&path).await.expect_status(200);
    assert_eq!(original.body, bytes, "as it was taken");
    assert_eq!(server.count("audit", &format!("action = 'photo.original_read' and subject_id = '{id}'")).await, 1);
}

async fn marks_that_cannot_be_taken_are_refused_and_change_nothing(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, apart, bytes, unreadable) = (new_id().to_string(), new_id().to_string(), letters(800, 600), empty_png(40));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes), phone.photographs(&apart, "exterior", "EXT-01", &unreadable)]).await;
    phone.push_stored(&client, &[marks(&phone, &id, &blur())]).await;
    for photo in [(&id, &bytes), (&apart, &unreadable)] {
        upload(&client, photo.0, photo.1).await.expect_status(204);
    }
    let area = |left: i64, width: i64| json!([{ "kind": "blur", "area": { "left": left, "top": 0, "width": width, "height": 500 } }]);
    let circle = json!({ "kind": "circle", "area": AREA });
    let cases = [
        (area(9_600, 500), "malformed_marks"),
        (area(0, 100), "malformed_marks"),
        (Value::Array(vec![circle; 21]), "malformed_marks"),
        (area(-1, 500), "malformed_json"),
        (area(0, 70_000), "malformed_json"),
        (json!([{ "kind": "blur", "area": { "left": 0.25, "top": 0, "width": 500, "height": 500 } }]), "malformed_json"),
        (json!([{ "kind": "blur", "area": { "left": 0, "top": 0, "width": 500 } }]), "missing_field"),
        (json!([{ "kind": "blur", "area": AREA, "who": "Mme Unetelle" }]), "unknown_field"),
        (json!([{ "kind": "scribble" }]), "unknown_field"),
        (json!("blur"), "malformed_json"),
    ];
    let events: Vec<Value> = cases.iter().map(|(wrong, _)| marks(&phone, &id, wrong)).chain([phone.notes("exterior", "EXT-01", "La suite passe")]).collect();
    let reply = phone.push(&client, &events).await.expect_status(200).json();
    for (verdict, (wrong, code)) in reply["verdicts"].as_array().expect("verdicts").iter().zip(&cases) {
        assert_eq!((verdict["verdict"].as_str(), verdict["code"].as_str()), (Some("refused"), Some(*code)), "{wrong}: {verdict}");
        assert!(!verdict["message"].as_str().unwrap_or_default().contains("Unetelle"), "what was sent is not said again");
    }
    assert_eq!(verdicts(&reply).last(), Some(&"stored"));
    expect_hidden(&client, &id, true, "what was refused changed nothing").await;
    // What is never shown: a blur on it would be a false promise. Taking nothing away is harmless.
    server.until("photo", "undisplayable_at is not null").await;
    let reply = phone.push(&client, &[marks(&phone, &apart, &blur()), marks(&phone, &apart, &json!([]))]).await.expect_status(200).json();
    assert_eq!((verdicts(&reply), reply["verdicts"][0]["code"].clone()), (vec!["refused", "stored"], json!("photo_not_shown")));
    assert!(reply["verdicts"][0]["message"].as_str().is_some_and(|message| message.contains("rien ne peut y être dessiné ni flouté")));
    // The same id with other marks is set aside, and the first marks stay.
    let mut event = marks(&phone, &id, &blur());
    phone.push_stored(&client, &[event.clone()]).await;
    event["change"]["marks"] = json!([]);
    let reply = phone.push(&client, &[event]).await.expect_status(200).json();
    assert_eq!(verdicts(&reply), ["quarantined"]);
    expect_hidden(&client, &id, true, "a forged event is set aside").await;
}

async fn a_photo_is_marked_in_its_own_visit_by_those_who_may_write_of_it(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(400, 300));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    let elsewhere = Phone::in_building(&one_more_building(&server, "8, rue du Lavoir", "Longueuil").await);
    let reply = elsewhere.push(&client, &[elsewhere.starts(), marks(&elsewhere, &id, &blur())]).await.expect_status(200).json();
    assert_eq!((verdicts(&reply), reply["verdicts"][1]["code"].clone()), (vec!["stored", "refused"], json!("unknown_photo")));
    assert!(reply["verdicts"][1]["message"].as_str().is_some_and(|message| message.starts_with("Cette photo n’est pas de cette visite.")));
    let unknown = phone.push(&client, &[marks(&phone, &new_id().to_string(), &blur())]).await.expect_status(200).json();
    assert_eq!((verdicts(&unknown), unknown["verdicts"][0]["code"].clone()), (vec!["refused"], json!("unknown_photo")));
    expect_hidden(&client, &id, false, "refused elsewhere").await;
    // A colleague of the same visit may.
    let beside = Phone::beside(&phone);
    beside.push_stored(&server.bearer(Person::SecondInspector).await, &[marks(&beside, &id, &blur())]).await;
    expect_hidden(&client, &id, true, "marked by a colleague").await;
}

async fn who_annotated_and_when_is_in_the_history(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(400, 300));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    let case = case_of(&server, &server.town.tower).await;
    let beside = Phone::beside(&phone);
    let before = now();
    let colleague = server.bearer(Person::SecondInspector).await;
    beside.push_stored(&colleague, &[marks(&beside, &id, &json!([])), marks(&beside, &id, &blur())]).await;
    let detail = client.get(&format!("/api/v1/cases/{case}")).await.json();
    let lines: Vec<&Value> = detail["timeline"].as_array().expect("a timeline").iter().filter(|line| line["text"] == "photo_marked").collect();
    assert_eq!(lines.len(), 1, "once for what came together");
    assert_eq!((lines[0]["kind"].as_str(), lines[0]["by"].as_str()), (Some("visit_received"), Some(Person::SecondInspector.name())));
    assert!(lines[0]["at"].as_i64().is_some_and(|at| (before.0..=now().0).contains(&at)));
    let (browser, _) = server.browser(Person::Coordinator).await;
    let page = browser.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
    assert!(page.contains("Photo annotée."), "the history says so");
    assert!(page.split("photo-strip__mark").nth(1).is_some_and(|mark| mark.starts_with("\">annotée<")), "and the photo");
}

async fn copies_without_the_last_marks_leave_the_disk(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), letters(400, 300));
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    server.until("photo", "derived_at is not null").await;
    phone.push_stored(&client, &[marks(&phone, &id, &blur())]).await;
    server.until("photo", "derived_at is not null").await;
    let (photos, hash) = (&server.brigade.photos, sha256_hex(&bytes));
    let swept = sweep_photos::sweep_unnamed_files(&server.brigade, now().plus_ms(2 * casework::clock::Timestamp::DAY_MS)).await.expect("sweeps");
    assert_eq!(swept.files, 2, "the screen and the thumbnail that nobody may see any more");
    for size in [Size::Screen, Size::Thumbnail] {
        assert!(photos.read_copy(size, &CopyName::of(&hash, &[])).await.is_err());
        photos.read_copy(size, &CopyName::of(&hash, &[PhotoMark::Blur { area: AREA }])).await.expect("what is shown stays");
    }
    assert_eq!(photos.read_original(&hash).await.expect("kept").as_ref(), bytes);
    expect_hidden(&client, &id, true, "after the sweep").await;
}
