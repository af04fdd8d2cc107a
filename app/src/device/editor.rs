//! One tab writes. The others show the same things and may take over; ids and sequences stay unique either way, since IndexedDB orders the writes.

use leptos::{prelude::*, task::spawn_local};

use super::{
    locks::{self, Eagerness, Held},
    startup,
    state::Device,
    timers::sleep_ms,
};

const LOCK: &str = "brigade-editor";

/// Takes the hand if nobody has it. A page that is being left needs a moment to let go.
pub async fn try_take(device: Device) {
    for attempt in 0..6 {
        if attempt > 0 {
            sleep_ms(250).await;
        }
        if let Some(held) = locks::take(LOCK, Eagerness::IfFree).await {
            hold(device, held);
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
    device.editor.set(true);
    spawn_local(async move {
        held.lost().await;
        device.editor.set(false);
    });
}
