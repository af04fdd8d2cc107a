use casework::{
    directory::Serves,
    permission::Section,
    wire::v1::{BeforeSending, Framing, PartnerChoice, ServiceChoice},
};
use leptos::prelude::*;

use super::{
    service_card::contact_panel,
    service_facts::{ServiceFacts, areas_named},
};
use crate::{
    texts::{self, Locale, common, directory},
    ui::time,
};

/// Sections, in words.
pub fn sections_named(sections: impl IntoIterator<Item = Section>, locale: Locale) -> String {
    sections.into_iter().map(|section| common::section(section).0.get(locale)).collect::<Vec<_>>().join(", ")
}

/// What one who refers sees of a body and its service: how to reach it, whether it goes there, what was agreed.
#[component]
pub fn ReachCard(
    /// The body.
    partner: PartnerChoice,
    /// Its service, where the directory knows one.
    choice: Option<ServiceChoice>,
    /// Sections that the one who refers may share.
    shareable: Vec<Section>,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let details = choice.as_ref().map(|choice| choice.service.service.clone());
    let service = match choice {
        Some(choice) => service_view(&choice, locale).into_any(),
        None => view! { <p class="muted small">{directory::REFER_NO_CARD.get(locale)}</p> }.into_any(),
    };
    let details = details.map(|service| {
        view! {
            <details class="disclosure">
                <summary>{directory::REFER_MORE.get(locale)}</summary>
                <div class="disclosure__body stack stack--tight">
                    <p class="small">{service.summary.clone()}</p>
                    <ServiceFacts service=service locale=locale />
                </div>
            </details>
        }
    });
    let outside: Vec<Section> = shareable.into_iter().filter(|section| *section != Section::Existence && !partner.framing.sections.contains(section)).collect();
    view! {
        <div class="reach-card stack stack--tight" data-testid="reach-card" data-organisation=partner.organisation_id.to_string()>
            <p class="muted small">{partner.name}</p>
            {service}
            {framing_view(&partner.framing, &outside, locale)}
            {details}
        </div>
    }
}

fn service_view(choice: &ServiceChoice, locale: Locale) -> impl IntoView + use<> {
    let view = &choice.service;
    let stale = directory::freshness(view.freshness).map(|text| view! { <span class="badge badge--warning">{text.get(locale)}</span> });
    view! {
        <p class="cluster cluster--tight">
            <strong>{view.service.name.clone()}</strong>
            {stale}
        </p>
        {territory(choice, locale)}
        {contact_panel(view, locale)}
    }
}

/// A warning, not a wall: a body may go where it does not usually.
fn territory(choice: &ServiceChoice, locale: Locale) -> Option<AnyView> {
    match choice.serves {
        Serves::Yes => Some(view! { <p class="small" data-testid="reach-serves">{directory::REFER_SERVES.get(locale)}</p> }.into_any()),
        Serves::No => {
            let text = texts::fill(directory::REFER_ELSEWHERE.get(locale), &[("areas", &areas_named(&choice.service.service, locale))]);
            Some(view! { <p class="notice notice--warning" data-testid="reach-elsewhere">{text}</p> }.into_any())
        }
        Serves::Unstated => None,
    }
}

fn standing(framing: &Framing, locale: Locale) -> String {
    let sections = sections_named(framing.sections.iter().copied(), locale);
    match &framing.until {
        Some(day) => texts::fill(directory::FRAME_STANDS.get(locale), &[("date", &time::calendar_date(day, locale)), ("sections", &sections)]),
        None => texts::fill(directory::FRAME_STANDS_OPEN.get(locale), &[("sections", &sections)]),
    }
}

fn framing_view(framing: &Framing, outside: &[Section], locale: Locale) -> impl IntoView + use<> {
    if !framing.stands {
        return view! {
            <p class="small" data-testid="framing" data-stands="false">
                <strong>{directory::FRAME_NONE.get(locale)}</strong>
                " "
                {directory::FRAME_CONSENT.get(locale)}
            </p>
        }
        .into_any();
    }
    let left_out = (!outside.is_empty()).then(|| {
        let text = texts::fill(directory::FRAME_OUTSIDE.get(locale), &[("sections", &sections_named(outside.iter().copied(), locale))]);
        view! {
            <p class="small" data-testid="framing-outside">
                <strong>{text}</strong>
                " "
                {directory::FRAME_CONSENT.get(locale)}
            </p>
        }
    });
    view! {
        <div data-testid="framing" data-stands="true">
            <p class="small">{standing(framing, locale)}</p>
            {left_out}
        </div>
    }
    .into_any()
}

/// On a draft: what was agreed, what goes without it, and whether the service goes there. Nothing here stops it.
#[component]
pub fn BeforeSendingNotice(
    /// What its sender is told.
    before: BeforeSending,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let framing = if before.framing.stands { standing(&before.framing, locale) } else { directory::FRAME_NONE.get(locale).to_owned() };
    let elsewhere = before.service.as_ref().filter(|choice| choice.serves == Serves::No).and_then(|choice| territory(choice, locale));
    let contact = before.service.as_ref().and_then(|choice| contact_panel(&choice.service, locale));
    let (class, unframed) = if before.unframed.is_empty() {
        ("notice notice--info", view! { <p>{directory::BEFORE_FRAMED.get(locale)}</p> }.into_any())
    } else {
        let text = texts::fill(directory::BEFORE_UNFRAMED.get(locale), &[("sections", &sections_named(before.unframed.iter().copied(), locale))]);
        let view = view! {
            <p data-testid="unframed">
                <strong>{text}</strong>
                " "
                {directory::FRAME_CONSENT.get(locale)}
            </p>
        };
        ("notice notice--warning", view.into_any())
    };
    view! {
        <section class="stack" aria-labelledby="avant-envoi" data-testid="before-sending">
            <h2 id="avant-envoi">{directory::BEFORE_TITLE.get(locale)}</h2>
            {elsewhere}
            <div class=class>
                <p>{framing}</p>
                {unframed}
            </div>
            {contact}
        </section>
    }
}
