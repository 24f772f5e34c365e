//! Metrics without noise: tokens, bytes, a price. Every value that lasts is a level.

use crate::stats::noise::PER_MAD;
use crate::stats::sample::{median, median_of, real};

/// Differences below this share of the usual magnitude are rounding.
const ROUNDING: f64 = 1e-9;
/// A series that differs from run to run more often than this is not exact, whatever its median says.
const MOST_DIFFERENCES: f64 = 0.3;

/// Whether a series has noise, and which.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Nature {
    /// Equal but for a few differences; the tolerance of "equal".
    Exact(f64),
    /// Noisy, with this standard deviation.
    Noisy(f64),
}

/// Tells an exact series from a noisy one. `sd` is the noise read from differences.
pub(crate) fn nature(values: &[f64], sd: f64) -> Nature {
    let magnitudes: Vec<f64> = values.iter().map(|v| v.abs()).collect();
    let usual = median_of(&magnitudes);
    let tolerance = ROUNDING * if usual > 0.0 { usual } else { 1.0 };
    if sd > tolerance {
        return Nature::Noisy(sd);
    }
    let differences = values
        .iter()
        .zip(values.iter().skip(1))
        .map(|(a, b)| (b - a).abs());
    let mut differences: Vec<f64> = differences.filter(|d| *d > tolerance).collect();
    if real(differences.len()) <= MOST_DIFFERENCES * real(values.len()) {
        return Nature::Exact(tolerance);
    }
    Nature::Noisy(PER_MAD * median(&mut differences) / std::f64::consts::SQRT_2)
}

/// The first run of every new value that lasts for two runs and differs from the three before.
pub(crate) fn changes(values: &[f64], tolerance: f64) -> Vec<usize> {
    let moved = |a: f64, b: f64| (a - b).abs() > tolerance;
    let is_change = |i: &usize| {
        let i = *i;
        moved(values[i], values[i - 1])
            && !moved(values[i + 1], values[i])
            && moved(median_of(&values[i.saturating_sub(3)..i]), values[i])
    };
    (1..values.len().saturating_sub(1))
        .filter(is_change)
        .collect()
}
