//! A whole visit judged place by place: after one answer, only its place is read again.
//!
//! Every rule looks at a place by itself, then at all of them together; and most answers of a large visit say that all is well, which no rule needs twice.
//! So a [`PlaceReading`] keeps how much of a place is answered and the few observations that a rule may rest on, and [`judge`] puts readings together.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    answer::{BuildingFacts, DwellingOutcome, Observation, Place, Visit},
    completeness::{self, Compartments, Completeness},
    complexity::{Complexity, ComplexityRule, History, complexity},
    current::Current,
    grid::{CriterionId, Grid, Relevance, Severity},
    score::{Score, score_with},
};

/// What the rules read of one place.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceReading {
    place: Place,
    /// In the building compartment; `None` where nothing is asked: in a dwelling that was not visited.
    building: Option<Completeness>,
    /// In the compartments of the reader.
    shown: Option<Completeness>,
    worst: Option<Severity>,
    bearing: Vec<Observation>,
}

impl PlaceReading {
    /// Reads the observations of one place; `outcome` is that of its dwelling.
    pub fn new(
        grid: &Grid,
        building: &BuildingFacts,
        place: &Place,
        outcome: Option<DwellingOutcome>,
        mut observations: Vec<Observation>,
        compartments: Compartments,
    ) -> Self {
        observations.retain(|observation| observation.place == *place);
        let dwellings = match (place, outcome) {
            (Place::Dwelling(id), Some(outcome)) => BTreeMap::from([(id.clone(), outcome)]),
            (Place::Exterior | Place::Common | Place::Dwelling(_), _) => BTreeMap::new(),
        };
        let visit = Visit { building: building.clone(), dwellings, observations };
        let current = Current::new(grid, &visit);
        let answered = |compartments| completeness::at(&current, place, compartments);
        let of_building = answered(Compartments::BUILDING);
        let shown = if compartments == Compartments::BUILDING { of_building } else { answered(compartments) };
        let readable =
            |observation: &&Observation| compartments.include(grid.criterion(&observation.criterion).is_none_or(|(section, _)| section.confidential));
        let severities = visit.observations.iter().filter(readable).filter_map(|observation| observation.answer.severity());
        let worst = severities.max().filter(|worst| *worst > Severity::None);
        let bearing = bearing(grid, &visit.observations);
        Self { place: place.clone(), building: of_building, shown, worst, bearing }
    }
}

/// The observations that a rule may rest on: those that are not « conform » or carry a value, those that decide whether another question is asked, and what
/// other phones said of the same question.
fn bearing(grid: &Grid, observations: &[Observation]) -> Vec<Observation> {
    let criteria = grid.sections.iter().flat_map(|section| &section.criteria);
    let conditions: BTreeSet<&CriterionId> = criteria
        .filter_map(|criterion| match &criterion.relevance {
            Some(Relevance::SeverityAtLeast { criterion, .. }) => Some(criterion),
            Some(Relevance::StoreysAtLeast(_) | Relevance::BuiltBefore(_)) | None => None,
        })
        .collect();
    let bears = |observation: &&Observation| {
        let severity = observation.answer.severity();
        severity.is_some_and(|severity| severity > Severity::None || grid.points(severity) > 0)
            || observation.answer.value().is_some()
            || conditions.contains(&observation.criterion)
    };
    let asked: BTreeSet<&CriterionId> = observations.iter().filter(bears).map(|observation| &observation.criterion).collect();
    observations.iter().filter(|observation| asked.contains(&observation.criterion)).cloned().collect()
}

/// What is computed of a visit as it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub score: Score,
    pub complexity: Complexity,
    /// By place where something is asked, in the compartments of the reader.
    pub places: BTreeMap<Place, Completeness>,
    /// Highest severity seen at each place, above « none », in the compartments of the reader.
    pub worst: BTreeMap<Place, Severity>,
}

/// Judges a visit from readings of its exterior, its common areas, each dwelling visited and each place that holds an answer: the same as [`crate::score`],
/// [`crate::complexity`] (by the default rule, without history) and [`crate::completeness_detail`] of the whole.
pub fn judge<'a>(
    grid: &Grid,
    building: &BuildingFacts,
    dwellings: &BTreeMap<String, DwellingOutcome>,
    readings: impl IntoIterator<Item = &'a PlaceReading>,
    compartments: Compartments,
) -> Judgement {
    let mut visit = Visit { building: building.clone(), dwellings: dwellings.clone(), observations: Vec::new() };
    let (mut places, mut worst, mut of_building) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    for reading in readings {
        visit.observations.extend(reading.bearing.iter().cloned());
        of_building.extend(reading.building);
        places.extend(reading.shown.map(|shown| (reading.place.clone(), shown)));
        worst.extend(reading.worst.map(|worst| (reading.place.clone(), worst)));
    }
    Judgement {
        score: score_with(grid, &visit, |_| Completeness::sum(of_building.into_iter())),
        complexity: complexity(grid, &visit, &History::default(), &ComplexityRule::default(), compartments),
        places,
        worst,
    }
}
