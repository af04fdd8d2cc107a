use casework::{
    referral::{ReferralStage, ReferralVerb},
    wire::v1::ReferralDetail,
};
use leptos::prelude::*;

use super::{base, person_word_panel::helped_fields};
use crate::{
    document::PageContext,
    texts::{self, Text, common, partner},
    ui::CsrfField,
};

/// The acts on a referral that are the reader's: one plain form each, carrying the revision they saw.
#[component]
pub fn AnswerForms(
    /// The referral.
    referral: ReferralDetail,
    /// Language and tokens of the page.
    page: PageContext,
) -> impl IntoView {
    let locale = page.locale;
    // A redirection is a form of its own, beside: nothing is left to say here.
    if referral.redirect.is_some() {
        return None;
    }
    let is_draft = referral.row.stage == ReferralStage::Draft;
    let hint = is_draft.then(|| view! { <p class="small">{partner::DRAFT_HINT.get(locale)}</p> });
    let title = if is_draft {
        partner::DRAFT_TITLE
    } else if referral.row.stage == ReferralStage::Sent && referral.recipient {
        partner::ANSWER_TITLE
    } else {
        partner::FOLLOW_TITLE
    };
    // What moves the referral on comes first and is the one full button; stopping it is never what a hurried eye presses.
    let mut verbs: Vec<ReferralVerb> = referral.allowed.iter().copied().filter(|verb| !matches!(verb, ReferralVerb::Redirect | ReferralVerb::Expire)).collect();
    verbs.sort_by_key(|verb| !moves_on(*verb));
    let none = verbs.is_empty().then(|| view! { <p class="muted">{partner::NO_ACT.get(locale)}</p> });
    let forms = verbs.into_iter().enumerate().map(|(index, verb)| verb_form(&referral, verb, &page, index == 0 && moves_on(verb))).collect_view();
    Some(view! {
        <section class="card" id="repondre">
            <h2>{title.get(locale)}</h2>
            {hint}
            {none}
            {group_form(&referral, &page)}
            <div class="stack stack--loose">{forms}</div>
        </section>
    })
}

/// Drafts that were made at once can go at once.
fn group_form(referral: &ReferralDetail, page: &PageContext) -> Option<impl IntoView + use<>> {
    let locale = page.locale;
    let waiting = referral.group.iter().filter(|other| other.stage == ReferralStage::Draft).count();
    let is_theirs = referral.row.stage == ReferralStage::Draft && referral.allowed.contains(&ReferralVerb::Send);
    (is_theirs && waiting > 0).then(|| {
        let label = texts::fill(partner::SEND_GROUP.get(locale), &[("count", &(waiting + 1).to_string())]);
        view! {
            <form class="form referral-form" method="post" action=format!("{}/groupe", base(page, referral.row.id)) data-testid="referral-send-group">
                <CsrfField csrf=page.csrf.clone() />
                <button class="button button--primary button--block" type="submit">{label}</button>
                <p class="small">{partner::SEND_GROUP_HINT.get(locale)}</p>
            </form>
        }
    })
}

fn moves_on(verb: ReferralVerb) -> bool {
    match verb {
        ReferralVerb::Send | ReferralVerb::Accept | ReferralVerb::Start | ReferralVerb::Resume | ReferralVerb::Complete => true,
        ReferralVerb::Decline | ReferralVerb::Hold | ReferralVerb::Withdraw | ReferralVerb::Redirect | ReferralVerb::Expire => false,
    }
}

/// What a verb asks besides the press of its button.
enum Asks {
    Nothing,
    PlannedOn,
    Words(Text),
}

fn asks(stage: ReferralStage, verb: ReferralVerb) -> Asks {
    match verb {
        ReferralVerb::Withdraw if stage == ReferralStage::Draft => Asks::Words(partner::GIVE_UP_REASON),
        ReferralVerb::Accept => Asks::PlannedOn,
        ReferralVerb::Decline => Asks::Words(partner::DECLINE_REASON),
        ReferralVerb::Hold => Asks::Words(partner::HOLD_REASON),
        ReferralVerb::Complete => Asks::Words(partner::COMPLETE_OUTCOME),
        ReferralVerb::Withdraw => Asks::Words(partner::WITHDRAW_REASON),
        ReferralVerb::Send | ReferralVerb::Start | ReferralVerb::Resume | ReferralVerb::Redirect | ReferralVerb::Expire => Asks::Nothing,
    }
}

fn label(stage: ReferralStage, verb: ReferralVerb) -> Text {
    match (stage, verb) {
        (ReferralStage::Draft, ReferralVerb::Send) => partner::SEND,
        (ReferralStage::Draft, ReferralVerb::Withdraw) => partner::GIVE_UP,
        _ => common::referral_verb(verb),
    }
}

fn verb_form(referral: &ReferralDetail, verb: ReferralVerb, page: &PageContext, primary: bool) -> impl IntoView + use<> {
    let locale = page.locale;
    let asked = match asks(referral.row.stage, verb) {
        Asks::Nothing => None,
        Asks::PlannedOn => Some(
            view! {
                <label class="form-field">
                    <span class="form-field__label">{partner::ACCEPT_PLANNED.get(locale)}</span>
                    <input type="date" name="planned_on" />
                </label>
            }
            .into_any(),
        ),
        Asks::Words(label) => Some(
            view! {
                <label class="form-field">
                    <span class="form-field__label">{label.get(locale)}</span>
                    <textarea name="text" required maxlength="2000"></textarea>
                </label>
            }
            .into_any(),
        ),
    };
    // Whoever gave the service is often the one to whom the person says what it did.
    let helped = (verb == ReferralVerb::Complete).then(|| helped_fields(false, locale));
    let class = if primary { "button button--primary button--block" } else { "button button--block" };
    view! {
        <form
            class="form referral-form"
            method="post"
            action=format!("{}/{}", base(page, referral.row.id), verb.code())
            data-testid=format!("referral-act-{}", verb.code())
        >
            <CsrfField csrf=page.csrf.clone() />
            <input type="hidden" name="revision" value=referral.row.revision.to_string() />
            {asked}
            {helped}
            <button class=class type="submit">{label(referral.row.stage, verb).get(locale)}</button>
        </form>
    }
}
