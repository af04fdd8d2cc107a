use casework::{
    agreement::{Agreement, NOTICE_DAYS_MAX, PURPOSE_CHARS_MAX, REMIND_DAYS_MAX, TERMS_CHARS_MAX},
    permission::Section,
    wire::v1::{AgreementView, OrganisationChoice},
};
use leptos::prelude::*;

use super::ways::AGREEMENTS_PATH;
use crate::{
    texts::{Locale, Text, common, directory},
    ui::CsrfField,
};

/// What is usual, when nothing was agreed yet.
const NOTICE_DAYS: u16 = 30;
const REMIND_DAYS: u16 = 60;

/// Everything that an agreement says; a change of one says why.
#[component]
pub fn AgreementForm(
    /// The one that is changed; none for a new one.
    #[prop(optional)]
    known: Option<AgreementView>,
    /// Bodies that a new one can be with.
    #[prop(optional)]
    organisations: Vec<OrganisationChoice>,
    /// Made by the page: one click is one version.
    form_id: String,
    /// `YYYY-MM-DD`.
    today: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let standing = known.as_ref().and_then(|view| view.versions.first()).cloned();
    let agreement: Option<Agreement> = standing.as_ref().map(|version| version.agreement.clone());
    let (action, submit) = match &known {
        Some(view) => (format!("{AGREEMENTS_PATH}/{}", view.id), directory::A_SUBMIT_CHANGE),
        None => (AGREEMENTS_PATH.to_owned(), directory::A_SUBMIT),
    };
    let identity = if let Some(version) = standing {
        view! { <input type="hidden" name="over" value=version.version.to_string() /> }.into_any()
    } else {
        let options = organisations.into_iter().map(|choice| view! { <option value=choice.id.to_string()>{choice.name}</option> }).collect_view();
        view! {
            <label class="form-field">
                <span class="form-field__label">{directory::F_ORGANISATION.get(locale)}</span>
                <select name="organisation" required>
                    {options}
                </select>
            </label>
        }
        .into_any()
    };
    let purpose = agreement.as_ref().map(|agreement| agreement.purpose.clone()).unwrap_or_default();
    let sections = Section::ALL
        .iter()
        .filter(|section| !matches!(section, Section::Existence | Section::Internal))
        .map(|section| {
            let is_agreed = agreement.as_ref().is_some_and(|agreement| agreement.sections.contains(*section));
            view! {
                <label class="choice">
                    <input type="checkbox" name="sections" value=section.code() checked=is_agreed />
                    <span class="choice__text">{common::section(*section).0.get(locale)}</span>
                </label>
            }
        })
        .collect_view();
    let day = |day: Option<casework::referral::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let from = agreement.as_ref().map_or(today, |agreement| agreement.from.to_string());
    let until = day(agreement.as_ref().and_then(|agreement| agreement.until));
    let ended = known.is_some().then(|| date("ended_on", directory::A_ENDED, day(agreement.as_ref().and_then(|agreement| agreement.ended_on)), false, locale));
    let reason = known.is_some().then(|| area("reason", directory::A_REASON, String::new(), PURPOSE_CHARS_MAX, locale));
    let notice = agreement.as_ref().map_or(NOTICE_DAYS, |agreement| agreement.notice_days);
    let remind = agreement.as_ref().map_or(REMIND_DAYS, |agreement| agreement.remind_days);
    let terms = agreement.map(|agreement| agreement.terms).unwrap_or_default();
    view! {
        <form class="form" method="post" action=action data-testid="agreement-form">
            <CsrfField csrf=csrf />
            <input type="hidden" name="form_id" value=form_id />
            {identity}
            {area("purpose", directory::A_PURPOSE, purpose, PURPOSE_CHARS_MAX, locale)}
            <fieldset class="fieldset">
                <legend>{directory::A_SECTIONS.get(locale)}</legend>
                <div class="choice-grid">{sections}</div>
            </fieldset>
            <div class="form-pair">
                {date("from", directory::A_FROM, from, true, locale)}
                {date("until", directory::A_UNTIL, until, false, locale)}
            </div>
            <div class="form-pair">
                {number("notice_days", directory::A_NOTICE, notice, 0, NOTICE_DAYS_MAX, locale)}
                {number("remind_days", directory::A_REMIND, remind, 1, REMIND_DAYS_MAX, locale)}
            </div>
            {ended}
            <label class="form-field">
                <span class="form-field__label">{directory::A_TERMS.get(locale)}</span>
                <input type="text" name="terms" value=terms maxlength=TERMS_CHARS_MAX.to_string() autocomplete="off" />
            </label>
            {reason}
            <p class="form__actions">
                <button class="button button--primary" type="submit">{submit.get(locale)}</button>
            </p>
        </form>
    }
}

fn area(name: &'static str, text: Text, value: String, chars_max: usize, locale: Locale) -> impl IntoView {
    view! {
        <label class="form-field">
            <span class="form-field__label">{text.get(locale)}</span>
            <textarea name=name required maxlength=chars_max.to_string()>{value}</textarea>
        </label>
    }
}

fn date(name: &'static str, text: Text, value: String, is_required: bool, locale: Locale) -> impl IntoView {
    view! {
        <label class="form-field">
            <span class="form-field__label">{text.get(locale)}</span>
            <input type="date" name=name value=value required=is_required />
        </label>
    }
}

fn number(name: &'static str, text: Text, value: u16, min: u16, max: u16, locale: Locale) -> impl IntoView {
    view! {
        <label class="form-field">
            <span class="form-field__label">{text.get(locale)}</span>
            <input
                type="number"
                name=name
                value=value.to_string()
                min=min.to_string()
                max=max.to_string()
                step="1"
                inputmode="numeric"
                required
            />
        </label>
    }
}
