use std::collections::BTreeSet;

use casework::{
    ids::CaseId,
    wire::v1::{CaseDetail, ErrorCode},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{case_aside::CaseAside, case_header::CaseHeader, evidence::Evidence, motif_list::MotifList, score_panel::ScorePanel, visit_section::VisitSection};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{self, common, errors, office, retention},
    ui::{PageFrame, PageTitle, Timeline, has_way, time},
};

/// `/bureau/dossiers/:id`: everything about one case that the person may read, and the acts that are theirs.
#[component]
pub fn CasePage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let asked = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("/bureau/dossiers/{asked}");
    let id = asked.parse::<CaseId>().ok();
    let data = load(move |gateway| async move {
        match id {
            Some(id) => gateway.case(id).await,
            None => Err(errors::api_error(ErrorCode::NotFound, None)),
        }
    });
    let context = page.clone();
    // Where the person came from: a city has a map and no list of cases, another partner has its referrals.
    let ways = [("/bureau", common::BACK_TO_CASES), ("/carte", common::BACK_TO_MAP), ("/partenaires", common::BACK_TO_REFERRALS)];
    let way = ways.into_iter().find(|(href, _)| page.account.as_ref().is_some_and(|account| has_way(account, href)));
    let (list, back) = way.unwrap_or(ways[0]);
    view! {
        <PageFrame page=page title=office::CASES_TITLE.get(locale).to_owned() path=path.clone() next=path>
            <p class="back">
                <a href=list rel="external">{back.get(locale)}</a>
            </p>
            {shown(data, move |case| case_view(case, context.clone()))}
        </PageFrame>
    }
}

/// Ids of the events that a motif or an index of this page points to.
fn cited(case: &CaseDetail) -> BTreeSet<String> {
    let of_motifs = case.motifs.iter().flat_map(|motif| &motif.evidence).map(ToString::to_string);
    let of_index =
        case.visits.iter().max_by_key(|visit| visit.started_at).into_iter().filter_map(|visit| visit.score.as_ref()).flat_map(|score| &score.contributions);
    of_motifs.chain(of_index.flat_map(|contribution| contribution.observations.iter().cloned())).collect()
}

fn case_view(case: CaseDetail, page: PageContext) -> impl IntoView {
    let locale = page.locale;
    let evidence = Evidence::of(&case);
    let cited = cited(&case);
    let latest = case.visits.iter().max_by_key(|visit| visit.started_at).cloned();
    let latest_id = latest.as_ref().map(|visit| visit.id);
    let score = latest.and_then(|visit| Some((visit.score?, visit.grid_version)));
    let score = score.map(|(score, version)| view! { <ScorePanel score=score grid_version=version evidence=evidence.clone() locale=locale /> });
    let no_score = case.visits.is_empty().then(|| view! { <p class="empty">{office::VISITS_NONE.get(locale)}</p> });
    let visits = case
        .visits
        .iter()
        .cloned()
        .map(|visit| {
            let open = Some(visit.id) == latest_id;
            view! { <VisitSection visit=visit open=open cited=cited.clone() locale=locale /> }
        })
        .collect_view();
    let timeline = if case.timeline.is_empty() {
        view! { <p class="muted">{office::TIMELINE_EMPTY.get(locale)}</p> }.into_any()
    } else {
        view! { <Timeline entries=case.timeline.clone() locale=locale /> }.into_any()
    };
    let purged = case.purged_at.map(|at| {
        let text = texts::fill(retention::PURGED.get(locale), &[("date", &time::date_time(at, locale))]);
        view! { <p class="notice" data-testid="case-purged">{text}</p> }
    });
    let title = format!("{}, {}", case.row.number, case.row.address);
    view! {
        <PageTitle text=title locale=locale />
        <article class="case">
            <CaseHeader case=case.clone() locale=locale />
            <div class="case__main stack stack--loose">
                {purged}
                <MotifList
                    motifs=case.motifs.clone()
                    rule=case.complexity_rule.clone()
                    threshold=case.threshold.clone()
                    evidence=evidence.clone()
                    locale=locale
                />
                {score}
                {no_score}
                <section class="stack" id="visites">
                    <h2>{office::VISITS_TITLE.get(locale)}</h2>
                    {visits}
                </section>
                <section class="card" id="historique">
                    <h2>{office::TIMELINE_TITLE.get(locale)}</h2>
                    {timeline}
                </section>
            </div>
            <CaseAside case=case page=page />
        </article>
    }
}
