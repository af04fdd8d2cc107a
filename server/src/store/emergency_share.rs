//! What was shared without consent, and its review.

use casework::{
    emergency_share::EmergencyShare,
    ids::{EmergencyShareId, OrganisationId, ReferralId},
};
use sqlx::{AnyConnection, AnyExecutor, Row, any::AnyRow};

use super::{
    Result, Tx, from_json,
    rows::{ids, over_given},
    to_json,
};

/// Rows of the review list.
const LIST_MAX: i64 = 500;

/// An emergency share with the names that go with it.
#[derive(Clone, Debug)]
pub struct EmergencyShareRecord {
    pub share: EmergencyShare,
    pub case_number: String,
    pub address: String,
    pub door: String,
    pub organisation: String,
    pub shared_by_name: String,
    pub reviewed_by_name: Option<String>,
}

const SELECT: &str = "select s.id, s.body, k.number, b.address, d.label, o.name as organisation, a.display_name as shared_by_name,
    r.display_name as reviewed_by_name
    from emergency_share s join case_file k on k.id = s.case_id join dwelling d on d.id = s.dwelling_id join building b on b.id = d.building_id
    join organisation o on o.id = s.to_organisation join account a on a.id = s.shared_by left join account r on r.id = s.reviewed_by";

fn share(row: &AnyRow) -> Result<EmergencyShare> {
    let id: String = row.try_get("id")?;
    from_json("emergency_share", "body", &id, row.try_get("body")?)
}

fn record(row: &AnyRow) -> Result<EmergencyShareRecord> {
    Ok(EmergencyShareRecord {
        share: share(row)?,
        case_number: row.try_get("number")?,
        address: row.try_get("address")?,
        door: row.try_get("label")?,
        organisation: row.try_get("organisation")?,
        shared_by_name: row.try_get("shared_by_name")?,
        reviewed_by_name: row.try_get("reviewed_by_name")?,
    })
}

/// Stores a new one. `false` when its id is known already.
pub async fn insert(tx: &mut Tx, share: &EmergencyShare) -> Result<bool> {
    let done = sqlx::query(
        "insert into emergency_share (id, case_id, referral_id, dwelling_id, to_organisation, body, at, shared_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (id) do nothing",
    )
    .bind(share.id.to_string())
    .bind(share.case_id.to_string())
    .bind(share.referral_id.to_string())
    .bind(share.dwelling_id.to_string())
    .bind(share.to_organisation.to_string())
    .bind(to_json(share))
    .bind(share.shared.at.0)
    .bind(share.shared.by.to_string())
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves a review. `false` when it was reviewed before.
pub async fn save_reviewed(tx: &mut Tx, share: &EmergencyShare) -> Result<bool> {
    let reviewed = share.review.as_ref().map(|review| review.reviewed);
    let done = sqlx::query("update emergency_share set body = $2, reviewed_at = $3, reviewed_by = $4 where id = $1 and reviewed_at is null")
        .bind(share.id.to_string())
        .bind(to_json(share))
        .bind(reviewed.map(|act| act.at.0))
        .bind(reviewed.map(|act| act.by.to_string()))
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Of an organisation, by id.
pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: EmergencyShareId, organisation: OrganisationId) -> Result<Option<EmergencyShare>> {
    let select = sqlx::query("select s.id, s.body from emergency_share s join account a on a.id = s.shared_by where s.id = $1 and a.organisation_id = $2");
    let row = select.bind(id.to_string()).bind(organisation.to_string()).fetch_optional(executor).await?;
    row.as_ref().map(share).transpose()
}

/// What people of an organisation shared: not reviewed first, oldest first; then the latest reviewed.
pub async fn of_organisation<'e>(executor: impl AnyExecutor<'e>, organisation: OrganisationId) -> Result<Vec<EmergencyShareRecord>> {
    let select = sqlx::query(sqlx::AssertSqlSafe(format!(
        "{SELECT} where a.organisation_id = $1
         order by case when s.reviewed_at is null then 0 else 1 end, coalesce(-s.reviewed_at, s.at), s.id limit {LIST_MAX}"
    )));
    select.bind(organisation.to_string()).fetch_all(executor).await?.iter().map(record).collect()
}

/// What each of these referrals shares without consent, whether it still holds or not.
pub async fn shared_by(connection: &mut AnyConnection, referrals: impl IntoIterator<Item = ReferralId>) -> Result<Vec<EmergencyShare>> {
    let select = over_given(connection, "select s.id, s.body from {given} join emergency_share s on s.referral_id = given.value ->> 0", &ids(referrals));
    select.fetch_all(connection).await?.iter().map(share).collect()
}
