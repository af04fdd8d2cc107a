//! Phone and server: push of field changes, pull of the round.

use std::collections::BTreeMap;

use inspection_grid::{Answer, CriterionId, DwellingOutcome, GridHash, Observation, Place};
use serde::{Deserialize, Serialize};

use crate::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, DeviceId, DwellingId, EscalationId, EventId, PhotoId, VisitId},
    photo_mark::PhotoMark,
};

/// Protocol number that this build speaks. The server accepts this one and the two before it.
pub const PROTOCOL: u16 = 1;
/// Mark of a genuine push answer: a captive portal's page does not carry it.
pub const PUSH_MARKER: &str = "brigade-push";
/// Mark of a genuine pull answer.
pub const PULL_MARKER: &str = "brigade-pull";
/// Header by which a phone says for whom it asks ([`AccountId`], hyphenated), where the message does not: pull and photos. Refused like a push when it is not
/// the account of the session. Older phones do not send it.
pub const ACCOUNT_HEADER: &str = "x-brigade-account";

/// Answers that one may decide between: more phones than ever meet in a visit.
pub const RESOLVES_MAX: usize = 32;

/// Languages that a door can be noted with (ISO 639), those most spoken at home in Longueuil and Brossard first; `other` for the rest.
pub const HOUSEHOLD_LANGUAGES: [&str; 14] = ["fr", "en", "es", "zh", "ar", "fa", "ro", "ru", "ht", "pt", "vi", "uk", "hi", "other"];

/// `POST /api/v1/sync/push`: at most 500 events and 1 MiB.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PushRequest {
    pub protocol: u16,
    pub device_id: DeviceId,
    /// Whose changes these are. The server refuses them when it is not the account of the session: on a shared phone, nobody's work is sent under another
    /// name. Absent from phones of before the device lock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The phone's clock when it sent this, to show its skew.
    pub device_now: Timestamp,
    /// Each one a [`FieldEvent`]. Kept as the JSON text that was sent, so that one bad event never blocks the others and each is stored as it came.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<FieldEvent>))]
    pub events: Vec<Box<serde_json::value::RawValue>>,
}

/// One change made in the field. Append-only; its id is the idempotency key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldEvent {
    pub id: EventId,
    pub visit_id: VisitId,
    pub building_id: BuildingId,
    /// 1, 2, 3… within one device: its own order.
    pub device_sequence: u64,
    /// The phone's clock. Never used to order.
    pub device_at: Timestamp,
    /// The grid the person had before their eyes: what they answered is checked by it.
    pub grid: GridHash,
    pub change: Change,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    VisitStarted {
        /// When the person means to be out, by the phone's clock; past it, the phone reminds them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_end: Option<Timestamp>,
    },
    /// The expected end was put off, given or taken away.
    VisitEndMoved {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_end: Option<Timestamp>,
    },
    /// The person left the building for now and is safe: no reminder until the visit goes on.
    VisitPaused,
    VisitResumed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected_end: Option<Timestamp>,
    },
    /// The visit goes on under another grid, which the person chose after seeing what becomes of each answer. Answers stay as they were given: those that
    /// the grid does not take are set aside, and stand again when the visit goes back.
    GridMoved {
        to: GridHash,
    },
    /// Every event of the visit on this phone has a smaller sequence.
    VisitFinished,
    DwellingOutcome {
        dwelling_id: DwellingId,
        outcome: DwellingOutcome,
    },
    /// The outcome of this door was recorded by mistake: the dwelling is unseen again.
    OutcomeWithdrawn {
        dwelling_id: DwellingId,
    },
    /// What the next knock at this door should know. Each event says both facts whole.
    DoorNoted {
        dwelling_id: DwellingId,
        /// The household asked to come back another time.
        #[serde(default)]
        come_back: bool,
        /// Language spoken there, one of [`HOUSEHOLD_LANGUAGES`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// A door that the building's sheet did not have.
    DwellingAdded {
        dwelling_id: DwellingId,
        label: String,
        floor: i16,
    },
    /// Both are one door of the building, which goes by the name of `kept` from now on: what was seen under either name is told of it. Nothing that was
    /// sent is rewritten, and [`Change::DoorsKeptApart`] takes it back.
    DoorsMerged {
        gone: DwellingId,
        kept: DwellingId,
    },
    /// They are two doors, however alike their names are, or although they were said to be one.
    DoorsKeptApart {
        door: DwellingId,
        other: DwellingId,
    },
    Answered {
        place: Place,
        criterion: CriterionId,
        answer: Answer,
        /// The event whose answer this one replaces, as the phone saw it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        based_on: Option<EventId>,
        /// The event whose finding this one repeats: another dwelling's, or the same place's at an earlier visit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        copied_from: Option<EventId>,
        /// The other answers that the person saw and decided between: they are replaced too. At most [`RESOLVES_MAX`].
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        resolves: Vec<EventId>,
    },
    /// At most 2,000 characters; an empty text erases the note.
    Noted {
        place: Place,
        criterion: CriterionId,
        text: String,
    },
    PhotoTaken {
        photo_id: PhotoId,
        place: Place,
        criterion: CriterionId,
        /// Of the bytes to be uploaded, lower-case hexadecimal.
        sha256: String,
        bytes: u64,
        content_type: String,
    },
    PhotoRemoved {
        photo_id: PhotoId,
    },
    /// A removal taken back.
    PhotoRestored {
        photo_id: PhotoId,
    },
    /// What is drawn over a photo from now on, whole: the last list received holds, and an empty one takes every mark away. At most
    /// [`MARKS_MAX`](crate::photo_mark::MARKS_MAX).
    PhotoMarked {
        photo_id: PhotoId,
        marks: Vec<PhotoMark>,
    },
    /// An emergency raised by a person on site; those proved by a severity 4 are raised by the server too.
    EscalationRaised {
        escalation_id: EscalationId,
        place: Place,
        reason: String,
        /// The person says that 911 was called.
        called_911: bool,
    },
}

