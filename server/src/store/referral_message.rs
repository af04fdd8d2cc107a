//! What the two sides of a referral say to each other, and who read it.

use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    ids::{AccountId, MessageId, OrganisationId, ReferralId},
    referral::Message,
};
use sqlx::{Any, AnyExecutor, QueryBuilder, Row, any::AnyRow};

use super::{Result, Tx, built, parsed};

/// A message with the name of who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecord {
    pub message: Message,
    pub by_name: String,
}

/// Somebody who opened a referral, and up to which message: `last_at` is that of the newest that they were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingRow {
    pub reader: AccountId,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub first_at: Timestamp,
    pub last_at: Timestamp,
}

/// What waits for an organisation in one referral.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Messages of the other side that nobody of it has read.
    pub unread: i64,
    /// Questions of the other side without an answer.
    pub questions: i64,
}

fn record(row: &AnyRow) -> Result<MessageRecord> {
    let id: String = row.try_get("id")?;
    let replies_to: Option<String> = row.try_get("replies_to")?;
    let message = Message {
        referral_id: parsed("referral_message", "referral_id", &id, row.try_get("referral_id")?)?,
        from: parsed("referral_message", "from_organisation", &id, row.try_get("from_organisation")?)?,
        by: parsed("referral_message", "by_account", &id, row.try_get("by_account")?)?,
        at: Timestamp(row.try_get("at")?),
        text: row.try_get("text")?,
        asks: row.try_get::<i64, _>("asks")? != 0,
        replies_to: replies_to.map(|question| parsed("referral_message", "replies_to", &id, &question)).transpose()?,
        id: parsed("referral_message", "id", &id, &id)?,
    };
    Ok(MessageRecord { message, by_name: row.try_get("by_name")? })
}

/// Stores a message. `false` when its id is known already: the same click, sent twice.
pub async fn insert(tx: &mut Tx, message: &Message, by_name: &str) -> Result<bool> {
    let done = sqlx::query(
        "insert into referral_message (id, referral_id, from_organisation, by_account, by_name, at, text, asks, replies_to)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (id) do nothing",
    )
    .bind(message.id.to_string())
    .bind(message.referral_id.to_string())
    .bind(message.from.to_string())
    .bind(message.by.to_string())
    .bind(by_name)
    .bind(message.at.0)
    .bind(&message.text)
    .bind(i64::from(message.asks))
    .bind(message.replies_to.map(|question| question.to_string()))
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn by_id<'e>(executor: impl AnyExecutor<'e>, id: MessageId) -> Result<Option<MessageRecord>> {
    let row = sqlx::query("select id, referral_id, from_organisation, by_account, by_name, at, text, asks, replies_to from referral_message where id = $1")
        .bind(id.to_string())
        .fetch_optional(executor)
        .await?;
    row.as_ref().map(record).transpose()
}

/// What was said about a referral, oldest first.
pub async fn of_referral<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Vec<MessageRecord>> {
    let rows = sqlx::query(
        "select id, referral_id, from_organisation, by_account, by_name, at, text, asks, replies_to from referral_message where referral_id = $1
         order by at, id",
    )
    .bind(id.to_string())
    .fetch_all(executor)
    .await?;
    rows.iter().map(record).collect()
}

/// Keeps that somebody has the referral before their eyes.
pub async fn read(tx: &mut Tx, id: ReferralId, reader: &ReadingRow) -> Result<()> {
    sqlx::query(
        "insert into referral_reading (referral_id, reader, organisation_id, name, first_at, last_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (referral_id, reader) do update set name = $4,
            last_at = case when referral_reading.last_at > $6 then referral_reading.last_at else $6 end",
    )
    .bind(id.to_string())
    .bind(reader.reader.to_string())
    .bind(reader.organisation_id.to_string())
    .bind(&reader.name)
    .bind(reader.first_at.0)
    .bind(reader.last_at.0)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Who opened a referral, first to open it first.
pub async fn readings<'e>(executor: impl AnyExecutor<'e>, id: ReferralId) -> Result<Vec<ReadingRow>> {
    let rows = sqlx::query("select reader, organisation_id, name, first_at, last_at from referral_reading where referral_id = $1 order by first_at, reader")
        .bind(id.to_string())
        .fetch_all(executor)
        .await?;
    rows.iter()
        .map(|row| {
            let reader: String = row.try_get("reader")?;
            Ok(ReadingRow {
                organisation_id: parsed("referral_reading", "organisation_id", &reader, row.try_get("organisation_id")?)?,
                name: row.try_get("name")?,
                first_at: Timestamp(row.try_get("first_at")?),
                last_at: Timestamp(row.try_get("last_at")?),
                reader: parsed("referral_reading", "reader", &reader, &reader)?,
            })
        })
        .collect()
}

/// What waits for an organisation in some of what it sent and received: nothing is said of a referral in which nothing waits.
pub async fn waiting<'e>(executor: impl AnyExecutor<'e>, organisation: OrganisationId, referrals: &[ReferralId]) -> Result<BTreeMap<ReferralId, Waiting>> {
    if referrals.is_empty() {
        return Ok(BTreeMap::new());
    }
    let organisation = organisation.to_string();
    let mut query = QueryBuilder::<Any>::new(
        "select m.referral_id, cast(sum(case when m.at > coalesce(
                (select max(s.last_at) from referral_reading s where s.referral_id = m.referral_id and s.organisation_id = ",
    );
    query.push_bind(organisation.clone());
    query.push("), 0) then 1 else 0 end) as bigint) as unread, cast(sum(case when m.asks = 1 and not exists (select 1 from referral_message a");
    query.push(" where a.referral_id = m.referral_id and a.replies_to = m.id and a.from_organisation = ").push_bind(organisation.clone());
    query.push(") then 1 else 0 end) as bigint) as questions from referral_message m join referral r on r.id = m.referral_id");
    query.push(" where (r.to_organisation = ").push_bind(organisation.clone()).push(" or r.from_organisation = ").push_bind(organisation.clone());
    query.push(") and m.from_organisation <> ").push_bind(organisation).push(" and m.referral_id in (");
    let mut ids = query.separated(", ");
    for id in referrals {
        ids.push_bind(id.to_string());
    }
    query.push(") group by m.referral_id");
    let rows = built(&mut query).fetch_all(executor).await?;
    rows.iter()
        .map(|row| {
            let id: String = row.try_get("referral_id")?;
            let waiting = Waiting { unread: row.try_get("unread")?, questions: row.try_get("questions")? };
            Ok((parsed("referral_message", "referral_id", &id, &id)?, waiting))
        })
        .filter(|told: &Result<(_, Waiting)>| told.as_ref().map_or(true, |(_, waiting)| *waiting != Waiting::default()))
        .collect()
}
