use casework::permission::OrganisationKind;
use leptos::prelude::*;

use crate::{
    texts::{Locale, administration, common},
    ui::CsrfField,
};

/// Id of the list of known municipalities.
const MUNICIPALITIES_ID: &str = "municipalities";

/// Adds an organisation.
#[component]
pub fn OrganisationForm(
    /// Municipalities to offer; another can be written.
    municipalities: Vec<String>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    // Partners are what is added day to day; a second brigade comes last.
    let kinds = OrganisationKind::ALL
        .iter()
        .filter(|kind| **kind != OrganisationKind::Brigade)
        .chain(std::iter::once(&OrganisationKind::Brigade))
        .map(|kind| view! { <option value=kind.code()>{common::organisation_kind(*kind).get(locale)}</option> })
        .collect_view();
    let municipalities = municipalities.into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    let optional = move || view! { <span class="muted small">{administration::OPTIONAL.get(locale)}</span> };
    view! {
        <details class="disclosure">
            <summary>{administration::ADD_ORGANISATION.get(locale)}</summary>
            <form class="disclosure__body form form--columns" method="post" action="/administration/organismes" data-testid="organisation-form">
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{administration::ORGANISATION_NAME.get(locale)}</span>
                    <input type="text" name="name" autocomplete="off" required maxlength="120" />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{administration::ORGANISATION_KIND.get(locale)}</span>
                    <select name="kind" required>
                        {kinds}
                    </select>
                </label>
                <label class="form-field">
                    <span class="cluster cluster--tight">
                        <span class="form-field__label">{administration::ORGANISATION_SERVICE.get(locale)}</span>
                        {optional()}
                    </span>
                    <input type="text" name="service" autocomplete="off" maxlength="120" />
                    <span class="form-field__hint">{administration::ORGANISATION_SERVICE_HINT.get(locale)}</span>
                </label>
                <label class="form-field">
                    <span class="cluster cluster--tight">
                        <span class="form-field__label">{administration::ORGANISATION_MUNICIPALITY.get(locale)}</span>
                        {optional()}
                    </span>
                    <input type="text" name="municipality" autocomplete="off" maxlength="120" list=MUNICIPALITIES_ID />
                    <span class="form-field__hint">{administration::ORGANISATION_MUNICIPALITY_HINT.get(locale)}</span>
                </label>
                <label class="form-field">
                    <span class="cluster cluster--tight">
                        <span class="form-field__label">{administration::ORGANISATION_PIVOT.get(locale)}</span>
                        {optional()}
                    </span>
                    <input type="text" name="pivot_person" autocomplete="off" maxlength="120" />
                </label>
                <label class="choice">
                    <input type="checkbox" name="receives_referrals" value="true" checked />
                    <span class="choice__text">
                        <strong>{administration::ORGANISATION_RECEIVES.get(locale)}</strong>
                        <span class="form-field__hint">{administration::ORGANISATION_RECEIVES_HINT.get(locale)}</span>
                    </span>
                </label>
                <p class="form__actions">
                    <button class="button button--primary" type="submit">{administration::ADD_ORGANISATION_SUBMIT.get(locale)}</button>
                </p>
                <datalist id=MUNICIPALITIES_ID>{municipalities}</datalist>
            </form>
        </details>
    }
}
