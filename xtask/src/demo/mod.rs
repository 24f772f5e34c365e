//! `cargo xtask demo`: from an empty clone to real runs on the dashboard.

mod anchor;
mod baselines;
mod data_dir;
mod verify;
mod waiting_page;

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use bench_samples::Anchor;
use serde_json::Value;

use crate::binaries::Binaries;
use crate::dashboard::quick::Page;
use crate::failure::{Explain as _, Failure};
use crate::process::{command, output, say, shown};
use crate::stack::{Keys, Stack};
use crate::{http, project, setup};

/// The parsed options.
pub(crate) struct Options {
    exit: bool,
    port: u16,
    data_dir: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::ValueExt as _;

        let mut options = Self {
            exit: false,
            port: 54321,
            data_dir: None,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("exit") => options.exit = true,
                lexopt::Arg::Long("port") => options.port = arguments.value()?.parse()?,
                lexopt::Arg::Long("data-dir") => options.data_dir = Some(arguments.value()?.into()),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// CPU minutes to compile everything; see docs/local-stack.md.
const CPU_MINUTES: usize = 6;

/// Sets up, starts, pushes, serves. The dashboard is compiled last, because the data is ready sooner.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options {
        exit,
        port,
        data_dir,
    } = options;
    let started = Instant::now();

    let page = Page::choose()?;
    if !page.is_built() {
        announce();
    }
    setup::for_demo()?;
    let binaries = Binaries::demo()?;

    let data_dir = data_dir::choose(data_dir.as_deref())?;
    let sessions = bench_samples::sessions();
    let anchor = anchor::settle(&binaries, &data_dir, &sessions)?;

    if !page.is_built() {
        page.show(&waiting_page::html(&[]))?;
    }
    let stack = Stack::up(&binaries, &data_dir, *port, Some(&page.folder))?;
    let cli = Cli {
        keys: stack.keys()?,
        binaries,
    };
    anchor::keep_with_demo_data(&anchor, &data_dir, || {
        verify::runs(&stack, &cli.keys.secret_key)
    })?;
    let reports = bench_samples::over_90_days(&sessions, &anchor, "cargo xtask demo");
    let stored = push(&reports, &cli, &anchor)?;
    baselines::set(&reports, &stored, &cli)?;

    if !page.is_built() {
        page.show(&waiting_page::html(&verify::latest(
            &stack,
            &cli.keys.secret_key,
        )?))?;
        say!(
            "first numbers after {:.0} s: {} shows them as a table until the dashboard is built",
            started.elapsed().as_secs_f64(),
            cli.keys.url
        );
        page.build(&cli.binaries)?;
    }
    say!("ready in {:.0} s", started.elapsed().as_secs_f64());
    if *exit {
        verify::dashboard_has_data(&stack, &reports)?;
        return Ok(());
    }
    println!(
        "\n  The dashboard: {}\n  Ctrl-C stops it; the data stays in {}\n",
        cli.keys.url,
        project::short(&data_dir)
    );
    stay(&stack)
}

/// Says how long the first start takes, and why.
fn announce() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    say!(
        "the first start compiles the programs and the dashboard from source: about {CPU_MINUTES} CPU minutes, \
         so {} on {cores} idle cores; the next start takes seconds",
        minutes(CPU_MINUTES.div_ceil(cores))
    );
}

fn minutes(number: usize) -> String {
    match number {
        1 => "a minute".to_owned(),
        several => format!("{several} minutes"),
    }
}

/// The real CLI with the address and keys of its stack.
struct Cli {
    binaries: Binaries,
    keys: Keys,
}

impl Cli {
    /// A command with the address and the secret key in its environment, never in its arguments.
    fn command(&self) -> Command {
        let mut call = command(self.binaries.bench_push());
        call.env("SUPABASE_URL", &self.keys.url)
            .env("SUPABASE_SECRET_KEY", &self.keys.secret_key);
        for name in [
            "SUPABASE_SERVICE_ROLE_KEY",
            "GITHUB_OUTPUT",
            "GITHUB_STEP_SUMMARY",
        ] {
            call.env_remove(name);
        }
        call
    }
}

/// Sends all reports with the real CLI, as a CI job would, and returns the run ids in order.
fn push(reports: &[Value], cli: &Cli, anchor: &Anchor) -> Result<Vec<String>, Failure> {
    let file = project::target().join("demo-reports/history_benchmark_results.json");
    let lines: Vec<_> = reports.iter().map(Value::to_string).collect();
    project::write(&file, &(lines.join("\n") + "\n"))?;

    let mut push = cli.command();
    push.arg("push").arg("--input").arg(&file).args([
        "--environment",
        bench_samples::ENVIRONMENT,
        "--commit-sha",
        &anchor.commit,
    ]);
    push.args(["--format", "json"]);
    say!("$ {}", shown(&push));
    let said = output(&mut push)?;
    let said: Value = serde_json::from_str(&said)
        .explain(|| "`bench-push --format json` did not write JSON".into())?;
    let ids: Option<Vec<_>> = said["runs"].as_array().and_then(|runs| {
        runs.iter()
            .map(|run| run["id"].as_str().map(str::to_owned))
            .collect()
    });
    let ids = ids.filter(|ids| ids.len() == reports.len());
    let ids = ids.ok_or_else(|| {
        Failure::new(format!(
            "bench-push did not name {} stored runs: {said}",
            reports.len()
        ))
    })?;
    say!(
        "{} measured runs are stored ({} of them before); they were measured in one go and are laid out over 90 days, \
         one session every three days, up to {}: each run's notes say so",
        ids.len(),
        said["duplicates"],
        anchor.last_session
    );
    Ok(ids)
}

/// Waits until the stack ends; Ctrl-C ends this program on the way (see `stack.rs`).
fn stay(stack: &Stack) -> Result<(), Failure> {
    while http::get(stack.port, "/health", &[]).is_ok() {
        thread::sleep(Duration::from_secs(2));
    }
    Err(Failure::new("the local stack has stopped")
        .hint("`cargo xtask demo` starts it again, with its data"))
}
