//! What nobody will finish or name is cleared away: uploads that stopped days ago, and files without a row. And what was kept without copies is tried again,
//! when a program that reads it has come.

use std::collections::BTreeSet;

use casework::clock::Timestamp;

use super::{
    Brigade, Result,
    receive_photo::{DERIVE_JOB, UPLOAD_KEPT_MS},
};
use crate::{
    photos::{CopyName, Named, Swept},
    store::{self, NewJob, StoreError},
};

/// A file without a row is left alone this long: its row may be on its way, and a person may want to look.
const UNNAMED_KEPT_MS: i64 = Timestamp::DAY_MS;
/// Uploads looked at in one go.
const BATCH: i64 = 500;
/// Photos asked for in one transaction.
const ASKED_BATCH: i64 = 100;
/// One after the other, so that a new photo does not wait behind all of them.
const ASKED_EVERY_MS: i64 = 1_000;

/// Forgets uploads that no byte reached for [`UPLOAD_KEPT_MS`], and says how many.
///
/// # Errors
/// When the store or the disk fails.
pub async fn forget_stale_uploads(brigade: &Brigade, at: Timestamp) -> Result<u64> {
    let before = at.plus_ms(-UPLOAD_KEPT_MS);
    let mut forgotten = 0;
    let mut after = None;
    loop {
        let begun = store::photo::uploads_unfinished(brigade.store.reader(), before, after, BATCH).await?;
        let Some(last) = begun.last() else { return Ok(forgotten) };
        after = Some(*last);
        for id in begun {
            let _alone = brigade.photos.alone(id).await;
            // Begun long ago and still receiving: it lives.
            if brigade.photos.standing(id).await?.is_some_and(|standing| standing.touched_at >= before) {
                continue;
            }
            let mut tx = brigade.store.begin().await?;
            store::photo::delete_upload(&mut tx, id).await?;
            tx.commit().await.map_err(StoreError::from)?;
            brigade.photos.forget_upload(id).await;
            forgotten += 1;
        }
    }
}

/// Deletes files that no photo and no upload names and that are older than a day, and says how many and how large.
///
/// # Errors
/// When the store or the disk fails.
pub async fn sweep_unnamed_files(brigade: &Brigade, at: Timestamp) -> Result<Swept> {
    let before = at.plus_ms(-UNNAMED_KEPT_MS);
    let mut swept = Swept::default();
    for shelf in brigade.photos.shelves().await? {
        let _sweeping = brigade.photos.sweeping().await;
        let mut named = Named::default();
        for (sha256, marks) in store::photo::marked_hashes(brigade.store.reader(), &shelf).await? {
            named.copies.insert(CopyName::of(&sha256, &marks));
            named.originals.insert(sha256);
        }
        named.originals.extend(store::photo::hashes_uploaded(brigade.store.reader(), &shelf).await?);
        swept += brigade.photos.sweep_shelf(&shelf, named, before).await?;
    }
    let _sweeping = brigade.photos.sweeping().await;
    let mut known = BTreeSet::new();
    let mut after = None;
    loop {
        let begun = store::photo::uploads_unfinished(brigade.store.reader(), at, after, BATCH).await?;
        let Some(last) = begun.last() else { break };
        after = Some(*last);
        known.extend(begun);
    }
    swept += brigade.photos.sweep_uploads(known, before).await?;
    Ok(swept)
}

/// Asks the system's program for the copies of photos that were kept without, when no program or another one was there, and says of how many. Each is asked for
/// once: stopped in between, it goes on from there at the next start.
///
/// # Errors
/// When the store fails.
pub async fn ask_converter(brigade: &Brigade, at: Timestamp) -> Result<u64> {
    let Some(converter) = brigade.photos.converter() else { return Ok(0) };
    let converter = converter.identity().await;
    let mut asked = 0;
    let mut run_at = at;
    loop {
        let mut tx = brigade.store.begin().await?;
        // Those of the batch before were asked for.
        let photos = store::photo::to_convert(&mut *tx, converter, ASKED_BATCH).await?;
        if photos.is_empty() {
            return Ok(asked);
        }
        for id in photos {
            store::photo::ask_converter(&mut tx, id, converter).await?;
            store::job::insert(&mut tx, &NewJob { kind: DERIVE_JOB, payload: id.to_string(), run_at }).await?;
            run_at = run_at.plus_ms(ASKED_EVERY_MS);
            asked += 1;
        }
        tx.commit().await.map_err(StoreError::from)?;
    }
}
