//! Drawing over a photo: an arrow, a circle, a blur, with a finger, a mouse or keys. The photo itself never changes: what is drawn is a change of its own.

use std::sync::Arc;

use casework::{
    ids::PhotoId,
    photo_mark::{EDGE, MARKS_MAX, MarkPoint, MarkTool, PhotoMark},
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, HtmlElement, ImageBitmap};

use super::{
    book::Book,
    bottom_sheet::BottomSheet,
    context::{self, t},
};
use crate::{
    device::{camera, paint, records::PhotoRow, sent_photo, store},
    texts::{self, Locale, Text, annotate as words},
};

/// Longest edge of what is drawn on: sharp on any phone, whatever picture there is.
const CANVAS_PX: f64 = 1_280.0;
/// One step of a key, of ten thousand.
const STEP: i32 = 200;
const ADD: &str = "annotate-add";

/// Sheet of one photo.
#[component]
pub fn AnnotateSheet(
    /// Shows or hides it.
    open: RwSignal<bool>,
    /// The building.
    book: Arc<Book>,
    /// Those that it may be.
    photos: Memo<Vec<PhotoRow>>,
    /// Which one.
    photo: RwSignal<Option<PhotoId>>,
) -> impl IntoView {
    view! {
        <BottomSheet open=open title=words::TITLE testid="annotate-sheet">
            {
                let book = Arc::clone(&book);
                let known = photos.with_untracked(|photos| photos.iter().find(|row| photo.get_untracked() == Some(row.id)).cloned());
                known.map(|photo| view! { <AnnotateForm open=open book=book photo=photo /> })
            }
        </BottomSheet>
    }
}

/// What is being drawn. Kept only when the person says so.
#[derive(Clone, Copy)]
struct Drawing {
    marks: RwSignal<Vec<PhotoMark>>,
    tool: RwSignal<MarkTool>,
    /// The mark that keys and buttons move: the last drawn, unless another was chosen.
    chosen: RwSignal<usize>,
    /// From where to where a finger is.
    drag: RwSignal<Option<(MarkPoint, MarkPoint)>>,
    /// One more was wanted than a photo takes.
    full: RwSignal<bool>,
}

impl Drawing {
    fn of(marks: Vec<PhotoMark>) -> Self {
        let last = marks.len().saturating_sub(1);
        Self {
            marks: RwSignal::new(marks),
            tool: RwSignal::new(MarkTool::Arrow),
            chosen: RwSignal::new(last),
            drag: RwSignal::new(None),
            full: RwSignal::new(false),
        }
    }

    fn add(self, mark: PhotoMark) {
        let count = self.marks.with_untracked(Vec::len);
        self.full.set(count >= MARKS_MAX);
        if count < MARKS_MAX {
            self.marks.update(|marks| marks.push(mark));
            self.chosen.set(count);
        }
    }

    fn change(self, change: impl FnOnce(PhotoMark) -> PhotoMark) {
        let chosen = self.chosen.get_untracked();
        self.marks.update(|marks| {
            if let Some(mark) = marks.get_mut(chosen) {
                *mark = change(*mark);
            }
        });
    }

    fn step(self, resize: bool, dx: i32, dy: i32) {
        self.change(|mark| if resize { mark.resized(dx * STEP, dy * STEP) } else { mark.moved(dx * STEP, dy * STEP) });
    }

    fn remove(self) {
        let chosen = self.chosen.get_untracked();
        self.marks.update(|marks| {
            if chosen < marks.len() {
                marks.remove(chosen);
            }
        });
        self.full.set(false);
        self.chosen.set(self.marks.with_untracked(Vec::len).saturating_sub(1));
    }

    /// What a finger is drawing now.
    fn under_way(self) -> Option<PhotoMark> {
        let (from, to) = self.drag.get()?;
        PhotoMark::drawn(self.tool.get(), from, to)
    }

