use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::{
    ids::AccountId,
    wire::v1::{Administration, Awaiting, Departure, ErrorBody, RoundPlan},
};

use super::{
    error::{ApiFailure, ApiPath},
    session::Signed,
};
use crate::{
    application::{administer, depart, plan_round, stand_in},
    state::AppState,
};

/// Organisations and accounts
#[utoipa::path(get, path = "/api/v1/administration", tag = "administration",
    responses((status = 200, body = Administration), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let administration = administer::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(administration)))
}

/// What somebody who leaves holds, and who can take over
#[utoipa::path(get, path = "/api/v1/accounts/{id}/departure", tag = "administration", params(("id" = AccountId, Path)),
    responses((status = 200, body = Departure), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 409, body = ErrorBody)))]
pub async fn departure(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<AccountId>) -> Result<impl IntoResponse, ApiFailure> {
    let departure = depart::read(&state.brigade, signed.actor(), id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(departure)))
}

/// What awaits the person, and those they stand in for
#[utoipa::path(get, path = "/api/v1/awaiting", tag = "cases",
    responses((status = 200, body = Awaiting), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn awaiting(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let awaiting = stand_in::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(awaiting)))
}

/// Buildings and the days of the round
#[utoipa::path(get, path = "/api/v1/round", tag = "administration",
    responses((status = 200, body = RoundPlan), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn round(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let plan = plan_round::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(plan)))
}
