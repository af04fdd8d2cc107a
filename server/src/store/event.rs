use std::collections::{BTreeMap, BTreeSet};

use casework::{
    clock::Timestamp,
    ids::{AccountId, DeviceId, EventId, VisitId},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::{AnyExecutor, Row};

use super::{
    Result, Tx, from_json, parsed,
    rows::{Values, ids, over_given},
};
use crate::clock::sha256_hex;

/// What a phone sent at once of one visit.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Place in the feed of its first event.
    pub id: i64,
    pub visit_id: VisitId,
    pub account_id: AccountId,
    pub device_id: DeviceId,
    pub received_at: Timestamp,
    /// Its clock then.
    pub device_now: Timestamp,
    /// JSON array of the events, each to the letter.
    pub body: String,
}

/// An event that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    pub batch_id: i64,
    /// Name of who sent it.
    pub by: String,
    pub received_at: Timestamp,
    /// The phone's clock then; `None` of what was received before it was kept.
    pub device_now: Option<Timestamp>,
    /// The JSON that the phone sent, to the letter.
    pub body: String,
}

impl StoredEvent {
    /// When what was written at `device_at` on its phone was seen, on the server's clock.
    pub fn seen_at(&self, device_at: Timestamp) -> Timestamp {
        self.device_now.and_then(|device_now| Timestamp::from_device(device_at, device_now, self.received_at)).unwrap_or(self.received_at)
    }
}

/// An event set aside: known id, other content.
#[derive(Clone, Debug)]
pub struct QuarantinedEvent {
    pub event_id: String,
    pub account_id: String,
    pub device_id: String,
    pub body: String,
    pub code: &'static str,
}

const INSERT_BATCHES: Values =
    Values { before: "insert into field_batch (id, visit_id, account_id, device_id, received_at, device_now, body)", columns: 7, after: "" };

pub async fn insert_batches(tx: &mut Tx, batches: Vec<NewBatch>) -> Result<()> {
    INSERT_BATCHES
        .execute(tx, batches, |statement, batch| {
            statement
                .bind(batch.id)
                .bind(batch.visit_id.to_string())
                .bind(batch.account_id.to_string())
                .bind(batch.device_id.to_string())
                .bind(batch.received_at.0)
                .bind(batch.device_now.0)
                .bind(batch.body)
        })
        .await?;
    Ok(())
}

const INSERT: Values = Values { before: "insert into field_event (id, batch_id)", columns: 2, after: "on conflict (id) do nothing" };

/// Records which events (of which batch) were received, and returns how many were new. The unique id decides, never a check before.
pub async fn insert(tx: &mut Tx, events: Vec<(EventId, i64)>) -> Result<usize> {
    INSERT.execute(tx, events, |statement, (id, batch_id)| statement.bind(id.to_string()).bind(batch_id)).await
}

/// The events that exist among these ids.
pub async fn stored(tx: &mut Tx, events: impl IntoIterator<Item = EventId>) -> Result<BTreeMap<EventId, StoredEvent>> {
    let wanted = ids(events);
    let select = over_given(tx, "select id, batch_id from field_event where id in (select given.value ->> 0 from {given})", &wanted);
    let mut batch_of: BTreeMap<EventId, i64> = BTreeMap::new();
    for row in select.fetch_all(&mut *tx).await? {
        let id: String = row.try_get("id")?;
        batch_of.insert(parsed("field_event", "id", &id, &id)?, row.try_get("batch_id")?);
    }
    if batch_of.is_empty() {
        return Ok(BTreeMap::new());
    }
    let batches: Vec<[i64; 1]> = batch_of.values().copied().collect::<BTreeSet<i64>>().into_iter().map(|id| [id]).collect();
    let select = over_given(
        tx,
        "select b.id, b.received_at, b.device_now, b.body, a.display_name from field_batch b join account a on a.id = b.account_id where b.id in (select cast(given.value ->> 0 as bigint) from {given})",
        &batches,
    );
    let mut stored = BTreeMap::new();
    for row in select.fetch_all(&mut *tx).await? {
        let batch_id: i64 = row.try_get("id")?;
        let (received_at, device_now) = (Timestamp(row.try_get("received_at")?), row.try_get::<Option<i64>, _>("device_now")?.map(Timestamp));
        let by: String = row.try_get("display_name")?;
        let body: &str = row.try_get("body")?;
        for body in from_json::<Vec<&RawValue>>("field_batch", "body", &batch_id.to_string(), body)? {
            let Named { id } = from_json("field_batch", "body", &batch_id.to_string(), body.get())?;
            if batch_of.get(&id) == Some(&batch_id) {
                stored.insert(id, StoredEvent { batch_id, by: by.clone(), received_at, device_now, body: body.get().to_owned() });
            }
        }
    }
    Ok(stored)
}

/// What a phone sent at once of a visit, as it was stored.
#[derive(Clone, Debug)]
pub struct SentBatch {
    pub id: i64,
    pub account_id: AccountId,
    pub device_id: DeviceId,
    /// Each event that it held, to the letter.
    pub events: Vec<StoredEvent>,
}

/// All that was sent of a visit, in the order of the feed.
pub async fn of_visit(tx: &mut Tx, visit_id: VisitId) -> Result<Vec<SentBatch>> {
    let rows = sqlx::query(
        "select b.id, b.account_id, b.device_id, b.received_at, b.device_now, b.body, a.display_name
         from field_batch b join account a on a.id = b.account_id where b.visit_id = $1 order by b.id",
    )
    .bind(visit_id.to_string())
    .fetch_all(&mut *tx)
    .await?;
    rows.iter()
        .map(|row| {
            let id: i64 = row.try_get("id")?;
            let (received_at, device_now) = (Timestamp(row.try_get("received_at")?), row.try_get::<Option<i64>, _>("device_now")?.map(Timestamp));
            let by: String = row.try_get("display_name")?;
            let event = |body: &RawValue| StoredEvent { batch_id: id, by: by.clone(), received_at, device_now, body: body.get().to_owned() };
            let bodies: Vec<&RawValue> = from_json("field_batch", "body", &id.to_string(), row.try_get("body")?)?;
            Ok(SentBatch {
                id,
                account_id: parsed("field_batch", "account_id", &id.to_string(), row.try_get("account_id")?)?,
                device_id: parsed("field_batch", "device_id", &id.to_string(), row.try_get("device_id")?)?,
                events: bodies.into_iter().map(event).collect(),
            })
        })
        .collect()
}

/// What of an event says which it is.
#[derive(Deserialize)]
struct Named {
    id: EventId,
}

/// Sets an event aside. The same one again, from a phone that retries, is the same row.
pub async fn quarantine(tx: &mut Tx, event: &QuarantinedEvent, at: Timestamp) -> Result<()> {
    sqlx::query(
        "insert into field_event_quarantine (id, event_id, account_id, device_id, received_at, body, code) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do nothing",
    )
    .bind(sha256_hex(format!("{} {} {}", event.event_id, event.device_id, event.body).as_bytes()))
    .bind(&event.event_id)
    .bind(&event.account_id)
    .bind(&event.device_id)
    .bind(at.0)
    .bind(&event.body)
    .bind(event.code)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// How many events are set aside under an id.
pub async fn count_quarantined<'e>(executor: impl AnyExecutor<'e>, event_id: &str) -> Result<i64> {
    let row = sqlx::query("select count(*) as n from field_event_quarantine where event_id = $1").bind(event_id).fetch_one(executor).await?;
    Ok(row.try_get("n")?)
}
