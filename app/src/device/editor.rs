//! One tab writes. The others show the same things and may take over; ids and sequences stay unique either way, since IndexedDB orders the writes.

use std::cell::Cell;

use leptos::{prelude::*, task::spawn_local};

use super::{
    locks::{self, Eagerness, Held},
    startup,
    state::Device,
    timers::sleep_ms,
};

const LOCK: &str = "brigade-editor";

thread_local! {
    /// This tab has the hand already, from before it was locked.
    static HOLDING: Cell<bool> = const { Cell::new(false) };
}

/// Takes the hand if nobody has it. A page that is being left needs a moment to let go.
pub async fn try_take(device: Device) {
    if HOLDING.get() {
        return;
    }
    for attempt in 0..6 {
        if attempt > 0 {
            sleep_ms(250).await;
        }
        if let Some(held) = locks::take(LOCK, Eagerness::IfFree).await {
            let was_reading = !device.editor.get_untracked();
            hold(device, held);
            if was_reading {
                // What the other tab wrote is not in this one's memory.
                device.changed.update(|revision| *revision = revision.wrapping_add(1));
            }
            return;
        }
    }
    device.editor.set(false);
}

/// Takes the hand from the other tab: the person asked.
pub fn take_over(device: Device) {
    spawn_local(async move {
        if let Some(held) = locks::take(LOCK, Eagerness::Steal).await {
            hold(device, held);
            startup::reread(device).await;
        }
    });
}

fn hold(device: Device, held: Held) {
    HOLDING.set(true);
    device.editor.set(true);
    spawn_local(async move {
        held.lost().await;
        HOLDING.set(false);
        device.editor.set(false);
    });
}