/// What became of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    Stored,
    /// Known already, with the same content.
    Duplicate,
    /// Stored; another phone had changed the same answer, both are kept and flagged.
    Conflict,
    /// Not stored, `code` says why; kept on the phone until a person decides.
    Refused,
    /// Known already with another content; set aside on the server.
    Quarantined,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// The id as sent (a refused event may have one that is not a UUID); empty when it had none.
    pub event_id: String,
    pub verdict: VerdictKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// In French, for a refused event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushReply {
    /// [`PUSH_MARKER`].
    pub marker: String,
    pub protocol: u16,
    pub server_now: Timestamp,
    /// One per event, in the order sent.
    pub verdicts: Vec<Verdict>,
    /// Escalations that the server now knows for these visits: the phone may stop saying « NON TRANSMIS ».
    pub escalations: Vec<EscalationId>,
}

/// One door of a building.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Door {
    pub dwelling_id: DwellingId,
    /// As on the door: `101`, `2A`, `SS-1`.
    pub label: String,
    /// 0 is the basement, 1 the ground floor.
    pub floor: i16,
}

/// What people decided of two doors that look alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoorPair {
    pub gone: DwellingId,
    pub kept: DwellingId,
    /// `gone` goes by the name of `kept`; otherwise they are two doors.
    pub same: bool,
}

impl DoorPair {
    /// It is about these two, in either order.
    pub fn is_of(&self, one: DwellingId, other: DwellingId) -> bool {
        (self.gone, self.kept) == (one, other) || (self.gone, self.kept) == (other, one)
    }
}

/// A visit under way, as the server knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenVisit {
    pub id: VisitId,
    pub grid: GridHash,
    pub started_at: Timestamp,
    pub started_by: String,
    pub finished_at: Option<Timestamp>,
    pub dwellings: BTreeMap<String, DwellingOutcome>,
    /// The grid that the visit was under before it was moved to `grid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_before: Option<GridHash>,
    /// By dwelling, where something was noted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub doors_noted: BTreeMap<String, DoorNote>,
    /// How the visit goes on; absent when the server does not follow it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace: Option<VisitPace>,
    /// Names of those who recorded something that this account may read, in alphabetical order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Only those of the compartments that the account may read.
    pub observations: Vec<Observation>,
    /// Where phones answered differently without knowing of each other, among `observations`: until somebody decides, the most severe answer counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<AnswerConflict>,
    pub photos: Vec<PhotoStatus>,
}

