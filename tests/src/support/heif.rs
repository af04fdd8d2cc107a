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

/// A HEIF file of these JPEGs, one picture each, the first being the primary one. What their EXIF says goes with them.
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
