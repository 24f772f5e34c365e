//! A steady drift is named as one.

use bench_model::stats::{HistoryOptions, StatsError, history};

use crate::bars::{Bars, Wanted};
use crate::chance::Chance;
use crate::score::real;

const SERIES: usize = 500;
const RUNS: usize = 30;
/// Per run, in standard deviations.
const SLOPE: f64 = 0.4;

pub(crate) fn measure(bars: &mut Bars) -> Result<(), StatsError> {
    let mut chance = Chance::new(11);
    let mut named = 0.0;
    for _ in 0..SERIES {
        let values: Vec<f64> = (0..RUNS)
            .map(|run| SLOPE * real(run) + chance.normal())
            .collect();
        let found = history(&values, &HistoryOptions::default())?;
        named += f64::from(!found.drifts.is_empty());
    }
    let share = named / real(SERIES);
    println!("drifts: {share:.3} of {SERIES} drifts of {SLOPE} sd a run are named by run {RUNS}");
    bars.aim("drifts: named by run 30", share, Wanted::AtLeast(0.90));
    Ok(())
}
