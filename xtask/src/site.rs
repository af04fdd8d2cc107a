//! `target/site`: every file a browser may ask for, ready to be served.
//!
//! ```text
//! assets.json                          what the server needs to write its pages (see `AssetsJson` in `write_assets_json`)
//! sw.js  manifest.webmanifest          asked for by their own names, never cached for long
//! favicon.svg  icons/*.png
//! assets/<name>.<hash8>.<ext>          immutable: the hash is the first 8 hex digits of the content's SHA-256
//! assets/snippets/…                    JavaScript carried by Rust dependencies; only there when one does
//! <anything of the above>.br, .gz      beside each file over 1 KB that shrinks, images aside
//! ```
//!
//! In hashed text files `/__ASSET__/<name>` stands for the hashed address of another asset.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sha2::{Digest as _, Sha256};

use crate::client::{self, ClientProfile};
use crate::command::{root, say, work_dir};
use crate::split;
use crate::system;

const MARK: &str = "/__ASSET__/";
const COMPRESSED_BYTES_MIN: usize = 1024;
/// Files of `app/public` that get a hashed name, in an order where each only names earlier ones.
const HASHED_SCRIPTS: [&str; 3] = ["boot.js", "case_map.js", "passkey.js"];
/// What the field app needs without a network, besides the chunks of its program. The map and its library are not: they are an office screen.
const FIELD_ASSETS: [&str; 4] = ["boot.js", "field.js", "field_bg.wasm", "field.css"];

/// Where the site is put.
pub(crate) fn directory() -> PathBuf {
    root().join("target/site")
}

/// Makes the folder the server's code names, so that it compiles before there is a site.
///
/// # Errors
/// When the folder cannot be made.
pub(crate) fn prepare() -> anyhow::Result<()> {
    fs::create_dir_all(directory()).context("cannot create target/site")
}

/// Builds the client and assembles the site. Does nothing twice.
///
/// # Errors
/// When a tool is missing or fails, or a file names an asset that does not exist.
pub(crate) fn build(profile: ClientProfile) -> anyhow::Result<()> {
    system::ensure_wasm_target()?;
    system::npm_install(&root().join("app/web"))?;
    let parts = client::build(profile)?;

    let mut site = Site::default();
    let web = root().join("app/web/node_modules/maplibre-gl/dist");
    let public = root().join("app/public");
    for (part, folder) in parts {
        site.add_snippets(&folder.join("snippets"))?;
        for chunk in split::chunks(&folder, part)? {
            let name = split::file_name(&chunk)?;
            site.add_asset(name, fs::read(&chunk)?)?;
            site.chunks.push(name.to_owned());
        }
        for name in [format!("{part}.js"), format!("{part}_bg.wasm")] {
            site.add_asset(&name, fs::read(folder.join(&name))?)?;
        }
    }
    site.add_asset("field.css", style_sheet(|number| number < 60)?.into_bytes())?;
    site.add_asset("office.css", style_sheet(|number| !(50..60).contains(&number))?.into_bytes())?;
    site.add_asset("maplibre-gl.mjs", without_source_map(&web.join("maplibre-gl.mjs"))?)?;
    site.add_asset("maplibre-gl-worker.mjs", without_source_map(&web.join("maplibre-gl-worker.mjs"))?)?;
    let mut map_style = fs::read(web.join("maplibre-gl.css"))?;
    map_style.extend(fs::read(public.join("case_map.css"))?);
    site.add_asset("case_map.css", map_style)?;
    for name in HASHED_SCRIPTS {
        site.add_asset(name, fs::read(public.join(name))?)?;
    }
    site.add_root_files(&public, "")?;
    site.add_service_worker(&fs::read_to_string(public.join("sw.js"))?)?;
    site.write(profile)
}

/// A site being put together: addresses without their first slash, and contents.
#[derive(Default)]
struct Site {
    files: BTreeMap<String, Vec<u8>>,
    /// `field.js` → `/assets/field.1234abcd.js`
    addresses: BTreeMap<String, String>,
    /// Chunks of the field's program.
    chunks: Vec<String>,
    /// What the service worker keeps besides [`Site::field_assets`].
    kept_offline: BTreeSet<String>,
    build_id: String,
}

impl Site {
    /// Every asset that the field needs without a network: a chunk left out would be a screen that does not open there.
    fn field_assets(&self) -> impl Iterator<Item = &str> {
        FIELD_ASSETS.into_iter().chain(self.chunks.iter().map(String::as_str))
    }

