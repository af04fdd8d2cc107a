use leptos::prelude::*;

use crate::{
    pages::{load, page_context, shown},
    texts::{self, Locale, notice},
    ui::PageFrame,
};

const PATH: &str = "/bureau/avis-de-collecte";

/// `/bureau/avis-de-collecte`: what people are told before their answers are noted, to be printed and left with them.
#[component]
pub fn NoticePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.account().await });
    view! {
        <PageFrame page=page title=notice::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |account| notice_view(&account.organisation.name, locale))}
        </PageFrame>
    }
}

fn notice_view(organisation: &str, locale: Locale) -> impl IntoView + use<> {
    let who = texts::fill(notice::WHO.get(locale), &[("organisation", organisation)]);
    let parts = [
        (notice::WHO_TITLE, who),
        (notice::WHAT_TITLE, notice::WHAT.get(locale).to_owned()),
        (notice::READ_TITLE, notice::READ.get(locale).to_owned()),
        (notice::RIGHTS_TITLE, notice::RIGHTS.get(locale).to_owned()),
        (notice::HOW_LONG_TITLE, notice::HOW_LONG.get(locale).to_owned()),
    ];
    let parts = parts
        .into_iter()
        .map(|(title, text)| {
            view! {
                <section>
                    <h2>{title.get(locale)}</h2>
                    <p>{text}</p>
                </section>
            }
        })
        .collect_view();
    view! {
        <h1>{notice::TITLE.get(locale)}</h1>
        <p class="muted screen-only">{notice::PRINT.get(locale)}</p>
        <div class="stack" data-testid="collection-notice">
            {parts}
            <p><strong>{notice::DANGER.get(locale)}</strong></p>
        </div>
    }
}
