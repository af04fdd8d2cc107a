use casework::wire::v1::ErrorCode;
use leptos::prelude::*;

use super::referral_page::referral_view;
use crate::{
    pages::{load, page_context, shown},
    texts::{self, common, errors, guest},
    ui::{CsrfField, FlashNotice, LanguageForm, PageTitle, time},
};

/// Where a guest reads and answers.
pub const PATH: &str = "/lien/reponse";

/// `/lien/reponse`: the one referral of a link, for somebody without an account; or that the link is over.
#[component]
pub fn GuestPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let flash = page.flash.clone().map(|flash| view! { <FlashNotice flash=flash locale=locale /> });
    let Some(visitor) = page.guest.clone() else {
        return view! {
            <PageTitle text=guest::OVER_TITLE.get(locale).to_owned() locale=locale />
            <main class="sign-in">
                <section class="card sign-in__card" data-testid="guest-over">
                    <h1>{guest::OVER_TITLE.get(locale)}</h1>
                    {flash}
                    <p>{guest::OVER_HINT.get(locale)}</p>
                </section>
            </main>
        }
        .into_any();
    };
    let id = visitor.referral_id;
    let data = load(move |gateway| async move {
        match id {
            Some(id) => gateway.referral(id).await,
            None => Err(errors::api_error(ErrorCode::NotFound, None)),
        }
    });
    let who = texts::fill(guest::WHO.get(locale), &[("name", &visitor.name), ("date", &time::date_time(visitor.until, locale))]);
    let context = page.clone();
    view! {
        <header class="top-bar">
            <span class="top-bar__brand">
                <span class="top-bar__mark" aria-hidden="true">"B"</span>
                <span>{common::PRODUCT.get(locale)}</span>
            </span>
            <div class="top-bar__end">
                <LanguageForm csrf=page.csrf.clone() next=PATH.to_owned() locale=locale />
                <form method="post" action="/lien/reponse/fin" data-testid="guest-leave">
                    <CsrfField csrf=page.csrf.clone() />
                    <button class="button button--quiet" type="submit">{guest::LEAVE.get(locale)}</button>
                </form>
            </div>
        </header>
        <main class="page" id="contenu" tabindex="-1">
            {flash}
            <p class="muted small" data-testid="guest-who">{who}</p>
            {shown(data, move |referral| referral_view(referral, context.clone()))}
        </main>
    }
    .into_any()
}
