//! Real HEIF files, written by libheif's own program.

use std::{path::Path, process::Command};

use server::clock::new_id;

/// How its pictures are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// HEVC, as phones do: a HEIC file.
    Hevc,
    /// AV1: an AVIF file.
    Av1,
}

/// The same file as a camera held upright writes it: its boxes say that what lies in it is to be turned a quarter to the right.
///
/// Written over the property that gives the bits of each colour, which readers do without, so that nothing moves.
///
/// # Source
/// ISO/IEC 23008-12, 6.5.10: `irot` counts quarters to the left.
pub fn to_be_turned(mut heif: Vec<u8>) -> Vec<u8> {
    let at = heif.windows(4).position(|window| window == b"pixi").expect("the bits of each colour");
    heif[at..at + 4].copy_from_slice(b"irot");
    heif[at + 4] = 3;
    heif
}

/// A HEIF file of these JPEGs, one picture each, the first being the primary one. Their EXIF goes with them.
///
/// `heif-enc` must be there: `cargo xtask test` installs it (Debian: libheif-examples).
pub fn heif_of(jpegs: &[&[u8]], codec: Codec) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("heif-{}", new_id().simple()));
    std::fs::create_dir_all(&folder).expect("target/tmp can be written");
    let mut command = Command::new("heif-enc");
    command.current_dir(&folder).args(["-q", "90"]);
    if codec == Codec::Av1 {
        // The slowest setting is the default, and no better for a test.
        command.args(["-A", "-p", "speed=9"]);
    }
    command.args(["-o", "written.heif"]);
    for (index, jpeg) in jpegs.iter().enumerate() {
        let name = format!("{index}.jpg");
        std::fs::write(folder.join(&name), jpeg).expect("target/tmp can be written");
        command.arg(name);
    }
    let ran = command.output().unwrap_or_else(|error| panic!("heif-enc cannot be run ({error}): install it (Debian: apt-get install libheif-examples)"));
    assert!(ran.status.success(), "heif-enc: {} {}", ran.status, String::from_utf8_lossy(&ran.stderr));
    let written = std::fs::read(folder.join("written.heif")).expect("a HEIF file");
    std::fs::remove_dir_all(folder).expect("target/tmp can be written");
    written
}
