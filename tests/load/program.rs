//! The release server as another process, with what the operating system says of it.

use std::{path::Path, process::Stdio, time::Instant};

use anyhow::Context;
use tokio::process::{Child, Command};

pub struct Program {
    child: Child,
    pid: u32,
    pub base: String,
    /// From the start of the process to its first answer.
    pub start_ms: f64,
}

const PORT: u16 = 3987;
/// Jiffies per second of `/proc/<pid>/stat` on every Linux we meet.
const TICKS_PER_SECOND: f64 = 100.0;

impl Program {
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        let program = std::env::var("BRIGADE_BIN").unwrap_or_else(|_| "target/release/brigade".to_owned());
        let base = format!("http://127.0.0.1:{PORT}");
        let started = Instant::now();
        let child = Command::new(&program)
            .args(["serve", "--listen", &format!("127.0.0.1:{PORT}"), "--data"])
            .arg(folder)
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {program}"))?;
        let pid = child.id().context("the server ended at once")?;
        let client = reqwest::Client::new();
        while client.get(format!("{base}/healthz")).send().await.is_err() {
            anyhow::ensure!(started.elapsed().as_secs() < 30, "the server does not answer");
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        let start_ms = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
        Ok(Self { child, pid, base, start_ms })
    }

    /// A client that carries the session.
    pub async fn sign_in(&self, email: &str, password: &str) -> anyhow::Result<reqwest::Client> {
        let message = serde_json::json!({ "email": email, "password": password });
        let session: serde_json::Value =
            reqwest::Client::new().post(format!("{}/api/v1/session", self.base)).json(&message).send().await?.error_for_status()?.json().await?;
        let token = session["token"].as_str().context("no token")?;
        let mut headers = reqwest::header::HeaderMap::new();
        headers.insert(reqwest::header::AUTHORIZATION, format!("Bearer {token}").parse()?);
        Ok(reqwest::Client::builder().default_headers(headers).build()?)
    }

    /// Resident megabytes now, and at the peak.
    pub fn memory_mb(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let field = |name: &str| -> Option<f64> { status.lines().find(|line| line.starts_with(name))?.split_whitespace().nth(1)?.parse().ok() };
        let mb = |kb: f64| (kb / 1024.0 * 10.0).round() / 10.0;
        Ok((mb(field("VmRSS:").context("VmRSS")?), mb(field("VmHWM:").context("VmHWM")?)))
    }

    /// Milliseconds of processor used so far, user and system.
    pub fn cpu_ms(&self) -> anyhow::Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let after_name = stat.rsplit(')').next().context("stat")?;
        let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        Ok(ticks * 1000.0 / TICKS_PER_SECOND)
    }

    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}
