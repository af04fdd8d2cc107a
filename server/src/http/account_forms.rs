//! The forms of « Mon compte ».

use app::document::success;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
    routing::post,
};
use casework::{
    ids::{PasskeyId, SessionId},
    wire::v1::ErrorCode,
};

use super::{
    forms::{FLASH_SECONDS, Fields, carry_out},
    session::{cookie, known_device, known_device_cookie, set_cookie},
};
use crate::{
    application::{UseCaseError, keep_account, keep_passkeys, keep_second_factor},
    passkeys::CHALLENGE_MS,
    state::AppState,
};

pub const PATH: &str = "/compte";
/// Cookie that carries fresh recovery codes to the page that shows them.
pub const RECOVERY_CODES: &str = "brigade_codes";

/// Cookie that says, sealed, that the password was shown a moment ago to make a passkey.
pub const PASSKEY_PROOF: &str = "brigade_passkey";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/compte/mot-de-passe", post(password_form))
        .route("/compte/sessions/{id}/fin", post(end_form))
        .route("/compte/sessions/fin", post(end_others_form))
        .route("/compte/second-facteur", post(begin_factor_form))
        .route("/compte/second-facteur/confirmation", post(confirm_factor_form))
        .route("/compte/second-facteur/codes", post(renew_codes_form))
        .route("/compte/second-facteur/retrait", post(remove_factor_form))
        .route("/compte/cles/debut", post(begin_passkey_form))
        .route("/compte/cles", post(add_passkey_form))
        .route("/compte/cles/{id}/nom", post(rename_passkey_form))
        .route("/compte/cles/{id}/retrait", post(remove_passkey_form))
        .route("/compte/avis", post(notices_form))
}

/// Shows recovery codes once, on the page that follows: they travel in a short cookie, never in an address.
pub(super) fn with_codes(mut response: Response, state: &AppState, codes: &[String]) -> Response {
    if !codes.is_empty() {
        response.headers_mut().append(header::SET_COOKIE, set_cookie(RECOVERY_CODES, &codes.join("."), FLASH_SECONDS, state.is_https, true));
    }
    response
}

/// Forgets the codes once shown.
pub fn forget_codes(is_https: bool) -> HeaderValue {
    set_cookie(RECOVERY_CODES, "", 0, is_https, true)
}

async fn begin_factor_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::FACTOR_BEGUN, async |session| {
        keep_second_factor::begin(&state.brigade, &session, fields.get("password").to_owned()).await
    })
    .await
}

async fn confirm_factor_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let mut codes = Vec::new();
    let response = carry_out(&state, &headers, &fields, PATH, success::FACTOR_CONFIRMED, async |session| {
        codes = keep_second_factor::confirm(&state.brigade, &session, fields.get("code"), known_device(&headers)).await?;
        Ok(())
    })
    .await;
    with_codes(response, &state, &codes)
}

async fn renew_codes_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let mut codes = Vec::new();
    let response = carry_out(&state, &headers, &fields, PATH, success::CODES_RENEWED, async |session| {
        let password = fields.get("password").to_owned();
        codes = keep_second_factor::renew_codes(&state.brigade, &session, password, fields.get("code"), known_device(&headers)).await?;
        Ok(())
    })
    .await;
    with_codes(response, &state, &codes)
}

async fn remove_factor_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::FACTOR_REMOVED, async |session| {
        keep_second_factor::remove(&state.brigade, &session, fields.get("password").to_owned(), fields.get("code"), known_device(&headers)).await
    })
    .await
}

async fn begin_passkey_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let mut proof = None;
    let mut response = carry_out(&state, &headers, &fields, PATH, success::PASSKEY_BEGUN, async |session| {
        proof = Some(keep_passkeys::begin(&state.brigade, &session, fields.get("password").to_owned()).await?);
        Ok(())
    })
    .await;
    if let Some(proof) = proof {
        response.headers_mut().append(header::SET_COOKIE, set_cookie(PASSKEY_PROOF, &proof, CHALLENGE_MS / 1_000, state.is_https, true));
    }
    response
}

async fn add_passkey_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let proof = cookie(&headers, PASSKEY_PROOF).unwrap_or_default();
    let mut response = carry_out(&state, &headers, &fields, PATH, success::PASSKEY_ADDED, async |session| {
        keep_passkeys::add(&state.brigade, &session, proof, fields.get("sealed"), fields.get("credential"), fields.get("name")).await
    })
    .await;
    response.headers_mut().append(header::SET_COOKIE, set_cookie(PASSKEY_PROOF, "", 0, state.is_https, true));
    response
}

async fn rename_passkey_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::PASSKEY_RENAMED, async |session| {
        let id: PasskeyId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        keep_passkeys::rename(&state.brigade, &session, id, fields.get("name")).await
    })
    .await
}

async fn remove_passkey_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::PASSKEY_REMOVED, async |session| {
        let id: PasskeyId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        keep_passkeys::remove(&state.brigade, &session, id, fields.get("password").to_owned()).await
    })
    .await
}

async fn notices_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::NOTICES_READ, async |session| keep_second_factor::dismiss_notices(&state.brigade, &session).await).await
}

async fn end_form(State(state): State<AppState>, headers: HeaderMap, Path(id): Path<String>, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::SESSION_ENDED, async |session| {
        let id: SessionId = id.parse().map_err(|_| UseCaseError::refused(ErrorCode::NotFound))?;
        keep_account::end_session(&state.brigade, &session, id).await
    })
    .await
}

async fn end_others_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    carry_out(&state, &headers, &fields, PATH, success::OTHER_SESSIONS_ENDED, async |session| keep_account::end_other_sessions(&state.brigade, &session).await)
        .await
}

async fn password_form(State(state): State<AppState>, headers: HeaderMap, fields: Fields) -> Response {
    let mut device = None;
    let mut response = carry_out(&state, &headers, &fields, PATH, success::PASSWORD_CHANGED, async |session| {
        let (current, password) = (fields.get("current").to_owned(), fields.get("password").to_owned());
        device = Some(keep_account::change_password(&state.brigade, &session, current, password, known_device(&headers)).await?);
        Ok(())
    })
    .await;
    if let Some(device) = device {
        response.headers_mut().append(header::SET_COOKIE, known_device_cookie(&device, state.is_https));
    }
    response
}
