use axum::extract::FromRequest;
use axum::{
    Json,
    body::Bytes,
    extract::{Request, State},
    http::header,
    response::IntoResponse,
};
use casework::wire::v1::{ErrorBody, ErrorCode, PullReply, PushReply, PushRequest};
use inspection_grid::{Grid, GridHash};
use serde::Deserialize;

use super::{
    error::{ApiFailure, ApiPath, ApiQuery, body_rejected, decode},
    session::{Signed, SignedInBurst, check_device},
};
use crate::{application::pull_round, state::AppState};

/// Bytes of one push.
pub const PUSH_BYTES_MAX: usize = 1024 * 1024;

/// Push field changes
///
/// At most 500 events and 1 MiB. Each event is judged alone: the answer has one verdict per event, in the order sent. An event id seen before is a
/// `duplicate` when its content is the same and is `quarantined` when it is not. A revoked phone gets `device_revoked`.
#[utoipa::path(post, path = "/api/v1/sync/push", tag = "sync", request_body = PushRequest,
    responses((status = 200, body = PushReply), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 413, body = ErrorBody), (status = 503, body = ErrorBody)))]
pub async fn push(State(state): State<AppState>, SignedInBurst(signed): SignedInBurst, request: Request) -> Result<Json<PushReply>, ApiFailure> {
    let is_json = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("application/json"));
    if !is_json {
        return Err(ApiFailure::of(ErrorCode::UnsupportedMediaType));
    }
    let bytes = Bytes::from_request(request, &state).await.map_err(|rejection| body_rejected(&rejection))?;
    let message: PushRequest = decode(&bytes)?;
    check_device(&state, message.device_id)?;
    Ok(Json(state.pushes.push(signed.session.actor, message).await?))
}

#[derive(Debug, Deserialize)]
pub struct PullQuery {
    cursor: Option<String>,
}

/// Pull the round
///
/// Sheets of the buildings changed since `cursor`, an opaque text given by the answer before. Ask again until it gives no building. A phone names itself in
/// the header, here and wherever else its message does not; once revoked it gets `device_revoked`.
#[utoipa::path(get, path = "/api/v1/sync/pull", tag = "sync",
    params(("cursor" = Option<String>, Query, description = "Opaque position"),
        ("x-brigade-device" = Option<String>, Header, description = "Id of the phone; older ones do not send it")),
    responses((status = 200, body = PullReply), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody)))]
pub async fn pull(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<PullQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let reply = pull_round::pull(&state.brigade, signed.actor(), query.cursor.as_deref()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(reply)))
}

/// A grid version
///
/// Immutable, named by the hash of its content: a phone keeps it for good.
#[utoipa::path(get, path = "/api/v1/grids/{hash}", tag = "sync", params(("hash" = String, Path)),
    responses((status = 200, body = Grid), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn grid(State(state): State<AppState>, _signed: Signed, ApiPath(hash): ApiPath<String>) -> Result<impl IntoResponse, ApiFailure> {
    let Some(grid) = state.brigade.grids.get(&GridHash(hash)) else { return Err(ApiFailure::of(ErrorCode::NotFound)) };
    Ok(([(header::CACHE_CONTROL, "private, max-age=31536000, immutable")], Json(grid.as_ref().clone())))
}
