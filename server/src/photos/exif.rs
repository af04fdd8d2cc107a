//! What the file of a photo tells about its taking: read once, kept as fields, and left out of every copy.

use std::io::Cursor;

use app::ui::time::QuebecTime;
use casework::clock::Timestamp;
use exif::{DateTime, Exif, In, Reader, Tag, Value};

/// What is kept of the metadata. The place, the device and its owner are not: they stay in the original.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// As EXIF counts, 1 (upright) to 8.
    pub orientation: u8,
    /// By the camera's clock.
    pub captured_at: Option<Timestamp>,
    /// Metres around the place that the device believed.
    pub accuracy_m: Option<f64>,
}

impl Default for Taken {
    fn default() -> Self {
        Self { orientation: 1, captured_at: None, accuracy_m: None }
    }
}

/// A circle larger than the Earth is no accuracy.
const ACCURACY_M_MAX: f64 = 20_000_000.0;
/// `GPSHPositioningError`.
const POSITIONING_ERROR: Tag = Tag(exif::Context::Gps, 0x1F);

/// Reads the metadata of a JPEG, PNG, WebP or HEIF. What is absent or does not make sense is left out.
pub fn read(bytes: &[u8]) -> Taken {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let metadata = match reader.read_from_container(&mut Cursor::new(bytes)) {
        Ok(metadata) => metadata,
        Err(error) => match error.distill_partial_result(|_| {}) {
            Ok(metadata) => metadata,
            Err(_) => return Taken::default(),
        },
    };
    let orientation = metadata.get_field(Tag::Orientation, In::PRIMARY).and_then(|field| field.value.get_uint(0)).and_then(|value| u8::try_from(value).ok());
    Taken {
        orientation: orientation.filter(|value| (1..=8).contains(value)).unwrap_or(1),
        captured_at: captured_at(&metadata),
        accuracy_m: accuracy_m(&metadata),
    }
}

fn ascii(metadata: &Exif, tag: Tag) -> Option<&[u8]> {
    match &metadata.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => lines.first().map(Vec::as_slice),
        _ => None,
    }
}

fn accuracy_m(metadata: &Exif) -> Option<f64> {
    let Value::Rational(values) = &metadata.get_field(POSITIONING_ERROR, In::PRIMARY)?.value else { return None };
    values.first().map(exif::Rational::to_f64).filter(|metres| metres.is_finite() && (0.0..=ACCURACY_M_MAX).contains(metres))
}

fn captured_at(metadata: &Exif) -> Option<Timestamp> {
    let mut time = DateTime::from_ascii(ascii(metadata, Tag::DateTimeOriginal)?).ok()?;
    if let Some(offset) = ascii(metadata, Tag::OffsetTimeOriginal) {
        // Without it, the camera is taken to be in Québec.
        let _ = time.parse_offset(offset);
    }
    instant(&time)
}

fn instant(time: &DateTime) -> Option<Timestamp> {
    let in_range = (1..=12).contains(&time.month) && (1..=31).contains(&time.day) && time.hour < 24 && time.minute < 60 && time.second < 61;
    if !in_range || !(1990..=2200).contains(&time.year) {
        return None;
    }
    let seconds = (i64::from(time.hour) * 60 + i64::from(time.minute)) * 60 + i64::from(time.second);
    let as_if_utc = days(i64::from(time.year), i64::from(time.month), i64::from(time.day)) * Timestamp::DAY_MS + seconds * 1_000;
    if let Some(minutes) = time.offset {
        return Some(Timestamp(as_if_utc - i64::from(minutes) * Timestamp::MINUTE_MS));
    }
    // The offset under which Québec's clocks show this very time; in the hour that comes twice, the first.
    [4, 5].into_iter().map(|hours| Timestamp(as_if_utc + hours * Timestamp::HOUR_MS)).find(|at| {
        let shown = QuebecTime::of(*at);
        (shown.hour, shown.minute, shown.day) == (time.hour, time.minute, time.day)
    })
}

/// Days from 1970-01-01 of a civil date.
///
/// # Source
/// Howard Hinnant, « chrono-compatible low-level date algorithms », `days_from_civil`.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str, offset: Option<i16>) -> Option<Timestamp> {
        let mut time = DateTime::from_ascii(text.as_bytes()).ok()?;
        time.offset = offset;
        instant(&time)
    }

    #[test]
    fn a_time_without_offset_is_that_of_quebec_in_winter_and_in_summer() {
        // 2026-01-15 15:00 UTC and 2026-07-15 14:00 UTC.
        assert_eq!(time("2026:01:15 10:00:00", None), Some(Timestamp(1_768_489_200_000)));
        assert_eq!(time("2026:07:15 10:00:00", None), Some(Timestamp(1_784_124_000_000)));
    }

    #[test]
    fn an_offset_of_the_camera_is_followed() {
        assert_eq!(time("2026:01:15 16:00:00", Some(60)), Some(Timestamp(1_768_489_200_000)));
    }

    #[test]
    fn what_is_no_time_is_left_out() {
        for text in ["0000:00:00 00:00:00", "2026:13:01 10:00:00", "2026:01:15 25:00:00", "    :  :     :  :  "] {
            assert_eq!(time(text, None), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_an_image_tells_nothing() {
        for bytes in [&b""[..], b"\xFF\xD8\xFF", b"%PDF-1.7", &[0xFF; 4096]] {
            assert_eq!(read(bytes), Taken::default());
        }
    }
}