    fn add_asset(&mut self, name: &str, contents: Vec<u8>) -> anyhow::Result<()> {
        let contents = self.resolve(name, contents)?;
        let (stem, extension) = name.rsplit_once('.').with_context(|| format!("{name} has no extension"))?;
        let path = format!("assets/{stem}.{}.{extension}", &sha256(&contents)[..8]);
        self.addresses.insert(name.to_owned(), format!("/{path}"));
        self.files.insert(path, contents);
        Ok(())
    }

    /// Replaces `/__ASSET__/<name>` by the address of that asset.
    fn resolve(&self, name: &str, contents: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        if !["js", "css"].iter().any(|extension| name.ends_with(&format!(".{extension}"))) {
            return Ok(contents);
        }
        let mut text = String::from_utf8(contents).with_context(|| format!("{name} is not UTF-8"))?;
        for (asset, address) in &self.addresses {
            // With the closing quote or parenthesis, so that `case_map.js` is not found in `case_map.json`.
            for end in ["\"", "'", "`", ")"] {
                text = text.replace(&format!("{MARK}{asset}{end}"), &format!("{address}{end}"));
            }
        }
        if let Some(at) = text.find(MARK) {
            let rest: String = text[at..].chars().take(60).collect();
            bail!("{name} names an asset that does not exist (or comes later): {rest}");
        }
        Ok(text.into_bytes())
    }

    /// Snippets keep the names wasm-bindgen gave them: the glue imports them by relative path, and their folders already carry a hash.
    fn add_snippets(&mut self, directory: &Path) -> anyhow::Result<()> {
        for (path, contents) in files_under(directory)? {
            let path = format!("assets/snippets/{path}");
            self.kept_offline.insert(format!("/{path}"));
            self.files.insert(path, contents);
        }
        Ok(())
    }

    /// The manifest, icons and whatever else `app/public` holds, under their own names.
    fn add_root_files(&mut self, directory: &Path, prefix: &str) -> anyhow::Result<()> {
        for (path, contents) in files_under(directory)? {
            if HASHED_SCRIPTS.contains(&path.as_str()) || path == "case_map.css" || path == "sw.js" {
                continue;
            }
            if path == "manifest.webmanifest" || path == "favicon.svg" || path.starts_with("icons/") {
                self.kept_offline.insert(format!("/{prefix}{path}"));
            }
            self.files.insert(format!("{prefix}{path}"), contents);
        }
        Ok(())
    }

    fn add_service_worker(&mut self, template: &str) -> anyhow::Result<()> {
        let mut keep: Vec<String> =
            self.field_assets().map(|name| self.addresses.get(name).cloned().with_context(|| format!("no {name}"))).collect::<Result<_, _>>()?;
        keep.extend(self.kept_offline.iter().cloned());
        let keep = serde_json::to_string(&keep)?;
        let with_assets = template.replacen("[\"__PRECACHE__\"]", &keep, 1);
        if with_assets == template || !template.contains("__BUILD_ID__") {
            bail!("app/public/sw.js must hold [\"__PRECACHE__\"] and __BUILD_ID__");
        }
        // The build id covers everything, this worker included: two different sites never share a cache.
        let mut hash = Sha256::new();
        for (path, contents) in &self.files {
            hash.update(path);
            hash.update([0]);
            hash.update(Sha256::digest(contents));
        }
        hash.update(&with_assets);
        self.build_id = hex::encode(&hash.finalize()[..6]);
        self.files.insert("sw.js".to_owned(), with_assets.replace("__BUILD_ID__", &self.build_id).into_bytes());
        Ok(())
    }

    /// The `.br` and `.gz` files. What no file of this site needs any more leaves the cache.
    fn compressed(&self) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
        let cache = work_dir().join("compressed");
        fs::create_dir_all(&cache)?;
        let mut compressed = BTreeMap::new();
        let mut used = BTreeSet::new();
        for (path, contents) in &self.files {
            // PNG is compressed already.
            if contents.len() < COMPRESSED_BYTES_MIN || Path::new(path).extension().is_some_and(|extension| extension == "png") {
                continue;
            }
            for (extension, compress) in [("br", brotli_11 as Compress), ("gz", gzip_9)] {
                let kept = format!("{}.{extension}", sha256(contents));
                let bytes = compressed_once(&cache.join(&kept), contents, compress)?;
                used.insert(kept);
                if bytes.len() < contents.len() {
                    compressed.insert(format!("{path}.{extension}"), bytes);
                }
            }
        }
        for entry in fs::read_dir(&cache)? {
            let entry = entry?;
            if entry.file_name().to_str().is_none_or(|name| !used.contains(name)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(compressed)
    }

    fn assets_json(&self) -> anyhow::Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(&serde_json::json!({ "build_id": self.build_id, "files": self.addresses }))?;
        json.push(b'\n');
        Ok(json)
    }

