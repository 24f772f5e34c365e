//! `cargo xtask test`: runs every check and test, cheapest first, and prints the time of each.

use std::time::{Duration, Instant};

use crate::binaries::Binaries;
use crate::failure::Failure;
use crate::process::{cargo, run as run_program, say};
use crate::{dashboard, fuzz, generate, prose, setup};

/// The parsed options.
pub(crate) struct Options {
    /// Empty means all.
    only: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Format,
    Lint,
    Wasm,
    Docs,
    Build,
    Gen,
    Unit,
    Fuzz,
    E2e,
    Sql,
}

impl Step {
    const ALL: [(&str, Self); 10] = [
        ("format", Self::Format),
        ("lint", Self::Lint),
        ("wasm", Self::Wasm),
        ("docs", Self::Docs),
        ("build", Self::Build),
        ("gen", Self::Gen),
        ("unit", Self::Unit),
        ("fuzz", Self::Fuzz),
        ("e2e", Self::E2e),
        ("sql", Self::Sql),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, step)| *step)
    }
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::ValueExt as _;

        let mut only = Vec::new();
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("only") => only.push(arguments.value()?.parse_with(|name| {
                    Step::named(name).ok_or(
                        "no such step: format, lint, wasm, docs, build, gen, unit, fuzz, e2e or sql",
                    )
                })?),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Self { only })
    }

    fn has(&self, step: Step) -> bool {
        self.only.is_empty() || self.only.contains(&step)
    }

    /// Whether any selected step needs a stack, a browser and older clients.
    fn has_stack(&self) -> bool {
        self.has(Step::E2e) || self.has(Step::Sql)
    }
}

type Work = fn() -> Result<(), Failure>;

/// Runs the selected steps and stops at the first failure.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut times = Times::default();
    times.step("setup", || set_up(options))?;

    let steps: [(Step, &'static str, Work); 7] = [
        (Step::Format, "format", format),
        (Step::Lint, "lint", lint),
        (Step::Wasm, "lint for wasm32", lint_for_wasm),
        (Step::Docs, "rustdoc", document),
        (Step::Build, "release build", build_programs),
        (Step::Build, "dashboard", dashboard::build),
        (Step::Gen, "generated files", check_generated),
    ];
    for (step, name, work) in steps {
        if options.has(step) || (step == Step::Build && options.has_stack()) {
            times.step(name, work)?;
        }
    }
    for arguments in tests(options) {
        times.step("tests", || test(arguments))?;
    }
    if options.has(Step::Fuzz) {
        times.step("fuzz", || fuzz::every_target_for(5))?;
    }
    times.print();
    Ok(())
}

/// Sets up only what the selected steps need: checking the format needs no browser.
fn set_up(options: &Options) -> Result<(), Failure> {
    if options.has(Step::Wasm) {
        setup::for_wasm()?;
    }
    if options.has(Step::Build) || options.has_stack() {
        setup::for_dashboard()?;
    }
    if options.has_stack() {
        setup::for_end_to_end_tests()?;
    }
    Ok(())
}

fn format() -> Result<(), Failure> {
    run_program(
        cargo().args(["fmt", "--all", "--check"]),
        "the code is not formatted",
    )
    .map_err(|failure| failure.hint("run `cargo fmt --all`"))?;
    prose::check()
}

fn lint() -> Result<(), Failure> {
    clippy(&["--workspace", "--all-targets"])
}

fn lint_for_wasm() -> Result<(), Failure> {
    clippy(&[
        "-p",
        "bench-model",
        "-p",
        "bench-web",
        "--target",
        "wasm32-unknown-unknown",
    ])
}

fn clippy(what: &[&str]) -> Result<(), Failure> {
    run_program(
        cargo()
            .arg("clippy")
            .args(what)
            .args(["--", "-D", "warnings"]),
        "clippy has warnings",
    )
}

fn document() -> Result<(), Failure> {
    let mut doc = cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--quiet"])
        .env("RUSTDOCFLAGS", "-D warnings");
    run_program(&mut doc, "the documentation has warnings")
}

fn build_programs() -> Result<(), Failure> {
    Binaries::release().map(drop)
}

fn check_generated() -> Result<(), Failure> {
    generate::run(&generate::Options { check: true })
}

/// The cargo calls of the selected tests.
///
/// The end-to-end tests have a separate call, because their browser driver enables features of
/// shared dependencies, and the shipped code must be tested without them.
fn tests(options: &Options) -> Vec<&'static [&'static str]> {
    let mut calls: Vec<&'static [&'static str]> = Vec::new();
    if options.has(Step::Unit) {
        calls.push(&["--workspace", "--exclude", "bench-tests"]);
    }
    if options.has(Step::E2e) {
        calls.push(&["-p", "bench-tests"]);
    } else if options.has(Step::Sql) {
        calls.push(&[
            "-p",
            "bench-tests",
            "--",
            "pgtap",
            "plpgsql_check",
            "schema",
            "contract",
        ]);
    }
    calls
}

fn test(arguments: &[&str]) -> Result<(), Failure> {
    run_program(
        cargo().args(["test", "--no-fail-fast"]).args(arguments),
        "a test failed",
    )
    .map_err(|failure| failure.hint("the failing tests are named above"))
}

/// The time of each step.
#[derive(Default)]
struct Times(Vec<(&'static str, Duration)>);

impl Times {
    fn step(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        self.0.push((name, took));
        say!(
            "{name}: {} in {:.1} s",
            if result.is_ok() { "ok" } else { "failed" },
            took.as_secs_f64()
        );
        result
    }

    fn print(&self) {
        for (name, took) in &self.0 {
            say!("{:>7.1} s  {name}", took.as_secs_f64());
        }
    }
}
