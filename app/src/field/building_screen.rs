//! One building: its doors as on the façade, its state, and the acts of the visit.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use casework::{
    ids::BuildingId,
    wire::v1::{Change, Door},
};
use inspection_grid::{Criterion, DwellingOutcome, Place, Scope};
use leptos::{prelude::*, task::spawn_local};

use super::{
    assessment::{Assessment, Overview},
    book::Book,
    comfort::ComfortButton,
    context::{self, t},
    danger_banner::DangerBanner,
    door_form::DoorForm,
    door_pairs::DoorPairs,
    emergency_form::EmergencyForm,
    finish_panel::FinishPanel,
    grid_box::GridBox,
    other_visits::OtherVisits,
    search_sheet::{SearchSheet, sought},
    undo::UndoStrip,
    use_book::{Shelf, use_book},
    visit_pace::{LengthChoice, PROPOSED_MINUTES, Pace, end_in},
};
use crate::{
    device::{clock, idb::StoreError, records::meta, startup, store, worker::AppKept},
    texts::{self, Locale, field, field_visit},
    ui::{SeverityMark, place, time},
};

/// A building of the round.
#[component]
pub fn BuildingScreen() -> impl IntoView {
    let shelf = use_book();
    view! {
        <main class="field-page stack">
            {move || match shelf.get() {
                Shelf::Opening => view! { <p class="muted">{t(field::LOADING)}</p> }.into_any(),
                Shelf::Missing => {
                    view! {
                        <a href="/terrain" class="back-link">{t(field::BACK_ROUND)}</a>
                        <p class="empty" data-testid="building-missing">{t(field::BUILDING_MISSING)}</p>
                    }
                        .into_any()
                }
                Shelf::Open(book) => view! { <Building book=book /> }.into_any(),
            }}
        </main>
    }
}

/// Message for a write that the device refused.
pub fn store_text(error: &StoreError) -> crate::texts::Text {
    match error {
        StoreError::Full => field::STORE_FULL,
        StoreError::Unavailable(_) | StoreError::Failed(_) => field::STORE_FAILED,
    }
}

