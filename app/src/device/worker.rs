//! A new version of the app. `boot.js` registers the service worker and says when a new one waits; the person decides.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

const WAITING: &str = "brigade:update-waiting";
const ACTIVATE: &str = "brigade:update-activate";

/// Raises the signal when a new version waits.
pub fn watch(ready: RwSignal<bool>) {
    let Some(window) = web_sys::window() else { return };
    let already = window.document().and_then(|document| document.document_element()).is_some_and(|root| root.has_attribute("data-update-waiting"));
    if already {
        ready.set(true);
    }
    let heard = Closure::<dyn FnMut()>::new(move || ready.set(true));
    let _ = window.add_event_listener_with_callback(WAITING, heard.as_ref().unchecked_ref());
    // Lives as long as the page.
    heard.forget();
}

/// Takes the new version; the page reloads once it is in charge.
pub fn activate() {
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(ACTIVATE)) {
        let _ = window.dispatch_event(&event);
    }
}
