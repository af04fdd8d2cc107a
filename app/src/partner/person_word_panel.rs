use casework::{referral::Helped, wire::v1::ReferralDetail};
use leptos::prelude::*;

use super::base;
use crate::{
    document::PageContext,
    texts::{self, Locale, thread},
    ui::{CsrfField, time},
};

/// What the person said of the help, and the form that records it.
#[component]
pub fn PersonWordPanel(
    /// The referral, as the reader's side knows it.
    referral: ReferralDetail,
    /// Language and tokens of the page.
    page: PageContext,
) -> impl IntoView {
    let locale = page.locale;
    if !referral.may_hear && referral.person_word.is_none() {
        return None;
    }
    let told = match &referral.person_word {
        Some(word) => {
            let answer =
                texts::fill(thread::HEARD_ANSWER.get(locale), &[("answer", thread::helped(word.helped).get(locale)), ("date", &time::date(word.at, locale))]);
            let words = word.words.clone().map(|words| view! { <blockquote class="prose">{words}</blockquote> });
            view! {
                <p data-testid="person-word" data-helped=word.helped.code()>
                    <strong>{answer}</strong>
                </p>
                {words}
            }
            .into_any()
        }
        None => view! { <p class="muted">{thread::HEARD_NOBODY.get(locale)}</p> }.into_any(),
    };
    let hear = if referral.person_word.is_some() { thread::HEAR_AGAIN } else { thread::HEAR };
    let form = referral.may_hear.then(|| {
        view! {
            <details class="disclosure">
                <summary>{hear.get(locale)}</summary>
                <form
                    class="disclosure__body form"
                    method="post"
                    action=format!("{}/parole", base(&page, referral.row.id))
                    data-testid="person-word-form"
                >
                    <CsrfField csrf=page.csrf.clone() />
                    <input type="hidden" name="revision" value=referral.row.revision.to_string() />
                    {helped_fields(true, locale)}
                    <button class="button button--primary" type="submit">{hear.get(locale)}</button>
                </form>
            </details>
        }
    });
    Some(view! {
        <section class="card" id="parole">
            <h2>{thread::HEARD_TITLE.get(locale)}</h2>
            <p class="muted small">{thread::HELPED.get(locale)}</p>
            {told}
            {form}
        </section>
    })
}

/// Whether it helped, and in what words. Where it need not be said, that nobody asked is an answer.
pub fn helped_fields(required: bool, locale: Locale) -> impl IntoView {
    // Nobody records a yes by leaving the form as it is.
    let first = if required { thread::HELPED_CHOOSE } else { thread::HELPED_NOT_ASKED };
    let not_asked = view! { <option value="">{first.get(locale)}</option> };
    let answers = Helped::ALL.iter().map(|answer| view! { <option value=answer.code()>{thread::helped(*answer).get(locale)}</option> }).collect_view();
    view! {
        <label class="form-field">
            <span class="form-field__label">{thread::HELPED.get(locale)}</span>
            <select name="helped" required=required>{not_asked} {answers}</select>
        </label>
        <label class="form-field">
            <span class="form-field__label">{thread::WORDS.get(locale)}</span>
            <textarea name="person_words" maxlength="1000"></textarea>
            <span class="form-field__hint">{thread::WORDS_HINT.get(locale)}</span>
        </label>
    }
}
