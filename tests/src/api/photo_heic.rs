//! Photos that browsers do not show: their copies are made where the system has a program that reads them, and nothing that this program does is trusted.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use casework::photo_mark::MarkArea;
use image::RgbImage;
use serde_json::{Value, json};
use server::{
    application::sweep_photos,
    clock::{new_id, now, sha256_hex},
    photos::{ConverterChoice, CopyName, Size},
};
use sqlx::Row;

use super::{
    photos::upload,
    scenes::{case_of, complex_visit},
};
use crate::support::{
    ACCURACY_M, CAMERA, Client, Codec, Person, Phone, TAKEN, TestServer, halves, heic, heif_of, letters, on_both_databases, seen_by_a_camera, to_be_turned,
};

on_both_databases!(
    a_heic_photo_has_upright_copies_without_what_its_file_tells,
    an_avif_photo_has_copies_too,
    the_primary_picture_of_several_is_shown,
    photos_kept_from_before_get_their_copies_when_the_program_comes,
    a_blur_drawn_while_nothing_could_be_shown_is_burnt_into_what_is_shown_later,
    a_photo_that_cannot_be_read_is_kept_and_tried_again_by_another_program_only,
    a_program_that_does_not_answer_is_ended_with_what_it_started,
    a_program_that_writes_without_end_is_stopped,
    a_program_is_told_nothing_and_held_to_its_limits,
    a_program_that_goes_away_is_as_none_until_the_next_start,
    a_program_that_was_named_must_be_there,
);

/// The system's own program, as an operator has it.
fn with_the_systems(options: &mut server::config::ServeOptions) {
    options.heif_converter = ConverterChoice::Search;
}

/// A program of this story, in the server's folder.
fn program(server: &TestServer, script: &str) -> PathBuf {
    let path = server.folder().join(format!("converter-{}", new_id().simple()));
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("may be run");
    path
}

/// As a phone does that cannot decode what its camera wrote.
async fn send(server: &TestServer, phone: &Phone, bytes: &[u8]) -> (Client, String) {
    let client = server.bearer(Person::Inspector).await;
    let id = new_id().to_string();
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", bytes)]).await;
    upload(&client, &id, bytes).await.expect_status(204);
    (client, id)
}

async fn shown(client: &Client, photo: &str, size: &str) -> RgbImage {
    let answer = client.get(&format!("/api/v1/photos/{photo}?size={size}")).await.expect_status(200);
    image::load_from_memory(&answer.body).expect("a picture").into_rgb8()
}

fn is_red(picture: &RgbImage, x: f64, y: f64) -> bool {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a point within the picture")]
    let at = |share: f64, edge: u32| (share * f64::from(edge)) as u32;
    let [red, _, blue] = picture.get_pixel(at(x, picture.width()), at(y, picture.height())).0;
    assert!(red.abs_diff(blue) > 120, "one of the two halves: {red} {blue}");
    red > blue
}

/// The office says that there is nothing to show, or shows it.
async fn expect_notice(server: &TestServer, photo: &str, noticed: bool, said: &str) {
    let case = case_of(server, &server.town.tower).await;
    let detail = server.bearer(Person::Coordinator).await.get(&format!("/api/v1/cases/{case}")).await.json();
    let observations = detail["visits"][0]["observations"].as_array().expect("observations").clone();
    let photos = observations.iter().flat_map(|seen| seen["photos"].as_array().cloned().unwrap_or_default());
    let known = photos.into_iter().find(|known| known["id"] == json!(photo)).expect("the photo");
    assert_eq!(known["original_only"], json!(noticed), "{said}");
    let (browser, _) = server.browser(Person::Coordinator).await;
    let page = browser.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
    assert!(!noticed || page.contains("format non affichable, original conservé"), "{said}");
    assert_eq!(page.contains(&format!("/api/v1/photos/{photo}?size=thumb")), !noticed, "{said}");
    for person in [Person::Coordinator, Person::Longueuil] {
        let client = server.bearer(person).await;
        for size in ["thumb", "screen"] {
            let status = if noticed { 404 } else { 200 };
            client.get(&format!("/api/v1/photos/{photo}?size={size}")).await.expect_status(status);
        }
    }
}

async fn expect_no_notice(server: &TestServer) {
    let case = case_of(server, &server.town.tower).await;
    let (browser, _) = server.browser(Person::Coordinator).await;
    let page = browser.get(&format!("/bureau/dossiers/{case}")).await.expect_status(200).text();
    assert!(!page.contains("format non affichable"));
}

