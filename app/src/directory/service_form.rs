use casework::{
    directory::{Area, NAME_CHARS_MAX, Need, REACH_CHARS_MAX, Service, TEXT_CHARS_MAX, Weekday, WorkContact, hours_text},
    wire::v1::{HOUSEHOLD_LANGUAGES, OrganisationChoice, ServiceView},
};
use leptos::prelude::*;

use crate::{
    texts::{Locale, Text, directory, field_visit},
    ui::CsrfField,
};

/// As a field of hours is to be filled; the server reads more ways than this one.
const HOURS_PATTERN: &str = "[0-9h:àa ,;\\u2013\\-]*";
const POSTAL_CODE_PATTERN: &str = "[A-Za-z][0-9][A-Za-z][ \\-]?[0-9][A-Za-z][0-9]";

/// Everything that is written of a service; a new one says which body it is of.
#[component]
pub fn ServiceForm(
    /// What is written of it; none for a new one.
    #[prop(optional)]
    known: Option<ServiceView>,
    /// Bodies that a new one can be of.
    #[prop(optional)]
    organisations: Vec<OrganisationChoice>,
    /// Id of a new one: sending the form twice adds one.
    #[prop(optional)]
    form_id: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let service = known.as_ref().map(|view| view.service.clone()).unwrap_or_default();
    let (action, submit) = match &known {
        Some(view) => (format!("/repertoire/services/{}", view.id), directory::SAVE),
        None => ("/repertoire/services".to_owned(), directory::ADD_SUBMIT),
    };
    let identity = match &known {
        Some(view) => view! { <input type="hidden" name="revision" value=view.revision.to_string() /> }.into_any(),
        None => body_choice(organisations, form_id, locale).into_any(),
    };
    let is_active = known.as_ref().is_none_or(|view| view.active);
    let needs = Need::ALL.iter().map(|need| tick("needs", need.code(), directory::need(*need).get(locale), None, service.needs.contains(need))).collect_view();
    let areas = Area::ALL.iter().map(|area| tick("areas", area.code(), directory::area(*area).get(locale), None, service.areas.contains(area))).collect_view();
    let languages = HOUSEHOLD_LANGUAGES
        .iter()
        .map(|code| tick("languages", code, field_visit::language(code).get(locale), None, service.languages.contains(*code)))
        .collect_view();
    view! {
        <form class="form" method="post" action=action data-testid="service-form">
            <CsrfField csrf=csrf />
            {identity}
            {line("name", directory::F_NAME, &service.name, true, locale)}
            {area("summary", directory::F_SUMMARY, Some(directory::F_SUMMARY_HINT), &service.summary, true, locale)}
            <fieldset class="fieldset">
                <legend>{directory::NEEDS.get(locale)}</legend>
                <div class="choice-grid">{needs}</div>
            </fieldset>
            <fieldset class="fieldset">
                <legend>{directory::F_AREAS.get(locale)}</legend>
                <p class="form-field__hint">{directory::F_AREAS_HINT.get(locale)}</p>
                <div class="choice-grid">{areas}</div>
            </fieldset>
            {hours_fields(&service, locale)}
            <fieldset class="fieldset">
                <legend>{directory::F_LANGUAGES.get(locale)}</legend>
                <div class="choice-grid">{languages}</div>
            </fieldset>
            {area("eligibility", directory::F_ELIGIBILITY, None, &service.eligibility, false, locale)}
            {reach_fields(&service, locale)}
            {people_fields(&service, locale)}
            {area("note", directory::NOTE, Some(directory::F_NOTE_HINT), &service.note, false, locale)}
            <div class="stack stack--tight">
                {tick("public", "1", directory::F_PUBLIC.get(locale), None, service.public)}
                {tick(
                    "pivot_published",
                    "1",
                    directory::F_PIVOT_PUBLISHED.get(locale),
                    Some(directory::F_PIVOT_PUBLISHED_HINT.get(locale)),
                    service.pivot_published,
                )}
                {tick("active", "1", directory::F_ACTIVE.get(locale), None, is_active)}
                {tick("verified", "1", directory::F_VERIFIED.get(locale), Some(directory::VERIFY_HINT.get(locale)), false)}
            </div>
            <p class="form__actions">
                <button class="button button--primary" type="submit">{submit.get(locale)}</button>
            </p>
        </form>
    }
}

fn body_choice(organisations: Vec<OrganisationChoice>, form_id: String, locale: Locale) -> impl IntoView {
    let options = organisations.into_iter().map(|choice| view! { <option value=choice.id.to_string()>{choice.name}</option> }).collect_view();
    view! {
        <input type="hidden" name="id" value=form_id />
        <label class="form-field">
            <span class="form-field__label">{directory::F_ORGANISATION.get(locale)}</span>
            <select name="organisation" required>
                {options}
            </select>
            <span class="form-field__hint">{directory::F_ORGANISATION_HINT.get(locale)}</span>
        </label>
    }
}

