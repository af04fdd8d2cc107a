//! What is behind the gate, in a WebAssembly of its own: every screen after the PIN, and the exchange with the server.
//!
//! A first visit on a slow network is asked for its PIN as soon as half the program is here; the other half arrives while the PIN is typed. `#[wasm_split]`
//! marks where the program is cut: `cargo xtask build` takes what only [`load_table`] reaches, code and texts, out of the first file. What both halves use
//! stays in the first. So the first half must reach the second through [`Behind`] alone: one call elsewhere to a screen, or to a function that reads a
//! sheet or a grid, brings it back into the first file, and nothing breaks but the figures.
#![cfg_attr(feature = "field", expect(clippy::unnecessary_wraps, reason = "`#[wasm_split]` wants room for its own error in what the marked function returns"))]

use std::{cell::Cell, pin::Pin};

use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use web_sys::Event;

use crate::{
    device::{
        Device,
        idb::StoreError,
        outbox::{self, Kick},
        startup, waiting,
    },
    field,
};

const LOADED_ALL: &str = "brigade:loaded";

type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// The second half of the program, once it is here.
#[derive(Clone, Copy)]
pub struct Behind {
    /// The screens.
    pub screens: fn() -> AnyView,
    /// What follows an opening: see [`startup::enter`].
    pub enter: fn(Device) -> Task<Result<(), StoreError>>,
    /// See [`outbox::transfer`].
    pub transfer: fn(Device, Kick) -> Task<bool>,
    /// See [`waiting::count_all`].
    pub count: fn(Device) -> Task<()>,
}

thread_local! {
    static LOADED: Cell<Option<Behind>> = const { Cell::new(None) };
}

#[cfg(feature = "field")]
#[leptos::wasm_split::wasm_split(behind, fallible, wasm_split_path = leptos::wasm_split)]
fn load_table() -> Result<Behind, SplitLoaderError> {
    Ok(table())
}

/// Uncut, where this is compiled and never run: in the office's program.
#[cfg(not(feature = "field"))]
async fn load_table() -> Result<Behind, SplitLoaderError> {
    std::future::ready(Ok(table())).await
}

fn table() -> Behind {
    Behind {
        screens: field::screens,
        enter: |device| Box::pin(startup::enter(device)),
        transfer: |device, kick| Box::pin(outbox::transfer(device, kick)),
        count: |device| Box::pin(waiting::count_all(device)),
    }
}

/// The second half, if it is here.
pub fn loaded() -> Option<Behind> {
    LOADED.get()
}

/// Fetches the second half, unless it is here. Asked again after a failure, it tries again.
///
/// # Errors
/// When it could not be fetched.
pub async fn load() -> Result<Behind, SplitLoaderError> {
    let behind = load_table().await?;
    LOADED.set(Some(behind));
    Ok(behind)
}

/// The first screen is shown: fetches the second half while nobody waits for it yet (whoever does will say what went wrong). Not before: it comes by the same
/// slow network as what the first screen asks of the server. Then tells `boot.js`, which lets the service worker take it all from the browser's own cache.
pub fn preload() {
    spawn_local(async {
        let _ = load().await;
        if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(LOADED_ALL)) {
            let _ = window.dispatch_event(&event);
        }
    });
}
