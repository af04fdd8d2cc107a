use leptos::prelude::*;

use crate::texts::{self, Locale, common};

/// The band's letter in its shape, with its meaning for those who do not see it.
#[component]
pub fn BandMark(
    /// `A` to `D`; none before the first scored visit.
    band: Option<String>,
    /// Language of the meaning.
    locale: Locale,
    /// The big one, for a page's header.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let meaning = band.as_deref().and_then(common::band);
    let (letter, label) = match (band, meaning) {
        (Some(letter), Some(meaning)) => {
            let label = texts::fill(common::BAND_LABEL.get(locale), &[("band", &letter), ("meaning", meaning.get(locale))]);
            (letter, label)
        }
        _ => (String::new(), common::BAND_NONE_LABEL.get(locale).to_owned()),
    };
    let shown = if letter.is_empty() { "–".to_owned() } else { letter.clone() };
    let class = if large { "band band--large" } else { "band" };
    view! { <span class=class role="img" aria-label=label.clone() title=label data-band=letter data-testid="case-band">{shown}</span> }
}
