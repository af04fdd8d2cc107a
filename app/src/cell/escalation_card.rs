use casework::{clock::Timestamp, escalation::EscalationStage, wire::v1::EscalationRow};
use leptos::prelude::*;

use super::{
    act_form::ActForm,
    clock_row::ClockRow,
    clocks::{clocks, next_act, other_acts},
    escalation_log::EscalationLog,
};
use crate::{
    texts::{self, Locale, cell, common},
    ui::place,
};

/// One open escalation: where, why, the five clocks, the next act. It follows the board in place.
#[component]
pub fn EscalationCard(
    /// The escalation as last read.
    row: Memo<EscalationRow>,
    /// Server time when the row was read.
    read_at: Signal<Timestamp>,
    /// Server time now, once the browser ticks.
    now: RwSignal<Option<Timestamp>>,
    /// It arrived while the page was open.
    #[prop(into)]
    is_new: Signal<bool>,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let first = row.get_untracked();
    let id = first.id;
    let title_id = format!("escalade-{id}");
    let stage = move || row.with(|row| row.stage);
    let overdue = move || {
        let at = now.get().unwrap_or_else(|| read_at.get());
        row.with(|row| row.overdue || clocks(row).iter().any(|clock| clock.late_ms(at).is_some()))
    };
    let exercise = first.exercise.then(|| view! { <p class="escalation__exercise" data-testid="exercise">{common::EXERCISE.get(locale)}</p> });
    let place_name = place::name_of_wire(&first.place, first.door.as_deref(), locale);
    let case = first.case_id.zip(first.case_number.clone()).map(|(id, number)| {
        let text = texts::fill(cell::CARD_CASE.get(locale), &[("number", &number)]);
        view! { <a href=format!("/bureau/dossiers/{id}") rel="external">{text}</a> }
    });
    let acts_csrf = csrf.clone();
    let revision = Signal::derive(move || row.with(|row| row.revision));
    let primary_csrf = acts_csrf.clone();
    view! {
        <article
            class="escalation"
            class:escalation--exercise=first.exercise
            class:escalation--new=is_new
            aria-labelledby=title_id.clone()
            data-testid="escalation-card"
            data-id=id.to_string()
            data-stage=move || stage().code()
            data-overdue=move || overdue().to_string()
        >
            {exercise}
            <header class="escalation__head">
                <div class="escalation__where">
                    <h3 id=title_id.clone()>{first.address.clone()}</h3>
                    <p class="escalation__door">{place_name}</p>
                    <p class="cluster cluster--tight small">
                        <span class="muted">{first.municipality.clone()}</span>
                        {case}
                    </p>
                </div>
                <p class="cluster cluster--tight escalation__marks">
                    <Show when=move || is_new.get()>
                        <span class="badge badge--warning">{cell::CARD_NEW.get(locale)}</span>
                    </Show>
                    <span class=move || stage_class(stage())>{move || common::escalation_stage(stage()).get(locale)}</span>
                    <Show when=overdue>
                        <span class="badge badge--danger" data-testid="escalation-overdue">{cell::CARD_OVERDUE.get(locale)}</span>
                    </Show>
                </p>
            </header>
            {move || row.with(|row| why(row, locale))}
            <ClockRow row=row read_at=read_at now=now locale=locale />
            <div class="escalation__acts">
                <For
                    each=move || row.with(next_act)
                    key=|verb| *verb
                    children=move |verb| {
                        view! { <ActForm id=id verb=verb revision=revision primary=true csrf=primary_csrf.clone() locale=locale /> }
                    }
                />
                <Show when=move || row.with(|row| !other_acts(row).is_empty())>
                    <details class="disclosure escalation__others">
                        <summary>{cell::CARD_OTHER_ACTS.get(locale)}</summary>
                        <div class="disclosure__body stack">{others(row, id, revision, acts_csrf.clone(), locale)}</div>
                    </details>
                </Show>
            </div>
            {move || row.with(|row| who(row, locale))}
            <EscalationLog row=row csrf=csrf locale=locale />
        </article>
    }
}

/// Every act but the next one.
fn others(row: Memo<EscalationRow>, id: casework::ids::EscalationId, revision: Signal<i64>, csrf: String, locale: Locale) -> impl IntoView {
    view! {
        <For
            each=move || row.with(other_acts)
            key=|verb| *verb
            children=move |verb| view! { <ActForm id=id verb=verb revision=revision primary=false csrf=csrf.clone() locale=locale /> }
        />
    }
}

fn stage_class(stage: EscalationStage) -> &'static str {
    match stage {
        EscalationStage::Raised => "badge badge--danger",
        EscalationStage::Acknowledged | EscalationStage::Dispatched => "badge badge--warning",
        EscalationStage::OnScene => "badge badge--primary",
        EscalationStage::Stabilised => "badge badge--success",
        EscalationStage::StoodDown => "badge",
    }
}

/// What raised it: a person's words and the criteria at severity 4.
fn why(row: &EscalationRow, locale: Locale) -> impl IntoView + use<> {
    let reason = row.reason.clone().map(|reason| view! { <p class="escalation__reason">{reason}</p> });
    let unsaid = (row.reason.is_none() && row.dangers.is_empty()).then(|| view! { <p class="muted">{cell::CARD_NO_DANGER.get(locale)}</p> });
    let dangers = row.dangers.iter().map(|danger| view! { <li>{texts::label(danger, locale)}</li> }).collect_view();
    let called = if row.called_911 {
        view! { <span class="badge badge--success">{cell::CARD_CALLED_911.get(locale)}</span> }
    } else {
        view! { <span class="badge badge--warning">{cell::CARD_NOT_CALLED_911.get(locale)}</span> }
    };
    view! {
        <div class="escalation__why">
            {reason}
            {unsaid}
            <ul class="escalation__dangers" aria-label=cell::CARD_DANGERS.get(locale)>{dangers}</ul>
            <p>{called}</p>
        </div>
    }
}

fn who(row: &EscalationRow, locale: Locale) -> impl IntoView + use<> {
    let said = [
        Some(texts::fill(cell::CARD_RAISED_BY.get(locale), &[("name", &row.raised_by)])),
        row.acknowledged_by.as_ref().map(|name| texts::fill(cell::CARD_ACKNOWLEDGED_BY.get(locale), &[("name", name)])),
        row.team.as_ref().map(|team| texts::fill(cell::CARD_TEAM.get(locale), &[("team", team)])),
    ];
    view! { <p class="escalation__who muted small">{said.into_iter().flatten().collect::<Vec<_>>().join(" · ")}</p> }
}
