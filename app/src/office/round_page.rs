use casework::wire::v1::RoundPlan;
use leptos::prelude::*;

use super::{
    building_form::BuildingForm,
    round_group::{RoundGroup, WITHDRAW_FORM_ID, by_when},
};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::round,
    ui::{CsrfField, PageFrame},
};

const PATH: &str = "/bureau/tournee";

/// `/bureau/tournee`: every building and the day it is visited.
#[component]
pub fn RoundPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.round_plan().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=round::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |plan| round_view(plan, context.clone()))}
        </PageFrame>
    }
}

fn round_view(plan: RoundPlan, page: PageContext) -> impl IntoView {
    let locale = page.locale;
    let RoundPlan { today, buildings, municipalities } = plan;
    let empty = buildings.is_empty().then(|| view! { <p class="empty">{round::EMPTY.get(locale)}</p> });
    let groups = by_when(buildings, &today)
        .into_iter()
        .map(|(when, buildings)| view! { <RoundGroup when=when buildings=buildings today=today.clone() csrf=page.csrf.clone() locale=locale /> })
        .collect_view();
    view! {
        <h1>{round::TITLE.get(locale)}</h1>
        <p class="muted">{round::INTRODUCTION.get(locale)}</p>
        <BuildingForm municipalities=municipalities today=today csrf=page.csrf.clone() locale=locale />
        {empty}
        <form id=WITHDRAW_FORM_ID method="post" action=PATH hidden>
            <CsrfField csrf=page.csrf.clone() />
            <input type="hidden" name="planned_on" value="" />
        </form>
        {groups}
    }
}
