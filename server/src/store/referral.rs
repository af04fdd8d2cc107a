use casework::{
    clock::Timestamp,
    ids::{AccountId, CaseId, EntryId, OrganisationId, ReferralId},
    permission::OrganisationKind,
    referral::{Referral, ReferralStage},
    wire::v1::EntryKind,
};
use sqlx::{Any, AnyExecutor, QueryBuilder, Row, any::AnyRow};

use super::{BuildingRow, Result, Tx, building, built, code, from_json, parsed, to_json};

#[derive(Clone, Debug)]
pub struct ReferralRecord {
    pub referral: Referral,
    pub building: BuildingRow,
    pub case_number: String,
    pub from_name: String,
    /// The brigade sent it; a partner did otherwise.
    pub from_brigade: bool,
    pub to_name: String,
    pub created_by: AccountId,
    pub answered_by_name: Option<String>,
    pub answered_at: Option<Timestamp>,
}

/// Which referrals a list shows.
#[derive(Clone, Copy, Debug)]
pub enum ReferralFilter {
    /// Received by the organisation: never a draft, nor one that was given up before it went.
    Received(OrganisationId),
    Sent(OrganisationId),
    OfCase(CaseId),
    /// Of a case, received by the organisation.
    OfCaseReceived(CaseId, OrganisationId),
}

#[derive(Clone, Debug)]
pub struct ReferralEntryRecord {
    pub id: EntryId,
    pub at: Timestamp,
    pub by_name: String,
    pub kind: EntryKind,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct NewReferralEntry<'text> {
    pub id: EntryId,
    pub referral_id: ReferralId,
    pub at: Timestamp,
    pub by_account: Option<AccountId>,
    pub by_name: &'text str,
    pub kind: EntryKind,
    pub text: &'text str,
}

const SELECT: &str =
    "select r.id, r.body, r.created_by, r.answered_by_name, r.answered_at, c.number, f.name as from_name, f.kind as from_kind, t.name as to_name,
    b.id as building_id, b.address as building_address, b.municipality as building_municipality, b.borough as building_borough,
    b.dwellings as building_dwellings, b.storeys as building_storeys, b.year_built as building_year_built, b.longitude as building_longitude,
    b.latitude as building_latitude
    from referral r join building b on b.id = r.building_id join case_file c on c.id = r.case_id
    join organisation f on f.id = r.from_organisation join organisation t on t.id = r.to_organisation ";

fn record(row: &AnyRow) -> Result<ReferralRecord> {
    let id: String = row.try_get("id")?;
    let body: String = row.try_get("body")?;
    Ok(ReferralRecord {
        referral: from_json("referral", "body", &id, &body)?,
        building: building::building(row, "building_")?,
        case_number: row.try_get("number")?,
        from_name: row.try_get("from_name")?,
        from_brigade: row.try_get::<String, _>("from_kind")? == OrganisationKind::Brigade.code(),
        to_name: row.try_get("to_name")?,
        created_by: parsed("referral", "created_by", &id, row.try_get("created_by")?)?,
        answered_by_name: row.try_get("answered_by_name")?,
        answered_at: row.try_get::<Option<i64>, _>("answered_at")?.map(Timestamp),
    })
}

/// Stores a new referral. `false` when its id is known already: the same click, sent twice.
pub async fn insert(tx: &mut Tx, referral: &Referral, created_by: AccountId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query(
        "insert into referral (id, case_id, building_id, from_organisation, to_organisation, created_by, stage, body, sent_at, due_at, updated_at, revision,
            confidential, remind_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict (id) do nothing",
    )
    .bind(referral.id.to_string())
    .bind(referral.case_id.to_string())
    .bind(referral.building_id.to_string())
    .bind(referral.from_organisation.to_string())
    .bind(referral.to_organisation.to_string())
    .bind(created_by.to_string())
    .bind(referral.stage().code())
    .bind(to_json(referral))
    .bind(referral.state.sent().map(|act| act.at.0))
    .bind(referral.due_at().map(|at| at.0))
    .bind(at.0)
    .bind(referral.revision)
    .bind(i64::from(referral.shared_sections.needs_consent()))
    .bind(referral.remind_at().map(|at| at.0))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Saves over the revision that was read. `false` when somebody else saved first.
pub async fn save(tx: &mut Tx, record: &ReferralRecord, expected_revision: i64, at: Timestamp) -> Result<bool> {
    let referral = &record.referral;
    let done = sqlx::query(
        "update referral set stage = $3, body = $4, answered_by_name = $5, answered_at = $6, sent_at = $7, due_at = $8, updated_at = $9, revision = $10,
            remind_at = $11
         where id = $1 and revision = $2",
    )
    .bind(referral.id.to_string())
    .bind(expected_revision)
    .bind(referral.stage().code())
    .bind(to_json(referral))
    .bind(&record.answered_by_name)
    .bind(record.answered_at.map(|at| at.0))
    .bind(referral.state.sent().map(|act| act.at.0))
    .bind(referral.due_at().map(|at| at.0))
    .bind(at.0)
    .bind(referral.revision)
    .bind(referral.remind_at().map(|at| at.0))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Option<ReferralRecord>> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    query.push("where r.id = ").push_bind(id.to_string());
    let row = built(&mut query).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// Newest change first.
pub async fn list<'e>(executor: impl AnyExecutor<'e>, filter: ReferralFilter) -> Result<Vec<ReferralRecord>> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    match filter {
        ReferralFilter::Received(organisation) => {
            query.push("where r.to_organisation = ").push_bind(organisation.to_string()).push(" and r.sent_at is not null");
        }
        ReferralFilter::Sent(organisation) => {
            query.push("where r.from_organisation = ").push_bind(organisation.to_string());
        }
        ReferralFilter::OfCase(case) => {
            query.push("where r.case_id = ").push_bind(case.to_string());
        }
        ReferralFilter::OfCaseReceived(case, organisation) => {
            query.push("where r.case_id = ").push_bind(case.to_string());
            query.push(" and r.to_organisation = ").push_bind(organisation.to_string()).push(" and r.sent_at is not null");
        }
    }
    query.push(" order by r.updated_at desc, r.id desc limit 500");
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter().map(record).collect()
}

