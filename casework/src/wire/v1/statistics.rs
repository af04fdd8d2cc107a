//! Statistics without names, as they were counted once.

use serde::{Deserialize, Serialize};

use crate::{clock::Timestamp, statistics::TerritoryFigures};

/// A quarter's figures, and which other quarters there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statistics {
    /// Quarters that were counted, such as `2026-T3`, newest first.
    pub quarters: Vec<String>,
    /// The one shown; none when no quarter was counted yet.
    pub shown: Option<ShownQuarter>,
    /// A number below this is withheld.
    pub small: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownQuarter {
    pub quarter: String,
    /// `YYYY-MM-DD`.
    pub first_day: String,
    pub last_day: String,
    /// It was counted then, and is never counted again.
    pub made_at: Timestamp,
    pub rule_version: String,
    /// Each municipality that the reader may read of.
    pub territories: Vec<TerritoryFigures>,
}
