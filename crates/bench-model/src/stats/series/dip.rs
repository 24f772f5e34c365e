//! Dips: a few runs that left their level and came back.

use crate::stats::numeric::sample::median_of;

/// The longest dip. What lasts longer is a level.
pub(crate) const LONGEST: usize = 6;
/// The runs before a dip that say where it left from.
const BEFORE: usize = 10;
/// The fewest of them.
const LEAST_BEFORE: usize = 5;
/// The runs that show that the level came back.
const AFTER: usize = 2;
/// So many standard deviations off, a run is out of its level.
const FAR: f64 = 3.5;
/// Within so many, it is back.
const BACK: f64 = 2.5;

/// The dips of a series with noise of the standard deviation `sd`, each as its first run and the
/// one after its last: two to six runs far out on one side of the runs before, after which two runs
/// are back.
pub(crate) fn dips(values: &[f64], sd: f64) -> Vec<(usize, usize)> {
    let (far, back) = (FAR * sd, BACK * sd);
    let mut dips = Vec::new();
    let mut before: Vec<f64> = Vec::with_capacity(values.len());
    let mut run = 0;
    while run < values.len() {
        let newest = &before[before.len().saturating_sub(BEFORE)..];
        let level = median_of(newest);
        let away = values[run] - level;
        if newest.len() >= LEAST_BEFORE && away.abs() > far {
            let is_out = |value: &&f64| (*value - level) * away.signum() > far;
            let length = values[run..].iter().take_while(is_out).count();
            let after = &values[run + length..];
            let is_back = after.len() >= AFTER
                && after[..AFTER]
                    .iter()
                    .all(|value| (value - level).abs() <= back);
            if (2..=LONGEST).contains(&length) && is_back {
                dips.push((run, run + length));
            } else {
                before.extend(&values[run..run + length]);
            }
            run += length;
        } else {
            before.push(values[run]);
            run += 1;
        }
    }
    dips
}
