use casework::{
    person_request::{IdentifiedBy, PERSON_CHARS_MAX, RequestAnswer, RequestKind, TEXT_CHARS_MAX},
    wire::v1::{PersonRequestRow, PersonRequests},
};
use leptos::prelude::*;

use super::privacy_ways::{PrivacyWays, REQUESTS_PATH as PATH};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, Locale, Text, notice, request},
    ui::{CsrfField, PageFrame, has_way, time},
};

/// `/bureau/vie-privee/demandes`: requests of the persons concerned, with their clock; recorded, put together, decided.
#[component]
pub fn RequestsPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.person_requests().await });
    let context = page.clone();
    // Whoever puts files together has no use for the other registers.
    let ways = page.account.as_ref().is_some_and(|account| has_way(account, "/bureau/vie-privee")).then(|| view! { <PrivacyWays path=PATH locale=locale /> });
    view! {
        <PageFrame page=page title=request::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {ways}
            <h1>{request::TITLE.get(locale)}</h1>
            <p class="muted">{request::INTRODUCTION.get(locale)}</p>
            <p>
                <a href="/bureau/avis-de-collecte" rel="external">{notice::TITLE.get(locale)}</a>
            </p>
            {shown(data, move |requests| requests_view(requests, &context))}
        </PageFrame>
    }
}

fn requests_view(requests: PersonRequests, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let none = requests.rows.is_empty().then(|| view! { <p class="empty">{request::NONE.get(locale)}</p> });
    let cards = requests.rows.into_iter().map(|row| card(row, &page.csrf, locale)).collect_view();
    view! {
        {record_form(page)}
        {none}
        <div class="stack">{cards}</div>
    }
}

fn record_form(page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let kinds = RequestKind::ALL.iter().map(|kind| view! { <option value=kind.code()>{request::kind(*kind).get(locale)}</option> }).collect_view();
    let manners = IdentifiedBy::ALL.iter().map(|by| view! { <option value=by.code()>{request::identified(*by).get(locale)}</option> }).collect_view();
    let date = |name: &'static str, label: Text, is_required: bool| {
        view! {
            <label class="form-field">
                <span class="form-field__label">{label.get(locale)}</span>
                <input type="date" name=name required=is_required />
            </label>
        }
    };
    view! {
        <details class="disclosure" data-testid="request-new">
            <summary>{request::RECORD.get(locale)}</summary>
            <div class="disclosure__body">
                <form class="form" method="post" action=PATH data-testid="request-record">
                    <CsrfField csrf=page.csrf.clone() />
                    <input type="hidden" name="id" value=page.form_id.clone() />
                    <label class="form-field">
                        <span class="form-field__label">{request::KIND.get(locale)}</span>
                        <select name="kind" required>{kinds}</select>
                    </label>
                    {date("received_on", request::RECEIVED_ON, true)}
                    <label class="form-field">
                        <span class="form-field__label">{request::PERSON.get(locale)}</span>
                        <input type="text" name="person" required maxlength=PERSON_CHARS_MAX.to_string() autocomplete="off" />
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{request::IDENTIFIED.get(locale)}</span>
                        <select name="identified" required>{manners}</select>
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{request::CASE.get(locale)}</span>
                        <input type="text" name="case" required placeholder="B-2026-0001" autocomplete="off" />
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{request::DOOR.get(locale)}</span>
                        <input type="text" name="door" required autocomplete="off" />
                    </label>
                    {date("from", request::FROM, false)}
                    {date("to", request::TO, false)}
                    <label class="form-field">
                        <span class="form-field__label">{request::WORDS.get(locale)}</span>
                        <textarea name="words" required maxlength=TEXT_CHARS_MAX.to_string()></textarea>
                    </label>
                    <button class="button button--primary" type="submit">{request::RECORD_SUBMIT.get(locale)}</button>
                </form>
            </div>
        </details>
    }
}

