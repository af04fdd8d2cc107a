//! Reads another directory's HSDS 3 JSON into ours: again and again without duplicates, everything or nothing, and nothing over what was changed here.

use std::collections::BTreeMap;

use casework::{
    clock::Timestamp,
    directory::Service,
    hsds::{HsdsError, ReadOrganisation, ReadService, Reason, Rejected, Remark, RowKind},
    ids::{OrganisationId, ServiceId},
    permission::OrganisationKind,
    wire::v1::ErrorCode,
};
use uuid::Uuid;

use super::{Brigade, Result, UseCaseError};
use crate::{
    clock::{derived_id, now, sha256_hex},
    store::{self, NewOrganisation, NewService, Profile, ProfileRecord, ServiceChange, ServiceRecord, Source, Store, StoreError, Tx},
};

/// Characters of a source's name.
const SOURCE_CHARS_MAX: usize = 60;

/// How a file is read.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Name of the directory that the file comes from: what its ids are unique in.
    pub source: String,
    /// New services are published at once, rather than once somebody has read them here.
    pub publish: bool,
    /// Tells what would be done, and does nothing.
    pub dry_run: bool,
}

/// What became of a row that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Added,
    Changed,
    Unchanged,
    /// The file says something new, but the service was changed here since it was last read: it stays as it is here.
    KeptAsHere,
}

/// A row that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub kind: RowKind,
    pub row: usize,
    pub name: String,
    pub outcome: Outcome,
    pub remarks: Vec<Remark>,
}

/// What became of every row of a file, in its order.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    pub taken: Vec<Taken>,
    pub rejected: Vec<Rejected>,
}

impl ImportReport {
    /// How many rows of a kind came out so.
    pub fn count(&self, kind: RowKind, outcome: Outcome) -> usize {
        self.taken.iter().filter(|taken| taken.kind == kind && taken.outcome == outcome).count()
    }
}

/// Reads a file into the directory of a running server.
///
/// # Errors
/// As [`into_store`].
pub async fn import(brigade: &Brigade, bytes: &[u8], options: &ImportOptions) -> Result<ImportReport> {
    into_store(&brigade.store, bytes, options).await
}

/// Reads a file into the directory, whole or not at all. Who may do it is whoever runs the program.
///
/// # Errors
/// `malformed_json` for what is not JSON, `empty_value` for what holds no row, `value_out_of_range` for a source without a name.
pub async fn into_store(store: &Store, bytes: &[u8], options: &ImportOptions) -> Result<ImportReport> {
    let source: String = options.source.trim().chars().take(SOURCE_CHARS_MAX).collect();
    if source.is_empty() {
        return Err(UseCaseError::refused_because(ErrorCode::ValueOutOfRange, "source"));
    }
    let reading = casework::hsds::read(bytes).map_err(|error| {
        UseCaseError::refused(match error {
            HsdsError::NotJson => ErrorCode::MalformedJson,
            HsdsError::NoRows => ErrorCode::EmptyValue,
        })
    })?;
    let at = now();
    let mut tx = store.begin().await?;
    let mut import = Import::open(&mut tx, source, options, at).await?;
    import.report.rejected = reading.rejected;
    for read in &reading.organisations {
        import.organisation(&mut tx, read).await?;
    }
    for read in reading.services {
        import.service(&mut tx, read).await?;
    }
    let Import { source, mut report, .. } = import;
    report.rejected.sort_by_key(|rejected| (rejected.kind, rejected.row));
    if options.dry_run {
        // Dropped, it is undone.
        return Ok(report);
    }
    store::audit::record(&mut tx, at, None, "directory.imported", "directory", &source).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(report)
}

/// An import under way.
struct Import {
    source: String,
    publish: bool,
    at: Timestamp,
    /// Bodies of ours, by name in lower case.
    by_name: BTreeMap<String, OrganisationId>,
    ours: Vec<OrganisationId>,
    /// Bodies read from this source, by their id there.
    organisations: BTreeMap<Uuid, OrganisationId>,
    profiles: BTreeMap<OrganisationId, ProfileRecord>,
    services: Vec<ServiceRecord>,
    report: ImportReport,
}

impl Import {
    async fn open(tx: &mut Tx, source: String, options: &ImportOptions, at: Timestamp) -> Result<Self> {
        let known = store::account::organisations(&mut *tx).await?;
        let profiles = store::directory::profiles(&mut *tx).await?;
        let from_here = |record: &ProfileRecord| {
            let read = record.source.as_ref().filter(|read| read.name == source)?;
            Some((read.id.parse::<Uuid>().ok()?, record.organisation_id))
        };
        Ok(Self {
            publish: options.publish,
            at,
            ours: known.iter().map(|row| row.id).collect(),
            // The brigade is nobody's partner.
            by_name: known.iter().filter(|row| row.kind != OrganisationKind::Brigade).map(|row| (row.name.to_lowercase(), row.id)).collect(),
            organisations: profiles.iter().filter_map(from_here).collect(),
            profiles: profiles.into_iter().map(|record| (record.organisation_id, record)).collect(),
            services: store::directory::services(&mut *tx).await?,
            report: ImportReport::default(),
            source,
        })
    }

    fn reject(&mut self, kind: RowKind, row: usize, name: String, reason: Reason) {
        self.report.rejected.push(Rejected { kind, row, name, reason });
    }

