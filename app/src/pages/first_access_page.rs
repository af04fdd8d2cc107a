use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::{entry_frame::EntryFrame, page_context},
    texts::{account, sign_in},
    ui::PasswordField,
};

/// `/premier-acces/:token`: names the brigade and its first administrator, once, from the link written by the server's installer.
#[component]
pub fn FirstAccessPage() -> impl IntoView {
    let locale = page_context().locale;
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    view! {
        <EntryFrame title=sign_in::FIRST_TITLE path=format!("/premier-acces/{token}")>
            <p class="muted">{sign_in::FIRST_HINT.get(locale)}</p>
            <form class="form" method="post" action=format!("/premier-acces/{token}") data-testid="first-access-form">
                <label class="form-field">
                    <span class="form-field__label">{sign_in::FIRST_ORGANISATION.get(locale)}</span>
                    <input type="text" name="organisation" autocomplete="organization" required maxlength="200" />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{sign_in::FIRST_NAME.get(locale)}</span>
                    <input type="text" name="display_name" autocomplete="name" required maxlength="200" />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{sign_in::EMAIL.get(locale)}</span>
                    <input type="email" name="email" autocomplete="username" autocapitalize="none" spellcheck="false" required />
                </label>
                <PasswordField
                    id="password"
                    name="password"
                    label=sign_in::PASSWORD.get(locale)
                    hint=account::NEW_PASSWORD_HINT.get(locale)
                    is_new=true
                    locale=locale
                />
                <button class="button button--primary button--block" type="submit">{sign_in::FIRST_SUBMIT.get(locale)}</button>
            </form>
        </EntryFrame>
    }
}
