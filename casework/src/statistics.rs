//! Statistics without names (« dépersonnalisées »): how many, by quarter and municipality, and never so few that somebody could be meant.
//!
//! They are not anonymous, and nothing here says so: whoever holds other information may still guess. What is guaranteed is that a number below [`SMALL`] cannot
//! be computed from what is shown, by a reader who knows these rules:
//!
//! - **Nothing is shown of fewer than five**, zero included: that there is none says as much of people as that there is one.
//! - **A total is split only where no part is small.** When one is, the whole split is withheld: hiding the small part alone, or it and the next one, would let
//!   the total, or the choice of what else was hidden, give it back. Where parts can be read together (bands A and B), they are merged as a fixed ladder says,
//!   never as the numbers suggest. Whatever is withheld, each number from 0 to 4 fits what is shown: the tests enumerate them.
//! - **Splits of one total do not cross.** A municipality's total is split by borough, and by band, but never by both: no row and column meet, so that no
//!   system of equations can be solved. Nor do two splits share a part: a referral's delay would say again which ones nobody answered, as its state does.
//! - **A group of criteria is shown or is not there.** That none has it, or few, is not told apart from a group that no visit looked at. There is no total of all the municipalities either: where all are shown, a reader adds them up.
//! - **Quarters only.** A month within a quarter, or a year around it, would give back by difference what either withholds.
//! - **A quarter is counted once**, two weeks after its end, and kept as it was shown. What is closed, answered or purged later changes nothing of it, so that no
//!   difference between two readings tells of the one case that moved.
//! - **What is counted can be known by whoever reads it**: referrals that share nothing of people, since a coordinator could otherwise take the list of those
//!   from the number of all; for a city, cases that the building itself makes cases, and referrals to others than itself.

use std::{collections::BTreeMap, fmt, str::FromStr};

use inspection_grid::Label;
use serde::{Deserialize, Serialize};

use crate::{case::coded_enum, referral::Day};

/// The smallest number that is shown.
pub const SMALL: u64 = 5;
/// Which rules numbers were made under: kept with them.
pub const VERSION: &str = "statistics-1";
/// What answers, closings and phones still bring, before a quarter is counted.
pub const SETTLES_DAYS: u16 = 14;

/// Three months of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Quarter {
    year: u16,
    /// 1 to 4.
    number: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a quarter, such as 2026-T3")]
pub struct NotAQuarter(pub String);

impl Quarter {
    /// The one that a day is in.
    pub fn of(day: Day) -> Self {
        let text = day.to_string();
        let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u16>().ok()).unwrap_or(1);
        Self { year: number(0..4), number: u8::try_from(number(5..7).div_ceil(3)).unwrap_or(1) }
    }

    #[must_use]
    pub fn next(self) -> Self {
        if self.number == 4 { Self { year: self.year.saturating_add(1), number: 1 } } else { Self { number: self.number + 1, ..self } }
    }

    /// `YYYY-MM-DD`.
    pub fn first_day(self) -> String {
        format!("{:04}-{:02}-01", self.year, self.number * 3 - 2)
    }

    /// `YYYY-MM-DD`.
    pub fn last_day(self) -> String {
        let day = if matches!(self.number, 1 | 4) { 31 } else { 30 };
        format!("{:04}-{:02}-{day}", self.year, self.number * 3)
    }

    /// Whether it is over, and settled, on this day.
    pub fn is_settled(self, today: Day) -> bool {
        self.last_day().parse::<Day>().is_ok_and(|last| last.plus_days(SETTLES_DAYS) < today)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-T{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = NotAQuarter;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (year, number) = text.split_once("-T")?;
            let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
            let quarter = Self { year: year.parse().ok()?, number: number.parse().ok()? };
            (digits(year, 4) && digits(number, 1) && quarter.year > 0 && (1..=4).contains(&quarter.number)).then_some(quarter)
        };
        parse().ok_or_else(|| NotAQuarter(text.to_owned()))
    }
}

