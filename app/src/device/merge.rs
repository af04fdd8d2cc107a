//! What a pull changes on the phone. Unsent local changes always win here; the server's rules decide once they are sent.

use std::{borrow::Cow, collections::BTreeSet};

use casework::{
    clock::Timestamp,
    ids::{BuildingId, VisitId},
    wire::v1::{BuildingSheet, OpenVisit, PullReply},
};
use inspection_grid::{Answer, Grid};

use super::{
    clock,
    idb::{StoreError, stores},
    records::{
        AnswerRow, OutboxRow, PhotoRow, PhotoState, VisitRef, VisitRow, answer_key, answer_subject, door_note_subject, doors_subject, grid_subject, meta,
        note_subject, outcome_subject, pace_subject, photo_key,
    },
    sealed::{self, Transaction},
};

/// Stores an answer of the server, in one transaction with its cursor: a crash never skips a change.
///
/// # Errors
/// When the store fails; nothing was changed.
pub async fn apply(reply: &PullReply, grids: &[Grid]) -> Result<(), StoreError> {
    let transaction = sealed::write(&stores::ALL).await?;
    let outbox: Vec<OutboxRow> = transaction.all(stores::OUTBOX).await?;
    let unsent: BTreeSet<String> = outbox.iter().map(|row| row.subject.clone()).collect();
    for grid in grids {
        transaction.put(stores::GRID, &grid.hash.0, grid)?;
    }
    let ahead_ms = clock::now().since(reply.server_now);
    for sheet in &reply.buildings {
        merge_sheet(&transaction, &on_this_clock(sheet, ahead_ms), &unsent).await?;
    }
    forget_others(&transaction, &reply.buildings).await?;
    let mut withdrawn: BTreeSet<BuildingId> = transaction.get(stores::META, meta::WITHDRAWN).await?.unwrap_or_default();
    withdrawn.extend(reply.removed.iter().map(|tombstone| tombstone.building_id));
    for sheet in &reply.buildings {
        withdrawn.remove(&sheet.id);
    }
    let mut kept = BTreeSet::new();
    for building in withdrawn {
        if !purge(&transaction, building, &outbox).await? {
            kept.insert(building);
        }
    }
    transaction.put(stores::META, meta::WITHDRAWN, &kept)?;
    transaction.put(stores::META, meta::CURSOR, &reply.cursor)?;
    transaction.put(stores::META, meta::GRID, &reply.grid)?;
    transaction.put(stores::META, meta::TODAY, &reply.today)?;
    if let Some(key) = &reply.rescue_key {
        transaction.put(stores::META, meta::RESCUE_KEY, key)?;
    }
    transaction.commit().await
}

/// When people mean to be out, by this phone's clock: its screens look at no other. A clock that is right to the minute changes nothing.
fn on_this_clock(sheet: &BuildingSheet, ahead_ms: i64) -> Cow<'_, BuildingSheet> {
    if ahead_ms.abs() < Timestamp::MINUTE_MS {
        return Cow::Borrowed(sheet);
    }
    let mut sheet = sheet.clone();
    for pace in sheet.visit.iter_mut().chain(&mut sheet.others).filter_map(|visit| visit.pace.as_mut()) {
        pace.expected_end = pace.expected_end.map(|at| at.plus_ms(ahead_ms));
        pace.paused_at = pace.paused_at.map(|at| at.plus_ms(ahead_ms));
    }
    Cow::Owned(sheet)
}

/// What is known, unless what is said is another minute: a skew is never measured twice alike, and each change of the end asks again.
fn to_the_minute(known: Option<Timestamp>, said: Option<Timestamp>) -> Option<Timestamp> {
    known.filter(|known| said.is_some_and(|said| said.since(*known).abs() < Timestamp::MINUTE_MS)).or(said)
}

