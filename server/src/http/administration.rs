use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::wire::v1::{Administration, ErrorBody, RoundPlan};

use super::{error::ApiFailure, session::Signed};
use crate::{
    application::{administer, plan_round},
    state::AppState,
};

/// Organisations and accounts
#[utoipa::path(get, path = "/api/v1/administration", tag = "administration",
    responses((status = 200, body = Administration), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let administration = administer::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(administration)))
}

/// Buildings and the days of the round
#[utoipa::path(get, path = "/api/v1/round", tag = "administration",
    responses((status = 200, body = RoundPlan), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn round(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let plan = plan_round::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(plan)))
}
