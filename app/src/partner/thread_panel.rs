use casework::{
    ids::ReferralId,
    wire::v1::{MessageView, ReferralDetail},
};
use leptos::prelude::*;

use super::base;
use crate::{
    document::PageContext,
    texts::{self, thread},
    ui::{CsrfField, Moment},
};

/// What the two sides said to each other, oldest first, and what the reader may add.
#[component]
pub fn ThreadPanel(
    /// The referral, as the reader's side knows it.
    referral: ReferralDetail,
    /// Language and tokens of the page.
    page: PageContext,
) -> impl IntoView {
    let locale = page.locale;
    // Without a word said, and nobody to say one: nothing to show.
    if referral.messages.is_empty() && !referral.may_speak {
        return None;
    }
    let (id, may_speak) = (referral.row.id, referral.may_speak);
    let none = referral.messages.is_empty().then(|| view! { <p class="muted">{thread::NONE.get(locale)}</p> });
    let all = referral.messages.clone();
    let messages = referral
        .messages
        .into_iter()
        .map(|message| {
            let asked = message.replies_to.and_then(|question| all.iter().find(|asked| asked.id == question)).map(|question| question.text.clone());
            message_line(id, message, asked, may_speak, &page)
        })
        .collect_view();
    let form = may_speak.then(|| {
        view! {
            <form class="form" method="post" action=format!("{}/messages", base(&page, id)) data-testid="message-form">
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="id" value=page.form_id.clone() />
                <label class="form-field">
                    <span class="form-field__label">{thread::FIELD_TEXT.get(locale)}</span>
                    <textarea name="text" required maxlength="2000" aria-describedby="echanges-indice"></textarea>
                    <span class="form-field__hint" id="echanges-indice">{thread::HINT.get(locale)}</span>
                </label>
                <label class="choice">
                    <input type="checkbox" name="asks" value="1" />
                    <span class="choice__text">{thread::FIELD_ASKS.get(locale)}</span>
                </label>
                <button class="button" type="submit">{thread::SUBMIT.get(locale)}</button>
            </form>
        }
    });
    Some(view! {
        <section class="card" id="echanges" data-testid="thread">
            <h2>{thread::TITLE.get(locale)}</h2>
            <div class="stack stack--loose">
                {none}
                <ol class="thread">{messages}</ol>
                {form}
            </div>
        </section>
    })
}

fn message_line(id: ReferralId, message: MessageView, asked: Option<String>, may_speak: bool, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let waits = message.asks && !message.answered;
    let question = message.asks.then(|| {
        let state = if waits { thread::QUESTION_WAITS } else { thread::QUESTION_ANSWERED };
        let tone = if waits { "badge badge--warning" } else { "badge badge--success" };
        view! {
            <span class="badge">{thread::QUESTION.get(locale)}</span>
            " "
            <span class=tone data-testid="question-state">{state.get(locale)}</span>
        }
    });
    let reply_to = asked.map(|asked| {
        view! { <p class="muted small">{texts::fill(thread::REPLY_TO.get(locale), &[("question", &asked)])}</p> }
    });
    let receipt = message.own.then(|| {
        let text = if message.read { thread::READ } else { thread::UNREAD };
        view! { <span class="muted small" data-testid="receipt" data-read=message.read.to_string()>{text.get(locale)}</span> }
    });
    let answer = (waits && !message.own && may_speak).then(|| answer_form(id, &message, page));
    let class = if message.own { "thread__message thread__message--own" } else { "thread__message" };
    view! {
        <li class=class data-testid="message" data-own=message.own.to_string()>
            <p class="cluster cluster--tight">
                <strong>{message.by.clone()}</strong>
                <span class="muted small">{message.organisation.clone()}</span>
                <span class="muted small"><Moment at=message.at locale=locale /></span>
                {question}
            </p>
            {reply_to}
            <p class="prose">{message.text.clone()}</p>
            {receipt}
            {answer}
        </li>
    }
}

fn answer_form(id: ReferralId, question: &MessageView, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    view! {
        <details class="disclosure">
            <summary>{thread::ANSWER.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=format!("{}/messages", base(page, id)) data-testid="answer-form">
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="id" value=page.form_id.clone() />
                <input type="hidden" name="replies_to" value=question.id.to_string() />
                <label class="form-field">
                    <span class="form-field__label">{thread::FIELD_ANSWER.get(locale)}</span>
                    <textarea name="text" required maxlength="2000"></textarea>
                </label>
                <button class="button button--primary" type="submit">{thread::SUBMIT_ANSWER.get(locale)}</button>
            </form>
        </details>
    }
}
