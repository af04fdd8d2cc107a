//! An authenticator in software (WebAuthn, ES256, attestation « none »), which also lies.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

#[derive(Clone)]
pub struct Authenticator {
    key: SigningKey,
    pub id: Vec<u8>,
    pub counter: u32,
    /// As the browser says it.
    pub origin: String,
    /// For whom the authenticator keeps it.
    pub user: Vec<u8>,
    /// Somebody unlocked it.
    pub is_verified: bool,
}

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 4;
const HAS_CREDENTIAL: u8 = 64;

impl Authenticator {
    pub fn new(origin: &str) -> Self {
        let seed: [u8; 32] = Sha256::digest(server::clock::new_secret()).into();
        let key = SigningKey::from_slice(&seed).expect("a key");
        Self { key, id: server::clock::random_bytes::<32>().to_vec(), counter: 0, origin: origin.to_owned(), user: Vec::new(), is_verified: true }
    }

    fn client_data(&self, verb: &str, options: &Value) -> Vec<u8> {
        json!({ "type": format!("webauthn.{verb}"), "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn data(&self, name: &str, flags: u8) -> Vec<u8> {
        let verified = if self.is_verified { USER_VERIFIED } else { 0 };
        [Sha256::digest(name).as_slice(), &[flags | USER_PRESENT | verified], &self.counter.to_be_bytes()].concat()
    }

    /// Makes a passkey, as `navigator.credentials.create` does.
    pub fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options");
        self.user = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().expect("a user")).expect("base64url");
        self.counter += 1;
        let point = self.key.verifying_key().to_sec1_point(false);
        let bytes = point.as_bytes();
        // COSE, of an ES256 key.
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20], &bytes[1..33], &[0x22, 0x58, 0x20], &bytes[33..]].concat();
        let mut data = self.data(options["rp"]["id"].as_str().expect("a name"), HAS_CREDENTIAL);
        data.extend([[0; 16].as_slice(), &u16::try_from(self.id.len()).expect("short").to_be_bytes(), &self.id, &cose].concat());
        // CBOR: { fmt: "none", attStmt: {}, authData: bytes }.
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x59");
        attestation.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        attestation.extend(&data);
        let response =
            json!({ "clientDataJSON": URL_SAFE_NO_PAD.encode(self.client_data("create", &options)), "attestationObject": URL_SAFE_NO_PAD.encode(attestation) });
        self.json(&response)
    }

    /// Shows the passkey, as `navigator.credentials.get` does.
    pub fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).expect("options");
        self.counter += 1;
        let client_data = self.client_data("get", &options);
        let data = self.data(options["rpId"].as_str().expect("a name"), 0);
        let signature: Signature = self.key.sign(&[data.as_slice(), &Sha256::digest(&client_data)].concat());
        let response = json!({
            "clientDataJSON": URL_SAFE_NO_PAD.encode(client_data), "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature.to_der()), "userHandle": URL_SAFE_NO_PAD.encode(&self.user),
        });
        self.json(&response)
    }

    fn json(&self, response: &Value) -> String {
        let id = URL_SAFE_NO_PAD.encode(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "extensions": {} }).to_string()
    }
}
