use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{AccountId, BuildingId, CaseId, EntryId, OrganisationId, ReferralId},
    permission::OrganisationKind,
    referral::{Referral, ReferralQueue, ReferralStage, ReferralVerb, Side},
    wire::v1::{EntryKind, ReferralCounts},
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

/// One side of an organisation's referrals, as somebody may list them.
#[derive(Clone, Debug)]
pub struct ReferralList {
    pub organisation: OrganisationId,
    /// `Recipient` lists what it received: never a draft, nor one that was given up before it went.
    pub side: Side,
    /// With those that share something of people.
    pub confidential: bool,
    pub heap: Option<Heap>,
    /// Folded words, each in the address or, when they are told, in the case number.
    pub words: Vec<String>,
    /// Whether the case number is searched too.
    pub number: bool,
}

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heap {
    Queue(ReferralQueue),
    /// The other side said something that nobody has read, or asked something that nobody has answered.
    ToRead,
    /// Refused or unanswered, and asked of nobody else yet.
    ToRedirect,
    /// The service that holds it asks that it be passed on, and waits for an answer.
    ToForward,
}

/// Where a page of a list ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferralPosition {
    pub rank: i64,
    pub key: i64,
    pub id: ReferralId,
}

/// Which referrals of a case are read.
#[derive(Clone, Copy, Debug)]
pub enum ReferralFilter {
    OfCase(CaseId),
    /// Of a case, received by the organisation.
    OfCaseReceived(CaseId, OrganisationId),
    /// Asked by this person, and waiting for the service to answer or to finish, or to be asked of another.
    AwaitedBy(AccountId),
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

const COLUMNS: &str = "r.id, r.body, r.created_by, r.answered_by_name, r.answered_at, c.number, f.name as from_name, f.kind as from_kind, t.name as to_name,
    b.id as building_id, b.address as building_address, b.municipality as building_municipality, b.borough as building_borough,
    b.dwellings as building_dwellings, b.storeys as building_storeys, b.year_built as building_year_built, b.longitude as building_longitude,
    b.latitude as building_latitude";

const JOINS: &str = "join building b on b.id = r.building_id join case_file c on c.id = r.case_id
    join organisation f on f.id = r.from_organisation join organisation t on t.id = r.to_organisation";

fn select() -> QueryBuilder<Any> {
    QueryBuilder::new(format!("select {COLUMNS} from referral r {JOINS} "))
}

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
            confidential, remind_at, to_redirect)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict (id) do nothing",
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
    .bind(i64::from(to_redirect(referral)))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether its sender has yet to ask another service.
fn to_redirect(referral: &Referral) -> bool {
    referral.allowed_verbs(Side::Sender).contains(&ReferralVerb::Redirect)
}

