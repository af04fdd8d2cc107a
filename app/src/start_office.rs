//! The office's entry.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    document::{PAGE_CONTEXT_ID, PageContext},
    gateway::{AnyGateway, http::HttpGateway},
    kept_forms,
    pages::OfficeApp,
};

/// Hydrates a page that the server rendered.
pub fn start_office() {
    console_error_panic_hook::set_once();
    // Without the server's own values the page would not hydrate to the same characters: leave it as it was sent. Its links and forms work.
    let Some(page) = page_context() else { return };
    kept_forms::watch(&page);
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
