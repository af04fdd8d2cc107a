use std::collections::{BTreeMap, BTreeSet};

use casework::wire::v1::{ObservationView, VisitView};
use inspection_grid::{Answer, Severity};
use leptos::prelude::*;

use super::evidence::anchor;
use crate::{
    texts::{self, Locale, office},
    ui::{
        observation::{self, Around, Observed},
        place, time,
    },
};

/// One visit: its observations, place by place, with their photos.
#[component]
pub fn VisitSection(
    /// The visit, already projected on what the reader may see.
    visit: VisitView,
    /// Show it open; older visits start closed.
    open: bool,
    /// Ids of the events that a motif or the index points to: these are never folded away.
    cited: BTreeSet<String>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let title = texts::fill(office::VISIT_OF.get(locale), &[("date", &time::date(visit.started_at, locale))]);
    let by = texts::fill(office::VISIT_BY.get(locale), &[("name", &visit.started_by), ("grid", &visit.grid_version)]);
    let unfinished = visit.finished_at.is_none().then(|| view! { <span class="badge badge--info">{office::VISIT_UNFINISHED.get(locale)}</span> });
    let empty = visit.observations.is_empty().then(|| view! { <p class="muted">{office::VISIT_EMPTY.get(locale)}</p> });
    // A link to a proof must find it, also where the browser does not open what it is folded in.
    let open = open || visit.observations.iter().any(|observation| cited.contains(&observation.event_id.to_string()));
    let places = by_place(visit.observations).into_iter().map(|observations| place_group(observations, &cited, locale)).collect_view();
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

/// Exterior, common areas, then dwellings by door; within a place, what asks for attention first.
fn by_place(observations: Vec<ObservationView>) -> Vec<Vec<ObservationView>> {
    let mut groups: BTreeMap<(inspection_grid::Place, Option<String>), Vec<ObservationView>> = BTreeMap::new();
    for observation in observations {
        groups.entry((observation.place.clone(), observation.door.clone())).or_default().push(observation);
    }
    let mut groups: Vec<Vec<ObservationView>> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|observation| (attention(observation), observation.criterion.clone()));
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

/// Order of an observation in its place: non-conforming by gravity, in conflict, to verify, refused, then the rest.
fn attention(observation: &ObservationView) -> (u8, std::cmp::Reverse<Option<Severity>>) {
    let severity = observation.answer.severity();
    let rank = match &observation.answer {
        Answer::Observed { .. } if severity > Some(Severity::None) => 0,
        _ if observation.conflict => 1,
        Answer::ToVerify => 2,
        Answer::Refused => 3,
        Answer::Observed { .. } => 4,
        Answer::NotApplicable | Answer::Cleared => 5,
    };
    (rank, std::cmp::Reverse(severity))
}

/// Whether nobody has to read it to act.
fn is_foldable(observation: &ObservationView) -> bool {
    observation::is_quiet(&observation.answer) && !observation.conflict && observation.photos.is_empty() && observation.note.is_none()
}

fn place_group(observations: Vec<ObservationView>, cited: &BTreeSet<String>, locale: Locale) -> AnyView {
    let name = observations.first().map(|first| place::name(&first.place, first.door.as_deref(), locale)).unwrap_or_default();
    let (folded, shown) = observations.into_iter().partition(|observation| is_foldable(observation) && !cited.contains(&observation.event_id.to_string()));
    let heading = view! { <h3>{name}</h3> }.into_any();
    observation::place_group(heading, shown, folded, |observation| &observation.answer, |observation| observation_line(observation, locale), locale)
}

fn observation_line(observation: ObservationView, locale: Locale) -> AnyView {
    let note = observation.note.map(|note| view! { <p class="observation__note">{note}</p> });
    let conflict = observation
        .conflict
        .then(|| view! { <p class="notice notice--warning" data-testid="observation-conflict">{office::OBSERVATION_CONFLICT.get(locale)}</p> });
    let by =
        texts::fill(office::OBSERVATION_BY.get(locale), &[("name", &observation.recorded_by), ("time", &time::date_time(observation.recorded_at, locale))]);
    let around = Around {
        test_id: "observation",
        id: Some(anchor(&observation.event_id.to_string())),
        notes: view! { {note} {conflict} }.into_any(),
        by: view! { <p class="muted small">{by}</p> }.into_any(),
    };
    let observed = Observed {
        criterion: observation.criterion,
        label: observation.label,
        anchor: observation.anchor,
        answer: observation.answer,
        photos: observation.photos,
    };
    observation::line(observed, around, locale)
}

#[cfg(test)]
mod tests {
    use casework::{clock::Timestamp, ids::EventId};
    use inspection_grid::{Label, Place};
    use uuid::Uuid;

    use super::*;

    fn observation(criterion: &str, answer: Answer) -> ObservationView {
        ObservationView {
            event_id: EventId(Uuid::nil()),
            place: Place::Common,
            door: None,
            criterion: criterion.to_owned(),
            label: Label { fr: criterion.to_owned(), en: criterion.to_owned() },
            anchor: None,
            answer,
            note: None,
            photos: Vec::new(),
            recorded_at: Timestamp(0),
            recorded_by: String::new(),
            conflict: false,
        }
    }

    fn observed(criterion: &str, severity: Severity) -> ObservationView {
        observation(criterion, Answer::Observed { severity: Some(severity), value: None })
    }

    #[test]
    fn what_asks_for_attention_comes_first() {
        let conflict = ObservationView { conflict: true, ..observed("conflict", Severity::None) };
        let observations = vec![
            observed("conforming", Severity::None),
            observation("refused", Answer::Refused),
            observation("to verify", Answer::ToVerify),
            conflict,
            observed("minor", Severity::Minor),
            observed("danger", Severity::ImmediateDanger),
        ];
        let order: Vec<String> = by_place(observations).into_iter().flatten().map(|observation| observation.criterion).collect();
        assert_eq!(order, ["danger", "minor", "conflict", "to verify", "refused", "conforming"]);
    }

    #[test]
    fn only_quiet_answers_without_note_photo_or_conflict_are_folded() {
        assert!(is_foldable(&observed("a", Severity::None)));
        assert!(is_foldable(&observation("a", Answer::NotApplicable)));
        assert!(!is_foldable(&observed("a", Severity::Minor)));
        assert!(!is_foldable(&observation("a", Answer::ToVerify)));
        assert!(!is_foldable(&observation("a", Answer::Refused)));
        assert!(!is_foldable(&observation("a", Answer::Observed { severity: None, value: None })));
        assert!(!is_foldable(&ObservationView { note: Some("Réparé hier.".to_owned()), ..observed("a", Severity::None) }));
        assert!(!is_foldable(&ObservationView { conflict: true, ..observed("a", Severity::None) }));
    }

    #[test]
    fn the_fold_counts_what_it_holds() {
        let conforming = observed("a", Severity::None);
        let not_applicable = observation("b", Answer::NotApplicable);
        assert_eq!(observation::fold_title([&conforming.answer, &conforming.answer], Locale::Fr), "2 critères conformes");
        assert_eq!(observation::fold_title([&conforming.answer, &not_applicable.answer], Locale::Fr), "1 critère conforme, 1 critère sans objet");
        assert_eq!(observation::fold_title([&not_applicable.answer, &not_applicable.answer], Locale::En), "2 criteria not applicable");
    }
}
