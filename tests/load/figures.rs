//! How figures are kept and printed.

use std::time::Duration;

/// One JSON line: the name, then the figures.
pub fn line(name: &str, figures: &serde_json::Value) {
    let mut object = serde_json::Map::from_iter([("name".to_owned(), name.into())]);
    if let Some(figures) = figures.as_object() {
        object.extend(figures.clone());
    }
    println!("{}", serde_json::Value::Object(object));
}

/// How long each request took.
#[derive(Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    pub fn push(&mut self, taken: Duration) {
        self.0.push(taken);
    }

    pub fn extend(&mut self, taken: Vec<Duration>) {
        self.0.extend(taken);
    }

    /// Milliseconds under which this share of the requests stayed, to a hundredth.
    pub fn percentile(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
        sorted.get(index).map_or(0.0, |taken| (taken.as_secs_f64() * 100_000.0).round() / 100.0)
    }
}
