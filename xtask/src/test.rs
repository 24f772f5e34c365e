//! `cargo xtask test`: every check and test, cheapest first, with the time each took.

use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process::{cargo, run as run_program, say};
use crate::{binaries, dashboard, generate, setup};

/// What was asked for.
pub(crate) struct Options {
    /// Empty: everything.
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
    E2e,
    Sql,
}

impl Step {
    const ALL: [(&str, Self); 9] = [
        ("format", Self::Format),
        ("lint", Self::Lint),
        ("wasm", Self::Wasm),
        ("docs", Self::Docs),
        ("build", Self::Build),
        ("gen", Self::Gen),
        ("unit", Self::Unit),
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
                        "no such step: format, lint, wasm, docs, build, gen, unit, e2e or sql",
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
}

/// Runs the steps that were asked for and stops at the first that fails.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let all = options.only.is_empty();
    let with_stack = options.has(Step::E2e) || options.has(Step::Sql);
    let mut times = Times::default();

    times.step("setup", setup::for_tests)?;
    if options.has(Step::Format) {
        times.step("format", || {
            fails(
                cargo().args(["fmt", "--all", "--check"]),
                "the code is not formatted",
                Some("run `cargo fmt --all`"),
            )
        })?;
    }
    if options.has(Step::Lint) {
        times.step("lint", || clippy(&["--workspace", "--all-targets"]))?;
    }
    if options.has(Step::Wasm) {
        times.step("lint for wasm32", || {
            clippy(&[
                "-p",
                "bench-model",
                "-p",
                "bench-web",
                "--target",
                "wasm32-unknown-unknown",
            ])
        })?;
    }
    if options.has(Step::Docs) {
        times.step("rustdoc", || {
            let mut doc = cargo();
            doc.args(["doc", "--workspace", "--no-deps", "--quiet"])
                .env("RUSTDOCFLAGS", "-D warnings");
            fails(&mut doc, "the documentation has warnings", None)
        })?;
    }
    if options.has(Step::Build) || with_stack {
        times.step("release build", binaries::build)?;
        times.step("dashboard", dashboard::build)?;
    }
    if options.has(Step::Gen) {
        times.step("generated files", || {
            generate::run(&generate::Options { check: true })
        })?;
    }
    // One cargo call for all tests: one set of features, so each dependency is compiled once.
    let tests: Option<&[&str]> = match (
        all,
        options.has(Step::Unit),
        options.has(Step::E2e),
        options.has(Step::Sql),
    ) {
        (true, ..) | (_, true, true, _) => Some(&["--workspace"]),
        (_, true, _, _) => Some(&["--workspace", "--exclude", "bench-tests"]),
        (_, _, true, _) => Some(&["--workspace", "--test", "e2e"]),
        (_, _, _, true) => Some(&["--workspace", "--test", "e2e", "--", "pgtap", "schema"]),
        _ => None,
    };
    if let Some(arguments) = tests {
        times.step("tests", || {
            fails(
                cargo().arg("test").args(arguments),
                "a test failed",
                Some("the failing tests are named above"),
            )
        })?;
    }
    times.print();
    Ok(())
}

fn clippy(what: &[&str]) -> Result<(), Failure> {
    fails(
        cargo()
            .arg("clippy")
            .args(what)
            .args(["--", "-D", "warnings"]),
        "clippy has warnings",
        None,
    )
}

fn fails(
    program: &mut std::process::Command,
    meaning: &str,
    hint: Option<&str>,
) -> Result<(), Failure> {
    run_program(program, meaning).map_err(|failure| match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    })
}

/// How long each step took.
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
