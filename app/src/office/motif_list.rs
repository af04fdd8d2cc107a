use casework::wire::v1::MotifView;
use leptos::prelude::*;

use super::evidence::{Evidence, anchor};
use crate::texts::{self, Locale, office};

/// Why a case is complex: each motif in plain words, with links to the observations that prove it.
#[component]
pub fn MotifList(
    /// Motifs the reader may know.
    motifs: Vec<MotifView>,
    /// Rule that judged them.
    rule: Option<String>,
    /// Where the building stands to the threshold of dwellings.
    threshold: Option<String>,
    /// Observations of the page.
    evidence: Evidence,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let none = motifs.is_empty().then(|| view! { <p class="muted">{office::MOTIFS_NONE.get(locale)}</p> });
    let lines = motifs.into_iter().map(|motif| motif_line(motif, &evidence, locale)).collect_view();
    let exact = (threshold.as_deref() == Some("at_threshold_to_confirm"))
        .then(|| view! { <p class="notice notice--warning" data-testid="threshold-to-confirm">{office::THRESHOLD_EXACT.get(locale)}</p> });
    let rule = rule.map(|rule| view! { <p class="muted small">{texts::fill(office::MOTIFS_RULE.get(locale), &[("rule", &rule)])}</p> });
    view! {
        <section class="card" id="motifs">
            <h2>{office::MOTIFS_TITLE.get(locale)}</h2>
            {exact}
            {none}
            <ul class="motifs">{lines}</ul>
            {rule}
        </section>
    }
}

fn motif_line(motif: MotifView, evidence: &Evidence, locale: Locale) -> impl IntoView + use<> {
    let total = motif.evidence.len();
    let links: Vec<_> = motif
        .evidence
        .iter()
        .filter_map(|event| {
            let event = event.to_string();
            evidence.sentence(&event, locale).map(|sentence| view! { <li><a href=format!("#{}", anchor(&event)) rel="external">{sentence}</a></li> })
        })
        .collect();
    let hidden = (links.len() < total).then(|| view! { <li class="muted">{office::MOTIFS_EVIDENCE_HIDDEN.get(locale)}</li> });
    let proofs = (total > 0).then(|| {
        view! {
            <details class="motifs__proofs">
                <summary>{format!("{} ({total})", office::MOTIFS_EVIDENCE.get(locale))}</summary>
                <ul>{links} {hidden}</ul>
            </details>
        }
    });
    view! {
        <li class="motifs__motif" data-testid=format!("motif-{}", motif.code)>
            <span class="motif-chip">{office::motif_name(&motif.code).get(locale)}</span>
            <div class="stack stack--tight">
                <p>{office::motif(&motif.code).get(locale)}</p>
                {proofs}
            </div>
        </li>
    }
}
