//! `cargo xtask fuzz`: feeds random bytes to every parser, guided by coverage.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process::{cargo, run};
use crate::{project, setup};

/// The targets in `tests/fuzz/targets`, each with the folders whose files it starts from.
const TARGETS: [(&str, &[&str]); 7] = [
    ("json", &["benchmarks"]),
    ("report", &["benchmarks"]),
    ("answer", &[]),
    ("settings", &[]),
    ("words", &[]),
    ("gateway", &[]),
    ("views", &[]),
];

/// The time and the targets.
pub(crate) struct Options {
    seconds: u64,
    /// Where chance begins; 0 is another place each time.
    seed: u64,
    only: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, Value, ValueExt as _};
        let mut options = Self {
            seconds: 600,
            seed: 0,
            only: Vec::new(),
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("seconds") => options.seconds = arguments.value()?.parse()?,
                Value(target) => options.only.push(target.string()?),
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// Runs the targets one after the other.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    if let Some(unknown) = options
        .only
        .iter()
        .find(|name| !TARGETS.iter().any(|(target, _)| target == name))
    {
        let names: Vec<&str> = TARGETS.iter().map(|(target, _)| *target).collect();
        return Err(Failure::usage(format!(
            "there is no fuzz target `{unknown}`: {}",
            names.join(", ")
        )));
    }
    setup::for_fuzzing()?;
    let is_wanted =
        |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    for (target, seeds) in TARGETS.into_iter().filter(|(target, _)| is_wanted(target)) {
        fuzz(target, seeds, options)?;
    }
    Ok(())
}

/// As in the tests: the same inputs each time, so that a run that passes once passes again.
pub(crate) fn every_target_for(seconds: u64) -> Result<(), Failure> {
    run_all(&Options {
        seconds,
        seed: 1,
        only: Vec::new(),
    })
}

fn fuzz(target: &str, seeds: &[&str], options: &Options) -> Result<(), Failure> {
    let corpus = project::target().join("fuzz-corpus").join(target);
    std::fs::create_dir_all(&corpus)
        .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", corpus.display())))?;
    let seeds = seeds.iter().map(|folder| project::root().join(folder));
    let folders: Vec<PathBuf> = [corpus].into_iter().chain(seeds).collect();
    // The sanitizers need a nightly compiler, and the code has no `unsafe` for them to look at.
    run(
        cargo()
            .args([
                "fuzz",
                "run",
                "--fuzz-dir",
                "tests/fuzz",
                "--sanitizer",
                "none",
                target,
            ])
            .args(folders)
            .args([
                "--",
                &format!("-max_total_time={}", options.seconds),
                &format!("-seed={}", options.seed),
                "-timeout=10",
                "-rss_limit_mb=2048",
                "-verbosity=0",
            ])
            // Seven programs to link: it would take longer than it saves.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .current_dir(project::root()),
        "an input breaks a parser; its file is named above",
    )
}
