use leptos::prelude::*;

use crate::texts::{Locale, administration};

/// A one-time link to hand over: shown once, never kept.
#[component]
pub fn AccessLink(
    /// Whole address, origin included.
    address: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! {
        <section class="access-link" data-testid="access-link" aria-labelledby="access-link-title">
            <h2 id="access-link-title">{administration::LINK_TITLE.get(locale)}</h2>
            <label class="form-field">
                <span class="form-field__label">{administration::LINK_LABEL.get(locale)}</span>
                <input
                    class="access-link__address"
                    type="text"
                    readonly
                    value=address
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="access-link-hint"
                    data-testid="access-link-address"
                />
            </label>
            <p id="access-link-hint">{administration::LINK_HINT.get(locale)}</p>
        </section>
    }
}