fn card(row: PersonRequestRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let date = |at| time::date_time(at, locale);
    let day = |day: &str| time::calendar_date(day, locale);
    let (class, state, code) = match (row.answer, row.late) {
        (Some(answer), _) => ("badge", request::answer(answer), answer.code()),
        (None, true) => ("badge badge--danger", request::STATE_LATE, "late"),
        (None, false) => ("badge badge--warning", request::STATE_WAITING, "waiting"),
    };
    let due = texts::fill(request::DUE.get(locale), &[("date", &day(&row.due_on)), ("public", &day(&row.public_body_due_on))]);
    let due = row.answer.is_none().then(|| view! { <p><strong>{due}</strong></p> });
    let recorded = texts::fill(request::RECORDED.get(locale), &[("day", &day(&row.received_on)), ("date", &date(row.recorded_at)), ("name", &row.recorded_by)]);
    let period = match (&row.from, &row.to) {
        (None, None) => None,
        (from, to) => {
            let bound = |bound: &Option<String>| bound.as_deref().map_or_else(|| "…".to_owned(), day);
            Some(view! { <p>{texts::fill(request::PERIOD.get(locale), &[("from", &bound(from)), ("to", &bound(to))])}</p> })
        }
    };
    let assembled = row.assembled_at.zip(row.assembled_by.clone()).map(|(at, by)| {
        let withheld = if row.withheld.is_empty() { request::NOTHING_WITHHELD.get(locale).to_owned() } else { row.withheld.clone() };
        let text = texts::fill(request::ASSEMBLED.get(locale), &[("date", &date(at)), ("name", &by), ("withheld", &withheld)]);
        view! { <p data-testid="request-assembled">{text}</p> }
    });
    let answered = row.answered_at.zip(row.answered_by.clone()).map(|(at, by)| {
        view! { <p>{texts::fill(request::ANSWERED.get(locale), &[("date", &date(at)), ("name", &by), ("reason", &row.reason)])}</p> }
    });
    let assemble = row.may_assemble.then(|| assemble_view(&row, csrf, locale));
    let answer = row.may_answer.then(|| answer_form(&row, csrf, locale));
    let title = texts::fill(request::NUMBER.get(locale), &[("number", &row.number.to_string()), ("kind", request::kind(row.kind).get(locale))]);
    view! {
        <article class="card stack" data-testid="person-request" data-state=code data-number=row.number.to_string()>
            <header class="cluster cluster--tight">
                <h2 class="request__title">{title}</h2>
                <span class=class>{state.get(locale)}</span>
            </header>
            {due}
            <p>
                <a href=format!("/bureau/dossiers/{}", row.case_id) rel="external">{row.case_number.clone()}</a>
                " " {row.address.clone()} ", "
                {texts::fill(texts::consent::DOOR.get(locale), &[("door", &row.door)])}
            </p>
            <p>{row.person.clone()} "\u{a0}· " {request::identified(row.identified).get(locale)}</p>
            <p class="incident__words">{row.words.clone()}</p>
            {period}
            <p class="muted small">{recorded}</p>
            {assembled}
            {answered}
            {assemble}
            {answer}
        </article>
    }
}

/// What the psychosocial compartment does: the file, and what of it is not to be given.
fn assemble_view(row: &PersonRequestRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let file = |format: &str| format!("/api/v1/person-requests/{}/file?format={format}", row.id);
    let form = row.answer.is_none().then(|| {
        view! {
            <form class="form" method="post" action=format!("{PATH}/{}/dossier", row.id) data-testid="request-assemble">
                <CsrfField csrf=csrf.to_owned() />
                <label class="form-field">
                    <span class="form-field__label">{request::WITHHELD.get(locale)}</span>
                    <span class="muted small">{request::WITHHELD_HINT.get(locale)}</span>
                    <textarea name="withheld" maxlength=TEXT_CHARS_MAX.to_string()>{row.withheld.clone()}</textarea>
                </label>
                <button class="button button--primary" type="submit">{request::ASSEMBLE_SUBMIT.get(locale)}</button>
            </form>
        }
    });
    view! {
        <section class="stack screen-only" aria-label=request::FILE.get(locale)>
            <p class="muted small">{request::FILE_HINT.get(locale)}</p>
            <p class="cluster">
                <a class="button" href=file("json") rel="external" download data-testid="request-json">{request::FILE_JSON.get(locale)}</a>
                <a class="button" href=file("csv") rel="external" download data-testid="request-csv">{request::FILE_CSV.get(locale)}</a>
            </p>
            {form}
        </section>
    }
}

/// What the privacy officer decides.
fn answer_form(row: &PersonRequestRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let awaits_file = row.kind.gives_file() && row.assembled_at.is_none();
    let notice = awaits_file.then(|| view! { <p class="notice" data-testid="request-awaits-file">{request::AWAITS_FILE.get(locale)}</p> });
    let answers = RequestAnswer::ALL
        .iter()
        .filter(|answer| !awaits_file || **answer == RequestAnswer::Refused)
        .map(|answer| {
            view! {
                <label class="choice">
                    <input type="radio" name="answer" value=answer.code() required />
                    <span class="choice__text">{request::answer(*answer).get(locale)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <form class="form screen-only" method="post" action=format!("{PATH}/{}/reponse", row.id) data-testid="request-answer">
            <CsrfField csrf=csrf.to_owned() />
            {notice}
            <fieldset class="fieldset">
                <legend>{request::ANSWER.get(locale)}</legend>
                {answers}
            </fieldset>
            <label class="form-field">
                <span class="form-field__label">{request::REASON.get(locale)}</span>
                <textarea name="reason" maxlength=TEXT_CHARS_MAX.to_string()></textarea>
            </label>
            <button class="button button--primary" type="submit">{request::ANSWER_SUBMIT.get(locale)}</button>
        </form>
    }
}
