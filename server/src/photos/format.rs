//! What a file is, by its content and never by its name, and whether it is all there.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

use super::heif;

/// An image that we take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoFormat {
    Jpeg,
    Png,
    Webp,
    /// As some phones make them: kept as received. Its smaller copies are made where the system has a program that reads it.
    Heic,
    /// As [`Self::Heic`].
    Avif,
}

impl PhotoFormat {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Avif => "image/avif",
        }
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Heic => "heic",
            Self::Avif => "avif",
        }
    }

    /// Whether this program itself reads it, and can make smaller copies.
    pub fn is_displayable(self) -> bool {
        self.decoder().is_some()
    }

    fn decoder(self) -> Option<ImageFormat> {
        match self {
            Self::Jpeg => Some(ImageFormat::Jpeg),
            Self::Png => Some(ImageFormat::Png),
            Self::Webp => Some(ImageFormat::WebP),
            Self::Heic | Self::Avif => None,
        }
    }
}

/// Whether a photo of this content type is read by a program of the system alone, if there is one: until its copies are made, there is nothing to show.
pub fn is_for_converter(content_type: &str) -> bool {
    [PhotoFormat::Heic, PhotoFormat::Avif].iter().any(|format| format.content_type() == content_type)
}

/// A file recognised as a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    pub format: PhotoFormat,
    /// As the file says, not turned upright; 0 where it is not opened.
    pub width: u32,
    pub height: u32,
}

impl Recognised {
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// Why a file is not taken as a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAPhoto {
    #[error("not an image")]
    NotAnImage,
    #[error("too many pixels")]
    TooLarge,
    #[error("the end is missing")]
    Truncated,
}

/// Pixels of one edge, and of the whole image: a small file can claim a huge picture (a decompression bomb).
pub const EDGE_PX_MAX: u32 = 16_000;
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

/// Recognises an image from its content and reads its claimed size, without decoding it.
///
/// # Errors
/// [`NotAPhoto`] for anything else, for an image too large to be opened safely, and for one whose end is missing.
pub fn recognise(bytes: &[u8]) -> Result<Recognised, NotAPhoto> {
    let format = by_signature(bytes).ok_or(NotAPhoto::NotAnImage)?;
    let (width, height) = match format.decoder() {
        Some(decoder) => ImageReader::with_format(Cursor::new(bytes), decoder).into_dimensions().map_err(|_| NotAPhoto::NotAnImage)?,
        None => (0, 0),
    };
    let known = Recognised { format, width, height };
    if width > EDGE_PX_MAX || height > EDGE_PX_MAX || known.pixels() > PIXELS_MAX {
        return Err(NotAPhoto::TooLarge);
    }
    if format.is_displayable() && known.pixels() == 0 {
        return Err(NotAPhoto::NotAnImage);
    }
    if has_its_end(format, bytes) { Ok(known) } else { Err(NotAPhoto::Truncated) }
}

fn by_signature(bytes: &[u8]) -> Option<PhotoFormat> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(PhotoFormat::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(PhotoFormat::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PhotoFormat::Webp),
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f', ..] => Some(PhotoFormat::Avif),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => {
            [&b"heic"[..], b"heix", b"hevc", b"mif1", b"msf1"].iter().any(|known| brand.starts_with(known)).then_some(PhotoFormat::Heic)
        }
        _ => None,
    }
}

/// Whether the file runs to its end. What cameras add after it does not matter.
fn has_its_end(format: PhotoFormat, bytes: &[u8]) -> bool {
    match format {
        PhotoFormat::Jpeg => jpeg_has_its_end(bytes).unwrap_or(false),
        PhotoFormat::Png => png_has_its_end(bytes).unwrap_or(false),
        PhotoFormat::Webp => u32_at(bytes, 4, u32::from_le_bytes).is_some_and(|length| length as usize <= bytes.len() - 8),
        PhotoFormat::Heic | PhotoFormat::Avif => boxes_have_their_end(bytes),
    }
}

fn u32_at(bytes: &[u8], position: usize, read: fn([u8; 4]) -> u32) -> Option<u32> {
    bytes.get(position..)?.first_chunk().copied().map(read)
}

