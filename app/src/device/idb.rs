//! A small asynchronous face over raw IndexedDB, with strict durability and reconnection.
//!
//! A transaction is aborted when it is dropped before [`Transaction::commit`], so an early `?` never leaves half a change.

use std::cell::{Cell, RefCell};

use js_sys::{Array, Function, Object, Promise, Reflect};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction, IdbVersionChangeEvent};

const DATABASE: &str = "brigade";
/// Raised with every change of [`upgrade`]; versions only ever add. Version 1 held everything in clear; since version 2 rows are sealed
/// ([`super::sealed`]) and an older app can no longer open the database. What version 1 left is taken in by [`super::migrate`].
const VERSION: u32 = 2;

/// Names of the object stores, with what [`super::sealed`] knows them to hold. Keys are strings outside the value.
pub mod stores {
    /// Name → JSON: device id, sequence, account, cursor…
    pub const META: &str = "meta";
    /// Building id → its sheet.
    pub const BUILDING: &str = "building";
    /// Grid hash → the grid.
    pub const GRID: &str = "grid";
    /// Visit id → `VisitRow`.
    pub const VISIT: &str = "visit";
    /// Event id → the event as sent. Append-only.
    pub const EVENT: &str = "event";
    /// Padded device sequence → `OutboxRow`, while the server has not said what became of the event.
    pub const OUTBOX: &str = "outbox";
    /// `visit|place|criterion` → `AnswerRow`.
    pub const ANSWER: &str = "answer";
    /// `visit|photo` → `PhotoRow`.
    pub const PHOTO: &str = "photo";
    /// Photo id → bytes to upload (`Uint8Array`); photo id + `|thumb` → small JPEG.
    pub const PHOTO_BLOB: &str = "photo_blob";

    pub const ALL: [&str; 9] = [META, BUILDING, GRID, VISIT, EVENT, OUTBOX, ANSWER, PHOTO, PHOTO_BLOB];
}

/// Why the device store did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The browser refuses storage (private browsing, disabled, corrupted profile).
    #[error("storage is refused by the browser: {0}")]
    Unavailable(String),
    /// The quota or the disk is full; nothing of the transaction was kept.
    #[error("storage is full")]
    Full,
    #[error("storage failed: {0}")]
    Failed(String),
}

impl StoreError {
    fn from_js(error: &JsValue) -> Self {
        let name = error.dyn_ref::<DomException>().map(|exception| (exception.name(), exception.message()));
        match name {
            Some((name, _)) if name == "QuotaExceededError" => Self::Full,
            Some((name, message)) => Self::Failed(format!("{name}: {message}")),
            None => Self::Failed(Reflect::get(error, &"message".into()).ok().and_then(|text| text.as_string()).unwrap_or_else(|| "unknown".to_owned())),
        }
    }
}

thread_local! {
    static CONNECTION: RefCell<Option<IdbDatabase>> = const { RefCell::new(None) };
    /// The database was erased on purpose: nothing of this page may make it anew.
    static ERASED: Cell<bool> = const { Cell::new(false) };
}

/// A promise settled by two event handlers; used instead of Rust closures so that nothing leaks.
fn settled(mut attach: impl FnMut(&Function, &Function)) -> JsFuture {
    JsFuture::from(Promise::new(&mut |resolve: Function, reject: Function| attach(&resolve, &reject)))
}

/// The end of a request. Listens at once, so that several can be asked before the first is awaited.
fn answer(request: &IdbRequest) -> impl Future<Output = Result<JsValue, StoreError>> + use<> {
    let outcome = settled(|resolve, reject| {
        request.set_onsuccess(Some(resolve));
        request.set_onerror(Some(reject));
    });
    let request = request.clone();
    async move { read_answer(&request, outcome.await) }
}

fn read_answer(request: &IdbRequest, outcome: Result<JsValue, JsValue>) -> Result<JsValue, StoreError> {
    match outcome {
        Ok(_) => request.result().map_err(|error| StoreError::from_js(&error)),
        Err(_) => Err(request_error(request)),
    }
}

fn request_error(request: &IdbRequest) -> StoreError {
    match request.error() {
        Ok(Some(error)) => StoreError::from_js(&error),
        _ => StoreError::Failed("request".to_owned()),
    }
}

/// Creates what version [`VERSION`] needs and older versions lack. Never drops anything.
fn upgrade(database: &IdbDatabase) {
    let existing = database.object_store_names();
    for name in stores::ALL {
        if !existing.contains(name) {
            // A failure aborts the upgrade, and opening fails with its reason.
            let _ = database.create_object_store(name);
        }
    }
}