/// Nothing of a conversion stays beside the originals and their copies.
fn expect_nothing_left(server: &TestServer) {
    let left: Vec<PathBuf> = fs::read_dir(server.folder().join("converting")).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}

async fn jobs(server: &TestServer) -> (i64, i64) {
    (server.count("job", "kind = 'photo.derive'").await, server.count("job", "kind = 'photo.derive' and done_at is null").await)
}

async fn a_heic_photo_has_upright_copies_without_what_its_file_tells(mut server: TestServer) {
    server.restart_with(with_the_systems).await;
    // Lying pixels, to be turned a quarter: the file says so twice, in its boxes and in its EXIF.
    let bytes = to_be_turned(heif_of(&[&seen_by_a_camera(&halves(2_400, 600))], Codec::Hevc));
    assert!(bytes.windows(CAMERA.len()).any(|window| window == CAMERA.as_bytes()), "the file of this test tells who has the camera");
    let (phone, _) = complex_visit(&server).await;
    let (client, id) = send(&server, &phone, &bytes).await;
    server.until("photo", "derived_at is not null and undisplayable_at is null").await;
    for (size, edges) in [("thumb", (80, 320)), ("screen", (512, 2_048))] {
        let copy = client.get(&format!("/api/v1/photos/{id}?size={size}")).await.expect_status(200).body;
        for told in ["Exif", CAMERA, TAKEN.0, "http://ns.adobe.com", "ICC_PROFILE"] {
            assert!(!copy.windows(told.len()).any(|window| window == told.as_bytes()), "{size} tells {told}");
        }
        let picture = shown(&client, &id, size).await;
        assert_eq!(picture.dimensions(), edges, "{size} is upright");
        // Orientation 6: what is to the left goes to the top.
        assert!(is_red(&picture, 0.5, 0.1) && !is_red(&picture, 0.5, 0.9), "{size} is turned once");
    }
    let row = sqlx::query("select captured_at, accuracy_m, width, height, sha256, content_type from photo").fetch_one(server.brigade.store.reader()).await;
    let row = row.expect("the photo");
    let number = |name: &str| row.try_get::<Option<i64>, _>(name).expect("a number");
    assert_eq!((number("captured_at"), number("width"), number("height")), (Some(TAKEN.2), Some(600), Some(2_400)));
    assert_eq!(row.try_get::<Option<f64>, _>("accuracy_m").expect("a number"), Some(ACCURACY_M));
    assert_eq!(row.try_get::<String, _>("sha256").expect("a hash"), sha256_hex(&bytes));
    assert_eq!(row.try_get::<String, _>("content_type").expect("a type"), "image/heic");
    expect_notice(&server, &id, false, "its copies are there").await;
    expect_no_notice(&server).await;
    let original = server.bearer(Person::Privacy).await.get(&format!("/api/v1/photos/{id}?size=original")).await.expect_status(200);
    assert_eq!((original.header("content-type"), original.body.as_slice()), (Some("image/heic"), bytes.as_slice()), "the original is as received");
    expect_nothing_left(&server);
}

async fn an_avif_photo_has_copies_too(mut server: TestServer) {
    server.restart_with(with_the_systems).await;
    let (phone, _) = complex_visit(&server).await;
    let (client, id) = send(&server, &phone, &to_be_turned(heif_of(&[&seen_by_a_camera(&halves(640, 320))], Codec::Av1))).await;
    server.until("photo", "content_type = 'image/avif' and derived_at is not null").await;
    let picture = shown(&client, &id, "screen").await;
    assert_eq!(picture.dimensions(), (320, 640));
    assert!(is_red(&picture, 0.5, 0.1) && !is_red(&picture, 0.5, 0.9));
}

/// Says that another item is the primary one.
fn with_primary(mut heif: Vec<u8>, wanted: u16) -> Vec<u8> {
    let at = heif.windows(4).position(|window| window == b"pitm").expect("a primary item") + 4 + 4;
    heif[at..at + 2].copy_from_slice(&wanted.to_be_bytes());
    heif
}

async fn the_primary_picture_of_several_is_shown(mut server: TestServer) {
    server.restart_with(with_the_systems).await;
    let (phone, _) = complex_visit(&server).await;
    let file = heif_of(&[&halves(400, 200), &halves(300, 300), &halves(200, 400)], Codec::Hevc);
    for (item, edges) in [(1, (400, 200)), (2, (300, 300)), (3, (200, 400))] {
        let (client, id) = send(&server, &phone, &with_primary(file.clone(), item)).await;
        server.until("photo", &format!("id = '{id}' and derived_at is not null")).await;
        assert_eq!(shown(&client, &id, "screen").await.dimensions(), edges, "item {item}");
    }
    expect_nothing_left(&server);
}

