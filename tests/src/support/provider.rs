//! An OpenID Connect provider that says whatever a story wants. A real one runs in the browser's stories; this one also lies.

use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What it says.
#[derive(Clone, Debug)]
pub struct Said {
    /// Claims of the ID token, over those that are right.
    pub claims: Value,
    pub userinfo: Value,
    /// Over what discovery says.
    pub discovery: Value,
    /// Algorithm of the token's header.
    pub algorithm: &'static str,
    /// Signed with a key that it does not tell.
    pub is_forged: bool,
    /// An answer of this many bytes to everything.
    pub floods: usize,
    /// Every question is sent elsewhere.
    pub redirects_to: Option<String>,
    /// Nothing is answered: the line is closed.
    pub is_silent: bool,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            claims: json!({}),
            userinfo: json!({ "sub": "sujet-1" }),
            discovery: json!({}),
            algorithm: "ES256",
            is_forged: false,
            floods: 0,
            redirects_to: None,
            is_silent: false,
        }
    }
}

/// One question that it was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: String,
    pub body: String,
}

#[derive(Clone)]
pub struct LyingProvider {
    pub issuer: String,
    pub said: Arc<Mutex<Said>>,
    pub asked: Arc<Mutex<Vec<Asked>>>,
    key: SigningKey,
}

/// What a page of sign-in was asked, as the address of the browser has it.
pub fn query(address: &str, name: &str) -> String {
    let pairs = address.split_once('?').expect("a query").1;
    let value = pairs.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_else(|| panic!("no {name} in {address}"));
    let bytes = value.as_bytes();
    let (mut text, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if bytes[at] == b'%' {
            text.push(u8::from_str_radix(&value[at + 1..at + 3], 16).expect("hexadecimal"));
            at += 3;
        } else {
            text.push(if bytes[at] == b'+' { b' ' } else { bytes[at] });
            at += 1;
        }
    }
    String::from_utf8(text).expect("a text")
}

impl LyingProvider {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let key = SigningKey::from_slice(&[7; 32]).expect("a key");
        let provider = Self { issuer, said: Arc::default(), asked: Arc::default(), key };
        let serving = provider.clone();
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let provider = serving.clone();
                tokio::spawn(async move { provider.answer(line).await });
            }
        });
        provider
    }

    pub fn host(&self) -> &str {
        self.issuer.trim_start_matches("http://")
    }

    /// From now on.
    pub fn says(&self, change: impl FnOnce(&mut Said)) {
        let mut said = Said::default();
        change(&mut said);
        *self.said.lock().expect("a lock") = said;
    }

    async fn answer(&self, mut line: TcpStream) {
        let (mut text, mut chunk) = (Vec::new(), [0; 4096]);
        let (head, body) = loop {
            let Ok(read) = line.read(&mut chunk).await else { return };
            if read == 0 {
                return;
            }
            text.extend_from_slice(&chunk[..read]);
            let whole = String::from_utf8_lossy(&text).into_owned();
            let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
            if body.len() >= length {
                break (head.to_owned(), body.to_owned());
            }
        };
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.asked.lock().expect("a lock").push(Asked { path: path.clone(), headers: head, body });
        let said = self.said.lock().expect("a lock").clone();
        if said.is_silent {
            return;
        }
        let answer = if let Some(elsewhere) = &said.redirects_to {
            format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}{path}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        } else {
            let mut body = self.body(&path, &said).to_string();
            if said.floods > 0 {
                body = format!("{{\"x\":\"{}\"}}", "x".repeat(said.floods));
            }
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
        };
        // Whoever hung up is not told.
        drop(line.write_all(answer.as_bytes()).await);
    }

    fn body(&self, path: &str, said: &Said) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        match path {
            "/.well-known/openid-configuration" => over(
                json!({
                    "issuer": self.issuer, "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"), "userinfo_endpoint": at("/me"),
                    "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["ES256"],
                }),
                &said.discovery,
            ),
            "/keys" => {
                let point = self.key.verifying_key().to_sec1_point(false);
                let coordinate = |bytes: Option<&[u8]>| URL_SAFE_NO_PAD.encode(bytes.expect("a coordinate"));
                json!({ "keys": [{
                    "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "1",
                    "x": coordinate(point.x().map(AsRef::as_ref)), "y": coordinate(point.y().map(AsRef::as_ref)),
                }] })
            }
            "/token" => json!({ "access_token": "jeton", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(said) }),
            "/me" => said.userinfo.clone(),
            _ => json!({ "error": "invalid_request" }),
        }
    }

    fn id_token(&self, said: &Said) -> String {
        let now = server::clock::now().0 / 1_000;
        let claims = over(json!({ "iss": self.issuer, "aud": "brigade", "sub": "sujet-1", "iat": now, "exp": now + 60 }), &said.claims);
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({ "alg": said.algorithm, "kid": "1", "typ": "JWT" })), part(&claims));
        let key = if said.is_forged { SigningKey::from_slice(&[9; 32]).expect("a key") } else { self.key.clone() };
        let signature: Signature = key.sign(signed.as_bytes());
        if said.algorithm == "none" { format!("{signed}.") } else { format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())) }
    }
}

/// An object with another's fields over its own; `null` takes one away.
fn over(mut value: Value, other: &Value) -> Value {
    let fields = value.as_object_mut().expect("an object");
    for (name, field) in other.as_object().expect("an object") {
        if field.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), field.clone());
        }
    }
    value
}
