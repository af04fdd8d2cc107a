//! A photo as it was received, with the place and the device its file tells and what a blur hides: the privacy officer may, and each reading leaves a trace.

use bytes::Bytes;
use casework::{ids::PhotoId, permission, wire::v1::ErrorCode};

use super::{Actor, Brigade, Result, read_case, refuse, require};
use crate::{
    clock::now,
    photos::format,
    store::{self, StoreError},
};

/// The bytes that the phone sent.
pub struct Original {
    pub bytes: Bytes,
    /// By content.
    pub content_type: &'static str,
    pub extension: &'static str,
}

/// The original of a photo, recorded in the audit before it is given.
///
/// # Errors
/// `not_found` for what does not exist or may not be seen; `not_allowed` for who sees the photo but not its original.
pub async fn original(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<Original> {
    let Some(photo) = read_case::may_see_photo(brigade, actor, id).await?.filter(|photo| photo.verified_at.is_some()) else {
        return refuse(ErrorCode::NotFound);
    };
    require(permission::may_read_original_photo(&actor.permission()), ErrorCode::NotAllowed)?;
    let bytes = brigade.photos.read_original(&photo.sha256).await?;
    let (content_type, extension) =
        format::recognise(&bytes).map_or(("application/octet-stream", "bin"), |known| (known.format.content_type(), known.format.extension()));
    let mut tx = brigade.store.begin().await?;
    store::audit::record(&mut tx, now(), Some(actor.account.id), "photo.original_read", "photo", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(Original { bytes, content_type, extension })
}
