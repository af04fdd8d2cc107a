//! The `brigade` program.

use std::process::ExitCode;

use anyhow::Context;
use app::texts::{Locale, errors, fill, privacy};
use clap::Parser;
use server::{
    application::{UseCaseError, import_directory, search_journal},
    config::{Cli, Command, DirectoryImport, ImportKind, ImportOptions, ServeOptions, VerifyOptions},
    demo, directory_report, prepare,
    store::{self, Store},
    telemetry,
};

/// A push is thousands of small allocations on several threads: measured, a fifth of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::start();
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve(&options).await,
        Command::VerifyJournal(options) => match verify_journal(&options).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
        Command::Import(ImportOptions { what: ImportKind::Directory(options) }) => match import_directory(&options).await {
            Ok(true) => Ok(()),
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("brigade : {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: &ServeOptions) -> anyhow::Result<()> {
    let server = prepare(options).await?;
    let address = options.public_url.clone().unwrap_or_else(|| format!("http://{}", server.address));
    println!("Brigade est prête : {address}");
    if let Some(link) = &server.first_access {
        println!("Premier accès (lien à usage unique, valide 24 heures) : {link}");
    }
    if options.demo {
        println!("Données de démonstration, toutes fictives. Comptes (mot de passe : {}) :", demo::PASSWORD);
        for account in demo::ACCOUNTS {
            println!("  {:28} {}", account.email, account.organisation);
        }
    }
    server.run(stop_signal()).await
}

/// Says what was found of the access journal, and whether it is whole.
async fn verify_journal(options: &VerifyOptions) -> anyhow::Result<bool> {
    let url = options.database_url();
    // Opening would create one, and an empty chain is whole.
    anyhow::ensure!(Store::exists(&url), "il n’y a pas de base à {url}");
    let store = Store::open(&url).await.context("opening the database")?;
    let head = store::access::head(store.reader()).await?;
    let report = search_journal::check(&store, 0, &options.noted).await?;
    store.close().await;
    println!("{}", privacy::report(&report, Locale::Fr));
    for fault in &report.faults {
        println!("- {}", privacy::fault(fault, Locale::Fr));
    }
    let told = u64::try_from(report.faults.len()).unwrap_or(u64::MAX);
    if report.faults_total > told {
        println!("{}", fill(privacy::CHAIN_MORE.fr, &[("count", &(report.faults_total - told).to_string())]));
    }
    println!("{} : {}:{}", privacy::CHAIN_HEAD.fr, head.sequence, head.seal);
    Ok(report.is_sound())
}

/// Reads another directory's file and says what became of each row; whether every row was taken.
async fn import_directory(options: &DirectoryImport) -> anyhow::Result<bool> {
    let bytes = tokio::fs::read(&options.file).await.with_context(|| options.file.display().to_string())?;
    let url = options.database_url();
    // Opening would create one, which no server reads.
    anyhow::ensure!(Store::exists(&url), "il n’y a pas de base à {url}");
    let store = Store::open(&url).await.context("opening the database")?;
    let asked = import_directory::ImportOptions { source: options.source.clone(), publish: options.publish, dry_run: options.dry_run };
    let read = import_directory::into_store(&store, &bytes, &asked).await;
    store.close().await;
    let report = read.map_err(|error| match error {
        UseCaseError::Refused { code, .. } => anyhow::anyhow!("{}", errors::of(code).fr),
        error => error.into(),
    })?;
    for line in directory_report::lines(&report, options.dry_run, Locale::Fr) {
        println!("{line}");
    }
    Ok(report.rejected.is_empty())
}

/// Ctrl-C, or the system's polite request to end.
async fn stop_signal() {
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "signal");
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::error!(%error, "signal");
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
