use casework::{
    consent::{ConsentAnswer, ConsentGiver, ConsentManner},
    consent_proof::{INK_MIN, ink},
    ids::CaseId,
    permission::Section,
    wire::v1::{CaseDetail, ConsentRow, ConsentUse, HOUSEHOLD_LANGUAGES},
};
use leptos::prelude::*;

use super::signature_pad::SignaturePad;
use crate::{
    document::PageContext,
    texts::{self, Locale, common, consent, field_visit},
    ui::{CsrfField, time},
};

/// Days that a consent holds, as the form offers them; the first is what it begins with.
const DAYS: [u32; 4] = [90, 30, 180, 365];

/// What the people of the building answered about sharing what concerns them, what was shared under each answer, and how to take it back.
#[component]
pub fn ConsentSection(
    /// The case, with its consents.
    case: CaseDetail,
    /// Form token and form id.
    page: PageContext,
) -> impl IntoView {
    let (locale, id) = (page.locale, case.row.id);
    let none = case.consents.is_empty().then(|| view! { <p class="muted">{consent::NONE.get(locale)}</p> });
    let rows = case.consents.iter().cloned().map(|row| consent_line(id, row, &page.csrf, locale)).collect_view();
    let form = (!case.partners.is_empty() && !case.consent_doors.is_empty()).then(|| record_form(&case, &page));
    view! {
        <section class="card stack" id="consentements" data-testid="consents">
            <h2>{consent::TITLE.get(locale)}</h2>
            {none}
            <ul class="stack plain-list">{rows}</ul>
            {form}
        </section>
    }
}

fn consent_line(case_id: CaseId, row: ConsentRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let date = |at| time::date(at, locale);
    let (class, state) = match (row.answer, row.withdrawn_at) {
        (ConsentAnswer::Refused, _) => ("badge", consent::STATE_REFUSED.get(locale).to_owned()),
        (ConsentAnswer::Given, Some(at)) => {
            let by = row.withdrawn_by.clone().unwrap_or_default();
            ("badge badge--warning", texts::fill(consent::STATE_WITHDRAWN.get(locale), &[("date", &date(at)), ("name", &by)]))
        }
        (ConsentAnswer::Given, None) if row.holds => ("badge badge--success", texts::fill(consent::STATE_HOLDS.get(locale), &[("date", &date(row.until))])),
        (ConsentAnswer::Given, None) => ("badge", texts::fill(consent::STATE_OVER.get(locale), &[("date", &date(row.until))])),
    };
    let sections = row.sections.iter().map(|section| common::section(*section).0.get(locale)).collect::<Vec<_>>().join(", ");
    let explained = texts::fill(
        consent::EXPLAINED.get(locale),
        &[
            ("manner", &lower(consent::manner(row.manner).get(locale))),
            ("language", &lower(field_visit::language(&row.language).get(locale))),
            ("date", &date(row.at)),
            ("name", &row.explained_by),
            // Last: what people write is not a template.
            ("person", &row.person),
        ],
    );
    let giver = (row.giver != ConsentGiver::Person).then(|| view! { <p class="small">{consent::giver(row.giver).get(locale)}</p> });
    let uses = (!row.uses.is_empty()).then(|| use_list(row.uses.clone(), locale));
    let proof = match (row.proof, row.manner) {
        (Some(kind), _) => {
            let see = view! { <a href=format!("/bureau/consentements/{}/preuve", row.id) rel="external">{consent::PROOF_SEE.get(locale)}</a> };
            Some(view! { <p class="small" data-testid="consent-proof">{consent::proof(kind).get(locale)} "\u{a0}· " {see}</p> }.into_any())
        }
        // What was kept before proofs were.
        (None, ConsentManner::Signed | ConsentManner::Paper) if row.answer == ConsentAnswer::Given => {
            Some(view! { <p class="muted small">{consent::PROOF_NONE.get(locale)}</p> }.into_any())
        }
        (None, _) => None,
    };
    let reminder = row.ends_soon.then(|| {
        let words = texts::fill(consent::ENDS_SOON.get(locale), &[("date", &date(row.until))]);
        view! { <p class="notice notice--warning" data-testid="consent-ends-soon">{words}</p> }
    });
    let withdrawal = row.holds.then(|| {
        let hint = texts::fill(consent::WITHDRAW_HINT.get(locale), &[("name", &row.organisation)]);
        view! {
            <details class="disclosure">
                <summary>{consent::WITHDRAW.get(locale)}</summary>
                <form
                    class="disclosure__body form"
                    method="post"
                    action=format!("/bureau/dossiers/{case_id}/consentements/{}/retrait", row.id)
                    data-testid="consent-withdraw"
                >
                    <CsrfField csrf=csrf.to_owned() />
                    <p class="small">{hint}</p>
                    <button class="button button--danger" type="submit">{consent::WITHDRAW_SUBMIT.get(locale)}</button>
                </form>
            </details>
        }
    });
    view! {
        <li class="stack stack--tight" data-testid="consent-row" data-holds=row.holds.to_string() data-answer=row.answer.code()>
            <p class="cluster cluster--tight">
                <strong>{texts::fill(consent::DOOR.get(locale), &[("door", &row.door)])}</strong>
                <span class=class>{state}</span>
            </p>
            <p>{row.organisation.clone()} "\u{a0}· " {sections}</p>
            <p>{row.purpose}</p>
            <p class="muted small">{explained}</p>
            {giver}
            {proof}
            {reminder}
            {uses}
            {withdrawal}
        </li>
    }
}

