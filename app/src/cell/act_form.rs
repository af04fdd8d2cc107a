use casework::{
    escalation::{EscalationOutcome, EscalationVerb},
    ids::EscalationId,
};
use leptos::prelude::*;

use crate::{
    texts::{Locale, Text, cell, common},
    ui::CsrfField,
};

/// One act on an escalation: a plain form that carries the revision on the screen.
#[component]
pub fn ActForm(
    /// The escalation.
    id: EscalationId,
    /// What to do.
    verb: EscalationVerb,
    /// Revision last read; it follows the board.
    #[prop(into)]
    revision: Signal<i64>,
    /// The next act: the big button.
    primary: bool,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let asked = match verb {
        EscalationVerb::Dispatch => words(cell::ACT_TEAM, locale).into_any(),
        EscalationVerb::StandDown => words(cell::ACT_REASON, locale).into_any(),
        EscalationVerb::Stabilise => outcomes(locale).into_any(),
        EscalationVerb::Acknowledge | EscalationVerb::Arrive => view! { <input type="hidden" name="text" value="" /> }.into_any(),
    };
    let class = if primary { "button button--primary button--large" } else { "button" };
    view! {
        <form class="act" class:act--primary=primary method="post" action=format!("/cellule/{id}/{}", verb.code())>
            <CsrfField csrf=csrf />
            <input type="hidden" name="revision" value=move || revision.get().to_string() />
            {asked}
            <button class=class type="submit" data-testid=format!("escalation-act-{}", verb.code())>{common::escalation_verb(verb).get(locale)}</button>
        </form>
    }
}

fn words(label: Text, locale: Locale) -> impl IntoView {
    view! {
        <label class="form-field">
            <span class="form-field__label">{label.get(locale)}</span>
            <input type="text" name="text" required maxlength="500" autocomplete="off" />
        </label>
    }
}

fn outcomes(locale: Locale) -> impl IntoView {
    let options = EscalationOutcome::ALL
        .iter()
        .map(|outcome| view! { <option value=outcome.code()>{common::escalation_outcome(*outcome).get(locale)}</option> })
        .collect_view();
    view! {
        <label class="form-field">
            <span class="form-field__label">{cell::ACT_OUTCOME.get(locale)}</span>
            <select name="text" required>
                {options}
            </select>
        </label>
    }
}
