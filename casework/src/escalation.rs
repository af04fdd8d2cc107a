//! An escalation to the emergency cell: five clocks in server time, verbs that only go forward, and a log nobody can edit.
//!
//! The platform never replaces 911: a call to 911 is a line of the log ([`LogKind::EmergencyCall`]), not a stage.

use inspection_grid::Place;
use serde::{Deserialize, Serialize};

use crate::{
    case::{Act, coded_enum, written},
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, EscalationId, EventId},
};

mod decision;
mod log;
mod targets;

pub use decision::{Decision, ObservedDanger, decide};
pub use log::{LogEntry, LogKind, StrikeError, Struck, strike};
pub use targets::{Clock, Overdue, Targets};

coded_enum! {
    /// Where an escalation stands, without its facts.
    EscalationStage {
        Raised = "raised",
        Acknowledged = "acknowledged",
        Dispatched = "dispatched",
        OnScene = "on_scene",
        Stabilised = "stabilised",
        StoodDown = "stood_down",
    }
}

coded_enum! {
    /// What can be done to an escalation.
    EscalationVerb {
        Acknowledge = "acknowledge",
        Dispatch = "dispatch",
        Arrive = "arrive",
        Stabilise = "stabilise",
        StandDown = "stand_down",
    }
}

coded_enum! {
    /// How the danger was ended.
    EscalationOutcome {
        /// The danger is gone and people stay.
        MadeSafe = "made_safe",
        /// People left for now.
        Evacuated = "evacuated",
        /// People are lodged elsewhere.
        Relocated = "relocated",
        /// Fire, police or ambulance have it.
        HandedOver = "handed_over",
    }
}

/// Why the cell was called: one observation, or a person's own words when there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Code of the criterion; `None` for a confidential one, whose name alone would reveal a household.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    /// The event that recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observation: Option<EventId>,
    /// Where this reason was seen: reasons of several places may join one escalation of the building.
    pub place: Place,
    /// What the person who raised it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Reason {
    /// Whether only the psychosocial compartment proves it: an observation that has no name here.
    pub fn is_confidential(&self) -> bool {
        self.observation.is_some() && self.criterion.is_none()
    }
}

/// A team sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    pub by: AccountId,
    pub at: Timestamp,
    /// Name of the team or lead body.
    pub team: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stabilisation {
    pub by: AccountId,
    pub at: Timestamp,
    pub outcome: EscalationOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandDown {
    pub by: AccountId,
    pub at: Timestamp,
    pub reason: String,
}

/// The stage of an escalation with the facts gathered so far. JSON tag: `stage`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum EscalationState {
    Raised {
        raised_at: Timestamp,
    },
    Acknowledged {
        raised_at: Timestamp,
        acknowledged: Act,
    },
    Dispatched {
        raised_at: Timestamp,
        acknowledged: Act,
        dispatched: Dispatch,
    },
    OnScene {
        raised_at: Timestamp,
        acknowledged: Act,
        dispatched: Dispatch,
        on_scene: Act,
    },
    Stabilised {
        raised_at: Timestamp,
        acknowledged: Act,
        dispatched: Dispatch,
        on_scene: Act,
        stabilised: Stabilisation,
    },
    /// Ended: a false alarm at any stage, or the end of the mobilisation once stabilised. Keeps every clock that had run.
    StoodDown {
        raised_at: Timestamp,
        acknowledged: Option<Act>,
        dispatched: Option<Dispatch>,
        on_scene: Option<Act>,
        stabilised: Option<Stabilisation>,
        stood_down: StandDown,
    },
}

/// The clocks of an escalation, all in server time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clocks {
    pub raised_at: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub dispatched_at: Option<Timestamp>,
    pub on_scene_at: Option<Timestamp>,
    pub stabilised_at: Option<Timestamp>,
    pub stood_down_at: Option<Timestamp>,
}

