//! Rows of the device store. New fields get a default: a newer app reads what an older one wrote.

use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{BuildingId, DwellingId, EscalationId, EventId, PhotoId, VisitId},
    photo_mark::PhotoMark,
    sync::{self, OutboxState},
    wire::v1::{Change, Door, DoorNote, DoorPair, FieldEvent, StandingAnswer},
};
use inspection_grid::{Answer, CriterionId, DwellingOutcome, GridHash, Place};
use serde::{Deserialize, Serialize};

/// Names in the `meta` store.
pub mod meta {
    pub const DEVICE_ID: &str = "device_id";
    /// Last device sequence given out.
    pub const SEQUENCE: &str = "sequence";
    pub const ACCOUNT: &str = "account";
    pub const CURSOR: &str = "cursor";
    /// Hash of the grid in force for new visits.
    pub const GRID: &str = "grid";
    pub const TODAY: &str = "today";
    pub const LOCALE: &str = "locale";
    /// Buildings withdrawn from this phone while changes were still unsent.
    pub const WITHDRAWN: &str = "withdrawn";

    /// Public key of the server that rescue files are sealed for, hexadecimal.
    pub const RESCUE_KEY: &str = "rescue_key";

    /// Random bytes that keep room for answers and notes when photos have filled the rest: given up when a write finds no room.
    pub const RESERVE: &str = "reserve";

    /// Names that belong to the phone rather than to a person, and are kept in clear.
    pub fn is_clear(name: &str) -> bool {
        matches!(name, DEVICE_ID | SEQUENCE | LOCALE | RESERVE)
    }

    /// Names that belong to a person.
    pub const PERSONAL: [&str; 6] = [ACCOUNT, CURSOR, GRID, TODAY, WITHDRAWN, RESCUE_KEY];
}

/// The visit that a change belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitRef {
    pub visit_id: VisitId,
    pub building_id: BuildingId,
    pub grid: GridHash,
}

/// A visit as this phone knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisitRow {
    pub id: VisitId,
    pub building_id: BuildingId,
    pub grid: GridHash,
    /// The grid it was under before its holder moved it to `grid`.
    #[serde(default)]
    pub grid_before: Option<GridHash>,
    pub started_at: Timestamp,
    #[serde(default)]
    pub started_by: Option<String>,
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
    #[serde(default)]
    pub dwellings: BTreeMap<String, DwellingOutcome>,
    /// Doors added here, until the building's sheet has them.
    #[serde(default)]
    pub added_doors: Vec<Door>,
    #[serde(default)]
    pub raised: Vec<RaisedRow>,
    /// By dwelling.
    #[serde(default)]
    pub doors_noted: BTreeMap<String, DoorNote>,
    /// When the team means to be out.
    #[serde(default)]
    pub expected_end: Option<Timestamp>,
    /// Set while the visit is interrupted.
    #[serde(default)]
    pub paused_at: Option<Timestamp>,
    /// Those who recorded something, as the server said.
    #[serde(default)]
    pub people: Vec<String>,
    /// When something of it was first written on this phone, or when its holder last chose it among those that go on.
    #[serde(default)]
    pub worked_on: Option<Timestamp>,
    /// What was decided here of doors that look alike, in order, until the server knows it.
    #[serde(default)]
    pub doors_decided: Vec<DoorPair>,
    /// Doors that were united here, with what each had: the way back.
    #[serde(default)]
    pub unions: Vec<UnionRow>,
    /// What the answers of an earlier visit were when they were last written here: the same ones are not written again.
    #[serde(default)]
    pub content_mark: Option<String>,
}

impl VisitRow {
    /// A visit of which nothing is known yet but its start.
    pub fn new(visit: &VisitRef, started_at: Timestamp) -> Self {
        Self {
            id: visit.visit_id,
            building_id: visit.building_id,
            grid: visit.grid.clone(),
            grid_before: None,
            started_at,
            started_by: None,
            finished_at: None,
            dwellings: BTreeMap::new(),
            added_doors: Vec::new(),
            raised: Vec::new(),
            doors_noted: BTreeMap::new(),
            expected_end: None,
            paused_at: None,
            people: Vec::new(),
            worked_on: None,
            doors_decided: Vec::new(),
            unions: Vec::new(),
            content_mark: None,
        }
    }

