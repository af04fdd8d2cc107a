//! A database of one test: a file, or a fresh PostgreSQL database, erased when dropped.

use std::path::{Path, PathBuf};

use server::{clock::new_id, store::Store};
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::OnceCell;

/// Which database a test runs on.
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite,
    /// Address of a cluster where databases can be created.
    Postgres(String),
}

impl Database {
    /// The cluster of `BRIGADE_TEST_POSTGRES`; `None`, with a printed notice, when it is not set. `cargo xtask test` always sets it.
    pub fn postgres() -> Option<Self> {
        let address = std::env::var("BRIGADE_TEST_POSTGRES").ok();
        if address.is_none() {
            println!("skipped: BRIGADE_TEST_POSTGRES is not set (cargo xtask test sets it)");
        }
        address.map(Self::Postgres)
    }
}

/// A database and a folder that live as long as this value.
pub struct TestDatabase {
    folder: PathBuf,
    url: String,
    /// Address of the cluster and name of the database to drop in it.
    to_drop: Option<(String, String)>,
}

/// A database with its schema and nothing in it, made once for all the tests of a run: each begins with a copy. Migrations by the dozen take longer than most
/// stories.
static SQLITE_TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();

async fn migrate(url: &str) {
    Store::open(url).await.expect("the migrations run").close().await;
}

async fn sqlite_template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("template-{}", std::process::id()));
    let file = folder.join("brigade.sqlite");
    // Of a run that had the same number.
    drop(std::fs::remove_dir_all(&folder));
    migrate(&format!("sqlite://{}", file.display())).await;
    file
}

/// Of a cluster: named after the process, so that two runs beside each other do not meet.
async fn postgres_template(cluster: &str) -> String {
    let name = format!("brigade_template_{}", std::process::id());
    let mut connection = PgConnection::connect(cluster).await.expect("BRIGADE_TEST_POSTGRES answers");
    connection.execute(sqlx::AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await.expect("its user may drop databases");
    connection.execute(sqlx::AssertSqlSafe(format!("create database {name}"))).await.expect("its user may create databases");
    let (root, _) = cluster.rsplit_once('/').expect("BRIGADE_TEST_POSTGRES ends in /database");
    migrate(&format!("{root}/{name}")).await;
    name
}

impl TestDatabase {
    /// One with the schema of this version.
    pub async fn create(database: Database) -> Self {
        let template = match &database {
            Database::Sqlite => SQLITE_TEMPLATE.get_or_init(sqlite_template).await.display().to_string(),
            Database::Postgres(cluster) => POSTGRES_TEMPLATE.get_or_init(|| postgres_template(cluster)).await.clone(),
        };
        Self::copied(database, Some(&template)).await
    }

    /// One without any table.
    pub async fn create_bare(database: Database) -> Self {
        Self::copied(database, None).await
    }

    async fn copied(database: Database, template: Option<&str>) -> Self {
        let id = new_id().simple().to_string();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("story-{id}"));
        std::fs::create_dir_all(folder.join("site")).expect("target/tmp can be written");
        std::fs::write(folder.join("site/assets.json"), r#"{"build_id":"test","files":{}}"#).expect("target/tmp can be written");
        match database {
            Database::Sqlite => {
                let file = folder.join("brigade.sqlite");
                if let Some(template) = template {
                    std::fs::copy(template, &file).expect("target/tmp can be written");
                }
                let url = format!("sqlite://{}", file.display());
                Self { folder, url, to_drop: None }
            }
            Database::Postgres(cluster) => {
                let name = format!("brigade_test_{id}");
                let mut connection = PgConnection::connect(&cluster).await.expect("BRIGADE_TEST_POSTGRES answers");
                let like = template.map(|template| format!(" template {template}")).unwrap_or_default();
                connection.execute(sqlx::AssertSqlSafe(format!("create database {name}{like}"))).await.expect("its user may create databases");
                let (root, _) = cluster.rsplit_once('/').expect("BRIGADE_TEST_POSTGRES ends in /database");
                Self { folder, url: format!("{root}/{name}"), to_drop: Some((cluster.clone(), name)) }
            }
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Photos and uploads go here.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Best effort, also after a failed assertion: the folder is under target/ and the cluster is thrown away.
        drop(std::fs::remove_dir_all(&self.folder));
        let Some((cluster, name)) = self.to_drop.take() else { return };
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&cluster).await?;
                connection.execute(sqlx::AssertSqlSafe(format!("drop database if exists {name} with (force)"))).await?;
                anyhow::Ok(())
            })
        });
        drop(dropping.join());
    }
}
