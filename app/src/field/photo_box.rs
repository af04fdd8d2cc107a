//! Photos of a criterion: taking, showing, removing with time to undo.

use std::{collections::BTreeSet, sync::Arc};

use casework::ids::PhotoId;
use inspection_grid::{CriterionId, PhotoRule, Place};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::{
    book::Book,
    context::{self, t},
};
use crate::{
    device::{
        camera::{self, CameraError},
        idb::StoreError,
        records::{PhotoRow, PhotoState},
        sleep_ms, store,
    },
    texts::{self, Text, field},
};

/// Time to change one's mind about a removal.
const UNDO_MS: i64 = 10_000;

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
                photos.iter().filter(|photo| !photo.removed && photo.place == place && photo.criterion == criterion).cloned().collect::<Vec<PhotoRow>>()
            })
        })
    };
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
        spawn_local(async move {
            sleep_ms(UNDO_MS).await;
            // Gone from the set when undone; the set itself is gone when the screen was left, which settled it.
            if leaving.try_update(|leaving| leaving.remove(&photo)) == Some(true) {
                keeper.with_value(|(book, ..)| book.remove_photo(device, photo));
            }
        });
    };
    let settle = Arc::clone(&book);
    on_cleanup(move || {
        for photo in leaving.get_untracked() {
            settle.remove_photo(device, photo);
        }
    });
    let undo = move |photo: PhotoId| {
        leaving.update(|leaving| {
            leaving.remove(&photo);
        });
    };
    let elsewhere = move || server_photos.get().saturating_sub(u32::try_from(mine.with(Vec::len)).unwrap_or(u32::MAX));
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
            <Show when=move || required.get() && mine.with(Vec::is_empty) && elsewhere() == 0>
                <span class="badge badge--warning">{t(field::PHOTO_REQUIRED)}</span>
            </Show>
            <ul class="photo-list" role="list">
                <For each=move || { mine.get().into_iter().enumerate().collect::<Vec<_>>() } key=|(_, photo)| (photo.id, photo.state.clone()) let:((index, photo))>
                    <Photo photo=photo number=index + 1 leaving=leaving remove=remove undo=undo />
                </For>
            </ul>
            <Show when=has_elsewhere>
                <p class="small muted">{move || texts::fill(field::PHOTOS_ELSEWHERE.get(locale.get()), &[("count", &elsewhere().to_string())])}</p>
            </Show>
            <div class="cluster cluster--tight">
                {input(true, field::PHOTO_TAKE, format!("photo-input-{id}"))} {input(false, field::PHOTO_FILE, format!("photo-file-{id}"))}
            </div>
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
    /// Photos about to be removed.
    leaving: RwSignal<BTreeSet<PhotoId>>,
    /// Starts a removal.
    remove: impl Fn(PhotoId) + Copy + Send + Sync + 'static,
    /// Takes it back.
    undo: impl Fn(PhotoId) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let locale = context::locale();
    let id = photo.id;
    let criterion = photo.criterion.0.clone();
    let address = RwSignal::new(None::<String>);
    spawn_local(async move {
        let bytes = store::photo_bytes(&store::thumbnail_key(id)).await.ok().flatten();
        let url = bytes.and_then(|bytes| camera::object_url(&bytes, "image/jpeg"));
        // The screen may be gone already.
        if let Some(Some(url)) = address.try_set(url) {
            camera::revoke(&url);
        }
    });
    on_cleanup(move || {
        if let Some(url) = address.get_untracked() {
            camera::revoke(&url);
        }
    });
    let (state, word) = match photo.state {
        PhotoState::Waiting => ("waiting", field::PHOTO_WAITING),
        PhotoState::Verified => ("verified", field::PHOTO_SENT),
        PhotoState::Refused { .. } => ("refused", field::PHOTO_REFUSED),
    };
    let alt = move || texts::fill(field::PHOTO_ALT.get(locale.get()), &[("number", &number.to_string()), ("criterion", &criterion)]);
    let is_leaving = move || leaving.with(|leaving| leaving.contains(&id));
    view! {
        <li class="photo" data-testid="photo" data-state=state data-photo=id.to_string()>
            <Show
                when=is_leaving
                fallback=move || {
                    let alt = alt.clone();
                    view! {
                        {move || match address.get() {
                            Some(url) => view! { <img class="photo__image" src=url alt=alt.clone() data-testid="photo-thumbnail" /> }.into_any(),
                            None => view! { <span class="photo__image photo__image--none" role="img" aria-label=alt.clone()>"◻"</span> }.into_any(),
                        }}
                        <span class="small">{if state == "verified" { "✓ " } else { "" }} {t(word)}</span>
                        <button type="button" class="button button--quiet" data-testid="photo-remove" on:click=move |_| remove(id)>{t(field::PHOTO_REMOVE)}</button>
                    }
                }
            >
                <span class="small" role="status">{t(field::PHOTO_REMOVED)}</span>
                <button type="button" class="button" data-testid="photo-undo" on:click=move |_| undo(id)>{t(field::PHOTO_UNDO)}</button>
            </Show>
        </li>
    }
}
