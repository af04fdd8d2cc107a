//! What is unfinished in a visit. Unfinished is data, not an error: nothing here stops anyone from saving or sending.

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, DwellingOutcome, Observation, Place, Visit},
    answer_check::check_answer,
    current::Current,
    grid::{AnswerKind, Criterion, CriterionId, Grid, PhotoRule, Severity},
    severity::suggested_severity,
};

/// One thing to finish or look at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortcoming {
    pub place: Place,
    pub criterion: CriterionId,
    /// Shown only to those who read the psychosocial compartment.
    pub confidential: bool,
    pub kind: ShortcomingKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShortcomingKind {
    /// Asked, without any answer.
    Unanswered,
    /// Answered « à vérifier ».
    ToVerify,
    /// Observed without a severity where the criterion has anchors.
    SeverityMissing,
    /// A severity without the measure, count, level or option that shows it.
    ValueMissing,
    /// The severity is lower than what the value proposes: « never silently a lower one », so it is said.
    SeverityBelowSuggested { suggested: Severity },
    /// A photo is required and none is attached.
    PhotoMissing,
    /// Photos are attached to a criterion that forbids them.
    PhotoForbidden,
    /// Severity 4 without a note of what was seen and done.
    DangerWithoutNote,
    /// Observations in a dwelling that is not marked as visited: they count nowhere.
    DwellingNotVisited,
    /// The answer cannot be one; `code` as in [`crate::AnswerError::code`].
    Invalid { code: String },
}

/// Everything unfinished in the visit, by place then in the grid's order, invalid answers last.
pub fn validate(grid: &Grid, visit: &Visit) -> Vec<Shortcoming> {
    let current = Current::new(grid, visit);
    let mut found = Vec::new();
    for question in current.questions() {
        let observations = current.observations(question.place, &question.criterion.id);
        found.extend(shortcomings(question.criterion, observations).into_iter().map(|kind| Shortcoming {
            place: question.place.clone(),
            criterion: question.criterion.id.clone(),
            confidential: question.section.confidential,
            kind,
        }));
    }
    for (place, id, observations) in current.cells() {
        // What cannot be placed in the grid is shown to the fewest.
        let confidential = grid.criterion(id).is_none_or(|(section, _)| section.confidential);
        let kinds = invalid(grid, observations).into_iter().chain(not_visited(visit, place, observations));
        found.extend(kinds.map(|kind| Shortcoming { place: place.clone(), criterion: id.clone(), confidential, kind }));
    }
    found
}

fn shortcomings(criterion: &Criterion, observations: &[&Observation]) -> Vec<ShortcomingKind> {
    let standing: Vec<&&Observation> = observations.iter().filter(|observation| observation.answer != Answer::Cleared).collect();
    let mut kinds = Vec::new();
    if standing.is_empty() {
        kinds.push(ShortcomingKind::Unanswered);
    }
    let photos = standing.iter().fold(0_u32, |photos, observation| photos.saturating_add(observation.photos));
    if criterion.photo == PhotoRule::Forbidden && photos > 0 {
        kinds.push(ShortcomingKind::PhotoForbidden);
    }
    let observed = |observation: &&&&Observation| matches!(observation.answer, Answer::Observed { .. });
    if !standing.iter().any(|observation| observed(&observation)) {
        if standing.iter().any(|observation| observation.answer == Answer::ToVerify) {
            kinds.push(ShortcomingKind::ToVerify);
        }
        return kinds;
    }
    let severity = standing.iter().filter_map(|observation| observation.answer.severity()).max();
    let suggested = standing.iter().filter_map(|observation| observation.answer.value()).filter_map(|value| suggested_severity(criterion, value)).max();
    let without_value = standing.iter().all(|observation| observation.answer.value().is_none());
    match severity {
        // A value that proposes nothing to weigh is an answer by itself.
        None if !criterion.anchors.is_empty() && (without_value || suggested.is_some_and(|suggested| suggested > Severity::None)) => {
            kinds.push(ShortcomingKind::SeverityMissing);
        }
        Some(severity) => {
            if let Some(suggested) = suggested.filter(|suggested| *suggested > severity) {
                kinds.push(ShortcomingKind::SeverityBelowSuggested { suggested });
            }
        }
        None => {}
    }
    let severity = severity.unwrap_or(Severity::None);
    if criterion.answer != AnswerKind::Conformity && without_value && (severity > Severity::None || criterion.anchors.is_empty()) {
        kinds.push(ShortcomingKind::ValueMissing);
    }
    let photo_required = match criterion.photo {
        PhotoRule::AlwaysRequired => true,
        PhotoRule::RequiredWhenSevere => severity >= Severity::Moderate,
        PhotoRule::Optional | PhotoRule::Forbidden => false,
    };
    if photo_required && photos == 0 {
        kinds.push(ShortcomingKind::PhotoMissing);
    }
    let noted = standing.iter().any(|observation| observation.note.as_ref().is_some_and(|note| !note.trim().is_empty()));
    if severity == Severity::ImmediateDanger && !noted {
        kinds.push(ShortcomingKind::DangerWithoutNote);
    }
    kinds
}

