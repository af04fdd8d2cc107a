//! Web Locks: one tab sends, one tab writes. Called by name: web-sys has them behind its unstable flag.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// A lock that is held until this is dropped.
pub struct Held {
    release: Option<Function>,
    /// Settles when the lock is gone: released by us, or stolen by another tab.
    gone: Option<Promise>,
}

impl Held {
    /// Where the browser has no Web Locks: every tab believes itself alone, as it would have without us.
    fn imaginary() -> Self {
        Self { release: None, gone: None }
    }

    /// Waits until the lock is lost; for ever where there are no locks.
    pub async fn lost(&self) {
        match &self.gone {
            // Rejected with AbortError when stolen.
            Some(gone) => drop(JsFuture::from(gone.clone()).await),
            None => std::future::pending().await,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::NULL);
        }
    }
}

/// How much one wants the lock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Eagerness {
    /// Only when nobody has it.
    IfFree,
    /// Taking it from whoever has it: a person asked.
    Steal,
}

fn manager() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)
}

/// Takes a lock; `None` when another tab has it.
pub async fn take(name: &str, eagerness: Eagerness) -> Option<Held> {
    let Some(manager) = manager() else { return Some(Held::imaginary()) };
    request(&manager, name, eagerness).await.unwrap_or_else(|_| Some(Held::imaginary()))
}

async fn request(manager: &JsValue, name: &str, eagerness: Eagerness) -> Result<Option<Held>, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &if eagerness == Eagerness::Steal { "steal" } else { "ifAvailable" }.into(), &JsValue::TRUE)?;
    let function: Function = Reflect::get(manager, &"request".into())?.dyn_into()?;

    // The lock lasts as long as the promise its callback returns: `held` is that promise, `granted` tells us whether the callback got the lock.
    let mut release = None;
    let held = Promise::new(&mut |resolve: Function, _| release = Some(resolve));
    let mut tell = None;
    let granted = Promise::new(&mut |resolve: Function, _| tell = Some(resolve));
    let tell: Function = tell.ok_or(JsValue::UNDEFINED)?;
    let callback = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let got = !lock.is_null() && !lock.is_undefined();
        let _ = tell.call1(&JsValue::NULL, &JsValue::from_bool(got));
        if got { held.into() } else { JsValue::UNDEFINED }
    });
    let gone: Promise = function.call3(manager, &name.into(), &options, &callback)?.dyn_into()?;
    // Marks the promise as handled: a theft is expected, not an error of the page.
    let ignore = Closure::<dyn FnMut(JsValue)>::new(|_| {});
    let _ = gone.catch(&ignore);
    ignore.forget();
    if JsFuture::from(granted).await? == JsValue::TRUE { Ok(Some(Held { release, gone: Some(gone) })) } else { Ok(None) }
}
