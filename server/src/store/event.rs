use std::collections::BTreeMap;

use casework::{clock::Timestamp, ids::EventId};
use sqlx::{AnyExecutor, Row};

use super::{
    Result, Tx, parsed,
    rows::{Values, ids, over_given},
};
use crate::clock::sha256_hex;

/// A field event to store, as the phone sent it.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub id: String,
    pub visit_id: String,
    pub building_id: String,
    pub account_id: String,
    pub device_id: String,
    pub device_sequence: i64,
    pub device_at: i64,
    pub received_at: i64,
    pub feed_sequence: i64,
    /// Canonical JSON.
    pub body: String,
    pub body_sha256: String,
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

const INSERT: Values = Values {
    before: "insert into field_event (id, visit_id, building_id, account_id, device_id, device_sequence, device_at, received_at, feed_sequence, body, body_sha256)",
    columns: 11,
    after: "on conflict (id) do nothing",
};

/// Stores events, and returns how many were new. The unique id decides, never a check before.
pub async fn insert(tx: &mut Tx, events: Vec<NewEvent>) -> Result<usize> {
    INSERT
        .execute(tx, events, |statement, event| {
            statement
                .bind(event.id)
                .bind(event.visit_id)
                .bind(event.building_id)
                .bind(event.account_id)
                .bind(event.device_id)
                .bind(event.device_sequence)
                .bind(event.device_at)
                .bind(event.received_at)
                .bind(event.feed_sequence)
                .bind(event.body)
                .bind(event.body_sha256)
        })
        .await
}

/// Content hashes of the events that exist among these ids.
pub async fn hashes(tx: &mut Tx, events: impl IntoIterator<Item = EventId>) -> Result<BTreeMap<EventId, String>> {
    let rows = ids(events);
    let select = over_given(tx, "select id, body_sha256 from field_event where id in (select given.value ->> 0 from {given})", &rows);
    let mut known = BTreeMap::new();
    for row in select.fetch_all(&mut *tx).await? {
        let id: String = row.try_get("id")?;
        known.insert(parsed("field_event", "id", &id, &id)?, row.try_get("body_sha256")?);
    }
    Ok(known)
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

/// The stored body of one event.
pub async fn body(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let row = sqlx::query("select body from field_event where id = $1").bind(id).fetch_optional(&mut *tx).await?;
    row.map(|row| Ok(row.try_get("body")?)).transpose()
}
