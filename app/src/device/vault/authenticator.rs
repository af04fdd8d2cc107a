//! The phone's own lock (fingerprint, face), through Web Authentication and its extension `prf`. Local from end to end: it needs no network, and no answer is
//! shown to the server.

use std::cell::RefCell;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::AbortController;

use super::{
    crypt::{KEY_BYTES, Key},
    prf,
    webcrypto::{self, bytes, call, get, object, set},
};

/// Bytes of the salt that the authenticator is given, and of its answer.
pub const SALT_BYTES: usize = 32;
/// Bytes of a challenge. Nobody verifies the answer: random all the same, as authenticators expect.
const CHALLENGE_BYTES: usize = 32;
/// Time that the person has to answer.
const TIMEOUT_MS: u32 = 60_000;
/// COSE algorithms: ECDSA with P-256, and RSA for the authenticators that have nothing else. The signature is not used.
const ALGORITHMS: [i32; 2] = [-7, -257];

/// Why no key came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthenticatorFault {
    /// The person refused, was not recognised, or took too long: browsers tell none of these apart.
    NotConfirmed,
    /// It recognises people, and makes no bytes to encrypt with (no extension `prf`).
    CannotEncrypt,
    /// Anything else: the browser, the store, or bytes that open nothing.
    Failed,
}