    fn key(self, event: &ev::KeyboardEvent) {
        let (dx, dy) = match event.key().as_str() {
            "ArrowLeft" => (-1, 0),
            "ArrowRight" => (1, 0),
            "ArrowUp" => (0, -1),
            "ArrowDown" => (0, 1),
            "Delete" | "Backspace" => {
                event.prevent_default();
                self.remove();
                // The button that had it may be the one that goes.
                let id = if self.marks.with_untracked(Vec::is_empty) { ADD.to_owned() } else { mark_id(self.chosen.get_untracked()) };
                return focus(&id);
            }
            _ => return,
        };
        // Else the sheet would scroll.
        event.prevent_default();
        self.step(event.shift_key(), dx, dy);
    }

    fn name(self, index: usize, locale: Locale) -> Option<String> {
        let mark = self.marks.with(|marks| marks.get(index).copied())?;
        Some(texts::fill(words::NAME.get(locale), &[("mark", words::tool(mark.tool()).get(locale)), ("number", &(index + 1).to_string())]))
    }

    /// Where the chosen mark is, for those who do not see it.
    fn place(self, locale: Locale) -> String {
        let chosen = self.chosen.get();
        let (Some(name), Some(mark)) = (self.name(chosen, locale), self.marks.with(|marks| marks.get(chosen).copied())) else { return String::new() };
        let area = mark.area();
        let percent = |part: u16| (part / (EDGE / 100)).to_string();
        texts::fill(
            words::WHERE.get(locale),
            &[("left", &percent(area.left)), ("top", &percent(area.top)), ("width", &percent(area.width)), ("height", &percent(area.height)), ("name", &name)],
        )
    }
}

/// Where on the picture a pointer is.
fn point(canvas: &HtmlCanvasElement, event: &ev::PointerEvent) -> MarkPoint {
    let shown = canvas.get_bounding_client_rect();
    let part = |at: f64, from: f64, whole: f64| {
        let part = ((at - from) / whole.max(1.0)).clamp(0.0, 1.0) * f64::from(EDGE);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and EDGE")]
        let part = part.round() as u16;
        part
    };
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    MarkPoint { x: part(x, shown.left(), shown.width()), y: part(y, shown.top(), shown.height()) }
}

/// What there is to draw on.
#[derive(Clone)]
enum Picture {
    Awaited,
    Nothing,
    Here(ImageBitmap),
}

/// The picture as this phone has it, and whether it is the small one.
async fn picture(photo: &PhotoRow) -> Option<(ImageBitmap, bool)> {
    if let Ok(Some(bytes)) = store::photo_bytes(&photo.id.to_string()).await {
        return Some((camera::bitmap(&bytes).await?, false));
    }
    let bytes = store::photo_bytes(&store::thumbnail_key(photo.id)).await.ok().flatten()?;
    Some((camera::bitmap(&bytes).await?, true))
}

