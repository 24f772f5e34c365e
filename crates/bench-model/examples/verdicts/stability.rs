//! A certain change stays in the history, whatever runs follow.

use bench_model::stats::{Change, HistoryOptions, StatsError, history, same_change};

use crate::bars::{Bars, Wanted};
use crate::chance::Chance;
use crate::score::real;

const SERIES: u64 = 60;
const RUNS: usize = 80;
/// The p-value of a certain change.
const CERTAIN: f64 = 1e-4;

/// Counts the certain changes that a later run removed from the history.
pub(crate) fn measure(bars: &mut Bars) -> Result<(), StatsError> {
    let (mut reported, mut vanished) = (0, 0);
    for seed in 0..SERIES {
        let values = two_steps(&mut Chance::new(seed));
        let mut certain: Vec<(usize, f64)> = Vec::new();
        for runs in 2..=RUNS {
            let changes = history(&values[..runs], &HistoryOptions::default())?.changes;
            let is_reported = |known: &(usize, f64)| changes.iter().any(|c| is_same(c, *known));
            let before = certain.len();
            certain.retain(is_reported);
            vanished += before - certain.len();
            for change in changes.iter().filter(|change| change.p_value <= CERTAIN) {
                if !certain.iter().any(|known| is_same(change, *known)) {
                    certain.push((change.index, change.delta));
                    reported += 1;
                }
            }
        }
    }
    println!("stability: {vanished} of {reported} certain changes vanished in {SERIES} series");
    bars.aim(
        "stability: certain changes that vanish",
        real(vanished),
        Wanted::AtMost(0.0),
    );
    Ok(())
}

fn is_same(change: &Change, known: (usize, f64)) -> bool {
    same_change((change.index, change.delta), known).is_some()
}

fn two_steps(chance: &mut Chance) -> Vec<f64> {
    let first = chance.whole(12, 30);
    let second = first + chance.whole(12, 30);
    let sizes = [4.0 * chance.sign(), 4.0 * chance.sign()];
    let level =
        |run: usize| sizes[0] * f64::from(run >= first) + sizes[1] * f64::from(run >= second);
    (0..RUNS).map(|run| level(run) + chance.normal()).collect()
}
