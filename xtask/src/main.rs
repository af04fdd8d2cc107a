//! Everything a developer or the CI does with this repository: `cargo xtask <command>`.
//!
//! - [`client`] turns `app/client` into JavaScript and WebAssembly;
//! - [`split`] cuts the field's WebAssembly in two;
//! - [`site`] assembles `target/site`, which the server serves or embeds;
//! - [`postgres`] runs a throw-away database for the tests;
//! - [`checks`] holds `test` and `lint`;
//! - [`fuzz`] asks everything that the API describes;
//! - [`system`] finds what the machine must have, and installs it where it can.

mod checks;
mod client;
mod command;
mod fuzz;
mod postgres;
mod site;
mod split;
mod system;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::client::ClientProfile;
use crate::command::{Run, cargo, target_dir, together};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Bâtir, lancer et vérifier Brigade · Build, run and check Brigade")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Bâtit le site et le serveur → target/release/brigade · Build the site and the server
    Build(BuildOptions),
    /// Lance le serveur sur <http://127.0.0.1:3000> · Run the server
    ///
    /// The client is the optimised one, exactly what a phone downloads: a development client compiles no sooner on a fresh clone (measured: 2 min 40 s either
    /// way on two cores) and is some thirty times heavier to load. The server is a development build unless `--release`, and both halves compile side by side:
    /// that is what makes a fresh clone answer soonest.
    Serve(ServeOptions),
    /// Lance tous les tests : Rust, SQLite, PostgreSQL, navigateur · Run every test
    Test(TestOptions),
    /// Vérifie le style, clippy et les licences · Check formatting, clippy and licences
    Lint,
    /// Interroge toute l’API décrite, avec schemathesis ; prend des minutes · Ask the whole described API, with schemathesis
    Fuzz(fuzz::FuzzOptions),
    /// Mesure le programme : une ligne JSON par chiffre · Measure the program: one JSON line per figure
    Bench {
        /// Options du programme de charge · Options handed to the load program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
}

#[derive(Args)]
struct BuildOptions {
    /// Développement : ni optimisation du wasm, ni serveur optimisé · Development build of both halves
    #[arg(long)]
    dev: bool,
}

#[derive(Args)]
struct ServeOptions {
    /// Données fictives de démonstration · Start with fictitious data
    #[arg(long)]
    demo: bool,
    /// Serveur optimisé · Optimised server
    #[arg(long)]
    release: bool,
    /// Client de développement (messages d’erreur complets, gros wasm) · Development client, with readable panics
    #[arg(long)]
    dev_client: bool,
    /// Options de `brigade serve`, après `--` · Options handed to `brigade serve`
    #[arg(last = true)]
    arguments: Vec<OsString>,
}

#[derive(Args)]
pub(crate) struct TestOptions {
    /// Seulement les tests dont le nom contient ceci · Only the tests whose name contains this
    filter: Option<String>,
    /// Sans les tests de navigateur · Leave the browser stories out
    #[arg(long)]
    no_browser: bool,
    /// Sans PostgreSQL · Leave PostgreSQL out
    #[arg(long)]
    no_postgres: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        // Not by returning it: what failed is another program, and a backtrace through this one tells nobody anything.
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    match task {
        Task::Build(options) => build(&options),
        Task::Serve(options) => serve(&options),
        Task::Test(options) => checks::test(&options),
        Task::Lint => checks::lint(),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Bench { arguments } => bench(&arguments),
    }
}

fn build(options: &BuildOptions) -> anyhow::Result<()> {
    site::build(if options.dev { ClientProfile::Development } else { ClientProfile::Phone })?;
    build_server(!options.dev)
}

fn serve(options: &ServeOptions) -> anyhow::Result<()> {
    let client = if options.dev_client { ClientProfile::Development } else { ClientProfile::Phone };
    if options.release {
        // One after the other: the optimised server carries the site within itself.
        site::build(client)?;
        build_server(true)?;
    } else {
        site::prepare()?;
        together(|| site::build(client), || build_server(false))?;
    }
    let server = target_dir().join(if options.release { "release" } else { "debug" }).join("brigade");
    let mut run = Run::new(server).arg("serve").env("BRIGADE_SITE_DIR", site::directory());
    if options.demo {
        run = run.arg("--demo");
    }
    run.args(&options.arguments).exec()
}

fn bench(arguments: &[OsString]) -> anyhow::Result<()> {
    site::build(ClientProfile::Phone)?;
    build_server(true)?;
    cargo().args(["build", "--release", "-p", "brigade-tests", "--example", "brigade-load"]).check()?;
    let server = target_dir().join("release/brigade");
    Run::new(target_dir().join("release/examples/brigade-load")).env("BRIGADE_BIN", &server).args(arguments).check()?;
    checks::browser_figures(&server)
}

fn build_server(release: bool) -> anyhow::Result<()> {
    // No progress bar: another cargo may be drawing its own.
    let mut build = cargo().args(["build", "-p", "server", "--bin", "brigade"]).env("CARGO_TERM_PROGRESS_WHEN", "never");
    if release {
        build = build.arg("--release");
    }
    build.check()
}
