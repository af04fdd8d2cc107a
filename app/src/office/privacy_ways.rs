use leptos::prelude::*;

use crate::texts::{Locale, Text, privacy};

pub const SHARING_PATH: &str = "/bureau/vie-privee";
pub const ACCESS_PATH: &str = "/bureau/vie-privee/acces";

pub const REQUESTS_PATH: &str = "/bureau/vie-privee/demandes";
pub const INCIDENTS_PATH: &str = "/bureau/vie-privee/incidents";

pub const RETENTION_PATH: &str = "/bureau/vie-privee/conservation";

const WAYS: &[(&str, Text)] = &[
    (SHARING_PATH, privacy::WAY_SHARING),
    (ACCESS_PATH, privacy::WAY_ACCESS),
    (INCIDENTS_PATH, privacy::WAY_INCIDENTS),
    (REQUESTS_PATH, privacy::WAY_REQUESTS),
    (RETENTION_PATH, privacy::WAY_RETENTION),
];

/// The registers of the privacy officer, one beside the other.
#[component]
pub fn PrivacyWays(
    /// Path of the one shown.
    path: &'static str,
    /// Language of the names.
    locale: Locale,
) -> impl IntoView {
    let way = |(href, name): &(&'static str, Text)| {
        let is_current = *href == path;
        view! {
            <li>
                <a href=*href rel="external" aria-current=is_current.then_some("page")>{name.get(locale)}</a>
            </li>
        }
    };
    view! {
        <nav class="privacy-ways" aria-label=privacy::WAYS.get(locale)>
            <ul>{WAYS.iter().map(way).collect_view()}</ul>
        </nav>
    }
}
