//! Photos that this program does not read (HEIC, AVIF), read by one of the system: `heif-dec` or `heif-convert`, of libheif.
//!
//! What a phone sent is opened there by a decoder that is not memory-safe. It runs apart, as a child without a shell: nothing of our memory, none of our
//! environment, a folder of its own, and only so much time, memory and disk. It is not kept from reading what our user may read, nor from the network: an
//! operator who wants that too names a program that sets a sandbox up first.

use std::{
    convert::Infallible,
    env, fs,
    io::{self, Read},
    path::{self, Path, PathBuf},
    process::{ExitStatus, Stdio},
    str::FromStr,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use tokio::{
    io::AsyncReadExt,
    process::{Child, Command},
    sync::OnceCell,
    task::spawn_blocking,
    time,
};

use super::heif;
use crate::clock::{new_secret, sha256_hex};

/// Which program reads photos in formats that we do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConverterChoice {
    /// The first of [`KNOWN`] in `PATH`, if there is one.
    Search,
    /// None, even where there is one.
    Never,
    Program(PathBuf),
}

impl FromStr for ConverterChoice {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "auto" => Self::Search,
            "none" => Self::Never,
            program => Self::Program(program.into()),
        })
    }
}

/// Names of the program: since libheif 1.18, and before.
const KNOWN: [&str; 2] = ["heif-dec", "heif-convert"];
/// What the program is told of its surroundings: where programs, libraries and decoders are. Ours may hold the password of the database.
const TOLD: [&str; 3] = ["PATH", "LD_LIBRARY_PATH", "LIBHEIF_PLUGIN_PATH"];
/// Of what it writes, all files together. A photo of 48 megapixels comes to 10 to 30 MB.
const WRITTEN_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Address space: 48 megapixels were read within 500 MB.
const MEMORY_BYTES_MAX: u64 = 1536 * 1024 * 1024;
/// Of processor, all threads together: 48 megapixels take 2 to 3.
const CPU_SECONDS_MAX: u64 = 60;
const FILES_MAX: u64 = 64;
/// Others first: this work is nobody's hurry.
const NICENESS: i32 = 10;
/// How often what it wrote is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const DECODERS_BYTES_MAX: u64 = 64 * 1024;
const INPUT: &str = "in.heif";
const OUTPUT: &str = "out.jpg";
/// Of a picture that is encoded once more, smaller: nothing of it is seen.
const QUALITY: &str = "92";

