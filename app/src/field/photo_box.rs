//! Photos of a criterion: taking, showing, removing and restoring.

use std::{collections::BTreeSet, sync::Arc};

use casework::ids::PhotoId;
use inspection_grid::{CriterionId, PhotoRule, Place};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    annotate::AnnotateSheet,
    book::Book,
    context::{self, t},
    local_photo::LocalPhoto,
};
use crate::{
    device::{
        camera::{self, CameraError},
        idb::StoreError,
        records::{PhotoRow, PhotoState},
        sleep_ms,
    },
    texts::{self, Text, annotate as words, field},
};

/// How long a removed photo's place says so, with its way back.
const SHOWN_MS: i64 = 60_000;

/// Photo buttons and thumbnails.
#[component]
pub fn PhotoBox(
    /// The building.
    book: Arc<Book>,
    /// Where.
    place: Place,
    /// What.
    criterion: CriterionId,
    /// When photos are asked for.
    rule: PhotoRule,
    /// A photo is required by what was answered.
    required: Signal<bool>,
    /// Photos that the server counts.
    server_photos: Signal<u32>,
) -> impl IntoView {
    if rule == PhotoRule::Forbidden {
        return view! { <p class="small muted">{t(field::PHOTO_FORBIDDEN)}</p> }.into_any();
    }
    let device = context::device();
    let locale = context::locale();
    let working = RwSignal::new(0_u32);
    let notice = RwSignal::new(None::<Text>);
    let leaving = RwSignal::new(BTreeSet::<PhotoId>::new());
    let id = criterion.0.clone();

    let mine = {
        let (book, place, criterion) = (Arc::clone(&book), place.clone(), criterion.clone());
        Memo::new(move |_| {
            book.photos.with(|photos| {
                let own = photos.iter().filter(|photo| photo.place == place && photo.criterion == criterion);
                own.filter(|photo| !photo.removed || leaving.with(|leaving| leaving.contains(&photo.id))).cloned().collect::<Vec<PhotoRow>>()
            })
        })
    };
    let held = Memo::new(move |_| mine.with(|photos| photos.iter().filter(|photo| !photo.removed).count()));
    let taker = Arc::clone(&book);
    let keeper = StoredValue::new((taker, place, criterion));
    let picked = move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        let files: Vec<_> = input.files().map(|files| (0..files.length()).filter_map(|index| files.get(index)).collect()).unwrap_or_default();
        // The same photo may be picked again after a removal.
        input.set_value("");
        let (book, place, criterion) = keeper.get_value();
        notice.set(None);
        working.update(|working| *working += 1);
        spawn_local(async move {
            for file in files {
                let said = match camera::capture(&file).await {
                    Ok(captured) => match book.keep_photo(device, &place, &criterion, &captured).await {
                        Ok(()) => captured.as_is.then_some(field::PHOTO_AS_IS),
                        Err(StoreError::Full) => Some(field::PHOTO_FULL),
                        Err(StoreError::Unavailable(_) | StoreError::Failed(_)) => Some(field::PHOTO_FAILED),
                    },
                    Err(CameraError::Unreadable) => Some(field::PHOTO_UNREADABLE),
                    Err(CameraError::TooLarge) => Some(field::PHOTO_TOO_LARGE),
                };
                if said.is_some() {
                    let _ = notice.try_set(said);
                }
            }
            let _ = working.try_update(|working| *working -= 1);
        });
    };
    let remove = move |photo: PhotoId| {
        leaving.update(|leaving| {
            leaving.insert(photo);
        });
        keeper.with_value(|(book, ..)| book.remove_photo(device, photo));
        spawn_local(async move {
            sleep_ms(SHOWN_MS).await;
            // The screen may be gone already.
            let _ = leaving.try_update(|leaving| leaving.remove(&photo));
        });
    };
    let undo = move |photo: PhotoId| {
        keeper.with_value(|(book, ..)| book.restore_photo(device, photo));
    };
    let annotating = RwSignal::new(None::<PhotoId>);
    let is_open = RwSignal::new(false);
    let annotate = move |photo: PhotoId| {
        annotating.set(Some(photo));
        is_open.set(true);
    };
    let was_opened = Memo::new(move |_| annotating.with(Option::is_some));
    let drawn_in = Arc::clone(&book);
    let elsewhere = move || server_photos.get().saturating_sub(u32::try_from(held.get()).unwrap_or(u32::MAX));
    let (has_elsewhere, is_working) = (move || elsewhere() > 0, move || working.get() > 0);
    let input = move |capture: bool, text: Text, testid: String| {
        view! {
            <label class="button photo-button">
                {t(text)}
                <input
                    class="visually-hidden"
                    type="file"
                    accept="image/*"
                    capture=capture.then_some("environment")
                    data-testid=testid
                    on:change=picked
                />
            </label>
        }
    };
    view! {
        <div class="photo-box">
            <Show when=move || required.get() && held.get() == 0 && elsewhere() == 0>
                <span class="badge badge--warning">{t(field::PHOTO_REQUIRED)}</span>
            </Show>
            <ul class="photo-list" role="list">
                <For each=move || { mine.get().into_iter().enumerate().collect::<Vec<_>>() } key=|(_, photo)| (photo.id, photo.removed, photo.state.clone()) let:((index, photo))>
                    <Photo photo=photo number=index + 1 mine=mine annotate=annotate remove=remove undo=undo />
                </For>
            </ul>
            <Show when=has_elsewhere>
                <p class="small muted">{move || texts::fill(field::PHOTOS_ELSEWHERE.get(locale.get()), &[("count", &elsewhere().to_string())])}</p>
            </Show>
            <div class="cluster cluster--tight">
                {input(true, field::PHOTO_TAKE, format!("photo-input-{id}"))} {input(false, field::PHOTO_FILE, format!("photo-file-{id}"))}
            </div>
            <Show when=move || was_opened.get()><AnnotateSheet open=is_open book=Arc::clone(&drawn_in) photos=mine photo=annotating /></Show>
            <Show when=is_working><p class="small" role="status">{t(field::PHOTO_WORKING)}</p></Show>
            {move || notice.get().map(|text| view! { <p class="notice notice--warning small" role="alert" data-testid="photo-notice">{t(text)}</p> })}
        </div>
    }
    .into_any()
}

