use casework::{
    clock::Timestamp,
    wire::v1::{Board, OverdueVisit},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, cell},
    ui::{CsrfField, time},
};

/// On top of the board, the way to the teams that must be reached. Nothing when there is none.
#[component]
pub fn OverdueNotice(
    /// The board as last read.
    board: RwSignal<Board>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let addresses = Memo::new(move |_| {
        board.with(|board| board.overdue_visits.iter().filter(|visit| visit.to_reach).map(|visit| visit.address.clone()).collect::<Vec<_>>().join("\u{a0}· "))
    });
    view! {
        <Show when=move || addresses.with(|addresses| !addresses.is_empty())>
            <p class="notice notice--error overdue__notice" data-testid="overdue-notice">
                <a href="#board-overdue">{cell::OVERDUE_NOTICE.get(locale)}</a>
                " "
                {addresses}
            </p>
        </Show>
    }
}

/// Visits that run over their end: a team may be in danger. Nothing when there is none.
#[component]
pub fn OverdueVisits(
    /// The board as last read.
    board: RwSignal<Board>,
    /// Server time when the board was read.
    read_at: Signal<Timestamp>,
    /// Server time now, once the browser ticks.
    now: RwSignal<Option<Timestamp>>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let csrf = StoredValue::new(csrf);
    view! {
        <Show when=move || board.with(|board| !board.overdue_visits.is_empty())>
            <section class="stack overdue" aria-labelledby="board-overdue" data-testid="overdue-visits">
                <h2 id="board-overdue">{cell::OVERDUE_TITLE.get(locale)}</h2>
                <For
                    each=move || board.with(|board| board.overdue_visits.clone())
                    key=|visit| visit.visit_id
                    children=move |visit| {
                        let at = Signal::derive(move || now.get().unwrap_or_else(|| read_at.get()));
                        view! { <OverdueCard visit=follow(board, visit) at=at csrf=csrf.get_value() locale=locale /> }
                    }
                />
            </section>
        </Show>
    }
}

/// The visit through the life of the board: what is being typed in its form stays.
fn follow(board: RwSignal<Board>, first: OverdueVisit) -> Memo<OverdueVisit> {
    Memo::new(move |previous: Option<&OverdueVisit>| {
        let known = board.with(|board| board.overdue_visits.iter().find(|visit| visit.visit_id == first.visit_id).cloned());
        known.or_else(|| previous.cloned()).unwrap_or_else(|| first.clone())
    })
}

#[component]
fn OverdueCard(
    /// The visit as last read.
    visit: Memo<OverdueVisit>,
    /// Server time.
    at: Signal<Timestamp>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let first = visit.get_untracked();
    let id = first.visit_id;
    let title = format!("depassement-{id}");
    let to_reach = move || visit.with(|visit| visit.to_reach);
    let late = move || {
        let end = visit.with(|visit| visit.expected_end);
        let elapsed = time::elapsed(at.get().since(end), locale);
        texts::fill(cell::OVERDUE_LATE.get(locale), &[("time", &time::clock(end, locale)), ("elapsed", &elapsed)])
    };
    let heard = move || {
        let heard_at = visit.with(|visit| visit.heard_at)?;
        let said = texts::fill(cell::OVERDUE_HEARD.get(locale), &[("time", &time::clock(heard_at, locale))]);
        Some(view! { <p class="small">{said}</p> })
    };
    let reached = move || {
        let reached = visit.with(|visit| visit.reached.clone())?;
        let said = [("time", time::clock(reached.at, locale)), ("name", reached.by), ("text", reached.text)];
        let said: Vec<(&str, &str)> = said.iter().map(|(key, value)| (*key, value.as_str())).collect();
        Some(view! { <p data-testid="overdue-reached">{texts::fill(cell::OVERDUE_REACHED.get(locale), &said)}</p> })
    };
    let form = first.may_say_reached.then(|| {
        view! {
            <form class="act" method="post" action=format!("/cellule/visites/{id}/jointe")>
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{cell::OVERDUE_HOW.get(locale)}</span>
                    <input type="text" name="text" required maxlength="500" autocomplete="off" />
                </label>
                <button class="button" class:button--primary=to_reach type="submit" data-testid="overdue-say">{cell::OVERDUE_SAY.get(locale)}</button>
                <button class="button" type="submit" name="is_out" value="1" data-testid="overdue-out">{cell::OVERDUE_OUT.get(locale)}</button>
            </form>
        }
    });
    view! {
        <article class="card stack stack--tight overdue__card" aria-labelledby=title.clone() data-testid="overdue-visit" data-to-reach=move || to_reach().to_string()>
            <h3 id=title.clone()>{first.address} <span class="muted small">" " {first.municipality}</span></h3>
            <p><strong>{move || visit.with(|visit| visit.people.join(", "))}</strong></p>
            <p class="overdue__late">{late}</p>
            {heard}
            {reached}
            <Show when=to_reach><p>{cell::OVERDUE_DO.get(locale)}</p></Show>
            {form}
        </article>
    }
}
