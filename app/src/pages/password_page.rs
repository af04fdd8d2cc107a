use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::page_context,
    texts::{account, common, sign_in},
    ui::{FlashNotice, LanguageForm, PageTitle, PasswordField},
};

/// `/mot-de-passe/:token`: the owner of a new account, or of a lost password, chooses one, once.
#[component]
pub fn PasswordPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let path = format!("/mot-de-passe/{token}");
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    view! {
        <PageTitle text=sign_in::PASSWORD_TITLE.get(locale).to_owned() locale=locale />
        <main class="sign-in">
            <header class="sign-in__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <p class="sign-in__product">{common::PRODUCT.get(locale)}</p>
                <p class="muted">{common::PRODUCT_TAGLINE.get(locale)}</p>
                <LanguageForm csrf=page.csrf.clone() next=path.clone() locale=locale />
            </header>
            <section class="card sign-in__card">
                <h1>{sign_in::PASSWORD_TITLE.get(locale)}</h1>
                <p class="muted">{sign_in::PASSWORD_HINT.get(locale)}</p>
                {flash}
                <form class="form" method="post" action=path data-testid="password-form">
                    <PasswordField
                        id="password"
                        name="password"
                        label=sign_in::PASSWORD.get(locale)
                        hint=account::NEW_PASSWORD_HINT.get(locale)
                        is_new=true
                        locale=locale
                    />
                    <button class="button button--primary button--block" type="submit">{sign_in::PASSWORD_SUBMIT.get(locale)}</button>
                </form>
            </section>
        </main>
    }
}
