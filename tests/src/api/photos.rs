use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use server::clock::{new_id, sha256_hex};
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::scenes::{case_of, complex_visit};
use crate::support::{Answer, Client, Person, TestServer, huge_png, jpeg, jpeg_with_exif, on_both_databases};

on_both_databases!(
    a_photo_arrives_in_chunks_and_resumes_where_the_server_stands,
    a_chunk_altered_on_the_way_is_asked_again,
    a_photo_that_is_not_the_one_announced_can_start_again,
    what_is_not_a_safe_image_is_refused,
    an_upload_belongs_to_the_one_who_began_it,
    a_server_says_what_it_can_do_and_refuses_another_version,
    both_checksums_are_taken_and_no_other,
    an_offset_is_what_the_disk_holds,
    a_chunk_cut_on_the_way_is_kept_as_far_as_it_came,
    a_whole_photo_comes_in_one_request_however_long,
    two_connections_of_one_phone_do_not_mix_their_bytes,
    an_upload_given_up_is_forgotten_and_a_whole_photo_is_not,
    a_photo_is_seen_by_those_who_read_its_section_and_by_nobody_else,
    the_bytes_may_come_before_the_visit_names_them,
    shown_copies_are_smaller_and_carry_no_metadata,
);

fn metadata(id: &str, sha256: &str) -> String {
    [("photo_id", id), ("sha256", sha256), ("content_type", "image/jpeg")].map(|(key, value)| format!("{key} {}", STANDARD.encode(value))).join(",")
}

pub async fn announce(client: &Client, id: &str, sha256: &str, length: usize) -> Answer {
    let request = client.request(Method::POST, "/api/v1/photos").header("tus-resumable", "1.0.0");
    Client::send(request.header("upload-length", length).header("upload-metadata", metadata(id, sha256))).await
}

pub async fn patch(client: &Client, id: &str, offset: usize, chunk: &[u8], checksum: Option<&str>) -> Answer {
    let mut request = client.request(Method::PATCH, &format!("/api/v1/photos/uploads/{id}")).header("content-type", "application/offset+octet-stream");
    request = request.header("tus-resumable", "1.0.0").header("upload-offset", offset);
    if let Some(checksum) = checksum {
        request = request.header("upload-checksum", checksum);
    }
    Client::send(request.body(chunk.to_vec())).await
}

pub async fn look(client: &Client, id: &str) -> Answer {
    Client::send(client.request(Method::HEAD, &format!("/api/v1/photos/uploads/{id}"))).await
}

pub fn checksum(chunk: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(hex::decode(sha256_hex(chunk)).expect("hexadecimal")))
}

/// What a phone sends at a time.
const CHUNK_BYTES: usize = 512 * 1024;

/// Sends a whole photo, as a phone does.
pub async fn upload(client: &Client, id: &str, bytes: &[u8]) -> Answer {
    announce(client, id, &sha256_hex(bytes), bytes.len()).await.expect_status(201);
    for (index, chunk) in bytes.chunks(CHUNK_BYTES).enumerate() {
        let answer = patch(client, id, index * CHUNK_BYTES, chunk, Some(&checksum(chunk))).await;
        if (index + 1) * CHUNK_BYTES >= bytes.len() || answer.status != 204 {
            return answer;
        }
    }
    unreachable!("a photo has bytes")
}

async fn a_photo_arrives_in_chunks_and_resumes_where_the_server_stands(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id().to_string(), jpeg(640, 480));
    let announced = announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    assert_eq!(announced.header("location"), Some(format!("/api/v1/photos/uploads/{id}").as_str()));
    assert_eq!((announced.header("upload-offset"), announced.header("tus-resumable")), (Some("0"), Some("1.0.0")));
    let (third, two_thirds) = (bytes.len() / 3, bytes.len() * 2 / 3);
    let answer = patch(&client, &id, 0, &bytes[..third], Some(&checksum(&bytes[..third]))).await.expect_status(204);
    assert_eq!(answer.header("upload-offset"), Some(third.to_string().as_str()));
    // The phone did not hear that: it starts over, is told where to go on, and announces again without harm.
    for offset in [0, two_thirds] {
        let lost = patch(&client, &id, offset, &bytes[offset..offset + 10], None).await.expect_refusal(409, "offset_mismatch");
        assert_eq!(lost.header("upload-offset"), Some(third.to_string().as_str()));
    }
    let again = announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    assert_eq!(again.header("upload-offset"), Some(third.to_string().as_str()));
    let head = look(&client, &id).await.expect_status(200);
    assert_eq!((head.header("upload-offset"), head.header("upload-length")), (Some(third.to_string().as_str()), Some(bytes.len().to_string().as_str())));
    assert_eq!(head.header("x-brigade-photo"), None);
    patch(&client, &id, third, &bytes[third..two_thirds], None).await.expect_status(204);
    let last = patch(&client, &id, two_thirds, &bytes[two_thirds..], None).await.expect_status(204);
    assert_eq!(last.header("x-brigade-photo"), Some("verified"));
    assert_eq!(look(&client, &id).await.header("x-brigade-photo"), Some("verified"));
    // The last answer was lost: asked again, it is the same.
    let repeated = patch(&client, &id, bytes.len(), &[], None).await.expect_status(204);
    assert_eq!(repeated.header("x-brigade-photo"), Some("verified"));
    assert_eq!(server.brigade.photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes);
}

