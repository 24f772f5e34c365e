//! Series for tests: seeded, so that a failure happens again.

use crate::stats::numeric::random::SplitMix;

/// `count` values of a stationary process of order one with unit variance.
pub(crate) fn correlated(random: &mut SplitMix, count: usize, correlation: f64) -> Vec<f64> {
    let mut value = random.normal();
    let rest = (1.0 - correlation * correlation).sqrt();
    let mut next = || {
        value = correlation * value + rest * random.normal();
        value
    };
    (0..count).map(|_| next()).collect()
}
