use std::{
    ffi::OsString,
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    process::Stdio,
};

use tokio::process::{Child, Command};

use crate::{cli::EndSignal, db_user::DbUser, failure::Failure, hold::Hold};

/// A longer log is rotated at the next start.
const LONG_LOG: u64 = 20_000_000;

/// A server of the stack, or a program that prepares one: how to start it, and its log.
#[derive(Clone)]
pub(crate) struct Service {
    /// Its name in messages.
    pub(crate) part: &'static str,
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    /// Its whole environment besides `PATH`; may contain secrets.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Its working folder; its user must be able to enter it.
    pub(crate) folder: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) user: Option<DbUser>,
    /// Says whether it runs.
    pub(crate) hold: Hold,
    /// The signal for a clean shutdown.
    pub(crate) end_signal: EndSignal,
}

impl Service {
    /// Starts it as a child that dies with this process.
    ///
    /// Call it on the main thread: Linux treats the death of the spawning thread as the parent's.
    pub(crate) fn spawn(&self) -> Result<Child, Failure> {
        let log = self.open_log()?;
        let also_log = log
            .try_clone()
            .map_err(Failure::io("cannot write", &self.log))?;

        let mut command = Command::new(our_own_program());
        command
            .arg("exec-child")
            .args(["--parent", &std::process::id().to_string()])
            .args(["--signal", signal_name(self.end_signal)])
            .arg("--hold")
            .arg(&self.hold.file);
        if let Some(user) = &self.user {
            command.args([
                "--uid",
                &user.uid.to_string(),
                "--gid",
                &user.gid.to_string(),
            ]);
        }
        command
            .arg("--")
            .arg(&self.program)
            .args(&self.arguments)
            .env_clear()
            .envs(
                std::env::vars_os().filter(|(name, _)| name == "PATH" || name == "LD_LIBRARY_PATH"),
            )
            .envs(self.environment.iter().map(|(name, value)| (*name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(also_log)
            // Ctrl-C in the terminal is for us; we stop our children in order.
            .process_group(0);
        command
            .spawn()
            .map_err(Failure::io("cannot run", &self.program))
    }

    /// Runs it to completion.
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        let before = self.log_length();
        let mut child = self.spawn()?;
        match child.wait().await {
            Ok(status) if status.success() => Ok(()),
            _ => Err(self.failed(self.last_words(before))),
        }
    }

    pub(crate) fn failed(&self, reason: String) -> Failure {
        Failure::PartFailed {
            part: self.part,
            reason,
            log: self.log.clone(),
        }
    }

    /// The current end of the log, for [`Self::last_words`].
    pub(crate) fn log_length(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |metadata| metadata.len())
    }

    /// The first error in the log since `start`, otherwise its last line.
    pub(crate) fn last_words(&self, start: u64) -> String {
        let mut text = Vec::new();
        let read = File::open(&self.log).and_then(|mut file| {
            file.seek(SeekFrom::Start(start))?;
            file.take(1 << 20).read_to_end(&mut text)
        });
        match read {
            Ok(_) => complaint(&String::from_utf8_lossy(&text)),
            Err(_) => "it left no log".to_owned(),
        }
    }

    fn open_log(&self) -> Result<File, Failure> {
        if self.log_length() > LONG_LOG {
            // Failing to rotate an old log is harmless.
            let _ = fs::rename(&self.log, self.log.with_extension("log.old"));
        }
        // It may contain statements with data.
        File::options()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&self.log)
            .map_err(Failure::io("cannot write", &self.log))
    }
}

fn complaint(log: &str) -> String {
    let lines = || log.lines().map(str::trim).filter(|line| !line.is_empty());
    lines()
        .find(|line| {
            ["FATAL:", "PANIC:", "error:"]
                .iter()
                .any(|word| line.contains(word))
        })
        .or_else(|| lines().next_back())
        .unwrap_or("it ended without a word")
        .to_owned()
}

fn signal_name(signal: EndSignal) -> &'static str {
    match signal {
        EndSignal::Interrupt => "interrupt",
        EndSignal::Terminate => "terminate",
        EndSignal::Kill => "kill",
    }
}

/// The running program, even if a newer build has replaced its file.
fn our_own_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        PathBuf::from("/proc/self/exe")
    } else {
        std::env::current_exe().unwrap_or_else(|_| PathBuf::from("bench-local"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_complaint_is_the_reason() {
        let log = "LOG:  starting\nFATAL:  lock file exists\nHINT:  wait\n";
        assert_eq!(complaint(log), "FATAL:  lock file exists");
        assert_eq!(complaint("one\ntwo\n\n"), "two");
        assert_eq!(complaint(""), "it ended without a word");
    }
}
