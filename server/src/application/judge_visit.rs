//! What a visit's observations mean: its score and motifs, its case, its escalation. Runs inside the transaction that stored them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use casework::{
    case::{Case, CaseNumber, OpeningReason, TriageBand, should_open},
    clock::Timestamp,
    escalation::{self, Decision, Escalation, ObservedDanger, Raise, Raised, Reason},
    ids::{CaseId, EntryId, EscalationId, EventId, PhotoId, VisitId},
    wire::v1::{BoardEvent, EntryKind},
};
use inspection_grid::{
    Answer, Band, BuildingFacts, Compartments, Complexity, CriterionId, DwellingOutcome, Grid, History, Observation, Place, Score, Visit, complexity, danger,
    score,
};

use super::{Actor, Brigade, Result, UseCaseError, receive_changes::RaisedOnSite};
use crate::{
    clock::{local_date, new_id},
    store::{self, BuildingRow, CaseRecord, EscalationRecord, NewCaseEntry, NewEscalationEntry, ObservationRecord, StoreError, Tx},
};

/// A visit as it stands after a push.
pub struct VisitSheet {
    pub visit_id: VisitId,
    pub building: BuildingRow,
    pub grid: Arc<Grid>,
    pub started_at: Timestamp,
    /// The first events of the visit came with this push.
    pub is_new: bool,
    pub finished_now: bool,
    /// By this push or an earlier one.
    pub finished: bool,
    pub outcomes: BTreeMap<String, DwellingOutcome>,
    pub observations: Vec<ObservationRecord>,
    pub photos: Vec<(PhotoId, Place, CriterionId)>,
    pub raised: Vec<RaisedOnSite>,
}

/// The visit as the grid's rules read it. Of a conflict, the most severe answer counts.
pub fn visit_of(
    building: &BuildingRow,
    outcomes: &BTreeMap<String, DwellingOutcome>,
    records: &[ObservationRecord],
    photos: &[(PhotoId, Place, CriterionId)],
) -> Visit {
    let mut photo_counts: BTreeMap<(&Place, &CriterionId), u32> = BTreeMap::new();
    for (_, place, criterion) in photos {
        *photo_counts.entry((place, criterion)).or_default() += 1;
    }
    let observations = records
        .iter()
        .map(|record| Observation {
            id: record.event_id.to_string(),
            place: record.place.clone(),
            criterion: record.criterion.clone(),
            answer: standing(record),
            photos: photo_counts.get(&(&record.place, &record.criterion)).copied().unwrap_or(0),
            note: record.note.clone(),
        })
        .collect();
    Visit {
        building: BuildingFacts { dwellings: building.dwellings, storeys: building.storeys, year_built: building.year_built },
        dwellings: outcomes.clone(),
        observations,
    }
}

fn standing(record: &ObservationRecord) -> Answer {
    match record.standing_severity() {
        Some(severity) if record.answer.severity() != Some(severity) => Answer::Observed { severity: Some(severity), value: record.answer.value().cloned() },
        _ => record.answer.clone(),
    }
}

struct Judgement {
    score: Score,
    /// Judged on the building compartment alone, then on both.
    building: Complexity,
    both: Complexity,
    dangers: Vec<ObservedDanger>,
}

fn judge_rules(brigade: &Brigade, sheet: &VisitSheet) -> Judgement {
    let visit = visit_of(&sheet.building, &sheet.outcomes, &sheet.observations, &sheet.photos);
    let (grid, history, rule) = (&*sheet.grid, History::default(), &*brigade.complexity_rule);
    let dangers = danger(grid, &visit.observations)
        .into_iter()
        .filter_map(|danger| {
            let observation = danger.observation.parse().ok()?;
            Some(ObservedDanger { observation, criterion: danger.criterion.0, place: danger.place, confidential: danger.confidential })
        })
        .collect();
    let building = complexity(grid, &visit, &history, rule, Compartments::BUILDING);
    // Most visits hold nothing confidential: both compartments then say the same.
    let has_confidential = sheet.observations.iter().any(|record| record.confidential);
    let both = if has_confidential { complexity(grid, &visit, &history, rule, Compartments::ALL) } else { building.clone() };
    Judgement { score: score(grid, &visit), building, both, dangers }
}

