//! Two visits of one building at once: each begun on a phone that did not know of the other. The one worked on here stays; the other is one press away.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    device::{records::VisitRow, startup, store},
    texts::{self, field_visit},
    ui::time,
};

/// The other visits that go on, and the way to each.
#[component]
pub fn OtherVisits(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let locale = context::locale();
    let others = book.others.clone();
    move || {
        let book = Arc::clone(&book);
        let notice = move |other: VisitRow| {
            let (id, started_at, started_by) = (other.id, other.started_at, other.started_by);
            let said = move || {
                let date = time::date_time(started_at, locale.get());
                match &started_by {
                    Some(name) => texts::fill(field_visit::OTHER_VISIT.get(locale.get()), &[("name", name), ("date", &date)]),
                    None => texts::fill(field_visit::OTHER_VISIT_MINE.get(locale.get()), &[("date", &date)]),
                }
            };
            let device = context::device();
            let book = Arc::clone(&book);
            let go = move |_| {
                let book = Arc::clone(&book);
                spawn_local(async move {
                    if let Err(error) = store::choose_visit(id).await {
                        return book.failure.set(Some(error));
                    }
                    book.refresh(device.changed.get_untracked()).await;
                    startup::reread_round(device).await;
                });
            };
            view! {
                <div class="notice notice--info" data-testid="other-visit">
                    <p role="status">{said} " " {t(field_visit::OTHER_VISIT_HINT)}</p>
                    <button type="button" class="button" data-testid="go-other-visit" on:click=go>{t(field_visit::OTHER_VISIT_GO)}</button>
                </div>
            }
        };
        others.get().into_iter().map(notice).collect_view()
    }
}
