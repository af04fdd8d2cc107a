//! What a person sets once for their eyes, ears and hands: language, text size, contrast, vibration, sound.

use std::cell::Cell;

use js_sys::{Array, Function, Reflect};
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};

use super::{
    bottom_sheet::BottomSheet,
    context::{self, t},
};
use crate::{
    device::store,
    texts::{Locale, Text, field, field_visit},
};

/// Name in the `meta` store.
const META: &str = "comfort";
/// Sizes of text, in percent of the browser's own.
const TEXT_PERCENTS: [u16; 4] = [100, 125, 150, 200];
const KEPT_MS: u32 = 15;
const NOT_KEPT_MS: u32 = 400;
const BEEP_HZ: f64 = 880.0;
const BEEP_S: f64 = 0.25;

/// The choices. Everything that moves or sounds is off until asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comfort {
    pub text_percent: u16,
    pub contrast: bool,
    pub haptic: bool,
    pub sound: bool,
}

impl Default for Comfort {
    fn default() -> Self {
        Self { text_percent: 100, contrast: false, haptic: false, sound: false }
    }
}

/// The choices and their panel, in context.
#[derive(Clone, Copy)]
pub struct Comforts {
    chosen: RwSignal<Comfort>,
    open: RwSignal<bool>,
}

thread_local! {
    /// For [`say`], which runs where no context is.
    static CHOSEN: Cell<Comfort> = Cell::new(Comfort::default());
}

impl Comforts {
    pub fn new() -> Self {
        let comforts = Self { chosen: RwSignal::new(Comfort::default()), open: RwSignal::new(false) };
        Effect::new(move || apply(comforts.chosen.get()));
        comforts
    }

    /// Reads what was chosen on this phone.
    pub fn read(self) {
        spawn_local(async move {
            if let Ok(Some(comfort)) = store::meta(META).await {
                self.chosen.set(comfort);
            }
        });
    }

    fn choose(self, change: impl FnOnce(&mut Comfort)) {
        self.chosen.update(change);
        let comfort = self.chosen.get_untracked();
        spawn_local(async move {
            // Only a preference: losing it changes nothing.
            let _ = store::set_meta(META, &comfort).await;
        });
    }
}

/// Puts the choices on the page, where the style sheet reads them.
fn apply(comfort: Comfort) {
    CHOSEN.set(comfort);
    let Some(root) = document().document_element() else { return };
    let _ = root.set_attribute("data-text", &comfort.text_percent.to_string());
    let _ = root.set_attribute("data-contrast", if comfort.contrast { "more" } else { "plain" });
}

/// Says by hand and ear whether a change was kept, to those who asked for it.
pub fn say(kept: bool) {
    let comfort = CHOSEN.get();
    if comfort.haptic {
        let _ = window().navigator().vibrate_with_duration(if kept { KEPT_MS } else { NOT_KEPT_MS });
    }
    if comfort.sound && !kept {
        // A browser without sound is not an error.
        let _ = beep();
    }
}

/// One short tone, by the browser's own synthesiser. Reached by name: naming its six types would weigh more than the call.
fn beep() -> Result<(), JsValue> {
    let call = |on: &JsValue, name: &str, arguments: &[JsValue]| -> Result<JsValue, JsValue> {
        let function: Function = Reflect::get(on, &name.into())?.dyn_into()?;
        function.apply(on, &arguments.iter().collect::<Array>())
    };
    let constructor: Function = Reflect::get(&window(), &"AudioContext".into())?.dyn_into()?;
    let audio = Reflect::construct(&constructor, &Array::new())?;
    let tone = call(&audio, "createOscillator", &[])?;
    Reflect::set(&Reflect::get(&tone, &"frequency".into())?, &"value".into(), &BEEP_HZ.into())?;
    call(&tone, "connect", &[Reflect::get(&audio, &"destination".into())?])?;
    call(&tone, "start", &[])?;
    let now = Reflect::get(&audio, &"currentTime".into())?.as_f64().unwrap_or_default();
    call(&tone, "stop", &[(now + BEEP_S).into()])?;
    Ok(())
}

/// « Aa »: opens the panel, from every screen.
#[component]
pub fn ComfortButton() -> impl IntoView {
    let Comforts { open, .. } = expect_context::<Comforts>();
    let locale = context::locale();
    view! {
        <button
            type="button"
            class="button button--quiet comfort-button"
            data-testid="comfort"
            aria-haspopup="dialog"
            aria-label=move || field_visit::COMFORT.get(locale.get())
            on:click=move |_| open.set(true)
        >
            <span aria-hidden="true">"Aa"</span>
        </button>
    }
}

/// The panel.
#[component]
pub fn ComfortSheet() -> impl IntoView {
    let comforts = expect_context::<Comforts>();
    let locale = context::locale();
    let switch = move |text: Text, testid: &'static str, is_on: fn(&Comfort) -> bool, set: fn(&mut Comfort, bool)| {
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    data-testid=testid
                    prop:checked=move || comforts.chosen.with(is_on)
                    on:change=move |event| { let on = event_target_checked(&event); comforts.choose(|comfort| set(comfort, on)); }
                />
                <span>{t(text)}</span>
            </label>
        }
    };
    let sizes = move || {
        TEXT_PERCENTS
            .map(|percent| {
                view! {
                    <button
                        type="button"
                        class="answer answer--short"
                        aria-pressed=move || (comforts.chosen.get().text_percent == percent).to_string()
                        data-testid=format!("comfort-text-{percent}")
                        on:click=move |_| comforts.choose(|comfort| comfort.text_percent = percent)
                    >
                        {crate::ui::number::percent(f64::from(percent) / 100.0, locale.get_untracked())}
                    </button>
                }
            })
            .collect_view()
    };
    let language = move |wanted: Locale, name: &'static str, testid: &'static str| {
        view! {
            <button
                type="button"
                class="answer answer--short"
                lang=wanted.tag()
                aria-pressed=move || (locale.get() == wanted).to_string()
                data-testid=testid
                on:click=move |_| {
                    if locale.get_untracked() != wanted {
                        context::switch_locale(locale);
                    }
                }
            >
                {name}
            </button>
        }
    };
    view! {
        <BottomSheet open=comforts.open title=field_visit::COMFORT testid="comfort-sheet">
            <div class="stack stack--tight">
                <h3 class="form-field__label">{t(field_visit::COMFORT_LANGUAGE)}</h3>
                <div class="answer-row">{language(Locale::Fr, field::LANGUAGE.en, "comfort-fr")} {language(Locale::En, field::LANGUAGE.fr, "comfort-en")}</div>
                <h3 class="form-field__label">{t(field_visit::COMFORT_TEXT)}</h3>
                <div class="answer-row answer-row--four">{sizes()}</div>
                {switch(field_visit::COMFORT_CONTRAST, "comfort-contrast", |comfort| comfort.contrast, |comfort, on| comfort.contrast = on)}
                {switch(field_visit::COMFORT_HAPTIC, "comfort-haptic", |comfort| comfort.haptic, |comfort, on| comfort.haptic = on)}
                {switch(field_visit::COMFORT_SOUND, "comfort-sound", |comfort| comfort.sound, |comfort, on| comfort.sound = on)}
            </div>
        </BottomSheet>
    }
}
