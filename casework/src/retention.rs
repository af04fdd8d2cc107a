//! How long the contents of a case are kept, and when they may go.
//!
//! The numbers are drafts, to be agreed with each municipality's calendrier de conservation: [`VERSION`] is written in every proof of purge.

use serde::{Deserialize, Serialize};

use crate::{
    case::{Case, CaseState, coded_enum},
    ids::{AccountId, CaseId},
    referral::Day,
};

/// Which rules a purge was made under.
pub const VERSION: &str = "2026-11-ebauche";
/// The first link of the chain of proofs.
pub const FIRST_SEAL: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Of the reason of a hold.
pub const REASON_CHARS_MAX: usize = 500;

coded_enum! {
    /// What a rule is about.
    DataKind {
        /// All that a case holds of people, photos included.
        CaseContents = "case_contents",
    }
}

coded_enum! {
    /// What a term is counted from.
    TermStart { CaseClosed = "case_closed" }
}

/// One rule of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub kind: DataKind,
    pub years: u16,
    pub after: TermStart,
    /// Why so long, in French.
    pub basis: &'static str,
}

/// The schedule. Draft: five years are those of the register of incidents (A-2.1, r. 3.1, s. 8), until the municipalities say theirs.
pub const RULES: &[Rule] = &[Rule {
    kind: DataKind::CaseContents,
    years: 5,
    after: TermStart::CaseClosed,
    basis: "Ébauche, à convenir avec le calendrier de conservation de chaque municipalité (A-2.1, art. 73)",
}];

coded_enum! {
    /// Why a case keeps its contents.
    KeptBecause {
        NotClosed = "not_closed",
        /// Its term is to come.
        Term = "term",
        /// The privacy officer holds it.
        Hold = "hold",
        /// An open case on the same building needs its visits.
        BuildingOpen = "building_open",
        VisitOpen = "visit_open",
        ReferralOpen = "referral_open",
        EscalationOpen = "escalation_open",
        /// A person asked about one of its doors.
        RequestOpen = "request_open",
        /// What was shared without consent awaits its review.
        ShareToReview = "share_to_review",
    }
}

/// What decides whether a case may go.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each of which keeps a case")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// `None` while it is open.
    pub closed_on: Option<Day>,
    pub is_held: bool,
    pub building_open: bool,
    pub visit_open: bool,
    pub referral_open: bool,
    pub escalation_open: bool,
    pub request_open: bool,
    pub share_to_review: bool,
}

/// The last day on which a case closed on `closed_on` keeps what it holds: the longest of the terms.
pub fn kept_until(closed_on: Day) -> Day {
    closed_on.plus_years(RULES.iter().map(|rule| rule.years).max().unwrap_or(u16::MAX))
}

impl Standing {
    /// Why its contents stay today; `None` when they may go.
    pub fn kept_because(&self, today: Day) -> Option<KeptBecause> {
        let Some(closed_on) = self.closed_on else { return Some(KeptBecause::NotClosed) };
        [
            (today <= kept_until(closed_on), KeptBecause::Term),
            (self.is_held, KeptBecause::Hold),
            (self.building_open, KeptBecause::BuildingOpen),
            (self.visit_open, KeptBecause::VisitOpen),
            (self.referral_open, KeptBecause::ReferralOpen),
            (self.escalation_open, KeptBecause::EscalationOpen),
            (self.request_open, KeptBecause::RequestOpen),
            (self.share_to_review, KeptBecause::ShareToReview),
        ]
        .into_iter()
        .find_map(|(stands, because)| stands.then_some(because))
    }
}

/// The case without what anybody wrote: when it opened, moved and closed, by which verbs and with what outcome.
#[must_use]
pub fn without_words(mut case: Case) -> Case {
    if let CaseState::Closed { reason, .. } = &mut case.state {
        reason.clear();
    }
    for record in &mut case.history {
        record.reason = None;
    }
    case
}

/// How many of each kind went, by code of the kind.
pub type Counts = std::collections::BTreeMap<String, i64>;

/// What a proof of purge says, in the order that its seal is made over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgeProof {
    pub sequence: i64,
    pub case_id: CaseId,
    pub number: String,
    pub rule_version: String,
    pub counts: Counts,
    /// UTC milliseconds.
    pub at: i64,
    pub by: AccountId,
    /// The form that asked: one form is one purge.
    pub form_id: String,
    /// Seal of the proof before.
    pub previous: String,
}

impl PurgeProof {
    /// The text that the SHA-256 of the proof is made of.
    ///
    /// # Errors
    /// Never, of these types.
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap_or_else(|_| panic!("{text} is a day"))
    }

    #[test]
    fn an_open_case_is_never_purged_whatever_its_age() {
        assert_eq!(Standing::default().kept_because(day("2999-01-01")), Some(KeptBecause::NotClosed));
    }

    #[test]
    fn a_term_is_over_the_day_after_its_last() {
        let standing = Standing { closed_on: Some(day("2024-02-29")), ..Standing::default() };
        assert_eq!(standing.kept_because(day("2024-02-29")), Some(KeptBecause::Term));
        assert_eq!(standing.kept_because(day("2029-02-28")), Some(KeptBecause::Term), "the last day is within the term");
        assert_eq!(standing.kept_because(day("2029-03-01")), None);
    }

    #[test]
    fn each_thing_under_way_keeps_a_case_past_its_term() {
        let past = Standing { closed_on: Some(day("2020-01-01")), ..Standing::default() };
        for (standing, because) in [
            (Standing { is_held: true, ..past }, KeptBecause::Hold),
            (Standing { building_open: true, ..past }, KeptBecause::BuildingOpen),
            (Standing { visit_open: true, ..past }, KeptBecause::VisitOpen),
            (Standing { referral_open: true, ..past }, KeptBecause::ReferralOpen),
            (Standing { escalation_open: true, ..past }, KeptBecause::EscalationOpen),
            (Standing { request_open: true, ..past }, KeptBecause::RequestOpen),
            (Standing { share_to_review: true, ..past }, KeptBecause::ShareToReview),
        ] {
            assert_eq!(standing.kept_because(day("2026-11-23")), Some(because));
        }
    }
}
