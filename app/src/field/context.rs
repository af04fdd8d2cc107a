//! What field screens take from context.

use casework::permission::Role;
use leptos::{prelude::*, task::spawn_local};

use super::way::Here;
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

/// Where in the app the person is.
pub fn here() -> Here {
    expect_context::<Here>()
}

/// What the device store says, asked again whenever a signal that `ask` reads changes; `None` until the first answer. An answer that comes after a later
/// question is dropped.
pub fn read<T, Ask, Answer>(ask: Ask) -> RwSignal<Option<T>, LocalStorage>
where
    T: 'static,
    Ask: Fn() -> Answer + 'static,
    Answer: Future<Output = T> + 'static,
{
    let answer = RwSignal::new_local(None);
    let last = StoredValue::new(0_u32);
    Effect::new(move |before: Option<u32>| {
        let turn = before.map_or(0, |turn| turn.wrapping_add(1));
        last.set_value(turn);
        let pending = ask();
        spawn_local(async move {
            let value = pending.await;
            // Gone with the screen that asked, when that has closed.
            if last.try_get_value() == Some(turn) {
                answer.set(Some(value));
            }
        });
        turn
    });
    answer
}
