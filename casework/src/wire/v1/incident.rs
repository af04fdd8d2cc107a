//! The register of confidentiality incidents, for the privacy officer.

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, ids::IncidentId, incident::IncidentEntry};

/// What the register said of an incident from a moment on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentVersion {
    pub version: i64,
    pub at: Timestamp,
    pub by: String,
    /// Why the one before was corrected; empty for the first.
    pub reason: String,
    pub entry: IncidentEntry,
}

/// An incident, with everything that was ever written of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentView {
    pub id: IncidentId,
    /// Its number in the register, from 1.
    pub number: i64,
    pub reported_at: Timestamp,
    pub reported_by: String,
    /// Day on which whoever reported it noticed it, `YYYY-MM-DD`.
    pub noticed_on: String,
    /// What whoever reported it said.
    pub words: String,
    /// The one that stands first; none while it is only reported.
    pub versions: Vec<IncidentVersion>,
    /// `YYYY-MM-DD`: it stays at least until then.
    pub kept_until: Option<String>,
}

/// The whole register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IncidentRegister {
    pub now: Timestamp,
    /// Those only reported first, then by number, the latest first.
    pub incidents: Vec<IncidentView>,
}
