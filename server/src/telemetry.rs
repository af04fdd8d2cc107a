//! The log: one line per thing that matters, never personal information.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error. `RUST_LOG` narrows or widens it.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,tower_http=warn,leptos=warn"));
    // Already set in tests that start several servers: the first one wins.
    drop(tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_writer(std::io::stderr).try_init());
}