async fn a_chunk_altered_on_the_way_is_asked_again(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id().to_string(), jpeg(64, 64));
    announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    let mut altered = bytes.clone();
    altered[40] ^= 1;
    patch(&client, &id, 0, &altered, Some(&checksum(&bytes))).await.expect_refusal(460, "checksum_mismatch");
    patch(&client, &id, 0, &bytes, Some("sha256 ***")).await.expect_refusal(460, "checksum_mismatch");
    assert_eq!(look(&client, &id).await.header("upload-offset"), Some("0"));
    patch(&client, &id, 0, &bytes, Some(&checksum(&bytes))).await.expect_status(204);
    let too_long = new_id().to_string();
    announce(&client, &too_long, &sha256_hex(&bytes), bytes.len() - 1).await.expect_status(201);
    patch(&client, &too_long, 0, &bytes, None).await.expect_refusal(413, "body_too_large");
    patch(&client, &too_long, 0, &vec![0; 2 * 1024 * 1024 + 1], None).await.expect_refusal(413, "body_too_large");
}

async fn a_photo_that_is_not_the_one_announced_can_start_again(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id().to_string(), jpeg(64, 64));
    let mut other = bytes.clone();
    *other.last_mut().expect("bytes") ^= 1;
    announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    announce(&client, &id, &sha256_hex(&other), other.len()).await.expect_refusal(422, "hash_mismatch");
    patch(&client, &id, 0, &other, None).await.expect_refusal(422, "hash_mismatch");
    look(&client, &id).await.expect_status(404);
    let answer = upload(&client, &id, &bytes).await.expect_status(204);
    assert_eq!(answer.header("x-brigade-photo"), Some("verified"));
}

async fn what_is_not_a_safe_image_is_refused(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let id = || new_id().to_string();
    upload(&client, &id(), b"%PDF-1.7 ceci n'est pas une photo").await.expect_refusal(415, "not_an_image");
    upload(&client, &id(), &[0xFF, 0xD8, 0xFF, 0xE0, 0, 16]).await.expect_refusal(415, "not_an_image");
    upload(&client, &id(), &huge_png()).await.expect_refusal(413, "image_too_large");
    let whole = jpeg(400, 300);
    for missing in [1, 2, whole.len() / 2] {
        upload(&client, &id(), &whole[..whole.len() - missing]).await.expect_refusal(415, "not_an_image");
    }
    let hash = "0".repeat(64);
    for length in [0, 25 * 1024 * 1024 + 1, usize::MAX] {
        announce(&client, &id(), &hash, length).await.expect_refusal(413, "image_too_large");
    }
    announce(&client, &id(), "pas un hachage", 10).await.expect_refusal(422, "hash_mismatch");
    announce(&client, "pas-un-id", &hash, 10).await.expect_refusal(400, "malformed_id");
    let without_metadata = client.request(Method::POST, "/api/v1/photos").header("upload-length", 10);
    Client::send(without_metadata).await.expect_refusal(422, "missing_field");
    let without_length = client.request(Method::POST, "/api/v1/photos").header("upload-metadata", metadata(&id(), &hash));
    Client::send(without_length).await.expect_refusal(422, "missing_field");
    assert_eq!(server.count("upload", "1 = 1").await, 0);
}

