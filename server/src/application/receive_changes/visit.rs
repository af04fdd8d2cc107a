//! A visit brought up to date in memory by the events of a group of pushes.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, DwellingId, EventId, PhotoId, VisitId},
    overrun, permission,
    photo_mark::PhotoMark,
    sync::{self, IncomingAnswer},
    wire::v1::{Change, DoorNote, FieldEvent, VerdictKind, VisitPace},
};
use inspection_grid::{Answer, CriterionId, DwellingOutcome, Grid, GridHash, Place};

use crate::{
    application::{Actor, Brigade, Result, judge_visit::RaisedOnSite, typed},
    grids::GridLibrary,
    store::{self, DoorNoteRow, NewDoorNote, NewDwelling, NewOutcome, NewPhoto, ObservationRecord, Pace, Tx, VisitRow, observation::ObservationSheet},
};

/// Where an event stands: who sent it, and its number in the feed.
#[derive(Clone, Copy)]
pub struct Sent<'group> {
    pub actor: &'group Actor,
    pub device_id: DeviceId,
    /// When it was seen, by the phone's clock and on ours.
    pub device_at: Timestamp,
    pub at: Timestamp,
    pub feed_sequence: i64,
    /// What it was sent with.
    pub batch_id: i64,
}

/// A photo that the group marks.
#[derive(Clone, Debug)]
pub struct KnownPhoto {
    pub place: Place,
    pub criterion: CriterionId,
    /// No copy of it will be made: a mark would hide and show nothing.
    pub is_never_shown: bool,
}

/// What the group drew over a photo.
pub struct PhotoMarked<'group> {
    pub by: &'group Actor,
    pub marks: Vec<PhotoMark>,
    pub confidential: bool,
}

/// A visit as stored, before the group.
#[derive(Default)]
pub struct StoredVisit {
    pub row: Option<VisitRow>,
    pub outcomes: BTreeMap<String, DwellingOutcome>,
    /// By dwelling, when the group notes doors.
    pub door_notes: BTreeMap<String, DoorNoteRow>,
    pub observations: Vec<ObservationRecord>,
    pub photos: Vec<(PhotoId, Place, CriterionId)>,
    /// Those that the group marks, removed ones included: a removal can be taken back.
    pub photos_to_mark: BTreeMap<PhotoId, KnownPhoto>,
}

impl StoredVisit {
    /// What is stored of these visits. Photos to mark and door notes are for the caller to add, where the group speaks of them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn load(tx: &mut Tx, rows: Vec<VisitRow>) -> Result<BTreeMap<VisitId, Self>> {
        let ids: Vec<VisitId> = rows.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut outcomes = store::visit::outcomes_of_visits(tx, ids.iter().copied()).await?;
        let mut observations = store::observation::of_visits(tx, ids.iter().copied()).await?;
        let mut photos: BTreeMap<VisitId, Vec<(PhotoId, Place, CriterionId)>> = BTreeMap::new();
        for (visit, photo, place, criterion) in store::photo::places_of_visits(tx, ids).await? {
            photos.entry(visit).or_default().push((photo, place, criterion));
        }
        let stored = |row: VisitRow| {
            let id = row.id;
            let visit = Self {
                outcomes: outcomes.remove(&id).unwrap_or_default(),
                observations: observations.remove(&id).unwrap_or_default(),
                photos: photos.remove(&id).unwrap_or_default(),
                row: Some(row),
                ..Self::default()
            };
            (id, visit)
        };
        Ok(rows.into_iter().map(stored).collect())
    }
}

