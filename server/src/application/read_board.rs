//! The emergency cell's board, as the person may read it.

use std::collections::BTreeMap;

use casework::{
    access::AccessSubject,
    clock::Timestamp,
    escalation::{EscalationVerb, Targets},
    ids::{AccountId, EscalationId},
    permission::{self, Section},
    wire::v1::{Board, ErrorCode, EscalationRow, LogEntryView, OnCallPerson},
};
use inspection_grid::{CriterionId, Label, Place};

use super::{Actor, Brigade, Result, ask_after_visit, require, sight::CallSight};
use crate::{
    clock::now,
    store::{self, EscalationEntryRecord, EscalationRecord},
};

const RECENT_MS: i64 = Timestamp::DAY_MS;

/// Reads the board.
///
/// # Errors
/// `not_found` for those outside the brigade's field, office and cell.
pub async fn read(brigade: &Brigade, actor: &Actor) -> Result<Board> {
    require(permission::may_read_board(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let reader = brigade.store.reader();
    let mut open = store::escalation::open(reader).await?;
    // Nobody answers for it yet: first. Then the oldest.
    open.sort_by_key(|record| (record.escalation.clocks().acknowledged_at.is_some(), record.escalation.clocks().raised_at));
    let recent = store::escalation::closed_since(reader, at.plus_ms(-RECENT_MS)).await?;
    let on_call = store::account::on_call(reader).await?;
    let locates = permission::may_locate_confidential_danger(&actor.permission()).is_allowed();
    let of_people = open.iter().chain(&recent).any(|record| locates && record.confidential);
    let sections = [(Section::Existence, true), (Section::Internal, true), (Section::Psychosocial, of_people)];
    let sections = sections.into_iter().filter_map(|(section, is_shown)| is_shown.then_some(section)).collect();
    brigade.journal.record_list(actor, AccessSubject::Board, open.len() + recent.len(), sections).await?;
    Ok(Board {
        now: at,
        open: rows(brigade, actor, open, at).await?,
        recent: rows(brigade, actor, recent, at).await?,
        overdue_visits: ask_after_visit::overdue(brigade, actor, at).await?,
        on_call: on_call.into_iter().map(|(account_id, name): (AccountId, String)| OnCallPerson { account_id, name }).collect(),
    })
}

/// Escalations as rows, with their logs and doors.
///
/// # Errors
/// When the store fails.
pub async fn rows(brigade: &Brigade, actor: &Actor, records: Vec<EscalationRecord>, at: Timestamp) -> Result<Vec<EscalationRow>> {
    let ids: Vec<EscalationId> = records.iter().map(|record| record.escalation.id).collect();
    let mut logs: BTreeMap<EscalationId, Vec<EscalationEntryRecord>> = BTreeMap::new();
    for entry in store::escalation::entries(brigade.store.reader(), &ids).await? {
        logs.entry(entry.escalation_id).or_default().push(entry);
    }
    let mut rows = Vec::with_capacity(records.len());
    for record in records {
        let sight = CallSight::of(actor, &record);
        let log = logs.remove(&record.escalation.id).unwrap_or_default();
        let log = log.into_iter().filter_map(|entry| sight.log_line(entry)).map(log_entry).collect();
        let door = door(brigade, &record, sight.place()).await?;
        rows.push(row(brigade, actor, &record, &sight, log, door, at));
    }
    Ok(rows)
}

async fn door(brigade: &Brigade, record: &EscalationRecord, place: Option<&Place>) -> Result<Option<String>> {
    let Some(Place::Dwelling(id)) = place else { return Ok(None) };
    let doors = store::building::doors(brigade.store.reader(), record.building.id).await?;
    Ok(doors.into_iter().find(|door| door.dwelling_id.to_string() == *id).map(|door| door.label))
}

fn log_entry(entry: EscalationEntryRecord) -> LogEntryView {
    LogEntryView { id: entry.id, at: entry.at, by: entry.by_name, verb: entry.verb, text: entry.text, struck: entry.struck_reason }
}

/// The grid writes a danger in the middle of a sentence; the board begins one with it.
fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn row(
    brigade: &Brigade,
    actor: &Actor,
    record: &EscalationRecord,
    sight: &CallSight<'_>,
    log: Vec<LogEntryView>,
    door: Option<String>,
    at: Timestamp,
) -> EscalationRow {
    let escalation = &record.escalation;
    let grid = brigade.grids.get(brigade.grids.in_force());
    let danger_label = |code: &String| -> Option<Label> {
        let (_, criterion) = grid?.criterion(&CriterionId(code.clone()))?;
        let danger = criterion.danger.as_ref().unwrap_or(&criterion.label);
        Some(Label { fr: sentence_case(&danger.fr), en: sentence_case(&danger.en) })
    };
    let targets = Targets::default();
    let allowed = |verb: &EscalationVerb| permission::may_move_escalation(&actor.permission(), *verb).is_allowed();
    let clocks = escalation.clocks();
    EscalationRow {
        id: escalation.id,
        case_id: escalation.case_id,
        case_number: record.case_number.clone(),
        building_id: escalation.building_id,
        address: record.building.address.clone(),
        municipality: record.building.municipality.clone(),
        // Nothing: the screens then name the building alone.
        place: sight.place().map(ToString::to_string).unwrap_or_default(),
        door,
        reason: record.reason.clone(),
        dangers: escalation.reasons.iter().filter_map(|reason| reason.criterion.as_ref()).filter_map(danger_label).collect(),
        stage: escalation.stage(),
        overdue: !escalation.overdue(at, &targets).is_empty(),
        team: log
            .iter()
            .find(|entry| entry.verb == Some(EscalationVerb::Dispatch) && entry.struck.is_none())
            .map(|entry| entry.text.clone())
            .filter(|team| !team.is_empty()),
        clocks,
        targets,
        raised_by: sight.raised_by(record, &actor.account.organisation.name).to_owned(),
        acknowledged_by: record.acknowledged_by_name.clone(),
        called_911: record.called_911,
        exercise: escalation.exercise,
        revision: record.revision,
        log,
        allowed: escalation.allowed_verbs().into_iter().filter(allowed).collect(),
        may_write_log: permission::may_write_log(&actor.permission()).is_allowed(),
        may_strike_log: permission::may_strike_log(&actor.permission()).is_allowed(),
    }
}
