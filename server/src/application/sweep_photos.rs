//! What nobody will finish or name is cleared away: uploads that stopped days ago, and files without a row.

use std::collections::BTreeSet;

use casework::clock::Timestamp;

use super::{Brigade, Result, receive_photo::UPLOAD_KEPT_MS};
use crate::{
    photos::{CopyName, Named, Swept},
    store::{self, StoreError},
};

/// A file without a row is left alone this long: its row may be on its way, and a person may want to look.
const UNNAMED_KEPT_MS: i64 = Timestamp::DAY_MS;
/// Uploads looked at in one go.
const BATCH: i64 = 500;

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
