//! Pictures drawn by this program: nothing in them was ever photographed, so they show no one's home.

use std::{collections::BTreeMap, io::Cursor};

use bytes::Bytes;
use image::{DynamicImage, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType};

use super::ids::Dice;
use crate::clock::sha256_hex;

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Picture {
    MouldCorner,
    MouldWindow,
    CrackedPlaster,
    BlockedExit,
    AlarmBracket,
    WaterStain,
    BurntOutlet,
    Droppings,
    OverflowingBins,
    FloodedFloor,
}

impl Picture {
    pub const ALL: [Self; 10] = [
        Self::MouldCorner,
        Self::MouldWindow,
        Self::CrackedPlaster,
        Self::BlockedExit,
        Self::AlarmBracket,
        Self::WaterStain,
        Self::BurntOutlet,
        Self::Droppings,
        Self::OverflowingBins,
        Self::FloodedFloor,
    ];
}

/// A drawn picture, as a phone would send it.
#[derive(Clone, Debug)]
pub struct Shot {
    pub sha256: String,
    pub bytes: Bytes,
}

pub type Album = BTreeMap<Picture, Shot>;

/// Drawn small, then enlarged: the blur looks like a phone in a dark room, and drawing stays cheap.
const CANVAS_WIDTH: u32 = 320;
const CANVAS_HEIGHT: u32 = 240;
/// Unoptimised, the encoder takes most of the loading time: a development build makes smaller files.
const SCALE: u32 = if cfg!(debug_assertions) { 2 } else { 4 };
/// Size of the files: 1,280 by 960 in a release build.
pub const WIDTH_PX: u32 = CANVAS_WIDTH * SCALE;
pub const HEIGHT_PX: u32 = CANVAS_HEIGHT * SCALE;
const QUALITY: u8 = 78;

/// Draws every picture, on the threads for slow work.
pub async fn draw_all() -> anyhow::Result<Album> {
    let tasks = Picture::ALL.map(|picture| (picture, tokio::task::spawn_blocking(move || draw(picture))));
    let mut album = Album::new();
    for (picture, task) in tasks {
        album.insert(picture, task.await??);
    }
    Ok(album)
}

fn draw(picture: Picture) -> anyhow::Result<Shot> {
    let mut canvas = Canvas::new(picture);
    match picture {
        Picture::MouldCorner => mould_corner(&mut canvas),
        Picture::MouldWindow => mould_window(&mut canvas),
        Picture::CrackedPlaster => cracked_plaster(&mut canvas),
        Picture::BlockedExit => blocked_exit(&mut canvas),
        Picture::AlarmBracket => alarm_bracket(&mut canvas),
        Picture::WaterStain => water_stain(&mut canvas),
        Picture::BurntOutlet => burnt_outlet(&mut canvas),
        Picture::Droppings => droppings(&mut canvas),
        Picture::OverflowingBins => overflowing_bins(&mut canvas),
        Picture::FloodedFloor => flooded_floor(&mut canvas),
    }
    let large = DynamicImage::ImageRgb8(canvas.develop()).resize_exact(WIDTH_PX, HEIGHT_PX, FilterType::Triangle);
    let mut bytes = Cursor::new(Vec::new());
    large.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
    let bytes = Bytes::from(bytes.into_inner());
    Ok(Shot { sha256: sha256_hex(&bytes), bytes })
}

type Colour = [f32; 3];

const WALL: Colour = [214.0, 206.0, 190.0];
const DARK: Colour = [38.0, 40.0, 36.0];

/// A small picture being drawn; coordinates are pixels of the canvas from its upper left corner.
struct Canvas {
    pixels: Vec<Colour>,
    dice: Dice,
    noise: Noise,
}

impl Canvas {
    fn new(picture: Picture) -> Self {
        let mut dice = Dice::new(0x51AB + picture as u64);
        let noise = Noise::new(&mut dice);
        Self { pixels: vec![WALL; (CANVAS_WIDTH * CANVAS_HEIGHT) as usize], dice, noise }
    }

    /// Repaints every pixel of a rectangle from where it is and what it was.
    fn paint(&mut self, area: [f32; 4], shade: impl Fn(&Noise, f32, f32, Colour) -> Colour) {
        let [left, top, right, bottom] = area;
        for y in pixel(top, CANVAS_HEIGHT)..pixel(bottom, CANVAS_HEIGHT) {
            for x in pixel(left, CANVAS_WIDTH)..pixel(right, CANVAS_WIDTH) {
                let Some(colour) = self.pixels.get_mut((y * CANVAS_WIDTH + x) as usize) else { continue };
                *colour = shade(&self.noise, coordinate(x), coordinate(y), *colour);
            }
        }
    }

    fn rectangle(&mut self, area: [f32; 4], colour: Colour) {
        self.paint(area, |_, _, _, _| colour);
    }

