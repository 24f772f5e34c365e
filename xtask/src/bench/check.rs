//! `cargo xtask bench check`: the verbs that judge many runs, against one `curl` that reads as many.
//!
//! Times are ratios to that `curl`, measured alternately. Beside them stands the processor time of
//! the CLI and of the database, which another program on the machine does not change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Value, json};

use super::push::{free_port, quantile};
use crate::binaries::Binaries;
use crate::failure::{Explain as _, Failure};
use crate::process::{command, output, say, which};
use crate::stack::{Keys, Stack};

/// Configurations, of 30 models each on its share of the data sets.
const CONFIGURATIONS: usize = 300;
/// Runs of each.
const RUNS: usize = 40;

/// The parsed options.
pub(crate) struct Options {
    times: usize,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::ValueExt as _;

        let mut options = Self { times: 7 };
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("times") => options.times = arguments.value()?.parse()?,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// What is measured: its name, its arguments, and how many times curl's time it may take.
const MEASURED: [(&str, &[&str], f64); 4] = [
    (
        "check, 300 configurations",
        &["check", "--environment", "ci", "--no-record"],
        MOST_CHECK,
    ),
    (
        "push --check, 500 runs",
        &["push", "--check", "new.jsonl"],
        MOST_PUSH,
    ),
    (
        "history, 100 configurations",
        &["history", "--environment", "ci"],
        MOST_HISTORY,
    ),
    (
        "gate backtest --rule judge, 300 series",
        &[
            "gate",
            "backtest",
            "--rule",
            "judge",
            "--environment",
            "ci",
            "--metric",
            "f1",
            "--metric",
            "recall",
            "--metric",
            "latency_ms",
        ],
        MOST_BACKTEST,
    ),
];

const MOST_CHECK: f64 = 3.0;
const MOST_PUSH: f64 = 5.0;
const MOST_HISTORY: f64 = 1.0;
const MOST_BACKTEST: f64 = 12.0;

/// Measures and compares with the targets.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { times } = options;
    if which("curl").is_none() {
        return Err(
            Failure::new("`curl` is missing, the yardstick of this benchmark").hint("install curl"),
        );
    }
    let binaries = Binaries::release()?;
    let folder = std::env::temp_dir().join(format!("bench-monitor-check-{}", std::process::id()));
    let stack = Stack::up(&binaries, &folder, free_port()?, None)?;
    let bench = Bench {
        binaries,
        keys: stack.keys()?,
        folder: folder.clone(),
    };
    bench.load()?;

    let mut curls = Vec::new();
    let mut figures: Vec<Figures> = MEASURED.iter().map(|_| Figures::default()).collect();
    for round in 0..=*times {
        let curl = bench.measure(&mut bench.curl())?;
        curls.push(curl.seconds);
        for ((name, arguments, _), figures) in MEASURED.iter().zip(&mut figures) {
            bench.write("new.jsonl", new_runs(round))?;
            let took = bench.measure(bench.push().args(*arguments))?;
            // The first round warms up the caches of the system and of PostgREST.
            if round > 0 {
                figures.add(&took, curl.seconds);
            }
            say!("round {round}: {name} {:.2} s", took.seconds);
        }
    }
    drop(stack);
    fs::remove_dir_all(&folder).explain(|| format!("`{}` cannot be removed", folder.display()))?;

    println!(
        "against one curl of the same {} runs, {:.2} s here (median of {times})",
        CONFIGURATIONS * RUNS,
        quantile(&mut curls, 0.5)
    );
    let mut is_missed = false;
    for ((name, _, most), figures) in MEASURED.iter().zip(&mut figures) {
        is_missed |= figures.print(name, *most) > *most;
    }
    if is_missed {
        return Err(Failure::new("a verb takes longer than promised")
            .hint("on a busy machine run it again: the ratios need two quiet cores"));
    }
    Ok(())
}

/// What one call took: seconds, and seconds of processor time.
struct Took {
    seconds: f64,
    cli: f64,
    database: f64,
    rest: f64,
}

