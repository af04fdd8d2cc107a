//! What a person draws over a photo: an arrow, a circle, a blur that hides a face or a document. The bytes of the photo never change: marks travel beside
//! it, and whoever may look at the photo sees it with its marks burnt in. One geometry for the phone's screen and for the server's copies.

use serde::{Deserialize, Serialize};

/// A whole edge of the upright picture: coordinates are ten-thousandths of its width (`x`) or height (`y`).
pub const EDGE: u16 = 10_000;
/// Marks of one photo.
pub const MARKS_MAX: usize = 20;
/// Least width and height of a circle or a blur, and least reach of an arrow one way or the other: below, a finger meant nothing.
pub const SPAN_MIN: u16 = 200;

/// A blurred area keeps at most this many averages along its longer side: of a face, that is a colour of skin.
const BLUR_CELLS_MAX: f64 = 6.0;
/// And none finer than this share of the picture's longer edge, however small the area.
const BLUR_CELL_SHARE: f64 = 1.0 / 64.0;
/// How far past its edge a blur reaches, of the picture's longer edge: pixels there were mixed with those inside when the picture was made smaller.
const BLUR_MARGIN_SHARE: f64 = 1.0 / 400.0;

/// A point of the picture, from its top left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkPoint {
    /// 0 to 10,000.
    pub x: u16,
    /// 0 to 10,000.
    pub y: u16,
}

/// An upright rectangle of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MarkArea {
    pub left: u16,
    pub top: u16,
    /// 200 to 10,000.
    pub width: u16,
    /// 200 to 10,000.
    pub height: u16,
}

/// One mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum PhotoMark {
    /// Points at something with its tip, `to`.
    Arrow { from: MarkPoint, to: MarkPoint },
    /// An ellipse that fills the area.
    Circle { area: MarkArea },
    /// Hides the area for good.
    Blur { area: MarkArea },
}

/// What a mark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkTool {
    Arrow,
    Circle,
    Blur,
}

impl MarkTool {
    pub const ALL: [Self; 3] = [Self::Arrow, Self::Circle, Self::Blur];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Arrow => "arrow",
            Self::Circle => "circle",
            Self::Blur => "blur",
        }
    }
}

/// Why a list of marks is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkError {
    #[error("more than {MARKS_MAX} marks")]
    TooMany,
    #[error("mark {0} leaves the picture")]
    OutOfPicture(usize),
    #[error("mark {0} is too small")]
    TooSmall(usize),
}

/// Checks the marks of one photo, numbered from 1.
///
/// # Errors
/// [`MarkError`], for the first mark that cannot be taken.
pub fn check(marks: &[PhotoMark]) -> Result<(), MarkError> {
    if marks.len() > MARKS_MAX {
        return Err(MarkError::TooMany);
    }
    for (number, mark) in (1..).zip(marks) {
        if !mark.is_within() {
            return Err(MarkError::OutOfPicture(number));
        }
        if !mark.is_large_enough() {
            return Err(MarkError::TooSmall(number));
        }
    }
    Ok(())
}

impl MarkArea {
    fn is_within(self) -> bool {
        u32::from(self.left) + u32::from(self.width) <= u32::from(EDGE) && u32::from(self.top) + u32::from(self.height) <= u32::from(EDGE)
    }

    fn between(from: MarkPoint, to: MarkPoint) -> Self {
        Self { left: from.x.min(to.x), top: from.y.min(to.y), width: from.x.abs_diff(to.x), height: from.y.abs_diff(to.y) }
    }

    fn moved(self, dx: i32, dy: i32) -> Self {
        Self { left: shifted(self.left, dx, EDGE.saturating_sub(self.width)), top: shifted(self.top, dy, EDGE.saturating_sub(self.height)), ..self }
    }

    fn resized(self, dx: i32, dy: i32) -> Self {
        let width = shifted(self.width, dx, EDGE.saturating_sub(self.left)).max(SPAN_MIN);
        let height = shifted(self.height, dy, EDGE.saturating_sub(self.top)).max(SPAN_MIN);
        // Grown back to the least size at the far edge, it would leave the picture.
        Self { left: self.left.min(EDGE - width), top: self.top.min(EDGE - height), width, height }
    }
}

/// `value` moved by `by`, between nothing and `most`.
fn shifted(value: u16, by: i32, most: u16) -> u16 {
    u16::try_from(i32::from(value).saturating_add(by).clamp(0, i32::from(most))).unwrap_or(most)
}

impl PhotoMark {
    pub const fn tool(self) -> MarkTool {
        match self {
            Self::Arrow { .. } => MarkTool::Arrow,
            Self::Circle { .. } => MarkTool::Circle,
            Self::Blur { .. } => MarkTool::Blur,
        }
    }

