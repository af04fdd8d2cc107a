//! One building in memory: what its screens read and change. Loaded once from the device store; each answer is a signal of its own, so that
//! typing in one touches nothing else.

use std::{
    cell::{Cell as Count, RefCell},
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use casework::{
    doors::{kept_for, place_at},
    ids::{BuildingId, DwellingId, EventId, PhotoId},
    photo_mark::PhotoMark,
    wire::v1::{BuildingSheet, Change, Door, DoorNote, DoorPair},
};
use inspection_grid::{
    Answer, BuildingFacts, Compartments, CriterionId, DwellingOutcome, Grid, GridHash, ImmediateDanger, Judgement, Migration, Observation, Place, PlaceReading,
    Severity, Visit, judge, migration, stands_under,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    comfort,
    earlier::Earlier,
    undo::{LastChange, Then, Undoable},
};
use crate::device::{
    Device,
    camera::Captured,
    clock, doors,
    idb::StoreError,
    outbox::{self, Kick},
    records::{AnswerRow, PhotoRow, VisitRef, VisitRow, meta},
    startup,
    store::{self, BuildingFile, Projected},
    waiting,
};

/// Whether what is on screen is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    Nothing,
    Saving,
    Kept,
    Failed(StoreError),
}

/// One criterion at one place.
#[derive(Clone)]
pub struct Cell {
    pub row: ArcRwSignal<AnswerRow>,
    pub kept: ArcRwSignal<Keeping>,
    pub note_kept: ArcRwSignal<Keeping>,
    /// Counts writes, so that the end of an older one does not speak for a newer one.
    turn: ArcRwSignal<u32>,
}

impl Cell {
    fn new(row: AnswerRow) -> Self {
        let kept = if row.current().is_some() { Keeping::Kept } else { Keeping::Nothing };
        let note_kept = if row.note.is_empty() { Keeping::Nothing } else { Keeping::Kept };
        Self { row: ArcRwSignal::new(row), kept: ArcRwSignal::new(kept), note_kept: ArcRwSignal::new(note_kept), turn: ArcRwSignal::new(0) }
    }
}

/// What is answered at one place, with what the rules last read of it.
#[derive(Default)]
struct Room {
    cells: HashMap<CriterionId, Cell>,
    /// `None` once an answer changed.
    read: Option<(Basis, PlaceReading)>,
    /// Its immediate dangers; `None` once an answer changed.
    severe: Option<Vec<Observation>>,
}

/// What a reading of a place holds for, beside its answers.
#[derive(Clone, PartialEq)]
struct Basis {
    grid: GridHash,
    building: BuildingFacts,
    outcome: Option<DwellingOutcome>,
    compartments: Compartments,
}

impl Room {
    fn changed(&mut self) {
        self.read = None;
        self.severe = None;
    }

    fn rows(&self) -> impl Iterator<Item = AnswerRow> {
        self.cells.values().filter_map(|cell| cell.row.with_untracked(|row| row.current().is_some().then(|| row.clone())))
    }

    fn observations(&self) -> Vec<Observation> {
        // Photos are for what is missing at the end of a visit: no rule reads them.
        self.cells.values().filter_map(|cell| cell.row.with_untracked(|row| observation(row, 0))).collect()
    }

    fn reading(&mut self, grid: &Grid, place: &Place, basis: Basis) {
        if self.read.as_ref().is_none_or(|(known, _)| *known != basis) {
            let reading = PlaceReading::new(grid, &basis.building, place, basis.outcome, self.observations(), basis.compartments);
            self.read = Some((basis, reading));
        }
    }

    fn severe(&mut self) -> &[Observation] {
        if self.severe.is_none() {
            let mut severe = self.observations();
            severe.retain(|observation| observation.answer.severity() == Some(Severity::ImmediateDanger));
            self.severe = Some(severe);
        }
        self.severe.as_deref().unwrap_or_default()
    }
}

/// An open building.
pub struct Book {
    pub id: BuildingId,
    pub sheet: ArcRwSignal<BuildingSheet>,
    pub visit: ArcRwSignal<Option<VisitRow>>,
    pub grid: ArcRwSignal<Option<Arc<Grid>>>,
    pub photos: ArcRwSignal<Vec<PhotoRow>>,
    /// Raised by every change of an answer, outcome or photo.
    pub revision: ArcRwSignal<u32>,
    /// The last write of the visit itself that failed.
    pub failure: ArcRwSignal<Option<StoreError>>,
    /// The other visits of the building that go on.
    pub others: ArcRwSignal<Vec<VisitRow>>,
    /// What was found at the visit before this one.
    pub earlier: ArcRwSignal<Option<Arc<Earlier>>>,
    /// The change that can be taken back.
    pub last: LastChange,
    /// What is decided of its doors.
    pairs: ArcRwSignal<Vec<DoorPair>>,
    rooms: Mutex<BTreeMap<Place, Room>>,
    /// The [`Device::changed`] that the store was last read at; `None` when it must be read again before another screen shows this building.
    read_at: Mutex<Option<u32>>,
    /// Which of the books of this tab it is: a form may hold another one of the same building.
    instance: u32,
}

