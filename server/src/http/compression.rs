//! Answers made smaller on their way out: JSON and pages, never what is live, already compressed or smaller than what compressing would save.
//!
//! Compressing secrets beside text that an attacker chooses lets him guess them from sizes (BREACH): a page carries the hidden field of its forms and
//! reflects the address it was asked at. He needs the victim's browser to send thousands of requests of his making, and those come from a page of his
//! own: the browser marks them `Sec-Fetch-Site: cross-site` (or `same-site`), a header that no page can set, through redirects too. So:
//! - what a page of another site asked for is never compressed, whatever it is;
//! - a page is compressed only when the browser itself says that one of our pages, or the person, asked for it; without the word of the browser, it is not;
//! - JSON holds no text of its request beside a secret, and is asked by our own pages, phones and programs: it is compressed also for clients that
//!   send no such header.

use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header},
    middleware::Next,
    response::Response,
};
use tower_http::{
    CompressionLevel,
    compression::{CompressionLayer, Predicate, predicate::SizeAbove},
};

/// Bytes under which an answer fits in a packet anyway.
const BYTES_MIN: u64 = 1_024;

/// Marks an answer that may be compressed.
#[derive(Clone, Copy, Debug)]
struct Compressible;

/// Compresses what [`mark`] marked, at the fastest level: an answer is made for one person and sent once.
pub fn layer() -> CompressionLayer<impl Predicate> {
    let marked = |_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions| extensions.get::<Compressible>().is_some();
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(BYTES_MIN).and(marked))
}

/// Who asked for an answer, as far as compressing it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    /// The browser says: one of our own pages, or the person.
    Ours,
    /// The browser says: a page of another site.
    Foreign,
    /// A phone's program, a script, an old browser, or a browser on a plain network.
    Unsaid,
}

fn asker(headers: &HeaderMap) -> Asker {
    match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
        Some(b"same-origin" | b"none") => Asker::Ours,
        Some(_) => Asker::Foreign,
        None => Asker::Unsaid,
    }
}

fn may_compress(asker: Asker, content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let is_json = matches!(kind, "application/json" | "application/geo+json");
    match asker {
        Asker::Ours => is_json || kind == "text/html",
        Asker::Unsaid => is_json,
        Asker::Foreign => false,
    }
}

/// Marks the answers that may be compressed. Files of the site come compressed by the build.
pub async fn mark(request: Request, next: Next) -> Response {
    let asker = asker(request.headers());
    let mut response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if may_compress(asker, content_type) {
        response.extensions_mut().insert(Compressible);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_who_asks() {
        for (site, expected) in [
            (Some("same-origin"), Asker::Ours),
            (Some("none"), Asker::Ours),
            (Some("cross-site"), Asker::Foreign),
            (Some("same-site"), Asker::Foreign),
            (Some(""), Asker::Foreign),
            (None, Asker::Unsaid),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(asker(&headers), expected, "{site:?}");
        }
    }

    #[test]
    fn a_page_is_compressed_for_our_own_only_and_nothing_for_strangers() {
        for (kind, ours, unsaid) in [
            ("text/html; charset=utf-8", true, false),
            ("application/json", true, true),
            ("application/geo+json", true, true),
            ("text/event-stream", false, false),
            ("image/jpeg", false, false),
            ("application/wasm", false, false),
            ("text/javascript; charset=utf-8", false, false),
            ("", false, false),
        ] {
            assert_eq!((may_compress(Asker::Ours, kind), may_compress(Asker::Unsaid, kind)), (ours, unsaid), "{kind}");
            assert!(!may_compress(Asker::Foreign, kind), "{kind}");
        }
    }
}
