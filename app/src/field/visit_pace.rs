//! How the visit goes on: when the team means to be out, pause, resumption.

use std::sync::Arc;

use casework::{clock::Timestamp, wire::v1::Change};
use leptos::prelude::*;

use super::{
    book::Book,
    context::{self, t},
    overrun::PUT_OFF_MS,
};
use crate::{
    texts::{self, Text, field_visit},
    ui::time,
};

/// Lengths offered, in minutes; 0 for none.
const LENGTHS: [(i64, Text); 5] = [
    (30, field_visit::END_HALF_HOUR),
    (60, field_visit::END_HOUR),
    (120, field_visit::END_TWO_HOURS),
    (240, field_visit::END_FOUR_HOURS),
    (0, field_visit::END_NONE),
];
/// What is proposed: long enough not to nag, short enough to be looked for the same day.
pub const PROPOSED_MINUTES: i64 = 120;

/// The end that a length gives from now.
pub fn end_in(minutes: i64, now: Timestamp) -> Option<Timestamp> {
    (minutes > 0).then(|| now.plus_ms(minutes * Timestamp::MINUTE_MS))
}

/// « Sortie prévue dans : 30 min, 1 h, 2 h, 4 h, sans heure ».
#[component]
pub fn LengthChoice(
    /// Minutes chosen; 0 for none.
    minutes: RwSignal<i64>,
) -> impl IntoView {
    let buttons = LENGTHS
        .map(|(length, text)| {
            view! {
                <button
                    type="button"
                    class="answer answer--short"
                    aria-pressed=move || (minutes.get() == length).to_string()
                    data-testid=format!("end-{length}")
                    on:click=move |_| minutes.set(length)
                >
                    {t(text)}
                </button>
            }
        })
        .collect_view();
    view! {
        <fieldset class="fieldset" data-testid="expected-end">
            <legend>{t(field_visit::END_EXPECTED)}</legend>
            <div class="answer-row">{buttons}</div>
            <p class="small muted">{t(field_visit::END_HINT)}</p>
        </fieldset>
    }
}

/// Under the heading of a visit under way: its end, who else is there; in a pause, the way on.
#[component]
pub fn Pace(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let minutes = RwSignal::new(PROPOSED_MINUTES);
    let visit = book.visit.clone();
    let pace =
        Memo::new(move |_| visit.with(|visit| visit.as_ref().filter(|visit| visit.finished_at.is_none()).map(|visit| (visit.paused_at, visit.expected_end))));
    let visit = book.visit.clone();
    let others = move || {
        let own = device.account.with(|account| account.as_ref().map(|account| account.display_name.clone()).unwrap_or_default());
        let others: Vec<String> = visit.with(|visit| visit.iter().flat_map(|visit| visit.people.clone()).filter(|name| *name != own).collect());
        (!others.is_empty()).then(|| texts::fill(field_visit::PEOPLE_ALSO.get(locale.get()), &[("names", &others.join(", "))]))
    };
    let act = {
        let book = Arc::clone(&book);
        move |change: Change| {
            if let Some(visit) = book.reference() {
                book.change(device, visit, change);
            }
        }
    };
    let shown = move || {
        let (paused, end) = pace.get()?;
        let act = act.clone();
        Some(match paused {
            Some(since) => {
                let said = move || texts::fill(field_visit::PAUSED_SINCE.get(locale.get()), &[("time", &time::date_time(since, locale.get()))]);
                view! {
                    <div class="notice notice--info" data-testid="paused">
                        <p role="status">{said}</p>
                        <LengthChoice minutes=minutes />
                        <button
                            type="button"
                            class="button button--primary button--large"
                            data-testid="resume-visit"
                            on:click=move |_| act(Change::VisitResumed { expected_end: end_in(minutes.get_untracked(), crate::device::clock::now()) })
                        >
                            {t(field_visit::RESUME)}
                        </button>
                    </div>
                }
                .into_any()
            }
            None => end
                .map(|end| {
                    let said = move || texts::fill(field_visit::END_AT.get(locale.get()), &[("time", &time::clock(end, locale.get()))]);
                    view! {
                        <div class="cluster cluster--tight pace" data-testid="pace">
                            <span class="small">{said}</span>
                            <button
                                type="button"
                                class="button"
                                data-testid="move-end"
                                on:click=move |_| act(Change::VisitEndMoved { expected_end: Some(end.plus_ms(PUT_OFF_MS)) })
                            >
                                {t(field_visit::END_PUT_OFF)}
                            </button>
                        </div>
                    }
                })
                .into_any(),
        })
    };
    view! {
        {shown}
        {move || others().map(|others| view! { <p class="small" data-testid="people">{others}</p> })}
    }
}
