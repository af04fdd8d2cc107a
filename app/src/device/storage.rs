//! How much room the phone has, and whether the browser promised to keep it.

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

use super::{
    idb::{self, Mode, StoreError, stores},
    records::meta,
    vault,
};

/// Below this much free room a visit with photos may not fit.
const FREE_BYTES_MIN: f64 = 200.0 * 1024.0 * 1024.0;

/// Kept free of photos, so that answers and notes still find room when photos have filled the rest.
const RESERVE_BYTES: f64 = 16.0 * 1024.0 * 1024.0;

/// Size of what is given up for the sake of answers and notes: thousands of them.
const RESERVE_RECORD_BYTES: u32 = 1024 * 1024;
/// Most that `getRandomValues` gives at once is 64 KiB.
const RANDOM_BYTES: usize = 32 * 1024;

fn manager() -> Option<StorageManager> {
    let storage = web_sys::window()?.navigator().storage();
    // Absent outside a secure context.
    (!JsValue::from(storage.clone()).is_undefined()).then_some(storage)
}

async fn free_bytes(storage: &StorageManager) -> Option<f64> {
    let estimate = StorageEstimate::from(JsFuture::from(storage.estimate().ok()?).await.ok()?);
    Some(estimate.get_quota()? - estimate.get_usage()?)
}

/// Whether everything kept here would vanish with the window, as far as a browser tells: a private window of Firefox or Safari refuses the origin its own
/// file system. Chromium tells nothing (it gives the same quota to both since it hides the disk's size); a guess anyway, so the person may say otherwise.
pub async fn looks_private() -> bool {
    match manager() {
        Some(storage) => refuses_files(&storage).await,
        None => false,
    }
}

/// By name: older browsers have no such function, which says nothing.
async fn refuses_files(storage: &StorageManager) -> bool {
    let asked = Reflect::get(storage, &"getDirectory".into()).ok().and_then(|function| function.dyn_into::<Function>().ok());
    match asked.map(|function| function.call0(storage).and_then(JsCast::dyn_into::<Promise>)) {
        Some(Ok(answer)) => JsFuture::from(answer).await.is_err(),
        Some(Err(_)) => true,
        None => false,
    }
}

/// Asks the browser not to clear what is kept here under pressure. It may ask the person in turn, or refuse: nothing depends on its answer.
pub async fn persist() {
    if let Some(asked) = manager().and_then(|storage| storage.persist().ok()) {
        drop(JsFuture::from(asked).await);
    }
}

/// Whether a visit with photos may not fit, as far as the browser says.
pub async fn is_short() -> bool {
    match manager() {
        Some(storage) => free_bytes(&storage).await.is_some_and(|free| free < FREE_BYTES_MIN),
        None => false,
    }
}

/// Whether a photo fits with much to spare, by what the browser says; some always say that it does, and [`keep_reserve`] is there for them.
pub async fn has_room_for(photo_bytes: u32) -> bool {
    let Some(storage) = manager() else { return true };
    free_bytes(&storage).await.is_none_or(|free| free >= f64::from(photo_bytes) + RESERVE_BYTES)
}

/// Sets the reserve aside, unless it is there. Asked before each photo: one that would need its room is refused instead.
///
/// # Errors
/// [`StoreError::Full`] when there is no room for it.
pub async fn keep_reserve() -> Result<(), StoreError> {
    let known = idb::begin(&[stores::META], Mode::Read).await?.keys(stores::META, meta::RESERVE).await?;
    if !known.is_empty() {
        return Ok(());
    }
    // Random: zeros would be compressed to nothing by some browsers.
    let bytes = Uint8Array::new_with_length(RESERVE_RECORD_BYTES);
    for at in (0..RESERVE_RECORD_BYTES).step_by(RANDOM_BYTES) {
        bytes.set(&Uint8Array::from(vault::random::<RANDOM_BYTES>()?.as_slice()), at);
    }
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    transaction.put_value(stores::META, meta::RESERVE, &bytes)?;
    transaction.commit().await
}

/// Gives the reserve up.
///
/// # Errors
/// When the store fails.
pub async fn give_up_reserve() -> Result<(), StoreError> {
    let transaction = idb::begin(&[stores::META], Mode::Write).await?;
    transaction.delete(stores::META, meta::RESERVE)?;
    transaction.commit().await
}
