//! What the screens read and write on the phone. Writing is one operation: [`append`].

use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, EventId, PhotoId, VisitId},
    sync::{self, OutboxState},
    wire::v1::{BuildingSheet, Change, Door, DoorNote, DoorPair, FieldEvent},
};
use inspection_grid::{CriterionId, Grid, GridHash, Place};
use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsCast;

use super::{
    camera::Captured,
    clock, doors,
    idb::{self, Mode, StoreError, stores},
    records::{AnswerRow, OutboxRow, PhotoRow, PhotoState, RaisedRow, VisitRef, VisitRow, answer_key, meta, outbox_key, photo_key, subject},
    sealed::{self, Transaction},
    storage, vault, waiting,
};

/// What one kept change left in the store, for the memory of the open screen.
#[derive(Clone, Debug)]
pub enum Projected {
    Visit(VisitRow),
    Answer(AnswerRow),
    Photo(PhotoRow),
}

/// Writes one change: event, draft, outbox row and, for a photo, its bytes, in one durable transaction.
///
/// Returns only once the browser said that the transaction is complete: from then on the change counts as kept.
///
/// # Errors
/// [`StoreError`]; nothing of the change was kept.
pub async fn append(visit: &VisitRef, change: Change, photo: Option<&Captured>) -> Result<Projected, StoreError> {
    let mut projected = append_all(visit, vec![change], photo).await?;
    projected.pop().ok_or_else(|| StoreError::Failed("nothing was written".to_owned()))
}

/// Writes changes that belong together, in order and in one durable transaction: all of them are kept, or none.
///
/// # Errors
/// [`StoreError`]; nothing of the changes was kept.
pub async fn append_all(visit: &VisitRef, changes: Vec<Change>, photo: Option<&Captured>) -> Result<Vec<Projected>, StoreError> {
    let taken = changes.iter().find_map(|change| if let Change::PhotoTaken { photo_id, .. } = change { Some(*photo_id) } else { None });
    let photo = match (photo, taken) {
        (Some(captured), Some(photo_id)) => Some(SealedPhoto::of(photo_id, captured).await?),
        _ => None,
    };
    match write_all(visit, changes.clone(), photo.as_ref()).await {
        // A photo may be refused; what is typed may not, as long as there is anything to give up for it.
        Err(StoreError::Full) if photo.is_none() => {
            storage::give_up_reserve().await?;
            write_all(visit, changes, None).await
        }
        outcome => outcome,
    }
}

async fn write_all(visit: &VisitRef, changes: Vec<Change>, photo: Option<&SealedPhoto>) -> Result<Vec<Projected>, StoreError> {
    let transaction = sealed::write(&[stores::META, stores::EVENT, stores::OUTBOX, stores::VISIT, stores::ANSWER, stores::PHOTO, stores::PHOTO_BLOB]).await?;
    let (mut sequence, mut drafts) = Drafts::read(&transaction, visit, &changes, clock::now()).await?;
    let (mut projected, mut waiting) = (Vec::with_capacity(changes.len()), Vec::with_capacity(changes.len()));
    for mut change in changes {
        sequence += 1;
        let event_id: EventId = clock::new_id();
        let at = clock::now();
        projected.push(project(&transaction, &mut drafts, visit, &mut change, event_id, at, photo).await?);
        let event = FieldEvent {
            id: event_id,
            visit_id: visit.visit_id,
            building_id: visit.building_id,
            device_sequence: sequence,
            device_at: at,
            grid: visit.grid.clone(),
            change,
        };
        waiting.push(record(&transaction, &event)?);
    }
    transaction.put(stores::META, meta::SEQUENCE, &sequence)?;
    let namespace = transaction.namespace().to_owned();
    transaction.commit().await?;
    waiting::wrote(&namespace, waiting, &projected);
    Ok(projected)
}

/// The drafts that changes apply to, asked for together: one journey to the store, whatever their number.
struct Drafts {
    visit: VisitRow,
    /// By key; `None` where nothing was ever written.
    answers: BTreeMap<String, Option<AnswerRow>>,
}

