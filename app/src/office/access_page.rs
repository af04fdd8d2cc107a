use casework::{
    access::{AccessSubject, ChainHead, ChainReport},
    permission::Section,
    wire::v1::{AccessPage as Page, AccessQuery, AccessReader, AccessRow},
};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::privacy_ways::{ACCESS_PATH as PATH, PrivacyWays};
use crate::{
    pages::{load, page_context, shown},
    texts::{self, Locale, common, privacy},
    ui::{Moment, PageFrame},
};

/// Letters of a seal that are enough to name it in a sentence.
const SEAL_CHARS: usize = 12;

/// `/bureau/vie-privee/acces`: who read what, for the privacy officer.
#[component]
pub fn AccessPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let query = use_query_map().with_untracked(query_of);
    let asked = query.clone();
    let data = load(move |gateway| {
        let query = asked.clone();
        async move { gateway.access_journal(query).await }
    });
    let next = address(&query);
    view! {
        <PageFrame page=page title=privacy::ACCESS_TITLE.get(locale).to_owned() path=PATH.to_owned() next=next>
            <PrivacyWays path=PATH locale=locale />
            <h1>{privacy::ACCESS_TITLE.get(locale)}</h1>
            <p class="muted">{privacy::ACCESS_INTRODUCTION.get(locale)}</p>
            {shown(data, move |found| found_view(found, &query, locale))}
        </PageFrame>
    }
}

fn found_view(found: Page, query: &AccessQuery, locale: Locale) -> impl IntoView + use<> {
    let Page { rows, next, head, report, readers } = found;
    let none = rows.is_empty().then(|| view! { <p class="empty">{privacy::ACCESS_NONE.get(locale)}</p> });
    let table = (!rows.is_empty()).then(|| table(rows, locale));
    let first = query.before.is_some().then(|| {
        let href = address(&AccessQuery { before: None, ..query.clone() });
        view! { <a class="button" href=href rel="external">{privacy::ACCESS_FIRST.get(locale)}</a> }
    });
    let older = next.map(|before| {
        let href = address(&AccessQuery { before: Some(before.to_string()), check: None, ..query.clone() });
        view! { <a class="button button--primary" href=href rel="external" data-testid="access-next">{privacy::ACCESS_NEXT.get(locale)}</a> }
    });
    let chain = chain_view(&head, &report, query, locale);
    // A chain that was altered comes before everything else.
    let (first_of_all, last) = if report.is_sound() { (None, Some(chain)) } else { (Some(chain), None) };
    view! {
        {first_of_all}
        {filters(query, readers, locale)}
        <section class="stack" aria-label=privacy::ACCESS_CAPTION.get(locale)>
            {table}
            {none}
            <nav class="cluster" aria-label=privacy::ACCESS_NEXT.get(locale)>{first} {older}</nav>
        </section>
        {last}
    }
}

fn chain_view(head: &ChainHead, report: &ChainReport, query: &AccessQuery, locale: Locale) -> impl IntoView + use<> {
    let class = if report.is_sound() { "notice notice--success" } else { "notice notice--danger" };
    let faults = report.faults.iter().map(|fault| view! { <li>{privacy::fault(fault, locale)}</li> }).collect_view();
    let faults = (!report.is_sound()).then(|| view! { <ul data-testid="chain-faults">{faults}</ul> });
    let told = u64::try_from(report.faults.len()).unwrap_or(u64::MAX);
    let more = (report.faults_total > told).then(|| {
        let count = (report.faults_total - told).to_string();
        view! { <p>{texts::fill(privacy::CHAIN_MORE.get(locale), &[("count", &count)])}</p> }
    });
    let whole = (!report.whole).then(|| {
        let href = address(&AccessQuery { check: Some("whole".to_owned()), ..query.clone() });
        view! {
            <p>
                <a class="button" href=href rel="external" data-testid="chain-check">{privacy::CHAIN_CHECK.get(locale)}</a>
            </p>
        }
    });
    let short = format!("{}:{}", head.sequence, head.seal.get(..SEAL_CHARS).unwrap_or(&head.seal));
    view! {
        <section class="card stack" aria-labelledby="chaine" data-testid="chain" data-sound=report.is_sound().to_string() data-sequence=head.sequence.to_string()>
            <h2 id="chaine">{privacy::CHAIN_TITLE.get(locale)}</h2>
            <div class=class>
                <p>{privacy::report(report, locale)}</p>
                {faults}
                {more}
            </div>
            <p class="small">{privacy::CHAIN_HEAD.get(locale)}</p>
            <p><code class="seal" data-testid="chain-head">{format!("{}:{}", head.sequence, head.seal)}</code></p>
            <p class="muted small">{texts::fill(privacy::CHAIN_HEAD_HINT.get(locale), &[("head", &short)])}</p>
            {whole}
        </section>
    }
}

