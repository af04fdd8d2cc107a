use std::collections::{BTreeMap, BTreeSet};

use casework::clock::Timestamp;
use sqlx::{Any, QueryBuilder, Row};

use super::{Result, Tx, built};
use crate::clock::new_id;

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

/// Rows of one insert: 11 columns each stay well under SQLite's 32,766 and PostgreSQL's 65,535 parameters.
const ROWS_MAX: usize = 500;

/// Stores events and returns the ids that were new. The unique id decides, never a check before.
pub async fn insert_new(tx: &mut Tx, events: &[NewEvent]) -> Result<BTreeSet<String>> {
    let mut stored = BTreeSet::new();
    for chunk in events.chunks(ROWS_MAX) {
        let mut insert = QueryBuilder::<Any>::new(
            "insert into field_event (id, visit_id, building_id, account_id, device_id, device_sequence, device_at, received_at, feed_sequence, body, body_sha256) ",
        );
        insert.push_values(chunk, |mut row, event| {
            row.push_bind(&event.id)
                .push_bind(&event.visit_id)
                .push_bind(&event.building_id)
                .push_bind(&event.account_id)
                .push_bind(&event.device_id)
                .push_bind(event.device_sequence)
                .push_bind(event.device_at)
                .push_bind(event.received_at)
                .push_bind(event.feed_sequence)
                .push_bind(&event.body)
                .push_bind(&event.body_sha256);
        });
        insert.push(" on conflict (id) do nothing returning id");
        for row in built(&mut insert).fetch_all(&mut *tx).await? {
            stored.insert(row.try_get("id")?);
        }
    }
    Ok(stored)
}

/// Content hashes of the events that exist among these ids.
pub async fn hashes(tx: &mut Tx, ids: &[String]) -> Result<BTreeMap<String, String>> {
    let mut known = BTreeMap::new();
    for chunk in ids.chunks(ROWS_MAX) {
        let mut select = QueryBuilder::<Any>::new("select id, body_sha256 from field_event where id in (");
        let mut list = select.separated(", ");
        for id in chunk {
            list.push_bind(id);
        }
        select.push(")");
        for row in built(&mut select).fetch_all(&mut *tx).await? {
            known.insert(row.try_get("id")?, row.try_get("body_sha256")?);
        }
    }
    Ok(known)
}

pub async fn quarantine(tx: &mut Tx, event: &QuarantinedEvent, at: Timestamp) -> Result<()> {
    sqlx::query("insert into field_event_quarantine (id, event_id, account_id, device_id, received_at, body, code) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(new_id().to_string())
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

/// The stored body of one event.
pub async fn body(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let row = sqlx::query("select body from field_event where id = $1").bind(id).fetch_optional(&mut *tx).await?;
    row.map(|row| Ok(row.try_get("body")?)).transpose()
}
