//! The accuracy of the verdicts: labelled series against [`history`] and [`alerts`].
//!
//! ```console
//! $ cargo run --release -p bench-model --example verdicts -- [--sets DIR]... [--seed N] [--write DIR]
//! ```
//! Generates series (`generate.rs`), scores them, times the engine, and exits with status 1 if a
//! target is missed. `--sets` also scores a folder of series: an `index.json` and one CSV per
//! series, as `labelled.rs` reads them. `--write` writes the generated series in that layout, for
//! other detectors. `cargo xtask bench verdicts` runs this.

mod bars;
mod generate;
mod intervals;
mod labelled;
mod score;
mod speed;

use std::path::PathBuf;
use std::process::ExitCode;

use bench_model::stats::{HistoryOptions, JudgeOptions, StatsError, alerts, history};

use crate::bars::Bars;
use crate::labelled::{Series, Suite};
use crate::score::{Offline, Online};

type Failure = Box<dyn std::error::Error>;

struct Options {
    sets: Vec<PathBuf>,
    seeds: Vec<u64>,
    write: Option<PathBuf>,
}

fn main() -> ExitCode {
    match Options::parse(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut options = Self {
            sets: Vec::new(),
            seeds: Vec::new(),
            write: None,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                arguments
                    .next()
                    .ok_or(format!("`{argument}` wants a value"))
            };
            match argument.as_str() {
                "--sets" => options.sets.push(value()?.into()),
                "--seed" => options.seeds.push(value()?.parse()?),
                "--write" => options.write = Some(value()?.into()),
                other => {
                    return Err(format!(
                        "there is no option `{other}`: wanted --sets, --seed, --write"
                    )
                    .into());
                }
            }
        }
        if options.seeds.is_empty() {
            // Three sets of 1,425 series: the figures of a single set vary by a hundredth with its
            // seed.
            options.seeds = vec![1, 2, 3];
        }
        Ok(options)
    }
}

/// Whether every target is met.
fn run(options: &Options) -> Result<bool, Failure> {
    let Options { sets, seeds, write } = options;
    let mut bars = Bars::default();
    let series: Vec<Series> = seeds.iter().flat_map(|seed| generate::set(*seed)).collect();
    if let Some(folder) = write {
        labelled::write(folder, &series)?;
        println!("{} series written to {}", series.len(), folder.display());
        return Ok(true);
    }
    measure("synthetic set, made here", &series, &mut bars)?;
    for folder in sets {
        let series = labelled::read(folder)?;
        measure(&folder.display().to_string(), &series, &mut bars)?;
    }
    intervals::measure(&mut bars)?;
    speed::measure(&mut bars)?;
    Ok(bars.report())
}

fn measure(name: &str, series: &[Series], bars: &mut Bars) -> Result<(), StatsError> {
    println!("{name}: {} series", series.len());
    let is_real = series.iter().any(|series| series.is_real);
    let mut offline = Offline::default();
    let mut online = Online::default();
    for series in series {
        match series.suite {
            Suite::Offline => {
                let found = history(&series.values, &HistoryOptions::default())?;
                let found: Vec<usize> = found.changes.iter().map(|change| change.index).collect();
                offline.add(series, &found);
            }
            Suite::Online => {
                let options = JudgeOptions::default();
                online.add(series, |values| {
                    let found = alerts(values, &options)?;
                    Ok(found.iter().map(|change| change.index).collect())
                })?;
            }
        }
    }
    offline.print();
    online.print();
    bars.hold(name, is_real, &offline, &online);
    Ok(())
}