thread_local! {
    /// Books opened by this tab.
    static BOOKS: Count<u32> = const { Count::new(0) };
    /// Which book of each building knows all that this tab wrote of it.
    static WRITERS: RefCell<HashMap<BuildingId, u32>> = RefCell::new(HashMap::new());
    /// Grids never change: each is read once.
    static GRIDS: RefCell<HashMap<GridHash, Arc<Grid>>> = RefCell::new(HashMap::new());
}

/// A grid of this phone.
pub async fn grid(hash: &GridHash) -> Option<Arc<Grid>> {
    if let Some(known) = GRIDS.with_borrow(|grids| grids.get(hash).cloned()) {
        return Some(known);
    }
    let grid = Arc::new(store::grid(hash).await.ok().flatten()?);
    GRIDS.with_borrow_mut(|grids| grids.insert(hash.clone(), Arc::clone(&grid)));
    Some(grid)
}

/// The facts that rules read.
pub fn facts(sheet: &BuildingSheet) -> BuildingFacts {
    BuildingFacts { dwellings: sheet.dwellings, storeys: sheet.storeys, year_built: sheet.year_built }
}

fn observation(row: &AnswerRow, photos: u32) -> Option<Observation> {
    let answer = row.current()?.clone();
    let note = Some(row.note.clone()).filter(|note| !note.is_empty());
    Some(Observation {
        // An answer being written has no event yet; its address in the grid names it until then.
        id: row.answer_event.clone().unwrap_or_else(|| format!("{}/{}", row.place, row.criterion.0)),
        place: row.place.clone(),
        criterion: row.criterion.clone(),
        answer,
        photos,
        note,
    })
}

/// An answer as it counts under the visit's grid: one given under another grid that this one does not take is set aside, not erased.
pub fn under(grid: &Grid, visit: &VisitRow, mut row: AnswerRow) -> AnswerRow {
    let stands = visit.grid_before.is_none() || row.current().is_none_or(|answer| stands_under(grid, &row.place, &row.criterion, answer));
    if !stands {
        row.answer = None;
        row.before = None;
        row.conflict = false;
        row.standing.clear();
    }
    row
}

/// A visit as the rules want it, from stored rows.
pub fn visit_of(sheet: &BuildingSheet, visit: &VisitRow, rows: &[AnswerRow], photos: &[PhotoRow]) -> Visit {
    let counts = photo_counts(photos);
    let count = |row: &AnswerRow| counts.get(&(row.place.clone(), row.criterion.clone())).copied().unwrap_or(0).max(row.server_photos);
    let observations = rows.iter().filter_map(|row| observation(row, count(row))).collect();
    Visit { building: facts(sheet), dwellings: visit.dwellings.clone(), observations }
}

fn photo_counts(photos: &[PhotoRow]) -> BTreeMap<(Place, CriterionId), u32> {
    let mut counts = BTreeMap::new();
    for photo in photos.iter().filter(|photo| !photo.removed) {
        *counts.entry((photo.place.clone(), photo.criterion.clone())).or_insert(0) += 1;
    }
    counts
}

impl Book {
    /// Reads a building; `None` when this phone does not have it.
    pub async fn open(id: BuildingId, changed: u32) -> Option<Arc<Self>> {
        let instance = BOOKS.get().wrapping_add(1);
        BOOKS.set(instance);
        WRITERS.with_borrow_mut(|writers| writers.insert(id, instance));
        let file = store::building(id).await.ok().flatten()?;
        let book = Arc::new(Self {
            id,
            sheet: ArcRwSignal::new(file.sheet.clone()),
            visit: ArcRwSignal::new(None),
            grid: ArcRwSignal::new(None),
            photos: ArcRwSignal::new(Vec::new()),
            revision: ArcRwSignal::new(0),
            failure: ArcRwSignal::new(None),
            others: ArcRwSignal::new(Vec::new()),
            earlier: ArcRwSignal::new(None),
            last: LastChange::default(),
            pairs: ArcRwSignal::new(Vec::new()),
            rooms: Mutex::default(),
            read_at: Mutex::default(),
            instance,
        });
        book.show(&file).await;
        book.set_read_at(Some(changed));
        Some(book)
    }

