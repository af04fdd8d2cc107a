use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::wire::v1::{CaseMap, ErrorBody};

use super::{error::ApiFailure, session::Signed};
use crate::{application::read_map, state::AppState};

/// Cases and territories of one's map
#[utoipa::path(get, path = "/api/v1/map", tag = "map", responses((status = 200, body = CaseMap), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let map = read_map::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(map)))
}

/// Cases of one's territory as GeoJSON (RFC 7946)
#[utoipa::path(get, path = "/api/v1/cases.geojson", tag = "map",
    responses((status = 200, content_type = "application/geo+json", body = Object), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn geojson(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let map = read_map::read(&state.brigade, signed.actor()).await?;
    let features: Vec<serde_json::Value> = map
        .cases
        .iter()
        .map(|case| {
            serde_json::json!({
                "type": "Feature",
                "id": case.id,
                "geometry": { "type": "Point", "coordinates": [case.longitude, case.latitude] },
                "properties": {
                    "number": case.number, "address": case.address, "municipality": case.municipality, "borough": case.borough,
                    "dwellings": case.dwellings, "band": case.band, "danger": case.danger, "stage": case.stage,
                },
            })
        })
        .collect();
    let collection = serde_json::json!({ "type": "FeatureCollection", "features": features });
    Ok(([(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, "no-store")], collection.to_string()))
}
