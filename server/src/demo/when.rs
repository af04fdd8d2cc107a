//! Moments of the demo, told from the moment of loading.

use app::ui::time::QuebecTime;
use casework::clock::Timestamp;

/// A past moment.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// So many days ago (1 or more), at this minute of Québec's day.
    Day { ago: u16, minute: u16 },
    /// So many minutes ago.
    Minutes(u16),
}

/// So many days ago, at this time of day.
pub const fn day(ago: u16, hour: u16, minute: u16) -> When {
    When::Day { ago, minute: hour * 60 + minute }
}

pub const fn minutes(ago: u16) -> When {
    When::Minutes(ago)
}

impl When {
    /// The moment, seen from `now`. Off by an hour across a change of clocks, never in the future.
    pub fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Minutes(ago) => now.plus_ms(-i64::from(ago) * Timestamp::MINUTE_MS),
            Self::Day { ago, minute } => {
                let local = QuebecTime::of(now);
                let since_midnight = i64::from(local.hour) * 60 + i64::from(local.minute);
                let moment = now.plus_ms((i64::from(minute) - since_midnight) * Timestamp::MINUTE_MS - i64::from(ago) * Timestamp::DAY_MS);
                moment.min(now)
            }
        }
    }
}
