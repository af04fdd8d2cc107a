//! A new version of the app. `boot.js` registers the service worker and says when a new one waits; the person decides.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use serde::Deserialize;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;

use super::{state::Device, timers::sleep_ms};
use crate::{gateway::http, texts::Locale};

const WAITING: &str = "brigade:update-waiting";
const OFFLINE: &str = "brigade:offline";
const ACTIVATE: &str = "brigade:update-activate";

/// Whether the app itself is kept on this phone: without that it would not open again without a network, whatever data are here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppKept {
    /// Being fetched, or not tried yet.
    Unknown,
    Kept,
    /// The browser could not keep it: no room, no secure page, or the network went meanwhile. Tried again by itself a few times.
    Failed,
}

/// Told by the newer version itself: this one cannot know.
const NEWS: &str = "/nouveautes.json";
const NEWS_WAIT: Duration = Duration::from_secs(20);
/// A worker that does not take over by then will not: the person goes on with the version they have.
const TAKE_OVER_MS: i64 = 15_000;

/// What a new version brings to the field, a sentence each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct News {
    fr: Vec<String>,
    en: Vec<String>,
}

impl News {
    pub fn of(&self, locale: Locale) -> &[String] {
        match locale {
            Locale::Fr => &self.fr,
            Locale::En => &self.en,
        }
    }
}

/// Raises the signal when a new version waits, and asks what is new.
pub fn watch(device: Device) {
    let Some(window) = web_sys::window() else { return };
    let ready = move || {
        device.update_ready.set(true);
        spawn_local(async move {
            // Without them the notice says less, and nothing else.
            if let Ok(news) = http::get::<News>(NEWS, NEWS_WAIT).await {
                device.news.set(news);
            }
        });
    };
    let already = window.document().and_then(|document| document.document_element()).is_some_and(|root| root.has_attribute("data-update-waiting"));
    if already {
        ready();
    }
    let heard = Closure::<dyn FnMut()>::new(ready);
    let _ = window.add_event_listener_with_callback(WAITING, heard.as_ref().unchecked_ref());
    // Lives as long as the page.
    heard.forget();
}

/// Follows whether the app is kept on this phone.
pub fn watch_kept(device: Device) {
    let Some(window) = web_sys::window() else { return };
    let read = move || {
        let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
        device.app_kept.set(match root.and_then(|root| root.get_attribute("data-offline")).as_deref() {
            Some("kept") => AppKept::Kept,
            Some("failed") => AppKept::Failed,
            _ => AppKept::Unknown,
        });
    };
    read();
    let heard = Closure::<dyn FnMut()>::new(read);
    let _ = window.add_event_listener_with_callback(OFFLINE, heard.as_ref().unchecked_ref());
    // Lives as long as the page.
    heard.forget();
}

/// Takes the new version. The page reloads once it is in charge; until then there is nothing to type into.
pub fn activate(device: Device) {
    if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(ACTIVATE)) {
        device.updating.set(true);
        let _ = window.dispatch_event(&event);
        spawn_local(async move {
            sleep_ms(TAKE_OVER_MS).await;
            device.updating.set(false);
        });
    }
}
