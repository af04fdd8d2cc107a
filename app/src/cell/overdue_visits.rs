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
                    // What was said of a visit is another card: the form then starts empty again.
                    key=|visit| (visit.visit_id, visit.expected_end, visit.reached.as_ref().map(|reached| reached.at), visit.to_reach, visit.heard_at)
                    children=move |visit| {
                        let at = move || now.get().unwrap_or_else(|| read_at.get());
                        card(visit, at, csrf.get_value(), locale)
                    }
                />
            </section>
        </Show>
    }
}

fn card(visit: OverdueVisit, at: impl Fn() -> Timestamp + Send + Sync + 'static, csrf: String, locale: Locale) -> impl IntoView {
    let (id, end) = (visit.visit_id, visit.expected_end);
    let title = format!("depassement-{id}");
    let late = move || {
        let elapsed = time::elapsed(at().since(end), locale);
        texts::fill(cell::OVERDUE_LATE.get(locale), &[("time", &time::clock(end, locale)), ("elapsed", &elapsed)])
    };
    let heard = texts::fill(cell::OVERDUE_HEARD.get(locale), &[("time", &time::clock(visit.heard_at, locale))]);
    let reached = visit.reached.as_ref().map(|reached| {
        let said = [("time", time::clock(reached.at, locale)), ("name", reached.by.clone()), ("text", reached.text.clone())];
        let said: Vec<(&str, &str)> = said.iter().map(|(key, value)| (*key, value.as_str())).collect();
        view! { <p data-testid="overdue-reached">{texts::fill(cell::OVERDUE_REACHED.get(locale), &said)}</p> }
    });
    let advice = visit.to_reach.then(|| view! { <p>{cell::OVERDUE_DO.get(locale)}</p> });
    let form = visit.may_say_reached.then(|| {
        view! {
            <form class="act" method="post" action=format!("/cellule/visites/{id}/jointe")>
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{cell::OVERDUE_HOW.get(locale)}</span>
                    <input type="text" name="text" required maxlength="500" autocomplete="off" />
                </label>
                <button class="button" class:button--primary=visit.to_reach type="submit" data-testid="overdue-say">{cell::OVERDUE_SAY.get(locale)}</button>
            </form>
        }
    });
    view! {
        <article class="card stack stack--tight overdue__card" aria-labelledby=title.clone() data-testid="overdue-visit" data-to-reach=visit.to_reach.to_string()>
            <h3 id=title.clone()>{visit.address} <span class="muted small">" " {visit.municipality}</span></h3>
            <p><strong>{visit.people.join(", ")}</strong></p>
            <p class="overdue__late">{late}</p>
            <p class="small">{heard}</p>
            {reached}
            {advice}
            {form}
        </article>
    }
}
