//! A lost phone that the office gave up erases itself at its first contact.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::{
    idb,
    state::{Device, Opening},
    vault,
};
use crate::gateway::sync;

/// Erases keys, database and caches, ends the session, and says so.
pub async fn obey(device: Device) {
    vault::close();
    device.opening.set(Opening::Revoked);
    super::entry::forget_shown(device);
    // What cannot be deleted was emptied; nobody is left to be told more.
    let _ = idb::erase().await;
    clear_caches().await;
    // The server refuses this phone anyway.
    let _ = sync::sign_out().await;
}

async fn clear_caches() -> Option<()> {
    let caches = web_sys::window()?.caches().ok()?;
    let names: Array = JsFuture::from(caches.keys()).await.ok()?.dyn_into().ok()?;
    for name in names.iter().filter_map(|name| name.as_string()) {
        let _ = JsFuture::from(caches.delete(&name)).await;
    }
    Some(())
}
