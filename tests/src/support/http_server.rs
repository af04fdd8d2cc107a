//! The real server on a port of its own, over a seeded town.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use server::{
    application::Brigade,
    config::ServeOptions,
    photos::ConverterChoice,
    store::{ObservationRecord, observation},
};

use super::{Client, Database, PASSWORD, Person, TestDatabase, Town};

/// A server that was just started.
struct Running {
    brigade: Brigade,
    first_access: Option<String>,
    base: String,
    serving: tokio::task::JoinHandle<()>,
    stop: tokio::sync::oneshot::Sender<()>,
}

impl Running {
    async fn start(options: &ServeOptions) -> Self {
        let server = server::prepare(options).await.expect("the server prepares");
        let brigade = server.state.brigade.clone();
        let base = format!("http://{}", server.address);
        let first_access = server.first_access.as_deref().map(|link| link.trim_start_matches(&base).to_owned());
        let (stop, told) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            server.run(async { drop(told.await) }).await.expect("the server runs");
        });
        Self { brigade, first_access, base, serving, stop }
    }
}

/// A server that answers until it is dropped.
pub struct TestServer {
    pub town: Town,
    /// The very handles the server works with, to look behind the door.
    pub brigade: Brigade,
    /// Path of the one-time link printed at the first start.
    pub first_access: Option<String>,
    base: String,
    options: ServeOptions,
    serving: tokio::task::JoinHandle<()>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    /// Last, so that the server is gone before its database.
    _database: TestDatabase,
}

impl TestServer {
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// With other options than the defaults.
    pub async fn start_with(database: Database, adjust: impl FnOnce(&mut ServeOptions)) -> Self {
        let database = TestDatabase::create(database).await;
        let mut options = ServeOptions {
            demo: false,
            listen: "127.0.0.1:0".parse().expect("an address"),
            data: database.folder().to_owned(),
            database: Some(database.url().to_owned()),
            public_url: None,
            tiles_url: None,
            site_dir: Some(database.folder().join("site")),
            dwellings_threshold: 6,
            threshold_inclusive: false,
            grid: None,
            // A story says when it has one: the others must not depend on what the machine has.
            heif_converter: ConverterChoice::Never,
            heif_seconds: 60,
            provider_secrets: None,
            internal_provider: Vec::new(),
        };
        adjust(&mut options);
        let Running { brigade, first_access, base, serving, stop } = Running::start(&options).await;
        let town = Town::found(&brigade.store).await;
        Self { town, brigade, first_access, base, options, serving, stop: Some(stop), _database: database }
    }

    /// Stops, and starts another server on the same data, on another port: clients of before speak to nobody.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.begin_again().await;
    }

    /// Starts another server on the data of one that was stopped.
    pub async fn begin_again(&mut self) {
        let Running { brigade, base, serving, stop, .. } = Running::start(&self.options).await;
        (self.brigade, self.base, self.serving, self.stop) = (brigade, base, serving, Some(stop));
    }

    /// The same with other options, which stay for the next restarts.
    pub async fn restart_with(&mut self, adjust: impl FnOnce(&mut ServeOptions)) {
        adjust(&mut self.options);
        self.restart().await;
    }

    /// Tries to start another server on the same data with other options, and says why it cannot.
    pub async fn refused_start(&self, adjust: impl FnOnce(&mut ServeOptions)) -> Option<String> {
        let mut options = self.options.clone();
        adjust(&mut options);
        server::prepare(&options).await.err().map(|error| format!("{error:#}"))
    }

    /// Address of its database.
    pub fn database_url(&self) -> &str {
        self.options.database.as_deref().expect("a story always says which")
    }

    /// Its data folder.
    pub fn folder(&self) -> &Path {
        &self.options.data
    }

    /// Tells the server to stop, as the system does, and waits until it has.
    pub async fn stop(&mut self) {
        let stop = self.stop.take().expect("stopped once");
        stop.send(()).expect("the server is running");
        (&mut self.serving).await.expect("the server ends without a panic");
    }

    /// Waits for a job off the request path: until some row of `table` is as `condition` says.
    pub async fn until(&self, table: &str, condition: &str) {
        // Unoptimised, on a busy machine, a large picture takes its time.
        let late = Instant::now() + Duration::from_mins(1);
        while Instant::now() < late {
            if self.count(table, condition).await > 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no {table} became « {condition} »");
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Client {
        Client::new(&self.base)
    }

    /// Signs in through the API and keeps the token as a phone or another program does.
    pub async fn bearer(&self, person: Person) -> Client {
        let token = self.token(person).await;
        self.stranger().with("authorization", &format!("Bearer {token}"))
    }

    /// Signs in through the API and keeps the cookie as a browser does, with the anti-forgery field of its forms.
    pub async fn browser(&self, person: Person) -> (Client, String) {
        let answer = self.sign_in(person.email(), PASSWORD).await.expect_status(200);
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next()).expect("a cookie is set").to_owned();
        let csrf = answer.json()["csrf"].as_str().expect("a csrf field").to_owned();
        (self.stranger().with("cookie", &cookie).with("sec-fetch-site", "same-origin"), csrf)
    }

    pub async fn token(&self, person: Person) -> String {
        let answer = self.sign_in(person.email(), PASSWORD).await.expect_status(200);
        answer.json()["token"].as_str().expect("a token").to_owned()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> super::Answer {
        self.stranger().post("/api/v1/session", &serde_json::json!({ "email": email, "password": password })).await
    }

    /// `host:port`, for a line of one's own.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// How many rows of a table satisfy a condition.
    pub async fn count(&self, table: &str, condition: &str) -> i64 {
        use sqlx::Row;
        let query = format!("select count(*) as n from {table} where {condition}");
        let row = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_one(self.brigade.store.reader()).await.expect("the count runs");
        row.try_get("n").expect("a count is a number")
    }

    /// How many current answers, of every visit, are such.
    pub async fn count_observations(&self, mut such: impl FnMut(&ObservationRecord) -> bool) -> usize {
        use sqlx::Row;
        let mut connection = self.brigade.store.read().await.expect("a connection");
        let visits = sqlx::query("select id from visit").fetch_all(&mut *connection).await.expect("visits");
        let mut count = 0;
        for visit in visits {
            let id: String = visit.try_get("id").expect("an id");
            let records = observation::of_visit(&mut connection, id.parse().expect("an id")).await.expect("observations");
            count += records.iter().filter(|record| such(record)).count();
        }
        count
    }

    /// Runs one statement as an operator would, to put the clock or a row where a story needs it.
    pub async fn alter(&self, statement: &str) {
        let mut tx = self.brigade.store.begin().await.expect("a transaction begins");
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut *tx).await.expect("the statement runs");
        tx.commit().await.expect("the statement is kept");
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
