//! `cargo xtask gen`: everything that is generated and committed, in one place.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process::{cargo, command, output, say};
use crate::{binaries, project};

/// What was asked for.
pub(crate) struct Options {
    /// Write nothing; fail when a file differs from what would be written.
    pub(crate) check: bool,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut options = Self { check: false };
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("check") => options.check = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

struct Generated {
    path: &'static str,
    text: String,
}

/// Writes the generated files, or compares them.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Options { check } = options;
    binaries::build()?;
    let mut stale = Vec::new();
    for Generated { path, text } in [schema()?, command_line_reference()?, metric_reference()?] {
        let file: PathBuf = project::root().join(path);
        if project::read(&file).is_ok_and(|found| found == text) {
            say!("{path} is up to date");
        } else if *check {
            stale.push(path);
        } else {
            project::write(&file, &text)?;
            say!("{path} is written");
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{} is not what its source generates",
        stale.join(", ")
    ))
    .hint(
        "run `cargo xtask gen` and commit what it wrote; change the source, not the generated file",
    ))
}

/// The migrations as one file to paste into the SQL editor.
fn schema() -> Result<Generated, Failure> {
    let text = output(command(binaries::bench_push()).args(["schema", "print"]))?;
    Ok(Generated {
        path: "sql/schema_benchmark_monitoring.sql",
        text,
    })
}

/// Every verb and flag, from the CLI's own help.
fn command_line_reference() -> Result<Generated, Failure> {
    let text = output(command(binaries::bench_push()).arg("reference"))?;
    Ok(Generated {
        path: "docs/reference/cli.md",
        text,
    })
}

/// The metrics the product knows, from the catalogue in `bench-model`.
fn metric_reference() -> Result<Generated, Failure> {
    let text = output(cargo().args([
        "run",
        "--quiet",
        "-p",
        "bench-model",
        "--example",
        "metric_reference",
    ]))?;
    Ok(Generated {
        path: "docs/reference/metrics.md",
        text,
    })
}
