//! All that differs between the two databases.

use std::path::PathBuf;

use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Executor, Transaction, any::AnyPoolOptions};

/// Which database answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub(super) fn of(database_url: &str) -> Option<Self> {
        if database_url.starts_with("sqlite:") {
            Some(Self::Sqlite)
        } else if database_url.starts_with("postgres:") || database_url.starts_with("postgresql:") {
            Some(Self::Postgres)
        } else {
            None
        }
    }

    /// Which database a connection speaks to.
    pub(super) fn of_connection(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Sqlite } else { Self::Postgres }
    }

    /// Writes the placeholder of a parameter, counted from 1.
    pub(super) fn push_placeholder(self, text: &mut String, number: usize) {
        match self {
            // SQLite looks a numbered parameter up by its name, one after the other: with hundreds of them that was a tenth of a push.
            Self::Sqlite => text.push('?'),
            Self::Postgres => {
                text.push('$');
                text.push_str(&number.to_string());
            }
        }
    }

    /// The rows of a JSON array of arrays, given as the first parameter, as a table `given` whose column `value` is one of them.
    pub(super) fn given_rows(self) -> &'static str {
        match self {
            Self::Sqlite => "json_each($1) as given",
            Self::Postgres => "json_array_elements(cast($1 as json)) as given(value)",
        }
    }

    /// Path of the SQLite file.
    pub(super) fn file(self, database_url: &str) -> Option<PathBuf> {
        match self {
            Self::Sqlite => {
                let path = database_url.trim_start_matches("sqlite:").trim_start_matches("//");
                Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
            }
            Self::Postgres => None,
        }
    }

    /// Pools for reading and for writing.
    pub(super) async fn connect(self, database_url: &str) -> sqlx::Result<(AnyPool, AnyPool)> {
        match self {
            Self::Sqlite => {
                let url = if database_url.contains('?') { database_url.to_owned() } else { format!("{database_url}?mode=rwc") };
                let write = sqlite_pool(1, 32_000).connect(&url).await?;
                let read = sqlite_pool(4, 8_000).connect(&url).await?;
                Ok((read, write))
            }
            Self::Postgres => {
                let pool = AnyPoolOptions::new().max_connections(12).connect(database_url).await?;
                Ok((pool.clone(), pool))
            }
        }
    }

    pub(super) async fn migrate(self, pool: &AnyPool) -> Result<(), sqlx::migrate::MigrateError> {
        match self {
            Self::Sqlite => sqlx::migrate!("../migrations/sqlite").run(pool).await,
            Self::Postgres => sqlx::migrate!("../migrations/postgres").run(pool).await,
        }
    }

    pub(super) async fn begin(self, pool: &AnyPool) -> sqlx::Result<Transaction<'static, Any>> {
        match self {
            // Takes the write lock at once: a transaction that read first could otherwise fail as busy when it writes.
            Self::Sqlite => pool.begin_with("begin immediate").await,
            Self::Postgres => pool.begin().await,
        }
    }
}

/// Connections that each keep at most so many kilobytes of the file in memory, as they fill.
fn sqlite_pool(connections_max: u32, cache_kb: u32) -> AnyPoolOptions {
    AnyPoolOptions::new().max_connections(connections_max).after_connect(move |connection, _| {
        Box::pin(async move {
            connection.execute(AssertSqlSafe(format!("pragma cache_size = -{cache_kb}"))).await?;
            // FULL: an acknowledged change survives a power cut, not only a crash of the program.
            for pragma in [
                "pragma journal_mode = wal",
                "pragma synchronous = full",
                "pragma foreign_keys = on",
                "pragma busy_timeout = 10000",
                "pragma temp_store = memory",
                // 64 MB: a bound for the log when it is written faster than it is copied back beside.
                "pragma wal_autocheckpoint = 16000",
            ] {
                connection.execute(pragma).await?;
            }
            Ok(())
        })
    })
}
