//! Marks burnt into a copy: what a blur hid is not in it any more.

use casework::photo_mark::{MarkShape, MarkTool, PhotoMark, PointPx, stroke_px};
use image::{Rgb, RgbImage};

/// Of lines, and of the pale edge around them: seen on any wall.
const INK: Rgb<u8> = Rgb([214, 20, 60]);
const EDGE: Rgb<u8> = Rgb([255, 255, 255]);

/// Burns marks into an upright picture. Blurs come first, whatever the order they were drawn in: an arrow may point at what is hidden.
pub fn burn(picture: &mut RgbImage, marks: &[PhotoMark]) {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let (blurs, lines): (Vec<PhotoMark>, Vec<PhotoMark>) = marks.iter().partition(|mark| mark.tool() == MarkTool::Blur);
    for mark in blurs.into_iter().chain(lines) {
        draw(picture, mark.shape(width, height), stroke_px(width, height));
    }
}

fn draw(picture: &mut RgbImage, shape: MarkShape, stroke: f64) {
    match shape {
        MarkShape::Blur { left, top, width, height, columns, rows } => {
            let area = Area { left: whole(left), top: whole(top), width: whole(width), height: whole(height) };
            blur(picture, area, whole(columns), whole(rows));
        }
        MarkShape::Ellipse { centre, radii } => {
            let around = Around { low: (centre.0 - radii.0, centre.1 - radii.1), high: (centre.0 + radii.0, centre.1 + radii.1) };
            line(picture, around, stroke, |at| ellipse_distance((at.0 - centre.0, at.1 - centre.1), radii).abs());
        }
        MarkShape::Arrow { from, neck, head } => {
            let around = Around::of(&[from, head[0], head[1], head[2]]);
            // The head is as solid as the shaft is wide.
            line(picture, around, stroke, |at| segment_distance(at, from, neck).min(triangle_distance(at, head) + stroke / 2.0));
        }
    }
}

fn whole(pixels: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole pixels of a picture, whose edges are of 16 bits")]
    let pixels = pixels.clamp(0.0, f64::from(u16::MAX)) as u32;
    pixels
}

