//! Photos: resumable uploads by tus 1.0.0 (creation, checksum, termination and expiration extensions), and display.

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    body::{Body, HttpBody},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use casework::{
    access::AccessDoor,
    clock::Timestamp,
    ids::PhotoId,
    wire::v1::{ErrorBody, ErrorCode},
};
use futures::{Stream, StreamExt};
use serde::Deserialize;

use super::{
    error::{ApiFailure, ApiPath, ApiQuery},
    security::FILE_POLICY,
    session::{Signed, SignedInBurst},
};
use crate::{
    application::{
        Actor, UseCaseError,
        read_case::{self, SeenPhoto},
        read_photo,
        receive_changes::PHOTO_BYTES_MAX,
        receive_photo::{self, Announcement, CHECKED_CHUNK_BYTES_MAX, Chunk, Progress},
    },
    photos::{
        CopyName, Size,
        checksum::{self, Checksum, NotAChecksum},
        derive, format,
    },
    state::AppState,
    store::{Copies, PhotoRow},
};

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
/// `verified` once the whole photo is here and its hash matches.
const STATE: HeaderName = HeaderName::from_static("x-brigade-photo");

fn missing(field: &str) -> ApiFailure {
    ApiFailure { code: ErrorCode::MissingField, detail: Some(field.to_owned()) }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, ApiFailure> {
    headers.get(name).and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok()).ok_or_else(|| missing(name.as_str()))
}

/// `key base64,key base64`: the values, decoded.
fn metadata(headers: &HeaderMap, key: &str) -> Result<String, ApiFailure> {
    let line = headers.get(METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = line.split(',').filter_map(|pair| pair.trim().split_once(' ')).find_map(|(name, value)| (name == key).then_some(value));
    let bytes = value.and_then(|value| STANDARD.decode(value.trim()).ok()).ok_or_else(|| missing(key))?;
    String::from_utf8(bytes).map_err(|_| missing(key))
}

/// What a client of another version of tus is told; those that say none are taken to speak ours.
fn other_version(headers: &HeaderMap) -> Option<Response> {
    let said = headers.get(RESUMABLE)?;
    if said == VERSION {
        return None;
    }
    let mut response = protocol(ApiFailure { code: ErrorCode::UnsupportedProtocol, detail: Some(RESUMABLE.to_string()) }, None);
    *response.status_mut() = StatusCode::PRECONDITION_FAILED;
    response.headers_mut().insert(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
    Some(response)
}

fn protocol(response: impl IntoResponse, progress: Option<&Progress>) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(progress) = progress {
        headers.insert(OFFSET, HeaderValue::from(progress.received_bytes));
        headers.insert(LENGTH, HeaderValue::from(progress.announced.length_bytes));
        if progress.verified {
            headers.insert(STATE, HeaderValue::from_static("verified"));
        }
        if let Some(expires) = progress.expires_at.and_then(http_date) {
            headers.insert(EXPIRES, expires);
        }
    }
    response
}

fn http_date(at: Timestamp) -> Option<HeaderValue> {
    let at = UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(at.0).ok()?))?;
    HeaderValue::from_str(&httpdate::fmt_http_date(at)).ok()
}

/// What this server can do (tus)
#[utoipa::path(options, path = "/api/v1/photos", tag = "photos",
    responses((status = 204, description = "Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm"), (status = 401, body = ErrorBody)))]
pub async fn abilities(_signed: Signed) -> Response {
    let said = [
        (HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static("creation,checksum,termination,expiration")),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(PHOTO_BYTES_MAX)),
        (HeaderName::from_static("tus-checksum-algorithm"), HeaderValue::from_static(checksum::ALGORITHMS)),
    ];
    protocol((StatusCode::NO_CONTENT, said), None)
}

/// Announce a photo (tus creation)
#[utoipa::path(post, path = "/api/v1/photos", tag = "photos",
    params(("Upload-Length" = u64, Header, description = "Bytes, at most 26,214,400"),
        ("Upload-Metadata" = String, Header, description = "photo_id, sha256 and content_type, each in base64")),
    responses((status = 201, description = "Location, Upload-Offset and Upload-Expires; asking again is harmless"), (status = 401, body = ErrorBody),
        (status = 403, body = ErrorBody), (status = 412, body = ErrorBody), (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn create(State(state): State<AppState>, signed: Signed, headers: HeaderMap) -> Result<Response, ApiFailure> {
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    let photo_id: PhotoId = metadata(&headers, "photo_id")?.parse().map_err(|_| ApiFailure::of(ErrorCode::MalformedId))?;
    let announcement = Announcement {
        photo_id,
        sha256: metadata(&headers, "sha256")?,
        content_type: metadata(&headers, "content_type")?,
        length_bytes: number(&headers, &LENGTH)?,
    };
    let progress = receive_photo::begin(&state.brigade, signed.actor(), &announcement).await?;
    let location = format!("/api/v1/photos/uploads/{photo_id}");
    Ok(protocol((StatusCode::CREATED, [(header::LOCATION, location)]), Some(&progress)))
}

/// Where an upload stands (tus)
#[utoipa::path(head, path = "/api/v1/photos/uploads/{id}", tag = "photos", params(("id" = PhotoId, Path)),
    responses((status = 200, description = "Upload-Offset, Upload-Length, Upload-Metadata, Upload-Expires; X-Brigade-Photo: verified when whole"),
        (status = 401), (status = 404), (status = 412)))]
