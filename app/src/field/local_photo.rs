//! The small picture of a photo of this phone.

use casework::{ids::PhotoId, photo_mark::PhotoMark};
use leptos::prelude::*;

use super::context;
use crate::{
    device::{camera, store},
    texts::{self, Text},
};

/// Thumbnail with its marks, read when it is shown; a square when this phone has no picture of it.
#[component]
pub fn LocalPhoto(
    /// The photo.
    photo: PhotoId,
    /// What was drawn over it.
    #[prop(into)]
    marks: Signal<Vec<PhotoMark>>,
    /// Code of its criterion.
    criterion: String,
    /// What it shows, with `{criterion}` and `{number}`.
    alt: Text,
    /// Its place in a row, from 1.
    #[prop(default = 1)]
    number: usize,
) -> impl IntoView {
    let locale = context::locale();
    let made = context::read(move || {
        let marks = marks.get();
        async move {
            let bytes = store::photo_bytes(&store::thumbnail_key(photo)).await.ok().flatten()?;
            camera::thumbnail_url(&bytes, &marks).await
        }
    });
    let address = RwSignal::new(None::<String>);
    Effect::new(move || {
        let made = made.get().flatten();
        let before = address.try_update(|address| std::mem::replace(address, made)).flatten();
        if let Some(url) = before {
            camera::revoke(&url);
        }
    });
    on_cleanup(move || {
        if let Some(url) = address.get_untracked() {
            camera::revoke(&url);
        }
    });
    let alt = move || texts::fill(alt.get(locale.get()), &[("number", &number.to_string()), ("criterion", &criterion)]);
    move || match address.get() {
        Some(url) => view! { <img class="photo__image" src=url alt=alt() data-testid="photo-thumbnail" /> }.into_any(),
        None => view! { <span class="photo__image photo__image--none" role="img" aria-label=alt()>"◻"</span> }.into_any(),
    }
}
