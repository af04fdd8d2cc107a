//! One place of a visit: the outcome of a dwelling first, then its sections.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use casework::wire::v1::Change;
use inspection_grid::{Compartments, Completeness, Criterion, DwellingOutcome, Grid, Place, applicable, completeness_detail, sections_at};
use leptos::prelude::*;

use super::{
    book::Book,
    building_screen::store_text,
    context::{self, t},
    criterion_card::CriterionCard,
    danger_banner::DangerBanner,
    use_book::{Shelf, use_book},
};
use crate::{
    texts::{self, field},
    ui::place,
};

/// A place of a building.
#[component]
pub fn PlaceScreen() -> impl IntoView {
    let shelf = use_book();
    let here = context::here();
    let at = Memo::new(move |_| here.place());
    view! {
        <main class="field-page stack">
            {move || match (shelf.get(), at.get()) {
                (Shelf::Opening, _) => view! { <p class="muted">{t(field::LOADING)}</p> }.into_any(),
                (Shelf::Open(book), Some(place)) => view! { <PlaceSheet book=book place=place /> }.into_any(),
                (Shelf::Missing, _) | (Shelf::Open(_), None) => {
                    view! {
                        <a href="/terrain" class="back-link">{t(field::BACK_ROUND)}</a>
                        <p class="empty">{t(field::BUILDING_MISSING)}</p>
                    }
                        .into_any()
                }
            }}
        </main>
    }
}

/// What is asked here, and how far it is.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    criteria: BTreeSet<String>,
    sections: BTreeMap<String, Completeness>,
}

#[component]
fn PlaceSheet(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let id = book.id;
    let (visit, grid, failure) = (book.visit.clone(), book.grid.clone(), book.failure.clone());
    let has_visit = Memo::new({
        let visit = visit.clone();
        move |_| visit.with(Option::is_some)
    });
    let outcome = Memo::new({
        let place = place.clone();
        move |_| match &place {
            Place::Dwelling(id) => visit.with(|visit| visit.as_ref().and_then(|visit| visit.dwellings.get(id).copied())),
            Place::Exterior | Place::Common => Some(DwellingOutcome::Visited),
        }
    });
    let asked = Memo::new({
        let (book, place) = (Arc::clone(&book), place.clone());
        move |_| {
            let (grid, visit) = book.snapshot_at(&place)?;
            let criteria = applicable(&grid, &visit).into_iter().filter(|(at, ..)| *at == place).map(|(_, _, criterion)| criterion.id.0.clone()).collect();
            let compartments = Compartments { psychosocial: context::psychosocial(device) };
            let sections = completeness_detail(&grid, &visit, compartments).sections;
            let sections = sections.into_iter().filter(|((at, _), _)| *at == place).map(|((_, section), share)| (section, share)).collect();
            Some(Asked { criteria, sections })
        }
    });
    let title = {
        let (book, place) = (Arc::clone(&book), place.clone());
        move || place::name(&place, book.door_label(&place).as_deref(), locale.get())
    };
    let address = {
        let sheet = book.sheet.clone();
        move || sheet.with(|sheet| sheet.address.clone())
    };
    let sections = {
        let (book, place) = (Arc::clone(&book), place.clone());
        move || {
            let grid: Arc<Grid> = grid.get()?;
            let psychosocial = context::psychosocial(device);
            let shown = outcome.get() == Some(DwellingOutcome::Visited) && has_visit.get();
            shown.then(|| {
                sections_at(&grid, &place)
                    .into_iter()
                    .filter(|section| psychosocial || !section.confidential)
                    .map(|section| {
                        let criteria = section.criteria.iter().cloned().map(Arc::new).collect::<Vec<_>>();
                        view! {
                            <SectionBox
                                book=Arc::clone(&book)
                                place=place.clone()
                                code=section.id.clone()
                                label=section.label.clone()
                                confidential=section.confidential
                                criteria=criteria
                                asked=asked
                            />
                        }
                    })
                    .collect_view()
            })
        }
    };
    let dwelling = matches!(place, Place::Dwelling(_));
    let banner = Arc::clone(&book);
    view! {
        <header class="field-header">
            <div>
                <a href=format!("/terrain/immeuble/{id}") class="back-link">{address}</a>
                <h1 data-testid="place-title">{title}</h1>
            </div>
        </header>
        <DangerBanner book=banner compact=true />
        {move || failure.get().map(|error| view! { <p class="notice notice--error" role="alert">{t(store_text(&error))}</p> })}
        <Show when=move || !has_visit.get()><p class="notice notice--info">{t(field::NO_VISIT)}</p></Show>
        <fieldset class="bare stack" disabled=move || !device.editor.get() || !has_visit.get()>
            {dwelling.then(|| view! { <Outcome book=book place=place outcome=outcome /> })}
            {sections}
        </fieldset>
    }
}

