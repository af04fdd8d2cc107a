use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    document::DemoAccount,
    pages::page_context,
    texts::{self, Locale, common, sign_in},
    ui::{FlashNotice, LanguageForm, PageTitle, PasswordField},
};

/// Sign-in: one plain form, and the invented accounts when the server is a demonstration.
#[component]
pub fn SignInPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    let demo = (!page.demo_accounts.is_empty()).then(|| demo_accounts(page.demo_accounts.clone(), &next, locale));
    view! {
        <PageTitle text=sign_in::TITLE.get(locale).to_owned() locale=locale />
        <main class="sign-in">
            <header class="sign-in__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <p class="sign-in__product">{common::PRODUCT.get(locale)}</p>
                <p class="muted">{common::PRODUCT_TAGLINE.get(locale)}</p>
                <LanguageForm csrf=page.csrf.clone() next="/connexion".to_owned() locale=locale />
            </header>
            <section class="card sign-in__card">
                <h1>{sign_in::HEADING.get(locale)}</h1>
                {flash}
                <form class="form" method="post" action="/connexion" data-testid="sign-in-form">
                    <input type="hidden" name="next" value=next.clone() />
                    <label class="form-field">
                        <span class="form-field__label">{sign_in::EMAIL.get(locale)}</span>
                        <input type="email" name="email" autocomplete="username" inputmode="email" autocapitalize="none" spellcheck="false" required />
                    </label>
                    <PasswordField id="password" name="password" label=sign_in::PASSWORD.get(locale) is_new=false locale=locale />
                    <button class="button button--primary button--block" type="submit">{sign_in::SUBMIT.get(locale)}</button>
                </form>
                <p>
                    <a href="/mot-de-passe-oublie" rel="external" data-testid="forgotten">{sign_in::FORGOTTEN.get(locale)}</a>
                </p>
                <p class="muted small">{sign_in::HELP.get(locale)}</p>
            </section>
            <p class="sign-in__emergency">
                <a href="tel:911" rel="external">{sign_in::EMERGENCY.get(locale)}</a>
            </p>
            {demo}
        </main>
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
