//! The same finding in other dwellings: doors chosen by floor, each copy with its own event and trace.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use casework::wire::v1::Door;
use inspection_grid::{Answer, Criterion, Place};
use leptos::prelude::*;

use super::{
    answer_words::{SeverityWords, words},
    book::Book,
    bottom_sheet::BottomSheet,
    building_screen::floor_name,
    context::{self, t},
};
use crate::texts::{self, field, field_visit};

/// Sheet of the doors.
#[component]
pub fn CopySheet(
    /// Shows or hides it.
    open: RwSignal<bool>,
    /// The building.
    book: Arc<Book>,
    /// Where the finding was made.
    place: Place,
    /// What was found on.
    criterion: Arc<Criterion>,
) -> impl IntoView {
    let chosen = RwSignal::new(BTreeSet::<String>::new());
    Effect::new(move |_| {
        if !open.get() {
            chosen.set(BTreeSet::new());
        }
    });
    view! {
        <BottomSheet open=open title=field_visit::COPY_TITLE testid="copy-sheet">
            <CopyForm open=open chosen=chosen book=Arc::clone(&book) place=place.clone() criterion=Arc::clone(&criterion) />
        </BottomSheet>
    }
}

#[component]
fn CopyForm(
    /// Closes the sheet.
    open: RwSignal<bool>,
    /// Dwellings to copy to.
    chosen: RwSignal<BTreeSet<String>>,
    /// The building.
    book: Arc<Book>,
    /// Where the finding was made.
    place: Place,
    /// What was found on.
    criterion: Arc<Criterion>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let source = book.cell(&place, &criterion.id).map(|cell| cell.row.get_untracked());
    let answer = source.as_ref().and_then(|row| row.current().cloned());
    let trace = source.and_then(|row| row.answer_event).and_then(|event| event.parse().ok());
    let said = {
        let (criterion, answer) = (Arc::clone(&criterion), answer.clone());
        move || answer.as_ref().map(|answer| words(&criterion, answer, SeverityWords::Anchor, locale.get()))
    };
    let mut floors: BTreeMap<i16, Vec<Door>> = BTreeMap::new();
    let own = place.to_string();
    for door in untrack(|| book.doors()).into_iter().filter(|door| Place::Dwelling(door.dwelling_id.to_string()).to_string() != own) {
        floors.entry(door.floor).or_default().push(door);
    }
    let floors = floors
        .into_iter()
        .rev()
        .map(|(floor, doors)| {
            let all: Vec<String> = doors.iter().map(|door| door.dwelling_id.to_string()).collect();
            let whole = StoredValue::new(all.clone());
            let is_whole = move || chosen.with(|chosen| whole.with_value(|all| all.iter().all(|door| chosen.contains(door))));
            let doors = doors
                .into_iter()
                .map(|door| view! { <CopyDoor book=Arc::clone(&book) door=door criterion=Arc::clone(&criterion) answer=answer.clone() chosen=chosen /> })
                .collect_view();
            view! {
                <fieldset class="fieldset">
                    <legend>{move || floor_name(floor, locale.get())}</legend>
                    <button
                        type="button"
                        class="answer answer--short"
                        aria-pressed=move || is_whole().to_string()
                        data-testid=format!("copy-floor-{floor}")
                        on:click=move |_| {
                            let fill = !is_whole();
                            chosen.update(|chosen| whole.with_value(|all| if fill { chosen.extend(all.iter().cloned()) } else { chosen.retain(|door| !all.contains(door)) }));
                        }
                    >
                        {t(field_visit::COPY_FLOOR)}
                    </button>
                    {doors}
                </fieldset>
            }
        })
        .collect_view();
    let count = move || chosen.with(BTreeSet::len);
    let label = move || match count() {
        0 => field_visit::COPY_CHOOSE.get(locale.get()).to_owned(),
        1 => field_visit::COPY_CONFIRM_ONE.get(locale.get()).to_owned(),
        count => texts::fill(field_visit::COPY_CONFIRM.get(locale.get()), &[("count", &count.to_string())]),
    };
    let copy = {
        let (book, id) = (Arc::clone(&book), criterion.id.clone());
        move |_| {
            if let Some(answer) = &answer {
                let places = chosen.get_untracked().into_iter().map(Place::Dwelling).collect();
                book.copy(device, &id, answer, trace, places);
            }
            open.set(false);
        }
    };
    view! {
        <div class="stack stack--tight">
            <p>
                <strong>{criterion.id.0.clone()}</strong>
                " · "
                {said}
            </p>
            <p class="small muted">{t(field_visit::COPY_HINT)}</p>
            {floors}
        </div>
        <div class="bottom-sheet__actions">
            <button type="button" class="button button--primary button--large button--block" data-testid="copy-confirm" disabled=move || count() == 0 on:click=copy>{label}</button>
        </div>
    }
}

#[component]
fn CopyDoor(
    /// The building.
    book: Arc<Book>,
    /// The door.
    door: Door,
    /// What would be copied.
    criterion: Arc<Criterion>,
    /// The answer to copy.
    answer: Option<Answer>,
    /// Dwellings to copy to.
    chosen: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let locale = context::locale();
    let id = door.dwelling_id.to_string();
    let place = Place::Dwelling(id.clone());
    let there =
        book.cell(&place, &criterion.id).and_then(|cell| cell.row.with_untracked(|row| row.current().cloned())).filter(|there| answer.as_ref() != Some(there));
    let outcome = book.visit.with_untracked(|visit| visit.as_ref().and_then(|visit| visit.dwellings.get(&id).copied()));
    let state = move || match (&there, outcome) {
        (Some(there), _) => {
            texts::fill(field_visit::COPY_REPLACES.get(locale.get()), &[("answer", &words(&criterion, there, SeverityWords::Level, locale.get()))])
        }
        (None, Some(outcome)) => field::outcome(outcome).get(locale.get()).to_owned(),
        (None, None) => field::DOOR_UNSEEN.get(locale.get()).to_owned(),
    };
    let (known, label, testid) = (id.clone(), door.label.clone(), format!("copy-door-{}", door.label));
    view! {
        <label class="choice">
            <input
                type="checkbox"
                data-testid=testid
                prop:checked=move || chosen.with(|chosen| chosen.contains(&known))
                on:change=move |event| {
                    let on = event_target_checked(&event);
                    chosen.update(|chosen| { if on { chosen.insert(id.clone()); } else { chosen.remove(&id); } });
                }
            />
            <span class="choice__text"><strong>{label}</strong> <span class="small muted">{state}</span></span>
        </label>
    }
}
