use casework::wire::v1::PhotoRef;
use leptos::prelude::*;

use crate::texts::{self, Locale, common};

/// Thumbnails that open the photo, or a word on why there is nothing to open.
#[component]
pub fn PhotoStrip(
    /// In the order taken.
    photos: Vec<PhotoRef>,
    /// What they show, for those who do not see them.
    label: String,
    /// Language of the descriptions.
    locale: Locale,
) -> impl IntoView {
    let thumbnails = photos
        .into_iter()
        .enumerate()
        .map(|(index, photo)| {
            let alt = texts::fill(common::PHOTO.get(locale), &[("number", &(index + 1).to_string()), ("label", &label)]);
            if photo.original_only {
                return view! { <li class="small muted" data-testid="photo-original-only">{alt} " : " {common::PHOTO_ORIGINAL_ONLY.get(locale)}</li> }
                    .into_any();
            }
            let unverified = (!photo.verified).then(|| view! { <span class="photo-strip__mark">{common::PHOTO_UNVERIFIED.get(locale)}</span> });
            view! {
                <li>
                    <a href=format!("/api/v1/photos/{}?size=screen", photo.id) rel="external">
                        <img src=format!("/api/v1/photos/{}?size=thumb", photo.id) alt=alt loading="lazy" width="96" height="96" />
                        {unverified}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="photo-strip">{thumbnails}</ul> }
}
