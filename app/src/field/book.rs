//! One building in memory: what its screens read and change. Loaded once from the device store; each answer is a signal of its own, so that
//! typing in one touches nothing else.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use casework::{
    ids::{BuildingId, PhotoId},
    wire::v1::{BuildingSheet, Change, Door},
};
use inspection_grid::{Answer, BuildingFacts, CriterionId, DwellingOutcome, Grid, GridHash, ImmediateDanger, Observation, Place, Severity, Visit};
use leptos::{prelude::*, task::spawn_local};

use crate::device::{
    Device,
    camera::Captured,
    clock,
    idb::StoreError,
    outbox::{self, Kick},
    records::{AnswerRow, PhotoRow, VisitRef, VisitRow, meta},
    startup,
    store::{self, Projected},
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
    cells: Mutex<HashMap<(Place, CriterionId), Cell>>,
}

thread_local! {
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
    pub async fn open(id: BuildingId) -> Option<Arc<Self>> {
        let file = store::building(id).await.ok().flatten()?;
        let visit = file.visit().cloned();
        let book = Arc::new(Self {
            id,
            sheet: ArcRwSignal::new(file.sheet),
            visit: ArcRwSignal::new(None),
            grid: ArcRwSignal::new(None),
            photos: ArcRwSignal::new(Vec::new()),
            revision: ArcRwSignal::new(0),
            failure: ArcRwSignal::new(None),
            cells: Mutex::new(HashMap::new()),
        });
        book.show(visit).await;
        Some(book)
    }

    /// Takes what something else (a pull, another tab) changed in the store. `false` when the building is no longer there.
    pub async fn refresh(&self) -> bool {
        let file = match store::building(self.id).await {
            Ok(Some(file)) => file,
            Ok(None) => return false,
            // Nothing can be read now: what is on screen stays.
            Err(_) => return true,
        };
        let visit = file.visit().cloned();
        if self.sheet.with_untracked(|known| *known != file.sheet) {
            self.sheet.set(file.sheet);
        }
        self.show(visit).await;
        true
    }

    async fn show(&self, visit: Option<VisitRow>) {
        let hash = match &visit {
            Some(visit) => Some(visit.grid.clone()),
            None => store::meta::<GridHash>(meta::GRID).await.ok().flatten(),
        };
        if let Some(hash) = hash
            && self.grid.with_untracked(|known| known.as_ref().is_none_or(|known| known.hash != hash))
        {
            self.grid.set(grid(&hash).await);
        }
        if let Some(visit) = &visit {
            let (rows, photos) = store::visit_content(visit).await.unwrap_or_default();
            let another = self.visit.with_untracked(|known| known.as_ref().is_some_and(|known| known.id != visit.id));
            let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
            if another {
                cells.clear();
            }
            for row in rows {
                let key = (row.place.clone(), row.criterion.clone());
                match cells.get(&key) {
                    // What is being written is newer than what was read.
                    Some(cell) if cell.kept.get_untracked() == Keeping::Saving || cell.note_kept.get_untracked() == Keeping::Saving => {}
                    Some(cell) if cell.row.with_untracked(|known| *known == row) => {}
                    Some(cell) => {
                        cell.kept.set(if row.current().is_some() { Keeping::Kept } else { Keeping::Nothing });
                        cell.row.set(row);
                    }
                    None => {
                        cells.insert(key, Cell::new(row));
                    }
                }
            }
            drop(cells);
            if self.photos.with_untracked(|known| *known != photos) {
                self.photos.set(photos);
            }
        }
        if self.visit.with_untracked(|known| *known != visit) {
            self.visit.set(visit);
        }
        self.bump();
    }

    fn bump(&self) {
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Doors of the sheet and those added in this visit, by floor then label.
    pub fn doors(&self) -> Vec<Door> {
        let mut doors = self.sheet.with(|sheet| sheet.doors.clone());
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
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = cells.entry((place.clone(), criterion.clone())).or_insert_with(|| Cell::new(AnswerRow::empty(visit, place.clone(), criterion.clone())));
        Some(cell.clone())
    }

    fn rows(&self, wanted: impl Fn(&AnswerRow) -> bool) -> Vec<AnswerRow> {
        let cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        cells.values().filter_map(|cell| cell.row.with_untracked(|row| wanted(row).then(|| row.clone()))).collect()
    }

    /// The whole visit for the rules. Tracks [`Self::revision`].
    pub fn snapshot(&self) -> Option<(Arc<Grid>, Visit)> {
        self.revision.track();
        self.snapshot_of(|_| true)
    }

    /// The same with the answers of one place only, which is taken as visited: enough for what is asked there.
    pub fn snapshot_at(&self, place: &Place) -> Option<(Arc<Grid>, Visit)> {
        self.revision.track();
        let (grid, mut visit) = self.snapshot_of(|row| row.place == *place)?;
        visit.dwellings.clear();
        if let Place::Dwelling(id) = place {
            visit.dwellings.insert(id.clone(), DwellingOutcome::Visited);
        }
        Some((grid, visit))
    }

    fn snapshot_of(&self, wanted: impl Fn(&AnswerRow) -> bool) -> Option<(Arc<Grid>, Visit)> {
        let grid = self.grid.get()?;
        let row = self.visit.get()?;
        let rows = self.rows(wanted);
        let visit = self.sheet.with(|sheet| self.photos.with(|photos| visit_of(sheet, &row, &rows, photos)));
        Some((grid, visit))
    }

    /// Immediate dangers of the whole building. Tracks [`Self::revision`].
    pub fn dangers(&self, psychosocial: bool) -> Vec<ImmediateDanger> {
        self.revision.track();
        let Some(grid) = self.grid.get() else { return Vec::new() };
        let severe = self.rows(|row| row.current().and_then(Answer::severity) == Some(Severity::ImmediateDanger));
        let observations: Vec<Observation> = severe.iter().filter_map(|row| observation(row, 0)).collect();
        inspection_grid::danger(&grid, &observations).into_iter().filter(|danger| psychosocial || !danger.confidential).collect()
    }

    /// The visit that changes belong to.
    pub fn reference(&self) -> Option<VisitRef> {
        self.visit.with_untracked(|visit| visit.as_ref().map(VisitRow::reference))
    }

    /// Records an answer: shown at once, ticked once kept, taken back when the store refuses it.
    pub fn answer(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, answer: Answer) {
        let (Some(visit), Some(cell)) = (self.reference(), self.cell(place, criterion)) else { return };
        let before = cell.row.get_untracked();
        let turn = next_turn(&cell);
        cell.kept.set(Keeping::Saving);
        cell.row.update(|row| row.answer = Some(answer.clone()));
        self.bump();
        let change = Change::Answered { place: place.clone(), criterion: criterion.clone(), answer, based_on: None };
        let book = Arc::clone(self);
        write(device, async move {
            let outcome = store::append(&visit, change, None).await;
            if cell.turn.get_untracked() == turn {
                match outcome {
                    Ok(Projected::Answer(row)) => {
                        cell.kept.set(if row.current().is_some() { Keeping::Kept } else { Keeping::Nothing });
                        cell.row.update(|shown| {
                            shown.answer = row.answer;
                            shown.answer_event = row.answer_event;
                            shown.conflict = row.conflict;
                        });
                    }
                    Ok(_) => {}
                    Err(error) => {
                        cell.row.update(|shown| shown.answer = before.answer);
                        cell.kept.set(Keeping::Failed(error));
                    }
                }
                book.bump();
            }
        });
    }

    /// Records a note; the text on screen stays even when the store refuses it.
    pub fn note(self: &Arc<Self>, device: Device, place: &Place, criterion: &CriterionId, text: String) {
        let (Some(visit), Some(cell)) = (self.reference(), self.cell(place, criterion)) else { return };
        if cell.row.with_untracked(|row| row.note == text) {
            return;
        }
        cell.note_kept.set(Keeping::Saving);
        cell.row.update(|row| row.note.clone_from(&text));
        let change = Change::Noted { place: place.clone(), criterion: criterion.clone(), text: text.clone() };
        let book = Arc::clone(self);
        write(device, async move {
            let outcome = store::append(&visit, change, None).await;
            if cell.row.with_untracked(|row| row.note == text) {
                cell.note_kept.set(match outcome {
                    Ok(_) if text.is_empty() => Keeping::Nothing,
                    Ok(_) => Keeping::Kept,
                    Err(error) => Keeping::Failed(error),
                });
                book.bump();
            }
        });
    }

    /// Records a change of the visit itself: its start, outcome, door, emergency or end.
    pub fn change(self: &Arc<Self>, device: Device, visit: VisitRef, change: Change) {
        let book = Arc::clone(self);
        write(device, async move {
            match store::append(&visit, change, None).await {
                Ok(Projected::Visit(row)) => {
                    book.failure.set(None);
                    if book.visit.with_untracked(|known| known.as_ref().is_some_and(|known| known.id != row.id)) {
                        book.cells.lock().unwrap_or_else(PoisonError::into_inner).clear();
                        book.photos.set(Vec::new());
                    }
                    book.visit.set(Some(row));
                    book.bump();
                }
                Ok(_) => {}
                Err(error) => book.failure.set(Some(error)),
            }
            startup::reread_round(device).await;
        });
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
        after_write(device).await;
        outcome
    }

    /// Removes a photo for good.
    pub fn remove_photo(self: &Arc<Self>, device: Device, photo_id: PhotoId) {
        let Some(visit) = self.reference() else { return };
        let book = Arc::clone(self);
        write(device, async move {
            match store::append(&visit, Change::PhotoRemoved { photo_id }, None).await {
                Ok(_) => {
                    book.photos.update(|photos| photos.iter_mut().filter(|photo| photo.id == photo_id).for_each(|photo| photo.removed = true));
                    book.bump();
                }
                Err(error) => book.failure.set(Some(error)),
            }
        });
    }
}

fn next_turn(cell: &Cell) -> u32 {
    let turn = cell.turn.get_untracked().wrapping_add(1);
    cell.turn.set(turn);
    turn
}

/// Runs a write beside the screen, and wakes the outbox after it.
fn write(device: Device, work: impl Future<Output = ()> + 'static) {
    device.writing.update(|writing| *writing += 1);
    spawn_local(async move {
        work.await;
        after_write(device).await;
    });
}

/// The strip says « tout est reçu » only once the new change is counted.
async fn after_write(device: Device) {
    outbox::count(device).await;
    device.writing.update(|writing| *writing -= 1);
    outbox::kick(device, Kick::Write);
}

/// Sorts `2` before `10`, and `10A` after `10`.
fn natural(label: &str) -> (u32, String) {
    let digits: String = label.chars().skip_while(|character| !character.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX), label.to_owned())
}
