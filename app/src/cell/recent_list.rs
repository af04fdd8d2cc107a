use casework::wire::v1::{Board, EscalationRow};
use leptos::prelude::*;

use crate::{
    texts::{Locale, cell, common},
    ui::{Moment, place},
};

/// What ended in the last 24 hours, in short.
#[component]
pub fn RecentList(
    /// The board as last read.
    board: RwSignal<Board>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! {
        <Show
            when=move || board.with(|board| !board.recent.is_empty())
            fallback=move || view! { <p class="muted">{cell::RECENT_NONE.get(locale)}</p> }
        >
            <ul class="recent">
                <For
                    each=move || board.with(|board| board.recent.clone())
                    key=|row| (row.id, row.revision)
                    children=move |row| recent_line(row, locale)
                />
            </ul>
        </Show>
    }
}

fn recent_line(row: EscalationRow, locale: Locale) -> impl IntoView {
    let exercise = row.exercise.then(|| view! { <span class="badge badge--info">{common::EXERCISE.get(locale)}</span> });
    let address = match row.case_id {
        Some(id) => view! { <a href=format!("/bureau/dossiers/{id}") rel="external">{row.address.clone()}</a> }.into_any(),
        None => view! { <span>{row.address.clone()}</span> }.into_any(),
    };
    view! {
        <li class="recent__line" data-testid="escalation-recent" data-id=row.id.to_string() data-stage=row.stage.code()>
            <span class="cluster cluster--tight">
                {address}
                <span class="muted small">{place::name_of_wire(&row.place, row.door.as_deref(), locale)}</span>
            </span>
            <span class="cluster cluster--tight">
                <span class="badge">{common::escalation_stage(row.stage).get(locale)}</span>
                {exercise}
                <span class="muted small"><Moment at=row.clocks.latest() locale=locale /></span>
            </span>
        </li>
    }
}
