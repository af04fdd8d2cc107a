use inspection_grid::Severity;
use leptos::prelude::*;

use crate::texts::{self, Locale, common};

/// The severity's number in its shape, with its meaning for those who do not see it.
#[component]
pub fn SeverityMark(
    /// 0 to 4.
    severity: Severity,
    /// Language of the meaning.
    locale: Locale,
) -> impl IntoView {
    let level = severity.level();
    let label = texts::fill(common::SEVERITY_LABEL.get(locale), &[("level", &level.to_string()), ("meaning", common::severity(level).get(locale))]);
    view! { <span class="severity" role="img" aria-label=label.clone() title=label data-severity=level.to_string()>{level.to_string()}</span> }
}
