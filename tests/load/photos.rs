//! Photos: how many a second are received, hashed, kept and flushed; and what their smaller copies cost.

use std::{io::Cursor, sync::Arc, time::Instant};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use casework::{
    clock::Timestamp,
    ids::{DeviceId, EventId, PhotoId, VisitId},
    wire::v1::{Change, FieldEvent, PROTOCOL, PushReply, PushRequest, VerdictKind},
};
use image::{DynamicImage, ImageEncoder, ImageReader, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType};
use inspection_grid::{CriterionId, Place};
use server::{
    clock::{new_id, sha256_hex},
    photos::derive,
    store::{self, Store},
};

use crate::{
    figures::{Measure, Measured, line},
    program::Program,
    seed::Seeded,
};

const PHOTOS: usize = 240;
const PHOTO_BYTES: usize = 1_200_000;
const LANES: usize = 8;
/// What the phone sends in one request.
const CHUNK_BYTES: usize = 512 * 1024;
/// Copies of that many photos are looked for no longer than this.
const COPIES_SECONDS_MAX: u64 = 120;

/// A photo with everything the phone computes before it sends.
struct Shot {
    id: PhotoId,
    sha256: String,
    bytes: Bytes,
    /// Offset, bytes, `Upload-Checksum`.
    chunks: Vec<(usize, Bytes, String)>,
}

/// How the bytes are sent.
#[derive(Clone, Copy)]
enum Sending {
    /// One request for the whole.
    Whole,
    /// Chunks with their checksum, as the phone does.
    AsAPhone,
}

pub async fn measure(program: &Program, client: &reqwest::Client, folder: &std::path::Path, seeded: &Seeded) -> anyhow::Result<()> {
    // Before the clock: making pictures and hashing them is the phone's work.
    let picture = camera_jpeg(2_048, 1_536)?;
    let (alone, named) = (shots(&picture)?, shots(&picture)?);
    receive(program, client, "photo_1_2_mb_c8", alone, Sending::Whole).await?;
    // Their visit is known, so that copies are asked for while the next ones arrive.
    announce_visit(program, client, seeded, &named).await?;
    let ids: Vec<PhotoId> = named.iter().map(|shot| shot.id).collect();
    let started = Instant::now();
    receive(program, client, "photo_1_2_mb_c8_as_a_phone_with_copies", named, Sending::AsAPhone).await?;
    let store = Store::open(&format!("sqlite://{}", folder.join("brigade.sqlite").display())).await?;
    let made_while_receiving = copies_made(&store, &ids).await?;
    while copies_made(&store, &ids).await? < ids.len() {
        anyhow::ensure!(started.elapsed().as_secs() < COPIES_SECONDS_MAX, "the copies are not made");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    store.close().await;
    line(
        "photo_copies_all_made",
        &serde_json::json!({ "count": ids.len(), "while_receiving": made_while_receiving, "seconds_after_first_byte": (started.elapsed().as_secs_f64() * 10.0).round() / 10.0 }),
    );
    Ok(())
}

async fn copies_made(store: &Store, ids: &[PhotoId]) -> anyhow::Result<usize> {
    let mut made = 0;
    for id in ids {
        made += usize::from(store::photo::by_id(store.reader(), *id).await?.is_some_and(|photo| photo.copies == store::Copies::Made));
    }
    Ok(made)
}

/// The copies of one 12 MP photo, in this process: our way, and `image` alone.
pub fn copies_of_12_mp() -> anyhow::Result<()> {
    let picture = camera_jpeg(4_032, 3_024)?;
    let ours = best_of(3, || derive::copies_of(&picture, 6, &[]).map(|copies| copies.screen.len()).map_err(anyhow::Error::from))?;
    let alone = best_of(3, || with_image_alone(&picture))?;
    line(
        "photo_copies_12_mp",
        &serde_json::json!({ "ms": ours.0, "mb_peak": ours.1, "image_alone_ms": alone.0, "image_alone_mb_peak": alone.1,
            "times_faster": (alone.0 / ours.0 * 10.0).round() / 10.0, "original_bytes": picture.len() }),
    );
    Ok(())
}

/// Best milliseconds, and megabytes above what the process held before.
fn best_of(times: usize, work: impl Fn() -> anyhow::Result<usize>) -> anyhow::Result<(f64, f64)> {
    let mb = |field: &str| -> anyhow::Result<f64> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let kb = status.lines().find(|line| line.starts_with(field)).and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        Ok(kb.context("no such field")? / 1_024.0)
    };
    let (mut ms_best, mut mb_peak) = (f64::MAX, 0.0_f64);
    for _ in 0..times {
        // Forgets the peak so far.
        std::fs::write("/proc/self/clear_refs", "5")?;
        let before_mb = mb("VmRSS:")?;
        let started = Instant::now();
        anyhow::ensure!(work()? > 0, "an empty copy");
        ms_best = ms_best.min(started.elapsed().as_secs_f64() * 1_000.0);
        mb_peak = mb_peak.max(mb("VmHWM:")? - before_mb);
    }
    Ok((ms_best.round(), mb_peak.round()))
}

fn with_image_alone(picture: &[u8]) -> anyhow::Result<usize> {
    let mut decoded = ImageReader::new(Cursor::new(picture)).with_guessed_format()?.decode()?;
    decoded.apply_orientation(image::metadata::Orientation::Rotate90);
    let screen = decoded.resize(2_048, 2_048, FilterType::CatmullRom);
    let thumbnail = screen.resize(320, 320, FilterType::Triangle);
    let encode = |picture: &DynamicImage| -> anyhow::Result<usize> {
        let mut bytes = Vec::new();
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 82))?;
        Ok(bytes.len())
    };
    Ok(encode(&screen)? + encode(&thumbnail)?)
}

