//! The project's own commands: `cargo xtask demo | test | dashboard | gen | fuzz | bench`.
//!
//! One file per command. `setup/` has one file per required tool, which detects it, checks its
//! version and installs it. Every command prints what it does, reuses existing results, and stops
//! at the first failure with one sentence and a hint.

mod bench;
mod binaries;
mod dashboard;
mod demo;
mod failure;
mod fuzz;
mod generate;
mod http;
mod process;
mod project;
mod prose;
mod setup;
mod stack;
mod test;
#[cfg(test)]
mod workflows;

use std::ffi::OsString;
use std::process::ExitCode;

use failure::Failure;

const HELP: &str = "\
The project's own commands.

Usage: cargo xtask <COMMAND> [OPTIONS]

Commands:
  demo [--exit] [--port N] [--data-dir DIR]
         Sets everything up, starts the local stack, pushes the runs in benchmarks/ through the
         real CLI and serves the dashboard until Ctrl-C.
           --exit          check that the dashboard's data is there, stop everything, exit 0
           --port N        the port of dashboard and REST interface [default: 54321]
           --data-dir DIR  where the database lives [default: target/demo]
  test [--only STEP]...
         Sets everything up and runs every check and test, the browser's included.
           --only STEP     format, lint, wasm, docs, build, gen, unit, fuzz, e2e or sql; may be
                           repeated
  dashboard
         Sets up the tools and builds the dashboard into web/dist.
  gen [--check]
         Writes the generated files: the one-file schema, docs/reference/cli.md, docs/reference/metrics.md.
           --check         write nothing, fail on any difference
  fuzz [TARGET]... [--seconds N]
         Feeds random bytes to every parser, guided by coverage. The test step runs each for 5 s.
           TARGET          json, report, answer, settings, words, gateway or views; may be repeated [default: all]
           --seconds N     the time of each target [default: 600]
  bench [push] [--pairs N]
         Measures one push against a bare curl of the same request: time as a ratio, and memory.
           --pairs N       how many pairs are timed [default: 31]
  bench check [--times N]
         Measures the verbs that judge many runs against one curl that reads as many, and the processor
         time of the CLI and of the servers.
           --times N       how many times each is timed [default: 7]
  bench verdicts [--sets DIR]...
         Measures the verdicts on series with known changes, on simulated comparisons and on planted
         causes, and times them natively and in WebAssembly. Takes some four minutes.
           --sets DIR      also a folder of labelled series (index.json and CSVs); may be repeated
  bench dashboard
         Measures the dashboard in a browser: what a first load weighs and how soon it shows numbers and
         a chart, filters, zooming in 100,000 runs, memory. Takes some three minutes.
  bench faults [--schedules N] [--seed N]
         Pushes and flushes through a failing network, with kills of the CLI and of the servers, and
         compares what the CLI said with what is stored. The test step plays 50 schedules.
           --schedules N   how many schedules are played [default: 1000]
           --seed N        the seed of the first one [default: 1]
  bench alerts [--schedules N] [--first N]
         Lets two evaluators race and kills them at any request to the sinks, and compares what GitHub and
         Slack hold with what is stored. The test step plays 12 schedules.
           --schedules N   how many schedules are played [default: 10000]
           --first N       the number of the first one [default: 0]
";

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::from(failure.status())
        }
    }
}

fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    use lexopt::Arg::{Long, Short, Value};

    match arguments.next().map_err(usage)? {
        Some(Value(command)) => dispatch(&command, arguments),
        Some(Long("help") | Short('h')) | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(usage(other.unexpected())),
    }
}

fn dispatch(command: &OsString, arguments: lexopt::Parser) -> Result<(), Failure> {
    match command.to_str() {
        Some("demo") => demo::run(&demo::Options::parse(arguments).map_err(usage)?),
        Some("test") => test::run(&test::Options::parse(arguments).map_err(usage)?),
        Some("dashboard") => build_dashboard(arguments),
        Some("gen") => generate::run(&generate::Options::parse(arguments).map_err(usage)?),
        Some("bench") => bench::Bench::parse(arguments).map_err(usage)?.run(),
        Some("fuzz") => fuzz::run_all(&fuzz::Options::parse(arguments).map_err(usage)?),
        Some("help") => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(Failure::usage(format!(
            "`{}` is not a command of xtask: demo, test, dashboard, gen, fuzz or bench",
            command.display()
        ))),
    }
}

fn build_dashboard(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    if let Some(argument) = arguments.next().map_err(usage)? {
        return Err(usage(argument.unexpected()));
    }
    setup::for_dashboard()?;
    dashboard::build()
}

// By value, so that it reads as `.map_err(usage)`.
#[expect(clippy::needless_pass_by_value)]
fn usage(error: lexopt::Error) -> Failure {
    Failure::usage(error.to_string())
}
