//! Smaller copies of a photo: upright, without metadata, made off the request path by bounded workers.
//!
//! JPEG, nearly every photo, takes the fast way (zune-jpeg, fast_image_resize, jpeg-encoder, vector instructions throughout); `image`, held to its limits,
//! opens the other formats.

use std::io::{self, Cursor};

use bytes::Bytes;
use casework::photo_mark::PhotoMark;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image};
use image::{DynamicImage, ImageReader, RgbImage, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

use super::{
    ConvertError, CopyName, NotConverted, PhotoStorage, Size, burn,
    exif::{self, Taken},
    format::{self, NotAPhoto, PhotoFormat},
};

/// The copies of one photo.
#[derive(Clone, Debug)]
pub struct Copies {
    pub screen: Bytes,
    pub thumbnail: Bytes,
    /// Of the original, upright.
    pub width: u32,
    pub height: u32,
}

/// What came of one original.
#[derive(Debug)]
pub struct Derived {
    /// Read also from what cannot be decoded.
    pub taken: Taken,
    pub copies: Result<Copies, Unreadable>,
}

/// Why an original has no copies: nothing that trying again would change.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("refused as a photo")]
    Refused(#[source] NotAPhoto),
    #[error("a format kept as received")]
    KeptAsReceived,
    #[error("the converter")]
    NotConverted(#[from] NotConverted),
    #[error("JPEG decoding: {0}")]
    Jpeg(String),
    #[error("decoding")]
    Image(#[from] image::ImageError),
    #[error("resizing")]
    Resize(#[from] fast_image_resize::ResizeError),
    #[error("pixels and size disagree")]
    Buffer,
    #[error("encoding")]
    Encode(#[from] jpeg_encoder::EncodingError),
}

/// Why copies were not made, this time.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    #[error("storage")]
    Storage(#[from] io::Error),
    #[error("the converter")]
    Converter(#[source] io::Error),
    #[error("worker")]
    Worker(#[from] tokio::task::JoinError),
    #[error("closing")]
    Closing,
}

const QUALITY: u8 = 82;
/// As EXIF counts.
const UPRIGHT: u8 = 1;
/// A photo above this takes every worker: its pixels, several times over, are what memory must hold.
const PIXELS_OF_ONE_WORKER: u64 = 26_000_000;

/// Makes and keeps the copies of an original with its marks, when it can be decoded.
///
/// # Errors
/// [`DeriveError`]; the original stays as received.
pub async fn derive(storage: &PhotoStorage, sha256: &str, marks: &[PhotoMark]) -> Result<Derived, DeriveError> {
    let mut turn = storage.workers.acquire().await.map_err(|_| DeriveError::Closing)?;
    let mut original = storage.read_original(sha256).await?;
    let converted = converted(storage, &original).await?;
    let is_large = |picture: &[u8]| format::recognise(picture).is_ok_and(|known| known.pixels() > PIXELS_OF_ONE_WORKER);
    if is_large(converted.as_ref().and_then(|picture| picture.as_ref().ok()).unwrap_or(&original)) {
        // Let go first: two large photos, each with one turn and waiting for the other's, would wait for ever.
        drop((turn, original));
        turn = storage.workers.acquire_many(super::WORKERS_MAX).await.map_err(|_| DeriveError::Closing)?;
        original = storage.read_original(sha256).await?;
    }
    let name = CopyName::of(sha256, marks);
    let marks = marks.to_vec();
    let derived = tokio::task::spawn_blocking(move || {
        let taken = exif::read(&original);
        let copies = match converted {
            // Turned already, as the file itself says: its EXIF says the same once more.
            Some(picture) => picture.and_then(|picture| copies_of(&picture, UPRIGHT, &marks)),
            None => copies_of(&original, taken.orientation, &marks),
        };
        Derived { taken, copies }
    })
    .await?;
    drop(turn);
    if let Ok(copies) = &derived.copies {
        storage.keep_copy(Size::Screen, &name, copies.screen.clone()).await?;
        storage.keep_copy(Size::Thumbnail, &name, copies.thumbnail.clone()).await?;
    }
    Ok(derived)
}

/// A copy of a picture that is kept apart from photos: upright, without metadata, of the size of a screen. Within the same bound on workers.
///
/// # Errors
/// [`DeriveError`]; within, why there is no copy.
pub async fn copy_apart(storage: &PhotoStorage, original: Bytes) -> Result<Result<Bytes, Unreadable>, DeriveError> {
    // Whatever its size, it takes every worker: these are few, and nobody waits for them but who sends one.
    let _turn = storage.workers.acquire_many(super::WORKERS_MAX).await.map_err(|_| DeriveError::Closing)?;
    let converted = converted(storage, &original).await?;
    Ok(tokio::task::spawn_blocking(move || match converted {
        Some(picture) => copies_of(&picture?, UPRIGHT, &[]).map(|copies| copies.screen),
        None => copies_of(&original, exif::read(&original).orientation, &[]).map(|copies| copies.screen),
    })
    .await?)
}

/// What the system's program makes of an original that is for it; `None` for one that we read ourselves.
async fn converted(storage: &PhotoStorage, original: &Bytes) -> Result<Option<Result<Bytes, Unreadable>>, DeriveError> {
    let is_for_it = format::recognise(original).is_ok_and(|known| !known.format.is_displayable());
    let Some(converter) = storage.converter().filter(|_| is_for_it) else { return Ok(None) };
    match converter.convert(original.clone()).await {
        Ok(picture) => Ok(Some(Ok(picture))),
        Err(ConvertError::NotConverted(why)) => Ok(Some(Err(why.into()))),
        Err(ConvertError::Gone(error)) => {
            tracing::error!(%error, "photo.converter.gone");
            Ok(Some(Err(Unreadable::KeptAsReceived)))
        }
        Err(ConvertError::Io(error)) => Err(DeriveError::Converter(error)),
    }
}

/// The copies of these bytes, turned upright from an EXIF orientation, with marks burnt in.
///
/// # Errors
/// [`Unreadable`].
pub fn copies_of(original: &[u8], orientation: u8, marks: &[PhotoMark]) -> Result<Copies, Unreadable> {
    let known = format::recognise(original).map_err(Unreadable::Refused)?;
    let picture = match known.format {
        PhotoFormat::Jpeg => jpeg(original)?,
        PhotoFormat::Png | PhotoFormat::Webp => other(original)?,
        PhotoFormat::Heic | PhotoFormat::Avif => return Err(Unreadable::KeptAsReceived),
    };
    let (width, height) = picture.dimensions();
    // Turned after it was made smaller: that moves a few pixels rather than all.
    let mut screen = DynamicImage::ImageRgb8(reduced(picture, Size::Screen.edge_px_max(), FilterType::CatmullRom)?);
    screen.apply_orientation(Orientation::from_exif(orientation).unwrap_or(Orientation::NoTransforms));
    let mut screen = screen.into_rgb8();
    // Before it is encoded, and before the thumbnail is made from it: neither ever holds what a blur hides.
    burn::burn(&mut screen, marks);
    let screen_bytes = encode(&screen)?;
    let thumbnail = reduced(screen, Size::Thumbnail.edge_px_max(), FilterType::Bilinear)?;
    let (width, height) = if orientation >= 5 { (height, width) } else { (width, height) };
    Ok(Copies { screen: screen_bytes, thumbnail: encode(&thumbnail)?, width, height })
}

fn jpeg(original: &[u8]) -> Result<RgbImage, Unreadable> {
    let edge_px_max = format::EDGE_PX_MAX as usize;
    let options = DecoderOptions::default().set_max_width(edge_px_max).set_max_height(edge_px_max).jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(original), options);
    let pixels = decoder.decode().map_err(|error| Unreadable::Jpeg(format!("{error:?}")))?;
    let info = decoder.info().ok_or(Unreadable::Buffer)?;
    RgbImage::from_raw(info.width.into(), info.height.into(), pixels).ok_or(Unreadable::Buffer)
}

fn other(original: &[u8]) -> Result<RgbImage, Unreadable> {
    let mut reader = ImageReader::new(Cursor::new(original)).with_guessed_format().map_err(image::ImageError::from)?;
    reader.limits(format::limits());
    Ok(reader.decode()?.into_rgb8())
}

fn reduced(picture: RgbImage, edge_px_max: u32, filter: FilterType) -> Result<RgbImage, Unreadable> {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= edge_px_max {
        return Ok(picture);
    }
    let to_scale = |edge: u32| {
        let scaled = u64::from(edge) * u64::from(edge_px_max) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(edge_px_max).max(1)
    };
    let (to_width, to_height) = (to_scale(width), to_scale(height));
    let source = Image::from_vec_u8(width, height, picture.into_raw(), PixelType::U8x3).map_err(|_| Unreadable::Buffer)?;
    let mut smaller = Image::new(to_width, to_height, PixelType::U8x3);
    Resizer::new().resize(&source, &mut smaller, &ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)))?;
    RgbImage::from_raw(to_width, to_height, smaller.into_vec()).ok_or(Unreadable::Buffer)
}

fn encode(picture: &RgbImage) -> Result<Bytes, Unreadable> {
    let edge = |pixels: u32| u16::try_from(pixels).map_err(|_| Unreadable::Buffer);
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, QUALITY).encode(picture.as_raw(), edge(picture.width())?, edge(picture.height())?, ColorType::Rgb)?;
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "pictures made here")]

    use image::{ImageFormat, Rgb};

    use super::*;

    /// Red to the left, blue to the right.
    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let drawn = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) });
        let mut bytes = Cursor::new(Vec::new());
        drawn.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn copies_keep_the_proportions_within_their_edges() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let copies = copies_of(&picture(3_000, 1_500, format), 1, &[]).unwrap();
            assert_eq!((copies.width, copies.height), (3_000, 1_500));
            for (copy, width, height) in [(&copies.screen, 2_048, 1_024), (&copies.thumbnail, 320, 160)] {
                let shown = image::load_from_memory(copy).unwrap();
                assert_eq!((shown.width(), shown.height()), (width, height), "{format:?}");
            }
        }
    }

    #[test]
    fn a_small_picture_is_not_enlarged_and_a_thin_one_keeps_a_pixel() {
        let small = copies_of(&picture(64, 48, ImageFormat::Jpeg), 1, &[]).unwrap();
        assert_eq!(image::load_from_memory(&small.thumbnail).unwrap().width(), 64);
        let thin = copies_of(&picture(8_000, 2, ImageFormat::Png), 1, &[]).unwrap();
        let thumbnail = image::load_from_memory(&thin.thumbnail).unwrap();
        assert_eq!((thumbnail.width(), thumbnail.height()), (320, 1));
    }

    #[test]
    fn copies_are_upright_whatever_way_the_camera_was_held() {
        let lying = picture(400, 200, ImageFormat::Jpeg);
        // Where the red half ends up: left, right, right, left, top, top, bottom, bottom.
        let red_at = [(0.1, 0.5), (0.9, 0.5), (0.9, 0.5), (0.1, 0.5), (0.5, 0.1), (0.5, 0.1), (0.5, 0.9), (0.5, 0.9)];
        for (orientation, (x, y)) in (1..=8).zip(red_at) {
            let copies = copies_of(&lying, orientation, &[]).unwrap();
            let upright = if orientation >= 5 { (200, 400) } else { (400, 200) };
            assert_eq!((copies.width, copies.height), upright);
            let shown = image::load_from_memory(&copies.screen).unwrap().into_rgb8();
            assert_eq!(shown.dimensions(), upright, "{orientation}");
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a point within the picture")]
            let at = |share: f64, edge: u32| (share * f64::from(edge)) as u32;
            let Rgb([red, _, blue]) = *shown.get_pixel(at(x, shown.width()), at(y, shown.height()));
            assert!(red > 200 && blue < 60, "{orientation}: {red} {blue}");
        }
    }

    #[test]
    fn grey_pictures_have_copies_too() {
        let grey = image::GrayImage::from_fn(700, 500, |x, y| image::Luma([u8::try_from((x + y) % 256).unwrap()]));
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let mut bytes = Cursor::new(Vec::new());
            grey.write_to(&mut bytes, format).unwrap();
            assert_eq!(copies_of(bytes.get_ref(), 1, &[]).unwrap().width, 700, "{format:?}");
        }
    }

    #[test]
    fn a_corrupted_picture_is_refused_or_shown_and_never_panics() {
        let whole = picture(320, 200, ImageFormat::Jpeg);
        for position in 2..whole.len() - 2 {
            let mut corrupted = whole.clone();
            corrupted[position] ^= 0x5A;
            drop(copies_of(&corrupted, 1, &[]));
        }
    }
}
