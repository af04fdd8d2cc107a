//! An answer in a few words, with the labels of its grid.

use inspection_grid::{Answer, Criterion, UNNAMED_COUNT, Value};

use crate::{
    texts::{self, Locale, Text, common, field, field_visit},
    ui::number,
};

/// How a severity is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeverityWords {
    /// « gravité 2 ».
    Level,
    /// What the grid says one must see.
    Anchor,
}

/// Unit of a measure.
pub fn unit(code: &str) -> Option<Text> {
    match code {
        "mm" => Some(common::UNIT_MILLIMETRE),
        "m2" => Some(common::UNIT_SQUARE_METRE),
        "degC" => Some(common::UNIT_CELSIUS),
        "pourcent" => Some(common::UNIT_PERCENT),
        "ppm" => Some(field_visit::UNIT_PPM),
        "annees" => Some(common::UNIT_YEARS),
        "jours" => Some(common::UNIT_DAYS),
        _ => None,
    }
}

/// The answer as people say it; « sans réponse » when it was erased.
pub fn words(criterion: &Criterion, answer: &Answer, manner: SeverityWords, locale: Locale) -> String {
    let (severity, value) = match answer {
        Answer::Observed { severity, value } => (*severity, value.as_ref()),
        Answer::ToVerify => return field::TO_VERIFY.get(locale).to_owned(),
        Answer::NotApplicable => return field::NOT_APPLICABLE.get(locale).to_owned(),
        Answer::Refused => return field::REFUSED.get(locale).to_owned(),
        Answer::Cleared => return field_visit::NO_ANSWER.get(locale).to_owned(),
    };
    let severity = severity.map(|severity| {
        let level = severity.level();
        let anchor = criterion.anchors.get(&level).filter(|_| manner == SeverityWords::Anchor);
        match (level, anchor) {
            (0, _) => field::CONFORM.get(locale).to_owned(),
            (_, Some(anchor)) => texts::label(anchor, locale),
            (_, None) => texts::fill(field_visit::ANSWER_LEVEL.get(locale), &[("level", &level.to_string())]),
        }
    });
    let said: Vec<String> = value.map(|value| value_words(criterion, value, locale)).into_iter().chain(severity).collect();
    if said.is_empty() { common::ANSWER_OBSERVED.get(locale).to_owned() } else { said.join(" · ") }
}

fn value_words(criterion: &Criterion, value: &Value, locale: Locale) -> String {
    let option =
        |code: &String| criterion.options.iter().find(|option| option.code == *code).map_or_else(|| code.clone(), |option| texts::label(&option.label, locale));
    match value {
        Value::Measure(measure) => {
            let measure = number::plain(*measure, locale);
            criterion.unit.as_deref().and_then(unit).map_or(measure.clone(), |unit| format!("{measure}\u{a0}{}", unit.get(locale)))
        }
        Value::Count(counts) => {
            let name = |code: &String| criterion.fields.iter().find(|field| field.code == *code).map(|field| texts::label(&field.label, locale));
            let one = |(code, count): (&String, &u32)| match name(code).filter(|_| code != UNNAMED_COUNT) {
                Some(name) => format!("{name} ({count})"),
                None => count.to_string(),
            };
            counts.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Value::Scale(code) => option(code),
        Value::Choice(codes) => codes.iter().map(option).collect::<Vec<_>>().join(", "),
        Value::Text(text) => text.clone(),
    }
}