/// As it reads within a sentence.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn use_list(uses: Vec<ConsentUse>, locale: Locale) -> impl IntoView {
    let lines = uses
        .into_iter()
        .map(|used| {
            let section = common::section(used.section).0.get(locale);
            let date = used.sent_at.map(|at| time::date(at, locale)).unwrap_or_default();
            let stage = common::referral_stage(used.stage).get(locale);
            view! {
                <li class="small" data-testid="consent-use">
                    {texts::fill(consent::USED.get(locale), &[("section", section), ("date", &date)])} "\u{a0}· " {stage} "\u{a0}· "
                    <a href=format!("/partenaires/{}", used.referral_id) rel="external">{consent::USED_REFERRAL.get(locale)}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="stack stack--tight">
            <h3 class="small">{consent::USES.get(locale)}</h3>
            <ul class="plain-list">{lines}</ul>
        </div>
    }
}

fn record_form(case: &CaseDetail, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let doors = case.consent_doors.iter().map(|door| view! { <option value=door.dwelling_id.to_string()>{door.label.clone()}</option> }).collect_view();
    let bodies = case.partners.iter().map(|partner| view! { <option value=partner.organisation_id.to_string()>{partner.name.clone()}</option> }).collect_view();
    let sections = Section::ALL.iter().copied().filter(|section| section.needs_consent()).map(|section| section_box(section, locale)).collect_view();
    let days =
        DAYS.iter().map(|days| view! { <option value=days.to_string()>{texts::fill(consent::DAYS.get(locale), &[("count", &days.to_string())])}</option> });
    let givers = ConsentGiver::ALL.iter().map(|giver| view! { <option value=giver.code()>{consent::giver(*giver).get(locale)}</option> }).collect_view();
    let manners = ConsentManner::ALL.iter().map(|manner| view! { <option value=manner.code()>{consent::manner(*manner).get(locale)}</option> }).collect_view();
    // What the browser asks for before it sends: the server asks the same. Without our program, the page shows the fields of the chosen manner all the same.
    let said_manner = RwSignal::new(ConsentManner::Spoken);
    let said_answer = RwSignal::new(None::<ConsentAnswer>);
    let strokes = RwSignal::new(Vec::new());
    let needs = move |manner: ConsentManner| said_manner.get() == manner && said_answer.get() == Some(ConsentAnswer::Given);
    let needs_name = move || needs(ConsentManner::Signed) && strokes.with(|strokes| ink(strokes) < INK_MIN);
    let languages = HOUSEHOLD_LANGUAGES.iter().map(|code| view! { <option value=*code>{field_visit::language(code).get(locale)}</option> }).collect_view();
    let answers = ConsentAnswer::ALL
        .iter()
        .map(|answer| {
            view! {
                <label class="choice">
                    <input type="radio" name="answer" value=answer.code() required on:change=move |_| said_answer.set(Some(*answer)) />
                    <span class="choice__text"><strong>{consent::answer(*answer).get(locale)}</strong></span>
                </label>
            }
        })
        .collect_view();
    let select = |name: &'static str, label: texts::Text, options: AnyView| {
        view! {
            <label class="form-field">
                <span class="form-field__label">{label.get(locale)}</span>
                <select name=name required>{options}</select>
            </label>
        }
    };
    view! {
        <details class="disclosure">
            <summary>{consent::RECORD.get(locale)}</summary>
            <form
                class="disclosure__body form consent-form"
                method="post"
                enctype="multipart/form-data"
                action=format!("/bureau/dossiers/{}/consentements", case.row.id)
                data-testid="consent-record"
            >
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="id" value=page.form_id.clone() />
                <p class="notice notice--info">{consent::HINT.get(locale)}</p>
                {select("dwelling_id", consent::FIELD_DOOR, doors.into_any())}
                {select("to_organisation", consent::FIELD_ORGANISATION, bodies.into_any())}
                <fieldset class="fieldset">
                    <legend>{consent::FIELD_SECTIONS.get(locale)}</legend>
                    {sections}
                </fieldset>
                <label class="form-field">
                    <span class="form-field__label">{consent::FIELD_PURPOSE.get(locale)}</span>
                    <textarea name="purpose" required maxlength="500"></textarea>
                </label>
                {select("days", consent::FIELD_DAYS, days.collect_view().into_any())}
                <label class="form-field">
                    <span class="form-field__label">{consent::FIELD_PERSON.get(locale)}</span>
                    <input name="person" required maxlength="120" autocomplete="off" />
                    <span class="form-field__hint">{consent::FIELD_PERSON_HINT.get(locale)}</span>
                </label>
                {select("giver", consent::FIELD_GIVER, givers.into_any())}
                <label class="form-field">
                    <span class="form-field__label">{consent::FIELD_MANNER.get(locale)}</span>
                    <select
                        name="manner"
                        required
                        on:change=move |event| said_manner.set(event_target_value(&event).parse().unwrap_or(ConsentManner::Spoken))
                    >
                        {manners}
                    </select>
                </label>
                {select("language", consent::FIELD_LANGUAGE, languages.into_any())}
                <fieldset class="fieldset">
                    <legend>{consent::FIELD_ANSWER.get(locale)}</legend>
                    {answers}
                </fieldset>
                <fieldset class="fieldset consent-form__signed" data-testid="proof-signed-fields">
                    <legend>{consent::PROOF_SIGNED.get(locale)}</legend>
                    <p class="small">{consent::PROOF_SIGNED_HINT.get(locale)}</p>
                    <SignaturePad strokes=strokes locale=locale />
                    <p class="small">{consent::PROOF_TYPED.get(locale)}</p>
                    <label class="form-field">
                        <span class="form-field__label">{consent::PROOF_TYPED_NAME.get(locale)}</span>
                        <input name="typed_name" maxlength="120" autocomplete="off" prop:required=needs_name />
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{consent::PROOF_TYPED_WITNESS.get(locale)}</span>
                        <input name="in_presence_of" maxlength="120" autocomplete="off" prop:required=needs_name />
                    </label>
                </fieldset>
                <label class="form-field consent-form__paper" data-testid="proof-paper-field">
                    <span class="form-field__label">{consent::PROOF_PAPER.get(locale)}</span>
                    <input
                        type="file"
                        name="paper"
                        accept="image/jpeg,image/png,image/webp"
                        prop:required=move || needs(ConsentManner::Paper)
                    />
                    <span class="form-field__hint">{consent::PROOF_PAPER_HINT.get(locale)}</span>
                </label>
                <button class="button button--primary" type="submit">{consent::SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}

fn section_box(section: Section, locale: Locale) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" name="sections" value=section.code() />
            <span class="choice__text"><strong>{common::section(section).0.get(locale)}</strong></span>
        </label>
    }
}