/// Sent and unanswered past their deadline: for the job that expires them.
pub async fn overdue<'e>(executor: impl AnyExecutor<'e>, at: Timestamp) -> Result<Vec<ReferralRecord>> {
    let mut query = QueryBuilder::<Any>::new(SELECT);
    query.push("where r.stage = ").push_bind(ReferralStage::Sent.code()).push(" and r.due_at < ").push_bind(at.0).push(" order by r.due_at limit 100");
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter().map(record).collect()
}

/// Unanswered, and to be brought to their recipients' minds by now: before their deadline, never after.
pub async fn to_remind<'e>(executor: impl AnyExecutor<'e>, at: Timestamp) -> Result<Vec<ReferralId>> {
    let rows = sqlx::query("select id from referral where remind_at <= $1 and due_at > $1 and stage = $2 order by remind_at limit 100")
        .bind(at.0)
        .bind(ReferralStage::Sent.code())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            parsed("referral", "id", &id, &id)
        })
        .collect()
}

/// Takes the one reminder of a referral. `false` when it was answered or reminded meanwhile.
pub async fn take_reminder(tx: &mut Tx, id: ReferralId, at: Timestamp) -> Result<bool> {
    let done = sqlx::query("update referral set remind_at = null, updated_at = $2 where id = $1 and remind_at <= $2 and stage = $3")
        .bind(id.to_string())
        .bind(at.0)
        .bind(ReferralStage::Sent.code())
        .execute(&mut *tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Something was said about it: it comes first in the lists of both sides.
pub async fn touch(tx: &mut Tx, id: ReferralId, at: Timestamp) -> Result<()> {
    sqlx::query("update referral set updated_at = $2 where id = $1").bind(id.to_string()).bind(at.0).execute(&mut *tx).await?;
    Ok(())
}

pub async fn insert_entry(tx: &mut Tx, entry: &NewReferralEntry<'_>) -> Result<()> {
    sqlx::query("insert into referral_entry (id, referral_id, at, by_account, by_name, kind, text) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(entry.id.to_string())
        .bind(entry.referral_id.to_string())
        .bind(entry.at.0)
        .bind(entry.by_account.map(|id| id.to_string()))
        .bind(entry.by_name)
        .bind(code(&entry.kind))
        .bind(entry.text)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What happened to a referral, newest first.
pub async fn entries<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Vec<ReferralEntryRecord>> {
    let rows = sqlx::query("select id, at, by_name, kind, text from referral_entry where referral_id = $1 order by at desc, id desc")
        .bind(id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            let kind: String = row.try_get("kind")?;
            Ok(ReferralEntryRecord {
                at: Timestamp(row.try_get("at")?),
                by_name: row.try_get("by_name")?,
                kind: from_json("referral_entry", "kind", &id, &format!("\"{kind}\""))?,
                text: row.try_get("text")?,
                id: parsed("referral_entry", "id", &id, &id)?,
            })
        })
        .collect()
}

/// How many referrals that somebody made are still open.
pub async fn awaiting_by<'e>(executor: impl AnyExecutor<'e>, account_id: AccountId) -> Result<i64> {
    let row = sqlx::query("select count(*) as n from referral where created_by = $1 and stage in ('sent', 'accepted', 'in_progress', 'on_hold')")
        .bind(account_id.to_string())
        .fetch_one(executor)
        .await?;
    Ok(row.try_get("n")?)
}
