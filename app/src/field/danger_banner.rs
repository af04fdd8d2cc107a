//! Immediate danger: the numbers first, then what it is, then whether the cell knows.

use std::sync::Arc;

use inspection_grid::ImmediateDanger;
use leptos::prelude::*;

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    device::{Device, records::RaisedRow},
    texts::{self, field},
    ui::{place, time},
};

/// What is dangerous in a building, and whether anyone else knows.
struct Alarm {
    dangers: Memo<Vec<ImmediateDanger>>,
    raised: Memo<Vec<RaisedRow>>,
    untold: Memo<bool>,
}

fn alarm(device: Device, book: &Arc<Book>) -> Alarm {
    let reading = Arc::clone(book);
    let dangers = Memo::new(move |_| reading.dangers(context::psychosocial(device)));
    let visit = book.visit.clone();
    let raised = Memo::new(move |_| visit.with(|visit| visit.as_ref().map(|visit| visit.raised.clone()).unwrap_or_default()));
    // A danger whose answer has not left the phone, or an emergency without its receipt: nobody else knows.
    let untold = Memo::new(move |_| {
        let unsent = device.unsent.get();
        let being_written = device.writing.get() > 0;
        raised.with(|raised| raised.iter().any(|raised| !raised.acknowledged))
            || dangers.with(|dangers| dangers.iter().any(|danger| being_written || unsent.events.contains(&danger.observation)))
    });
    Alarm { dangers, raised, untold }
}

/// « NON TRANSMIS – appelez · 911 », in the dock: the answer that raised it may be far down the screen.
#[component]
pub fn DangerBar(
    /// The building.
    book: Arc<Book>,
) -> impl IntoView {
    let Alarm { untold, .. } = alarm(context::device(), &book);
    view! {
        <Show when=move || untold.get()>
            <div class="field-actions" data-testid="danger-bar">
                <a class="button button--danger" href="tel:911" rel="external">{t(field::NOT_SENT)} " · 911"</a>
            </div>
        </Show>
    }
}

/// Banner of the building's dangers and emergencies; nothing when there are none.
#[component]
pub fn DangerBanner(
    /// The building.
    book: Arc<Book>,
    /// On a screen where people write: what is dangerous is folded with the other numbers; [`DangerBar`] keeps the call within the thumb's reach.
    #[prop(optional)]
    compact: bool,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let Alarm { dangers, raised, untold } = alarm(device, &book);
    let any = Memo::new(move |_| !dangers.with(Vec::is_empty) || !raised.with(Vec::is_empty));
    let name = {
        let book = Arc::clone(&book);
        move |at: &inspection_grid::Place| place::name(at, book.door_label(at).as_deref(), locale.get())
    };
    let lines = {
        let name = name.clone();
        move || {
            dangers
                .get()
                .into_iter()
                .map(|ImmediateDanger { place, criterion, label, .. }| {
                    // Where, then what; the code is for who looks it up.
                    view! {
                        <li>
                            <strong>{name(&place)}</strong> "\u{a0}· " {texts::label(&label, locale.get())} " "
                            <span class="criterion__code no-wrap">{criterion.0}</span>
                        </li>
                    }
                })
                .collect_view()
        }
    };
    let emergencies = move || {
        raised
            .get()
            .into_iter()
            .map(|RaisedRow { place, reason, at, acknowledged, .. }| {
                let state = if acknowledged { field::SENT_TO_CELL } else { field::NOT_SENT };
                let where_when = texts::fill(field::EMERGENCY_AT.get(locale.get()), &[("place", &name(&place)), ("time", &time::clock(at, locale.get()))]);
                view! {
                    <li data-testid="raised" data-acknowledged=acknowledged.to_string()>
                        <strong>{state.get(locale.get())}</strong> " · " {where_when} " · " {reason}
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || any.get()>
            <section class="danger-banner" role="alert" data-testid="danger-banner" data-told=move || (!untold.get()).to_string()>
                <a class="button button--danger button--large button--block" href="tel:911" rel="external" data-testid="call-911">{t(field::DANGER_911)}</a>
                <p>{t(field::DANGER_FIRST)}</p>
                <Show when=move || untold.get() fallback=move || view! { <p class="danger-banner__told">{t(field::SENT_TO_CELL)}</p> }>
                    <p class="danger-banner__untold" data-testid="not-sent">{t(field::NOT_SENT)}</p>
                </Show>
                {(!compact).then(|| view! { <ul class="danger-banner__list">{lines.clone()} {emergencies.clone()}</ul> })}
                <details>
                    <summary class="danger-banner__more">
                        {compact.then(|| view! { {t(field::DANGER_TITLE)} ". " })} {t(if compact { field::DANGER_MORE } else { field::DANGER_NUMBERS })}
                    </summary>
                    {compact.then(|| view! { <ul class="danger-banner__list">{lines.clone()} {emergencies.clone()}</ul> })}
                    <ul class="danger-banner__numbers" role="list">
                        <li><a class="button" href="tel:811" rel="external">{t(field::DANGER_811)}</a></li>
                        <li><a class="button" href="tel:+18007902424" rel="external">{t(field::DANGER_HYDRO)}</a></li>
                        <li><a class="button" href="tel:+18003618003" rel="external">{t(field::DANGER_GAS)}</a></li>
                    </ul>
                    <p class="small">{t(field::DANGER_NUMBERS_NOTE)}</p>
                </details>
            </section>
        </Show>
    }
}