fn invalid(grid: &Grid, observations: &[&Observation]) -> Option<ShortcomingKind> {
    let refusal = |observation: &&Observation| {
        check_answer(grid, &observation.criterion, &observation.place, &observation.answer, observation.note.as_deref()).err().map(|error| error.code())
    };
    let code = observations.iter().filter_map(refusal).min()?;
    Some(ShortcomingKind::Invalid { code: code.to_owned() })
}

fn not_visited(visit: &Visit, place: &Place, observations: &[&Observation]) -> Option<ShortcomingKind> {
    let Place::Dwelling(id) = place else { return None };
    let visited = visit.dwellings.get(id) == Some(&DwellingOutcome::Visited);
    let recorded = observations.iter().any(|observation| matches!(observation.answer, Answer::Observed { .. }));
    (recorded && !visited).then_some(ShortcomingKind::DwellingNotVisited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        answer::Value,
        builtin,
        samples::{answered, choose, observe, visit},
    };

    fn kinds(observation: Observation) -> Vec<ShortcomingKind> {
        let mut visit = visit(6, &["1"]);
        let (place, criterion) = (observation.place.clone(), observation.criterion.clone());
        visit.observations.push(observation);
        let found = validate(builtin::v1(), &visit).into_iter();
        found.filter(|shortcoming| shortcoming.place == place && shortcoming.criterion == criterion).map(|shortcoming| shortcoming.kind).collect()
    }

    fn measured(severity: Option<Severity>, number: f64) -> Answer {
        Answer::Observed { severity, value: Some(Value::Measure(number)) }
    }

    #[test]
    fn an_empty_visit_lacks_every_answer() {
        let visit = visit(6, &["1"]);
        let found = validate(builtin::v1(), &visit);
        assert_eq!(found.len(), crate::applicable(builtin::v1(), &visit).len());
        assert!(found.iter().all(|shortcoming| shortcoming.kind == ShortcomingKind::Unanswered));
        assert_eq!(found.iter().filter(|shortcoming| shortcoming.confidential).count(), 7);
    }

    #[test]
    fn each_shortcoming_is_found() {
        use ShortcomingKind::{
            DangerWithoutNote, DwellingNotVisited, Invalid, PhotoForbidden, PhotoMissing, SeverityBelowSuggested, SeverityMissing, ToVerify, Unanswered,
            ValueMissing,
        };
        let with = |mut observation: Observation, photos: u32, note: &str| {
            observation.photos = photos;
            observation.note = Some(note.to_owned());
            observation
        };
        let at = "dwelling:1";
        let table = [
            (observe("a", at, "CHA-02", 0), vec![]),
            (observe("a", at, "CHA-02", 2), vec![PhotoMissing]),
            (with(observe("a", at, "CHA-02", 2), 1, ""), vec![]),
            (with(observe("a", at, "CHA-02", 4), 1, " "), vec![DangerWithoutNote]),
            (with(observe("a", at, "CHA-02", 4), 1, "Appel au 911 à 14 h"), vec![]),
            (observe("a", at, "HUM-05", 0), vec![PhotoMissing]),
            (with(observe("a", at, "ENC-05", 0), 1, ""), vec![PhotoForbidden]),
            (answered("a", at, "CHA-02", Answer::ToVerify), vec![ToVerify]),
            (answered("a", at, "CHA-02", Answer::Refused), vec![]),
            (answered("a", at, "CHA-02", Answer::NotApplicable), vec![]),
            (answered("a", at, "CHA-02", Answer::Cleared), vec![Unanswered]),
            (answered("a", at, "CHA-02", Answer::Observed { severity: None, value: None }), vec![SeverityMissing]),
            (answered("a", at, "CHA-06", measured(None, 22.0)), vec![]),
            (answered("a", at, "CHA-06", measured(None, 29.0)), vec![SeverityMissing]),
            (answered("a", at, "CHA-06", measured(Some(Severity::Major), 29.0)), vec![]),
            (answered("a", at, "CHA-06", measured(Some(Severity::Minor), 29.0)), vec![SeverityBelowSuggested { suggested: Severity::Moderate }]),
            (answered("a", at, "CHA-06", measured(Some(Severity::None), f64::NAN)), vec![Invalid { code: "value_out_of_range".to_owned() }]),
            (observe("a", at, "HUM-03", 2), vec![ValueMissing]),
            (choose("a", at, "MEN-05", &["sante"]), vec![]),
            (answered("a", at, "MEN-05", Answer::Observed { severity: None, value: None }), vec![ValueMissing]),
            (answered("a", at, "DRO-01", Answer::Observed { severity: None, value: None }), vec![]),
            (observe("a", "dwelling:7", "CHA-02", 1), vec![Invalid { code: "severity_without_anchor".to_owned() }, DwellingNotVisited]),
            (observe("a", "common", "CHA-02", 2), vec![Invalid { code: "wrong_place".to_owned() }]),
        ];
        for (observation, expected) in table {
            assert_eq!(kinds(observation.clone()), expected, "{observation:?}");
        }
    }
}
