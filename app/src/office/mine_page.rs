use casework::wire::v1::{Awaiting, AwaitingPerson, Colleague, DeputationView};
use leptos::prelude::*;

use super::case_table::CaseTable;
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, Locale, common, deputy},
    ui::{CsrfField, PageFrame, ReferralTable, time},
};

const PATH: &str = "/bureau/a-moi";

/// `/bureau/a-moi`: what awaits the person and those they stand in for; and the absences of the team.
#[component]
pub fn MinePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let data = load(|gateway| async move { gateway.awaiting().await });
    let context = page.clone();
    view! {
        <PageFrame page=page title=deputy::TITLE.get(locale).to_owned() path=PATH.to_owned() next=PATH.to_owned()>
            {shown(data, move |awaiting| mine_view(awaiting, &context))}
        </PageFrame>
    }
}

fn mine_view(awaiting: Awaiting, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let Awaiting { today, people, deputations, deputies, absents } = awaiting;
    let people = people.into_iter().map(|person| person_section(person, locale)).collect_view();
    let lines = deputations.into_iter().map(|row| deputation_line(row, &page.csrf, locale)).collect_view();
    view! {
        <h1>{deputy::TITLE.get(locale)}</h1>
        <p class="muted">{deputy::INTRODUCTION.get(locale)}</p>
        <div class="stack stack--loose">
            {people}
            <section class="card stack" id="absences" aria-labelledby="absences-title" data-testid="absences">
                <h2 id="absences-title">{deputy::ABSENCES.get(locale)}</h2>
                <p class="muted">{deputy::ABSENCES_HINT.get(locale)}</p>
                <ul class="session-list plain-list">{lines}</ul>
                {name_form(today, deputies, absents, page)}
            </section>
        </div>
    }
}

fn person_section(person: AwaitingPerson, locale: Locale) -> impl IntoView {
    let is_own = person.until.is_none();
    let title = match &person.until {
        None => deputy::OWN.get(locale).to_owned(),
        Some(until) => texts::fill(deputy::IN_PLACE_OF.get(locale), &[("name", &person.display_name), ("until", until)]),
    };
    let hint = (!is_own).then(|| view! { <p class="muted small">{deputy::IN_PLACE_HINT.get(locale)}</p> });
    let is_empty = person.cases.is_empty() && person.visits.is_empty() && person.referrals.is_empty();
    let nothing = is_empty.then(|| view! { <p class="muted">{deputy::NOTHING.get(locale)}</p> });
    let cases = (!person.cases.is_empty()).then(|| {
        view! {
            <h3>{deputy::CASES.get(locale)}</h3>
            <CaseTable rows=person.cases caption=deputy::CASES.get(locale).to_owned() locale=locale />
        }
    });
    let visits = (!person.visits.is_empty()).then(|| {
        let lines = person
            .visits
            .into_iter()
            .map(|visit| {
                let since = texts::fill(deputy::VISIT_SINCE.get(locale), &[("date", &time::date_time(visit.started_at, locale))]);
                view! {
                    <li data-testid="awaiting-visit">
                        <strong>{visit.address}</strong>
                        ", "
                        {visit.municipality}
                        " "
                        <span class="muted">{since}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <h3>{deputy::VISITS.get(locale)}</h3>
            <ul>{lines}</ul>
        }
    });
    let referrals = (!person.referrals.is_empty()).then(|| {
        view! {
            <h3>{deputy::REFERRALS.get(locale)}</h3>
            <ReferralTable rows=person.referrals received=false caption=deputy::REFERRALS.get(locale).to_owned() locale=locale />
        }
    });
    view! {
        <section class="card stack" data-testid="awaiting" data-account=person.account_id.to_string() data-own=is_own.to_string()>
            <h2>{title}</h2>
            {hint}
            {nothing}
            {cases}
            {visits}
            {referrals}
        </section>
    }
}

fn deputation_line(row: DeputationView, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let words = [("deputy", row.deputy.as_str()), ("absent", row.absent.as_str()), ("from", row.from.as_str()), ("until", row.until.as_str())];
    let text = texts::fill(deputy::ABSENCE.get(locale), &words);
    let label = texts::fill(deputy::ABSENCE_END_OF.get(locale), &words);
    let now = row.now.then(|| view! { <span class="badge badge--primary">{deputy::ABSENCE_NOW.get(locale)}</span> });
    let end = row.may_end.then(|| {
        view! {
            <form method="post" action=format!("/bureau/a-moi/remplacements/{}/fin", row.id)>
                <CsrfField csrf=csrf.to_owned() />
                <button class="button button--quiet" type="submit" aria-label=label data-testid="end-deputation">{deputy::ABSENCE_END.get(locale)}</button>
            </form>
        }
    });
    view! {
        <li class="session-list__row" data-testid="deputation">
            <span class="cluster cluster--tight">
                <span>{text}</span>
                {now}
            </span>
            {end}
        </li>
    }
}

fn choices(colleagues: Vec<Colleague>, locale: Locale) -> impl IntoView {
    let option = |colleague: Colleague| {
        let text = format!("{} ({})", colleague.display_name, common::role(colleague.role).get(locale));
        view! { <option value=colleague.id.to_string()>{text}</option> }
    };
    colleagues.into_iter().map(option).collect_view()
}

fn name_form(today: String, deputies: Vec<Colleague>, absents: Vec<Colleague>, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let own = page.account.as_ref().map(|account| account.id.to_string()).unwrap_or_default();
    let absent = if absents.is_empty() {
        view! { <input type="hidden" name="absent" value=own /> }.into_any()
    } else {
        view! {
            <label class="form-field">
                <span class="form-field__label">{deputy::ABSENT.get(locale)}</span>
                <select name="absent" required>
                    <option value=own>{deputy::MYSELF.get(locale)}</option>
                    {choices(absents, locale)}
                </select>
            </label>
        }
        .into_any()
    };
    view! {
        <details class="disclosure">
            <summary>{deputy::NAME.get(locale)}</summary>
            <form class="disclosure__body form form--columns" method="post" action="/bureau/a-moi/remplacements" data-testid="name-deputy">
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="id" value=page.form_id.clone() />
                {absent}
                <label class="form-field">
                    <span class="form-field__label">{deputy::DEPUTY.get(locale)}</span>
                    <select name="deputy" required>
                        {choices(deputies, locale)}
                    </select>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{deputy::FROM.get(locale)}</span>
                    <input type="date" name="from" value=today.clone() required />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{deputy::UNTIL.get(locale)}</span>
                    <input type="date" name="until" min=today required />
                    <span class="form-field__hint">{deputy::UNTIL_HINT.get(locale)}</span>
                </label>
                <p class="form__actions">
                    <button class="button button--primary" type="submit">{deputy::SUBMIT.get(locale)}</button>
                </p>
            </form>
        </details>
    }
}
