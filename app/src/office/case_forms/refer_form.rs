use std::collections::BTreeSet;

use casework::{
    directory::Serves,
    emergency_share::EmergencyGround,
    ids::{CaseId, ForwardId, ReferralId},
    permission::Section,
    referral::Urgency,
    wire::v1::{ConsentRow, DoorChoice, PartnerChoice, ServiceChoice},
};
use leptos::prelude::*;

use crate::{
    directory::ReachCard,
    texts::{self, Locale, common, consent, directory, office, thread},
    ui::{CsrfField, time},
};

/// Days that a referral leaves to answer, when nobody says otherwise.
const DUE_IN_DAYS: &str = "5";

/// What the form begins with: nothing, or the referral that this one takes over from.
#[derive(Clone, Debug, Default)]
pub struct ReferStart {
    pub redirects: Option<ReferralId>,
    /// The asking of a partner that it answers.
    pub forwards: Option<ForwardId>,
    pub reason: String,
    pub urgency: Option<Urgency>,
    pub sections: BTreeSet<Section>,
}

/// What a referral can share of people: what they consented to, and what a danger allows at a door.
#[derive(Clone, Debug, Default)]
pub struct OfPeople {
    pub consents: Vec<ConsentRow>,
    pub doors: Vec<DoorChoice>,
}

