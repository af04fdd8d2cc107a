//! Pictures made by hand, so that a test knows every byte of them.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A JPEG of this size that does not compress to nothing.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let level = u8::try_from((x * 7 + y * 13 + x * y) % 251).unwrap_or(0);
        Rgb([level, level.wrapping_mul(3), level.wrapping_add(90)])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG");
    bytes.into_inner()
}

/// A JPEG of black blocks on white: what must be readable where nothing hides it, and nowhere else.
pub fn letters(width: u32, height: u32) -> Vec<u8> {
    let cell = (width / 40).max(4);
    let picture = RgbImage::from_fn(width, height, |x, y| if (x / cell + y / cell).is_multiple_of(2) { Rgb([0, 0, 0]) } else { Rgb([255, 255, 255]) });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG");
    bytes.into_inner()
}

/// A JPEG that is red to the left and blue to the right: its pixels tell how it was turned.
pub fn halves(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([230, 20, 20]) } else { Rgb([20, 20, 230]) });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).expect("a JPEG");
    bytes.into_inner()
}

/// A JPEG with an EXIF segment that names a camera: what a phone adds and nobody must be shown.
pub fn jpeg_with_exif(width: u32, height: u32, camera: &str) -> Vec<u8> {
    let plain = jpeg(width, height);
    let model = format!("{camera}\0");
    // TIFF, little-endian, one entry: 0x0110 (Model), ASCII, whose text follows the directory.
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x10, 0x01, 0x02, 0x00]);
    tiff.extend(u32::try_from(model.len()).expect("a short name").to_le_bytes());
    tiff.extend(26_u32.to_le_bytes());
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(model.as_bytes());
    with_exif(&plain, &tiff)
}

fn with_exif(plain: &[u8], tiff: &[u8]) -> Vec<u8> {
    let segment = [b"Exif\0\0", tiff].concat();
    let length = u16::try_from(segment.len() + 2).expect("a short segment");
    let (start, rest) = plain.split_at(2);
    [start, &[0xFF, 0xE1], &length.to_be_bytes(), &segment, rest].concat()
}

/// What the file of [`jpeg_of_a_camera`] tells.
pub const CAMERA: &str = "Appareil de Madame Unetelle";
/// `DateTimeOriginal` with its offset, and the same instant in milliseconds UTC.
pub const TAKEN: (&str, &str, i64) = ("2026:03:14 15:09:26", "-04:00", 1_773_515_366_000);
/// `GPSHPositioningError`.
pub const ACCURACY_M: f64 = 4.5;

/// A JPEG as a phone makes it when held upright: lying pixels, an orientation to turn them by, a camera, a time and a place with its accuracy.
pub fn jpeg_of_a_camera(width: u32, height: u32) -> Vec<u8> {
    seen_by_a_camera(&jpeg(width, height))
}

/// A plain JPEG as that camera would have written it.
pub fn seen_by_a_camera(plain: &[u8]) -> Vec<u8> {
    const ASCII: u16 = 2;
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const RATIONAL: u16 = 5;
    let texts = [CAMERA, TAKEN.0, TAKEN.1].map(|text| format!("{text}\0"));
    let length = |text: &String| u32::try_from(text.len()).expect("a short text");
    // Three directories of known length, then the values that do not fit in them.
    let (exif_at, gps_at, values_at) = (8 + 54, 8 + 54 + 30, 8 + 54 + 30 + 30);
    let time_at = values_at + length(&texts[0]);
    let offset_at = time_at + length(&texts[1]);
    let accuracy_at = offset_at + length(&texts[2]);
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let mut directory = |entries: &[(u16, u16, u32, u32)]| {
        tiff.extend(u16::try_from(entries.len()).expect("few entries").to_le_bytes());
        for (tag, kind, count, value) in entries {
            tiff.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            tiff.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
        }
        tiff.extend(0_u32.to_le_bytes());
    };
    directory(&[(0x0110, ASCII, length(&texts[0]), values_at), (0x0112, SHORT, 1, 6), (0x8769, LONG, 1, exif_at), (0x8825, LONG, 1, gps_at)]);
    directory(&[(0x9003, ASCII, length(&texts[1]), time_at), (0x9011, ASCII, length(&texts[2]), offset_at)]);
    directory(&[(0x0001, ASCII, 2, u32::from_le_bytes(*b"N\0\0\0")), (0x001F, RATIONAL, 1, accuracy_at)]);
    for text in &texts {
        tiff.extend(text.as_bytes());
    }
    tiff.extend([45_u32.to_le_bytes(), 10_u32.to_le_bytes()].concat());
    with_exif(plain, &tiff)
}

/// A HEIF file that says it is HEIC: the boxes are there, the picture in them is nothing.
pub fn heic() -> Vec<u8> {
    let boxed = |kind: &[u8], content: &[u8]| [&u32::try_from(content.len() + 8).expect("a short box").to_be_bytes(), kind, content].concat();
    [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), boxed(b"meta", &[0; 32]), boxed(b"mdat", &[0x5A; 200])].concat()
}

/// A PNG of a few bytes whose header claims 50,000 × 50,000 pixels: a decompression bomb.
pub fn huge_png() -> Vec<u8> {
    empty_png(50_000)
}

/// A whole PNG whose header claims a picture of this edge, which is not in it: no copy can be made of it.
pub fn empty_png(edge: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(edge.to_be_bytes());
    header.extend(edge.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut bytes = vec![0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
    bytes.extend(13_u32.to_be_bytes());
    bytes.extend(&header);
    bytes.extend(crc32(&header).to_be_bytes());
    for chunk in [&b"IDAT"[..], b"IEND"] {
        bytes.extend(0_u32.to_be_bytes());
        bytes.extend(chunk);
        bytes.extend(crc32(chunk).to_be_bytes());
    }
    bytes
}

/// The checksum of PNG chunks.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
