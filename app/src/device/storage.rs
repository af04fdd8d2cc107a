//! How much room the phone has, and whether the browser promised to keep it.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// Below this much free room a visit with photos may not fit.
pub const FREE_BYTES_MIN: f64 = 200.0 * 1024.0 * 1024.0;

/// Kept free of photos, so that answers and notes still find room when photos have filled the rest.
const RESERVE_BYTES: f64 = 16.0 * 1024.0 * 1024.0;

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

fn manager() -> Option<StorageManager> {
    let storage = web_sys::window()?.navigator().storage();
    // Absent outside a secure context.
    (!JsValue::from(storage.clone()).is_undefined()).then_some(storage)
}

async fn free_bytes(storage: &StorageManager) -> Option<f64> {
    let estimate = StorageEstimate::from(JsFuture::from(storage.estimate().ok()?).await.ok()?);
    Some(estimate.get_quota()? - estimate.get_usage()?)
}

/// Asks the browser to keep the data, then how much is left; `None` when it does not say.
pub async fn secure() -> Option<Room> {
    let storage = manager()?;
    let persistent = match storage.persist() {
        Ok(promise) => JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy()),
        Err(_) => false,
    };
    Some(Room { free_bytes: free_bytes(&storage).await?, persistent })
}

/// Whether a photo fits beside the reserve of answers and notes. A browser that does not say is taken at its write.
pub async fn has_room_for(photo_bytes: u32) -> bool {
    let Some(storage) = manager() else { return true };
    free_bytes(&storage).await.is_none_or(|free| free >= f64::from(photo_bytes) + RESERVE_BYTES)
}
