//! Somebody stands in for an absent colleague, from a day to another: they see what awaits the absent one and act in their own name. It gives no compartment:
//! what a deputy reads is what their own role reads.

use crate::referral::Day;

/// Days that a deputation can last: an absence, not a change of duties, which is a handover.
pub const DEPUTATION_DAYS_MAX: i64 = 92;

/// Why a deputation is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeputationFault {
    /// It would end before it begins.
    EndsBefore,
    /// It would be over already.
    IsOver,
    TooLong,
}

/// The days of a deputation, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeputationDays {
    pub from: Day,
    pub until: Day,
}

impl DeputationDays {
    /// `days` is the length of the deputation by the calendar, its last day included; the clock is the caller's.
    ///
    /// # Errors
    /// The first fault found.
    pub fn new(from: Day, until: Day, today: &str, days: i64) -> Result<Self, DeputationFault> {
        // Written `YYYY-MM-DD`, days are in the order of their texts.
        if until.to_string() < from.to_string() {
            return Err(DeputationFault::EndsBefore);
        }
        if until.to_string().as_str() < today {
            return Err(DeputationFault::IsOver);
        }
        if days > DEPUTATION_DAYS_MAX { Err(DeputationFault::TooLong) } else { Ok(Self { from, until }) }
    }

    /// Whether somebody stands in on this day.
    pub fn holds(&self, today: &str) -> bool {
        self.from.to_string().as_str() <= today && today <= self.until.to_string().as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(from: &str, until: &str, today: &str, length: i64) -> Result<DeputationDays, DeputationFault> {
        let day = |text: &str| text.parse::<Day>().unwrap_or_else(|_| panic!("{text}"));
        DeputationDays::new(day(from), day(until), today, length)
    }

    #[test]
    fn a_deputation_is_of_days_to_come_in_their_order_and_not_for_good() {
        assert!(days("2026-11-23", "2026-11-23", "2026-11-23", 1).is_ok());
        assert!(days("2026-11-20", "2026-11-24", "2026-11-23", 5).is_ok(), "begun already: the absent one was late to say it");
        assert_eq!(days("2026-11-24", "2026-11-23", "2026-11-23", 0), Err(DeputationFault::EndsBefore));
        assert_eq!(days("2026-11-20", "2026-11-22", "2026-11-23", 3), Err(DeputationFault::IsOver));
        assert!(days("2026-11-23", "2027-02-22", "2026-11-23", DEPUTATION_DAYS_MAX).is_ok());
        assert_eq!(days("2026-11-23", "2027-02-23", "2026-11-23", DEPUTATION_DAYS_MAX + 1), Err(DeputationFault::TooLong));
    }

    #[test]
    fn it_holds_on_its_days_and_ends_by_itself() {
        let days = days("2026-11-28", "2026-12-02", "2026-11-23", 5).unwrap_or_else(|fault| panic!("{fault:?}"));
        let held: Vec<&str> = ["2026-11-27", "2026-11-28", "2026-11-30", "2026-12-02", "2026-12-03"].into_iter().filter(|day| days.holds(day)).collect();
        assert_eq!(held, ["2026-11-28", "2026-11-30", "2026-12-02"]);
    }
}
