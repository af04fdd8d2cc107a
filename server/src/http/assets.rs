//! The web assets: inside the program, or from a folder during development.

use std::{collections::BTreeMap, path::PathBuf};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use casework::wire::v1::ErrorCode;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

use super::{error::ApiFailure, security::SHELL_POLICY};
use crate::state::AppState;

#[derive(RustEmbed)]
#[folder = "../target/site"]
#[allow_missing = true]
struct Embedded;

/// `assets.json`, as the build wrote it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Manifest {
    pub build_id: String,
    /// Logical name to hashed address.
    pub files: BTreeMap<String, String>,
}

/// Where the files of the web client are.
#[derive(Debug)]
pub struct Site {
    folder: Option<PathBuf>,
    manifest: Manifest,
}

impl Site {
    /// Opens the site of this program.
    ///
    /// # Errors
    /// When the client was not built, or its list of files does not read back.
    pub fn open(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        let mut site = Self { folder, manifest: Manifest::default() };
        let bytes = site.read("assets.json").ok_or_else(|| anyhow::anyhow!("the web client is not in this program: build it with `cargo xtask build`"))?;
        site.manifest = serde_json::from_slice(&bytes)?;
        Ok(site)
    }

    /// Hashed address of a file.
    pub fn address(&self, name: &str) -> String {
        self.manifest.files.get(name).cloned().unwrap_or_else(|| format!("/assets/{name}"))
    }

    pub fn build_id(&self) -> &str {
        &self.manifest.build_id
    }

    fn read(&self, path: &str) -> Option<Vec<u8>> {
        match &self.folder {
            Some(folder) => std::fs::read(folder.join(path)).ok(),
            None => Embedded::get(path).map(|file: EmbeddedFile| file.data.into_owned()),
        }
    }
}

/// What a path may be: no way up, no hidden file.
fn is_plain(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains('\\'))
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|part| part.trim().starts_with(encoding)))
}

fn content_type(path: &str) -> String {
    match path.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8".to_owned(),
        Some("wasm") => "application/wasm".to_owned(),
        Some("webmanifest") => "application/manifest+json".to_owned(),
        _ => mime_guess::from_path(path).first_or_octet_stream().to_string(),
    }
}

/// A file of the site, a JSON error below `/api`, or the way to the page that says so.
pub async fn serve_or_not_found(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if is_plain(path)
        && path != "assets.json"
        && let Some(response) = file(&state.site, path, &headers)
    {
        return response;
    }
    if path.starts_with("api/") || path.starts_with("assets/") {
        return ApiFailure::of(ErrorCode::NotFound).into_response();
    }
    crate::pages::not_found(state, headers, uri).await
}

fn file(site: &Site, path: &str, headers: &HeaderMap) -> Option<Response> {
    let variants = [("br", ".br"), ("gzip", ".gz")];
    let encoded = variants
        .iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, suffix)| Some((*encoding, site.read(&format!("{path}{suffix}"))?)));
    let (encoding, bytes) = match encoded {
        Some((encoding, bytes)) => (Some(encoding), bytes),
        None => (None, site.read(path)?),
    };
    let mut response = bytes.into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_str(&content_type(path)).ok()?);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let caching = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    // The worker is held to the same policy as the page it serves.
    answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SHELL_POLICY));
    Some(response)
}

/// The phone's shell: the same small document for every address of the field, with nothing of anybody in it.
pub async fn shell(State(state): State<AppState>) -> Response {
    let site = &state.site;
    let (css, boot, script, wasm) = (site.address("field.css"), site.address("boot.js"), site.address("field.js"), site.address("field_bg.wasm"));
    let failed = app::texts::common::FIELD_BOOT_FAILED.get(app::texts::Locale::Fr);
    let html = format!(
        r##"<!DOCTYPE html>
<html lang="fr-CA"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>Brigade – terrain</title><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><meta name="theme-color" content="#0f4c4a">
<link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="apple-touch-icon" href="/icons/apple-touch-180.png"><link rel="manifest" href="/manifest.webmanifest">
<link rel="stylesheet" href="{css}"><link rel="modulepreload" href="{script}"><link rel="preload" href="{wasm}" as="fetch" crossorigin>
<script type="module" src="{boot}"></script></head><body><p data-boot-failed hidden role="alert">{failed}</p></body></html>
"##
    );
    let build_id = HeaderValue::from_str(site.build_id()).unwrap_or(HeaderValue::from_static(""));
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SHELL_POLICY));
    headers.insert("x-brigade-shell", HeaderValue::from_static("1"));
    headers.insert("x-brigade-build", build_id);
    response
}

/// `303 See Other`.
pub fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, Redirect::to(path)).into_response()
}
