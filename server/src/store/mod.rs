//! The store: one SQL text on SQLite and PostgreSQL through sqlx's `Any` driver. What differs between them is in `dialect`.

#![expect(clippy::missing_errors_doc, reason = "every function here fails with StoreError, and only when the database or a stored value does")]

pub mod access;
pub mod account;
pub mod agreement;
pub mod audit;
pub mod building;
pub mod case;
mod checkpoint;
pub mod consent;
pub mod deputation;
pub mod device;
mod dialect;
pub mod directory;
pub mod door_pair;
pub mod emergency_share;
pub mod escalation;
pub mod event;
pub mod grid;
pub mod incident;
pub mod job;
pub mod notice;
pub mod observation;
pub mod passkey;
pub mod person_request;
pub mod photo;
pub mod provider;
pub mod recovery;
pub mod referral;
pub mod referral_forward;
pub mod referral_link;
pub mod referral_message;
pub mod rescue_file;
pub mod retention;
mod rows;
pub mod second_factor;
pub mod server_key;
pub mod session;
pub mod spent_token;
pub mod statistics;
pub mod visit;

use std::{path::Path, sync::Once};

use sqlx::{
    Any, AnyConnection, AnyPool, AssertSqlSafe, Execute, QueryBuilder, Row, Transaction,
    any::{AnyArguments, AnyRow},
    pool::PoolConnection,
    query::Query,
};
use tokio::sync::watch;

pub use access::{AccessFilter, AccessRecord};
pub use account::{AccountRow, NewAccount, NewOrganisation, OrganisationRow};
pub use agreement::{AgreementRecord, NewAgreementVersion};
pub use building::{BuildingRow, DwellingRow, NewBuilding, NewDwelling, TerritoryRow};
pub use case::{CaseEntryRecord, CaseFilter, CasePosition, CaseRecord, NewCaseEntry};
pub use consent::ConsentRecord;
pub use deputation::DeputationRow;
pub use device::{DeviceContact, Revocation};
pub use dialect::Dialect;
pub use directory::{NewService, Profile, ProfileRecord, ServiceChange, ServiceRecord, Source};
pub use door_pair::DoorPairRow;
pub use emergency_share::EmergencyShareRecord;
pub use escalation::{EscalationEntryRecord, EscalationRecord, NewEscalationEntry};
pub use event::{NewBatch, QuarantinedEvent, SentBatch, StoredEvent};
pub use incident::{NewIncident, NewIncidentVersion};
pub use job::{JobRow, Lane, NewJob};
pub use observation::ObservationRecord;
pub use passkey::PasskeyRecord;
pub use person_request::PersonRequestRecord;
pub use photo::{Copies, NewPhoto, PhotoRow, UploadRow};
pub use provider::ProviderRow;
pub use referral::{Heap, NewReferralEntry, ReferralEntryRecord, ReferralFilter, ReferralList, ReferralPosition, ReferralRecord};
pub use referral_link::{LinkRecord, LinkSession};
pub use referral_message::{MessageRecord, ReadingRow, Waiting};
pub use rescue_file::NewRescueFile;
pub use second_factor::SecondFactorRow;
pub use session::{NewSession, OpenSessionRow, SessionRow};
pub use visit::{DoorNoteRow, NewDoorNote, NewOutcome, NewVisit, Pace, VisitRow};

/// The connection of a write transaction (or of a savepoint in it): everything written through it is stored, or nothing.
pub type Tx = AnyConnection;

/// A write transaction that whoever holds it commits.
pub type OpenTx = Transaction<'static, Any>;

