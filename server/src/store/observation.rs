//! The current answers of visits: a projection of what phones sent, one row per place of a visit.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use casework::{
    clock::Timestamp,
    ids::{BuildingId, DeviceId, EventId, VisitId},
    sync::{AnswerHead, CurrentAnswer},
};
use inspection_grid::{Answer, CriterionId, Place, Severity};
use serde::{Deserialize, Serialize};
use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{
    Result, StoreError, Tx, from_json, parsed,
    rows::{Values, ids, over_given},
    to_json,
};

/// The current answer to one criterion at one place of a visit.
#[derive(Clone, Debug)]
pub struct ObservationRecord {
    pub visit_id: VisitId,
    pub place: Place,
    pub criterion: CriterionId,
    /// The event that recorded the answer shown.
    pub event_id: EventId,
    /// What it was sent with.
    pub batch_id: i64,
    /// Name of who sent it: read with the batch, not stored here.
    pub recorded_by: String,
    /// When it was seen, the phone's clock set right; when it was received, for the oldest.
    pub recorded_at: Timestamp,
    pub confidential: bool,
    pub answer: Answer,
    pub note: Option<String>,
    /// What stands and what is in conflict; `None` for a note without an answer.
    pub current: Option<CurrentAnswer>,
}

impl ObservationRecord {
    /// The severity that counts: the highest of the answers that stand.
    pub fn standing_severity(&self) -> Option<Severity> {
        self.current.as_ref().map_or_else(|| self.answer.severity(), CurrentAnswer::standing_severity)
    }

    /// Whether another phone answered otherwise and nobody has decided yet.
    pub fn is_in_conflict(&self) -> bool {
        self.current.as_ref().is_some_and(CurrentAnswer::is_in_conflict)
    }
}

/// An observation as it lies on the sheet of its place.
#[derive(Serialize, Deserialize)]
struct Kept<'record> {
    criterion: Cow<'record, CriterionId>,
    event_id: EventId,
    /// Who sent it, from which phone and when.
    batch_id: i64,
    confidential: bool,
    answer: Cow<'record, Answer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'record, str>>,
    /// Order of the answer on its phone and in the feed, when it stands alone; `None` for a note without an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<(u64, u64)>,
    /// What stands, of an answer that replaced another or is in conflict with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    merged: Option<Cow<'record, CurrentAnswer>>,
    /// When it was seen; when it was received, for the oldest.
    #[serde(skip_serializing_if = "Option::is_none")]
    recorded_at: Option<Timestamp>,
}

impl<'record> Kept<'record> {
    fn of(record: &'record ObservationRecord) -> Self {
        let alone = record.current.as_ref().filter(|current| current.is_alone());
        Self {
            criterion: Cow::Borrowed(&record.criterion),
            event_id: record.event_id,
            batch_id: record.batch_id,
            confidential: record.confidential,
            answer: Cow::Borrowed(&record.answer),
            note: record.note.as_deref().map(Cow::Borrowed),
            order: alone.map(|current| (current.shown.device_sequence, current.shown.server_sequence)),
            merged: record.current.as_ref().filter(|_| alone.is_none()).map(Cow::Borrowed),
            recorded_at: Some(record.recorded_at),
        }
    }

    fn standing_severity(&self) -> Option<Severity> {
        self.merged.as_ref().map_or_else(|| self.answer.severity(), |merged| merged.standing_severity())
    }

    fn current(&self, device: DeviceId) -> Option<CurrentAnswer> {
        let alone = |(device_sequence, server_sequence)| {
            CurrentAnswer::alone(AnswerHead { event_id: self.event_id, severity: self.answer.severity(), device, device_sequence, server_sequence })
        };
        self.merged.as_deref().cloned().or_else(|| self.order.map(alone))
    }

    fn read(self, visit_id: VisitId, place: Place, sent: &Sender) -> ObservationRecord {
        ObservationRecord {
            current: self.current(sent.device),
            visit_id,
            place,
            criterion: self.criterion.into_owned(),
            event_id: self.event_id,
            batch_id: self.batch_id,
            recorded_by: sent.name.clone(),
            recorded_at: self.recorded_at.unwrap_or(sent.received_at),
            confidential: self.confidential,
            answer: self.answer.into_owned(),
            note: self.note.map(Cow::into_owned),
        }
    }
}

/// Who sent a batch.
struct Sender {
    name: String,
    device: DeviceId,
    received_at: Timestamp,
}

/// One row for each phone, which has most of the batches of a visit: a row that crosses from the database costs more than what is in it.
async fn senders(connection: &mut AnyConnection, batches: BTreeSet<i64>) -> Result<BTreeMap<i64, Sender>> {
    let given: Vec<[i64; 1]> = batches.into_iter().map(|id| [id]).collect();
    let select = over_given(
        connection,
        "select b.device_id, a.display_name, string_agg(cast(b.id as text) || ' ' || cast(b.received_at as text), ',') as batches
         from {given} join field_batch b on b.id = cast(given.value ->> 0 as bigint) join account a on a.id = b.account_id
         group by b.device_id, a.id, a.display_name",
        &given,
    );
    let mut senders = BTreeMap::new();
    for row in &select.fetch_all(connection).await? {
        let (name, batches): (String, String) = (row.try_get("display_name")?, row.try_get("batches")?);
        let device = parsed("field_batch", "device_id", &batches, row.try_get("device_id")?)?;
        for batch in batches.split(',') {
            let (id, at) = batch.split_once(' ').unwrap_or_default();
            let received_at = Timestamp(parsed("field_batch", "received_at", batch, at)?);
            senders.insert(parsed("field_batch", "id", batch, id)?, Sender { name: name.clone(), device, received_at });
        }
    }
    Ok(senders)
}

