//! An emergency raised from the round: which building, then the same form. And the emergencies of any building that nobody knows of yet.

use std::sync::Arc;

use casework::ids::BuildingId;
use leptos::{prelude::*, task::spawn_local};

use super::{
    book::Book,
    context::{self, t},
    emergency_form::EmergencyForm,
};
use crate::{
    device::store::BuildingFile,
    texts::{field, field_visit},
    ui::time,
};

/// The form, for a building of the round; today's and those under way first.
#[component]
pub fn RoundEmergency(
    /// Shows or hides the form.
    open: RwSignal<bool>,
) -> impl IntoView {
    let device = context::device();
    // As the round was when the form opened: a pull must not move what a finger is about to choose.
    let mut files: Vec<BuildingFile> = device.round.with_untracked(|round| round.to_vec());
    let today = device.today.get_untracked();
    let under_way = |file: &BuildingFile| file.visit().is_some_and(|visit| visit.finished_at.is_none());
    files.sort_by_cached_key(|file| (!under_way(file), file.sheet.planned_on.as_deref() != Some(today.as_str()), file.sheet.address.clone()));
    let chosen = RwSignal::new(files.first().map(|file| file.sheet.id));
    let book = RwSignal::new(None::<Arc<Book>>);
    Effect::new(move |_| {
        let Some(id) = chosen.get() else { return };
        spawn_local(async move {
            let opened = Book::open(id, device.changed.get_untracked()).await;
            if chosen.try_get_untracked().flatten() == Some(id) {
                book.set(opened);
            }
        });
    });
    let here = context::here();
    let kept = Callback::new(move |()| {
        if let Some(id) = chosen.get_untracked() {
            here.go(&format!("/terrain/immeuble/{id}"));
        }
    });
    let choices = files
        .into_iter()
        .map(|file| {
            let id = file.sheet.id;
            view! { <option value=id.to_string()>{file.sheet.address} ", " {file.sheet.municipality}</option> }
        })
        .collect_view();
    view! {
        <section class="stack stack--tight" data-testid="round-emergency">
            <label class="form-field">
                <span class="form-field__label">{t(field_visit::EMERGENCY_BUILDING)}</span>
                <select data-testid="emergency-building" on:change=move |event| chosen.set(event_target_value(&event).parse::<BuildingId>().ok())>{choices}</select>
            </label>
            {move || book.get().map(|book| view! { <EmergencyForm book=book open=open kept=kept /> })}
        </section>
    }
}

/// « NON TRANSMIS – appelez », for every building where it is true.
#[component]
pub fn RoundUntold() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let untold = Memo::new(move |_| {
        device.round.with(|round| {
            let raised = |file: &BuildingFile| {
                file.visits.iter().flat_map(|visit| &visit.raised).find(|raised| !raised.acknowledged).map(|raised| (raised.at, raised.reason.clone()))
            };
            round.iter().filter_map(|file| raised(file).map(|(at, reason)| (file.sheet.id, file.sheet.address.clone(), at, reason))).collect::<Vec<_>>()
        })
    });
    let lines = move || {
        untold
            .get()
            .into_iter()
            .map(|(id, address, at, reason)| {
                view! {
                    <li>
                        <a href=format!("/terrain/immeuble/{id}") class="round-untold__link">{address} "\u{a0}· " {move || time::clock(at, locale.get())} "\u{a0}· " {reason}</a>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || !untold.with(Vec::is_empty)>
            <section class="danger-banner" role="alert" data-testid="round-untold">
                <a class="button button--danger button--large button--block" href="tel:911" rel="external">{t(field::DANGER_911)}</a>
                <p class="danger-banner__untold">{t(field::NOT_SENT)}</p>
                <h2>{t(field_visit::ROUND_UNTOLD)}</h2>
                <ul class="danger-banner__list">{lines}</ul>
            </section>
        </Show>
    }
}
