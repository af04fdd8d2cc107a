//! A photo arrives in chunks (tus 1.0.0), is re-hashed, recognised by its content, and kept.
//!
//! An upload stands where its file ends; the database knows who announced what, and what is whole.

use bytes::{Bytes, BytesMut};
use casework::{
    clock::Timestamp,
    ids::{PhotoId, VisitId},
    permission,
    photo_mark::PhotoMark,
    wire::v1::ErrorCode,
};
use futures::{Stream, StreamExt};

use super::{Actor, Brigade, Result, UseCaseError, receive_changes::PHOTO_BYTES_MAX, refuse, require};
use crate::{
    clock::now,
    photos::{EndError, checksum::Checksum, format::NotAPhoto},
    store::{self, NewJob, StoreError, Tx, UploadRow},
};

/// How long an upload without a new byte is kept: a phone may be three days without network, and a week-end with it.
pub const UPLOAD_KEPT_MS: i64 = 7 * Timestamp::DAY_MS;
/// Bytes of one chunk with a checksum, which is held in memory until it is checked. Phones send 512 KB.
pub const CHECKED_CHUNK_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What is gathered before it is written.
const PIECE_BYTES: usize = 256 * 1024;

/// What a phone announces before it sends bytes.
#[derive(Clone, Debug)]
pub struct Announcement {
    pub photo_id: PhotoId,
    pub sha256: String,
    pub content_type: String,
    pub length_bytes: u64,
}

/// Where an upload stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub received_bytes: u64,
    pub announced: UploadRow,
    /// Whole, re-hashed and kept.
    pub verified: bool,
    /// When the upload is forgotten if nothing more comes; a verified photo is not.
    pub expires_at: Option<Timestamp>,
}

impl Progress {
    fn verified(upload: UploadRow) -> Self {
        Self { received_bytes: upload.length_bytes, announced: upload, verified: true, expires_at: None }
    }

    fn under_way(upload: UploadRow, received_bytes: u64, touched_at: Timestamp) -> Self {
        Self { received_bytes, announced: upload, verified: false, expires_at: Some(touched_at.plus_ms(UPLOAD_KEPT_MS)) }
    }
}

/// One request with bytes.
pub struct Chunk<S> {
    pub offset: u64,
    /// As the request says; absent when it does not know.
    pub length_bytes: Option<u64>,
    pub checksum: Option<Checksum>,
    pub pieces: S,
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
    if store::retention::is_photo_purged(brigade.store.reader(), announcement.photo_id).await? {
        return refuse(ErrorCode::CasePurged);
    }
    let known = match store::photo::upload(brigade.store.reader(), announcement.photo_id).await? {
        Some(known) => known,
        None => announce(brigade, actor, announcement, &sha256).await?,
    };
    if known.account_id != actor.account.id {
        return refuse(ErrorCode::NotFound);
    }
    if known.sha256 != sha256 || known.length_bytes != announcement.length_bytes {
        return refuse(ErrorCode::HashMismatch);
    }
    stand(brigade, known).await
}