pub async fn look(State(state): State<AppState>, signed: Signed, headers: HeaderMap, ApiPath(id): ApiPath<PhotoId>) -> Result<Response, ApiFailure> {
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    let progress = receive_photo::look(&state.brigade, signed.actor(), id).await?;
    let announced = &progress.announced;
    let said = [("photo_id", id.to_string()), ("sha256", announced.sha256.clone()), ("content_type", announced.content_type.clone())]
        .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
        .join(",");
    Ok(protocol((StatusCode::OK, [(METADATA, said)]), Some(&progress)))
}

/// Give up an upload (tus termination)
#[utoipa::path(delete, path = "/api/v1/photos/uploads/{id}", tag = "photos", params(("id" = PhotoId, Path)),
    responses((status = 204, description = "Forgotten"), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 412, body = ErrorBody),
        (status = 409, description = "The photo is whole and kept", body = ErrorBody)))]
pub async fn give_up(State(state): State<AppState>, signed: Signed, headers: HeaderMap, ApiPath(id): ApiPath<PhotoId>) -> Result<Response, ApiFailure> {
    if let Some(refusal) = other_version(&headers) {
        return Ok(refusal);
    }
    receive_photo::give_up(&state.brigade, signed.actor(), id).await?;
    Ok(protocol(StatusCode::NO_CONTENT, None))
}

/// Send a chunk (tus)
///
/// With `Upload-Checksum` a chunk is at most 2,097,152 bytes; without, as long as the photo.
#[utoipa::path(patch, path = "/api/v1/photos/uploads/{id}", tag = "photos",
    params(("id" = PhotoId, Path), ("Upload-Offset" = u64, Header),
        ("Upload-Checksum" = Option<String>, Header, description = "sha256 or sha1, and the digest in base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset; X-Brigade-Photo: verified after the last chunk"), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 412, body = ErrorBody), (status = 413, body = ErrorBody),
        (status = 415, body = ErrorBody), (status = 422, body = ErrorBody), (status = 460, body = ErrorBody)))]
pub async fn append(
    State(state): State<AppState>,
    SignedInBurst(signed): SignedInBurst,
    ApiPath(id): ApiPath<PhotoId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiFailure> {
    let length_bytes = body.size_hint().exact();
    let mut pieces = body.into_data_stream();
    let answered = match chunk_headers(&headers) {
        Ok((offset, checksum)) => {
            let chunk = Chunk { offset, length_bytes, checksum, pieces: &mut pieces };
            match other_version(&headers) {
                Some(refusal) => Ok(refusal),
                None => take(&state, &signed, id, chunk).await,
            }
        }
        Err(refusal) => Err(refusal),
    };
    // A client that is still sending would lose the answer with the line: a chunk's worth is read to the end.
    read_out(pieces).await;
    answered
}

fn chunk_headers(headers: &HeaderMap) -> Result<(u64, Option<Checksum>), ApiFailure> {
    let is_chunk = headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/offset+octet-stream");
    if !is_chunk {
        return Err(ApiFailure::of(ErrorCode::UnsupportedMediaType));
    }
    let offset = number(headers, &OFFSET)?;
    let checksum = headers.get(CHECKSUM).map(|value| Checksum::parse(value.to_str().unwrap_or_default())).transpose();
    let checksum = checksum.map_err(|problem| match problem {
        NotAChecksum::UnknownAlgorithm => missing("upload-checksum"),
        NotAChecksum::NotBase64 => ApiFailure::of(ErrorCode::ChecksumMismatch),
    })?;
    Ok((offset, checksum))
}

async fn take<E: Send>(
    state: &AppState,
    signed: &Signed,
    id: PhotoId,
    chunk: Chunk<impl Stream<Item = Result<Bytes, E>> + Send + Unpin>,
) -> Result<Response, ApiFailure> {
    match receive_photo::take_chunk(&state.brigade, signed.actor(), id, chunk).await {
        Ok(progress) => Ok(protocol(StatusCode::NO_CONTENT, Some(&progress))),
        Err(UseCaseError::Refused { code: ErrorCode::OffsetMismatch, detail }) => {
            // Tells where to resume, so that one answer is enough.
            let progress = receive_photo::look(&state.brigade, signed.actor(), id).await?;
            Ok(protocol(ApiFailure { code: ErrorCode::OffsetMismatch, detail }, Some(&progress)))
        }
        Err(error) => Err(error.into()),
    }
}

const READ_OUT_FOR: Duration = Duration::from_secs(5);

async fn read_out(mut pieces: impl Stream<Item = Result<Bytes, axum::Error>> + Unpin) {
    let mut left = CHECKED_CHUNK_BYTES_MAX;
    let reading = async {
        while let Some(Ok(piece)) = pieces.next().await {
            if piece.len() > left {
                break;
            }
            left -= piece.len();
        }
    };
    // Late or not, there is nothing more to do.
    drop(tokio::time::timeout(READ_OUT_FOR, reading).await);
}

#[derive(Debug, Deserialize)]
pub struct DisplayQuery {
    size: Option<String>,
}

/// Show a photo
///
/// A smaller copy without any metadata and with its marks burnt in: `size=screen` (2,048 px, the default) or `size=thumb` (320 px). `size=original` is the
/// file as received, with what its metadata tells and what a blur hides: for the privacy officer, and recorded. Clients may add a `revision`, so that an
/// address is never that of other marks.
#[utoipa::path(get, path = "/api/v1/photos/{id}", tag = "photos", params(("id" = PhotoId, Path), ("size" = Option<String>, Query)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<PhotoId>,
    ApiQuery(query): ApiQuery<DisplayQuery>,
) -> Result<Response, ApiFailure> {
    match query.size.as_deref() {
        None | Some("screen") => show_copy(&state, &signed, id, Size::Screen).await,
        Some("thumb") => show_copy(&state, &signed, id, Size::Thumbnail).await,
        Some("original") => give_original(&state, &signed, id).await,
        Some(_) => Err(ApiFailure { code: ErrorCode::ValueOutOfRange, detail: Some("size".to_owned()) }),
    }
}

