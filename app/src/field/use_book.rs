//! The building that the address names, kept in memory from one of its screens to the next.

use std::sync::Arc;

use casework::ids::BuildingId;
use leptos::{prelude::*, task::spawn_local};

use super::{book::Book, context};

/// The building last opened; lives as long as the gate is open.
#[derive(Clone, Copy)]
pub struct OpenBook {
    book: RwSignal<Option<Arc<Book>>>,
    /// A building asked for that this phone does not have.
    missing: RwSignal<Option<BuildingId>>,
}

impl OpenBook {
    pub fn new() -> Self {
        Self { book: RwSignal::new(None), missing: RwSignal::new(None) }
    }
}

/// What the screen can show.
#[derive(Clone)]
pub enum Shelf {
    Opening,
    Missing,
    Open(Arc<Book>),
}

/// Opens the building of the address, and reads it again when a pull or another tab changed it: thousands of rows, which the next screen does not wait for
/// when this tab alone wrote since.
pub fn use_book() -> Signal<Shelf> {
    let OpenBook { book, missing } = expect_context::<OpenBook>();
    let device = context::device();
    let here = context::here();
    let wanted = Memo::new(move |_| here.building());
    let shown = move || {
        let id = wanted.get();
        book.with(|book| book.clone().filter(|book| Some(book.id) == id))
    };
    Effect::new(move |_| {
        let Some(id) = wanted.get() else { return };
        let changed = device.changed.get();
        let open = book.get_untracked().filter(|book| book.id == id);
        // A tab without the hand is not told what the other one writes.
        if device.editor.get_untracked() && open.as_ref().is_some_and(|open| open.is_current(changed)) {
            return;
        }
        spawn_local(async move {
            // Both are gone with the screens when the phone was locked meanwhile.
            match open {
                Some(open) => {
                    if !open.refresh(changed).await {
                        let _ = missing.try_set(Some(id));
                        let _ = book.try_set(None);
                    }
                }
                None => match Book::open(id, changed).await {
                    Some(opened) => {
                        let _ = missing.try_set(None);
                        let _ = book.try_set(Some(opened));
                    }
                    None => drop(missing.try_set(Some(id))),
                },
            }
        });
    });
    let opened = Memo::new_with_compare(move |_| shown(), |before, after| id_of(before) != id_of(after));
    Signal::derive(move || match opened.get() {
        Some(book) => Shelf::Open(book),
        None if wanted.get().is_none() || missing.get() == wanted.get() => Shelf::Missing,
        None => Shelf::Opening,
    })
}

fn id_of(shown: Option<&Option<Arc<Book>>>) -> Option<BuildingId> {
    shown.and_then(|book| book.as_ref().map(|book| book.id))
}
