//! The access journal, as a chain.

use std::collections::BTreeSet;

use casework::{
    access::{AccessDoor, AccessEntry, AccessSubject, ChainHead, SealedLine, door_of, seal, sections_of},
    clock::Timestamp,
    ids::{AccountId, CaseId},
    permission::Section,
};
use sqlx::{Any, AnyConnection, AnyExecutor, QueryBuilder, Row, any::AnyRow};
use uuid::Uuid;

use super::{
    Result, StoreError, Tx, built, parsed,
    rows::{Values, ids, over_given},
};
use crate::clock::sha256_hex;

/// A line with the names that go with it.
#[derive(Clone, Debug)]
pub struct AccessRecord {
    pub sequence: i64,
    pub at: Timestamp,
    pub account_id: AccountId,
    pub name: String,
    pub organisation: String,
    pub subject: AccessSubject,
    pub subject_id: Option<Uuid>,
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    pub door: AccessDoor,
    /// Of a list that was shown as a whole.
    pub rows: Option<u32>,
    pub sections: BTreeSet<Section>,
}

/// What a search keeps. Every field narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessFilter {
    pub account_id: Option<AccountId>,
    pub case_id: Option<CaseId>,
    pub from: Option<Timestamp>,
    /// Not included.
    pub until: Option<Timestamp>,
    pub section: Option<Section>,
}

fn chain_head(row: &AnyRow) -> Result<ChainHead> {
    Ok(ChainHead { sequence: row.try_get("sequence")?, seal: row.try_get("seal")? })
}

/// The last line, as its writer holds it.
pub async fn head<'e>(executor: impl AnyExecutor<'e>) -> Result<ChainHead> {
    chain_head(&sqlx::query("select sequence, seal from access_head where id = 1").fetch_one(executor).await?)
}

/// Adds these lines to the chain, but for those that are in it, and returns its head. The row of the head is held until the transaction ends: writers of
/// other servers wait, and go on from there.
pub async fn append(tx: &mut Tx, entries: &[AccessEntry]) -> Result<ChainHead> {
    let last = sqlx::query("update access_head set sequence = sequence where id = 1 returning sequence, seal").fetch_one(&mut *tx).await?;
    let mut head = chain_head(&last)?;
    // What was written before, and whose writer did not learn it: a line read again after a crash, a group whose commit was not answered.
    let select = over_given(tx, "select j.id from {given} join access_journal j on j.id = given.value ->> 0", &ids(entries.iter().map(|entry| entry.id)));
    let known: Vec<String> = select.fetch_all(&mut *tx).await?.iter().map(|row| row.try_get("id")).collect::<std::result::Result<_, _>>()?;
    let mut known: BTreeSet<String> = known.into_iter().collect();
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let columns = entry.columns();
        if !known.insert(columns[0].clone()) {
            continue;
        }
        let line = SealedLine { sequence: head.sequence + 1, seal: seal(&head.seal, &columns, sha256_hex), previous: head.seal, columns };
        head = ChainHead { sequence: line.sequence, seal: line.seal.clone() };
        lines.push(line);
    }
    if lines.is_empty() {
        return Ok(head);
    }
    let insert = Values {
        before: "insert into access_journal (sequence, id, at, account_id, organisation_id, subject, subject_id, case_id, door, sections, previous, seal)",
        columns: 12,
        after: "",
    };
    insert
        .execute(tx, lines, |query, line| {
            let SealedLine { sequence, columns: [id, at, account, organisation, subject, subject_id, case, door, sections], previous, seal } = line;
            // It was written from a number: it reads back as one.
            let at = at.parse::<i64>().unwrap_or_default();
            query
                .bind(sequence)
                .bind(id)
                .bind(at)
                .bind(account)
                .bind(organisation)
                .bind(subject)
                .bind(subject_id)
                .bind(case)
                .bind(door)
                .bind(sections)
                .bind(previous)
                .bind(seal)
        })
        .await?;
    let update = sqlx::query("update access_head set sequence = $1, seal = $2 where id = 1").bind(head.sequence).bind(head.seal.clone());
    update.execute(&mut *tx).await?;
    Ok(head)
}

