use casework::{
    ids::ServiceId,
    wire::v1::{ErrorCode, ServicePage as Answer},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{service_card::ServiceCard, service_form::ServiceForm, ways::DIRECTORY_PATH};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{directory, errors},
    ui::{CsrfField, PageFrame, PageTitle},
};

/// `/repertoire/services/:id`: all that is known of one service; those who keep the directory correct it and say that it holds.
#[component]
pub fn ServicePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let asked = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("/repertoire/services/{asked}");
    let id = asked.parse::<ServiceId>().ok();
    let data = load(move |gateway| async move {
        match id {
            Some(id) => gateway.service(id).await,
            None => Err(errors::api_error(ErrorCode::NotFound, None)),
        }
    });
    let context = page.clone();
    view! {
        <PageFrame page=page title=directory::TITLE.get(locale).to_owned() path=path.clone() next=path>
            <p class="back">
                <a href=DIRECTORY_PATH rel="external">{directory::BACK.get(locale)}</a>
            </p>
            {shown(data, move |answer| service_view(answer, &context))}
        </PageFrame>
    }
}

fn service_view(answer: Answer, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let view = answer.service;
    let acts = answer.may_keep.then(|| {
        let (told, act, value) = if view.receives_referrals {
            (directory::RECEIVES, directory::RECEIVE_NOT, "false")
        } else {
            (directory::RECEIVES_NOT, directory::RECEIVE, "true")
        };
        view! {
            <section class="card stack screen-only">
                <form class="stack stack--tight" method="post" action=format!("/repertoire/services/{}/verification", view.id) data-testid="service-verify">
                    <CsrfField csrf=page.csrf.clone() />
                    <input type="hidden" name="revision" value=view.revision.to_string() />
                    <button class="button button--primary" type="submit">{directory::VERIFY.get(locale)}</button>
                    <p class="muted small">{directory::VERIFY_HINT.get(locale)}</p>
                </form>
                <form
                    class="cluster"
                    method="post"
                    action=format!("/repertoire/organismes/{}/references", view.organisation_id)
                    data-testid="organisation-receives"
                    data-receives=view.receives_referrals.to_string()
                >
                    <CsrfField csrf=page.csrf.clone() />
                    <input type="hidden" name="service" value=view.id.to_string() />
                    <input type="hidden" name="receives" value=value />
                    <span>{told.get(locale)}</span>
                    <button class="button button--quiet" type="submit">{act.get(locale)}</button>
                </form>
                <details class="disclosure">
                    <summary>{directory::EDIT.get(locale)}</summary>
                    <div class="disclosure__body">
                        <ServiceForm known=view.clone() csrf=page.csrf.clone() locale=locale />
                    </div>
                </details>
            </section>
        }
    });
    view! {
        <PageTitle text=view.service.name.clone() locale=locale />
        <h1 class="visually-hidden">{view.service.name.clone()}</h1>
        <div class="stack">
            <ServiceCard view=view locale=locale />
            {acts}
        </div>
    }
}
