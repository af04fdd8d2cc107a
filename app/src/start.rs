//! The browser's entry: which front door is this?

/// Mounts the field app at `/terrain`, hydrates the page anywhere else.
pub fn start() {
    console_error_panic_hook::set_once();
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    if path == "/terrain" || path.starts_with("/terrain/") {
        crate::field::mount();
    }
}
