//! What awaits a person, and those they stand in for. A deputy acts in their own name, with their own compartments; each act says in whose place.

use std::collections::BTreeSet;

use casework::{
    access::{AccessDoor, AccessSubject},
    clock::Timestamp,
    deputy::DeputationDays,
    ids::{AccountId, DeputationId},
    permission::{self, Grants, Relation, Section},
    referral::{Day, Side},
    wire::v1::{Awaiting, AwaitingPerson, Colleague, DeputationView, ErrorCode, VisitAwaiting},
};

use super::{Actor, Brigade, Result, UseCaseError, access_journal::Reading, read_cases, read_referrals, refuse, require, sight::Sight};
use crate::{
    clock::{day_start, local_date, now},
    store::{self, AccountRow, DeputationRow, ReferralFilter, StoreError},
};

/// What awaits the reader and those they stand in for, each thing only as the reader may see it.
///
/// # Errors
/// `not_found` for roles to which nothing is assigned.
pub async fn read(brigade: &Brigade, actor: &Actor) -> Result<Awaiting> {
    require(permission::may_read_awaiting(&actor.permission()), ErrorCode::NotFound)?;
    let today = local_date(now());
    let reader = brigade.store.reader();
    let own = &actor.account;
    let oneself = Person { id: own.id, display_name: own.display_name.clone(), until: None, is_apart: false };
    let mut people = vec![of_person(brigade, actor, oneself).await?];
    for row in store::deputation::of_deputy(reader, own.id, &today).await? {
        // Named twice for the same absence: told once.
        if people.iter().all(|person| person.account_id != row.absent) {
            let is_apart = permission::works_apart(row.absent_role);
            people.push(of_person(brigade, actor, Person { id: row.absent, display_name: row.absent_name, until: Some(row.until_day), is_apart }).await?);
        }
    }
    let colleagues: Vec<AccountRow> = store::account::all(reader).await?.into_iter().filter(|account| account.active).collect();
    let as_actor = |account: &AccountRow| Actor { account: account.clone() }.permission();
    let choice = |account: &AccountRow| Colleague { id: account.id, display_name: account.display_name.clone(), role: account.role };
    let may_name = |absent: &AccountRow| permission::may_name_deputy(&actor.permission(), &as_actor(absent)).is_allowed();
    let deputations = store::deputation::standing(reader, &today).await?;
    let deputations = deputations.into_iter().filter_map(|row| {
        let absent = colleagues.iter().find(|account| account.id == row.absent)?;
        let may_end = may_name(absent);
        let concerns = may_end || row.deputy == own.id;
        concerns.then(|| DeputationView {
            now: row.from_day <= today,
            id: row.id,
            absent: row.absent_name,
            deputy: row.deputy_name,
            from: row.from_day,
            until: row.until_day,
            may_end,
        })
    });
    Ok(Awaiting {
        deputations: deputations.collect(),
        deputies: colleagues.iter().filter(|colleague| permission::may_take_over(&as_actor(colleague), &actor.permission()).is_allowed()).map(choice).collect(),
        absents: colleagues.iter().filter(|absent| absent.id != own.id && may_name(absent)).map(choice).collect(),
        today,
        people,
    })
}

/// Whose things await: oneself, or somebody one stands in for.
struct Person {
    id: AccountId,
    display_name: String,
    until: Option<String>,
    /// They go to people in the psychosocial compartment, and are not oneself.
    is_apart: bool,
}

async fn of_person(brigade: &Brigade, actor: &Actor, of: Person) -> Result<AwaitingPerson> {
    let Person { id, display_name, until, is_apart } = of;
    let (reader, at) = (brigade.store.reader(), now());
    let (mut cases, mut readings) = (Vec::new(), Vec::new());
    let reading = |subject, subject_id, case_id| Reading {
        subject,
        subject_id: Some(subject_id),
        case_id: Some(case_id),
        door: AccessDoor::List,
        sections: BTreeSet::from([Section::Existence, Section::Psychosocial]),
    };
    for record in store::case::held_by(reader, id).await? {
        let sight = Sight::of_case(&brigade.store, actor, &record).await?;
        // That somebody who works apart holds a case may be of people.
        if sight.sees() && (!is_apart || sight.reads(Section::Psychosocial)) {
            let row = read_cases::row(&sight, &record);
            if read_cases::tells_of_people(&row, &record) {
                readings.push(reading(AccessSubject::Case, row.id.0, row.id));
            }
            cases.push(row);
        }
    }
    let mut visits = Vec::new();
    for visit in store::visit::open_of(reader, id).await? {
        // That somebody came to people apart is of people.
        let is_known = permission::may_know_visit_by(&actor.permission(), Relation::OwnTeam, Grants::NONE, Section::Psychosocial).is_allowed();
        if visit.started_by != actor.account.id && permission::works_apart(visit.started_by_role) && !is_known {
            continue;
        }
        if let Some(building) = store::building::by_id(reader, visit.building_id).await? {
            visits.push(VisitAwaiting { id: visit.id, address: building.address, municipality: building.municipality, started_at: visit.started_at });
        }
    }
    let mut referrals = Vec::new();
    for record in store::referral::list(reader, ReferralFilter::AwaitedBy(id)).await? {
        if read_referrals::sender_may_see(&Sight::of_building(actor, &record.building), &record) {
            if record.referral.shared_sections.needs_consent() {
                readings.push(reading(AccessSubject::Referral, record.referral.id.0, record.referral.case_id));
            }
            referrals.push(read_referrals::row(&record, Side::Sender, true, at));
        }
    }
    brigade.journal.record(actor, readings).await?;
    Ok(AwaitingPerson { account_id: id, display_name, until, cases, visits, referrals })
}