fn filters(query: &AccessQuery, readers: Vec<AccessReader>, locale: Locale) -> impl IntoView + use<> {
    let person = query.person.clone().unwrap_or_default();
    let people = readers
        .into_iter()
        .map(|reader| {
            let id = reader.id.to_string();
            let is_selected = id == person;
            view! { <option value=id selected=is_selected>{format!("{} – {}", reader.name, reader.organisation)}</option> }
        })
        .collect_view();
    let section = query.section.clone().unwrap_or_default();
    let sections = Section::ALL
        .iter()
        .map(|choice| {
            let is_selected = choice.code() == section;
            view! { <option value=choice.code() selected=is_selected>{common::section(*choice).0.get(locale)}</option> }
        })
        .collect_view();
    let day = |name: &'static str, label: &'static str, value: Option<String>| {
        view! {
            <label class="form-field">
                <span class="form-field__label">{label}</span>
                <input type="date" name=name value=value.unwrap_or_default() />
            </label>
        }
    };
    view! {
        <form class="journal-filters" method="get" action=PATH role="search" aria-label=privacy::FILTERS.get(locale) data-testid="access-filters">
            <label class="form-field">
                <span class="form-field__label">{privacy::FILTER_PERSON.get(locale)}</span>
                <select name="person">
                    <option value="">{privacy::FILTER_ANYBODY.get(locale)}</option>
                    {people}
                </select>
            </label>
            <label class="form-field">
                <span class="form-field__label">{privacy::FILTER_CASE.get(locale)}</span>
                <input type="text" name="case" value=query.case.clone().unwrap_or_default() placeholder="B-2026-0001" autocomplete="off" />
            </label>
            {day("from", privacy::FILTER_FROM.get(locale), query.from.clone())}
            {day("to", privacy::FILTER_TO.get(locale), query.to.clone())}
            <label class="form-field">
                <span class="form-field__label">{privacy::FILTER_SECTION.get(locale)}</span>
                <select name="section">
                    <option value="">{privacy::FILTER_ANY_SECTION.get(locale)}</option>
                    {sections}
                </select>
            </label>
            <div class="journal-filters__acts">
                <button class="button button--primary" type="submit">{privacy::FILTER_APPLY.get(locale)}</button>
                <a class="button" href=PATH rel="external">{privacy::FILTER_RESET.get(locale)}</a>
            </div>
        </form>
    }
}