/// Lines as they are stored, after this one, in the order of their numbers.
pub async fn lines_after(connection: &mut AnyConnection, sequence: i64, limit: i64) -> Result<Vec<SealedLine>> {
    let rows = sqlx::query(
        "select sequence, id, at, account_id, organisation_id, subject, subject_id, case_id, door, sections, previous, seal from access_journal
         where sequence > $1 order by sequence limit $2",
    )
    .bind(sequence)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let line = |row: &AnyRow| {
        let text = |column: &str| row.try_get::<String, _>(column);
        Ok(SealedLine {
            sequence: row.try_get("sequence")?,
            columns: [
                text("id")?,
                row.try_get::<i64, _>("at")?.to_string(),
                text("account_id")?,
                text("organisation_id")?,
                text("subject")?,
                text("subject_id")?,
                text("case_id")?,
                text("door")?,
                text("sections")?,
            ],
            previous: text("previous")?,
            seal: text("seal")?,
        })
    };
    rows.iter().map(line).collect()
}

/// The head of the chain as its lines say it, at this number.
pub async fn head_at<'e>(executor: impl AnyExecutor<'e>, sequence: i64) -> Result<Option<ChainHead>> {
    let row = sqlx::query("select sequence, seal from access_journal where sequence = $1").bind(sequence).fetch_optional(executor).await?;
    row.as_ref().map(chain_head).transpose()
}

/// Lines that the filter keeps, the latest first, from before this number.
pub async fn list<'e>(executor: impl AnyExecutor<'e>, filter: &AccessFilter, before: Option<i64>, limit: i64) -> Result<Vec<AccessRecord>> {
    let mut select = QueryBuilder::<Any>::new(
        "select j.sequence, j.at, j.account_id, j.subject, j.subject_id, j.case_id, j.door, j.sections, coalesce(a.display_name, g.name) as display_name, o.name as organisation, k.number
         from access_journal j left join account a on a.id = j.account_id left join referral_link g on g.guest_id = j.account_id left join organisation o on o.id = j.organisation_id
            left join case_file k on k.id = j.case_id where 1 = 1",
    );
    if let Some(before) = before {
        select.push(" and j.sequence < ").push_bind(before);
    }
    if let Some(account) = filter.account_id {
        select.push(" and j.account_id = ").push_bind(account.to_string());
    }
    if let Some(case) = filter.case_id {
        select.push(" and j.case_id = ").push_bind(case.to_string());
    }
    if let Some(from) = filter.from {
        select.push(" and j.at >= ").push_bind(from.0);
    }
    if let Some(until) = filter.until {
        select.push(" and j.at < ").push_bind(until.0);
    }
    if let Some(section) = filter.section {
        select.push(" and ',' || j.sections || ',' like ").push_bind(format!("%,{section},%"));
    }
    select.push(" order by j.sequence desc limit ").push_bind(limit);
    built(&mut select).fetch_all(executor).await?.iter().map(record).collect()
}

fn record(row: &AnyRow) -> Result<AccessRecord> {
    let sequence: i64 = row.try_get("sequence")?;
    let at_row = sequence.to_string();
    let text = |column: &str| row.try_get::<String, _>(column);
    let (subject_id, case_id) = (text("subject_id")?, text("case_id")?);
    let sections = sections_of(&text("sections")?).map_err(|error| StoreError::Unreadable {
        table: "access_journal",
        column: "sections",
        row: at_row.clone(),
        cause: error.to_string(),
    })?;
    let (door, rows) = door_of(&text("door")?).map_err(|error| StoreError::Unreadable {
        table: "access_journal",
        column: "door",
        row: at_row.clone(),
        cause: error.to_string(),
    })?;
    Ok(AccessRecord {
        sequence,
        at: Timestamp(row.try_get("at")?),
        account_id: parsed("access_journal", "account_id", &at_row, &text("account_id")?)?,
        name: row.try_get::<Option<String>, _>("display_name")?.unwrap_or_default(),
        organisation: row.try_get::<Option<String>, _>("organisation")?.unwrap_or_default(),
        subject: parsed("access_journal", "subject", &at_row, &text("subject")?)?,
        subject_id: if subject_id.is_empty() { None } else { Some(parsed("access_journal", "subject_id", &at_row, &subject_id)?) },
        case_id: if case_id.is_empty() { None } else { Some(parsed("access_journal", "case_id", &at_row, &case_id)?) },
        case_number: row.try_get("number")?,
        door,
        rows,
        sections,
    })
}

/// The case that this number names.
pub async fn case_numbered<'e>(executor: impl AnyExecutor<'e>, number: &str) -> Result<Option<CaseId>> {
    let row = sqlx::query("select id from case_file where number = $1").bind(number.to_owned()).fetch_optional(executor).await?;
    row.map(|row| parsed("case_file", "id", number, &row.try_get::<String, _>("id")?)).transpose()
}
