use leptos::prelude::*;

use crate::{
    texts::{Locale, account},
    ui::{CsrfField, PasswordField},
};

/// Changes one's own password, with the current one.
#[component]
pub fn PasswordForm(
    /// Of the account: a password manager keeps the new password under it.
    email: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! {
        <form class="form" method="post" action="/compte/mot-de-passe" data-testid="change-password">
            <CsrfField csrf=csrf />
            <input type="hidden" name="username" autocomplete="username" value=email />
            <PasswordField id="current-password" name="current" label=account::CURRENT_PASSWORD.get(locale) is_new=false locale=locale />
            <PasswordField
                id="new-password"
                name="password"
                label=account::NEW_PASSWORD.get(locale)
                hint=account::NEW_PASSWORD_HINT.get(locale)
                is_new=true
                locale=locale
            />
            <p class="muted small">{account::PASSWORD_ENDS_OTHERS.get(locale)}</p>
            <p class="form__actions">
                <button class="button button--primary" type="submit">{account::CHANGE_PASSWORD.get(locale)}</button>
            </p>
        </form>
    }
}