/// Creates and sends a referral: to whom, why, by when, and exactly what is shared.
#[component]
pub fn ReferForm(
    /// The case it is about.
    case_id: CaseId,
    /// Token of the session.
    csrf: String,
    /// Id of the referral to be: sending the form twice creates one.
    form_id: String,
    /// Bodies it can go to.
    partners: Vec<PartnerChoice>,
    /// Sections the person may share.
    shareable: Vec<Section>,
    /// What the person may share of people, when that is theirs to do.
    #[prop(optional_no_strip)]
    of_people: Option<OfPeople>,
    /// What is there to begin with.
    #[prop(optional)]
    start: ReferStart,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    // A redirection goes to one service, and so does what a partner asks to pass on.
    let also = (start.redirects.is_none() && start.forwards.is_none() && partners.len() > 1).then(|| also_to(&partners, locale));
    let (options, cards) = recipients(&partners, &shareable, locale);
    let urgencies = Urgency::ALL
        .iter()
        .map(|urgency| view! { <option value=urgency.code() selected=start.urgency == Some(*urgency)>{common::urgency(*urgency).get(locale)}</option> })
        .collect_view();
    // That the case exists goes without saying: the address and the number travel with every referral.
    let sections = shareable
        .into_iter()
        .filter(|section| *section != Section::Existence && !section.needs_consent())
        .map(|section| section_choice(section, start.sections.contains(&section), locale))
        .collect_view();
    let of_people = of_people.map(|OfPeople { consents, doors }| {
        let danger = (!doors.is_empty()).then(|| emergency_fields(&doors, locale));
        view! {
            {consented_choices(&consents, locale)}
            {danger}
        }
    });
    let title = match (start.redirects, start.forwards) {
        (Some(_), _) => office::REDIRECT_TITLE,
        (None, Some(_)) => office::FORWARD_REFER_TITLE,
        (None, None) => office::REFER_TITLE,
    };
    let forwards = start.forwards.map(|id| view! { <input type="hidden" name="forwards" value=id.to_string() /> });
    let redirects = start.redirects.map(|id| view! { <input type="hidden" name="redirects" value=id.to_string() /> });
    view! {
        <details class="disclosure">
            <summary>{title.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=format!("/bureau/dossiers/{case_id}/references") data-testid="referral-create">
                <CsrfField csrf=csrf />
                <input type="hidden" name="id" value=form_id />
                {redirects}
                {forwards}
                <label class="form-field">
                    <span class="form-field__label">{office::REFER_PARTNER.get(locale)}</span>
                    <select name="to_organisation" required on:change=move |event| cards.chosen.set(event_target_value(&event))>
                        {options}
                    </select>
                </label>
                {cards.view()}
                {also}
                <label class="form-field">
                    <span class="form-field__label">{office::REFER_REASON.get(locale)}</span>
                    <textarea name="reason" required maxlength="2000">{start.reason}</textarea>
                </label>
                <div class="form-pair">
                    <label class="form-field">
                        <span class="form-field__label">{office::REFER_URGENCY.get(locale)}</span>
                        <select name="urgency">{urgencies}</select>
                    </label>
                    <label class="form-field">
                        <span class="form-field__label">{office::REFER_DUE.get(locale)}</span>
                        <input type="number" name="due_in_days" min="1" max="90" step="1" value=DUE_IN_DAYS inputmode="numeric" required />
                    </label>
                </div>
                <label class="form-field">
                    <span class="form-field__label">{thread::QUESTIONS.get(locale)}</span>
                    <textarea name="questions" maxlength="2000"></textarea>
                    <span class="form-field__hint">{thread::QUESTIONS_HINT.get(locale)}</span>
                </label>
                <fieldset class="fieldset">
                    <legend>{office::REFER_SECTIONS.get(locale)}</legend>
                    {sections}
                </fieldset>
                {of_people}
                <div class="cluster">
                    <button class="button button--primary" type="submit" name="draft" value="1" data-testid="referral-preview">
                        {office::REFER_PREVIEW.get(locale)}
                    </button>
                    <button class="button" type="submit" data-testid="referral-send">{office::REFER_SUBMIT.get(locale)}</button>
                </div>
            </form>
        </details>
    }
}

/// A body, the service of it that a referral can be for, and the value that chooses the two.
type Recipient = (String, PartnerChoice, Option<ServiceChoice>);

/// The choices of the form; and the card of what is chosen.
fn recipients(partners: &[PartnerChoice], shareable: &[Section], locale: Locale) -> (impl IntoView + use<>, ReachCards) {
    let each = |partner: &PartnerChoice| -> Vec<Recipient> {
        let body = partner.organisation_id.to_string();
        let of_directory = partner.services.iter().map(|choice| (format!("{body} {}", choice.service.id), partner.clone(), Some(choice.clone())));
        let of_directory: Vec<Recipient> = of_directory.collect();
        if of_directory.is_empty() { vec![(body, partner.clone(), None)] } else { of_directory }
    };
    let all: Vec<Recipient> = partners.iter().flat_map(each).collect();
    let options = all
        .iter()
        .map(|(value, partner, choice)| {
            let contact = choice.as_ref().and_then(|choice| choice.service.contact.as_ref()).map(|contact| contact.contact.name.clone());
            let pivot = contact
                .or_else(|| partner.pivot_person.clone())
                .map(|name| format!(", {}", texts::fill(office::REFER_PARTNER_PIVOT.get(locale), &[("name", &name)])))
                .unwrap_or_default();
            let service = choice.as_ref().map_or(partner.service.as_str(), |choice| choice.service.service.name.as_str());
            let name = if service.is_empty() { partner.name.clone() } else { format!("{} – {service}", partner.name) };
            let elsewhere = choice.as_ref().filter(|choice| choice.serves == Serves::No);
            let elsewhere = elsewhere.map(|_| format!(" ({})", directory::REFER_ELSEWHERE_OPTION.get(locale))).unwrap_or_default();
            view! { <option value=value.clone()>{format!("{name}{pivot}{elsewhere}")}</option> }
        })
        .collect_view();
    let chosen = RwSignal::new(all.first().map(|(value, ..)| value.clone()).unwrap_or_default());
    (options, ReachCards { all: StoredValue::new(all), chosen, shareable: StoredValue::new(shareable.to_vec()), locale })
}

/// What is known of those that a referral can go to: of the one chosen where scripts run, of all where they do not.
#[derive(Clone, Copy)]
struct ReachCards {
    all: StoredValue<Vec<Recipient>>,
    chosen: RwSignal<String>,
    shareable: StoredValue<Vec<Section>>,
    locale: Locale,
}

impl ReachCards {
    fn view(self) -> impl IntoView {
        let works = RwSignal::new(false);
        Effect::new(move |_| works.set(true));
        let (shareable, locale) = (self.shareable, self.locale);
        let card = move |(_, partner, choice): Recipient| {
            view! { <ReachCard partner=partner choice=choice shareable=shareable.get_value() locale=locale /> }
        };
        move || {
            let all = self.all.get_value();
            if works.get() {
                let chosen = self.chosen.get();
                return all.into_iter().find(|(value, ..)| *value == chosen).map(card).into_any();
            }
            view! {
                <details class="disclosure">
                    <summary>{directory::REFER_REACH.get(locale)}</summary>
                    <div class="disclosure__body stack">{all.into_iter().map(card).collect_view()}</div>
                </details>
            }
            .into_any()
        }
    }
}

/// Other services asked the same thing at once: folded away, since one is the rule.
fn also_to(partners: &[PartnerChoice], locale: Locale) -> impl IntoView + use<> {
    let choices = partners
        .iter()
        .map(|partner| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="also_to" value=partner.organisation_id.to_string() />
                    <span class="choice__text">{partner.name.clone()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="disclosure" data-testid="also-to">
            <summary>{office::REFER_ALSO.get(locale)}</summary>
            <fieldset class="fieldset disclosure__body">
                <legend class="form-field__hint">{office::REFER_ALSO_HINT.get(locale)}</legend>
                {choices}
            </fieldset>
        </details>
    }
}

fn section_choice(section: Section, chosen: bool, locale: Locale) -> impl IntoView {
    let (name, hint) = common::section(section);
    view! {
        <label class="choice">
            <input type="checkbox" name="sections" value=section.code() checked=chosen />
            <span class="choice__text">
                <strong>{name.get(locale)}</strong>
                <span class="form-field__hint">{hint.get(locale)}</span>
            </span>
        </label>
    }
}

/// One box for each section that a consent in force opens, at its door.
fn consented_choices(consents: &[ConsentRow], locale: Locale) -> impl IntoView + use<> {
    let choices: Vec<_> = consents
        .iter()
        .filter(|consent| consent.holds)
        .flat_map(|consent| consent.sections.iter().map(move |section| (consent, *section)))
        .map(|(consent, section)| {
            let name =
                texts::fill(consent::REFER_CONSENTED_CHOICE.get(locale), &[("section", common::section(section).0.get(locale)), ("door", &consent.door)]);
            let until = time::date(consent.until, locale);
            let hint =
                texts::fill(consent::REFER_CONSENTED_FOR.get(locale), &[("name", &consent.organisation), ("date", &until), ("purpose", &consent.purpose)]);
            view! {
                <label class="choice" data-testid="consented">
                    <input type="checkbox" name="consented" value=format!("{} {}", consent.id, section.code()) />
                    <span class="choice__text">
                        <strong>{name}</strong>
                        <span class="form-field__hint">{hint}</span>
                    </span>
                </label>
            }
        })
        .collect();
    let none = choices.is_empty().then(|| view! { <p class="muted small">{consent::REFER_CONSENTED_NONE.get(locale)}</p> });
    view! {
        <fieldset class="fieldset">
            <legend>{consent::REFER_CONSENTED.get(locale)}</legend>
            {none}
            {choices}
        </fieldset>
    }
}

/// Sharing without consent: folded away, since it is rare.
fn emergency_fields(doors: &[DoorChoice], locale: Locale) -> impl IntoView + use<> {
    let doors = doors.iter().map(|door| view! { <option value=door.dwelling_id.to_string()>{door.label.clone()}</option> }).collect_view();
    let sections = Section::ALL
        .iter()
        .filter(|section| section.needs_consent())
        .map(|section| {
            view! {
                <label class="choice">
                    <input type="checkbox" name="emergency_sections" value=section.code() />
                    <span class="choice__text"><strong>{common::section(*section).0.get(locale)}</strong></span>
                </label>
            }
        })
        .collect_view();
    let grounds = EmergencyGround::ALL
        .iter()
        .map(|ground| {
            let (name, law) = consent::ground(*ground);
            view! {
                <label class="choice">
                    <input type="radio" name="emergency_ground" value=ground.code() />
                    <span class="choice__text">
                        <strong>{name.get(locale)}</strong>
                        <span class="form-field__hint">{law.get(locale)}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="disclosure" data-testid="emergency-fields">
            <summary>{consent::EMERGENCY_TITLE.get(locale)}</summary>
            <div class="disclosure__body stack">
                <p class="notice notice--warning">{consent::EMERGENCY_HINT.get(locale)}</p>
                <label class="form-field">
                    <span class="form-field__label">{consent::FIELD_DOOR.get(locale)}</span>
                    <select name="emergency_dwelling">{doors}</select>
                </label>
                <fieldset class="fieldset">
                    <legend>{consent::FIELD_SECTIONS.get(locale)}</legend>
                    {sections}
                </fieldset>
                <fieldset class="fieldset">
                    <legend>{consent::EMERGENCY_GROUND.get(locale)}</legend>
                    {grounds}
                </fieldset>
                <label class="form-field">
                    <span class="form-field__label">{consent::EMERGENCY_REASON.get(locale)}</span>
                    <textarea name="emergency_reason" maxlength="2000"></textarea>
                </label>
            </div>
        </details>
    }
}
