use casework::wire::v1::{CaseList, CaseQuery, ConsentEnding};
use leptos::prelude::*;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

use super::{case_filters::CaseFilters, case_table::CaseTable};
use crate::{
    directory::AgreementsDue,
    pages::{load, page_context, shown},
    texts::{self, Locale, consent, office},
    ui::{PageFrame, time},
};

const PATH: &str = "/bureau";

/// `/bureau`: the cases the person may know of, filtered by the address of the page.
#[component]
pub fn CasesPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let query = use_query_map().with_untracked(query_of);
    let asked = query.clone();
    let data = load(move |gateway| {
        let query = asked.clone();
        async move { gateway.cases(query).await }
    });
    let next = address(&query);
    view! {
        <PageFrame page=page title=office::CASES_TITLE.get(locale).to_owned() path=PATH.to_owned() next=next>
            <div class="cases">
                <h1>{office::CASES_TITLE.get(locale)}</h1>
                {shown(data, move |list| {
                    view! {
                        {teams_to_reach(list.teams_to_reach, locale)}
                        <AgreementsDue due=list.agreements_due.clone() locale=locale />
                        {consents_ending(&list.consents_ending, locale)}
                        <CaseFilters query=query.clone() municipalities=list.municipalities.clone() locale=locale />
                        {case_list(list, &query, locale)}
                    }
                })}
            </div>
        </PageFrame>
    }
}

/// People first, before any case.
fn teams_to_reach(teams: u32, locale: Locale) -> Option<impl IntoView> {
    (teams > 0).then(|| {
        let words = office::counted(u64::from(teams), office::TEAMS_TO_REACH_ONE, office::TEAMS_TO_REACH_MANY, locale);
        view! {
            <div class="notice notice--danger" role="alert" data-testid="teams-to-reach">
                <p>{words}</p>
                <p>
                    <a class="button button--danger" href="/cellule" rel="external">{office::TEAMS_TO_REACH_GO.get(locale)}</a>
                </p>
            </div>
        }
    })
}

/// What is to be asked again of a person before its date, for those who keep consents.
fn consents_ending(ending: &[ConsentEnding], locale: Locale) -> Option<impl IntoView + use<>> {
    (!ending.is_empty()).then(|| {
        let title = office::counted(ending.len() as u64, consent::ENDING_ONE, consent::ENDING_MANY, locale);
        let lines = ending
            .iter()
            .map(|row| {
                let words = [("organisation", row.organisation.as_str()), ("date", &time::date(row.until, locale))];
                view! {
                    <li>
                        <a href=format!("/bureau/dossiers/{}#consentements", row.case_id) rel="external">{row.case_number.clone()} ", " {row.address.clone()}</a>
                        <span class="small">"\u{a0}· " {texts::fill(consent::ENDING_LINE.get(locale), &words)}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <section class="notice notice--warning stack stack--tight" data-testid="consents-ending" aria-label=title.clone()>
                <p><strong>{title.clone()}</strong></p>
                <p class="small">{consent::ENDING_HINT.get(locale)}</p>
                <ul class="plain-list stack stack--tight">{lines}</ul>
            </section>
        }
    })
}

fn case_list(list: CaseList, query: &CaseQuery, locale: Locale) -> impl IntoView + use<> {
    let total = office::counted(list.total, office::CASES_TOTAL_ONE, office::CASES_TOTAL_MANY, locale);
    let empty = list.rows.is_empty().then(|| {
        view! {
            <div class="empty stack">
                <p>{office::CASES_EMPTY.get(locale)}</p>
                <p>
                    <a class="button" href=PATH rel="external">{office::CASES_EMPTY_RESET.get(locale)}</a>
                </p>
            </div>
        }
    });
    let first = query.after.is_some().then(|| {
        let href = address(&CaseQuery { after: None, ..query.clone() });
        view! { <a class="button" href=href rel="external">{office::CASES_FIRST.get(locale)}</a> }
    });
    let next = list.next.clone().map(|after| {
        let href = address(&CaseQuery { after: Some(after), ..query.clone() });
        view! { <a class="button button--primary" href=href rel="external" data-testid="cases-next">{office::CASES_NEXT.get(locale)}</a> }
    });
    let table = (!list.rows.is_empty()).then(|| view! { <CaseTable rows=list.rows caption=total.clone() locale=locale /> });
    view! {
        <section class="stack" aria-label=office::CASES_TITLE.get(locale)>
            <p class="cases__total" role="status" data-testid="cases-total" data-total=list.total.to_string()>{total}</p>
            {table}
            {empty}
            <nav class="cluster" aria-label=office::CASES_NEXT.get(locale)>{first} {next}</nav>
        </section>
    }
}

fn query_of(map: &ParamsMap) -> CaseQuery {
    let value = |name: &str| map.get(name).filter(|value| !value.trim().is_empty());
    CaseQuery {
        state: value("state"),
        band: value("band"),
        municipality: value("municipality"),
        q: value("q"),
        after: value("after"),
        limit: value("limit").and_then(|limit| limit.parse().ok()),
    }
}

/// The page's address with these filters.
fn address(query: &CaseQuery) -> String {
    let mut map = ParamsMap::new();
    for (name, value) in query.pairs() {
        map.insert(name, value);
    }
    format!("{PATH}{}", map.to_query_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_filters_are_no_filters() {
        let mut map = ParamsMap::new();
        map.insert("state", "  ".to_owned());
        map.insert("band", "D".to_owned());
        let query = query_of(&map);
        assert_eq!(query.state, None);
        assert_eq!(query.band.as_deref(), Some("D"));
    }

    #[test]
    fn the_address_of_no_filter_is_the_page_itself() {
        assert_eq!(address(&CaseQuery::default()), PATH);
        let query = CaseQuery { q: Some("sainte-hélène".to_owned()), ..CaseQuery::default() };
        assert!(address(&query).starts_with("/bureau?q=sainte"));
    }
}
