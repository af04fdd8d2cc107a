//! The numbers to call, for whoever holds the phone.

use leptos::prelude::*;

use super::super::context::t;
use crate::texts::{device as text, field};

/// 911 first.
#[component]
pub fn EmergencyCalls() -> impl IntoView {
    view! {
        <section class="stack stack--tight" aria-label=t(text::NUMBERS)>
            <a class="button button--danger button--large button--block" href="tel:911" rel="external" data-testid="call-911">{t(field::DANGER_911)}</a>
            <details class="lock-more">
                <summary>{t(text::NUMBERS)}</summary>
                <div class="stack stack--tight">
                    <a class="button button--block" href="tel:811" rel="external">{t(field::DANGER_811)}</a>
                    <a class="button button--block" href="tel:+18007902424" rel="external">{t(field::DANGER_HYDRO)}</a>
                    <a class="button button--block" href="tel:+18003618003" rel="external">{t(field::DANGER_GAS)}</a>
                    <p class="small muted">{t(field::DANGER_NUMBERS_NOTE)}</p>
                </div>
            </details>
        </section>
    }
}
