//! `cargo xtask test` and `cargo xtask lint`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::bail;

use crate::TestOptions;
use crate::client::ClientProfile;
use crate::command::{Run, cargo, find_program, root, say, target_dir, together};
use crate::postgres::Cluster;
use crate::{site, system};

/// Everything that is compiled for this machine. The phone client is compiled for wasm32 only, and this tool has no tests.
const TESTED: [&str; 5] = ["--workspace", "--exclude", "xtask", "--exclude", "brigade-client"];

/// Runs the Rust tests on SQLite and PostgreSQL, then the browser stories in real Chromium.
///
/// # Errors
/// When something cannot be built or any test fails.
pub(crate) fn test(options: &TestOptions) -> anyhow::Result<()> {
    let mut steps = Steps::default();
    let stories = if options.no_browser { Vec::new() } else { browser_stories(options.filter.as_deref())? };
    let server = target_dir().join("debug/brigade");

    system::ensure_heif_programs()?;
    let postgres = if options.no_postgres { None } else { Some(Cluster::start()?) };
    site::prepare()?;
    steps.must("site et serveur · site and server", || {
        together(
            || site::build(ClientProfile::Phone),
            // One selection of packages for build and test: another would unify features otherwise and compile half the tree twice.
            || cargo().arg("build").args(TESTED).args(["--bins", "--tests"]).env("CARGO_TERM_PROGRESS_WHEN", "never").check(),
        )
    })?;

    let with_environment = |run: Run| {
        let run = run.env("BRIGADE_BIN", &server).env("BRIGADE_SITE_DIR", site::directory());
        match &postgres {
            Some(cluster) => run.env("BRIGADE_TEST_POSTGRES", cluster.url()),
            None => run,
        }
    };
    steps.run("Rust", || with_environment(cargo().arg("test").args(TESTED).arg("--no-fail-fast").args(&options.filter)).check());
    if !stories.is_empty() {
        let node = system::ensure_node_for_browser_tests()?;
        let chromium = system::ensure_chromium()?;
        system::npm_install(&root().join("tests/browser"))?;
        steps.run("navigateur · browser", || {
            let mut run = Run::new(node).args(["--test", "--test-concurrency=1", "--test-reporter=spec"]);
            if let Some(filter) = &options.filter
                && !stories.iter().any(|story| story.file_name().is_some_and(|name| name.to_string_lossy().contains(filter)))
            {
                run = run.arg(format!("--test-name-pattern={filter}"));
            }
            with_environment(run.args(&stories)).env("BRIGADE_CHROMIUM", chromium).check()
        });
    }
    drop(postgres);
    steps.finish()
}

/// Formatting, clippy for the machine and for the browser, licences and duplicate or banned crates.
///
/// # Errors
/// When anything is not clean.
pub(crate) fn lint() -> anyhow::Result<()> {
    system::ensure_rust_components()?;
    system::ensure_wasm_target()?;
    site::prepare()?;
    let mut steps = Steps::default();
    steps.run("cargo fmt", || cargo().args(["fmt", "--all", "--check"]).check());
    steps.run("clippy", || {
        // Without the client, whose features would turn the server's copy of `app` into a browser's.
        cargo().args(["clippy", "--workspace", "--exclude", "brigade-client", "--all-targets", "--", "-D", "warnings"]).check()
    });
    steps.run("clippy wasm32", || {
        cargo()
            .args([
                "clippy",
                "-p",
                "brigade-client",
                "-p",
                "app",
                "--features",
                "brigade-client/field,brigade-client/office",
                "--target",
                "wasm32-unknown-unknown",
                "--",
                "-D",
                "warnings",
            ])
            .check()
    });
    if find_program(&["cargo-deny"]).is_some() {
        steps.run("cargo deny", || cargo().args(["deny", "--log-level", "error", "check", "bans", "licenses", "sources"]).check());
        show_advisories();
    } else {
        say("cargo-deny absent : licences non vérifiées (cargo install cargo-deny --locked)", "cargo-deny is not installed: licences not checked");
    }
    show_npm_advisories();
    steps.finish()
}

