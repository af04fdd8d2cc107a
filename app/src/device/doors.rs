//! Doors that are one, on this phone: what was decided, and what it does to the drafts.

use casework::{
    doors::{decide, kept_for, place_at, unite_door_notes, unite_notes, unite_outcomes},
    ids::{DwellingId, VisitId},
    wire::v1::{BuildingSheet, DoorPair},
};
use inspection_grid::{Answer, Place};

use super::{
    idb::{StoreError, stores},
    records::{AnswerRow, PhotoRow, UnionRow, VisitRow, answer_key},
    sealed::Transaction,
};

/// What is decided of a building's doors: what the server said, then what was decided here since.
pub fn pairs<'row>(sheet: &BuildingSheet, visits: impl IntoIterator<Item = &'row VisitRow>) -> Vec<DoorPair> {
    let decided = visits.into_iter().flat_map(|visit| &visit.doors_decided);
    decided.fold(sheet.door_pairs.clone(), |pairs, decision| decide(&pairs, *decision))
}

/// Answers and photos under the names that stand: the drafts of a door that goes by another's name were united with that one's, and wait for the way back.
pub fn under_their_names(pairs: &[DoorPair], answers: &mut Vec<AnswerRow>, photos: &mut [PhotoRow]) {
    if pairs.iter().any(|pair| pair.same) {
        answers.retain(|row| stands(pairs, &row.place));
        for photo in photos {
            photo.place = place_at(&photo.place, |door| kept_for(pairs, door));
        }
    }
}

/// Nothing stands for this place but itself.
pub fn stands(pairs: &[DoorPair], place: &Place) -> bool {
    place_at(place, |door| kept_for(pairs, door)) == *place
}

/// Applies a decision to the drafts of a visit, inside the transaction that records it.
///
/// # Errors
/// When the store fails.
pub async fn apply(transaction: &Transaction, row: &mut VisitRow, decision: DoorPair) -> Result<(), StoreError> {
    row.doors_decided.push(decision);
    let known = row.unions.iter().position(|union| decision.is_of(union.pair.gone, union.pair.kept));
    match (known, decision.same) {
        (None, true) => unite(transaction, row, decision).await,
        (Some(position), false) => {
            let union = row.unions.remove(position);
            part(transaction, row, union).await
        }
        (Some(_), true) | (None, false) => Ok(()),
    }
}

async fn rows_at(transaction: &Transaction, visit: VisitId, door: DwellingId) -> Result<Vec<AnswerRow>, StoreError> {
    let at = Place::Dwelling(door.to_string());
    // On disk, rows are found by their visit alone.
    let mut rows: Vec<AnswerRow> = transaction.with_prefix(stores::ANSWER, &format!("{visit}|")).await?;
    rows.retain(|row| row.place == at);
    Ok(rows)
}

async fn unite(transaction: &Transaction, row: &mut VisitRow, pair: DoorPair) -> Result<(), StoreError> {
    let (gone, kept) = (pair.gone.to_string(), pair.kept.to_string());
    let kept_place = Place::Dwelling(kept.clone());
    let known = rows_at(transaction, row.id, pair.kept).await?;
    let mut before = Vec::new();
    for given_up in rows_at(transaction, row.id, pair.gone).await? {
        let criterion = given_up.criterion.clone();
        let own = known.iter().find(|own| own.criterion == criterion).cloned();
        let own = own.unwrap_or_else(|| AnswerRow::empty(row.id, kept_place.clone(), criterion.clone()));
        transaction.put(stores::ANSWER, &answer_key(row.id, &kept_place, &criterion), &united(&own, &given_up))?;
        before.push(own);
    }
    let outcomes = (row.dwellings.remove(&gone), row.dwellings.get(&kept).copied());
    let notes = (row.doors_noted.remove(&gone), row.doors_noted.get(&kept).cloned());
    if let Some(outcome) = outcomes.0 {
        row.dwellings.insert(kept.clone(), outcomes.1.map_or(outcome, |own| unite_outcomes(own, outcome)));
    }
    if let Some(note) = notes.0.clone() {
        row.doors_noted.insert(kept, unite_door_notes(notes.1.clone().unwrap_or_default(), note));
    }
    row.unions.push(UnionRow { pair, answers: before, outcomes, notes });
    Ok(())
}

/// Each door has its own back; what was said of both since they were united stays with the one that kept its name.
async fn part(transaction: &Transaction, row: &mut VisitRow, union: UnionRow) -> Result<(), StoreError> {
    let given_up = rows_at(transaction, row.id, union.pair.gone).await?;
    let since = rows_at(transaction, row.id, union.pair.kept).await?;
    for own in union.answers {
        let both = given_up.iter().find(|row| row.criterion == own.criterion).map(|row| united(&own, row));
        if both.is_some() && both.as_ref() == since.iter().find(|row| row.criterion == own.criterion) {
            transaction.put(stores::ANSWER, &answer_key(row.id, &own.place, &own.criterion), &own)?;
        }
    }
    let (gone, kept) = (union.pair.gone.to_string(), union.pair.kept.to_string());
    let ((outcome, own), (note, own_note)) = (union.outcomes, union.notes);
    if let Some(outcome) = outcome {
        row.dwellings.insert(gone.clone(), outcome);
        let both = own.map_or(outcome, |own| unite_outcomes(own, outcome));
        if row.dwellings.get(&kept) == Some(&both) {
            row.dwellings.remove(&kept);
            row.dwellings.extend(own.map(|own| (kept.clone(), own)));
        }
    }
    if let Some(note) = note {
        let both = unite_door_notes(own_note.clone().unwrap_or_default(), note.clone());
        row.doors_noted.insert(gone, note);
        if row.doors_noted.get(&kept) == Some(&both) {
            row.doors_noted.remove(&kept);
            row.doors_noted.extend(own_note.map(|own| (kept, own)));
        }
    }
    Ok(())
}

/// The answers and notes to one criterion at two doors that are one. Of two answers the most severe counts until somebody decides, as when two phones differ.
fn united(own: &AnswerRow, given_up: &AnswerRow) -> AnswerRow {
    let mut both = own.clone();
    let (mine, theirs) = (own.current(), given_up.current());
    let takes_theirs = match (mine, theirs) {
        (None, Some(_)) => true,
        (Some(mine), Some(theirs)) => theirs.severity().max(mine.severity()) != mine.severity(),
        (_, None) => false,
    };
    if takes_theirs {
        both.replace_answer(theirs.cloned());
        both.answer_event.clone_from(&given_up.answer_event);
        both.copied_from.clone_from(&given_up.copied_from);
    }
    both.conflict |= given_up.conflict || disagree(mine, theirs);
    both.note = unite_notes(&own.note, &given_up.note);
    both.server_photos += given_up.server_photos;
    both
}

fn disagree(mine: Option<&Answer>, theirs: Option<&Answer>) -> bool {
    matches!((mine, theirs), (Some(mine), Some(theirs)) if mine != theirs)
}
