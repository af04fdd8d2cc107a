//! Photos: resumable uploads by tus 1.0.0 (creation and checksum extensions), and display.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use casework::{
    ids::PhotoId,
    wire::v1::{ErrorBody, ErrorCode},
};
use serde::Deserialize;

use super::{
    error::{ApiFailure, ApiPath, ApiQuery},
    session::Signed,
};
use crate::{
    application::{
        UseCaseError, read_case,
        receive_photo::{self, Announcement, Progress},
    },
    photos::{Size, derive, format},
    state::AppState,
};

/// Bytes of one chunk.
pub const CHUNK_BYTES_MAX: usize = 2 * 1024 * 1024;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
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

fn protocol(response: impl IntoResponse, progress: Option<Progress>) -> Response {
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static("1.0.0"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(progress) = progress {
        headers.insert(OFFSET, HeaderValue::from(progress.received_bytes));
        headers.insert(LENGTH, HeaderValue::from(progress.length_bytes));
        if progress.verified {
            headers.insert(STATE, HeaderValue::from_static("verified"));
        }
    }
    response
}

/// Announce a photo (tus creation)
#[utoipa::path(post, path = "/api/v1/photos", tag = "photos",
    params(("Upload-Length" = u64, Header, description = "Bytes, at most 26,214,400"),
        ("Upload-Metadata" = String, Header, description = "photo_id, sha256 and content_type, each in base64")),
    responses((status = 201, description = "Location and Upload-Offset; asking again is harmless"), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn create(State(state): State<AppState>, signed: Signed, headers: HeaderMap) -> Result<Response, ApiFailure> {
    let photo_id: PhotoId = metadata(&headers, "photo_id")?.parse().map_err(|_| ApiFailure::of(ErrorCode::MalformedId))?;
    let announcement = Announcement {
        photo_id,
        sha256: metadata(&headers, "sha256")?,
        content_type: metadata(&headers, "content_type")?,
        length_bytes: number(&headers, &LENGTH)?,
    };
    let progress = receive_photo::begin(&state.brigade, signed.actor(), &announcement).await?;
    let location = format!("/api/v1/photos/uploads/{photo_id}");
    Ok(protocol((StatusCode::CREATED, [(header::LOCATION, location)]), Some(progress)))
}

/// Where an upload stands (tus)
#[utoipa::path(head, path = "/api/v1/photos/uploads/{id}", tag = "photos", params(("id" = PhotoId, Path)),
    responses((status = 200, description = "Upload-Offset, Upload-Length, X-Brigade-Photo: verified when whole"), (status = 401), (status = 404)))]
pub async fn look(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<PhotoId>) -> Result<Response, ApiFailure> {
    let progress = receive_photo::look(&state.brigade, signed.actor(), id).await?;
    Ok(protocol(StatusCode::OK, Some(progress)))
}

/// Send a chunk (tus)
#[utoipa::path(patch, path = "/api/v1/photos/uploads/{id}", tag = "photos",
    params(("id" = PhotoId, Path), ("Upload-Offset" = u64, Header), ("Upload-Checksum" = Option<String>, Header, description = "sha256 and the digest in base64")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset; X-Brigade-Photo: verified after the last chunk"), (status = 401, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody), (status = 415, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 460, body = ErrorBody)))]
pub async fn append(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<PhotoId>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiFailure> {
    let is_chunk = headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/offset+octet-stream");
    if !is_chunk {
        return Err(ApiFailure::of(ErrorCode::UnsupportedMediaType));
    }
    let offset = number(&headers, &OFFSET)?;
    let checksum = match headers.get(CHECKSUM).map(|value| value.to_str().unwrap_or_default()) {
        None => None,
        Some(text) => match text.split_once(' ') {
            Some(("sha256", digest)) => Some(STANDARD.decode(digest.trim()).map_err(|_| ApiFailure::of(ErrorCode::ChecksumMismatch))?),
            _ => return Err(missing("upload-checksum")),
        },
    };
    let chunk = body.map_err(|rejection| super::error::body_rejected(&rejection))?;
    match receive_photo::take_chunk(&state.brigade, signed.actor(), id, offset, &chunk, checksum.as_deref()).await {
        Ok(progress) => Ok(protocol(StatusCode::NO_CONTENT, Some(progress))),
        Err(UseCaseError::Refused { code: ErrorCode::OffsetMismatch, detail }) => {
            // Tells where to resume, so that one answer is enough.
            let progress = receive_photo::look(&state.brigade, signed.actor(), id).await?;
            Ok(protocol(ApiFailure { code: ErrorCode::OffsetMismatch, detail }, Some(progress)))
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Debug, Deserialize)]
pub struct DisplayQuery {
    size: Option<String>,
}

/// Show a photo
///
/// A smaller copy without any metadata: `size=screen` (1,600 px, the default) or `size=thumb` (320 px).
#[utoipa::path(get, path = "/api/v1/photos/{id}", tag = "photos", params(("id" = PhotoId, Path), ("size" = Option<String>, Query)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn show(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<PhotoId>,
    ApiQuery(query): ApiQuery<DisplayQuery>,
) -> Result<Response, ApiFailure> {
    let size = match query.size.as_deref() {
        None | Some("screen") => Size::Screen,
        Some("thumb") => Size::Thumbnail,
        Some(_) => return Err(ApiFailure { code: ErrorCode::ValueOutOfRange, detail: Some("size".to_owned()) }),
    };
    let not_found = || ApiFailure::of(ErrorCode::NotFound);
    let photo = read_case::may_see_photo(&state.brigade, signed.actor(), id).await?.filter(|photo| photo.verified_at.is_some()).ok_or_else(not_found)?;
    let headers = [(header::CACHE_CONTROL, "private, no-store"), (header::CONTENT_DISPOSITION, "inline")];
    if let Ok(copy) = state.brigade.photos.read_copy(size, &photo.sha256).await {
        return Ok((headers, [(header::CONTENT_TYPE, "image/jpeg")], copy).into_response());
    }
    // The job has not come to it yet: made now, within the same bound on workers.
    match derive::derive(&state.brigade.photos, &photo.sha256).await {
        Ok(copies) => {
            let copy = match size {
                Size::Screen => copies.screen,
                Size::Thumbnail => copies.thumbnail,
            };
            Ok((headers, [(header::CONTENT_TYPE, "image/jpeg")], copy).into_response())
        }
        Err(derive::DeriveError::Undecodable(_)) => {
            // A format that no browser here opens is not shown: its metadata would go with it.
            let known = state.brigade.photos.read_original(&photo.sha256).await.ok().and_then(|bytes| format::recognise(&bytes).ok());
            tracing::info!(photo.id = %id, format = known.map(format::PhotoFormat::content_type), "photo.not_shown");
            Err(not_found())
        }
        Err(error) => {
            tracing::error!(photo.id = %id, error = &error as &dyn std::error::Error, "photo.derive");
            Err(ApiFailure::of(ErrorCode::StorageUnavailable))
        }
    }
}
