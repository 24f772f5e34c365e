//! The engine's speed on one core of this machine.

use std::hint::black_box;
use std::time::Instant;

use bench_model::stats::{HistoryOptions, JudgeOptions, Series, StatsError, history, judge};

use crate::bars::{Bars, Wanted};
use crate::chance::Chance;
use crate::score::real;

/// Steps and noise like those of a real metric.
fn series(count: usize, seed: u64) -> Vec<f64> {
    let mut chance = Chance::new(seed);
    let level = |i: usize| {
        if (3 * count / 10..6 * count / 10).contains(&i) {
            105.0
        } else {
            100.0
        }
    };
    (0..count)
        .map(|i| level(i) + 2.0 * chance.normal())
        .collect()
}

/// Seconds, the best of five, to exclude other load on the machine.
fn seconds(mut work: impl FnMut() -> Result<(), StatsError>) -> Result<f64, StatsError> {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let started = Instant::now();
        work()?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(best)
}

pub(crate) fn measure(bars: &mut Bars) -> Result<(), StatsError> {
    let options = HistoryOptions::default();
    for (count, most_ms) in [(100, None), (1000, Some(20.0)), (5000, None)] {
        let values = series(count, 5);
        let took = 1e3 * seconds(|| history(black_box(&values), &options).map(|_| ()))?;
        let judged = seconds(|| judge(black_box(&values), &JudgeOptions::default()).map(|_| ()))?;
        println!(
            "speed: history of {count} runs {took:.2} ms, judge {:.2} ms",
            1e3 * judged
        );
        if let Some(most) = most_ms {
            bars.add(
                format!("history of {count} runs, ms"),
                took,
                Wanted::AtMost(most),
            );
        }
    }

    let many: Vec<Vec<f64>> = (0..10_000).map(|seed| series(100, seed)).collect();
    let started = Instant::now();
    for values in &many {
        black_box(history(values, &options)?);
    }
    let took = started.elapsed().as_secs_f64();
    println!("speed: 10,000 series of 100 runs {took:.2} s");
    bars.add("10,000 series of 100 runs, s", took, Wanted::AtMost(10.0));

    // Appending is O(n): with a series ten times as long, a run takes ten times as long, not a
    // hundred.
    for count in [500, 1000, 2000, 4000] {
        let values = series(count, 7);
        let took = seconds(|| {
            let mut series = Series::default();
            values.iter().try_for_each(|value| series.push(*value))
        })?;
        let per_run = 1e6 * took / real(count);
        println!(
            "speed: appending to {count} runs {per_run:.1} µs per run, {:.2} ns per run and run before",
            1e3 * per_run / real(count)
        );
    }
    Ok(())
}
