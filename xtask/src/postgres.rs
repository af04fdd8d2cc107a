//! A throw-away PostgreSQL cluster: own folder, own port on 127.0.0.1, stopped and erased when dropped.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::command::{Run, say, work_dir};
use crate::system;

const START_SECONDS_MAX: u64 = 60;

/// A running cluster.
pub(crate) struct Cluster {
    programs: PathBuf,
    directory: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Creates and starts one, as the user `postgres` when we are root: PostgreSQL refuses to run as root.
    ///
    /// # Errors
    /// When PostgreSQL is missing and cannot be installed, or does not start.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let programs = system::ensure_postgres()?;
        erase_abandoned(&programs);
        say("démarrage d’un PostgreSQL jetable", "starting a throw-away PostgreSQL");
        let directory = new_directory()?;
        let data = directory.join("data");
        as_postgres(&programs.join("initdb"))
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&directory)
            .output_text()?;
        // Asked of the system, then handed on: nobody else takes it in between, short of very bad luck, which shows as a failure to start.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = fs::File::create(directory.join("postgres.log"))?;
        let server = as_postgres(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()])
            // No socket file, whose path could be too long. Without fsync a power cut would lose the data, which is erased in a minute anyway; a killed
            // process loses nothing, so tests of sudden death keep their meaning.
            .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="])
            .args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"])
            .current_dir(&directory)
            .spawn_silent(log)?;
        // From here on, dropping it stops it.
        let mut cluster = Self { programs, directory, port, server };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// Where tests connect.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let start = Instant::now();
        let log = |directory: &Path| fs::read_to_string(directory.join("postgres.log")).unwrap_or_default();
        loop {
            let ready = Run::new(self.programs.join("pg_isready")).args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]).output_text();
            if ready.is_ok() {
                return Ok(());
            }
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL s’est arrêté · PostgreSQL stopped ({status})\n{}", log(&self.directory));
            }
            if start.elapsed() > Duration::from_secs(START_SECONDS_MAX) {
                bail!("PostgreSQL ne répond pas · PostgreSQL does not answer\n{}", log(&self.directory));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        stop(&self.programs, &self.directory);
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.directory);
    }
}

fn stop(programs: &Path, directory: &Path) {
    // Nothing to be done about a failure: the folder is erased next, on which PostgreSQL stops by itself.
    let _ =
        as_postgres(&programs.join("pg_ctl")).args(["stop", "-m", "immediate", "-w", "-D"]).arg(directory.join("data")).current_dir(directory).output_text();
}

/// Stops and erases what a killed run left behind. Folders carry the process id of their run, so that two runs never meet.
fn erase_abandoned(programs: &Path) {
    for parent in [work_dir(), std::env::temp_dir()] {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let Some(process) = name.to_str().and_then(|name| name.strip_prefix("brigade-postgres-")) else { continue };
            if !Path::new("/proc").join(process).exists() {
                stop(programs, &entry.path());
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Under `target/`, or in the temporary folder where the user `postgres` cannot get into `target/` (a clone in root's home).
fn new_directory() -> anyhow::Result<PathBuf> {
    for parent in [work_dir(), std::env::temp_dir()] {
        let directory = parent.join(format!("brigade-postgres-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory)?;
        if !system::is_root() {
            return Ok(directory);
        }
        Run::new("chown").arg("postgres").arg(&directory).output_text()?;
        if as_postgres(Path::new("test")).arg("-w").arg(&directory).current_dir("/").output_text().is_ok() {
            return Ok(directory);
        }
        fs::remove_dir_all(&directory)?;
    }
    bail!("l’utilisateur postgres ne peut écrire nulle part · the user postgres can write nowhere")
}

fn as_postgres(program: &Path) -> Run {
    if system::is_root() { Run::new("runuser").args(["-u", "postgres", "--"]).arg(program) } else { Run::new(program) }
}
