use leptos::prelude::*;

use crate::{
    pages::{entry_frame::EntryFrame, page_context},
    texts::sign_in,
};

/// `/mot-de-passe-oublie`: asks for help to get in again. It says the same thing to everybody.
#[component]
pub fn RecoveryPage() -> impl IntoView {
    let locale = page_context().locale;
    view! {
        <EntryFrame title=sign_in::RECOVERY_TITLE path="/mot-de-passe-oublie".to_owned()>
            <p class="muted">{sign_in::RECOVERY_HINT.get(locale)}</p>
            <form class="form" method="post" action="/mot-de-passe-oublie" data-testid="recovery-form">
                <label class="form-field">
                    <span class="form-field__label">{sign_in::EMAIL.get(locale)}</span>
                    <input type="email" name="email" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required />
                </label>
                <button class="button button--primary button--block" type="submit">{sign_in::RECOVERY_SUBMIT.get(locale)}</button>
            </form>
            <p>
                <a href="/connexion" rel="external">{sign_in::RECOVERY_BACK.get(locale)}</a>
            </p>
        </EntryFrame>
    }
}
