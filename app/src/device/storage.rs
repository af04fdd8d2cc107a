//! How much room the phone has, and whether the browser promised to keep it.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageEstimate;

/// Below this much free room a visit with photos may not fit.
pub const FREE_BYTES_MIN: f64 = 200.0 * 1024.0 * 1024.0;

/// What the browser says of its storage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub free_bytes: f64,
    /// The browser will not clear it under pressure.
    pub persistent: bool,
}

impl Room {
    pub fn is_short(self) -> bool {
        self.free_bytes < FREE_BYTES_MIN
    }
}

/// Asks the browser to keep the data, then how much is left; `None` when it does not say.
pub async fn secure() -> Option<Room> {
    let storage = web_sys::window()?.navigator().storage();
    // Absent outside a secure context.
    if JsValue::from(storage.clone()).is_undefined() {
        return None;
    }
    let persistent = match storage.persist() {
        Ok(promise) => JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy()),
        Err(_) => false,
    };
    let estimate = StorageEstimate::from(JsFuture::from(storage.estimate().ok()?).await.ok()?);
    Some(Room { free_bytes: estimate.get_quota()? - estimate.get_usage()?, persistent })
}
