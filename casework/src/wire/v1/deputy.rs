//! What awaits a person, and those they stand in for.

use serde::{Deserialize, Serialize};

use super::{CaseRow, Colleague, ReferralRow};
use crate::{
    clock::Timestamp,
    ids::{AccountId, DeputationId, VisitId},
};

/// A visit that somebody began and that is not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitAwaiting {
    pub id: VisitId,
    pub address: String,
    pub municipality: String,
    pub started_at: Timestamp,
}

/// What awaits one person: as the reader may see it, never more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AwaitingPerson {
    pub account_id: AccountId,
    pub display_name: String,
    /// Last day of the absence, `YYYY-MM-DD`; none for oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Open cases assigned to them.
    pub cases: Vec<CaseRow>,
    pub visits: Vec<VisitAwaiting>,
    /// Referrals they sent, still open.
    pub referrals: Vec<ReferralRow>,
}

/// Who stands in for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeputationView {
    pub id: DeputationId,
    pub absent: String,
    pub deputy: String,
    /// `YYYY-MM-DD`, both included.
    pub from: String,
    pub until: String,
    /// It holds today.
    pub now: bool,
    /// The reader may end it.
    pub may_end: bool,
}

/// `/bureau/a-moi`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Awaiting {
    /// `YYYY-MM-DD` in the brigade's time zone.
    pub today: String,
    /// Oneself, then those one stands in for.
    pub people: Vec<AwaitingPerson>,
    /// Those of today and to come that concern the reader; all of the team's for whoever may name others.
    pub deputations: Vec<DeputationView>,
    /// Who can stand in for the reader.
    pub deputies: Vec<Colleague>,
    /// Those for whom the reader may name a deputy, besides themselves.
    pub absents: Vec<Colleague>,
}
