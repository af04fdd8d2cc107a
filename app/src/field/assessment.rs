//! Index, band, coverage, completeness and motifs, as they stand now, offline.

use std::sync::Arc;

use inspection_grid::{Band, Compartments, Judgement, MotifCode, ThresholdStanding};
use leptos::prelude::*;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    texts::{self, field, office},
    ui::{BandMark, number},
};

/// Everything that the building screen computes from the visit, in one go.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    pub judgement: Judgement,
    /// Version of the grid, for people.
    pub grid_version: String,
}

impl Overview {
    /// Runs the rules on the building as it stands; `None` before a visit.
    pub fn of(book: &Book, psychosocial: bool) -> Option<Self> {
        let (grid, judgement) = book.judgement(Compartments { psychosocial })?;
        Some(Self { judgement, grid_version: grid.version.clone() })
    }
}

fn letter(band: Band) -> &'static str {
    match band {
        Band::A => "A",
        Band::B => "B",
        Band::C => "C",
        Band::D => "D",
    }
}

fn code(motif: MotifCode) -> &'static str {
    match motif {
        MotifCode::Certain => "CERTAIN",
        MotifCode::Multi => "MULTI",
        MotifCode::Propag => "PROPAG",
        MotifCode::Vuln => "VULN",
        MotifCode::Recid => "RECID",
        MotifCode::Inaction => "INACTION",
        MotifCode::Risqlog => "RISQLOG",
        MotifCode::Parc => "PARC",
    }
}

/// The assessment panel.
#[component]
pub fn Assessment(
    /// What was computed.
    overview: Overview,
) -> impl IntoView {
    let locale = context::locale();
    let Overview { judgement: Judgement { score, complexity, .. }, grid_version } = overview;
    let score = Arc::new(score);
    // Nothing observed yet is not « bon état »: no band is shown before the first answer.
    let is_begun = score.completeness.answered > 0 || !score.contributions.is_empty();
    let band = is_begun.then(|| letter(score.band));
    let index = score.index;
    let shown = Arc::clone(&score);
    let coverage = move || {
        let coverage = shown.coverage;
        let seen =
            texts::fill(field::ASSESSMENT_COVERAGE.get(locale.get()), &[("visited", &coverage.visited.to_string()), ("total", &coverage.total.to_string())]);
        if coverage.warning { format!("{seen} ({})", field::ASSESSMENT_COVERAGE_LOW.get(locale.get())) } else { seen }
    };
    let share = score.completeness.share();
    let rule = score.rule_version.clone();
    let verdict = match (complexity.complex, complexity.threshold) {
        (true, _) => field::COMPLEX,
        (false, ThresholdStanding::AtThresholdToConfirm) if complexity.certain_to_confirm.is_some() => field::TO_CONFIRM,
        (false, _) => field::NOT_COMPLEX,
    };
    // « Pas un cas complexe » warns of nothing.
    let tone = if verdict == field::NOT_COMPLEX { "badge" } else { "badge badge--warning" };
    let motifs = complexity
        .motifs
        .into_iter()
        .map(|motif| {
            let code = code(motif.code);
            let evidence = motif.observations.len();
            view! {
                <li data-testid=format!("motif-{code}")>
                    <strong>{t(office::motif(code))}</strong>
                    " "
                    <span class="small muted">
                        "(" {move || texts::fill(field::MOTIF_EVIDENCE.get(locale.get()), &[("count", &evidence.to_string())])} ")"
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card assessment" data-testid="assessment">
            <h2>{t(field::ASSESSMENT)}</h2>
            <div class="cluster">
                <span data-testid="band" data-band=band>{move || view! { <BandMark band=band.map(str::to_owned) locale=locale.get() large=true /> }}</span>
                <div>
                    <p data-testid="index" data-index=index.to_string()>
                        <strong>
                            {move || if is_begun { texts::fill(field::ASSESSMENT_INDEX.get(locale.get()), &[("index", &number::decimal(index, locale.get()))]) } else { field::ASSESSMENT_NOT_BEGUN.get(locale.get()).to_owned() }}
                        </strong>
                    </p>
                    <p class="small" data-testid="coverage">{coverage}</p>
                    <p class="small" data-testid="completeness">
                        {move || texts::fill(field::ASSESSMENT_COMPLETENESS.get(locale.get()), &[("percent", &number::percent(share, locale.get()))])}
                    </p>
                </div>
            </div>
            <p data-testid="complexity" data-complex=complexity.complex.to_string()><span class=tone>{t(verdict)}</span></p>
            <ul class="stack stack--tight" role="list">{motifs}</ul>
            <p class="small muted">
                {move || texts::fill(field::ASSESSMENT_NO_LEGAL_VALUE.get(locale.get()), &[("rule", &rule), ("grid", &grid_version)])}
            </p>
        </section>
    }
}
