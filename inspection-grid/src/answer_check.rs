//! Whether an answer can be one at all: phone and server refuse the same answers, with the same codes.

use thiserror::Error;

use crate::{
    answer::{Answer, Place, Value},
    grid::{AnswerKind, Criterion, CriterionId, Grid, Severity},
};

/// Longest note beside an answer, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// Longest text answer, in characters.
pub const TEXT_CHARS_MAX: usize = 500;
/// Largest count where the criterion states no range.
pub const COUNT_MAX: u32 = 10_000;
/// Field under which a count without named fields is stored.
pub const UNNAMED_COUNT: &str = "nombre";

/// Why an answer is refused. `Display` is for logs; users are shown a message chosen by [`AnswerError::code`].
#[derive(Clone, Debug, PartialEq, Error)]
pub enum AnswerError {
    #[error("criterion {criterion} is not in the grid")]
    UnknownCriterion { criterion: String },
    #[error("{criterion} is not asked at {place}")]
    WrongPlace { criterion: String, place: String },
    #[error("{criterion} takes another kind of value")]
    WrongValueKind { criterion: String },
    #[error("{criterion}: the value is not in {low}..={high}")]
    ValueOutOfRange { criterion: String, low: f64, high: f64 },
    #[error("{criterion}: no number, option or text was given")]
    EmptyValue { criterion: String },
    #[error("{criterion} has no option {option:?}")]
    UnknownOption { criterion: String, option: String },
    #[error("{criterion}: option {option:?} is given twice")]
    RepeatedOption { criterion: String, option: String },
    #[error("{criterion} has no field {field:?}")]
    UnknownField { criterion: String, field: String },
    #[error("{criterion} takes no severity")]
    SeverityNotTaken { criterion: String },
    #[error("{criterion} has no anchor for severity {severity}")]
    SeverityWithoutAnchor { criterion: String, severity: u8 },
    #[error("{criterion}: the text has more than {chars_max} characters")]
    TextTooLong { criterion: String, chars_max: usize },
}

impl AnswerError {
    /// Stable machine code, part of the protocol between phone and server.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownCriterion { .. } => "unknown_criterion",
            Self::WrongPlace { .. } => "wrong_place",
            Self::WrongValueKind { .. } => "wrong_value_kind",
            Self::ValueOutOfRange { .. } => "value_out_of_range",
            Self::EmptyValue { .. } => "empty_value",
            Self::UnknownOption { .. } => "unknown_option",
            Self::RepeatedOption { .. } => "repeated_option",
            Self::UnknownField { .. } => "unknown_field",
            Self::SeverityNotTaken { .. } => "severity_not_taken",
            Self::SeverityWithoutAnchor { .. } => "severity_without_anchor",
            Self::TextTooLong { .. } => "text_too_long",
        }
    }
}

/// Whether this answer and note may be recorded for the criterion at the place.
///
/// An answer may be partial (a value without its severity): that is unfinished, which [`crate::validate`] reports, not wrong. Severity 0 claims
/// nothing and is taken by every criterion. « À vérifier », « sans objet », refusal and withdrawal are always possible where the criterion is asked.
///
/// # Errors
/// The first reason met, see [`AnswerError`].
pub fn check_answer(grid: &Grid, id: &CriterionId, place: &Place, answer: &Answer, note: Option<&str>) -> Result<(), AnswerError> {
    let Some((section, criterion)) = grid.criterion(id) else {
        return Err(AnswerError::UnknownCriterion { criterion: id.0.clone() });
    };
    let nameless = matches!(place, Place::Dwelling(dwelling) if dwelling.is_empty());
    if nameless || !section.scope.includes(place) {
        return Err(AnswerError::WrongPlace { criterion: id.0.clone(), place: place.to_string() });
    }
    if note.is_some_and(|note| longer_than(note, NOTE_CHARS_MAX)) {
        return Err(AnswerError::TextTooLong { criterion: id.0.clone(), chars_max: NOTE_CHARS_MAX });
    }
    match answer {
        Answer::Observed { severity, value } => {
            severity.map_or(Ok(()), |severity| check_severity(criterion, severity))?;
            value.as_ref().map_or(Ok(()), |value| check_value(criterion, value))
        }
        Answer::ToVerify | Answer::NotApplicable | Answer::Refused | Answer::Cleared => Ok(()),
    }
}

