//! The directory of partners: read by the brigade, kept by coordination and administration; what is public of it, by anybody.

use std::collections::BTreeMap;

use casework::{
    directory::{self, Area, Need, Serves, Service, ServiceError},
    ids::{OrganisationId, ServiceId},
    permission::{self, OrganisationKind},
    referral::Day,
    wire::v1::{ContactView, Directory, ErrorCode, OrganisationChoice, PublicService, Resources, ServiceChoice, ServicePage, ServiceQuery, ServiceView},
};

use super::{Actor, Brigade, Result, UseCaseError, refuse, require, typed};
use crate::{
    clock::{local_date, now},
    store::{self, NewService, ServiceChange, ServiceRecord, StoreError},
};

/// Today, in Québec.
///
/// # Errors
/// `internal` for a clock outside the calendar.
pub fn today() -> Result<Day> {
    local_date(now()).parse().map_err(|_| UseCaseError::refused(ErrorCode::Internal))
}

/// What the query finds.
///
/// # Errors
/// `not_found` outside the brigade.
pub async fn list(brigade: &Brigade, actor: &Actor, query: &ServiceQuery) -> Result<Directory> {
    let person = actor.permission();
    require(permission::may_read_directory(&person), ErrorCode::NotFound)?;
    let (today, may_keep) = (today()?, permission::may_keep_directory(&person).is_allowed());
    let all = store::directory::services(brigade.store.reader()).await?;
    let total = all.iter().filter(|record| record.active).count();
    // What is not offered any more is shown to those who can offer it again.
    let found = found(all, query.need(), query.place(), |record| record.active || may_keep);
    Ok(Directory {
        today: today.to_string(),
        services: found.iter().map(|record| view(record, today)).collect(),
        total: u32::try_from(total).unwrap_or(u32::MAX),
        organisations: if may_keep { organisations(brigade).await? } else { Vec::new() },
        may_keep,
        may_keep_agreements: permission::may_read_agreements(&person).is_allowed(),
    })
}

/// One service.
///
/// # Errors
/// `not_found` outside the brigade, and for what is not offered any more to those who do not keep the directory.
pub async fn read(brigade: &Brigade, actor: &Actor, id: ServiceId) -> Result<ServicePage> {
    let person = actor.permission();
    require(permission::may_read_directory(&person), ErrorCode::NotFound)?;
    let may_keep = permission::may_keep_directory(&person).is_allowed();
    let record = store::directory::service_by_id(brigade.store.reader(), id).await?.filter(|record| record.active || may_keep);
    let Some(record) = record else { return refuse(ErrorCode::NotFound) };
    let today = today()?;
    Ok(ServicePage { today: today.to_string(), service: view(&record, today), may_keep })
}

/// Public services, for anybody.
///
/// # Errors
/// When the store fails.
pub async fn resources(brigade: &Brigade, query: &ServiceQuery) -> Result<Resources> {
    let today = today()?;
    let public = public(brigade).await?;
    let needs = Need::ALL.iter().copied().filter(|need| public.iter().any(|record| record.service.needs.contains(need))).collect();
    let found = found(public, query.need(), query.place(), |_| true);
    Ok(Resources { services: found.into_iter().map(|record| published(record, today)).collect(), needs })
}

/// Every service that is public and offered.
///
/// # Errors
/// When the store fails.
pub async fn public(brigade: &Brigade) -> Result<Vec<ServiceRecord>> {
    let mut all = store::directory::services(brigade.store.reader()).await?;
    all.retain(|record| record.active && record.service.public);
    Ok(all)
}

/// Bodies of the directory: all but the brigade itself.
///
/// # Errors
/// When the store fails.
pub async fn organisations(brigade: &Brigade) -> Result<Vec<OrganisationChoice>> {
    let all = store::account::organisations(brigade.store.reader()).await?;
    let partners = all.into_iter().filter(|row| row.kind != OrganisationKind::Brigade);
    Ok(partners.map(|row| OrganisationChoice { id: row.id, name: row.name }).collect())
}

