//! What the screens read and write on the phone. Writing is one operation: [`append`].

use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, EventId, PhotoId},
    sync::{self, OutboxState},
    wire::v1::{BuildingSheet, Change, Door, FieldEvent},
};
use inspection_grid::{Grid, GridHash};
use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsCast;

use super::{
    camera::Captured,
    clock,
    idb::{self, StoreError, Transaction, stores},
    records::{AnswerRow, OutboxRow, PhotoRow, PhotoState, RaisedRow, VisitRef, VisitRow, answer_key, meta, outbox_key, photo_key, subject},
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
pub async fn append(visit: &VisitRef, mut change: Change, photo: Option<&Captured>) -> Result<Projected, StoreError> {
    let transaction = idb::write(&[stores::META, stores::EVENT, stores::OUTBOX, stores::VISIT, stores::ANSWER, stores::PHOTO, stores::PHOTO_BLOB]).await?;
    let sequence = transaction.get::<u64>(stores::META, meta::SEQUENCE).await?.unwrap_or(0) + 1;
    transaction.put(stores::META, meta::SEQUENCE, &sequence)?;
    let event_id: EventId = clock::new_id();
    let at = clock::now();
    let projected = project(&transaction, visit, &mut change, event_id, at, photo).await?;
    let event = FieldEvent {
        id: event_id,
        visit_id: visit.visit_id,
        building_id: visit.building_id,
        device_sequence: sequence,
        device_at: at,
        grid: visit.grid.clone(),
        change,
    };
    let text = serde_json::to_string(&event).map_err(|error| StoreError::Failed(error.to_string()))?;
    let row = OutboxRow {
        plan: sync::OutboxRow {
            event_id,
            sequence,
            bytes: text.len() as u64,
            kind_is_escalation: matches!(event.change, Change::EscalationRaised { .. }),
            state: OutboxState::Waiting,
            attempts: 0,
            next_try_at: Timestamp(0),
        },
        building_id: visit.building_id,
        visit_id: visit.visit_id,
        device_at: at,
        subject: subject(&event),
        code: None,
        message: None,
    };
    transaction.put_value(stores::EVENT, &event_id.to_string(), &text.into())?;
    transaction.put(stores::OUTBOX, &outbox_key(sequence), &row)?;
    transaction.commit().await?;
    Ok(projected)
}

/// Applies the change to the drafts, inside the transaction that records it.
async fn project(
    transaction: &Transaction,
    visit: &VisitRef,
    change: &mut Change,
    event_id: EventId,
    at: Timestamp,
    photo: Option<&Captured>,
) -> Result<Projected, StoreError> {
    match change {
        Change::Answered { place, criterion, answer, based_on } => {
            let key = answer_key(visit.visit_id, place, criterion);
            let mut row = answer_row(transaction, visit, place, criterion).await?;
            *based_on = row.answer_event.as_deref().and_then(|id| id.parse().ok());
            row.answer = Some(answer.clone());
            row.answer_event = Some(event_id.to_string());
            row.conflict = false;
            transaction.put(stores::ANSWER, &key, &row)?;
            Ok(Projected::Answer(row))
        }
        Change::Noted { place, criterion, text } => {
            let key = answer_key(visit.visit_id, place, criterion);
            let mut row = answer_row(transaction, visit, place, criterion).await?;
            row.note.clone_from(text);
            transaction.put(stores::ANSWER, &key, &row)?;
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
                as_is: photo.is_some_and(|captured| captured.as_is),
                removed: false,
                state: PhotoState::Waiting,
            };
            if let Some(captured) = photo {
                transaction.put_value(stores::PHOTO_BLOB, &photo_id.to_string(), &captured.bytes)?;
                if let Some(thumbnail) = &captured.thumbnail {
                    transaction.put_value(stores::PHOTO_BLOB, &thumbnail_key(*photo_id), thumbnail)?;
                }
            }
            transaction.put(stores::PHOTO, &photo_key(visit.visit_id, *photo_id), &row)?;
            Ok(Projected::Photo(row))
        }
        Change::PhotoRemoved { photo_id } => {
            let key = photo_key(visit.visit_id, *photo_id);
            let row: Option<PhotoRow> = transaction.get(stores::PHOTO, &key).await?;
            let mut row = row.ok_or_else(|| StoreError::Failed("no such photo".to_owned()))?;
            row.removed = true;
            transaction.put(stores::PHOTO, &key, &row)?;
            Ok(Projected::Photo(row))
        }
        Change::VisitStarted | Change::VisitFinished | Change::DwellingOutcome { .. } | Change::DwellingAdded { .. } | Change::EscalationRaised { .. } => {
            let mut row = visit_row(transaction, visit, at).await?;
            apply_to_visit(&mut row, change, event_id, at);
            transaction.put(stores::VISIT, &row.id.to_string(), &row)?;
            Ok(Projected::Visit(row))
        }
    }
}

