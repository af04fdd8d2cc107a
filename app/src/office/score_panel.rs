use inspection_grid::{Band, BandOverride, Contribution, Place, Score};
use leptos::prelude::*;

use super::evidence::{Evidence, anchor};
use crate::{
    texts::{self, Locale, office},
    ui::{BandMark, SeverityMark, number},
};

/// The index explained: what gives points, dwelling by dwelling, and the rule that turns points into a band.
#[component]
pub fn ScorePanel(
    /// Score of the latest visit.
    score: Score,
    /// Version of the grid that gave the questions.
    grid_version: String,
    /// Observations of the page.
    evidence: Evidence,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let formula = texts::fill(
        office::SCORE_FORMULA.get(locale),
        &[
            ("mean", &number::decimal(score.mean, locale)),
            ("common", &score.common.to_string()),
            ("exterior", &score.exterior.to_string()),
            ("index", &number::decimal(score.index, locale)),
        ],
    );
    let overrides = score.overrides.iter().map(|cause| view! { <p class="notice notice--danger">{override_sentence(cause, locale)}</p> }).collect_view();
    let coverage = score.coverage;
    let ratio = if coverage.total == 0 { 0.0 } else { f64::from(coverage.visited) / f64::from(coverage.total) };
    let coverage_text = texts::fill(
        office::SCORE_COVERAGE_VALUE.get(locale),
        &[("visited", &coverage.visited.to_string()), ("total", &coverage.total.to_string()), ("ratio", &number::percent(ratio, locale))],
    );
    let coverage_warning = coverage.warning.then(|| view! { <p class="notice notice--warning">{office::SCORE_COVERAGE_LOW.get(locale)}</p> });
    let completeness_text = texts::fill(
        office::SCORE_COVERAGE_VALUE.get(locale),
        &[
            ("visited", &score.completeness.answered.to_string()),
            ("total", &score.completeness.applicable.to_string()),
            ("ratio", &number::percent(score.completeness.share(), locale)),
        ],
    );
    let dwellings = dwelling_totals(&score, &evidence, locale);
    let versions = texts::fill(office::SCORE_VERSIONS.get(locale), &[("rule", &score.rule_version), ("grid", &grid_version)]);
    let contributions = contribution_table(&score, &evidence, locale);
    view! {
        <section class="card" id="indice" data-testid="score-panel" data-index=number::decimal(score.index, Locale::En)>
            <h2>{office::SCORE_TITLE.get(locale)}</h2>
            <div class="score__formula">
                <BandMark band=Some(band_letter(score.band).to_owned()) locale=locale large=true />
                <p>{formula}</p>
            </div>
            {overrides}
            {coverage_warning}
            <dl class="facts">
                <div>
                    <dt>{office::SCORE_COVERAGE.get(locale)}</dt>
                    <dd>{coverage_text}</dd>
                </div>
                <div>
                    <dt>{office::SCORE_COMPLETENESS.get(locale)}</dt>
                    <dd>{completeness_text}</dd>
                </div>
                <div>
                    <dt>{office::SCORE_WORST.get(locale)}</dt>
                    <dd>{score.max.to_string()}</dd>
                </div>
            </dl>
            {dwellings}
            {contributions}
            <p class="muted small">{office::SCORE_BANDS.get(locale)} " " {versions}</p>
        </section>
    }
}

fn override_sentence(cause: &BandOverride, locale: Locale) -> String {
    match cause {
        BandOverride::ImmediateDanger { .. } => office::SCORE_OVERRIDE_DANGER.get(locale).to_owned(),
        BandOverride::WorstDwelling { points, .. } => texts::fill(office::SCORE_OVERRIDE_WORST.get(locale), &[("points", &points.to_string())]),
    }
}

fn dwelling_totals(score: &Score, evidence: &Evidence, locale: Locale) -> Option<impl IntoView + use<>> {
    if score.dwellings.is_empty() {
        return None;
    }
    let mut totals: Vec<(String, u32)> = score.dwellings.iter().map(|(id, points)| (evidence.place(&Place::Dwelling(id.clone()), locale), *points)).collect();
    // The most affected first; equal ones by door.
    totals.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let max = score.max.max(1).to_string();
    let lines = totals
        .into_iter()
        .map(|(name, points)| {
            view! {
                <li class="dwelling-totals__line">
                    <span>{name}</span>
                    <meter min="0" max=max.clone() value=points.to_string() aria-hidden="true"></meter>
                    <data class="numeric" value=points.to_string()>{points.to_string()}</data>
                </li>
            }
        })
        .collect_view();
    Some(view! {
        <div class="stack stack--tight">
            <h3>{office::SCORE_TOTALS.get(locale)}</h3>
            <ul class="dwelling-totals">{lines}</ul>
        </div>
    })
}

fn contribution_table(score: &Score, evidence: &Evidence, locale: Locale) -> impl IntoView + use<> {
    if score.contributions.is_empty() {
        // Points without what gave them: the reader may know the index, not the dwellings.
        let none = if score.max > 0 || score.index > 0.0 { office::SCORE_HIDDEN } else { office::SCORE_NOTHING };
        return view! { <p class="muted">{none.get(locale)}</p> }.into_any();
    }
    let lines = score.contributions.iter().cloned().map(|contribution| contribution_line(contribution, evidence, locale)).collect_view();
    view! {
        <table class="table table--stack">
            <caption>{office::SCORE_CONTRIBUTIONS.get(locale)}</caption>
            <thead>
                <tr>
                    <th scope="col">{office::SCORE_PLACE.get(locale)}</th>
                    <th scope="col">{office::SCORE_CRITERION.get(locale)}</th>
                    <th scope="col">{office::SCORE_SEVERITY.get(locale)}</th>
                    <th scope="col" class="number">{office::SCORE_POINTS.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
    .into_any()
}

fn contribution_line(contribution: Contribution, evidence: &Evidence, locale: Locale) -> impl IntoView + use<> {
    let code = contribution.criterion.0.clone();
    let proven = contribution.observations.iter().find_map(|event| evidence.proof(event).map(|proof| (event.clone(), texts::label(&proof.label, locale))));
    let criterion = match proven {
        Some((event, label)) => view! { <a href=format!("#{}", anchor(&event)) rel="external">{format!("{code} {label}")}</a> }.into_any(),
        None => view! { <span>{code}</span> }.into_any(),
    };
    view! {
        <tr>
            <td data-label=office::SCORE_PLACE.get(locale)>{evidence.place(&contribution.place, locale)}</td>
            <td data-label=office::SCORE_CRITERION.get(locale)>{criterion}</td>
            <td data-label=office::SCORE_SEVERITY.get(locale)><SeverityMark severity=contribution.severity locale=locale /></td>
            <td class="number" data-label=office::SCORE_POINTS.get(locale)>{contribution.points.to_string()}</td>
        </tr>
    }
}

fn band_letter(band: Band) -> &'static str {
    match band {
        Band::A => "A",
        Band::B => "B",
        Band::C => "C",
        Band::D => "D",
    }
}
