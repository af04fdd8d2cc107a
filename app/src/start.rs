//! The browser's entry: which front door is this?

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    document::{PAGE_CONTEXT_ID, PageContext},
    gateway::{AnyGateway, http::HttpGateway},
    pages::OfficeApp,
};

/// Mounts the field app at `/terrain`, hydrates the page anywhere else.
pub fn start() {
    console_error_panic_hook::set_once();
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    if path == "/terrain" || path.starts_with("/terrain/") {
        crate::field::mount();
        return;
    }
    // Without the server's own values the page would not hydrate to the same characters: leave it as it was sent. Its links and forms work.
    let Some(page) = page_context() else { return };
    let gateway: AnyGateway = Arc::new(HttpGateway);
    leptos::mount::hydrate_body(move || {
        provide_context(page);
        provide_context(gateway);
        view! { <OfficeApp /> }
    });
}

fn page_context() -> Option<PageContext> {
    let json = web_sys::window()?.document()?.get_element_by_id(PAGE_CONTEXT_ID)?.text_content()?;
    serde_json::from_str(&json).ok()
}
