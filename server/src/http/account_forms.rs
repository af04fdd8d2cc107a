//! The forms of « Mon compte ».

use app::document::success;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, header},
    response::Response,
    routing::post,
};
use casework::{ids::SessionId, wire::v1::ErrorCode};

use super::{
    forms::{Fields, carry_out},
    session::{known_device, known_device_cookie},
};
use crate::{
    application::{UseCaseError, keep_account},
    state::AppState,
};

pub const PATH: &str = "/compte";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/compte/mot-de-passe", post(password_form))
        .route("/compte/sessions/{id}/fin", post(end_form))
        .route("/compte/sessions/fin", post(end_others_form))
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
