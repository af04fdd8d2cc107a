use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::{
    ids::ServiceId,
    wire::v1::{AgreementRegister, Directory, ErrorBody, Resources, ServicePage, ServiceQuery},
};

use super::{
    error::{ApiFailure, ApiPath, ApiQuery},
    session::Signed,
};
use crate::{
    application::{keep_agreements, keep_directory},
    state::AppState,
};

/// The directory of partners, by need and by place
#[utoipa::path(get, path = "/api/v1/directory", tag = "directory", params(ServiceQuery),
    responses((status = 200, body = Directory), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn list(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<ServiceQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let directory = keep_directory::list(&state.brigade, signed.actor(), &query).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(directory)))
}

/// One service of the directory
#[utoipa::path(get, path = "/api/v1/directory/services/{id}", tag = "directory", params(("id" = ServiceId, Path)),
    responses((status = 200, body = ServicePage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed, ApiPath(id): ApiPath<ServiceId>) -> Result<impl IntoResponse, ApiFailure> {
    let service = keep_directory::read(&state.brigade, signed.actor(), id).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(service)))
}

/// The agreements with partners, with every version of each
#[utoipa::path(get, path = "/api/v1/agreements", tag = "directory",
    responses((status = 200, body = AgreementRegister), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn agreements(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let register = keep_agreements::list(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(register)))
}

/// Public services, by need and by place, for anybody
#[utoipa::path(get, path = "/api/v1/resources", tag = "directory", params(ServiceQuery), security(()), responses((status = 200, body = Resources)))]
pub async fn resources(State(state): State<AppState>, ApiQuery(query): ApiQuery<ServiceQuery>) -> Result<impl IntoResponse, ApiFailure> {
    let resources = keep_directory::resources(&state.brigade, &query).await?;
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(resources)))
}
