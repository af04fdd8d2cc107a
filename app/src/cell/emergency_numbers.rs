use leptos::prelude::*;

use crate::texts::{Locale, Text, cell};

/// « 911 d’abord » : the numbers to call before writing anything here.
#[component]
pub fn EmergencyNumbers(
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! {
        <section class="numbers" aria-label=cell::FIRST_911.get(locale)>
            <p class="numbers__first">
                <strong>{cell::FIRST_911.get(locale)}</strong>
                <span>{cell::FIRST_911_TEXT.get(locale)}</span>
            </p>
            <ul class="numbers__list">
                {number("tel:911", "911", cell::NUMBER_911, locale)}
                {number("tel:811", "811", cell::NUMBER_811, locale)}
                {number("tel:988", "988", cell::NUMBER_988, locale)}
                {number("tel:+18007902424", "1 800 790-2424", cell::NUMBER_HYDRO, locale)}
            </ul>
            <p class="numbers__gas">{cell::NUMBER_GAS.get(locale)}</p>
        </section>
    }
}

fn number(href: &'static str, digits: &'static str, what: Text, locale: Locale) -> impl IntoView {
    view! {
        <li>
            <a href=href rel="external">
                <strong class="numeric no-wrap">{digits}</strong>
                <span>{what.get(locale)}</span>
            </a>
        </li>
    }
}