    fn disc(&mut self, centre: [f32; 2], radius: f32, colour: Colour) {
        let area = [centre[0] - radius - 1.0, centre[1] - radius - 1.0, centre[0] + radius + 1.0, centre[1] + radius + 1.0];
        self.paint(area, |_, x, y, under| mix(under, colour, (radius - distance([x, y], centre) + 0.5).clamp(0.0, 1.0)));
    }

    /// A line that wanders a little, as cracks do.
    fn crack(&mut self, from: [f32; 2], towards: [f32; 2], steps: u16, width: f32) {
        let mut at = from;
        for _ in 0..steps {
            self.disc(at, width, [84.0, 76.0, 66.0]);
            at = [at[0] + towards[0] + self.chance(-1.2, 1.2), at[1] + towards[1] + self.chance(-1.2, 1.2)];
        }
    }

    /// Dark blotches, denser near `centre`.
    fn blotches(&mut self, centre: [f32; 2], reach: f32, colour: Colour) {
        self.paint([0.0, 0.0, coordinate(CANVAS_WIDTH), coordinate(CANVAS_HEIGHT)], |noise, x, y, under| {
            let near = 1.0 - distance([x, y], centre) / reach;
            let dense = near + noise.at(x / 26.0, y / 26.0) - 0.5 + 0.6 * (noise.at(x / 5.0, y / 5.0) - 0.5);
            mix(under, colour, ((dense - 0.25) * 1.8).clamp(0.0, 0.86))
        });
    }

    #[expect(clippy::cast_possible_truncation, reason = "a pixel's position needs no more than an f32")]
    fn chance(&mut self, low: f32, high: f32) -> f32 {
        self.dice.between(f64::from(low), f64::from(high)) as f32
    }

    /// Uneven light, grain and the darker corners of a small lens.
    fn develop(mut self) -> RgbImage {
        let middle = [coordinate(CANVAS_WIDTH) / 2.0, coordinate(CANVAS_HEIGHT) / 2.0];
        self.paint([0.0, 0.0, coordinate(CANVAS_WIDTH), coordinate(CANVAS_HEIGHT)], |noise, x, y, under| {
            let light = 1.04 - 0.32 * (distance([x, y], middle) / 200.0).powi(2) + 0.10 * (noise.at(x / 70.0, y / 70.0) - 0.5);
            let grain = 14.0 * (noise.speck(x, y) - 0.5);
            under.map(|channel| channel * light + grain)
        });
        RgbImage::from_fn(CANVAS_WIDTH, CANVAS_HEIGHT, |x, y| {
            let colour = self.pixels.get((y * CANVAS_WIDTH + x) as usize).copied().unwrap_or(WALL);
            Rgb(colour.map(byte))
        })
    }
}

/// Value noise: a fixed table of random heights, smoothly joined.
struct Noise {
    heights: Vec<f32>,
}

const NOISE_EDGE: i32 = 64;

impl Noise {
    #[expect(clippy::cast_possible_truncation, reason = "heights are shares of 1")]
    fn new(dice: &mut Dice) -> Self {
        Self { heights: (0..NOISE_EDGE * NOISE_EDGE).map(|_| dice.share() as f32).collect() }
    }

    fn height(&self, x: i32, y: i32) -> f32 {
        let index = y.rem_euclid(NOISE_EDGE) * NOISE_EDGE + x.rem_euclid(NOISE_EDGE);
        usize::try_from(index).ok().and_then(|index| self.heights.get(index)).copied().unwrap_or(0.5)
    }

    /// 0..1, smooth.
    #[expect(clippy::cast_possible_truncation, reason = "the whole part of a canvas position is small")]
    fn at(&self, x: f32, y: f32) -> f32 {
        let (column, row) = (x.floor() as i32, y.floor() as i32);
        let (aside, down) = (smooth(x - x.floor()), smooth(y - y.floor()));
        let upper = self.height(column, row) * (1.0 - aside) + self.height(column + 1, row) * aside;
        let lower = self.height(column, row + 1) * (1.0 - aside) + self.height(column + 1, row + 1) * aside;
        upper * (1.0 - down) + lower * down
    }

    /// 0..1, another one at every pixel.
    #[expect(clippy::cast_possible_truncation, reason = "canvas positions are small whole numbers")]
    fn speck(&self, x: f32, y: f32) -> f32 {
        self.height(x as i32 * 7 + y as i32 * 3, y as i32 * 5 - x as i32)
    }
}

fn smooth(share: f32) -> f32 {
    share * share * (3.0 - 2.0 * share)
}

fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn mix(under: Colour, over: Colour, share: f32) -> Colour {
    [0, 1, 2].map(|channel| under[channel] * (1.0 - share) + over[channel] * share)
}