    fn with_area(tool: MarkTool, area: MarkArea) -> Self {
        let corner = |x: u16, y: u16| MarkPoint { x: area.left + x, y: area.top + y };
        match tool {
            MarkTool::Arrow => Self::Arrow { from: corner(0, area.height), to: corner(area.width, 0) },
            MarkTool::Circle => Self::Circle { area },
            MarkTool::Blur => Self::Blur { area },
        }
    }

    /// What a finger that went from one point to another drew; `None` when it hardly moved.
    pub fn drawn(tool: MarkTool, from: MarkPoint, to: MarkPoint) -> Option<Self> {
        let mark = match tool {
            MarkTool::Arrow => Self::Arrow { from, to },
            MarkTool::Circle | MarkTool::Blur => Self::with_area(tool, MarkArea::between(from, to)),
        };
        (mark.is_within() && mark.is_large_enough()).then_some(mark)
    }

    /// A mark in the middle of the picture, to be moved from there.
    pub fn in_the_middle(tool: MarkTool) -> Self {
        Self::with_area(tool, MarkArea { left: 3_750, top: 3_750, width: 2_500, height: 2_500 })
    }

    /// The least area that holds it.
    pub fn area(self) -> MarkArea {
        match self {
            Self::Arrow { from, to } => MarkArea::between(from, to),
            Self::Circle { area } | Self::Blur { area } => area,
        }
    }

    /// Moved by so many ten-thousandths, as far as the picture goes.
    #[must_use]
    pub fn moved(self, dx: i32, dy: i32) -> Self {
        let before = self.area();
        let after = before.moved(dx, dy);
        let follow = |point: MarkPoint| MarkPoint { x: point.x - before.left + after.left, y: point.y - before.top + after.top };
        match self {
            Self::Arrow { from, to } => Self::Arrow { from: follow(from), to: follow(to) },
            Self::Circle { .. } => Self::Circle { area: after },
            Self::Blur { .. } => Self::Blur { area: after },
        }
    }

    /// Made larger or smaller from its top left corner; of an arrow, the tip goes elsewhere. Never too small to be taken.
    #[must_use]
    pub fn resized(self, dx: i32, dy: i32) -> Self {
        match self {
            Self::Arrow { from, to } => {
                let resized = Self::Arrow { from, to: MarkPoint { x: shifted(to.x, dx, EDGE), y: shifted(to.y, dy, EDGE) } };
                if resized.is_large_enough() { resized } else { self }
            }
            Self::Circle { area } => Self::Circle { area: area.resized(dx, dy) },
            Self::Blur { area } => Self::Blur { area: area.resized(dx, dy) },
        }
    }

    fn is_within(self) -> bool {
        match self {
            Self::Arrow { from, to } => [from, to].iter().all(|point| point.x <= EDGE && point.y <= EDGE),
            Self::Circle { area } | Self::Blur { area } => area.is_within(),
        }
    }

    fn is_large_enough(self) -> bool {
        let MarkArea { width, height, .. } = self.area();
        match self {
            Self::Arrow { .. } => width.max(height) >= SPAN_MIN,
            Self::Circle { .. } | Self::Blur { .. } => width.min(height) >= SPAN_MIN,
        }
    }

    /// The mark in the pixels of an upright picture of this size.
    pub fn shape(self, width_px: f64, height_px: f64) -> MarkShape {
        let (x, y) = (|part: u16| f64::from(part) / f64::from(EDGE) * width_px, |part: u16| f64::from(part) / f64::from(EDGE) * height_px);
        match self {
            Self::Arrow { from, to } => arrow((x(from.x), y(from.y)), (x(to.x), y(to.y)), stroke_px(width_px, height_px)),
            Self::Circle { area } => {
                let radii = (x(area.width) / 2.0, y(area.height) / 2.0);
                MarkShape::Ellipse { centre: (x(area.left) + radii.0, y(area.top) + radii.1), radii }
            }
            Self::Blur { area } => {
                let margin = (width_px.max(height_px) * BLUR_MARGIN_SHARE).max(2.0);
                let (left, top) = ((x(area.left) - margin).floor().max(0.0), (y(area.top) - margin).floor().max(0.0));
                let width = (x(area.left + area.width) + margin).ceil().min(width_px) - left;
                let height = (y(area.top + area.height) + margin).ceil().min(height_px) - top;
                let cell = (width.max(height) / BLUR_CELLS_MAX).max(width_px.max(height_px) * BLUR_CELL_SHARE);
                MarkShape::Blur { left, top, width, height, columns: (width / cell).round().max(1.0), rows: (height / cell).round().max(1.0) }
            }
        }
    }
}

