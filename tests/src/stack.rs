//! A local Supabase for one test.

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

/// The output of `bench-local keys`.
#[derive(Clone)]
pub struct Keys {
    /// The legacy `anon` JWT.
    pub anon: String,
    /// The legacy `service_role` JWT.
    pub service_role: String,
    /// The publishable key.
    pub publishable: String,
    /// The secret key.
    pub secret: String,
    /// The database's URL.
    pub database_url: String,
}

impl Keys {
    /// Both read-only keys.
    pub fn reading(&self) -> [&str; 2] {
        [&self.anon, &self.publishable]
    }

    /// Both writing keys.
    pub fn writing(&self) -> [&str; 2] {
        [&self.service_role, &self.secret]
    }
}

impl Stack {
    /// Starts PostgreSQL, PostgREST and the gateway in a temporary folder, on a free port.
    ///
    /// # Panics
    ///
    /// If the stack doesn't start; the panic shows its output.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        // If we are root, the database runs as another user, who must be able to enter the folder.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let data_dir = folder.path().join("data");
        let port = up_on_a_free_port(&data_dir);
        let keys = keys(&data_dir);
        Self { folder, port, keys }
    }

    /// Stops the stack and keeps its data.
    ///
    /// # Panics
    ///
    /// When it does not stop.
    pub fn stop(&self) {
        let said = self.bench_local(&["down"]);
        assert!(said.status.success(), "bench-local down: {}", text(&said));
    }

    /// Restarts the stack with its data and port.
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

    /// Every process of the stack: the gateway and its descendants.
    ///
    /// # Panics
    ///
    /// If the stack's process id is unknown.
    pub fn processes(&self) -> Vec<Pid> {
        let file = fs::read(self.data_dir().join("stack.json")).expect("the stack says who it is");
        let stack: Value = serde_json::from_slice(&file).expect("stack.json is JSON");
        let pid = stack["pid"]
            .as_i64()
            .and_then(|pid| i32::try_from(pid).ok());
        family(pid.expect("stack.json names the process"))
    }

    /// The stack's data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for the test's files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The stack's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The URL of dashboard and REST interface.
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

    /// Creates a database in the stack's PostgreSQL, with only Supabase's roles, and returns its
    /// address.
    ///
    /// # Panics
    ///
    /// When the database refuses.
    pub fn empty_database(&self, name: &str) -> String {
        self.postgres()
            .execute(&format!("create database {name}"))
            .expect("the owner may");
        let (server, _) = (self.keys.database_url)
            .rsplit_once('/')
            .expect("the address names a database");
        format!("{server}/{name}")
    }

    /// The REST interface with the publishable key, as in a browser.
    pub fn rest(&self) -> Rest {
        Rest::new(&self.url(), &self.keys.publishable)
    }

    /// The REST interface with another key.
    pub fn rest_as(&self, key: &str) -> Rest {
        Rest::new(&self.url(), key)
    }

    /// A database session of the owner.
    pub fn postgres(&self) -> Postgres {
        Postgres::connect(&self.keys.database_url)
    }

    /// A database session of the superuser, for what the owner may not: extensions in C.
    ///
    /// # Panics
    ///
    /// When the stack's keys can't be read, or the database does not answer.
    pub fn superuser(&self) -> Postgres {
        let file = fs::read(self.data_dir().join("keys.json")).expect("the stack has keys");
        let keys: Value = serde_json::from_slice(&file).expect("keys.json is JSON");
        let password = keys["superuser_password"].as_str().expect("a password");
        let (_, server) = (self.keys.database_url)
            .rsplit_once('@')
            .expect("the address names a user");
        Postgres::connect(&format!("postgresql://supabase_admin:{password}@{server}"))
    }

    /// The number of stored runs.
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

/// Many tests start a stack in the same second, so a port that was free a moment ago may be taken
/// by now.
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