/// Why a photo was not converted, this time.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// Nothing is known of the photo, and trying again may help.
    #[error("running the program")]
    Io(#[from] io::Error),
    /// As where there is none, until the next start.
    #[error("the program is not there any more")]
    Gone(#[source] io::Error),
    #[error(transparent)]
    NotConverted(#[from] NotConverted),
}

/// Why a program gave no picture of a photo. Never what it said, which may hold names.
#[derive(Debug, thiserror::Error)]
pub enum NotConverted {
    #[error("the file does not say which picture is the primary one")]
    NoPrimary,
    #[error("no answer within {} s", .0.as_secs())]
    Silent(Duration),
    #[error("ended with {0}")]
    Failed(ExitStatus),
    #[error("it wrote too much")]
    TooMuch,
    #[error("it wrote no picture")]
    NoPicture,
}

/// The program, found once.
#[derive(Debug)]
pub struct Converter {
    program: PathBuf,
    /// Where each photo has a folder for the time of its conversion.
    folder: PathBuf,
    patience: Duration,
    identity: OnceCell<String>,
}

impl Converter {
    /// Finds the program, and clears away what a sudden death may have left in `folder`.
    ///
    /// # Errors
    /// When the program that was named is not one, or the folder cannot be made.
    pub fn find(choice: &ConverterChoice, folder: &Path, patience: Duration) -> io::Result<Option<Self>> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let program = match choice {
            ConverterChoice::Never => None,
            // The limits that it must have are set by Linux.
            ConverterChoice::Search => in_path().filter(|_| cfg!(target_os = "linux")),
            ConverterChoice::Program(program) if is_program(program) => Some(program.clone()),
            ConverterChoice::Program(_) => return Err(io::Error::new(io::ErrorKind::NotFound, "this program is not there, or cannot be run")),
        };
        let Some(program) = program else { return Ok(None) };
        // It runs elsewhere than we do.
        let (program, folder) = (path::absolute(program)?, path::absolute(folder)?);
        private_folder(&folder)?;
        Ok(Some(Self { program, folder, patience, identity: OnceCell::new() }))
    }

    /// The program's name, for the log.
    pub fn name(&self) -> String {
        self.program.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Tells this program, with the decoders that it has, from another: what one could not read, another may. Of letters and digits.
    pub async fn identity(&self) -> &str {
        let identify = async || {
            let file = fs::metadata(&self.program).ok();
            let modified = file.as_ref().and_then(|file| file.modified().ok()).and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            let length = file.map(|file| file.len());
            let decoders = self.decoders().await.unwrap_or_default();
            let mut identity = sha256_hex(format!("{} {length:?} {modified:?} {decoders:?}", self.program.display()).as_bytes());
            identity.truncate(16);
            identity
        };
        self.identity.get_or_init(identify).await
    }

    async fn decoders(&self) -> io::Result<Vec<u8>> {
        let folder = PrivateFolder::within(&self.folder)?;
        let mut command = self.command(&folder);
        let mut running = Running::start(command.arg("--list-decoders").stdout(Stdio::piped()))?;
        let mut listed = Vec::new();
        if let Some(said) = running.child.stdout.take() {
            let read = time::timeout(self.patience, said.take(DECODERS_BYTES_MAX).read_to_end(&mut listed)).await;
            read.map_err(io::Error::from)??;
        }
        running.end().await;
        Ok(listed)
    }

    /// The primary picture of a HEIF file as a JPEG, upright: the program turns it as its file says.
    ///
    /// # Errors
    /// [`ConvertError`]; nothing is left on disk.
    pub async fn convert(&self, original: Bytes) -> Result<Bytes, ConvertError> {
        let folder = PrivateFolder::within(&self.folder)?;
        let input = folder.0.join(INPUT);
        let is_written = spawn_blocking(move || match heif::with_its_primary_alone(&original) {
            Some(alone) => fs::write(input, alone).map(|()| true),
            None => Ok(false),
        });
        if !is_written.await.map_err(io::Error::from)?? {
            return Err(NotConverted::NoPrimary.into());
        }
        let mut command = self.command(&folder);
        // After the folder: ended before it is taken away.
        let mut running = Running::start(command.args(["-q", QUALITY, INPUT, OUTPUT]).stdout(Stdio::null())).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => ConvertError::Gone(error),
            _ => ConvertError::Io(error),
        })?;
        let ended = time::timeout(self.patience, running.watch(&folder)).await;
        running.end().await;
        let status = ended.map_err(|_| NotConverted::Silent(self.patience))??;
        if !status.success() {
            return Err(NotConverted::Failed(status).into());
        }
        let output = folder.0.join(OUTPUT);
        let picture = spawn_blocking(move || read_picture(&output)).await.map_err(io::Error::from)??;
        Ok(picture)
    }

    fn command(&self, folder: &PrivateFolder) -> Command {
        let mut command = Command::new(&self.program);
        command.env_clear().current_dir(&folder.0).stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        // Each thread of the decoder would else take its own part of the address space.
        command.env("MALLOC_ARENA_MAX", "2").envs(TOLD.iter().filter_map(|name| Some((name, env::var_os(name)?))));
        // A group of its own: what the program starts ends with it, and a Ctrl-C meant for us is not for it.
        #[cfg(unix)]
        command.process_group(0);
        command
    }
}

