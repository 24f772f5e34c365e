//! Histories in which a person sees the change at once.

use bench_model::stats::{HistoryOptions, JudgeOptions, StatsError, alerts, history};

use crate::bars::{Bars, Wanted};
use crate::chance::Chance;
use crate::score::real;

/// The seeds of every history with noise.
const SEEDS: u64 = 20;
/// An alert this near to a step is about it.
const NEAR: usize = 2;

/// So many runs at a level.
type Stretch = (usize, f64);

pub(crate) fn measure(bars: &mut Bars) -> Result<(), StatsError> {
    println!("histories");
    let collapse = [(15, 0.80), (3, 0.70), (2, 0.80), (5, 0.50)];
    for newest in [2, 3, 5] {
        let what = format!("0.70 three times, 0.80 twice, then 0.50: alert by run {newest}");
        found_in_noise(&what, &collapse, 0.005, newest, bars)?;
    }
    for (event, runs) in [
        ("one run at -20 sd", 1),
        ("two runs at -20 sd", 2),
        ("three runs at -20 sd", 3),
    ] {
        for good in [2, 5, 15] {
            let what = format!("{event}, {good} good ones, three at -10 sd: alert");
            let stretches = [(30, 100.0), (runs, 80.0), (good, 100.0), (3, 90.0)];
            found_in_noise(&what, &stretches, 1.0, 3, bars)?;
        }
    }
    for (level, newest) in [
        (1.0, [0.90, 0.88]),
        (0.0, [3.0, 5.0]),
        (1234.0, [1300.0, 1310.0]),
    ] {
        let values = [vec![level; 30], newest.to_vec()].concat();
        let what = format!("{level} thirty times, then {newest:?}: alert");
        found(&what, f64::from(is_found(&values, 30)?), bars);
    }
    a_visit_to_another_level(bars)
}

/// The share of the seeds with an alert once `newest` runs of the last stretch are known.
fn found_in_noise(
    what: &str,
    stretches: &[Stretch],
    sd: f64,
    newest: usize,
    bars: &mut Bars,
) -> Result<(), StatsError> {
    let levels: Vec<f64> = stretches
        .iter()
        .flat_map(|(runs, level)| std::iter::repeat_n(*level, *runs))
        .collect();
    let last = stretches.last().map_or(0, |(runs, _)| *runs);
    let step = levels.len() - last;
    let mut hits = 0.0;
    for seed in 0..SEEDS {
        let mut chance = Chance::new(seed);
        let values: Vec<f64> = levels.iter().map(|l| l + sd * chance.normal()).collect();
        hits += f64::from(is_found(&values[..step + newest], step)?);
    }
    let seeds = real(usize::try_from(SEEDS).unwrap_or(usize::MAX));
    found(what, hits / seeds, bars);
    Ok(())
}

fn is_found(values: &[f64], step: usize) -> Result<bool, StatsError> {
    let alerts = alerts(values, &JudgeOptions::default())?;
    Ok(alerts
        .iter()
        .any(|change| change.index.abs_diff(step) <= NEAR))
}

/// Measured: eight runs at twice the level, then back.
fn a_visit_to_another_level(bars: &mut Bars) -> Result<(), StatsError> {
    let values = [
        99.8, 99.2, 100.2, 99.9, 100.1, 100.0, 100.8, 101.4, 201.5, 200.1, 200.1, 200.5, 200.9,
        200.5, 201.4, 200.5, 100.0, 100.5, 100.5, 101.5, 101.3, 100.8, 100.5, 99.8,
    ];
    let changes = history(&values, &HistoryOptions::default())?.changes;
    let changes: Vec<usize> = changes.iter().map(|change| change.index).collect();
    println!("  eight runs at twice the level: changes at {changes:?}");
    found(
        "eight runs at twice the level: changes at 8 and 16",
        f64::from(changes == [8, 16]),
        bars,
    );
    Ok(())
}

fn found(what: &str, share: f64, bars: &mut Bars) {
    println!("  {share:.2}  {what}");
    bars.aim(format!("histories: {what}"), share, Wanted::AtLeast(1.0));
}
