use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::page_context,
    texts::{account, common, sign_in},
    ui::{FlashNotice, LanguageForm, PageTitle, PasswordField},
};

/// `/premier-acces/:token`: names the brigade and its first administrator, once, from the link written by the server's installer.
#[component]
pub fn FirstAccessPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    view! {
        <PageTitle text=sign_in::FIRST_TITLE.get(locale).to_owned() locale=locale />
        <main class="sign-in">
            <header class="sign-in__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <p class="sign-in__product">{common::PRODUCT.get(locale)}</p>
                <p class="muted">{common::PRODUCT_TAGLINE.get(locale)}</p>
                <LanguageForm csrf=page.csrf.clone() next=format!("/premier-acces/{token}") locale=locale />
            </header>
            <section class="card sign-in__card">
                <h1>{sign_in::FIRST_TITLE.get(locale)}</h1>
                <p class="muted">{sign_in::FIRST_HINT.get(locale)}</p>
                {flash}
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
            </section>
        </main>
    }
}
