use casework::{
    permission::Section,
    wire::v1::{ForwardView, ReferralDetail},
};
use leptos::prelude::*;

use crate::{
    document::PageContext,
    office::{OfPeople, ReferForm, ReferStart},
    texts::{self, partner},
    ui::{CsrfField, time},
};

/// What the holder of a referral asks to pass on, and what the brigade answers.
#[component]
pub fn ForwardPanel(
    /// The referral.
    referral: ReferralDetail,
    /// Language and tokens of the page.
    page: PageContext,
) -> impl IntoView {
    // Somebody who answers by a link speaks of one referral, and asks for no other.
    if page.guest.is_some() || (referral.forwards.is_empty() && referral.forward_to.is_empty()) {
        return None;
    }
    let locale = page.locale;
    let views = referral.forwards.iter().cloned().map(|forward| forward_view(forward, &referral, &page)).collect_view();
    let form = (!referral.forward_to.is_empty()).then(|| ask_form(&referral, &page));
    Some(view! {
        <section class="card stack" id="transmettre" data-testid="forwards">
            <h2>{partner::FORWARDS.get(locale)}</h2>
            {views}
            {form}
        </section>
    })
}

fn ask_form(referral: &ReferralDetail, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let services = referral
        .forward_to
        .iter()
        .map(|service| {
            let name = if service.service.is_empty() { service.name.clone() } else { format!("{} – {}", service.name, service.service) };
            view! { <option value=service.organisation_id.to_string()>{name}</option> }
        })
        .collect_view();
    view! {
        <details class="disclosure">
            <summary>{partner::FORWARD_TITLE.get(locale)}</summary>
            <form
                class="disclosure__body form"
                method="post"
                action=format!("/partenaires/{}/transmissions", referral.row.id)
                data-testid="forward-ask"
            >
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="id" value=page.form_id.clone() />
                <p class="notice notice--info">{partner::FORWARD_HINT.get(locale)}</p>
                <label class="form-field">
                    <span class="form-field__label">{partner::FORWARD_SERVICE.get(locale)}</span>
                    <select name="to_organisation" required>{services}</select>
                </label>
                <label class="form-field">
                    <span class="form-field__label">{partner::FORWARD_REASON.get(locale)}</span>
                    <textarea name="reason" required maxlength="2000"></textarea>
                </label>
                <button class="button button--primary" type="submit">{partner::FORWARD_SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}

fn forward_view(forward: ForwardView, referral: &ReferralDetail, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let asked = [("date", time::date(forward.at, locale)), ("organisation", forward.organisation.clone()), ("name", forward.asked_by.clone())];
    let asked = texts::fill(partner::FORWARD_ASKED_BY.get(locale), &asked.each_ref().map(|(name, value)| (*name, value.as_str())));
    let (class, state) = match (&forward.refused, forward.sent) {
        (Some(reason), _) => ("small", texts::fill(partner::FORWARD_REFUSED.get(locale), &[("reason", reason)])),
        (None, true) => ("badge badge--success", partner::FORWARD_SENT.get(locale).to_owned()),
        (None, false) => ("badge badge--warning", partner::FORWARD_WAITS.get(locale).to_owned()),
    };
    let next = forward.referral.map(|id| view! { <a href=format!("/partenaires/{id}") rel="external">{partner::FORWARD_SEE.get(locale)}</a> });
    let answer = forward.may_answer.then(|| answer_forms(&forward, referral, page));
    view! {
        <article class="stack stack--tight" data-testid="forward" data-sent=forward.sent.to_string()>
            <p><strong>{asked}</strong></p>
            <p class="prose">{forward.reason.clone()}</p>
            <p class="cluster cluster--tight"><span class=class>{state}</span> {next}</p>
            {answer}
        </article>
    }
}

fn answer_forms(forward: &ForwardView, referral: &ReferralDetail, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let shareable: Vec<Section> = referral.shared_sections.iter().copied().filter(|section| !section.needs_consent()).collect();
    let is_of_people = referral.shared_sections.iter().any(|section| section.needs_consent());
    let start = ReferStart {
        redirects: None,
        forwards: Some(forward.id),
        reason: String::new(),
        urgency: Some(referral.row.urgency),
        sections: shareable.iter().copied().collect(),
    };
    let consent_hint = (is_of_people && forward.consents.is_empty()).then(|| {
        let hint = texts::fill(partner::FORWARD_CONSENT_HINT.get(locale), &[("organisation", &forward.organisation)]);
        view! { <p class="notice notice--info" data-testid="forward-consent-hint">{hint}</p> }
    });
    let of_people = (!forward.consents.is_empty()).then(|| OfPeople { consents: forward.consents.clone(), doors: Vec::new() });
    let refer = referral.row.case_id.zip(forward.to.clone()).map(|(case_id, service)| {
        view! {
            <ReferForm
                case_id=case_id
                csrf=page.csrf.clone()
                form_id=page.form_id.clone()
                partners=vec![service]
                shareable=shareable
                of_people=of_people
                start=start
                locale=locale
            />
        }
    });
    view! {
        <p class="small">{partner::FORWARD_ANSWER_HINT.get(locale)}</p>
        {consent_hint}
        {refer}
        <details class="disclosure">
            <summary>{partner::FORWARD_REFUSE.get(locale)}</summary>
            <form
                class="disclosure__body form"
                method="post"
                action=format!("/partenaires/{}/transmissions/{}/refus", referral.row.id, forward.id)
                data-testid="forward-refuse"
            >
                <CsrfField csrf=page.csrf.clone() />
                <label class="form-field">
                    <span class="form-field__label">{partner::FORWARD_REFUSE_REASON.get(locale)}</span>
                    <textarea name="text" required maxlength="2000"></textarea>
                </label>
                <button class="button button--danger" type="submit">{partner::FORWARD_REFUSE_SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}
