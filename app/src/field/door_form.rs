//! A door that the sheet did not have.

use std::sync::Arc;

use casework::{doors::bare_label, wire::v1::Change};
use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{device::clock, texts::field};

/// Form that adds a door.
#[component]
pub fn DoorForm(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let device = context::device();
    let open = RwSignal::new(false);
    let label = RwSignal::new(String::new());
    let floor = RwSignal::new("1".to_owned());
    let same = RwSignal::new(false);
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = label.get_untracked().trim().to_owned();
        let Some(visit) = book.reference() else { return };
        if wanted.is_empty() {
            return;
        }
        if untrack(|| book.doors()).iter().any(|door| bare_label(&door.label) == bare_label(&wanted)) {
            same.set(true);
            return;
        }
        let floor = floor.get_untracked().trim().parse().unwrap_or(1);
        book.change(device, visit, Change::DwellingAdded { dwelling_id: clock::new_id(), label: wanted, floor });
        label.set(String::new());
        same.set(false);
        open.set(false);
    };
    view! {
        <details class="disclosure" prop:open=move || open.get()>
            <summary data-testid="add-door" on:click=move |event| { event.prevent_default(); open.update(|open| *open = !*open); }>{t(field::DOOR_ADD)}</summary>
            <form class="form disclosure__body" on:submit=add>
                <label class="form-field">
                    <span class="form-field__label">{t(field::DOOR_ADD_LABEL)}</span>
                    <input type="text" maxlength="20" autocomplete="off" required data-testid="add-door-label" bind:value=label />
                </label>
                <label class="form-field">
                    <span class="form-field__label">{t(field::DOOR_ADD_FLOOR)}</span>
                    <input type="text" inputmode="numeric" maxlength="3" data-testid="add-door-floor" bind:value=floor />
                </label>
                <Show when=move || same.get()><p class="form-field__error" role="alert">{t(field::DOOR_ADD_SAME)}</p></Show>
                <button type="submit" class="button button--primary" data-testid="add-door-save">{t(field::DOOR_ADD_SAVE)}</button>
            </form>
        </details>
    }
}
