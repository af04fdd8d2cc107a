//! Another version of the grid is in force: the visit keeps its own until its holder, who is shown what becomes of each answer, moves it; and back.

use std::sync::Arc;

use inspection_grid::{CriterionId, Fate, Grid, GridHash, Migration, Moved};
use leptos::prelude::*;

use super::{
    book::{self, Book},
    bottom_sheet::BottomSheet,
    context,
    undo::unbroken,
};
use crate::{
    device::{records::meta, store},
    texts::{self, Locale, Text, field_visit},
    ui::place,
};

/// Where the visit can go from the grid that it is under.
#[derive(Clone, PartialEq)]
struct Way {
    to: GridHash,
    version: String,
    own: String,
    /// To the grid that the visit was moved from.
    is_back: bool,
}

async fn way(book: Arc<Book>) -> Option<Way> {
    let visit = book.visit.get_untracked().filter(|visit| visit.finished_at.is_none())?;
    let in_force = store::meta::<GridHash>(meta::GRID).await.ok().flatten()?;
    let (to, is_back) = if visit.grid == in_force { (visit.grid_before?, true) } else { (in_force, false) };
    let (own, target) = (book::grid(&visit.grid).await?, book::grid(&to).await?);
    Some(Way { to, version: unbroken(&target.version), own: unbroken(&own.version), is_back })
}

/// The notice, and the preview behind it. Nothing while the visit is under the grid in force and never was under another.
#[component]
pub fn GridBox(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let (device, locale) = (context::device(), context::locale());
    let open = RwSignal::new(false);
    let found = context::read({
        let book = Arc::clone(&book);
        move || {
            device.changed.track();
            book.visit.track();
            way(Arc::clone(&book))
        }
    });
    let way = Memo::new(move |_| found.get().flatten());
    let kept = StoredValue::new(book);
    let said = move || {
        way.get().map(|way| {
            let text = if way.is_back { field_visit::GRID_MOVED } else { field_visit::GRID_NEWER };
            texts::fill(text.get(locale.get()), &[("version", &way.version), ("own", &way.own)])
        })
    };
    let see = move || if way.get().is_some_and(|way| way.is_back) { field_visit::GRID_SEE_BACK } else { field_visit::GRID_SEE };
    view! {
        <Show when=move || way.with(Option::is_some)>
            <div class="notice notice--info" data-testid="grid-box" data-back=move || way.get().is_some_and(|way| way.is_back).to_string()>
                <p role="status">{said}</p>
                <button type="button" class="button" data-testid="grid-see" on:click=move |_| open.set(true)>{move || see().get(locale.get())}</button>
            </div>
            <BottomSheet open=open title=field_visit::GRID_PREVIEW testid="grid-sheet">
                {move || way.get().map(|way| view! { <Preview book=kept.get_value() way=way open=open /> })}
            </BottomSheet>
        </Show>
    }
}

#[component]
fn Preview(
    /// The building.
    book: Arc<Book>,
    /// Where to.
    way: Way,
    /// The sheet.
    open: RwSignal<bool>,
) -> impl IntoView {
    let (device, locale) = (context::device(), context::locale());
    let read = context::read({
        let (book, to) = (Arc::clone(&book), way.to.clone());
        move || {
            let (book, to) = (Arc::clone(&book), to.clone());
            async move { book.preview(&to).await }
        }
    });
    let Way { to, version, own, .. } = way;
    let labels = Arc::clone(&book);
    let mover = book;
    let go = move |_| {
        open.set(false);
        mover.move_grid(device, to.clone());
    };
    let named = move |text: Text, name: &str| texts::fill(text.get(locale.get()), &[("version", name)]);
    let (keep, reassured) = (own.clone(), own);
    view! {
        {move || read.get().flatten().map(|(grid, migration)| changes(&labels, &grid, &migration, locale.get()))}
        <p>{move || named(field_visit::GRID_NOTHING_LOST, &reassured)}</p>
        <div class="stack stack--tight">
            <button type="button" class="button button--large" data-testid="grid-stay" on:click=move |_| open.set(false)>
                {move || named(field_visit::GRID_STAY, &keep)}
            </button>
            <button type="button" class="button button--primary button--large" data-testid="grid-go" on:click=go>
                {move || named(field_visit::GRID_GO, &version)}
            </button>
        </div>
    }
}

fn changes(book: &Book, grid: &Grid, migration: &Migration, locale: Locale) -> impl IntoView + use<> {
    let of = |fate: Fate| migration.moved.iter().filter(|moved| moved.fate == fate).map(|moved| line(book, grid, moved, locale)).collect::<Vec<_>>();
    let added = migration.added.iter().map(|id| asked(grid, id, locale)).collect::<Vec<_>>();
    let count = |text: Text, count: usize, testid: &'static str| {
        (count > 0).then(|| view! { <p data-testid=testid data-count=count.to_string()>{texts::fill(text.get(locale), &[("count", &count.to_string())])}</p> })
    };
    let list = |text: Text, lines: Vec<String>, testid: &'static str| {
        let count = lines.len().to_string();
        (!lines.is_empty()).then(|| {
            view! {
                <details class="disclosure" data-testid=testid data-count=count.clone()>
                    <summary>{texts::fill(text.get(locale), &[("count", &count)])}</summary>
                    <div class="disclosure__body"><ul class="small">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul></div>
                </details>
            }
        })
    };
    view! {
        {count(field_visit::GRID_KEPT, migration.kept, "grid-kept")}
        {count(field_visit::GRID_RETURNING, migration.returning, "grid-returning")}
        {list(field_visit::GRID_REWORDED, of(Fate::Reworded), "grid-reworded")}
        {list(field_visit::GRID_NO_LONGER_FITS, of(Fate::NoLongerFits), "grid-no-longer-fits")}
        {list(field_visit::GRID_NO_LONGER_ASKED, of(Fate::NoLongerAsked), "grid-no-longer-asked")}
        {list(field_visit::GRID_ADDED, added, "grid-added")}
    }
}

/// « 101, HUM-01 Moisissure visible », as far as the grid that is left or come to names it.
fn line(book: &Book, grid: &Grid, moved: &Moved, locale: Locale) -> String {
    let place = place::name(&moved.place, untrack(|| book.door_label(&moved.place)).as_deref(), locale);
    format!("{place}, {}", asked(grid, &moved.criterion, locale))
}

fn asked(grid: &Grid, id: &CriterionId, locale: Locale) -> String {
    let label = grid.criterion(id).map(|(_, criterion)| texts::label(&criterion.label, locale)).unwrap_or_default();
    format!("{} {label}", id.0).trim_end().to_owned()
}