/// One thumbnail.
#[component]
fn Photo(
    /// The photo.
    photo: PhotoRow,
    /// Its place in the row, from 1.
    number: usize,
    /// The photos of the row as they are now.
    mine: Memo<Vec<PhotoRow>>,
    /// Opens the sheet to draw over it.
    annotate: impl Fn(PhotoId) + Copy + Send + Sync + 'static,
    /// Starts a removal.
    remove: impl Fn(PhotoId) + Copy + Send + Sync + 'static,
    /// Takes it back.
    undo: impl Fn(PhotoId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let id = photo.id;
    let criterion = photo.criterion.0.clone();
    // Followed beside the row: an item made again would lose the focus that the sheet gives back.
    let marks = Memo::new(move |_| mine.with(|photos| photos.iter().find(|photo| photo.id == id).map(|photo| photo.marks.clone()).unwrap_or_default()));
    let count = move || marks.with(Vec::len);
    let is_marked = move || count() > 0;
    let (state, word) = match photo.state {
        PhotoState::Waiting => ("waiting", field::PHOTO_WAITING),
        PhotoState::Verified => ("verified", field::PHOTO_SENT),
        PhotoState::Refused { .. } => ("refused", field::PHOTO_REFUSED),
    };
    let shown = if photo.removed {
        view! {
            <span class="small">{t(field::PHOTO_REMOVED)}</span>
            <button type="button" class="button" data-testid="photo-undo" on:click=move |_| undo(id)>{t(field::PHOTO_UNDO)}</button>
        }
        .into_any()
    } else {
        view! {
            <LocalPhoto photo=id marks=marks criterion=criterion alt=field::PHOTO_ALT number=number />
            <span class="small">
                {if state == "verified" { "✓ " } else { "" }} {t(word)} <Show when=is_marked>", " {t(words::MARKED)}</Show>
            </span>
            {if photo.as_is && state != "verified" {
                view! { <span class="small muted" data-testid="photo-no-marks">{t(words::NOT_YET)}</span> }.into_any()
            } else {
                view! { <button type="button" class="button" data-testid="photo-annotate" on:click=move |_| annotate(id)>{t(words::OPEN)}</button> }
                    .into_any()
            }}
            <button type="button" class="button button--quiet" data-testid="photo-remove" on:click=move |_| remove(id)>{t(field::PHOTO_REMOVE)}</button>
        }
        .into_any()
    };
    view! {
        <li class="photo" data-testid=if photo.removed { "photo-removed" } else { "photo" } data-state=state data-photo=id.to_string() data-marks=move || count().to_string()>{shown}</li>
    }
}
