//! A phone put away locks itself.

use std::cell::Cell;

use casework::clock::Timestamp;
use leptos::{prelude::*, task::spawn_local};

use super::{
    clock, entry,
    state::{Device, Opening},
    timers::sleep_ms,
};

/// Time in the background after which the PIN is asked for again.
const BACKGROUND_MS: i64 = 10 * Timestamp::MINUTE_MS;

thread_local! {
    /// When the page left the screen: the phone's clock, and the one that cannot be set but may stop while the phone sleeps.
    static HIDDEN_AT: Cell<Option<(i64, i64)>> = const { Cell::new(None) };
}

/// The page left the screen.
pub fn hidden(device: Device) {
    let at = (clock::now().0, clock::monotonic_ms());
    HIDDEN_AT.set(Some(at));
    spawn_local(async move {
        // Stretched or stopped by the browser: the return is checked too.
        sleep_ms(BACKGROUND_MS).await;
        if HIDDEN_AT.get() == Some(at) {
            lock(device);
        }
    });
}

/// The page is back on screen.
pub fn shown(device: Device) {
    let Some((wall, monotonic)) = HIDDEN_AT.take() else { return };
    // Whichever clock says longer: setting one back does not keep the phone open.
    if (clock::now().0 - wall).max(clock::monotonic_ms() - monotonic) >= BACKGROUND_MS {
        lock(device);
    }
}

fn lock(device: Device) {
    if device.opening.with_untracked(|opening| matches!(opening, Opening::Ready | Opening::Incomplete)) {
        spawn_local(entry::lock(device));
    }
}
