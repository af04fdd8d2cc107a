use casework::wire::v1::{CaseMap, CasePoint};
use leptos::prelude::*;

use super::features::case_map_json;
use crate::{
    pages::{load, page_context, shown},
    texts::{Locale, map, office},
    ui::{BandMark, CaseStatus, DangerBadge, PageFrame},
};

const PATH: &str = "/carte";

/// `/carte`: the map, and beside it the list that says the same to whoever does not use a map.
#[component]
pub fn MapPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.case_map().await });
    view! {
        <PageFrame page=page title=map::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <h1>{map::TITLE.get(locale)}</h1>
            {shown(data, move |answer| map_view(answer, locale))}
        </PageFrame>
    }
}

fn map_view(answer: CaseMap, locale: Locale) -> impl IntoView + use<> {
    let json = case_map_json(&answer, locale);
    let no_background = answer.tiles_url.is_none().then(|| view! { <p class="muted small">{map::NO_BACKGROUND.get(locale)}</p> });
    let mut cases = answer.cases;
    // Danger first, then the worst band; cases without a band last.
    cases.sort_by(|one, other| {
        let rank = |case: &CasePoint| (!case.danger, case.band.is_none());
        rank(one).cmp(&rank(other)).then_with(|| other.band.cmp(&one.band)).then_with(|| one.address.cmp(&other.address))
    });
    let count = office::counted(u64::try_from(cases.len()).unwrap_or(u64::MAX), map::LIST_TITLE_ONE, map::LIST_TITLE_MANY, locale);
    let empty = cases.is_empty().then(|| view! { <p class="muted">{map::LIST_EMPTY.get(locale)}</p> });
    let rows = cases.into_iter().map(|case| case_line(case, locale)).collect_view();
    let legend = ["A", "B", "C", "D"]
        .into_iter()
        .map(|letter| {
            let meaning = crate::texts::common::band(letter).map_or("", |meaning| meaning.get(locale));
            view! {
                <li class="cluster cluster--tight">
                    <BandMark band=Some(letter.to_owned()) locale=locale />
                    <span>{meaning}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <p class="muted">{map::INTRODUCTION.get(locale)}</p>
        <div class="map-page">
            <section class="map-page__map stack stack--tight" aria-label=map::MAP_LABEL.get(locale)>
                <case-map>
                    <script type="application/json" class="case-map-data" inner_html=json></script>
                </case-map>
                {no_background}
                <ul class="map-legend" aria-label=map::LEGEND.get(locale)>{legend}</ul>
            </section>
            <section class="map-page__list stack stack--tight">
                <h2>{count}</h2>
                {empty}
                <ul class="map-list" data-testid="map-list">{rows}</ul>
            </section>
        </div>
    }
}

fn case_line(case: CasePoint, locale: Locale) -> impl IntoView + use<> {
    let name = view! { <a href=case.page() rel="external">{case.address.clone()}</a> };
    let danger = case.danger.then(|| view! { <DangerBadge locale=locale /> });
    let dwellings = office::counted(u64::from(case.dwellings), office::DWELLINGS_ONE, office::DWELLINGS_MANY, locale);
    let place = match &case.borough {
        Some(borough) => format!("{} ({borough}), {dwellings}", case.municipality),
        None => format!("{}, {dwellings}", case.municipality),
    };
    view! {
        <li
            class="map-list__row"
            data-testid="map-list-row"
            data-id=case.id.to_string()
            data-number=case.number.clone()
            data-band=case.band.clone().unwrap_or_default()
            data-danger=case.danger.to_string()
        >
            <BandMark band=case.band.clone() locale=locale />
            <div class="stack stack--tight">
                {name}
                <span class="muted small">{format!("{} · {place}", case.number)}</span>
                <span class="cluster cluster--tight"><CaseStatus stage=case.stage locale=locale /> {danger}</span>
            </div>
        </li>
    }
}
