//! Times as people read them: absolute, in Québec time, the same on the server and in the browser.
//!
//! The zone rule is written here because neither side may depend on what the machine thinks its zone is: server and browser must render
//! the same characters. `America/Toronto` since 2007: UTC−5, and UTC−4 from the second Sunday of March, 2:00, to the first Sunday of November, 2:00.

use casework::clock::Timestamp;

use crate::texts::Locale;

const SECOND_MS: i64 = 1_000;
const STANDARD_OFFSET_MS: i64 = -5 * Timestamp::HOUR_MS;
const DAYLIGHT_OFFSET_MS: i64 = -4 * Timestamp::HOUR_MS;

/// No-break space, between a number and its unit.
const NBSP: char = '\u{a0}';

const MONTHS_FR: [&str; 12] = ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
const MONTHS_FR_SHORT: [&str; 12] = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."];
const MONTHS_EN: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const MONTHS_EN_SHORT: [&str; 12] = ["Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."];

/// A moment on Québec's calendar and clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuebecTime {
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl QuebecTime {
    /// The moment as Québec's clocks show it.
    pub fn of(at: Timestamp) -> Self {
        let local_ms = at.0 + offset_ms(at);
        let (year, month, day) = civil_from_days(local_ms.div_euclid(Timestamp::DAY_MS));
        let day_ms = local_ms.rem_euclid(Timestamp::DAY_MS);
        Self {
            year,
            month,
            day,
            hour: part(day_ms / Timestamp::HOUR_MS),
            minute: part(day_ms / Timestamp::MINUTE_MS % 60),
            second: part(day_ms / SECOND_MS % 60),
        }
    }

    fn month_of(self, names: &'static [&'static str; 12]) -> &'static str {
        names.get(usize::from(self.month.saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// The day of Québec's calendar, counted from 1970: two moments of one day have the same number.
pub fn day_number(at: Timestamp) -> i64 {
    (at.0 + offset_ms(at)).div_euclid(Timestamp::DAY_MS)
}

/// `21 novembre 2026`, `November 21, 2026`.
pub fn date(at: Timestamp, locale: Locale) -> String {
    let time = QuebecTime::of(at);
    match locale {
        Locale::Fr => format!("{}{NBSP}{} {}", day_fr(time.day), time.month_of(&MONTHS_FR), time.year),
        Locale::En => format!("{}{NBSP}{}, {}", time.month_of(&MONTHS_EN), time.day, time.year),
    }
}

/// `21 nov. 2026`, `Nov. 21, 2026`.
pub fn date_short(at: Timestamp, locale: Locale) -> String {
    let time = QuebecTime::of(at);
    match locale {
        Locale::Fr => format!("{}{NBSP}{} {}", day_fr(time.day), time.month_of(&MONTHS_FR_SHORT), time.year),
        Locale::En => format!("{}{NBSP}{}, {}", time.month_of(&MONTHS_EN_SHORT), time.day, time.year),
    }
}

/// `15 h 04`, `15:04`.
pub fn clock(at: Timestamp, locale: Locale) -> String {
    let time = QuebecTime::of(at);
    match locale {
        Locale::Fr => format!("{}{NBSP}h{NBSP}{:02}", time.hour, time.minute),
        Locale::En => format!("{}:{:02}", time.hour, time.minute),
    }
}

/// `21 nov. 2026, 15 h 04`.
pub fn date_time(at: Timestamp, locale: Locale) -> String {
    format!("{}, {}", date_short(at, locale), clock(at, locale))
}

/// A calendar date sent as `YYYY-MM-DD`, read aloud: `5 décembre 2026`. What is not a date comes back as it is.
pub fn calendar_date(iso: &str, locale: Locale) -> String {
    let mut parts = iso.splitn(3, '-').map(str::parse::<i64>);
    let (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day @ 1..=31))) = (parts.next(), parts.next(), parts.next()) else {
        return iso.to_owned();
    };
    // Noon of that day in UTC is the same day in Québec.
    date(Timestamp(days_from_civil(year, month, day) * Timestamp::DAY_MS + 17 * Timestamp::HOUR_MS), locale)
}