async fn connect() -> Result<IdbDatabase, StoreError> {
    let refused = |reason: &str| StoreError::Unavailable(reason.to_owned());
    if ERASED.get() {
        return Err(refused("erased"));
    }
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or_else(|| refused("no indexedDB"))?;
    let request = factory.open_with_u32(DATABASE, VERSION).map_err(|error| refused(&StoreError::from_js(&error).to_string()))?;
    let opening = request.clone();
    let on_upgrade = Closure::once(move || {
        if let Some(database) = opening.result().ok().and_then(|value| value.dyn_into::<IdbDatabase>().ok()) {
            upgrade(&database);
        }
    });
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let database: IdbDatabase = answer(&request).await.map_err(|error| refused(&error.to_string()))?.unchecked_into();
    forget_when_closed(&database);
    CONNECTION.set(Some(database.clone()));
    Ok(database)
}

/// The browser may close a connection by itself (storage pressure, profile cleared): the next use opens again.
fn forget_when_closed(database: &IdbDatabase) {
    let on_close = Closure::<dyn FnMut()>::new(|| CONNECTION.set(None));
    database.set_onclose(Some(on_close.as_ref().unchecked_ref()));
    on_close.forget();
    // A newer version of the app in another tab waits for this one to let go.
    let closing = database.clone();
    let on_version_change = Closure::<dyn FnMut(IdbVersionChangeEvent)>::new(move |event: IdbVersionChangeEvent| {
        if event.new_version().is_none() {
            // Another tab erases everything: this one must not make a new database with a key that is gone.
            ERASED.set(true);
        }
        closing.close();
        CONNECTION.set(None);
    });
    database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
    on_version_change.forget();
}

/// Erases the database, for good: this page and the other tabs can only be reloaded after that.
///
/// # Errors
/// When the browser will not; what could be cleared was.
pub async fn erase() -> Result<(), StoreError> {
    // Emptied first: the deletion itself waits for every tab to let go.
    let emptied = async {
        let transaction = begin(&stores::ALL, Mode::Write).await?;
        for store in stores::ALL {
            transaction.clear(store)?;
        }
        transaction.commit().await
    }
    .await;
    ERASED.set(true);
    if let Some(database) = CONNECTION.take() {
        database.close();
    }
    let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten());
    let factory = factory.ok_or_else(|| StoreError::Unavailable("no indexedDB".to_owned()))?;
    let request = factory.delete_database(DATABASE).map_err(|error| StoreError::from_js(&error))?;
    answer(&request).await?;
    emptied
}

/// Whether the database was erased under this page.
pub fn is_erased() -> bool {
    ERASED.get()
}

/// Opens the database, or says why the browser will not.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn open() -> Result<(), StoreError> {
    if CONNECTION.with_borrow(Option::is_some) { Ok(()) } else { connect().await.map(|_| ()) }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Read,
    /// Durable before it says that it is complete.
    Write,
}

/// One transaction over named stores, with rows as they lie on disk.
pub struct Transaction {
    inner: IdbTransaction,
    done: RefCell<Option<JsFuture>>,
    finished: Cell<bool>,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.finished.get() {
            // Fails only when it is over already.
            let _ = self.inner.abort();
        }
    }
}

/// web-sys has the durability option behind its unstable flag, hence the call by name. Browsers without it ignore the third argument.
fn start(database: &IdbDatabase, names: &[&str], mode: Mode) -> Result<IdbTransaction, JsValue> {
    let list = names.iter().map(|name| JsValue::from_str(name)).collect::<Array>();
    let options = Object::new();
    if mode == Mode::Write {
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
    }
    let mode = if mode == Mode::Write { "readwrite" } else { "readonly" };
    let function: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    function.call3(database, &list, &mode.into(), &options)?.dyn_into()
}

/// Begins a transaction.
///
/// # Errors
/// When the database cannot be opened.
pub async fn begin(names: &[&str], mode: Mode) -> Result<Transaction, StoreError> {
    let known = CONNECTION.with_borrow(Clone::clone);
    let database = match known {
        Some(database) => database,
        None => connect().await?,
    };
    let inner = match start(&database, names, mode) {
        Ok(inner) => inner,
        // InvalidStateError: the connection was closed under us. Once more with a new one.
        Err(_) => start(&connect().await?, names, mode).map_err(|error| StoreError::from_js(&error))?,
    };
    let done = settled(|resolve, reject| {
        inner.set_oncomplete(Some(resolve));
        inner.set_onabort(Some(reject));
    });
    Ok(Transaction { inner, done: RefCell::new(Some(done)), finished: Cell::new(false) })
}

/// Every key that begins with `prefix`.
fn prefix_range(prefix: &str) -> Result<IdbKeyRange, StoreError> {
    IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into()).map_err(|error| StoreError::from_js(&error))
}

impl Transaction {
    fn store(&self, name: &str) -> Result<IdbObjectStore, StoreError> {
        self.inner.object_store(name).map_err(|error| StoreError::from_js(&error))
    }

