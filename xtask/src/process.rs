//! Runs other programs: announces them, and checks their exit status.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Explain as _, Failure};
use crate::project;

/// Reports progress. Messages go to stderr; stdout is for results.
macro_rules! say {
    ($($text:tt)*) => { eprintln!("xtask: {}", format_args!($($text)*)) };
}
pub(crate) use say;

/// A program that starts in the project's root, with the tools of [`add_to_path`] on its PATH.
///
/// `cargo run` sets variables for this program (`CARGO_PKG_NAME` and so on). A nested cargo that
/// inherits them rebuilds crates whose build scripts watch them, so they are not passed on.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root()).env("PATH", path());
    for (name, _) in env::vars_os() {
        if is_cargos_word_about_xtask(&name) {
            command.env_remove(name);
        }
    }
    command
}

fn is_cargos_word_about_xtask(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(
            &*name,
            "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "LD_LIBRARY_PATH"
        )
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program that writes to the terminal, and fails with `meaning` if the program fails.
pub(crate) fn run(command: &mut Command, meaning: &str) -> Result<(), Failure> {
    say!("$ {}", shown(command));
    let started = Instant::now();
    let words = shown(command);
    let still_running = |so_far: Duration| {
        // On a terminal, cargo's progress bar occupies the line.
        let clear = if io::stderr().is_terminal() {
            "\r\x1b[K"
        } else {
            ""
        };
        eprintln!(
            "{clear}xtask: `{words}` has been running for {:.0} s",
            so_far.as_secs_f64()
        );
    };
    let status = every(SIGN_OF_LIFE, still_running, || command.status())
        .explain(|| cannot_start(command))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{meaning}: `{}` ended with {status} after {:.0} s",
        shown(command),
        started.elapsed().as_secs_f64()
    )))
}

/// How often a line says that a program is still running.
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// Does the work; meanwhile calls `tell` every `pause` with the time so far.
fn every<T>(pause: Duration, tell: impl Fn(Duration) + Send, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let (working, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while is_done.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                tell(started.elapsed());
            }
        });
        let result = work();
        drop(working);
        result
    })
}

/// Runs a program quietly and returns its stdout; shows its stderr if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .explain(|| cannot_start(command))?;
    if output.status.success() {
        return String::from_utf8(output.stdout)
            .explain(|| format!("`{}` did not write UTF-8", shown(command)));
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "`{}` ended with {}\n{}",
        shown(command),
        output.status,
        said.trim_end()
    )))
}

/// Whether a program starts and exits with 0.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn cannot_start(command: &Command) -> String {
    format!("`{}` cannot be started", command.get_program().display())
}

/// The command line as a person would type it. Environment variables are omitted because they may
/// contain keys.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = if program.is_absolute() {
        program
            .strip_prefix(project::root())
            .ok()
            .map(Path::as_os_str)
            .or(program.file_name())
    } else {
        None
    };
    let program = program.unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    words.join(" ")
}

static ADDED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Puts a folder first on the PATH of every program started from now on.
pub(crate) fn add_to_path(folder: PathBuf) {
    let mut added = ADDED.lock().expect("no holder of the lock panics");
    if !added.contains(&folder) {
        added.insert(0, folder);
    }
}

fn path() -> OsString {
    let added = ADDED.lock().expect("no holder of the lock panics").clone();
    let inherited = env::var_os("PATH").unwrap_or_default();
    env::join_paths(added.into_iter().chain(env::split_paths(&inherited))).unwrap_or(inherited)
}

/// Finds a program on the PATH.
pub(crate) fn which(program: &str) -> Option<PathBuf> {
    env::split_paths(&path())
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn long_work_shows_progress_and_short_work_does_not() {
        let told = AtomicU32::new(0);
        let tell = |_| {
            told.fetch_add(1, Ordering::Relaxed);
        };

        every(Duration::from_secs(60), tell, || ());
        assert_eq!(told.load(Ordering::Relaxed), 0);

        let result = every(Duration::from_millis(1), tell, || {
            while told.load(Ordering::Relaxed) < 2 {
                thread::yield_now();
            }
            "done"
        });
        assert_eq!(result, "done");
    }
}
