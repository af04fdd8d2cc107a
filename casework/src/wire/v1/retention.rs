//! What the retention schedule would purge, holds, and proofs of what went; for the privacy officer.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::Timestamp,
    ids::CaseId,
    retention::{Counts, KeptBecause},
};

/// A case past its term, with what would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PurgeableCase {
    pub id: CaseId,
    pub number: String,
    /// `YYYY-MM-DD`.
    pub closed_on: String,
    pub revision: i64,
    /// By kind.
    pub counts: Counts,
}

/// How many closed cases stay for one reason, the first that holds of each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeptCount {
    pub because: KeptBecause,
    pub count: i64,
}

/// A hold that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HoldView {
    pub id: Uuid,
    pub number: String,
    pub reason: String,
    pub placed_at: Timestamp,
    pub placed_by: String,
    /// `YYYY-MM-DD`; none until it is lifted.
    pub until: Option<String>,
}

/// A case that was purged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProofView {
    pub sequence: i64,
    pub number: String,
    pub rule_version: String,
    pub counts: Counts,
    pub at: Timestamp,
    pub by: String,
    /// SHA-256 over what the proof says and the seal before it.
    pub seal: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionRegister {
    pub rule_version: String,
    /// Years after the closing.
    pub years: u16,
    /// Why so long, in French.
    pub basis: String,
    /// The oldest closings first; no more than a page.
    pub purgeable: Vec<PurgeableCase>,
    /// All of them.
    pub purgeable_total: i64,
    pub kept: Vec<KeptCount>,
    pub holds: Vec<HoldView>,
    /// The latest first.
    pub proofs: Vec<ProofView>,
    /// Whether every seal is that of its proof and follows the one before.
    pub chain_holds: bool,
}
