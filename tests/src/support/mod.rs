//! What every story starts from: a database, a seeded town, a running server, clients and a phone.

mod authenticator;
mod client;
mod database;
mod heif;
mod http_server;
pub mod next_grid;
mod phone;
mod pictures;
pub mod provider;
mod rescue;
mod town;

pub use authenticator::Authenticator;
pub use client::{Answer, Client, percent_encoded};
pub use database::{Database, TestDatabase};
pub use heif::{Codec, heif_of, to_be_turned};
pub use http_server::TestServer;
pub use phone::Phone;
pub use pictures::{ACCURACY_M, CAMERA, TAKEN, empty_png, halves, heic, huge_png, jpeg, jpeg_of_a_camera, jpeg_with_exif, letters, seen_by_a_camera};
pub use provider::LyingProvider;
pub use rescue::rescue_file;
pub use town::{Building, PASSWORD, Person, Town, building, organisation};

/// Declares a story twice, on SQLite and on PostgreSQL. The function takes a fresh [`TestServer`].
macro_rules! on_both_databases {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use $crate::support::{Database, TestServer};

            #[tokio::test]
            async fn on_sqlite() {
                super::$story(TestServer::start(Database::Sqlite).await).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                if let Some(postgres) = Database::postgres() {
                    super::$story(TestServer::start(postgres).await).await;
                }
            }
        }
    )+};
}

pub(crate) use on_both_databases;