fn table(rows: Vec<AccessRow>, locale: Locale) -> impl IntoView {
    let lines = rows.into_iter().map(|row| line(row, locale)).collect_view();
    view! {
        <table class="table table--stack" data-testid="access-table">
            <caption class="visually-hidden">{privacy::ACCESS_CAPTION.get(locale)}</caption>
            <thead>
                <tr>
                    <th scope="col">{privacy::COLUMN_WHEN.get(locale)}</th>
                    <th scope="col">{privacy::COLUMN_WHO.get(locale)}</th>
                    <th scope="col">{privacy::COLUMN_WHAT.get(locale)}</th>
                    <th scope="col">{privacy::COLUMN_SECTIONS.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
}

fn line(row: AccessRow, locale: Locale) -> impl IntoView {
    let number = texts::fill(privacy::LINE_SHORT.get(locale), &[("number", &row.sequence.to_string())]);
    let name = if row.name.is_empty() { privacy::SOMEBODY.get(locale).to_owned() } else { row.name };
    let case = row.case_number.zip(row.case_id).map(|(number, id)| {
        let text = texts::fill(privacy::SUBJECT_OF_CASE.get(locale), &[("number", &number)]);
        view! { <a class="small no-wrap" href=format!("/bureau/dossiers/{id}") rel="external">{text}</a> }
    });
    let is_of_people = row.sections.iter().any(|section| section.needs_consent());
    let badge = |section: &Section| {
        let class = if section.needs_consent() { "badge badge--warning" } else { "badge" };
        view! { <span class=class>{common::section(*section).0.get(locale)}</span> }
    };
    let sections = if row.sections.is_empty() {
        view! { <span class="muted small">{privacy::NO_SECTION.get(locale)}</span> }.into_any()
    } else {
        view! { <span class="cluster cluster--tight">{row.sections.iter().map(badge).collect_view()}</span> }.into_any()
    };
    let subject = row.subject;
    let by_door = (subject != AccessSubject::Journal).then(|| view! { <span class="muted small">{privacy::door(row.door).get(locale)}</span> });
    let rows = row.rows.map(|count| {
        let text = texts::fill(privacy::ROWS.get(locale), &[("count", &count.to_string())]);
        view! { <span class="small">{text}</span> }
    });
    view! {
        <tr data-testid="access-line" data-sequence=row.sequence.to_string() data-subject=subject.code() data-door=row.door.code() data-people=is_of_people.to_string()>
            <td data-label=privacy::COLUMN_WHEN.get(locale)>
                <span class="stack stack--tight">
                    <Moment at=row.at locale=locale />
                    <span class="muted small">{number}</span>
                </span>
            </td>
            <td data-label=privacy::COLUMN_WHO.get(locale)>
                <span class="stack stack--tight">
                    <strong>{name}</strong>
                    <span class="muted small">{row.organisation}</span>
                </span>
            </td>
            <td data-label=privacy::COLUMN_WHAT.get(locale)>
                <span class="stack stack--tight">
                    <span>{privacy::subject(subject).get(locale)}</span>
                    {case}
                    {rows}
                    {by_door}
                </span>
            </td>
            <td data-label=privacy::COLUMN_SECTIONS.get(locale)>{sections}</td>
        </tr>
    }
}

fn query_of(map: &ParamsMap) -> AccessQuery {
    let value = |name: &str| map.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    AccessQuery {
        person: value("person"),
        case: value("case"),
        from: value("from"),
        to: value("to"),
        section: value("section"),
        before: value("before"),
        check: value("check"),
    }
}

/// The page's address with these filters.
fn address(query: &AccessQuery) -> String {
    let AccessQuery { person, case, from, to, section, before, check } = query.clone();
    let mut map = ParamsMap::new();
    for (name, value) in [("person", person), ("case", case), ("from", from), ("to", to), ("section", section), ("before", before), ("check", check)] {
        if let Some(value) = value {
            map.insert(name, value);
        }
    }
    format!("{PATH}{}", map.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_live_in_the_address_and_blank_ones_do_not() {
        let mut map = ParamsMap::new();
        map.insert("person", "  ".to_owned());
        map.insert("case", " B-2026-0001 ".to_owned());
        map.insert("section", "psychosocial".to_owned());
        let query = query_of(&map);
        assert_eq!((query.person.as_deref(), query.case.as_deref()), (None, Some("B-2026-0001")));
        assert_eq!(address(&query), "/bureau/vie-privee/acces?case=B%2D2026%2D0001&section=psychosocial");
        assert_eq!(address(&AccessQuery::default()), PATH);
    }
}
