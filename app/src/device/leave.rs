//! Leaving: locking is [`super::entry::lock`]; signing out also ends the session, at once or at the next contact, and keeps what was not sent, sealed.

use std::cell::RefCell;

use casework::wire::v1::SessionView;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    digest, entry,
    idb::{self, Mode, StoreError, stores},
    state::{Device, Net},
    store,
    timers::sleep_ms,
};
use crate::gateway::sync;

/// In `meta`, in clear: a session that the person left without a network.
const LEFT: &str = "session_left";

/// Which session was left. One opened later, with the password, is another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Left {
    /// Fingerprint of the session; `None` when this page never saw it: then the first one met is taken for it.
    session: Option<String>,
}

thread_local! {
    static SESSION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The anti-forgery text is the session's own and never changes; only its fingerprint is kept.
async fn fingerprint(session: &SessionView) -> Option<String> {
    let bytes = js_sys::Uint8Array::from(session.csrf.as_bytes());
    digest::sha256(&bytes).await.map(|hash| digest::hex(&hash))
}

/// Ends a session that the person has already left. `true` when this is the one, or when it could not be ended yet.
pub async fn is_left(session: &SessionView) -> bool {
    let mark = fingerprint(session).await;
    SESSION.set(mark.clone());
    let Ok(Some(left)) = left().await else { return false };
    if left.session.is_some() && left.session != mark {
        let _ = set_left(None).await;
        return false;
    }
    if sync::sign_out().await.is_ok() {
        let _ = set_left(None).await;
    }
    true
}

async fn left() -> Result<Option<Left>, StoreError> {
    idb::begin(&[stores::META], Mode::Read).await?.get(stores::META, LEFT).await
}

async fn set_left(left: Option<&Left>) -> Result<(), StoreError> {
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    match left {
        Some(left) => transaction.put(stores::META, LEFT, left)?,
        None => transaction.delete(stores::META, LEFT)?,
    }
    transaction.commit().await
}

/// Waits until what the screens were writing is written; gives up after some seconds.
pub async fn settle_writes(device: Device) {
    for _ in 0..200 {
        sleep_ms(50).await;
        if device.writing.get_untracked() == 0 {
            return;
        }
    }
}

/// Signs out: what was not sent stays, sealed; the rest is forgotten. Says whether the session is known to be closed.
pub async fn sign_out(device: Device) -> bool {
    settle_writes(device).await;
    // A failure leaves the rows sealed, as unsent ones are.
    let _ = store::forget_received().await;
    let closed = sync::sign_out().await.is_ok();
    if !closed {
        let session = SESSION.with_borrow(Clone::clone);
        let _ = set_left(Some(&Left { session })).await;
    }
    entry::lock(device).await;
    device.set_net(if closed { Net::SignInNeeded } else { Net::Offline });
    closed
}
