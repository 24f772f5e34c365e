//! `cargo xtask bench push`: one push against a bare `curl` of the same request.
//!
//! Times are ratios of the two, measured alternately on the same machine in the same minute:
//! seconds would describe the machine rather than the program.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::json;

use crate::binaries::Binaries;
use crate::failure::{Explain as _, Failure};
use crate::process::{command, say, which};
use crate::project;
use crate::stack::{Keys, Stack};

/// The parsed options.
pub(crate) struct Options {
    pairs: usize,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::ValueExt as _;

        let mut options = Self { pairs: 31 };
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("pairs") => options.pairs = arguments.value()?.parse()?,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// The target: at most 1.2 times as long as curl.
const MOST_TIME: f64 = 0.7;
/// The target: under 12 MiB.
const MOST_MEMORY_KIB: u64 = 12 * 1024;

/// Measures and compares with the targets.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { pairs } = options;
    if which("curl").is_none() {
        return Err(
            Failure::new("`curl` is missing, the yardstick of this benchmark").hint("install curl"),
        );
    }
    let binaries = Binaries::release()?;
    let data_dir = std::env::temp_dir().join(format!("bench-monitor-bench-{}", std::process::id()));
    let stack = Stack::up(&binaries, &data_dir, free_port()?, None)?;
    let keys = stack.keys()?;

    let (mut ratios, mut pushes, mut curls) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..=*pairs {
        let push = time(&mut push(&binaries, &keys, &format!("bench-{pair}")))?;
        let curl = time(&mut curl(&keys, &format!("bench-{pair}")))?;
        // The first pair warms up the caches of the system and of PostgREST.
        if pair > 0 {
            ratios.push(push / curl);
            pushes.push(push * 1e3);
            curls.push(curl * 1e3);
        }
    }
    let push_memory = peak_memory(&mut push(&binaries, &keys, "memory"))?;
    let curl_memory = peak_memory(&mut curl(&keys, "memory"))?;
    drop(stack);
    fs::remove_dir_all(&data_dir)
        .explain(|| format!("`{}` cannot be removed", data_dir.display()))?;

    let ratio = quantile(&mut ratios, 0.5);
    println!("one push, whole process, against one curl of the same request ({pairs} pairs)");
    println!(
        "  time    {ratio:.2} times curl's (median of the pairs; a quarter of them below {:.2}, a quarter above {:.2}); promised: at most {MOST_TIME}",
        quantile(&mut ratios, 0.25),
        quantile(&mut ratios, 0.75)
    );
    println!(
        "          here: push {:.1} ms, curl {:.1} ms",
        quantile(&mut pushes, 0.5),
        quantile(&mut curls, 0.5)
    );
    println!(
        "  memory  {:.1} MiB (curl: {:.1} MiB); promised: under {} MiB",
        mib(push_memory),
        mib(curl_memory),
        MOST_MEMORY_KIB / 1024
    );
    if ratio > MOST_TIME || push_memory >= MOST_MEMORY_KIB {
        return Err(Failure::new("a push costs more than promised")
            .hint("on a busy machine run it again: the ratio needs two quiet cores"));
    }
    Ok(())
}

fn sample() -> std::path::PathBuf {
    project::root().join("benchmarks/sample_benchmark_results.json")
}

fn push(binaries: &Binaries, keys: &Keys, run_id: &str) -> Command {
    let mut push = command(binaries.bench_push());
    push.env("SUPABASE_URL", &keys.url)
        .env("SUPABASE_SECRET_KEY", &keys.secret_key)
        .env_remove("SUPABASE_SERVICE_ROLE_KEY");
    push.arg("--input").arg(sample());
    push.args([
        "--environment",
        "local",
        "--commit-sha",
        "abc1234",
        "--run-id",
        run_id,
    ]);
    push
}

/// The same row through the same function, without our code. The key is on curl's command line,
/// which is acceptable because it only opens a throw-away stack on this machine.
fn curl(keys: &Keys, run_id: &str) -> Command {
    let run = json!({"p_runs": [{
        "commit_sha": "abc1234", "model_version": "curl", "dataset_version": "d", "prompt_version": "p",
        "environment": "local", "run_id": run_id, "idempotency_key": format!("curl-{run_id}"),
        "metrics": {"precision": 0.91, "recall": 0.88, "f1": 0.895, "latency_ms": 412, "analysis_cost": 0.0042},
    }]});
    let mut curl = command("curl");
    curl.args([
        "--silent",
        "--fail",
        "--request",
        "POST",
        "--header",
        "Content-Type: application/json",
    ]);
    curl.args([
        "--header",
        &format!("apikey: {}", keys.secret_key),
        "--data",
        &run.to_string(),
    ]);
    curl.arg(format!("{}/rest/v1/rpc/ingest_runs", keys.url));
    curl
}

fn time(command: &mut Command) -> Result<f64, Failure> {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let started = Instant::now();
    let status = command.status();
    let took = started.elapsed().as_secs_f64();
    let program = || command.get_program().display().to_string();
    if status.explain(program)?.success() {
        return Ok(took);
    }
    let name = program();
    Err(Failure::new(format!("`{name}` failed on the local stack")))
}

/// A program's peak memory in KiB: the kernel's high-water mark, polled until the program ends.
/// (The kernel's accounting after the end would include this program before the `exec`.)
fn peak_memory(command: &mut Command) -> Result<u64, Failure> {
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command
        .spawn()
        .explain(|| "a program cannot be started".into())?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while let Some(now) = high_water_mark(Path::new(&status)) {
        peak = peak.max(now);
    }
    child
        .wait()
        .explain(|| "a program cannot be waited for".into())?;
    if peak == 0 {
        say!("no memory figures: this system has no /proc");
    }
    Ok(peak)
}

fn high_water_mark(status: &Path) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

pub(super) fn free_port() -> Result<u16, Failure> {
    let listener =
        std::net::TcpListener::bind(("127.0.0.1", 0)).explain(|| "no port is free".into())?;
    Ok(listener
        .local_addr()
        .explain(|| "no port is free".into())?
        .port())
}

/// The quantile of the values for `share`; sorts them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]
pub(super) fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (share * (values.len().saturating_sub(1)) as f64).round() as usize;
    values.get(place).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_precision_loss)]
fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let mut values = [5.0, 1.0, 3.0];

        assert!((quantile(&mut values, 0.5) - 3.0).abs() < f64::EPSILON);
        assert!((quantile(&mut values, 1.0) - 5.0).abs() < f64::EPSILON);
    }
}
