//! Work off the request path: claimed one by one, tried again with growing delays, never lost.

use std::time::Duration;

use casework::{clock::Timestamp, ids::PhotoId};

use crate::{
    application::{Brigade, answer_referral, end_consents, publish_statistics, receive_photo::DERIVE_JOB, speak_in_referral, sweep_photos},
    clock::now,
    photos::{
        NotConverted,
        derive::{self, Unreadable},
        format,
    },
    store::{self, JobRow, Lane, StoreError},
};

const IDLE: Duration = Duration::from_millis(500);
const REFERRALS_EVERY: Duration = Duration::from_mins(1);
const CLAIM_MS: i64 = 2 * Timestamp::MINUTE_MS;
/// Not at once: a start has more urgent things to do.
const SWEEP_AFTER: Duration = Duration::from_mins(2);
const SWEEP_EVERY: Duration = Duration::from_hours(6);
/// What the copies of one photo wait for a moment when none is being received. Then they are made all the same.
const CALM_MAX: Duration = Duration::from_millis(500);
/// Times that a converter may keep silent about one photo.
const SILENCES_MAX: i64 = 2;

/// Runs jobs until the program ends.
pub fn start(brigade: Brigade) {
    tokio::spawn(run_jobs(brigade.clone(), Lane::Photos));
    tokio::spawn(run_jobs(brigade.clone(), Lane::Others));
    tokio::spawn(ask_converter(brigade.clone()));
    tokio::spawn(watch_photo_files(brigade.clone()));
    tokio::spawn(watch_deadlines(brigade));
}

/// Once: another program, or another version of it, comes with another start.
async fn ask_converter(brigade: Brigade) {
    match sweep_photos::ask_converter(&brigade, now()).await {
        Ok(0) => {}
        Ok(photos) => tracing::info!(photos, "photo.converter.asked"),
        Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "photo.converter.ask"),
    }
}

async fn watch_photo_files(brigade: Brigade) {
    tokio::time::sleep(SWEEP_AFTER).await;
    let mut tick = tokio::time::interval(SWEEP_EVERY);
    loop {
        tick.tick().await;
        match sweep_photos::forget_stale_uploads(&brigade, now()).await {
            Ok(0) => {}
            Ok(uploads) => tracing::info!(uploads, "photo.uploads.forgotten"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "photo.uploads.forget"),
        }
        match sweep_photos::sweep_unnamed_files(&brigade, now()).await {
            Ok(swept) => tracing::info!(files = swept.files, bytes = swept.bytes, "photo.files.unnamed"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "photo.files.sweep"),
        }
    }
}

async fn watch_deadlines(brigade: Brigade) {
    let mut tick = tokio::time::interval(REFERRALS_EVERY);
    loop {
        tick.tick().await;
        match answer_referral::expire_overdue(&brigade).await {
            Ok(0) => {}
            Ok(expired) => tracing::info!(expired, "referral.expired"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "referral.expire"),
        }
        match speak_in_referral::remind(&brigade).await {
            Ok(0) => {}
            Ok(reminded) => tracing::info!(reminded, "referral.reminded"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "referral.remind"),
        }
        match publish_statistics::publish_due(&brigade, now()).await {
            Ok(0) => {}
            Ok(quarters) => tracing::info!(quarters, "statistics.counted"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "statistics.count"),
        }
        match end_consents::say_ended(&brigade).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "consent.ended"),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "consent.end"),
        }
    }
}

async fn run_jobs(brigade: Brigade, lane: Lane) {
    loop {
        match run_due(&brigade, lane).await {
            Ok(0) => tokio::time::sleep(IDLE).await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "job.store");
                tokio::time::sleep(IDLE * 10).await;
            }
        }
    }
}

/// Runs the jobs of a lane whose time has come, one after the other, and says how many.
///
/// # Errors
/// When the store fails.
pub async fn run_due(brigade: &Brigade, lane: Lane) -> Result<usize, StoreError> {
    let due = store::job::due(brigade.store.reader(), lane, now(), 16).await?;
    let mut ran = 0;
    for job in due {
        if lane == Lane::Photos {
            brigade.photos.calm(CALM_MAX).await;
        }
        let mut tx = brigade.store.begin().await?;
        let is_ours = store::job::claim(&mut tx, &job, now().plus_ms(CLAIM_MS)).await?;
        tx.commit().await?;
        if is_ours {
            run(brigade, &job).await?;
            ran += 1;
        }
    }
    Ok(ran)
}

async fn run(brigade: &Brigade, job: &JobRow) -> Result<(), StoreError> {
    let done = match job.kind.as_str() {
        DERIVE_JOB => derive_photo(brigade, job).await,
        other => Err(anyhow::anyhow!("no job of kind {other}")),
    };
    let mut tx = brigade.store.begin().await?;
    match done {
        Ok(()) => store::job::finish(&mut tx, &job.id, now()).await?,
        Err(error) => {
            tracing::warn!(job.kind = %job.kind, job.attempts = job.attempts + 1, "job.failed: {error:#}");
            // 2, 4, 8… seconds.
            let delay_ms = 1_000 << u32::try_from(job.attempts + 1).unwrap_or(10).min(10);
            store::job::fail(&mut tx, &job.id, &format!("{error:#}"), now().plus_ms(delay_ms)).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn derive_photo(brigade: &Brigade, job: &JobRow) -> anyhow::Result<()> {
    let id: PhotoId = job.payload.parse()?;
    let Some(photo) = store::photo::by_id(brigade.store.reader(), id).await?.filter(|photo| photo.copies != store::Copies::Made) else { return Ok(()) };
    let converter = match brigade.photos.converter() {
        Some(converter) if format::is_for_converter(&photo.content_type) => Some(converter.identity().await),
        _ => None,
    };
    if photo.copies == store::Copies::Impossible && converter.is_some() && photo.converter.as_deref() == converter {
        // This very program has said so.
        return Ok(());
    }
    let derived = derive::derive(&brigade.photos, &photo.sha256, &photo.marks).await?;
    // Kept without asking: the next program is asked.
    let asked = converter.filter(|_| !matches!(derived.copies, Err(Unreadable::KeptAsReceived)));
    let size_px = match derived.copies {
        Ok(copies) => Some((copies.width, copies.height)),
        // The machine may have been busy: asked once more, later.
        Err(Unreadable::NotConverted(silent @ NotConverted::Silent(_))) if job.attempts + 1 < SILENCES_MAX => return Err(silent.into()),
        // The original is all there is, and trying again would not help.
        Err(error) => {
            tracing::info!(photo.id = %id, error = &error as &dyn std::error::Error, "photo.kept_as_received");
            None
        }
    };
    let mut tx = brigade.store.begin().await?;
    store::photo::derived(&mut tx, id, &photo.marks, size_px, derived.taken.captured_at, derived.taken.accuracy_m, now()).await?;
    if format::is_for_converter(&photo.content_type) {
        store::photo::converted_by(&mut tx, id, asked).await?;
    }
    tx.commit().await?;
    Ok(())
}
