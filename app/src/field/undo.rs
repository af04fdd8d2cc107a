//! What the last change was, and the strip that takes it back. Taking back is a change like any other: history only grows.

use std::sync::Arc;

use casework::{
    ids::{DwellingId, PhotoId},
    photo_mark::PhotoMark,
    wire::v1::{DoorNote, DoorPair},
};
use inspection_grid::{Answer, CriterionId, DwellingOutcome, GridHash, Place};
use leptos::{prelude::*, task::spawn_local};

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    device::sleep_ms,
    texts::{self, Locale, annotate, field_visit},
};

/// How long the strip stays.
const OFFERED_MS: i64 = 30_000;
/// How long « annulé » stays.
const SAID_MS: i64 = 4_000;

/// A change that can be taken back, with what was there before.
#[derive(Clone, Debug, PartialEq)]
pub enum Undoable {
    Answer {
        place: Place,
        criterion: CriterionId,
        before: Answer,
    },
    Note {
        place: Place,
        criterion: CriterionId,
        before: String,
    },
    PhotoRemoved {
        photo: PhotoId,
        criterion: CriterionId,
    },
    PhotoMarked {
        photo: PhotoId,
        criterion: CriterionId,
        before: Vec<PhotoMark>,
    },
    Outcome {
        dwelling: DwellingId,
        before: Option<DwellingOutcome>,
    },
    DoorNoted {
        dwelling: DwellingId,
        before: DoorNote,
    },
    /// The visit went on under another grid than this one.
    GridMoved {
        before: GridHash,
    },
    /// Two doors were said to be one, or two.
    Doors {
        before: DoorPair,
    },
    /// The same answer given in several dwellings, with what each had.
    Copies {
        criterion: CriterionId,
        before: Vec<(Place, Answer)>,
    },
}

/// What the strip says.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Offer {
    #[default]
    Nothing,
    Undo(Undoable),
    Undone,
}

/// What the strip does once a change is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Then {
    Nothing,
    Offer(Undoable),
    SayUndone,
}

/// The last change of a building.
#[derive(Clone, Default)]
pub struct LastChange {
    pub offer: ArcRwSignal<Offer>,
    turn: ArcRwSignal<u32>,
}

impl LastChange {
    /// Offers to take back the change that was just kept, or says that it was taken back.
    pub fn then(&self, then: Then) {
        match then {
            Then::Nothing => {}
            Then::Offer(change) => {
                let change = self.since_the_hand_came(change);
                self.show(Offer::Undo(change), OFFERED_MS);
            }
            Then::SayUndone => self.show(Offer::Undone, SAID_MS),
        }
    }

    /// Nothing is offered any more: what is on screen is another visit.
    pub fn forget(&self) {
        self.offer.set(Offer::Nothing);
    }

    /// A note is kept at each pause of the typing: undone, it goes back to what it was before the hand came.
    fn since_the_hand_came(&self, change: Undoable) -> Undoable {
        match (self.offer.get_untracked(), change) {
            (Offer::Undo(Undoable::Note { place, criterion, before }), Undoable::Note { place: at, criterion: what, .. })
                if (&place, &criterion) == (&at, &what) =>
            {
                Undoable::Note { place, criterion, before }
            }
            (_, change) => change,
        }
    }

    fn show(&self, offer: Offer, stays_ms: i64) {
        self.offer.set(offer);
        let turn = self.turn.get_untracked().wrapping_add(1);
        self.turn.set(turn);
        let this = self.clone();
        spawn_local(async move {
            sleep_ms(stays_ms).await;
            if this.turn.get_untracked() == turn {
                this.offer.set(Offer::Nothing);
            }
        });
    }
}

/// A code that stays on one line.
pub fn unbroken(code: &str) -> String {
    code.replace('-', "\u{2011}")
}

fn words(book: &Book, change: &Undoable, locale: Locale) -> String {
    let at = |place: &Place, criterion: &CriterionId| match book.door_label(place) {
        Some(door) => format!("{door}, {}", unbroken(&criterion.0)),
        None => unbroken(&criterion.0),
    };
    let fill = |text: texts::Text, what: &str| texts::fill(text.get(locale), &[("what", what)]);
    let door = |dwelling: &DwellingId| book.door_label(&Place::Dwelling(dwelling.to_string())).unwrap_or_default();
    match change {
        Undoable::Answer { place, criterion, .. } => fill(field_visit::UNDO_ANSWER, &at(place, criterion)),
        Undoable::Note { place, criterion, .. } => fill(field_visit::UNDO_NOTE, &at(place, criterion)),
        Undoable::PhotoRemoved { criterion, .. } => fill(field_visit::UNDO_PHOTO, &unbroken(&criterion.0)),
        Undoable::PhotoMarked { criterion, .. } => fill(annotate::UNDO, &unbroken(&criterion.0)),
        Undoable::Outcome { dwelling, .. } | Undoable::DoorNoted { dwelling, .. } => fill(field_visit::UNDO_OUTCOME, &door(dwelling)),
        Undoable::GridMoved { .. } => field_visit::UNDO_GRID.get(locale).to_owned(),
        Undoable::Doors { before } => (if before.same { field_visit::UNDO_DOORS_TWO } else { field_visit::UNDO_DOORS_ONE }).get(locale).to_owned(),
        Undoable::Copies { before, .. } => texts::fill(field_visit::UNDO_COPIES.get(locale), &[("count", &before.len().to_string())]),
    }
}

/// « Réponse gardée : 101, HUM-01 [Annuler] », above what the thumb reaches. The live region is always there, so that it is heard.
#[component]
pub fn UndoStrip(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let offer = book.last.offer.clone();
    let said = {
        let (book, offer) = (Arc::clone(&book), offer.clone());
        move || match offer.get() {
            Offer::Nothing => String::new(),
            Offer::Undone => field_visit::UNDONE.get(locale.get()).to_owned(),
            Offer::Undo(change) => words(&book, &change, locale.get()),
        }
    };
    // While a change is being kept, the strip still speaks of the one before: pressed now, it would take back the wrong one.
    let busy = Memo::new(move |_| device.writing.get() > 0);
    let state = {
        let offer = offer.clone();
        move || match offer.get() {
            _ if busy.get() => "keeping",
            Offer::Nothing => "nothing",
            Offer::Undo(_) => "undo",
            Offer::Undone => "undone",
        }
    };
    let can_undo = {
        let offer = offer.clone();
        Memo::new(move |_| matches!(offer.get(), Offer::Undo(_)))
    };
    let undo = move |_| {
        if let (Offer::Undo(change), false) = (offer.get_untracked(), busy.get_untracked()) {
            book.undo(device, change);
        }
    };
    view! {
        <div class="undo-strip" data-testid="undo-strip" data-state=state>
            <span class="undo-strip__text" role="status">{said}</span>
            <Show when=move || can_undo.get()>
                <button type="button" class="button" aria-disabled=move || busy.get().to_string() data-testid="undo" on:click=undo.clone()>{t(field_visit::UNDO)}</button>
            </Show>
        </div>
    }
}