impl From<Quarter> for String {
    fn from(quarter: Quarter) -> Self {
        quarter.to_string()
    }
}

impl TryFrom<String> for Quarter {
    type Error = NotAQuarter;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

coded_enum! {
    /// What is counted.
    Indicator {
        CasesOpened = "cases_opened",
        CasesClosed = "cases_closed",
        /// By the brigade.
        ReferralsSent = "referrals_sent",
        /// What people answered about sharing.
        ConsentAnswers = "consent_answers",
    }
}

coded_enum! {
    /// What a total is split by.
    Split {
        Borough = "borough",
        /// State of the building.
        Band = "band",
        Outcome = "outcome",
        ReferralState = "referral_state",
        Answer = "answer",
        /// How many of them have something to mend of each group of criteria: one case may be of several.
        Criteria = "criteria",
    }
}

coded_enum! {
    /// Who is shown it.
    Audience {
        /// Of the brigade.
        Brigade = "brigade",
        /// A city, of its territory.
        City = "city",
    }
}

/// The code of what has none: no band yet, no borough.
pub const NONE: &str = "none";

/// The parts of a split in their order, and what may be read together when one of them is small: finest first. Fixed, whatever the numbers are.
fn ladder(split: Split) -> &'static [&'static [&'static [&'static str]]] {
    match split {
        Split::Band => &[&[&["A"], &["B"], &["C"], &["D"], &[NONE]], &[&["A", "B"], &["C", "D"], &[NONE]], &[&["A", "B", NONE], &["C", "D"]]],
        Split::ReferralState => &[
            &[&["accepted"], &["in_progress"], &["on_hold"], &["completed"], &["declined"], &["sent"], &["expired"], &["withdrawn"]],
            &[&["accepted", "in_progress", "on_hold"], &["completed"], &["declined"], &["sent", "expired", "withdrawn"]],
            &[&["accepted", "in_progress", "on_hold", "completed"], &["declined", "sent", "expired", "withdrawn"]],
        ],
        Split::Answer => &[&[&["given"], &["refused"]]],
        Split::Outcome => &[
            &[&["corrected"], &["partly_corrected"], &["relocated"], &["kept_in_place"], &["owner_failure"], &["unfounded"], &["duplicate"]],
            &[&["corrected", "partly_corrected"], &["relocated", "kept_in_place"], &["owner_failure", "unfounded", "duplicate"]],
            &[&["corrected", "partly_corrected"], &["relocated", "kept_in_place", "owner_failure", "unfounded", "duplicate"]],
        ],
        // Places have no order to merge them by; groups of criteria overlap.
        Split::Borough | Split::Criteria => &[],
    }
}

/// A number as it is shown; nothing when it is small.
pub const fn shown(count: u64) -> Option<u64> {
    if count < SMALL { None } else { Some(count) }
}

/// What is counted of one indicator in one municipality, before anything is withheld. Never stored.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    total: u64,
    splits: BTreeMap<Split, BTreeMap<String, u64>>,
    criteria: BTreeMap<String, (Label, u64)>,
}

impl Tally {
    /// Counts one more, which is of one part of each split.
    pub fn add<'code>(&mut self, parts: impl IntoIterator<Item = (Split, &'code str)>) {
        self.total += 1;
        for (split, code) in parts {
            *self.splits.entry(split).or_default().entry(code.to_owned()).or_default() += 1;
        }
    }

    /// A borough there is, whatever happened in it.
    pub fn know_borough(&mut self, name: &str) {
        self.splits.entry(Split::Borough).or_default().entry(name.to_owned()).or_default();
    }

    /// One of those counted has something to mend of this group of criteria. Once for each.
    pub fn add_criteria(&mut self, code: &str, label: &Label) {
        self.criteria.entry(code.to_owned()).or_insert_with(|| (label.clone(), 0)).1 += 1;
    }
}

