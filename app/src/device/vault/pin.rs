//! What a PIN may be, and how wrong ones slow down. Pure.

use serde::{Deserialize, Serialize};

/// Shortest PIN.
pub const PIN_DIGITS_MIN: usize = 6;
/// Longest PIN.
pub const PIN_DIGITS_MAX: usize = 16;
/// Wrong PINs in a row after which only signing in again with the password goes on.
pub const FAILURES_MAX: u32 = 10;

const WAIT_MS_FIRST: i64 = 1_000;
const WAIT_MS_MAX: i64 = 15 * 60 * 1_000;

/// Why a PIN is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinFault {
    TooShort,
    TooLong,
    NotDigits,
    /// Among the first that anybody tries.
    TooSimple,
}

/// Judges a PIN that somebody chooses.
///
/// # Errors
/// [`PinFault`].
pub fn check_pin(pin: &str) -> Result<(), PinFault> {
    if !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinFault::NotDigits);
    }
    if pin.len() < PIN_DIGITS_MIN {
        return Err(PinFault::TooShort);
    }
    if pin.len() > PIN_DIGITS_MAX {
        return Err(PinFault::TooLong);
    }
    if is_simple(pin.as_bytes()) { Err(PinFault::TooSimple) } else { Ok(()) }
}

/// One step repeated (000000, 123456, 987654, 135791), a short group repeated (121212, 123123), pairs (112233), a palindrome (123321), or a column of the
/// keypad.
fn is_simple(digits: &[u8]) -> bool {
    let step = |pair: &[u8]| (10 + pair[1] - pair[0]) % 10;
    let steady = digits.windows(2).map(step).collect::<std::collections::BTreeSet<_>>().len() == 1;
    let repeats = |group: usize| digits.iter().zip(&digits[group..]).all(|(a, b)| a == b);
    let doubled = digits.chunks(2).all(|pair| pair.first() == pair.last());
    let mirrored = digits.iter().eq(digits.iter().rev());
    let columns = [&b"147258"[..], b"258369", b"159357", b"159753", b"741852", b"852963", b"963852"];
    steady || repeats(2) || repeats(3) || doubled || mirrored || columns.contains(&digits)
}

/// Wrong PINs so far. Counted before each try is judged, so that a try cut short counts too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// Wrong in a row.
    pub failures: u32,
    /// Left to wait before the next try. Counted down only while somebody looks at the lock screen, by a clock that cannot be set: moving the phone's clock,
    /// either way, changes nothing.
    pub wait_left_ms: i64,
}

impl Attempts {
    /// Whether a PIN may be tried now.
    pub fn may_try(self) -> bool {
        self.wait_left_ms <= 0 && !self.is_exhausted()
    }

    pub fn is_exhausted(self) -> bool {
        self.failures >= FAILURES_MAX
    }

    /// The count with one more try, taken as wrong until it proves right.
    #[must_use]
    pub fn tried(self) -> Self {
        let doublings = self.failures.min(20);
        Self { failures: self.failures.saturating_add(1), wait_left_ms: (WAIT_MS_FIRST << doublings).min(WAIT_MS_MAX) }
    }

    /// After some time in front of the lock screen.
    #[must_use]
    pub fn waited(self, elapsed_ms: i64) -> Self {
        Self { wait_left_ms: (self.wait_left_ms - elapsed_ms.max(0)).max(0), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_that_anybody_tries_first_are_refused() {
        for pin in ["000000", "999999", "123456", "654321", "890123", "12345678", "135791", "121212", "123123", "112233", "123321", "147258", "98769876987698"]
        {
            let expected = if pin == "98769876987698" { Ok(()) } else { Err(PinFault::TooSimple) };
            assert_eq!(check_pin(pin), expected, "{pin}");
        }
    }

    #[test]
    fn pins_are_six_to_sixteen_digits() {
        assert_eq!(check_pin("48021"), Err(PinFault::TooShort));
        assert_eq!(check_pin(""), Err(PinFault::TooShort));
        assert_eq!(check_pin("48021739506284175"), Err(PinFault::TooLong));
        assert_eq!(check_pin("48O217"), Err(PinFault::NotDigits));
        assert_eq!(check_pin("４８０２１７"), Err(PinFault::NotDigits));
        assert_eq!(check_pin("480217"), Ok(()));
        assert_eq!(check_pin("4802173950628417"), Ok(()));
    }

    #[test]
    fn each_wrong_pin_doubles_the_wait_up_to_fifteen_minutes() {
        let mut attempts = Attempts::default();
        let mut waits = Vec::new();
        for _ in 0..12 {
            attempts = attempts.tried();
            waits.push(attempts.wait_left_ms / 1_000);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn the_tenth_wrong_pin_is_the_last() {
        let nine = Attempts { failures: 9, wait_left_ms: 0 };
        assert!(nine.may_try());
        assert!(nine.tried().is_exhausted());
        assert!(!nine.tried().waited(i64::MAX).may_try());
    }

    #[test]
    fn waiting_counts_down_and_never_up() {
        let attempts = Attempts { failures: 3, wait_left_ms: 4_000 };
        assert!(!attempts.may_try());
        assert_eq!(attempts.waited(1_500).wait_left_ms, 2_500);
        assert_eq!(attempts.waited(-1_000_000), attempts);
        assert!(attempts.waited(9_000).may_try());
    }
}
