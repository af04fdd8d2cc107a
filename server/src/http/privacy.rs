use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::{
    access::AccessDoor,
    ids::IncidentId,
    wire::v1::{AccessPage, AccessQuery, ErrorBody, IncidentRegister, IncidentView},
};

use super::{
    error::{ApiFailure, ApiPath, ApiQuery},
    session::Signed,
};
use crate::{
    application::{keep_incidents, search_journal},
    state::AppState,
};

/// Search the access journal: who read what, never what was read
///
/// For the privacy officer. Each search is a line of the journal itself.
#[utoipa::path(get, path = "/api/v1/access-journal", tag = "privacy", params(AccessQuery),
    responses((status = 200, body = AccessPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn access_journal(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<AccessQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let page = search_journal::search(&state.brigade, signed.actor(), AccessDoor::Api, &query).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)))
}

/// The register of confidentiality incidents, for the privacy officer
#[utoipa::path(get, path = "/api/v1/incidents", tag = "privacy",
    responses((status = 200, body = IncidentRegister), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn incidents(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let register = keep_incidents::list(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(register)))
}

/// A confidentiality incident, with everything that was ever written of it
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "privacy", params(("id" = IncidentId, Path)),
    responses((status = 200, body = IncidentView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn incident(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<IncidentId>) -> Result<impl IntoResponse, ApiFailure> {
    let incident = keep_incidents::read(&state.brigade, signed.actor(), id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(incident)))
}