async fn merge_sheet(transaction: &Transaction, sheet: &BuildingSheet, unsent: &BTreeSet<String>) -> Result<(), StoreError> {
    if let Some(earlier) = &sheet.earlier {
        merge_earlier(transaction, sheet, earlier, unsent).await?;
    }
    if let Some(open) = &sheet.visit {
        merge_visit(transaction, sheet, open, unsent).await?;
    }
    for other in &sheet.others {
        merge_visit(transaction, sheet, other, unsent).await?;
    }
    // Observations live in their own store: the sheet stays small and quick to read.
    let mut light = sheet.clone();
    light.earlier = None;
    light.others.clear();
    if let Some(visit) = &mut light.visit {
        visit.observations.clear();
        visit.photos.clear();
    }
    transaction.put(stores::BUILDING, &sheet.id.to_string(), &light)
}

/// A visit that others left open and that the server no longer names is not offered any more. What was written here is never touched.
async fn forget_others(transaction: &Transaction, sheets: &[BuildingSheet]) -> Result<(), StoreError> {
    if sheets.is_empty() {
        return Ok(());
    }
    let told: BTreeSet<BuildingId> = sheets.iter().map(|sheet| sheet.id).collect();
    let named: BTreeSet<VisitId> =
        sheets.iter().flat_map(|sheet| sheet.visit.iter().chain(&sheet.earlier).chain(&sheet.others)).map(|visit| visit.id).collect();
    let visits: Vec<VisitRow> = transaction.all(stores::VISIT).await?;
    let forgotten =
        |visit: &&VisitRow| told.contains(&visit.building_id) && visit.is_only_of_others() && visit.finished_at.is_none() && !named.contains(&visit.id);
    for visit in visits.iter().filter(forgotten) {
        transaction.delete_prefix(stores::ANSWER, &format!("{}|", visit.id))?;
        transaction.delete(stores::VISIT, &visit.id.to_string())?;
    }
    Ok(())
}

/// What was found last time seldom changes, and may be thousands of answers: the same ones are not written again.
async fn merge_earlier(transaction: &Transaction, sheet: &BuildingSheet, earlier: &OpenVisit, unsent: &BTreeSet<String>) -> Result<(), StoreError> {
    let latest = earlier.observations.iter().map(|observation| observation.id.as_str()).max().unwrap_or_default();
    let photos: u32 = earlier.observations.iter().map(|observation| observation.photos).sum();
    let mark = format!("{}|{latest}|{photos}", earlier.observations.len());
    let known: Option<VisitRow> = transaction.get(stores::VISIT, &earlier.id.to_string()).await?;
    if known.is_some_and(|row| row.content_mark.as_ref() == Some(&mark)) {
        return Ok(());
    }
    let mut row = merge_visit(transaction, sheet, earlier, unsent).await?;
    row.content_mark = Some(mark);
    transaction.put(stores::VISIT, &earlier.id.to_string(), &row)
}

