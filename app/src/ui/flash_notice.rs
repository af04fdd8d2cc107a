use leptos::prelude::*;

use crate::{
    document::{Flash, FlashKind},
    texts::{Locale, common},
};

/// What the page says once after a post.
#[component]
pub fn FlashNotice(
    /// How it went.
    flash: Flash,
    /// Language of the sentence.
    locale: Locale,
) -> impl IntoView {
    let (class, role) = match flash.kind {
        FlashKind::Success => ("notice notice--success flash", "status"),
        FlashKind::Error => ("notice notice--error flash", "alert"),
    };
    view! {
        <div class=class role=role data-testid="flash" data-code=flash.code.clone()>
            <p>{common::flash(&flash, locale)}</p>
        </div>
    }
}
