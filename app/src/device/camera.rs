//! From a picked file to what is kept: upright, reduced, hashed.

use casework::photo_mark::PhotoMark;
use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ImageBitmap, ImageBitmapOptions, ImageOrientation, Url};

use super::{digest, paint};

/// Longest edge of what is kept.
const EDGE_PX_MAX: f64 = 2048.0;
const THUMBNAIL_PX_MAX: f64 = 240.0;
const QUALITY: f64 = 0.82;
const THUMBNAIL_QUALITY: f64 = 0.7;
/// Largest file kept as it came, when the browser cannot decode it.
const AS_IS_BYTES_MAX: f64 = 25.0 * 1024.0 * 1024.0;

/// A photo ready to be kept.
#[derive(Clone, Debug)]
pub struct Captured {
    pub bytes: Uint8Array,
    /// A small JPEG, `None` when the format could not be decoded.
    pub thumbnail: Option<Uint8Array>,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub content_type: String,
    /// Kept as it came: this browser cannot decode the format.
    pub as_is: bool,
}

/// Why a file cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    #[error("the file cannot be read")]
    Unreadable,
    #[error("the file cannot be reduced here and is too large to keep as it is")]
    TooLarge,
}

/// Reads, turns upright, reduces and hashes a picked file.
///
/// # Errors
/// [`CameraError`]; nothing was kept.
pub async fn capture(file: &Blob) -> Result<Captured, CameraError> {
    let (kept, content_type, thumbnail, as_is) = match decode(file).await {
        Some(bitmap) => {
            let reduced = draw(&bitmap, EDGE_PX_MAX, QUALITY, &[]).await;
            let thumbnail = draw(&bitmap, THUMBNAIL_PX_MAX, THUMBNAIL_QUALITY, &[]).await;
            let fits = longest_edge(&bitmap) <= EDGE_PX_MAX;
            bitmap.close();
            let original = if fits { plain_original(file).await } else { None };
            let thumbnail = match thumbnail {
                Some(blob) => bytes(&blob).await,
                None => None,
            };
            match (reduced, original) {
                (Some(reduced), Some(original)) if f64::from(original.length()) <= reduced.size() => (original, file.type_(), thumbnail, false),
                (Some(reduced), _) => (bytes(&reduced).await.ok_or(CameraError::Unreadable)?, "image/jpeg".to_owned(), thumbnail, false),
                (None, _) => (whole(file).await?, file.type_(), thumbnail, true),
            }
        }
        None => (whole(file).await?, file.type_(), None, true),
    };
    let sha256 = digest::sha256(&kept).await.map(|hash| digest::hex(&hash)).ok_or(CameraError::Unreadable)?;
    let content_type = if content_type.is_empty() { "application/octet-stream".to_owned() } else { content_type };
    Ok(Captured { bytes: kept, thumbnail, sha256, content_type, as_is })
}

async fn bytes(blob: &Blob) -> Option<Uint8Array> {
    JsFuture::from(blob.array_buffer()).await.ok().map(|buffer| Uint8Array::new(&buffer))
}

async fn whole(file: &Blob) -> Result<Uint8Array, CameraError> {
    if file.size() > AS_IS_BYTES_MAX {
        return Err(CameraError::TooLarge);
    }
    bytes(file).await.filter(|bytes| bytes.length() > 0).ok_or(CameraError::Unreadable)
}

/// The picture in a file, upright; `None` when this browser cannot decode it.
pub async fn decode(file: &Blob) -> Option<ImageBitmap> {
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    let promise = web_sys::window()?.create_image_bitmap_with_blob_and_image_bitmap_options(file, &options).ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn longest_edge(bitmap: &ImageBitmap) -> f64 {
    f64::from(bitmap.width().max(bitmap.height()))
}

async fn draw(bitmap: &ImageBitmap, edge_px_max: f64, quality: f64, marks: &[PhotoMark]) -> Option<Blob> {
    let scale = (edge_px_max / longest_edge(bitmap)).min(1.0);
    let canvas = paint::canvas()?;
    paint::resize(&canvas, f64::from(bitmap.width()) * scale, f64::from(bitmap.height()) * scale);
    paint::show(&canvas, bitmap, marks).ok()?;
    let promise = Promise::new(&mut |resolve: Function, _| {
        let _ = canvas.to_blob_with_type_and_encoder_options(&resolve, "image/jpeg", &JsValue::from_f64(quality));
    });
    let blob = JsFuture::from(promise).await.ok()?.dyn_into().ok();
    // Frees the pixels at once: phones limit the total of all canvases.
    canvas.set_width(0);
    blob
}

/// The file itself, when it is already a plain picture: small, of a format every browser shows, and without EXIF, whose orientation and
/// position must not travel.
async fn plain_original(file: &Blob) -> Option<Uint8Array> {
    if !["image/jpeg", "image/png", "image/webp"].contains(&file.type_().as_str()) || file.size() > AS_IS_BYTES_MAX {
        return None;
    }
    let bytes = bytes(file).await?;
    let head = bytes.subarray(0, bytes.length().min(64 * 1024)).to_vec();
    let exif = head.windows(4).any(|window| window == b"Exif" || window == b"EXIF" || window == b"eXIf");
    (!exif).then_some(bytes)
}

/// An address at which a small JPEG can be shown with its marks until [`revoke`]; none when they cannot be drawn, so that nothing blurred is ever shown.
pub async fn thumbnail_url(bytes: &Uint8Array, marks: &[PhotoMark]) -> Option<String> {
    let mut blob = blob(bytes)?;
    if !marks.is_empty() {
        let bitmap = decode(&blob).await?;
        blob = draw(&bitmap, THUMBNAIL_PX_MAX, THUMBNAIL_QUALITY, marks).await?;
        bitmap.close();
    }
    Url::create_object_url_with_blob(&blob).ok()
}

/// The picture of bytes of this phone.
pub async fn bitmap(bytes: &Uint8Array) -> Option<ImageBitmap> {
    decode(&blob(bytes)?).await
}

/// Browsers look at what a picture is, not at what it is called.
fn blob(bytes: &Uint8Array) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("image/jpeg");
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options).ok()
}

pub fn revoke(url: &str) {
    let _ = Url::revoke_object_url(url);
}
