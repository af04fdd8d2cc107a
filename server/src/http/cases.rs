use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use casework::{
    access::AccessDoor,
    ids::{CaseId, EscalationId},
    wire::v1::{CaseDetail, CaseList, CaseQuery, ErrorBody, RaiseEscalation},
};
use serde::{Deserialize, Serialize};

use super::{
    error::{ApiFailure, ApiJson, ApiPath, ApiQuery},
    session::Signed,
};
use crate::{
    application::{raise_escalation, read_case, read_cases},
    state::AppState,
};

/// List cases
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(CaseQuery),
    responses((status = 200, body = CaseList), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<CaseQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let list = read_cases::list(&state.brigade, signed.actor(), &query).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(list)))
}

/// Read a case
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = CaseId, Path)),
    responses((status = 200, body = CaseDetail), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<CaseId>) -> Result<impl IntoResponse, ApiFailure> {
    let detail = read_case::read(&state.brigade, signed.actor(), AccessDoor::Api, id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(detail)))
}

/// What an escalation raised by the API says.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RaiseMessage {
    reason: String,
    #[serde(default)]
    called_911: bool,
}

/// Id of what was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Raised {
    pub id: EscalationId,
}

/// Raise an escalation of a case
#[utoipa::path(post, path = "/api/v1/cases/{id}/escalations", tag = "emergency", params(("id" = CaseId, Path)), request_body = RaiseMessage,
    responses((status = 201, body = Raised), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn raise(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(case_id): ApiPath<CaseId>,
    ApiJson(message): ApiJson<RaiseMessage>,
) -> Result<(StatusCode, Json<Raised>), ApiFailure> {
    let request = RaiseEscalation { case_id, reason: message.reason, called_911: message.called_911 };
    let id = raise_escalation::raise(&state.brigade, signed.actor(), request).await?;
    Ok((StatusCode::CREATED, Json(Raised { id })))
}