/// Judges the visit, opens or updates its case, calls the emergency cell when there is danger.
///
/// # Errors
/// When the store fails.
pub async fn judge(
    tx: &mut Tx,
    brigade: &Brigade,
    actor: &Actor,
    sheet: VisitSheet,
    now: Timestamp,
    board: &mut Vec<BoardEvent>,
    escalations: &mut BTreeSet<EscalationId>,
) -> Result<()> {
    let judgement = judge_rules(brigade, &sheet);
    let case_id = case_of_visit(tx, actor, &sheet, &judgement, now).await?;
    let texts = [json(&judgement.score), json(&judgement.building), json(&judgement.both)];
    let saved = store::visit::Judgement { score: &texts[0], complexity: &texts[1], complexity_confidential: &texts[2] };
    store::visit::save_judgement(tx, sheet.visit_id, &saved, case_id, now).await?;
    if !judgement.dangers.is_empty() || !sheet.raised.is_empty() {
        call_the_cell(tx, actor, &sheet, &judgement.dangers, case_id, now, board, escalations).await?;
    }
    Ok(())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    // Our own types have string keys and no failing serialisers.
    serde_json::to_string(value).unwrap_or_default()
}

/// The band as casework names it.
pub fn triage(band: Band) -> TriageBand {
    match band {
        Band::A => TriageBand::A,
        Band::B => TriageBand::B,
        Band::C => TriageBand::C,
        Band::D => TriageBand::D,
    }
}

fn codes(complexity: &Complexity) -> Vec<String> {
    complexity.motifs.iter().map(|motif| json(&motif.code).trim_matches('"').to_owned()).collect()
}

async fn case_of_visit(tx: &mut Tx, actor: &Actor, sheet: &VisitSheet, judgement: &Judgement, now: Timestamp) -> Result<Option<CaseId>> {
    let in_danger = judgement.dangers.iter().any(|danger| !danger.confidential);
    let facts = |record: &mut CaseRecord| {
        record.band = Some(judgement.score.band);
        record.index = Some(judgement.score.index);
        record.danger = in_danger;
        record.complex = judgement.building.complex;
        record.motifs = codes(&judgement.building);
        record.motifs_confidential = codes(&judgement.both);
    };
    if let Some(mut record) = store::case::open_of_building(&mut *tx, sheet.building.id).await? {
        let was_complex = record.complex;
        let newly_linked = sheet.is_new;
        if stands_for_the_case(tx, sheet, judgement, &record).await? {
            facts(&mut record);
        }
        if !store::case::save(tx, &record, now).await? {
            // The row was read and saved in one transaction that holds it: only a store that lies gets here.
            return Err(UseCaseError::Store(StoreError::Unreadable {
                table: "case_file",
                column: "revision",
                row: record.case.id.to_string(),
                cause: "changed within its own transaction".to_owned(),
            }));
        }
        let id = record.case.id;
        if newly_linked || sheet.finished_now {
            enter(tx, actor, id, EntryKind::VisitReceived, if sheet.finished_now { "finished" } else { "started" }, now).await?;
        }
        if record.complex && !was_complex {
            enter(tx, actor, id, EntryKind::JudgedComplex, &record.motifs.join(" "), now).await?;
        }
        return Ok(Some(id));
    }
    if let Some(closed) = closed_case_of(tx, sheet).await? {
        // A late photo of a visit whose case is closed belongs to that case; it opens no other.
        enter(tx, actor, closed, EntryKind::VisitReceived, "late", now).await?;
        return Ok(Some(closed));
    }
    let visible = should_open(judgement.building.complex, Some(triage(judgement.score.band)), in_danger);
    // What only the psychosocial compartment shows, or a person's own call, opens the case without saying why.
    let called = !sheet.raised.is_empty() || should_open(judgement.both.complex, None, !judgement.dangers.is_empty()).is_some();
    match visible.or(called.then_some(OpeningReason::Requested)) {
        Some(reason) => open_case(tx, actor, sheet, reason, &facts, now).await.map(Some),
        None => Ok(None),
    }
}