/// What a referral can be for, by body, seen from where the building is: those that go there first.
///
/// # Errors
/// When the store fails.
pub async fn choices(brigade: &Brigade, place: Option<Area>) -> Result<BTreeMap<OrganisationId, Vec<ServiceChoice>>> {
    let today = today()?;
    let mut by_body: BTreeMap<OrganisationId, Vec<ServiceChoice>> = BTreeMap::new();
    for record in store::directory::services(brigade.store.reader()).await?.into_iter().filter(|record| record.active) {
        by_body.entry(record.organisation_id).or_default().push(choice(&record, place, today));
    }
    for services in by_body.values_mut() {
        services.sort_by_key(|choice| choice.serves);
    }
    Ok(by_body)
}

/// A service, seen from where a building is.
pub fn choice(record: &ServiceRecord, place: Option<Area>, today: Day) -> ServiceChoice {
    ServiceChoice { service: view(record, today), serves: place.map_or(Serves::Unstated, |place| record.service.serves(place)) }
}

fn found(all: Vec<ServiceRecord>, need: Option<Need>, place: Option<Area>, keep: impl Fn(&ServiceRecord) -> bool) -> Vec<ServiceRecord> {
    let mut found: Vec<ServiceRecord> = all.into_iter().filter(|record| keep(record) && record.service.is_found(need, place)).collect();
    // Stable: within, by body and in the order in which they came.
    found.sort_by_key(|record| (!record.active, place.map(|place| record.service.serves(place))));
    found
}

fn view(record: &ServiceRecord, today: Day) -> ServiceView {
    let contact = record.service.contact_on(today).map(|now| ContactView {
        contact: now.contact.clone(),
        replaces: now.replaces,
        away_until: now.pivot_away_until.map(|day| day.to_string()),
    });
    ServiceView {
        id: record.id,
        organisation_id: record.organisation_id,
        organisation: record.organisation.clone(),
        kind: record.kind,
        receives_referrals: record.receives_referrals,
        revision: record.revision,
        active: record.active,
        service: record.service.clone(),
        contact,
        verified_on: record.verified_on.map(|day| day.to_string()),
        verified_by: record.verified_by.clone(),
        freshness: directory::freshness(record.verified_on, today),
        source: record.source.as_ref().map(|source| source.name.clone()),
    }
}

/// What of a service is everybody's: never the note, never a name that is not published.
fn published(record: ServiceRecord, today: Day) -> PublicService {
    let ServiceRecord { id, organisation, service, verified_on, .. } = record;
    PublicService {
        id,
        organisation,
        name: service.name,
        summary: service.summary,
        needs: service.needs,
        areas: service.areas,
        hours: service.hours,
        hours_note: service.hours_note,
        languages: service.languages,
        eligibility: service.eligibility,
        telephone: service.telephone,
        email: service.email,
        site: service.site,
        address: service.address,
        contact: service.pivot.filter(|_| service.pivot_published),
        verified_on: verified_on.map(|day| day.to_string()),
        freshness: directory::freshness(verified_on, today),
    }
}

/// What a service is to say from now on.
#[derive(Clone, Debug)]
pub struct Written {
    /// The revision that was before the writer's eyes; 0 for a new service.
    pub over: i64,
    /// Of a new one.
    pub organisation_id: Option<OrganisationId>,
    pub active: bool,
    /// Whoever writes says that all of it was verified today.
    pub verified: bool,
    pub service: Service,
}