/// How the visit of the dwelling went.
#[component]
fn Outcome(
    /// The building.
    book: Arc<Book>,
    /// The dwelling.
    place: Place,
    /// What was chosen.
    outcome: Memo<Option<DwellingOutcome>>,
) -> impl IntoView {
    let device = context::device();
    let choose = move |chosen: DwellingOutcome| {
        let Place::Dwelling(id) = &place else { return };
        if let (Some(visit), Ok(dwelling_id)) = (book.reference(), id.parse()) {
            book.change(device, visit, Change::DwellingOutcome { dwelling_id, outcome: chosen });
        }
    };
    let buttons = [
        (DwellingOutcome::Visited, "visited"),
        (DwellingOutcome::Absent, "absent"),
        (DwellingOutcome::Refused, "refused"),
        (DwellingOutcome::Vacant, "vacant"),
    ]
    .map(|(value, code)| {
        let choose = choose.clone();
        view! {
            <button
                type="button"
                class="answer answer--outcome"
                aria-pressed=move || (outcome.get() == Some(value)).to_string()
                data-testid=format!("outcome-{code}")
                on:click=move |_| choose(value)
            >
                {t(field::outcome(value))}
            </button>
        }
    })
    .collect_view();
    view! {
        <section class="stack stack--tight">
            <h2>{t(field::OUTCOME)}</h2>
            <div class="outcome-grid">{buttons}</div>
            <Show when=move || outcome.get().is_none()><p class="small muted">{t(field::OUTCOME_HINT)}</p></Show>
        </section>
    }
}

/// A section that opens on its criteria. Closed, it costs one line.
#[component]
fn SectionBox(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
    /// Code such as `HUM`.
    code: String,
    /// Name.
    label: inspection_grid::Label,
    /// Psychosocial compartment.
    confidential: bool,
    /// All its criteria, in order.
    criteria: Vec<Arc<Criterion>>,
    /// What is asked and how far it is.
    asked: Memo<Option<Asked>>,
) -> impl IntoView {
    let locale = context::locale();
    let open = RwSignal::new(false);
    let share = {
        let code = code.clone();
        Memo::new(move |_| asked.with(|asked| asked.as_ref().and_then(|asked| asked.sections.get(&code).copied()).unwrap_or_default()))
    };
    let shown = Memo::new(move |_| {
        asked.with(|asked| {
            let relevant = |criterion: &&Arc<Criterion>| asked.as_ref().is_none_or(|asked| asked.criteria.contains(&criterion.id.0));
            criteria.iter().filter(relevant).cloned().collect::<Vec<_>>()
        })
    });
    let progress = move || {
        let share = share.get();
        texts::fill(field::SECTION_PROGRESS.get(locale.get()), &[("answered", &share.answered.to_string()), ("total", &share.applicable.to_string())])
    };
    view! {
        <details
            class="disclosure section-box"
            data-testid=format!("section-{code}")
            on:toggle=move |event| {
                use wasm_bindgen::JsCast;
                let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                open.set(details.is_some_and(|details| details.has_attribute("open")));
            }
        >
            <summary>
                <span class="section-box__name">
                    {move || texts::label(&label, locale.get())}
                    {confidential.then(|| view! { <span class="badge badge--info">{t(field::CONFIDENTIAL)}</span> })}
                </span>
                <span class="section-box__progress" data-whole=move || share.get().is_whole().to_string()>
                    {move || if share.get().is_whole() { "✓ " } else { "" }} {progress}
                </span>
            </summary>
            <Show when=move || open.get()>
                {
                    let (book, place) = (Arc::clone(&book), place.clone());
                    view! {
                        <div class="section-box__body">
                            <For each=move || shown.get() key=|criterion| criterion.id.0.clone() let:criterion>
                                <CriterionCard book=Arc::clone(&book) place=place.clone() criterion=criterion />
                            </For>
                        </div>
                    }
                }
            </Show>
        </details>
    }
}
