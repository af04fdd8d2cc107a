use casework::{
    ids::IncidentId,
    incident::{IncidentEntry, InformationKnown, Period, SeriousHarm, TEXT_CHARS_MAX},
    referral::Day,
    wire::v1::{ApiError, ErrorCode, IncidentView},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    incident_card::{IncidentCard, earlier},
    privacy_ways::{INCIDENTS_PATH, PrivacyWays},
};
use crate::{
    document::PageContext,
    pages::{load, page_context, shown},
    texts::{Locale, Text, errors, incident},
    ui::{CsrfField, PageFrame},
};

/// `/bureau/vie-privee/incidents/{id}`: one incident, what was ever written of it, and the form that writes or corrects it.
#[component]
pub fn IncidentPage() -> impl IntoView {
    let page = page_context();
    let locale = page.locale;
    let id = use_params_map().with_untracked(|map| map.get("id")).unwrap_or_default();
    let asked: Result<IncidentId, ApiError> = id.parse().map_err(|_| errors::api_error(ErrorCode::NotFound, None));
    let data = load(move |gateway| {
        let asked = asked.clone();
        async move { gateway.incident(asked?).await }
    });
    let context = page.clone();
    let path = format!("{INCIDENTS_PATH}/{id}");
    view! {
        <PageFrame page=page title=incident::TITLE.get(locale).to_owned() path=path.clone() next=path>
            <PrivacyWays path=INCIDENTS_PATH locale=locale />
            <p class="screen-only">
                <a href=INCIDENTS_PATH rel="external">{incident::BACK.get(locale)}</a>
            </p>
            <h1>{incident::TITLE.get(locale)}</h1>
            {shown(data, move |view| incident_view(view, &context))}
        </PageFrame>
    }
}

fn incident_view(view: IncidentView, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let form = form(&view, page);
    let earlier = earlier(&view.versions, locale);
    view! {
        <div class="stack">
            <IncidentCard view=view locale=locale />
            {earlier}
            {form}
        </div>
    }
}

fn form(view: &IncidentView, page: &PageContext) -> impl IntoView + use<> {
    let locale = page.locale;
    let standing = view.versions.first();
    let over = standing.map_or(0, |version| version.version);
    let entry = standing.map(|version| version.entry.clone());
    let text = |read: fn(&IncidentEntry) -> &String| entry.as_ref().map(read).cloned().unwrap_or_default();
    let day = |read: fn(&IncidentEntry) -> Option<Day>| entry.as_ref().and_then(read).map(|day| day.to_string()).unwrap_or_default();
    let information = InformationKnown::ALL
        .iter()
        .map(|choice| {
            radio("information", choice.code(), incident::information(*choice), entry.as_ref().is_some_and(|entry| entry.information == *choice), locale)
        })
        .collect_view();
    let serious = SeriousHarm::ALL
        .iter()
        .map(|choice| radio("serious", choice.code(), incident::serious(*choice), entry.as_ref().is_some_and(|entry| entry.serious == *choice), locale))
        .collect_view();
    let happened = period_fields("happened", incident::HAPPENED, entry.as_ref().map(|entry| entry.happened), None, locale);
    // Whoever reported it learned of it for the body.
    let aware = period_fields("aware", incident::AWARE, entry.as_ref().map(|entry| entry.aware), Some(&view.noticed_on), locale);
    let reason = (over > 0).then(|| area("reason", incident::REASON, None, String::new(), locale));
    let (title, submit) = if over > 0 { (incident::CORRECT, incident::SUBMIT_CORRECTION) } else { (incident::FORM_TITLE, incident::SUBMIT) };
    let public_on = day(|entry| entry.public_notice.as_ref().map(|notice| notice.on));
    let public_reason = entry.as_ref().and_then(|entry| entry.public_notice.as_ref()).map(|notice| notice.reason.clone()).unwrap_or_default();
    let persons = entry.as_ref().map(|entry| entry.persons.to_string()).unwrap_or_default();
    let is_estimate = entry.as_ref().is_some_and(|entry| entry.persons_estimated);
    view! {
        <section class="card stack screen-only" aria-labelledby="inscrire">
            <h2 id="inscrire">{title.get(locale)}</h2>
            <form class="form" method="post" action=format!("{INCIDENTS_PATH}/{}", view.id) data-testid="incident-form">
                <CsrfField csrf=page.csrf.clone() />
                <input type="hidden" name="form_id" value=page.form_id.clone() />
                <input type="hidden" name="over" value=over.to_string() />
                <fieldset class="fieldset">
                    <legend>{incident::INFORMATION.get(locale)}</legend>
                    {information}
                    {area("description", incident::DESCRIPTION, Some(incident::DESCRIPTION_HINT), text(|entry| &entry.description), locale)}
                </fieldset>
                {area("circumstances", incident::CIRCUMSTANCES, None, text(|entry| &entry.circumstances), locale)}
                {happened}
                {aware}
                <label class="form-field">
                    <span class="form-field__label">{incident::PERSONS.get(locale)}</span>
                    <input type="number" name="persons" min="0" max="10000000" inputmode="numeric" required value=persons />
                </label>
                {checkbox("persons_estimated", incident::PERSONS_ESTIMATED, is_estimate, locale)}
                <fieldset class="fieldset">
                    <legend>{incident::HARM.get(locale)}</legend>
                    {area("sensitivity", incident::SENSITIVITY, None, text(|entry| &entry.sensitivity), locale)}
                    {area("consequences", incident::CONSEQUENCES, None, text(|entry| &entry.consequences), locale)}
                    {area("likelihood", incident::LIKELIHOOD, None, text(|entry| &entry.likelihood), locale)}
                    <p class="form-field__label">{incident::CONCLUSION.get(locale)}</p>
                    {serious}
                </fieldset>
                <fieldset class="fieldset">
                    <legend>{incident::NOTICES.get(locale)}</legend>
                    {date("commission_told_on", incident::COMMISSION_TOLD, day(|entry| entry.commission_told_on), false, locale)}
                    {date("persons_told_on", incident::PERSONS_TOLD, day(|entry| entry.persons_told_on), false, locale)}
                    {date("public_on", incident::PUBLIC_TOLD, public_on, false, locale)}
                    <label class="form-field">
                        <span class="form-field__label">{incident::PUBLIC_REASON.get(locale)}</span>
                        <input type="text" name="public_reason" value=public_reason maxlength=TEXT_CHARS_MAX.to_string() />
                    </label>
                </fieldset>
                {area("measures", incident::MEASURES, None, text(|entry| &entry.measures), locale)}
                {reason}
                <button class="button button--primary" type="submit">{submit.get(locale)}</button>
            </form>
        </section>
    }
}