impl Clocks {
    /// The last clock that was stopped.
    pub fn latest(&self) -> Timestamp {
        [self.acknowledged_at, self.dispatched_at, self.on_scene_at, self.stabilised_at, self.stood_down_at]
            .into_iter()
            .flatten()
            .fold(self.raised_at, Timestamp::max)
    }
}

/// A call to the emergency cell about one building.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    pub id: EscalationId,
    pub case_id: Option<CaseId>,
    pub building_id: BuildingId,
    /// Where it was first raised; each reason says its own place.
    pub place: Place,
    pub reasons: Vec<Reason>,
    pub raised_by: AccountId,
    /// What the phone's clock said, for the record only: no delay is ever computed from it.
    pub raised_on_device_at: Option<Timestamp>,
    pub state: EscalationState,
    /// A drill: shown as such everywhere, never merged with a real one, left out of statistics.
    pub exercise: bool,
}

/// What is needed to raise an escalation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raise {
    pub id: EscalationId,
    pub case_id: Option<CaseId>,
    pub building_id: BuildingId,
    pub place: Place,
    pub reasons: Vec<Reason>,
    pub raised_by: AccountId,
    pub raised_on_device_at: Option<Timestamp>,
    pub exercise: bool,
}

/// What [`raise`] came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raised {
    /// A new escalation to store.
    New(Escalation),
    /// The open one it joined, to store again.
    Joined(Escalation),
    /// The open one already says all of it: nothing to store.
    AlreadyKnown(Escalation),
}

/// Why an escalation cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    #[error("an escalation that is {stage} cannot {verb}")]
    WrongStage { stage: EscalationStage, verb: EscalationVerb },
    #[error("standing down needs a reason")]
    ReasonRequired,
    #[error("a dispatch names its team")]
    TeamRequired,
}

impl TransitionError {
    /// Stable code for the wire and for message keys.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongStage { .. } => "escalation.wrong_stage",
            Self::ReasonRequired => "escalation.reason_required",
            Self::TeamRequired => "escalation.team_required",
        }
    }
}

/// Raises an escalation at server time `at`, or joins it to the `open` one of the same building.
///
/// Joining takes the most severe of both: reasons are united, the earliest times stand, and no stage already reached is undone.
/// An escalation that is over, of another building, or that differs in being an exercise is not joined.
pub fn raise(request: Raise, at: Timestamp, open: Option<Escalation>) -> Raised {
    match open {
        Some(open) if open.is_open() && open.building_id == request.building_id && open.exercise == request.exercise => join(open, request),
        Some(_) | None => Raised::New(Escalation {
            id: request.id,
            case_id: request.case_id,
            building_id: request.building_id,
            place: request.place,
            reasons: without_repeats(request.reasons),
            raised_by: request.raised_by,
            raised_on_device_at: request.raised_on_device_at,
            state: EscalationState::Raised { raised_at: at },
            exercise: request.exercise,
        }),
    }
}

impl EscalationStage {
    /// Whether the verb is possible in this stage: the whole transition table.
    pub const fn permits(self, verb: EscalationVerb) -> bool {
        match self {
            Self::Raised => matches!(verb, EscalationVerb::Acknowledge | EscalationVerb::StandDown),
            Self::Acknowledged => matches!(verb, EscalationVerb::Dispatch | EscalationVerb::StandDown),
            Self::Dispatched => matches!(verb, EscalationVerb::Arrive | EscalationVerb::StandDown),
            Self::OnScene => matches!(verb, EscalationVerb::Stabilise | EscalationVerb::StandDown),
            Self::Stabilised => matches!(verb, EscalationVerb::StandDown),
            Self::StoodDown => false,
        }
    }

    /// The verbs possible in this stage, in a fixed order.
    pub fn allowed_verbs(self) -> Vec<EscalationVerb> {
        EscalationVerb::ALL.iter().copied().filter(|verb| self.permits(*verb)).collect()
    }

    /// Whether the danger is still being dealt with. A danger seen after it was stabilised is a new escalation.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Raised | Self::Acknowledged | Self::Dispatched | Self::OnScene => true,
            Self::Stabilised | Self::StoodDown => false,
        }
    }
}

