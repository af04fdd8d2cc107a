//! One visit indexed by place and criterion: what every rule reads, built once per call.

use std::collections::BTreeMap;

use crate::{
    answer::{Answer, DwellingOutcome, Observation, Place, Visit},
    grid::{Criterion, CriterionId, Grid, Relevance, Section, Severity},
    severity::suggested_severity,
};

/// Longest chain of conditions followed; a checked grid has no cycle, one received as JSON might.
const RELEVANCE_DEPTH_MAX: u8 = 8;

/// One question: a criterion at a place.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub place: &'a Place,
    pub section: &'a Section,
    pub criterion: &'a Criterion,
}

pub(crate) struct Current<'a> {
    grid: &'a Grid,
    visit: &'a Visit,
    places: Vec<Place>,
    criteria: BTreeMap<&'a CriterionId, &'a Criterion>,
    cells: BTreeMap<&'a Place, BTreeMap<&'a CriterionId, Vec<&'a Observation>>>,
}

impl<'a> Current<'a> {
    pub(crate) fn new(grid: &'a Grid, visit: &'a Visit) -> Self {
        let visited = visit.dwellings.iter().filter(|(_, outcome)| **outcome == DwellingOutcome::Visited);
        let places = [Place::Exterior, Place::Common].into_iter().chain(visited.map(|(id, _)| Place::Dwelling(id.clone()))).collect();
        let criteria = grid.sections.iter().flat_map(|section| &section.criteria).map(|criterion| (&criterion.id, criterion)).collect();
        let mut cells: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
        for observation in &visit.observations {
            cells.entry(&observation.place).or_default().entry(&observation.criterion).or_default().push(observation);
        }
        Self { grid, visit, places, criteria, cells }
    }

    /// Exterior, common areas and visited dwellings.
    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Every question of the visit in the grid's order, place after place: exterior, common areas, visited dwellings.
    pub(crate) fn questions(&self) -> impl Iterator<Item = Question<'_>> {
        self.places.iter().flat_map(move |place| self.asked_at(place))
    }

    /// The same of one place; none of a dwelling that was not visited.
    pub(crate) fn questions_at<'place>(&'place self, place: &'place Place) -> impl Iterator<Item = Question<'place>> {
        self.places.iter().filter(move |known| *known == place).flat_map(move |place| self.asked_at(place))
    }

    fn asked_at<'place>(&'place self, place: &'place Place) -> impl Iterator<Item = Question<'place>> {
        let sections = self.grid.sections.iter().filter(move |section| section.scope.includes(place));
        sections.flat_map(move |section| {
            let asked = section.criteria.iter().filter(move |criterion| self.is_relevant(place, criterion));
            asked.map(move |criterion| Question { place, section, criterion })
        })
    }

    /// Places and criteria that hold observations, in order, whether or not they are asked.
    pub(crate) fn cells(&self) -> impl Iterator<Item = (&'a Place, &'a CriterionId, &[&'a Observation])> {
        self.cells.iter().flat_map(|(place, criteria)| criteria.iter().map(|(criterion, observations)| (*place, *criterion, observations.as_slice())))
    }

    /// All observations recorded at the place for the criterion: one, or several when devices disagree.
    pub(crate) fn observations(&self, place: &Place, criterion: &CriterionId) -> &[&'a Observation] {
        self.cells.get(place).and_then(|criteria| criteria.get(criterion)).map_or(&[], Vec::as_slice)
    }

    /// Highest severity recorded at the place for the criterion: danger and escalation merge to the most severe.
    pub(crate) fn severity(&self, place: &Place, criterion: &CriterionId) -> Option<Severity> {
        self.observations(place, criterion).iter().filter_map(|observation| observation.answer.severity()).max()
    }

    pub(crate) fn is_relevant(&self, place: &Place, criterion: &Criterion) -> bool {
        self.is_relevant_within(place, criterion, RELEVANCE_DEPTH_MAX)
    }

    fn is_relevant_within(&self, place: &Place, criterion: &Criterion, depth: u8) -> bool {
        let building = &self.visit.building;
        match &criterion.relevance {
            None => true,
            // An unknown number is no reason to hide a question.
            Some(Relevance::StoreysAtLeast(storeys)) => building.storeys.is_none_or(|known| known >= *storeys),
            Some(Relevance::BuiltBefore(year)) => building.year_built.is_none_or(|known| known < *year),
            Some(Relevance::SeverityAtLeast { criterion: id, severity }) => {
                let reached = self.severity(place, id).is_some_and(|recorded| recorded >= *severity);
                // A hidden answer shows nothing else.
                reached && depth > 0 && self.criteria.get(id).is_some_and(|other| self.is_relevant_within(place, other, depth - 1))
            }
        }
    }
}

/// Ids of the observations, sorted, each once: the same evidence whatever the order and repetition of what was received.
pub(crate) fn evidence<'a>(observations: impl IntoIterator<Item = &'a Observation>) -> Vec<String> {
    let mut ids: Vec<String> = observations.into_iter().map(|observation| observation.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whether the question is settled: refused, or observed with a severity where one can be given.
///
/// A value whose own suggestion is « none » needs no severity; one that suggests a severity is not settled until somebody confirms it.
pub(crate) fn is_answered(criterion: &Criterion, answer: &Answer) -> bool {
    match answer {
        Answer::ToVerify | Answer::NotApplicable | Answer::Cleared => false,
        Answer::Refused | Answer::Observed { severity: Some(_), .. } => true,
        Answer::Observed { severity: None, value: Some(value) } => suggested_severity(criterion, value).unwrap_or(Severity::None) == Severity::None,
        Answer::Observed { severity: None, value: None } => criterion.anchors.is_empty(),
    }
}
