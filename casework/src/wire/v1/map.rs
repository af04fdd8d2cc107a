use serde::{Deserialize, Serialize};

use crate::{
    case::CaseStage,
    ids::{CaseId, ReferralId},
};

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
    /// For a partner: the last referral that it received about this building, which says more of it than the case does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<ReferralId>,
    /// WGS 84.
    pub longitude: f64,
    pub latitude: f64,
}

impl CasePoint {
    /// Address of the page that says the most of it to whom this answer was made for.
    pub fn page(&self) -> String {
        self.referral_id.map_or_else(|| format!("/bureau/dossiers/{}", self.id), |id| format!("/partenaires/{id}"))
    }
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