async fn an_upload_belongs_to_the_one_who_began_it(server: TestServer) {
    let (mine, theirs) = (server.bearer(Person::Inspector).await, server.bearer(Person::SecondInspector).await);
    let (id, bytes) = (new_id().to_string(), jpeg(64, 64));
    announce(&mine, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    look(&theirs, &id).await.expect_status(404);
    patch(&theirs, &id, 0, &bytes, None).await.expect_refusal(404, "not_found");
    announce(&theirs, &id, &sha256_hex(&bytes), bytes.len()).await.expect_refusal(404, "not_found");
    let partner = server.bearer(Person::Longueuil).await;
    announce(&partner, &new_id().to_string(), &sha256_hex(&bytes), bytes.len()).await.expect_refusal(403, "not_allowed");
}

async fn a_server_says_what_it_can_do_and_refuses_another_version(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let said = Client::send(client.request(Method::OPTIONS, "/api/v1/photos")).await.expect_status(204);
    let header = |name: &str| said.header(name).unwrap_or_default();
    assert_eq!((header("tus-version"), header("tus-extension")), ("1.0.0", "creation,checksum,termination,expiration"));
    assert_eq!((header("tus-checksum-algorithm"), header("tus-max-size")), ("sha256,sha1", "26214400"));
    let (id, bytes) = (new_id().to_string(), jpeg(64, 64));
    let announced = announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    let expires = announced.header("upload-expires").expect("an unfinished upload expires");
    assert!(expires.ends_with(" GMT"), "{expires}");
    let path = format!("/api/v1/photos/uploads/{id}");
    for (method, path) in [(Method::POST, "/api/v1/photos"), (Method::HEAD, &path), (Method::DELETE, &path), (Method::PATCH, &path)] {
        let request = client.request(method.clone(), path).header("tus-resumable", "0.2.2").header("upload-offset", 0);
        let request = request.header("content-type", "application/offset+octet-stream").header("upload-length", 1);
        let refused = Client::send(request).await.expect_status(412);
        assert_eq!((refused.header("tus-version"), refused.header("tus-resumable")), (Some("1.0.0"), Some("1.0.0")), "{method}");
    }
    let head = look(&client, &id).await.expect_status(200);
    assert!(head.header("upload-metadata").is_some_and(|said| said.contains(&format!("photo_id {}", STANDARD.encode(&id)))));
    let last = patch(&client, &id, 0, &bytes, None).await.expect_status(204);
    assert_eq!(last.header("upload-expires"), None, "a whole photo does not expire");
}

async fn both_checksums_are_taken_and_no_other(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    // « a.jpg » of no photo: only the chunk counts here. SHA-1 of « abc », FIPS 180.
    let (id, bytes) = (new_id().to_string(), b"abcabc");
    announce(&client, &id, &sha256_hex(bytes), bytes.len()).await.expect_status(201);
    let sha1 = "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
    patch(&client, &id, 0, b"abd", Some(sha1)).await.expect_refusal(460, "checksum_mismatch");
    patch(&client, &id, 0, b"abc", Some("md5 kAFQmDzST7DWlj99KOF/cg==")).await.expect_refusal(422, "missing_field");
    let taken = patch(&client, &id, 0, b"abc", Some(sha1)).await.expect_status(204);
    assert_eq!(taken.header("upload-offset"), Some("3"));
    let checked = vec![7; 2 * 1024 * 1024 + 1];
    let long = new_id().to_string();
    announce(&client, &long, &sha256_hex(&checked), checked.len()).await.expect_status(201);
    patch(&client, &long, 0, &checked, Some(&checksum(&checked))).await.expect_refusal(413, "body_too_large");
}

async fn an_offset_is_what_the_disk_holds(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id(), jpeg(320, 240));
    let name = id.to_string();
    announce(&client, &name, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    // As a server killed in the middle of a chunk leaves it: some bytes are here that nobody was told of.
    let came = bytes.len() / 2 + 1;
    server.brigade.photos.write_chunk(id.into(), 0, bytes[..came].to_vec().into()).await.expect("written");
    assert_eq!(look(&client, &name).await.header("upload-offset"), Some(came.to_string().as_str()));
    let refused = patch(&client, &name, 0, &bytes, None).await.expect_refusal(409, "offset_mismatch");
    assert_eq!(refused.header("upload-offset"), Some(came.to_string().as_str()));
    let last = patch(&client, &name, came, &bytes[came..], Some(&checksum(&bytes[came..]))).await.expect_status(204);
    assert_eq!(last.header("x-brigade-photo"), Some("verified"));
    // As a server killed between the last byte and its word leaves it: whoever looks hears the end.
    let (other, other_bytes) = (new_id(), jpeg(300, 200));
    announce(&client, &other.to_string(), &sha256_hex(&other_bytes), other_bytes.len()).await.expect_status(201);
    server.brigade.photos.write_chunk(other.into(), 0, other_bytes.into()).await.expect("written");
    assert_eq!(look(&client, &other.to_string()).await.header("x-brigade-photo"), Some("verified"));
}

async fn a_chunk_cut_on_the_way_is_kept_as_far_as_it_came(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id().to_string(), jpeg(640, 480));
    announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    let half = bytes.len() / 2;
    let cut = async |checksum: Option<String>| {
        let mut line = TcpStream::connect(server.address()).await.expect("the server listens");
        let token = server.token(Person::Inspector).await;
        let checksum = checksum.map(|checksum| format!("Upload-Checksum: {checksum}\r\n")).unwrap_or_default();
        let head = format!(
            "PATCH /api/v1/photos/uploads/{id} HTTP/1.1\r\nHost: brigade\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
             {checksum}Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
            bytes.len()
        );
        line.write_all(head.as_bytes()).await.expect("sent");
        line.write_all(&bytes[..half]).await.expect("sent");
        line.shutdown().await.expect("cut");
    };
    let offset = async || look(&client, &id).await.header("upload-offset").expect("an offset").to_owned();
    // A chunk with a checksum counts whole or not at all.
    cut(Some(checksum(&bytes))).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(offset().await, "0");
    cut(None).await;
    for _ in 0..100 {
        if offset().await != "0" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(offset().await, half.to_string());
    let last = patch(&client, &id, half, &bytes[half..], None).await.expect_status(204);
    assert_eq!(last.header("x-brigade-photo"), Some("verified"));
}

async fn a_whole_photo_comes_in_one_request_however_long(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, mut bytes) = (new_id().to_string(), jpeg(64, 64));
    // A camera may leave what it likes after the end of the picture.
    bytes.resize(5_000_000, 0x2E);
    announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    let answer = patch(&client, &id, 0, &bytes, None).await.expect_status(204);
    assert_eq!(answer.header("x-brigade-photo"), Some("verified"));
    assert_eq!(server.brigade.photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes);
}