/// Whether this visit says how the case stands: it is the case's only one, or it is finished, or it found worse. A visit just begun, or one that looked
/// only at a household, does not make a building better.
async fn stands_for_the_case(tx: &mut Tx, sheet: &VisitSheet, judgement: &Judgement, record: &CaseRecord) -> Result<bool> {
    if judgement.score.completeness.answered == 0 && judgement.dangers.is_empty() {
        return Ok(false);
    }
    Ok(sheet.finished
        || record.band.is_none_or(|band| judgement.score.band >= band)
        || !store::visit::has_another(&mut *tx, record.case.id, sheet.visit_id).await?)
}

/// The closed case that a visit already belonged to.
async fn closed_case_of(tx: &mut Tx, sheet: &VisitSheet) -> Result<Option<CaseId>> {
    if sheet.is_new {
        return Ok(None);
    }
    Ok(store::visit::by_id(&mut *tx, sheet.visit_id).await?.and_then(|visit| visit.case_id))
}

async fn open_case(
    tx: &mut Tx,
    actor: &Actor,
    sheet: &VisitSheet,
    reason: OpeningReason,
    facts: &(dyn Fn(&mut CaseRecord) + Send + Sync),
    now: Timestamp,
) -> Result<CaseId> {
    let sequence = store::building::advance(tx, "case_number", 1).await?;
    let year = local_date(now).get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
    let number = CaseNumber { year, sequence: u32::try_from(sequence).unwrap_or(u32::MAX) };
    let id = CaseId(new_id());
    let mut record = CaseRecord {
        case: Case::open(id, number, sheet.building.id, reason, None, now),
        building: sheet.building.clone(),
        band: None,
        index: None,
        danger: false,
        complex: false,
        motifs: Vec::new(),
        motifs_confidential: Vec::new(),
        updated_at: now,
        revision: 1,
        referrals_waiting: 0,
        escalation_open: false,
    };
    facts(&mut record);
    store::case::insert(tx, &record).await?;
    store::escalation::link_case(tx, sheet.building.id, id).await?;
    store::audit::record(tx, now, Some(actor.account.id), "case.opened", "case", &id.to_string()).await?;
    enter(tx, actor, id, EntryKind::CaseOpened, reason.code(), now).await?;
    if record.complex {
        enter(tx, actor, id, EntryKind::JudgedComplex, &record.motifs.join(" "), now).await?;
    }
    Ok(id)
}

/// Adds a line of the building compartment to a case's timeline.
///
/// # Errors
/// When the store fails.
pub async fn enter(tx: &mut Tx, actor: &Actor, case_id: CaseId, kind: EntryKind, text: &str, now: Timestamp) -> Result<()> {
    let entry = NewCaseEntry {
        id: EntryId(new_id()),
        case_id,
        at: now,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        kind,
        confidential: false,
        text,
    };
    store::case::insert_entry(tx, &entry).await?;
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one private step of `judge`, which gathers these")]
async fn call_the_cell(
    tx: &mut Tx,
    actor: &Actor,
    sheet: &VisitSheet,
    dangers: &[ObservedDanger],
    case_id: Option<CaseId>,
    now: Timestamp,
    board: &mut Vec<BoardEvent>,
    escalations: &mut BTreeSet<EscalationId>,
) -> Result<()> {
    for raised in &sheet.raised {
        // The phone asks about its own id, whatever it was joined to.
        escalations.insert(raised.id);
        let reason = Reason { criterion: None, observation: None, place: raised.place.clone(), text: Some(raised.reason.clone()) };
        let request = Raise {
            id: raised.id,
            case_id,
            building_id: sheet.building.id,
            place: raised.place.clone(),
            reasons: vec![reason],
            raised_by: actor.account.id,
            raised_on_device_at: Some(raised.device_at),
            exercise: false,
        };
        let words = Words { text: &raised.reason, called_911: raised.called_911, confidential: false };
        raise(tx, actor, &sheet.building, request, &words, now, board).await?;
    }
    let existing = store::escalation::of_building(&mut *tx, sheet.building.id).await?;
    let known: Vec<Escalation> = existing.iter().map(|record| record.escalation.clone()).collect();
    match escalation::decide(dangers, &known) {
        Decision::Nothing => {}
        Decision::RaiseNew | Decision::AddTo(_) => {
            let seen = |observation: EventId| known.iter().flat_map(|escalation| &escalation.reasons).any(|reason| reason.observation == Some(observation));
            let new: Vec<&ObservedDanger> = dangers.iter().filter(|danger| !seen(danger.observation)).collect();
            let Some(first) = new.first() else { return Ok(()) };
            let request = Raise {
                id: EscalationId(new_id()),
                case_id,
                building_id: sheet.building.id,
                place: first.place.clone(),
                reasons: new.iter().map(|danger| danger.reason()).collect(),
                raised_by: actor.account.id,
                raised_on_device_at: None,
                exercise: false,
            };
            let words = Words { text: "", called_911: false, confidential: new.iter().all(|danger| danger.confidential) };
            raise(tx, actor, &sheet.building, request, &words, now, board).await?;
        }
    }
    Ok(())
}

/// What a person said when raising.
pub struct Words<'text> {
    pub text: &'text str,
    pub called_911: bool,
    pub confidential: bool,
}

