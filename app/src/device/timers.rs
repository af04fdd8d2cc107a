//! Waiting.

use js_sys::{Function, Promise};
use wasm_bindgen_futures::JsFuture;

/// Waits at least this long; the browser may stretch it in the background.
pub async fn sleep_ms(duration_ms: i64) {
    let Some(window) = web_sys::window() else { return };
    let duration_ms = i32::try_from(duration_ms.max(0)).unwrap_or(i32::MAX);
    let promise = Promise::new(&mut |resolve: Function, _| {
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, duration_ms);
    });
    let _ = JsFuture::from(promise).await;
}
