//! A colleague leaves: what they hold, and who can take over.

use serde::{Deserialize, Serialize};

use crate::{
    case::coded_enum,
    clock::Timestamp,
    ids::{AccountId, DeviceId},
    permission::Role,
};

coded_enum! {
    /// What becomes of the phones of somebody who leaves.
    PhonesAtDeparture {
        /// They can no longer sign in, and what they hold can still be handed in as a rescue file.
        Keep = "keep",
        /// Given up: they wipe themselves at their next contact.
        Revoke = "revoke",
    }
}

/// Somebody who can take over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Colleague {
    pub id: AccountId,
    pub display_name: String,
    pub role: Role,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeparturePhone {
    pub device_id: DeviceId,
    pub last_contact_at: Timestamp,
    /// As last reported.
    pub unsent_events: u32,
    pub unsent_photos: u32,
}

/// `GET /api/v1/accounts/{id}/departure` and `/administration/comptes/{id}/depart`: counts, and nothing of any case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Departure {
    pub account_id: AccountId,
    pub display_name: String,
    pub role: Role,
    /// Open cases assigned to them.
    pub cases: u32,
    /// Visits that they began and that are not finished.
    pub visits: u32,
    /// Referrals that they made and that are still open: they stay with the team.
    pub referrals: u32,
    /// Place on the call list of the emergency cell.
    pub on_call_rank: Option<i64>,
    /// Those not given up.
    pub phones: Vec<DeparturePhone>,
    /// Those of the same trade first.
    pub colleagues: Vec<Colleague>,
}
