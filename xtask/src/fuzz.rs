//! Schemathesis (from `PyPI`) asks everything that `openapi.json` describes of a demonstration server on 127.0.0.1, as several roles.
//!
//! Not part of `cargo xtask test`: it takes minutes, and draws its questions. What it finds gets a story of its own in `tests/src/api`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::command::{Run, cargo, find_program, root, say, target_dir};
use crate::site;

/// Of the demonstration: those who read, those who act, those who only answer.
const ROLES: [&str; 4] = ["coordination@demo.test", "psychosocial@demo.test", "cisss@demo.test", "vie-privee@demo.test"];
const PASSWORD: &str = "brigade-demo";
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
const START_SECONDS_MAX: u64 = 120;

#[derive(Args)]
pub(crate) struct FuzzOptions {
    /// Exemples par route · Examples of each route
    #[arg(long, default_value_t = 30)]
    examples: u32,
    /// Seulement ce compte · This account only
    #[arg(long)]
    account: Option<String>,
}

/// The server under questions, ended when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// # Errors
/// When Python is missing, the server does not start, or an answer is not what the document says.
pub(crate) fn fuzz(options: &FuzzOptions) -> anyhow::Result<()> {
    let folder = root().join("target/fuzz");
    fs::create_dir_all(&folder)?;
    let programs = folder.join("venv/bin");
    if !programs.join("schemathesis").exists() {
        say("installation de schemathesis dans target/fuzz", "installing schemathesis in target/fuzz");
        let python = find_program(&["python3"]).context("python3 (avec venv) est requis · python3 (with venv) is required")?;
        Run::new(python).args(["-m", "venv"]).arg(folder.join("venv")).check()?;
        Run::new(programs.join("pip")).args(["install", "--quiet", SCHEMATHESIS]).check()?;
    }
    site::prepare()?;
    cargo().args(["build", "-p", "server", "--bin", "brigade"]).check()?;
    let data = folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let log = fs::File::create(folder.join("server.log"))?;
    let server = Run::new(target_dir().join("debug/brigade")).args(["serve", "--demo", "--listen", &address, "--data"]).arg(&data).spawn_silent(log)?;
    let _program = Program(server);
    wait_until_ready(&address)?;
    let mut failed = Vec::new();
    for account in ROLES.into_iter().filter(|role| options.account.as_deref().is_none_or(|only| only == *role)) {
        say(&format!("questions de {account}"), &format!("questions of {account}"));
        let token = sign_in(&address, account)?;
        let run = Run::new(programs.join("schemathesis"))
            .args(["run", &format!("http://{address}/api/openapi.json"), "--header", &format!("Authorization: Bearer {token}")])
            .args(["--checks", "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"])
            .args(["--phases", "examples,coverage,fuzzing", "--max-examples", &options.examples.to_string()])
            // The live line never ends; signing out would end what is being asked; of the pieces of an upload schemathesis makes no body.
            .args(["--exclude-path", "/api/v1/emergency/events", "--exclude-path", "/api/v1/session", "--exclude-path", "/api/v1/photos/uploads/{id}"])
            .args(["--continue-on-failure", "--generation-deterministic", "--request-timeout", "20", "--no-color"])
            .current_dir(&folder);
        if let Err(error) = run.check() {
            eprintln!("{error}");
            failed.push(account);
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        bail!("des réponses ne sont pas celles que le document dit · answers that the document does not describe: {failed:?}")
    }
}

fn wait_until_ready(address: &str) -> anyhow::Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(START_SECONDS_MAX) {
        if ask(address, "GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    bail!("le serveur ne répond pas · the server does not answer: target/fuzz/server.log")
}

fn sign_in(address: &str, account: &str) -> anyhow::Result<String> {
    let body = serde_json::json!({ "email": account, "password": PASSWORD }).to_string();
    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let answer = ask(address, &format!("{head}{body}"))?;
    let token = answer.split("\"token\":\"").nth(1).and_then(|rest| rest.split('"').next());
    token.map(str::to_owned).with_context(|| format!("{account} n’entre pas · cannot sign in"))
}

fn ask(address: &str, request: &str) -> anyhow::Result<String> {
    let mut line = TcpStream::connect(address)?;
    line.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    line.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