#[component]
fn AnnotateForm(
    /// Closes the sheet.
    open: RwSignal<bool>,
    /// The building.
    book: Arc<Book>,
    /// The photo.
    photo: PhotoRow,
) -> impl IntoView {
    let device = context::device();
    let locale = context::locale();
    let drawing = Drawing::of(photo.marks.clone());
    let shown = RwSignal::new_local(Picture::Awaited);
    let is_small = RwSignal::new(false);
    let canvas = NodeRef::<html::Canvas>::new();
    let (id, was_marked, as_is) = (photo.id, !photo.marks.is_empty(), photo.as_is);
    spawn_local(async move {
        let found = picture(&photo).await;
        let small = found.as_ref().is_none_or(|(_, small)| *small);
        let none = found.is_none();
        // The server shows marks burnt in: they would be drawn twice, and could not be taken away.
        let asks_server = small && !was_marked;
        let _ = is_small.try_set(small && !none);
        match found {
            Some((bitmap, _)) => drop(shown.try_set(Picture::Here(bitmap))),
            // Said once the server gave none either.
            None if asks_server => {}
            None => drop(shown.try_set(Picture::Nothing)),
        }
        if !asks_server {
            return;
        }
        match sent_photo::picture(id).await {
            Some(bitmap) => {
                let _ = is_small.try_set(false);
                let _ = shown.try_set(Picture::Here(bitmap));
            }
            None if none => drop(shown.try_set(Picture::Nothing)),
            None => {}
        }
    });
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let chosen = drawing.chosen.get();
        let mut marks = drawing.marks.get();
        let framed = marks.get(chosen).copied();
        let under_way = drawing.under_way();
        marks.extend(under_way);
        shown.with(|shown| {
            let Picture::Here(bitmap) = shown else { return };
            let (width, height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
            let scale = CANVAS_PX / width.max(height).max(1.0);
            paint::resize(&canvas, width * scale, height * scale);
            // What fails leaves an empty canvas: nothing that a blur hides is ever on it.
            if paint::show(&canvas, bitmap, &marks).is_ok()
                && let (Some(mark), None) = (framed, under_way)
            {
                paint::frame(&canvas, mark);
            }
        });
    });
    let down = move |event: ev::PointerEvent| {
        let Some(canvas) = canvas.get_untracked() else { return };
        // A second finger draws nothing.
        if event.is_primary() && drawing.drag.get_untracked().is_none() {
            // The finger may leave the picture and still be followed.
            let _ = canvas.set_pointer_capture(event.pointer_id());
            let at = point(&canvas, &event);
            drawing.drag.set(Some((at, at)));
        }
    };
    let go = move |event: ev::PointerEvent| {
        let (Some(canvas), Some((from, _))) = (canvas.get_untracked(), drawing.drag.get_untracked()) else { return };
        if event.is_primary() {
            drawing.drag.set(Some((from, point(&canvas, &event))));
        }
    };
    let up = move |event: ev::PointerEvent| {
        if event.is_primary() {
            let drawn = untrack(move || drawing.under_way());
            drawing.drag.set(None);
            if let Some(mark) = drawn {
                drawing.add(mark);
            }
        }
    };
    let keep = move |_| {
        book.mark_photo(device, id, drawing.marks.get_untracked());
        open.set(false);
    };
    let is_here = move || shown.with(|shown| matches!(shown, Picture::Here(_)));
    let status = move || {
        shown.with(|shown| match shown {
            Picture::Awaited => Some(words::LOADING),
            Picture::Nothing => Some(if as_is { words::NOT_HERE } else { words::NO_PICTURE }),
            Picture::Here(_) => is_small.get().then_some(words::SMALL),
        })
    };
    let has_marks = Memo::new(move |_| drawing.marks.with(|marks| !marks.is_empty()));
    let remove = move || match drawing.name(drawing.chosen.get(), locale.get()) {
        Some(name) => texts::fill(words::REMOVE.get(locale.get()), &[("name", &name)]),
        None => words::REMOVE_NONE.get(locale.get()).to_owned(),
    };
    let described = move || texts::fill(words::PICTURE.get(locale.get()), &[("count", &drawing.marks.with(Vec::len).to_string())]);
    view! {
        <div class="annotate" data-testid="annotate" data-marks=move || drawing.marks.with(Vec::len).to_string()>
            <p class="small muted">{t(words::HINT)}</p>
            <canvas
                node_ref=canvas
                class="annotate__picture"
                class:annotate__picture--none=move || !is_here()
                role="img"
                aria-label=described
                data-testid="annotate-picture"
                data-ready=move || is_here().to_string()
                on:pointerdown=down
                on:pointermove=go
                on:pointerup=up
                on:pointercancel=move |_| drawing.drag.set(None)
            ></canvas>
            <p class="small" role="status">{move || status().map(|text| text.get(locale.get()))}</p>
            <div class="answer-row annotate__tools" role="group" aria-label=move || words::TOOLS.get(locale.get())>
                {MarkTool::ALL.map(|tool| view! { <ToolButton tool=tool drawing=drawing /> }).collect_view()}
            </div>
            <div class="annotate__pair">
                <button type="button" id=ADD class="button" data-testid="mark-add" on:click=move |_| drawing.add(PhotoMark::in_the_middle(drawing.tool.get_untracked()))>
                    {t(words::ADD)}
                </button>
                <button type="button" class="button" aria-disabled=move || (!has_marks.get()).to_string() data-testid="mark-remove" on:click=move |_| drawing.remove()>
                    {remove}
                </button>
            </div>
            <Show when=move || drawing.full.get()><p class="notice notice--warning small" role="alert">{t(words::FULL)}</p></Show>
            <Show when=move || has_marks.get()><Marks drawing=drawing /></Show>
        </div>
        <div class="bottom-sheet__actions annotate__actions">
            <button type="button" class="button" data-testid="annotate-cancel" on:click=move |_| open.set(false)>{t(words::CANCEL)}</button>
            <button type="button" class="button button--primary" data-testid="annotate-keep" disabled=move || !is_here() on:click=keep>{t(words::KEEP)}</button>
        </div>
    }
}

