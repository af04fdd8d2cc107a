use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::{
    access::AccessDoor,
    wire::v1::{AccessPage, AccessQuery, ErrorBody},
};

use super::{
    error::{ApiFailure, ApiQuery},
    session::Signed,
};
use crate::{application::search_journal, state::AppState};

/// Search the access journal: who read what, never what was read
///
/// For the privacy officer. Each search is a line of the journal itself.
#[utoipa::path(get, path = "/api/v1/access-journal", tag = "privacy", params(AccessQuery),
    responses((status = 200, body = AccessPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn access_journal(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<AccessQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let page = search_journal::search(&state.brigade, signed.actor(), AccessDoor::Api, &query).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)))
}
