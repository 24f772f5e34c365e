//! The built CLI in an environment isolated from the developer's machine.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::bench_push;

/// One call of `bench-push`: only the given variables, an empty home, no Git checkout.
pub struct Push {
    command: Command,
    home: TempDir,
    stdin: Option<Vec<u8>>,
}

impl Push {
    /// A call without address or key; [`crate::Stack::push`] has both.
    ///
    /// # Panics
    ///
    /// When no temporary folder can be made.
    pub fn new() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let mut command = Command::new(bench_push());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let mut push = Self {
            command,
            home,
            stdin: None,
        };
        let own = push.home.path().to_owned();
        push.live_in(&own);
        push
    }

    /// Uses a home that outlives this call, with its spool and `.env`.
    #[must_use]
    pub fn home(mut self, home: &Path) -> Self {
        self.live_in(home);
        self
    }

    fn live_in(&mut self, home: &Path) {
        for (name, folder) in [
            ("HOME", "."),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "data"),
            ("TMPDIR", "tmp"),
        ] {
            let folder = home.join(folder);
            fs::create_dir_all(&folder).expect("the home is ours");
            self.command.env(name, folder);
        }
        self.command.current_dir(home);
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Removes a variable.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs in another folder.
    #[must_use]
    pub fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Pushes this file as in the README, with a made-up commit.
    #[must_use]
    pub fn report(self, file: impl Into<PathBuf>) -> Self {
        self.arg("--input").arg(file.into()).args([
            "--environment",
            "local",
            "--commit-sha",
            "abc1234",
        ])
    }

    /// The standard input.
    #[must_use]
    pub fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// Runs to completion.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    pub fn run(self) -> Outcome {
        let (child, _home) = self.spawn_in_home();
        Outcome::of(&child.wait_with_output().expect("a child can be waited for"))
    }

    /// Starts without waiting.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    pub fn spawn(self) -> Running {
        let (child, home) = self.spawn_in_home();
        Running { child, _home: home }
    }

    fn spawn_in_home(mut self) -> (Child, TempDir) {
        self.command.stdin(if self.stdin.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        });
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("bench-push can be started");
        if let (Some(text), Some(mut stdin)) = (self.stdin, child.stdin.take()) {
            // A program that fails early may close its standard input.
            let _ = stdin.write_all(&text);
        }
        (child, self.home)
    }
}

impl Default for Push {
    fn default() -> Self {
        Self::new()
    }
}

/// A running call.
pub struct Running {
    child: Child,
    _home: TempDir,
}

impl Running {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, like a cancelled job.
    ///
    /// # Panics
    ///
    /// When the kernel refuses.
    pub fn kill(mut self) {
        self.child.kill().expect("it is our child");
        self.child.wait().expect("it is our child");
    }

    /// Waits for the end.
    ///
    /// # Panics
    ///
    /// When the process cannot be waited for.
    pub fn outcome(self) -> Outcome {
        Outcome::of(&self.child.wait_with_output().expect("it is our child"))
    }
}

/// The result of a call.
#[derive(Debug)]
pub struct Outcome {
    /// The exit status.
    pub status: i32,
    /// Standard output: data.
    pub stdout: String,
    /// Standard error: messages.
    pub stderr: String,
}

// Each checks an outcome and returns it; a test may ignore the return value.
#[expect(clippy::return_self_not_must_use)]
impl Outcome {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Insists on exit status 0.
    ///
    /// # Panics
    ///
    /// If the call failed; the panic shows its output.
    #[track_caller]
    pub fn success(self) -> Self {
        self.ends_with(0)
    }

    /// Insists on an exit status.
    ///
    /// # Panics
    ///
    /// If the status differs; the panic shows the output.
    #[track_caller]
    pub fn ends_with(self, status: i32) -> Self {
        let Self {
            status: found,
            stdout,
            stderr,
        } = &self;
        assert_eq!(
            *found, status,
            "bench-push ended with {found}\n{stdout}\n{stderr}"
        );
        self
    }

    /// Insists on text in standard error.
    ///
    /// # Panics
    ///
    /// If the text is missing.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        let all = self.all();
        assert!(all.contains(words), "`{words}` is missing in\n{all}");
        self
    }

    /// Standard output.
    pub fn out(&self) -> &str {
        &self.stdout
    }

    /// Everything that was written.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Standard output as JSON.
    ///
    /// # Panics
    ///
    /// When it is not JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in\n{}", self.stdout))
    }
}
