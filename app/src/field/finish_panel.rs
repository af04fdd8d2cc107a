//! Before finishing: what is missing. It informs; it never stops anyone.

use std::sync::Arc;

use casework::wire::v1::Change;
use inspection_grid::{CriterionId, Place, Shortcoming, ShortcomingKind, validate};
use leptos::prelude::*;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    texts::{self, field},
    ui::place,
};

/// Longest list that helps, of what is missing beside answers.
const SHOWN_MAX: usize = 20;

/// What is missing at one place: how many questions wait, then what else, criterion by criterion.
struct Gap {
    place: Place,
    unanswered: usize,
    others: Vec<(CriterionId, ShortcomingKind)>,
}

/// One gap a place, in the order of the visit: a hundred codes in a column tell nobody where to go back.
fn gaps(missing: Vec<Shortcoming>) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for Shortcoming { place, criterion, kind, .. } in missing {
        let index = gaps.iter().position(|gap| gap.place == place).unwrap_or_else(|| {
            gaps.push(Gap { place, unanswered: 0, others: Vec::new() });
            gaps.len() - 1
        });
        let Some(gap) = gaps.get_mut(index) else { continue };
        match kind {
            ShortcomingKind::Unanswered => gap.unanswered += 1,
            kind => gap.others.push((criterion, kind)),
        }
    }
    gaps
}

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
    let gaps = gaps(missing);
    let hidden = gaps.iter().map(|gap| gap.others.len()).sum::<usize>().saturating_sub(SHOWN_MAX);
    let lines = {
        let book = Arc::clone(&book);
        let grid = book.grid.get_untracked();
        let mut room = SHOWN_MAX;
        gaps.into_iter()
            .map(|Gap { place: at, unanswered, others }| {
                let door = untrack(|| book.door_label(&at));
                let href = format!("/terrain/immeuble/{}/lieu/{at}", book.id);
                let shown = others.len().min(room);
                room -= shown;
                let more = others
                    .into_iter()
                    .take(shown)
                    .map(|(criterion, kind)| {
                        let label = grid.as_ref().and_then(|grid| grid.criterion(&criterion)).map(|(_, criterion)| criterion.label.clone());
                        view! {
                            <li>
                                <a href=format!("{href}?critere={}", criterion.0)>
                                    <span>
                                        {criterion.0.clone()} " " {move || label.as_ref().map(|label| texts::label(label, locale.get()))}
                                    </span>
                                    <span class="finish-list__count">{t(field::shortcoming(&kind))}</span>
                                </a>
                            </li>
                        }
                    })
                    .collect_view();
                view! {
                    <li>
                        <a href=href.clone()>
                            <span class="finish-list__place">{move || place::name(&at, door.as_deref(), locale.get())}</span>
                            {(unanswered > 0)
                                .then(|| view! { <span class="finish-list__count">{unanswered.to_string()} "\u{a0}" {t(field::SHORT_UNANSWERED)}</span> })}
                        </a>
                        {(shown > 0).then(|| view! { <ul class="finish-list__more" role="list">{more}</ul> })}
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
            // Before the list: in a large building it is longer than the screen.
            <div class="stack stack--tight">
                <button type="button" class="button button--primary button--large button--block" data-testid="finish-confirm" on:click=finish>{t(field::VISIT_FINISH_CONFIRM)}</button>
                <button type="button" class="button button--block" on:click=move |_| open.set(false)>{t(field::CANCEL)}</button>
            </div>
            <ul class="finish-list" role="list">{lines}</ul>
            {(hidden > 0)
                .then(|| {
                    view! {
                        <p class="muted">{move || texts::fill(field::VISIT_FINISH_MORE.get(locale.get()), &[("count", &hidden.to_string())])}</p>
                    }
                })}
        </section>
    }
}
