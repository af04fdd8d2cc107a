//! What waits for the server, as last read, kept up by what this tab writes: the count after a tap reads nothing again, however much waits.
//!
//! What something else changes (the server's answer, a photo that arrived, another tab) is seen by reading again: [`read`].

use std::{cell::RefCell, sync::Arc};

use leptos::prelude::*;

use super::{
    idb::StoreError,
    records::{OutboxRow, PhotoRow, PhotoState},
    state::{Device, Unsent},
    store::{self, Projected},
    vault,
};

struct Waiting {
    /// Of the vault it was read from.
    namespace: String,
    rows: Vec<OutboxRow>,
    photos: Vec<PhotoRow>,
    /// How many of `rows` the screens know of; `None` when photos changed, or nothing was shown yet.
    shown: Option<usize>,
}

thread_local! {
    static WAITING: RefCell<Option<Waiting>> = const { RefCell::new(None) };
}

/// Reads all that waits.
///
/// # Errors
/// When the store fails, or the phone is locked.
async fn read() -> Result<(), StoreError> {
    let namespace = vault::current().map(|vault| vault.namespace.clone()).ok_or_else(|| StoreError::Failed("locked".to_owned()))?;
    // In one transaction, and taken as it ends: a write that comes after it is told after it.
    let (rows, photos) = store::unsent().await?;
    WAITING.set(Some(Waiting { namespace, rows, photos, shown: None }));
    Ok(())
}

/// Forgets what was read: the phone is locked.
pub fn forget() {
    WAITING.set(None);
}

/// A transaction of this tab is complete: what it added waits too.
pub fn wrote(namespace: &str, rows: Vec<OutboxRow>, projected: &[Projected]) {
    WAITING.with_borrow_mut(|waiting| {
        let Some(waiting) = waiting.as_mut().filter(|waiting| waiting.namespace == namespace) else { return };
        for row in rows {
            // Read between the end of the transaction and now, perhaps.
            if waiting.rows.iter().rev().all(|known| known.plan.event_id != row.plan.event_id) {
                waiting.rows.push(row);
            }
        }
        for projected in projected {
            if let Projected::Photo(row) = projected {
                waiting.photos.retain(|known| known.id != row.id);
                if row.waits() {
                    waiting.photos.push(row.clone());
                }
                waiting.shown = None;
            }
        }
    });
}

/// Reads what waits, for the strip that every screen shows.
pub async fn count_all(device: Device) {
    if read().await.is_ok() {
        show(device);
    }
}

/// Counts what this tab just wrote; reads only when nothing was read of this vault yet.
pub async fn count_written(device: Device) {
    let namespace = vault::current().map(|vault| vault.namespace.clone());
    if WAITING.with_borrow(|waiting| waiting.as_ref().is_some_and(|waiting| Some(&waiting.namespace) == namespace.as_ref())) {
        show(device);
    } else {
        count_all(device).await;
    }
}

fn show(device: Device) {
    WAITING.with_borrow_mut(|waiting| {
        let Some(waiting) = waiting else { return };
        match waiting.shown {
            // A handful more than last time: thousands may wait.
            Some(known) if known < waiting.rows.len() => device.unsent.update(|unsent| {
                let unsent = Arc::make_mut(unsent);
                for row in waiting.rows.iter().skip(known) {
                    unsent.events.insert(row.plan.event_id.to_string());
                    unsent.buildings.insert(row.building_id);
                }
            }),
            Some(_) => {}
            None => {
                let unsent = Unsent {
                    events: waiting.rows.iter().map(|row| row.plan.event_id.to_string()).collect(),
                    buildings: waiting.rows.iter().map(|row| row.building_id).chain(waiting.photos.iter().map(|photo| photo.building_id)).collect(),
                };
                if device.unsent.with_untracked(|known| **known != unsent) {
                    device.unsent.set(Arc::new(unsent));
                }
            }
        }
        waiting.shown = Some(waiting.rows.len());
        show_status(device, waiting);
    });
}

fn show_status(device: Device, Waiting { rows, photos, .. }: &Waiting) {
    let waiting = rows.iter().filter(|row| !row.needs_attention());
    let oldest = waiting.clone().map(|row| row.device_at).chain(photos.iter().map(|photo| photo.taken_at)).min();
    let refused_photos = photos.iter().filter(|photo| matches!(photo.state, PhotoState::Refused { .. })).count();
    let (events, attention) = (waiting.count(), rows.iter().filter(|row| row.needs_attention()).count() + refused_photos);
    let photos = photos.len() - refused_photos;
    let differs = device.status.with_untracked(|status| (status.events, status.photos, status.attention, status.oldest) != (events, photos, attention, oldest));
    if differs {
        device.status.update(|status| {
            status.events = events;
            status.photos = photos;
            status.attention = attention;
            status.oldest = oldest;
        });
    }
}
