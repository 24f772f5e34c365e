use std::{
    collections::HashMap,
    fs::{self, Permissions},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::http::{Answer, Request};

/// A test's data folder and port; its processes end with it.
pub(crate) struct Stack {
    scratch: TempDir,
    pub(crate) port: u16,
}

impl Stack {
    /// Starts nothing yet.
    pub(crate) fn prepare() -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        // If we are root, the database runs as another user, who must be able to enter.
        fs::set_permissions(scratch.path(), Permissions::from_mode(0o755)).expect("chmod");
        Self {
            scratch,
            port: free_port(),
        }
    }

    /// A running, responding stack.
    pub(crate) fn up() -> Self {
        let stack = Self::prepare();
        stack.start();
        stack
    }

    pub(crate) fn start(&self) {
        let output = self.run("up", &["--port", &self.port.to_string(), "--detach"]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(stdout(&output), format!("http://127.0.0.1:{}\n", self.port));
    }

    /// Runs a verb of `bench-local` on this folder to completion.
    pub(crate) fn run(&self, verb: &str, arguments: &[&str]) -> Output {
        self.command(verb)
            .args(arguments)
            .output()
            .expect("bench-local runs")
    }

    pub(crate) fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench-local"));
        command.arg(verb).arg("--data-dir").arg(self.folder());
        command
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    pub(crate) fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// One of the variables that `bench-local keys` prints.
    pub(crate) fn variable(&self, name: &str) -> String {
        let output = self.run("keys", &["--format", "json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let variables: HashMap<String, String> =
            serde_json::from_slice(&output.stdout).expect("JSON");
        variables[name].clone()
    }

    /// The process that runs the stack.
    pub(crate) fn supervisor(&self) -> i32 {
        let text = fs::read_to_string(self.folder().join("stack.json")).expect("a stack");
        let stack: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        stack["pid"]
            .as_i64()
            .and_then(|pid| pid.try_into().ok())
            .expect("a process id")
    }

    /// Every live process of this stack, identified by the folder in its command line.
    pub(crate) fn processes(&self) -> Vec<i32> {
        let folder = self.folder();
        let folder = folder.to_str().expect("UTF-8");
        let output = Command::new("ps")
            .args(["-ww", "-eo", "pid=,stat=,args="])
            .output()
            .expect("ps");
        stdout(&output)
            .lines()
            .filter(|line| line.contains(folder))
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let (pid, state) = (words.next()?.parse().ok()?, words.next()?);
                (!state.starts_with('Z')).then_some(pid)
            })
            .collect()
    }

    /// The process whose command line also contains `word`.
    pub(crate) fn process(&self, word: &str) -> i32 {
        let pids = self.processes();
        pids.into_iter()
            .find(|pid| {
                let output = Command::new("ps")
                    .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
                    .output();
                stdout(&output.expect("ps"))
                    .split_whitespace()
                    .next()
                    .is_some_and(|program| program.contains(word))
            })
            .unwrap_or_else(|| panic!("no process `{word}`"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.request("GET", path).send()
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.port, method, path)
    }

    /// Stores one run of the configuration `model` and waits for the acknowledgement.
    pub(crate) fn store_run(&self, model: &str, f1: f64) {
        let row = serde_json::json!({
            "commit_sha": "abc123", "model_version": model, "dataset_version": "d",
            "prompt_version": "p", "environment": "local", "metrics": {"f1": f1},
        });
        let answer = self
            .request("POST", "/rest/v1/benchmark_transactions")
            .header("apikey", &self.variable("SUPABASE_SECRET_KEY"))
            .json(&row)
            .send();
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// The number of runs of `model` that `anon` can read.
    pub(crate) fn count_runs(&self, model: &str) -> usize {
        let path = format!("/rest/v1/benchmark_transactions?select=id&model_version=eq.{model}");
        let answer = self
            .request("GET", &path)
            .header("apikey", &self.variable("SUPABASE_PUBLISHABLE_KEY"))
            .send();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json().as_array().expect("rows").len()
    }

    /// A session of the database's owner.
    pub(crate) async fn database(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.variable("DATABASE_URL"), NoTls)
            .await
            .expect("a session");
        tokio::spawn(connection);
        client
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let output = self.run("down", &[]);
        if !output.status.success() {
            eprintln!("{}", stderr(&output));
        }
    }
}

/// Polls a condition.
pub(crate) fn eventually(what: &str, mut happens: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !happens() {
        assert!(Instant::now() < deadline, "not within 30 seconds: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn kill_now(pid: i32) {
    let status = Command::new("kill")
        .args(["-9", &pid.to_string()])
        .status()
        .expect("kill");
    assert!(status.success());
}

/// Kills a process that may have ended already.
pub(crate) fn kill_if_there(pid: i32) {
    let _ = nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(pid),
        nix::sys::signal::Signal::SIGKILL,
    );
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
}

pub(crate) fn am_root() -> bool {
    nix::unistd::geteuid().is_root()
}
