//! Opening hours: as they are typed in a field of a form, as they are kept, as they are said.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::case::coded_enum;

coded_enum! {
    /// A day of the week, under the code of iCalendar, which HSDS uses too.
    Weekday {
        Monday = "MO",
        Tuesday = "TU",
        Wednesday = "WE",
        Thursday = "TH",
        Friday = "FR",
        Saturday = "SA",
        Sunday = "SU",
    }
}

/// Minutes after midnight, 0 to 1,440. JSON: `"08:30"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TimeOfDay(u16);

/// One stretch of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opening {
    pub day: Weekday,
    /// `HH:MM`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub opens: TimeOfDay,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub closes: TimeOfDay,
}

/// What was typed is no hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not hours, such as 8:30-12:00, 13:00-16:30")]
pub struct HoursError(pub String);

/// Stretches of a day: more is not hours but a timetable.
const STRETCHES_MAX: usize = 4;

impl TimeOfDay {
    const END: u16 = 24 * 60;

    /// `None` outside 00:00 to 24:00.
    pub const fn at(hour: u16, minute: u16) -> Option<Self> {
        let minutes = hour.saturating_mul(60).saturating_add(minute);
        if minute < 60 && minutes <= Self::END { Some(Self(minutes)) } else { None }
    }

    pub const fn hour(self) -> u16 {
        self.0 / 60
    }

    pub const fn minute(self) -> u16 {
        self.0 % 60
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:02}:{:02}", self.hour(), self.minute())
    }
}

impl FromStr for TimeOfDay {
    type Err = HoursError;

    /// `8:30`, `08:30:00`, `8h30`, `8 h 30`, `8 h` or `8`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || HoursError(text.to_owned());
        let bare: String = text.chars().filter(|letter| !letter.is_whitespace()).map(|letter| if matches!(letter, 'h' | 'H') { ':' } else { letter }).collect();
        let mut parts = bare.trim_end_matches(['Z', 'z']).split(':');
        let number = |part: Option<&str>| match part {
            None | Some("") => Some(0),
            Some(digits) if digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse::<u16>().ok(),
            Some(_) => None,
        };
        let hour = parts.next().filter(|part| !part.is_empty());
        let (Some(hour), Some(minute), Some(second)) = (hour.and_then(|part| number(Some(part))), number(parts.next()), number(parts.next())) else {
            return Err(wrong());
        };
        if parts.next().is_some() || second > 59 {
            return Err(wrong());
        }
        Self::at(hour, minute).ok_or_else(wrong)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        time.to_string()
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = HoursError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Reads the stretches of one day as a person types them; nothing is closed.
///
/// # Errors
/// [`HoursError`] for what is no hours, ends before it begins or overlaps.
pub fn read_hours(day: Weekday, text: &str) -> Result<Vec<Opening>, HoursError> {
    let wrong = || HoursError(text.to_owned());
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut openings = Vec::new();
    for stretch in text.split([',', ';', '/']) {
        let mut ends = stretch.split(['-', '–', '—', 'à']);
        let (Some(opens), Some(closes), None) = (ends.next(), ends.next(), ends.next()) else { return Err(wrong()) };
        let opening = Opening { day, opens: opens.parse().map_err(|_| wrong())?, closes: closes.parse().map_err(|_| wrong())? };
        let follows = openings.last().is_none_or(|before: &Opening| before.closes <= opening.opens);
        if opening.opens >= opening.closes || !follows || openings.len() == STRETCHES_MAX {
            return Err(wrong());
        }
        openings.push(opening);
    }
    Ok(openings)
}

/// The stretches of one day as a field of a form holds them: what [`read_hours`] reads back.
pub fn hours_text(day: Weekday, hours: &[Opening]) -> String {
    let stretches = hours.iter().filter(|opening| opening.day == day).map(|opening| format!("{}-{}", opening.opens, opening.closes));
    stretches.collect::<Vec<_>>().join(", ")
}