#[component]
fn ToolButton(
    /// What it draws.
    tool: MarkTool,
    /// What is being drawn.
    drawing: Drawing,
) -> impl IntoView {
    let sign = match tool {
        MarkTool::Arrow => "↗",
        MarkTool::Circle => "◯",
        MarkTool::Blur => "▦",
    };
    view! {
        <button
            type="button"
            class="answer answer--short"
            aria-pressed=move || (drawing.tool.get() == tool).to_string()
            data-testid=format!("tool-{}", tool.code())
            on:click=move |_| drawing.tool.set(tool)
        >
            <span aria-hidden="true">{sign}</span>
            {t(words::tool(tool))}
        </button>
    }
}

/// The marks, one of them chosen, and what moves it: keys on the list, or buttons.
#[component]
fn Marks(
    /// What is being drawn.
    drawing: Drawing,
) -> impl IntoView {
    let locale = context::locale();
    let count = Memo::new(move |_| drawing.marks.with(Vec::len));
    let mark = move |index: usize| {
        view! {
            <li>
                <button
                    type="button"
                    id=mark_id(index)
                    class="answer answer--short"
                    aria-pressed=move || (drawing.chosen.get() == index).to_string()
                    data-testid=format!("mark-{}", index + 1)
                    on:click=move |_| drawing.chosen.set(index)
                    on:focus=move |_| drawing.chosen.set(index)
                    on:keydown=move |event| drawing.key(&event)
                >
                    {move || drawing.name(index, locale.get())}
                </button>
            </li>
        }
    };
    let pad: [(&'static str, Text, &'static str, bool, i32, i32); 6] = [
        ("←", words::LEFT, "left", false, -1, 0),
        ("↑", words::UP, "up", false, 0, -1),
        ("↓", words::DOWN, "down", false, 0, 1),
        ("→", words::RIGHT, "right", false, 1, 0),
        ("−", words::SMALLER, "smaller", true, -1, -1),
        ("+", words::LARGER, "larger", true, 1, 1),
    ];
    let pad = pad.map(|(sign, text, code, resize, dx, dy)| {
        view! {
            <button
                type="button"
                class="button annotate__step"
                aria-label=move || text.get(locale.get())
                data-testid=format!("mark-{code}")
                on:click=move |_| drawing.step(resize, dx, dy)
            >
                {sign}
            </button>
        }
    });
    view! {
        <div class="annotate__pad" role="group" aria-label=move || words::MOVE.get(locale.get())>{pad.collect_view()}</div>
        <p class="small" role="status" data-testid="mark-place">{move || drawing.place(locale.get())}</p>
        <h3>{t(words::LIST)}</h3>
        <ul class="annotate__marks" role="list">
            <For each=move || 0..count.get() key=|index| *index children=mark />
        </ul>
        <p class="small muted">{t(words::KEYS)}</p>
    }
}

/// The button of a mark, by its place in the list.
fn mark_id(index: usize) -> String {
    format!("annotate-mark-{index}")
}

fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that left the page takes no focus.
        let _ = element.focus();
    }
}