    pub fn reference(&self) -> VisitRef {
        VisitRef { visit_id: self.id, building_id: self.building_id, grid: self.grid.clone() }
    }

    /// Nothing of it was written on this phone. One that the server never named was begun here, by an earlier program if nothing says when.
    pub fn is_only_of_others(&self) -> bool {
        self.worked_on.is_none() && self.started_by.is_some()
    }
}

/// Two doors united on this phone, with what was known of each before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnionRow {
    pub pair: DoorPair,
    /// Answers of the door that kept its name, where the other had any.
    pub answers: Vec<AnswerRow>,
    /// Of the door given up, then of the one kept.
    pub outcomes: (Option<DwellingOutcome>, Option<DwellingOutcome>),
    pub notes: (Option<DoorNote>, Option<DoorNote>),
}

/// An emergency raised by hand on this phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaisedRow {
    pub id: EscalationId,
    pub event_id: EventId,
    pub at: Timestamp,
    pub place: Place,
    pub reason: String,
    pub called_911: bool,
    /// The server has it. Until then: « NON TRANSMIS – appelez ».
    #[serde(default)]
    pub acknowledged: bool,
}

/// The current answer and note of one criterion at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerRow {
    pub visit_id: VisitId,
    pub place: Place,
    pub criterion: CriterionId,
    #[serde(default)]
    pub answer: Option<Answer>,
    /// The event that recorded the answer.
    #[serde(default)]
    pub answer_event: Option<String>,
    /// The answer that this one replaced: the way back.
    #[serde(default)]
    pub before: Option<Answer>,
    /// The event whose finding this answer repeats.
    #[serde(default)]
    pub copied_from: Option<String>,
    #[serde(default)]
    pub note: String,
    /// Photos that the server counts, from every phone.
    #[serde(default)]
    pub server_photos: u32,
    /// Another phone had answered differently; both are kept on the server.
    #[serde(default)]
    pub conflict: bool,
    /// The answers that stand, once the server told them: the person decides between them.
    #[serde(default)]
    pub standing: Vec<StandingAnswer>,
}

impl AnswerRow {
    pub fn empty(visit_id: VisitId, place: Place, criterion: CriterionId) -> Self {
        Self {
            visit_id,
            place,
            criterion,
            answer: None,
            answer_event: None,
            before: None,
            copied_from: None,
            note: String::new(),
            server_photos: 0,
            conflict: false,
            standing: Vec::new(),
        }
    }

    /// Puts another answer in, and remembers the one it replaces.
    pub fn replace_answer(&mut self, answer: Option<Answer>) {
        let (was, is) = (self.answer.as_ref().unwrap_or(&Answer::Cleared), answer.as_ref().unwrap_or(&Answer::Cleared));
        if was != is {
            self.before = Some(was.clone());
        }
        self.answer = answer;
    }

    /// The answer, unless there is none or it was erased.
    pub fn current(&self) -> Option<&Answer> {
        self.answer.as_ref().filter(|answer| **answer != Answer::Cleared)
    }
}

pub fn answer_key(visit: VisitId, place: &Place, criterion: &CriterionId) -> String {
    format!("{visit}|{place}|{}", criterion.0)
}

pub fn photo_key(visit: VisitId, photo: PhotoId) -> String {
    format!("{visit}|{photo}")
}

