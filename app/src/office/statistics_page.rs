use casework::{
    statistics::{IndicatorFigures, Split, SplitFigures, TerritoryFigures},
    wire::v1::{ShownQuarter, Statistics},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    pages::{load, page_context, shown},
    texts::{self, Locale, statistics},
    ui::{PageFrame, time},
};

const PATH: &str = "/bureau/statistiques";

/// `/bureau/statistiques`: how many, by whole quarters and municipality, never so few that somebody could be meant.
#[component]
pub fn StatisticsPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let quarter = use_query_map().with_untracked(|query| query.get("trimestre")).filter(|quarter| !quarter.is_empty());
    let asked = quarter.clone();
    let data = load(move |gateway| {
        let quarter = asked.clone();
        async move { gateway.statistics(quarter).await }
    });
    let next = quarter.filter(|quarter| quarter.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    let next = next.map_or_else(|| PATH.to_owned(), |quarter| format!("{PATH}?trimestre={quarter}"));
    view! {
        <PageFrame page=page title=statistics::TITLE.get(locale).to_owned() path=PATH.to_owned() next=next>
            <h1>{statistics::TITLE.get(locale)}</h1>
            <p>{statistics::INTRODUCTION.get(locale)}</p>
            {shown(data, move |statistics| statistics_view(statistics, locale))}
        </PageFrame>
    }
}

fn statistics_view(read: Statistics, locale: Locale) -> impl IntoView {
    let small = read.small.to_string();
    let rules = [statistics::RULE_SMALL, statistics::RULE_SPLIT, statistics::RULE_QUARTER, statistics::RULE_ONCE, statistics::RULE_CITY]
        .map(|rule| view! { <li>{texts::fill(rule.get(locale), &[("small", &small)])}</li> })
        .collect_view();
    let Statistics { quarters, shown, .. } = read;
    let body = match shown {
        None => view! { <p class="empty">{statistics::EMPTY.get(locale)}</p> }.into_any(),
        Some(shown) => quarter_view(shown, &quarters, &small, locale).into_any(),
    };
    view! {
        <details class="disclosure">
            <summary>{statistics::RULES.get(locale)}</summary>
            <ul class="disclosure__body stack stack--tight">{rules}</ul>
        </details>
        {body}
    }
}

/// « 3e trimestre 2026 », of `2026-T3`.
fn quarter_name(quarter: &str, locale: Locale) -> String {
    let Some((year, number)) = quarter.split_once("-T") else { return quarter.to_owned() };
    let text = if number == "1" { statistics::QUARTER_FIRST } else { statistics::QUARTER_NAME };
    texts::fill(text.get(locale), &[("number", number), ("year", year)])
}

fn quarter_view(shown: ShownQuarter, quarters: &[String], small: &str, locale: Locale) -> impl IntoView + use<> {
    let options = quarters
        .iter()
        .map(|quarter| {
            let is_shown = *quarter == shown.quarter;
            view! { <option value=quarter.clone() selected=is_shown>{quarter_name(quarter, locale)}</option> }
        })
        .collect_view();
    let period = [
        ("from", time::calendar_date(&shown.first_day, locale)),
        ("to", time::calendar_date(&shown.last_day, locale)),
        ("date", time::date(shown.made_at, locale)),
    ];
    let period = texts::fill(statistics::PERIOD.get(locale), &period.each_ref().map(|(name, value)| (*name, value.as_str())));
    let none = shown.territories.is_empty().then(|| view! { <p class="empty">{statistics::TERRITORIES_NONE.get(locale)}</p> });
    let territories = shown.territories.into_iter().map(|figures| territory_view(figures, small, locale)).collect_view();
    view! {
        <form class="cluster statistics-quarter" method="get" action=PATH data-testid="statistics-quarter">
            <label class="form-field">
                <span class="form-field__label">{statistics::QUARTER.get(locale)}</span>
                <select name="trimestre">{options}</select>
            </label>
            <button class="button" type="submit">{statistics::SHOW.get(locale)}</button>
            <a class="button" href=format!("/api/v1/statistics?format=csv&quarter={}", shown.quarter) rel="external" download="">
                {statistics::DOWNLOAD.get(locale)}
            </a>
        </form>
        <p class="muted" data-testid="statistics-period">{period}</p>
        {none}
        {territories}
    }
}

fn territory_view(figures: TerritoryFigures, small: &str, locale: Locale) -> impl IntoView + use<> {
    let indicators = figures.indicators.into_iter().map(|figures| indicator_view(figures, small, locale)).collect_view();
    view! {
        <section class="stack" data-testid="statistics-territory" data-municipality=figures.municipality.clone()>
            <h2>{figures.municipality.clone()}</h2>
            <div class="statistics">{indicators}</div>
        </section>
    }
}

fn indicator_view(figures: IndicatorFigures, small: &str, locale: Locale) -> impl IntoView + use<> {
    let total = figures.total.map_or_else(|| texts::fill(statistics::WITHHELD.get(locale), &[("small", small)]), |total| total.to_string());
    let class = if figures.total.is_some() { "statistics__total" } else { "statistics__total statistics__total--withheld" };
    let splits = figures.splits.into_iter().filter_map(|split| split_view(split, locale)).collect_view();
    view! {
        <article class="card stack" data-testid="statistics-indicator" data-indicator=figures.indicator.code()>
            <h3>{statistics::indicator(figures.indicator).get(locale)}</h3>
            <p class=class data-testid="statistics-total">{total}</p>
            {splits}
        </article>
    }
}

fn split_view(split: SplitFigures, locale: Locale) -> Option<impl IntoView + use<>> {
    let title = statistics::split(split.by).get(locale);
    // A municipality without boroughs has nothing to split, and groups of criteria only what the visits found.
    let withheld = match (split.parts.is_empty(), split.by) {
        (true, Split::Borough) => return None,
        (true, Split::Criteria) => Some(statistics::CRITERIA_NONE),
        (true, _) => Some(statistics::SPLIT_WITHHELD),
        (false, _) => None,
    };
    let hint = (split.by == Split::Criteria && withheld.is_none()).then(|| view! { <p class="muted small">{statistics::BY_CRITERIA_HINT.get(locale)}</p> });
    let body = if let Some(text) = withheld {
        view! {
            <p class="small"><strong>{title}</strong></p>
            <p class="muted small">{text.get(locale)}</p>
        }
        .into_any()
    } else {
        let rows = split
            .parts
            .iter()
            .map(|part| {
                view! {
                    <tr>
                        <th scope="row">{statistics::part(split.by, part, locale)}</th>
                        <td>{part.count}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <table class="statistics__table">
                <caption>{title}</caption>
                <tbody>{rows}</tbody>
            </table>
            {hint}
        }
        .into_any()
    };
    Some(view! { <div class="stack stack--tight" data-testid="statistics-split" data-by=split.by.code()>{body}</div> })
}