/// Raises an escalation, or joins the building's open one, with its log, timeline and audit rows.
///
/// # Errors
/// When the store fails.
pub async fn raise(
    tx: &mut Tx,
    actor: &Actor,
    building: &BuildingRow,
    mut request: Raise,
    words: &Words<'_>,
    now: Timestamp,
    board: &mut Vec<BoardEvent>,
) -> Result<EscalationId> {
    let existing = store::escalation::of_building(&mut *tx, building.id).await?;
    match store::escalation::by_id(&mut *tx, request.id).await? {
        Some(same) if same.building.id == building.id => return Ok(same.escalation.id),
        // The id of another building's: the danger counts, the id does not.
        Some(_) => request.id = EscalationId(new_id()),
        None => {}
    }
    let mut open = existing.into_iter().find(|record| record.escalation.is_open() && !record.escalation.exercise);
    let case_id = request.case_id;
    let (id, revision) = match escalation::raise(request, now, open.as_ref().map(|record| record.escalation.clone())) {
        Raised::New(escalation) => {
            let record = EscalationRecord {
                building: building.clone(),
                case_number: None,
                reason: (!words.text.is_empty()).then(|| words.text.to_owned()),
                called_911: words.called_911,
                confidential: words.confidential,
                raised_by_name: actor.account.display_name.clone(),
                acknowledged_by_name: None,
                revision: 1,
                escalation,
            };
            store::escalation::insert(tx, &record).await?;
            (record.escalation.id, 1)
        }
        Raised::Joined(escalation) | Raised::AlreadyKnown(escalation) => {
            let Some(record) = open.as_mut() else { return Ok(escalation.id) };
            record.escalation = escalation;
            record.called_911 |= words.called_911;
            record.confidential &= words.confidential;
            if record.reason.is_none() && !words.text.is_empty() {
                record.reason = Some(words.text.to_owned());
            }
            store::escalation::save(tx, record).await?;
            (record.escalation.id, record.revision + 1)
        }
    };
    let entry = NewEscalationEntry {
        id: EntryId(new_id()),
        escalation_id: id,
        at: now,
        by_account: Some(actor.account.id),
        by_name: &actor.account.display_name,
        verb: None,
        text: words.text,
    };
    store::escalation::insert_entry(tx, &entry).await?;
    if let Some(case_id) = case_id {
        enter(tx, actor, case_id, EntryKind::EscalationRaised, "", now).await?;
    }
    store::audit::record(tx, now, Some(actor.account.id), "escalation.raised", "escalation", &id.to_string()).await?;
    board.push(BoardEvent { escalation_id: id, revision });
    Ok(id)
}