/// Known vulnerabilities of what the browser files are built of and tested with; shown and not failing, as [`show_advisories`].
fn show_npm_advisories() {
    if find_program(&["npm"]).is_none() {
        say("npm absent : avis de sécurité des paquets npm non vérifiés", "npm is not installed: its advisories are not checked");
        return;
    }
    for directory in ["app/web", "tests/browser"] {
        let audit = Run::new("npm").args(["audit", "--package-lock-only", "--json"]).current_dir(root().join(directory));
        let Err(failure) = audit.output_text() else { continue };
        let told = failure.to_string();
        // Both a vulnerability and an unreachable list end with the same status: only the first comes with a report.
        if told.contains("auditReportVersion") {
            eprintln!("{told}");
            say(&format!("avis de sécurité npm à lire ci-dessus ({directory})"), "npm advisories to be read above");
        } else {
            say(&format!("avis de sécurité npm non vérifiés ({directory}) : liste injoignable"), "npm advisories not checked: their list cannot be reached");
        }
    }
}

/// Known vulnerabilities are shown and do not fail: one published tonight must not turn yesterday's commit red. Their list is a download, and without a
/// network the rest must still be checkable.
fn show_advisories() {
    if cargo().args(["deny", "fetch", "db"]).output_text().is_err() {
        say("avis de sécurité non vérifiés : liste injoignable", "advisories not checked: their list cannot be reached");
    } else if cargo().args(["deny", "--log-level", "error", "check", "--disable-fetch", "advisories"]).check().is_err() {
        say("avis de sécurité à lire ci-dessus", "advisories to be read above");
    }
}

/// Figures of a phone-sized Chromium with a slow processor and a slow network, against the release server.
///
/// # Errors
/// When Chromium or Node is missing, or a page does not come.
pub(crate) fn browser_figures(server: &Path) -> anyhow::Result<()> {
    let chromium = system::ensure_chromium()?;
    let node = system::ensure_node_for_browser_tests()?;
    system::npm_install(&root().join("tests/browser"))?;
    for figures in ["tests/browser/figures.mjs", "tests/browser/large_visit.mjs"] {
        Run::new(&node).arg(figures).current_dir(root()).env("BRIGADE_BIN", server).env("BRIGADE_CHROMIUM", &chromium).check()?;
    }
    Ok(())
}

/// The browser stories to run: all of them, or the files that mention the filter.
fn browser_stories(filter: Option<&str>) -> anyhow::Result<Vec<PathBuf>> {
    let mut stories = Vec::new();
    for entry in fs::read_dir(root().join("tests/browser"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.ends_with(".test.mjs") {
            continue;
        }
        if filter.is_none_or(|filter| name.contains(filter) || fs::read_to_string(&path).is_ok_and(|text| text.contains(filter))) {
            stories.push(path);
        }
    }
    stories.sort();
    Ok(stories)
}

/// What was run, how long it took and whether it passed: the summary at the end.
#[derive(Default)]
struct Steps {
    done: Vec<(&'static str, u64, Option<anyhow::Error>)>,
}

impl Steps {
    /// Runs a step; the next ones run even when it fails.
    fn run(&mut self, name: &'static str, step: impl FnOnce() -> anyhow::Result<()>) {
        eprintln!("\n▸ {name}");
        let start = Instant::now();
        let failure = step().err();
        self.done.push((name, start.elapsed().as_secs(), failure));
    }

    /// Runs a step without which the next ones make no sense.
    fn must(&mut self, name: &'static str, step: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.run(name, step);
        match self.done.pop() {
            Some((_, _, Some(failure))) => Err(failure),
            passed => {
                self.done.extend(passed);
                Ok(())
            }
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        eprintln!();
        for (name, seconds, failure) in &self.done {
            eprintln!("  {} {name} ({seconds} s)", if failure.is_none() { "✓" } else { "✗" });
        }
        let failures: Vec<String> = self.done.iter().filter_map(|(_, _, failure)| failure.as_ref().map(|failure| format!("{failure:#}"))).collect();
        if !failures.is_empty() {
            bail!("{}", failures.join("\n"));
        }
        say("tout est vert", "all green");
        Ok(())
    }
}
