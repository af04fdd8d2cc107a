//! From a picked file to what is kept: upright, reduced, hashed.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, ImageBitmapOptions, ImageOrientation, Url};

use super::digest;

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
            let reduced = draw(&bitmap, EDGE_PX_MAX, QUALITY).await;
            let thumbnail = draw(&bitmap, THUMBNAIL_PX_MAX, THUMBNAIL_QUALITY).await;
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

async fn decode(file: &Blob) -> Option<ImageBitmap> {
    let options = ImageBitmapOptions::new();
    options.set_image_orientation(ImageOrientation::FromImage);
    let promise = web_sys::window()?.create_image_bitmap_with_blob_and_image_bitmap_options(file, &options).ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

fn longest_edge(bitmap: &ImageBitmap) -> f64 {
    f64::from(bitmap.width().max(bitmap.height()))
}

async fn draw(bitmap: &ImageBitmap, edge_px_max: f64, quality: f64) -> Option<Blob> {
    let scale = (edge_px_max / longest_edge(bitmap)).min(1.0);
    let canvas: HtmlCanvasElement = web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    let (width, height) = (f64::from(bitmap.width()) * scale, f64::from(bitmap.height()) * scale);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and edge_px_max")]
    {
        canvas.set_width(width.round().max(1.0) as u32);
        canvas.set_height(height.round().max(1.0) as u32);
    }
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height())).ok()?;
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

/// An address at which bytes can be shown until [`revoke`].
pub fn object_url(bytes: &Uint8Array, content_type: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(content_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

pub fn revoke(url: &str) {
    let _ = Url::revoke_object_url(url);
}
