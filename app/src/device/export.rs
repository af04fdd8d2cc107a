//! The escape hatch: a file with everything the server has not taken.

use js_sys::Array;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::{
    clock,
    idb::{StoreError, stores},
    records::OutboxRow,
    sealed, store,
};

/// The unsent events as JSON. Photos are listed, not contained.
///
/// # Errors
/// When the store fails.
pub async fn unsent() -> Result<Value, StoreError> {
    let device_id = store::device_id().await?;
    let photos = store::photos_waiting().await?;
    let transaction = sealed::read(&[stores::OUTBOX, stores::EVENT]).await?;
    let rows: Vec<OutboxRow> = transaction.all(stores::OUTBOX).await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in &rows {
        events.extend(transaction.get::<Value>(stores::EVENT, &row.plan.event_id.to_string()).await?);
    }
    Ok(json!({ "format": "brigade-unsent-1", "device_id": device_id, "exported_at": clock::now(), "events": events, "photos": photos }))
}

/// Offers text as a file to keep. `false` when the browser would not.
pub fn download(name: &str, text: &str) -> bool {
    try_download(name, text).is_some()
}

fn try_download(name: &str, text: &str) -> Option<()> {
    let options = BlobPropertyBag::new();
    options.set_type("application/json");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let document = web_sys::window()?.document()?;
    let link: HtmlAnchorElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    document.body()?.append_child(&link).ok()?;
    link.click();
    link.remove();
    Url::revoke_object_url(&url).ok()
}