/// Saves over the revision that was read. `false` when somebody else saved first.
pub async fn save(tx: &mut Tx, record: &ReferralRecord, expected_revision: i64, at: Timestamp) -> Result<bool> {
    let referral = &record.referral;
    let done = sqlx::query(
        "update referral set stage = $3, body = $4, answered_by_name = $5, answered_at = $6, sent_at = $7, due_at = $8, updated_at = $9, revision = $10,
            remind_at = $11, to_redirect = $12
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
    .bind(i64::from(to_redirect(referral)))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Option<ReferralRecord>> {
    let mut query = select();
    query.push("where r.id = ").push_bind(id.to_string());
    let row = built(&mut query).fetch_optional(executor).await?;
    row.as_ref().map(record).transpose()
}

/// Of a case, newest change first.
pub async fn list<'e>(executor: impl AnyExecutor<'e>, filter: ReferralFilter) -> Result<Vec<ReferralRecord>> {
    let mut query = select();
    match filter {
        ReferralFilter::OfCase(case) => {
            query.push("where r.case_id = ").push_bind(case.to_string());
        }
        ReferralFilter::OfCaseReceived(case, organisation) => {
            query.push("where r.case_id = ").push_bind(case.to_string());
            query.push(" and r.to_organisation = ").push_bind(organisation.to_string()).push(" and r.sent_at is not null");
        }
        ReferralFilter::AwaitedBy(account) => {
            query.push("where r.created_by = ").push_bind(account.to_string());
            let stages = [ReferralStage::Sent, ReferralStage::Accepted, ReferralStage::InProgress, ReferralStage::OnHold];
            query.push(format!(" and (r.stage in ({}) or r.to_redirect = 1)", codes(stages.into_iter())));
        }
    }
    query.push(" order by r.updated_at desc, r.id desc limit 500");
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter().map(record).collect()
}

/// What its holder asks to pass on, and nobody answered yet.
const TO_FORWARD: &str = "r.id in (select waits_for from referral_forward where waits_for is not null)";

/// `ReferralStage::queue`, in SQL.
fn rank() -> String {
    let when = |queue: ReferralQueue, rank: usize| format!("when r.stage in ({}) then {rank}", codes(queue.stages()));
    let cases: Vec<String> = ReferralQueue::ALL.iter().enumerate().map(|(rank, queue)| when(*queue, rank)).collect();
    format!("(case {} end)", cases.join(" "))
}

/// What orders a heap: the deadline while something is expected, else the newest answer first.
fn key() -> String {
    let over = codes(ReferralQueue::Over.stages());
    format!("(case when r.stage in ({over}) then -coalesce(r.answered_at, r.due_at, r.updated_at) else coalesce(r.due_at, {}) end)", i64::MAX)
}

/// Codes of ours, as a list of literals.
fn codes(stages: impl Iterator<Item = ReferralStage>) -> String {
    stages.map(|stage| format!("'{}'", stage.code())).collect::<Vec<_>>().join(", ")
}

fn push_side(query: &mut QueryBuilder<Any>, list: &ReferralList) {
    match list.side {
        Side::Recipient => query.push("where r.sent_at is not null and r.to_organisation = "),
        Side::Sender => query.push("where r.from_organisation = "),
    };
    query.push_bind(list.organisation.to_string());
    if !list.confidential {
        query.push(" and r.confidential = 0");
    }
}

/// Whether something of the other side waits to be read or answered, as [`super::referral_message::waiting`] counts it.
fn push_to_read(query: &mut QueryBuilder<Any>, organisation: OrganisationId) {
    let organisation = organisation.to_string();
    let carrying = codes(ReferralStage::ALL.iter().copied().filter(|stage| stage.carries_messages()));
    query.push(format!("(r.stage in ({carrying}) and exists (select 1 from referral_message m where m.referral_id = r.id and m.from_organisation <> "));
    query.push_bind(organisation.clone());
    query.push(" and (m.at > coalesce((select max(s.last_at) from referral_reading s where s.referral_id = r.id and s.organisation_id = ");
    query.push_bind(organisation.clone());
    query.push("), 0) or (m.asks = 1 and not exists (select 1 from referral_message a where a.referral_id = r.id and a.replies_to = m.id");
    query.push(" and a.from_organisation = ").push_bind(organisation).push(")))))");
}

fn narrow(query: &mut QueryBuilder<Any>, list: &ReferralList) {
    push_side(query, list);
    match list.heap {
        None => {}
        Some(Heap::Queue(queue)) => drop(query.push(format!(" and r.stage in ({})", codes(queue.stages())))),
        Some(Heap::ToRedirect) => drop(query.push(" and r.to_redirect = 1")),
        Some(Heap::ToForward) => drop(query.push(format!(" and {TO_FORWARD}"))),
        Some(Heap::ToRead) => {
            query.push(" and ");
            push_to_read(query, list.organisation);
        }
    }
    for word in &list.words {
        // The word is folded to letters and digits, so that it holds no wildcard.
        query.push(if list.number { " and r.case_id in (select id from case_file " } else { " and r.building_id in (select id from building " });
        query.push("where search_text like ").push_bind(format!("%{word}%")).push(")");
    }
}

/// One page of a side, in the order of [`ReferralQueue`], each with the position that it ends.
pub async fn page<'e>(
    executor: impl AnyExecutor<'e>,
    list: &ReferralList,
    after: Option<ReferralPosition>,
    limit: u32,
) -> Result<Vec<(ReferralRecord, ReferralPosition)>> {
    let (rank, key) = (rank(), key());
    // The page is cut before anything is joined to it: the list of a large service is long.
    let mut query = QueryBuilder::<Any>::new(format!(
        "select {COLUMNS}, p.list_rank, p.list_key from (select r.id as page_id, cast({rank} as bigint) as list_rank, cast({key} as bigint) as list_key
         from referral r "
    ));
    narrow(&mut query, list);
    if let Some(position) = after {
        query.push(format!(" and ({rank} > ")).push_bind(position.rank);
        query.push(format!(" or ({rank} = ")).push_bind(position.rank);
        query.push(format!(" and ({key} > ")).push_bind(position.key);
        query.push(format!(" or ({key} = ")).push_bind(position.key);
        query.push(" and r.id > ").push_bind(position.id.to_string()).push("))))");
    }
    query.push(" order by list_rank, list_key, page_id limit ").push_bind(i64::from(limit));
    query.push(format!(") p join referral r on r.id = p.page_id {JOINS} order by p.list_rank, p.list_key, p.page_id"));
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let record = record(row)?;
            let position = ReferralPosition { rank: row.try_get("list_rank")?, key: row.try_get("list_key")?, id: record.referral.id };
            Ok((record, position))
        })
        .collect()
}

