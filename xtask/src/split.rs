//! One WebAssembly cut where `#[wasm_split]` says: the part that starts, and chunks that it asks for.
//!
//! `wasm_split_cli_support` writes the parts, and a script that fetches chunks and links them to the part that starts. That script and the one of
//! wasm-bindgen import each other, and two files that each carry the other's hash in their names cannot be: here the first goes into the second, which
//! also spares a slow network one journey.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use wasm_split_cli_support::{Options, transform};

/// What the glue of wasm-bindgen imports, until [`join`].
const LINK: &str = "./link.js";
/// Before the name of a chunk, when it is what one `#[wasm_split]` names.
const NAMED: &str = "split_";

/// Cuts a WebAssembly that was linked with `--emit-relocs`: gives the part that starts, for wasm-bindgen, and leaves the rest in `directory`.
///
/// # Errors
/// When it cannot be cut, or a file cannot be written.
pub(crate) fn cut(wasm: &[u8], part: &str, directory: &Path) -> anyhow::Result<Vec<u8>> {
    let main = directory.join("main.wasm");
    let glue = format!("./{part}.js");
    let mut options = Options::new(wasm);
    options.output_dir = directory;
    options.main_out_path = &main;
    options.main_module = &glue;
    options.link_name = LINK;
    transform(options).map_err(|report| anyhow!("cannot cut {part}: {report:?}"))?;
    let bytes = fs::read(&main)?;
    fs::remove_file(main)?;
    Ok(bytes)
}

/// Puts the link script into the glue that wasm-bindgen wrote, and gives chunks the names under which they are served.
///
/// # Errors
/// When a script does not read as these versions write it.
pub(crate) fn join(part: &str, directory: &Path) -> anyhow::Result<()> {
    let link_file = directory.join(LINK);
    let link = fs::read_to_string(&link_file)?;
    fs::remove_file(link_file)?;
    let (import, link) = link.split_once('\n').context("an empty link script")?;
    if !import.starts_with("import { initSync } from ") {
        return Err(anyhow!("the link script begins with another line: {import}"));
    }
    let loaders: Vec<&str> = link.lines().filter_map(|line| line.strip_prefix("export const ")?.split(' ').next()).collect();
    let mut link = link.replace("export const ", "const ");
    for chunk in chunks(directory, part)? {
        let name = file_name(&chunk)?;
        let served = format!("{part}_{}", name.strip_prefix(NAMED).unwrap_or(name));
        let (before, after) = (format!("\"./{name}\""), format!("\"/__ASSET__/{served}\""));
        if !link.contains(&before) {
            return Err(anyhow!("the link script does not fetch {name}"));
        }
        link = link.replace(&before, &after);
        fs::rename(&chunk, directory.join(served))?;
    }

    let glue_file = directory.join(format!("{part}.js"));
    let glue = fs::read_to_string(&glue_file)?;
    let import = glue.lines().find(|line| line.starts_with("import * as ") && line.contains(LINK)).context("the glue does not import the link script")?;
    let name = import.split(' ').nth(3).context("the glue imports the link script under no name")?;
    let inlined = format!("const {name} = (() => {{\n{link}return {{ {} }};\n}})();\n", loaders.join(", "));
    fs::write(glue_file, format!("{}\n{inlined}", glue.replacen(import, "", 1)))?;
    Ok(())
}

/// The chunks of a part, by what is in its folder.
///
/// # Errors
/// When the folder cannot be read.
pub(crate) fn chunks(directory: &Path, part: &str) -> anyhow::Result<Vec<PathBuf>> {
    let main = format!("{part}_bg.wasm");
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") && path.file_name().is_none_or(|name| *name != *main) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The name of a file of ours.
///
/// # Errors
/// When it is not UTF-8.
pub(crate) fn file_name(path: &Path) -> anyhow::Result<&str> {
    path.file_name().and_then(|name| name.to_str()).with_context(|| format!("{} has no name", path.display()))
}
