use casework::{
    emergency_share::ReviewFinding,
    wire::v1::{EmergencyShareRow, EmergencyShares},
};
use leptos::prelude::*;

use super::privacy_ways::{PrivacyWays, SHARING_PATH as PATH};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, Locale, common, consent},
    ui::{CsrfField, PageFrame, time},
};

/// `/bureau/vie-privee`: what was shared without consent, for the privacy officer to review.
#[component]
pub fn PrivacyPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.emergency_shares().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=consent::REVIEW_TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            <PrivacyWays path=PATH locale=locale />
            {shown(data, move |shares| shares_view(shares, &context))}
        </PageFrame>
    }
}

fn shares_view(shares: EmergencyShares, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let none = shares.rows.is_empty().then(|| view! { <p class="empty">{consent::REVIEW_NONE.get(locale)}</p> });
    let rows = shares.rows.into_iter().map(|row| share_card(row, &page.csrf, locale)).collect_view();
    view! {
        <h1>{consent::REVIEW_TITLE.get(locale)}</h1>
        <p class="muted">{consent::REVIEW_INTRODUCTION.get(locale)}</p>
        {none}
        <ul class="stack plain-list">{rows}</ul>
    }
}

fn share_card(row: EmergencyShareRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let date = |at| time::date_time(at, locale);
    let (class, state) = match row.finding {
        None => ("badge badge--warning", consent::REVIEW_AWAITED),
        Some(ReviewFinding::Justified) => ("badge badge--success", consent::FINDING_JUSTIFIED),
        Some(ReviewFinding::NotJustified) => ("badge badge--danger", consent::FINDING_NOT_JUSTIFIED),
    };
    let reading =
        if row.holds { texts::fill(consent::REVIEW_OPEN.get(locale), &[("date", &date(row.until))]) } else { consent::REVIEW_CLOSED.get(locale).to_owned() };
    let sections = row.sections.iter().map(|section| common::section(*section).0.get(locale)).collect::<Vec<_>>().join(", ");
    let shared = texts::fill(consent::REVIEW_SHARED.get(locale), &[("date", &date(row.at)), ("name", &row.shared_by), ("organisation", &row.organisation)]);
    let (ground, law) = consent::ground(row.ground);
    let reviewed = row.reviewed_at.map(|at| {
        let (by, text) = (row.reviewed_by.clone().unwrap_or_default(), row.review_text.clone().unwrap_or_default());
        view! { <p>{texts::fill(consent::REVIEW_BY.get(locale), &[("date", &date(at)), ("name", &by), ("text", &text)])}</p> }
    });
    let form = row.finding.is_none().then(|| review_form(&row, csrf, locale));
    view! {
        <li class="card stack" data-testid="emergency-share" data-finding=row.finding.map_or("", ReviewFinding::code)>
            <p class="cluster cluster--tight">
                <a href=format!("/bureau/dossiers/{}", row.case_id) rel="external"><strong>{row.case_number.clone()}</strong></a>
                <span>{row.address.clone()}</span>
                <span>{texts::fill(consent::DOOR.get(locale), &[("door", &row.door)])}</span>
                <span class=class>{state.get(locale)}</span>
            </p>
            <p>{shared} "\u{a0}· " {sections} "\u{a0}· " {reading}</p>
            <p>{ground.get(locale)} " " <span class="muted small">{law.get(locale)}</span></p>
            <p>{row.reason.clone()}</p>
            {reviewed}
            {form}
        </li>
    }
}

fn review_form(row: &EmergencyShareRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let findings = ReviewFinding::ALL
        .iter()
        .map(|finding| {
            view! {
                <label class="choice">
                    <input type="radio" name="finding" value=finding.code() required />
                    <span class="choice__text"><strong>{consent::finding(*finding).get(locale)}</strong></span>
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="form" method="post" action=format!("{PATH}/{}/examen", row.id) data-testid="share-review">
            <CsrfField csrf=csrf.to_owned() />
            <fieldset class="fieldset">
                <legend>{consent::REVIEW_FINDING.get(locale)}</legend>
                {findings}
            </fieldset>
            <label class="form-field">
                <span class="form-field__label">{consent::REVIEW_TEXT.get(locale)}</span>
                <textarea name="text" required maxlength="2000"></textarea>
            </label>
            <button class="button button--primary" type="submit">{consent::REVIEW_SUBMIT.get(locale)}</button>
        </form>
    }
}