/// Value of a `datetime` attribute: `2026-11-21T20:04:00Z`.
pub fn machine(at: Timestamp) -> String {
    let (year, month, day) = civil_from_days(at.0.div_euclid(Timestamp::DAY_MS));
    let day_ms = at.0.rem_euclid(Timestamp::DAY_MS);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", day_ms / Timestamp::HOUR_MS, day_ms / Timestamp::MINUTE_MS % 60, day_ms / SECOND_MS % 60)
}

/// A running clock: `0 min 09 s`, `42 min 05 s`, `3 h 07 min`, `2 j 4 h`. Negative durations read as zero.
pub fn elapsed(duration_ms: i64, locale: Locale) -> String {
    let seconds = duration_ms.max(0) / SECOND_MS;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if days > 0 {
        let day = match locale {
            Locale::Fr => "j",
            Locale::En => "d",
        };
        return format!("{days}{NBSP}{day}{NBSP}{}{NBSP}h", hours % 24);
    }
    if hours > 0 { format!("{hours}{NBSP}h{NBSP}{:02}{NBSP}min", minutes % 60) } else { format!("{minutes}{NBSP}min{NBSP}{:02}{NBSP}s", seconds % 60) }
}

/// A delay in its largest whole units: `15 min`, `4 h`, `14 j`.
pub fn delay(minutes: u32, locale: Locale) -> String {
    let day = match locale {
        Locale::Fr => "j",
        Locale::En => "d",
    };
    match minutes {
        0..60 => format!("{minutes}{NBSP}min"),
        60..2_880 if minutes.is_multiple_of(60) => format!("{}{NBSP}h", minutes / 60),
        60..2_880 => format!("{}{NBSP}h{NBSP}{:02}", minutes / 60, minutes % 60),
        _ => format!("{}{NBSP}{day}", minutes / 1_440),
    }
}

fn day_fr(day: u8) -> String {
    if day == 1 { "1er".to_owned() } else { day.to_string() }
}

fn part(value: i64) -> u8 {
    u8::try_from(value).unwrap_or_default()
}

/// Québec's distance from UTC at that moment.
fn offset_ms(at: Timestamp) -> i64 {
    let (year, _, _) = civil_from_days((at.0 + STANDARD_OFFSET_MS).div_euclid(Timestamp::DAY_MS));
    // 2:00 standard is 7:00 UTC in March; 2:00 daylight is 6:00 UTC in November.
    let begins = nth_sunday(year, 3, 2) * Timestamp::DAY_MS + 7 * Timestamp::HOUR_MS;
    let ends = nth_sunday(year, 11, 1) * Timestamp::DAY_MS + 6 * Timestamp::HOUR_MS;
    if (begins..ends).contains(&at.0) { DAYLIGHT_OFFSET_MS } else { STANDARD_OFFSET_MS }
}

/// Day number of the `nth` Sunday of a month.
fn nth_sunday(year: i64, month: i64, nth: i64) -> i64 {
    let first = days_from_civil(year, month, 1);
    // 1970-01-01, day 0, was a Thursday: day 3 was a Sunday.
    first + (3 - first).rem_euclid(7) + 7 * (nth - 1)
}