fn check_severity(criterion: &Criterion, severity: Severity) -> Result<(), AnswerError> {
    if severity == Severity::None || criterion.anchors.contains_key(&severity.level()) {
        return Ok(());
    }
    let id = criterion.id.0.clone();
    Err(if criterion.anchors.is_empty() {
        AnswerError::SeverityNotTaken { criterion: id }
    } else {
        AnswerError::SeverityWithoutAnchor { criterion: id, severity: severity.level() }
    })
}

fn check_value(criterion: &Criterion, value: &Value) -> Result<(), AnswerError> {
    let id = || criterion.id.0.clone();
    let known = |code: &String| criterion.options.iter().any(|option| option.code == *code);
    match (criterion.answer, value) {
        (AnswerKind::Measure, Value::Measure(number)) => {
            let (low, high) = criterion.range.unwrap_or((f64::MIN, f64::MAX));
            check_range(criterion, *number, low, high)
        }
        (AnswerKind::Count, Value::Count(counts)) => {
            if counts.is_empty() {
                return Err(AnswerError::EmptyValue { criterion: id() });
            }
            let (low, high) = criterion.range.unwrap_or((0.0, f64::from(COUNT_MAX)));
            counts.iter().try_for_each(|(field, count)| {
                let named = criterion.fields.iter().any(|known| known.code == *field) || (criterion.fields.is_empty() && field == UNNAMED_COUNT);
                if !named {
                    return Err(AnswerError::UnknownField { criterion: id(), field: shortened(field) });
                }
                check_range(criterion, f64::from(*count), low, high)
            })
        }
        (AnswerKind::Scale, Value::Scale(level)) if known(level) => Ok(()),
        (AnswerKind::Scale, Value::Scale(level)) => Err(AnswerError::UnknownOption { criterion: id(), option: shortened(level) }),
        (AnswerKind::Choice, Value::Choice(chosen)) => {
            if chosen.is_empty() {
                return Err(AnswerError::EmptyValue { criterion: id() });
            }
            chosen.iter().enumerate().try_for_each(|(position, code)| {
                if !known(code) {
                    return Err(AnswerError::UnknownOption { criterion: id(), option: shortened(code) });
                }
                // A repeat is found before the list can outgrow the number of options, which bounds this scan.
                if chosen.iter().take(position).any(|earlier| earlier == code) {
                    return Err(AnswerError::RepeatedOption { criterion: id(), option: code.clone() });
                }
                Ok(())
            })
        }
        (AnswerKind::Text, Value::Text(text)) if text.trim().is_empty() => Err(AnswerError::EmptyValue { criterion: id() }),
        (AnswerKind::Text, Value::Text(text)) if longer_than(text, TEXT_CHARS_MAX) => {
            Err(AnswerError::TextTooLong { criterion: id(), chars_max: TEXT_CHARS_MAX })
        }
        (AnswerKind::Text, Value::Text(_)) => Ok(()),
        (
            AnswerKind::Conformity | AnswerKind::Count | AnswerKind::Measure | AnswerKind::Scale | AnswerKind::Choice | AnswerKind::Text,
            Value::Measure(_) | Value::Count(_) | Value::Scale(_) | Value::Choice(_) | Value::Text(_),
        ) => Err(AnswerError::WrongValueKind { criterion: id() }),
    }
}

/// NaN and the infinities are in no range.
fn check_range(criterion: &Criterion, number: f64, low: f64, high: f64) -> Result<(), AnswerError> {
    if number.is_finite() && (low..=high).contains(&number) {
        Ok(())
    } else {
        Err(AnswerError::ValueOutOfRange { criterion: criterion.id.0.clone(), low, high })
    }
}

fn longer_than(text: &str, chars_max: usize) -> bool {
    text.chars().nth(chars_max).is_some()
}

