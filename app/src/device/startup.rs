//! From an empty page to a phone that knows its round, without the network.

use std::{cell::RefCell, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use super::{
    clock, editor, entry,
    idb::{self, StoreError},
    migrate, outbox, passkey,
    records::meta,
    state::{Device, Opening},
    storage, store, triggers, vault, waiting, worker,
};

/// One tab speaks with the server; the others hear what that changed in the store they share.
const CHANNEL: &str = "brigade-store";
/// Drafts changed, or the round.
const CHANGED: &str = "changed";
/// Only what waits changed.
const SENT: &str = "sent";

thread_local! {
    /// Opened with the first vault of this page.
    static OTHERS: RefCell<Option<BroadcastChannel>> = const { RefCell::new(None) };
}

/// Opens the store as far as it goes without a PIN, then starts what runs beside the screens.
pub fn start(device: Device) {
    worker::watch(device);
    worker::watch_kept(device);
    spawn_local(async move {
        if let Err(error) = open(device).await {
            device.opening.set(Opening::Refused(error.to_string()));
            return;
        }
        entry::listen(device);
        triggers::listen(device);
        outbox::kick(device, outbox::Kick::Full);
    });
}

/// What follows an opening: work of before the lock goes in, the round is read, sending starts.
///
/// # Errors
/// When the store fails.
pub async fn enter(device: Device) -> Result<(), StoreError> {
    if let Some(vault) = vault::current() {
        migrate::take_in(&vault).await?;
    }
    device.account.set(store::meta(meta::ACCOUNT).await?);
    listen(device);
    reread(device).await;
    device.opening.set(Opening::Ready);
    // Beside the round. Without room for it now, answers and notes are tried all the same.
    spawn_local(async { drop(storage::keep_reserve().await) });
    // While there is still a network and somewhere to put things: in the basement it is too late.
    spawn_local(look_at_room(device));
    spawn_local(editor::try_take(device));
    spawn_local(passkey::look(device));
    outbox::kick(device, outbox::Kick::Full);
    Ok(())
}

async fn open(device: Device) -> Result<(), StoreError> {
    idb::open().await?;
    store::device_id().await?;
    entry::look(device).await?;
    // Where somebody has a vault already, it was not lost with a window.
    let is_new = device.opening.with_untracked(|opening| matches!(opening, Opening::Nobody));
    if is_new {
        // Beside: a browser that never answers must not keep the phone shut.
        spawn_local(async move { device.private.set(storage::looks_private().await) });
    }
    Ok(())
}

/// Reads again what the screens hold in memory, after something else changed the store.
pub async fn reread(device: Device) {
    reread_round(device).await;
    waiting::count_all(device).await;
    device.changed.update(|revision| *revision = revision.wrapping_add(1));
}

/// The same, when what changed the store is this tab's exchange with the server.
pub async fn reread_received(device: Device) {
    tell(CHANGED);
    reread(device).await;
}

/// Counts again what waits, when this tab sent some of it.
pub async fn count_sent(device: Device) {
    tell(SENT);
    waiting::count_all(device).await;
}

fn tell(word: &str) {
    OTHERS.with_borrow(|others| {
        if let Some(others) = others {
            // A channel that is closed has nobody to tell.
            let _ = others.post_message(&JsValue::from_str(word));
        }
    });
}

/// Hears what another tab received; once per page.
fn listen(device: Device) {
    if OTHERS.with_borrow(Option::is_some) {
        return;
    }
    let Ok(channel) = BroadcastChannel::new(CHANNEL) else { return };
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if device.opening.with_untracked(|opening| *opening != Opening::Ready) {
            return;
        }
        match event.data().as_string().as_deref() {
            Some(CHANGED) => spawn_local(reread(device)),
            Some(SENT) => spawn_local(waiting::count_all(device)),
            Some(_) | None => {}
        }
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    // Lives as long as the page.
    heard.forget();
    OTHERS.set(Some(channel));
}

/// Reads the round again, after this screen changed a visit.
pub async fn reread_round(device: Device) {
    if let Ok(round) = store::round().await {
        device.round.set(Arc::new(round));
    }
    device.round_read.set(true);
    let today = store::meta::<String>(meta::TODAY).await.ok().flatten();
    // What the server said holds for its day only.
    device.today.set(today.filter(|today| *today >= clock::today()).unwrap_or_else(clock::today));
}

/// Asks the browser to keep the data, when a first visit starts and people understand why, and looks at the room left for it.
pub fn secure_storage(device: Device) {
    spawn_local(async move {
        storage::persist().await;
        look_at_room(device).await;
    });
}

async fn look_at_room(device: Device) {
    device.room_short.set(storage::is_short().await);
}
