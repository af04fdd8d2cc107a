//! A visit that runs over its end. Nobody enters alone, and somebody must find out how its team is.

use crate::{clock::Timestamp, wire::v1::VisitPace};

/// What a team is left to come out and say so, or to put its end off: a phone in a basement says nothing.
pub const GRACE_MS: i64 = 15 * Timestamp::MINUTE_MS;
/// How long a team that was reached is not asked after again.
pub const REACHED_HOLDS_MS: i64 = 30 * Timestamp::MINUTE_MS;

/// How far ahead a team may mean to be out: beyond, a clock or its holder is mistaken, and nobody is to be alerted by it.
pub const END_WITHIN_MS: i64 = Timestamp::DAY_MS;

/// The end that a phone said at `said_at`, by its own clock, on the server's, where that instant was `seen_at`. `None` for one that nobody can mean.
pub fn expected_end(said: Timestamp, said_at: Timestamp, seen_at: Timestamp) -> Option<Timestamp> {
    let ahead_ms = said.since(said_at);
    (0..=END_WITHIN_MS).contains(&ahead_ms).then(|| seen_at.plus_ms(ahead_ms))
}

/// How a visit that runs over stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overrun {
    /// Nobody has heard of its team since its end, or not lately.
    ToReach,
    /// Somebody found out how it is.
    Reached,
}

/// What somebody found out of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pub at: Timestamp,
    /// Everybody is out and safe: only the phone does not say so.
    pub is_out: bool,
}

/// Whether a visit that is not finished runs over, and whether its team is still to be reached, after what was `found` last.
pub fn overrun(pace: VisitPace, found: Option<Found>, now: Timestamp) -> Option<Overrun> {
    let end = pace.expected_end.filter(|_| pace.paused_at.is_none())?;
    // What was found of an earlier end says nothing of this one.
    let found = found.filter(|found| found.at >= end);
    if now.since(end) < GRACE_MS || found.is_some_and(|found| found.is_out) {
        return None;
    }
    let reached = found.is_some_and(|found| now.since(found.at) < REACHED_HOLDS_MS);
    Some(if reached { Overrun::Reached } else { Overrun::ToReach })
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Timestamp = Timestamp(1_000 * Timestamp::MINUTE_MS);

    fn minutes(minutes: i64) -> Timestamp {
        END.plus_ms(minutes * Timestamp::MINUTE_MS)
    }

    #[test]
    fn an_end_is_that_of_the_phone_set_right() {
        let (said_at, seen_at) = (Timestamp(7), END);
        for ahead_ms in [0, Timestamp::HOUR_MS, END_WITHIN_MS] {
            assert_eq!(expected_end(said_at.plus_ms(ahead_ms), said_at, seen_at), Some(END.plus_ms(ahead_ms)));
        }
        for said in [Timestamp(6), said_at.plus_ms(END_WITHIN_MS + 1), Timestamp(i64::MIN), Timestamp(i64::MAX)] {
            assert_eq!(expected_end(said, said_at, seen_at), None, "{said:?}");
        }
    }

    #[test]
    fn a_team_is_asked_after_once_its_grace_is_over() {
        let under_way = VisitPace { expected_end: Some(END), paused_at: None };
        for (after, reached, expected) in [
            (-60, None, None),
            (0, None, None),
            (14, None, None),
            (15, None, Some(Overrun::ToReach)),
            (600, None, Some(Overrun::ToReach)),
            // Heard of before its end: that says nothing of now.
            (20, Some(-1), Some(Overrun::ToReach)),
            (20, Some(1), Some(Overrun::Reached)),
            (49, Some(20), Some(Overrun::Reached)),
            (50, Some(20), Some(Overrun::ToReach)),
        ] {
            let found = |is_out| reached.map(|at| Found { at: minutes(at), is_out });
            assert_eq!(overrun(under_way, found(false), minutes(after)), expected, "{after} {reached:?}");
            let out_since_the_end = reached.is_some_and(|at| at >= 0);
            assert_eq!(overrun(under_way, found(true), minutes(after)), expected.filter(|_| !out_since_the_end), "out, {after} {reached:?}");
        }
        let paused = VisitPace { paused_at: Some(minutes(-5)), ..under_way };
        assert_eq!(overrun(paused, None, minutes(600)), None, "the team is out and safe");
        assert_eq!(overrun(VisitPace::default(), None, minutes(600)), None, "no end was said");
    }
}
