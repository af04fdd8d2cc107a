//! `app/client` → `field.js`, `field_bg.wasm`, `field_behind.wasm`, `office.js` and `office_bg.wasm`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{Run, cargo, root, say, target_dir, work_dir};
use crate::split;
use crate::system;

/// What today's rustc emits and every browser since 2022 runs; wasm-opt refuses it unless told.
const WASM_OPT_FLAGS: [&str; 7] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// How the client is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientProfile {
    /// What phones download: optimised for size, by rustc and then by wasm-opt.
    Phone,
    /// Readable panics; uncompressed, some thirty times heavier to load.
    Development,
}

impl ClientProfile {
    fn cargo_profile(self) -> &'static str {
        match self {
            Self::Phone => "wasm-release",
            Self::Development => "dev",
        }
    }

    fn cargo_directory(self) -> &'static str {
        match self {
            Self::Phone => "wasm-release",
            Self::Development => "debug",
        }
    }
}

/// The two front doors, each a wasm of its own: a feature of `app/client`, and the name of its files.
pub(crate) const PARTS: [&str; 2] = ["field", "office"];

/// Compiles both parts of the client and returns, for each, its name and the folder that holds `<part>.js`, `<part>_bg.wasm`, the chunks
/// `<part>_<name>.wasm` of a part that is split and, when a dependency carries JavaScript, `snippets/`.
///
/// # Errors
/// When a tool is missing or fails.
pub(crate) fn build(profile: ClientProfile) -> anyhow::Result<Vec<(&'static str, PathBuf)>> {
    PARTS.into_iter().map(|part| Ok((part, build_part(profile, part)?))).collect()
}

/// The phone's program comes in two, for a first visit on a slow network.
fn is_split(part: &str) -> bool {
    part == "field"
}

fn build_part(profile: ClientProfile, part: &str) -> anyhow::Result<PathBuf> {
    cargo()
        .args(["rustc", "-p", "brigade-client", "--features", part, "--target", "wasm32-unknown-unknown", "--profile", profile.cargo_profile()])
        .args(settings(profile))
        // Of the last crate alone: its dependencies are compiled once for both parts.
        .args(is_split(part).then_some(["--", "-Clink-arg=--emit-relocs"]).into_iter().flatten())
        .check()?;
    let compiled = target_dir().join("wasm32-unknown-unknown").join(profile.cargo_directory()).join("brigade_client.wasm");
    let wasm = fs::read(&compiled).with_context(|| format!("cargo left no {}", compiled.display()))?;

    let directory = work_dir().join("client").join(profile.cargo_directory()).join(part);
    let key = key(profile, &wasm)?;
    let key_file = directory.with_extension("key");
    if fs::read_to_string(&key_file).is_ok_and(|built| built == key) {
        return Ok(directory);
    }
    // Without its key, what an interrupted run leaves behind is never taken for finished.
    let _ = fs::remove_file(&key_file);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory)?;
    let main = if is_split(part) { split::cut(&wasm, part, &directory)? } else { wasm };
    say(&format!("wasm-bindgen ({part})"), &format!("wasm-bindgen ({part})"));
    Bindgen::new()
        .input_bytes(part, main)
        .web(true)?
        .typescript(false)
        // `boot.js` names the hashed file; the guess compiled in would be wrong.
        .omit_default_module_path(true)
        .remove_name_section(profile == ClientProfile::Phone)
        // Chunks link to the memory, the table and the stack pointer.
        .keep_lld_exports(is_split(part))
        .generate(&directory)?;
    if is_split(part) {
        split::join(part, &directory)?;
    }
    if profile == ClientProfile::Phone {
        optimise(&directory.join(format!("{part}_bg.wasm")))?;
        for chunk in split::chunks(&directory, part)? {
            optimise(&chunk)?;
        }
    }
    fs::write(key_file, key)?;
    Ok(directory)
}

/// Panics name source files. What phones download leaves out where cargo keeps them on this machine: nobody's business, and other bytes on each machine.
fn settings(profile: ClientProfile) -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let sources = home.map(|home| home.join("registry").join("src"));
    match (profile, sources) {
        // Joined to the flags of .cargo/config.toml.
        (ClientProfile::Phone, Some(sources)) => vec!["--config".to_owned(), format!("build.rustflags=['--remap-path-prefix={}=']", sources.display())],
        _ => Vec::new(),
    }
}

fn optimise(wasm: &Path) -> anyhow::Result<()> {
    say("wasm-opt", "wasm-opt");
    let larger = wasm.with_extension("before-opt");
    fs::rename(wasm, &larger)?;
    Run::new(system::ensure_node()?)
        .arg(root().join("app/web/node_modules/binaryen/bin/wasm-opt"))
        .args(WASM_OPT_FLAGS)
        .arg(&larger)
        .arg("-o")
        .arg(wasm)
        .check()?;
    fs::remove_file(larger)?;
    Ok(())
}

/// Everything the result depends on.
fn key(profile: ClientProfile, wasm: &[u8]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    hash.update(include_bytes!("client.rs"));
    hash.update(include_bytes!("split.rs"));
    hash.update(include_bytes!("../Cargo.toml"));
    hash.update(profile.cargo_profile());
    hash.update(fs::read(root().join("app/web/package-lock.json"))?);
    hash.update(wasm);
    Ok(hex::encode(hash.finalize()))
}