/// The answers that stand to one criterion at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnswerConflict {
    pub place: Place,
    pub criterion: CriterionId,
    /// Two or more, the one received last first.
    pub answers: Vec<StandingAnswer>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StandingAnswer {
    pub event_id: EventId,
    pub answer: Answer,
    pub by: String,
    pub at: Timestamp,
}

/// What the next knock at a door should know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DoorNote {
    #[serde(default)]
    pub come_back: bool,
    /// One of [`HOUSEHOLD_LANGUAGES`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// How a visit goes on, as its last start, pause, resumption or change of end said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitPace {
    /// When the team means to be out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_end: Option<Timestamp>,
    /// Set while the visit is interrupted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<Timestamp>,
}

/// Whether the server holds a photo whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhotoStatus {
    pub photo_id: PhotoId,
    pub verified: bool,
}

/// Everything a phone needs about one building of the round, offline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BuildingSheet {
    pub id: BuildingId,
    /// Civic number and street.
    pub address: String,
    pub municipality: String,
    pub borough: Option<String>,
    /// Dwellings according to the assessment roll or the last correction.
    pub dwellings: u32,
    pub storeys: Option<u16>,
    pub year_built: Option<u16>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    /// Sorted by floor then label. A door that goes by the name of another is not among them.
    pub doors: Vec<Door>,
    /// What people decided of doors that look alike.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub door_pairs: Vec<DoorPair>,
    /// Doors that go by the name of another, as they were written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doors_gone: Vec<Door>,
    /// Day of the round, `YYYY-MM-DD`, in the brigade's time zone.
    pub planned_on: Option<String>,
    /// The latest visit not yet closed, if any.
    pub visit: Option<OpenVisit>,
    /// The other visits that go on, newest first: two people may each have begun one without a network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OpenVisit>,
    /// While `visit` goes on, the finished visit before it: what was found last time. Its photos are counted, not listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<OpenVisit>,
    pub open_cases: u32,
}

/// Something the phone must forget: it was withdrawn, moved or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tombstone {
    pub building_id: BuildingId,
}

/// `GET /api/v1/sync/pull?cursor=…`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PullReply {
    /// [`PULL_MARKER`].
    pub marker: String,
    pub protocol: u16,
    pub server_now: Timestamp,
    /// Opaque; send it back next time.
    pub cursor: String,
    /// Grid in force for new visits; its content is at `/api/v1/grids/{hash}`.
    pub grid: GridHash,
    /// `YYYY-MM-DD` in the brigade's time zone.
    pub today: String,
    /// Sheets changed since the cursor.
    pub buildings: Vec<BuildingSheet>,
    pub removed: Vec<Tombstone>,
    /// Public key that rescue files are sealed for, hexadecimal (see `rescue`). Older servers have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rescue_key: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(text: &str) -> Change {
        serde_json::from_str(text).expect("a change")
    }

    #[test]
    fn what_phones_of_the_first_release_sent_is_still_read_and_written_alike() {
        let started = r#"{"kind":"visit_started"}"#;
        assert_eq!(change(started), Change::VisitStarted { expected_end: None });
        assert_eq!(serde_json::to_string(&change(started)).expect("JSON"), started);
        let answered = r#"{"kind":"answered","place":"common","criterion":"COM-01","answer":{"status":"to_verify"}}"#;
        assert!(matches!(change(answered), Change::Answered { based_on: None, copied_from: None, .. }));
        assert_eq!(serde_json::to_string(&change(answered)).expect("JSON"), answered);
    }

    #[test]
    fn a_door_note_says_both_facts_whole() {
        let id = "01939d3e-0000-7000-8000-000000000001";
        let noted = change(&format!(r#"{{"kind":"door_noted","dwelling_id":"{id}"}}"#));
        assert!(matches!(noted, Change::DoorNoted { come_back: false, language: None, .. }));
    }
}
