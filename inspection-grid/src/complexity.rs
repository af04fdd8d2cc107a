//! Why a case is complex: motifs, each with its evidence. They inform a person's decision; nothing follows automatically.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    answer::{Observation, Place, Value, Visit},
    completeness::Compartments,
    current::{Current, Question, evidence},
    grid::{CriterionId, Grid, Scope, Severity},
};

/// Version of the rule's tests; its numbers are data, in [`ComplexityRule`].
pub const COMPLEXITY_RULE_VERSION: &str = "complexity-1";

/// Declared vulnerability factors of a household; confidential.
const VULNERABILITY_FACTORS: &str = "MEN-02";
/// Ability to evacuate alone.
const EVACUATION: &str = "ACC-02";
/// Risk of losing the dwelling; confidential.
const HOUSING_LOSS: &str = "MEN-06";
/// Owner's response and days elapsed.
const OWNER_RESPONSE: &str = "GES-02";
/// Earlier notices and requests.
const PRIOR_NOTICES: &str = "GES-03";
/// Reprisals, denied access, works driving tenants out.
const REPRISALS: &str = "GES-04";

/// Why a case may be complex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MotifCode {
    /// Block of more than six dwellings with an issue of insalubrity, safety or good repair: complex by itself.
    Certain,
    /// Several problems or competent bodies.
    Multi,
    /// The same criterion in several dwellings.
    Propag,
    /// Vulnerability beside a severe observation.
    Vuln,
    /// Non-conform again after a correction, or earlier notices.
    Recid,
    /// The owner does not act.
    Inaction,
    /// Risk of losing the dwelling.
    Risqlog,
    /// The same owner has several complex buildings.
    Parc,
}

impl MotifCode {
    /// Whether it tells of the owner, and of nothing else.
    pub const fn is_of_owner(self) -> bool {
        match self {
            Self::Inaction | Self::Parc => true,
            Self::Certain | Self::Multi | Self::Propag | Self::Vuln | Self::Recid | Self::Risqlog => false,
        }
    }
}

/// A fact from the case's history that supports a motif, beside observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", content = "value", rename_all = "snake_case")]
pub enum MotifFact {
    /// Dwellings of the building.
    Dwellings(u32),
    /// Notices in the last 24 months.
    PriorNotices(u32),
    /// Days past the agreed deadline.
    OverdueDays(u32),
    RefusedByOwner,
    /// Complex buildings of the same owner.
    OwnerComplexBuildings(u32),
}

/// One motif and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Motif {
    pub code: MotifCode,
    /// Ids of the observations, of this visit or earlier ones, sorted.
    pub observations: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<MotifFact>,
}

/// How the number of dwellings is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdOperator {
    GreaterThan,
    AtLeast,
}

/// Where the building stands to the threshold of dwellings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdStanding {
    Above,
    /// Exactly at the threshold, whose reading the partners have not confirmed.
    AtThresholdToConfirm,
    Below,
}

/// The numbers of the rule, agreed by the partners and kept with the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ComplexityRule {
    pub version: String,
    /// « Bloc de + 6 log. ».
    pub dwellings_threshold: u32,
    pub operator: ThresholdOperator,
    /// Whether the partners settled what `+ 6` means. Until then a building exactly at the threshold is « à confirmer » under either operator.
    pub operator_confirmed: bool,
    /// CERTAIN: lowest severity of an issue.
    pub certain_severity: Severity,
    /// MULTI: lowest severity counted, in this many sections or for this many bodies.
    pub multi_severity: Severity,
    pub multi_sections: u32,
    pub multi_bodies: u32,
    /// PROPAG: lowest severity counted, in this many dwellings, or in this share of those visited (and at least two: one dwelling is no spread).
    pub spread_severity: Severity,
    pub spread_dwellings: u32,
    pub spread_share: f64,
    /// VULN: lowest severity beside a vulnerability.
    pub vulnerable_severity: Severity,
    /// RECID: notices in 24 months.
    pub prior_notices: u32,
    /// INACTION: more than this many days past the agreed deadline.
    pub overdue_days: u32,
    /// PARC: complex buildings of one owner.
    pub owner_complex_buildings: u32,
    /// Motifs that make a case complex together, without CERTAIN.
    pub motifs_min: u32,
}

