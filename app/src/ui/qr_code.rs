use casework::wire::v1::SecondFactorSecret;
use leptos::prelude::*;

use crate::texts::{Locale, account};

/// A secret for an authenticator app: as a picture for its camera, as a link on the phone itself, and in letters to type. Drawn here, asked of nobody.
#[component]
pub fn QrCode(
    /// Shown to its owner only.
    secret: SecondFactorSecret,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let side = secret.qr.side;
    let groups = secret.key.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    view! {
        <div class="qr-code stack">
            <p>{account::SCAN.get(locale)}</p>
            <svg
                class="qr-code__picture"
                viewBox=format!("0 0 {side} {side}")
                role="img"
                aria-label=account::SCAN_PICTURE.get(locale)
                shape-rendering="crispEdges"
                data-testid="qr-code"
            >
                <rect class="qr-code__light" width=side.to_string() height=side.to_string()></rect>
                <path class="qr-code__dark" d=secret.qr.path></path>
            </svg>
            <p>
                <a class="button button--quiet" href=secret.address rel="external" data-testid="factor-address">{account::SCAN_ON_PHONE.get(locale)}</a>
            </p>
            <p class="muted small">{account::SCAN_KEY.get(locale)}</p>
            <p><code class="qr-code__key" data-testid="factor-key">{groups}</code></p>
        </div>
    }
}
