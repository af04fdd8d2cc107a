//! A colleague leaves: what they hold is said first, then handed to somebody by name as their account closes, all or nothing.

use casework::{
    ids::{AccountId, DeviceId},
    permission,
    wire::v1::{Colleague, Departure, DeparturePhone, EntryKind, ErrorCode, PhonesAtDeparture, REASON_LEFT},
};

use super::{Actor, Brigade, Result, UseCaseError, devices::DeviceWatch, refuse, require};
use crate::{
    clock::{new_id, now},
    store::{self, AccountRow, NewCaseEntry, Revocation, StoreError, Tx},
};

/// Phones looked through for those of one person.
const PHONES_MAX: i64 = 5_000;

/// How the departure of somebody is decided.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Who takes over; needed when there is something to take over.
    pub to: Option<AccountId>,
    pub phones: PhonesAtDeparture,
}

/// What somebody holds: counts, and nothing of any case.
///
/// # Errors
/// `not_found` for anybody but an administrator; `act_not_possible` for oneself and for an account that is closed.
pub async fn read(brigade: &Brigade, actor: &Actor, id: AccountId) -> Result<Departure> {
    require(permission::may_hand_over(&actor.permission()), ErrorCode::NotFound)?;
    let reader = brigade.store.reader();
    let leaver = leaver(actor, store::account::by_id(reader, id).await?)?;
    let colleagues = store::account::all(reader).await?;
    let mut colleagues: Vec<Colleague> = colleagues
        .into_iter()
        .filter(|colleague| takes_over(colleague, &leaver))
        .map(|colleague| Colleague { id: colleague.id, display_name: colleague.display_name, role: colleague.role })
        .collect();
    // Those of the same trade first.
    colleagues.sort_by_key(|colleague| colleague.role != leaver.role);
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Departure {
        account_id: id,
        display_name: leaver.display_name.clone(),
        role: leaver.role,
        cases: u32::try_from(store::case::held_by(reader, id).await?.len()).unwrap_or(u32::MAX),
        visits: count(store::visit::open_by(reader, id).await?),
        referrals: count(store::referral::awaiting_by(reader, id).await?),
        on_call_rank: store::account::on_call_rank(reader, id).await?,
        phones: phones(brigade, &leaver).await?,
        colleagues,
    })
}

/// The account to close.
fn leaver(actor: &Actor, account: Option<AccountRow>) -> Result<AccountRow> {
    match account {
        None => refuse(ErrorCode::NotFound),
        Some(account) if account.id == actor.account.id || !account.active => refuse(ErrorCode::ActNotPossible),
        Some(account) => Ok(account),
    }
}

fn as_permission(account: &AccountRow) -> permission::Actor {
    Actor { account: account.clone() }.permission()
}

fn takes_over(colleague: &AccountRow, leaver: &AccountRow) -> bool {
    colleague.active && permission::may_take_over(&as_permission(colleague), &as_permission(leaver)).is_allowed()
}

/// The phones of somebody that were not given up.
async fn phones(brigade: &Brigade, leaver: &AccountRow) -> Result<Vec<DeparturePhone>> {
    let rows = store::device::of_organisation(brigade.store.reader(), leaver.organisation.id, PHONES_MAX).await?;
    let theirs = rows.into_iter().filter(|row| row.account_id == leaver.id && row.revoked.is_none());
    Ok(theirs
        .map(|row| DeparturePhone {
            device_id: row.device_id,
            last_contact_at: row.last_contact_at,
            unsent_events: row.unsent_events,
            unsent_photos: row.unsent_photos,
        })
        .collect())
}