#[derive(Default)]
struct Figures {
    ratios: Vec<f64>,
    seconds: Vec<f64>,
    cli: Vec<f64>,
    database: Vec<f64>,
    rest: Vec<f64>,
}

impl Figures {
    fn add(&mut self, took: &Took, curl: f64) {
        self.ratios.push(took.seconds / curl);
        self.seconds.push(took.seconds);
        self.cli.push(took.cli);
        self.database.push(took.database);
        self.rest.push(took.rest);
    }

    /// Prints the medians and returns that of the ratios.
    fn print(&mut self, name: &str, most: f64) -> f64 {
        let ratio = quantile(&mut self.ratios, 0.5);
        println!(
            "  {name}: {ratio:.2} times curl's (promised: at most {most}), here {:.2} s; \
             processor: CLI {:.2} s, PostgreSQL {:.2} s, PostgREST and gateway {:.2} s",
            quantile(&mut self.seconds, 0.5),
            quantile(&mut self.cli, 0.5),
            quantile(&mut self.database, 0.5),
            quantile(&mut self.rest, 0.5)
        );
        ratio
    }
}

struct Bench {
    binaries: Binaries,
    keys: Keys,
    folder: PathBuf,
}

impl Bench {
    fn push(&self) -> Command {
        let mut push = command(self.binaries.bench_push());
        push.env("SUPABASE_URL", &self.keys.url)
            .env("SUPABASE_SECRET_KEY", &self.keys.secret_key)
            .env_remove("SUPABASE_SERVICE_ROLE_KEY");
        push.current_dir(&self.folder);
        push
    }

    fn write(&self, name: &str, text: String) -> Result<(), Failure> {
        fs::write(self.folder.join(name), text).explain(|| format!("`{name}` cannot be written"))
    }

    /// Stores the runs, and marks a baseline for each data set.
    fn load(&self) -> Result<(), Failure> {
        let places = (0..RUNS).flat_map(|run| (0..CONFIGURATIONS).map(move |one| (run, one)));
        let lines: Vec<String> = places.map(|(run, one)| report(run, one)).collect();
        self.write("old.jsonl", lines.join("\n"))?;
        let mut push = self.push();
        let stored = output(push.args(["push", "old.jsonl", "--format", "json"]))?;
        let stored: Value = serde_json::from_str(&stored).explain(|| "not JSON".into())?;
        for one in (0..CONFIGURATIONS).step_by(30) {
            let Some(id) = stored["runs"][one]["id"].as_str() else {
                return Err(Failure::new("a run was not stored"));
            };
            output(
                self.push()
                    .args(["baseline", "set", id, "--scope", "dataset"]),
            )?;
        }
        Ok(())
    }

    /// Reads the columns of the judgement of all runs, in pages as large as the server allows.
    fn curl(&self) -> Command {
        let mut curl = command("curl");
        curl.args(["--silent", "--fail", "--header"]);
        curl.arg(format!("apikey: {}", self.keys.secret_key));
        for offset in (0..CONFIGURATIONS * RUNS).step_by(1_000) {
            curl.arg(format!(
                "{}/rest/v1/benchmark_transactions?select=id,created_at,version,commit_sha,metrics,params\
                 &order=created_at,id&limit=1000&offset={offset}",
                self.keys.url
            ));
        }
        curl
    }

    fn measure(&self, command: &mut Command) -> Result<Took, Failure> {
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let before = Processor::now(&self.folder);
        let started = Instant::now();
        let status = command
            .status()
            .explain(|| "a program cannot be started".into())?;
        let seconds = started.elapsed().as_secs_f64();
        // 1: a metric regressed, as among so many some do.
        if !matches!(status.code(), Some(0 | 1)) {
            let program = command.get_program().display();
            return Err(Failure::new(format!("`{program}` ended with {status}")));
        }
        let after = Processor::now(&self.folder);
        Ok(Took {
            seconds,
            cli: after.children - before.children,
            database: after.database - before.database,
            rest: after.rest - before.rest,
        })
    }
}

