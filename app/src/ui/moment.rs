use casework::clock::Timestamp;
use leptos::prelude::*;

use crate::{texts::Locale, ui::time};

/// A moment in Québec time: date and clock, or the date alone.
#[component]
pub fn Moment(
    /// Server time.
    at: Timestamp,
    /// Language of the date.
    locale: Locale,
    /// Without the clock.
    #[prop(optional)]
    date_only: bool,
) -> impl IntoView {
    let text = if date_only { time::date_short(at, locale) } else { time::date_time(at, locale) };
    view! { <time class="no-wrap" datetime=time::machine(at)>{text}</time> }
}