    /// The raw value under a key.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn value(&self, store: &str, key: &str) -> Result<Option<JsValue>, StoreError> {
        self.ask(store, key)?.await
    }

    /// Asks for the raw value under a key, now: several can be asked for before the first is awaited.
    ///
    /// # Errors
    /// When it cannot be asked for, or the read fails.
    pub fn ask(&self, store: &str, key: &str) -> Result<impl Future<Output = Result<Option<JsValue>, StoreError>> + use<>, StoreError> {
        let request = self.store(store)?.get(&key.into()).map_err(|error| StoreError::from_js(&error))?;
        let value = answer(&request);
        Ok(async move {
            let value = value.await?;
            Ok((!value.is_undefined()).then_some(value))
        })
    }

    /// A row kept in clear as JSON text; one that this version cannot read counts as absent.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn get<T: DeserializeOwned>(&self, store: &str, key: &str) -> Result<Option<T>, StoreError> {
        Ok(self.value(store, key).await?.and_then(|value| serde_json::from_str(&value.as_string()?).ok()))
    }

    /// Keys and values of every row whose key begins with `prefix`, in key order; an empty prefix means all.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn entries(&self, store: &str, prefix: &str) -> Result<Vec<(String, JsValue)>, StoreError> {
        let range = prefix_range(prefix)?.into();
        let store = self.store(store)?;
        let keys = store.get_all_keys_with_key(&range).map_err(|error| StoreError::from_js(&error))?;
        let values = store.get_all_with_key(&range).map_err(|error| StoreError::from_js(&error))?;
        let (keys, values) = (answer(&keys), answer(&values));
        let (keys, values) = (keys.await?.unchecked_into::<Array>(), values.await?.unchecked_into::<Array>());
        Ok(keys.iter().zip(values.iter()).filter_map(|(key, value)| Some((key.as_string()?, value))).collect())
    }

    /// Keys of every row whose key begins with `prefix`, in order; an empty prefix means all.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn keys(&self, store: &str, prefix: &str) -> Result<Vec<String>, StoreError> {
        let request = self.store(store)?.get_all_keys_with_key(&prefix_range(prefix)?.into()).map_err(|error| StoreError::from_js(&error))?;
        Ok(answer(&request).await?.unchecked_into::<Array>().iter().filter_map(|key| key.as_string()).collect())
    }

    /// Queues a write in clear as JSON text; [`Self::commit`] says whether it was kept.
    ///
    /// # Errors
    /// When the value cannot be stored at all.
    pub fn put<T: Serialize>(&self, store: &str, key: &str, row: &T) -> Result<(), StoreError> {
        let text = serde_json::to_string(row).map_err(|error| StoreError::Failed(error.to_string()))?;
        self.put_value(store, key, &text.into())
    }

    /// Queues a write of a raw value.
    ///
    /// # Errors
    /// When the value cannot be stored at all.
    pub fn put_value(&self, store: &str, key: &str, value: &JsValue) -> Result<(), StoreError> {
        self.store(store)?.put_with_key(value, &key.into()).map(|_| ()).map_err(|error| StoreError::from_js(&error))
    }

    /// Queues a removal.
    ///
    /// # Errors
    /// When the store refuses it.
    pub fn delete(&self, store: &str, key: &str) -> Result<(), StoreError> {
        self.store(store)?.delete(&key.into()).map(|_| ()).map_err(|error| StoreError::from_js(&error))
    }

    /// Queues the removal of every key that begins with `prefix`.
    ///
    /// # Errors
    /// When the store refuses it.
    pub fn delete_prefix(&self, store: &str, prefix: &str) -> Result<(), StoreError> {
        self.store(store)?.delete(&prefix_range(prefix)?.into()).map(|_| ()).map_err(|error| StoreError::from_js(&error))
    }

    /// Queues the removal of everything in a store.
    ///
    /// # Errors
    /// When the store refuses it.
    pub fn clear(&self, store: &str) -> Result<(), StoreError> {
        self.store(store)?.clear().map(|_| ()).map_err(|error| StoreError::from_js(&error))
    }

    /// Waits until the browser says `complete`: from then on the change survives a crash.
    ///
    /// # Errors
    /// [`StoreError::Full`] or [`StoreError::Failed`]; nothing was kept.
    pub async fn commit(self) -> Result<(), StoreError> {
        let done = self.done.borrow_mut().take();
        self.finished.set(true);
        // Nothing more is asked: without being told, the browser finds out only once it has answered every write, one event each. By name: some have it not.
        if let Some(function) = Reflect::get(&self.inner, &"commit".into()).ok().and_then(|function| function.dyn_into::<Function>().ok()) {
            // Refused when it is over already: then `done` says how.
            let _ = function.call0(&self.inner);
        }
        match done {
            Some(done) => done
                .await
                .map(|_| ())
                .map_err(|_| self.inner.error().map_or_else(|| StoreError::Failed("aborted".to_owned()), |error| StoreError::from_js(&error))),
            None => Ok(()),
        }
    }
}
