use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use casework::wire::v1::{ErrorBody, ErrorCode, Statistics};
use serde::Deserialize;

use super::{
    error::{ApiFailure, ApiQuery},
    session::Signed,
};
use crate::{application::read_statistics, state::AppState};

#[derive(Debug, Deserialize)]
pub struct StatisticsQuery {
    quarter: Option<String>,
    format: Option<String>,
}

/// Statistics without names (« dépersonnalisées »)
///
/// For coordination, administration and the privacy officer; for a city, of its territory. Numbers below five are withheld, and whatever would give one back: a
/// total is split only where no part is small. Quarters only, each counted once, two weeks after its end. `format` is `json` (default) or `csv`.
#[utoipa::path(get, path = "/api/v1/statistics", tag = "statistics",
    params(("quarter" = Option<String>, Query, description = "such as `2026-T3`; the last one counted by default"),
        ("format" = Option<String>, Query, description = "`json` or `csv`")),
    responses((status = 200, body = Statistics), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed, ApiQuery(query): ApiQuery<StatisticsQuery>) -> Result<Response, ApiFailure> {
    let is_csv = match query.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(_) => return Err(ApiFailure { code: ErrorCode::ValueOutOfRange, detail: Some("format".to_owned()) }),
    };
    let statistics = read_statistics::read(&state.brigade, signed.actor(), query.quarter.as_deref()).await?;
    if !is_csv {
        return Ok(([(header::CACHE_CONTROL, "no-store")], Json(statistics)).into_response());
    }
    let Some(shown) = statistics.shown else { return Err(ApiFailure::of(ErrorCode::NotFound)) };
    let name = format!("attachment; filename=\"statistiques-{}.csv\"", shown.quarter);
    let headers =
        [(header::CACHE_CONTROL, "no-store".to_owned()), (header::CONTENT_DISPOSITION, name), (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned())];
    Ok((headers, read_statistics::csv(&shown)).into_response())
}
