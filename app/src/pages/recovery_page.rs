use leptos::prelude::*;

use crate::{
    pages::page_context,
    texts::{common, sign_in},
    ui::{FlashNotice, LanguageForm, PageTitle},
};

/// `/mot-de-passe-oublie`: asks for help to get in again. It says the same thing to everybody.
#[component]
pub fn RecoveryPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    view! {
        <PageTitle text=sign_in::RECOVERY_TITLE.get(locale).to_owned() locale=locale />
        <main class="sign-in">
            <header class="sign-in__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <p class="sign-in__product">{common::PRODUCT.get(locale)}</p>
                <p class="muted">{common::PRODUCT_TAGLINE.get(locale)}</p>
                <LanguageForm csrf=page.csrf.clone() next="/mot-de-passe-oublie".to_owned() locale=locale />
            </header>
            <section class="card sign-in__card">
                <h1>{sign_in::RECOVERY_TITLE.get(locale)}</h1>
                {flash}
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
            </section>
        </main>
    }
}