async fn photos_kept_from_before_get_their_copies_when_the_program_comes(mut server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let bytes = heif_of(&[&seen_by_a_camera(&halves(640, 320))], Codec::Hevc);
    let (_, first) = send(&server, &phone, &bytes).await;
    // The same bytes once more: another photo.
    let (_, second) = send(&server, &phone, &bytes).await;
    let (_, bad) = send(&server, &phone, &heic()).await;
    for id in [&first, &second, &bad] {
        server.until("photo", &format!("id = '{id}' and undisplayable_at is not null and converter is null")).await;
        expect_notice(&server, id, true, "no program").await;
    }
    assert_eq!(jobs(&server).await, (3, 0));
    server.restart_with(with_the_systems).await;
    for id in [&first, &second] {
        server.until("photo", &format!("id = '{id}' and derived_at is not null and undisplayable_at is null")).await;
        expect_notice(&server, id, false, "a program came").await;
    }
    server.until("job", "kind = 'photo.derive' and (select count(*) from job where kind = 'photo.derive' and done_at is not null) = 6").await;
    assert_eq!(server.brigade.photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes, "the original is as received");
    // Asked once each: at the next start, and by hand, there is nothing to ask for.
    server.restart().await;
    assert_eq!(sweep_photos::ask_converter(&server.brigade, now()).await.expect("asks"), 0);
    assert_eq!(jobs(&server).await, (6, 0));
    // The program goes away: what it made stays.
    server.restart_with(|options| options.heif_converter = ConverterChoice::Never).await;
    expect_notice(&server, &first, false, "its copies are there").await;
    assert_eq!(sweep_photos::ask_converter(&server.brigade, now()).await.expect("asks"), 0);
}

const AREA: MarkArea = MarkArea { left: 2_500, top: 2_500, width: 5_000, height: 5_000 };

fn marks(phone: &Phone, photo: &str, marks: &Value) -> Value {
    phone.event(&json!({ "kind": "photo_marked", "photo_id": photo, "marks": marks }))
}

/// How far apart the lightest and the darkest pixels of the middle, and of the rest, are.
fn contrasts(picture: &RgbImage) -> (u8, u8) {
    let is_within = |at: u32, edge: u32| (28..72).contains(&(at * 100 / edge));
    let contrast = |within: bool| {
        let levels = picture.enumerate_pixels().filter(|(x, y, _)| (is_within(*x, picture.width()) && is_within(*y, picture.height())) == within);
        let (low, high) = levels.fold((u8::MAX, u8::MIN), |(low, high), (_, _, pixel)| (low.min(pixel.0[1]), high.max(pixel.0[1])));
        high.saturating_sub(low)
    };
    (contrast(true), contrast(false))
}

async fn a_blur_drawn_while_nothing_could_be_shown_is_burnt_into_what_is_shown_later(mut server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    let bytes = heif_of(&[&letters(800, 600)], Codec::Hevc);
    let blur = json!([{ "kind": "blur", "area": AREA }]);
    let (client, before) = send(&server, &phone, &bytes).await;
    phone.push_stored(&client, &[marks(&phone, &before, &blur)]).await;
    let (_, after) = send(&server, &phone, &bytes).await;
    for id in [&before, &after] {
        server.until("photo", &format!("id = '{id}' and undisplayable_at is not null")).await;
    }
    server.restart_with(with_the_systems).await;
    let client = server.bearer(Person::Inspector).await;
    for id in [&before, &after] {
        server.until("photo", &format!("id = '{id}' and derived_at is not null")).await;
    }
    let expect_hidden = async |id: &str, hidden: bool, said: &str| {
        for size in ["screen", "thumb"] {
            let (middle, rest) = contrasts(&shown(&client, id, size).await);
            assert!(rest > 150 && (middle < 60) == hidden, "{said}: {size} {middle} {rest}");
        }
    };
    expect_hidden(&before, true, "drawn before").await;
    expect_hidden(&after, false, "not drawn on").await;
    // From the answer on, no copy without the blur is shown: nothing is, until the program has read the photo again.
    phone.push_stored(&client, &[marks(&phone, &after, &blur)]).await;
    let at_once = client.get(&format!("/api/v1/photos/{after}?size=screen")).await;
    if at_once.status == 200 {
        expect_hidden(&after, true, "made meanwhile").await;
    } else {
        at_once.expect_refusal(404, "not_found");
    }
    server.until("photo", &format!("id = '{after}' and derived_at is not null")).await;
    expect_hidden(&after, true, "drawn after").await;
    expect_notice(&server, &after, false, "drawn after").await;
    expect_no_notice(&server).await;
}

