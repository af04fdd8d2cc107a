use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    document::{DemoAccount, HomeSignIn},
    pages::{entry_frame::EntryFrame, page_context},
    texts::{self, Locale, sign_in},
    ui::{PasskeyForm, PasskeyVerb, PasswordField},
};

/// Sign-in: one plain form, and the invented accounts when the server is a demonstration.
#[component]
pub fn SignInPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let passkey_next = next.clone();
    let passkey = page.passkey.map(|asked| {
        view! {
            <PasskeyForm verb=PasskeyVerb::Get asked=asked action="/connexion/cle" submit=sign_in::PASSKEY_SUBMIT primary=false locale=locale>
                <input type="hidden" name="next" value=passkey_next />
            </PasskeyForm>
        }
    });
    let home = (!page.home_sign_ins.is_empty()).then(|| home_sign_ins(page.home_sign_ins, locale));
    let (accounts, demo_next) = (page.demo_accounts, next.clone());
    let below = move || {
        let demo = (!accounts.is_empty()).then(|| demo_accounts(accounts.clone(), &demo_next, locale));
        view! {
            <p class="sign-in__emergency">
                <a href="tel:911" rel="external">{sign_in::EMERGENCY.get(locale)}</a>
            </p>
            {demo}
        }
    };
    view! {
        <EntryFrame title=sign_in::TITLE heading=sign_in::HEADING path="/connexion".to_owned() below=below>
            <form class="form" method="post" action="/connexion" data-testid="sign-in-form">
                <input type="hidden" name="next" value=next.clone() />
                <label class="form-field">
                    <span class="form-field__label">{sign_in::EMAIL.get(locale)}</span>
                    <input type="email" name="email" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required />
                </label>
                <PasswordField id="password" name="password" label=sign_in::PASSWORD.get(locale) is_new=false locale=locale />
                <button class="button button--primary button--block" type="submit">{sign_in::SUBMIT.get(locale)}</button>
            </form>
            {passkey}
            {home}
            <p>
                <a href="/mot-de-passe-oublie" rel="external" data-testid="forgotten">{sign_in::FORGOTTEN.get(locale)}</a>
            </p>
            <p class="muted small">{sign_in::HELP.get(locale)}</p>
        </EntryFrame>
    }
}

/// Plain links: the page's policy lets no form lead to another site.
fn home_sign_ins(organisations: Vec<HomeSignIn>, locale: Locale) -> impl IntoView {
    let lines = organisations
        .into_iter()
        .map(|organisation| {
            view! {
                <li>
                    <a class="button button--block" href=organisation.address rel="external" data-testid="home-sign-in">
                        {organisation.name}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="stack stack--tight" aria-labelledby="home-title">
            <h2 id="home-title" class="sign-in__way">{sign_in::HOME.get(locale)}</h2>
            <p class="muted small">{sign_in::HOME_HINT.get(locale)}</p>
            <ul class="plain-list stack stack--tight">{lines}</ul>
        </section>
    }
}

/// Each account is a form of its own: one press enters, with or without scripts.
fn demo_accounts(accounts: Vec<DemoAccount>, next: &str, locale: Locale) -> impl IntoView + use<> {
    let rows = accounts
        .into_iter()
        .map(|account| {
            let label = texts::fill(sign_in::DEMO_ENTER_AS.get(locale), &[("role", &account.role), ("organisation", &account.organisation)]);
            view! {
                <li>
                    <form class="demo-account" method="post" action="/connexion" data-email=account.email.clone()>
                        <input type="hidden" name="next" value=next.to_owned() />
                        <input type="hidden" name="email" value=account.email.clone() />
                        <input type="hidden" name="password" value=account.password />
                        <span class="demo-account__who">
                            <strong>{account.role}</strong>
                            <span class="muted small">{account.organisation}</span>
                            <code class="small">{account.email.clone()}</code>
                        </span>
                        <button class="button" type="submit" aria-label=label>{sign_in::DEMO_ENTER.get(locale)}</button>
                    </form>
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="disclosure sign-in__demo" open=true data-testid="demo-accounts">
            <summary>{sign_in::DEMO_TITLE.get(locale)}</summary>
            <div class="disclosure__body stack">
                <p class="muted small">{sign_in::DEMO_HINT.get(locale)}</p>
                <ul class="sign-in__accounts">{rows}</ul>
            </div>
        </details>
    }
}
