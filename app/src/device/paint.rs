//! A photo with its marks on a canvas of the phone, in the shapes that the server burns into its copies.

use casework::photo_mark::{MarkShape, MarkTool, PhotoMark, PointPx, stroke_px};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

const INK: &str = "#d6143c";
const EDGE: &str = "#ffffff";
/// How many times finer than its averages a blurred part is first drawn.
const TIMES_MAX: f64 = 256.0;

/// A canvas that is not on the page.
pub fn canvas() -> Option<HtmlCanvasElement> {
    web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()
}

/// Whole pixels, 1 or more.
pub fn resize(canvas: &HtmlCanvasElement, width: f64, height: f64) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the longest edge of a photo")]
    let pixels = |edge: f64| edge.round().max(1.0) as u32;
    canvas.set_width(pixels(width));
    canvas.set_height(pixels(height));
}

/// Draws a picture over a whole canvas, then its marks; blurs first, whatever the order they were drawn in. What a blur hides is not on the canvas.
///
/// # Errors
/// When the browser gives no context or does not draw: what is on the canvas must not be shown.
pub fn show(canvas: &HtmlCanvasElement, picture: &ImageBitmap, marks: &[PhotoMark]) -> Result<(), JsValue> {
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let context = context(canvas)?;
    context.draw_image_with_image_bitmap_and_dw_and_dh(picture, 0.0, 0.0, width, height)?;
    let stroke = stroke_px(width, height);
    context.set_line_cap("round");
    let (blurs, lines): (Vec<PhotoMark>, Vec<PhotoMark>) = marks.iter().partition(|mark| mark.tool() == MarkTool::Blur);
    for mark in blurs.into_iter().chain(lines) {
        match mark.shape(width, height) {
            MarkShape::Blur { left, top, width: across, height: down, columns, rows } => {
                let scale = (f64::from(picture.width()) / width, f64::from(picture.height()) / height);
                let few = averages(picture, [left * scale.0, top * scale.1, across * scale.0, down * scale.1], columns, rows)?;
                // Soft edges of the few would let what is under them through.
                context.clear_rect(left, top, across, down);
                context.draw_image_with_html_canvas_element_and_dw_and_dh(&few, left, top, across, down)?;
            }
            MarkShape::Ellipse { centre, radii } => {
                for (colour, width) in [(EDGE, stroke * 5.0 / 3.0), (INK, stroke)] {
                    context.begin_path();
                    context.ellipse(centre.0, centre.1, radii.0, radii.1, 0.0, 0.0, std::f64::consts::TAU)?;
                    stroke_with(&context, colour, width);
                }
            }
            MarkShape::Arrow { from, neck, head: [tip, left, right] } => {
                for (colour, shaft, around) in [(EDGE, stroke * 5.0 / 3.0, stroke * 2.0 / 3.0), (INK, stroke, 0.0)] {
                    path(&context, &[from, neck]);
                    stroke_with(&context, colour, shaft);
                    path(&context, &[tip, left, right, tip]);
                    context.set_fill_style_str(colour);
                    context.fill();
                    if around > 0.0 {
                        stroke_with(&context, colour, around);
                    }
                }
            }
        }
    }
    Ok(())
}

/// A canvas of the averages of a part of a picture. Halved again and again: browsers that make a picture much smaller at once keep some of its pixels and
/// forget the others.
fn averages(picture: &ImageBitmap, [left, top, across, down]: [f64; 4], columns: f64, rows: f64) -> Result<HtmlCanvasElement, JsValue> {
    let mut times = 1.0;
    while times < TIMES_MAX && (columns * times * 2.0 < across || rows * times * 2.0 < down) {
        times *= 2.0;
    }
    let halved = self::canvas().ok_or(JsValue::NULL)?;
    resize(&halved, columns * times, rows * times);
    let (mut width, mut height) = (columns * times, rows * times);
    let context = self::context(&halved)?;
    context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(picture, left, top, across, down, 0.0, 0.0, width, height)?;
    while width > columns {
        let half = (width / 2.0, height / 2.0);
        context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(&halved, 0.0, 0.0, width, height, 0.0, 0.0, half.0, half.1)?;
        (width, height) = half;
    }
    // Alone on its canvas: nothing beside it is mixed in when it is drawn large.
    let few = self::canvas().ok_or(JsValue::NULL)?;
    resize(&few, columns, rows);
    self::context(&few)?
        .draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(&halved, 0.0, 0.0, columns, rows, 0.0, 0.0, columns, rows)?;
    // Frees the pixels at once: phones limit the total of all canvases.
    halved.set_width(0);
    Ok(few)
}

/// Frames the mark that a person is moving.
pub fn frame(canvas: &HtmlCanvasElement, mark: PhotoMark) {
    let Ok(context) = context(canvas) else { return };
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let (area, whole) = (mark.area(), f64::from(casework::photo_mark::EDGE));
    let gap = stroke_px(width, height) * 1.5;
    let (left, top) = (f64::from(area.left) / whole * width - gap, f64::from(area.top) / whole * height - gap);
    let (across, down) = (f64::from(area.width) / whole * width + 2.0 * gap, f64::from(area.height) / whole * height + 2.0 * gap);
    for (colour, width) in [("#000000", 4.0), (EDGE, 2.0)] {
        context.set_stroke_style_str(colour);
        context.set_line_width(width);
        context.stroke_rect(left, top, across, down);
    }
}

fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    canvas.get_context("2d")?.and_then(|context| context.dyn_into().ok()).ok_or(JsValue::NULL)
}

fn path(context: &CanvasRenderingContext2d, points: &[PointPx]) {
    context.begin_path();
    for point in points {
        // The first of a path is where it begins.
        context.line_to(point.0, point.1);
    }
}

fn stroke_with(context: &CanvasRenderingContext2d, colour: &str, width: f64) {
    context.set_stroke_style_str(colour);
    context.set_line_width(width);
    context.stroke();
}
