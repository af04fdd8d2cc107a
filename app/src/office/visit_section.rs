use std::collections::BTreeMap;

use casework::wire::v1::{ObservationView, VisitView};
use leptos::prelude::*;

use super::evidence::anchor;
use crate::{
    texts::{self, Locale, office},
    ui::{PhotoStrip, SeverityMark, answer, place, time},
};

/// One visit: its observations, place by place, with their photos.
#[component]
pub fn VisitSection(
    /// The visit, already projected on what the reader may see.
    visit: VisitView,
    /// Show it open; older visits start closed.
    open: bool,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let title = texts::fill(office::VISIT_OF.get(locale), &[("date", &time::date(visit.started_at, locale))]);
    let by = texts::fill(office::VISIT_BY.get(locale), &[("name", &visit.started_by), ("grid", &visit.grid_version)]);
    let unfinished = visit.finished_at.is_none().then(|| view! { <span class="badge badge--info">{office::VISIT_UNFINISHED.get(locale)}</span> });
    let empty = visit.observations.is_empty().then(|| view! { <p class="muted">{office::VISIT_EMPTY.get(locale)}</p> });
    let places = by_place(visit.observations).into_iter().map(|observations| place_group(observations, locale)).collect_view();
    view! {
        <details class="disclosure visit" open=open data-testid="visit" data-id=visit.id.to_string()>
            <summary>
                <span class="cluster cluster--tight">
                    <span>{title}</span>
                    <span class="muted small">{by}</span>
                    {unfinished}
                </span>
            </summary>
            <div class="disclosure__body stack">{empty} {places}</div>
        </details>
    }
}

/// Exterior, common areas, then dwellings by door; within a place, the gravest first.
fn by_place(observations: Vec<ObservationView>) -> Vec<Vec<ObservationView>> {
    let mut groups: BTreeMap<(inspection_grid::Place, Option<String>), Vec<ObservationView>> = BTreeMap::new();
    for observation in observations {
        groups.entry((observation.place.clone(), observation.door.clone())).or_default().push(observation);
    }
    let mut groups: Vec<Vec<ObservationView>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|observation| (std::cmp::Reverse(observation.answer.severity()), observation.criterion.clone()));
    }
    groups.sort_by_key(|group| {
        group.first().map(|first| {
            let kind: u8 = match first.place {
                inspection_grid::Place::Exterior => 0,
                inspection_grid::Place::Common => 1,
                inspection_grid::Place::Dwelling(_) => 2,
            };
            (kind, first.door.clone())
        })
    });
    groups
}

fn place_group(observations: Vec<ObservationView>, locale: Locale) -> impl IntoView {
    let name = observations.first().map(|first| place::name(&first.place, first.door.as_deref(), locale)).unwrap_or_default();
    let lines = observations.into_iter().map(|observation| observation_line(observation, locale)).collect_view();
    view! {
        <section class="place-group">
            <h3>{name}</h3>
            <ul class="observations">{lines}</ul>
        </section>
    }
}

fn observation_line(observation: ObservationView, locale: Locale) -> impl IntoView {
    let label = texts::label(&observation.label, locale);
    let severity = observation.answer.severity().map(|severity| view! { <SeverityMark severity=severity locale=locale /> });
    let no_severity = severity.is_none().then(|| view! { <span class="severity-none" aria-hidden="true">"·"</span> });
    let answer = answer::text(&observation.answer, &observation.criterion, locale);
    let answer = (!answer.is_empty()).then(|| view! { <span class="observation__answer">{answer}</span> });
    let anchor_text = observation.anchor.as_ref().map(|anchor| view! { <span class="observation__anchor">{texts::label(anchor, locale)}</span> });
    let note = observation.note.clone().map(|note| view! { <p class="observation__note">{note}</p> });
    let conflict = observation
        .conflict
        .then(|| view! { <p class="notice notice--warning" data-testid="observation-conflict">{office::OBSERVATION_CONFLICT.get(locale)}</p> });
    let photos = (!observation.photos.is_empty()).then(|| view! { <PhotoStrip photos=observation.photos.clone() label=label.clone() locale=locale /> });
    let by =
        texts::fill(office::OBSERVATION_BY.get(locale), &[("name", &observation.recorded_by), ("time", &time::date_time(observation.recorded_at, locale))]);
    view! {
        <li class="observation" id=anchor(&observation.event_id.to_string()) data-testid="observation" data-criterion=observation.criterion.clone()>
            {severity}
            {no_severity}
            <div class="observation__body">
                <p class="observation__label">
                    <span class="observation__code">{observation.criterion.clone()}</span>
                    <strong>{label}</strong>
                </p>
                <p class="observation__value">{anchor_text} {answer}</p>
                {note}
                {conflict}
                {photos}
                <p class="muted small">{by}</p>
            </div>
        </li>
    }
}