/// Days since 1970-01-01 of a Gregorian date.
///
/// # Source
/// Howard Hinnant, « chrono-compatible low-level date algorithms », `days_from_civil`.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Gregorian date of a day number. Same source, `civil_from_days`.
fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), part(month), part(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// UTC moment of a date and a time.
    fn utc(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> Timestamp {
        Timestamp(days_from_civil(year, month, day) * Timestamp::DAY_MS + hour * Timestamp::HOUR_MS + minute * Timestamp::MINUTE_MS)
    }

    fn shown(at: Timestamp) -> (u8, u8, u8, u8) {
        let time = QuebecTime::of(at);
        (time.month, time.day, time.hour, time.minute)
    }

    #[test]
    fn winter_is_five_hours_and_summer_four_hours_behind_utc() {
        assert_eq!(shown(utc(2026, 1, 15, 17, 0)), (1, 15, 12, 0));
        assert_eq!(shown(utc(2026, 7, 15, 17, 0)), (7, 15, 13, 0));
    }

    #[test]
    fn clocks_change_on_the_second_sunday_of_march_and_the_first_of_november() {
        // 2026: March 8 and November 1; 2027: March 14 and November 7.
        assert_eq!(shown(utc(2026, 3, 8, 6, 59)), (3, 8, 1, 59));
        assert_eq!(shown(utc(2026, 3, 8, 7, 0)), (3, 8, 3, 0));
        assert_eq!(shown(utc(2026, 11, 1, 5, 59)), (11, 1, 1, 59));
        assert_eq!(shown(utc(2026, 11, 1, 6, 0)), (11, 1, 1, 0));
        assert_eq!(shown(utc(2027, 3, 14, 7, 0)), (3, 14, 3, 0));
        assert_eq!(shown(utc(2027, 11, 7, 6, 0)), (11, 7, 1, 0));
    }

    #[test]
    fn the_year_turns_in_quebec_and_not_in_utc() {
        let at = utc(2027, 1, 1, 3, 30);
        assert_eq!(date(at, Locale::Fr), "31\u{a0}décembre 2026");
        assert_eq!(date(at, Locale::En), "December\u{a0}31, 2026");
    }

    #[test]
    fn days_and_dates_are_inverse_over_two_centuries() {
        for days in -36_525..=36_525 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, i64::from(month), i64::from(day)), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(civil_from_days(11_016), (2000, 2, 29));
    }

    #[test]
    fn times_read_as_in_quebec() {
        let at = utc(2026, 11, 21, 20, 4);
        assert_eq!(date_time(at, Locale::Fr), "21\u{a0}nov. 2026, 15\u{a0}h\u{a0}04");
        assert_eq!(date_time(at, Locale::En), "Nov.\u{a0}21, 2026, 15:04");
        assert_eq!(date(utc(2026, 12, 1, 17, 0), Locale::Fr), "1er\u{a0}décembre 2026");
        assert_eq!(machine(at), "2026-11-21T20:04:00Z");
    }

    #[test]
    fn durations_keep_two_units() {
        assert_eq!(elapsed(-5, Locale::Fr), "0\u{a0}min\u{a0}00\u{a0}s");
        assert_eq!(elapsed(9_999, Locale::Fr), "0\u{a0}min\u{a0}09\u{a0}s");
        assert_eq!(elapsed(3 * Timestamp::HOUR_MS + 7 * Timestamp::MINUTE_MS, Locale::Fr), "3\u{a0}h\u{a0}07\u{a0}min");
        assert_eq!(elapsed(2 * Timestamp::DAY_MS + 4 * Timestamp::HOUR_MS, Locale::Fr), "2\u{a0}j\u{a0}4\u{a0}h");
        assert_eq!(elapsed(2 * Timestamp::DAY_MS, Locale::En), "2\u{a0}d\u{a0}0\u{a0}h");
        assert_eq!(delay(15, Locale::Fr), "15\u{a0}min");
        assert_eq!(delay(90, Locale::Fr), "1\u{a0}h\u{a0}30");
        assert_eq!(delay(1_440, Locale::Fr), "24\u{a0}h");
        assert_eq!(delay(20_160, Locale::Fr), "14\u{a0}j");
    }

    #[test]
    fn a_calendar_date_is_read_aloud_and_anything_else_is_left_alone() {
        assert_eq!(calendar_date("2026-12-05", Locale::Fr), "5\u{a0}décembre 2026");
        assert_eq!(calendar_date("bientôt", Locale::Fr), "bientôt");
        assert_eq!(calendar_date("2026-13-05", Locale::Fr), "2026-13-05");
    }
}