/// Where a photo stands on its way to the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoState {
    Waiting,
    /// Held whole and re-hashed by the server; the local bytes are freed.
    Verified,
    /// The server will not have it; bytes are kept here.
    Refused {
        code: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRow {
    pub id: PhotoId,
    pub visit_id: VisitId,
    pub building_id: BuildingId,
    pub place: Place,
    pub criterion: CriterionId,
    pub sha256: String,
    pub bytes: u64,
    pub content_type: String,
    pub taken_at: Timestamp,
    /// Kept as it came: this browser could not decode it.
    #[serde(default)]
    pub as_is: bool,
    #[serde(default)]
    pub removed: bool,
    /// What its holder drew over it. The bytes stay as they were taken.
    #[serde(default)]
    pub marks: Vec<PhotoMark>,
    pub state: PhotoState,
}

impl PhotoRow {
    /// It has not reached the server whole, and is to.
    pub fn waits(&self) -> bool {
        !self.removed && self.state != PhotoState::Verified
    }
}

/// An event that the server has not settled, with what people are told about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// What the sending plans read.
    pub plan: sync::OutboxRow,
    pub building_id: BuildingId,
    pub visit_id: VisitId,
    pub device_at: Timestamp,
    /// What the event is about: see [`subject`].
    pub subject: String,
    /// Why the server refused it.
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
}

impl OutboxRow {
    /// Refused or quarantined: waits for a person.
    pub fn needs_attention(&self) -> bool {
        matches!(self.plan.state, OutboxState::Refused | OutboxState::Quarantined)
    }
}

/// Sorts like the number.
pub fn outbox_key(sequence: u64) -> String {
    format!("{sequence:016}")
}

/// What a change is about; two events with the same subject are about the same field.
pub fn subject(event: &FieldEvent) -> String {
    let visit = event.visit_id;
    match &event.change {
        Change::VisitStarted { .. } => format!("visit|{visit}|started"),
        Change::VisitEndMoved { .. } | Change::VisitPaused | Change::VisitResumed { .. } => pace_subject(visit),
        Change::GridMoved { .. } => grid_subject(visit),
        Change::VisitFinished => format!("visit|{visit}|finished"),
        Change::DwellingOutcome { dwelling_id, .. } | Change::OutcomeWithdrawn { dwelling_id } => outcome_subject(visit, &dwelling_id.to_string()),
        Change::DoorNoted { dwelling_id, .. } => door_note_subject(visit, &dwelling_id.to_string()),
        Change::DwellingAdded { dwelling_id, .. } => format!("door|{dwelling_id}"),
        Change::DoorsMerged { gone: one, kept: other } | Change::DoorsKeptApart { door: one, other } => doors_subject(*one, *other),
        Change::Answered { place, criterion, .. } => answer_subject(visit, place, criterion),
        Change::Noted { place, criterion, .. } => note_subject(visit, place, criterion),
        Change::PhotoTaken { photo_id, .. } | Change::PhotoRemoved { photo_id } | Change::PhotoRestored { photo_id } => format!("photo|{photo_id}"),
        // Not the photo's own: its bytes need not wait for what is drawn over it.
        Change::PhotoMarked { photo_id, .. } => format!("marks|{photo_id}"),
        Change::EscalationRaised { escalation_id, .. } => format!("escalation|{escalation_id}"),
    }
}

pub fn answer_subject(visit: VisitId, place: &Place, criterion: &CriterionId) -> String {
    format!("answer|{}", answer_key(visit, place, criterion))
}

pub fn note_subject(visit: VisitId, place: &Place, criterion: &CriterionId) -> String {
    format!("note|{}", answer_key(visit, place, criterion))
}

/// Pause, resumption and expected end: each says how the visit goes on.
pub fn pace_subject(visit: VisitId) -> String {
    format!("pace|{visit}")
}

/// Which grid the visit is under.
pub fn grid_subject(visit: VisitId) -> String {
    format!("grid|{visit}")
}

pub fn door_note_subject(visit: VisitId, dwelling: &str) -> String {
    format!("door_note|{visit}|{dwelling}")
}

/// Whether two doors are one.
pub fn doors_subject(one: DwellingId, other: DwellingId) -> String {
    format!("doors|{}|{}", one.min(other), one.max(other))
}

pub fn outcome_subject(visit: VisitId, dwelling: &str) -> String {
    format!("outcome|{visit}|{dwelling}")
}
