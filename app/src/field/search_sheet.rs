//! Finding a criterion: its field is at the bottom, where the thumb is; what answers is above, by section.

use std::sync::Arc;

use inspection_grid::{Criterion, Grid, Label};
use leptos::{prelude::*, task::spawn_local};

use super::{
    bottom_sheet::BottomSheet,
    context::{self, t},
};
use crate::{
    device::sleep_ms,
    texts::{self, field_visit, field_words::Searchable},
};

/// Longest list that helps.
const SHOWN_MAX: usize = 24;

/// One criterion that can be found.
#[derive(Clone)]
pub struct Sought {
    pub section: Label,
    pub criterion: Arc<Criterion>,
    words: Searchable,
}

/// The criteria of a grid that are asked, in its order.
pub fn sought(grid: &Grid, asked: impl Fn(&inspection_grid::Section, &Criterion) -> bool) -> Vec<Sought> {
    grid.sections
        .iter()
        .flat_map(|section| section.criteria.iter().map(move |criterion| (section, criterion)))
        .filter(|(section, criterion)| asked(section, criterion))
        .map(|(section, criterion)| Sought {
            section: section.label.clone(),
            criterion: Arc::new(criterion.clone()),
            words: Searchable::new(section, criterion),
        })
        .collect()
}

/// Those that answer: by code first, then by their words; sections keep the grid's order.
fn hits(all: &[Sought], query: &str) -> Vec<Sought> {
    let mut ranked: Vec<(u8, usize)> = all.iter().enumerate().filter_map(|(index, one)| Some((one.words.rank(query)?, index))).collect();
    ranked.sort_unstable();
    // Someone who typed a code does not want the words around it.
    if let Some((0, _)) = ranked.first() {
        ranked.retain(|(rank, _)| *rank == 0);
    }
    ranked.into_iter().filter_map(|(_, index)| all.get(index).cloned()).collect()
}

/// Sheet of the search.
#[component]
pub fn SearchSheet(
    /// Shows or hides it.
    open: RwSignal<bool>,
    /// What can be found now.
    #[prop(into)]
    all: Signal<Vec<Sought>>,
    /// What is shown for one that was found, under its name.
    way: Callback<Arc<Criterion>, AnyView>,
) -> impl IntoView {
    view! {
        <BottomSheet open=open title=field_visit::SEARCH testid="search-sheet">
            <SearchForm all=all way=way />
        </BottomSheet>
    }
}

#[component]
fn SearchForm(
    /// What can be found now.
    all: Signal<Vec<Sought>>,
    /// What is shown for one that was found.
    way: Callback<Arc<Criterion>, AnyView>,
) -> impl IntoView {
    let locale = context::locale();
    let query = RwSignal::new(String::new());
    let found = move || all.with(|all| query.with(|query| hits(all, query)));
    let count = move || query.with(|query| !query.trim().is_empty()).then(|| found().len());
    let said = move || match count() {
        None => String::new(),
        Some(0) => field_visit::SEARCH_NONE.get(locale.get()).to_owned(),
        Some(count) => texts::fill(field_visit::SEARCH_COUNT.get(locale.get()), &[("count", &count.to_string())]),
    };
    let input = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // The dialog takes the focus first.
            spawn_local(async move {
                sleep_ms(30).await;
                let _ = input.focus();
            });
        }
    });
    let list = move || {
        let mut heading = None;
        found()
            .into_iter()
            .take(SHOWN_MAX)
            .map(|Sought { section, criterion, .. }| {
                let section = texts::label(&section, locale.get());
                let new_section = (heading.as_ref() != Some(&section)).then(|| section.clone());
                heading = Some(section);
                let name = texts::label(&criterion.label, locale.get());
                let code = criterion.id.0.clone();
                view! {
                    <li class="search__hit" data-testid=format!("hit-{code}")>
                        {new_section.map(|section| view! { <h3 class="search__section">{section}</h3> })}
                        <p><span class="criterion__code">{code.clone()}</span> " " {name}</p>
                        {way.run(criterion)}
                    </li>
                }
            })
            .collect_view()
    };
    let more = move || {
        let hidden = count().unwrap_or_default().saturating_sub(SHOWN_MAX);
        (hidden > 0).then(|| texts::fill(field_visit::SEARCH_MORE.get(locale.get()), &[("count", &hidden.to_string())]))
    };
    view! {
        <ul class="search__list" role="list">{list}</ul>
        {move || more().map(|more| view! { <p class="small muted">{more}</p> })}
        <div class="bottom-sheet__actions">
            <p class="small muted" role="status" data-testid="search-count">{said}</p>
            <label class="form-field">
                <span class="form-field__label">{t(field_visit::SEARCH_HINT)}</span>
                <input node_ref=input type="search" autocomplete="off" autocapitalize="off" enterkeyhint="search" data-testid="search-input" bind:value=query />
            </label>
        </div>
    }
}