/// A point in pixels.
pub type PointPx = (f64, f64);

/// A mark in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MarkShape {
    /// A line, and the three corners of its head, the tip first.
    Arrow {
        from: PointPx,
        neck: PointPx,
        head: [PointPx; 3],
    },
    Ellipse {
        centre: PointPx,
        radii: PointPx,
    },
    /// A rectangle of whole pixels, told by this many averages across and down: whole numbers, 1 or more.
    Blur {
        left: f64,
        top: f64,
        width: f64,
        height: f64,
        columns: f64,
        rows: f64,
    },
}

/// Width of the lines of marks on a picture of this size; a pale edge of a third of it goes around them.
pub fn stroke_px(width_px: f64, height_px: f64) -> f64 {
    (width_px.max(height_px) / 110.0).max(2.0)
}

fn arrow(from: PointPx, to: PointPx, stroke: f64) -> MarkShape {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy).max(f64::EPSILON);
    let (along, across) = ((dx / length, dy / length), (-dy / length, dx / length));
    let head = (5.0 * stroke).min(length);
    let neck = (to.0 - along.0 * head, to.1 - along.1 * head);
    let corner = |side: f64| (neck.0 + across.0 * side * head * 0.5, neck.1 + across.1 * side * head * 0.5);
    MarkShape::Arrow { from, neck, head: [to, corner(1.0), corner(-1.0)] }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(left: u16, top: u16, width: u16, height: u16) -> MarkArea {
        MarkArea { left, top, width, height }
    }

    fn arrow(from: (u16, u16), to: (u16, u16)) -> PhotoMark {
        PhotoMark::Arrow { from: MarkPoint { x: from.0, y: from.1 }, to: MarkPoint { x: to.0, y: to.1 } }
    }

    fn blur(left: u16, top: u16, width: u16, height: u16) -> PhotoMark {
        PhotoMark::Blur { area: area(left, top, width, height) }
    }

    fn circle(left: u16, top: u16, width: u16, height: u16) -> PhotoMark {
        PhotoMark::Circle { area: area(left, top, width, height) }
    }

    #[test]
    fn marks_are_taken_within_the_picture_and_large_enough() {
        let one = |mark| check(&[mark]);
        for taken in [
            blur(0, 0, EDGE, EDGE),
            blur(9_800, 9_800, 200, 200),
            circle(0, 0, 200, 200),
            arrow((0, 0), (EDGE, EDGE)),
            arrow((5_000, 5_000), (5_200, 5_000)),
            arrow((5_000, 5_000), (5_000, 4_800)),
        ] {
            assert_eq!(one(taken), Ok(()), "{taken:?}");
        }
        for outside in [
            blur(1, 0, EDGE, EDGE),
            blur(0, 9_801, 200, 200),
            circle(u16::MAX, u16::MAX, u16::MAX, u16::MAX),
            arrow((0, 0), (10_001, 0)),
            arrow((0, 10_001), (0, 0)),
        ] {
            assert_eq!(one(outside), Err(MarkError::OutOfPicture(1)), "{outside:?}");
        }
        for small in [blur(0, 0, 199, 5_000), blur(0, 0, 5_000, 0), circle(0, 0, 199, 199), arrow((5_000, 5_000), (5_199, 5_199)), arrow((0, 0), (0, 0))] {
            assert_eq!(one(small), Err(MarkError::TooSmall(1)), "{small:?}");
        }
        assert_eq!(check(&[circle(0, 0, 500, 500), blur(0, 0, 100, 100)]), Err(MarkError::TooSmall(2)), "the mark is numbered");
        assert_eq!(check(&[]), Ok(()), "an empty list takes every mark away");
        assert_eq!(check(&[circle(0, 0, 500, 500); MARKS_MAX]), Ok(()));
        assert_eq!(check(&[circle(0, 0, 500, 500); MARKS_MAX + 1]), Err(MarkError::TooMany));
    }

    #[test]
    fn only_whole_numbers_of_the_picture_are_read() {
        let read = |text: &str| serde_json::from_str::<PhotoMark>(text);
        let whole = r#"{"kind":"blur","area":{"left":1,"top":2,"width":300,"height":400}}"#;
        assert_eq!(read(whole).expect("a mark"), blur(1, 2, 300, 400));
        assert_eq!(serde_json::to_string(&blur(1, 2, 300, 400)).expect("JSON"), whole);
        for bad in [
            r#"{"kind":"blur","area":{"left":0.5,"top":2,"width":300,"height":400}}"#,
            r#"{"kind":"blur","area":{"left":-1,"top":2,"width":300,"height":400}}"#,
            r#"{"kind":"blur","area":{"left":70000,"top":2,"width":300,"height":400}}"#,
            r#"{"kind":"blur","area":{"left":null,"top":2,"width":300,"height":400}}"#,
            r#"{"kind":"blur","area":{"left":1,"top":2,"width":300}}"#,
            r#"{"kind":"blur","area":{"left":1,"top":2,"width":300,"height":400},"text":"Mme Unetelle"}"#,
            r#"{"kind":"scribble","points":[]}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_finger_draws_from_any_corner_and_a_tap_draws_nothing() {
        let point = |x, y| MarkPoint { x, y };
        for (from, to) in [(point(100, 200), point(900, 1_200)), (point(900, 1_200), point(100, 200)), (point(900, 200), point(100, 1_200))] {
            assert_eq!(PhotoMark::drawn(MarkTool::Circle, from, to), Some(circle(100, 200, 800, 1_000)));
        }
        assert_eq!(PhotoMark::drawn(MarkTool::Arrow, point(900, 200), point(100, 200)), Some(arrow((900, 200), (100, 200))));
        for tool in MarkTool::ALL {
            assert_eq!(PhotoMark::drawn(tool, point(500, 500), point(560, 540)), None, "{tool:?}");
            assert_eq!(check(&[PhotoMark::in_the_middle(tool)]), Ok(()));
            assert_eq!(PhotoMark::in_the_middle(tool).tool(), tool);
        }
    }

    #[test]
    fn a_blur_keeps_few_averages_and_covers_its_area() {
        for (mark, width, height) in [
            (blur(1_000, 1_000, 2_000, 2_000), 2_048.0, 1_536.0),
            (blur(0, 0, EDGE, EDGE), 2_048.0, 1_536.0),
            (blur(9_800, 9_800, 200, 200), 2_048.0, 1_536.0),
            (blur(4_000, 0, 200, EDGE), 300.0, 8_000.0),
            (blur(0, 0, 200, 200), 3.0, 2.0),
        ] {
            let MarkShape::Blur { left, top, width: across, height: down, columns, rows } = mark.shape(width, height) else { panic!("a blur") };
            let MarkArea { left: x, top: y, width: w, height: h } = mark.area();
            let part = |part: u16, edge: f64| f64::from(part) / f64::from(EDGE) * edge;
            assert!(left <= part(x, width) && left + across >= part(x + w, width), "{mark:?}");
            assert!(top <= part(y, height) && top + down >= part(y + h, height), "{mark:?}");
            assert!(left >= 0.0 && top >= 0.0 && left + across <= width && top + down <= height, "{mark:?}");
            assert!((1.0..=BLUR_CELLS_MAX).contains(&columns) && (1.0..=BLUR_CELLS_MAX).contains(&rows), "{mark:?}: {columns} x {rows}");
        }
    }

    #[test]
    fn an_arrow_ends_at_its_tip() {
        let MarkShape::Arrow { from, neck, head } = arrow((0, 5_000), (EDGE, 5_000)).shape(1_000.0, 500.0) else { panic!("an arrow") };
        assert_eq!((from, head[0]), ((0.0, 250.0), (1_000.0, 250.0)));
        assert!(neck.0 > 900.0 && neck.0 < 1_000.0 && (head[1].1 - 250.0).abs() > 5.0);
    }

    fn any_mark() -> impl Strategy<Value = PhotoMark> {
        let span = SPAN_MIN..=EDGE;
        let boxed = (span.clone(), span)
            .prop_flat_map(|(width, height)| (0..=EDGE - width, 0..=EDGE - height).prop_map(move |(left, top)| MarkArea { left, top, width, height }));
        (boxed, 0..3_usize).prop_map(|(area, tool)| PhotoMark::with_area(MarkTool::ALL[tool], area))
    }

    proptest! {
        #[test]
        fn a_mark_moved_or_resized_is_always_taken(mark in any_mark(), steps in proptest::collection::vec((any::<bool>(), -12_000..12_000_i32, -12_000..12_000_i32), 0..12)) {
            let end = steps.into_iter().fold(mark, |mark, (resize, dx, dy)| if resize { mark.resized(dx, dy) } else { mark.moved(dx, dy) });
            prop_assert_eq!(check(&[end]), Ok(()));
            prop_assert_eq!(end.tool(), mark.tool());
        }

        #[test]
        fn moving_keeps_the_size(mark in any_mark(), dx in -12_000..12_000_i32, dy in -12_000..12_000_i32) {
            let (before, after) = (mark.area(), mark.moved(dx, dy).area());
            prop_assert_eq!((before.width, before.height), (after.width, after.height));
        }
    }
}
