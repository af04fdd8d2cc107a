//! The severity that a recorded value proposes.

use crate::{
    answer::Value,
    answer_check::UNNAMED_COUNT,
    grid::{Criterion, Severity, Threshold},
};

/// The severity that the value alone proposes, the highest where several thresholds or options match.
///
/// `Some(Severity::None)` means that the number was compared with thresholds and reaches none; `None` that the value of this criterion says nothing
/// about severity, which only the anchors do. A suggestion is a floor: circumstances that a number cannot show (a child, persistence) may raise it.
pub fn suggested_severity(criterion: &Criterion, value: &Value) -> Option<Severity> {
    match value {
        Value::Measure(number) => by_threshold(&criterion.thresholds, *number),
        Value::Count(counts) => counts.get(UNNAMED_COUNT).and_then(|count| by_threshold(&criterion.thresholds, f64::from(*count))),
        Value::Scale(level) => of_option(criterion, level),
        Value::Choice(chosen) => chosen.iter().filter_map(|code| of_option(criterion, code)).max(),
        Value::Text(_) => None,
    }
}

fn by_threshold(thresholds: &[Threshold], number: f64) -> Option<Severity> {
    if thresholds.is_empty() || !number.is_finite() {
        return None;
    }
    let reached = |threshold: &&Threshold| {
        threshold.at_least.is_none_or(|bound| number >= bound)
            && threshold.above.is_none_or(|bound| number > bound)
            && threshold.below.is_none_or(|bound| number < bound)
    };
    Some(thresholds.iter().filter(reached).map(|threshold| threshold.severity).max().unwrap_or(Severity::None))
}

fn of_option(criterion: &Criterion, code: &str) -> Option<Severity> {
    criterion.options.iter().find(|option| option.code == code).and_then(|option| option.severity)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::builtin;

    fn suggestion(criterion: &str, value: &Value) -> Option<u8> {
        let (_, criterion) = builtin::v1().criterion(&criterion.into()).expect("the table names real criteria");
        suggested_severity(criterion, value).map(Severity::level)
    }

    #[test]
    fn numbers_propose_the_severity_of_their_anchor() {
        let table = [
            ("CHA-01", 21.0, 0),
            ("CHA-01", 20.9, 1),
            ("CHA-01", 20.0, 1),
            ("CHA-01", 19.99, 2),
            ("CHA-01", 15.0, 3),
            ("CHA-01", 14.9, 4),
            ("CHA-06", 25.9, 0),
            ("CHA-06", 27.95, 1),
            ("CHA-06", 35.0, 2),
            ("PLO-02", 42.9, 2),
            ("PLO-02", 43.0, 1),
            ("PLO-02", 45.0, 0),
            ("PLO-02", 54.0, 0),
            ("PLO-02", 54.1, 2),
            ("HUM-01", 0.0, 0),
            ("HUM-01", 0.05, 1),
            ("HUM-01", 0.1, 2),
            ("HUM-01", 1.0, 3),
            ("HUM-01", 9.9, 3),
            ("HUM-01", 10.0, 4),
            ("HUM-03", 50.0, 0),
            ("HUM-03", 51.0, 1),
            ("HUM-03", 75.0, 2),
            ("INC-02", 10.0, 0),
            ("INC-02", 11.0, 2),
            ("INC-09", 0.34, 2),
            ("INC-09", 0.35, 0),
            ("ENC-02", 860.0, 0),
            ("ENC-02", 859.0, 1),
            ("ENC-02", 600.0, 2),
            ("ENC-02", 300.0, 3),
            ("ENC-02", 299.0, 4),
            ("GES-02", 10.0, 0),
            ("GES-02", 11.0, 1),
            ("GES-02", 31.0, 2),
            ("GES-02", 61.0, 3),
        ];
        for (criterion, number, expected) in table {
            assert_eq!(suggestion(criterion, &Value::Measure(number)), Some(expected), "{criterion} = {number}");
        }
    }

    #[test]
    fn counts_levels_and_options_propose_too() {
        let count = |number| Value::Count(BTreeMap::from([(UNNAMED_COUNT.to_owned(), number)]));
        let level = |code: &str| Value::Scale(code.to_owned());
        let chosen = |codes: &[&str]| Value::Choice(codes.iter().map(|code| (*code).to_owned()).collect());
        let table = [
            ("ELE-03", count(0), Some(0)),
            ("ELE-03", count(1), Some(1)),
            ("ELE-03", count(5), Some(2)),
            ("CHB-01", count(2), Some(0)),
            ("CHB-01", count(3), Some(1)),
            ("CHB-01", count(4), Some(2)),
            ("GES-03", count(3), Some(3)),
            ("PAR-01", level("0"), Some(0)),
            ("PAR-03", level("3"), Some(3)),
            ("ENC-01", level("3"), Some(1)),
            ("ENC-01", level("9"), Some(3)),
            ("ENC-01", level("10"), None),
            ("GES-04", chosen(&["refus_acces", "coupure_service"]), Some(4)),
            ("PAR-06", chosen(&["immeuble_complet"]), None),
            ("MEN-02", chosen(&["isolement"]), None),
        ];
        for (criterion, value, expected) in table {
            assert_eq!(suggestion(criterion, &value), expected, "{criterion} = {value:?}");
        }
    }

    #[test]
    fn a_measure_without_thresholds_or_without_sense_proposes_nothing() {
        assert_eq!(suggestion("HUM-02", &Value::Measure(3.0)), None);
        assert_eq!(suggestion("CHA-01", &Value::Measure(f64::NAN)), None);
    }
}