#[derive(Clone, Copy)]
struct Area {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

/// Replaces an area by a few averages of it, with soft passages between them. Only the averages are read again: nothing finer survives.
fn blur(picture: &mut RgbImage, area: Area, columns: u32, rows: u32) {
    let (columns, rows) = (columns.clamp(1, area.width.max(1)), rows.clamp(1, area.height.max(1)));
    let averages = averages(picture, area, columns, rows);
    let average = |column: u32, row: u32| averages.get((row * columns + column) as usize).copied().unwrap_or_default();
    for y in 0..area.height {
        let (above, below, down) = between(y, area.height, rows);
        for x in 0..area.width {
            let (left, right, across) = between(x, area.width, columns);
            let mixed = [0, 1, 2].map(|channel: usize| {
                let mix = |from: f64, to: f64, part: f64| from + (to - from) * part;
                let upper = mix(average(left, above)[channel], average(right, above)[channel], across);
                let lower = mix(average(left, below)[channel], average(right, below)[channel], across);
                level(mix(upper, lower, down))
            });
            picture.put_pixel(area.left + x, area.top + y, Rgb(mixed));
        }
    }
}

fn averages(picture: &RgbImage, area: Area, columns: u32, rows: u32) -> Vec<[f64; 3]> {
    let mut averages = Vec::with_capacity((columns * rows) as usize);
    for row in 0..rows {
        let down = area.height * row / rows..area.height * (row + 1) / rows;
        for column in 0..columns {
            let across = area.width * column / columns..area.width * (column + 1) / columns;
            let mut sums = [0_u64; 3];
            for y in down.clone() {
                for x in across.clone() {
                    let Rgb(pixel) = *picture.get_pixel(area.left + x, area.top + y);
                    for (sum, value) in sums.iter_mut().zip(pixel) {
                        *sum += u64::from(value);
                    }
                }
            }
            let count = f64::from((down.len() * across.len()).try_into().unwrap_or(u32::MAX).max(1));
            #[expect(clippy::cast_precision_loss, reason = "at most 255 for each pixel of a screen")]
            averages.push(sums.map(|sum| sum as f64 / count));
        }
    }
    averages
}

/// The two cells that a pixel lies between, and how far towards the second.
fn between(pixel: u32, pixels: u32, cells: u32) -> (u32, u32, f64) {
    let at = ((f64::from(pixel) + 0.5) / f64::from(pixels) * f64::from(cells) - 0.5).clamp(0.0, f64::from(cells - 1));
    let first = whole(at.floor());
    (first, (first + 1).min(cells - 1), at - at.floor())
}

fn level(value: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a level of a colour")]
    let level = value.round().clamp(0.0, 255.0) as u8;
    level
}

/// What a line may touch, in pixels.
struct Around {
    low: PointPx,
    high: PointPx,
}

impl Around {
    fn of(points: &[PointPx]) -> Self {
        let none = Self { low: (f64::INFINITY, f64::INFINITY), high: (f64::NEG_INFINITY, f64::NEG_INFINITY) };
        points
            .iter()
            .fold(none, |around, (x, y)| Self { low: (around.low.0.min(*x), around.low.1.min(*y)), high: (around.high.0.max(*x), around.high.1.max(*y)) })
    }
}

/// Draws what lies within half a stroke of where `distance` says 0, with its pale edge.
fn line(picture: &mut RgbImage, around: Around, stroke: f64, distance: impl Fn(PointPx) -> f64) {
    let edge = stroke / 3.0;
    let reach = stroke / 2.0 + edge + 1.0;
    let (right, bottom) = (whole(around.high.0 + reach).min(picture.width()), whole(around.high.1 + reach).min(picture.height()));
    for y in whole(around.low.1 - reach)..bottom {
        for x in whole(around.low.0 - reach)..right {
            let away = distance((f64::from(x) + 0.5, f64::from(y) + 0.5)) - stroke / 2.0;
            let pixel = picture.get_pixel_mut(x, y);
            for (colour, from) in [(EDGE, edge), (INK, 0.0)] {
                let part = (from + 0.5 - away).clamp(0.0, 1.0);
                for (value, wanted) in pixel.0.iter_mut().zip(colour.0) {
                    *value = level(f64::from(*value) + (f64::from(wanted) - f64::from(*value)) * part);
                }
            }
        }
    }
}

/// From a point to a segment.
fn segment_distance(at: PointPx, from: PointPx, to: PointPx) -> f64 {
    let (along, out) = ((to.0 - from.0, to.1 - from.1), (at.0 - from.0, at.1 - from.1));
    let length_squared = along.0 * along.0 + along.1 * along.1;
    let part = if length_squared > 0.0 { ((out.0 * along.0 + out.1 * along.1) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
    (out.0 - along.0 * part).hypot(out.1 - along.1 * part)
}

/// From a point to a triangle; negative within.
fn triangle_distance(at: PointPx, [a, b, c]: [PointPx; 3]) -> f64 {
    let side = |from: PointPx, to: PointPx| (to.0 - from.0) * (at.1 - from.1) - (to.1 - from.1) * (at.0 - from.0);
    let sides = [side(a, b), side(b, c), side(c, a)];
    let away = segment_distance(at, a, b).min(segment_distance(at, b, c)).min(segment_distance(at, c, a));
    let is_within = sides.iter().all(|side| *side >= 0.0) || sides.iter().all(|side| *side <= 0.0);
    if is_within { -away } else { away }
}

/// From a point to an ellipse around the origin, to the first order: exact on the line, close around it.
fn ellipse_distance(at: PointPx, radii: PointPx) -> f64 {
    let scaled = (at.0 / radii.0).hypot(at.1 / radii.1);
    let slope = (at.0 / (radii.0 * radii.0)).hypot(at.1 / (radii.1 * radii.1));
    if slope > 0.0 { scaled * (scaled - 1.0) / slope } else { -radii.0.min(radii.1) }
}

#[cfg(test)]
mod tests {
    use casework::photo_mark::{EDGE as WHOLE, MarkArea, MarkPoint};

    use super::*;

    const AREA: MarkArea = MarkArea { left: 2_500, top: 2_500, width: 5_000, height: 5_000 };

    /// Letters, as far as a blur is concerned: black and white, pixel by pixel.
    fn checkered(width: u32, height: u32, cell: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| if (x / cell + y / cell).is_multiple_of(2) { Rgb([0, 0, 0]) } else { Rgb([255, 255, 255]) })
    }

    fn burnt(mut picture: RgbImage, marks: &[PhotoMark]) -> RgbImage {
        burn(&mut picture, marks);
        picture
    }

    #[test]
    fn two_pictures_with_the_same_averages_are_the_same_once_blurred() {
        // What is read again of a blurred area depends on its averages alone: a pattern and its negative cannot be told from each other.
        let marks = [PhotoMark::Blur { area: MarkArea { left: 0, top: 0, width: WHOLE, height: WHOLE } }];
        let pattern = checkered(240, 240, 4);
        let mut negative = pattern.clone();
        negative.pixels_mut().for_each(|pixel| pixel.0 = pixel.0.map(|value| 255 - value));
        let (pattern, negative) = (burnt(pattern, &marks), burnt(negative, &marks));
        assert_eq!(pattern, negative);
        assert!(pattern.pixels().all(|pixel| (127..=128).contains(&pixel.0[0])));
    }

    #[test]
    fn a_blur_hides_its_area_and_leaves_the_rest() {
        let before = checkered(400, 300, 3);
        let after = burnt(before.clone(), &[PhotoMark::Blur { area: AREA }]);
        for (x, y, pixel) in after.enumerate_pixels() {
            let within = (100..300).contains(&x) && (75..225).contains(&y);
            let outside = !(96..304).contains(&x) || !(71..229).contains(&y);
            assert!(!within || (100..156).contains(&pixel.0[0]), "{x} {y}: {pixel:?}");
            assert!(!outside || pixel == before.get_pixel(x, y), "{x} {y}");
        }
    }

    #[test]
    fn a_blur_keeps_the_colours_of_its_parts() {
        let half = RgbImage::from_fn(400, 300, |x, _| if x < 200 { Rgb([200, 30, 30]) } else { Rgb([30, 30, 200]) });
        let after = burnt(half, &[PhotoMark::Blur { area: AREA }]);
        assert!(after.get_pixel(110, 150).0[0] > 190 && after.get_pixel(290, 150).0[2] > 190);
    }

    #[test]
    fn lines_are_drawn_where_they_are_said_to_be_and_over_blurs() {
        let grey = RgbImage::from_pixel(1_000, 600, Rgb([120, 120, 120]));
        let arrow = PhotoMark::Arrow { from: MarkPoint { x: 1_000, y: 5_000 }, to: MarkPoint { x: 9_000, y: 5_000 } };
        let after = burnt(grey.clone(), &[PhotoMark::Circle { area: AREA }, arrow, PhotoMark::Blur { area: AREA }]);
        for (x, y) in [(110, 300), (500, 300), (890, 300), (251, 300), (749, 300), (500, 151), (500, 449)] {
            assert_eq!(*after.get_pixel(x, y), INK, "{x} {y}");
        }
        for (x, y) in [(5, 5), (60, 300), (960, 300), (995, 595), (400, 250)] {
            assert_eq!(after.get_pixel(x, y), grey.get_pixel(x, y), "{x} {y}");
        }
        assert_eq!(*after.get_pixel(500, 306), EDGE, "a pale edge");
    }

    #[test]
    fn marks_of_any_kind_fit_in_the_smallest_pictures() {
        let full = MarkArea { left: 0, top: 0, width: WHOLE, height: WHOLE };
        let corner = MarkArea { left: 9_800, top: 9_800, width: 200, height: 200 };
        let point = |x, y| MarkPoint { x, y };
        let marks = [
            PhotoMark::Blur { area: full },
            PhotoMark::Blur { area: corner },
            PhotoMark::Circle { area: full },
            PhotoMark::Circle { area: corner },
            PhotoMark::Arrow { from: point(0, 0), to: point(WHOLE, WHOLE) },
            PhotoMark::Arrow { from: point(WHOLE, 0), to: point(WHOLE, 200) },
        ];
        for (width, height) in [(1, 1), (2, 3), (320, 1), (1, 320), (64, 48)] {
            assert_eq!(burnt(checkered(width, height, 1), &marks).dimensions(), (width, height));
        }
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_marked() {
        let picture = checkered(64, 48, 5);
        assert_eq!(burnt(picture.clone(), &[]), picture);
    }
}