/// A picture with the grain of a camera.
fn camera_jpeg(width: u32, height: u32) -> anyhow::Result<Vec<u8>> {
    let mut state = 7_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 29) as u8;
        Rgb([(x / 9) as u8 ^ grain, (y / 9) as u8 ^ grain, (x / 16 + y / 16) as u8 ^ grain])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(Cursor::new(&mut bytes), 82).write_image(&picture, width, height, image::ExtendedColorType::Rgb8)?;
    Ok(bytes)
}

/// Photos of 1.2 MB, each with its own hash: the picture, then padding after its end, as some cameras leave.
fn shots(picture: &[u8]) -> anyhow::Result<Vec<Shot>> {
    anyhow::ensure!(picture.len() + 16 < PHOTO_BYTES, "the picture of {} bytes is larger than a photo", picture.len());
    let shots = (0..PHOTOS).map(|_| {
        let id = PhotoId(new_id());
        let mut bytes = picture.to_vec();
        bytes.resize(PHOTO_BYTES - 16, 0);
        bytes.extend(id.0.as_bytes());
        let bytes = Bytes::from(bytes);
        let chunks = (0..bytes.len())
            .step_by(CHUNK_BYTES)
            .map(|offset| {
                let chunk = bytes.slice(offset..(offset + CHUNK_BYTES).min(bytes.len()));
                let checksum = format!("sha256 {}", STANDARD.encode(digest(&chunk)));
                (offset, chunk, checksum)
            })
            .collect();
        Shot { id, sha256: sha256_hex(&bytes), bytes, chunks }
    });
    Ok(shots.collect())
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}

async fn announce_visit(program: &Program, client: &reqwest::Client, seeded: &Seeded, shots: &[Shot]) -> anyhow::Result<()> {
    let building = seeded.buildings.last().context("no building")?;
    let visit_id = VisitId(new_id());
    let taken = shots.iter().map(|shot| Change::PhotoTaken {
        photo_id: shot.id,
        place: Place::Exterior,
        criterion: CriterionId::from("EXT-01"),
        sha256: shot.sha256.clone(),
        bytes: shot.bytes.len() as u64,
        content_type: "image/jpeg".to_owned(),
    });
    let grid = inspection_grid::builtin::v1();
    let events = std::iter::once(Change::VisitStarted { expected_end: None })
        .chain(taken)
        .zip(1..)
        .map(|(change, device_sequence)| {
            serde_json::value::to_raw_value(&FieldEvent {
                id: EventId(new_id()),
                visit_id,
                building_id: building.id,
                device_sequence,
                device_at: Timestamp(1_795_000_000_000),
                grid: grid.hash.clone(),
                change,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let request = PushRequest { protocol: PROTOCOL, device_id: DeviceId(new_id()), account_id: None, device_now: Timestamp(1_795_000_000_000), events };
    let reply: PushReply = client.post(format!("{}/api/v1/sync/push", program.base)).json(&request).send().await?.error_for_status()?.json().await?;
    anyhow::ensure!(reply.verdicts.iter().all(|verdict| verdict.verdict == VerdictKind::Stored), "a photo was not named");
    Ok(())
}

async fn receive(program: &Program, client: &reqwest::Client, name: &str, shots: Vec<Shot>, sending: Sending) -> anyhow::Result<()> {
    let count = shots.len();
    let shots = Arc::new(shots);
    let measure = Measure::begin(program)?;
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..LANES {
        let (client, base, shots) = (client.clone(), program.base.clone(), shots.clone());
        tasks.spawn(async move {
            let mut taken = Vec::new();
            for shot in shots.iter().skip(lane).step_by(LANES) {
                let before = Instant::now();
                send(&client, &base, shot, sending).await?;
                taken.push(before.elapsed());
            }
            anyhow::Ok(taken)
        });
    }
    let Measured { latencies, seconds, cpu_ms: cpu } = measure.end(program, tasks).await?;
    line(
        name,
        &serde_json::json!({ "per_second": (count as f64 / seconds * 10.0).round() / 10.0, "p50_ms": latencies.percentile(50), "p99_ms": latencies.percentile(99),
            "cpu_ms_each": (cpu / count as f64 * 10.0).round() / 10.0, "count": count }),
    );
    Ok(())
}

async fn send(client: &reqwest::Client, base: &str, shot: &Shot, sending: Sending) -> anyhow::Result<()> {
    let metadata = [("photo_id", shot.id.to_string()), ("sha256", shot.sha256.clone()), ("content_type", "image/jpeg".to_owned())]
        .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
        .join(",");
    let created = client
        .post(format!("{base}/api/v1/photos"))
        .header("tus-resumable", "1.0.0")
        .header("upload-length", shot.bytes.len())
        .header("upload-metadata", metadata)
        .send()
        .await?
        .error_for_status()?;
    anyhow::ensure!(created.status() == 201, "not created");
    let url = format!("{base}/api/v1/photos/uploads/{}", shot.id);
    let chunk = |offset: usize, bytes: &Bytes| {
        let request = client.patch(&url).header("tus-resumable", "1.0.0").header("content-type", "application/offset+octet-stream");
        request.header("upload-offset", offset).body(bytes.clone())
    };
    let mut last = None;
    match sending {
        Sending::Whole => last = Some(chunk(0, &shot.bytes).send().await?.error_for_status()?),
        Sending::AsAPhone => {
            for (offset, bytes, checksum) in &shot.chunks {
                last = Some(chunk(*offset, bytes).header("upload-checksum", checksum).send().await?.error_for_status()?);
            }
        }
    }
    anyhow::ensure!(last.is_some_and(|answer| answer.headers().contains_key("x-brigade-photo")), "not verified");
    Ok(())
}
