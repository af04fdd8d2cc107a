//! The strip that every screen shows: what waits, since when, and the way to the server.

use casework::clock::Timestamp;
use leptos::prelude::*;

use super::context;
use crate::{
    device::state::{Net, Status},
    texts::{self, Locale, field},
};

/// « 12 min », in the largest whole unit.
pub fn age(since: Timestamp, now: Timestamp, locale: Locale) -> String {
    let elapsed_ms = now.since(since).max(0);
    let (text, unit_ms) = if elapsed_ms < Timestamp::MINUTE_MS {
        return field::AGE_NOW.get(locale).to_owned();
    } else if elapsed_ms < Timestamp::HOUR_MS {
        (field::AGE_MINUTES, Timestamp::MINUTE_MS)
    } else if elapsed_ms < Timestamp::DAY_MS {
        (field::AGE_HOURS, Timestamp::HOUR_MS)
    } else {
        (field::AGE_DAYS, Timestamp::DAY_MS)
    };
    let count = elapsed_ms / unit_ms;
    texts::fill(text.get(locale), &[("count", &count.to_string())])
}

/// Stable word for tests and styles.
fn state(status: &Status, writing: bool) -> &'static str {
    match status.net {
        Net::Offline => "offline",
        Net::SignInNeeded => "sign_in",
        Net::OtherAccount(_) => "other_account",
        Net::Trouble(_) => "trouble",
        Net::Unknown | Net::Online if status.pending() > 0 || writing => {
            if status.sending {
                "sending"
            } else {
                "waiting"
            }
        }
        Net::Unknown => "unknown",
        Net::Online if status.attention > 0 => "attention",
        Net::Online => "received",
    }
}

fn words(status: &Status, now: Timestamp, locale: Locale) -> String {
    let way = match status.net {
        Net::Offline => Some(field::STRIP_OFFLINE),
        Net::SignInNeeded => Some(field::STRIP_SIGN_IN),
        Net::OtherAccount(_) => Some(field::STRIP_OTHER_ACCOUNT),
        Net::Trouble(_) => Some(field::STRIP_TROUBLE),
        Net::Unknown if status.pending() == 0 => Some(field::STRIP_UNKNOWN),
        Net::Online if status.pending() == 0 && status.attention > 0 => None,
        Net::Online if status.pending() == 0 => Some(field::STRIP_RECEIVED),
        Net::Unknown | Net::Online => status.sending.then_some(field::STRIP_SENDING),
    };
    let mut parts: Vec<String> = way.iter().map(|text| text.get(locale).to_owned()).collect();
    if status.pending() > 0 {
        parts.push(texts::fill(field::STRIP_PENDING.get(locale), &[("count", &status.pending().to_string())]));
        // What was written this very minute is on its way: its age would only push the strip to two lines.
        if let Some(oldest) = status.oldest.filter(|oldest| now.since(*oldest) >= Timestamp::MINUTE_MS) {
            parts.push(texts::fill(field::STRIP_OLDEST.get(locale), &[("age", &age(oldest, now, locale))]));
        }
    }
    if status.attention > 0 {
        parts.push(texts::fill(field::STRIP_ATTENTION.get(locale), &[("count", &status.attention.to_string())]));
    }
    parts.join(" · ")
}

fn icon(state: &str) -> &'static str {
    match state {
        "received" => "✓",
        "offline" => "⌁",
        "sending" => "↑",
        "sign_in" | "other_account" | "trouble" | "attention" => "!",
        _ => "○",
    }
}

/// Status strip; leads to the outbox screen.
#[component]
pub fn SyncStrip() -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let state_now = move || device.status.with(|status| state(status, device.writing.get() > 0));
    view! {
        <header class="sync-strip"><a href="/terrain/envois" class="sync-strip__link">
            <span
                class="sync-strip__body"
                data-testid="sync-strip"
                data-state=state_now
                data-pending=move || device.status.with(|status| status.pending().to_string())
                data-attention=move || device.status.with(|status| status.attention.to_string())
            >
                <span class="visually-hidden">{context::t(field::STRIP_LABEL)}</span>
                <span class="sync-strip__icon" aria-hidden="true">{move || icon(state_now())}</span>
                <span aria-live="polite">{move || device.status.with(|status| words(status, device.now.get(), locale.get()))}</span>
            </span>
        </a></header>
    }
}
