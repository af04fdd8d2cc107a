use inspection_grid::Label;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    escalation::{Clocks, EscalationStage, EscalationVerb, Targets},
    ids::{AccountId, BuildingId, CaseId, EntryId, EscalationId, VisitId},
};

/// One line of an escalation's log. Struck lines stay, with their reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogEntryView {
    pub id: EntryId,
    pub at: Timestamp,
    pub by: String,
    /// The verb it records, if it is not a free note.
    pub verb: Option<EscalationVerb>,
    pub text: String,
    pub struck: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OnCallPerson {
    pub account_id: AccountId,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "a message: each flag is a fact of its own, named on the wire")]
pub struct EscalationRow {
    pub id: EscalationId,
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    pub building_id: BuildingId,
    pub address: String,
    pub municipality: String,
    /// Door label, « Aires communes » and « Extérieur » are the screen's to say: this is the place's wire form.
    pub place: String,
    pub door: Option<String>,
    /// What the person who raised it wrote.
    pub reason: Option<String>,
    /// Criteria that raised it, as the grid says them (confidential ones appear only to those allowed).
    pub dangers: Vec<Label>,
    pub stage: EscalationStage,
    pub clocks: Clocks,
    pub targets: Targets,
    /// Clocks past their target at `now` of the answer.
    pub overdue: bool,
    pub raised_by: String,
    pub acknowledged_by: Option<String>,
    pub team: Option<String>,
    pub called_911: bool,
    pub exercise: bool,
    pub revision: i64,
    /// Newest first.
    pub log: Vec<LogEntryView>,
    pub allowed: Vec<EscalationVerb>,
    /// The reader may add a line to the log.
    pub may_write_log: bool,
    /// The reader may strike a line of the log.
    pub may_strike_log: bool,
}

/// A visit that runs over its end ([`crate::overrun`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverdueVisit {
    pub visit_id: VisitId,
    pub address: String,
    pub municipality: String,
    /// Who began it; for those who answer for the teams, the others who recorded something too.
    pub people: Vec<String>,
    pub expected_end: Timestamp,
    /// When something was last received of it, for those who answer for the teams alone: for others, what one compartment sends moves no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<Timestamp>,
    /// The last time that somebody found out how its team is, since its end.
    pub reached: Option<VisitReached>,
    /// Its team is still to be reached.
    pub to_reach: bool,
    /// The reader may say that it was.
    pub may_say_reached: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitReached {
    pub at: Timestamp,
    pub by: String,
    pub text: String,
}

/// `POST /api/v1/visits/{id}/reached`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SayReached {
    /// How the team is and how that is known: at most 500 characters, not empty.
    pub text: String,
    /// Everybody is out and safe: the visit is not asked after any more, until a phone says another end.
    #[serde(default)]
    pub is_out: bool,
}

/// The live board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    pub now: Timestamp,
    /// Most urgent first: not yet acknowledged, then oldest.
    pub open: Vec<EscalationRow>,
    /// Stabilised or stood down in the last 24 h.
    pub recent: Vec<EscalationRow>,
    pub on_call: Vec<OnCallPerson>,
    /// Longest over first.
    pub overdue_visits: Vec<OverdueVisit>,
}

/// A server-sent event: what changed, never what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardEvent {
    pub escalation_id: EscalationId,
    pub revision: i64,
}

/// Raise from the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RaiseEscalation {
    pub case_id: CaseId,
    pub reason: String,
    pub called_911: bool,
}
