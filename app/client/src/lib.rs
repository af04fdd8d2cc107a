//! The wasm entry point, exported to `boot.js`.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by `boot.js` when the module is ready.
#[wasm_bindgen]
pub fn start() {
    app::start();
}
