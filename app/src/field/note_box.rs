//! The note of a criterion: saved when left, and after a pause in typing.

use std::sync::Arc;

use inspection_grid::{CriterionId, NOTE_CHARS_MAX, Place};
use leptos::{prelude::*, task::spawn_local};

use super::{
    book::{Book, Cell, Keeping},
    building_screen::store_text,
    context::{self, t},
};
use crate::{
    device::sleep_ms,
    texts::{self, field, field_visit},
};

/// Pause in typing after which the text is kept.
pub const IDLE_MS: i64 = 600;

/// Text area with its own tick.
#[component]
pub fn NoteBox(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
    /// What.
    criterion: CriterionId,
    /// Its cell.
    cell: Cell,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let typed = RwSignal::new(cell.row.with_untracked(|row| row.note.clone()));
    let turn = StoredValue::new(0_u32);
    let dirty = StoredValue::new(false);
    // A note that a pull brought replaces what nobody is typing.
    let arriving = cell.row.clone();
    Effect::new(move |_| {
        let note = arriving.with(|row| row.note.clone());
        if !dirty.try_get_value().unwrap_or(true) && typed.with_untracked(|typed| *typed != note) {
            typed.set(note);
        }
    });
    let id = criterion.0.clone();
    let save = {
        let cell_place = place;
        let criterion = criterion.clone();
        move |text: String| {
            if text.chars().count() <= NOTE_CHARS_MAX {
                book.note(device, &cell_place, &criterion, text.trim().to_owned());
            }
        }
    };
    let save = StoredValue::new(save);
    let keep = move || {
        if dirty.try_get_value() == Some(true) {
            dirty.set_value(false);
            save.with_value(|save| save(typed.get_untracked()));
        }
    };
    let on_input = move |event| {
        typed.set(event_target_value(&event));
        dirty.set_value(true);
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        spawn_local(async move {
            sleep_ms(IDLE_MS).await;
            if turn.try_get_value() == Some(mine) {
                keep();
            }
        });
    };
    // Leaving the screen keeps what was being typed.
    on_cleanup(keep);
    let excess = move || typed.with(|typed| typed.chars().count().saturating_sub(NOTE_CHARS_MAX));
    let is_long = move || excess() > 0;
    let is_filling = move || typed.with(|typed| !typed.is_empty());
    let length_id = criterion.0.clone();
    let kept = cell.note_kept.clone();
    view! {
        <label class="form-field">
            <span class="form-field__label">
                {t(field::NOTE)} " "
                {move || match kept.get() {
                    Keeping::Kept => view! { <span class="kept" data-testid=format!("note-kept-{id}")>"✓ " {t(field::KEPT)}</span> }.into_any(),
                    Keeping::Failed(error) => view! { <span class="kept kept--failed" role="alert">{t(field::NOT_KEPT)} ". " {t(store_text(&error))}</span> }.into_any(),
                    Keeping::Saving | Keeping::Nothing => ().into_any(),
                }}
            </span>
            <textarea
                rows="4"
                lang=move || locale.get().tag()
                autocapitalize="sentences"
                spellcheck="true"
                data-testid=format!("note-{}", criterion.0)
                prop:value=move || typed.get()
                on:input=on_input
                on:blur=move |_| keep()
            ></textarea>
            <Show when=is_filling>
                <span class="small muted" data-testid=format!("note-length-{length_id}")>
                    {move || texts::fill(field_visit::NOTE_LENGTH.get(locale.get()), &[("count", &typed.with(|typed| typed.chars().count()).to_string())])}
                </span>
            </Show>
            <Show when=is_long>
                <span class="form-field__error" role="alert">
                    {move || texts::fill(field::NOTE_COUNT.get(locale.get()), &[("count", &excess().to_string())])}
                </span>
            </Show>
        </label>
    }
}