/// Passes over the segments, which may hold a thumbnail with an end of its own, to the scan; there an `FF` is followed by `D9` only at the end.
fn jpeg_has_its_end(bytes: &[u8]) -> Option<bool> {
    let mut position = 2;
    loop {
        let [0xFF, marker] = *bytes.get(position..)?.first_chunk()? else { return Some(false) };
        match marker {
            // Any number of these may stand before a marker.
            0xFF => position += 1,
            0x01 | 0xD0..=0xD8 => position += 2,
            0xD9 => return Some(false),
            0xDA => return Some(bytes.get(position..)?.windows(2).any(|pair| pair == [0xFF, 0xD9])),
            _ => position += 2 + usize::from(u16::from_be_bytes(*bytes.get(position + 2..)?.first_chunk()?)),
        }
    }
}

fn png_has_its_end(bytes: &[u8]) -> Option<bool> {
    let mut position = 8_usize;
    loop {
        let length = u32_at(bytes, position, u32::from_be_bytes)? as usize;
        let kind = bytes.get(position + 4..position + 8)?;
        let checksum_end = position.checked_add(length)?.checked_add(12)?;
        if checksum_end > bytes.len() {
            return Some(false);
        }
        if kind == b"IEND" {
            return Some(true);
        }
        position = checksum_end;
    }
}

/// The boxes of an ISO base media file: the description and the data must both be there, whole.
fn boxes_have_their_end(bytes: &[u8]) -> bool {
    let (mut has_description, mut has_data) = (false, false);
    for found in heif::boxes(bytes, 0..bytes.len()) {
        has_description |= &found.kind == b"meta";
        has_data |= &found.kind == b"mdat";
    }
    has_description && has_data
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "pictures made here")]

    use image::RgbImage;

    use super::*;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::from_fn(40, 30, |x, y| image::Rgb([u8::try_from(x * 6).unwrap(), u8::try_from(y * 8).unwrap(), 90])).write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(content.len() + 8).unwrap().to_be_bytes()[..], &kind, content].concat()
    }

    #[test]
    fn a_format_is_known_by_its_content() {
        let wanted = [(ImageFormat::Jpeg, PhotoFormat::Jpeg), (ImageFormat::Png, PhotoFormat::Png), (ImageFormat::WebP, PhotoFormat::Webp)];
        for (written, format) in wanted {
            assert_eq!(recognise(&picture(written)), Ok(Recognised { format, width: 40, height: 30 }));
        }
        for (brand, format) in [(b"heic", PhotoFormat::Heic), (b"mif1", PhotoFormat::Heic), (b"avif", PhotoFormat::Avif)] {
            let file = [boxed(*b"ftyp", brand), boxed(*b"meta", &[0; 40]), boxed(*b"mdat", &[7; 90])].concat();
            assert_eq!(recognise(&file).map(|known| known.format), Ok(format));
        }
        for other in [&b""[..], b"GIF89a", b"%PDF-1.7", b"\0\0\0\x18ftypmp42", b"RIFF\0\0\0\0WAVE"] {
            assert_eq!(recognise(other), Err(NotAPhoto::NotAnImage));
        }
    }

    #[test]
    fn a_file_cut_anywhere_is_refused_and_one_with_something_after_its_end_is_not() {
        let heic = [boxed(*b"ftyp", b"heic"), boxed(*b"meta", &[0; 40]), boxed(*b"mdat", &[7; 90])].concat();
        for whole in [picture(ImageFormat::Jpeg), picture(ImageFormat::Png), picture(ImageFormat::WebP), heic] {
            assert!(recognise(&whole).is_ok());
            for length in 0..whole.len() {
                assert!(recognise(&whole[..length]).is_err(), "{length} of {}", whole.len());
            }
            assert!(recognise(&[whole.as_slice(), &[0; 300]].concat()).is_ok());
        }
    }

    #[test]
    fn a_thumbnail_inside_does_not_pass_for_the_end() {
        let whole = picture(ImageFormat::Jpeg);
        let within = [&[0xFF, 0xE1][..], &u16::try_from(whole.len() + 2).unwrap().to_be_bytes(), &whole].concat();
        let with_thumbnail = [&whole[..2], &within, &whole[2..]].concat();
        assert!(recognise(&with_thumbnail).is_ok());
        assert_eq!(recognise(&with_thumbnail[..with_thumbnail.len() - 2]), Err(NotAPhoto::Truncated));
    }
}
