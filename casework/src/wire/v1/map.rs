use serde::{Deserialize, Serialize};

use crate::{case::CaseStage, ids::CaseId};

/// A case on the map: what a municipal partner may see of it. Never a person, never a door.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CasePoint {
    pub id: CaseId,
    pub number: String,
    pub address: String,
    pub municipality: String,
    pub borough: Option<String>,
    pub dwellings: u32,
    pub band: Option<String>,
    pub danger: bool,
    pub stage: CaseStage,
    /// WGS 84.
    pub longitude: f64,
    pub latitude: f64,
}

/// Approximate outline of a municipality or borough, for orientation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerritoryOutline {
    pub municipality: String,
    pub borough: Option<String>,
    /// Closed ring of longitude and latitude.
    pub ring: Vec<[f64; 2]>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseMap {
    /// The whole answer: the map never cuts silently.
    pub cases: Vec<CasePoint>,
    pub territories: Vec<TerritoryOutline>,
    /// Raster or vector tile URL template configured by the administrator.
    pub tiles_url: Option<String>,
}