async fn two_connections_of_one_phone_do_not_mix_their_bytes(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    for round in 0..4_u32 {
        let (id, mut bytes) = (new_id().to_string(), jpeg(64, 64));
        bytes.resize(900_000, u8::try_from(round).expect("few rounds"));
        announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
        let answers = futures::future::join_all((0..4).map(|_| patch(&client, &id, 0, &bytes, None))).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert!(statuses.iter().all(|status| [204, 409].contains(status)), "{statuses:?}");
        // Whoever was late goes on from where the server stands, as tus clients do.
        for _ in 0..20 {
            let standing = look(&client, &id).await;
            if standing.header("x-brigade-photo").is_some() {
                break;
            }
            let offset: usize = standing.header("upload-offset").and_then(|offset| offset.parse().ok()).expect("an offset");
            patch(&client, &id, offset, &bytes[offset..], None).await;
        }
        assert_eq!(server.brigade.photos.read_original(&sha256_hex(&bytes)).await.expect("kept").as_ref(), bytes);
    }
}

async fn an_upload_given_up_is_forgotten_and_a_whole_photo_is_not(server: TestServer) {
    let (client, other) = (server.bearer(Person::Inspector).await, server.bearer(Person::SecondInspector).await);
    let (id, bytes) = (new_id().to_string(), jpeg(64, 64));
    let path = format!("/api/v1/photos/uploads/{id}");
    announce(&client, &id, &sha256_hex(&bytes), bytes.len()).await.expect_status(201);
    patch(&client, &id, 0, &bytes[..100], None).await.expect_status(204);
    other.delete(&path).await.expect_refusal(404, "not_found");
    let gone = client.delete(&path).await.expect_status(204);
    assert_eq!(gone.header("tus-resumable"), Some("1.0.0"));
    look(&client, &id).await.expect_status(404);
    assert_eq!(server.brigade.photos.standing(id.parse().expect("an id")).await.expect("an answer"), None, "its bytes are gone");
    upload(&client, &id, &bytes).await.expect_status(204);
    client.delete(&path).await.expect_refusal(409, "act_not_possible");
    assert_eq!(look(&client, &id).await.header("x-brigade-photo"), Some("verified"));
}

