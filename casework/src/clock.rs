//! Time as a value.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC. Server time unless a name says `device`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub const MINUTE_MS: i64 = 60_000;
    pub const HOUR_MS: i64 = 60 * Self::MINUTE_MS;
    pub const DAY_MS: i64 = 24 * Self::HOUR_MS;
    /// How long ago a device may say that something was seen: a phone forgotten in a drawer over the summer still tells the truth.
    pub const CREDIBLE_MS: i64 = 120 * Self::DAY_MS;

    #[must_use]
    pub fn plus_ms(self, duration_ms: i64) -> Self {
        Self(self.0.saturating_add(duration_ms))
    }

    /// Milliseconds from `earlier` to `self`; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// An instant of a device's clock on the server's, given that device's clock at `now`: the skew between the two is taken off.
    ///
    /// Never after `now`. `None` when it would be older than [`Self::CREDIBLE_MS`]: the clock was set in between, and nothing says when it was.
    #[must_use]
    pub fn from_device(device_at: Self, device_now: Self, now: Self) -> Option<Self> {
        let age_ms = device_now.since(device_at).max(0);
        (age_ms <= Self::CREDIBLE_MS).then(|| now.plus_ms(-age_ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_of_a_device_is_set_right() {
        let now = Timestamp(1_800_000_000_000);
        for skew_ms in [0, 90_000, -Timestamp::HOUR_MS, 3 * 365 * Timestamp::DAY_MS, -40 * 365 * Timestamp::DAY_MS] {
            let device_now = now.plus_ms(skew_ms);
            for age_ms in [0, 1, Timestamp::HOUR_MS, 3 * Timestamp::DAY_MS, Timestamp::CREDIBLE_MS] {
                let seen = Timestamp::from_device(device_now.plus_ms(-age_ms), device_now, now);
                assert_eq!(seen, Some(now.plus_ms(-age_ms)), "{skew_ms} {age_ms}");
            }
            assert_eq!(Timestamp::from_device(device_now.plus_ms(5), device_now, now), Some(now), "nothing was seen later than now");
            assert_eq!(Timestamp::from_device(device_now.plus_ms(-Timestamp::CREDIBLE_MS - 1), device_now, now), None);
        }
        for (at, device_now) in [(i64::MIN, i64::MAX), (i64::MAX, i64::MIN), (i64::MIN, i64::MIN), (i64::MAX, i64::MAX)] {
            let seen = Timestamp::from_device(Timestamp(at), Timestamp(device_now), now);
            assert!(seen.is_none_or(|seen| seen == now), "{at} {device_now}");
        }
    }
}
