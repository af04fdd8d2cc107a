//! Phones: what each one reports of itself, and the register that the office reads.

use serde::{Deserialize, Serialize};

use super::RescueRow;
use crate::{
    clock::Timestamp,
    ids::{AccountId, DeviceId},
};

/// Mark of a genuine answer to a report: a captive portal's page does not carry it.
pub const DEVICE_MARKER: &str = "brigade-device";
/// Header by which a phone names itself where the message does not ([`DeviceId`], hyphenated). Older phones do not send it.
pub const DEVICE_HEADER: &str = "x-brigade-device";
/// Reason kept with a phone that was given up because its person left; any other is a person's own words.
pub const REASON_LEFT: &str = "person_left";
/// Characters of a build's name.
pub const BUILD_CHARS_MAX: usize = 64;

/// `POST /api/v1/sync/device`: sent when the app starts and when what it holds has changed, before anything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceReport {
    /// [`super::PROTOCOL`] of the phone's build; one that the server no longer speaks is recorded all the same.
    pub protocol: u16,
    pub device_id: DeviceId,
    /// The phone's clock when it sent this.
    pub device_now: Timestamp,
    /// Build of the app, at most [`BUILD_CHARS_MAX`] characters.
    pub build: String,
    /// Changes that no server has acknowledged.
    pub unsent_events: u32,
    /// Photos that no server has verified.
    pub unsent_photos: u32,
    /// The oldest of them, by the phone's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_unsent_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceReply {
    /// [`DEVICE_MARKER`].
    pub marker: String,
    pub server_now: Timestamp,
    /// How far the phone's clock is ahead of the server's (negative: behind), half a network round trip included.
    pub clock_skew_ms: i64,
    /// The office gave this phone up: it wipes itself, and nothing it sends is taken any more.
    pub revoked: bool,
}

/// Why and by whom a phone was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceRevocation {
    pub at: Timestamp,
    /// Display name.
    pub by: String,
    pub reason: String,
}

/// One phone in the hands of one account. A phone that two accounts used has two rows; a revocation stands in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceRow {
    pub device_id: DeviceId,
    pub account_id: AccountId,
    /// Display name of the account.
    pub holder: String,
    pub first_contact_at: Timestamp,
    pub last_contact_at: Timestamp,
    pub build: String,
    pub protocol: u16,
    /// As last reported.
    pub unsent_events: u32,
    pub unsent_photos: u32,
    /// The oldest of them, in server time: the skew seen with the report is taken off.
    pub oldest_unsent_at: Option<Timestamp>,
    /// At the last contact.
    pub clock_skew_ms: i64,
    pub revoked: Option<DeviceRevocation>,
}

impl DeviceRow {
    /// Whether the phone is known to hold work that no server has.
    pub fn has_unsent(&self) -> bool {
        self.unsent_events > 0 || self.unsent_photos > 0
    }
}

/// `GET /api/v1/devices` and `/bureau/appareils`: those with unsent work first, the longest waiting before the others; then by last contact; the revoked last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceRegister {
    /// When this was read: the durations shown count up to it.
    pub now: Timestamp,
    pub devices: Vec<DeviceRow>,
    /// There are more, which are not given.
    pub has_more: bool,
    /// Rescue files handed in, the latest first.
    #[serde(default)]
    pub rescues: Vec<RescueRow>,
}