#[component]
fn Building(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let computed = Arc::clone(&book);
    let overview = Memo::new(move |_| Overview::of(&computed, context::psychosocial(device)));
    let finishing = RwSignal::new(false);
    let raising = RwSignal::new(false);
    let (visit, grid, sheet, failure) = (book.visit.clone(), book.grid.clone(), book.sheet.clone(), book.failure.clone());
    let has_visit = Memo::new({
        let visit = visit.clone();
        move |_| visit.with(Option::is_some)
    });
    let is_finished = Memo::new({
        let visit = visit.clone();
        move |_| visit.with(|visit| visit.as_ref().is_some_and(|visit| visit.finished_at.is_some()))
    });
    let has_grid = Memo::new(move |_| grid.with(Option::is_some));
    let about_visit = move || {
        visit.with(|visit| {
            let visit = visit.as_ref()?;
            let date = time::date_time(visit.started_at, locale.get());
            Some(match (&visit.finished_at, &visit.started_by) {
                (Some(at), _) => texts::fill(field::VISIT_FINISHED_ON.get(locale.get()), &[("date", &time::date_time(*at, locale.get()))]),
                (None, Some(name)) => texts::fill(field::VISIT_BY_NAME.get(locale.get()), &[("date", &date), ("name", name)]),
                (None, None) => texts::fill(field::VISIT_BY.get(locale.get()), &[("date", &date)]),
            })
        })
    };
    let address = {
        let sheet = sheet.clone();
        move || sheet.with(|sheet| sheet.address.clone())
    };
    let doors = sheet.clone();
    let facts = move || sheet.with(|sheet| building_facts(sheet, locale.get()));
    // The sheet alone is not enough: the app must open, too.
    let ready = move || {
        if device.app_kept.get() != AppKept::Kept {
            return None;
        }
        let count = doors.with(|sheet| sheet.doors.len());
        let words = texts::fill(field::READY_OFFLINE.get(locale.get()), &[("count", &count.to_string())]);
        Some(view! { <p class="notice notice--success" data-testid="ready-offline">{words}</p> })
    };
    let minutes = RwSignal::new(PROPOSED_MINUTES);
    let searching = RwSignal::new(false);
    let starter = Arc::clone(&book);
    let start = move |_| start_visit(device, &starter, minutes.get_untracked());
    let is_paused = Memo::new({
        let visit = book.visit.clone();
        move |_| visit.with(|visit| visit.as_ref().is_some_and(|visit| visit.paused_at.is_some()))
    });
    let can_start = move || has_grid.get() && (!has_visit.get() || is_finished.get());
    let under_way = move || has_visit.get() && !is_finished.get();
    let pauser = Arc::clone(&book);
    let pause = move |_| {
        if let Some(visit) = pauser.reference() {
            pauser.change(device, visit, Change::VisitPaused);
        }
    };
    let all = {
        let (book, grid) = (Arc::clone(&book), book.grid.clone());
        Signal::derive(move || {
            let (psychosocial, known) = (context::psychosocial(device), searching.get() && book.visit.with(Option::is_some));
            grid.get().filter(|_| known).map(|grid| sought(&grid, |section, _| psychosocial || !section.confidential)).unwrap_or_default()
        })
    };
    let way = {
        let book = Arc::clone(&book);
        Callback::new(move |criterion: Arc<Criterion>| view! { <Ways book=Arc::clone(&book) criterion=criterion /> }.into_any())
    };
    let id = book.id;
    let withdrawn = context::read(move || {
        device.changed.track();
        async { store::meta::<BTreeSet<BuildingId>>(meta::WITHDRAWN).await.ok().flatten().unwrap_or_default() }
    });
    let kept = StoredValue::new(book);
    view! {
        <header class="field-header">
            <div>
                <a href="/terrain" class="back-link">{t(field::BACK_ROUND)}</a>
                <h1>{address}</h1>
                <p class="small muted">{facts}</p>
                <p class="small" data-testid="visit-state">{about_visit}</p>
            </div>
            <ComfortButton />
        </header>
        <DangerBanner book=kept.get_value() />
        {move || {
            withdrawn.get().unwrap_or_default().contains(&id).then(|| view! { <p class="notice notice--warning" data-testid="withdrawn">{t(field::WITHDRAWN)}</p> })
        }}
        {move || failure.get().map(|error| view! { <p class="notice notice--error" role="alert" data-testid="store-failure">{t(store_text(&error))}</p> })}
        <Show when=move || !has_grid.get()><p class="notice notice--warning">{t(field::GRID_MISSING)}</p></Show>
        <fieldset class="bare stack" disabled=move || !device.editor.get()>
            <Show when=move || raising.get()>
                <EmergencyForm book=kept.get_value() open=raising />
            </Show>
            <Show when=move || finishing.get()>
                <FinishPanel book=kept.get_value() open=finishing />
            </Show>
            <Pace book=kept.get_value() />
            <OtherVisits book=kept.get_value() />
            <GridBox book=kept.get_value() />
            <Show when=move || has_visit.get()>
                <DoorPairs book=kept.get_value() />
                <Doors book=kept.get_value() overview=overview />
                <Show when=move || !is_finished.get()>
                    <DoorForm book=kept.get_value() />
                </Show>
                {move || overview.get().map(|overview| view! { <Assessment overview=overview /> })}
            </Show>
            <Show when=move || has_grid.get() && !has_visit.get()>
                {ready.clone()}
            </Show>
            <Show when=can_start><LengthChoice minutes=minutes /></Show>
            <SearchSheet open=searching all=all way=way />
            <div class="field-dock">
                <UndoStrip book=kept.get_value() />
                <div class="field-actions">
                    <button type="button" class="button button--danger" data-testid="raise-emergency" on:click=move |_| open_panel(raising, "[data-testid=emergency-form]")>
                        {t(field::EMERGENCY_RAISE)}
                    </button>
                    <Show when=under_way>
                        <button type="button" class="button" aria-haspopup="dialog" data-testid="search" on:click=move |_| searching.set(true)>{t(field_visit::SEARCH)}</button>
                    </Show>
                    <Show when=move || under_way() && !is_paused.get()>
                        <button type="button" class="button" data-testid="pause-visit" on:click=pause.clone()>{t(field_visit::PAUSE)}</button>
                    </Show>
                    <Show when=under_way>
                        <button type="button" class="button button--primary" data-testid="finish-visit" on:click=move |_| open_panel(finishing, "[data-testid=finish-panel]")>
                            {t(field::VISIT_FINISH)}
                        </button>
                    </Show>
                    {move || {
                        let start = start.clone();
                        can_start()
                            .then(|| {
                                let text = if has_visit.get() { field::VISIT_START_AGAIN } else { field::VISIT_START };
                                view! {
                                    <button type="button" class="button button--primary" data-testid="start-visit" on:click=start>{t(text)}</button>
                                }
                            })
                    }}
                </div>
            </div>
        </fieldset>
    }
}