async fn merge_visit(transaction: &Transaction, sheet: &BuildingSheet, open: &OpenVisit, unsent: &BTreeSet<String>) -> Result<VisitRow, StoreError> {
    let key = open.id.to_string();
    let known: Option<VisitRow> = transaction.get(stores::VISIT, &key).await?;
    let reference = VisitRef { visit_id: open.id, building_id: sheet.id, grid: open.grid.clone() };
    let mut row = known.unwrap_or_else(|| VisitRow::new(&reference, open.started_at));
    row.started_by = Some(open.started_by.clone());
    row.people.clone_from(&open.people);
    row.finished_at = row.finished_at.or(open.finished_at);
    if !unsent.contains(&grid_subject(open.id)) {
        row.grid.clone_from(&open.grid);
        row.grid_before.clone_from(&open.grid_before);
    }
    if let Some(pace) = open.pace.filter(|_| !unsent.contains(&pace_subject(open.id))) {
        row.expected_end = to_the_minute(row.expected_end, pace.expected_end);
        row.paused_at = to_the_minute(row.paused_at, pace.paused_at);
    }
    for (dwelling, outcome) in &open.dwellings {
        if !unsent.contains(&outcome_subject(open.id, dwelling)) {
            row.dwellings.insert(dwelling.clone(), *outcome);
        }
    }
    // What the server no longer has was withdrawn, unless it was only said here.
    row.dwellings.retain(|dwelling, _| open.dwellings.contains_key(dwelling) || unsent.contains(&outcome_subject(open.id, dwelling)));
    for (dwelling, note) in &open.doors_noted {
        if !unsent.contains(&door_note_subject(open.id, dwelling)) {
            row.doors_noted.insert(dwelling.clone(), note.clone());
        }
    }
    row.doors_decided.retain(|pair| unsent.contains(&doors_subject(pair.gone, pair.kept)));
    row.added_doors.retain(|door| !sheet.doors.iter().chain(&sheet.doors_gone).any(|known| known.dwelling_id == door.dwelling_id));
    transaction.put(stores::VISIT, &key, &row)?;

    for observation in &open.observations {
        let (place, criterion) = (&observation.place, &observation.criterion);
        let key = answer_key(open.id, place, criterion);
        let known: Option<AnswerRow> = transaction.get(stores::ANSWER, &key).await?;
        let mut row = known.unwrap_or_else(|| AnswerRow::empty(open.id, place.clone(), criterion.clone()));
        if !unsent.contains(&answer_subject(open.id, place, criterion)) {
            row.replace_answer(Some(observation.answer.clone()).filter(|answer| *answer != Answer::Cleared));
            row.answer_event = Some(observation.id.clone()).filter(|id| !id.is_empty());
            let disputed = open.conflicts.iter().find(|conflict| conflict.place == *place && conflict.criterion == *criterion);
            row.standing = disputed.map(|conflict| conflict.answers.clone()).unwrap_or_default();
            row.conflict = disputed.is_some();
        }
        if !unsent.contains(&note_subject(open.id, place, criterion)) {
            row.note = observation.note.clone().unwrap_or_default();
        }
        row.server_photos = observation.photos;
        transaction.put(stores::ANSWER, &key, &row)?;
    }
    for status in open.photos.iter().filter(|status| status.verified) {
        let key = photo_key(open.id, status.photo_id);
        let known: Option<PhotoRow> = transaction.get(stores::PHOTO, &key).await?;
        if let Some(mut row) = known
            && row.state != PhotoState::Verified
        {
            row.state = PhotoState::Verified;
            transaction.put(stores::PHOTO, &key, &row)?;
            transaction.delete(stores::PHOTO_BLOB, &status.photo_id.to_string())?;
        }
    }
    Ok(row)
}

/// Forgets a building that was withdrawn, unless it still has unsent changes or photos. Says whether it is gone.
async fn purge(transaction: &Transaction, building: BuildingId, outbox: &[OutboxRow]) -> Result<bool, StoreError> {
    if outbox.iter().any(|row| row.building_id == building) {
        return Ok(false);
    }
    let photos: Vec<PhotoRow> = transaction.all(stores::PHOTO).await?;
    let own: Vec<&PhotoRow> = photos.iter().filter(|photo| photo.building_id == building).collect();
    if own.iter().any(|photo| !photo.removed && photo.state == PhotoState::Waiting) {
        return Ok(false);
    }
    for photo in own {
        transaction.delete_prefix(stores::PHOTO_BLOB, &photo.id.to_string())?;
        transaction.delete(stores::PHOTO, &photo_key(photo.visit_id, photo.id))?;
    }
    let visits: Vec<VisitRow> = transaction.all(stores::VISIT).await?;
    for visit in visits.iter().filter(|visit| visit.building_id == building) {
        transaction.delete_prefix(stores::ANSWER, &format!("{}|", visit.id))?;
        transaction.delete(stores::VISIT, &visit.id.to_string())?;
    }
    transaction.delete(stores::BUILDING, &building.to_string())?;
    Ok(true)
}
