//! A photo arrives in chunks (tus 1.0.0), is re-hashed, recognised by its content, and kept.

use casework::{clock::Timestamp, ids::PhotoId, permission, wire::v1::ErrorCode};

use super::{Actor, Brigade, Result, UseCaseError, receive_changes::PHOTO_BYTES_MAX, refuse, require};
use crate::{
    clock::{now, sha256_hex},
    photos::format::{self, NotAPhoto},
    store::{self, NewJob, StoreError, Tx, UploadRow},
};

/// What a phone announces before it sends bytes.
#[derive(Clone, Debug)]
pub struct Announcement {
    pub photo_id: PhotoId,
    pub sha256: String,
    pub content_type: String,
    pub length_bytes: u64,
}

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub received_bytes: u64,
    pub length_bytes: u64,
    /// Whole, re-hashed and kept.
    pub verified: bool,
}

fn progress(upload: &UploadRow) -> Progress {
    Progress { received_bytes: upload.received_bytes, length_bytes: upload.length_bytes, verified: upload.finished }
}

/// Begins an upload, or finds the one under way: asking twice is harmless.
///
/// # Errors
/// `not_allowed`, `image_too_large`, `hash_mismatch` for what is not a hash or differs from the first announcement.
pub async fn begin(brigade: &Brigade, actor: &Actor, announcement: &Announcement) -> Result<Progress> {
    require(permission::may_push_field_events(&actor.permission()), ErrorCode::NotAllowed)?;
    if announcement.length_bytes == 0 || announcement.length_bytes > PHOTO_BYTES_MAX {
        return refuse(ErrorCode::ImageTooLarge);
    }
    let sha256 = announcement.sha256.to_ascii_lowercase();
    if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(UseCaseError::refused_because(ErrorCode::HashMismatch, "sha256"));
    }
    let upload = UploadRow {
        photo_id: announcement.photo_id,
        account_id: actor.account.id,
        sha256: sha256.clone(),
        content_type: announcement.content_type.clone(),
        length_bytes: announcement.length_bytes,
        received_bytes: 0,
        finished: false,
    };
    let mut tx = brigade.store.begin().await?;
    store::photo::insert_upload(&mut tx, &upload, now()).await?;
    let known = store::photo::upload(&mut *tx, announcement.photo_id).await?;
    tx.commit().await.map_err(StoreError::from)?;
    match known {
        Some(known) if known.account_id != actor.account.id => refuse(ErrorCode::NotFound),
        Some(known) if known.sha256 != sha256 || known.length_bytes != announcement.length_bytes => refuse(ErrorCode::HashMismatch),
        // All its bytes came and the line dropped before we could say so: it ends now.
        Some(known) if !known.finished && known.received_bytes == known.length_bytes => finish(brigade, known).await,
        Some(known) => Ok(progress(&known)),
        None => refuse(ErrorCode::StorageUnavailable),
    }
}

async fn own_upload(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<UploadRow> {
    match store::photo::upload(brigade.store.reader(), id).await? {
        Some(upload) if upload.account_id == actor.account.id => Ok(upload),
        Some(_) | None => refuse(ErrorCode::NotFound),
    }
}

/// Where one's upload stands.
///
/// # Errors
/// `not_found`.
pub async fn look(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<Progress> {
    own_upload(brigade, actor, id).await.map(|upload| progress(&upload))
}

/// Takes one chunk at `offset`; the last one finishes the upload.
///
/// # Errors
/// `not_found`, `offset_mismatch`, `checksum_mismatch`, `body_too_large`; at the end `hash_mismatch`, `not_an_image`, `image_too_large`: the upload is then
/// forgotten and can start again.
pub async fn take_chunk(brigade: &Brigade, actor: &Actor, id: PhotoId, offset: u64, chunk: &[u8], checksum: Option<&[u8]>) -> Result<Progress> {
    let upload = own_upload(brigade, actor, id).await?;
    if upload.finished || upload.received_bytes != offset {
        return if upload.finished && offset == upload.length_bytes { Ok(progress(&upload)) } else { refuse(ErrorCode::OffsetMismatch) };
    }
    let until = offset.saturating_add(chunk.len() as u64);
    if until > upload.length_bytes {
        return refuse(ErrorCode::BodyTooLarge);
    }
    if checksum.is_some_and(|expected| hex::decode(sha256_hex(chunk)).map_or(true, |actual| actual != expected)) {
        return refuse(ErrorCode::ChecksumMismatch);
    }
    brigade.photos.write_chunk(id, offset, chunk).await?;
    let mut tx = brigade.store.begin().await?;
    if !store::photo::advance_upload(&mut tx, id, offset, until).await? {
        return refuse(ErrorCode::OffsetMismatch);
    }
    tx.commit().await.map_err(StoreError::from)?;
    if until == upload.length_bytes {
        finish(brigade, upload).await
    } else {
        Ok(Progress { received_bytes: until, length_bytes: upload.length_bytes, verified: false })
    }
}

async fn finish(brigade: &Brigade, upload: UploadRow) -> Result<Progress> {
    let (id, length_bytes) = (upload.photo_id, upload.length_bytes);
    let bytes = brigade.photos.read_upload(id, length_bytes).await?;
    let hashed = {
        let bytes = bytes.clone();
        tokio::task::spawn_blocking(move || (sha256_hex(&bytes), format::recognise(&bytes))).await?
    };
    let problem = match hashed {
        (actual, _) if actual != upload.sha256 => Some(ErrorCode::HashMismatch),
        (_, Err(NotAPhoto::NotAnImage)) => Some(ErrorCode::NotAnImage),
        (_, Err(NotAPhoto::TooLarge)) => Some(ErrorCode::ImageTooLarge),
        (_, Ok(_)) => None,
    };
    let mut tx = brigade.store.begin().await?;
    if let Some(code) = problem {
        store::photo::delete_upload(&mut tx, id).await?;
        tx.commit().await.map_err(StoreError::from)?;
        brigade.photos.forget_upload(id).await;
        return refuse(code);
    }
    // First the bytes, then the row that says they are here: a crash between leaves an unnamed file, never a name without bytes.
    brigade.photos.keep_original(&upload.sha256, bytes).await?;
    let at = now();
    store::photo::finish_upload(&mut tx, id, at).await?;
    settle(&mut tx, id, at).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.photos.forget_upload(id).await;
    Ok(Progress { received_bytes: length_bytes, length_bytes, verified: true })
}

/// Job kind: make the smaller copies of a photo.
pub const DERIVE_JOB: &str = "photo.derive";

/// Marks a photo as verified once both its event and its bytes are here, whichever came last, and asks for its copies.
///
/// # Errors
/// When the store fails.
pub async fn settle(tx: &mut Tx, id: PhotoId, at: Timestamp) -> Result<()> {
    let Some(upload) = store::photo::upload(&mut *tx, id).await?.filter(|upload| upload.finished) else { return Ok(()) };
    if store::photo::verify(tx, id, &upload.sha256, at).await? {
        store::job::insert(tx, &NewJob { kind: DERIVE_JOB, payload: id.to_string(), run_at: at }).await?;
    }
    Ok(())
}
