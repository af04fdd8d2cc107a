use casework::{
    ids::EscalationId,
    wire::v1::{EscalationRow, LogEntryView},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, cell, common},
    ui::{CsrfField, HistoryLine, Moment},
};

/// The log of an escalation: read and, for those who may, add a note or strike a line with a reason. What is being typed survives an update of the board.
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
    let (may_write, may_strike) = row.with_untracked(|row| (row.may_write_log, row.may_strike_log));
    let strike_csrf = csrf.clone();
    let add = may_write.then(|| {
        view! {
            <form class="form log__add" method="post" action=format!("/cellule/{id}/journal") data-testid="log-add">
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{cell::LOG_ADD.get(locale)}</span>
                    <textarea name="text" required maxlength="2000"></textarea>
                </label>
                <button class="button" type="submit">{cell::LOG_SUBMIT.get(locale)}</button>
            </form>
        }
    });
    let count = move || row.with(|row| format!("{} ({})", cell::LOG_TITLE.get(locale), row.log.len()));
    view! {
        <details class="disclosure log">
            <summary>{count}</summary>
            <div class="disclosure__body stack">
                {add}
                <ol class="timeline">
                    <For
                        each=move || row.with(|row| row.log.clone())
                        key=|entry| (entry.id, entry.struck.is_some())
                        children=move |entry| log_line(id, entry, may_strike.then(|| strike_csrf.clone()), locale)
                    />
                </ol>
            </div>
        </details>
    }
}

/// `csrf`: of those who may strike the line.
fn log_line(escalation: EscalationId, entry: LogEntryView, csrf: Option<String>, locale: Locale) -> impl IntoView {
    let HistoryLine { what, said } = HistoryLine::of_log(entry.verb, &entry.text, locale);
    let said = said.map(|said| view! { <p class="timeline__text">{said}</p> });
    let is_struck = entry.struck.is_some();
    let struck = entry.struck.as_ref().map(|reason| view! { <p class="timeline__struck">{texts::fill(common::STRUCK.get(locale), &[("reason", reason)])}</p> });
    let strike = csrf.filter(|_| !is_struck).map(|csrf| {
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
            {said}
            {struck}
            {strike}
        </li>
    }
}
