//! How figures are taken, kept and printed.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::program::Program;

/// What many requests at once came to.
pub struct Measured {
    pub latencies: Latencies,
    pub seconds: f64,
    /// Processor time of the server.
    pub cpu_ms: f64,
}

/// A measure under way: the clock and the server's processor time at its beginning.
pub struct Measure {
    started: Instant,
    cpu_ms_before: f64,
}

impl Measure {
    pub fn begin(program: &Program) -> anyhow::Result<Self> {
        Ok(Self { cpu_ms_before: program.cpu_ms()?, started: Instant::now() })
    }

    /// Waits for every lane, each of which says how long its requests took.
    pub async fn end(self, program: &Program, mut lanes: JoinSet<anyhow::Result<Vec<Duration>>>) -> anyhow::Result<Measured> {
        let mut latencies = Latencies::default();
        while let Some(taken) = lanes.join_next().await {
            latencies.extend(taken??);
        }
        Ok(Measured { latencies, seconds: self.started.elapsed().as_secs_f64(), cpu_ms: program.cpu_ms()? - self.cpu_ms_before })
    }
}

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
