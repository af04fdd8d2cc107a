use casework::{
    permission::Section,
    referral::ReferralStage,
    wire::v1::{ReferralDetail, SharedObservation},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, common, office, partner},
    ui::{PhotoStrip, SeverityMark, answer, place},
};

/// What the referral shares: named sections, and exactly the observations they open.
#[component]
pub fn SharedPanel(
    /// The referral, already projected on what its sections grant.
    referral: ReferralDetail,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let ended = matches!(referral.row.stage, ReferralStage::Declined | ReferralStage::Withdrawn | ReferralStage::Expired);
    let ended_notice = (ended && referral.recipient).then(|| view! { <p class="notice notice--info">{partner::SHARED_ENDED.get(locale)}</p> });
    let named: Vec<Section> = referral.shared_sections.iter().copied().filter(|section| *section != Section::Existence).collect();
    let existence_only = named.is_empty().then(|| view! { <p class="muted">{partner::SHARED_EXISTENCE_ONLY.get(locale)}</p> });
    let sections = named
        .into_iter()
        .map(|section| {
            let (name, hint) = common::section(section);
            view! {
                <li data-testid="shared-section" data-section=section.code()>
                    <strong>{name.get(locale)}</strong>
                    <span class="muted small">{hint.get(locale)}</span>
                </li>
            }
        })
        .collect_view();
    let nothing_more = if referral.recipient { partner::SHARED_NOTHING_MORE } else { partner::SHARED_NOTHING_MORE_SENDER };
    let building = referral.building.map(|building| {
        let facts = [
            (office::BUILDING_DWELLINGS, Some(building.dwellings.to_string())),
            (office::BUILDING_STOREYS, building.storeys.map(|storeys| storeys.to_string())),
            (office::BUILDING_YEAR, building.year_built.map(|year| year.to_string())),
            (office::BUILDING_BOROUGH, building.borough),
        ]
        .into_iter()
        .filter_map(|(name, value)| {
            value.map(|value| {
                view! {
                    <div>
                        <dt>{name.get(locale)}</dt>
                        <dd>{value}</dd>
                    </div>
                }
            })
        })
        .collect_view();
        view! { <dl class="facts">{facts}</dl> }
    });
    let observations = (!referral.observations.is_empty()).then(|| {
        let lines = referral.observations.into_iter().map(|observation| observation_line(observation, locale)).collect_view();
        view! {
            <div class="stack stack--tight">
                <h3>{partner::OBSERVATIONS.get(locale)}</h3>
                <ul class="observations">{lines}</ul>
            </div>
        }
    });
    view! {
        <section class="card" id="partage" data-testid="shared-panel">
            <h2>{partner::SHARED_TITLE.get(locale)}</h2>
            {ended_notice}
            {existence_only}
            <ul class="shared-sections">{sections}</ul>
            {building}
            {observations}
            <p class="muted small">{nothing_more.get(locale)}</p>
        </section>
    }
}

fn observation_line(observation: SharedObservation, locale: Locale) -> impl IntoView {
    let label = texts::label(&observation.label, locale);
    let severity = observation.answer.severity().map(|severity| view! { <SeverityMark severity=severity locale=locale /> });
    let no_severity = severity.is_none().then(|| view! { <span class="severity-none" aria-hidden="true">"·"</span> });
    let answer = answer::text(&observation.answer, &observation.criterion, locale);
    let answer = (!answer.is_empty()).then(|| view! { <span class="observation__answer">{answer}</span> });
    let anchor = observation.anchor.as_ref().map(|anchor| view! { <span class="observation__anchor">{texts::label(anchor, locale)}</span> });
    let photos = (!observation.photos.is_empty()).then(|| view! { <PhotoStrip photos=observation.photos.clone() label=label.clone() locale=locale /> });
    view! {
        <li class="observation" data-testid="shared-observation" data-criterion=observation.criterion.clone()>
            {severity}
            {no_severity}
            <div class="observation__body">
                <p class="observation__label">
                    <span class="observation__code">{observation.criterion.clone()}</span>
                    <strong>{label}</strong>
                </p>
                <p class="observation__value">
                    <span class="muted">{place::name_of_wire(&observation.place, observation.door.as_deref(), locale)}</span>
                    {anchor}
                    {answer}
                </p>
                {photos}
            </div>
        </li>
    }
}