/// Where a criterion that was found can be answered in this visit.
#[component]
fn Ways(
    /// The building.
    book: Arc<Book>,
    /// What was found.
    criterion: Arc<Criterion>,
) -> impl IntoView {
    let locale = context::locale();
    let grid = book.grid.get_untracked();
    let scope = grid.as_ref().and_then(|grid| grid.criterion(&criterion.id)).map(|(section, _)| section.scope);
    let visited = book.visit.with_untracked(|visit| visit.as_ref().map(|visit| visit.dwellings.clone()).unwrap_or_default());
    let dwellings = untrack(|| book.doors()).into_iter().map(|door| (Place::Dwelling(door.dwelling_id.to_string()), Some(door.label)));
    let places: Vec<(Place, Option<String>)> = [(Place::Exterior, None), (Place::Common, None)]
        .into_iter()
        .chain(dwellings)
        .filter(|(at, _)| scope.is_some_and(|scope: Scope| scope.includes(at)))
        .filter(|(at, _)| !matches!(at, Place::Dwelling(id) if visited.get(id) != Some(&DwellingOutcome::Visited)))
        .collect();
    if places.is_empty() {
        return view! { <p class="small muted">{t(field_visit::SEARCH_NOWHERE)}</p> }.into_any();
    }
    let (id, code) = (book.id, criterion.id.0.clone());
    let links = places
        .into_iter()
        .map(|(at, door)| {
            let answered = book.cell(&at, &criterion.id).is_some_and(|cell| cell.row.with_untracked(|row| row.current().is_some()));
            let (href, testid) = (format!("/terrain/immeuble/{id}/lieu/{at}?critere={code}"), format!("go-{}", door.clone().unwrap_or_else(|| at.to_string())));
            view! {
                <a href=href class="button" data-testid=testid>
                    {move || place::name(&at, door.as_deref(), locale.get())} {answered.then_some(" ✓")}
                </a>
            }
        })
        .collect_view();
    view! { <div class="cluster cluster--tight">{links}</div> }.into_any()
}

/// Opens a panel and brings it under the eyes: the buttons are at the bottom of the screen, the panels above.
pub fn open_panel(open: RwSignal<bool>, selector: &'static str) {
    open.set(true);
    request_animation_frame(move || {
        if let Ok(Some(panel)) = document().query_selector(selector) {
            panel.scroll_into_view();
        }
    });
}

fn building_facts(sheet: &casework::wire::v1::BuildingSheet, locale: Locale) -> String {
    let mut parts = vec![sheet.municipality.clone()];
    parts.push(if sheet.dwellings == 1 {
        field::DWELLING_ONE.get(locale).to_owned()
    } else {
        texts::fill(field::DWELLINGS.get(locale), &[("count", &sheet.dwellings.to_string())])
    });
    parts.extend(sheet.storeys.map(|storeys| texts::fill(field::STOREYS.get(locale), &[("count", &storeys.to_string())])));
    parts.extend(sheet.year_built.map(|year| year.to_string()));
    parts.join("\u{a0}· ")
}

fn start_visit(device: crate::device::Device, book: &Arc<Book>, minutes: i64) {
    startup::secure_storage(device);
    let book = Arc::clone(book);
    spawn_local(async move {
        let visit = match book.new_visit().await {
            Ok(visit) => visit,
            Err(error) => return book.failure.set(Some(error)),
        };
        let known = super::book::grid(&visit.grid).await;
        let is_known = known.is_some();
        book.grid.set(known);
        if is_known {
            book.change(device, visit, Change::VisitStarted { expected_end: end_in(minutes, clock::now()) });
        }
    });
}

/// « Étage 3 », « Rez-de-chaussée », « Sous-sol ».
pub fn floor_name(floor: i16, locale: Locale) -> String {
    match floor {
        ..=0 => field::FLOOR_BASEMENT.get(locale).to_owned(),
        1 => field::FLOOR_GROUND.get(locale).to_owned(),
        floor => texts::fill(field::FLOOR.get(locale), &[("floor", &floor.to_string())]),
    }
}

