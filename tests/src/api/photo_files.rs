//! What becomes of a photo's file: its copies, its metadata, its original, and files that nobody names.

use casework::clock::Timestamp;
use server::{
    application::sweep_photos,
    clock::{new_id, now, sha256_hex},
    photos::{CopyName, Size},
};
use sqlx::Row;

use super::{
    photos::{announce, look, patch, upload},
    scenes::{case_of, complex_visit},
};
use crate::support::{ACCURACY_M, CAMERA, Client, Person, TAKEN, TestServer, heic, jpeg, jpeg_of_a_camera, on_both_databases};

on_both_databases!(
    what_a_camera_tells_is_kept_as_fields_and_leaves_every_copy,
    an_original_is_the_privacy_officers_and_each_reading_leaves_a_trace,
    a_format_that_cannot_be_shown_is_kept_and_said_so,
    an_upload_that_stopped_days_ago_is_forgotten,
    files_that_nobody_names_are_deleted_after_a_day,
);

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

async fn a_photo(server: &TestServer, bytes: &[u8]) -> (Client, String) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(server).await;
    let id = new_id().to_string();
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", bytes)]).await;
    upload(&client, &id, bytes).await.expect_status(204);
    (client, id)
}

/// Markers of a JPEG's segments, up to its picture.
fn segments(jpeg: &[u8]) -> Vec<u8> {
    let (mut rest, mut markers) = (&jpeg[2..], Vec::new());
    while let [0xFF, marker, high, low, ..] = *rest {
        if marker == 0xDA {
            break;
        }
        markers.push(marker);
        rest = &rest[2 + usize::from(u16::from_be_bytes([high, low]))..];
    }
    markers
}

async fn what_a_camera_tells_is_kept_as_fields_and_leaves_every_copy(server: TestServer) {
    let bytes = jpeg_of_a_camera(2_400, 600);
    assert!(holds(&bytes, CAMERA) && holds(&bytes, TAKEN.0), "the picture of this test carries metadata");
    let (client, id) = a_photo(&server, &bytes).await;
    server.until("photo", "derived_at is not null").await;
    let row = sqlx::query("select captured_at, accuracy_m, width, height, sha256, content_type from photo").fetch_one(server.brigade.store.reader()).await;
    let row = row.expect("the photo");
    let number = |name: &str| row.try_get::<Option<i64>, _>(name).expect("a number");
    assert_eq!((number("captured_at"), number("width"), number("height")), (Some(TAKEN.2), Some(600), Some(2_400)));
    assert_eq!(row.try_get::<Option<f64>, _>("accuracy_m").expect("a number"), Some(ACCURACY_M));
    assert_eq!(row.try_get::<String, _>("sha256").expect("a hash"), sha256_hex(&bytes));
    for (size, edges) in [("thumb", (80, 320)), ("screen", (512, 2_048))] {
        let copy = client.get(&format!("/api/v1/photos/{id}?size={size}")).await.expect_status(200).body;
        for told in ["Exif", CAMERA, TAKEN.0] {
            assert!(!holds(&copy, told), "{size} tells {told}");
        }
        // APP1 to APP15 are where metadata lives (Exif, XMP, ICC, makers' notes); APP0 says that it is a JPEG.
        assert_eq!(segments(&copy).into_iter().filter(|marker| (0xE1..=0xEF).contains(marker)).collect::<Vec<_>>(), Vec::<u8>::new(), "{size}");
        let shown = image::load_from_memory(&copy).expect("a picture");
        assert_eq!((shown.width(), shown.height()), edges, "{size} is upright");
    }
    assert_eq!(server.brigade.photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes, "the original is as received");
}

async fn an_original_is_the_privacy_officers_and_each_reading_leaves_a_trace(server: TestServer) {
    let bytes = jpeg_of_a_camera(64, 48);
    let (client, id) = a_photo(&server, &bytes).await;
    let path = format!("/api/v1/photos/{id}?size=original");
    let privacy = server.bearer(Person::Privacy).await;
    let original = privacy.get(&path).await.expect_status(200);
    assert_eq!(original.body, bytes);
    assert_eq!(original.header("content-type"), Some("image/jpeg"));
    assert_eq!(original.header("content-disposition"), Some(format!("attachment; filename=\"photo-{id}.jpg\"").as_str()));
    assert!(original.header("cache-control").is_some_and(|caching| caching.contains("no-store")));
    assert_eq!(privacy.get(&path).await.expect_status(200).body, bytes);
    // These see the photo, and not what its file tells: not even who took it.
    for person in [Person::Inspector, Person::SecondInspector, Person::Psychosocial, Person::Coordinator, Person::Dispatcher, Person::Longueuil] {
        server.bearer(person).await.get(&path).await.expect_refusal(403, "not_allowed");
    }
    for person in [Person::Brossard, Person::Cisss, Person::Administrator] {
        server.bearer(person).await.get(&path).await.expect_refusal(404, "not_found");
    }
    privacy.get(&format!("/api/v1/photos/{}?size=original", new_id())).await.expect_refusal(404, "not_found");
    let trace = format!("action = 'photo.original_read' and subject_kind = 'photo' and subject_id = '{id}' and account_id is not null");
    assert_eq!((server.count("audit", &trace).await, server.count("audit", "action = 'photo.original_read'").await), (2, 2));
    client.get(&format!("/api/v1/photos/{id}?size=thumb")).await.expect_status(200);
    assert_eq!(server.count("audit", "action = 'photo.original_read'").await, 2, "looking at a copy is no such reading");
}