/// In whose place the actor works a case that is assigned to this person: `None` for one's own, and when they do not stand in for them today.
///
/// # Errors
/// When the store fails.
pub async fn in_place_of(brigade: &Brigade, actor: &Actor, assigned_to: AccountId) -> Result<Option<DeputationRow>> {
    if assigned_to == actor.account.id {
        return Ok(None);
    }
    let today = local_date(now());
    let rows = store::deputation::of_deputy(brigade.store.reader(), actor.account.id, &today).await?;
    // Whoever is outside the compartment is not told what somebody who works apart holds, by what they could do in their place either.
    let is_told = |row: &DeputationRow| !permission::works_apart(row.absent_role) || permission::works_apart(actor.account.role);
    Ok(rows.into_iter().find(|row| row.absent == assigned_to && is_told(row)))
}

/// A deputy to name.
#[derive(Clone, Debug)]
pub struct Named {
    pub id: DeputationId,
    pub absent: AccountId,
    pub deputy: AccountId,
    /// `YYYY-MM-DD`, both included.
    pub from: String,
    pub until: String,
}

/// Names who stands in for somebody. The same form sent twice is one deputation.
///
/// # Errors
/// `not_found` for anybody but the absent person and the coordinator; `missing_field` (`deputy`) for somebody who cannot; `value_out_of_range` for days that
/// are none, over, in the wrong order or too many.
pub async fn name(brigade: &Brigade, actor: &Actor, named: &Named) -> Result<()> {
    let at = now();
    let today = local_date(at);
    let mut tx = brigade.store.begin().await?;
    let absent = active(&mut tx, named.absent).await?.ok_or(UseCaseError::refused(ErrorCode::NotFound))?;
    let as_actor = |account: &AccountRow| Actor { account: account.clone() }.permission();
    require(permission::may_name_deputy(&actor.permission(), &as_actor(&absent)), ErrorCode::NotFound)?;
    let deputy = active(&mut tx, named.deputy).await?.filter(|deputy| permission::may_take_over(&as_actor(deputy), &as_actor(&absent)).is_allowed());
    let Some(deputy) = deputy else { return Err(UseCaseError::refused_because(ErrorCode::MissingField, "deputy")) };
    let day = |name: &'static str, text: &str| text.parse::<Day>().map_err(|_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, name));
    let (from, until) = (day("from", &named.from)?, day("until", &named.until)?);
    let length = (day_start(&named.until).since(day_start(&named.from)) + Timestamp::DAY_MS / 2).div_euclid(Timestamp::DAY_MS) + 1;
    let refused = |_| UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "until");
    let days = DeputationDays::new(from, until, &today, length).map_err(refused)?;
    let row = DeputationRow {
        id: named.id,
        absent: absent.id,
        absent_role: absent.role,
        absent_name: absent.display_name,
        deputy: deputy.id,
        deputy_name: deputy.display_name,
        from_day: days.from.to_string(),
        until_day: days.until.to_string(),
    };
    if store::deputation::insert(&mut tx, &row, actor.account.id, at).await? {
        store::audit::record(&mut tx, at, Some(actor.account.id), "deputy.named", "deputation", &row.id.to_string()).await?;
        tx.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}

async fn active(tx: &mut store::Tx, id: AccountId) -> Result<Option<AccountRow>> {
    Ok(store::account::by_id(&mut *tx, id).await?.filter(|account| account.active))
}

/// Ends a deputation before its time.
///
/// # Errors
/// `not_found`, for whoever may not name one too; `act_not_possible` when it was ended.
pub async fn end(brigade: &Brigade, actor: &Actor, id: DeputationId) -> Result<()> {
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let Some(row) = store::deputation::by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    let Some(absent) = store::account::by_id(&mut *tx, row.absent).await? else { return refuse(ErrorCode::NotFound) };
    require(permission::may_name_deputy(&actor.permission(), &Actor { account: absent }.permission()), ErrorCode::NotFound)?;
    if !store::deputation::end(&mut tx, id, at).await? {
        return refuse(ErrorCode::ActNotPossible);
    }
    store::audit::record(&mut tx, at, Some(actor.account.id), "deputy.ended", "deputation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}
