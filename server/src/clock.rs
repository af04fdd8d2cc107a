//! The only place that reads the clock or makes ids and secrets.

use app::ui::time::QuebecTime;
use casework::clock::Timestamp;
use rand::Rng;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Now, in UTC milliseconds.
#[expect(clippy::disallowed_methods, reason = "this is the clock module")]
pub fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

/// A fresh UUIDv7.
#[expect(clippy::disallowed_methods, reason = "this is the id module")]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// An id that follows from another one: the same for the same two, so that what one click makes of itself is made once.
pub fn derived_id(from: Uuid, name: &str) -> Uuid {
    let digest = Sha256::new().chain_update(from.as_bytes()).chain_update(name.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// 32 random bytes in hexadecimal: session tokens, one-time links, form secrets.
pub fn new_secret() -> String {
    hex::encode(random_bytes::<32>())
}

/// Bytes that nobody can guess.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rng().fill_bytes(&mut bytes);
    bytes
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Civil date `YYYY-MM-DD` of an instant in Québec time (the brigade's working day).
pub fn local_date(at: Timestamp) -> String {
    let time = QuebecTime::of(at);
    format!("{:04}-{:02}-{:02}", time.year, time.month, time.day)
}

/// The first instant of a civil day of Québec, written as [`local_date`] writes it.
pub fn day_start(day: &str) -> Timestamp {
    let number = |range: std::ops::Range<usize>| day.get(range).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or_default();
    let (year, month, of_month) = (number(0..4), number(5..7), number(8..10));
    // Days since 1970 of a Gregorian date, counted from March so that leap days come last.
    let (shifted, march_month) = (if month <= 2 { year - 1 } else { year }, (month + 9) % 12);
    let days = 365 * shifted + shifted.div_euclid(4) - shifted.div_euclid(100) + shifted.div_euclid(400) + (153 * march_month + 2) / 5 + of_month - 1 - 719_468;
    // Four hours behind in summer, five in winter; the day that the clocks change begins before they do.
    let in_summer = Timestamp(days * Timestamp::DAY_MS + 4 * Timestamp::HOUR_MS);
    if local_date(in_summer) == day { in_summer } else { in_summer.plus_ms(Timestamp::HOUR_MS) }
}

/// The first instant after a civil day of Québec.
pub fn day_end(day: &str) -> Timestamp {
    // Past noon of the next day, whatever the clocks do.
    day_start(&local_date(day_start(day).plus_ms(36 * Timestamp::HOUR_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_quebec_begins_at_its_own_midnight() {
        for (day, hours) in
            [("2026-07-01", 4), ("2026-11-23", 5), ("2026-03-08", 5), ("2026-03-09", 4), ("2026-11-01", 4), ("2024-02-29", 5), ("1999-12-31", 5)]
        {
            let start = day_start(day);
            assert_eq!((local_date(start), local_date(start.plus_ms(-1)) == day), (day.to_owned(), false), "{day}");
            assert_eq!(start.0.rem_euclid(Timestamp::DAY_MS), hours * Timestamp::HOUR_MS, "{day}");
            let end = day_end(day);
            assert_eq!((local_date(end.plus_ms(-1)), local_date(end) == day), (day.to_owned(), false), "{day}");
        }
        assert_eq!(day_end("2026-03-08").since(day_start("2026-03-08")), 23 * Timestamp::HOUR_MS);
        assert_eq!(day_end("2026-11-01").since(day_start("2026-11-01")), 25 * Timestamp::HOUR_MS);
    }
}
