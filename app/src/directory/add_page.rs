use casework::wire::v1::{ErrorCode, ServiceQuery};
use leptos::prelude::*;

use super::{
    service_form::ServiceForm,
    ways::{ADD_PATH as PATH, DirectoryWays},
};
use crate::{
    pages::{load, page_context, shown},
    texts::{directory, errors},
    ui::PageFrame,
};

/// `/repertoire/ajouter`: one more service.
#[component]
pub fn AddServicePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move {
        let found = gateway.directory(ServiceQuery::default()).await?;
        if found.may_keep { Ok(found) } else { Err(errors::api_error(ErrorCode::NotFound, None)) }
    });
    let (csrf, form_id) = (page.csrf.clone(), page.form_id.clone());
    view! {
        <PageFrame page=page title=directory::ADD_TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(
                data,
                move |found| {
                    view! {
                        <DirectoryWays path=PATH may_keep=true may_read_agreements=found.may_keep_agreements locale=locale />
                        <h1>{directory::ADD_TITLE.get(locale)}</h1>
                        <section class="card">
                            <ServiceForm organisations=found.organisations form_id=form_id.clone() csrf=csrf.clone() locale=locale />
                        </section>
                    }
                },
            )}
        </PageFrame>
    }
}
