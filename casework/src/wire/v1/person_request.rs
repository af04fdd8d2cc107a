//! Requests of the persons concerned, and the file that one of them is given.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{CaseId, PersonRequestId},
    permission::Section,
    person_request::{IdentifiedBy, RequestAnswer, RequestKind},
};

/// A request, for those who answer it. Days are `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonRequestRow {
    pub id: PersonRequestId,
    pub number: i64,
    pub kind: RequestKind,
    pub received_on: String,
    pub due_on: String,
    pub public_body_due_on: String,
    pub late: bool,
    pub person: String,
    pub identified: IdentifiedBy,
    pub case_id: CaseId,
    pub case_number: String,
    pub address: String,
    pub door: String,
    pub from: Option<String>,
    pub to: Option<String>,
    pub words: String,
    pub recorded_by: String,
    pub recorded_at: Timestamp,
    pub assembled_by: Option<String>,
    pub assembled_at: Option<Timestamp>,
    pub withheld: String,
    pub answer: Option<RequestAnswer>,
    pub answered_by: Option<String>,
    pub answered_at: Option<Timestamp>,
    pub reason: String,
    /// The reader may put the file together, and download it.
    pub may_assemble: bool,
    /// The reader may answer.
    pub may_answer: bool,
}

/// The register of requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonRequests {
    pub now: Timestamp,
    /// Those that wait first, the nearest end first; then the latest answered.
    pub rows: Vec<PersonRequestRow>,
}

/// Everything held about the people of one dwelling, as the psychosocial compartment reads it: given to the person, for them to keep or hand on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonFile {
    /// `brigade.person-file.1`.
    pub format: String,
    pub request: i64,
    pub made_at: Timestamp,
    pub address: String,
    pub municipality: String,
    pub door: String,
    pub records: Vec<PersonRecord>,
}

/// One thing that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonRecord {
    /// `visit`, `answer`, `consent`, `shared`.
    pub kind: String,
    pub at: Timestamp,
    pub section: Option<Section>,
    /// What it is about, in French.
    pub subject: String,
    /// What is held of it.
    pub value: String,
    /// What was written freely beside it.
    pub note: String,
    /// Who recorded it.
    pub by: String,
}
