//! When to try the server again: coming online, coming back to the screen, and time.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventTarget, VisibilityState};

use super::{
    clock, editor, idle,
    outbox::{self, Kick},
    state::{Device, Net},
    timers::sleep_ms,
};

fn on(target: &EventTarget, event: &str, act: impl FnMut() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(act);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    // Lives as long as the page.
    closure.forget();
}

/// Starts listening; once per page.
pub fn listen(device: Device) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    on(&window, "online", move || outbox::kick(device, Kick::Full));
    on(&window, "offline", move || device.set_net(Net::Offline));
    on(&window, "pageshow", move || outbox::kick(device, Kick::Full));
    let page = document.clone();
    on(&document, "visibilitychange", move || {
        if page.visibility_state() == VisibilityState::Hidden {
            idle::hidden(device);
        } else {
            idle::shown(device);
            device.now.set(clock::now());
            outbox::kick(device, Kick::Full);
            if !device.editor.get_untracked() {
                spawn_local(editor::try_take(device));
            }
        }
    });
    spawn_local(async move {
        loop {
            sleep_ms(30_000).await;
            device.now.set(clock::now());
            outbox::count(device).await;
        }
    });
}