fn apply_to_visit(row: &mut VisitRow, change: &Change, event_id: EventId, at: Timestamp) {
    match change {
        Change::VisitFinished => row.finished_at = Some(at),
        Change::DwellingOutcome { dwelling_id, outcome } => {
            row.dwellings.insert(dwelling_id.to_string(), *outcome);
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
        Change::VisitStarted | Change::Answered { .. } | Change::Noted { .. } | Change::PhotoTaken { .. } | Change::PhotoRemoved { .. } => {}
    }
}

async fn visit_row(transaction: &Transaction, visit: &VisitRef, at: Timestamp) -> Result<VisitRow, StoreError> {
    let known = transaction.get(stores::VISIT, &visit.visit_id.to_string()).await?;
    Ok(known.unwrap_or_else(|| VisitRow {
        id: visit.visit_id,
        building_id: visit.building_id,
        grid: visit.grid.clone(),
        started_at: at,
        started_by: None,
        finished_at: None,
        dwellings: std::collections::BTreeMap::new(),
        added_doors: Vec::new(),
        raised: Vec::new(),
    }))
}

async fn answer_row(
    transaction: &Transaction,
    visit: &VisitRef,
    place: &inspection_grid::Place,
    criterion: &inspection_grid::CriterionId,
) -> Result<AnswerRow, StoreError> {
    let known = transaction.get(stores::ANSWER, &answer_key(visit.visit_id, place, criterion)).await?;
    Ok(known.unwrap_or_else(|| AnswerRow::empty(visit.visit_id, place.clone(), criterion.clone())))
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
    /// The visit that the screens show: the latest.
    pub fn visit(&self) -> Option<&VisitRow> {
        self.visits.last()
    }
}

/// Reads the whole round.
///
/// # Errors
/// When the store fails.
pub async fn round() -> Result<Vec<BuildingFile>, StoreError> {
    let transaction = idb::read(&[stores::BUILDING, stores::VISIT]).await?;
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

/// Answers and photos of one visit.
///
/// # Errors
/// When the store fails.
pub async fn visit_content(visit: &VisitRow) -> Result<(Vec<AnswerRow>, Vec<PhotoRow>), StoreError> {
    let transaction = idb::read(&[stores::ANSWER, stores::PHOTO]).await?;
    let prefix = format!("{}|", visit.id);
    let answers = transaction.with_prefix(stores::ANSWER, &prefix).await?;
    let photos = transaction.with_prefix(stores::PHOTO, &prefix).await?;
    Ok((answers, photos))
}

/// The outbox, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn outbox() -> Result<Vec<OutboxRow>, StoreError> {
    idb::read(&[stores::OUTBOX]).await?.all(stores::OUTBOX).await
}

/// Every photo that has not reached the server whole.
///
/// # Errors
/// When the store fails.
pub async fn photos_waiting() -> Result<Vec<PhotoRow>, StoreError> {
    let photos: Vec<PhotoRow> = idb::read(&[stores::PHOTO]).await?.all(stores::PHOTO).await?;
    Ok(photos.into_iter().filter(|photo| !photo.removed && photo.state != PhotoState::Verified).collect())
}

/// A grid kept on this phone.
///
/// # Errors
/// When the store fails.
pub async fn grid(hash: &GridHash) -> Result<Option<Grid>, StoreError> {
    idb::read(&[stores::GRID]).await?.get(stores::GRID, &hash.0).await
}

/// The bytes under a key of the photo store.
///
/// # Errors
/// When the store fails.
pub async fn photo_bytes(key: &str) -> Result<Option<Uint8Array>, StoreError> {
    let value = idb::read(&[stores::PHOTO_BLOB]).await?.value(stores::PHOTO_BLOB, key).await?;
    Ok(value.and_then(|value| value.dyn_into().ok()))
}

/// Marks where a photo stands; verified photos lose their full-size bytes here, never before.
///
/// # Errors
/// When the store fails.
pub async fn set_photo_state(row: &PhotoRow, state: PhotoState) -> Result<(), StoreError> {
    let transaction = idb::write(&[stores::PHOTO, stores::PHOTO_BLOB]).await?;
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
/// When the store fails.
pub async fn meta<T: DeserializeOwned>(name: &str) -> Result<Option<T>, StoreError> {
    idb::read(&[stores::META]).await?.get(stores::META, name).await
}

/// Writes a value of the `meta` store.
///
/// # Errors
/// When the store fails.
pub async fn set_meta<T: Serialize>(name: &str, value: &T) -> Result<(), StoreError> {
    let transaction = idb::write(&[stores::META]).await?;
    transaction.put(stores::META, name, value)?;
    transaction.commit().await
}

/// The id of this installation, made once.
///
/// # Errors
/// When the store fails.
pub async fn device_id() -> Result<DeviceId, StoreError> {
    let transaction = idb::write(&[stores::META]).await?;
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

/// Forgets what belongs to the previous account; the installation's id and its sequence go on. Only called with an empty outbox.
///
/// # Errors
/// When the store fails.
pub async fn forget_everything() -> Result<(), StoreError> {
    let transaction = idb::write(&stores::ALL).await?;
    for store in [stores::BUILDING, stores::VISIT, stores::EVENT, stores::OUTBOX, stores::ANSWER, stores::PHOTO, stores::PHOTO_BLOB] {
        transaction.clear(store)?;
    }
    for name in [meta::CURSOR, meta::WITHDRAWN, meta::ACCOUNT] {
        transaction.delete(stores::META, name)?;
    }
    transaction.commit().await
}
