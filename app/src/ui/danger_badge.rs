use leptos::prelude::*;

use crate::texts::{Locale, common};

/// « Danger immédiat », in words and with a warning triangle.
#[component]
pub fn DangerBadge(
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! { <span class="badge badge--danger">{common::DANGER.get(locale)}</span> }
}
