//! Answers as people read them, without the grid: its labels come with the observation.

use inspection_grid::{Answer, Value};

use crate::{
    texts::{Locale, common},
    ui::number,
};

/// The answer's status and value: « 1,2 m² », « À vérifier ». Empty when the severity says it all.
pub fn text(answer: &Answer, criterion: &str, locale: Locale) -> String {
    match answer {
        Answer::Observed { value: Some(value), .. } => value_text(value, criterion, locale),
        Answer::Observed { severity: Some(_), value: None } => String::new(),
        Answer::Observed { severity: None, value: None } => common::ANSWER_OBSERVED.get(locale).to_owned(),
        Answer::ToVerify => common::ANSWER_TO_VERIFY.get(locale).to_owned(),
        Answer::NotApplicable => common::ANSWER_NOT_APPLICABLE.get(locale).to_owned(),
        Answer::Refused => common::ANSWER_REFUSED.get(locale).to_owned(),
        Answer::Cleared => common::ANSWER_CLEARED.get(locale).to_owned(),
    }
}

fn value_text(value: &Value, criterion: &str, locale: Locale) -> String {
    match value {
        Value::Measure(measure) => {
            let measure = number::plain(*measure, locale);
            unit_of(criterion).map_or(measure.clone(), |unit| format!("{measure}\u{a0}{}", unit.get(locale)))
        }
        Value::Count(counts) => counts.iter().map(|(field, count)| count_text(field, *count, locale)).collect::<Vec<_>>().join(", "),
        Value::Scale(code) => words(code),
        Value::Choice(codes) => codes.iter().map(|code| words(code)).collect::<Vec<_>>().join(", "),
        Value::Text(text) => text.clone(),
    }
}

fn count_text(field: &str, count: u32, locale: Locale) -> String {
    let colon = match locale {
        Locale::Fr => "\u{a0}: ",
        Locale::En => ": ",
    };
    if field == "nombre" { count.to_string() } else { format!("{}{colon}{count}", words(field)) }
}

/// A code without its underscores: the grid's codes are words.
fn words(code: &str) -> String {
    code.replace('_', " ")
}

/// Unit of the measured criteria of grid v1.
///
/// # Source
/// `unite` in `grille-v1.yaml`.
fn unit_of(criterion: &str) -> Option<crate::texts::Text> {
    match criterion {
        "EXT-05" | "ENC-02" => Some(common::UNIT_MILLIMETRE),
        "INC-02" => Some(common::UNIT_YEARS),
        "INC-09" | "HUM-01" | "HUM-02" => Some(common::UNIT_SQUARE_METRE),
        "CHA-01" | "CHA-06" | "PLO-02" => Some(common::UNIT_CELSIUS),
        "HUM-03" => Some(common::UNIT_PERCENT),
        "GES-02" => Some(common::UNIT_DAYS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use inspection_grid::Severity;

    use super::*;

    #[test]
    fn a_measure_carries_its_unit() {
        let answer = Answer::Observed { severity: Some(Severity::Major), value: Some(Value::Measure(1.2)) };
        assert_eq!(text(&answer, "HUM-01", Locale::Fr), "1,2\u{a0}m²");
        assert_eq!(text(&answer, "HUM-01", Locale::En), "1.2\u{a0}m²");
    }

    #[test]
    fn counts_choices_and_refusals_read_as_words() {
        let counts = BTreeMap::from([("presents".to_owned(), 1), ("requis".to_owned(), 2)]);
        let answer = Answer::Observed { severity: None, value: Some(Value::Count(counts)) };
        assert_eq!(text(&answer, "INC-01", Locale::Fr), "presents\u{a0}: 1, requis\u{a0}: 2");
        assert_eq!(text(&Answer::Refused, "INC-01", Locale::En), "Declined by the occupant");
        let answer = Answer::Observed { severity: Some(Severity::Minor), value: None };
        assert_eq!(text(&answer, "INC-01", Locale::Fr), "");
    }
}
