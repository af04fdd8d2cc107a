//! How much of a visit is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Place, Visit},
    current::{Current, Question, is_answered},
    grid::Grid,
};

/// Which compartments of a case the caller reads. By default the building's only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compartments {
    /// Includes confidential sections.
    pub psychosocial: bool,
}

impl Compartments {
    pub const BUILDING: Self = Self { psychosocial: false };
    pub const ALL: Self = Self { psychosocial: true };

    pub(crate) fn include(self, confidential: bool) -> bool {
        self.psychosocial || !confidential
    }
}

/// Answered questions out of those that apply. « Sans objet » does not apply, « à vérifier » is not answered, a refusal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Completeness {
    pub answered: u32,
    pub applicable: u32,
}

impl Completeness {
    /// 0 to 1; 1 when nothing applies.
    pub fn share(self) -> f64 {
        if self.applicable == 0 { 1.0 } else { f64::from(self.answered) / f64::from(self.applicable) }
    }

    /// Whether nothing is left to answer.
    pub fn is_whole(self) -> bool {
        self.answered == self.applicable
    }

    fn add(&mut self, answered: bool) {
        self.applicable += 1;
        self.answered += u32::from(answered);
    }

    pub(crate) fn sum(parts: impl Iterator<Item = Self>) -> Self {
        parts.fold(Self::default(), |sum, part| Self { answered: sum.answered + part.answered, applicable: sum.applicable + part.applicable })
    }
}

/// Completeness of the visit, of each place and of each section at each place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompletenessDetail {
    pub visit: Completeness,
    pub places: BTreeMap<Place, Completeness>,
    /// By place and section code.
    pub sections: BTreeMap<(Place, String), Completeness>,
}

/// Completeness of the whole visit.
pub fn completeness(grid: &Grid, visit: &Visit, compartments: Compartments) -> Completeness {
    of(&Current::new(grid, visit), compartments).visit
}

/// Completeness of the visit, its places and their sections, in one pass.
pub fn completeness_detail(grid: &Grid, visit: &Visit, compartments: Compartments) -> CompletenessDetail {
    of(&Current::new(grid, visit), compartments)
}

pub(crate) fn of(current: &Current<'_>, compartments: Compartments) -> CompletenessDetail {
    let mut detail = CompletenessDetail::default();
    for question in current.questions().filter(|question| compartments.include(question.section.confidential)) {
        let place = detail.places.entry(question.place.clone()).or_default();
        let section = detail.sections.entry((question.place.clone(), question.section.id.clone())).or_default();
        if let Some(answered) = counts(current, question) {
            detail.visit.add(answered);
            place.add(answered);
            section.add(answered);
        }
    }
    detail
}

/// Completeness of one place; `None` where nothing is asked.
pub(crate) fn at(current: &Current<'_>, place: &Place, compartments: Compartments) -> Option<Completeness> {
    let mut questions = current.questions_at(place).filter(|question| compartments.include(question.section.confidential)).peekable();
    questions.peek()?;
    let mut completeness = Completeness::default();
    for answered in questions.filter_map(|question| counts(current, question)) {
        completeness.add(answered);
    }
    Some(completeness)
}

/// Whether the question is answered; `None` when it is « sans objet » and does not count.
fn counts(current: &Current<'_>, question: Question<'_>) -> Option<bool> {
    let answers = || current.observations(question.place, &question.criterion.id).iter().map(|observation| &observation.answer);
    let answered = answers().any(|answer| is_answered(question.criterion, answer));
    // Where devices disagree, « sans objet » stands only if nobody saw, refused or postponed anything.
    let mut standing = answers().filter(|answer| **answer != Answer::Cleared).peekable();
    let excluded = standing.peek().is_some() && standing.all(|answer| *answer == Answer::NotApplicable);
    (!excluded).then_some(answered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::Value,
        builtin,
        grid::Severity,
        samples::{answered, choose, observe, visit},
    };

    #[test]
    fn every_kind_of_answer_has_its_weight() {
        let measure = |number| Answer::Observed { severity: None, value: Some(Value::Measure(number)) };
        let table = [
            ("CHA-01", Answer::Observed { severity: Some(Severity::None), value: None }, (1, 0)),
            ("CHA-01", Answer::Refused, (1, 0)),
            ("CHA-01", Answer::ToVerify, (0, 0)),
            ("CHA-01", Answer::Cleared, (0, 0)),
            ("CHA-01", Answer::NotApplicable, (0, -1)),
            ("CHA-01", measure(22.0), (1, 0)),
            ("CHA-01", measure(12.0), (0, 0)),
            ("CHA-01", Answer::Observed { severity: None, value: None }, (0, 0)),
            ("DRO-01", Answer::Observed { severity: None, value: None }, (1, 0)),
        ];
        let empty = completeness(builtin::v1(), &visit(6, &["1"]), Compartments::BUILDING);
        for (criterion, answer, (more_answered, more_applicable)) in table {
            let mut visit = visit(6, &["1"]);
            visit.observations.push(answered("a", "dwelling:1", criterion, answer.clone()));
            let after = completeness(builtin::v1(), &visit, Compartments::BUILDING);
            assert_eq!(after.answered, more_answered, "{criterion}: {answer:?}");
            assert_eq!(i64::from(after.applicable), i64::from(empty.applicable) + more_applicable, "{criterion}: {answer:?}");
        }
    }

    #[test]
    fn confidential_sections_are_counted_only_when_asked() {
        let mut visit = visit(6, &["1"]);
        let before = completeness(builtin::v1(), &visit, Compartments::BUILDING);
        visit.observations.push(choose("a", "dwelling:1", "MEN-02", &["isolement"]));
        assert_eq!(completeness(builtin::v1(), &visit, Compartments::BUILDING), before);
        let all = completeness(builtin::v1(), &visit, Compartments::ALL);
        assert_eq!((all.answered, all.applicable), (1, before.applicable + 7));
    }

    #[test]
    fn places_and_sections_add_up_to_the_visit() {
        let mut visit = visit(6, &["1", "2"]);
        visit.observations = vec![
            observe("a", "exterior", "EXT-01", 0),
            observe("b", "dwelling:1", "HUM-01", 2),
            observe("c", "dwelling:2", "HUM-01", 2),
            observe("d", "dwelling:2", "HUM-02", 1),
        ];
        let detail = completeness_detail(builtin::v1(), &visit, Compartments::BUILDING);
        let sum = |parts: Vec<&Completeness>| (parts.iter().map(|part| part.answered).sum::<u32>(), parts.iter().map(|part| part.applicable).sum::<u32>());
        assert_eq!(sum(detail.places.values().collect()), (4, detail.visit.applicable));
        assert_eq!(sum(detail.sections.values().collect()), (4, detail.visit.applicable));
        let second = Place::Dwelling("2".to_owned());
        assert_eq!(detail.sections[&(second, "HUM".to_owned())], Completeness { answered: 2, applicable: 5 });
    }

    #[test]
    fn hidden_answers_are_not_counted() {
        let mut visit = visit(6, &["1"]);
        visit.building.storeys = Some(1);
        let before = completeness(builtin::v1(), &visit, Compartments::BUILDING);
        visit.observations.push(observe("a", "common", "COM-05", 2));
        assert_eq!(completeness(builtin::v1(), &visit, Compartments::BUILDING), before);
    }

    #[test]
    fn an_empty_whole_is_complete() {
        assert!((Completeness::default().share() - 1.0).abs() < f64::EPSILON);
        assert!(Completeness::default().is_whole());
    }
}
