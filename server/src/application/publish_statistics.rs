//! Each quarter is counted once, two weeks after its end, and kept as it is shown.

use std::collections::{BTreeMap, BTreeSet};

use casework::{
    case::CaseState,
    clock::Timestamp,
    permission::shows_on_territory,
    statistics::{self, Audience, Indicator, NONE, Quarter, QuarterFigures, Split, Tally, TerritoryFigures, VERSION},
    wire::v1::ErrorCode,
};
use inspection_grid::{CriterionId, Grid, GridHash, Label, Score};

use super::{Brigade, Result, UseCaseError};
use crate::{
    clock::{day_end, day_start, local_date, now},
    store::{
        self, StoreError,
        statistics::{CountedCase, CountedPlace},
    },
};

/// Quarters counted at once: a platform that comes from years of another one catches up by and by.
const AT_ONCE_MAX: usize = 8;

/// Counts what quarters are over and settled and were not counted yet. What says that one was is its row: a start, or another server, changes nothing of it.
///
/// # Errors
/// When the store fails.
pub async fn publish_due(brigade: &Brigade, at: Timestamp) -> Result<usize> {
    let reader = brigade.store.reader();
    let Some(first) = store::statistics::first_opened(reader).await? else { return Ok(0) };
    let day = |at| local_date(at).parse().map_err(|_| UseCaseError::refused(ErrorCode::Internal));
    let (mut quarter, today) = (Quarter::of(day(first)?), day(at)?);
    let known: BTreeSet<Quarter> = store::statistics::quarters(reader).await?.into_iter().collect();
    let mut counted = 0;
    while quarter.is_settled(today) && counted < AT_ONCE_MAX {
        if !known.contains(&quarter) && publish(brigade, quarter).await? {
            counted += 1;
        }
        quarter = quarter.next();
    }
    Ok(counted)
}

async fn publish(brigade: &Brigade, quarter: Quarter) -> Result<bool> {
    let figures = count(brigade, quarter).await?;
    let mut tx = brigade.store.begin().await?;
    let is_first = store::statistics::insert(&mut tx, quarter, &figures).await?;
    if is_first {
        store::audit::record(&mut tx, now(), None, "statistics.counted", "quarter", &quarter.to_string()).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(is_first)
}

/// What is counted for an audience, by municipality and indicator.
type Tallies = BTreeMap<String, BTreeMap<Indicator, Tally>>;

/// Both audiences, with every place there is: one where nothing happened is counted as the others are.
struct Count {
    of: BTreeMap<Audience, Tallies>,
}

impl Count {
    fn of_places(places: &[(String, Option<String>)]) -> Self {
        let mut tallies = Tallies::new();
        for (municipality, borough) in places {
            let of_place = tallies.entry(municipality.clone()).or_default();
            for indicator in Indicator::ALL {
                let tally = of_place.entry(*indicator).or_default();
                if let Some(borough) = borough {
                    tally.know_borough(borough);
                }
            }
        }
        Self { of: Audience::ALL.iter().map(|audience| (*audience, tallies.clone())).collect() }
    }

    /// Counts one more for the brigade, and for the city if it may know of it.
    fn add(&mut self, indicator: Indicator, place: &CountedPlace, for_city: bool, then: impl Fn(&mut Tally)) {
        for (audience, tallies) in &mut self.of {
            if *audience == Audience::Brigade || for_city {
                then(tallies.entry(place.municipality.clone()).or_default().entry(indicator).or_default());
            }
        }
    }

    fn figures(&self) -> BTreeMap<Audience, Vec<TerritoryFigures>> {
        let of_indicators = |tallies: &BTreeMap<Indicator, Tally>| {
            Indicator::ALL.iter().map(|indicator| statistics::figures(*indicator, tallies.get(indicator).unwrap_or(&Tally::default()))).collect()
        };
        let of_places = |tallies: &Tallies| {
            tallies.iter().map(|(municipality, tallies)| TerritoryFigures { municipality: municipality.clone(), indicators: of_indicators(tallies) }).collect()
        };
        self.of.iter().map(|(audience, tallies)| (*audience, of_places(tallies))).collect()
    }
}

fn borough(place: &CountedPlace) -> (Split, &str) {
    (Split::Borough, place.borough.as_deref().unwrap_or(NONE))
}

async fn count(brigade: &Brigade, quarter: Quarter) -> Result<QuarterFigures> {
    let reader = brigade.store.reader();
    let (from, until) = (day_start(&quarter.first_day()), day_end(&quarter.last_day()));
    let outlines = store::building::territories(reader).await?;
    let places: Vec<_> = outlines.into_iter().map(|outline| (outline.municipality, outline.borough)).collect();
    let mut count = Count::of_places(&places);
    for opened in store::statistics::opened(reader, from, until).await? {
        let groups = groups_of(brigade, &opened);
        let band = opened.band.map_or(NONE, super::read_cases::band_letter);
        count.add(Indicator::CasesOpened, &opened.place, shows(&opened), |tally| {
            tally.add([borough(&opened.place), (Split::Band, band)]);
            for (code, label) in &groups {
                tally.add_criteria(code, label);
            }
        });
    }
    for closed in store::statistics::closed_since(reader, from).await? {
        let CaseState::Closed { closed: act, outcome, .. } = &closed.case.state else { continue };
        if act.at >= from && act.at < until {
            let outcome = outcome.code();
            count.add(Indicator::CasesClosed, &closed.place, shows(&closed), |tally| tally.add([borough(&closed.place), (Split::Outcome, outcome)]));
        }
    }
    for referral in store::statistics::referrals(reader, from, until).await? {
        // Whoever has the list of the others would take it from the number of all.
        if referral.confidential {
            continue;
        }
        let parts = [borough(&referral.place), (Split::ReferralState, referral.stage.code())];
        count.add(Indicator::ReferralsSent, &referral.place, !referral.to_the_city, |tally| tally.add(parts));
    }
    for (place, answer) in store::statistics::consents(reader, from, until).await? {
        // They are of people: how many said what is told apart from any list that a city has.
        count.add(Indicator::ConsentAnswers, &place, true, |tally| tally.add([borough(&place), (Split::Answer, answer.code())]));
    }
    Ok(QuarterFigures { rule_version: VERSION.to_owned(), made_at: now().0, of: count.figures() })
}

/// Whether the building itself makes it a case, so that its city may know of it.
fn shows(case: &CountedCase) -> bool {
    shows_on_territory(case.complex, case.danger, case.band.map(super::judge_visit::triage))
}

/// The groups of criteria of which its last scored visit found something to mend. Nothing of a household is ever scored.
fn groups_of(brigade: &Brigade, case: &CountedCase) -> BTreeMap<String, Label> {
    let Some((hash, score)) = &case.score else { return BTreeMap::new() };
    let grid: Option<&Grid> = brigade.grids.get(&GridHash(hash.clone())).map(|grid| &**grid);
    let (Some(grid), Ok(score)) = (grid, serde_json::from_str::<Score>(score)) else { return BTreeMap::new() };
    let section = |criterion: &CriterionId| grid.criterion(criterion).map(|(section, _)| (section.id.clone(), section.label.clone()));
    score.contributions.iter().filter(|contribution| contribution.points > 0).filter_map(|contribution| section(&contribution.criterion)).collect()
}
