//! Whether an arriving event can be stored: the rules that the phone applies too, and permission besides. Pure, so that a refused event leaves no trace.

use std::collections::BTreeSet;

use casework::{
    ids::DwellingId,
    permission::{self, Action, Grants, Relation, Section},
    photo_mark,
    wire::v1::{Change, ErrorCode, FieldEvent, HOUSEHOLD_LANGUAGES, RESOLVES_MAX},
};
use inspection_grid::{Answer, CriterionId, Grid, PhotoRule, Place, Scope, check_answer};

use super::{PHOTO_BYTES_MAX, Site, visit::KnownPhoto};
use crate::{application::Actor, grids::GridLibrary};

/// Characters of a note, and of the reason of an escalation.
const TEXT_CHARS_MAX: usize = 2_000;
const LABEL_CHARS_MAX: usize = 20;
const FLOORS: std::ops::RangeInclusive<i16> = -3..=60;

/// Why an event is refused, with what in it.
pub type Refusal = (ErrorCode, String);

fn because<T>(code: ErrorCode, detail: &str) -> Result<T, Refusal> {
    Err((code, detail.to_owned()))
}

/// Checks an event against the building it says it is about and the grid that its author had before their eyes, which is not always that of the visit any
/// more. `goes_on` says that the visit was not finished before; `photo` is the visit's photo that the event marks.
pub fn event(actor: &Actor, site: Option<&Site>, grids: &GridLibrary, goes_on: bool, photo: Option<&KnownPhoto>, event: &FieldEvent) -> Result<(), Refusal> {
    let Some(site) = site.filter(|site| site.row.id == event.building_id && site.organisation_id == actor.account.organisation.id) else {
        return because(ErrorCode::UnknownBuilding, "");
    };
    let Some(grid) = grids.get(&event.grid) else { return because(ErrorCode::UnknownGrid, "") };
    let answerable = |place: &Place, criterion: &CriterionId, answer: &Answer| {
        known_place(&site.doors, place)?;
        check_answer(grid, criterion, place, answer, None).map_err(|error| (error_code(error.code()), error.to_string()))?;
        may_write(actor, grid, place, criterion)
    };
    match &event.change {
        Change::VisitStarted { .. }
        | Change::VisitEndMoved { .. }
        | Change::VisitPaused
        | Change::VisitResumed { .. }
        | Change::VisitFinished
        | Change::PhotoRemoved { .. }
        | Change::PhotoRestored { .. } => Ok(()),
        Change::GridMoved { to } => match grids.get(to) {
            _ if !goes_on => because(ErrorCode::ActNotPossible, "grid"),
            Some(_) => Ok(()),
            None => because(ErrorCode::UnknownGrid, ""),
        },
        Change::DoorNoted { dwelling_id, language, .. } => {
            if language.as_deref().is_some_and(|language| !HOUSEHOLD_LANGUAGES.contains(&language)) {
                return because(ErrorCode::UnknownOption, "language");
            }
            known_dwelling(&site.doors, *dwelling_id)
        }
        Change::DwellingOutcome { dwelling_id, .. } | Change::OutcomeWithdrawn { dwelling_id } => known_dwelling(&site.doors, *dwelling_id),
        Change::DoorsMerged { gone: one, kept: other } | Change::DoorsKeptApart { door: one, other } => {
            if one == other {
                return because(ErrorCode::ActNotPossible, "doors");
            }
            known_dwelling(&site.doors, *one)?;
            known_dwelling(&site.doors, *other)
        }
        Change::DwellingAdded { label, floor, .. } => {
            if label.trim().is_empty() {
                return because(ErrorCode::MissingField, "label");
            }
            if label.chars().count() > LABEL_CHARS_MAX {
                return because(ErrorCode::TextTooLong, "label");
            }
            if FLOORS.contains(floor) { Ok(()) } else { because(ErrorCode::ValueOutOfRange, "floor") }
        }
        Change::Answered { place, criterion, answer, resolves, .. } => {
            if resolves.len() > RESOLVES_MAX {
                return because(ErrorCode::ValueOutOfRange, "resolves");
            }
            answerable(place, criterion, answer)
        }
        Change::Noted { place, criterion, text } => {
            if text.chars().count() > TEXT_CHARS_MAX {
                return because(ErrorCode::TextTooLong, "text");
            }
            answerable(place, criterion, &Answer::Cleared)
        }
        Change::PhotoTaken { place, criterion, sha256, bytes, .. } => {
            if grid.criterion(criterion).is_some_and(|(_, criterion)| criterion.photo == PhotoRule::Forbidden) {
                return because(ErrorCode::PhotoForbidden, &criterion.0);
            }
            if sha256.len() != 64 || !sha256.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return because(ErrorCode::HashMismatch, "sha256");
            }
            if *bytes == 0 || *bytes > PHOTO_BYTES_MAX {
                return because(ErrorCode::ImageTooLarge, "bytes");
            }
            answerable(place, criterion, &Answer::Cleared)
        }
        Change::PhotoMarked { marks, .. } => {
            // A photo of what they may not write of is not theirs to know.
            let Some(photo) = photo.filter(|photo| may_write(actor, grid, &photo.place, &photo.criterion).is_ok()) else {
                return because(ErrorCode::UnknownPhoto, "");
            };
            if let Err(error) = photo_mark::check(marks) {
                return because(ErrorCode::MalformedMarks, &error.to_string());
            }
            if photo.is_never_shown && !marks.is_empty() { because(ErrorCode::PhotoNotShown, "") } else { Ok(()) }
        }
        Change::EscalationRaised { place, reason, .. } => {
            known_place(&site.doors, place)?;
            if reason.trim().is_empty() {
                return because(ErrorCode::ReasonRequired, "reason");
            }
            if reason.chars().count() > TEXT_CHARS_MAX {
                return because(ErrorCode::TextTooLong, "reason");
            }
            if permission::may_raise_escalation(&actor.permission()).is_allowed() { Ok(()) } else { because(ErrorCode::NotAllowed, "") }
        }
    }
}

