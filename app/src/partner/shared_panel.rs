use casework::{
    permission::Section,
    referral::ReferralStage,
    wire::v1::{ConsentedDoor, ReferralDetail, SharedObservation},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, common, consent, office, partner},
    ui::{
        observation::{self, Around, Observed},
        place, time,
    },
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
    let consent_ended = (referral.consent_ended && !ended)
        .then(|| view! { <p class="notice notice--warning" role="status" data-testid="consent-ended">{consent::ENDED.get(locale)}</p> });
    let named: Vec<Section> = referral.shared_sections.iter().copied().filter(|section| *section != Section::Existence).collect();
    // What concerns people is told door by door, for as long as they consent.
    let of_people = referral.consented.iter().map(|consented| consented_line(consented, locale)).collect_view();
    let named: Vec<Section> = named.into_iter().filter(|section| !section.needs_consent()).collect();
    let existence_only = (named.is_empty() && referral.shared_sections.iter().all(|section| !section.needs_consent()))
        .then(|| view! { <p class="muted">{partner::SHARED_EXISTENCE_ONLY.get(locale)}</p> });
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
            {consent_ended}
            {existence_only}
            <ul class="shared-sections">{sections} {of_people}</ul>
            {building}
            {observations}
            <p class="muted small">{nothing_more.get(locale)}</p>
        </section>
    }
}

fn consented_line(consented: &ConsentedDoor, locale: Locale) -> impl IntoView + use<> {
    let name =
        texts::fill(consent::REFER_CONSENTED_CHOICE.get(locale), &[("section", common::section(consented.section).0.get(locale)), ("door", &consented.door)]);
    // Three days are counted in hours.
    let until = if consented.emergency.is_some() { time::date_time(consented.until, locale) } else { time::date(consented.until, locale) };
    let sentence = if consented.emergency.is_some() { consent::EMERGENCY_SHARED } else { consent::CONSENTED_PURPOSE };
    let purpose = texts::fill(sentence.get(locale), &[("date", &until), ("purpose", &consented.purpose)]);
    view! {
        <li data-testid="shared-consented" data-section=consented.section.code()>
            <strong>{name}</strong>
            <span class="muted small">{purpose}</span>
        </li>
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

/// Whether nobody has to read it to act.
fn is_foldable(observation: &SharedObservation) -> bool {
    observation::is_quiet(&observation.answer) && observation.photos.is_empty()
}

fn place_group(observations: Vec<SharedObservation>, locale: Locale) -> AnyView {
    let name = observations.first().map(|first| place::name_of_wire(&first.place, first.door.as_deref(), locale)).unwrap_or_default();
    let (folded, shown) = observations.into_iter().partition(is_foldable);
    let heading = view! { <h4>{name}</h4> }.into_any();
    observation::place_group(heading, shown, folded, |observation| &observation.answer, |observation| observation_line(observation, locale), locale)
}

fn observation_line(observation: SharedObservation, locale: Locale) -> AnyView {
    let around = Around { test_id: "shared-observation", id: None, notes: ().into_any(), by: ().into_any() };
    let SharedObservation { criterion, label, anchor, answer, photos, place: _, door: _ } = observation;
    observation::line(Observed { criterion, label, anchor, answer, photos }, around, locale)
}

#[cfg(test)]
mod tests {
    use inspection_grid::{Answer, Label, Severity};

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
