//! The access journal, as the privacy officer searches it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::{AccessDoor, AccessSubject, ChainHead, ChainReport},
    clock::Timestamp,
    ids::{AccountId, CaseId},
    permission::Section,
};

/// Filters of the journal; they live in the URL: ids, codes and days, never a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct AccessQuery {
    /// Id of the account that read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// Number of the case, `B-2026-0001`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// First day, `YYYY-MM-DD` in Québec time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day, included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// A section that was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Lines before this number: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// `whole` checks the chain from its first line, which takes a moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
}

/// A line: who, when, what, by which door. Nothing of what was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessRow {
    pub sequence: i64,
    pub at: Timestamp,
    pub account_id: AccountId,
    pub name: String,
    pub organisation: String,
    pub subject: AccessSubject,
    pub subject_id: Option<Uuid>,
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    pub door: AccessDoor,
    /// Of a list that was shown as a whole: how many of its rows told something of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    pub sections: BTreeSet<Section>,
}

/// Somebody that the journal can be searched by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessReader {
    pub id: AccountId,
    pub name: String,
    pub organisation: String,
}

/// A page of the journal, with the state of its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccessPage {
    /// The latest first.
    pub rows: Vec<AccessRow>,
    pub next: Option<i64>,
    pub head: ChainHead,
    pub report: ChainReport,
    pub readers: Vec<AccessReader>,
}
