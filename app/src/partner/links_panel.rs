use casework::{
    ids::ReferralId,
    wire::v1::{LinkState, LinkView, ReferralDetail},
};
use leptos::prelude::*;

use crate::{
    document::{FreshLink, PageContext},
    texts::{self, Locale, guest},
    ui::{CsrfField, time},
};

/// The links by which people without an account answer a referral: made, listed, revoked by its sender.
#[component]
pub fn LinksPanel(
    /// The referral, as its sender knows it.
    referral: ReferralDetail,
    /// Language and tokens of the page, with a link made a moment ago.
    page: PageContext,
) -> impl IntoView {
    let locale = page.locale;
    if !referral.may_make_link && referral.links.is_empty() {
        return None;
    }
    let id = referral.row.id;
    let fresh = page.fresh_link.clone().map(|fresh| fresh_link(fresh, locale));
    let has_fresh = fresh.is_some();
    let none = referral.links.is_empty().then(|| view! { <p class="muted small">{guest::LINKS_NONE.get(locale)}</p> });
    let links = referral.links.into_iter().map(|link| link_row(id, link, &page)).collect_view();
    let form = referral.may_make_link.then(|| {
        view! {
            <form class="form" method="post" action=format!("/partenaires/{id}/liens") data-testid="link-form">
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="id" value=page.form_id.clone() />
                <label class="form-field">
                    <span class="form-field__label">{guest::LINK_NAME.get(locale)}</span>
                    <input type="text" name="name" maxlength="80" required autocomplete="off" />
                    <span class="form-field__hint">{guest::LINK_NAME_HINT.get(locale)}</span>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{guest::LINK_DAYS.get(locale)}</span>
                    <input type="number" name="days" min="1" max="30" step="1" value="14" inputmode="numeric" required />
                </label>
                <button class="button" type="submit">{guest::LINK_SUBMIT.get(locale)}</button>
            </form>
        }
    });
    Some(view! {
        <details class="card disclosure" id="liens" data-testid="links" open=has_fresh>
            <summary>{guest::LINKS_TITLE.get(locale)}</summary>
            <div class="disclosure__body stack">
                <p class="muted small">{guest::LINKS_HINT.get(locale)}</p>
                {fresh}
                {none}
                <ul class="stack link-list">{links}</ul>
                {form}
            </div>
        </details>
    })
}

fn link_row(referral: ReferralId, link: LinkView, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let tone = if link.state == LinkState::Open { "badge badge--success" } else { "badge" };
    let opened = match link.opened_at {
        Some(at) => texts::fill(guest::LINK_OPENED.get(locale), &[("time", &time::date_time(at, locale))]),
        None => guest::LINK_UNOPENED.get(locale).to_owned(),
    };
    let revoke = matches!(link.state, LinkState::Open | LinkState::Blocked).then(|| {
        view! {
            <form method="post" action=format!("/partenaires/{referral}/liens/{}/revocation", link.id) data-testid="link-revoke">
                <CsrfField csrf=page.csrf.clone() />
                <button class="button button--quiet" type="submit">{guest::LINK_REVOKE.get(locale)}</button>
            </form>
        }
    });
    view! {
        <li data-testid="link" data-state=guest::state_code(link.state)>
            <p class="cluster cluster--tight">
                <strong>{link.name}</strong>
                <span class=tone>{guest::state(link.state).get(locale)}</span>
            </p>
            <p class="muted small">
                {texts::fill(guest::LINK_UNTIL.get(locale), &[("date", &time::date(link.expires_at, locale))])} ". " {opened} "."
            </p>
            {revoke}
        </li>
    }
}

/// Shown once: the two halves go by different ways.
fn fresh_link(fresh: FreshLink, locale: Locale) -> impl IntoView {
    // Read aloud, eight digits go by four.
    let (first, last) = fresh.code.split_at(fresh.code.len() / 2);
    let code = format!("{first} {last}");
    view! {
        <section class="access-link" data-testid="fresh-link" aria-labelledby="lien-neuf">
            <h3 id="lien-neuf">{guest::FRESH_TITLE.get(locale)}</h3>
            <label class="form-field">
                <span class="form-field__label">{guest::FRESH_ADDRESS.get(locale)}</span>
                <input
                    class="access-link__address"
                    type="text"
                    readonly
                    value=fresh.address
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="fresh-link-address"
                />
            </label>
            <p>
                {guest::FRESH_CODE.get(locale)} " "
                <strong class="fresh-code" data-testid="fresh-link-code">{code}</strong>
            </p>
            <p class="small">{guest::FRESH_HINT.get(locale)}</p>
        </section>
    }
}