impl Drafts {
    /// With the last device sequence. From its first change on this phone, a visit stays on its screens until it ends: one that a colleague began since does
    /// not take its place.
    async fn read(transaction: &Transaction, visit: &VisitRef, changes: &[Change], at: Timestamp) -> Result<(u64, Self), StoreError> {
        let visit_key = visit.visit_id.to_string();
        let sequence = transaction.ask::<u64>(stores::META, meta::SEQUENCE)?;
        let row = transaction.ask::<VisitRow>(stores::VISIT, &visit_key)?;
        let mut asked = Vec::new();
        for change in changes {
            if let Change::Answered { place, criterion, .. } | Change::Noted { place, criterion, .. } = change {
                let key = answer_key(visit.visit_id, place, criterion);
                let answer = transaction.ask::<AnswerRow>(stores::ANSWER, &key)?;
                asked.push((key, answer));
            }
        }
        let sequence = sequence.await?.unwrap_or(0);
        let mut row = row.await?.unwrap_or_else(|| VisitRow::new(visit, at));
        if row.worked_on.is_none() {
            row.worked_on = Some(at);
            transaction.put(stores::VISIT, &visit_key, &row)?;
        }
        let mut answers = BTreeMap::new();
        for (key, answer) in asked {
            answers.insert(key, answer.await?);
        }
        Ok((sequence, Self { visit: row, answers }))
    }

    fn answer(&self, visit: &VisitRef, place: &Place, criterion: &CriterionId) -> (String, AnswerRow) {
        let key = answer_key(visit.visit_id, place, criterion);
        let row = self.answers.get(&key).cloned().flatten().unwrap_or_else(|| AnswerRow::empty(visit.visit_id, place.clone(), criterion.clone()));
        (key, row)
    }
}

/// Puts another visit of a building on its screens.
///
/// # Errors
/// When the store fails.
pub async fn choose_visit(visit: VisitId) -> Result<(), StoreError> {
    let transaction = sealed::write(&[stores::VISIT]).await?;
    let key = visit.to_string();
    if let Some(mut row) = transaction.get::<VisitRow>(stores::VISIT, &key).await? {
        row.worked_on = Some(clock::now());
        transaction.put(stores::VISIT, &key, &row)?;
    }
    transaction.commit().await
}

/// The event as it will be sent, and its place in the outbox.
fn record(transaction: &Transaction, event: &FieldEvent) -> Result<OutboxRow, StoreError> {
    let text = serde_json::to_string(event).map_err(|error| StoreError::Failed(error.to_string()))?;
    let row = OutboxRow {
        plan: sync::OutboxRow {
            event_id: event.id,
            sequence: event.device_sequence,
            bytes: text.len() as u64,
            kind_is_escalation: matches!(event.change, Change::EscalationRaised { .. }),
            state: OutboxState::Waiting,
            attempts: 0,
            next_try_at: Timestamp(0),
        },
        building_id: event.building_id,
        visit_id: event.visit_id,
        device_at: event.device_at,
        subject: subject(event),
        code: None,
        message: None,
    };
    transaction.put_text(stores::EVENT, &event.id.to_string(), &text)?;
    transaction.put(stores::OUTBOX, &outbox_key(event.device_sequence), &row)?;
    Ok(row)
}

/// A photo ready to be written: WebCrypto has sealed it before the transaction, which would not wait for it.
struct SealedPhoto {
    bytes: Uint8Array,
    thumbnail: Option<Uint8Array>,
    as_is: bool,
}