    /// Whether the store still holds what this book does: nothing else raised [`Device::changed`], and no other book of this tab wrote.
    pub fn is_current(&self, changed: u32) -> bool {
        let knows_all = WRITERS.with_borrow(|writers| writers.get(&self.id) == Some(&self.instance));
        knows_all && *self.read_at.lock().unwrap_or_else(PoisonError::into_inner) == Some(changed)
    }

    fn set_read_at(&self, changed: Option<u32>) {
        *self.read_at.lock().unwrap_or_else(PoisonError::into_inner) = changed;
    }

    /// Takes what something else (a pull, another tab) changed in the store. `false` when the building is no longer there.
    pub async fn refresh(&self, changed: u32) -> bool {
        self.set_read_at(None);
        WRITERS.with_borrow_mut(|writers| writers.insert(self.id, self.instance));
        let file = match store::building(self.id).await {
            Ok(Some(file)) => file,
            Ok(None) => return false,
            // Nothing can be read now: what is on screen stays, and the next screen tries again.
            Err(_) => return true,
        };
        if self.sheet.with_untracked(|known| *known != file.sheet) {
            self.sheet.set(file.sheet.clone());
        }
        if self.show(&file).await {
            self.set_read_at(Some(changed));
        }
        true
    }

    /// Puts what was read on screen. Says whether all of it could be read.
    async fn show(&self, file: &BuildingFile) -> bool {
        let visit = file.visit().cloned();
        let pairs = file.door_pairs();
        if self.pairs.with_untracked(|known| *known != pairs) {
            self.pairs.set(pairs.clone());
            // What was found last time is told under these names too.
            self.earlier.set(None);
        }
        self.show_earlier(file).await;
        let others: Vec<VisitRow> = file.others_under_way().cloned().collect();
        if self.others.with_untracked(|known| *known != others) {
            self.others.set(others);
        }
        let hash = match &visit {
            Some(visit) => Some(visit.grid.clone()),
            None => store::meta::<GridHash>(meta::GRID).await.ok().flatten(),
        };
        if let Some(hash) = hash
            && self.grid.with_untracked(|known| known.as_ref().is_none_or(|known| known.hash != hash))
        {
            self.grid.set(grid(&hash).await);
        }
        let mut whole = true;
        if let Some(visit) = &visit {
            let content = store::visit_content(visit, &pairs).await;
            whole = content.is_ok();
            let (rows, photos) = content.unwrap_or_default();
            self.take_rows(visit, &pairs, rows);
            if self.photos.with_untracked(|known| *known != photos) {
                self.photos.set(photos);
            }
        }
        if self.visit.with_untracked(|known| *known != visit) {
            self.visit.set(visit);
        }
        self.bump();
        whole
    }

    fn take_rows(&self, visit: &VisitRow, pairs: &[DoorPair], rows: Vec<AnswerRow>) {
        let another = self.visit.with_untracked(|known| known.as_ref().is_some_and(|known| known.id != visit.id));
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if another {
            rooms.clear();
            self.last.forget();
        }
        rooms.retain(|place, _| doors::stands(pairs, place));
        let grid = self.grid.get_untracked();
        for row in rows {
            let row = match &grid {
                Some(grid) => under(grid, visit, row),
                None => row,
            };
            let room = rooms.entry(row.place.clone()).or_default();
            match room.cells.get(&row.criterion) {
                // What is being written is newer than what was read.
                Some(cell) if cell.kept.get_untracked() == Keeping::Saving || cell.note_kept.get_untracked() == Keeping::Saving => continue,
                Some(cell) if cell.row.with_untracked(|known| *known == row) => continue,
                Some(cell) => {
                    cell.kept.set(if row.current().is_some() { Keeping::Kept } else { Keeping::Nothing });
                    cell.row.set(row);
                }
                None => {
                    room.cells.insert(row.criterion.clone(), Cell::new(row));
                }
            }
            room.changed();
        }
    }

    /// The last finished visit before the one on screen; read once, and again when the server said more of it.
    async fn show_earlier(&self, file: &BuildingFile) {
        let before = file.earlier();
        let known = self.earlier.with_untracked(|known| known.as_ref().map(|known| known.visit.clone()));
        if before != known.as_ref() {
            let earlier = match before {
                Some(visit) => Earlier::read(visit.clone(), &file.door_pairs()).await.map(Arc::new),
                None => None,
            };
            self.earlier.set(earlier);
        }
    }

