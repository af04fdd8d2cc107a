//! Doors that look like one: the proposal, and what was decided, each with its way back.

use std::{collections::BTreeMap, sync::Arc};

use casework::{
    doors::proposals,
    ids::DwellingId,
    wire::v1::{Door, DoorPair},
};
use inspection_grid::Place;
use leptos::prelude::*;

use super::{
    book::Book,
    building_screen::floor_name,
    context::{self, t},
};
use crate::texts::{self, Locale, field, field_visit};

/// What is asked and what was decided of doors that look alike.
#[component]
pub fn DoorPairs(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let proposed = {
        let book = Arc::clone(&book);
        Memo::new(move |_| {
            let doors = book.doors();
            proposals(&doors, &book.door_pairs()).into_iter().map(|(one, other)| (one.clone(), other.clone())).collect::<Vec<_>>()
        })
    };
    let decided = {
        let book = Arc::clone(&book);
        Memo::new(move |_| book.door_pairs())
    };
    let asked = Arc::clone(&book);
    view! {
        {move || proposed.get().into_iter().map(|(one, other)| view! { <Proposal book=Arc::clone(&asked) one=one other=other /> }).collect_view()}
        <Show when=move || decided.with(|pairs| !pairs.is_empty())>
            <Decided book=Arc::clone(&book) pairs=decided />
        </Show>
    }
}

/// « App 4 » et « app. 4 » : la même porte ?
#[component]
fn Proposal(
    /// The building.
    book: Arc<Book>,
    /// A door.
    one: Door,
    /// Another that looks like it.
    other: Door,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let names = [one.label.clone(), other.label.clone()].map(|name| unbroken(&name));
    let question = move || texts::fill(field_visit::DOORS_SAME.get(locale.get()), &[("one", &names[0]), ("other", &names[1])]);
    let described = [&one, &other].map(|door| {
        let (book, door) = (Arc::clone(&book), door.clone());
        view! { <li>{move || described(&book, &door, locale.get())}</li> }
    });
    let one_name = one.label == other.label;
    let unite = |gone: &Door, kept: &Door| {
        let (book, label) = (Arc::clone(&book), unbroken(&kept.label));
        let pair = DoorPair { gone: gone.dwelling_id, kept: kept.dwelling_id, same: true };
        let text = move || {
            if one_name {
                field_visit::DOORS_UNITE.get(locale.get()).to_owned()
            } else {
                texts::fill(field_visit::DOORS_UNITE_AS.get(locale.get()), &[("name", &label)])
            }
        };
        view! {
            <button type="button" class="button" data-testid="doors-unite" on:click=move |_| book.decide_doors(device, pair)>
                {text}
            </button>
        }
    };
    let as_one = unite(&other, &one);
    let as_other = (!one_name).then(|| unite(&one, &other));
    let apart = DoorPair { gone: one.dwelling_id, kept: other.dwelling_id, same: false };
    view! {
        <section class="notice notice--info stack stack--tight" data-testid="doors-proposal">
            <h2 class="notice__title">{question}</h2>
            <ul class="small">{described}</ul>
            <p class="small">{t(field_visit::DOORS_HINT)}</p>
            <div class="cluster cluster--tight">
                {as_one} {as_other}
                <button type="button" class="button" data-testid="doors-apart" on:click=move |_| book.decide_doors(device, apart)>
                    {t(field_visit::DOORS_TWO)}
                </button>
            </div>
        </section>
    }
}

/// « App 4, étage 2 : visité, 3 réponses ».
fn described(book: &Book, door: &Door, locale: Locale) -> String {
    let dwelling = door.dwelling_id.to_string();
    let outcome = book.visit.with(|visit| visit.as_ref().and_then(|visit| visit.dwellings.get(&dwelling).copied()));
    let said = outcome.map_or(field::DOOR_UNSEEN, field::outcome).get(locale);
    let (answers, photos) = book.count_at(&Place::Dwelling(dwelling));
    texts::fill(
        field_visit::DOORS_HOLDS.get(locale),
        &[
            ("name", &door.label),
            ("floor", &floor_name(door.floor, locale)),
            ("outcome", said),
            ("answers", &answers.to_string()),
            ("photos", &photos.to_string()),
        ],
    )
}

#[component]
fn Decided(
    /// The building.
    book: Arc<Book>,
    /// What was decided.
    pairs: Memo<Vec<DoorPair>>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let lines = move || {
        let labels: BTreeMap<DwellingId, String> = book.every_door().into_iter().map(|door| (door.dwelling_id, door.label)).collect();
        let label = |door: DwellingId| labels.get(&door).map(|label| unbroken(label)).unwrap_or_default();
        let line = |pair: DoorPair| {
            let (gone, kept) = (label(pair.gone), label(pair.kept));
            let (said, act) =
                if pair.same { (field_visit::DOORS_ARE_ONE, field_visit::DOORS_PART) } else { (field_visit::DOORS_ARE_TWO, field_visit::DOORS_UNITE) };
            let (book, back) = (Arc::clone(&book), DoorPair { same: !pair.same, ..pair });
            view! {
                <li class="cluster cluster--tight">
                    <span>{move || texts::fill(said.get(locale.get()), &[("gone", &gone), ("kept", &kept)])}</span>
                    <button type="button" class="button" data-testid=if pair.same { "doors-part" } else { "doors-unite-after-all" } on:click=move |_| book.decide_doors(device, back)>
                        {t(act)}
                    </button>
                </li>
            }
        };
        pairs.get().into_iter().map(line).collect_view()
    };
    view! {
        <details class="disclosure" data-testid="doors-decided">
            <summary>{move || texts::fill(field_visit::DOORS_DECIDED.get(locale.get()), &[("count", &pairs.with(Vec::len).to_string())])}</summary>
            <ul class="disclosure__body stack stack--tight bare-list">{lines}</ul>
        </details>
    }
}

/// A label that stays on one line.
fn unbroken(label: &str) -> String {
    label.replace(' ', "\u{a0}")
}