const PRIVATE: (HeaderName, &str) = (header::CACHE_CONTROL, "private, no-store");
const BOXED: (HeaderName, &str) = (header::CONTENT_SECURITY_POLICY, FILE_POLICY);

async fn give_original(state: &AppState, signed: &Signed, id: PhotoId) -> Result<Response, ApiFailure> {
    let original = read_photo::original(&state.brigade, signed.actor(), id).await?;
    let name = format!("attachment; filename=\"photo-{id}.{}\"", original.extension);
    let headers = [(header::CONTENT_TYPE, original.content_type.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok(([PRIVATE, BOXED], headers, original.bytes).into_response())
}

async fn show_copy(state: &AppState, signed: &Signed, id: PhotoId, size: Size) -> Result<Response, ApiFailure> {
    let not_found = || ApiFailure::of(ErrorCode::NotFound);
    let seen = read_case::may_see_photo(&state.brigade, signed.actor(), id).await?.filter(|seen| seen.photo.verified_at.is_some()).ok_or_else(not_found)?;
    send_copy(state, signed.actor(), &seen, size).await
}

/// A copy of a photo that the person may see; its reading leaves a line in the access journal.
pub(super) async fn send_copy(state: &AppState, actor: &Actor, seen: &SeenPhoto, size: Size) -> Result<Response, ApiFailure> {
    let copy = copy_of(state, &seen.photo, size).await?.ok_or(ApiFailure::of(ErrorCode::NotFound))?;
    read_photo::record(&state.brigade, actor, AccessDoor::Photo, seen).await?;
    Ok(([PRIVATE, BOXED, (header::CONTENT_DISPOSITION, "inline"), (header::CONTENT_TYPE, "image/jpeg")], copy).into_response())
}

/// What is shown of a photo; `None` when there is nothing to show.
async fn copy_of(state: &AppState, photo: &PhotoRow, size: Size) -> Result<Option<Bytes>, ApiFailure> {
    if let Ok(copy) = state.brigade.photos.read_copy(size, &CopyName::of(&photo.sha256, &photo.marks)).await {
        return Ok(Some(copy));
    }
    // What a program of the system reads is made when its job comes, never within a request.
    if photo.copies == Copies::Impossible || format::is_for_converter(&photo.content_type) {
        return Ok(None);
    }
    // The job has not come to it yet: made now, within the same bound on workers.
    match derive::derive(&state.brigade.photos, &photo.sha256, &photo.marks).await {
        Ok(derived) => match derived.copies {
            Ok(copies) => {
                let copy = match size {
                    Size::Screen => copies.screen,
                    Size::Thumbnail => copies.thumbnail,
                };
                Ok(Some(copy))
            }
            // What cannot be read is not shown: its metadata would go with it.
            Err(_) => Ok(None),
        },
        Err(error) => {
            tracing::error!(photo.id = %photo.id, error = &error as &dyn std::error::Error, "photo.derive");
            Err(ApiFailure::of(ErrorCode::StorageUnavailable))
        }
    }
}
