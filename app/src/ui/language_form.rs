use leptos::prelude::*;

use crate::{
    texts::{Locale, common},
    ui::CsrfField,
};

/// One button: the other language.
#[component]
pub fn LanguageForm(
    /// Token of the session; empty before signing in.
    csrf: String,
    /// Where to come back to.
    next: String,
    /// Language now.
    locale: Locale,
) -> impl IntoView {
    let (other, lang) = match locale {
        Locale::Fr => ("en", "en-CA"),
        Locale::En => ("fr", "fr-CA"),
    };
    view! {
        <form method="post" action="/langue" data-testid="language-form">
            <CsrfField csrf=csrf />
            <input type="hidden" name="locale" value=other />
            <input type="hidden" name="next" value=next />
            <button class="button button--quiet" type="submit" lang=lang>{common::OTHER_LANGUAGE.get(locale)}</button>
        </form>
    }
}