impl SealedPhoto {
    /// Refuses a photo that would use up the room left for answers and notes.
    async fn of(photo: PhotoId, captured: &Captured) -> Result<Self, StoreError> {
        let vault = vault::current().ok_or_else(|| StoreError::Failed("locked".to_owned()))?;
        if !storage::has_room_for(captured.bytes.length()).await {
            return Err(StoreError::Full);
        }
        storage::keep_reserve().await?;
        let place = |key: &str| sealed::disk_key(&vault, stores::PHOTO_BLOB, key);
        let bytes = vault.seal_photo(stores::PHOTO_BLOB, &place(&photo.to_string()), &captured.bytes).await?;
        let thumbnail = match &captured.thumbnail {
            Some(thumbnail) => Some(vault.seal_photo(stores::PHOTO_BLOB, &place(&thumbnail_key(photo)), thumbnail).await?),
            None => None,
        };
        Ok(Self { bytes, thumbnail, as_is: captured.as_is })
    }
}

/// Applies the change to the drafts, inside the transaction that records it.
async fn project(
    transaction: &Transaction,
    drafts: &mut Drafts,
    visit: &VisitRef,
    change: &mut Change,
    event_id: EventId,
    at: Timestamp,
    photo: Option<&SealedPhoto>,
) -> Result<Projected, StoreError> {
    match change {
        Change::Answered { place, criterion, answer, based_on, copied_from, resolves } => {
            let (key, mut row) = drafts.answer(visit, place, criterion);
            *based_on = row.answer_event.as_deref().and_then(|id| id.parse().ok());
            row.replace_answer(Some(answer.clone()));
            row.answer_event = Some(event_id.to_string());
            row.copied_from = copied_from.map(|event| event.to_string());
            // Whoever answers where phones disagreed saw their answers, and decides.
            *resolves = row.standing.drain(..).map(|standing| standing.event_id).filter(|id| Some(*id) != *based_on).collect();
            row.conflict = false;
            transaction.put(stores::ANSWER, &key, &row)?;
            drafts.answers.insert(key, Some(row.clone()));
            Ok(Projected::Answer(row))
        }
        Change::Noted { place, criterion, text } => {
            let (key, mut row) = drafts.answer(visit, place, criterion);
            row.note.clone_from(text);
            transaction.put(stores::ANSWER, &key, &row)?;
            drafts.answers.insert(key, Some(row.clone()));
            Ok(Projected::Answer(row))
        }
        Change::PhotoTaken { photo_id, place, criterion, sha256, bytes, content_type } => {
            let row = PhotoRow {
                id: *photo_id,
                visit_id: visit.visit_id,
                building_id: visit.building_id,
                place: place.clone(),
                criterion: criterion.clone(),
                sha256: sha256.clone(),
                bytes: *bytes,
                content_type: content_type.clone(),
                taken_at: at,
                as_is: photo.is_some_and(|photo| photo.as_is),
                removed: false,
                marks: Vec::new(),
                state: PhotoState::Waiting,
            };
            if let Some(photo) = photo {
                transaction.put_sealed(stores::PHOTO_BLOB, &photo_id.to_string(), &photo.bytes)?;
                if let Some(thumbnail) = &photo.thumbnail {
                    transaction.put_sealed(stores::PHOTO_BLOB, &thumbnail_key(*photo_id), thumbnail)?;
                }
            }
            transaction.put(stores::PHOTO, &photo_key(visit.visit_id, *photo_id), &row)?;
            Ok(Projected::Photo(row))
        }
        Change::PhotoRemoved { photo_id } | Change::PhotoRestored { photo_id } | Change::PhotoMarked { photo_id, .. } => {
            let photo_id = *photo_id;
            let key = photo_key(visit.visit_id, photo_id);
            let row: Option<PhotoRow> = transaction.get(stores::PHOTO, &key).await?;
            let mut row = row.ok_or_else(|| StoreError::Failed("no such photo".to_owned()))?;
            match change {
                Change::PhotoMarked { marks, .. } => row.marks.clone_from(marks),
                change => row.removed = matches!(change, Change::PhotoRemoved { .. }),
            }
            transaction.put(stores::PHOTO, &key, &row)?;
            Ok(Projected::Photo(row))
        }
        Change::VisitStarted { .. }
        | Change::VisitEndMoved { .. }
        | Change::VisitPaused
        | Change::VisitResumed { .. }
        | Change::GridMoved { .. }
        | Change::VisitFinished
        | Change::DwellingOutcome { .. }
        | Change::OutcomeWithdrawn { .. }
        | Change::DoorNoted { .. }
        | Change::DwellingAdded { .. }
        | Change::DoorsMerged { .. }
        | Change::DoorsKeptApart { .. }
        | Change::EscalationRaised { .. } => {
            if let Some(decision) = casework::doors::decision(change) {
                doors::apply(transaction, &mut drafts.visit, decision).await?;
                // The answers of two doors moved: those asked for before are not what is there now.
                for (key, row) in &mut drafts.answers {
                    *row = transaction.get(stores::ANSWER, key).await?;
                }
            }
            apply_to_visit(&mut drafts.visit, change, event_id, at);
            transaction.put(stores::VISIT, &drafts.visit.id.to_string(), &drafts.visit)?;
            Ok(Projected::Visit(drafts.visit.clone()))
        }
    }
}

