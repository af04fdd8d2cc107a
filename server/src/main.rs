//! The `brigade` program.

use std::process::ExitCode;

use clap::Parser;
use server::{
    config::{Cli, Command, ServeOptions},
    demo, prepare, telemetry,
};

/// A push is thousands of small allocations on several threads: measured, a fifth of its time with the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    telemetry::start();
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve(&options).await,
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
