//! The administrator sets up organisations and accounts. They never see a case.

use std::collections::{HashMap, HashSet};

use casework::{
    ids::{AccountId, OrganisationId},
    permission::{self, OrganisationKind, Role},
    wire::v1::{AccountRow, Administration, ErrorCode, OrganisationRow, ProviderView, RecoveryRequestRow},
};

use super::{Actor, Brigade, Result, UseCaseError, depart, keep_agreements, read_cases, refuse, require, sign_in::LINK_MS, typed};
use crate::{
    clock::{new_id, new_secret, now, sha256_hex},
    store::{self, NewAccount, NewOrganisation, ProviderRow, StoreError},
};

const NAME_CHARS_MAX: usize = 120;

/// Organisations and accounts.
///
/// # Errors
/// `not_found` for anybody but an administrator.
pub async fn read(brigade: &Brigade, actor: &Actor) -> Result<Administration> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let reader = brigade.store.reader();
    let organisations = store::account::organisations(reader).await?;
    let accounts = store::account::all(reader).await?;
    let mut enrolled: HashSet<AccountId> = store::second_factor::enrolled(reader).await?.into_iter().collect();
    enrolled.extend(store::passkey::owners(reader).await?);
    let requiring: HashSet<OrganisationId> = store::second_factor::required(reader).await?.into_iter().collect();
    let mut providers: HashMap<OrganisationId, ProviderView> = store::provider::all(reader).await?.into_iter().map(provider_view).collect();
    let recovery_requests = store::recovery::standing(reader, now()).await?;
    let recovery_requests = recovery_requests
        .into_iter()
        .filter_map(|(id, at)| {
            let account = accounts.iter().find(|account| account.id == id)?;
            Some(RecoveryRequestRow {
                account_id: id,
                display_name: account.display_name.clone(),
                email: account.email.clone(),
                organisation: account.organisation.name.clone(),
                at,
            })
        })
        .collect();
    Ok(Administration {
        recovery_requests,
        agreements_due: keep_agreements::due(brigade, actor).await?,
        municipalities: read_cases::municipalities(brigade).await?,
        organisations: organisations
            .into_iter()
            .map(|row| OrganisationRow {
                second_factor_required: requiring.contains(&row.id),
                provider: providers.remove(&row.id),
                id: row.id,
                name: row.name,
                kind: row.kind,
                service: row.service,
                municipality: row.municipality,
            })
            .collect(),
        accounts: accounts
            .into_iter()
            .map(|row| AccountRow {
                id: row.id,
                display_name: row.display_name,
                email: row.email,
                role: row.role,
                organisation: row.organisation.name,
                active: row.active,
                awaiting_password: row.password_hash.is_empty(),
                second_factor: enrolled.contains(&row.id),
            })
            .collect(),
    })
}

fn provider_view(row: ProviderRow) -> (OrganisationId, ProviderView) {
    let ProviderRow { organisation_id, issuer, client_id, secret_name, email_domain, factor_acr, factor_counts } = row;
    (organisation_id, ProviderView { issuer, client_id, secret_name, email_domain, factor_acr, factor_counts })
}

/// An organisation to add.
#[derive(Clone, Debug)]
pub struct OrganisationForm {
    pub name: String,
    pub kind: OrganisationKind,
    pub service: String,
    pub municipality: String,
    pub pivot_person: String,
    pub receives_referrals: bool,
}

fn named(field: &'static str, text: &str) -> Result<String> {
    let text = &typed(text);
    if text.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, field));
    }
    if text.chars().count() > NAME_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, field));
    }
    Ok(text.to_owned())
}

fn optional(text: &str) -> Option<String> {
    let text = &typed(text);
    (!text.is_empty()).then(|| text.chars().take(NAME_CHARS_MAX).collect())
}