    fn take(&mut self, kind: RowKind, row: usize, name: String, outcome: Outcome, remarks: impl IntoIterator<Item = Remark>) {
        self.report.taken.push(Taken { kind, row, name, outcome, remarks: remarks.into_iter().collect() });
    }

    async fn organisation(&mut self, tx: &mut Tx, read: &ReadOrganisation) -> Result<()> {
        if self.ours.contains(&OrganisationId(read.id)) && !self.organisations.contains_key(&read.id) {
            // It is told by us: what it says comes from here. Its services are found under it all the same.
            self.organisations.insert(read.id, OrganisationId(read.id));
            self.reject(RowKind::Organisation, read.row, read.name.clone(), Reason::Ours);
            return Ok(());
        }
        let profile = Profile { description: read.description.clone(), email: read.email.clone(), site: read.site.clone(), telephone: read.telephone.clone() };
        let digest = sha256_hex(format!("{}\n{}", read.name, serde_json::to_string(&profile).unwrap_or_default()).as_bytes());
        let known = self.organisations.get(&read.id).copied();
        let id = match known.or_else(|| self.by_name.get(&read.name.to_lowercase()).copied()) {
            Some(id) => id,
            None => self.add_organisation(tx, read).await?,
        };
        let before = self.profiles.get(&id).and_then(|record| record.source.as_ref());
        let outcome = match (before, known) {
            (Some(before), _) if before.name == self.source && before.digest == digest => Outcome::Unchanged,
            // Another directory says what this body says of itself.
            (Some(before), _) if before.name != self.source => Outcome::KeptAsHere,
            (Some(_), _) => Outcome::Changed,
            (None, _) => Outcome::Added,
        };
        self.organisations.insert(read.id, id);
        if matches!(outcome, Outcome::Added | Outcome::Changed) {
            let source = Some(Source { name: self.source.clone(), id: read.id.to_string(), digest });
            let record = ProfileRecord { organisation_id: id, profile, source };
            store::directory::keep_profile(tx, &record, self.at).await?;
            self.profiles.insert(id, record);
        }
        self.take(RowKind::Organisation, read.row, read.name.clone(), outcome, []);
        Ok(())
    }

    /// A body that is not known by its id there nor by its name. It is sent no referral before somebody says so.
    async fn add_organisation(&mut self, tx: &mut Tx, read: &ReadOrganisation) -> Result<OrganisationId> {
        let id = OrganisationId(derived_id(read.id, &self.source));
        let new = NewOrganisation {
            id,
            name: read.name.clone(),
            kind: OrganisationKind::Community,
            service: String::new(),
            municipality: None,
            pivot_person: None,
            receives_referrals: false,
        };
        store::account::insert_organisation(tx, &new, self.at).await?;
        self.by_name.insert(read.name.to_lowercase(), id);
        Ok(id)
    }

    async fn service(&mut self, tx: &mut Tx, read: ReadService) -> Result<()> {
        let name = read.service.name.clone();
        if self.services.iter().any(|record| record.id == ServiceId(read.id)) {
            self.reject(RowKind::Service, read.row, name, Reason::Ours);
            return Ok(());
        }
        let Some(organisation_id) = read.organisation.and_then(|id| self.organisations.get(&id).copied()) else {
            self.reject(RowKind::Service, read.row, name, Reason::OrganisationUnknown);
            return Ok(());
        };
        let (source_id, digest) = (read.id.to_string(), digest_of(&read));
        let is_it = |source: &Source| source.name == self.source && source.id == source_id;
        let known = self.services.iter().find(|record| record.source.as_ref().is_some_and(is_it));
        let outcome = match known {
            None => {
                let new = NewService {
                    id: ServiceId(derived_id(read.id, &self.source)),
                    organisation_id,
                    service: Service { public: self.publish, ..read.service },
                    active: read.active,
                    verified_on: read.verified_on,
                    verified_by: None,
                    source: Some(Source { name: self.source.clone(), id: source_id, digest }),
                };
                store::directory::insert_service(tx, &new, self.at).await?;
                Outcome::Added
            }
            Some(record) if record.source.as_ref().is_some_and(|source| source.digest == digest) => Outcome::Unchanged,
            Some(record) if record.source_revision != Some(record.revision) => Outcome::KeptAsHere,
            Some(record) => {
                // What the source does not carry stays: whether it is published, and the brigade's own note.
                let service = Service { public: record.service.public, note: record.service.note.clone(), ..read.service };
                let change = ServiceChange { service: &service, active: read.active, digest: Some(&digest) };
                if !store::directory::save_service(tx, record.id, record.revision, &change, self.at).await? {
                    return Err(UseCaseError::refused(ErrorCode::RevisionConflict));
                }
                if let Some(on) = read.verified_on.filter(|on| record.verified_on.is_none_or(|before| before < *on)) {
                    store::directory::verify_service(tx, record.id, on, None).await?;
                }
                Outcome::Changed
            }
        };
        self.take(RowKind::Service, read.row, name, outcome, read.remarks);
        Ok(())
    }
}

/// Of what the file says of a service, so that the same said again changes nothing.
fn digest_of(read: &ReadService) -> String {
    let day = read.verified_on.map(|day| day.to_string()).unwrap_or_default();
    sha256_hex(format!("{}\n{}\n{day}", serde_json::to_string(&read.service).unwrap_or_default(), read.active).as_bytes())
}
