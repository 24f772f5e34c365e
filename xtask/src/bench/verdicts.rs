//! `cargo xtask bench verdicts`: the accuracy and speed of the verdicts.
//!
//! Examples of `bench-model` take the measurements. Each prints its figures beside their targets
//! and fails if one is missed; this runs all of them and names the failed ones.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process::{cargo, command, output, run, say};
use crate::{project, setup};

/// The parsed options.
pub(crate) struct Options {
    sets: Vec<PathBuf>,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut options = Self { sets: Vec::new() };
        while let Some(argument) = arguments.next()? {
            match argument {
                lexopt::Arg::Long("sets") => {
                    // One flag may be followed by several values, as a shell expands `*`.
                    options.sets.extend(arguments.values()?.map(PathBuf::from));
                }
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// The target: 1,000 runs in at most 60 ms in the browser.
const MOST_MS: f64 = 60.0;
/// The number of histories of 1,000 runs in one call of `bits`.
const HISTORIES: f64 = 20.0;

/// Measures everything, then fails if any target was missed.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let Options { sets } = options;
    let mut series = example("verdicts");
    series.arg("--");
    for set in sets {
        // Relative to the user's working folder, not to the root in which programs are started.
        let set = std::path::absolute(set).unwrap_or_else(|_| set.clone());
        series.arg("--sets").arg(set);
    }
    let parts = [
        run(&mut series, "a bar for series is missed"),
        in_webassembly(),
        run(
            &mut example("attributions"),
            "a promise of attribution is broken",
        ),
        run(
            &mut example("comparisons"),
            "a promise of comparisons is broken",
        ),
    ];
    let failures: Vec<Failure> = parts.into_iter().filter_map(Result::err).collect();
    for failure in &failures {
        say!("{failure}");
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        "the verdicts miss what they promise, see above",
    ))
}

fn example(name: &str) -> std::process::Command {
    let mut cargo = cargo();
    cargo.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "bench-model",
        "--example",
        name,
    ]);
    cargo
}

/// The digest of `bits` in the shipped WebAssembly profile, and the time of one history there.
fn in_webassembly() -> Result<(), Failure> {
    // The first call includes compilation; the best of the others is a page's waiting time.
    const SCRIPT: &str = "
        const code = require('fs').readFileSync(process.argv[1]);
        const { main } = new WebAssembly.Instance(new WebAssembly.Module(code), {}).exports;
        let status = main(0, 0), best = Infinity;
        for (let i = 0; i < 5; i++) {
            const started = performance.now();
            status |= main(0, 0);
            best = Math.min(best, performance.now() - started);
        }
        console.log(status, best);
    ";
    setup::for_wasm()?;
    let mut build = cargo();
    build.args(["build", "--quiet", "--profile", "wasm-release"]);
    build.args(["--target", "wasm32-unknown-unknown"]);
    build.args(["--package", "bench-model", "--example", "bits"]);
    run(&mut build, "the engine could not be built for WebAssembly")?;
    let program = project::target().join("wasm32-unknown-unknown/wasm-release/examples/bits.wasm");
    let said =
        output(command("node").args(["--eval", SCRIPT]).arg(&program)).map_err(|failure| {
            failure.hint("this part needs Node, which the dashboard is built with")
        })?;
    let mut words = said.split_whitespace();
    let same_bits = words.next() == Some("0");
    let took = words.next().and_then(|ms| ms.parse::<f64>().ok());
    let each = took.unwrap_or(f64::NAN) / HISTORIES;
    println!(
        "WebAssembly: {}; history of 1,000 runs and six short judgements {each:.1} ms (at most {MOST_MS})",
        if same_bits {
            "the same bits as natively"
        } else {
            "OTHER BITS than natively"
        },
    );
    if same_bits && each <= MOST_MS {
        return Ok(());
    }
    Err(Failure::new(
        "WebAssembly gives other bits, or takes too long",
    ))
}
