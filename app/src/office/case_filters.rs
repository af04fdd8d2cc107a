use casework::{case::CaseStage, wire::v1::CaseQuery};
use leptos::prelude::*;

use crate::texts::{Locale, common, office};

/// The filters of the list: a GET form, so that a filtered list has an address.
#[component]
pub fn CaseFilters(
    /// Filters in force.
    query: CaseQuery,
    /// Municipalities that the reader may filter by.
    municipalities: Vec<String>,
    /// Language of the names.
    locale: Locale,
) -> impl IntoView {
    let states = [("", office::STATE_OPEN), ("closed", office::STATE_CLOSED), ("all", office::STATE_ALL)]
        .into_iter()
        .map(|(code, name)| (code.to_owned(), name.get(locale).to_owned()))
        .chain(
            CaseStage::ALL
                .iter()
                .filter(|stage| **stage != CaseStage::Closed)
                .map(|stage| (stage.code().to_owned(), common::case_stage(*stage).get(locale).to_owned())),
        );
    let any = || std::iter::once((String::new(), office::FILTER_ANY.get(locale).to_owned()));
    let bands = ["A", "B", "C", "D"].into_iter().map(|letter| {
        let meaning = common::band(letter).map_or("", |meaning| meaning.get(locale));
        (letter.to_owned(), format!("{letter} – {meaning}"))
    });
    // One that the address of the page names and that is not ours is said all the same: the list is filtered by it.
    let asked = query.municipality.clone().filter(|asked| !municipalities.contains(asked));
    let cities = municipalities.into_iter().chain(asked).map(|name| (name.clone(), name));
    // `open` is the default state and has no value of its own in the form.
    let state = query.state.filter(|state| state != "open").unwrap_or_default();
    view! {
        <form class="case-filters" method="get" action="/bureau" role="search" aria-label=office::FILTERS.get(locale) data-testid="case-filters">
            <label class="form-field case-filters__search">
                <span class="form-field__label">{office::FILTER_SEARCH.get(locale)}</span>
                <input type="search" name="q" value=query.q.unwrap_or_default() enterkeyhint="search" />
            </label>
            {choice("state", office::FILTER_STATE.get(locale), states.collect(), &state)}
            {choice("band", office::FILTER_BAND.get(locale), any().chain(bands).collect(), &query.band.unwrap_or_default())}
            {choice("municipality", office::FILTER_MUNICIPALITY.get(locale), any().chain(cities).collect(), &query.municipality.unwrap_or_default())}
            <button class="button" type="submit">{office::FILTER_APPLY.get(locale)}</button>
        </form>
    }
}

fn choice(name: &'static str, label: &'static str, options: Vec<(String, String)>, selected: &str) -> impl IntoView + use<> {
    let options = options
        .into_iter()
        .map(|(value, text)| {
            let is_selected = value == selected;
            view! { <option value=value selected=is_selected>{text}</option> }
        })
        .collect_view();
    view! {
        <label class="form-field">
            <span class="form-field__label">{label}</span>
            <select name=name>{options}</select>
        </label>
    }
}