async fn a_photo_is_seen_by_those_who_read_its_section_and_by_nobody_else(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (inside, outside, bytes) = (new_id().to_string(), new_id().to_string(), jpeg(64, 64));
    let door = server.town.tower.door(0);
    phone.push_stored(&client, &[phone.photographs(&inside, &door, "HUM-01", &bytes), phone.photographs(&outside, "exterior", "EXT-01", &bytes)]).await;
    let path = |id: &str| format!("/api/v1/photos/{id}?size=thumb");
    client.get(&path(&inside)).await.expect_refusal(404, "not_found");
    for id in [&inside, &outside] {
        upload(&client, id, &bytes).await.expect_status(204);
    }
    let absent = client.get(&path(&new_id().to_string())).await.expect_refusal(404, "not_found");
    let readers = [
        (Person::Inspector, true, true),
        (Person::Psychosocial, true, true),
        (Person::Coordinator, true, true),
        (Person::Dispatcher, true, true),
        (Person::Privacy, true, true),
        (Person::Longueuil, false, true),
        (Person::Brossard, false, false),
        (Person::Cisss, false, false),
        (Person::Administrator, false, false),
    ];
    for (person, sees_inside, sees_outside) in readers {
        let reader = server.bearer(person).await;
        for (id, sees) in [(&inside, sees_inside), (&outside, sees_outside)] {
            let answer = reader.get(&path(id)).await;
            assert_eq!(answer.status, if sees { 200 } else { 404 }, "{person:?}");
            assert!(sees || answer.body == absent.body, "{person:?}: the answer is the one for what does not exist");
        }
    }
    client.get(&format!("/api/v1/photos/{inside}?size=huge")).await.expect_refusal(422, "value_out_of_range");
    let case = case_of(&server, &server.town.tower).await;
    assert!(client.get(&format!("/api/v1/cases/{case}")).await.text().contains(&inside));
    phone.push_stored(&client, &[phone.event(&serde_json::json!({ "kind": "photo_removed", "photo_id": inside }))]).await;
    assert_eq!(client.get(&path(&inside)).await.expect_status(404).body, absent.body);
}

async fn the_bytes_may_come_before_the_visit_names_them(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (id, bytes) = (new_id().to_string(), jpeg(64, 64));
    upload(&client, &id, &bytes).await.expect_status(204);
    client.get(&format!("/api/v1/photos/{id}")).await.expect_refusal(404, "not_found");
    let (phone, _) = complex_visit(&server).await;
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    client.get(&format!("/api/v1/photos/{id}")).await.expect_status(200);
    let pulled = client.get("/api/v1/sync/pull").await.json();
    assert_eq!(pulled["buildings"][1]["visit"]["photos"], serde_json::json!([{ "photo_id": id, "verified": true }]));
    // Another photo of the visit, announced under another hash than the one the event names, is never called whole.
    let (other, other_bytes) = (new_id().to_string(), jpeg(32, 32));
    upload(&client, &other, &other_bytes).await.expect_status(204);
    phone.push_stored(&client, &[phone.photographs(&other, "exterior", "EXT-01", &bytes)]).await;
    client.get(&format!("/api/v1/photos/{other}")).await.expect_refusal(404, "not_found");
}

async fn shown_copies_are_smaller_and_carry_no_metadata(server: TestServer) {
    let client = server.bearer(Person::Inspector).await;
    let (phone, _) = complex_visit(&server).await;
    let (id, bytes) = (new_id().to_string(), jpeg_with_exif(2_200, 900, "Appareil de Madame Unetelle"));
    let holds = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
    assert!(holds(&bytes, b"Exif\0\0") && holds(&bytes, b"Unetelle"), "the picture of this test carries metadata");
    phone.push_stored(&client, &[phone.photographs(&id, "exterior", "EXT-01", &bytes)]).await;
    upload(&client, &id, &bytes).await.expect_status(204);
    for (size, edge) in [("thumb", 320), ("screen", 2_048)] {
        let answer = client.get(&format!("/api/v1/photos/{id}?size={size}")).await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("image/jpeg"));
        assert!(answer.header("cache-control").is_some_and(|caching| caching.contains("private")));
        assert!(answer.body.len() < bytes.len(), "{size}");
        assert!(!holds(&answer.body, b"Exif") && !holds(&answer.body, b"Unetelle"), "{size} carries metadata");
        let picture = image::load_from_memory(&answer.body).expect("a picture");
        assert_eq!(picture.width(), edge, "{size}");
    }
}
