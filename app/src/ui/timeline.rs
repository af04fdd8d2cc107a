use casework::wire::v1::EntryView;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, common},
    ui::{HistoryLine, Moment},
};

/// What happened, newest first. A struck entry stays readable, with why.
#[component]
pub fn Timeline(
    /// Newest first.
    entries: Vec<EntryView>,
    /// Language of the names of entries.
    locale: Locale,
) -> impl IntoView {
    let lines = entries
        .into_iter()
        .map(|entry| {
            let HistoryLine { what, said } = HistoryLine::of_entry(entry.kind, &entry.text, locale);
            let said = said.map(|said| view! { <p class="timeline__text">{said}</p> });
            let struck = entry.struck.as_ref().map(|reason| {
                view! { <p class="timeline__struck">{texts::fill(common::STRUCK.get(locale), &[("reason", reason)])}</p> }
            });
            view! {
                <li class="timeline__entry" class:timeline__entry--struck=entry.struck.is_some() data-testid="timeline-entry">
                    <p class="timeline__what">
                        <strong>{what}</strong>
                        <span class="muted small">{entry.by.clone()}</span>
                        <span class="muted small"><Moment at=entry.at locale=locale /></span>
                    </p>
                    {said}
                    {struck}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{lines}</ol> }
}