/// A part of a split, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// More than one where they are read together.
    pub codes: Vec<String>,
    /// Of a group of criteria, as the grid names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    pub count: u64,
}

/// How a total is split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SplitFigures {
    pub by: Split,
    /// Empty when the whole split is withheld.
    pub parts: Vec<Part>,
}

/// One indicator in one municipality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IndicatorFigures {
    pub indicator: Indicator,
    /// Nothing when it is fewer than five.
    pub total: Option<u64>,
    /// None of a total that is withheld.
    pub splits: Vec<SplitFigures>,
}

/// One municipality in a quarter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TerritoryFigures {
    pub municipality: String,
    pub indicators: Vec<IndicatorFigures>,
}

/// A quarter as it was counted, once: what is stored and shown. What was withheld is nowhere in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarterFigures {
    pub rule_version: String,
    /// UTC milliseconds.
    pub made_at: i64,
    pub of: BTreeMap<Audience, Vec<TerritoryFigures>>,
}

fn splits_of(indicator: Indicator) -> &'static [Split] {
    match indicator {
        Indicator::CasesOpened => &[Split::Borough, Split::Band, Split::Criteria],
        Indicator::CasesClosed => &[Split::Borough, Split::Outcome],
        Indicator::ReferralsSent => &[Split::Borough, Split::ReferralState],
        Indicator::ConsentAnswers => &[Split::Borough, Split::Answer],
    }
}

/// What is shown of a tally.
pub fn figures(indicator: Indicator, tally: &Tally) -> IndicatorFigures {
    let total = shown(tally.total);
    // A small total is not split: its parts are small.
    let splits = if total.is_some() { splits_of(indicator).iter().map(|by| SplitFigures { by: *by, parts: parts(*by, tally) }).collect() } else { Vec::new() };
    IndicatorFigures { indicator, total, splits }
}

fn parts(by: Split, tally: &Tally) -> Vec<Part> {
    match by {
        Split::Criteria => tally.criteria.iter().filter_map(|(code, (label, count))| criteria_part(code, label, *count, tally)).collect(),
        Split::Borough => by_place(tally.splits.get(&by)),
        Split::Band | Split::Outcome | Split::ReferralState | Split::Answer => by_ladder(ladder(by), tally.splits.get(&by)),
    }
}

/// Those that have something of a group, and those that have not, are the two parts of a split of their own: of what was scored, whose number the split by band
/// may show. Enough are left beside them that nothing follows of how many were not scored.
fn criteria_part(code: &str, label: &Label, count: u64, tally: &Tally) -> Option<Part> {
    let unscored = tally.splits.get(&Split::Band).and_then(|bands| bands.get(NONE)).copied().unwrap_or_default();
    let scored_rest = tally.total.saturating_sub(unscored + count);
    let is_shown = count >= SMALL && scored_rest >= SMALL && tally.total.saturating_sub(count) >= 2 * SMALL - 1;
    is_shown.then(|| Part { codes: vec![code.to_owned()], label: Some(label.clone()), count })
}

fn by_place(counts: Option<&BTreeMap<String, u64>>) -> Vec<Part> {
    let Some(counts) = counts else { return Vec::new() };
    // A municipality without boroughs is one place: its total says it.
    if counts.len() < 2 || counts.values().any(|count| *count < SMALL) {
        return Vec::new();
    }
    counts.iter().map(|(code, count)| Part { codes: vec![code.clone()], label: None, count: *count }).collect()
}