/// The current answers of a visit, by place and criterion.
pub async fn of_visit(connection: &mut AnyConnection, visit_id: VisitId) -> Result<Vec<ObservationRecord>> {
    Ok(of_visits(connection, [visit_id]).await?.remove(&visit_id).unwrap_or_default())
}

/// The same of several visits; one that has none is absent.
pub async fn of_visits(connection: &mut AnyConnection, visits: impl IntoIterator<Item = VisitId>) -> Result<BTreeMap<VisitId, Vec<ObservationRecord>>> {
    let select = over_given(
        connection,
        "select o.visit_id, o.place, o.observations from {given} join observation_sheet o on o.visit_id = given.value ->> 0 order by o.visit_id, o.place",
        &ids(visits),
    );
    let rows = select.fetch_all(&mut *connection).await?;
    let mut sheets: Vec<(VisitId, Place, Vec<Kept<'static>>)> = Vec::with_capacity(rows.len());
    for row in &rows {
        let id: String = row.try_get("visit_id")?;
        let visit_id = parsed("observation_sheet", "visit_id", &id, &id)?;
        sheets.push((visit_id, parsed("observation_sheet", "place", &id, row.try_get("place")?)?, kept(visit_id, row)?));
    }
    let senders = senders(connection, sheets.iter().flat_map(|(_, _, kept)| kept).map(|kept| kept.batch_id).collect()).await?;
    let mut records: BTreeMap<VisitId, Vec<ObservationRecord>> = BTreeMap::new();
    for (visit_id, place, kept) in sheets {
        let of_visit = records.entry(visit_id).or_default();
        for kept in kept {
            let sender = senders.get(&kept.batch_id).ok_or_else(|| unknown_batch(visit_id, kept.batch_id))?;
            of_visit.push(kept.read(visit_id, place.clone(), sender));
        }
    }
    Ok(records)
}

fn kept(visit_id: VisitId, row: &AnyRow) -> Result<Vec<Kept<'static>>> {
    from_json("observation_sheet", "observations", &visit_id.to_string(), row.try_get("observations")?)
}

fn unknown_batch(visit_id: VisitId, batch_id: i64) -> StoreError {
    StoreError::Unreadable { table: "observation_sheet", column: "observations", row: visit_id.to_string(), cause: format!("no batch {batch_id}") }
}

/// The current answers of one place of a visit, which are stored together: an inspector fills a place, then goes to the next.
pub struct ObservationSheet<'visit> {
    pub visit_id: VisitId,
    pub place: &'visit Place,
    /// All of them, by criterion.
    pub records: Vec<&'visit ObservationRecord>,
}

const SAVE: Values = Values {
    before: "insert into observation_sheet (visit_id, place, observations)",
    columns: 3,
    after: "on conflict (visit_id, place) do update set observations = excluded.observations",
};

/// Stores sheets, each in place of the one before.
pub async fn save(tx: &mut Tx, sheets: Vec<ObservationSheet<'_>>) -> Result<()> {
    SAVE.execute(tx, sheets, |statement, sheet| {
        let kept: Vec<Kept<'_>> = sheet.records.into_iter().map(Kept::of).collect();
        statement.bind(sheet.visit_id.to_string()).bind(sheet.place.to_string()).bind(to_json(&kept))
    })
    .await?;
    Ok(())
}

/// A place of a building that a visit has been to.
pub type Seen = (BuildingId, String);

/// What an earlier, finished visit of a building answered to a question.
#[derive(Clone, Debug)]
pub struct EarlierSeverity {
    pub building_id: BuildingId,
    pub visit_id: VisitId,
    pub place: Place,
    pub criterion: CriterionId,
    pub event_id: EventId,
    pub severity: Severity,
}

/// Severities that finished visits gave at these places, oldest visit first.
pub async fn earlier_severities(tx: &mut Tx, seen: &[Seen]) -> Result<Vec<EarlierSeverity>> {
    let select = over_given(
        tx,
        "select v.building_id, v.id as visit_id, o.place, o.observations
         from {given} join visit v on v.building_id = given.value ->> 0 and v.finished_at is not null
            join observation_sheet o on o.visit_id = v.id and o.place = given.value ->> 1
         order by v.started_at, v.id",
        seen,
    );
    let mut earlier = Vec::new();
    for row in select.fetch_all(&mut *tx).await? {
        let id: String = row.try_get("visit_id")?;
        let visit_id = parsed("visit", "id", &id, &id)?;
        let building_id = parsed("visit", "building_id", &id, row.try_get("building_id")?)?;
        let place: Place = parsed("observation_sheet", "place", &id, row.try_get("place")?)?;
        for kept in kept(visit_id, &row)? {
            let Some(severity) = kept.standing_severity() else { continue };
            let (event_id, criterion) = (kept.event_id, kept.criterion.into_owned());
            earlier.push(EarlierSeverity { building_id, visit_id, place: place.clone(), criterion, event_id, severity });
        }
    }
    Ok(earlier)
}
