//! An HTTP client that follows nothing and hides nothing.

use casework::wire::v1::ErrorBody;
use reqwest::{Method, RequestBuilder, header::HeaderMap, redirect::Policy};
use serde_json::Value;

/// A client with the headers of one person.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    headers: Vec<(&'static str, String)>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { http, base: base.to_owned(), headers: Vec::new() }
    }

    /// The same person, with one header more.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name, value.to_owned()));
        client
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        self.headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
    }

    pub async fn send(request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, body: response.bytes().await.expect("the answer is whole").to_vec() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        Self::send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Self::send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Self::send(self.request(Method::POST, path).json(body)).await
    }

    /// Whatever bytes, said to be JSON.
    pub async fn post_text(&self, path: &str, body: &str) -> Answer {
        Self::send(self.request(Method::POST, path).header("content-type", "application/json").body(body.to_owned())).await
    }

    /// A plain form, as a page without scripts sends it.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields.iter().map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect::<Vec<_>>().join("&");
        Self::send(self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded").body(body)).await
    }
}

/// Every byte but letters and digits, as a form or a query carries it.
pub fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The answer, whose status must be this one.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The answer, which must be our error of this code, in both languages.
    #[track_caller]
    pub fn expect_refusal(self, status: u16, code: &str) -> Self {
        let error = self.error();
        assert_eq!((self.status, error.code.as_str()), (status, code), "{error:?}");
        self
    }

    /// Our error, whole: a code, a French sentence and an English one.
    #[track_caller]
    pub fn error(&self) -> casework::wire::v1::ApiError {
        let body: ErrorBody =
            serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not our error body ({error}): {} {}", self.status, self.text()));
        for text in [&body.error.code, &body.error.message, &body.error.message_en] {
            assert!(!text.trim().is_empty(), "{body:?}");
        }
        assert_ne!(body.error.message, body.error.message_en, "the two languages say the same words");
        body.error
    }
}
