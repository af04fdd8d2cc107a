//! What statistics are counted from, and the quarters that were counted.

use casework::{
    case::Case,
    clock::Timestamp,
    consent::{Consent, ConsentAnswer},
    referral::ReferralStage,
    statistics::{Quarter, QuarterFigures},
};
use inspection_grid::Band;
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, from_json, parsed, to_json};

/// Where something is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedPlace {
    pub municipality: String,
    pub borough: Option<String>,
}

/// A case, as it is counted.
#[derive(Clone, Debug)]
pub struct CountedCase {
    pub place: CountedPlace,
    pub case: Case,
    pub band: Option<Band>,
    pub danger: bool,
    pub complex: bool,
    /// Of its last scored visit: the grid and the score.
    pub score: Option<(String, String)>,
}

/// A referral of the brigade, as it is counted.
#[derive(Clone, Debug)]
pub struct CountedReferral {
    pub place: CountedPlace,
    pub stage: ReferralStage,
    /// It shares something of people.
    pub confidential: bool,
    /// It was received by the city of the building.
    pub to_the_city: bool,
}

fn place(row: &AnyRow) -> Result<CountedPlace> {
    Ok(CountedPlace { municipality: row.try_get("municipality")?, borough: row.try_get("borough")? })
}

const CASES: &str = "select c.id, c.state, c.band, c.danger, c.complex, b.municipality, b.borough, v.grid_hash, v.score
    from case_file c join building b on b.id = c.building_id
        left join visit v on v.id = (select w.id from visit w where w.case_id = c.id and w.score is not null order by w.started_at desc, w.id desc limit 1)";

fn case(row: &AnyRow) -> Result<CountedCase> {
    let id: String = row.try_get("id")?;
    let band: Option<String> = row.try_get("band")?;
    let (grid, score): (Option<String>, Option<String>) = (row.try_get("grid_hash")?, row.try_get("score")?);
    Ok(CountedCase {
        place: place(row)?,
        case: from_json("case_file", "state", &id, row.try_get("state")?)?,
        band: band.map(|band| from_json("case_file", "band", &id, &format!("\"{band}\""))).transpose()?,
        danger: row.try_get::<i64, _>("danger")? == 1,
        complex: row.try_get::<i64, _>("complex")? == 1,
        score: grid.zip(score),
    })
}

/// Cases opened from a moment until another.
pub async fn opened<'e>(executor: impl AnyExecutor<'e>, from: Timestamp, until: Timestamp) -> Result<Vec<CountedCase>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!("{CASES} where c.opened_at >= $1 and c.opened_at < $2")));
    select.bind(from.0).bind(until.0).fetch_all(executor).await?.iter().map(case).collect()
}

/// Closed cases that something happened to since a moment: those closed since are among them.
pub async fn closed_since<'e>(executor: impl AnyExecutor<'e>, from: Timestamp) -> Result<Vec<CountedCase>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!("{CASES} where c.stage = 'closed' and c.updated_at >= $1")));
    select.bind(from.0).fetch_all(executor).await?.iter().map(case).collect()
}

/// Referrals that the brigade sent from a moment until another.
pub async fn referrals<'e>(executor: impl AnyExecutor<'e>, from: Timestamp, until: Timestamp) -> Result<Vec<CountedReferral>> {
    let rows = sqlx::query(
        "select r.id, r.stage, r.confidential, b.municipality, b.borough,
            case when t.kind = 'city' and t.municipality = b.municipality then 1 else 0 end as to_the_city
         from referral r join building b on b.id = r.building_id join organisation o on o.id = r.from_organisation
            join organisation t on t.id = r.to_organisation
         where o.kind = 'brigade' and r.sent_at >= $1 and r.sent_at < $2",
    )
    .bind(from.0)
    .bind(until.0)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok(CountedReferral {
                place: place(row)?,
                stage: parsed("referral", "stage", &id, row.try_get("stage")?)?,
                confidential: row.try_get::<i64, _>("confidential")? == 1,
                to_the_city: row.try_get::<i64, _>("to_the_city")? == 1,
            })
        })
        .collect()
}

/// What people answered from a moment until another.
pub async fn consents<'e>(executor: impl AnyExecutor<'e>, from: Timestamp, until: Timestamp) -> Result<Vec<(CountedPlace, ConsentAnswer)>> {
    let rows = sqlx::query(
        "select c.id, c.body, b.municipality, b.borough from consent c join case_file k on k.id = c.case_id join building b on b.id = k.building_id
         where c.at >= $1 and c.at < $2",
    )
    .bind(from.0)
    .bind(until.0)
    .fetch_all(executor)
    .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let consent: Consent = from_json("consent", "body", &id, row.try_get("body")?)?;
            Ok((place(row)?, consent.answer))
        })
        .collect()
}

/// When the first case was opened.
pub async fn first_opened<'e>(executor: impl AnyExecutor<'e>) -> Result<Option<Timestamp>> {
    let row = sqlx::query("select min(opened_at) as first from case_file").fetch_one(executor).await?;
    Ok(row.try_get::<Option<i64>, _>("first")?.map(Timestamp))
}

/// Keeps a quarter as it was counted. `false` when it was counted before: it stays as it is.
pub async fn insert(tx: &mut Tx, quarter: Quarter, figures: &QuarterFigures) -> Result<bool> {
    let done = sqlx::query("insert into statistics_quarter (quarter, body, made_at) values ($1, $2, $3) on conflict (quarter) do nothing")
        .bind(quarter.to_string())
        .bind(to_json(figures))
        .bind(figures.made_at)
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Quarters that were counted, newest first.
pub async fn quarters<'e>(executor: impl AnyExecutor<'e>) -> Result<Vec<Quarter>> {
    let rows = sqlx::query("select quarter from statistics_quarter order by quarter desc").fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let quarter: String = row.try_get("quarter")?;
            parsed("statistics_quarter", "quarter", &quarter, &quarter)
        })
        .collect()
}

/// A quarter as it was counted.
pub async fn by_quarter<'e>(executor: impl AnyExecutor<'e>, quarter: Quarter) -> Result<Option<QuarterFigures>> {
    let row = sqlx::query("select body from statistics_quarter where quarter = $1").bind(quarter.to_string()).fetch_optional(executor).await?;
    row.map(|row| from_json("statistics_quarter", "body", &quarter.to_string(), row.try_get("body")?)).transpose()
}