fn apply_to_visit(row: &mut VisitRow, change: &Change, event_id: EventId, at: Timestamp) {
    match change {
        Change::VisitStarted { expected_end } | Change::VisitEndMoved { expected_end } => row.expected_end = *expected_end,
        Change::VisitPaused => row.paused_at = Some(at),
        Change::VisitResumed { expected_end } => {
            row.paused_at = None;
            row.expected_end = *expected_end;
        }
        Change::GridMoved { to } => row.grid_before = Some(std::mem::replace(&mut row.grid, to.clone())),
        Change::VisitFinished => row.finished_at = Some(at),
        Change::DwellingOutcome { dwelling_id, outcome } => {
            row.dwellings.insert(dwelling_id.to_string(), *outcome);
        }
        Change::OutcomeWithdrawn { dwelling_id } => {
            row.dwellings.remove(&dwelling_id.to_string());
        }
        Change::DoorNoted { dwelling_id, come_back, language } => {
            row.doors_noted.insert(dwelling_id.to_string(), DoorNote { come_back: *come_back, language: language.clone() });
        }
        Change::DwellingAdded { dwelling_id, label, floor } => {
            row.added_doors.push(Door { dwelling_id: *dwelling_id, label: label.clone(), floor: *floor });
        }
        Change::EscalationRaised { escalation_id, place, reason, called_911 } => row.raised.push(RaisedRow {
            id: *escalation_id,
            event_id,
            at,
            place: place.clone(),
            reason: reason.clone(),
            called_911: *called_911,
            acknowledged: false,
        }),
        // Decisions about doors are applied with their drafts.
        Change::DoorsMerged { .. }
        | Change::DoorsKeptApart { .. }
        | Change::Answered { .. }
        | Change::Noted { .. }
        | Change::PhotoTaken { .. }
        | Change::PhotoRemoved { .. }
        | Change::PhotoRestored { .. }
        | Change::PhotoMarked { .. } => {}
    }
}

/// Key of the small picture of a photo.
pub fn thumbnail_key(photo: PhotoId) -> String {
    format!("{photo}|thumb")
}

/// Everything of one building that its screens need.
#[derive(Clone, Debug)]
pub struct BuildingFile {
    pub sheet: BuildingSheet,
    /// Oldest first.
    pub visits: Vec<VisitRow>,
}

impl BuildingFile {
    /// What is decided of its doors.
    pub fn door_pairs(&self) -> Vec<DoorPair> {
        doors::pairs(&self.sheet, &self.visits)
    }

    /// The visit that the screens show: the one that goes on on this phone, or else the latest.
    pub fn visit(&self) -> Option<&VisitRow> {
        self.visits
            .iter()
            .filter(|visit| visit.finished_at.is_none() && !visit.is_only_of_others())
            .max_by_key(|visit| (visit.worked_on.unwrap_or(visit.started_at), visit.id))
            .or_else(|| self.visits.last())
    }

    /// The other visits that go on: two people may have begun one each, without a network.
    pub fn others_under_way(&self) -> impl Iterator<Item = &VisitRow> {
        let shown = self.visit().map(|visit| visit.id);
        self.visits.iter().filter(move |visit| visit.finished_at.is_none() && Some(visit.id) != shown)
    }

