use casework::{
    permission::{OrganisationKind, Role},
    wire::v1::OrganisationRow,
};
use leptos::prelude::*;

use crate::{
    texts::{Locale, administration, common},
    ui::CsrfField,
};

/// Adds an account, without a password: its owner chooses one from the link that the next page shows.
#[component]
pub fn AccountForm(
    /// Organisations it can belong to.
    organisations: Vec<OrganisationRow>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let (of_brigade, partners): (Vec<_>, Vec<_>) = organisations.into_iter().partition(|row| row.kind == OrganisationKind::Brigade);
    let options = |rows: Vec<OrganisationRow>| rows.into_iter().map(|row| view! { <option value=row.id.to_string()>{row.name}</option> }).collect_view();
    let partners = (!partners.is_empty()).then(|| {
        view! { <optgroup label=administration::ADD_ACCOUNT_ORGANISATION_PARTNERS.get(locale)>{options(partners)}</optgroup> }
    });
    let roles = Role::ALL.iter().map(|role| view! { <option value=role.code()>{common::role(*role).get(locale)}</option> }).collect_view();
    view! {
        <details class="disclosure">
            <summary>{administration::ADD_ACCOUNT.get(locale)}</summary>
            <form class="disclosure__body form form--columns" method="post" action="/administration/comptes" data-testid="account-form">
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{administration::ACCOUNT_NAME.get(locale)}</span>
                    <input type="text" name="display_name" autocomplete="off" required maxlength="120" />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{administration::ACCOUNT_EMAIL.get(locale)}</span>
                    <input type="email" name="email" autocomplete="off" autocapitalize="none" spellcheck="false" required maxlength="120" />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{administration::ACCOUNT_ORGANISATION.get(locale)}</span>
                    <select name="organisation" required>
                        <optgroup label=administration::ADD_ACCOUNT_ORGANISATION_BRIGADE.get(locale)>{options(of_brigade)}</optgroup>
                        {partners}
                    </select>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{administration::ACCOUNT_ROLE.get(locale)}</span>
                    <select name="role" required>
                        {roles}
                    </select>
                    <span class="form-field__hint">{administration::ADD_ACCOUNT_ROLE_HINT.get(locale)}</span>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{administration::ADD_ACCOUNT_RANK.get(locale)}</span>
                    <input type="number" name="on_call_rank" min="1" max="99" step="1" inputmode="numeric" />
                    <span class="form-field__hint">{administration::ADD_ACCOUNT_RANK_HINT.get(locale)}</span>
                </label>
                <p class="form__actions">
                    <button class="button button--primary" type="submit">{administration::ADD_ACCOUNT_SUBMIT.get(locale)}</button>
                </p>
            </form>
        </details>
    }
}
