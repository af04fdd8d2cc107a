use casework::{
    directory::{Area, Need},
    wire::v1::ServiceQuery,
};
use leptos::prelude::*;

use crate::texts::{Locale, directory};

/// By need and by place: a GET form, so that what is found has an address. Nobody writes words in it.
#[component]
pub fn SearchForm(
    /// Where it leads.
    action: &'static str,
    /// What was asked.
    query: ServiceQuery,
    /// Needs to offer.
    needs: Vec<Need>,
    /// The page says its language in its address.
    #[prop(optional)]
    says_language: bool,
    /// Language of the names.
    locale: Locale,
) -> impl IntoView {
    let (asked_need, asked_place) = (query.need(), query.place());
    let needs = needs
        .into_iter()
        .map(|need| view! { <option value=need.code() selected=asked_need == Some(need)>{directory::need(need).get(locale)}</option> })
        .collect_view();
    let places = Area::ALL
        .iter()
        .filter(|area| **area != Area::Agglomeration)
        .map(|area| view! { <option value=area.code() selected=asked_place == Some(*area)>{directory::area(*area).get(locale)}</option> })
        .collect_view();
    let language = says_language.then(|| view! { <input type="hidden" name="lang" value=short(locale) /> });
    view! {
        <form class="service-search screen-only" method="get" action=action role="search" aria-label=directory::SEARCH.get(locale) data-testid="service-search">
            {language}
            <label class="form-field">
                <span class="form-field__label">{directory::NEED.get(locale)}</span>
                <select name="need">
                    <option value="">{directory::NEED_ANY.get(locale)}</option>
                    {needs}
                </select>
            </label>
            <label class="form-field">
                <span class="form-field__label">{directory::PLACE.get(locale)}</span>
                <select name="place">
                    <option value="">{directory::PLACE_ANY.get(locale)}</option>
                    {places}
                </select>
            </label>
            <button class="button button--primary" type="submit">{directory::APPLY.get(locale)}</button>
        </form>
    }
}

/// A language as an address says it.
pub const fn short(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => "fr",
        Locale::En => "en",
    }
}