    /// The last finished visit that began before the one on screen.
    pub fn earlier(&self) -> Option<&VisitRow> {
        let shown = self.visit()?;
        self.visits.iter().rev().find(|visit| visit.finished_at.is_some() && visit.id != shown.id && visit.started_at <= shown.started_at)
    }
}

/// Reads the whole round.
///
/// # Errors
/// When the store fails.
pub async fn round() -> Result<Vec<BuildingFile>, StoreError> {
    let transaction = sealed::read(&[stores::BUILDING, stores::VISIT]).await?;
    let sheets: Vec<BuildingSheet> = transaction.all(stores::BUILDING).await?;
    let mut visits: Vec<VisitRow> = transaction.all(stores::VISIT).await?;
    visits.sort_by_key(|visit| (visit.started_at, visit.id));
    let of = |id: BuildingId| visits.iter().filter(|visit| visit.building_id == id).cloned().collect();
    Ok(sheets.into_iter().map(|sheet| BuildingFile { visits: of(sheet.id), sheet }).collect())
}

/// Reads one building.
///
/// # Errors
/// When the store fails.
pub async fn building(id: BuildingId) -> Result<Option<BuildingFile>, StoreError> {
    Ok(round().await?.into_iter().find(|file| file.sheet.id == id))
}

/// Answers and photos of one visit, under the names of doors that stand.
///
/// # Errors
/// When the store fails.
pub async fn visit_content(visit: &VisitRow, pairs: &[DoorPair]) -> Result<(Vec<AnswerRow>, Vec<PhotoRow>), StoreError> {
    let transaction = sealed::read(&[stores::ANSWER, stores::PHOTO]).await?;
    let prefix = format!("{}|", visit.id);
    let mut answers = transaction.with_prefix(stores::ANSWER, &prefix).await?;
    let mut photos: Vec<PhotoRow> = transaction.with_prefix(stores::PHOTO, &prefix).await?;
    doors::under_their_names(pairs, &mut answers, &mut photos);
    Ok((answers, photos))
}

/// The outbox, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn outbox() -> Result<Vec<OutboxRow>, StoreError> {
    sealed::read(&[stores::OUTBOX]).await?.all(stores::OUTBOX).await
}

/// Every photo that has not reached the server whole.
///
/// # Errors
/// When the store fails.
pub async fn photos_waiting() -> Result<Vec<PhotoRow>, StoreError> {
    let photos: Vec<PhotoRow> = sealed::read(&[stores::PHOTO]).await?.all(stores::PHOTO).await?;
    Ok(photos.into_iter().filter(PhotoRow::waits).collect())
}

/// The outbox and the photos that have not reached the server whole, as of one moment.
///
/// # Errors
/// When the store fails.
pub async fn unsent() -> Result<(Vec<OutboxRow>, Vec<PhotoRow>), StoreError> {
    let transaction = sealed::read(&[stores::OUTBOX, stores::PHOTO]).await?;
    let rows = transaction.all(stores::OUTBOX).await?;
    let photos: Vec<PhotoRow> = transaction.all(stores::PHOTO).await?;
    Ok((rows, photos.into_iter().filter(PhotoRow::waits).collect()))
}

/// A grid kept on this phone.
///
/// # Errors
/// When the store fails.
pub async fn grid(hash: &GridHash) -> Result<Option<Grid>, StoreError> {
    sealed::read(&[stores::GRID]).await?.get(stores::GRID, &hash.0).await
}

