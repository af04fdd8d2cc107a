use casework::{
    case::{CaseOutcome, CaseVerb},
    ids::CaseId,
};
use leptos::prelude::*;

use crate::{
    texts::{Locale, common, office},
    ui::CsrfField,
};

/// Moves the case: one form per verb that its stage and the reader’s role take, because closing asks for more than starting.
#[component]
pub fn StageForm(
    /// The case it is about.
    case_id: CaseId,
    /// Token of the session.
    csrf: String,
    /// What the reader may do to the case where it stands.
    verbs: Vec<CaseVerb>,
    /// Revision that the reader has before their eyes.
    revision: i64,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let forms = verbs.into_iter().map(|verb| verb_form(case_id, csrf.clone(), revision, verb, locale)).collect_view();
    view! {
        <details class="disclosure" data-testid="change-stage">
            <summary>{office::STAGE_TITLE.get(locale)}</summary>
            <div class="disclosure__body stack">{forms}</div>
        </details>
    }
}

fn verb_form(case_id: CaseId, csrf: String, revision: i64, verb: CaseVerb, locale: Locale) -> impl IntoView {
    let outcome = (verb == CaseVerb::Close).then(|| {
        let outcomes =
            CaseOutcome::ALL.iter().map(|outcome| view! { <option value=outcome.code()>{common::case_outcome(*outcome).get(locale)}</option> }).collect_view();
        view! {
            <label class="form-field">
                <span class="form-field__label">{office::STAGE_OUTCOME.get(locale)}</span>
                <select name="outcome" required>
                    {outcomes}
                </select>
            </label>
        }
    });
    let reason = matches!(verb, CaseVerb::Close | CaseVerb::Reopen).then(|| {
        view! {
            <label class="form-field">
                <span class="form-field__label">{office::STAGE_REASON.get(locale)}</span>
                <textarea name="reason" required maxlength="2000"></textarea>
            </label>
        }
    });
    view! {
        <form class="form stage-form" method="post" action=format!("/bureau/dossiers/{case_id}/etape") data-testid=format!("case-act-{}", verb.code())>
            <CsrfField csrf=csrf />
            <input type="hidden" name="revision" value=revision.to_string() />
            <input type="hidden" name="verb" value=verb.code() />
            {outcome}
            {reason}
            <button class="button" type="submit">{common::case_verb(verb).get(locale)}</button>
        </form>
    }
}