thread_local! {
    /// Ends the question under way. Browsers refuse a second one beside it.
    static ASKING: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

/// Ends the question under way, if there is one: the person went on without it.
pub fn stop_asking() {
    if let Some(asking) = ASKING.take() {
        asking.abort();
    }
}

/// Whether this browser, at this address, can ask the phone to recognise its person.
pub async fn is_offered() -> bool {
    offered().await.unwrap_or(false)
}

async fn offered() -> Option<bool> {
    let window = web_sys::window()?;
    if !prf::is_named(&window.location().hostname().ok()?) {
        return Some(false);
    }
    // Absent outside a secure context, too.
    let class = get(&window, "PublicKeyCredential")?;
    call(&class, "isUserVerifyingPlatformAuthenticatorAvailable", &JsValue::UNDEFINED).await.ok()?.as_bool()
}

/// Makes a credential for a vault: what the authenticator calls it, and the key that it derives for a salt. A credential made for the same vault before is
/// replaced by the authenticator.
///
/// # Errors
/// [`AuthenticatorFault`].
pub async fn register(vault: &str, salt: &[u8]) -> Result<(Vec<u8>, Key), AuthenticatorFault> {
    // Nothing that tells who: makers of phones copy these names to their servers.
    let name = JsValue::from_str("Brigade");
    let algorithms: Array = ALGORITHMS.iter().map(|code| object(&[("type", "public-key".into()), ("alg", (*code).into())])).collect();
    // Discoverable, because some authenticators have `prf` on such credentials only.
    let chosen = object(&[("authenticatorAttachment", "platform".into()), ("residentKey", "required".into()), ("userVerification", "required".into())]);
    let credential = ask(
        "create",
        &[
            ("rp", object(&[("name", name.clone())])),
            ("user", object(&[("id", bytes(vault.as_bytes())), ("name", name.clone()), ("displayName", name)])),
            ("pubKeyCredParams", algorithms.into()),
            ("authenticatorSelection", chosen),
        ],
        salt,
    )
    .await?;
    let id = get(&credential, "rawId").map(|id| Uint8Array::new(&id).to_vec()).ok_or(AuthenticatorFault::Failed)?;
    let key = match output(&credential) {
        Output::Bytes(answer) => derive(vault, &answer).await.ok_or(AuthenticatorFault::Failed)?,
        // Many make the credential first and answer for a salt only when asked again.
        Output::Later => key(vault, &id, salt).await?,
        Output::Never => return Err(AuthenticatorFault::CannotEncrypt),
    };
    Ok((id, key))
}

/// The key that the authenticator derives for a salt, once it has recognised the person.
///
/// # Errors
/// [`AuthenticatorFault`].
pub async fn key(vault: &str, credential: &[u8], salt: &[u8]) -> Result<Key, AuthenticatorFault> {
    let transports = Array::of1(&"internal".into());
    let allowed = object(&[("type", "public-key".into()), ("id", bytes(credential)), ("transports", transports.into())]);
    let asked = [("allowCredentials", Array::of1(&allowed).into()), ("userVerification", "required".into())];
    let assertion = ask("get", &asked, salt).await?;
    // What was asked for as required, and some password managers leave out.
    if !is_verified(&assertion) {
        return Err(AuthenticatorFault::NotConfirmed);
    }
    match output(&assertion) {
        Output::Bytes(answer) => derive(vault, &answer).await.ok_or(AuthenticatorFault::Failed),
        Output::Later | Output::Never => Err(AuthenticatorFault::CannotEncrypt),
    }
}

async fn ask(verb: &str, options: &[(&str, JsValue)], salt: &[u8]) -> Result<JsValue, AuthenticatorFault> {
    let challenge = super::random::<CHALLENGE_BYTES>().map_err(|_| AuthenticatorFault::Failed)?;
    let inputs = object(&[("prf", object(&[("eval", object(&[("first", bytes(salt))]))]))]);
    let asked = object(options);
    set(&asked, &[("challenge", bytes(&challenge)), ("timeout", TIMEOUT_MS.into()), ("extensions", inputs)]);
    stop_asking();
    let stop = AbortController::new().map_err(|_| AuthenticatorFault::Failed)?;
    let options = object(&[("publicKey", asked), ("signal", stop.signal().into())]);
    ASKING.set(Some(stop));
    let container = web_sys::window().and_then(|window| get(&window.navigator(), "credentials")).ok_or(AuthenticatorFault::Failed)?;
    call(&container, verb, &options).await.map_err(|error| {
        let is_no = get(&error, "name").is_some_and(|name| name == "NotAllowedError");
        if is_no { AuthenticatorFault::NotConfirmed } else { AuthenticatorFault::Failed }
    })
}

/// Whether the authenticator says that it verified the person: a bit of the byte that follows the hash of the host's name.
fn is_verified(assertion: &JsValue) -> bool {
    const FLAGS_AT: u32 = 32;
    const VERIFIED: u8 = 0b100;
    let data = get(assertion, "response").and_then(|response| get(&response, "authenticatorData"));
    data.is_some_and(|data| {
        let data = Uint8Array::new(&data);
        data.length() > FLAGS_AT && data.get_index(FLAGS_AT) & VERIFIED != 0
    })
}

/// What came of the salt.
enum Output {
    Bytes(Uint8Array),
    /// It will be answered for when the credential is asked for.
    Later,
    Never,
}

fn output(credential: &JsValue) -> Output {
    let results = get(credential, "getClientExtensionResults").and_then(|method| method.unchecked_into::<Function>().call0(credential).ok());
    let Some(prf) = results.and_then(|results| get(&results, "prf")) else { return Output::Never };
    let first = get(&prf, "results").and_then(|results| get(&results, "first")).map(|first| Uint8Array::new(&first));
    match first.filter(|first| first.length() as usize == SALT_BYTES) {
        Some(first) => Output::Bytes(first),
        None if get(&prf, "enabled").is_some_and(|enabled| enabled.is_truthy()) => Output::Later,
        None => Output::Never,
    }
}

/// HKDF-SHA-256 for one vault. The answer is wiped.
async fn derive(vault: &str, answer: &Uint8Array) -> Option<Key> {
    let derived = webcrypto::hkdf(answer, &[], &prf::info(vault), KEY_BYTES).await?;
    let mut key = Key::default();
    derived.copy_to(key.as_mut_slice());
    derived.fill(0, 0, derived.length());
    Some(key)
}
