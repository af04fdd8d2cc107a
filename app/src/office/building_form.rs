use leptos::prelude::*;

use crate::{
    texts::{Locale, round},
    ui::CsrfField,
};

/// Adds a building by hand and puts it in the round.
#[component]
pub fn BuildingForm(
    /// Cities that the server knows the territory of: it takes no other.
    municipalities: Vec<String>,
    /// `YYYY-MM-DD`, the day proposed.
    today: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    if municipalities.is_empty() {
        return view! { <p class="notice notice--warning">{round::ADD_NO_MUNICIPALITY.get(locale)}</p> }.into_any();
    }
    let municipalities = municipalities.into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view();
    view! {
        <details class="disclosure">
            <summary>{round::ADD.get(locale)}</summary>
            <form class="disclosure__body form form--columns" method="post" action="/bureau/tournee" data-testid="building-form">
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{round::ADD_ADDRESS.get(locale)}</span>
                    <input type="text" name="address" autocomplete="off" required maxlength="160" />
                    <span class="form-field__hint">{round::ADD_ADDRESS_HINT.get(locale)}</span>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{round::ADD_MUNICIPALITY.get(locale)}</span>
                    <select name="municipality" required>
                        {municipalities}
                    </select>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{round::ADD_DWELLINGS.get(locale)}</span>
                    <input type="number" name="dwellings" min="1" max="600" step="1" inputmode="numeric" required />
                    <span class="form-field__hint">{round::ADD_DOORS_HINT.get(locale)}</span>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{round::ADD_STOREYS.get(locale)}</span>
                    <input type="number" name="storeys" min="1" max="60" step="1" inputmode="numeric" required />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{round::ADD_YEAR.get(locale)}</span>
                    <input type="number" name="year_built" min="1600" max="2100" step="1" inputmode="numeric" />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{round::ADD_DAY.get(locale)}</span>
                    <input type="date" name="planned_on" value=today required />
                </label>
                <p class="form__actions">
                    <button class="button button--primary" type="submit">{round::ADD_SUBMIT.get(locale)}</button>
                </p>
            </form>
        </details>
    }
    .into_any()
}