/// The bytes under a key of the photo store.
///
/// # Errors
/// When the store fails.
pub async fn photo_bytes(key: &str) -> Result<Option<Uint8Array>, StoreError> {
    let vault = vault::current().ok_or_else(|| StoreError::Failed("locked".to_owned()))?;
    let disk_key = sealed::disk_key(&vault, stores::PHOTO_BLOB, key);
    let transaction = idb::begin(&[stores::PHOTO_BLOB], Mode::Read).await?;
    let bytes = |value: wasm_bindgen::JsValue| value.dyn_into::<Uint8Array>().ok();
    if let Some(sealed) = transaction.value(stores::PHOTO_BLOB, &disk_key).await?.and_then(bytes) {
        return Ok(vault.open_photo(stores::PHOTO_BLOB, &disk_key, &sealed).await);
    }
    // Taken before the device lock, and not yet sealed for want of room.
    Ok(transaction.value(stores::PHOTO_BLOB, key).await?.and_then(bytes))
}

/// Marks where a photo stands; verified photos lose their full-size bytes here, never before.
///
/// # Errors
/// When the store fails.
pub async fn set_photo_state(row: &PhotoRow, state: PhotoState) -> Result<(), StoreError> {
    let transaction = sealed::write(&[stores::PHOTO, stores::PHOTO_BLOB]).await?;
    let key = photo_key(row.visit_id, row.id);
    // Read again: it may have been removed meanwhile.
    let mut current: PhotoRow = transaction.get(stores::PHOTO, &key).await?.unwrap_or_else(|| row.clone());
    if state == PhotoState::Verified {
        transaction.delete(stores::PHOTO_BLOB, &row.id.to_string())?;
    }
    current.state = state;
    transaction.put(stores::PHOTO, &key, &current)?;
    transaction.commit().await
}

/// A value of the `meta` store.
///
/// # Errors
/// When the store fails, or the phone is locked and the value is personal.
pub async fn meta<T: DeserializeOwned>(name: &str) -> Result<Option<T>, StoreError> {
    if meta::is_clear(name) {
        return idb::begin(&[stores::META], Mode::Read).await?.get(stores::META, name).await;
    }
    sealed::read(&[stores::META]).await?.get(stores::META, name).await
}

/// Writes a value of the `meta` store.
///
/// # Errors
/// When the store fails, or the phone is locked and the value is personal.
pub async fn set_meta<T: Serialize>(name: &str, value: &T) -> Result<(), StoreError> {
    if meta::is_clear(name) {
        let transaction = idb::begin(&[stores::META], Mode::Write).await?;
        transaction.put(stores::META, name, value)?;
        return transaction.commit().await;
    }
    let transaction = sealed::write(&[stores::META]).await?;
    transaction.put(stores::META, name, value)?;
    transaction.commit().await
}

/// The id of this installation, made once.
///
/// # Errors
/// When the store fails.
pub async fn device_id() -> Result<DeviceId, StoreError> {
    // A transaction that may write waits for the disk, at every start.
    if let Some(id) = meta(meta::DEVICE_ID).await? {
        return Ok(id);
    }
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    let known: Option<DeviceId> = transaction.get(stores::META, meta::DEVICE_ID).await?;
    if let Some(id) = known {
        transaction.commit().await?;
        return Ok(id);
    }
    let id = clock::new_id();
    transaction.put(stores::META, meta::DEVICE_ID, &id)?;
    transaction.commit().await?;
    Ok(id)
}

/// Forgets what the server has of the person whose vault is open, unless something of it is unsent: then nothing is touched. Says whether it was forgotten.
///
/// # Errors
/// When the store fails.
pub async fn forget_received() -> Result<bool, StoreError> {
    let transaction = sealed::write(&stores::ALL).await?;
    let outbox: Vec<OutboxRow> = transaction.all(stores::OUTBOX).await?;
    let photos: Vec<PhotoRow> = transaction.all(stores::PHOTO).await?;
    if !outbox.is_empty() || photos.iter().any(|photo| !photo.removed && photo.state != PhotoState::Verified) {
        return Ok(false);
    }
    for store in [stores::BUILDING, stores::VISIT, stores::EVENT, stores::ANSWER, stores::PHOTO, stores::PHOTO_BLOB] {
        transaction.clear(store)?;
    }
    for name in [meta::CURSOR, meta::WITHDRAWN] {
        transaction.delete(stores::META, name)?;
    }
    transaction.commit().await?;
    Ok(true)
}
