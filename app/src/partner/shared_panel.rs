use casework::{
    permission::Section,
    referral::ReferralStage,
    wire::v1::{ReferralDetail, SharedObservation},
};
use inspection_grid::{Answer, Severity};
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
        let places = by_place(referral.observations).into_iter().map(|observations| place_group(observations, locale)).collect_view();
        view! {
            <div class="stack">
                <h3>{partner::OBSERVATIONS.get(locale)}</h3>
                {places}
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

/// One group a place, in the server's order; within a place the gravest first.
fn by_place(observations: Vec<SharedObservation>) -> Vec<Vec<SharedObservation>> {
    let mut groups: Vec<Vec<SharedObservation>> = Vec::new();
    for observation in observations {
        let same =
            |group: &&mut Vec<SharedObservation>| group.first().is_some_and(|first| (&first.place, &first.door) == (&observation.place, &observation.door));
        match groups.iter_mut().find(same) {
            Some(group) => group.push(observation),
            None => groups.push(vec![observation]),
        }
    }
    for group in &mut groups {
        group.sort_by_key(|observation| (std::cmp::Reverse(observation.answer.severity()), observation.criterion.clone()));
    }
    groups
}

/// Whether an answer says only that all is well, or that there was nothing to look at: nobody has to read it to act.
fn is_foldable(observation: &SharedObservation) -> bool {
    matches!(observation.answer, Answer::Observed { severity: Some(Severity::None), .. } | Answer::NotApplicable) && observation.photos.is_empty()
}

fn place_group(observations: Vec<SharedObservation>, locale: Locale) -> impl IntoView {
    let name = observations.first().map(|first| place::name_of_wire(&first.place, first.door.as_deref(), locale)).unwrap_or_default();
    let (folded, shown): (Vec<_>, Vec<_>) = observations.into_iter().partition(is_foldable);
    let lines = |observations: Vec<SharedObservation>| {
        let lines = observations.into_iter().map(|observation| observation_line(observation, locale)).collect_view();
        view! { <ul class="observations">{lines}</ul> }
    };
    let shown = (!shown.is_empty()).then(|| lines(shown));
    let folded = (!folded.is_empty()).then(|| {
        let not_applicable = folded.iter().filter(|observation| observation.answer == Answer::NotApplicable).count();
        let title = office::quiet(folded.len() - not_applicable, not_applicable, locale);
        view! {
            <details class="observations-fold">
                <summary>{title}</summary>
                {lines(folded)}
            </details>
        }
    });
    view! {
        <section class="place-group">
            <h4>{name}</h4>
            {shown}
            {folded}
        </section>
    }
}

fn observation_line(observation: SharedObservation, locale: Locale) -> impl IntoView {
    let label = texts::label(&observation.label, locale);
    let severity = observation.answer.severity().map(|severity| view! { <SeverityMark severity=severity locale=locale /> });
    let no_severity = severity.is_none().then(|| view! { <span class="severity-none" aria-hidden="true"></span> });
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
                    {anchor}
                    {answer}
                </p>
                {photos}
            </div>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use inspection_grid::Label;

    use super::*;

    fn observation(place: &str, criterion: &str, severity: Severity) -> SharedObservation {
        SharedObservation {
            place: place.to_owned(),
            door: None,
            criterion: criterion.to_owned(),
            label: Label { fr: String::new(), en: String::new() },
            anchor: None,
            answer: Answer::Observed { severity: Some(severity), value: None },
            photos: Vec::new(),
        }
    }

    #[test]
    fn a_place_is_one_group_and_its_gravest_finding_comes_first() {
        let groups = by_place(vec![
            observation("exterior", "EXT-01", Severity::None),
            observation("common", "COM-01", Severity::Minor),
            observation("exterior", "EXT-02", Severity::Moderate),
            observation("common", "COM-02", Severity::ImmediateDanger),
        ]);
        let codes: Vec<Vec<&str>> = groups.iter().map(|group| group.iter().map(|one| one.criterion.as_str()).collect()).collect();
        assert_eq!(codes, [vec!["EXT-02", "EXT-01"], vec!["COM-02", "COM-01"]]);
    }

    #[test]
    fn only_what_is_well_is_folded() {
        assert!(is_foldable(&observation("common", "COM-01", Severity::None)));
        assert!(!is_foldable(&observation("common", "COM-01", Severity::Minor)));
        assert!(!is_foldable(&SharedObservation { answer: Answer::ToVerify, ..observation("common", "COM-01", Severity::None) }));
    }
}
