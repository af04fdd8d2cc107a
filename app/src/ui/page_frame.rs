use leptos::prelude::*;

use crate::{
    document::PageContext,
    texts::common,
    ui::{FlashNotice, PageTitle, TopBar},
};

/// Id of the main content, where the skip link leads.
const CONTENT_ID: &str = "contenu";

/// The frame of every page: skip link, top bar, what the last post came to, then the page.
#[component]
pub fn PageFrame(
    /// Account, language, flash.
    page: PageContext,
    /// Title of the page, before the product's name.
    title: String,
    /// Path of the page shown.
    path: String,
    /// Where a change of language comes back to.
    next: String,
    /// The page itself.
    children: Children,
) -> impl IntoView {
    let locale = page.locale;
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    let demo = page.demo.then(|| view! { <aside class="demo-banner" aria-label=common::DEMO.get(locale)>{common::DEMO_BANNER.get(locale)}</aside> });
    view! {
        <PageTitle text=title locale=locale />
        <a class="skip-link button button--primary" href=format!("#{CONTENT_ID}")>{common::SKIP_TO_CONTENT.get(locale)}</a>
        <TopBar page=page path=path next=next />
        {demo}
        <main class="page" id=CONTENT_ID tabindex="-1">
            {flash}
            {children()}
        </main>
    }
}