impl EscalationState {
    pub const fn stage(&self) -> EscalationStage {
        match self {
            Self::Raised { .. } => EscalationStage::Raised,
            Self::Acknowledged { .. } => EscalationStage::Acknowledged,
            Self::Dispatched { .. } => EscalationStage::Dispatched,
            Self::OnScene { .. } => EscalationStage::OnScene,
            Self::Stabilised { .. } => EscalationStage::Stabilised,
            Self::StoodDown { .. } => EscalationStage::StoodDown,
        }
    }

    pub fn clocks(&self) -> Clocks {
        let (raised_at, acknowledged, dispatched, on_scene, stabilised, stood_down) = match self {
            Self::Raised { raised_at } => (raised_at, None, None, None, None, None),
            Self::Acknowledged { raised_at, acknowledged } => (raised_at, Some(acknowledged), None, None, None, None),
            Self::Dispatched { raised_at, acknowledged, dispatched } => (raised_at, Some(acknowledged), Some(dispatched), None, None, None),
            Self::OnScene { raised_at, acknowledged, dispatched, on_scene } => (raised_at, Some(acknowledged), Some(dispatched), Some(on_scene), None, None),
            Self::Stabilised { raised_at, acknowledged, dispatched, on_scene, stabilised } => {
                (raised_at, Some(acknowledged), Some(dispatched), Some(on_scene), Some(stabilised), None)
            }
            Self::StoodDown { raised_at, acknowledged, dispatched, on_scene, stabilised, stood_down } => {
                (raised_at, acknowledged.as_ref(), dispatched.as_ref(), on_scene.as_ref(), stabilised.as_ref(), Some(stood_down))
            }
        };
        Clocks {
            raised_at: *raised_at,
            acknowledged_at: acknowledged.map(|act| act.at),
            dispatched_at: dispatched.map(|dispatch| dispatch.at),
            on_scene_at: on_scene.map(|act| act.at),
            stabilised_at: stabilised.map(|stabilisation| stabilisation.at),
            stood_down_at: stood_down.map(|stand_down| stand_down.at),
        }
    }
}

impl Escalation {
    pub const fn stage(&self) -> EscalationStage {
        self.state.stage()
    }

    pub const fn is_open(&self) -> bool {
        self.stage().is_open()
    }

    pub fn clocks(&self) -> Clocks {
        self.state.clocks()
    }

    pub fn allowed_verbs(&self) -> Vec<EscalationVerb> {
        self.stage().allowed_verbs()
    }

    /// Adds reasons not yet listed; whatever the stage, since a reason is a fact. Returns whether anything was new.
    pub fn add_reasons(&mut self, reasons: Vec<Reason>) -> bool {
        let before = self.reasons.len();
        self.reasons = without_repeats(std::mem::take(&mut self.reasons).into_iter().chain(reasons).collect());
        self.reasons.len() > before
    }

    /// The cell has it: the on-call list is no longer climbed.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless raised.
    pub fn acknowledge(mut self, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let at = self.forward(at);
        self.state = match self.state {
            EscalationState::Raised { raised_at } => EscalationState::Acknowledged { raised_at, acknowledged: Act { by, at } },
            other => return Err(wrong(&other, EscalationVerb::Acknowledge)),
        };
        Ok(self)
    }

    /// A plan and a lead body exist and a team is sent.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless acknowledged, [`TransitionError::TeamRequired`] when the team is blank.
    pub fn dispatch(mut self, team: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let at = self.forward(at);
        self.state = match self.state {
            EscalationState::Acknowledged { raised_at, acknowledged } => {
                let team = written(team).ok_or(TransitionError::TeamRequired)?;
                EscalationState::Dispatched { raised_at, acknowledged, dispatched: Dispatch { by, at, team } }
            }
            other => return Err(wrong(&other, EscalationVerb::Dispatch)),
        };
        Ok(self)
    }