/// What of a visit the group changed, to be stored.
#[derive(Default)]
pub struct Changed {
    /// Places where an answer or a note changed.
    pub places: BTreeSet<Place>,
    pub outcomes: BTreeMap<DwellingId, (DwellingOutcome, EventId)>,
    /// Doors noted, and by which event; what was noted is the visit's.
    pub doors_noted: BTreeMap<DwellingId, EventId>,
    /// Doors noted by mistake.
    pub outcomes_withdrawn: BTreeSet<DwellingId>,
    pub dwellings: Vec<NewDwelling>,
    pub photos: Vec<NewPhoto>,
    pub photos_removed: Vec<PhotoId>,
    /// Removals taken back, of photos that were stored before the group.
    pub photos_restored: Vec<PhotoId>,
    /// An older answer that came back to the front: its words are to be read again from its event.
    pub recalled: BTreeMap<(Place, CriterionId), EventId>,
    /// Place in the feed of the last event stored; `None` when none was.
    pub last_sequence: Option<i64>,
    /// The grid that the visit was under before the group moved it.
    pub grid_before: Option<GridHash>,
    /// When a person said that it was over.
    pub finished_at: Option<Timestamp>,
    /// Something that the building compartment shows.
    pub shows: bool,
    /// Doors of the building were united (`true`) or parted.
    pub doors_united: Option<bool>,
}

pub struct VisitUnderway<'group> {
    pub id: VisitId,
    pub building_id: BuildingId,
    pub grid_hash: GridHash,
    pub grid: Option<Arc<Grid>>,
    grids: Arc<GridLibrary>,
    pub stored: Option<VisitRow>,
    pub outcomes: BTreeMap<String, DwellingOutcome>,
    pub observations: BTreeMap<(Place, CriterionId), ObservationRecord>,
    pub photos: Vec<(PhotoId, Place, CriterionId)>,
    photos_to_mark: BTreeMap<PhotoId, KnownPhoto>,
    /// The marks that hold after the group, where it changed them.
    pub photos_marked: BTreeMap<PhotoId, PhotoMarked<'group>>,
    pub raised: Vec<RaisedOnSite<'group>>,
    /// Who sent its first event and when that was, when it is new.
    pub begun_by: &'group Actor,
    pub began_at: Timestamp,
    pub pace: Pace,
    /// By dwelling, when the group notes doors.
    pub door_notes: BTreeMap<String, DoorNoteRow>,
    /// Who last sent something that shows; who sent last, when nothing does.
    pub by: &'group Actor,
    /// The building compartment showed something of it before the group.
    pub showed: bool,
    pub changed: Changed,
}

fn by_place(records: Vec<ObservationRecord>) -> BTreeMap<(Place, CriterionId), ObservationRecord> {
    records.into_iter().map(|record| ((record.place.clone(), record.criterion.clone()), record)).collect()
}

impl<'group> VisitUnderway<'group> {
    pub fn new(brigade: &Brigade, stored: StoredVisit, first: &FieldEvent, by: &'group Actor) -> Self {
        let (building_id, grid_hash) = stored.row.as_ref().map_or((first.building_id, &first.grid), |row| (row.building_id, &row.grid));
        let begun_openly = stored.row.as_ref().is_some_and(|row| !permission::works_apart(row.started_by_role));
        let showed = begun_openly || !stored.outcomes.is_empty() || stored.observations.iter().any(|record| !record.confidential);
        let mut visit = Self {
            id: first.visit_id,
            building_id,
            grid_hash: grid_hash.clone(),
            grid: brigade.grids.get(grid_hash).cloned(),
            grids: Arc::clone(&brigade.grids),
            outcomes: stored.outcomes,
            observations: by_place(stored.observations),
            photos: stored.photos,
            photos_to_mark: stored.photos_to_mark,
            photos_marked: BTreeMap::new(),
            raised: Vec::new(),
            begun_by: by,
            began_at: stored.row.as_ref().map_or(Timestamp(0), |row| row.started_at),
            pace: stored.row.as_ref().map(|row| row.pace).unwrap_or_default(),
            door_notes: stored.door_notes,
            by,
            showed,
            changed: Changed::default(),
            stored: stored.row,
        };
        visit.showed |= visit.photos.iter().any(|(_, _, criterion)| !visit.is_confidential(criterion));
        visit
    }

    /// The first event that is accepted says of which building and by which grid a new visit is: one refused before it does not.
    pub fn begin_with(&mut self, event: &FieldEvent, by: &'group Actor, at: Timestamp) {
        if self.stored.is_none() && self.changed.last_sequence.is_none() {
            self.begun_by = by;
            self.began_at = at;
            self.building_id = event.building_id;
            if self.grid_hash != event.grid {
                self.grid_hash = event.grid.clone();
                self.grid = self.grids.get(&event.grid).cloned();
            }
        }
    }