impl Default for ComplexityRule {
    /// Domain facts, 6.2.
    fn default() -> Self {
        Self {
            version: COMPLEXITY_RULE_VERSION.to_owned(),
            dwellings_threshold: 6,
            operator: ThresholdOperator::GreaterThan,
            operator_confirmed: false,
            certain_severity: Severity::Moderate,
            multi_severity: Severity::Major,
            multi_sections: 3,
            multi_bodies: 3,
            spread_severity: Severity::Moderate,
            spread_dwellings: 2,
            spread_share: 0.25,
            vulnerable_severity: Severity::Major,
            prior_notices: 2,
            overdue_days: 30,
            owner_complex_buildings: 2,
            motifs_min: 2,
        }
    }
}

impl ComplexityRule {
    /// Where a building of this many dwellings stands.
    pub fn standing(&self, dwellings: u32) -> ThresholdStanding {
        match (dwellings.cmp(&self.dwellings_threshold), self.operator_confirmed, self.operator) {
            (std::cmp::Ordering::Greater, _, _) | (std::cmp::Ordering::Equal, true, ThresholdOperator::AtLeast) => ThresholdStanding::Above,
            (std::cmp::Ordering::Equal, false, _) => ThresholdStanding::AtThresholdToConfirm,
            (std::cmp::Ordering::Equal, true, ThresholdOperator::GreaterThan) | (std::cmp::Ordering::Less, _, _) => ThresholdStanding::Below,
        }
    }
}

/// An earlier observation whose problem was recorded as « corrigé ».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    pub place: Place,
    pub criterion: CriterionId,
    /// Id of the earlier observation.
    pub observation: String,
}

/// What the case knows from before this visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    pub corrected: Vec<Corrected>,
    pub prior_notices_24_months: u32,
    /// Days past the agreed deadline; `None` when no deadline was agreed.
    pub overdue_days: Option<u32>,
    /// The owner refused to correct.
    pub refused_by_owner: bool,
    /// Complex buildings of the owner, this one included; `None` when the owner is unknown to the caller.
    pub owner_complex_buildings: Option<u32>,
}

/// The complexity of a case with everything that explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complexity {
    pub rule_version: String,
    pub complex: bool,
    /// In the order of [`MotifCode`].
    pub motifs: Vec<Motif>,
    pub threshold: ThresholdStanding,
    /// The CERTAIN motif of a building exactly at the threshold: what it would be if the partners count it in. Neither in nor out.
    pub certain_to_confirm: Option<Motif>,
}

/// The motifs of a visit and its history: complex when CERTAIN, or from two motifs.
///
/// Without the psychosocial compartment nothing confidential is read, so that a reader of the building alone learns nothing of a household: VULN and
/// RISQLOG then rest on ACC-02 and GES-04 only. The result may therefore differ between readers; say which compartments it was computed from.
///
/// # Source
/// Domain facts, 6.2; the certain criterion is the strategy's.
pub fn complexity(grid: &Grid, visit: &Visit, history: &History, rule: &ComplexityRule, compartments: Compartments) -> Complexity {
    let current = Current::new(grid, visit);
    let seen: Vec<Seen<'_>> = current
        .questions()
        .filter(|question| compartments.include(question.section.confidential))
        .map(|question| Seen {
            question,
            severity: current.severity(question.place, &question.criterion.id).unwrap_or(Severity::None),
            observations: current.observations(question.place, &question.criterion.id),
        })
        .filter(|seen| !seen.observations.is_empty())
        .collect();

    let threshold = rule.standing(visit.building.dwellings);
    let issue = certain(&seen, visit, rule);
    let (certain, certain_to_confirm) = match threshold {
        ThresholdStanding::Above => (issue, None),
        ThresholdStanding::AtThresholdToConfirm => (None, issue),
        ThresholdStanding::Below => (None, None),
    };
    let is_certain = certain.is_some();
    let visited = current.places().iter().filter(|place| matches!(place, Place::Dwelling(_))).count();
    let motifs: Vec<Motif> = [
        certain,
        multi(&seen, rule),
        spread(&seen, visited, rule),
        vulnerability(&seen, rule),
        repeat(&seen, history, rule),
        inaction(&seen, history, rule),
        housing_loss(&seen),
        owner_buildings(history, rule),
    ]
    .into_iter()
    .flatten()
    .collect();
    Complexity { rule_version: rule.version.clone(), complex: is_certain || count(motifs.len()) >= rule.motifs_min, motifs, threshold, certain_to_confirm }
}