fn radio(name: &'static str, value: &'static str, text: Text, is_checked: bool, locale: Locale) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="radio" name=name value=value required checked=is_checked />
            <span class="choice__text">{text.get(locale)}</span>
        </label>
    }
}

fn checkbox(name: &'static str, text: Text, is_checked: bool, locale: Locale) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="checkbox" name=name value="1" checked=is_checked />
            <span class="choice__text">{text.get(locale)}</span>
        </label>
    }
}

fn area(name: &'static str, label: Text, hint: Option<Text>, value: String, locale: Locale) -> impl IntoView {
    let hint = hint.map(|hint| view! { <span class="muted small">{hint.get(locale)}</span> });
    view! {
        <label class="form-field">
            <span class="form-field__label">{label.get(locale)}</span>
            {hint}
            <textarea name=name required maxlength=TEXT_CHARS_MAX.to_string()>{value}</textarea>
        </label>
    }
}

fn date(name: &'static str, label: Text, value: String, is_required: bool, locale: Locale) -> impl IntoView {
    view! {
        <label class="form-field">
            <span class="form-field__label">{label.get(locale)}</span>
            <input type="date" name=name value=value required=is_required />
        </label>
    }
}

fn period_fields(name: &'static str, legend: Text, period: Option<Period>, otherwise: Option<&str>, locale: Locale) -> impl IntoView + use<> {
    let (from_name, to_name, approximate) = match name {
        "happened" => ("happened_from", "happened_to", "happened_approximate"),
        _ => ("aware_from", "aware_to", "aware_approximate"),
    };
    let from = period.map(|period| period.from.to_string()).or_else(|| otherwise.map(str::to_owned)).unwrap_or_default();
    let to = period.filter(|period| period.to != period.from).map(|period| period.to.to_string()).unwrap_or_default();
    let is_approximate = period.is_some_and(|period| period.approximate);
    view! {
        <fieldset class="fieldset">
            <legend>{legend.get(locale)}</legend>
            {date(from_name, incident::FROM, from, true, locale)}
            {date(to_name, incident::TO, to, false, locale)}
            {checkbox(approximate, incident::APPROXIMATE, is_approximate, locale)}
        </fieldset>
    }
}
