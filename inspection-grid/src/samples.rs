//! Visits for the tests of this crate.

use crate::{
    answer::{Answer, BuildingFacts, DwellingOutcome, Observation, Value, Visit},
    grid::Severity,
};

/// A visit of a building whose named dwellings were all entered, without any answer.
pub(crate) fn visit(dwellings: u32, visited: &[&str]) -> Visit {
    Visit {
        building: BuildingFacts { dwellings, storeys: Some(3), year_built: Some(1967) },
        dwellings: visited.iter().map(|id| ((*id).to_owned(), DwellingOutcome::Visited)).collect(),
        observations: Vec::new(),
    }
}

pub(crate) fn observe(id: &str, place: &str, criterion: &str, severity: u8) -> Observation {
    let severity = Some(Severity::try_from(severity).expect("tests stay in 0..=4"));
    answered(id, place, criterion, Answer::Observed { severity, value: None })
}

pub(crate) fn choose(id: &str, place: &str, criterion: &str, options: &[&str]) -> Observation {
    let value = Some(Value::Choice(options.iter().map(|code| (*code).to_owned()).collect()));
    answered(id, place, criterion, Answer::Observed { severity: None, value })
}

pub(crate) fn answered(id: &str, place: &str, criterion: &str, answer: Answer) -> Observation {
    let place = place.parse().expect("tests name real places");
    Observation { id: id.to_owned(), place, criterion: criterion.into(), answer, photos: 0, note: None }
}