    /// The group leaves it under another grid than before.
    pub fn was_moved(&self) -> bool {
        self.changed.grid_before.is_some() && self.stored.as_ref().is_none_or(|stored| stored.grid != self.grid_hash)
    }

    /// Nobody said that it was over.
    pub fn goes_on(&self) -> bool {
        self.changed.finished_at.is_none() && self.stored.as_ref().is_none_or(|stored| stored.finished_at.is_none())
    }

    /// What is stored of it was told again, with what this group changed.
    pub fn take_again(&mut self, stored: StoredVisit) {
        self.outcomes = stored.outcomes;
        self.observations = by_place(stored.observations);
        self.photos = stored.photos;
    }

    /// The photo of this visit that an event marks.
    pub fn photo_to_mark(&self, change: &Change) -> Option<&KnownPhoto> {
        if let Change::PhotoMarked { photo_id, .. } = change { self.photos_to_mark.get(photo_id) } else { None }
    }

    /// Applies an event that was checked. A door it adds goes to the building's `doors`.
    pub fn apply(&mut self, event: &FieldEvent, sent: Sent<'group>, doors: &mut BTreeSet<DwellingId>) -> VerdictKind {
        self.changed.last_sequence = Some(sent.feed_sequence);
        let showed = std::mem::take(&mut self.changed.shows);
        let verdict = self.change(event, sent, doors);
        // The visit is told in the name of who last did something that shows; a person who was there for a household alone does not take its place.
        if self.changed.shows || !showed {
            self.by = sent.actor;
        }
        self.changed.shows |= showed;
        verdict
    }

