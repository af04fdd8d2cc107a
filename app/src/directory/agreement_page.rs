use casework::{
    ids::AgreementId,
    wire::v1::{AgreementView, ErrorCode},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    agreement_card::{AgreementCard, earlier},
    agreement_form::AgreementForm,
    agreements_page::keeps,
    ways::AGREEMENTS_PATH,
};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{directory, errors},
    ui::PageFrame,
};

/// `/repertoire/ententes/:id`: one agreement, all its versions, and its renewal.
#[component]
pub fn AgreementPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let asked = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("{AGREEMENTS_PATH}/{asked}");
    let id = asked.parse::<AgreementId>().ok();
    let data = load(move |gateway| async move {
        let register = gateway.agreements().await?;
        let found = register.agreements.into_iter().find(|agreement| Some(agreement.id) == id);
        found.map(|view| (view, register.today)).ok_or_else(|| errors::api_error(ErrorCode::NotFound, None))
    });
    let context = page.clone();
    view! {
        <PageFrame page=page title=directory::AGREEMENTS_TITLE.get(locale).to_owned() path=path.clone() next=path>
            <p class="back">
                <a href=AGREEMENTS_PATH rel="external">{directory::AGREEMENT_BACK.get(locale)}</a>
            </p>
            <h1>{directory::AGREEMENTS_TITLE.get(locale)}</h1>
            {shown(data, move |(view, today)| agreement_view(view, today, &context))}
        </PageFrame>
    }
}

fn agreement_view(view: AgreementView, today: String, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let earlier = earlier(&view.versions, locale);
    let form = keeps(page).then(|| {
        view! {
            <section class="card stack screen-only" aria-labelledby="changer">
                <h2 id="changer">{directory::AGREEMENT_CHANGE.get(locale)}</h2>
                <AgreementForm known=view.clone() form_id=page.form_id.clone() today=today csrf=page.csrf.clone() locale=locale />
            </section>
        }
    });
    view! {
        <div class="stack">
            <AgreementCard view=view.clone() locale=locale />
            {earlier}
            {form}
        </div>
    }
}
