use casework::wire::v1::ErrorCode;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    document::StatusSetter,
    pages::page_context,
    texts::{common, errors},
    ui::{ErrorView, PageFrame},
};

/// An address that is no page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    if let Some(StatusSetter(set)) = use_context::<StatusSetter>() {
        set(404);
    }
    let page = page_context();
    let locale = page.locale;
    let path = use_location().pathname.get_untracked();
    view! {
        <PageFrame page=page title=common::NOT_FOUND_TITLE.get(locale).to_owned() path=path next="/".to_owned()>
            <ErrorView error=errors::api_error(ErrorCode::NotFound, None) locale=locale />
        </PageFrame>
    }
}
