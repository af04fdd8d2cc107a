//! Askings to pass a referral on.

use std::collections::BTreeSet;

use casework::{
    ids::{ForwardId, OrganisationId, ReferralId},
    referral::Forward,
};
use sqlx::{AnyExecutor, Row, any::AnyRow};

use super::{Result, Tx, from_json, parsed, to_json};

/// An asking with the names that go with it.
#[derive(Clone, Debug)]
pub struct ForwardRecord {
    pub forward: Forward,
    pub by_name: String,
    pub organisation: String,
}

const SELECT: &str = "select f.id, f.body, f.by_name, o.name from referral_forward f join organisation o on o.id = f.to_organisation";

fn record(row: &AnyRow) -> Result<ForwardRecord> {
    let id: String = row.try_get("id")?;
    Ok(ForwardRecord {
        forward: from_json("referral_forward", "body", &id, row.try_get("body")?)?,
        by_name: row.try_get("by_name")?,
        organisation: row.try_get("name")?,
    })
}

/// Stores a new one. `false` when its id is known already, or another of the same referral waits for its answer.
pub async fn insert(tx: &mut Tx, forward: &Forward, by_name: &str) -> Result<bool> {
    let done = sqlx::query(
        "insert into referral_forward (id, referral_id, to_organisation, body, by_account, by_name, at, waits_for) values ($1, $2, $3, $4, $5, $6, $7, $2)
         on conflict do nothing",
    )
    .bind(forward.id.to_string())
    .bind(forward.referral_id.to_string())
    .bind(forward.to_organisation.to_string())
    .bind(to_json(forward))
    .bind(forward.asked.by.to_string())
    .bind(by_name)
    .bind(forward.asked.at.0)
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves an answer. `false` when it was answered before.
pub async fn save_answered(tx: &mut Tx, forward: &Forward) -> Result<bool> {
    let done = sqlx::query("update referral_forward set body = $2, waits_for = null where id = $1 and waits_for is not null")
        .bind(forward.id.to_string())
        .bind(to_json(forward))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: ForwardId) -> Result<Option<ForwardRecord>> {
    let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where f.id = $1"))).bind(id.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// Of a referral, oldest first.
pub async fn of_referral<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Vec<ForwardRecord>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} where f.referral_id = $1 order by f.at, f.id")));
    select.bind(id.to_string()).fetch_all(executor).await?.iter().map(record).collect()
}

/// Referrals of an organisation that somebody asks it to pass on.
pub async fn waiting<'e>(executor: impl AnyExecutor<'e>, sender: OrganisationId) -> Result<BTreeSet<ReferralId>> {
    let rows = sqlx::query("select r.id from referral_forward f join referral r on r.id = f.waits_for where r.from_organisation = $1")
        .bind(sender.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            parsed("referral", "id", &id, &id)
        })
        .collect()
}