    /// Writes what changed, removes what is no longer there, and `assets.json` last: a server that watches it finds every file it names.
    fn write(mut self, profile: ClientProfile) -> anyhow::Result<()> {
        let mut compressed = match profile {
            ClientProfile::Phone => self.compressed()?,
            // Brotli would spend a minute on a development client that only ever travels over the loopback.
            ClientProfile::Development => BTreeMap::new(),
        };
        report(&self, &compressed);
        let json = self.assets_json()?;
        self.files.append(&mut compressed);

        let directory = directory();
        for (path, contents) in &self.files {
            write_if_changed(&directory.join(path), contents)?;
        }
        write_if_changed(&directory.join("assets.json"), &json)?;
        for (path, _) in files_under(&directory)? {
            if path != "assets.json" && !self.files.contains_key(&path) {
                fs::remove_file(directory.join(path))?;
            }
        }
        Ok(())
    }
}

/// What a phone downloads at its first visit, said once per build.
fn report(site: &Site, compressed: &BTreeMap<String, Vec<u8>>) {
    if fs::read(directory().join("assets.json")).ok() == site.assets_json().ok() {
        return;
    }
    let kib = |bytes: usize| bytes.div_ceil(1024);
    let mut total = 0;
    for name in site.field_assets() {
        let Some(path) = site.addresses.get(name).map(|address| address.trim_start_matches('/')) else { continue };
        let raw = site.files.get(path).map_or(0, Vec::len);
        let sent = compressed.get(&format!("{path}.br")).map_or(raw, Vec::len);
        total += sent;
        eprintln!("  {name:<18} {:>6} Ko, brotli {:>5} Ko", kib(raw), kib(sent));
    }
    say(&format!("site {} : {} Ko à la première visite d’un téléphone", site.build_id, kib(total)), "downloaded by a phone at its first visit");
}

/// Those of `app/style/NN-*.css` whose number is wanted, in its order: 00 to 49 are for both front doors, 50 to 59 for the field alone, the rest for the
/// other pages. The order between layers is said by the `@layer` line of the first.
fn style_sheet(is_wanted: impl Fn(u8) -> bool) -> anyhow::Result<String> {
    let mut text = String::new();
    for (path, contents) in files_under(&root().join("app/style"))? {
        if Path::new(&path).extension().is_none_or(|extension| extension != "css") {
            continue;
        }
        let number = path.get(..2).and_then(|number| number.parse().ok()).with_context(|| format!("app/style/{path} does not begin with its number"))?;
        if is_wanted(number) {
            text.push_str(&String::from_utf8(contents).with_context(|| format!("app/style/{path} is not UTF-8"))?);
            text.push('\n');
        }
    }
    Ok(text)
}

/// The maps weigh megabytes and are not shipped; leaving their names in makes every developer console complain.
fn without_source_map(file: &Path) -> anyhow::Result<Vec<u8>> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let end = text.rfind("\n//# sourceMappingURL=").map_or(text.len(), |at| at + 1);
    Ok(text.as_bytes()[..end].to_vec())
}

/// Every file under `directory` by its path with forward slashes, sorted; none when there is no such folder. Editors' hidden files are left out.
fn files_under(directory: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    if !directory.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| anyhow::anyhow!("{} is not UTF-8", name.display()))?;
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            files.extend(files_under(&entry.path())?.into_iter().map(|(path, contents)| (format!("{name}/{path}"), contents)));
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(files)
}

fn write_if_changed(file: &Path, contents: &[u8]) -> anyhow::Result<()> {
    if fs::read(file).is_ok_and(|present| present == contents) {
        return Ok(());
    }
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(file, contents).with_context(|| format!("cannot write {}", file.display()))
}

type Compress = fn(&[u8]) -> anyhow::Result<Vec<u8>>;

/// Brotli 11 of a megabyte takes seconds: results are kept by the hash of what they compress.
fn compressed_once(kept: &Path, contents: &[u8], compress: Compress) -> anyhow::Result<Vec<u8>> {
    if let Ok(bytes) = fs::read(kept) {
        return Ok(bytes);
    }
    let bytes = compress(contents)?;
    // Renamed into place, so that an interrupted write is never read back.
    let partial = kept.with_extension("partial");
    fs::write(&partial, &bytes)?;
    fs::rename(partial, kept)?;
    Ok(bytes)
}

fn brotli_11(contents: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 11, 22);
    writer.write_all(contents)?;
    Ok(writer.into_inner())
}

fn gzip_9(contents: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(contents)?;
    Ok(writer.finish()?)
}

fn sha256(contents: &[u8]) -> String {
    hex::encode(Sha256::digest(contents))
}