/// What can go wrong below the use cases.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("database")]
    Database(#[from] sqlx::Error),
    #[error("migrations")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("{table}.{column} of {row} does not read back: {cause}")]
    Unreadable { table: &'static str, column: &'static str, row: String, cause: String },
    #[error("data folder")]
    Folder(#[from] std::io::Error),
    #[error("a database address starts with sqlite:// or postgres://")]
    UnknownDatabase,
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// Handles to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    dialect: Dialect,
    read: AnyPool,
    /// On SQLite a single connection, so that writers queue here rather than fail as busy.
    write: AnyPool,
    /// Told of each write transaction; `None` where the database looks after its own log.
    checkpoints: Option<watch::Sender<()>>,
}

static DRIVERS: Once = Once::new();

impl Store {
    /// Opens (and for SQLite creates) the database and brings its schema up to date.
    ///
    /// # Errors
    /// When the address is not understood, the folder cannot be made, the database does not answer or a migration fails.
    pub async fn open(database_url: &str) -> Result<Self> {
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let dialect = Dialect::of(database_url).ok_or(StoreError::UnknownDatabase)?;
        if let Some(folder) = dialect.file(database_url).as_deref().and_then(Path::parent) {
            std::fs::create_dir_all(folder)?;
        }
        let (read, write) = dialect.connect(database_url).await?;
        dialect.migrate(&write).await?;
        let checkpoints = (dialect == Dialect::Sqlite).then(|| checkpoint::start(read.clone()));
        Ok(Self { dialect, read, write, checkpoints })
    }

    /// Whether there is a database at this address, as far as can be told without opening it.
    pub fn exists(database_url: &str) -> bool {
        match Dialect::of(database_url).and_then(|dialect| dialect.file(database_url)) {
            Some(file) => file.exists(),
            None => Dialect::of(database_url).is_some(),
        }
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// For reads outside a transaction.
    pub fn reader(&self) -> &AnyPool {
        &self.read
    }

    /// A connection for reads of several statements.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<PoolConnection<Any>> {
        Ok(self.read.acquire().await?)
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>> {
        let tx = self.dialect.begin(&self.write).await?;
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.send_replace(());
        }
        Ok(tx)
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query("select 1").execute(&self.read).await.is_ok()
    }

    /// Closes every connection, after the writes under way.
    pub async fn close(&self) {
        self.write.close().await;
        self.read.close().await;
    }
}

/// A built statement, its placeholders numbered: sqlx writes `?` for `Any`, which SQLite reads and PostgreSQL does not. No text of ours holds a `?` of its own.
fn built(builder: &mut QueryBuilder<Any>) -> Query<'_, Any, AnyArguments> {
    let mut query = builder.build();
    let arguments = query.take_arguments().ok().flatten().unwrap_or_default();
    let text = query.sql();
    let mut numbered = String::with_capacity(text.as_str().len() + 64);
    for (number, part) in text.as_str().split('?').enumerate() {
        if number > 0 {
            numbered.push('$');
            numbered.push_str(&number.to_string());
        }
        numbered.push_str(part);
    }
    sqlx::query_with(AssertSqlSafe(numbered), arguments)
}

/// Reads a JSON column, or says which one does not read back.
fn from_json<'text, T: serde::Deserialize<'text>>(table: &'static str, column: &'static str, row: &str, text: &'text str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Unreadable { table, column, row: row.to_owned(), cause: error.to_string() })
}

/// Reads a text column that has its own form (an id, a code), or says which one does not read back.
fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(table: &'static str, column: &'static str, row: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: T::Err| StoreError::Unreadable { table, column, row: row.to_owned(), cause: error.to_string() })
}

/// Reads a column that counts, or says that it does not read back.
fn counted(table: &'static str, column: &'static str, id: &str, row: &AnyRow) -> Result<u32> {
    let value: i64 = row.try_get(column)?;
    u32::try_from(value).map_err(|error| StoreError::Unreadable { table, column, row: id.to_owned(), cause: error.to_string() })
}

/// JSON of a value of ours.
fn to_json<T: serde::Serialize>(value: &T) -> String {
    // Our own types have string keys and no failing serialisers; an empty text would be caught on reading back.
    serde_json::to_string(value).unwrap_or_default()
}

/// A serde unit variant as its bare code, for columns that are filtered on.
fn code<T: serde::Serialize>(value: &T) -> String {
    to_json(value).trim_matches('"').to_owned()
}
