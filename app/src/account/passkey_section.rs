use casework::wire::v1::PasskeyRow;
use leptos::prelude::*;

use crate::{
    document::PasskeyAsked,
    texts::{self, Locale, account},
    ui::{CsrfField, PasskeyForm, PasskeyVerb, PasswordField, time},
};

/// One's own passkeys: which, and what can be done of them.
#[component]
pub fn PasskeySection(
    /// The oldest first.
    passkeys: Vec<PasskeyRow>,
    /// The program has a name.
    possible: bool,
    /// What to ask for a new one, once the password was shown.
    asked: Option<PasskeyAsked>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let rows = passkeys.into_iter().map(|passkey| passkey_row(passkey, &csrf, locale)).collect_view();
    let add = match asked {
        _ if !possible => view! { <p class="muted">{account::PASSKEYS_NAMELESS.get(locale)}</p> }.into_any(),
        Some(asked) => create_form(asked, csrf, locale).into_any(),
        None => begin_form(csrf, locale).into_any(),
    };
    view! {
        <section class="card stack" id="cles" aria-labelledby="passkeys-title" data-testid="passkeys">
            <h2 id="passkeys-title">{account::PASSKEYS.get(locale)}</h2>
            <p class="muted">{account::PASSKEYS_HINT.get(locale)}</p>
            <ul class="session-list plain-list">{rows}</ul>
            {add}
        </section>
    }
}

fn passkey_row(passkey: PasskeyRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let added = time::date(passkey.added_at, locale);
    let dates = match passkey.used_at {
        Some(used) => texts::fill(account::PASSKEY_DATES.get(locale), &[("added", &added), ("used", &time::date(used, locale))]),
        None => texts::fill(account::PASSKEY_DATES_UNUSED.get(locale), &[("added", &added)]),
    };
    let label = texts::fill(account::PASSKEY_CHANGE_OF.get(locale), &[("name", &passkey.name)]);
    let id = passkey.id.to_string();
    view! {
        <li class="passkey-row stack stack--tight" data-testid="passkey">
            <strong>{passkey.name.clone()}</strong>
            <span class="muted small">{dates}</span>
            <details class="disclosure">
                <summary aria-label=label>{account::PASSKEY_CHANGE.get(locale)}</summary>
                <div class="disclosure__body stack stack--loose">
                    <form class="form" method="post" action=format!("/compte/cles/{id}/nom") data-testid="passkey-rename">
                        <CsrfField csrf=csrf.to_owned() />
                        <label class="form-field">
                            <span class="form-field__label">{account::PASSKEY_NAME.get(locale)}</span>
                            <input type="text" name="name" value=passkey.name maxlength="60" autocomplete="off" required />
                        </label>
                        <p class="form__actions">
                            <button class="button" type="submit">{account::PASSKEY_RENAME.get(locale)}</button>
                        </p>
                    </form>
                    <form class="form" method="post" action=format!("/compte/cles/{id}/retrait") data-testid="passkey-remove">
                        <CsrfField csrf=csrf.to_owned() />
                        <label class="form-field">
                            <span class="form-field__label">{account::CURRENT_PASSWORD.get(locale)}</span>
                            <input type="password" name="password" autocomplete="current-password" autocapitalize="none" spellcheck="false" required />
                        </label>
                        <p class="form__actions">
                            <button class="button button--danger" type="submit">{account::PASSKEY_REMOVE.get(locale)}</button>
                        </p>
                    </form>
                </div>
            </details>
        </li>
    }
}

fn begin_form(csrf: String, locale: Locale) -> impl IntoView {
    view! {
        <details class="disclosure">
            <summary>{account::PASSKEY_BEGIN.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action="/compte/cles/debut" data-testid="begin-passkey">
                <CsrfField csrf=csrf />
                <PasswordField id="passkey-password" name="password" label=account::CURRENT_PASSWORD.get(locale) is_new=false locale=locale />
                <p class="form__actions">
                    <button class="button button--primary" type="submit">{account::BEGIN_SUBMIT.get(locale)}</button>
                </p>
            </form>
        </details>
    }
}

fn create_form(asked: PasskeyAsked, csrf: String, locale: Locale) -> impl IntoView {
    view! {
        <PasskeyForm verb=PasskeyVerb::Create asked=asked action="/compte/cles" submit=account::PASSKEY_CREATE primary=true locale=locale>
            <CsrfField csrf=csrf />
            <label class="form-field">
                <span class="form-field__label">{account::PASSKEY_NAME.get(locale)}</span>
                <input type="text" name="name" maxlength="60" autocomplete="off" required />
                <span class="form-field__hint">{account::PASSKEY_NAME_HINT.get(locale)}</span>
            </label>
        </PasskeyForm>
    }
}