/// The façade: top floor first.
#[component]
fn Doors(
    /// The building.
    book: Arc<Book>,
    /// What was computed.
    overview: Memo<Option<Overview>>,
) -> impl IntoView {
    let locale = context::locale();
    let tile = {
        let id = book.id;
        move |place: Place, name: crate::texts::Text, testid: &'static str| {
            let at = place.clone();
            view! {
                <a href=format!("/terrain/immeuble/{id}/lieu/{place}") class="door door--wide" data-testid=testid>
                    <span class="door__label">{t(name)}</span>
                    <DoorState place=at outcome=None come_back=false overview=overview />
                </a>
            }
        }
    };
    let floors = {
        let book = Arc::clone(&book);
        move || {
            let outcomes = book.visit.with(|visit| visit.as_ref().map(|visit| visit.dwellings.clone()).unwrap_or_default());
            let mut floors: BTreeMap<i16, Vec<Door>> = BTreeMap::new();
            for door in book.doors() {
                floors.entry(door.floor).or_default().push(door);
            }
            floors
                .into_iter()
                .rev()
                .map(|(floor, doors)| view! { <Floor book=Arc::clone(&book) floor=floor doors=doors outcomes=outcomes.clone() overview=overview /> })
                .collect_view()
        }
    };
    view! {
        <section class="stack stack--tight facade" aria-label=move || field::PLACES.get(locale.get()) data-testid="doors">
            {floors}
            <div class="facade__row facade__row--wide">
                {tile(Place::Common, field::COMMON, "place-common")} {tile(Place::Exterior, field::EXTERIOR, "place-exterior")}
            </div>
        </section>
    }
}

#[component]
fn Floor(
    /// The building.
    book: Arc<Book>,
    /// 0 is the basement, 1 the ground floor.
    floor: i16,
    /// Its doors, in order.
    doors: Vec<Door>,
    /// How the visits went.
    outcomes: BTreeMap<String, DwellingOutcome>,
    /// What was computed.
    overview: Memo<Option<Overview>>,
) -> impl IntoView {
    let locale = context::locale();
    let name = move || floor_name(floor, locale.get());
    let id = book.id;
    let doors = doors
        .into_iter()
        .map(|door| {
            let dwelling = door.dwelling_id.to_string();
            let outcome = outcomes.get(&dwelling).copied();
            let come_back = untrack(|| book.door_note(&dwelling)).come_back;
            let place = Place::Dwelling(dwelling);
            let href = format!("/terrain/immeuble/{id}/lieu/{place}");
            let (label, testid) = (door.label.clone(), format!("door-{}", door.label));
            view! {
                <a href=href class="door" data-testid=testid>
                    <span class="door__label">{label.clone()}</span>
                    <DoorState place=place outcome=outcome come_back=come_back overview=overview />
                </a>
            }
        })
        .collect_view();
    view! {
        <h2 class="facade__floor">{name}</h2>
        <div class="facade__row">{doors}</div>
    }
}

/// What a door says of its dwelling: outcome, progress, worst severity.
#[component]
fn DoorState(
    /// Which place.
    place: Place,
    /// How its visit went, for a dwelling.
    outcome: Option<DwellingOutcome>,
    /// The household asked to come back.
    come_back: bool,
    /// What was computed.
    overview: Memo<Option<Overview>>,
) -> impl IntoView {
    let locale = context::locale();
    let at = place.clone();
    let progress = Memo::new(move |_| overview.with(|overview| overview.as_ref().and_then(|overview| overview.judgement.places.get(&at).copied())));
    let worst = Memo::new(move |_| overview.with(|overview| overview.as_ref().and_then(|overview| overview.judgement.worst.get(&place).copied())));
    let words = move || match (outcome, progress.get()) {
        (outcome, _) if come_back && outcome != Some(DwellingOutcome::Visited) => field_visit::DOOR_COME_BACK.get(locale.get()).to_owned(),
        (Some(DwellingOutcome::Visited) | None, Some(progress)) => format!("{}/{}", progress.answered, progress.applicable),
        (Some(outcome), _) => field::outcome(outcome).get(locale.get()).to_owned(),
        (None, None) => field::DOOR_UNSEEN.get(locale.get()).to_owned(),
    };
    let whole = move || progress.get().is_some_and(inspection_grid::Completeness::is_whole);
    view! {
        <span class="door__state small" data-whole=move || whole().to_string()>
            {move || if whole() { "✓ " } else { "" }} {words}
        </span>
        {move || worst.get().map(|severity| view! { <SeverityMark severity=severity locale=locale.get() /> })}
    }
}
