use casework::wire::v1::EntryView;
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, common, office},
    ui::Moment,
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
            let text = (!entry.text.is_empty()).then(|| view! { <p class="timeline__text">{entry.text.clone()}</p> });
            let struck = entry.struck.as_ref().map(|reason| {
                view! { <p class="timeline__struck">{texts::fill(common::STRUCK.get(locale), &[("reason", reason)])}</p> }
            });
            view! {
                <li class="timeline__entry" class:timeline__entry--struck=entry.struck.is_some()>
                    <p class="timeline__what">
                        <strong>{office::entry_kind(entry.kind).get(locale)}</strong>
                        <span class="muted small">{entry.by.clone()}</span>
                        <span class="muted small"><Moment at=entry.at locale=locale /></span>
                    </p>
                    {text}
                    {struck}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{lines}</ol> }
}
