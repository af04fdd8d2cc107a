use std::collections::BTreeSet;

use casework::{
    clock::Timestamp,
    ids::EscalationId,
    wire::v1::{Board, EscalationRow},
};
use leptos::prelude::*;

use super::{
    escalation_card::EscalationCard,
    live::{self, Live, LiveState},
    overdue_visits::{OverdueNotice, OverdueVisits},
    recent_list::RecentList,
};
use crate::{
    texts::{self, Locale, cell},
    ui::{PageTitle, time},
};

/// The board itself: open escalations, who is on call, what ended lately. In the browser it stays up to date by itself.
#[component]
pub fn BoardView(
    /// The board as the server rendered it.
    initial: Board,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let board = RwSignal::new(initial);
    let now = RwSignal::new(None::<Timestamp>);
    let state = RwSignal::new(LiveState::Connecting);
    let arrived = RwSignal::new(BTreeSet::<EscalationId>::new());
    let announcement = RwSignal::new(String::new());
    live::start(Live { board, now, state, arrived, announcement, locale });

    let title = Signal::derive(move || match board.with(|board| board.open.len()) {
        0 => cell::TITLE.get(locale).to_owned(),
        count => texts::fill(cell::TITLE_WITH_COUNT.get(locale), &[("count", &count.to_string())]),
    });
    let read_at = Signal::derive(move || board.with(|board| board.now));
    let page_time = move || texts::fill(cell::LIVE_PAGE.get(locale), &[("time", &time::clock(read_at.get(), locale))]);
    let overdue_csrf = csrf.clone();
    view! {
        <PageTitle text=title locale=locale />
        <div class="board">
            <header class="board__head">
                <h1>{cell::TITLE.get(locale)}</h1>
                <p class="live" role="status" data-testid="live-state" data-state=move || state.get().code()>
                    <span class="live__dot" aria-hidden="true"></span>
                    <span>{move || state.get().text().get(locale)}</span>
                </p>
                <p class="muted small">{page_time}</p>
                <p class="visually-hidden" aria-live="assertive" data-testid="board-announcement">{move || announcement.get()}</p>
            </header>
            <OverdueNotice board=board locale=locale />
            <section class="board__open stack" aria-labelledby="board-open">
                <h2 id="board-open">
                    {cell::OPEN_TITLE.get(locale)} " "
                    <span class="board__count" data-testid="board-count">{move || board.with(|board| board.open.len().to_string())}</span>
                </h2>
                <Show when=move || board.with(|board| board.open.is_empty())>
                    <div class="empty stack stack--tight">
                        <p>{cell::OPEN_NONE.get(locale)}</p>
                        <p class="small">{cell::OPEN_NONE_HINT.get(locale)}</p>
                    </div>
                </Show>
                <For
                    each=move || board.with(|board| board.open.clone())
                    key=|row| row.id
                    children=move |row| {
                        let id = row.id;
                        let row = follow(board, row);
                        let is_new = Signal::derive(move || arrived.with(|arrived| arrived.contains(&id)));
                        view! { <EscalationCard row=row read_at=read_at now=now is_new=is_new csrf=csrf.clone() locale=locale /> }
                    }
                />
            </section>
            <aside class="board__aside stack">
                <OverdueVisits board=board read_at=read_at now=now csrf=overdue_csrf locale=locale />
                <section class="card">
                    <h2>{cell::ON_CALL.get(locale)}</h2>
                    {on_call(board, locale)}
                </section>
                <section class="card">
                    <h2>{cell::RECENT_TITLE.get(locale)}</h2>
                    <RecentList board=board locale=locale />
                </section>
            </aside>
        </div>
    }
}

/// The escalation's row through the life of the board; its last known value once it has left it.
fn follow(board: RwSignal<Board>, first: EscalationRow) -> Memo<EscalationRow> {
    Memo::new(move |previous: Option<&EscalationRow>| {
        board.with(|board| board.open.iter().find(|row| row.id == first.id).cloned()).or_else(|| previous.cloned()).unwrap_or_else(|| first.clone())
    })
}

fn on_call(board: RwSignal<Board>, locale: Locale) -> impl IntoView {
    view! {
        <Show
            when=move || board.with(|board| !board.on_call.is_empty())
            fallback=move || view! { <p class="muted">{cell::ON_CALL_NONE.get(locale)}</p> }
        >
            <ol class="on-call">
                <For
                    each=move || board.with(|board| board.on_call.clone())
                    key=|person| person.account_id
                    children=|person| view! { <li>{person.name}</li> }
                />
            </ol>
        </Show>
    }
}
