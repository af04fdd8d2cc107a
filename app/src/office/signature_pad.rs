use casework::consent_proof::{INK_MIN, PAD_HEIGHT, PAD_WIDTH, POINTS_MAX, PenPoint, STROKES_MAX, ink, svg_path};
use leptos::{ev, prelude::*};

use crate::texts::{Locale, consent};

/// Units of the pad that a pen goes before the next point is kept: what is drawn stays what was drawn, in a tenth of the points.
#[cfg(feature = "browser")]
const STEP: u16 = 3;

/// Where a person signs, with a finger, a pen or a mouse. What was drawn goes with the form as points of the pad, never as a picture or as markup; who cannot
/// draw has the fields beside it.
#[component]
pub fn SignaturePad(
    /// What was drawn, stroke by stroke.
    strokes: RwSignal<Vec<Vec<PenPoint>>>,
    /// Language of the hints.
    locale: Locale,
) -> impl IntoView {
    let is_drawing = RwSignal::new(false);
    let down = move |event: ev::PointerEvent| begin(&event, strokes, is_drawing);
    let go = move |event: ev::PointerEvent| {
        if is_drawing.get_untracked() {
            follow(&event, strokes);
        }
    };
    let up = move |_: ev::PointerEvent| is_drawing.set(false);
    let is_empty = move || strokes.with(Vec::is_empty);
    let value = move || strokes.with(|strokes| if ink(strokes) < INK_MIN { String::new() } else { serde_json::to_string(strokes).unwrap_or_default() });
    let state = move || {
        strokes.with(|strokes| {
            let text = match strokes.as_slice() {
                [] => return "",
                strokes if is_full(strokes) => consent::PROOF_PAD_FULL,
                strokes if ink(strokes) < INK_MIN => consent::PROOF_PAD_SHORT,
                _ => consent::PROOF_PAD_DRAWN,
            };
            text.get(locale)
        })
    };
    view! {
        <div class="signature-pad stack stack--tight">
            <svg
                class="signature-pad__paper"
                viewBox=format!("0 0 {PAD_WIDTH} {PAD_HEIGHT}")
                role="img"
                aria-label=consent::PROOF_PAD.get(locale)
                data-testid="signature-pad"
                on:pointerdown=down
                on:pointermove=go
                on:pointerup=up
                on:pointercancel=up
            >
                <line x1="30" y1="240" x2="570" y2="240"></line>
                <text x="300" y="165" text-anchor="middle" class:signature-pad__gone=move || !is_empty()>{consent::PROOF_PAD_EMPTY.get(locale)}</text>
                <path d=move || strokes.with(|strokes| svg_path(strokes))></path>
            </svg>
            <input type="hidden" name="signature" prop:value=value />
            <div class="cluster">
                <button class="button" type="button" disabled=is_empty on:click=move |_| strokes.set(Vec::new())>
                    {consent::PROOF_PAD_CLEAR.get(locale)}
                </button>
                <span class="small" role="status">{state}</span>
            </div>
        </div>
    }
}

fn is_full(strokes: &[Vec<PenPoint>]) -> bool {
    strokes.len() >= STROKES_MAX || strokes.iter().map(Vec::len).sum::<usize>() >= POINTS_MAX
}

/// Where on the pad a pointer is.
#[cfg(feature = "browser")]
fn point(event: &ev::PointerEvent) -> Option<PenPoint> {
    use wasm_bindgen::JsCast;
    let pad = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
    let shown = pad.get_bounding_client_rect();
    let part = |at: f64, from: f64, whole: f64, units: u16| {
        let part = ((at - from) / whole.max(1.0)).clamp(0.0, 1.0) * f64::from(units);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the width of the pad")]
        let part = part.round() as u16;
        part
    };
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some([part(x, shown.left(), shown.width(), PAD_WIDTH), part(y, shown.top(), shown.height(), PAD_HEIGHT)])
}

#[cfg(feature = "browser")]
fn begin(event: &ev::PointerEvent, strokes: RwSignal<Vec<Vec<PenPoint>>>, is_drawing: RwSignal<bool>) {
    use wasm_bindgen::JsCast;
    // A second finger, a palm or the other button draws nothing.
    if !event.is_primary() || event.button() != 0 || strokes.with_untracked(|strokes| is_full(strokes)) {
        return;
    }
    let Some(at) = point(event) else { return };
    event.prevent_default();
    if let Some(pad) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
        // The pen may leave the frame and still be followed; where it cannot be captured, it is followed within.
        let _ = pad.set_pointer_capture(event.pointer_id());
    }
    is_drawing.set(true);
    strokes.update(|strokes| strokes.push(vec![at]));
}

#[cfg(feature = "browser")]
fn follow(event: &ev::PointerEvent, strokes: RwSignal<Vec<Vec<PenPoint>>>) {
    let Some(at) = point(event).filter(|_| event.is_primary()) else { return };
    let is_new = strokes.with_untracked(|strokes| {
        let last = strokes.last().and_then(|stroke| stroke.last());
        let has_room = strokes.iter().map(Vec::len).sum::<usize>() < POINTS_MAX;
        has_room && last.is_none_or(|last| last[0].abs_diff(at[0]) + last[1].abs_diff(at[1]) >= STEP)
    });
    if is_new {
        strokes.update(|strokes| {
            if let Some(stroke) = strokes.last_mut() {
                stroke.push(at);
            }
        });
    }
}

// Nobody draws on the server.
#[cfg(not(feature = "browser"))]
fn begin(_: &ev::PointerEvent, _: RwSignal<Vec<Vec<PenPoint>>>, _: RwSignal<bool>) {}

#[cfg(not(feature = "browser"))]
fn follow(_: &ev::PointerEvent, _: RwSignal<Vec<Vec<PenPoint>>>) {}
