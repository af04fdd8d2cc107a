use casework::{
    ids::EscalationId,
    wire::v1::{EscalationRow, LogEntryView},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, cell, common},
    ui::{CsrfField, Moment},
};

/// The log of an escalation: read, add a note, strike a line with a reason. What is being typed survives an update of the board.
#[component]
pub fn EscalationLog(
    /// The escalation as last read.
    row: Memo<EscalationRow>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let id = row.with_untracked(|row| row.id);
    let strike_csrf = csrf.clone();
    let count = move || row.with(|row| format!("{} ({})", cell::LOG_TITLE.get(locale), row.log.len()));
    view! {
        <details class="disclosure log">
            <summary>{count}</summary>
            <div class="disclosure__body stack">
                <form class="form log__add" method="post" action=format!("/cellule/{id}/journal") data-testid="log-add">
                    <CsrfField csrf=csrf />
                    <label class="form-field">
                        <span class="form-field__label">{cell::LOG_ADD.get(locale)}</span>
                        <textarea name="text" required maxlength="2000"></textarea>
                    </label>
                    <button class="button" type="submit">{cell::LOG_SUBMIT.get(locale)}</button>
                </form>
                <ol class="timeline">
                    <For
                        each=move || row.with(|row| row.log.clone())
                        key=|entry| (entry.id, entry.struck.is_some())
                        children=move |entry| log_line(id, entry, strike_csrf.clone(), locale)
                    />
                </ol>
            </div>
        </details>
    }
}

fn log_line(escalation: EscalationId, entry: LogEntryView, csrf: String, locale: Locale) -> impl IntoView {
    let what = entry.verb.map_or(cell::LOG_TEXT, common::escalation_verb).get(locale);
    let text = (!entry.text.is_empty()).then(|| view! { <p class="timeline__text">{entry.text.clone()}</p> });
    let is_struck = entry.struck.is_some();
    let struck = entry.struck.as_ref().map(|reason| view! { <p class="timeline__struck">{texts::fill(common::STRUCK.get(locale), &[("reason", reason)])}</p> });
    let strike = (!is_struck).then(|| {
        view! {
            <details class="log__strike">
                <summary>{cell::LOG_STRIKE.get(locale)}</summary>
                <form class="form" method="post" action=format!("/cellule/{escalation}/journal/{}/biffer", entry.id) data-testid="log-strike">
                    <CsrfField csrf=csrf />
                    <label class="form-field">
                        <span class="form-field__label">{cell::LOG_STRIKE_REASON.get(locale)}</span>
                        <input type="text" name="reason" required maxlength="500" autocomplete="off" />
                    </label>
                    <button class="button" type="submit">{cell::LOG_STRIKE_SUBMIT.get(locale)}</button>
                </form>
            </details>
        }
    });
    view! {
        <li class="timeline__entry" class:timeline__entry--struck=is_struck data-testid="log-entry">
            <p class="timeline__what">
                <strong>{what}</strong>
                <span class="muted small">{entry.by.clone()}</span>
                <span class="muted small"><Moment at=entry.at locale=locale /></span>
            </p>
            {text}
            {struck}
            {strike}
        </li>
    }
}