    fn change(&mut self, event: &FieldEvent, sent: Sent<'group>, doors: &mut BTreeSet<DwellingId>) -> VerdictKind {
        match &event.change {
            Change::VisitStarted { expected_end } => {
                self.go_on(sent, *expected_end, None);
                self.changed.shows |= !permission::works_apart(sent.actor.account.role);
            }
            Change::VisitEndMoved { expected_end } => self.go_on(sent, *expected_end, self.pace.pace.paused_at),
            Change::VisitPaused => self.go_on(sent, None, Some(sent.at)),
            Change::VisitResumed { expected_end } => self.go_on(sent, *expected_end, None),
            Change::DoorNoted { dwelling_id, come_back, language } => {
                let known = self.door_notes.remove(&dwelling_id.to_string());
                let by = sent.actor.account.id;
                // A phone that was not told of the language says nothing of it.
                let kept = known.filter(|known| {
                    known.language_by.is_some_and(|(_, author)| !permission::may_read_door_language(&sent.actor.permission(), author).is_allowed())
                });
                let (language, language_by) = match (language, kept) {
                    (None, Some(kept)) => (kept.note.language, kept.language_by),
                    (language, _) => (language.clone(), language.is_some().then_some((event.id, by))),
                };
                let row = DoorNoteRow { note: DoorNote { come_back: *come_back, language }, language_by };
                self.door_notes.insert(dwelling_id.to_string(), row);
                self.changed.doors_noted.insert(*dwelling_id, event.id);
            }
            Change::GridMoved { to } if *to == self.grid_hash => {}
            Change::GridMoved { to } => {
                self.changed.grid_before = Some(std::mem::replace(&mut self.grid_hash, to.clone()));
                self.grid = self.grids.get(to).cloned();
            }
            Change::VisitFinished => self.changed.finished_at = Some(sent.at),
            Change::DwellingOutcome { dwelling_id, outcome } => {
                self.outcomes.insert(dwelling_id.to_string(), *outcome);
                self.changed.outcomes_withdrawn.remove(dwelling_id);
                self.changed.outcomes.insert(*dwelling_id, (*outcome, event.id));
                self.changed.shows = true;
            }
            Change::OutcomeWithdrawn { dwelling_id } => {
                self.outcomes.remove(&dwelling_id.to_string());
                self.changed.outcomes.remove(dwelling_id);
                self.changed.outcomes_withdrawn.insert(*dwelling_id);
                self.changed.shows = true;
            }
            Change::DwellingAdded { dwelling_id, label, floor } => {
                doors.insert(*dwelling_id);
                self.changed.dwellings.push(NewDwelling {
                    id: *dwelling_id,
                    building_id: self.building_id,
                    label: typed(label),
                    floor: *floor,
                    added_by_event: Some(event.id.to_string()),
                });
                self.changed.shows = true;
            }
            // Of the building: what it does to its visits is told once the group is stored.
            Change::DoorsMerged { .. } | Change::DoorsKeptApart { .. } => {}
            Change::Answered { place, criterion, answer, based_on, resolves, .. } => {
                self.changed.shows |= !self.is_confidential(criterion);
                let incoming = IncomingAnswer {
                    event_id: event.id,
                    based_on: *based_on,
                    resolves: resolves.clone(),
                    severity: answer.severity(),
                    device: sent.device_id,
                    device_sequence: event.device_sequence,
                    server_sequence: u64::try_from(sent.feed_sequence).unwrap_or(0),
                };
                return self.answer(sent, (place.clone(), criterion.clone()), answer, incoming);
            }
            Change::Noted { place, criterion, text } => {
                self.changed.shows |= !self.is_confidential(criterion);
                let text = typed(text);
                let key = (place.clone(), criterion.clone());
                let mut record = self.observations.remove(&key).unwrap_or_else(|| self.blank(sent, &key, event.id));
                record.note = (!text.is_empty()).then_some(text);
                self.changed.places.insert(key.0.clone());
                self.observations.insert(key, record);
            }
            Change::PhotoTaken { photo_id, place, criterion, sha256, bytes, content_type } => {
                let confidential = self.is_confidential(criterion);
                self.changed.shows |= !confidential;
                self.changed.photos.push(NewPhoto {
                    id: *photo_id,
                    visit_id: self.id,
                    building_id: self.building_id,
                    confidential,
                    place: place.clone(),
                    criterion: criterion.clone(),
                    account_id: sent.actor.account.id,
                    event_id: event.id,
                    sha256: sha256.to_ascii_lowercase(),
                    bytes: *bytes,
                    content_type: typed(content_type),
                    taken_at: sent.at,
                });
                self.photos.push((*photo_id, place.clone(), criterion.clone()));
                let known = KnownPhoto { place: place.clone(), criterion: criterion.clone(), is_never_shown: false };
                self.photos_to_mark.entry(*photo_id).or_insert(known);
            }
            Change::PhotoMarked { photo_id, marks } => {
                let confidential = self.photos_to_mark.get(photo_id).is_none_or(|photo| self.is_confidential(&photo.criterion));
                self.changed.shows |= !confidential;
                self.photos_marked.insert(*photo_id, PhotoMarked { by: sent.actor, marks: marks.clone(), confidential });
            }
            Change::PhotoRemoved { photo_id } => {
                let known = self.photos.iter().find(|(id, ..)| id == photo_id);
                self.changed.shows |= known.is_some_and(|(_, _, criterion)| !self.is_confidential(criterion));
                self.photos.retain(|(id, ..)| id != photo_id);
                self.changed.photos_restored.retain(|id| id != photo_id);
                self.changed.photos_removed.push(*photo_id);
            }
            Change::PhotoRestored { photo_id } => {
                let was_removed_here = self.changed.photos_removed.contains(photo_id);
                self.changed.photos_removed.retain(|id| id != photo_id);
                match self.changed.photos.iter().find(|photo| photo.id == *photo_id) {
                    // Taken, removed and restored in one group: as if nothing had happened.
                    Some(taken) if was_removed_here => self.photos.push((taken.id, taken.place.clone(), taken.criterion.clone())),
                    // Its place is read with it, when the group is saved.
                    None if self.photos.iter().all(|(id, ..)| id != photo_id) => self.changed.photos_restored.push(*photo_id),
                    Some(_) | None => {}
                }
            }
            Change::EscalationRaised { escalation_id, place, reason, called_911 } => {
                self.changed.shows = true;
                self.raised.push(RaisedOnSite {
                    id: *escalation_id,
                    by: sent.actor,
                    place: place.clone(),
                    reason: typed(reason),
                    called_911: *called_911,
                    seen_at: sent.at,
                });
            }
        }
        VerdictKind::Stored
    }

