use axum::{Json, extract::State, http::header, response::IntoResponse};
use casework::{
    case::CaseStage,
    ids::CaseId,
    wire::v1::{CaseMap, CasePoint, ErrorBody},
};
use serde::Serialize;

use super::{error::ApiFailure, session::Signed};
use crate::{application::read_map, state::AppState};

/// Cases and territories of one's map
#[utoipa::path(get, path = "/api/v1/map", tag = "map", responses((status = 200, body = CaseMap), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn read(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let map = read_map::read(&state.brigade, signed.actor()).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(map)))
}

/// A GeoJSON feature collection (RFC 7946, 3.3).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CaseFeatures {
    /// `FeatureCollection`.
    r#type: &'static str,
    features: Vec<CaseFeature>,
}

/// A case as a GeoJSON feature (RFC 7946, 3.2).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CaseFeature {
    /// `Feature`.
    r#type: &'static str,
    id: CaseId,
    geometry: CaseGeometry,
    properties: CaseProperties,
}

/// Where the building stands (RFC 7946, 3.1.2).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CaseGeometry {
    /// `Point`.
    r#type: &'static str,
    /// Longitude, then latitude (WGS 84).
    coordinates: [f64; 2],
}

/// What the map says of a case.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CaseProperties {
    number: String,
    address: String,
    municipality: String,
    borough: Option<String>,
    dwellings: u32,
    /// `A` to `D`.
    band: Option<String>,
    danger: bool,
    stage: CaseStage,
}

fn feature(case: CasePoint) -> CaseFeature {
    CaseFeature {
        r#type: "Feature",
        id: case.id,
        geometry: CaseGeometry { r#type: "Point", coordinates: [case.longitude, case.latitude] },
        properties: CaseProperties {
            number: case.number,
            address: case.address,
            municipality: case.municipality,
            borough: case.borough,
            dwellings: case.dwellings,
            band: case.band,
            danger: case.danger,
            stage: case.stage,
        },
    }
}

/// Cases of one's territory as GeoJSON (RFC 7946)
#[utoipa::path(get, path = "/api/v1/cases.geojson", tag = "map",
    responses((status = 200, content_type = "application/geo+json", body = CaseFeatures), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub async fn geojson(State(state): State<AppState>, signed: Signed) -> Result<impl IntoResponse, ApiFailure> {
    let map = read_map::read(&state.brigade, signed.actor()).await?;
    let collection = CaseFeatures { r#type: "FeatureCollection", features: map.cases.into_iter().map(feature).collect() };
    Ok(([(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, "no-store")], Json(collection)))
}
