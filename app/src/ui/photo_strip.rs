use casework::wire::v1::PhotoRef;
use leptos::prelude::*;

use crate::{
    document::PageContext,
    texts::{self, Locale, common},
};

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
    // Somebody without an account has an address of their own, which opens the photos of their referral alone.
    let is_guest = use_context::<PageContext>().is_some_and(|page| page.guest.is_some());
    let base = if is_guest { "/lien/reponse/photos" } else { "/api/v1/photos" };
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
            let marked = (photo.marked && photo.verified).then(|| view! { <span class="photo-strip__mark">{common::PHOTO_MARKED.get(locale)}</span> });
            // A browser shows again what it has under an address: other marks have another one.
            let address = |size: &str| match photo.revision {
                0 => format!("{base}/{}?size={size}", photo.id),
                revision => format!("{base}/{}?size={size}&revision={revision}", photo.id),
            };
            view! {
                <li>
                    <a href=address("screen") rel="external">
                        <img src=address("thumb") alt=alt loading="lazy" width="96" height="96" />
                        {unverified} {marked}
                    </a>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="photo-strip">{thumbnails}</ul> }
}
