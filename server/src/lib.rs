//! Brigade's server: `http` decodes and encodes, `application` decides and stores, `store` speaks SQL, `pages` renders `app`.

pub mod application;
pub mod board;
pub mod clock;
pub mod config;
pub mod demo;
pub mod directory_report;
pub mod gateway;
pub mod grids;
pub mod http;
pub mod jobs;
pub mod pages;
pub mod passkeys;
pub mod passwords;
pub mod photos;
pub mod provider;
pub mod rescue_file;
pub mod sealing;
pub mod second_factor;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod territories;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use inspection_grid::{ComplexityRule, ThresholdOperator};
use tokio::net::TcpListener;

use crate::{
    application::{Brigade, access_journal::AccessJournal, burst::Burst, devices::DeviceWatch, push_queue::PushQueue, sign_in},
    board::Board,
    config::ServeOptions,
    grids::GridLibrary,
    http::assets::Site,
    passkeys::Passkeys,
    photos::{Converter, PhotoStorage},
    provider::{Outside, Providers, Secrets},
    rescue_file::RescueKey,
    sealing::SealingKey,
    second_factor::SecondFactorKey,
    state::AppState,
    store::Store,
};

/// A server ready to answer.
pub struct Server {
    pub address: SocketAddr,
    pub state: AppState,
    /// One-time link to create the first administrator, when there is nobody yet.
    pub first_access: Option<String>,
    /// Demo data were loaded by this start.
    pub demo_loaded: bool,
    listener: TcpListener,
}

/// Opens the store, brings it up to date, loads what is asked, and binds the port.
///
/// # Errors
/// When the data folder, the database, the web client or the port is not usable.
pub async fn prepare(options: &ServeOptions) -> anyhow::Result<Server> {
    // Pages are rendered on tokio; a second server of the same process finds it set, which is fine.
    drop(any_spawner::Executor::init_tokio());
    let site = Site::open(options.site_dir.clone())?;
    let store = Store::open(&options.database_url()).await.context("opening the database")?;
    let grids = GridLibrary::open(&store, options.grid.as_deref()).await?;
    let photos = PhotoStorage::open(&options.data).context("opening the photo folder")?;
    let photos = photos.converting(&options.data, &options.heif_converter, options.heif_patience()).context("--heif-converter")?;
    let converter = photos.converter().map_or_else(|| "none: HEIC and AVIF photos are kept with a notice".to_owned(), Converter::name);
    tracing::info!(%converter, "photo.converter");
    let rescue_key = Arc::new(RescueKey::open(&store).await.context("key of rescue files")?);
    let second_factor_key = Arc::new(SecondFactorKey::open(&store).await.context("key of second factors")?);
    let sealing_key = Arc::new(SealingKey::open(&store, "sealing").await.context("key of what browsers carry")?);
    let listener = TcpListener::bind(options.listen).await.with_context(|| format!("listening on {}", options.listen))?;
    let address = listener.local_addr()?;
    let origin = options.public_url.as_deref().map_or_else(|| format!("http://{address}"), |url| url.trim_end_matches('/').to_owned());
    let outside = Outside::open(&options.internal_provider).context("certificates of this machine")?;
    let secrets = Secrets { folder: options.provider_secrets.clone() };
    let providers = Arc::new(Providers::new(outside, secrets, format!("{origin}{}", http::provider::RETURN)));
    let journal = AccessJournal::start(store.clone(), &options.data).await.context("access journal")?;
    let brigade = Brigade {
        journal,
        rescue_key,
        second_factor_key,
        sealing_key,
        providers,
        passkeys: Arc::new(Passkeys::at(&origin)),
        burst: Burst::default(),
        store,
        photos,
        board: Board::new(),
        grids: Arc::new(grids),
        complexity_rule: Arc::new(complexity_rule(options)),
        tiles_url: options.tiles_url.clone().map(Into::into),
    };
    territories::ensure(&brigade).await.context("territories")?;
    let demo_loaded = options.demo && demo::load_once(&brigade).await.context("demo data")?;
    let first_access = sign_in::offer_first_access(&brigade).await?.map(|token| format!("{origin}/premier-acces/{token}"));
    let devices = DeviceWatch::start(&brigade).await.context("revoked phones")?;
    let state =
        AppState { pushes: PushQueue::start(brigade.clone()), devices, brigade, site: Arc::new(site), is_https: options.is_https(), demo: options.demo };
    Ok(Server { address, state, first_access, demo_loaded, listener })
}

fn complexity_rule(options: &ServeOptions) -> ComplexityRule {
    ComplexityRule {
        dwellings_threshold: options.dwellings_threshold,
        operator: if options.threshold_inclusive { ThresholdOperator::AtLeast } else { ThresholdOperator::GreaterThan },
        ..ComplexityRule::default()
    }
}

/// What requests under way are given to end once the program is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

impl Server {
    /// Answers until `stop` completes, then finishes the requests under way.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        jobs::start(self.state.brigade.clone());
        let (store, journal) = (self.state.brigade.store.clone(), self.state.brigade.journal.clone());
        let (told, stopping) = tokio::sync::oneshot::channel::<()>();
        let stopped = async move {
            stop.await;
            drop(told);
        };
        let serving = axum::serve(self.listener, http::router(self.state)).with_graceful_shutdown(stopped);
        // Live lines never end by themselves: they are given a moment with the rest, then cut. Open boards connect again to the next start.
        let cut = async {
            drop(stopping.await);
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            served = serving => served?,
            () = cut => {}
        }
        journal.close().await;
        store.close().await;
        Ok(())
    }
}