async fn a_format_that_cannot_be_shown_is_kept_and_said_so(server: TestServer) {
    let bytes = heic();
    let (client, id) = a_photo(&server, &bytes).await;
    let case = case_of(&server, &server.town.tower).await;
    let shown = async |said: &str| {
        for size in ["thumb", "screen"] {
            client.get(&format!("/api/v1/photos/{id}?size={size}")).await.expect_refusal(404, "not_found");
        }
        let detail = client.get(&format!("/api/v1/cases/{case}")).await.text();
        assert!(detail.contains(&id) && detail.contains("\"original_only\":true"), "{said}");
        let (browser, _) = server.browser(Person::Coordinator).await;
        let page = browser.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
        assert!(page.contains("format non affichable, original conservé"), "{said}");
        assert!(!page.contains(&format!("/api/v1/photos/{id}?size=thumb")), "{said}: no picture that cannot come");
    };
    shown("at once").await;
    server.until("photo", "undisplayable_at is not null and derived_at is null").await;
    shown("after its job").await;
    // Announced as a JPEG: its content decides.
    assert_eq!(server.count("photo", "content_type = 'image/heic'").await, 1);
    let original = server.bearer(Person::Privacy).await.get(&format!("/api/v1/photos/{id}?size=original")).await.expect_status(200);
    assert_eq!((original.header("content-type"), original.body.as_slice()), (Some("image/heic"), bytes.as_slice()));
}

async fn an_upload_that_stopped_days_ago_is_forgotten(server: TestServer) {
    let (client, whole) = a_photo(&server, &jpeg(64, 64)).await;
    let (stopped, silent, bytes) = (new_id().to_string(), new_id().to_string(), jpeg(320, 240));
    for id in [&stopped, &silent] {
        announce(&client, id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    }
    patch(&client, &stopped, 0, &bytes[..1_000], None).await.expect_status(204);
    let forget = async |days: i64| sweep_photos::forget_stale_uploads(&server.brigade, now().plus_ms(days * Timestamp::DAY_MS)).await.expect("forgets");
    assert_eq!(forget(6).await, 0);
    look(&client, &stopped).await.expect_status(200);
    assert_eq!(forget(8).await, 2);
    for id in [&stopped, &silent] {
        look(&client, id).await.expect_status(404);
    }
    assert_eq!(server.brigade.photos.standing(stopped.parse().expect("an id")).await.expect("an answer"), None);
    assert_eq!(look(&client, &whole).await.header("x-brigade-photo"), Some("verified"), "a whole photo never expires");
    // The phone still has it, and starts again.
    upload(&client, &stopped, &bytes).await.expect_status(204);
    // Begun long ago and still receiving: it lives.
    let slow = new_id().to_string();
    announce(&client, &slow, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    server.alter(&format!("update upload set created_at = 0 where photo_id = '{slow}'")).await;
    patch(&client, &slow, 0, &bytes[..1_000], None).await.expect_status(204);
    assert_eq!(forget(0).await, 0);
    assert_eq!(look(&client, &slow).await.header("upload-offset"), Some("1000"));
}

async fn files_that_nobody_names_are_deleted_after_a_day(server: TestServer) {
    let bytes = jpeg(400, 300);
    let (client, id) = a_photo(&server, &bytes).await;
    server.until("photo", "derived_at is not null").await;
    let photos = &server.brigade.photos;
    let (under_way, orphan) = (new_id(), jpeg(32, 32));
    let orphan_hash = sha256_hex(&orphan);
    photos.keep_original(&orphan_hash, orphan.clone().into()).await.expect("kept");
    photos.keep_copy(Size::Thumbnail, &CopyName::of(&orphan_hash, &[]), orphan.clone().into()).await.expect("kept");
    // Bytes of an upload whose row is gone, and of one that goes on.
    photos.write_chunk(new_id().into(), 0, orphan.clone().into()).await.expect("written");
    let (under_way, going_on) = (under_way.to_string(), jpeg(48, 48));
    announce(&client, &under_way, &sha256_hex(&going_on), going_on.len()).await.expect_status(201);
    patch(&client, &under_way, 0, &going_on[..500], None).await.expect_status(204);
    let sweep = async |days: i64| sweep_photos::sweep_unnamed_files(&server.brigade, now().plus_ms(days * Timestamp::DAY_MS)).await.expect("sweeps");
    assert_eq!(sweep(0).await.files, 0, "a row may be on its way");
    let swept = sweep(2).await;
    assert_eq!((swept.files, swept.bytes), (3, 3 * orphan.len() as u64));
    assert!(photos.read_original(&orphan_hash).await.is_err());
    assert_eq!(photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes);
    for size in ["thumb", "screen"] {
        client.get(&format!("/api/v1/photos/{id}?size={size}")).await.expect_status(200);
    }
    let rest = patch(&client, &under_way, 500, &going_on[500..], None).await.expect_status(204);
    assert_eq!(rest.header("x-brigade-photo"), Some("verified"));
    assert_eq!(sweep(2).await.files, 0);
}
