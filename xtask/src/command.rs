//! Starting other programs, and saying what is going on.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    // At run time first, so that a moved clone does not look at its old place.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// Where cargo puts what it compiles. `target/site` and our own files are always in the repository's `target`, see [`work_dir`].
pub(crate) fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |directory| root().join(directory))
}

/// Where intermediate files of this tool are kept between runs.
pub(crate) fn work_dir() -> PathBuf {
    root().join("target/xtask-work")
}

/// One line to the person at the terminal, French with English beside.
pub(crate) fn say(french: &str, english: &str) {
    if french == english { eprintln!("▸ {french}") } else { eprintln!("▸ {french} · {english}") }
}

/// Cargo, as the person would start it from the root of the repository.
pub(crate) fn cargo() -> Run {
    let mut run = Run::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` describes *this* crate in the environment. Handed on, those variables would make cargo believe that crates which watch them
    // (ring, for one) changed, and recompile them at each turn between `cargo xtask` and plain cargo.
    for (name, _) in env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") || name_text == "CARGO_BIN_NAME" || name_text == "CARGO_CRATE_NAME" {
            run.command.env_remove(&name);
        }
    }
    run
}

/// A program about to be started, in the root of the repository unless told otherwise.
pub(crate) struct Run {
    command: Command,
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root());
        Self { command }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn current_dir(mut self, directory: impl AsRef<Path>) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// Runs it with our own output.
    ///
    /// # Errors
    /// When it cannot be started or does not succeed.
    pub(crate) fn check(mut self) -> anyhow::Result<()> {
        let status = self.command.status().with_context(|| format!("cannot start {}", self.line()))?;
        if !status.success() {
            bail!("échec · failed ({status}): {}", self.line());
        }
        Ok(())
    }

    /// Runs it silently and returns what it printed; its output is shown only when it fails.
    ///
    /// # Errors
    /// When it cannot be started, does not succeed, or prints something else than UTF-8.
    pub(crate) fn output_text(mut self) -> anyhow::Result<String> {
        let output = self.command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", self.line()))?;
        if !output.status.success() {
            bail!(
                "échec · failed ({}): {}\n{}{}",
                output.status,
                self.line(),
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        String::from_utf8(output.stdout).with_context(|| format!("{} did not print UTF-8", self.line()))
    }

    /// Starts it and leaves it running.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn spawn_silent(mut self, log: std::fs::File) -> anyhow::Result<Child> {
        let log_too = log.try_clone()?;
        self.command.stdin(Stdio::null()).stdout(log).stderr(log_too).spawn().with_context(|| format!("cannot start {}", self.line()))
    }

    /// Becomes the program, so that Ctrl-C and exit status are its own.
    ///
    /// # Errors
    /// When it cannot be started.
    #[cfg(unix)]
    pub(crate) fn exec(mut self) -> anyhow::Result<()> {
        use std::os::unix::process::CommandExt as _;
        let error = self.command.exec();
        Err(error).with_context(|| format!("cannot start {}", self.line()))
    }

    /// Runs the program to its end.
    ///
    /// # Errors
    /// When it cannot be started or does not succeed.
    #[cfg(not(unix))]
    pub(crate) fn exec(self) -> anyhow::Result<()> {
        self.check()
    }

    fn line(&self) -> String {
        std::iter::once(self.command.get_program()).chain(self.command.get_args()).map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }
}

/// Does two things at once and fails when either does. Both halves of a build end in one long step that keeps a single core busy (link-time optimisation and
/// wasm-opt; linking the server): side by side they save minutes on a fresh clone.
///
/// # Errors
/// The first failure, when either fails.
pub(crate) fn together(first: impl FnOnce() -> anyhow::Result<()>, second: impl FnOnce() -> anyhow::Result<()> + Send) -> anyhow::Result<()> {
    std::thread::scope(|scope| {
        let second = scope.spawn(second);
        let first = first();
        let second = second.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a build thread panicked")));
        first.and(second)
    })
}

/// The first of `names` found in `PATH`.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path: OsString = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file()))
}