async fn announce(brigade: &Brigade, actor: &Actor, announcement: &Announcement, sha256: &str) -> Result<UploadRow> {
    let at = now();
    let upload = UploadRow {
        photo_id: announcement.photo_id,
        account_id: actor.account.id,
        sha256: sha256.to_owned(),
        content_type: announcement.content_type.clone(),
        length_bytes: announcement.length_bytes,
        finished: false,
        created_at: at,
    };
    let mut tx = brigade.store.begin().await?;
    store::photo::insert_upload(&mut tx, &upload, at).await?;
    // Another request may have announced it in between.
    let known = store::photo::upload(&mut *tx, announcement.photo_id).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(known.unwrap_or(upload))
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
/// `not_found`; as [`take_chunk`] when all its bytes are here and only now looked at.
pub async fn look(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<Progress> {
    let upload = own_upload(brigade, actor, id).await?;
    stand(brigade, upload).await
}

async fn stand(brigade: &Brigade, upload: UploadRow) -> Result<Progress> {
    if upload.finished {
        return Ok(Progress::verified(upload));
    }
    match brigade.photos.standing(upload.photo_id).await? {
        // All its bytes came and the server stopped before it could say so: it ends now.
        Some(standing) if standing.received_bytes >= upload.length_bytes => finish(brigade, upload.photo_id).await,
        Some(standing) => Ok(Progress::under_way(upload, standing.received_bytes, standing.touched_at)),
        None => {
            let created_at = upload.created_at;
            Ok(Progress::under_way(upload, 0, created_at))
        }
    }
}

/// Takes one chunk; the last one finishes the upload. Without a checksum, what came before a line dropped is kept.
///
/// # Errors
/// `not_found`, `offset_mismatch`, `checksum_mismatch`, `body_too_large`, `malformed_json` for a body that was cut; at the end `hash_mismatch`,
/// `not_an_image`, `image_too_large`: the upload is then forgotten and can start again.
pub async fn take_chunk<E: Send>(
    brigade: &Brigade,
    actor: &Actor,
    id: PhotoId,
    chunk: Chunk<impl Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin>,
) -> Result<Progress> {
    let _receiving = brigade.photos.receiving();
    let upload = own_upload(brigade, actor, id).await?;
    let received_bytes = if upload.finished { upload.length_bytes } else { brigade.photos.standing(id).await?.map_or(0, |standing| standing.received_bytes) };
    if received_bytes != chunk.offset {
        return refuse(ErrorCode::OffsetMismatch);
    }
    if upload.finished {
        return Ok(Progress::verified(upload));
    }
    if chunk.length_bytes.is_some_and(|length| chunk.offset.saturating_add(length) > upload.length_bytes) {
        return refuse(ErrorCode::BodyTooLarge);
    }
    let until = match chunk.checksum {
        Some(checksum) => take_checked(brigade, &upload, chunk.offset, checksum, chunk.pieces).await?,
        None => take_as_it_comes(brigade, &upload, chunk.offset, chunk.pieces).await?,
    };
    if until == upload.length_bytes { finish(brigade, id).await } else { Ok(Progress::under_way(upload, until, now())) }
}

async fn take_checked<E>(
    brigade: &Brigade,
    upload: &UploadRow,
    offset: u64,
    checksum: Checksum,
    mut pieces: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
) -> Result<u64> {
    let left = usize::try_from(upload.length_bytes - offset).unwrap_or(usize::MAX).min(CHECKED_CHUNK_BYTES_MAX);
    let mut gathered = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else { return refuse(ErrorCode::MalformedJson) };
        if gathered.len() + piece.len() > left {
            return refuse(ErrorCode::BodyTooLarge);
        }
        if gathered.is_empty() {
            gathered.reserve(left.min(2 * PIECE_BYTES));
        }
        gathered.extend_from_slice(&piece);
    }
    let chunk = gathered.freeze();
    let (checked, chunk) = tokio::task::spawn_blocking(move || (checksum.holds(&chunk), chunk)).await?;
    if checked { write(brigade, upload.photo_id, offset, chunk).await } else { refuse(ErrorCode::ChecksumMismatch) }
}

async fn take_as_it_comes<E>(
    brigade: &Brigade,
    upload: &UploadRow,
    offset: u64,
    mut pieces: impl Stream<Item = std::result::Result<Bytes, E>> + Unpin,
) -> Result<u64> {
    let mut until = offset;
    let mut gathered = BytesMut::new();
    let mut was_cut = false;
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else {
            was_cut = true;
            break;
        };
        if until + (gathered.len() + piece.len()) as u64 > upload.length_bytes {
            return refuse(ErrorCode::BodyTooLarge);
        }
        gathered.extend_from_slice(&piece);
        if gathered.len() >= PIECE_BYTES {
            until = write(brigade, upload.photo_id, until, gathered.split().freeze()).await?;
        }
    }
    if !gathered.is_empty() {
        until = write(brigade, upload.photo_id, until, gathered.freeze()).await?;
    }
    if was_cut { refuse(ErrorCode::MalformedJson) } else { Ok(until) }
}

