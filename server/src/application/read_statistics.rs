//! Statistics without names, for those who may read them: each of their own territory.

use app::texts::{Locale, fill, statistics as words};
use casework::{
    clock::Timestamp,
    permission::{self, OrganisationKind},
    person_request::csv_line,
    statistics::{Audience, Quarter, SMALL, TerritoryFigures},
    wire::v1::{ErrorCode, ShownQuarter, Statistics},
};

use super::{Actor, Brigade, Result, UseCaseError, refuse, require};
use crate::store;

/// A quarter that was counted, or the last one. It tells of nobody: no line of the access journal.
///
/// # Errors
/// `not_found` for those who read none, and for a quarter that was not counted; `value_out_of_range` for what is no quarter.
pub async fn read(brigade: &Brigade, actor: &Actor, asked: Option<&str>) -> Result<Statistics> {
    require(permission::may_read_statistics(&actor.permission()), ErrorCode::NotFound)?;
    let organisation = &actor.account.organisation;
    let (audience, territory) = match (organisation.kind, &organisation.municipality) {
        (OrganisationKind::Brigade, _) => (Audience::Brigade, None),
        (_, Some(municipality)) => (Audience::City, Some(municipality)),
        (_, None) => return refuse(ErrorCode::NotFound),
    };
    let reader = brigade.store.reader();
    let quarters = store::statistics::quarters(reader).await?;
    let quarter = match asked.filter(|text| !text.is_empty()) {
        Some(text) => Some(text.parse::<Quarter>().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "quarter"))?),
        None => quarters.first().copied(),
    };
    let shown = match quarter {
        None => None,
        Some(quarter) => {
            let Some(mut figures) = store::statistics::by_quarter(reader, quarter).await? else { return refuse(ErrorCode::NotFound) };
            let mut territories = figures.of.remove(&audience).unwrap_or_default();
            territories.retain(|figures| territory.is_none_or(|territory| *territory == figures.municipality));
            Some(ShownQuarter {
                quarter: quarter.to_string(),
                first_day: quarter.first_day(),
                last_day: quarter.last_day(),
                made_at: Timestamp(figures.made_at),
                rule_version: figures.rule_version,
                territories,
            })
        }
    };
    Ok(Statistics { quarters: quarters.iter().map(ToString::to_string).collect(), shown, small: SMALL })
}

/// The figures as CSV (UTF-8, with the mark by which spreadsheets know it), nothing of which runs as a formula.
pub fn csv(shown: &ShownQuarter) -> String {
    let mut text = String::from("\u{feff}");
    text.push_str(&csv_line(words::COLUMNS.map(|column| column.fr)));
    for TerritoryFigures { municipality, indicators } in &shown.territories {
        for figures in indicators {
            let indicator = words::indicator(figures.indicator).fr;
            let mut line = |by: &str, part: &str, count: Option<u64>| {
                let count = count.map_or_else(|| fill(words::WITHHELD_CELL.fr, &[("small", &SMALL.to_string())]), |count| count.to_string());
                text.push_str(&csv_line([shown.quarter.as_str(), municipality, indicator, by, part, &count]));
            };
            line(words::TOTAL.fr, "", figures.total);
            for split in &figures.splits {
                let by = words::split(split.by).fr;
                if split.parts.is_empty() {
                    line(by, words::SPLIT_WITHHELD.fr, None);
                }
                for part in &split.parts {
                    line(by, &words::part(split.by, part, Locale::Fr), Some(part.count));
                }
            }
        }
    }
    text
}
