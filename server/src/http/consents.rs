use axum::{Json, extract::State, http::StatusCode};
use casework::{
    ids::{CaseId, ConsentId},
    wire::v1::{ErrorBody, RecordConsent},
};
use serde::Serialize;

use super::{
    error::{ApiFailure, ApiJson, ApiPath},
    session::Signed,
};
use crate::{application::keep_consents, state::AppState};

/// Id of what was recorded.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Recorded {
    pub id: ConsentId,
}

/// Record what a person answered about sharing what concerns them
///
/// The id is the caller's: sending the same message twice makes one record.
#[utoipa::path(post, path = "/api/v1/cases/{id}/consents", tag = "consents", params(("id" = CaseId, Path)), request_body = RecordConsent,
    responses((status = 201, body = Recorded), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
pub async fn record(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(case_id): ApiPath<CaseId>,
    ApiJson(message): ApiJson<RecordConsent>,
) -> Result<(StatusCode, Json<Recorded>), ApiFailure> {
    let id = keep_consents::record(&state.brigade, signed.actor(), case_id, message).await?;
    Ok((StatusCode::CREATED, Json(Recorded { id })))
}

/// Take a consent back: what it opened is closed at once
#[utoipa::path(post, path = "/api/v1/consents/{id}/withdrawal", tag = "consents", params(("id" = ConsentId, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn withdraw(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ConsentId>) -> Result<StatusCode, ApiFailure> {
    keep_consents::withdraw(&state.brigade, signed.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
