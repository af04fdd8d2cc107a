//! Looking at a photo, which leaves a line in the access journal; and the photo as it was received, with the place and the device its file tells and what a
//! blur hides, which the privacy officer alone may read.

use std::collections::BTreeSet;

use bytes::Bytes;
use casework::{
    access::{AccessDoor, AccessSubject},
    ids::PhotoId,
    permission,
    wire::v1::ErrorCode,
};

use super::{
    Actor, Brigade, Result,
    access_journal::Reading,
    read_case::{self, SeenPhoto},
    refuse, require,
};
use crate::{
    clock::now,
    photos::format,
    store::{self, StoreError},
};

/// Records that somebody is shown a photo.
///
/// # Errors
/// `storage_unavailable` when that cannot be kept.
pub async fn record(brigade: &Brigade, actor: &Actor, door: AccessDoor, seen: &SeenPhoto) -> Result<()> {
    let sections = BTreeSet::from([seen.section]);
    let reading = Reading { subject: AccessSubject::Photo, subject_id: Some(seen.photo.id.0), case_id: seen.case_id, door, sections };
    brigade.journal.record(actor, [reading]).await
}

/// The bytes that the phone sent.
pub struct Original {
    pub bytes: Bytes,
    /// By content.
    pub content_type: &'static str,
    pub extension: &'static str,
}

/// The original of a photo, recorded in the audit and in the access journal before it is given.
///
/// # Errors
/// `not_found` for what does not exist or may not be seen; `not_allowed` for who sees the photo but not its original.
pub async fn original(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<Original> {
    let Some(seen) = read_case::may_see_photo(brigade, actor, id).await?.filter(|seen| seen.photo.verified_at.is_some()) else {
        return refuse(ErrorCode::NotFound);
    };
    require(permission::may_read_original_photo(&actor.permission()), ErrorCode::NotAllowed)?;
    let bytes = brigade.photos.read_original(&seen.photo.sha256).await?;
    let (content_type, extension) =
        format::recognise(&bytes).map_or(("application/octet-stream", "bin"), |known| (known.format.content_type(), known.format.extension()));
    let mut tx = brigade.store.begin().await?;
    store::audit::record(&mut tx, now(), Some(actor.account.id), "photo.original_read", "photo", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    record(brigade, actor, AccessDoor::Original, &seen).await?;
    Ok(Original { bytes, content_type, extension })
}
