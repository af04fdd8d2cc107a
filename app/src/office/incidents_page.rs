use casework::wire::v1::{IncidentRegister, IncidentView};
use leptos::prelude::*;

use super::{
    incident_card::IncidentCard,
    privacy_ways::{INCIDENTS_PATH as PATH, PrivacyWays},
};
use crate::{
    pages::{load, page_context, shown},
    texts::{Locale, common, incident},
    ui::PageFrame,
};

/// `/bureau/vie-privee/incidents`: the register of confidentiality incidents, whole, as it is printed for the Commission.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.incidents().await });
    view! {
        <PageFrame page=page title=incident::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <PrivacyWays path=PATH locale=locale />
            <h1>{incident::TITLE.get(locale)}</h1>
            <p class="muted">{incident::INTRODUCTION.get(locale)}</p>
            <p class="muted small">{incident::LAW.get(locale)}</p>
            {shown(data, move |register| register_view(register, locale))}
        </PageFrame>
    }
}

fn register_view(register: IncidentRegister, locale: Locale) -> impl IntoView {
    let none = register.incidents.is_empty().then(|| view! { <p class="empty">{incident::NONE.get(locale)}</p> });
    let cards = register.incidents.into_iter().map(|view| card(view, locale)).collect_view();
    view! {
        <p class="cluster screen-only">
            <a class="button" href="/bureau/signaler" rel="external">{common::REPORT_INCIDENT.get(locale)}</a>
        </p>
        <p class="muted small screen-only">{incident::PRINT.get(locale)}</p>
        {none}
        <div class="stack">{cards}</div>
    }
}

fn card(view: IncidentView, locale: Locale) -> impl IntoView {
    let text = if view.versions.is_empty() { incident::OPEN } else { incident::CORRECT };
    let href = format!("{PATH}/{}", view.id);
    let acts = view! {
        <p class="screen-only">
            <a class="button" href=href rel="external" data-testid="incident-open">{text.get(locale)}</a>
        </p>
    };
    view! { <IncidentCard view=view acts=acts.into_any() locale=locale /> }
}