/// Adds an organisation.
///
/// # Errors
/// `not_found`, `missing_field`, `text_too_long`, `already_exists`.
pub async fn add_organisation(brigade: &Brigade, actor: &Actor, form: &OrganisationForm) -> Result<OrganisationId> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let name = named("name", &form.name)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    // One server is one brigade: cases belong to it without saying so, and a second would read them all.
    let is_known = |known: &store::OrganisationRow| {
        known.name.to_lowercase() == name.to_lowercase() || (known.kind == OrganisationKind::Brigade && form.kind == OrganisationKind::Brigade)
    };
    if store::account::organisations(&mut *tx).await?.iter().any(is_known) {
        return refuse(ErrorCode::AlreadyExists);
    }
    let id = OrganisationId(new_id());
    let organisation = NewOrganisation {
        id,
        name,
        kind: form.kind,
        service: typed(&form.service).chars().take(NAME_CHARS_MAX).collect(),
        municipality: optional(&form.municipality),
        pivot_person: optional(&form.pivot_person),
        receives_referrals: form.receives_referrals && form.kind != OrganisationKind::Brigade,
    };
    store::account::insert_organisation(&mut tx, &organisation, at).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "organisation.added", "organisation", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(id)
}

/// An account to add.
#[derive(Clone, Debug)]
pub struct AccountForm {
    pub display_name: String,
    pub email: String,
    pub role: Role,
    pub organisation_id: OrganisationId,
    /// Is called by the emergency cell, in this order.
    pub on_call_rank: Option<i64>,
}

/// Adds an account without a password and returns the token of the one-time link by which its owner chooses one.
///
/// # Errors
/// `not_found`, `missing_field`, `text_too_long`, `already_exists`, `value_out_of_range` for a role that the organisation cannot have.
pub async fn add_account(brigade: &Brigade, actor: &Actor, form: &AccountForm) -> Result<String> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let display_name = named("display_name", &form.display_name)?;
    let email = named("email", &form.email)?.to_lowercase();
    if !email.contains('@') {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "email"));
    }
    let at = now();
    let mut tx = brigade.store.begin().await?;
    let Some(organisation) = store::account::organisation_by_id(&mut *tx, form.organisation_id).await? else {
        return Err(UseCaseError::refused_because(ErrorCode::MissingField, "organisation"));
    };
    let id = AccountId(new_id());
    let person = permission::Actor { account_id: id, role: form.role, organisation_id: organisation.id, organisation_kind: organisation.kind };
    if person.effective_role().is_none() {
        // A brigade role outside the brigade, or the reverse, could do nothing: better said now than met later.
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "role"));
    }
    if store::account::by_email(&mut *tx, &email).await?.is_some() {
        return refuse(ErrorCode::AlreadyExists);
    }
    let account = NewAccount {
        id,
        email,
        display_name,
        password_hash: String::new(),
        role: form.role,
        organisation_id: organisation.id,
        on_call_rank: form.on_call_rank,
    };
    store::account::insert_account(&mut tx, &account, at).await?;
    let token = new_secret();
    store::account::insert_access_link(&mut tx, &sha256_hex(token.as_bytes()), Some(id), at.plus_ms(LINK_MS)).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "account.added", "account", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(token)
}

/// A new one-time link for an account whose owner lost theirs or their password.
///
/// # Errors
/// `not_found`.
pub async fn renew_link(brigade: &Brigade, actor: &Actor, id: AccountId) -> Result<String> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !store::account::all(&mut *tx).await?.iter().any(|account| account.id == id) {
        return refuse(ErrorCode::NotFound);
    }
    let token = new_secret();
    store::account::insert_access_link(&mut tx, &sha256_hex(token.as_bytes()), Some(id), at.plus_ms(LINK_MS)).await?;
    // Whoever asked for help is answered.
    store::recovery::settle(&mut tx, id, at).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "account.link", "account", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(token)
}

/// Opens or closes an account. Nobody closes their own: somebody must remain to open the door.
///
/// # Errors
/// `not_found`, `act_not_possible`; `handover_required` when cases are assigned to it: see [`depart`].
pub async fn set_active(brigade: &Brigade, actor: &Actor, id: AccountId, active: bool) -> Result<()> {
    require(permission::may_manage_accounts(&actor.permission()), ErrorCode::NotFound)?;
    if id == actor.account.id {
        return refuse(ErrorCode::ActNotPossible);
    }
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !active {
        depart::holds_nothing(&mut tx, id).await?;
    }
    if !store::account::set_active(&mut tx, id, active).await? {
        return refuse(ErrorCode::NotFound);
    }
    let action = if active { "account.opened" } else { "account.closed" };
    store::audit::record(&mut tx, at, Some(actor.account.id), action, "account", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    brigade.burst.end();
    Ok(())
}
