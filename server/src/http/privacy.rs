use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use casework::{
    access::AccessDoor,
    ids::{IncidentId, PersonRequestId},
    wire::v1::{AccessPage, AccessQuery, ErrorBody, ErrorCode, IncidentRegister, IncidentView, PersonFile, PersonRequests, RetentionRegister},
};

use serde::Deserialize;

use super::{
    error::{ApiFailure, ApiPath, ApiQuery},
    security::FILE_POLICY,
    session::Signed,
};
use crate::{
    application::{answer_person_requests, keep_incidents, purge_case, search_journal},
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

/// What the retention schedule would purge, holds and proofs of purge, for the privacy officer
#[utoipa::path(get, path = "/api/v1/retention", tag = "privacy",
    responses((status = 200, body = RetentionRegister), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn retention(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let register = purge_case::list(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(register)))
}

/// A confidentiality incident, with everything that was ever written of it
#[utoipa::path(get, path = "/api/v1/incidents/{id}", tag = "privacy", params(("id" = IncidentId, Path)),
    responses((status = 200, body = IncidentView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn incident(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<IncidentId>) -> Result<impl IntoResponse, ApiFailure> {
    let incident = keep_incidents::read(&state.brigade, signed.actor(), id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(incident)))
}

/// Requests of the persons concerned, for those who answer them
#[utoipa::path(get, path = "/api/v1/person-requests", tag = "privacy",
    responses((status = 200, body = PersonRequests), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn person_requests(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let requests = answer_person_requests::list(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(requests)))
}

#[derive(Debug, Deserialize)]
pub struct FileQuery {
    format: Option<String>,
}

/// What is held about the people of the dwelling that a request names
///
/// For the psychosocial compartment. `format` is `json` (default) or `csv`. Each reading leaves a line in the access journal.
#[utoipa::path(get, path = "/api/v1/person-requests/{id}/file", tag = "privacy",
    params(("id" = PersonRequestId, Path), ("format" = Option<String>, Query, description = "`json` or `csv`")),
    responses((status = 200, body = PersonFile), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn person_file(
    State(state): State<AppState>,
    signed: Signed,
    ApiPath(id): ApiPath<PersonRequestId>,
    ApiQuery(query): ApiQuery<FileQuery>,
) -> Result<Response, ApiFailure> {
    let is_csv = match query.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(ApiFailure { code: ErrorCode::ValueOutOfRange, detail: Some("format".to_owned()) }),
    };
    let file = answer_person_requests::file(&state.brigade, signed.actor(), id).await?;
    let (extension, content_type) = if is_csv { ("csv", "text/csv; charset=utf-8") } else { ("json", "application/json") };
    let name = format!("attachment; filename=\"demande-{}.{extension}\"", file.request);
    let headers = [
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_TYPE, content_type.to_owned()),
        (header::CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
    ];
    let body = if is_csv { answer_person_requests::csv(&file).into_response() } else { Json(&file).into_response() };
    Ok((headers, body).into_response())
}