fn by_ladder(ladder: &[&[&[&str]]], counts: Option<&BTreeMap<String, u64>>) -> Vec<Part> {
    let of = |group: &[&str]| -> u64 { group.iter().filter_map(|code| counts?.get(*code)).sum() };
    let Some(rung) = ladder.iter().find(|rung| rung.iter().all(|group| of(group) >= SMALL)) else { return Vec::new() };
    rung.iter().map(|group| Part { codes: group.iter().map(|code| (*code).to_owned()).collect(), label: None, count: of(group) }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn tally(by: Split, codes: &[&str], counts: &[u64]) -> Tally {
        let mut tally = Tally::default();
        for (code, count) in codes.iter().zip(counts) {
            if by == Split::Borough {
                tally.know_borough(code);
            }
            for _ in 0..*count {
                tally.add([(by, *code)]);
            }
        }
        tally
    }

    fn codes(by: Split) -> Vec<&'static str> {
        match by {
            Split::Borough => vec!["North", "South", "West"],
            Split::Criteria => Vec::new(),
            by => ladder(by)[0].iter().flat_map(|group| group.iter().copied()).collect(),
        }
    }

    fn indicator_of(by: Split) -> Indicator {
        Indicator::ALL.iter().copied().find(|indicator| splits_of(*indicator).contains(&by)).unwrap_or(Indicator::CasesOpened)
    }

    /// Only this split of an indicator, as shown.
    fn published(by: Split, counts: &[u64]) -> (Option<u64>, Vec<Part>) {
        let figures = figures(indicator_of(by), &tally(by, &codes(by), counts));
        (figures.total, figures.splits.into_iter().find(|split| split.by == by).map(|split| split.parts).unwrap_or_default())
    }

    /// Every way to put `total` into so many parts.
    fn compositions(total: u64, parts: usize) -> Vec<Vec<u64>> {
        if parts == 1 {
            return vec![vec![total]];
        }
        (0..=total).flat_map(|first| compositions(total - first, parts - 1).into_iter().map(move |rest| std::iter::once(first).chain(rest).collect())).collect()
    }

    /// The reader knows these rules and everything that is shown. Of each number that is not shown by itself, any small value must still be possible.
    #[test]
    fn whoever_knows_the_rules_cannot_tell_one_small_number_from_another() {
        for (by, total_max) in [(Split::Answer, 16), (Split::Borough, 18), (Split::Band, 16), (Split::Outcome, 11), (Split::ReferralState, 10)] {
            let codes = codes(by);
            let mut worlds: BTreeMap<String, Vec<Vec<u64>>> = BTreeMap::new();
            for counts in (0..=total_max).flat_map(|total| compositions(total, codes.len())) {
                let key = serde_json::to_string(&published(by, &counts)).unwrap_or_default();
                worlds.entry(key).or_default().push(counts);
            }
            for (told, possible) in worlds {
                let (total, parts): (Option<u64>, Vec<Part>) = serde_json::from_str(&told).unwrap_or_default();
                for (index, code) in codes.iter().enumerate() {
                    let alone = parts.iter().any(|part| part.codes == [*code]);
                    let values: BTreeSet<u64> = possible.iter().map(|counts| counts[index]).collect();
                    if alone {
                        assert!(values.iter().all(|value| *value >= SMALL), "{by} {code} shows {values:?}");
                    } else {
                        assert!((0..SMALL).all(|small| values.contains(&small)), "{by} {code} of {total:?}: {told} leaves {values:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_small_total_shows_nothing_at_all() {
        for by in [Split::Answer, Split::Borough, Split::Band] {
            let nothing = published(by, &vec![0; codes(by).len()]);
            for counts in (0..SMALL).flat_map(|total| compositions(total, codes(by).len())) {
                assert_eq!(published(by, &counts), nothing, "{by} {counts:?}");
            }
        }
    }

    /// Bands and a group of criteria of the same cases, read together, by whoever knows the rules: each number that is not shown may still be any small one.
    #[test]
    fn bands_and_a_group_of_criteria_read_together_tell_nothing_small() {
        let label = Label { fr: "Humidité".to_owned(), en: "Damp".to_owned() };
        // Grave, not grave, not scored; and of those scored, with something to mend.
        let mut worlds: BTreeMap<String, Vec<[u64; 4]>> = BTreeMap::new();
        for counts in (0..=26).flat_map(|total| compositions(total, 3)) {
            for with in 0..=counts[0] + counts[1] {
                let mut tally = tally(Split::Band, &["C", "A", NONE], &counts);
                (0..with).for_each(|_| tally.add_criteria("HUM", &label));
                let key = serde_json::to_string(&figures(Indicator::CasesOpened, &tally)).unwrap_or_default();
                worlds.entry(key).or_default().push([counts[0], counts[1], counts[2], with]);
            }
        }
        let mut shown = 0;
        for (told, possible) in worlds {
            // The largest totals lack the worlds beyond them that would look the same.
            if possible.iter().any(|[grave, fair, none, _]| grave + fair + none > 22) {
                continue;
            }
            let figures: IndicatorFigures = serde_json::from_str(&told).expect("figures");
            let part = |code: &str| {
                let mut parts = figures.splits.iter().flat_map(|split| &split.parts);
                parts.find(|part| part.codes.iter().any(|known| known == code)).map(|part| part.count)
            };
            shown += usize::from(part("HUM").is_some());
            let of_each = |of: fn(&[u64; 4]) -> u64| -> BTreeSet<u64> { possible.iter().map(of).collect() };
            let derived = [
                ("grave", part("C").is_some(), of_each(|world| world[0])),
                ("fair", part("A").is_some(), of_each(|world| world[1])),
                ("not scored", false, of_each(|world| world[2])),
                ("with something to mend", false, of_each(|world| world[3])),
                ("without", false, of_each(|world| world[0] + world[1] - world[3])),
            ];
            for (name, is_merged, values) in derived {
                // What is told, by itself or by difference, is not small; what is not may be any small number.
                let least = values.first().copied().unwrap_or_default();
                assert!(least >= SMALL || is_merged || (0..SMALL).all(|small| values.contains(&small)), "{name}: {told} leaves {values:?}");
            }
        }
        assert!(shown > 20, "{shown} worlds show the group");
    }

    #[test]
    fn the_finest_reading_that_shows_nothing_small_is_shown() {
        let counts = |by, counts: &[u64]| published(by, counts).1.into_iter().map(|part| (part.codes.join("+"), part.count)).collect::<Vec<_>>();
        let told = |parts: &[(&str, u64)]| parts.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect::<Vec<_>>();
        assert_eq!(counts(Split::Band, &[5, 6, 7, 8, 9]), told(&[("A", 5), ("B", 6), ("C", 7), ("D", 8), ("none", 9)]));
        assert_eq!(counts(Split::Band, &[4, 6, 7, 8, 9]), told(&[("A+B", 10), ("C+D", 15), ("none", 9)]));
        assert_eq!(counts(Split::Band, &[4, 6, 7, 8, 0]), told(&[("A+B+none", 10), ("C+D", 15)]));
        assert_eq!(counts(Split::Band, &[40, 60, 1, 2, 50]), [], "nothing hides one small part but the whole split");
        assert_eq!(counts(Split::Borough, &[5, 6, 7]), told(&[("North", 5), ("South", 6), ("West", 7)]));
        assert_eq!(counts(Split::Borough, &[50, 60, 4]), []);
        assert_eq!(counts(Split::Answer, &[90, 0]), [], "that nobody refused says how each person answered");
    }

    #[test]
    fn every_rung_of_a_ladder_is_of_the_same_codes_and_merges_the_one_before() {
        for by in Split::ALL {
            let rungs = ladder(*by);
            let all = |rung: &[&[&'static str]]| rung.iter().flat_map(|group| group.iter().copied()).collect::<BTreeSet<_>>();
            for pair in rungs.windows(2) {
                assert_eq!(all(pair[0]), all(pair[1]), "{by}");
                assert!(pair[0].iter().all(|fine| pair[1].iter().any(|coarse| fine.iter().all(|code| coarse.contains(code)))), "{by}");
                assert!(pair[1].len() >= 2, "{by}: a rung of one part is the total");
            }
            let codes = rungs.first().map(|rung| rung.iter().map(|group| group.len()).sum::<usize>());
            assert_eq!(codes, rungs.first().map(|rung| all(rung).len()), "{by}: no code twice");
        }
    }

    #[test]
    fn ladders_know_every_code_that_is_counted() {
        use crate::{case::CaseOutcome, consent::ConsentAnswer, referral::ReferralStage};
        let known = |by: Split| codes(by).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(known(Split::Outcome), CaseOutcome::ALL.iter().map(|outcome| outcome.code()).collect());
        assert_eq!(known(Split::Answer), ConsentAnswer::ALL.iter().map(|answer| answer.code()).collect());
        let sent = ReferralStage::ALL.iter().filter(|stage| **stage != ReferralStage::Draft);
        assert_eq!(known(Split::ReferralState), sent.map(|stage| stage.code()).collect());
    }

    #[test]
    fn a_quarter_is_three_whole_months_and_settles_two_weeks_after() {
        let day = |text: &str| text.parse::<Day>().unwrap_or_else(|_| panic!("{text} is a day"));
        for (text, of, first, last) in [
            ("2026-01-01", "2026-T1", "2026-01-01", "2026-03-31"),
            ("2026-03-31", "2026-T1", "2026-01-01", "2026-03-31"),
            ("2026-04-01", "2026-T2", "2026-04-01", "2026-06-30"),
            ("2024-09-30", "2024-T3", "2024-07-01", "2024-09-30"),
            ("2026-12-31", "2026-T4", "2026-10-01", "2026-12-31"),
        ] {
            let quarter = Quarter::of(day(text));
            assert_eq!((quarter.to_string(), quarter.first_day(), quarter.last_day()), (of.to_owned(), first.to_owned(), last.to_owned()));
            assert_eq!(of.parse(), Ok(quarter));
        }
        let third: Quarter = "2026-T3".parse().unwrap_or_else(|_| panic!("a quarter"));
        assert_eq!((third.next().to_string(), third.next().next().to_string()), ("2026-T4".to_owned(), "2027-T1".to_owned()));
        for (today, settled) in [("2026-09-30", false), ("2026-10-01", false), ("2026-10-14", false), ("2026-10-15", true), ("2027-10-01", true)] {
            assert_eq!(third.is_settled(day(today)), settled, "{today}");
        }
        for wrong in ["", "2026", "2026-T0", "2026-T5", "2026-T11", "26-T1", "2026-t1", "0000-T1", "2026-T1 ", "+026-T1"] {
            assert!(wrong.parse::<Quarter>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn nothing_shown_is_small_and_what_is_split_adds_up(by in prop::sample::select(vec![Split::Borough, Split::Band, Split::Outcome, Split::Answer, Split::ReferralState]), counts in prop::collection::vec(0_u64..40, 8)) {
            let counts = &counts[..codes(by).len()];
            let (total, parts) = published(by, counts);
            prop_assert_eq!(total, shown(counts.iter().sum()));
            prop_assert!(parts.iter().all(|part| part.count >= SMALL));
            if !parts.is_empty() {
                prop_assert_eq!(parts.iter().map(|part| part.count).sum::<u64>(), counts.iter().sum::<u64>());
            }
        }

        #[test]
        fn a_small_number_changes_nothing_that_is_shown_when_its_neighbour_makes_up_for_it(by in prop::sample::select(vec![Split::Borough, Split::Answer]), counts in prop::collection::vec(0_u64..40, 3), small in 0_u64..SMALL, other in 0_u64..SMALL) {
            let mut here = counts[..codes(by).len()].to_vec();
            here[0] = small;
            here[1] += SMALL;
            let mut there = here.clone();
            there[0] = other;
            there[1] = here[1] + small - other;
            prop_assert_eq!(published(by, &here), published(by, &there));
        }
    }
}