/// Adds a service, or corrects one.
///
/// # Errors
/// `not_found` for those who do not keep the directory and for what does not exist; `missing_field`, `text_too_long`, `value_out_of_range`, with the field;
/// `revision_conflict` when somebody wrote meanwhile.
pub async fn write(brigade: &Brigade, actor: &Actor, id: ServiceId, written: Written) -> Result<()> {
    require(permission::may_keep_directory(&actor.permission()), ErrorCode::NotFound)?;
    let service = trimmed(written.service).checked().map_err(refusal)?;
    let (by, at, today) = (actor.account.id, now(), today()?);
    let mut tx = brigade.store.begin().await?;
    let known = store::directory::service_by_id(&mut *tx, id).await?;
    let same = |record: &ServiceRecord| record.service == service && record.active == written.active;
    let action = match (known, written.over) {
        // The same click, sent twice.
        (Some(record), over) if record.revision == over.saturating_add(1) && same(&record) => return Ok(()),
        (Some(record), over) if over > 0 => {
            let change = ServiceChange { service: &service, active: written.active, digest: None };
            if !store::directory::save_service(&mut tx, record.id, over, &change, at).await? {
                return refuse(ErrorCode::RevisionConflict);
            }
            if written.verified {
                store::directory::verify_service(&mut tx, id, today, Some(by)).await?;
            }
            "directory.service_changed"
        }
        (None, 0) => {
            let organisation_id = written.organisation_id.ok_or_else(|| UseCaseError::refused_because(ErrorCode::MissingField, "organisation"))?;
            let body = store::account::organisation_by_id(&mut *tx, organisation_id).await?;
            if body.is_none_or(|body| body.kind == OrganisationKind::Brigade) {
                return Err(UseCaseError::refused_because(ErrorCode::NotFound, "organisation"));
            }
            let (verified_on, verified_by) = if written.verified { (Some(today), Some(by)) } else { (None, None) };
            let new = NewService { id, organisation_id, service, active: written.active, verified_on, verified_by, source: None };
            if !store::directory::insert_service(&mut tx, &new, at).await? {
                return refuse(ErrorCode::RevisionConflict);
            }
            "directory.service_added"
        }
        (None, _) => return refuse(ErrorCode::NotFound),
        (Some(_), _) => return refuse(ErrorCode::RevisionConflict),
    };
    store::audit::record(&mut tx, at, Some(by), action, "directory_service", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Says that what is written of a service holds today.
///
/// # Errors
/// `not_found` for those who do not keep the directory and for what does not exist; `revision_conflict` when it is not what was before their eyes.
pub async fn verify(brigade: &Brigade, actor: &Actor, id: ServiceId, revision: i64) -> Result<()> {
    require(permission::may_keep_directory(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let Some(record) = store::directory::service_by_id(&mut *tx, id).await? else { return refuse(ErrorCode::NotFound) };
    if record.revision != revision {
        return refuse(ErrorCode::RevisionConflict);
    }
    store::directory::verify_service(&mut tx, id, today()?, Some(actor.account.id)).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "directory.service_verified", "directory_service", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Says whether a body is sent referrals.
///
/// # Errors
/// `not_found` for those who do not keep the directory, for what does not exist and for the brigade itself.
pub async fn receive_referrals(brigade: &Brigade, actor: &Actor, id: OrganisationId, receives: bool) -> Result<()> {
    require(permission::may_keep_directory(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !store::directory::set_receives_referrals(&mut tx, id, receives).await? {
        return refuse(ErrorCode::NotFound);
    }
    let action = if receives { "organisation.receives_referrals" } else { "organisation.receives_no_referrals" };
    store::audit::record(&mut tx, at, Some(actor.account.id), action, "organisation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn trimmed(service: Service) -> Service {
    let contact = |contact: directory::WorkContact| directory::WorkContact {
        name: typed(&contact.name),
        role: typed(&contact.role),
        telephone: typed(&contact.telephone),
        email: typed(&contact.email),
    };
    Service {
        name: typed(&service.name),
        summary: typed(&service.summary),
        hours_note: typed(&service.hours_note),
        eligibility: typed(&service.eligibility),
        telephone: typed(&service.telephone),
        email: typed(&service.email),
        site: with_scheme(&typed(&service.site)),
        address: service.address.map(|address| directory::PostalAddress {
            street: typed(&address.street),
            city: typed(&address.city),
            postal_code: directory::PostalAddress::postal_code(&address.postal_code).unwrap_or_else(|| typed(&address.postal_code)),
        }),
        note: typed(&service.note),
        pivot: service.pivot.map(contact),
        replacement: service.replacement.map(contact),
        ..service
    }
}

/// As people write it, without what a browser adds.
fn with_scheme(site: &str) -> String {
    if site.is_empty() || site.contains("://") { site.to_owned() } else { format!("https://{site}") }
}

fn refusal(error: ServiceError) -> UseCaseError {
    match error {
        ServiceError::Missing(field) => UseCaseError::refused_because(ErrorCode::MissingField, field),
        ServiceError::TooLong(field) => UseCaseError::refused_because(ErrorCode::TextTooLong, field),
        ServiceError::Impossible(field) => UseCaseError::refused_because(ErrorCode::ValueOutOfRange, field),
    }
}
