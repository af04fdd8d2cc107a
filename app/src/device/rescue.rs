//! The escape hatch: a file with everything the server has not taken, photos included, that only the server can read.

use casework::wire::v1::{PROTOCOL, PushRequest, RescueManifest, RescuePhoto};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::{clock, idb::StoreError, outbox, records::meta, store, vault};

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RescueFault {
    /// No server has said yet whom to seal it for.
    NoKey,
    /// The store or the browser failed.
    Failed,
}

impl From<StoreError> for RescueFault {
    fn from(_: StoreError) -> Self {
        Self::Failed
    }
}

/// Everything that waits, sealed. What is kept on the phone stays there: the file is a copy.
///
/// # Errors
/// [`RescueFault`].
pub async fn make() -> Result<Blob, RescueFault> {
    let key: Option<String> = store::meta(meta::RESCUE_KEY).await?;
    let key = key.and_then(|key| from_hex(&key)).ok_or(RescueFault::NoKey)?;
    let account_id = vault::current().ok_or(RescueFault::Failed)?.account_id;
    let events = outbox::unsent_bodies().await?;
    let photos = store::photos_waiting().await?;
    let push = PushRequest { protocol: PROTOCOL, device_id: store::device_id().await?, account_id: Some(account_id), device_now: clock::now(), events };
    let listed = photos.iter().map(|photo| RescuePhoto { id: photo.id, sha256: photo.sha256.clone(), content_type: photo.content_type.clone() });
    let manifest = RescueManifest { push, photos: listed.collect() };
    let text = serde_json::to_string(&manifest).map_err(|_| RescueFault::Failed)?;
    let (mut sealer, head) = vault::rescue::Sealer::new(&key).await.ok_or(RescueFault::Failed)?;
    let parts = Array::of1(&Uint8Array::from(head.as_slice()));
    append(&parts, sealer.seal(&Uint8Array::from(text.as_bytes())).await)?;
    for photo in &photos {
        // Bytes that are gone leave an empty frame: the others keep their places.
        let bytes = store::photo_bytes(&photo.id.to_string()).await?.unwrap_or_default();
        append(&parts, sealer.seal(&bytes).await)?;
    }
    blob(&parts).ok_or(RescueFault::Failed)
}

/// Each frame as a blob of its own: the browser may keep it on disk, where two hundred photos would not fit in memory.
fn append(parts: &Array, frame: Option<[Uint8Array; 2]>) -> Result<(), RescueFault> {
    let [length, sealed] = frame.ok_or(RescueFault::Failed)?;
    let frame = Blob::new_with_u8_array_sequence(&Array::of2(&length, &sealed)).map_err(|_| RescueFault::Failed)?;
    parts.push(&frame);
    Ok(())
}

fn blob(parts: &Array) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("application/octet-stream");
    Blob::new_with_blob_sequence_and_options(parts, &options).ok()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// Offers a file to keep. `false` when the browser would not.
pub fn offer(name: &str, file: &Blob) -> bool {
    try_offer(name, file).is_some()
}

fn try_offer(name: &str, file: &Blob) -> Option<()> {
    let url = Url::create_object_url_with_blob(file).ok()?;
    let document = web_sys::window()?.document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    document.body()?.append_child(&link).ok()?;
    link.click();
    link.remove();
    // What was begun goes on: only the address is taken back.
    Url::revoke_object_url(&url).ok()
}
