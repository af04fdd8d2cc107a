//! A form that is read to its end, whatever was made of it.
//!
//! A browser sends the whole of a form before it reads the answer. A server that answers early and closes the line with bytes unread makes the system reset it,
//! and the browser then says that the site does not answer: what was said is lost.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::Request,
    middleware::Next,
    response::Response,
};
use futures::{Stream, StreamExt as _};

/// Answers once the body has come whole, or once `BYTES_MAX` of it more than what was read have come.
pub async fn read_whole<const BYTES_MAX: usize>(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body.into_data_stream())));
    let mut rest = body.clone();
    let answer = next.run(Request::from_parts(head, Body::from_stream(body))).await;
    let mut left = BYTES_MAX;
    while let Some(Ok(chunk)) = rest.next().await {
        match left.checked_sub(chunk.len()) {
            Some(less) => left = less,
            None => break,
        }
    }
    answer
}

/// A body that outlives who reads it first.
#[derive(Clone)]
struct Shared(Arc<Mutex<BodyDataStream>>);

impl Stream for Shared {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // A reader that panicked left a stream that can still be read.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).poll_next_unpin(cx)
    }
}
