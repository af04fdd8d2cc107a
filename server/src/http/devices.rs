use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::header,
    response::IntoResponse,
};
use casework::wire::v1::{DeviceRegister, DeviceReply, DeviceReport, ErrorBody, ErrorCode};

use super::{
    error::{ApiFailure, body_rejected, decode},
    session::{self, Signed},
};
use crate::{
    application::{devices, sign_in},
    state::AppState,
};

/// Report a phone
///
/// Sent when the app starts and when what it holds has changed. Answered to a revoked phone too (`revoked: true`), and, with `device_revoked`, to one whose
/// session has expired since: its next contact tells it to wipe itself, however late that is.
#[utoipa::path(post, path = "/api/v1/sync/device", tag = "sync", request_body = DeviceReport,
    responses((status = 200, body = DeviceReply), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn report(State(state): State<AppState>, request: Request) -> Result<impl IntoResponse, ApiFailure> {
    let headers = request.headers().clone();
    let is_json = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| value.starts_with("application/json"));
    let bytes = Bytes::from_request(request, &state).await.map_err(|rejection| body_rejected(&rejection))?;
    let token = session::token(&headers);
    // Not `recognise`, which no longer knows the session of a revoked phone.
    let session = match token {
        Some(token) => sign_in::recognise(&state.brigade, token).await?,
        None => None,
    };
    let (Some(token), Some(session)) = (token, session) else {
        // Whoever names a revoked phone by its id, which no one can guess, is that phone.
        let named: Option<DeviceReport> = decode(&bytes).ok();
        let is_revoked = named.is_some_and(|report| state.devices.is_revoked(report.device_id));
        return Err(ApiFailure::of(if is_revoked { ErrorCode::DeviceRevoked } else { ErrorCode::SignInRequired }));
    };
    session::check_origin(&headers)?;
    if !is_json {
        return Err(ApiFailure::of(ErrorCode::UnsupportedMediaType));
    }
    let message: DeviceReport = decode(&bytes)?;
    let reply = devices::report(&state.brigade, &state.devices, &session.actor, token, &message).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(reply)))
}

/// The phones of the brigade
///
/// Those with unsent work first.
#[utoipa::path(get, path = "/api/v1/devices", tag = "administration",
    responses((status = 200, body = DeviceRegister), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let register = devices::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(register)))
}
