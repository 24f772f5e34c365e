//! A local Supabase of its own for one test.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use nix::unistd::Pid;
use serde_json::Value;
use tempfile::TempDir;

use crate::{Postgres, Push, Rest, bench_local, dashboard, free_port};

/// A running stack; dropping it stops it and removes its data.
pub struct Stack {
    folder: TempDir,
    port: u16,
    keys: Keys,
}

/// What `bench-local keys` hands out.
#[derive(Clone)]
pub struct Keys {
    /// The legacy JWT with few rights.
    pub anon: String,
    /// The legacy JWT that may write.
    pub service_role: String,
    /// The new key with few rights.
    pub publishable: String,
    /// The new key that may write.
    pub secret: String,
    /// The database itself.
    pub database_url: String,
}

impl Keys {
    /// Both keys that may read and must not write.
    pub fn reading(&self) -> [&str; 2] {
        [&self.anon, &self.publishable]
    }

    /// Both keys that may write.
    pub fn writing(&self) -> [&str; 2] {
        [&self.service_role, &self.secret]
    }
}

impl Stack {
    /// Starts PostgreSQL, PostgREST and the gateway in a temporary folder, on a free port.
    ///
    /// # Panics
    ///
    /// When the stack does not start; the panic shows what it said.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        // As root the database runs as another user, who has to enter the folder.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let data_dir = folder.path().join("data");
        let port = up_on_a_free_port(&data_dir);
        let keys = keys(&data_dir);
        Self { folder, port, keys }
    }

    /// Stops the stack; its data stays.
    ///
    /// # Panics
    ///
    /// When it does not stop.
    pub fn stop(&self) {
        let said = self.bench_local(&["down"]);
        assert!(said.status.success(), "bench-local down: {}", text(&said));
    }

    /// Starts the stack again on its data and its port.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start_again(&self) {
        up(&self.data_dir(), self.port).unwrap_or_else(|said| panic!("bench-local up: {said}"));
    }

    /// Runs a verb of `bench-local` on this stack's data.
    ///
    /// # Panics
    ///
    /// When the program cannot be started.
    pub fn bench_local(&self, arguments: &[&str]) -> Output {
        run(&arguments[..1], &self.data_dir(), &arguments[1..])
    }

    /// Every process of the stack: the gateway and all that came from it.
    ///
    /// # Panics
    ///
    /// When the stack's own process is not known.
    pub fn processes(&self) -> Vec<Pid> {
        let file = fs::read(self.data_dir().join("stack.json")).expect("the stack says who it is");
        let stack: Value = serde_json::from_slice(&file).expect("stack.json is JSON");
        let pid = stack["pid"]
            .as_i64()
            .and_then(|pid| i32::try_from(pid).ok());
        family(pid.expect("stack.json names the process"))
    }

    /// Where the stack keeps its data.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder of this test, for its files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The one port that everything is served on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of dashboard and REST interface.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The CLI, with this stack's address and secret key.
    pub fn push(&self) -> Push {
        Push::new()
            .env("SUPABASE_URL", self.url())
            .env("SUPABASE_SECRET_KEY", &self.keys.secret)
    }

    /// The REST interface with the publishable key: what a browser may do.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.url(), &self.keys.publishable)
    }

    /// The REST interface with another key.
    pub fn rest_as(&self, key: &str) -> Rest {
        Rest::new(&self.url(), key)
    }

    /// The database itself, as its owner.
    pub fn postgres(&self) -> Postgres {
        Postgres::connect(&self.keys.database_url)
    }

    /// How many runs are stored.
    pub fn runs(&self) -> usize {
        self.rest().rows("benchmark_transactions?select=id").len()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let said = self.bench_local(&["down"]);
        if !said.status.success() {
            eprintln!("bench-local down: {}", text(&said));
        }
    }
}

/// Many tests start a stack in the same second, and a port that was free a moment ago may be
/// another's by now.
fn up_on_a_free_port(data_dir: &Path) -> u16 {
    for _ in 0..3 {
        let port = free_port();
        match up(data_dir, port) {
            Ok(()) => return port,
            Err(said) if said.contains("in use") || said.contains("taken") => {}
            Err(said) => panic!("bench-local up: {said}"),
        }
    }
    panic!("bench-local up found its ports taken, three times");
}

fn up(data_dir: &Path, port: u16) -> Result<(), String> {
    let dashboard = dashboard();
    let port = port.to_string();
    let dashboard = dashboard
        .to_str()
        .expect("the path of the checkout is UTF-8");
    let said = run(
        &["up"],
        data_dir,
        &["--port", &port, "--detach", "--dashboard", dashboard],
    );
    if said.status.success() {
        Ok(())
    } else {
        Err(text(&said))
    }
}

fn keys(data_dir: &Path) -> Keys {
    let said = run(&["keys"], data_dir, &["--format", "json"]);
    assert!(said.status.success(), "bench-local keys: {}", text(&said));
    let keys: Value = serde_json::from_slice(&said.stdout).expect("`--format json` is JSON");
    let named = |name: &str| {
        keys[name]
            .as_str()
            .unwrap_or_else(|| panic!("no {name}"))
            .to_owned()
    };
    Keys {
        anon: named("SUPABASE_ANON_KEY"),
        service_role: named("SUPABASE_SERVICE_ROLE_KEY"),
        publishable: named("SUPABASE_PUBLISHABLE_KEY"),
        secret: named("SUPABASE_SECRET_KEY"),
        database_url: named("DATABASE_URL"),
    }
}

fn run(verb: &[&str], data_dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(bench_local());
    command
        .args(verb)
        .arg("--data-dir")
        .arg(data_dir)
        .args(arguments)
        .stdin(Stdio::null());
    command.output().expect("bench-local can be started")
}

/// A process and all its descendants, the oldest first.
fn family(oldest: i32) -> Vec<Pid> {
    let mut members = vec![oldest];
    let mut next = 0;
    while let Some(parent) = members.get(next).copied() {
        let entries = fs::read_dir("/proc").expect("Linux has /proc").flatten();
        let others = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        members.extend(others.filter(|pid: &i32| parent_of(*pid) == Some(parent)));
        next += 1;
    }
    members.into_iter().map(Pid::from_raw).collect()
}

/// `4711 (post gres) S 42 …` → 42
fn parent_of(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    after_name.split_whitespace().nth(1)?.parse().ok()
}

fn text(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&both).into_owned()
}