/// Keeps a hostile code from filling the log.
fn shortened(code: &str) -> String {
    code.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::builtin;

    fn refusal(criterion: &str, place: &str, answer: &Answer) -> Option<&'static str> {
        let place = place.parse::<Place>().expect("the table names real places");
        check_answer(builtin::v1(), &criterion.into(), &place, answer, None).err().map(|error| error.code())
    }

    fn observed(severity: Option<u8>, value: Option<Value>) -> Answer {
        let severity = severity.map(|level| Severity::try_from(level).expect("the table stays in 0..=4"));
        Answer::Observed { severity, value }
    }

    fn counts(pairs: &[(&str, u32)]) -> Value {
        Value::Count(pairs.iter().map(|(field, count)| ((*field).to_owned(), *count)).collect::<BTreeMap<_, _>>())
    }

    fn chosen(codes: &[&str]) -> Value {
        Value::Choice(codes.iter().map(|code| (*code).to_owned()).collect())
    }

    #[test]
    fn each_refusal_has_its_code() {
        let measure = |number| observed(None, Some(Value::Measure(number)));
        let table = [
            ("EXT-01", "exterior", observed(Some(3), None), None),
            ("EXT-01", "common", observed(Some(3), None), Some("wrong_place")),
            ("INC-01", "common", observed(Some(2), None), None),
            ("INC-01", "dwelling:12", observed(Some(4), Some(counts(&[("requis", 2), ("fonctionnels", 0)]))), None),
            ("INC-01", "exterior", Answer::ToVerify, Some("wrong_place")),
            ("INC-01", "dwelling:12", observed(None, Some(counts(&[("nombre", 2)]))), Some("unknown_field")),
            ("ELE-03", "dwelling:12", observed(None, Some(counts(&[("nombre", 2)]))), None),
            ("ELE-03", "dwelling:12", observed(None, Some(counts(&[("nombre", 101)]))), Some("value_out_of_range")),
            ("ELE-03", "dwelling:12", observed(None, Some(counts(&[]))), Some("empty_value")),
            ("MEN-01", "dwelling:12", observed(None, Some(counts(&[("6_17", 10_001)]))), Some("value_out_of_range")),
            ("ZZZ-01", "dwelling:12", Answer::Refused, Some("unknown_criterion")),
            ("EXT-02", "exterior", observed(Some(1), None), Some("severity_without_anchor")),
            ("EXT-02", "exterior", observed(Some(0), None), None),
            ("DRO-01", "dwelling:12", observed(Some(0), None), None),
            ("DRO-01", "dwelling:12", observed(Some(2), None), Some("severity_not_taken")),
            ("CHA-01", "dwelling:12", measure(19.5), None),
            ("CHA-01", "dwelling:12", measure(-30.0), None),
            ("CHA-01", "dwelling:12", measure(50.1), Some("value_out_of_range")),
            ("CHA-01", "dwelling:12", measure(f64::NAN), Some("value_out_of_range")),
            ("CHA-01", "dwelling:12", measure(f64::INFINITY), Some("value_out_of_range")),
            ("CHA-01", "dwelling:12", observed(None, Some(Value::Text("froid".to_owned()))), Some("wrong_value_kind")),
            ("CHA-02", "dwelling:12", measure(1.0), Some("wrong_value_kind")),
            ("PAR-01", "dwelling:12", observed(None, Some(Value::Scale("3".to_owned()))), None),
            ("PAR-01", "dwelling:12", observed(None, Some(Value::Scale("4".to_owned()))), Some("unknown_option")),
            ("MEN-02", "dwelling:12", observed(None, Some(chosen(&["grossesse", "autre"]))), None),
            ("MEN-02", "dwelling:12", observed(None, Some(chosen(&["grossesse", "grossesse"]))), Some("repeated_option")),
            ("MEN-02", "dwelling:12", observed(None, Some(chosen(&[]))), Some("empty_value")),
            ("MEN-02", "dwelling:12", observed(None, Some(chosen(&["diabete"]))), Some("unknown_option")),
            ("MEN-02", "common", Answer::Refused, Some("wrong_place")),
        ];
        for (criterion, place, answer, expected) in table {
            assert_eq!(refusal(criterion, place, &answer), expected, "{criterion} at {place}: {answer:?}");
        }
    }

    #[test]
    fn a_dwelling_without_id_is_no_place() {
        let error = check_answer(builtin::v1(), &"HUM-01".into(), &Place::Dwelling(String::new()), &Answer::Refused, None).err();
        assert_eq!(error.map(|error| error.code()), Some("wrong_place"));
    }

    #[test]
    fn notes_are_bounded_in_characters_not_bytes() {
        let check = |note: &str| check_answer(builtin::v1(), &"EXT-01".into(), &Place::Exterior, &Answer::ToVerify, Some(note));
        assert_eq!(check(&"é".repeat(NOTE_CHARS_MAX)), Ok(()));
        assert_eq!(check(&"é".repeat(NOTE_CHARS_MAX + 1)).err().map(|error| error.code()), Some("text_too_long"));
    }
}