/// A question that holds observations.
struct Seen<'a> {
    question: Question<'a>,
    /// The highest recorded.
    severity: Severity,
    observations: &'a [&'a Observation],
}

impl Seen<'_> {
    fn is(&self, criterion: &str) -> bool {
        self.question.criterion.id.0 == criterion
    }

    fn reaches(&self, criterion: &str, severity: Severity) -> bool {
        self.is(criterion) && self.severity >= severity
    }
}

fn ids<'a>(seen: impl IntoIterator<Item = &'a Seen<'a>>) -> Vec<String> {
    evidence(seen.into_iter().flat_map(|seen| seen.observations.iter().copied()))
}

fn motif(code: MotifCode, observations: Vec<String>, facts: Vec<MotifFact>) -> Option<Motif> {
    (!observations.is_empty() || !facts.is_empty()).then_some(Motif { code, observations, facts })
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// The issue of CERTAIN; whether the building is large enough is [`ComplexityRule::standing`].
fn certain(seen: &[Seen<'_>], visit: &Visit, rule: &ComplexityRule) -> Option<Motif> {
    let observations = ids(seen.iter().filter(|seen| seen.question.criterion.issue.is_some() && seen.severity >= rule.certain_severity));
    if observations.is_empty() {
        return None;
    }
    motif(MotifCode::Certain, observations, vec![MotifFact::Dwellings(visit.building.dwellings)])
}

fn multi(seen: &[Seen<'_>], rule: &ComplexityRule) -> Option<Motif> {
    let severe = || seen.iter().filter(|seen| seen.severity >= rule.multi_severity);
    let sections: BTreeSet<&str> = severe().map(|seen| seen.question.section.id.as_str()).collect();
    let bodies: BTreeSet<&str> = severe().flat_map(|seen| &seen.question.criterion.bodies).map(String::as_str).collect();
    if count(sections.len()) < rule.multi_sections && count(bodies.len()) < rule.multi_bodies {
        return None;
    }
    motif(MotifCode::Multi, ids(severe()), Vec::new())
}

fn spread(seen: &[Seen<'_>], visited: usize, rule: &ComplexityRule) -> Option<Motif> {
    let mut by_criterion: BTreeMap<&CriterionId, Vec<&Seen<'_>>> = BTreeMap::new();
    for seen in seen {
        let about_the_dwelling = matches!(seen.question.place, Place::Dwelling(_)) && seen.question.section.scope != Scope::Household;
        if about_the_dwelling && seen.severity >= rule.spread_severity {
            by_criterion.entry(&seen.question.criterion.id).or_default().push(seen);
        }
    }
    let visited = f64::from(count(visited));
    let spreads = |dwellings: u32| dwellings >= rule.spread_dwellings || (dwellings >= 2 && f64::from(dwellings) >= visited * rule.spread_share);
    let spread = by_criterion.into_values().filter(|dwellings| spreads(count(dwellings.len()))).flatten();
    motif(MotifCode::Propag, ids(spread), Vec::new())
}

fn vulnerability(seen: &[Seen<'_>], rule: &ComplexityRule) -> Option<Motif> {
    let declares =
        |seen: &Seen<'_>| seen.observations.iter().any(|observation| matches!(observation.answer.value(), Some(Value::Choice(factors)) if !factors.is_empty()));
    let vulnerable: Vec<&Seen<'_>> =
        seen.iter().filter(|seen| (seen.is(VULNERABILITY_FACTORS) && declares(seen)) || seen.reaches(EVACUATION, Severity::Major)).collect();
    // The vulnerability is not itself the severe observation that it aggravates.
    let severe: Vec<&Seen<'_>> =
        seen.iter().filter(|seen| seen.severity >= rule.vulnerable_severity && !seen.is(EVACUATION) && !seen.is(VULNERABILITY_FACTORS)).collect();
    if vulnerable.is_empty() || severe.is_empty() {
        return None;
    }
    motif(MotifCode::Vuln, ids(vulnerable.into_iter().chain(severe)), Vec::new())
}

fn repeat(seen: &[Seen<'_>], history: &History, rule: &ComplexityRule) -> Option<Motif> {
    let mut corrected: BTreeMap<(&Place, &CriterionId), Vec<&str>> = BTreeMap::new();
    for earlier in &history.corrected {
        corrected.entry((&earlier.place, &earlier.criterion)).or_default().push(&earlier.observation);
    }
    let mut observations = Vec::new();
    for seen in seen.iter().filter(|seen| seen.severity > Severity::None) {
        if let Some(earlier) = corrected.get(&(seen.question.place, &seen.question.criterion.id)) {
            observations.extend(ids([seen]));
            observations.extend(earlier.iter().map(|id| (*id).to_owned()));
        }
    }
    let counted = |seen: &Seen<'_>| {
        let of = |observation: &&Observation| match observation.answer.value() {
            Some(Value::Count(counts)) => counts.values().fold(0_u32, |sum, count| sum.saturating_add(*count)),
            Some(Value::Measure(_) | Value::Scale(_) | Value::Choice(_) | Value::Text(_)) | None => 0,
        };
        seen.observations.iter().map(of).max().unwrap_or(0)
    };
    let has_notices = |seen: &&Seen<'_>| seen.is(PRIOR_NOTICES) && (seen.severity >= Severity::Moderate || counted(seen) >= rule.prior_notices);
    observations.extend(ids(seen.iter().filter(has_notices)));
    observations.sort_unstable();
    observations.dedup();
    let prior = history.prior_notices_24_months;
    let facts = if prior >= rule.prior_notices { vec![MotifFact::PriorNotices(prior)] } else { Vec::new() };
    motif(MotifCode::Recid, observations, facts)
}

fn inaction(seen: &[Seen<'_>], history: &History, rule: &ComplexityRule) -> Option<Motif> {
    let overdue = history.overdue_days.filter(|days| *days > rule.overdue_days).map(MotifFact::OverdueDays);
    let refused = history.refused_by_owner.then_some(MotifFact::RefusedByOwner);
    let observations = ids(seen.iter().filter(|seen| seen.reaches(OWNER_RESPONSE, Severity::Moderate)));
    motif(MotifCode::Inaction, observations, overdue.into_iter().chain(refused).collect())
}

fn housing_loss(seen: &[Seen<'_>]) -> Option<Motif> {
    let at_risk = |seen: &&Seen<'_>| seen.reaches(HOUSING_LOSS, Severity::Moderate) || seen.reaches(REPRISALS, Severity::Moderate);
    motif(MotifCode::Risqlog, ids(seen.iter().filter(at_risk)), Vec::new())
}

fn owner_buildings(history: &History, rule: &ComplexityRule) -> Option<Motif> {
    let buildings = history.owner_complex_buildings.filter(|buildings| *buildings >= rule.owner_complex_buildings)?;
    motif(MotifCode::Parc, Vec::new(), vec![MotifFact::OwnerComplexBuildings(buildings)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        builtin,
        samples::{choose, observe, visit},
    };

    fn assess(visit: &Visit, history: &History, compartments: Compartments) -> Complexity {
        complexity(builtin::v1(), visit, history, &ComplexityRule::default(), compartments)
    }

    fn motifs(dwellings: u32, observations: &[Observation], history: &History, compartments: Compartments) -> Vec<(MotifCode, Vec<String>)> {
        let mut visit = visit(dwellings, &["1", "2", "3", "4", "5", "6", "7", "8"]);
        visit.observations = observations.to_vec();
        assess(&visit, history, compartments).motifs.into_iter().map(|motif| (motif.code, motif.observations)).collect()
    }

    fn proof(code: MotifCode, ids: &[&str]) -> (MotifCode, Vec<String>) {
        (code, ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn exactly_six_dwellings_is_to_confirm_neither_in_nor_out() {
        use ThresholdOperator::{AtLeast, GreaterThan};
        use ThresholdStanding::{Above, AtThresholdToConfirm, Below};
        // Scenario 33.
        let standing =
            |dwellings, operator, operator_confirmed| ComplexityRule { operator, operator_confirmed, ..ComplexityRule::default() }.standing(dwellings);
        let table = [
            (5, GreaterThan, false, Below),
            (6, GreaterThan, false, AtThresholdToConfirm),
            (7, GreaterThan, false, Above),
            (6, AtLeast, false, AtThresholdToConfirm),
            (6, GreaterThan, true, Below),
            (6, AtLeast, true, Above),
            (5, AtLeast, true, Below),
        ];
        for (dwellings, operator, confirmed, expected) in table {
            assert_eq!(standing(dwellings, operator, confirmed), expected, "{dwellings} {operator:?} {confirmed}");
        }
        let mut six = visit(6, &["1"]);
        six.observations.push(observe("a", "dwelling:1", "SDB-01", 2));
        let complexity = assess(&six, &History::default(), Compartments::BUILDING);
        assert_eq!(complexity.threshold, AtThresholdToConfirm);
        assert!(!complexity.complex);
        assert!(complexity.motifs.is_empty());
        assert_eq!(complexity.certain_to_confirm.map(|motif| motif.observations), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn seven_dwellings_with_an_issue_are_certainly_complex() {
        let mut seven = visit(7, &["1"]);
        seven.observations = vec![observe("minor", "dwelling:1", "HUM-01", 1), observe("none", "dwelling:1", "ACC-01", 2)];
        assert!(!assess(&seven, &History::default(), Compartments::BUILDING).complex, "neither is an issue of severity 2");
        seven.observations.push(observe("issue", "exterior", "EXT-07", 2));
        let complexity = assess(&seven, &History::default(), Compartments::BUILDING);
        assert!(complexity.complex);
        assert_eq!(complexity.motifs[0].code, MotifCode::Certain);
        assert_eq!(complexity.motifs[0].observations, ["issue"]);
        assert_eq!(complexity.motifs[0].facts, [MotifFact::Dwellings(7)]);
    }

    #[test]
    fn each_motif_has_its_test_and_its_evidence() {
        use MotifCode::{Inaction, Multi, Parc, Propag, Recid, Risqlog, Vuln};
        let quiet = History::default();
        let only = |observations: &[Observation]| motifs(4, observations, &quiet, Compartments::ALL);
        // MULTI: three sections, or three bodies at severity 3.
        let three = [observe("a", "exterior", "EXT-03", 3), observe("b", "common", "COM-04", 3), observe("c", "dwelling:1", "MUR-01", 3)];
        assert_eq!(only(&three), [proof(Multi, &["a", "b", "c"])]);
        assert_eq!(only(&three[..2]), []);
        assert_eq!(only(&[observe("a", "dwelling:1", "CHA-01", 3)]), [proof(Multi, &["a"])], "city, CISSS and tribunal");
        // PROPAG.
        let spread = [observe("a", "dwelling:1", "PAR-01", 2), observe("b", "dwelling:2", "PAR-01", 2), observe("c", "dwelling:3", "PAR-01", 1)];
        assert_eq!(only(&spread), [proof(Propag, &["a", "b"])]);
        assert_eq!(only(&spread[1..]), [], "severity 1 is no spread");
        assert_eq!(only(&[observe("a", "dwelling:1", "INC-06", 2), observe("b", "common", "INC-06", 2)]), [], "common areas are no dwelling");
        // VULN.
        let severe = observe("b", "dwelling:1", "MUR-01", 3);
        assert_eq!(only(&[choose("a", "dwelling:1", "MEN-02", &["isolement"]), severe.clone()]), [proof(Vuln, &["a", "b"])]);
        assert_eq!(only(&[observe("a", "dwelling:1", "ACC-02", 3), severe.clone()])[..], [proof(Multi, &["a", "b"]), proof(Vuln, &["a", "b"])][..]);
        assert_eq!(only(&[observe("a", "dwelling:1", "ACC-02", 3)]), [], "not its own aggravation");
        // RECID.
        let corrected = vec![Corrected { place: Place::Dwelling("1".to_owned()), criterion: "MUR-01".into(), observation: "old".to_owned() }];
        let history = History { corrected, ..History::default() };
        assert_eq!(motifs(4, &[observe("a", "dwelling:1", "MUR-01", 1)], &history, Compartments::ALL), [proof(Recid, &["a", "old"])]);
        assert_eq!(motifs(4, &[observe("a", "dwelling:1", "MUR-01", 0)], &history, Compartments::ALL), [], "still corrected");
        assert_eq!(motifs(4, &[observe("a", "dwelling:2", "MUR-01", 1)], &history, Compartments::ALL), [], "another dwelling");
        assert_eq!(only(&[observe("a", "exterior", "GES-03", 2)]), [proof(Recid, &["a"])]);
        assert_eq!(motifs(4, &[], &History { prior_notices_24_months: 2, ..History::default() }, Compartments::ALL), [proof(Recid, &[])]);
        // INACTION.
        assert_eq!(only(&[observe("a", "exterior", "GES-02", 2)]), [proof(Inaction, &["a"])]);
        assert_eq!(motifs(4, &[], &History { overdue_days: Some(30), ..History::default() }, Compartments::ALL), []);
        assert_eq!(motifs(4, &[], &History { overdue_days: Some(31), ..History::default() }, Compartments::ALL), [proof(Inaction, &[])]);
        assert_eq!(motifs(4, &[], &History { refused_by_owner: true, ..History::default() }, Compartments::ALL), [proof(Inaction, &[])]);
        // RISQLOG.
        assert_eq!(only(&[observe("a", "dwelling:1", "MEN-06", 2)]), [proof(Risqlog, &["a"])]);
        assert_eq!(only(&[observe("a", "exterior", "GES-04", 2)]), [proof(Risqlog, &["a"])]);
        assert_eq!(only(&[observe("a", "dwelling:1", "MEN-06", 1)]), []);
        // PARC.
        assert_eq!(motifs(4, &[], &History { owner_complex_buildings: Some(1), ..History::default() }, Compartments::ALL), []);
        assert_eq!(motifs(4, &[], &History { owner_complex_buildings: Some(2), ..History::default() }, Compartments::ALL), [proof(Parc, &[])]);
    }

    #[test]
    fn the_share_of_visited_dwellings_counts_when_the_number_is_set_higher() {
        let rule = ComplexityRule { spread_dwellings: 5, ..ComplexityRule::default() };
        let mut visit = visit(20, &["1", "2", "3", "4", "5", "6", "7", "8"]);
        visit.observations = vec![observe("a", "dwelling:1", "ACC-01", 2), observe("b", "dwelling:2", "ACC-01", 2)];
        let codes = |visit: &Visit| -> Vec<MotifCode> {
            complexity(builtin::v1(), visit, &History::default(), &rule, Compartments::BUILDING).motifs.iter().map(|motif| motif.code).collect()
        };
        assert_eq!(codes(&visit), [MotifCode::Propag], "two of eight is a quarter");
        visit.dwellings.insert("9".to_owned(), crate::DwellingOutcome::Visited);
        assert_eq!(codes(&visit), []);
    }

    #[test]
    fn two_motifs_make_a_case_complex_and_one_does_not() {
        let mut small = visit(4, &["1"]);
        small.observations = vec![observe("a", "exterior", "GES-02", 2)];
        assert!(!assess(&small, &History::default(), Compartments::BUILDING).complex);
        small.observations.push(observe("b", "exterior", "GES-04", 2));
        assert!(assess(&small, &History::default(), Compartments::BUILDING).complex);
    }

    #[test]
    fn the_building_compartment_says_nothing_of_a_household() {
        let household = [
            choose("a", "dwelling:1", "MEN-02", &["isolement", "grossesse"]),
            observe("b", "dwelling:1", "MEN-06", 4),
            observe("c", "dwelling:1", "MEN-04", 4),
            observe("d", "dwelling:2", "MEN-03", 4),
        ];
        let building = [observe("e", "dwelling:1", "HUM-05", 3), observe("f", "exterior", "GES-02", 2)];
        let all: Vec<Observation> = household.iter().chain(&building).cloned().collect();
        let quiet = History::default();
        assert_eq!(motifs(4, &all, &quiet, Compartments::BUILDING), motifs(4, &building, &quiet, Compartments::BUILDING));
        let codes: Vec<MotifCode> = motifs(4, &all, &quiet, Compartments::ALL).into_iter().map(|(code, _)| code).collect();
        assert!(codes.contains(&MotifCode::Vuln) && codes.contains(&MotifCode::Risqlog));
    }

    #[test]
    fn motif_codes_are_written_as_the_domain_writes_them() -> Result<(), serde_json::Error> {
        use MotifCode::{Certain, Inaction, Multi, Parc, Propag, Recid, Risqlog, Vuln};
        let codes = serde_json::to_string(&[Certain, Multi, Propag, Vuln, Recid, Inaction, Risqlog, Parc])?;
        assert_eq!(codes, r#"["CERTAIN","MULTI","PROPAG","VULN","RECID","INACTION","RISQLOG","PARC"]"#);
        Ok(())
    }
}