#[expect(clippy::cast_precision_loss, reason = "a canvas has a few hundred pixels")]
fn coordinate(pixel: u32) -> f32 {
    pixel as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the canvas just before")]
fn pixel(coordinate_: f32, limit: u32) -> u32 {
    coordinate_.clamp(0.0, coordinate(limit)) as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte just before")]
fn byte(channel: f32) -> u8 {
    channel.clamp(0.0, 255.0) as u8
}

fn skirting(canvas: &mut Canvas) {
    canvas.rectangle([0.0, 196.0, 320.0, 212.0], [232.0, 228.0, 218.0]);
    canvas.paint([0.0, 212.0, 320.0, 240.0], |noise, x, y, _| mix([142.0, 104.0, 68.0], [108.0, 76.0, 48.0], noise.at(x / 30.0, y / 3.0)));
}

fn mould_corner(canvas: &mut Canvas) {
    canvas.paint([230.0, 0.0, 320.0, 240.0], |_, _, _, under| under.map(|channel| channel * 0.86));
    skirting(canvas);
    canvas.blotches([226.0, 178.0], 128.0, [44.0, 50.0, 40.0]);
}

fn mould_window(canvas: &mut Canvas) {
    canvas.rectangle([70.0, 18.0, 250.0, 150.0], [240.0, 238.0, 232.0]);
    canvas.paint([80.0, 28.0, 240.0, 140.0], |noise, x, y, _| mix([150.0, 176.0, 196.0], [206.0, 220.0, 228.0], noise.at(x / 60.0, y / 40.0)));
    canvas.rectangle([157.0, 28.0, 163.0, 140.0], [236.0, 234.0, 228.0]);
    canvas.rectangle([60.0, 150.0, 260.0, 162.0], [228.0, 222.0, 208.0]);
    canvas.blotches([160.0, 168.0], 92.0, [52.0, 56.0, 44.0]);
}

fn cracked_plaster(canvas: &mut Canvas) {
    canvas.paint([110.0, 60.0, 230.0, 170.0], |noise, x, y, under| {
        let hole = 1.0 - distance([x, y], [170.0, 114.0]) / 52.0 + 0.7 * (noise.at(x / 14.0, y / 14.0) - 0.5);
        mix(under, if hole > 0.22 { [96.0, 74.0, 54.0] } else { [176.0, 160.0, 140.0] }, (hole * 5.0).clamp(0.0, 1.0))
    });
    canvas.crack([150.0, 78.0], [-1.4, -1.3], 60, 0.9);
    canvas.crack([204.0, 132.0], [1.8, 1.1], 56, 1.0);
    canvas.crack([176.0, 150.0], [0.3, 1.6], 44, 0.8);
    canvas.crack([200.0, 90.0], [1.5, -1.0], 48, 0.6);
    skirting(canvas);
}

fn blocked_exit(canvas: &mut Canvas) {
    canvas.rectangle([104.0, 10.0, 216.0, 214.0], [120.0, 116.0, 108.0]);
    canvas.rectangle([110.0, 16.0, 210.0, 214.0], [150.0, 62.0, 52.0]);
    canvas.rectangle([116.0, 112.0, 204.0, 118.0], [190.0, 190.0, 186.0]);
    skirting(canvas);
    for (column, row, size) in
        [(58.0, 158.0, 60.0), (112.0, 150.0, 70.0), (178.0, 160.0, 58.0), (90.0, 100.0, 58.0), (146.0, 92.0, 62.0), (214.0, 184.0, 40.0), (126.0, 52.0, 46.0)]
    {
        let tint = canvas.chance(0.86, 1.08);
        canvas.paint([column, row, column + size, row + size * 0.92], |noise, x, y, _| {
            mix([186.0, 146.0, 98.0], [164.0, 124.0, 80.0], noise.at(x / 22.0, y / 22.0)).map(|channel| channel * tint)
        });
        canvas.rectangle([column, row, column + size, row + 2.0], [120.0, 90.0, 58.0]);
        canvas.rectangle([column + size * 0.46, row, column + size * 0.54, row + size * 0.92], [206.0, 178.0, 132.0]);
        canvas.rectangle([column + size - 2.0, row, column + size, row + size * 0.92], [112.0, 84.0, 54.0]);
    }
}

fn alarm_bracket(canvas: &mut Canvas) {
    canvas.paint([0.0, 0.0, 320.0, 240.0], |noise, x, y, _| mix([226.0, 224.0, 218.0], [206.0, 203.0, 196.0], noise.at(x / 8.0, y / 8.0)));
    canvas.disc([164.0, 124.0], 66.0, [178.0, 172.0, 158.0]);
    canvas.disc([160.0, 120.0], 62.0, [238.0, 236.0, 228.0]);
    canvas.disc([160.0, 120.0], 50.0, [196.0, 192.0, 182.0]);
    canvas.disc([160.0, 120.0], 44.0, [230.0, 227.0, 218.0]);
    canvas.disc([160.0, 120.0], 12.0, DARK);
    for centre in [[126.0, 120.0], [194.0, 120.0]] {
        canvas.disc(centre, 6.0, [96.0, 94.0, 90.0]);
    }
    canvas.crack([162.0, 122.0], [0.7, 1.5], 26, 1.4);
    canvas.crack([158.0, 122.0], [-0.6, 1.4], 22, 1.4);
}

fn water_stain(canvas: &mut Canvas) {
    for (centre, reach) in [([136.0, 92.0], 84.0), ([214.0, 136.0], 58.0)] {
        canvas.paint([0.0, 0.0, 320.0, 240.0], move |noise, x, y, under| {
            let within = 1.0 - distance([x, y], centre) / reach + 0.5 * (noise.at(x / 30.0, y / 30.0) - 0.5);
            // The edge of a dried stain is its darkest part.
            let edge = (1.0 - (within.abs() * 14.0)).clamp(0.0, 1.0) * 0.6;
            mix(under, [150.0, 112.0, 62.0], if within > 0.0 { 0.26 + edge } else { edge })
        });
    }
    canvas.crack([96.0, 70.0], [2.6, 0.6], 50, 0.7);
}

fn burnt_outlet(canvas: &mut Canvas) {
    canvas.rectangle([116.0, 60.0, 204.0, 188.0], [166.0, 158.0, 144.0]);
    canvas.rectangle([114.0, 57.0, 202.0, 185.0], [236.0, 232.0, 222.0]);
    for top in [74.0, 130.0] {
        canvas.rectangle([132.0, top, 184.0, top + 42.0], [220.0, 215.0, 203.0]);
        canvas.rectangle([144.0, top + 9.0, 149.0, top + 25.0], DARK);
        canvas.rectangle([166.0, top + 9.0, 171.0, top + 23.0], DARK);
        canvas.disc([158.0, top + 33.0], 4.0, DARK);
    }
    canvas.blotches([160.0, 92.0], 62.0, [34.0, 26.0, 20.0]);
}

fn droppings(canvas: &mut Canvas) {
    skirting(canvas);
    canvas.rectangle([0.0, 0.0, 46.0, 200.0], [126.0, 98.0, 70.0]);
    canvas.blotches([70.0, 232.0], 70.0, [74.0, 58.0, 44.0]);
    for _ in 0..90 {
        let (x, y) = (canvas.chance(20.0, 300.0), canvas.chance(204.0, 238.0));
        let size = canvas.chance(0.8, 2.0);
        canvas.disc([x, y], size, [46.0, 34.0, 24.0]);
        canvas.disc([x + size, y], size * 0.7, [46.0, 34.0, 24.0]);
    }
}

fn overflowing_bins(canvas: &mut Canvas) {
    canvas.paint([0.0, 0.0, 320.0, 240.0], |noise, x, y, _| mix([158.0, 154.0, 146.0], [138.0, 134.0, 126.0], noise.at(x / 16.0, y / 9.0)));
    for left in [44.0, 176.0] {
        canvas.rectangle([left, 104.0, left + 100.0, 226.0], [52.0, 84.0, 66.0]);
        canvas.rectangle([left - 4.0, 98.0, left + 104.0, 110.0], [40.0, 66.0, 52.0]);
    }
    for _ in 0..26 {
        let (x, y) = (canvas.chance(40.0, 282.0), canvas.chance(62.0, 112.0));
        let (radius, tint) = (canvas.chance(10.0, 24.0), canvas.chance(24.0, 92.0));
        canvas.disc([x, y], radius, [tint, tint, tint + 8.0]);
        canvas.disc([x - radius * 0.3, y - radius * 0.4], radius * 0.24, [tint + 46.0, tint + 46.0, tint + 52.0]);
    }
    canvas.blotches([160.0, 236.0], 70.0, [70.0, 62.0, 48.0]);
}

fn flooded_floor(canvas: &mut Canvas) {
    canvas.rectangle([0.0, 92.0, 320.0, 104.0], [230.0, 226.0, 216.0]);
    canvas.paint([0.0, 104.0, 320.0, 240.0], |noise, x, y, _| {
        let tile = if ((x / 40.0).floor() + (y / 24.0).floor()) % 2.0 == 0.0 { [176.0, 168.0, 152.0] } else { [150.0, 142.0, 128.0] };
        let pool = 1.0 - distance([x, (y - 180.0) * 1.8], [150.0, 0.0]) / 150.0 + 0.5 * (noise.at(x / 34.0, y / 16.0) - 0.5);
        let water = mix([92.0, 84.0, 62.0], [150.0, 150.0, 140.0], noise.at(x / 20.0, y / 3.0));
        mix(tile, water, (pool * 6.0).clamp(0.0, 0.82))
    });
}
