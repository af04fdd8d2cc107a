//! The wasm entry points, exported to `boot.js`: the same crate compiled once for the field and once for the office, each keeping only what it reaches.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by `boot.js` when the module is ready.
#[wasm_bindgen]
pub fn start() {
    #[cfg(feature = "field")]
    app::start_field();
    #[cfg(feature = "office")]
    app::start_office();
}
