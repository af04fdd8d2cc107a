//! The register of phones: what each one reports, what the office reads, and the giving up of a lost one.
//!
//! Every request of the API asks whether its phone was given up, pushes thousands of times a second: the answer is kept in memory ([`DeviceWatch`]) rather
//! than asked of the database. The set is small (phones lost over the years), is read whole at start and after each revocation, and, where several servers
//! share one PostgreSQL, again every [`READ_EVERY`]: that long at most, another server may still take a push of a phone just revoked.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use casework::{
    clock::Timestamp,
    ids::DeviceId,
    permission,
    wire::v1::{BUILD_CHARS_MAX, DEVICE_MARKER, DeviceRegister, DeviceReply, DeviceReport, ErrorCode},
};

use super::{Actor, Brigade, Result, UseCaseError, refuse, require, typed};
use crate::{
    clock::{now, sha256_hex},
    store::{self, DeviceContact, Dialect, Revocation, StoreError},
};

/// How long another server of the same database may not know of a revocation.
pub const READ_EVERY: Duration = Duration::from_secs(3);
/// Rows of the register; the page says when there are more.
pub const ROWS_MAX: usize = 500;
/// Phones remembered of one account, besides those that hold unsent work and those revoked: each new installation of the app makes one.
const ROWS_PER_ACCOUNT_MAX: i64 = 50;
/// Rescue files told of.
const RESCUES_MAX: i64 = 50;
const REASON_CHARS_MAX: usize = 500;

/// The phones given up, and the sessions they last spoke in. Cheap to clone, never waits for the database.
#[derive(Clone, Debug, Default)]
pub struct DeviceWatch {
    revoked: Arc<RwLock<Revoked>>,
}

#[derive(Debug, Default)]
struct Revoked {
    devices: HashSet<DeviceId>,
    session_hashes: HashSet<String>,
}

impl DeviceWatch {
    /// Reads the revoked phones, and again from time to time where other servers may revoke some.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(brigade: &Brigade) -> Result<Self> {
        let watch = Self::default();
        watch.read(brigade).await?;
        match brigade.store.dialect() {
            // One file has one server: what is revoked is revoked here.
            Dialect::Sqlite => {}
            Dialect::Postgres => drop(tokio::spawn(read_again(Arc::downgrade(&watch.revoked), brigade.clone()))),
        }
        Ok(watch)
    }

    /// Reads the revoked phones now.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self, brigade: &Brigade) -> Result<()> {
        let (devices, session_hashes) = store::device::revoked(brigade.store.reader()).await?.into_iter().unzip();
        *self.revoked.write().unwrap_or_else(PoisonError::into_inner) = Revoked { devices, session_hashes };
        Ok(())
    }

    /// Whether this phone was given up.
    pub fn is_revoked(&self, id: DeviceId) -> bool {
        self.revoked.read().unwrap_or_else(PoisonError::into_inner).devices.contains(&id)
    }

    /// Whether the session of this token is that of a phone given up, whatever the phone says of itself.
    pub fn is_cut(&self, token: &str) -> bool {
        let revoked = self.revoked.read().unwrap_or_else(PoisonError::into_inner);
        !revoked.session_hashes.is_empty() && revoked.session_hashes.contains(&sha256_hex(token.as_bytes()))
    }
}

/// Reads again until the server's last handle is gone.
async fn read_again(revoked: std::sync::Weak<RwLock<Revoked>>, brigade: Brigade) {
    loop {
        tokio::time::sleep(READ_EVERY).await;
        let Some(revoked) = revoked.upgrade() else { return };
        // What was known stays in force while the database does not answer.
        if let Err(error) = (DeviceWatch { revoked }).read(&brigade).await {
            tracing::error!(error = &error as &dyn std::error::Error, "devices.read");
        }
    }
}

