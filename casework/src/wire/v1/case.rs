//! Cases as the office, the cell and partners read them: already projected on what the reader may see.

use inspection_grid::{Answer, Label, Place, Score};
use serde::{Deserialize, Serialize};

use crate::{
    case::{CaseStage, CaseVerb},
    clock::Timestamp,
    ids::{BuildingId, CaseId, EntryId, EventId, OrganisationId, PhotoId, VisitId},
    permission::Section,
    wire::v1::{AgreementDue, ConsentEnding, ConsentProofRow, ConsentRow, DoorChoice, EscalationRow, Framing, ReferralRow, ServiceChoice},
};

/// Filters of the cases list; they live in the URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(default)]
pub struct CaseQuery {
    /// `open` (default), `closed`, `all` or a stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// `A` to `D`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
    /// Municipality name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// Words of the address or the case number; accents and case do not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Opaque keyset position: the `next` of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// 1 to 250, 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

impl CaseQuery {
    /// The filters in force, as an address says them.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let limit = self.limit.map(|limit| limit.to_string());
        let all =
            [("state", &self.state), ("band", &self.band), ("municipality", &self.municipality), ("q", &self.q), ("after", &self.after), ("limit", &limit)];
        all.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseRow {
    pub id: CaseId,
    /// `B-2026-0001`.
    pub number: String,
    pub building_id: BuildingId,
    pub address: String,
    pub municipality: String,
    pub borough: Option<String>,
    /// 0 for those who may not know.
    pub dwellings: u32,
    pub stage: CaseStage,
    /// `A` to `D`; none before the first scored visit.
    pub band: Option<String>,
    /// Building index of the last scored visit.
    pub index: Option<f64>,
    pub danger: bool,
    pub complex: bool,
    /// Motif codes the reader may know.
    pub motifs: Vec<String>,
    pub opened_at: Timestamp,
    pub updated_at: Timestamp,
    pub revision: i64,
    /// Referrals waiting on a partner.
    pub referrals_waiting: u32,
    pub escalation_open: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseList {
    pub rows: Vec<CaseRow>,
    /// Rows that the filters select, all pages together.
    pub total: u64,
    pub next: Option<String>,
    /// Municipalities that the reader may filter by, in alphabetical order.
    pub municipalities: Vec<String>,
    /// Teams past their expected end that nobody has reached, for those who answer for them.
    #[serde(default)]
    pub teams_to_reach: u32,
    /// Agreements whose end is near or past, for those who keep them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements_due: Vec<AgreementDue>,
    /// Consents that are over within two weeks and that something relies on, soonest first, for those who keep them.
    #[serde(default)]
    pub consents_ending: Vec<ConsentEnding>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildingView {
    pub id: BuildingId,
    pub address: String,
    pub municipality: String,
    pub borough: Option<String>,
    pub dwellings: u32,
    pub storeys: Option<u16>,
    pub year_built: Option<u16>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhotoRef {
    pub id: PhotoId,
    /// Whole and re-hashed on the server.
    pub verified: bool,
    pub sha256: String,
    pub taken_at: Timestamp,
    /// Kept as received, with nothing to show: no copy without metadata could be made of it, or not yet.
    #[serde(default)]
    pub original_only: bool,
    /// A person drew on it: an arrow, a circle or a blur, burnt into what is shown.
    #[serde(default)]
    pub marked: bool,
    /// Counts the changes of what is shown: part of the address, so that no browser shows an older copy.
    #[serde(default)]
    pub revision: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ObservationView {
    pub event_id: EventId,
    pub place: Place,
    /// Door label for a dwelling.
    pub door: Option<String>,
    pub criterion: String,
    pub label: Label,
    /// The anchor of the severity, as in the grid version used.
    pub anchor: Option<Label>,
    pub answer: Answer,
    pub note: Option<String>,
    pub photos: Vec<PhotoRef>,
    pub recorded_at: Timestamp,
    pub recorded_by: String,
    /// Another phone answered otherwise; both are kept.
    pub conflict: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitView {
    pub id: VisitId,
    pub grid_version: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub started_by: String,
    /// For those who read of the building: what it adds up to says what was seen there.
    pub score: Option<Score>,
    pub observations: Vec<ObservationView>,
}

/// Why a case is complex, with the proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MotifView {
    /// `CERTAIN`, `MULTI`, …
    pub code: String,
    pub evidence: Vec<EventId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    CaseOpened,
    StageChanged,
    VisitReceived,
    JudgedComplex,
    EscalationRaised,
    EscalationChanged,
    ReferralSent,
    ReferralAnswered,
    ReferralChanged,
    /// A partner's referral to the brigade: sent, answered or moved.
    ReferralReceived,
    /// A person of a dwelling consented, refused, or took it back.
    ConsentAnswered,
    /// Who worked the case has left, and it went to somebody else.
    HandedOver,
    /// What was just done was done in the place of an absent colleague.
    InPlaceOf,
    Comment,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EntryView {
    pub id: EntryId,
    pub at: Timestamp,
    pub by: String,
    pub kind: EntryKind,
    /// By kind: the opening reason, the stage, `started` `finished` or `late` of a visit, `grid_moved` and a version or `photo_marked`, motif codes, the verb of an
    /// escalation, the organisation of a referral (with ` · ` and the verb, once it was sent); in a referral's own history the verb (with ` : ` and what
    /// was said). Of a partner's referral to the brigade, its organisation, ` · ` and the verb. Of a consent, `given`, `refused`, `withdrawn`, `ended` or `emergency`, then
    /// the organisation; in a referral's history `consent_withdrawn` or `consent_ended`, and `no_agreement` or `outside_agreement` with ` : ` and the sections. Who took
    /// over, or in whose place it was done. Free text of a comment.
    pub text: String,
    /// Why it was struck, when it was.
    pub struck: Option<String>,
}

/// A service that a referral can go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PartnerChoice {
    pub organisation_id: OrganisationId,
    pub name: String,
    pub service: String,
    pub pivot_person: Option<String>,
    /// What the directory knows of it, those that go to the building first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<ServiceChoice>,
    /// What was agreed with it.
    #[serde(default)]
    pub framing: Framing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CaseAction {
    RaiseEscalation,
    CreateReferral,
    Comment,
    ChangeStage,
    /// Read, record and withdraw consents.
    KeepConsents,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CaseDetail {
    /// When what it held was purged: what is left tells of the building alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged_at: Option<Timestamp>,
    pub row: CaseRow,
    /// Its facts, for those who read of the building.
    pub building: Option<BuildingView>,
    pub motifs: Vec<MotifView>,
    /// Rule that judged the motifs, such as `complexity-1`.
    pub complexity_rule: Option<String>,
    /// `above`, `at_threshold_to_confirm` or `below`.
    pub threshold: Option<String>,
    pub visits: Vec<VisitView>,
    /// Newest first.
    pub timeline: Vec<EntryView>,
    pub referrals: Vec<ReferralRow>,
    pub escalations: Vec<EscalationRow>,
    /// Bodies that a new referral can go to (empty when the reader cannot refer).
    pub partners: Vec<PartnerChoice>,
    /// Sections that the reader may share.
    pub shareable: Vec<Section>,
    pub allowed: Vec<CaseAction>,
    /// What the reader may do to the case where it stands; `change_stage` is allowed when there is any.
    pub verbs: Vec<CaseVerb>,
    /// What the people of the building answered, newest first; empty for those who do not keep consents, as are the doors.
    #[serde(default)]
    pub consents: Vec<ConsentRow>,
    /// Doors at which a consent can be recorded.
    #[serde(default)]
    pub consent_doors: Vec<DoorChoice>,
    /// Proofs of consents, for who reads them and keeps no consents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consent_proofs: Vec<ConsentProofRow>,
}
