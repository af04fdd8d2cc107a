//! The privacy officer searches the access journal, and checks its chain. Each search is a line of the journal too.

use std::{collections::BTreeSet, str::FromStr};

use casework::{
    access::{AccessDoor, AccessSubject, ChainCheck, ChainHead, ChainReport, FIRST_SEAL},
    case::CaseNumber,
    ids::AccountId,
    permission,
    referral::Day,
    wire::v1::{AccessPage, AccessQuery, AccessReader, AccessRow, ErrorCode},
};

use super::{Actor, Brigade, Result, UseCaseError, access_journal::Reading, require};
use crate::{
    clock::{day_end, day_start, sha256_hex},
    store::{self, AccessFilter, AccessRecord, Store, StoreError},
};

/// Lines of a page.
const ROWS: i64 = 50;
/// Lines checked with each page; all of them when it is asked.
const CHECKED_LINES: i64 = 2_000;
/// Lines read at once.
const BATCH: i64 = 1_000;

/// A page of the journal, with the state of the chain.
///
/// # Errors
/// `not_found` for anybody but the privacy officer; `value_out_of_range` for a filter that is not one.
pub async fn search(brigade: &Brigade, actor: &Actor, door: AccessDoor, query: &AccessQuery) -> Result<AccessPage> {
    require(permission::may_search_access_journal(&actor.permission()), ErrorCode::NotFound)?;
    let store = &brigade.store;
    let person: Option<AccountId> = asked(query.person.as_deref(), "person")?;
    let number: Option<CaseNumber> = asked(query.case.as_deref(), "case")?;
    let (from, to): (Option<Day>, Option<Day>) = (asked(query.from.as_deref(), "from")?, asked(query.to.as_deref(), "to")?);
    let before: Option<i64> = asked(query.before.as_deref(), "before")?;
    let case_id = match &number {
        Some(number) => store::access::case_numbered(store.reader(), &number.to_string()).await?,
        None => None,
    };
    let filter = AccessFilter {
        account_id: person,
        case_id,
        from: from.map(|day| day_start(&day.to_string())),
        until: to.map(|day| day_end(&day.to_string())),
        section: asked(query.section.as_deref(), "section")?,
    };
    let is_whole = query.check.as_deref() == Some("whole");
    // Of whom or of what the search was, in ids.
    let subject_id = person.map(|person| person.0).or(case_id.map(|case| case.0));
    brigade.journal.record(actor, [Reading { subject: AccessSubject::Journal, subject_id, case_id, door, sections: BTreeSet::new() }]).await?;
    // Nothing that anybody was shown before this search is missing from its answer, the search included.
    brigade.journal.flush().await;
    // A number that no case has finds nothing.
    let is_unknown = number.is_some() && case_id.is_none();
    let mut records = if is_unknown { Vec::new() } else { found(store, &filter, before).await? };
    let has_next = records.len() > usize::try_from(ROWS).unwrap_or(usize::MAX);
    records.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let head = store::access::head(store.reader()).await?;
    let start = if is_whole { 0 } else { (head.sequence - CHECKED_LINES).max(0) };
    let report = check(store, start, &[]).await?;
    Ok(AccessPage {
        next: records.last().filter(|_| has_next).map(|record| record.sequence),
        rows: records.into_iter().map(row).collect(),
        head,
        report,
        readers: readers(store).await?,
    })
}

/// Lines of a page, and one more when there is another page.
async fn found(store: &Store, filter: &AccessFilter, before: Option<i64>) -> Result<Vec<AccessRecord>> {
    match store::access::list(store.reader(), filter, before, ROWS + 1).await {
        // Somebody wrote there what the program never writes: the state of the chain is what the officer must be shown then, not an error.
        Err(error @ StoreError::Unreadable { .. }) => {
            tracing::error!(error = &error as &dyn std::error::Error, "access.unreadable");
            Ok(Vec::new())
        }
        rows => Ok(rows?),
    }
}

/// A filter that was given; blank is none.
fn asked<T: FromStr>(text: Option<&str>, field: &'static str) -> Result<Option<T>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| text.parse().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field))).transpose()
}

fn row(record: AccessRecord) -> AccessRow {
    let AccessRecord { sequence, at, account_id, name, organisation, subject, subject_id, case_id, case_number, door, rows, sections } = record;
    AccessRow { sequence, at, account_id, name, organisation, subject, subject_id, case_id, case_number, door, rows, sections }
}

async fn readers(store: &Store) -> Result<Vec<AccessReader>> {
    let accounts = store::account::all(store.reader()).await?.into_iter();
    let accounts = accounts.map(|account| AccessReader { id: account.id, name: account.display_name, organisation: account.organisation.name });
    // Those who answer by a link read too.
    let guests = store::referral_link::guests(store.reader()).await?.into_iter();
    Ok(accounts.chain(guests.map(|(id, name, organisation)| AccessReader { id, name, organisation })).collect())
}

/// Goes along the chain after line `start`, and says what was done to it. `noted` are heads kept elsewhere.
///
/// # Errors
/// When the store fails.
pub async fn check(store: &Store, start: i64, noted: &[ChainHead]) -> Result<ChainReport> {
    let mut connection = store.read().await?;
    let first = ChainHead { sequence: 0, seal: FIRST_SEAL.to_owned() };
    let from = if start == 0 { first } else { store::access::head_at(&mut *connection, start).await?.unwrap_or(first) };
    let mut sequence = from.sequence;
    let mut check = ChainCheck::after(from, noted.iter().cloned(), sha256_hex);
    let mut before = None;
    loop {
        let lines = store::access::lines_after(&mut connection, sequence, BATCH).await?;
        for line in &lines {
            sequence = line.sequence;
            check.add(line);
        }
        if !lines.is_empty() {
            continue;
        }
        // Read after the lines, which are written with it: those that it counts and that were not there came in between, or never will.
        let head = store::access::head(&mut *connection).await?;
        if head.sequence <= sequence || before.as_ref() == Some(&head) {
            return Ok(check.end(&head));
        }
        before = Some(head);
    }
}
