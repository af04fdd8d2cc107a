use casework::{
    consent_proof::{PAD_HEIGHT, PAD_WIDTH, svg_path},
    ids::ConsentId,
    wire::v1::{ConsentProofContent, ConsentProofView, ErrorCode},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    pages::{load, page_context, shown},
    texts::{self, Locale, common, consent, errors, field_visit},
    ui::{PageFrame, time},
};

/// `/bureau/consentements/:id/preuve`: what proves a consent, for the few who may read it.
#[component]
pub fn ConsentProofPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let asked = use_params_map().with_untracked(|params| params.get("id")).unwrap_or_default();
    let path = format!("/bureau/consentements/{asked}/preuve");
    let id = asked.parse::<ConsentId>().ok();
    let data = load(move |gateway| async move {
        match id {
            Some(id) => gateway.consent_proof(id).await,
            None => Err(errors::api_error(ErrorCode::NotFound, None)),
        }
    });
    view! {
        <PageFrame page=page title=consent::PROOF_TITLE.get(locale).to_owned() path=path.clone() next=path>
            {shown(data, move |proof| proof_view(proof, locale))}
        </PageFrame>
    }
}

fn proof_view(view: ConsentProofView, locale: Locale) -> impl IntoView {
    let date = |at| time::date(at, locale);
    let sections = view.sections.iter().map(|section| common::section(*section).0.get(locale)).collect::<Vec<_>>().join(", ");
    let explained = texts::fill(consent::FACT_GIVEN_BY.get(locale), &[("date", &time::date_time(view.at, locale)), ("name", &view.explained_by)]);
    let facts = [
        (consent::FIELD_PERSON, view.person.clone()),
        (consent::FIELD_GIVER, consent::giver(view.giver).get(locale).to_owned()),
        (consent::FACT_ANSWER, consent::answer(view.answer).get(locale).to_owned()),
        (consent::FIELD_ORGANISATION, view.organisation.clone()),
        (consent::FIELD_SECTIONS, sections),
        (consent::FIELD_PURPOSE, view.purpose.clone()),
        (consent::FIELD_DOOR, view.door.clone()),
        (consent::FIELD_LANGUAGE, field_visit::language(&view.language).get(locale).to_owned()),
        (consent::FACT_GIVEN, explained),
        (consent::FACT_UNTIL, date(view.until)),
    ]
    .into_iter()
    .chain(view.withdrawn_at.map(|at| (consent::FACT_WITHDRAWN, date(at))))
    .map(|(name, value)| {
        view! {
            <div>
                <dt>{name.get(locale)}</dt>
                <dd>{value}</dd>
            </div>
        }
    })
    .collect_view();
    let id = view.consent_id;
    let proof = match view.proof {
        ConsentProofContent::Signature { strokes } => view! {
            <figure class="signature-shown">
                <svg viewBox=format!("0 0 {PAD_WIDTH} {PAD_HEIGHT}") role="img" aria-label=consent::PROOF_DRAWING.get(locale) data-testid="proof-signature">
                    <path d=svg_path(&strokes) />
                </svg>
                <figcaption class="muted small">{consent::PROOF_DRAWING.get(locale)}</figcaption>
            </figure>
        }
        .into_any(),
        ConsentProofContent::Typed { name, in_presence_of } => view! {
            <div class="stack stack--tight" data-testid="proof-typed">
                <p>{texts::fill(consent::PROOF_TYPED_SHOWN.get(locale), &[("name", &name)])}</p>
                <p>{texts::fill(consent::PROOF_WITNESS_SHOWN.get(locale), &[("name", &in_presence_of)])}</p>
            </div>
        }
        .into_any(),
        ConsentProofContent::Paper { sha256 } => view! {
            <figure class="paper-shown stack stack--tight">
                <img src=format!("/api/v1/consents/{id}/proof/paper") alt=consent::PROOF_PAPER_SHOWN.get(locale) data-testid="proof-paper" />
                <figcaption class="muted small">{consent::PROOF_DIGEST.get(locale)} " " <code class="digest">{sha256}</code></figcaption>
            </figure>
        }
        .into_any(),
    };
    view! {
        <p class="back">
            <a href=format!("/bureau/dossiers/{}", view.case_id) rel="external">{consent::PROOF_BACK.get(locale)}</a>
        </p>
        <article class="proof stack">
            <h1>{consent::PROOF_TITLE.get(locale)}</h1>
            <p class="muted">{consent::PROOF_PAGE_HINT.get(locale)}</p>
            <div class="proof__parts">
                <section class="card">{proof}</section>
                <section class="card">
                    <h2>{consent::PROOF_WHAT.get(locale)}</h2>
                    <dl class="facts">{facts}</dl>
                </section>
            </div>
        </article>
    }
}