/// The last referral that an organisation received about each building.
pub async fn last_received<'e>(executor: impl AnyExecutor<'e>, organisation: OrganisationId) -> Result<BTreeMap<BuildingId, ReferralId>> {
    let rows = sqlx::query("select id, building_id from referral where to_organisation = $1 and sent_at is not null order by sent_at, id")
        .bind(organisation.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("id")?;
            Ok((parsed("referral", "building_id", &id, row.try_get("building_id")?)?, parsed("referral", "id", &id, &id)?))
        })
        .collect()
}

/// How many of a side lie on each heap, whatever the list is narrowed to.
pub async fn counts<'e>(executor: impl AnyExecutor<'e>, list: &ReferralList, at: Timestamp) -> Result<ReferralCounts> {
    let sum = |condition: &str, name: &str| format!("cast(coalesce(sum(case when {condition} then 1 else 0 end), 0) as bigint) as {name}");
    let of = |queue: ReferralQueue| format!("r.stage in ({})", codes(queue.stages()));
    let late = format!("{} and r.due_at < {}", of(ReferralQueue::ToAnswer), at.0);
    let sums = [
        sum(&of(ReferralQueue::ToAnswer), "to_answer"),
        sum(&late, "late"),
        sum(&of(ReferralQueue::UnderWay), "under_way"),
        sum(&of(ReferralQueue::Over), "over_all"),
        sum("r.to_redirect = 1", "to_redirect"),
        sum(TO_FORWARD, "to_forward"),
    ];
    let mut query = QueryBuilder::<Any>::new(format!("select {}, cast(coalesce(sum(case when ", sums.join(", ")));
    push_to_read(&mut query, list.organisation);
    query.push(" then 1 else 0 end), 0) as bigint) as to_read from referral r ");
    push_side(&mut query, list);
    let row = built(&mut query).fetch_one(executor).await?;
    let count = |name: &str| row.try_get::<i64, _>(name).map(|count| u64::try_from(count).unwrap_or(0));
    Ok(ReferralCounts {
        to_answer: count("to_answer")?,
        late: count("late")?,
        to_read: count("to_read")?,
        under_way: count("under_way")?,
        over: count("over_all")?,
        to_redirect: count("to_redirect")?,
        to_forward: count("to_forward")?,
    })
}

/// Sent and unanswered past their deadline: for the job that expires them.
pub async fn overdue<'e>(executor: impl AnyExecutor<'e>, at: Timestamp) -> Result<Vec<ReferralRecord>> {
    let mut query = select();
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
