//! Whether a grid holds together before anyone answers it.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::grid::{AnswerKind, ChoiceOption, Criterion, CriterionId, Grid, Label, PhotoRule, Relevance, Scope, Section, Severity, Threshold};

/// Code of the psychosocial section, which must stay confidential in every version.
const PSYCHOSOCIAL_SECTION: &str = "MEN";

/// Why a grid is refused.
#[derive(Debug, Error)]
pub enum GridError {
    /// Not YAML, or not of the grid's shape.
    #[cfg(feature = "yaml")]
    #[error("the grid could not be read")]
    Yaml(#[source] Box<serde_saphyr::Error>),
    /// A key that means nothing, most often a typing mistake.
    #[error("{path} is not a field of the grid")]
    UnknownKey { path: String },
    /// The grid could not be written as JSON to be hashed.
    #[error("the grid could not be hashed")]
    Hash(#[source] serde_json::Error),
    /// A rule on the grid as a whole or one of its sections.
    #[error("{subject}: {cause}")]
    Inconsistent { subject: String, cause: String },
    #[error("criterion {criterion}: {cause}")]
    Criterion { criterion: CriterionId, cause: String },
}

impl Grid {
    /// Checks what the types cannot say: codes that exist, anchors that agree with thresholds, household sections that are never scored.
    ///
    /// # Errors
    /// The first fault met, naming the section or criterion.
    pub fn check(&self) -> Result<(), GridError> {
        self.check_severities()?;
        for (code, label) in self.bases.iter().chain(&self.bodies) {
            require(label_is_written(label), code, || "the label is empty in French or English".to_owned())?;
        }
        let mut sections = BTreeSet::new();
        let mut criteria = BTreeMap::new();
        for section in &self.sections {
            require(sections.insert(&section.id), &section.id, || "the section appears twice".to_owned())?;
            check_section(section)?;
            for criterion in &section.criteria {
                self.check_criterion(section, criterion)
                    .and_then(|()| ensure(criteria.insert(&criterion.id, (section, criterion)).is_none(), || "the criterion appears twice".to_owned()))
                    .map_err(|cause| GridError::Criterion { criterion: criterion.id.clone(), cause })?;
            }
        }
        for (section, criterion) in criteria.values() {
            check_relevance(&criteria, section, criterion).map_err(|cause| GridError::Criterion { criterion: criterion.id.clone(), cause })?;
        }
        Ok(())
    }

    fn check_severities(&self) -> Result<(), GridError> {
        let expected = Severity::ALL.len();
        require(self.severities.len() == expected, "severities", || format!("{expected} are needed, in order"))?;
        require(self.severities.iter().all(|rule| label_is_written(&rule.label)), "severities", || "a label is empty in French or English".to_owned())?;
        require(self.severities.is_sorted_by_key(|rule| rule.points), "severities", || "points must not fall as severity rises".to_owned())?;
        require(self.points(Severity::None) == 0, "severities", || "severity 0 must give no point".to_owned())
    }

    fn check_criterion(&self, section: &Section, criterion: &Criterion) -> Result<(), String> {
        ensure(criterion.id.section() == section.id && criterion.id.0.len() > section.id.len() + 1, || {
            format!("the code must begin with its section, {}-", section.id)
        })?;
        ensure(label_is_written(&criterion.label), || "the label is empty in French or English".to_owned())?;
        for (codes, known, name) in [(&criterion.bases, &self.bases, "basis"), (&criterion.bodies, &self.bodies, "body")] {
            ensure(!codes.is_empty(), || format!("at least one {name} is needed"))?;
            ensure(codes.iter().collect::<BTreeSet<_>>().len() == codes.len(), || format!("a {name} is named twice"))?;
            codes.iter().try_for_each(|code| ensure(known.contains_key(code), || format!("{name} {code} is unknown")))?;
        }
        ensure(!section.confidential || criterion.photo == PhotoRule::Forbidden, || "photos must be forbidden in a confidential section".to_owned())?;
        check_anchors(criterion)?;
        check_values(criterion)?;
        criterion.thresholds.iter().try_for_each(|threshold| check_threshold(criterion, threshold))
    }
}

fn check_section(section: &Section) -> Result<(), GridError> {
    let household = section.scope == Scope::Household;
    require(!section.id.is_empty() && section.id.chars().all(|letter| letter.is_ascii_uppercase()), &section.id, || "the code must be capitals".to_owned())?;
    require(label_is_written(&section.label), &section.id, || "the label is empty in French or English".to_owned())?;
    require(!section.criteria.is_empty(), &section.id, || "the section has no criterion".to_owned())?;
    require(!(section.scored && household), &section.id, || "a household section is never scored".to_owned())?;
    require(!(section.scored && section.confidential), &section.id, || "a confidential section is never scored".to_owned())?;
    require(section.id != PSYCHOSOCIAL_SECTION || (section.confidential && household), &section.id, || {
        "the psychosocial section is about the household and confidential".to_owned()
    })
}

fn check_anchors(criterion: &Criterion) -> Result<(), String> {
    for (level, label) in &criterion.anchors {
        ensure((1..=4).contains(level), || format!("anchor {level} is not in 1..=4"))?;
        ensure(label_is_written(label), || format!("anchor {level} is empty in French or English"))?;
    }
    match &criterion.danger {
        Some(danger) => {
            ensure(label_is_written(danger), || "the danger is empty in French or English".to_owned())?;
            ensure(criterion.anchors.contains_key(&4), || "a danger needs an anchor of severity 4".to_owned())
        }
        None => ensure(!criterion.anchors.contains_key(&4), || "an anchor of severity 4 needs a danger text".to_owned()),
    }
}

fn check_values(criterion: &Criterion) -> Result<(), String> {
    let measure = criterion.answer == AnswerKind::Measure;
    ensure(measure == criterion.unit.is_some(), || "a unit goes with a measure".to_owned())?;
    ensure(!measure || criterion.range.is_some(), || "a measure needs a range".to_owned())?;
    if let Some((low, high)) = criterion.range {
        ensure(measure || criterion.answer == AnswerKind::Count, || "a range goes with a measure or a count".to_owned())?;
        ensure(low.is_finite() && high.is_finite() && low < high, || "the range must go from a lower to a higher number".to_owned())?;
        ensure(measure || low >= 0.0, || "a count is never negative".to_owned())?;
    }
    let optional = matches!(criterion.answer, AnswerKind::Choice | AnswerKind::Scale);
    ensure(optional != criterion.options.is_empty(), || "a choice or scale has options, other answers have none".to_owned())?;
    ensure(criterion.fields.is_empty() || criterion.answer == AnswerKind::Count, || "fields go with a count".to_owned())?;
    check_options(criterion, &criterion.options)?;
    check_options(criterion, &criterion.fields)
}

fn check_options(criterion: &Criterion, options: &[ChoiceOption]) -> Result<(), String> {
    let mut codes = BTreeSet::new();
    for option in options {
        ensure(!option.code.is_empty() && codes.insert(&option.code), || format!("code {:?} is empty or appears twice", option.code))?;
        ensure(label_is_written(&option.label), || format!("the label of {} is empty in French or English", option.code))?;
        if let Some(severity) = option.severity {
            ensure(has_anchor(criterion, severity), || format!("option {} proposes severity {}, which has no anchor", option.code, severity.level()))?;
        }
    }
    Ok(())
}

fn check_threshold(criterion: &Criterion, threshold: &Threshold) -> Result<(), String> {
    let level = threshold.severity.level();
    let single_count = criterion.answer == AnswerKind::Count && criterion.fields.is_empty();
    ensure(criterion.answer == AnswerKind::Measure || single_count, || "thresholds go with a measure or a single count".to_owned())?;
    let Some((low, high)) = criterion.range else {
        return Err("thresholds need a range".to_owned());
    };
    ensure(level > 0 && has_anchor(criterion, threshold.severity), || format!("the threshold of severity {level} has no anchor"))?;
    ensure(threshold.at_least.is_none() || threshold.above.is_none(), || format!("the threshold of severity {level} has two lower bounds"))?;
    let lower = threshold.at_least.or(threshold.above);
    ensure(lower.is_some() || threshold.below.is_some(), || format!("the threshold of severity {level} has no bound"))?;
    for bound in lower.into_iter().chain(threshold.below) {
        ensure((low..=high).contains(&bound), || format!("the threshold of severity {level} is outside {low}..={high}"))?;
    }
    match (lower, threshold.below) {
        (Some(lower), Some(below)) => ensure(lower < below, || format!("the threshold of severity {level} is empty")),
        _ => Ok(()),
    }
}

/// Follows the conditions from one criterion to the next: each must exist, be asked at the same places, and never come back.
fn check_relevance(criteria: &BTreeMap<&CriterionId, (&Section, &Criterion)>, section: &Section, criterion: &Criterion) -> Result<(), String> {
    let mut current = criterion;
    for _ in 0..=criteria.len() {
        let Some(Relevance::SeverityAtLeast { criterion: id, severity }) = &current.relevance else {
            return Ok(());
        };
        let Some((other_section, other)) = criteria.get(id) else {
            return Err(format!("its relevance names {}, which is unknown", id.0));
        };
        ensure(same_places(section.scope, other_section.scope), || format!("its relevance names {}, which is asked elsewhere", id.0))?;
        ensure(has_anchor(other, *severity), || format!("its relevance names a severity that {} never has", id.0))?;
        ensure(section.confidential || !other_section.confidential, || format!("its relevance would reveal {}", id.0))?;
        current = other;
    }
    Err("its relevance depends on itself".to_owned())
}

/// Whether every place of the first scope is one of the second.
fn same_places(scope: Scope, other: Scope) -> bool {
    match scope {
        Scope::Building => other == Scope::Building,
        Scope::Common => matches!(other, Scope::Common | Scope::DwellingAndCommon),
        Scope::Dwelling | Scope::Household => matches!(other, Scope::Dwelling | Scope::Household | Scope::DwellingAndCommon),
        Scope::DwellingAndCommon => other == Scope::DwellingAndCommon,
    }
}

fn has_anchor(criterion: &Criterion, severity: Severity) -> bool {
    severity == Severity::None || criterion.anchors.contains_key(&severity.level())
}

fn label_is_written(label: &Label) -> bool {
    !label.fr.trim().is_empty() && !label.en.trim().is_empty()
}

fn ensure(holds: bool, cause: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(cause()) }
}

fn require(holds: bool, subject: &str, cause: impl FnOnce() -> String) -> Result<(), GridError> {
    ensure(holds, cause).map_err(|cause| GridError::Inconsistent { subject: subject.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    fn criterion<'grid>(grid: &'grid mut Grid, id: &str) -> &'grid mut Criterion {
        let mut all = grid.sections.iter_mut().flat_map(|section| &mut section.criteria);
        all.find(|criterion| criterion.id.0 == id).expect("the table names real criteria")
    }

    fn section<'grid>(grid: &'grid mut Grid, id: &str) -> &'grid mut Section {
        grid.sections.iter_mut().find(|section| section.id == id).expect("the table names real sections")
    }

    #[test]
    fn each_fault_is_named_with_its_criterion() {
        type Fault = fn(&mut Grid);
        let table: [(Fault, &str); 20] = [
            (|grid| criterion(grid, "HUM-03").id = "HUM-02".into(), "criterion HUM-02: the criterion appears twice"),
            (|grid| criterion(grid, "HUM-03").id = "PAR-09".into(), "criterion PAR-09: the code must begin with its section, HUM-"),
            (|grid| criterion(grid, "HUM-03").bases = vec!["XYZ".to_owned()], "criterion HUM-03: basis XYZ is unknown"),
            (|grid| criterion(grid, "HUM-03").bodies = vec!["XYZ".to_owned()], "criterion HUM-03: body XYZ is unknown"),
            (|grid| criterion(grid, "HUM-03").bodies.clear(), "criterion HUM-03: at least one body is needed"),
            (|grid| criterion(grid, "EXT-01").danger = None, "criterion EXT-01: an anchor of severity 4 needs a danger text"),
            (|grid| criterion(grid, "EXT-01").label.en.clear(), "criterion EXT-01: the label is empty in French or English"),
            (|grid| section(grid, "DRO").scored = true, "DRO: a household section is never scored"),
            (|grid| section(grid, "MEN").confidential = false, "MEN: the psychosocial section is about the household and confidential"),
            (|grid| section(grid, "HUM").confidential = true, "HUM: a confidential section is never scored"),
            (|grid| criterion(grid, "MEN-02").photo = PhotoRule::Optional, "criterion MEN-02: photos must be forbidden in a confidential section"),
            (|grid| criterion(grid, "CHA-01").range = Some((0.0, 17.0)), "criterion CHA-01: the threshold of severity 1 is outside 0..=17"),
            (|grid| criterion(grid, "CHA-01").range = None, "criterion CHA-01: a measure needs a range"),
            (|grid| criterion(grid, "CHA-01").unit = None, "criterion CHA-01: a unit goes with a measure"),
            (|grid| drop(criterion(grid, "INC-02").anchors.remove(&2)), "criterion INC-02: the threshold of severity 2 has no anchor"),
            (|grid| criterion(grid, "PAR-01").options.clear(), "criterion PAR-01: a choice or scale has options, other answers have none"),
            (|grid| criterion(grid, "PAR-01").options[1].code = "0".to_owned(), "criterion PAR-01: code \"0\" is empty or appears twice"),
            (
                |grid| criterion(grid, "PAR-01").options[1].severity = Some(Severity::ImmediateDanger),
                "criterion PAR-01: option 1 proposes severity 4, which has no anchor",
            ),
            (
                |grid| criterion(grid, "HUM-03").relevance = Some(Relevance::SeverityAtLeast { criterion: "EXT-01".into(), severity: Severity::Major }),
                "criterion HUM-03: its relevance names EXT-01, which is asked elsewhere",
            ),
            (
                |grid| criterion(grid, "HUM-03").relevance = Some(Relevance::SeverityAtLeast { criterion: "HUM-03".into(), severity: Severity::Minor }),
                "criterion HUM-03: its relevance depends on itself",
            ),
        ];
        for (fault, expected) in table {
            let mut grid = builtin::v1().clone();
            fault(&mut grid);
            assert_eq!(grid.check().expect_err(expected).to_string(), expected);
        }
    }
}
