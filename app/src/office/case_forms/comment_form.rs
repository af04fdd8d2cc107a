use casework::ids::CaseId;
use leptos::prelude::*;

use crate::{
    texts::{Locale, office},
    ui::CsrfField,
};

/// Adds a comment to the case's history.
#[component]
pub fn CommentForm(
    /// The case it is about.
    case_id: CaseId,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    view! {
        <details class="disclosure">
            <summary>{office::COMMENT_TITLE.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=format!("/bureau/dossiers/{case_id}/commentaires") data-testid="comment-form">
                <CsrfField csrf=csrf />
                <label class="form-field">
                    <span class="form-field__label">{office::COMMENT_TEXT.get(locale)}</span>
                    <textarea name="text" required maxlength="2000"></textarea>
                </label>
                <button class="button" type="submit">{office::COMMENT_SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}