/// One run as a report: five metrics, quiet but for noise.
fn report(run: usize, one: usize) -> String {
    // Any digits that don't repeat soon.
    let noise = |salt: usize| {
        let mixed = (run * 7919 + one * 104_729 + salt * 1_299_709) % 1_000;
        f64::from(u32::try_from(mixed).unwrap_or_default()) / 1_000.0
    };
    json!({
        "model_version": format!("model-{}", one % 30), "dataset_version": format!("dataset-{}", one / 30),
        "prompt_version": "prompt-1", "environment": "ci", "commit_sha": format!("{:040x}", run + 1),
        "run_id": run.to_string(), "created_at": format!("2026-{:02}-{:02}T0{}:00:00Z", run / 28 + 1, run % 28 + 1, one % 10),
        "dataset_size": 1_000, "params": {"temperature": 0.2, "max_tokens": 512},
        "metrics": {
            "f1": 0.88 + 0.02 * noise(1), "recall": 0.87 + 0.02 * noise(2), "precision": 0.9 + 0.02 * noise(3),
            "latency_ms": 400.0 + 100.0 * noise(4), "analysis_cost": 0.004 + 0.0005 * noise(5),
        },
    })
    .to_string()
}

/// 500 runs of a later commit, other ones in each round.
fn new_runs(round: usize) -> String {
    let runs = (0..500).map(|place| {
        report(
            RUNS + 2 * round + place / CONFIGURATIONS,
            place % CONFIGURATIONS,
        )
    });
    runs.collect::<Vec<_>>().join("\n")
}

/// Seconds of processor time so far; all 0 on a system without `/proc`.
#[derive(Default)]
struct Processor {
    /// Of the programs that this one has started and that have ended.
    children: f64,
    /// Of the servers of the stack: PostgreSQL, and the others.
    database: f64,
    rest: f64,
}

impl Processor {
    fn now(data_dir: &Path) -> Self {
        let mut now = Self::default();
        let own = Process::read("self");
        now.children = own.map_or(0.0, |own| own.ended);
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let names = processes.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let all: Vec<Process> = names.filter_map(|id| Process::read(&id)).collect();
        let data_dir = data_dir.to_string_lossy();
        let is_ours = |process: &Process| {
            let mut process = Some(process);
            while let Some(one) = process {
                if one.command.contains(&*data_dir) {
                    return true;
                }
                process = all.iter().find(|other| other.id == one.parent);
            }
            false
        };
        for process in all.iter().filter(|process| is_ours(process)) {
            // A connection's process is ended by the time that its parent counts it.
            let seconds = process.own + process.ended;
            if process.command.contains("postgres") && !process.command.contains("postgrest") {
                now.database += seconds;
            } else {
                now.rest += seconds;
            }
        }
        now
    }
}

/// A line of `/proc`, with seconds of processor time.
struct Process {
    id: u32,
    parent: u32,
    command: String,
    own: f64,
    /// Of its children that have ended.
    ended: f64,
}

impl Process {
    fn read(name: &str) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{name}/stat")).ok()?;
        let command = fs::read(format!("/proc/{name}/cmdline")).ok()?;
        let (head, tail) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = tail.split(' ').collect();
        // In hundredths of a second, on every Linux of today.
        let seconds = |place: usize| Some(fields.get(place)?.parse::<f64>().ok()? / 100.0);
        Some(Self {
            id: head.split(' ').next()?.parse().ok()?,
            parent: fields.get(1)?.parse().ok()?,
            command: String::from_utf8_lossy(&command).replace('\0', " "),
            own: seconds(11)? + seconds(12)?,
            ended: seconds(13)? + seconds(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_time_of_a_child_is_counted() {
        let before = Process::read("self").map(|own| own.ended);
        let Some(before) = before else { return };
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        let status = Command::new("sh").args(["-c", busy]).status();
        assert!(status.is_ok_and(|status| status.success()));
        let after = Process::read("self").map_or(0.0, |own| own.ended);
        assert!(after > before, "{before} {after}");
    }
}
