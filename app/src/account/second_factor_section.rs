use casework::wire::v1::{SecondFactorSecret, SecondFactorView};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, account},
    ui::{CodeField, CsrfField, PasswordField, QrCode, time},
};

/// One's own second factor: off, being made, or on with what can be done of it.
#[component]
pub fn SecondFactorSection(
    /// Where it stands.
    factor: SecondFactorView,
    /// The organisation asks for one.
    required: bool,
    /// Recovery codes made a moment ago: this is their only showing.
    recovery_codes: Vec<String>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let asked = required.then(|| view! { <p class="muted">{account::FACTOR_REQUIRED.get(locale)}</p> });
    let codes = (!recovery_codes.is_empty()).then(|| recovery_list(recovery_codes, locale));
    let (state, body) = match factor {
        SecondFactorView::Off => ("off", begin_form(csrf, locale).into_any()),
        SecondFactorView::Pending { secret } => ("pending", confirm_form(secret, csrf, locale).into_any()),
        SecondFactorView::On { since, codes_left } => ("on", {
            let since = texts::fill(account::FACTOR_SINCE.get(locale), &[("date", &time::date(since, locale))]);
            let left = match codes_left {
                0 => account::CODES_NONE.get(locale).to_owned(),
                1 => account::CODES_ONE.get(locale).to_owned(),
                many => texts::fill(account::CODES_MANY.get(locale), &[("count", &many.to_string())]),
            };
            let class = if codes_left < 3 { "notice notice--warning" } else { "" };
            view! {
                <p>{since}</p>
                <p class=class data-testid="codes-left" data-count=codes_left.to_string()>{left}</p>
                {checked_form("codes", "/compte/second-facteur/codes", account::RENEW_CODES, account::RENEW_CODES_HINT, false, csrf.clone(), locale)}
                {checked_form("remove", "/compte/second-facteur/retrait", account::REMOVE_FACTOR, account::REMOVE_FACTOR_HINT, true, csrf, locale)}
            }
            .into_any()
        }),
    };
    view! {
        <section class="card stack" id="second-facteur" aria-labelledby="factor-title" data-testid="second-factor" data-state=state>
            <h2 id="factor-title">{account::FACTOR.get(locale)}</h2>
            <p class="muted">{account::FACTOR_HINT.get(locale)}</p>
            {asked}
            {codes}
            {body}
        </section>
    }
}

fn recovery_list(codes: Vec<String>, locale: Locale) -> impl IntoView {
    let lines = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! {
        <section class="access-link" aria-labelledby="codes-title" data-testid="recovery-codes">
            <h3 id="codes-title">{account::CODES_TITLE.get(locale)}</h3>
            <p>{account::CODES_HINT.get(locale)}</p>
            <ol class="recovery-codes plain-list">{lines}</ol>
        </section>
    }
}

fn begin_form(csrf: String, locale: Locale) -> impl IntoView {
    view! {
        <details class="disclosure">
            <summary>{account::BEGIN_FACTOR.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action="/compte/second-facteur" data-testid="begin-factor">
                <CsrfField csrf=csrf />
                <PasswordField id="factor-password" name="password" label=account::CURRENT_PASSWORD.get(locale) is_new=false locale=locale />
                <p class="form__actions">
                    <button class="button button--primary" type="submit">{account::BEGIN_SUBMIT.get(locale)}</button>
                </p>
            </form>
        </details>
    }
}

fn confirm_form(secret: SecondFactorSecret, csrf: String, locale: Locale) -> impl IntoView {
    view! {
        <QrCode secret=secret locale=locale />
        <form class="form" method="post" action="/compte/second-facteur/confirmation" data-testid="confirm-factor">
            <CsrfField csrf=csrf />
            <CodeField id="confirm-code" label=account::FIRST_CODE.get(locale) with_recovery=false locale=locale />
            <p class="form__actions">
                <button class="button button--primary" type="submit">{account::CONFIRM_SUBMIT.get(locale)}</button>
            </p>
        </form>
    }
}

/// An act that asks for the password and a code.
fn checked_form(
    name: &'static str,
    action: &'static str,
    title: texts::Text,
    hint: texts::Text,
    is_grave: bool,
    csrf: String,
    locale: Locale,
) -> impl IntoView {
    let (password_id, code_id) = if is_grave { ("remove-password", "remove-code") } else { ("codes-password", "codes-code") };
    let class = if is_grave { "button button--danger" } else { "button button--primary" };
    view! {
        <details class="disclosure">
            <summary>{title.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=action data-testid=format!("factor-{name}")>
                <p class="muted small">{hint.get(locale)}</p>
                <CsrfField csrf=csrf />
                <PasswordField id=password_id name="password" label=account::CURRENT_PASSWORD.get(locale) is_new=false locale=locale />
                <CodeField id=code_id label=account::CODE.get(locale) with_recovery=true locale=locale />
                <p class="form__actions">
                    <button class=class type="submit">{title.get(locale)}</button>
                </p>
            </form>
        </details>
    }
}
