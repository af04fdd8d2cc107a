//! One place of a visit: the outcome of a dwelling first, then its sections.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use inspection_grid::{Compartments, Completeness, Criterion, DwellingOutcome, Grid, Place, Scope, applicable, completeness_detail, sections_at};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    book::Book,
    building_screen::{open_panel, store_text},
    comfort::ComfortButton,
    context::{self, t},
    criterion_card::CriterionCard,
    danger_banner::{DangerBanner, DangerBar},
    door_notes::DoorNotes,
    emergency_form::EmergencyForm,
    search_sheet::{SearchSheet, sought},
    undo::UndoStrip,
    use_book::{Shelf, use_book},
    way,
};
use crate::{
    device::sleep_ms,
    texts::{self, field, field_visit, notice},
    ui::{place, time},
};

/// A place of a building.
#[component]
pub fn PlaceScreen() -> impl IntoView {
    let shelf = use_book();
    let here = context::here();
    // The address may name a door that goes by another's name since.
    let at = Memo::new(move |_| match (shelf.get(), here.place()) {
        (Shelf::Open(book), Some(place)) => Some(book.standing(&place)),
        (_, place) => place,
    });
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
    let paused = Memo::new({
        let visit = visit.clone();
        move |_| visit.with(|visit| visit.as_ref().and_then(|visit| visit.paused_at))
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
    // A criterion to go to: from the address, or from the search.
    let wanted = RwSignal::new(way::criterion());
    let searching = RwSignal::new(false);
    let all = {
        let grid = book.grid.clone();
        Signal::derive(move || {
            let psychosocial = context::psychosocial(device);
            let is_asked = |criterion: &Criterion| asked.with(|asked| asked.as_ref().is_some_and(|asked| asked.criteria.contains(&criterion.id.0)));
            let shown = searching.get() && outcome.get() == Some(DwellingOutcome::Visited);
            grid.get()
                .filter(|_| shown)
                .map(|grid| sought(&grid, |section, criterion| (psychosocial || !section.confidential) && is_asked(criterion)))
                .unwrap_or_default()
        })
    };
    let way = Callback::new(move |criterion: Arc<Criterion>| {
        let code = criterion.id.0.clone();
        view! {
            <button
                type="button"
                class="button"
                data-testid=format!("go-{code}")
                on:click=move |_| {
                    searching.set(false);
                    wanted.set(Some(code.clone()));
                }
            >
                {t(field_visit::SEARCH_GO)}
            </button>
        }
        .into_any()
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
                        let collects = section.confidential || section.scope == Scope::Household;
                        let copied = matches!(place, Place::Dwelling(_)) && !section.confidential && section.scope != Scope::Household;
                        view! {
                            <SectionBox
                                book=Arc::clone(&book)
                                place=place.clone()
                                code=section.id.clone()
                                label=section.label.clone()
                                confidential=section.confidential
                                criteria=criteria
                                asked=asked
                                wanted=wanted
                                copied=copied
                                collects=collects
                            />
                        }
                    })
                    .collect_view()
            })
        }
    };
    let dwelling = matches!(place, Place::Dwelling(_));
    let (banner, bar, strip) = (Arc::clone(&book), Arc::clone(&book), Arc::clone(&book));
    let (raising, emergency, here) = (RwSignal::new(false), StoredValue::new(Arc::clone(&book)), StoredValue::new(place.clone()));
    let stands_still = move || !device.editor.get() || !has_visit.get() || paused.get().is_some();
    let can_search = move || has_visit.get() && outcome.get() == Some(DwellingOutcome::Visited);
    view! {
        <header class="field-header">
            <div>
                <a href=format!("/terrain/immeuble/{id}") class="back-link">{address}</a>
                <h1 data-testid="place-title">{title}</h1>
            </div>
            <ComfortButton />
        </header>
        <DangerBanner book=banner compact=true />
        {move || failure.get().map(|error| view! { <p class="notice notice--error" role="alert">{t(store_text(&error))}</p> })}
        <Show when=move || !has_visit.get()><p class="notice notice--info">{t(field::NO_VISIT)}</p></Show>
        {move || {
            paused
                .get()
                .map(|since| {
                    let said = move || texts::fill(field_visit::PAUSED_SINCE.get(locale.get()), &[("time", &time::date_time(since, locale.get()))]);
                    view! { <p class="notice notice--info" data-testid="paused">{said}</p> }
                })
        }}
        <fieldset class="bare stack" disabled=move || !device.editor.get()>
            <Show when=move || raising.get()>
                <EmergencyForm book=emergency.get_value() open=raising place=here.get_value() />
            </Show>
        </fieldset>
        <fieldset class="bare stack" disabled=stands_still>
            {dwelling.then(|| view! { <Outcome book=book place=place outcome=outcome /> })}
            {sections}
            <SearchSheet open=searching all=all way=way />
        </fieldset>
        <div class="field-dock">
            <fieldset class="bare" disabled=stands_still><UndoStrip book=strip /></fieldset>
            <DangerBar book=bar />
            <div class="field-actions">
                // Whatever the visit's state: danger does not wait for it.
                <button
                    type="button"
                    class="button button--danger"
                    disabled=move || !device.editor.get()
                    data-testid="raise-emergency"
                    on:click=move |_| open_panel(raising, "[data-testid=emergency-form]")
                >
                    {t(field::EMERGENCY_RAISE)}
                </button>
                <Show when=can_search>
                    <button
                        type="button"
                        class="button"
                        disabled=stands_still
                        aria-haspopup="dialog"
                        data-testid="search"
                        on:click=move |_| searching.set(true)
                    >
                        {t(field_visit::SEARCH)}
                    </button>
                </Show>
            </div>
        </div>
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
    let Place::Dwelling(dwelling) = place else { return ().into_any() };
    let notes = view! { <DoorNotes book=Arc::clone(&book) dwelling=dwelling.clone() /> };
    let choose = move |chosen: DwellingOutcome| {
        if let Ok(dwelling) = dwelling.parse() {
            book.set_outcome(device, dwelling, chosen);
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
            {notes}
        </section>
    }
    .into_any()
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
    /// A criterion to go to.
    wanted: RwSignal<Option<String>>,
    /// Findings can be repeated in other dwellings.
    copied: bool,
    /// Its answers are those of people: what they are told comes first.
    collects: bool,
) -> impl IntoView {
    let locale = context::locale();
    let open = RwSignal::new(false);
    let own: Vec<String> = criteria.iter().map(|criterion| criterion.id.0.clone()).collect();
    Effect::new(move |_| {
        let Some(code) = wanted.get().filter(|code| own.contains(code)) else { return };
        wanted.set(None);
        open.set(true);
        go_to(code);
    });
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
            prop:open=move || open.get()
            on:toggle=move |event| {
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
                            {collects.then(|| view! { <p class="notice notice--info small" data-testid="collection-notice">{t(notice::FIELD)}</p> })}
                            <For each=move || shown.get() key=|criterion| criterion.id.0.clone() let:criterion>
                                <CriterionCard book=Arc::clone(&book) place=place.clone() criterion=criterion copied=copied />
                            </For>
                        </div>
                    }
                }
            </Show>
        </details>
    }
}

/// Brings a criterion under the eyes, and its heading to those who listen. Its section may still be opening.
fn go_to(code: String) {
    spawn_local(async move {
        for _ in 0..20 {
            sleep_ms(50).await;
            let heading = document().get_element_by_id(&format!("criterion-name-{code}")).and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
            if let Some(heading) = heading {
                heading.scroll_into_view();
                let _ = heading.focus();
                return;
            }
        }
    });
}
