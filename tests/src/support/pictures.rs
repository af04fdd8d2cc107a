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
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let length = u16::try_from(segment.len() + 2).expect("a short segment");
    let (start, rest) = plain.split_at(2);
    [start, &[0xFF, 0xE1], &length.to_be_bytes(), &segment, rest].concat()
}

/// A PNG of a few bytes whose header claims 50,000 × 50,000 pixels: a decompression bomb.
pub fn huge_png() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(50_000_u32.to_be_bytes());
    header.extend(50_000_u32.to_be_bytes());
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