async fn a_photo_that_cannot_be_read_is_kept_and_tried_again_by_another_program_only(mut server: TestServer) {
    server.restart_with(with_the_systems).await;
    let (phone, _) = complex_visit(&server).await;
    let whole = heif_of(&[&halves(640, 480)], Codec::Hevc);
    let data = whole.windows(4).position(|window| window == b"mdat").expect("data") + 4;
    // Boxes around nothing; a picture that was cut, with what follows filled up; one that is noise; one that refers to what is not there.
    let cut = [&whole[..data + 40], &vec![0; whole.len() - data - 40]].concat();
    let noise: Vec<u8> = whole[..data].iter().copied().chain((0..whole.len() - data).map(|at| u8::try_from(at * 7 % 251).unwrap_or(0))).collect();
    let files = [heic(), cut, noise, with_primary(whole, 999)];
    let (mut ids, mut kept) = (Vec::new(), Vec::new());
    for file in &files {
        ids.push(send(&server, &phone, file).await.1);
    }
    for (index, id) in ids.iter().enumerate() {
        // A decoder may make something of noise: then it is shown, and nothing else is stored.
        server.until("photo", &format!("id = '{id}' and (undisplayable_at is not null or derived_at is not null)")).await;
        let is_kept = server.count("photo", &format!("id = '{id}' and undisplayable_at is not null")).await == 1;
        assert!(is_kept || index == 1 || index == 2, "file {index}");
        kept.push(is_kept);
        let name = CopyName::of(&sha256_hex(&files[index]), &[]);
        for size in [Size::Screen, Size::Thumbnail] {
            assert_eq!(server.brigade.photos.read_copy(size, &name).await.is_err(), is_kept, "file {index}");
        }
        expect_notice(&server, id, is_kept, &format!("file {index}")).await;
        assert_eq!(server.brigade.photos.read_original(&sha256_hex(&files[index])).await.expect("kept").as_ref(), files[index]);
    }
    assert_eq!(jobs(&server).await, (4, 0), "tried once each");
    expect_nothing_left(&server);
    server.restart().await;
    assert_eq!(sweep_photos::ask_converter(&server.brigade, now()).await.expect("asks"), 0, "nor at the next start");
    // Another program may read what this one could not.
    let picture = server.folder().join("picture.jpg");
    fs::write(&picture, halves(300, 100)).expect("written");
    let reads_all = program(&server, &format!("cp '{}' out.jpg", picture.display()));
    server.restart_with(|options| options.heif_converter = ConverterChoice::Program(reads_all)).await;
    // The first and the last say of no picture that it is theirs: no program is asked.
    server
        .until(
            "job",
            &format!("(select count(*) from job where kind = 'photo.derive' and done_at is not null) = {}", 4 + kept.iter().filter(|kept| **kept).count()),
        )
        .await;
    assert_eq!(server.count("photo", "undisplayable_at is not null").await, 2);
    assert_eq!(shown(&server.bearer(Person::Inspector).await, &ids[1], "screen").await.height(), if kept[1] { 100 } else { 480 });
}