    /// An answer at this place changed.
    fn bump_at(&self, place: &Place) {
        if let Some(room) = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
            room.changed();
        }
        self.bump();
    }

    fn bump(&self) {
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Doors that stand, of the sheet and added in this visit, by floor then label.
    pub fn doors(&self) -> Vec<Door> {
        let pairs = self.pairs.get();
        self.every_door().into_iter().filter(|door| kept_for(&pairs, door.dwelling_id) == door.dwelling_id).collect()
    }

    /// What is decided of doors that look alike.
    pub fn door_pairs(&self) -> Vec<DoorPair> {
        self.pairs.get()
    }

    /// The place that stands for this one: its own, unless its door goes by the name of another.
    pub fn standing(&self, place: &Place) -> Place {
        self.pairs.with(|pairs| place_at(place, |door| kept_for(pairs, door)))
    }

    /// Answers and photos at a place. Tracks [`Self::revision`].
    pub fn count_at(&self, place: &Place) -> (usize, usize) {
        self.revision.track();
        let photos = self.photos.with(|photos| photos.iter().filter(|photo| photo.place == *place && !photo.removed).count());
        (self.rows_at(place).len(), photos)
    }

    /// Decides whether two doors are one.
    pub fn decide_doors(self: &Arc<Self>, device: Device, decision: DoorPair) {
        let Some(visit) = self.reference() else { return };
        let are_one = self.pairs.with_untracked(|pairs| kept_for(pairs, decision.gone) == kept_for(pairs, decision.kept));
        // Two doors of which nobody had said anything: there is nothing to go back to.
        let then = if decision.same == are_one { Then::Nothing } else { Then::Offer(Undoable::Doors { before: DoorPair { same: are_one, ..decision } }) };
        self.change_with(device, visit, casework::doors::change(decision), then);
    }

    /// Those that go by the name of another included.
    pub fn every_door(&self) -> Vec<Door> {
        let mut doors = self.sheet.with(|sheet| sheet.doors.iter().chain(&sheet.doors_gone).cloned().collect::<Vec<_>>());
        self.visit.with(|visit| {
            for door in visit.iter().flat_map(|visit| &visit.added_doors) {
                if !doors.iter().any(|known| known.dwelling_id == door.dwelling_id) {
                    doors.push(door.clone());
                }
            }
        });
        doors.sort_by_cached_key(|door| (door.floor, natural(&door.label)));
        doors
    }

    /// The door's label of a dwelling place.
    pub fn door_label(&self, place: &Place) -> Option<String> {
        let Place::Dwelling(id) = place else { return None };
        self.doors().into_iter().find(|door| door.dwelling_id.to_string() == *id).map(|door| door.label)
    }

    /// The criterion's cell, made empty when nothing was answered.
    pub fn cell(&self, place: &Place, criterion: &CriterionId) -> Option<Cell> {
        let visit = self.visit.with_untracked(|visit| visit.as_ref().map(|visit| visit.id))?;
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let cells = &mut rooms.entry(place.clone()).or_default().cells;
        // Empty, it changes nothing of what the rules read here.
        let cell = cells.entry(criterion.clone()).or_insert_with(|| Cell::new(AnswerRow::empty(visit, place.clone(), criterion.clone())));
        Some(cell.clone())
    }

    fn rows_at(&self, place: &Place) -> Vec<AnswerRow> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(place).map(|room| room.rows().collect()).unwrap_or_default()
    }

    /// The whole visit with its photos, for what is missing. Tracks [`Self::revision`].
    pub fn snapshot(&self) -> Option<(Arc<Grid>, Visit)> {
        self.revision.track();
        let (grid, visit) = (self.grid.get()?, self.visit.get()?);
        let rows: Vec<AnswerRow> = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).values().flat_map(Room::rows).collect();
        Some((grid, self.sheet.with(|sheet| self.photos.with(|photos| visit_of(sheet, &visit, &rows, photos)))))
    }

    /// The answers of one place only, which is taken as visited: enough for what is asked there. Tracks [`Self::revision`].
    pub fn snapshot_at(&self, place: &Place) -> Option<(Arc<Grid>, Visit)> {
        self.revision.track();
        let grid = self.grid.get()?;
        self.visit.with(Option::is_some).then_some(())?;
        let observations = self.rooms.lock().unwrap_or_else(PoisonError::into_inner).get(place).map(Room::observations).unwrap_or_default();
        let dwellings = match place {
            Place::Dwelling(id) => BTreeMap::from([(id.clone(), DwellingOutcome::Visited)]),
            Place::Exterior | Place::Common => BTreeMap::new(),
        };
        Some((grid, Visit { building: self.sheet.with(facts), dwellings, observations }))
    }

    /// What the rules say of the whole visit; a place whose answers have not changed since is not read again. Tracks [`Self::revision`].
    pub fn judgement(&self, compartments: Compartments) -> Option<(Arc<Grid>, Judgement)> {
        self.revision.track();
        let (grid, building) = (self.grid.get()?, self.sheet.with(facts));
        let dwellings = self.visit.with(|visit| visit.as_ref().map(|visit| visit.dwellings.clone()))?;
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Where nothing is answered yet, something may be asked.
        let asked = [Place::Exterior, Place::Common].into_iter().chain(dwellings.keys().map(|id| Place::Dwelling(id.clone())));
        for place in asked {
            rooms.entry(place).or_default();
        }
        for (place, room) in rooms.iter_mut() {
            let outcome = if let Place::Dwelling(id) = place { dwellings.get(id).copied() } else { None };
            room.reading(&grid, place, Basis { grid: grid.hash.clone(), building: building.clone(), outcome, compartments });
        }
        let readings = rooms.values().filter_map(|room| room.read.as_ref().map(|(_, reading)| reading));
        let judgement = judge(&grid, &building, &dwellings, readings, compartments);
        drop(rooms);
        Some((grid, judgement))
    }

    /// Immediate dangers of the whole building. Tracks [`Self::revision`].
    pub fn dangers(&self, psychosocial: bool) -> Vec<ImmediateDanger> {
        self.revision.track();
        let Some(grid) = self.grid.get() else { return Vec::new() };
        let mut severe = Vec::new();
        for room in self.rooms.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            severe.extend_from_slice(room.severe());
        }
        inspection_grid::danger(&grid, &severe).into_iter().filter(|danger| psychosocial || !danger.confidential).collect()
    }

    /// Runs a write beside the screen, and wakes the outbox after it.
    fn write(self: &Arc<Self>, device: Device, work: impl Future<Output = ()> + 'static) {
        device.writing.update(|writing| *writing += 1);
        let book = Arc::clone(self);
        spawn_local(async move {
            work.await;
            book.after_write(device).await;
        });
    }

    /// The strip says « tout est reçu » only once the new change is counted.
    async fn after_write(&self, device: Device) {
        WRITERS.with_borrow_mut(|writers| writers.insert(self.id, self.instance));
        waiting::count_written(device).await;
        device.writing.update(|writing| *writing -= 1);
        outbox::kick(device, Kick::Write);
    }

    /// The visit that changes belong to.
    pub fn reference(&self) -> Option<VisitRef> {
        self.visit.with_untracked(|visit| visit.as_ref().map(VisitRow::reference))
    }

    /// Records an answer: shown at once, ticked once kept, taken back when the store refuses it.
    pub fn answer(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, answer: Answer) {
        self.answer_from(device, place, criterion, answer, None);
    }

    /// The same, for a finding that repeats another one.
    pub fn answer_from(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, answer: Answer, copied_from: Option<EventId>) {
        let before = self.cell(place, criterion).map(|cell| cell.row.with_untracked(answer_of));
        let offer = |before| Then::Offer(Undoable::Answer { place: place.clone(), criterion: criterion.clone(), before });
        let then = before.filter(|before| *before != answer).map_or(Then::Nothing, offer);
        self.give(device, place, criterion, answer, copied_from, then);
    }

    fn give(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, answer: Answer, copied_from: Option<EventId>, then: Then) {
        let (Some(visit), Some(cell)) = (self.reference(), self.cell(place, criterion)) else { return };
        let before = cell.row.get_untracked();
        let turn = next_turn(&cell);
        cell.kept.set(Keeping::Saving);
        cell.row.update(|row| row.answer = Some(answer.clone()));
        self.bump_at(place);
        let change = Change::Answered { place: place.clone(), criterion: criterion.clone(), answer, based_on: None, copied_from, resolves: Vec::new() };
        let (book, place) = (Arc::clone(self), place.clone());
        self.write(device, async move {
            let outcome = store::append(&visit, change, None).await;
            comfort::say(outcome.is_ok());
            if cell.turn.get_untracked() == turn {
                match outcome {
                    Ok(Projected::Answer(row)) => {
                        settle(&cell, row);
                        book.last.then(then);
                    }
                    Ok(_) => {}
                    Err(error) => {
                        cell.row.update(|shown| shown.answer = before.answer);
                        cell.kept.set(Keeping::Failed(error));
                    }
                }
                book.bump_at(&place);
            }
        });
    }

    /// Gives the same answer in several places, each with its own event and its trace; all of them or none.
    pub fn copy(self: &Arc<Self>, device: Device, criterion: &CriterionId, answer: &Answer, from: Option<EventId>, places: Vec<Place>) {
        let Some(visit) = self.reference() else { return };
        let cells: Vec<(Place, Cell)> = places.into_iter().filter_map(|place| Some((place.clone(), self.cell(&place, criterion)?))).collect();
        let before = cells.iter().map(|(place, cell)| (place.clone(), cell.row.with_untracked(answer_of))).collect();
        let given: Vec<(Place, Answer)> = cells.iter().map(|(place, _)| (place.clone(), answer.clone())).collect();
        self.give_all(device, visit, criterion, given, from, Then::Offer(Undoable::Copies { criterion: criterion.clone(), before }));
    }

    fn give_all(
        self: &Arc<Self>,
        device: Device,
        visit: VisitRef,
        criterion: &CriterionId,
        given: Vec<(Place, Answer)>,
        copied_from: Option<EventId>,
        then: Then,
    ) {
        let cells: Vec<(Place, Option<Cell>)> = given.iter().map(|(place, _)| (place.clone(), self.cell(place, criterion))).collect();
        for cell in cells.iter().filter_map(|(_, cell)| cell.as_ref()) {
            next_turn(cell);
        }
        let change = |(place, answer)| Change::Answered { place, criterion: criterion.clone(), answer, based_on: None, copied_from, resolves: Vec::new() };
        let changes = given.into_iter().map(change).collect();
        let book = Arc::clone(self);
        self.write(device, async move {
            let outcome = store::append_all(&visit, changes, None).await;
            comfort::say(outcome.is_ok());
            match outcome {
                Ok(projected) => {
                    book.failure.set(None);
                    for ((place, cell), projected) in cells.into_iter().zip(projected) {
                        if let (Some(cell), Projected::Answer(row)) = (cell, projected) {
                            settle(&cell, row);
                            book.bump_at(&place);
                        }
                    }
                    book.last.then(then);
                }
                Err(error) => book.failure.set(Some(error)),
            }
        });
    }

    /// Records a note; the text on screen stays even when the store refuses it.
    pub fn note(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, text: String) {
        let Some(before) = self.cell(place, criterion).map(|cell| cell.row.with_untracked(|row| row.note.clone())) else { return };
        if before != text {
            let offer = Undoable::Note { place: place.clone(), criterion: criterion.clone(), before };
            self.write_note(device, place, criterion, text, Then::Offer(offer));
        }
    }

    fn write_note(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, text: String, then: Then) {
        let (Some(visit), Some(cell)) = (self.reference(), self.cell(place, criterion)) else { return };
        cell.note_kept.set(Keeping::Saving);
        cell.row.update(|row| row.note.clone_from(&text));
        let change = Change::Noted { place: place.clone(), criterion: criterion.clone(), text: text.clone() };
        let book = Arc::clone(self);
        self.write(device, async move {
            let outcome = store::append(&visit, change, None).await;
            comfort::say(outcome.is_ok());
            if cell.row.with_untracked(|row| row.note == text) {
                cell.note_kept.set(match outcome {
                    Ok(_) => {
                        book.last.then(then);
                        if text.is_empty() { Keeping::Nothing } else { Keeping::Kept }
                    }
                    Err(error) => Keeping::Failed(error),
                });
                book.bump();
            }
        });
    }

    /// Records a change of the visit itself: its pace, outcome, door or end.
    pub fn change(self: &Arc<Self>, device: Device, visit: VisitRef, change: Change) {
        self.change_with(device, visit, change, Then::Nothing);
    }

    /// The same, with what takes it back.
    pub fn change_with(self: &Arc<Self>, device: Device, visit: VisitRef, change: Change, then: Then) {
        let book = Arc::clone(self);
        self.write(device, async move {
            let outcome = store::append(&visit, change, None).await;
            comfort::say(outcome.is_ok());
            match outcome {
                Ok(Projected::Visit(row)) => {
                    book.failure.set(None);
                    book.take_visit(device, row).await;
                    book.last.then(then);
                }
                Ok(_) => {}
                Err(error) => book.failure.set(Some(error)),
            }
            startup::reread_round(device).await;
        });
    }

    /// Puts the visit as it was just written on screen; another one than before is read whole.
    async fn take_visit(&self, device: Device, row: VisitRow) {
        let same = |known: &VisitRow| known.id == row.id && known.grid == row.grid && known.doors_decided == row.doors_decided;
        if self.visit.with_untracked(|known| known.as_ref().is_some_and(same)) {
            if self.visit.with_untracked(|known| known.as_ref().is_some_and(|known| known.finished_at != row.finished_at)) {
                // Another visit may be the one to show next.
                self.set_read_at(None);
            }
            self.visit.set(Some(row));
            self.bump();
        } else {
            self.photos.set(Vec::new());
            self.refresh(device.changed.get_untracked()).await;
        }
    }

    /// What going on under another grid would do to the answers of this phone.
    pub async fn preview(&self, to: &GridHash) -> Option<(Arc<Grid>, Migration)> {
        let visit = self.visit.get_untracked()?;
        let (from, to) = (self.grid.get_untracked()?, grid(to).await?);
        let (rows, _) = store::visit_content(&visit, &self.pairs.get_untracked()).await.ok()?;
        let observations: Vec<Observation> = rows.iter().filter_map(|row| observation(row, 0)).collect();
        Some((Arc::clone(&to), migration(&from, &to, &observations)))
    }

    /// Goes on under another grid.
    pub fn move_grid(self: &Arc<Self>, device: Device, to: GridHash) {
        let Some(visit) = self.reference() else { return };
        let offer = Undoable::GridMoved { before: visit.grid.clone() };
        self.change_with(device, visit, Change::GridMoved { to }, Then::Offer(offer));
    }

    /// How the visit of a dwelling went.
    pub fn set_outcome(self: &Arc<Self>, device: Device, dwelling_id: DwellingId, outcome: DwellingOutcome) {
        let Some(visit) = self.reference() else { return };
        let before = self.visit.with_untracked(|visit| visit.as_ref().and_then(|visit| visit.dwellings.get(&dwelling_id.to_string()).copied()));
        if before != Some(outcome) {
            let offer = Undoable::Outcome { dwelling: dwelling_id, before };
            self.change_with(device, visit, Change::DwellingOutcome { dwelling_id, outcome }, Then::Offer(offer));
        }
    }

    /// What the next knock at a door should know.
    pub fn door_note(&self, dwelling: &str) -> DoorNote {
        self.visit.with(|visit| visit.as_ref().and_then(|visit| visit.doors_noted.get(dwelling).cloned())).unwrap_or_default()
    }

    pub fn note_door(self: &Arc<Self>, device: Device, dwelling: DwellingId, note: DoorNote) {
        let Some(visit) = self.reference() else { return };
        let before = untrack(|| self.door_note(&dwelling.to_string()));
        if before != note {
            self.change_with(device, visit, noted(dwelling, note), Then::Offer(Undoable::DoorNoted { dwelling, before }));
        }
    }

    /// Alerts the cell; without a visit under way, one starts in the same transaction.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was kept.
    pub async fn raise(self: &Arc<Self>, device: Device, raised: Change) -> Result<(), StoreError> {
        let under_way = self.visit.with_untracked(|visit| visit.as_ref().filter(|visit| visit.finished_at.is_none()).map(VisitRow::reference));
        let (visit, changes) = match under_way {
            Some(visit) => (visit, vec![raised]),
            None => (self.new_visit().await?, vec![Change::VisitStarted { expected_end: None }, raised]),
        };
        device.writing.update(|writing| *writing += 1);
        let outcome = store::append_all(&visit, changes, None).await;
        comfort::say(outcome.is_ok());
        let outcome = match outcome {
            Ok(mut projected) => {
                if let Some(Projected::Visit(row)) = projected.pop() {
                    self.take_visit(device, row).await;
                }
                Ok(())
            }
            Err(error) => Err(error),
        };
        startup::reread_round(device).await;
        self.after_write(device).await;
        outcome
    }

    /// A visit to be, under the grid in force and not that of a visit that is over.
    ///
    /// # Errors
    /// When the store fails, or when this phone never had a grid.
    pub async fn new_visit(&self) -> Result<VisitRef, StoreError> {
        let grid = store::meta::<GridHash>(meta::GRID).await?.ok_or_else(|| StoreError::Failed("no grid on this phone".to_owned()))?;
        Ok(VisitRef { visit_id: clock::new_id(), building_id: self.id, grid })
    }

    /// Takes a change back, by another one.
    pub fn undo(self: &Arc<Self>, device: Device, change: Undoable) {
        let Some(visit) = self.reference() else { return };
        let back = match change {
            Undoable::Answer { place, criterion, before } => return self.give(device, &place, &criterion, before, None, Then::SayUndone),
            Undoable::Note { place, criterion, before } => return self.write_note(device, &place, &criterion, before, Then::SayUndone),
            Undoable::PhotoRemoved { photo, .. } => return self.change_photo(device, photo, Change::PhotoRestored { photo_id: photo }, Then::SayUndone),
            Undoable::PhotoMarked { photo, before, .. } => {
                return self.change_photo(device, photo, Change::PhotoMarked { photo_id: photo, marks: before }, Then::SayUndone);
            }
            Undoable::Copies { criterion, before } => return self.give_all(device, visit, &criterion, before, None, Then::SayUndone),
            Undoable::Outcome { dwelling: dwelling_id, before: Some(outcome) } => Change::DwellingOutcome { dwelling_id, outcome },
            Undoable::Outcome { dwelling: dwelling_id, before: None } => Change::OutcomeWithdrawn { dwelling_id },
            Undoable::DoorNoted { dwelling, before } => noted(dwelling, before),
            Undoable::GridMoved { before } => Change::GridMoved { to: before },
            Undoable::Doors { before } => casework::doors::change(before),
        };
        self.change_with(device, visit, back, Then::SayUndone);
    }

    /// Keeps a photo. `Err` says why it was not kept; answers and notes are untouched.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn keep_photo(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, captured: &Captured) -> Result<(), StoreError> {
        let Some(visit) = self.reference() else { return Err(StoreError::Failed("no visit".to_owned())) };
        let change = Change::PhotoTaken {
            photo_id: clock::new_id(),
            place: place.clone(),
            criterion: criterion.clone(),
            sha256: captured.sha256.clone(),
            bytes: u64::from(captured.bytes.length()),
            content_type: captured.content_type.clone(),
        };
        device.writing.update(|writing| *writing += 1);
        let outcome = store::append(&visit, change, Some(captured)).await;
        let outcome = outcome.map(|projected| {
            if let Projected::Photo(row) = projected {
                self.photos.update(|photos| photos.push(row));
                self.bump();
            }
        });
        self.after_write(device).await;
        outcome
    }

    /// Removes a photo; it can be restored.
    pub fn remove_photo(self: &Arc<Self>, device: Device, photo: PhotoId) {
        let criterion = self.photos.with_untracked(|photos| photos.iter().find(|row| row.id == photo).map(|row| row.criterion.clone()));
        let then = criterion.map_or(Then::Nothing, |criterion| Then::Offer(Undoable::PhotoRemoved { photo, criterion }));
        self.change_photo(device, photo, Change::PhotoRemoved { photo_id: photo }, then);
    }

    /// Takes the removal of a photo back.
    pub fn restore_photo(self: &Arc<Self>, device: Device, photo: PhotoId) {
        self.change_photo(device, photo, Change::PhotoRestored { photo_id: photo }, Then::SayUndone);
    }

    /// Draws these marks over a photo, in place of those it had.
    pub fn mark_photo(self: &Arc<Self>, device: Device, photo: PhotoId, marks: Vec<PhotoMark>) {
        let known = self.photos.with_untracked(|photos| photos.iter().find(|row| row.id == photo).map(|row| (row.criterion.clone(), row.marks.clone())));
        if let Some((criterion, before)) = known.filter(|(_, before)| *before != marks) {
            let then = Then::Offer(Undoable::PhotoMarked { photo, criterion, before });
            self.change_photo(device, photo, Change::PhotoMarked { photo_id: photo, marks }, then);
        }
    }

    fn change_photo(self: &Arc<Self>, device: Device, photo: PhotoId, change: Change, then: Then) {
        let Some(visit) = self.reference() else { return };
        let book = Arc::clone(self);
        self.write(device, async move {
            let outcome = store::append(&visit, change, None).await;
            comfort::say(outcome.is_ok());
            match outcome {
                Ok(Projected::Photo(row)) => {
                    book.photos.update(|photos| photos.iter_mut().filter(|known| known.id == photo).for_each(|known| known.clone_from(&row)));
                    book.last.then(then);
                    book.bump();
                }
                Ok(_) => {}
                Err(error) => book.failure.set(Some(error)),
            }
        });
    }
}

/// What a row answers; nothing is said as « erased ».
fn answer_of(row: &AnswerRow) -> Answer {
    row.answer.clone().unwrap_or(Answer::Cleared)
}

/// What the store kept, on screen.
fn settle(cell: &Cell, row: AnswerRow) {
    cell.kept.set(if row.current().is_some() { Keeping::Kept } else { Keeping::Nothing });
    cell.row.update(|shown| {
        shown.answer = row.answer;
        shown.answer_event = row.answer_event;
        shown.before = row.before;
        shown.copied_from = row.copied_from;
        shown.conflict = row.conflict;
        shown.standing = row.standing;
    });
}

fn noted(dwelling_id: DwellingId, DoorNote { come_back, language }: DoorNote) -> Change {
    Change::DoorNoted { dwelling_id, come_back, language }
}

fn next_turn(cell: &Cell) -> u32 {
    let turn = cell.turn.get_untracked().wrapping_add(1);
    cell.turn.set(turn);
    turn
}

/// Sorts `2` before `10`, and `10A` after `10`.
fn natural(label: &str) -> (u32, String) {
    let digits: String = label.chars().skip_while(|character| !character.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX), label.to_owned())
}
