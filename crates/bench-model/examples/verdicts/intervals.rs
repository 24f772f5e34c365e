//! How often the intervals of a detected change contain the truth.

use bench_model::stats::{HistoryOptions, StatsError, history};

use crate::bars::{Bars, Wanted};
use crate::chance::Chance;
use crate::score::real;

const HISTORIES: usize = 2000;
/// A hundred runs, with a step in the middle.
const RUNS: usize = 100;
const STEP: usize = 50;

pub(crate) fn measure(bars: &mut Bars) -> Result<(), StatsError> {
    println!("intervals: {HISTORIES} histories of {RUNS} runs a line, one step in the middle");
    for noise in ["gaussian", "lognormal", "student3", "ar0.6"] {
        for size in [1.0, 2.0, 3.0] {
            let [found, places, deltas] = tally(noise, size)?;
            let (place, delta) = (places / found, deltas / found);
            println!(
                "  {noise:<10} step of {size} sd: found {:.3}; the place is inside in {place:.3}, the delta in {delta:.3}",
                found / real(HISTORIES)
            );
            // Correlated runs make both too narrow, as documented.
            if noise != "ar0.6" {
                let name = |what: &str| format!("{noise}, step of {size} sd: {what}");
                bars.add(
                    name("90 % interval of the place"),
                    place,
                    Wanted::AtLeast(0.90),
                );
                bars.add(
                    name("95 % interval of the delta"),
                    delta,
                    Wanted::AtLeast(0.94),
                );
            }
        }
    }
    Ok(())
}

/// The number of detected steps, and of those whose place and delta were inside.
fn tally(noise: &str, size: f64) -> Result<[f64; 3], StatsError> {
    let mut chance = Chance::new(9);
    let mut tally = [0.0; 3];
    for _ in 0..HISTORIES {
        let mut values = chance.noise(noise, RUNS);
        for value in &mut values[STEP..] {
            *value += size;
        }
        let found = history(&values, &HistoryOptions::default())?.changes;
        if let [change] = found[..]
            && change.index.abs_diff(STEP) <= 15
        {
            tally[0] += 1.0;
            tally[1] += f64::from((change.earliest..=change.latest).contains(&STEP));
            tally[2] += f64::from((change.delta_low..=change.delta_high).contains(&size));
        }
    }
    Ok(tally)
}
