//! The number people say on the phone: `B-2026-0001`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::UnknownCode;

/// Number of a case: its year of opening and a sequence within that year, starting at 1. Four digits at least; more when a year needs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CaseNumber {
    pub year: u16,
    pub sequence: u32,
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "B-{:04}-{:04}", self.year, self.sequence)
    }
}

impl FromStr for CaseNumber {
    type Err = UnknownCode;

    /// Case and surrounding space are forgiven, because the number is dictated and typed by hand.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(&text.trim().to_ascii_uppercase()).ok_or_else(|| UnknownCode { kind: "CaseNumber", code: text.to_owned() })
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = UnknownCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

fn parse(text: &str) -> Option<CaseNumber> {
    let (year, sequence) = text.strip_prefix("B-")?.split_once('-')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || sequence.len() < 4 || !digits(year) || !digits(sequence) {
        return None;
    }
    let number = CaseNumber { year: year.parse().ok()?, sequence: sequence.parse().ok()? };
    // One text per number: B-2026-00001 would otherwise be a second spelling of B-2026-0001.
    (number.sequence > 0 && number.to_string() == text).then_some(number)
}
