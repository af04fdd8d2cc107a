use leptos::prelude::*;

use crate::texts::{Locale, Text, directory};

pub const DIRECTORY_PATH: &str = "/repertoire";
pub const ADD_PATH: &str = "/repertoire/ajouter";
pub const AGREEMENTS_PATH: &str = "/repertoire/ententes";
pub const RESOURCES_PATH: &str = "/ressources";

/// The pages of the directory, one beside the other.
#[component]
pub fn DirectoryWays(
    /// Path of the one shown.
    path: &'static str,
    /// The reader keeps the directory.
    may_keep: bool,
    /// The reader reads the agreements.
    may_read_agreements: bool,
    /// Language of the names.
    locale: Locale,
) -> impl IntoView {
    let ways: [(bool, &str, Text); 4] = [
        (true, DIRECTORY_PATH, directory::WAY_SERVICES),
        (may_keep, ADD_PATH, directory::WAY_ADD),
        (may_read_agreements, AGREEMENTS_PATH, directory::WAY_AGREEMENTS),
        (true, RESOURCES_PATH, directory::WAY_PUBLIC),
    ];
    let ways = ways
        .into_iter()
        .filter(|(is_shown, ..)| *is_shown)
        .map(|(_, href, name)| {
            view! {
                <li>
                    <a href=href rel="external" aria-current=(href == path).then_some("page")>{name.get(locale)}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="privacy-ways" aria-label=directory::WAYS.get(locale)>
            <ul>{ways}</ul>
        </nav>
    }
}