async fn write(brigade: &Brigade, id: PhotoId, offset: u64, piece: Bytes) -> Result<u64> {
    match brigade.photos.write_chunk(id, offset, piece).await? {
        Some(until) => Ok(until),
        None => refuse(ErrorCode::OffsetMismatch),
    }
}

async fn finish(brigade: &Brigade, id: PhotoId) -> Result<Progress> {
    let _alone = brigade.photos.alone(id).await;
    let _naming = brigade.photos.naming().await;
    // As it is now: another request may have ended it, well or badly, while this one waited.
    let upload = match store::photo::upload(brigade.store.reader(), id).await? {
        Some(upload) if upload.finished => return Ok(Progress::verified(upload)),
        Some(upload) => upload,
        None => return refuse(ErrorCode::NotFound),
    };
    // First the bytes, then the row that says they are here: a crash between leaves an unnamed file, never a name without bytes.
    let problem = match brigade.photos.end_upload(id, upload.length_bytes, &upload.sha256).await {
        Ok(format) => return record(brigade, UploadRow { content_type: format.content_type().to_owned(), finished: true, ..upload }).await,
        Err(EndError::Io(error)) => return Err(error.into()),
        Err(EndError::Hash) => ErrorCode::HashMismatch,
        Err(EndError::NotAPhoto(NotAPhoto::NotAnImage | NotAPhoto::Truncated)) => ErrorCode::NotAnImage,
        Err(EndError::NotAPhoto(NotAPhoto::TooLarge)) => ErrorCode::ImageTooLarge,
    };
    forget(brigade, id).await?;
    refuse(problem)
}

async fn record(brigade: &Brigade, upload: UploadRow) -> Result<Progress> {
    let (id, at) = (upload.photo_id, now());
    let mut tx = brigade.store.begin().await?;
    store::photo::finish_upload(&mut tx, id, &upload.content_type, at).await?;
    settle(&mut tx, id, at).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.photos.forget_upload(id).await;
    Ok(Progress::verified(upload))
}

/// Row first: bytes without a row are swept away, a row without bytes starts again at nothing.
async fn forget(brigade: &Brigade, id: PhotoId) -> Result<()> {
    let mut tx = brigade.store.begin().await?;
    store::photo::delete_upload(&mut tx, id).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.photos.forget_upload(id).await;
    Ok(())
}

/// Gives up an upload (tus termination). A verified photo is not taken back this way.
///
/// # Errors
/// `not_found`, `act_not_possible`.
pub async fn give_up(brigade: &Brigade, actor: &Actor, id: PhotoId) -> Result<()> {
    let _alone = brigade.photos.alone(id).await;
    if own_upload(brigade, actor, id).await?.finished {
        return refuse(ErrorCode::ActNotPossible);
    }
    forget(brigade, id).await
}

/// Job kind: make the smaller copies of a photo.
pub const DERIVE_JOB: &str = "photo.derive";

/// Marks a photo as verified once both its event and its bytes are here, whichever came last, and asks for its copies.
///
/// # Errors
/// When the store fails.
pub async fn settle(tx: &mut Tx, id: PhotoId, at: Timestamp) -> Result<()> {
    let Some(upload) = store::photo::upload(&mut *tx, id).await?.filter(|upload| upload.finished) else { return Ok(()) };
    if store::photo::verify(tx, id, &upload.sha256, &upload.content_type, at).await? {
        store::job::insert(tx, &NewJob { kind: DERIVE_JOB, payload: id.to_string(), run_at: at }).await?;
    }
    Ok(())
}

/// Draws marks over a photo. From the commit on, no copy made without them is shown; new ones are asked for.
///
/// # Errors
/// When the store fails.
pub async fn mark(tx: &mut Tx, id: PhotoId, visit_id: VisitId, marks: &[PhotoMark], at: Timestamp) -> Result<()> {
    let changed = store::photo::mark(tx, id, visit_id, marks).await?;
    // Bytes still on their way have their copies made when they are here.
    if changed && store::photo::by_id(&mut *tx, id).await?.is_some_and(|photo| photo.verified_at.is_some()) {
        store::job::insert(tx, &NewJob { kind: DERIVE_JOB, payload: id.to_string(), run_at: at }).await?;
    }
    Ok(())
}