fn hours_fields(service: &Service, locale: Locale) -> impl IntoView + use<> {
    let days = Weekday::ALL
        .iter()
        .map(|day| {
            view! {
                <label class="form-field">
                    <span class="form-field__label">{capitalised(directory::day(*day).get(locale))}</span>
                    <input
                        type="text"
                        name=format!("hours_{}", day.code())
                        value=hours_text(*day, &service.hours)
                        pattern=HOURS_PATTERN
                        maxlength="80"
                        autocomplete="off"
                    />
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="fieldset">
            <legend>{directory::F_HOURS.get(locale)}</legend>
            <p class="form-field__hint">{directory::F_HOURS_HINT.get(locale)}</p>
            <div class="choice-grid">{days}</div>
            {line("hours_note", directory::F_HOURS_NOTE, &service.hours_note, false, locale)}
        </fieldset>
    }
}

fn reach_fields(service: &Service, locale: Locale) -> impl IntoView + use<> {
    let address = service.address.clone();
    let part = |read: fn(&casework::directory::PostalAddress) -> &String| address.as_ref().map(read).cloned().unwrap_or_default();
    let postal_code = part(|address| &address.postal_code);
    view! {
        <fieldset class="fieldset">
            <legend>{directory::F_REACH.get(locale)}</legend>
            <div class="choice-grid">
                {reach("telephone", "tel", directory::TELEPHONE, &service.telephone, locale)}
                {reach("email", "email", directory::EMAIL, &service.email, locale)}
                // Not of type « url », which would refuse what people write: example.org.
                {reach("site", "text", directory::SITE, &service.site, locale)}
                {line("street", directory::F_STREET, &part(|address| &address.street), false, locale)}
                {line("city", directory::F_CITY, &part(|address| &address.city), false, locale)}
                <label class="form-field">
                    {label(directory::F_POSTAL_CODE, false, locale)}
                    <input type="text" name="postal_code" value=postal_code pattern=POSTAL_CODE_PATTERN maxlength="7" autocomplete="off" />
                </label>
            </div>
        </fieldset>
    }
}

fn people_fields(service: &Service, locale: Locale) -> impl IntoView + use<> {
    let day =
        |read: fn(&casework::directory::Absence) -> casework::referral::Day| service.away.as_ref().map(read).map(|day| day.to_string()).unwrap_or_default();
    let date = |name: &'static str, text: Text, value: String| {
        view! {
            <label class="form-field">
                {label(text, false, locale)}
                <input type="date" name=name value=value />
            </label>
        }
    };
    view! {
        <fieldset class="fieldset">
            <legend>{directory::PIVOT.get(locale)}</legend>
            <p class="form-field__hint">{directory::F_PIVOT_HINT.get(locale)}</p>
            {person_fields(["pivot_name", "pivot_role", "pivot_telephone", "pivot_email"], service.pivot.as_ref(), locale)}
        </fieldset>
        <fieldset class="fieldset">
            <legend>{directory::REPLACEMENT.get(locale)}</legend>
            {person_fields(
                ["replacement_name", "replacement_role", "replacement_telephone", "replacement_email"],
                service.replacement.as_ref(),
                locale,
            )}
        </fieldset>
        <fieldset class="fieldset">
            <legend>{directory::F_AWAY.get(locale)}</legend>
            <p class="form-field__hint">{directory::F_AWAY_HINT.get(locale)}</p>
            <div class="form-pair">
                {date("away_from", directory::F_FROM, day(|away| away.from))}
                {date("away_to", directory::F_TO, day(|away| away.to))}
            </div>
        </fieldset>
    }
}

fn person_fields([name, role, telephone, email]: [&'static str; 4], contact: Option<&WorkContact>, locale: Locale) -> impl IntoView + use<> {
    let contact = contact.cloned().unwrap_or_default();
    view! {
        <div class="choice-grid">
            {line(name, directory::F_PERSON_NAME, &contact.name, false, locale)}
            {line(role, directory::F_PERSON_ROLE, &contact.role, false, locale)}
            {reach(telephone, "tel", directory::TELEPHONE, &contact.telephone, locale)}
            {reach(email, "email", directory::EMAIL, &contact.email, locale)}
        </div>
    }
}

fn label(text: Text, is_required: bool, locale: Locale) -> impl IntoView {
    let optional = (!is_required).then(|| view! { <span class="muted small">{directory::OPTIONAL.get(locale)}</span> });
    view! {
        <span class="cluster cluster--tight">
            <span class="form-field__label">{text.get(locale)}</span>
            {optional}
        </span>
    }
}

fn line(name: &'static str, text: Text, value: &str, is_required: bool, locale: Locale) -> impl IntoView + use<> {
    let chars_max = if name == "hours_note" { TEXT_CHARS_MAX } else { NAME_CHARS_MAX };
    view! {
        <label class="form-field">
            {label(text, is_required, locale)}
            <input type="text" name=name value=value.to_owned() required=is_required maxlength=chars_max.to_string() autocomplete="off" />
        </label>
    }
}

fn reach(name: &'static str, kind: &'static str, text: Text, value: &str, locale: Locale) -> impl IntoView + use<> {
    view! {
        <label class="form-field">
            {label(text, false, locale)}
            <input type=kind name=name value=value.to_owned() maxlength=REACH_CHARS_MAX.to_string() autocomplete="off" spellcheck="false" />
        </label>
    }
}

fn area(name: &'static str, text: Text, hint: Option<Text>, value: &str, is_required: bool, locale: Locale) -> impl IntoView + use<> {
    let hint = hint.map(|hint| view! { <span class="form-field__hint">{hint.get(locale)}</span> });
    view! {
        <label class="form-field">
            {label(text, is_required, locale)}
            <textarea name=name required=is_required maxlength=TEXT_CHARS_MAX.to_string()>{value.to_owned()}</textarea>
            {hint}
        </label>
    }
}

fn tick(name: &'static str, value: &'static str, text: &'static str, hint: Option<&'static str>, is_ticked: bool) -> impl IntoView {
    let hint = hint.map(|hint| view! { <span class="form-field__hint">{hint}</span> });
    view! {
        <label class="choice">
            <input type="checkbox" name=name value=value checked=is_ticked />
            <span class="choice__text">{text} {hint}</span>
        </label>
    }
}

/// The name of a day at the head of a field.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
