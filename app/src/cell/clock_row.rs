use casework::{clock::Timestamp, wire::v1::EscalationRow};
use leptos::prelude::*;

use super::clocks::{Clock, ClockState, clocks};
use crate::{
    texts::{self, Locale, cell},
    ui::time,
};

/// The five clocks side by side. The server writes moments; in the browser the running ones tick.
#[component]
pub fn ClockRow(
    /// The escalation as last read.
    row: Memo<EscalationRow>,
    /// Server time when the row was read: what is late is judged from it until the browser ticks.
    read_at: Signal<Timestamp>,
    /// Server time now, once the browser ticks.
    now: RwSignal<Option<Timestamp>>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let all = Memo::new(move |_| row.with(clocks));
    let cells = (0..5).map(|index| clock_cell(index, all, read_at, now, locale)).collect_view();
    view! { <ol class="clocks" aria-label=cell::CLOCKS_LABEL.get(locale)>{cells}</ol> }
}

fn clock_cell(index: usize, all: Memo<[Clock; 5]>, read_at: Signal<Timestamp>, now: RwSignal<Option<Timestamp>>, locale: Locale) -> impl IntoView {
    let clock = move || all.with(|clocks| clocks[index]);
    let late_ms = move || clock().late_ms(now.get().unwrap_or_else(|| read_at.get()));
    let state = move || match clock().state {
        _ if late_ms().is_some() => "late",
        ClockState::Done { .. } => "done",
        ClockState::Running => "running",
        ClockState::ToCome => "to_come",
        ClockState::Skipped => "skipped",
    };
    let time_text = move || match clock().state {
        ClockState::Done { at, .. } => time::clock(at, locale),
        ClockState::Running | ClockState::ToCome | ClockState::Skipped => "–".to_owned(),
    };
    let raised_at = move || {
        all.with(|clocks| match clocks[0].state {
            ClockState::Done { at, .. } => Some(at),
            ClockState::Running | ClockState::ToCome | ClockState::Skipped => None,
        })
    };
    let detail = move || detail_text(clock(), index == 0, raised_at(), now.get(), locale);
    let late = move || late_ms().map(|late| late_text(late, now.get().is_some(), locale)).unwrap_or_default();
    let initial = all.with_untracked(|clocks| clocks[index]);
    view! {
        <li class="clocks__clock" data-clock=initial.code data-state=state>
            <span class="clocks__name">{initial.name.get(locale)}</span>
            <span class="clocks__time">{time_text}</span>
            <span class="clocks__detail">{detail}</span>
            <strong class="clocks__late">{late}</strong>
        </li>
    }
}

/// Under a clock: how long it took or has been running, or its target.
fn detail_text(clock: Clock, is_first: bool, raised_at: Option<Timestamp>, now: Option<Timestamp>, locale: Locale) -> String {
    let elapsed = || now.zip(raised_at).map(|(now, raised)| time::elapsed(now.since(raised), locale));
    let target = || clock.target_minutes.map(|minutes| texts::fill(cell::CLOCK_TARGET.get(locale), &[("delay", &time::delay(minutes, locale))]));
    match clock.state {
        ClockState::Done { .. } if is_first => {
            elapsed().map(|elapsed| texts::fill(cell::CLOCK_SINCE.get(locale), &[("elapsed", &elapsed)])).unwrap_or_default()
        }
        ClockState::Done { after_ms, .. } => texts::fill(cell::CLOCK_AFTER.get(locale), &[("elapsed", &time::elapsed(after_ms, locale))]),
        ClockState::Running | ClockState::ToCome => target().unwrap_or_else(|| cell::CLOCK_TODO.get(locale).to_owned()),
        ClockState::Skipped => String::new(),
    }
}

fn late_text(late_ms: i64, ticking: bool, locale: Locale) -> String {
    if ticking { texts::fill(cell::CLOCK_LATE.get(locale), &[("elapsed", &time::elapsed(late_ms, locale))]) } else { cell::CARD_OVERDUE.get(locale).to_owned() }
}
