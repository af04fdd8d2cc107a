//! Two quarters of invented numbers, withheld by the program's own rules: the demo's own cases are too few and too young to be counted.

use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    referral::Day,
    statistics::{Audience, Indicator, NONE, Quarter, QuarterFigures, Split, Tally, TerritoryFigures, VERSION, figures},
};
use inspection_grid::Label;

use crate::{
    clock::local_date,
    store::{self, Tx},
};

const LONGUEUIL: [&str; 3] = ["Greenfield Park", "Le Vieux-Longueuil", "Saint-Hubert"];

/// How many of one indicator: by borough where there are any, and by the codes of a split.
struct Invented {
    indicator: Indicator,
    boroughs: &'static [u64],
    splits: &'static [(Split, &'static [(&'static str, u64)])],
}

const OF_LONGUEUIL: &[Invented] = &[
    Invented { indicator: Indicator::CasesOpened, boroughs: &[9, 31, 18], splits: &[(Split::Band, &[("A", 6), ("B", 17), ("C", 21), ("D", 8), (NONE, 6)])] },
    Invented {
        indicator: Indicator::CasesClosed,
        boroughs: &[4, 16, 9],
        splits: &[(Split::Outcome, &[("corrected", 14), ("partly_corrected", 6), ("relocated", 3), ("kept_in_place", 2), ("unfounded", 4)])],
    },
    Invented {
        indicator: Indicator::ReferralsSent,
        boroughs: &[7, 29, 16],
        splits: &[(
            Split::ReferralState,
            &[("accepted", 6), ("in_progress", 9), ("on_hold", 1), ("completed", 22), ("declined", 7), ("sent", 2), ("expired", 3), ("withdrawn", 2)],
        )],
    },
    Invented { indicator: Indicator::ConsentAnswers, boroughs: &[5, 21, 11], splits: &[(Split::Answer, &[("given", 26), ("refused", 11)])] },
];

const OF_BROSSARD: &[Invented] = &[
    Invented { indicator: Indicator::CasesOpened, boroughs: &[14], splits: &[(Split::Band, &[("A", 1), ("B", 5), ("C", 6), ("D", 2)])] },
    Invented { indicator: Indicator::CasesClosed, boroughs: &[3], splits: &[(Split::Outcome, &[("corrected", 3)])] },
    Invented { indicator: Indicator::ReferralsSent, boroughs: &[12], splits: &[(Split::ReferralState, &[("completed", 7), ("declined", 5)])] },
    Invented { indicator: Indicator::ConsentAnswers, boroughs: &[6], splits: &[(Split::Answer, &[("given", 5), ("refused", 1)])] },
];

/// With something to mend, of those opened.
const CRITERIA: [(&str, &str, &str, u64); 3] =
    [("HUM", "Humidité et moisissures", "Damp and mould", 33), ("VER", "Vermine", "Vermin", 22), ("SEI", "Sécurité incendie", "Fire safety", 9)];

impl Invented {
    fn tally(&self, boroughs: &[&str]) -> Tally {
        let total: u64 = self.boroughs.iter().sum();
        // The nth of those counted is of the nth code of each split, counted through.
        let nth = |codes: &[(&'static str, u64)], mut at: u64| {
            codes
                .iter()
                .find(|(_, count)| {
                    let is_here = at < *count;
                    at = at.saturating_sub(*count);
                    is_here
                })
                .map_or(NONE, |(code, _)| *code)
        };
        let places: Vec<(&str, u64)> = boroughs.iter().copied().zip(self.boroughs.iter().copied()).collect();
        let mut tally = Tally::default();
        for at in 0..total {
            let place = places.iter().scan(0, |end, (name, count)| {
                *end += count;
                Some((*name, *end))
            });
            let place = place.into_iter().find(|(_, end)| at < *end).map_or(NONE, |(name, _)| name);
            tally.add(self.splits.iter().map(|(split, codes)| (*split, nth(codes, at))).chain([(Split::Borough, place)]));
        }
        if self.indicator == Indicator::CasesOpened {
            for (code, fr, en, count) in CRITERIA {
                let label = Label { fr: fr.to_owned(), en: en.to_owned() };
                (0..count.min(total)).for_each(|_| tally.add_criteria(code, &label));
            }
        }
        tally
    }
}

/// Stores the two quarters that are settled now.
pub async fn store(tx: &mut Tx, now: Timestamp) -> anyhow::Result<()> {
    let today: Day = local_date(now).parse()?;
    let mut quarter = Quarter::of(local_date(now.plus_ms(-330 * Timestamp::DAY_MS)).parse()?);
    let mut settled = Vec::new();
    while quarter.is_settled(today) {
        settled.push(quarter);
        quarter = quarter.next();
    }
    let of = |municipality: &str, invented: &[Invented], boroughs: &[&str]| TerritoryFigures {
        municipality: municipality.to_owned(),
        indicators: invented.iter().map(|one| figures(one.indicator, &one.tally(boroughs))).collect(),
    };
    let territories = vec![of("Brossard", OF_BROSSARD, &[]), of("Longueuil", OF_LONGUEUIL, &LONGUEUIL)];
    for quarter in settled.into_iter().rev().take(2) {
        let of: BTreeMap<Audience, _> = Audience::ALL.iter().map(|audience| (*audience, territories.clone())).collect();
        store::statistics::insert(tx, quarter, &QuarterFigures { rule_version: VERSION.to_owned(), made_at: now.0, of }).await?;
    }
    Ok(())
}
