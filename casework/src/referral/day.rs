//! A day of the calendar, without time or time zone.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A Gregorian day, written `YYYY-MM-DD` as a date field of a form sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day {
    year: u16,
    month: u8,
    of_month: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a day, such as 2026-11-30")]
pub struct NotADay(pub String);

impl Day {
    /// So many days later.
    #[must_use]
    pub fn plus_days(self, days: u16) -> Self {
        let mut day = self;
        for _ in 0..days {
            let (is_last, is_last_month) = (day.of_month >= days_in(day.year, day.month), day.month == 12);
            day = match (is_last, is_last_month) {
                (false, _) => Self { of_month: day.of_month + 1, ..day },
                (true, false) => Self { month: day.month + 1, of_month: 1, ..day },
                (true, true) => Self { year: day.year.saturating_add(1), month: 1, of_month: 1 },
            };
        }
        day
    }

    /// So many days earlier; never before the first day of year 0.
    #[must_use]
    pub fn minus_days(self, days: u16) -> Self {
        let mut day = self;
        for _ in 0..days {
            day = match (day.of_month, day.month, day.year) {
                (1, 1, 0) => day,
                (1, 1, year) => Self { year: year - 1, month: 12, of_month: 31 },
                (1, month, year) => Self { month: month - 1, of_month: days_in(year, month - 1), ..day },
                (of_month, ..) => Self { of_month: of_month - 1, ..day },
            };
        }
        day
    }

    /// The same day so many years later; the last of February when there is none.
    #[must_use]
    pub fn plus_years(self, years: u16) -> Self {
        let year = self.year.saturating_add(years);
        Self { year, of_month: self.of_month.min(days_in(year, self.month)), ..self }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| NotADay(text.to_owned()))
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

fn parse(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let parsed = Day { year: year.parse().ok()?, month: month.parse().ok()?, of_month: day.parse().ok()? };
    ((1..=12).contains(&parsed.month) && (1..=days_in(parsed.year, parsed.month)).contains(&parsed.of_month)).then_some(parsed)
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