/// The doors that a change is about.
pub fn dwellings_named(change: &Change) -> impl Iterator<Item = DwellingId> {
    let named = match change {
        Change::DoorsMerged { gone: one, kept: other } | Change::DoorsKeptApart { door: one, other } => [Some(*one), Some(*other)],
        change => [dwelling_named(change), None],
    };
    named.into_iter().flatten()
}

fn dwelling_named(change: &Change) -> Option<DwellingId> {
    match change {
        Change::DoorNoted { dwelling_id, .. }
        | Change::DwellingOutcome { dwelling_id, .. }
        | Change::OutcomeWithdrawn { dwelling_id }
        | Change::DwellingAdded { dwelling_id, .. } => Some(*dwelling_id),
        Change::Answered { place, .. } | Change::Noted { place, .. } | Change::PhotoTaken { place, .. } | Change::EscalationRaised { place, .. } => match place
        {
            Place::Dwelling(id) => id.parse().ok(),
            Place::Exterior | Place::Common => None,
        },
        Change::VisitStarted { .. }
        | Change::VisitEndMoved { .. }
        | Change::VisitPaused
        | Change::VisitResumed { .. }
        | Change::GridMoved { .. }
        | Change::VisitFinished
        | Change::DoorsMerged { .. }
        | Change::DoorsKeptApart { .. }
        | Change::PhotoRemoved { .. }
        | Change::PhotoRestored { .. }
        | Change::PhotoMarked { .. } => None,
    }
}

fn known_dwelling(doors: &BTreeSet<DwellingId>, id: DwellingId) -> Result<(), Refusal> {
    if doors.contains(&id) { Ok(()) } else { because(ErrorCode::UnknownDwelling, "") }
}

fn known_place(doors: &BTreeSet<DwellingId>, place: &Place) -> Result<(), Refusal> {
    match place {
        Place::Exterior | Place::Common => Ok(()),
        // In its one spelling, since places are compared as text.
        Place::Dwelling(id) => match id.parse::<DwellingId>() {
            Ok(parsed) if parsed.to_string() == *id => known_dwelling(doors, parsed),
            _ => because(ErrorCode::UnknownDwelling, ""),
        },
    }
}

/// The wire code of a code of the grid crate: they are spelled alike.
fn error_code(code: &str) -> ErrorCode {
    ErrorCode::from_code(code).unwrap_or(match code {
        "severity_without_anchor" => ErrorCode::SeverityNotTaken,
        _ => ErrorCode::WrongValueKind,
    })
}

/// Whether the person may write what this criterion is about.
fn may_write(actor: &Actor, grid: &Grid, place: &Place, criterion: &CriterionId) -> Result<(), Refusal> {
    let section = grid.criterion(criterion).map_or(Section::Psychosocial, |(section, _)| section_of(section, place));
    let allowed = permission::decide(&actor.permission(), Relation::OwnTeam, Grants::NONE, section, Action::Write).is_allowed();
    // The psychosocial compartment does not exist for those outside it: the criterion is simply not theirs.
    if allowed { Ok(()) } else { because(ErrorCode::UnknownCriterion, &criterion.0) }
}

/// The section of permission that an answer belongs to: by its compartment first, then by where it was seen.
pub fn section_of(section: &inspection_grid::Section, place: &Place) -> Section {
    if section.confidential {
        return Section::Psychosocial;
    }
    if section.is_of_owner() {
        return Section::Owner;
    }
    match (section.scope, place) {
        (Scope::Household, _) => Section::Household,
        (_, Place::Dwelling(_)) => Section::Dwelling,
        (_, Place::Exterior | Place::Common) => Section::Building,
    }
}