fn is_alive(id: &str) -> bool {
    // A zombie is not: it waits for whoever started it to look.
    fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

async fn a_program_that_does_not_answer_is_ended_with_what_it_started(mut server: TestServer) {
    let ids = server.folder().join("started");
    let silent = program(&server, &format!("echo $$ >> '{0}'; sleep 3600 & echo $! >> '{0}'; wait", ids.display()));
    server
        .restart_with(|options| {
            options.heif_converter = ConverterChoice::Program(silent);
            options.heif_seconds = 1;
        })
        .await;
    let (phone, _) = complex_visit(&server).await;
    let bytes = heif_of(&[&halves(64, 48)], Codec::Hevc);
    let (_, id) = send(&server, &phone, &bytes).await;
    server.until("photo", "undisplayable_at is not null and derived_at is null").await;
    expect_notice(&server, &id, true, "no answer").await;
    server.until("job", "kind = 'photo.derive' and done_at is not null and attempts = 2").await;
    assert_eq!(jobs(&server).await, (1, 0));
    let started = fs::read_to_string(&ids).expect("what was started");
    // Once to tell which decoders it has, and twice for the photo, no more; each time with a child of its own.
    assert_eq!(started.lines().count(), 6, "{started}");
    assert!(started.lines().all(|id| !is_alive(id)), "{started}");
    expect_nothing_left(&server);
    assert_eq!(server.brigade.photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes);
}

async fn a_program_that_writes_without_end_is_stopped(mut server: TestServer) {
    let (phone, _) = complex_visit(&server).await;
    for (script, said) in [
        // Sparse: what counts is what a reader would get.
        ("i=0; while :; do i=$((i + 1)); truncate -s 20M out-$i.jpg; done", "many files"),
        ("exec dd if=/dev/zero of=out.jpg bs=1M seek=63 count=1000", "one file"),
    ] {
        let endless = program(&server, &format!("[ \"$1\" = --list-decoders ] && exit; {script}"));
        server.restart_with(|options| options.heif_converter = ConverterChoice::Program(endless)).await;
        let (_, id) = send(&server, &phone, &heif_of(&[&halves(64, 48)], Codec::Hevc)).await;
        server.until("photo", &format!("id = '{id}' and undisplayable_at is not null")).await;
        expect_notice(&server, &id, true, said).await;
        expect_nothing_left(&server);
    }
}

async fn a_program_is_told_nothing_and_held_to_its_limits(mut server: TestServer) {
    let told = server.folder().join("told");
    // The limits come a moment after its start: it waits for the last of them.
    let script = format!(
        "until [ \"$(ulimit -n)\" = 64 ]; do :; done; [ \"$1\" = --list-decoders ] && exit
         {{ echo \"$@\"; ls; stat -c %a .; ulimit -v; ulimit -f; ulimit -t; ulimit -c; env; }} > '{0}.part' && mv '{0}.part' '{0}'; exit 3",
        told.display()
    );
    let curious = program(&server, &script);
    server.restart_with(|options| options.heif_converter = ConverterChoice::Program(curious)).await;
    let (phone, _) = complex_visit(&server).await;
    send(&server, &phone, &heif_of(&[&halves(64, 48)], Codec::Hevc)).await;
    server.until("photo", "undisplayable_at is not null").await;
    let told = fs::read_to_string(told).expect("what it was told");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines[..3], ["-q 92 in.heif out.jpg", "in.heif", "700"], "fixed arguments, and a folder of its own");
    // 1.5 GiB of memory in KiB, 64 MiB of a file in blocks of 512 bytes, a minute of processor, no core.
    assert_eq!(lines[3..7], ["1572864", "131072", "60", "0"]);
    for variable in &lines[7..] {
        let name = variable.split('=').next().unwrap_or_default();
        assert!(["PATH", "LD_LIBRARY_PATH", "LIBHEIF_PLUGIN_PATH", "MALLOC_ARENA_MAX", "PWD", "OLDPWD", "SHLVL", "_"].contains(&name), "{name}");
    }
}

async fn a_program_that_goes_away_is_as_none_until_the_next_start(mut server: TestServer) {
    let leaving = program(&server, "exit 0");
    let named = leaving.clone();
    server.restart_with(|options| options.heif_converter = ConverterChoice::Program(named)).await;
    fs::remove_file(leaving).expect("removed");
    let (phone, _) = complex_visit(&server).await;
    let (_, id) = send(&server, &phone, &heif_of(&[&halves(64, 48)], Codec::Hevc)).await;
    server.until("photo", "undisplayable_at is not null and converter is null").await;
    expect_notice(&server, &id, true, "the program went away").await;
    expect_nothing_left(&server);
    server.restart_with(with_the_systems).await;
    server.until("photo", "derived_at is not null").await;
    expect_notice(&server, &id, false, "another came").await;
}

async fn a_program_that_was_named_must_be_there(server: TestServer) {
    let missing = server.folder().join("nothing-here");
    let not_run = server.folder().join("not-run");
    fs::write(&not_run, "text").expect("written");
    for named in [missing.as_path(), not_run.as_path(), Path::new("heif-dec")] {
        let refused = server.refused_start(|options| options.heif_converter = ConverterChoice::Program(named.to_owned())).await;
        assert!(refused.as_deref().is_some_and(|why| why.starts_with("--heif-converter")), "{}: {refused:?}", named.display());
    }
    assert_eq!(server.refused_start(|options| options.heif_converter = ConverterChoice::Search).await, None);
}
