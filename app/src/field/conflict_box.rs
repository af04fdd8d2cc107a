//! Two phones answered differently without knowing of each other: who said what and when, and the answer to keep.

use std::sync::Arc;

use casework::wire::v1::StandingAnswer;
use inspection_grid::{Answer, Criterion};
use leptos::prelude::*;

use super::{
    answer_words::{SeverityWords, words},
    book::Cell,
    context::{self, t},
};
use crate::{
    texts::{self, field, field_visit},
    ui::time,
};

/// What stands where phones disagree. Nothing where they agree.
#[component]
pub fn ConflictBox(
    /// The criterion's cell.
    cell: Cell,
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Takes the answer that is kept.
    give: Callback<Answer>,
) -> impl IntoView {
    let row = cell.row;
    let disputed = Memo::new(move |_| row.with(|row| row.conflict.then(|| row.standing.clone())));
    move || {
        disputed.get().map(|standing| {
            let criterion = Arc::clone(&criterion);
            let answers =
                standing.into_iter().map(move |standing| view! { <Standing standing=standing criterion=Arc::clone(&criterion) give=give /> }).collect_view();
            view! {
                <div class="notice notice--warning" data-testid="conflict">
                    <p>{t(field::CONFLICT)}</p>
                    <ul class="bare stack stack--tight">{answers}</ul>
                </div>
            }
        })
    }
}

#[component]
fn Standing(
    /// One of the answers.
    standing: StandingAnswer,
    /// The criterion.
    criterion: Arc<Criterion>,
    /// Takes the answer that is kept.
    give: Callback<Answer>,
) -> impl IntoView {
    let locale = context::locale();
    let StandingAnswer { answer, by, at, .. } = standing;
    let said = answer.clone();
    let text = move || {
        let answer = words(&criterion, &said, SeverityWords::Level, locale.get());
        texts::fill(field_visit::CONFLICT_ANSWER.get(locale.get()), &[("name", &by), ("date", &time::date_time(at, locale.get())), ("answer", &answer)])
    };
    view! {
        <li>
            <span>{text}</span>
            <button type="button" class="button" data-testid="conflict-keep" on:click=move |_| give.run(answer.clone())>{t(field_visit::CONFLICT_KEEP)}</button>
        </li>
    }
}
