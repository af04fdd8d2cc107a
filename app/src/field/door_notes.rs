//! What the next knock at a door should know: to come back, and in which language.

use std::sync::Arc;

use casework::wire::v1::{DoorNote, HOUSEHOLD_LANGUAGES};
use leptos::prelude::*;

use super::{
    book::Book,
    context::{self, t},
};
use crate::texts::field_visit;

/// « Revenir plus tard », and the language of the household.
#[component]
pub fn DoorNotes(
    /// The building.
    book: Arc<Book>,
    /// The dwelling.
    dwelling: String,
) -> impl IntoView {
    let device = context::device();
    let note = {
        let (book, dwelling) = (Arc::clone(&book), dwelling.clone());
        Memo::new(move |_| book.door_note(&dwelling))
    };
    let keep = move |note: DoorNote| {
        if let Ok(dwelling) = dwelling.parse() {
            book.note_door(device, dwelling, note);
        }
    };
    let keep_language = keep.clone();
    let languages = HOUSEHOLD_LANGUAGES
        .map(|code| {
            let chosen = move || note.with(|note| note.language.as_deref() == Some(code));
            view! { <option value=code prop:selected=chosen>{t(field_visit::language(code))}</option> }
        })
        .collect_view();
    view! {
        <button
            type="button"
            class="answer answer--short"
            aria-pressed=move || note.with(|note| note.come_back).to_string()
            data-testid="come-back"
            on:click=move |_| {
                let known = note.get_untracked();
                keep(DoorNote { come_back: !known.come_back, ..known });
            }
        >
            {t(field_visit::DOOR_COME_BACK)}
        </button>
        <label class="form-field">
            <span class="form-field__label">{t(field_visit::DOOR_LANGUAGE)}</span>
            <select
                data-testid="door-language"
                on:change=move |event| {
                    let language = Some(event_target_value(&event)).filter(|language| !language.is_empty());
                    keep_language(DoorNote { language, ..note.get_untracked() });
                }
            >
                <option value="" prop:selected=move || note.with(|note| note.language.is_none())>{t(field_visit::LANGUAGE_UNKNOWN)}</option>
                {languages}
            </select>
        </label>
    }
}
