use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, DeviceId, EventId, VisitId},
    sync::CurrentAnswer,
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
    pub account_id: AccountId,
    /// Read with the account; not stored here.
    pub recorded_by: String,
    pub device_id: DeviceId,
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
    let current: Option<String> = row.try_get("merge_state")?;
    Ok(ObservationRecord {
        visit_id: parsed("observation", "visit_id", &event_id, row.try_get("visit_id")?)?,
        place: parsed("observation", "place", &event_id, row.try_get("place")?)?,
        criterion: CriterionId(row.try_get("criterion")?),
        account_id: parsed("observation", "account_id", &event_id, row.try_get("account_id")?)?,
        recorded_by: row.try_get("display_name")?,
        device_id: parsed("observation", "device_id", &event_id, row.try_get("device_id")?)?,
        recorded_at: Timestamp(row.try_get("recorded_at")?),
        confidential: row.try_get::<i64, _>("confidential")? == 1,
        answer: from_json("observation", "answer", &event_id, &answer)?,
        note: row.try_get("note")?,
        current: current.map(|current| from_json("observation", "merge_state", &event_id, &current)).transpose()?,
        event_id: parsed("observation", "event_id", &event_id, &event_id)?,
    })
}

pub async fn of_visit<'e>(executor: impl AnyExecutor<'e>, visit_id: VisitId) -> Result<Vec<ObservationRecord>> {
    let rows = sqlx::query(
        "select o.visit_id, o.place, o.criterion, o.event_id, o.account_id, o.device_id, o.recorded_at, o.confidential, o.answer, o.note, o.merge_state,
            a.display_name
         from observation o join account a on a.id = o.account_id where o.visit_id = $1 order by o.place, o.criterion",
    )
    .bind(visit_id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter().map(observation).collect()
}

const UPSERT: Values = Values {
    before: "insert into observation (visit_id, place, criterion, event_id, account_id, device_id, recorded_at, confidential, severity, answer, note, merge_state)",
    columns: 12,
    after: "on conflict (visit_id, place, criterion) do update set event_id = excluded.event_id, account_id = excluded.account_id,
        device_id = excluded.device_id, recorded_at = excluded.recorded_at, confidential = excluded.confidential, severity = excluded.severity,
        answer = excluded.answer, note = excluded.note, merge_state = excluded.merge_state",
};

/// Stores the current answers, each replacing the one before at its place.
pub async fn upsert(tx: &mut Tx, records: &[&ObservationRecord]) -> Result<()> {
    UPSERT
        .execute(tx, records, |statement, record| {
            statement
                .bind(record.visit_id.to_string())
                .bind(record.place.to_string())
                .bind(record.criterion.0.clone())
                .bind(record.event_id.to_string())
                .bind(record.account_id.to_string())
                .bind(record.device_id.to_string())
                .bind(record.recorded_at.0)
                .bind(i64::from(record.confidential))
                .bind(record.standing_severity().map(|severity| i64::from(severity.level())))
                .bind(to_json(&record.answer))
                .bind(record.note.clone())
                .bind(record.current.as_ref().map(to_json))
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
