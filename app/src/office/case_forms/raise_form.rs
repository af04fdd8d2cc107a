use casework::ids::CaseId;
use leptos::prelude::*;

use crate::{
    texts::{Locale, office},
    ui::CsrfField,
};

/// Calls the emergency cell. Says 911 first.
#[component]
pub fn RaiseForm(
    /// The case it is about.
    case_id: CaseId,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! {
        <details class="disclosure disclosure--danger">
            <summary>{office::RAISE_TITLE.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=format!("/bureau/dossiers/{case_id}/escalade") data-testid="raise-escalation">
                <CsrfField csrf=csrf />
                <p class="notice notice--danger">{office::RAISE_911.get(locale)}</p>
                <label class="form-field">
                    <span class="form-field__label">{office::RAISE_REASON.get(locale)}</span>
                    <span class="form-field__hint">{office::RAISE_REASON_HINT.get(locale)}</span>
                    <textarea name="reason" required maxlength="2000"></textarea>
                </label>
                <label class="choice">
                    <input type="checkbox" name="called_911" value="true" />
                    <span>{office::RAISE_CALLED.get(locale)}</span>
                </label>
                <button class="button button--danger" type="submit">{office::RAISE_SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}
