//! Before finishing: what is missing. It informs; it never stops anyone.

use std::sync::Arc;

use casework::wire::v1::Change;
use inspection_grid::{Shortcoming, validate};
use leptos::prelude::*;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    texts::{self, field},
    ui::place,
};

/// Longest list that helps.
const SHOWN_MAX: usize = 40;

/// What is missing, and the button that finishes.
#[component]
pub fn FinishPanel(
    /// The building.
    book: Arc<Book>,
    /// Shows or hides the panel.
    open: RwSignal<bool>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let missing: Vec<Shortcoming> = untrack(|| {
        let psychosocial = context::psychosocial(device);
        book.snapshot()
            .map(|(grid, visit)| validate(&grid, &visit))
            .unwrap_or_default()
            .into_iter()
            .filter(|shortcoming| psychosocial || !shortcoming.confidential)
            .collect()
    });
    let count = missing.len();
    let lines = {
        let book = Arc::clone(&book);
        missing
            .into_iter()
            .take(SHOWN_MAX)
            .map(|Shortcoming { place: at, criterion, kind, .. }| {
                let door = untrack(|| book.door_label(&at));
                let href = format!("/terrain/immeuble/{}/lieu/{at}", book.id);
                view! {
                    <li>
                        <a href=href>{move || place::name(&at, door.as_deref(), locale.get())} " · " {criterion.0}</a>
                        " "
                        {t(field::shortcoming(&kind))}
                    </li>
                }
            })
            .collect_view()
    };
    let finish = move |_| {
        if let Some(visit) = book.reference() {
            book.change(device, visit, Change::VisitFinished);
        }
        open.set(false);
    };
    view! {
        <section class="card" data-testid="finish-panel" data-missing=count.to_string()>
            <h2>{t(field::VISIT_FINISH_TITLE)}</h2>
            <p>{t(if count == 0 { field::VISIT_FINISH_NONE } else { field::VISIT_FINISH_MISSING })}</p>
            <ul class="finish-list">{lines}</ul>
            {(count > SHOWN_MAX)
                .then(|| {
                    view! {
                        <p class="muted">{move || texts::fill(field::VISIT_FINISH_MORE.get(locale.get()), &[("count", &(count - SHOWN_MAX).to_string())])}</p>
                    }
                })}
            <button type="button" class="button button--primary button--large button--block" data-testid="finish-confirm" on:click=finish>{t(field::VISIT_FINISH_CONFIRM)}</button>
            <button type="button" class="button button--block" on:click=move |_| open.set(false)>{t(field::CANCEL)}</button>
        </section>
    }
}
