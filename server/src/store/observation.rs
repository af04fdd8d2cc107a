use casework::{
    clock::Timestamp,
    ids::{BuildingId, EventId, VisitId},
    sync::{AnswerHead, CurrentAnswer},
};
use inspection_grid::{Answer, CriterionId, Place, Severity};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{
    Result, Tx, from_json, parsed,
    rows::{Values, over_given},
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

fn observation(row: &AnyRow) -> Result<ObservationRecord> {
    let event_id: String = row.try_get("event_id")?;
    let answer: String = row.try_get("answer")?;
    Ok(ObservationRecord {
        current: current(row, &event_id)?,
        visit_id: parsed("observation", "visit_id", &event_id, row.try_get("visit_id")?)?,
        place: parsed("observation", "place", &event_id, row.try_get("place")?)?,
        criterion: CriterionId(row.try_get("criterion")?),
        batch_id: row.try_get("batch_id")?,
        recorded_by: row.try_get("display_name")?,
        recorded_at: Timestamp(row.try_get("recorded_at")?),
        confidential: row.try_get::<i64, _>("confidential")? == 1,
        answer: from_json("observation", "answer", &event_id, &answer)?,
        note: row.try_get("note")?,
        event_id: parsed("observation", "event_id", &event_id, &event_id)?,
    })
}

/// What stands: as it was stored, or of an answer alone from the row's own columns.
fn current(row: &AnyRow, event_id: &str) -> Result<Option<CurrentAnswer>> {
    let order = |column: &'static str| {
        let stored: Option<i64> = row.try_get(column)?;
        stored.map(|stored| parsed::<u64>("observation", column, event_id, &stored.to_string())).transpose()
    };
    if let Some(merged) = row.try_get::<Option<String>, _>("merge_state")? {
        return from_json("observation", "merge_state", event_id, &merged).map(Some);
    }
    let (Some(device_sequence), Some(server_sequence)) = (order("device_sequence")?, order("feed_sequence")?) else { return Ok(None) };
    let severity: Option<i64> = row.try_get("severity")?;
    Ok(Some(CurrentAnswer::alone(AnswerHead {
        event_id: parsed("observation", "event_id", event_id, event_id)?,
        severity: severity.map(|severity| from_json("observation", "severity", event_id, &severity.to_string())).transpose()?,
        device: parsed("field_batch", "device_id", event_id, row.try_get("device_id")?)?,
        device_sequence,
        server_sequence,
    })))
}

pub async fn of_visit<'e>(executor: impl AnyExecutor<'e>, visit_id: VisitId) -> Result<Vec<ObservationRecord>> {
    let rows = sqlx::query(
        "select o.visit_id, o.place, o.criterion, o.event_id, o.batch_id, o.confidential, o.severity, o.answer, o.note,
            o.device_sequence, o.feed_sequence, o.merge_state, b.device_id, coalesce(o.recorded_at, b.received_at) as recorded_at,
            a.display_name
         from observation o join field_batch b on b.id = o.batch_id join account a on a.id = b.account_id where o.visit_id = $1 order by o.place, o.criterion",
    )
    .bind(visit_id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter().map(observation).collect()
}

const UPSERT: Values = Values {
    before: "insert into observation (visit_id, place, criterion, event_id, batch_id, confidential, severity, answer, note, device_sequence, feed_sequence, merge_state,
        recorded_at)",
    columns: 13,
    after: "on conflict (visit_id, place, criterion) do update set event_id = excluded.event_id, batch_id = excluded.batch_id,
        confidential = excluded.confidential, severity = excluded.severity,
        answer = excluded.answer, note = excluded.note, device_sequence = excluded.device_sequence, feed_sequence = excluded.feed_sequence,
        merge_state = excluded.merge_state, recorded_at = excluded.recorded_at",
};

/// Order of an answer on its phone and in the feed; `None` for numbers that only a phone gone wrong would count to.
fn order(head: &AnswerHead) -> Option<(i64, i64)> {
    Some((i64::try_from(head.device_sequence).ok()?, i64::try_from(head.server_sequence).ok()?))
}

/// Stores the current answers, each replacing the one before at its place.
pub async fn upsert(tx: &mut Tx, records: &[&ObservationRecord]) -> Result<()> {
    UPSERT
        .execute(tx, records, |statement, record| {
            let alone = record.current.as_ref().filter(|current| current.is_alone()).and_then(|current| order(&current.shown));
            statement
                .bind(record.visit_id.to_string())
                .bind(record.place.to_string())
                .bind(record.criterion.0.clone())
                .bind(record.event_id.to_string())
                .bind(record.batch_id)
                .bind(i64::from(record.confidential))
                .bind(record.standing_severity().map(|severity| i64::from(severity.level())))
                .bind(to_json(&record.answer))
                .bind(record.note.clone())
                .bind(alone.map(|(on_device, _)| on_device))
                .bind(alone.map(|(_, in_feed)| in_feed))
                .bind(record.current.as_ref().filter(|_| alone.is_none()).map(to_json))
                .bind(record.recorded_at.0)
        })
        .await?;
    Ok(())
}

/// A question of a visit to one building: its place and criterion.
pub type Asked<'visit> = (BuildingId, String, &'visit str);

/// What an earlier, finished visit of a building answered to one of the questions.
#[derive(Clone, Debug)]
pub struct EarlierSeverity {
    pub building_id: BuildingId,
    pub visit_id: VisitId,
    pub place: Place,
    pub criterion: CriterionId,
    pub event_id: EventId,
    pub severity: Severity,
}

/// Severities that finished visits gave to these questions, oldest visit first.
pub async fn earlier_severities(tx: &mut Tx, asked: &[Asked<'_>]) -> Result<Vec<EarlierSeverity>> {
    let select = over_given(
        tx,
        "select v.building_id, o.visit_id, o.place, o.criterion, o.event_id, o.severity
         from {given} join visit v on v.building_id = given.value ->> 0 and v.finished_at is not null
            join observation o on o.visit_id = v.id and o.place = given.value ->> 1 and o.criterion = given.value ->> 2
         where o.severity is not null order by v.started_at, v.id",
        asked,
    );
    let earlier = |row: &AnyRow| {
        let event_id: String = row.try_get("event_id")?;
        let severity: i64 = row.try_get("severity")?;
        Ok(EarlierSeverity {
            building_id: parsed("visit", "building_id", &event_id, row.try_get("building_id")?)?,
            visit_id: parsed("observation", "visit_id", &event_id, row.try_get("visit_id")?)?,
            place: parsed("observation", "place", &event_id, row.try_get("place")?)?,
            criterion: CriterionId(row.try_get("criterion")?),
            severity: from_json("observation", "severity", &event_id, &severity.to_string())?,
            event_id: parsed("observation", "event_id", &event_id, &event_id)?,
        })
    };
    select.fetch_all(&mut *tx).await?.iter().map(earlier).collect()
}
