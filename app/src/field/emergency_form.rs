//! Raising an emergency by hand, with or without a visit. Kept on the phone at once; sent before everything else when the server is reached.

use std::sync::Arc;

use casework::wire::v1::Change;
use inspection_grid::Place;
use leptos::{prelude::*, task::spawn_local};
use web_sys::SubmitEvent;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    device::clock,
    texts::{field, field_visit},
    ui::place,
};

const REASON_CHARS_MAX: usize = 500;

/// Form that alerts the emergency cell.
#[component]
pub fn EmergencyForm(
    /// The building.
    book: Arc<Book>,
    /// Shows or hides the form.
    open: RwSignal<bool>,
    /// Where the person is; the common areas unless they say otherwise.
    #[prop(default = Place::Common)]
    place: Place,
    /// Told once the alert is kept.
    #[prop(optional)]
    kept: Option<Callback<()>>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let reason = RwSignal::new(String::new());
    let at = RwSignal::new(place.to_string());
    let called = RwSignal::new(false);
    let needed = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let visit = book.visit.clone();
    let starts = Memo::new(move |_| visit.with(|visit| visit.as_ref().is_none_or(|visit| visit.finished_at.is_some())));
    let choices = {
        let book = Arc::clone(&book);
        move || {
            let dwellings = book.doors().into_iter().map(|door| (Place::Dwelling(door.dwelling_id.to_string()), Some(door.label)));
            [(Place::Common, None), (Place::Exterior, None)]
                .into_iter()
                .chain(dwellings)
                .map(|(place, label)| {
                    let value = place.to_string();
                    let same = value.clone();
                    // A language switched in the middle keeps what was chosen.
                    view! {
                        <option value=value prop:selected=move || at.with(|at| *at == same)>
                            {move || place::name(&place, label.as_deref(), locale.get())}
                        </option>
                    }
                })
                .collect_view()
        }
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let text: String = reason.get_untracked().trim().chars().take(REASON_CHARS_MAX).collect();
        let Ok(place) = at.get_untracked().parse::<Place>() else { return };
        needed.set(text.is_empty());
        if text.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let raised = Change::EscalationRaised { escalation_id: clock::new_id(), place, reason: text, called_911: called.get_untracked() };
        let book = Arc::clone(&book);
        spawn_local(async move {
            let outcome = book.raise(device, raised).await;
            // The screen may be gone already; what was kept is kept.
            let _ = busy.try_set(false);
            let _ = failed.try_set(outcome.is_err());
            if outcome.is_ok() {
                // What was typed leaves only once it is kept.
                let _ = reason.try_set(String::new());
                let _ = called.try_set(false);
                let _ = open.try_set(false);
                if let Some(kept) = kept {
                    kept.run(());
                }
            }
        });
    };
    view! {
        <section class="card card--danger" id="urgence" data-testid="emergency-form">
            <h2>{t(field::EMERGENCY_TITLE)}</h2>
            <a class="button button--danger button--large button--block" href="tel:911" rel="external" data-testid="emergency-911">{t(field::DANGER_911)}</a>
            <p>{t(field::DANGER_FIRST)}</p>
            <form class="form" on:submit=send>
                <label class="form-field">
                    <span class="form-field__label">{t(field::EMERGENCY_PLACE)}</span>
                    <select data-testid="emergency-place" on:change=move |event| at.set(event_target_value(&event))>{choices}</select>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{t(field::EMERGENCY_REASON)}</span>
                    <textarea
                        rows="3"
                        lang=move || locale.get().tag()
                        autocapitalize="sentences"
                        maxlength=REASON_CHARS_MAX.to_string()
                        data-testid="emergency-reason"
                        bind:value=reason
                    ></textarea>
                </label>
                <Show when=move || needed.get()><p class="form-field__error" role="alert">{t(field::EMERGENCY_REASON_NEEDED)}</p></Show>
                <label class="choice">
                    <input type="checkbox" data-testid="emergency-called" bind:checked=called />
                    <span>{t(field::EMERGENCY_CALLED)}</span>
                </label>
                <Show when=move || starts.get()><p class="small">{t(field_visit::EMERGENCY_STARTS)}</p></Show>
                <Show when=move || failed.get()>
                    <p class="notice notice--error" role="alert" data-testid="emergency-not-kept">{t(field_visit::EMERGENCY_NOT_KEPT)}</p>
                </Show>
                <button type="submit" class="button button--danger button--large button--block" data-testid="emergency-send">{t(field::EMERGENCY_SEND)}</button>
                <button type="button" class="button button--block" on:click=move |_| open.set(false)>{t(field::CANCEL)}</button>
            </form>
        </section>
    }
}
