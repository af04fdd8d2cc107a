//! Setting up: who works with Brigade, and which buildings are visited when.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, OrganisationId},
    permission::{OrganisationKind, Role},
    wire::v1::AgreementDue,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganisationRow {
    pub id: OrganisationId,
    pub name: String,
    pub kind: OrganisationKind,
    pub service: String,
    pub municipality: Option<String>,
    /// Whoever works there needs a second factor.
    #[serde(default)]
    pub second_factor_required: bool,
    /// How they sign in at home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderView>,
}

/// An OpenID Connect provider as the administrator set it. Its secret is nowhere here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderView {
    pub issuer: String,
    pub client_id: String,
    /// Of the file or the variable that holds the secret.
    pub secret_name: String,
    pub email_domain: String,
    /// What `acr` says of somebody who showed a second factor there.
    pub factor_acr: Option<String>,
    /// A second factor shown there is not asked for again here.
    pub factor_counts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountRow {
    pub id: AccountId,
    pub display_name: String,
    pub email: String,
    pub role: Role,
    pub organisation: String,
    pub active: bool,
    /// No password was chosen yet: the one-time link was not used.
    pub awaiting_password: bool,
    /// It has a second factor.
    #[serde(default)]
    pub second_factor: bool,
}

/// Somebody who asked for help to get in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecoveryRequestRow {
    pub account_id: AccountId,
    pub display_name: String,
    pub email: String,
    pub organisation: String,
    pub at: Timestamp,
}

/// `/administration`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Administration {
    pub organisations: Vec<OrganisationRow>,
    pub accounts: Vec<AccountRow>,
    /// Those that still stand, the oldest first.
    #[serde(default)]
    pub recovery_requests: Vec<RecoveryRequestRow>,
    /// Agreements whose end is near or past.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements_due: Vec<AgreementDue>,
    /// Municipalities whose territory is known, to be offered for an organisation.
    pub municipalities: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedBuilding {
    pub id: BuildingId,
    pub address: String,
    pub municipality: String,
    pub borough: Option<String>,
    pub dwellings: u32,
    /// `YYYY-MM-DD`; none when it is not in the round.
    pub planned_on: Option<String>,
}

/// `/bureau/tournee`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundPlan {
    /// `YYYY-MM-DD` in the brigade's time zone.
    pub today: String,
    pub buildings: Vec<PlannedBuilding>,
    pub municipalities: Vec<String>,
}