    /// The team is there.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless dispatched.
    pub fn arrive(mut self, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let at = self.forward(at);
        self.state = match self.state {
            EscalationState::Dispatched { raised_at, acknowledged, dispatched } => {
                EscalationState::OnScene { raised_at, acknowledged, dispatched, on_scene: Act { by, at } }
            }
            other => return Err(wrong(&other, EscalationVerb::Arrive)),
        };
        Ok(self)
    }

    /// The danger is over.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] unless on scene.
    pub fn stabilise(mut self, outcome: EscalationOutcome, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let at = self.forward(at);
        self.state = match self.state {
            EscalationState::OnScene { raised_at, acknowledged, dispatched, on_scene } => {
                EscalationState::Stabilised { raised_at, acknowledged, dispatched, on_scene, stabilised: Stabilisation { by, at, outcome } }
            }
            other => return Err(wrong(&other, EscalationVerb::Stabilise)),
        };
        Ok(self)
    }

    /// Ends the mobilisation: a false alarm, or the feedback given once stabilised.
    ///
    /// # Errors
    /// [`TransitionError::WrongStage`] when already stood down, [`TransitionError::ReasonRequired`] when the reason is blank.
    pub fn stand_down(mut self, reason: &str, by: AccountId, at: Timestamp) -> Result<Self, TransitionError> {
        let at = self.forward(at);
        let (raised_at, acknowledged, dispatched, on_scene, stabilised) = match self.state {
            EscalationState::Raised { raised_at } => (raised_at, None, None, None, None),
            EscalationState::Acknowledged { raised_at, acknowledged } => (raised_at, Some(acknowledged), None, None, None),
            EscalationState::Dispatched { raised_at, acknowledged, dispatched } => (raised_at, Some(acknowledged), Some(dispatched), None, None),
            EscalationState::OnScene { raised_at, acknowledged, dispatched, on_scene } => {
                (raised_at, Some(acknowledged), Some(dispatched), Some(on_scene), None)
            }
            EscalationState::Stabilised { raised_at, acknowledged, dispatched, on_scene, stabilised } => {
                (raised_at, Some(acknowledged), Some(dispatched), Some(on_scene), Some(stabilised))
            }
            over @ EscalationState::StoodDown { .. } => return Err(wrong(&over, EscalationVerb::StandDown)),
        };
        let reason = written(reason).ok_or(TransitionError::ReasonRequired)?;
        self.state = EscalationState::StoodDown { raised_at, acknowledged, dispatched, on_scene, stabilised, stood_down: StandDown { by, at, reason } };
        Ok(self)
    }

    /// `at`, or the last clock when the server's own clock was set back meanwhile: no delay is ever negative.
    fn forward(&self, at: Timestamp) -> Timestamp {
        at.max(self.clocks().latest())
    }
}

fn wrong(state: &EscalationState, verb: EscalationVerb) -> TransitionError {
    TransitionError::WrongStage { stage: state.stage(), verb }
}

fn join(mut open: Escalation, request: Raise) -> Raised {
    let mut changed = open.add_reasons(request.reasons);
    if open.case_id.is_none() && request.case_id.is_some() {
        open.case_id = request.case_id;
        changed = true;
    }
    let earliest = [open.raised_on_device_at, request.raised_on_device_at].into_iter().flatten().min();
    if earliest != open.raised_on_device_at {
        open.raised_on_device_at = earliest;
        changed = true;
    }
    if changed { Raised::Joined(open) } else { Raised::AlreadyKnown(open) }
}

/// The same observation is one reason however often it is sent; words without observation are one reason per place and text.
fn without_repeats(reasons: Vec<Reason>) -> Vec<Reason> {
    let mut kept: Vec<Reason> = Vec::with_capacity(reasons.len());
    for reason in reasons {
        let known = kept.iter().any(|other| match (reason.observation, other.observation) {
            (Some(left), Some(right)) => left == right,
            (None, None) => reason == *other,
            (Some(_), None) | (None, Some(_)) => false,
        });
        if !known {
            kept.push(reason);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
