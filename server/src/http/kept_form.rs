//! The same plain forms, sent by a page that stays open: what is refused is told to that page, so that nothing typed in it is lost.
//!
//! A form sent by a browser alone gets its 303, as always. One that carries [`KEPT_FORM`] gets where it would have gone, and why it was refused if it was.

use app::{
    document::{Flash, FlashKind},
    texts::common,
};
use axum::{
    Json,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use casework::wire::v1::{FormAnswer, FormRefusal, KEPT_FORM};

use super::{forms::FLASH, session::cookie_set};
use crate::pages::chosen_locale;

/// Turns the redirection of a form into an answer that the page reads.
pub async fn answer(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(KEPT_FORM) {
        return next.run(request).await;
    }
    let locale = chosen_locale(request.headers());
    let response = next.run(request).await;
    let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok()).map(str::to_owned);
    let (Some(location), StatusCode::SEE_OTHER) = (location, response.status()) else { return response };
    let left = response.headers().get_all(header::SET_COOKIE).iter().find_map(|value| cookie_set(value, FLASH));
    let refused = left.and_then(|value| value.split(':').nth(1).filter(|_| value.starts_with("error:"))).map(|code| {
        let flash = Flash { kind: FlashKind::Error, code: code.to_owned() };
        FormRefusal { message: common::flash(&flash, locale).to_owned(), code: flash.code }
    });
    let is_refused = refused.is_some();
    let mut answer = Json(FormAnswer { location, refused }).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for value in response.headers().get_all(header::SET_COOKIE) {
        // What was refused is told here: the next page has nothing to say of it.
        if !is_refused || cookie_set(value, FLASH).is_none() {
            headers.append(header::SET_COOKIE, value.clone());
        }
    }
    answer
}
