//! What field screens take from context.

use casework::permission::Role;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    device::{Device, records::meta, store},
    texts::{Locale, Text},
};

/// The phone.
pub fn device() -> Device {
    expect_context::<Device>()
}

/// Language of the screens, as a signal: switching it re-reads labels and nothing else.
pub fn locale() -> RwSignal<Locale> {
    expect_context::<RwSignal<Locale>>()
}

/// A text that follows the language.
pub fn t(text: Text) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let locale = locale();
    move || text.get(locale.get())
}

/// Whether this account works in the psychosocial compartment.
pub fn psychosocial(device: Device) -> bool {
    device.account.with(|account| account.as_ref().is_some_and(|account| account.role == Role::PsychosocialWorker))
}

/// Changes the language and remembers it.
pub fn switch_locale(locale: RwSignal<Locale>) {
    let other = match locale.get_untracked() {
        Locale::Fr => Locale::En,
        Locale::En => Locale::Fr,
    };
    locale.set(other);
    spawn_local(async move {
        // Only a preference: losing it changes nothing.
        let _ = store::set_meta(meta::LOCALE, &other.tag().to_owned()).await;
    });
}