fn in_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    // A relative folder would be another one tomorrow.
    let folders: Vec<PathBuf> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    KNOWN.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|program| is_program(program)))
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    let may_run = |file: &fs::Metadata| std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o111 != 0;
    #[cfg(not(unix))]
    let may_run = |_: &fs::Metadata| true;
    fs::metadata(path).is_ok_and(|file| file.is_file() && may_run(&file))
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// What was written, if it is a file of a sensible size. A link would lead our own reading elsewhere.
fn read_picture(output: &Path) -> Result<Bytes, ConvertError> {
    match fs::symlink_metadata(output) {
        Ok(file) if file.is_file() && file.len() > 0 => {}
        Ok(_) => return Err(NotConverted::NoPicture.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NotConverted::NoPicture.into()),
        Err(error) => return Err(error.into()),
    }
    let mut picture = Vec::new();
    fs::File::open(output)?.take(WRITTEN_BYTES_MAX + 1).read_to_end(&mut picture)?;
    if picture.len() as u64 > WRITTEN_BYTES_MAX { Err(NotConverted::TooMuch.into()) } else { Ok(picture.into()) }
}

/// A folder that nobody can guess or enter, gone with this value.
struct PrivateFolder(PathBuf);

impl PrivateFolder {
    fn within(folder: &Path) -> io::Result<Self> {
        let path = folder.join(new_secret());
        private_folder(&path)?;
        Ok(Self(path))
    }

    /// What its files hold together.
    fn written_bytes(&self) -> io::Result<u64> {
        let mut bytes = 0;
        for entry in fs::read_dir(&self.0)? {
            match entry?.metadata() {
                Ok(file) => bytes += file.len(),
                // Gone since it was listed.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(bytes)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // A file may come as the program is killed: once more, then.
        if let Err(error) = fs::remove_dir_all(&self.0).or_else(|_| fs::remove_dir_all(&self.0)) {
            // The next start clears it away.
            tracing::warn!(%error, "photo.converter.folder");
        }
    }
}

/// The program at work, within its limits. Dropped, it ends, and what it started with it.
struct Running {
    child: Child,
}

impl Running {
    fn start(command: &mut Command) -> io::Result<Self> {
        let running = Self { child: command.spawn()? };
        // It has begun a moment before: too short for harm, and what it took by then counts.
        if let Some(id) = running.child.id() {
            confine(id)?;
        }
        Ok(running)
    }

    /// Waits for its end, unless it writes too much.
    async fn watch(&mut self, folder: &PrivateFolder) -> Result<ExitStatus, ConvertError> {
        let mut look = time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                ended = self.child.wait() => return Ok(ended?),
                _ = look.tick() => if folder.written_bytes()? > WRITTEN_BYTES_MAX {
                    return Err(NotConverted::TooMuch.into());
                },
            }
        }
    }

    /// Ends it if it has not ended, and waits until it has.
    async fn end(&mut self) {
        self.kill();
        drop(self.child.wait().await);
    }

    fn kill(&mut self) {
        // None once it has ended and was waited for: its number may be another's by then.
        #[cfg(target_os = "linux")]
        if let Some(group) = self.child.id().and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?)) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        drop(self.child.start_kill());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sets the limits of a child that was just started.
#[cfg(target_os = "linux")]
fn confine(id: u32) -> io::Result<()> {
    use rustix::{
        io::Errno,
        process::{Pid, Resource, Rlimit, getrlimit, prlimit, setpriority_process},
    };
    let pid = i32::try_from(id).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::InvalidInput)?;
    // Ended already: there is nothing to limit.
    let unless_gone = |result: Result<(), Errno>| if result == Err(Errno::SRCH) { Ok(()) } else { result };
    let limits = [
        (Resource::As, MEMORY_BYTES_MAX),
        (Resource::Cpu, CPU_SECONDS_MAX),
        (Resource::Fsize, WRITTEN_BYTES_MAX),
        // A core would hold the photo.
        (Resource::Core, 0),
        (Resource::Nofile, FILES_MAX),
    ];
    for (resource, wanted) in limits {
        // Nobody may raise what they were given.
        let most = getrlimit(resource).maximum.map_or(wanted, |given| given.min(wanted));
        unless_gone(prlimit(Some(pid), resource, Rlimit { current: Some(most), maximum: Some(most) }).map(drop))?;
    }
    unless_gone(setpriority_process(Some(pid), NICENESS))?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn confine(_: u32) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "the limits of this program are set by Linux only"))
}
