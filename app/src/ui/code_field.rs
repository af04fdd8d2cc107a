use leptos::prelude::*;

use crate::texts::{Locale, account};

/// A code of the authenticator app, or where it may stand in for one, a recovery code.
#[component]
pub fn CodeField(
    /// Of the input; once in a page.
    id: &'static str,
    /// What is asked for.
    label: &'static str,
    /// A recovery code is taken too: the keyboard then has letters.
    with_recovery: bool,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let hint = if with_recovery { account::CODE_OR_RECOVERY_HINT } else { account::CODE_HINT };
    view! {
        <div class="form-field">
            <label class="form-field__label" for=id>{label}</label>
            <span class="form-field__hint" id=hint_id.clone()>{hint.get(locale)}</span>
            <input
                id=id
                class="code-field"
                type="text"
                name="code"
                autocomplete="one-time-code"
                inputmode=if with_recovery { "text" } else { "numeric" }
                autocapitalize="characters"
                spellcheck="false"
                maxlength="40"
                aria-describedby=hint_id
                required
            />
        </div>
    }
}
