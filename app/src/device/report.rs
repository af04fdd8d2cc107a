//! What this phone holds, told to the server so that the office sees unsent work; and the server's word on a lost phone.
//!
//! Told at the first contact of the page, locked or not, and whenever it changed since.

use std::cell::RefCell;

use casework::{
    ids::AccountId,
    wire::v1::{BUILD_CHARS_MAX, DeviceReport, PROTOCOL},
};
use leptos::prelude::*;

use super::{
    clock,
    state::Device,
    store,
    vault::{
        self,
        directory::{self, Holdings},
    },
};
use crate::gateway::{http::FetchError, sync};

thread_local! {
    static LAST: RefCell<Option<(AccountId, Holdings)>> = const { RefCell::new(None) };
}

/// Name of this build: the hash that the page's script carries in its own name.
fn build() -> String {
    let script = web_sys::window().and_then(|window| window.document()).and_then(|document| document.query_selector("script[type=module]").ok().flatten());
    let name = script.and_then(|script| script.get_attribute("src")).unwrap_or_default();
    let file = name.rsplit('/').next().unwrap_or_default();
    file.rsplit('.').nth(1).unwrap_or(file).chars().take(BUILD_CHARS_MAX).collect()
}

/// What waits in the vault of an account: exactly when it is open, as far as its keys tell when it is not.
async fn holdings(device: Device, account: AccountId) -> Holdings {
    match vault::current().filter(|vault| vault.account_id == account) {
        Some(vault) => {
            let status = device.status.get_untracked();
            let holdings = Holdings { events: status.events + status.attention, photos: status.photos, oldest: status.oldest };
            // Kept in clear for the reports of a phone that stays locked; a failure only makes one less exact.
            let _ = directory::note_holdings(&vault.namespace, &holdings).await;
            holdings
        }
        None => directory::holdings(account).await.unwrap_or_default(),
    }
}

/// Tells the server, unless it knows. `Ok(true)` when the phone was given up.
///
/// # Errors
/// As [`sync::report`].
pub async fn send(device: Device, account: AccountId) -> Result<bool, FetchError> {
    super::outbox::count(device).await;
    let holdings = holdings(device, account).await;
    let told = Some((account, holdings.clone()));
    if LAST.with_borrow(|last| *last == told) {
        return Ok(false);
    }
    let reply = sync::report(&message(&holdings).await?).await?;
    LAST.set(told);
    Ok(reply.revoked)
}

/// Whether the server, which knows nobody here, says that this phone was given up. A phone that holds nothing of anybody does not ask.
pub async fn is_given_up(device: Device) -> bool {
    let account = match vault::current() {
        Some(vault) => Some(vault.account_id),
        None => directory::rows().await.unwrap_or_default().first().map(|row| row.account_id),
    };
    let Some(account) = account else { return false };
    let Ok(message) = message(&holdings(device, account).await).await else { return false };
    match sync::report(&message).await {
        Ok(reply) => reply.revoked,
        Err(error) => sync::is_revoked(&error),
    }
}

async fn message(holdings: &Holdings) -> Result<DeviceReport, FetchError> {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(DeviceReport {
        protocol: PROTOCOL,
        device_id: store::device_id().await.map_err(|_| FetchError::Unreachable)?,
        device_now: clock::now(),
        build: build(),
        unsent_events: number(holdings.events),
        unsent_photos: number(holdings.photos),
        oldest_unsent_at: holdings.oldest.filter(|_| holdings.events + holdings.photos > 0),
    })
}
