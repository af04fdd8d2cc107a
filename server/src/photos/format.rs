//! What a file is, by its content and never by its name.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

/// An image that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoFormat {
    Jpeg,
    Png,
    Webp,
    /// HEIC or AVIF as some phones make them: kept as received, without smaller copies.
    Heif,
}

impl PhotoFormat {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heif => "image/heic",
        }
    }

    fn decoder(self) -> Option<ImageFormat> {
        match self {
            Self::Jpeg => Some(ImageFormat::Jpeg),
            Self::Png => Some(ImageFormat::Png),
            Self::Webp => Some(ImageFormat::WebP),
            Self::Heif => None,
        }
    }
}

/// Why a file is not taken as a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPhoto {
    #[error("not an image")]
    NotAnImage,
    #[error("too many pixels")]
    TooLarge,
}

/// Pixels of one edge, and of the whole image: a small file can claim a huge picture (a decompression bomb).
const EDGE_PX_MAX: u32 = 16_000;
const PIXELS_MAX: u64 = 64_000_000;
const DECODE_BYTES_MAX: u64 = 320 * 1024 * 1024;

/// Limits of every decoding.
pub fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(EDGE_PX_MAX);
    limits.max_image_height = Some(EDGE_PX_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    limits
}

/// Recognises an image from its first bytes and reads its claimed size, without decoding it.
///
/// # Errors
/// [`NotAPhoto`] for anything else, and for an image too large to be opened safely.
pub fn recognise(bytes: &[u8]) -> Result<PhotoFormat, NotAPhoto> {
    let format = by_signature(bytes).ok_or(NotAPhoto::NotAnImage)?;
    let Some(decoder) = format.decoder() else { return Ok(format) };
    let (width, height) = ImageReader::with_format(Cursor::new(bytes), decoder).into_dimensions().map_err(|_| NotAPhoto::NotAnImage)?;
    if width > EDGE_PX_MAX || height > EDGE_PX_MAX || u64::from(width) * u64::from(height) > PIXELS_MAX {
        return Err(NotAPhoto::TooLarge);
    }
    if width == 0 || height == 0 { Err(NotAPhoto::NotAnImage) } else { Ok(format) }
}

fn by_signature(bytes: &[u8]) -> Option<PhotoFormat> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(PhotoFormat::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(PhotoFormat::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PhotoFormat::Webp),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            [&b"heic"[..], b"heix", b"hevc", b"mif1", b"msf1", b"avif"].iter().any(|known| brand.starts_with(known)).then_some(PhotoFormat::Heif)
        }
        _ => None,
    }
}
