use leptos::prelude::*;

use crate::{
    pages::page_context,
    texts::{Text, common},
    ui::{FlashNotice, LanguageForm, PageTitle},
};

/// The frame of the pages of whoever is not signed in yet: mark, product, language, title, what the last post said, and one card.
#[component]
pub fn EntryFrame(
    /// Title of the document.
    title: Text,
    /// Heading of the card; the title when it has none of its own.
    #[prop(optional)]
    heading: Option<Text>,
    /// Address of the page, to which a change of language comes back.
    path: String,
    /// What stands under the card.
    #[prop(optional, into)]
    below: ViewFn,
    /// What the card holds, under its heading and the notice.
    children: Children,
) -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    view! {
        <PageTitle text=title.get(locale).to_owned() locale=locale />
        <main class="sign-in">
            <header class="sign-in__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <p class="sign-in__product">{common::PRODUCT.get(locale)}</p>
                <p class="muted">{common::PRODUCT_TAGLINE.get(locale)}</p>
                <LanguageForm csrf=page.csrf.clone() next=path locale=locale />
            </header>
            <section class="card sign-in__card">
                <h1>{heading.unwrap_or(title).get(locale)}</h1>
                {flash}
                {children()}
            </section>
            {below.run()}
        </main>
    }
}
