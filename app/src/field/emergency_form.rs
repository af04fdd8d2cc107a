//! Raising an emergency by hand. Kept on the phone at once; sent before everything else when the server is reached.

use std::sync::Arc;

use casework::wire::v1::Change;
use inspection_grid::Place;
use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{device::clock, texts::field, ui::place};

const REASON_CHARS_MAX: usize = 500;

/// Form that alerts the emergency cell.
#[component]
pub fn EmergencyForm(
    /// The building.
    book: Arc<Book>,
    /// Shows or hides the form.
    open: RwSignal<bool>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let reason = RwSignal::new(String::new());
    let at = RwSignal::new(Place::Common.to_string());
    let called = RwSignal::new(false);
    let needed = RwSignal::new(false);
    let choices = {
        let book = Arc::clone(&book);
        move || {
            let dwellings = book.doors().into_iter().map(|door| (Place::Dwelling(door.dwelling_id.to_string()), Some(door.label)));
            [(Place::Common, None), (Place::Exterior, None)]
                .into_iter()
                .chain(dwellings)
                .map(|(at, label)| view! { <option value=at.to_string()>{place::name(&at, label.as_deref(), locale.get())}</option> })
                .collect_view()
        }
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let text: String = reason.get_untracked().trim().chars().take(REASON_CHARS_MAX).collect();
        let (Some(visit), Ok(place)) = (book.reference(), at.get_untracked().parse::<Place>()) else { return };
        if text.is_empty() {
            needed.set(true);
            return;
        }
        let change = Change::EscalationRaised { escalation_id: clock::new_id(), place, reason: text, called_911: called.get_untracked() };
        book.change(device, visit, change);
        reason.set(String::new());
        called.set(false);
        needed.set(false);
        open.set(false);
    };
    view! {
        <section class="card card--danger" id="urgence" data-testid="emergency-form">
            <h2>{t(field::EMERGENCY_TITLE)}</h2>
            <a class="button button--danger button--large button--block" href="tel:911" rel="external">{t(field::DANGER_911)}</a>
            <form class="form" on:submit=send>
                <label class="form-field">
                    <span class="form-field__label">{t(field::EMERGENCY_PLACE)}</span>
                    <select data-testid="emergency-place" on:change=move |event| at.set(event_target_value(&event))>{choices}</select>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{t(field::EMERGENCY_REASON)}</span>
                    <textarea rows="3" data-testid="emergency-reason" bind:value=reason></textarea>
                </label>
                <Show when=move || needed.get()><p class="form-field__error" role="alert">{t(field::EMERGENCY_REASON_NEEDED)}</p></Show>
                <label class="choice">
                    <input type="checkbox" data-testid="emergency-called" bind:checked=called />
                    <span>{t(field::EMERGENCY_CALLED)}</span>
                </label>
                <button type="submit" class="button button--danger button--large button--block" data-testid="emergency-send">{t(field::EMERGENCY_SEND)}</button>
                <button type="button" class="button button--block" on:click=move |_| open.set(false)>{t(field::CANCEL)}</button>
            </form>
        </section>
    }
}