/// Closes the account of somebody who leaves, and hands what they hold to a colleague. A line in each case says so. Their sessions end; their phones are
/// given up, or kept so that a rescue file of theirs can still be handed in.
///
/// # Errors
/// `not_found`; `act_not_possible`; `missing_field` (`to`) when somebody must take over and nobody is named, and for somebody who cannot; `revision_conflict`
/// when a case moved meanwhile.
pub async fn depart(brigade: &Brigade, watch: &DeviceWatch, actor: &Actor, id: AccountId, said: Said) -> Result<()> {
    require(permission::may_hand_over(&actor.permission()), ErrorCode::NotFound)?;
    let (at, by) = (now(), actor.account.id);
    let mut tx = brigade.store.begin().await?;
    let leaver = leaver(actor, store::account::by_id(&mut *tx, id).await?)?;
    let heir = match said.to {
        None => None,
        Some(to) => match store::account::by_id(&mut *tx, to).await? {
            Some(colleague) if takes_over(&colleague, &leaver) => Some(colleague),
            // Somebody who cannot is told as somebody who is not there.
            _ => return Err(UseCaseError::refused_because(ErrorCode::MissingField, "to")),
        },
    };
    hand_cases(&mut tx, actor, &leaver, heir.as_ref(), at).await?;
    if let Some(rank) = store::account::on_call_rank(&mut *tx, id).await? {
        store::account::set_on_call_rank(&mut tx, id, None).await?;
        // Whoever is on the list already keeps their own place.
        if let Some(heir) = &heir
            && store::account::on_call_rank(&mut *tx, heir.id).await?.is_none()
        {
            store::account::set_on_call_rank(&mut tx, heir.id, Some(rank)).await?;
        }
    }
    if !store::account::set_active(&mut tx, id, false).await? {
        return refuse(ErrorCode::NotFound);
    }
    let given_up = match said.phones {
        PhonesAtDeparture::Keep => Vec::new(),
        PhonesAtDeparture::Revoke => give_up(&mut tx, &leaver, &Revocation { at, by, reason: REASON_LEFT.to_owned() }).await?,
    };
    store::audit::record(&mut tx, at, Some(by), "account.departed", "account", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    if !given_up.is_empty() {
        watch.read(brigade).await?;
    }
    Ok(())
}

async fn hand_cases(tx: &mut Tx, actor: &Actor, leaver: &AccountRow, heir: Option<&AccountRow>, at: casework::clock::Timestamp) -> Result<()> {
    let held = store::case::held_by(&mut *tx, leaver.id).await?;
    if held.is_empty() {
        return Ok(());
    }
    let Some(heir) = heir else { return Err(UseCaseError::refused_because(ErrorCode::MissingField, "to")) };
    // That somebody of the psychosocial compartment works a case may itself be confidential.
    let is_apart = [leaver.role, heir.role].into_iter().any(permission::works_apart);
    for mut record in held {
        let id = record.case.id;
        record.case = record.case.assign(heir.id, actor.account.id, at).map_err(|_| UseCaseError::refused(ErrorCode::RevisionConflict))?;
        let update = store::case::CaseUpdate { record: &record, shows: !is_apart };
        if store::case::save_all(tx, &[update], at).await? != 1 {
            return refuse(ErrorCode::RevisionConflict);
        }
        let entry = NewCaseEntry {
            id: new_id().into(),
            case_id: id,
            at,
            by_account: Some(actor.account.id),
            by_name: &actor.account.display_name,
            kind: EntryKind::HandedOver,
            confidential: is_apart,
            by_confidential: false,
            text: &heir.display_name,
        };
        store::case::insert_entry(tx, &entry).await?;
        store::audit::record(tx, at, Some(actor.account.id), "case.handed_over", "case", &id.to_string()).await?;
    }
    Ok(())
}

async fn give_up(tx: &mut Tx, leaver: &AccountRow, revocation: &Revocation) -> Result<Vec<DeviceId>> {
    let rows = store::device::of_organisation(&mut *tx, leaver.organisation.id, PHONES_MAX).await?;
    let mut given_up = Vec::new();
    for row in rows.into_iter().filter(|row| row.account_id == leaver.id && row.revoked.is_none()) {
        store::device::revoke(tx, row.device_id, revocation).await?;
        store::audit::record(tx, revocation.at, Some(revocation.by), "device.revoked", "device", &row.device_id.to_string()).await?;
        given_up.push(row.device_id);
    }
    Ok(given_up)
}

/// Whether an account may be closed without anything being handed over.
///
/// # Errors
/// `handover_required` when cases are assigned to it.
pub async fn holds_nothing(tx: &mut Tx, id: AccountId) -> Result<()> {
    if store::case::held_by(&mut *tx, id).await?.is_empty() { Ok(()) } else { refuse(ErrorCode::HandoverRequired) }
}
