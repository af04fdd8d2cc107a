use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::page_context,
    texts::{common, guest},
    ui::{FlashNotice, LanguageForm, PageTitle},
};

/// `/lien/:token`: somebody without an account says the code that came apart.
#[component]
pub fn GuestCodePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let path = format!("/lien/{token}");
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    view! {
        <PageTitle text=guest::CODE_TITLE.get(locale).to_owned() locale=locale />
        <main class="sign-in">
            <header class="sign-in__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <p class="sign-in__product">{common::PRODUCT.get(locale)}</p>
                <p class="muted">{common::PRODUCT_TAGLINE.get(locale)}</p>
                <LanguageForm csrf=page.csrf.clone() next=path.clone() locale=locale />
            </header>
            <section class="card sign-in__card">
                <h1>{guest::CODE_TITLE.get(locale)}</h1>
                <p class="muted">{guest::CODE_HINT.get(locale)}</p>
                {flash}
                <form class="form" method="post" action=path data-testid="guest-code-form">
                    <label class="form-field">
                        <span class="form-field__label">{guest::CODE.get(locale)}</span>
                        <input type="text" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required />
                    </label>
                    <button class="button button--primary button--block" type="submit">{guest::CODE_SUBMIT.get(locale)}</button>
                </form>
            </section>
        </main>
    }
}
