//! Smaller copies of a photo: upright, without metadata, made off the request path by bounded workers.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageReader, codecs::jpeg::JpegEncoder, imageops::FilterType};

use super::{PhotoStorage, Size, format};

/// The copies of one photo.
pub struct Copies {
    pub screen: Bytes,
    pub thumbnail: Bytes,
    /// Of the original, upright.
    pub width: u32,
    pub height: u32,
}

/// Why no copies were made.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    #[error("the original cannot be decoded")]
    Undecodable(#[source] image::ImageError),
    #[error("storage")]
    Storage(#[from] object_store::Error),
    #[error("worker")]
    Worker(#[from] tokio::task::JoinError),
    #[error("closing")]
    Closing,
}

const QUALITY: u8 = 82;

/// Makes and keeps the copies of an original, when it can be decoded.
///
/// # Errors
/// [`DeriveError`]; the original stays as received.
pub async fn derive(storage: &PhotoStorage, sha256: &str) -> Result<Copies, DeriveError> {
    let _permit = storage.workers.acquire().await.map_err(|_| DeriveError::Closing)?;
    let original = storage.read_original(sha256).await?;
    let copies = tokio::task::spawn_blocking(move || copies_of(&original)).await?.map_err(DeriveError::Undecodable)?;
    storage.keep_copy(Size::Screen, sha256, copies.screen.clone()).await?;
    storage.keep_copy(Size::Thumbnail, sha256, copies.thumbnail.clone()).await?;
    Ok(copies)
}

fn copies_of(original: &[u8]) -> Result<Copies, image::ImageError> {
    let mut reader = ImageReader::new(Cursor::new(original)).with_guessed_format()?;
    reader.limits(format::limits());
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(orientation);
    let (width, height) = (picture.width(), picture.height());
    let screen = reduced(picture, Size::Screen.edge_px_max(), FilterType::CatmullRom);
    let thumbnail = reduced(screen.clone(), Size::Thumbnail.edge_px_max(), FilterType::Triangle);
    Ok(Copies { screen: encode(&screen)?, thumbnail: encode(&thumbnail)?, width, height })
}

fn reduced(picture: DynamicImage, edge_px_max: u32, filter: FilterType) -> DynamicImage {
    if picture.width().max(picture.height()) <= edge_px_max { picture } else { picture.resize(edge_px_max, edge_px_max, filter) }
}

fn encode(picture: &DynamicImage) -> Result<Bytes, image::ImageError> {
    let mut bytes = Vec::new();
    picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
    Ok(bytes.into())
}
