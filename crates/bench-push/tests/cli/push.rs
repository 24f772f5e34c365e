//! Runs the built command in its own folder, isolated from this machine's environment.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::server::Server;

/// The key; it must never appear anywhere.
pub(crate) const SENTINEL: &str = "sb_secret_sentinel0123456789";

/// A valid report.
pub(crate) const REPORT: &str = r#"{"model_version": "m-1", "dataset_version": "d-1", "prompt_version": "p-1",
    "metrics": {"precision": 0.91, "recall": 0.88, "f1": 0.895, "latency_ms": 412, "analysis_cost": 0.0042}}"#;

/// A folder with the report `r.json` in it, and the command's environment.
pub(crate) struct Push {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// The result of a command.
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) talk: String,
}

impl Push {
    /// Without any setting.
    pub(crate) fn bare() -> Self {
        let push = Self {
            folder: TempDir::new().expect("a folder"),
            variables: Vec::new(),
        };
        push.write("r.json", REPORT);
        let home = push.folder().display().to_string();
        push.with("HOME", &home)
    }

    /// With the address of `server` and a key.
    pub(crate) fn to(server: &Server) -> Self {
        Self::bare()
            .with("SUPABASE_URL", &server.url())
            .with("SUPABASE_SECRET_KEY", SENTINEL)
    }

    /// With a variable set.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench-push"));
        command
            .current_dir(self.folder())
            .env_clear()
            .envs(self.variables.iter().cloned())
            .args(line.split_whitespace());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `bench-push {line}`.
    pub(crate) fn run(&self, line: &str) -> Done {
        Done::from(self.command(line).output().expect("it runs"))
    }

    /// Runs `bench-push {line}` with `text` on standard input.
    pub(crate) fn run_with_input(&self, line: &str, text: &str) -> Done {
        let mut child = self
            .command(line)
            .stdin(Stdio::piped())
            .spawn()
            .expect("it runs");
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(text.as_bytes())
            .expect("written");
        Done::from(child.wait_with_output().expect("it ends"))
    }

    /// Runs `bench-push {line} --commit-sha abc123 --environment local r.json`.
    pub(crate) fn push(&self, line: &str) -> Done {
        self.run(&format!(
            "r.json --commit-sha abc123 --environment local {line}"
        ))
    }

    /// Spooled files.
    pub(crate) fn spooled(&self) -> Vec<PathBuf> {
        files_below(&self.path(".local/state/bench-push/spool"), "json")
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().expect("no signal"),
            out: String::from_utf8(output.stdout).expect("text"),
            talk: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Done {
    /// All output, for a snapshot, with the varying port of the test's server replaced.
    pub(crate) fn said(&self, server: &Server) -> String {
        let Self { status, out, talk } = self;
        format!("{out}{talk}[{status}]\n").replace(&server.port().to_string(), "PORT")
    }
}

/// Files below `folder` with this extension; any, if empty.
pub(crate) fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        if path.is_dir() {
            found.extend(files_below(&path, extension));
        } else if extension.is_empty() || path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}
