use leptos::prelude::*;

use crate::texts::{Locale, devices};

/// What is said of a phone's clock that is more than two minutes off; nothing otherwise. Shown in the office and on the phone itself.
#[component]
pub fn ClockSkew(
    /// How far the phone's clock is ahead of the server's; negative when behind.
    skew_ms: i64,
    /// Language of the sentence.
    locale: Locale,
) -> impl IntoView {
    devices::clock_skew(skew_ms, locale).map(|sentence| {
        view! { <span class="badge badge--warning" data-testid="clock-skew" title=devices::CLOCK_HINT.get(locale)>{sentence}</span> }
    })
}