    /// The end and the pause that a phone says: what was said last on the spot holds, in whatever order phones send.
    fn go_on(&mut self, sent: Sent<'group>, expected_end: Option<Timestamp>, paused_at: Option<Timestamp>) {
        if self.pace.said_at.is_some_and(|known| known > sent.at) {
            return;
        }
        let expected_end = expected_end.and_then(|end| overrun::expected_end(end, sent.device_at, sent.at));
        self.pace = Pace { pace: VisitPace { expected_end, paused_at }, said_at: Some(sent.at) };
    }

    fn answer(&mut self, sent: Sent<'group>, key: (Place, CriterionId), answer: &Answer, incoming: IncomingAnswer) -> VerdictKind {
        let event_id = incoming.event_id;
        let before = self.observations.remove(&key);
        let merge = sync::merge_answer(before.as_ref().and_then(|record| record.current.clone()), incoming);
        let mut record = self.blank(sent, &key, event_id);
        let shown = merge.current.shown.event_id;
        match before {
            Some(before) if shown == before.event_id => record = before,
            before => {
                record.note = before.and_then(|record| record.note);
                record.answer = answer.clone();
                record.event_id = shown;
                record.recorded_at = sent.at;
                if shown == event_id {
                    self.changed.recalled.remove(&key);
                } else {
                    self.changed.recalled.insert(key.clone(), shown);
                }
            }
        }
        record.current = Some(merge.current);
        self.changed.places.insert(key.0.clone());
        self.observations.insert(key, record);
        if merge.conflict_with.is_some() { VerdictKind::Conflict } else { VerdictKind::Stored }
    }

    /// A removal taken back: the photo is the visit's again.
    pub fn take_back(&mut self, photo: PhotoId, place: Place, criterion: CriterionId) {
        self.changed.shows |= !self.is_confidential(&criterion);
        self.photos.push((photo, place, criterion));
    }

    fn is_confidential(&self, criterion: &CriterionId) -> bool {
        self.grids.is_confidential(criterion)
    }

    fn blank(&self, sent: Sent<'group>, key: &(Place, CriterionId), event_id: EventId) -> ObservationRecord {
        ObservationRecord {
            visit_id: self.id,
            place: key.0.clone(),
            criterion: key.1.clone(),
            event_id,
            batch_id: sent.batch_id,
            recorded_by: sent.actor.account.display_name.clone(),
            recorded_at: sent.at,
            confidential: self.is_confidential(&key.1),
            answer: Answer::Cleared,
            note: None,
            current: None,
        }
    }

    /// The current answers of the places that the group changed.
    pub fn changed_sheets(&self) -> impl Iterator<Item = ObservationSheet<'_>> {
        self.changed.places.iter().map(|place| {
            let from = (place.clone(), CriterionId(String::new()));
            let records = self.observations.range(from..).map(|(_, record)| record).take_while(|record| record.place == *place).collect();
            ObservationSheet { visit_id: self.id, place, records }
        })
    }

    /// Rows of the doors that something was noted of.
    pub fn new_door_notes(&self) -> impl Iterator<Item = NewDoorNote> {
        self.changed.doors_noted.iter().filter_map(|(dwelling_id, event_id)| {
            let row = self.door_notes.get(&dwelling_id.to_string())?.clone();
            Some(NewDoorNote { visit_id: self.id, dwelling_id: *dwelling_id, row, event_id: *event_id })
        })
    }

    /// Rows of the doors that were knocked at.
    pub fn new_outcomes(&self) -> impl Iterator<Item = NewOutcome> {
        self.changed.outcomes.iter().map(|(dwelling_id, (outcome, event_id))| NewOutcome {
            visit_id: self.id,
            dwelling_id: *dwelling_id,
            outcome: *outcome,
            event_id: *event_id,
        })
    }
}
