//! The local Supabase, started through `bench-local` and stopped on drop.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::binaries::Binaries;
use crate::failure::{Explain as _, Failure};
use crate::process::{command, output, run, say};

/// A running stack. It stops on drop, on Ctrl-C, and on SIGTERM.
pub(crate) struct Stack {
    binaries: Binaries,
    data_dir: PathBuf,
    pub(crate) port: u16,
}

/// The keys of a stack, as printed by `bench-local keys`.
pub(crate) struct Keys {
    pub(crate) url: String,
    pub(crate) secret_key: String,
}

impl Stack {
    /// Starts PostgreSQL, PostgREST and the gateway, with the schema and, if given, a page.
    pub(crate) fn up(
        binaries: &Binaries,
        data_dir: &Path,
        port: u16,
        page: Option<&Path>,
    ) -> Result<Self, Failure> {
        stop_on_signal(binaries.clone(), data_dir.to_owned())?;
        let mut up = bench_local(binaries, "up", data_dir);
        up.args(["--port", &port.to_string(), "--detach"]);
        if let Some(page) = page {
            up.arg("--dashboard").arg(page);
        }
        run(up.stdin(Stdio::null()), "the local stack does not start")?;
        // From here on we must stop it; a stack that failed to start may belong to another demo.
        Ok(Self {
            binaries: binaries.clone(),
            data_dir: data_dir.to_owned(),
            port,
        })
    }

    /// The address and keys of this stack.
    pub(crate) fn keys(&self) -> Result<Keys, Failure> {
        let text = output(self.bench_local("keys").args(["--format", "json"]))?;
        let keys: Value =
            serde_json::from_str(&text).explain(|| "`bench-local keys` is not JSON".into())?;
        let named = |name: &str| {
            keys[name]
                .as_str()
                .map(str::to_owned)
                .ok_or_else(|| Failure::new(format!("`bench-local keys` names no {name}")))
        };
        Ok(Keys {
            url: named("SUPABASE_URL")?,
            secret_key: named("SUPABASE_SECRET_KEY")?,
        })
    }

    fn bench_local(&self, verb: &str) -> Command {
        bench_local(&self.binaries, verb, &self.data_dir)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        down(&self.binaries, &self.data_dir);
    }
}

/// Stops the stack that uses `data_dir`, if one does.
pub(crate) fn down(binaries: &Binaries, data_dir: &Path) {
    if let Err(failure) = output(&mut bench_local(binaries, "down", data_dir)) {
        say!("the local stack may still run: {failure}");
    }
}

/// Deletes all data of the stack in `data_dir`.
pub(crate) fn reset(binaries: &Binaries, data_dir: &Path) -> Result<(), Failure> {
    output(&mut bench_local(binaries, "reset", data_dir)).map(drop)
}

fn bench_local(binaries: &Binaries, verb: &str, data_dir: &Path) -> Command {
    let mut command = command(binaries.bench_local());
    command.arg(verb).arg("--data-dir").arg(data_dir);
    command
}

fn stop_on_signal(binaries: Binaries, data_dir: PathBuf) -> Result<(), Failure> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).explain(|| "signals cannot be caught".into())?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            eprintln!();
            say!("stopping the local stack");
            down(&binaries, &data_dir);
            // Ctrl-C is the normal end of the demo; any other signal came from outside.
            std::process::exit(if signal == SIGINT { 0 } else { 128 + signal });
        }
    });
    Ok(())
}
