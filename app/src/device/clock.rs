//! The only place of the phone that reads the clock, draws ids and random numbers.

use casework::clock::Timestamp;
use uuid::Uuid;

/// The phone's clock. Never trusted to order anything.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit an i64 for 292 million years")]
    Timestamp(js_sys::Date::now() as i64)
}

/// Milliseconds since the page began, by a clock that nobody can set.
pub fn monotonic_ms() -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of one page's life")]
    web_sys::window().and_then(|window| window.performance()).map_or(0, |performance| performance.now() as i64)
}

/// A new identifier, for any of the id types.
#[expect(clippy::disallowed_methods, reason = "this is the phone's id module")]
pub fn new_id<I: From<Uuid>>() -> I {
    I::from(Uuid::now_v7())
}

/// Uniform in `0..1`, to spread retries.
pub fn jitter() -> f64 {
    js_sys::Math::random()
}

/// Today in the phone's time zone, `YYYY-MM-DD`; used until the server said its own.
pub fn today() -> String {
    let date = js_sys::Date::new_0();
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}