/// A phone says how it is. A revoked one is recorded too: the office sees that it came back, and it hears that it must wipe itself.
///
/// # Errors
/// `not_allowed` for those who do not go in the field, `text_too_long` for the name of a build.
pub async fn report(brigade: &Brigade, watch: &DeviceWatch, actor: &Actor, token: &str, report: &DeviceReport) -> Result<DeviceReply> {
    require(permission::may_push_field_events(&actor.permission()), ErrorCode::NotAllowed)?;
    if report.build.chars().count() > BUILD_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "build"));
    }
    let at = now();
    let clock_skew_ms = report.device_now.since(at);
    let holds_work = report.unsent_events > 0 || report.unsent_photos > 0;
    let contact = DeviceContact {
        device_id: report.device_id,
        account_id: actor.account.id,
        at,
        build: report.build.clone(),
        protocol: report.protocol,
        unsent_events: report.unsent_events,
        unsent_photos: report.unsent_photos,
        oldest_unsent_at: report.oldest_unsent_at.filter(|_| holds_work).and_then(|oldest| Timestamp::from_device(oldest, report.device_now, at)),
        clock_skew_ms,
        session_hash: sha256_hex(token.as_bytes()),
    };
    let mut tx = brigade.store.begin().await?;
    store::device::report(&mut tx, &contact).await?;
    store::device::forget_oldest(&mut tx, actor.account.id, ROWS_PER_ACCOUNT_MAX).await?;
    let revocation = store::device::revocation(&mut *tx, report.device_id).await?;
    if let Some(revocation) = &revocation {
        // In other hands since: the phone is given up all the same.
        store::device::revoke(&mut tx, report.device_id, revocation).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    if revocation.is_some() {
        // Its new session falls too.
        watch.read(brigade).await?;
    }
    Ok(DeviceReply { marker: DEVICE_MARKER.to_owned(), server_now: at, clock_skew_ms, revoked: revocation.is_some() })
}

/// The phones of the actor's organisation.
///
/// # Errors
/// `not_found` for anybody but coordinators and administrators.
pub async fn read(brigade: &Brigade, actor: &Actor) -> Result<DeviceRegister> {
    require(permission::may_manage_devices(&actor.permission()), ErrorCode::NotFound)?;
    let one_more = i64::try_from(ROWS_MAX + 1).unwrap_or(i64::MAX);
    let mut devices = store::device::of_organisation(brigade.store.reader(), actor.account.organisation.id, one_more).await?;
    let has_more = devices.len() > ROWS_MAX;
    devices.truncate(ROWS_MAX);
    let rescues = store::rescue_file::of_organisation(brigade.store.reader(), actor.account.organisation.id, RESCUES_MAX).await?;
    Ok(DeviceRegister { now: now(), devices, has_more, rescues })
}

/// Gives a phone up, in whosever hands it was. When this returns, this server takes nothing more of it, and its session is closed.
///
/// # Errors
/// `not_found` for anybody but coordinators and administrators and for a phone of nobody of theirs; `reason_required`, `text_too_long`; `act_not_possible`
/// when it was given up before.
pub async fn revoke(brigade: &Brigade, watch: &DeviceWatch, actor: &Actor, id: DeviceId, reason: &str) -> Result<()> {
    require(permission::may_manage_devices(&actor.permission()), ErrorCode::NotFound)?;
    let at = now();
    let mut tx = brigade.store.begin().await?;
    if !store::device::is_of(&mut *tx, id, actor.account.organisation.id).await? {
        return refuse(ErrorCode::NotFound);
    }
    let reason = &typed(reason);
    if reason.is_empty() {
        return refuse(ErrorCode::ReasonRequired);
    }
    if reason.chars().count() > REASON_CHARS_MAX {
        return Err(UseCaseError::refused_because(ErrorCode::TextTooLong, "reason"));
    }
    if store::device::revocation(&mut *tx, id).await?.is_some() {
        return refuse(ErrorCode::ActNotPossible);
    }
    store::device::revoke(&mut tx, id, &Revocation { at, by: actor.account.id, reason: reason.to_owned() }).await?;
    store::audit::record(&mut tx, at, Some(actor.account.id), "device.revoked", "device", &id.to_string()).await?;
    tx.commit().await.map_err(StoreError::from)?;
    watch.read(brigade).await
}
