//! Metrics without noise: tokens, bytes, a price. Every lasting value is a level.
//!
//! Some are nearly exact: an accuracy of 1 that is occasionally 0.98. Their stray rate determines
//! how long a new value has to last to become a level.

use crate::stats::numeric::sample::{PER_MAD, median, median_of, real};

/// Differences below this share of the usual magnitude are rounding.
const ROUNDING: f64 = 1e-9;
/// A series that differs from run to run more often than this is not exact, regardless of its
/// median.
const MOST_DIFFERENCES: f64 = 0.3;

/// The noise of a series, if any.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Nature {
    /// Equal but for a few differences; the tolerance of "equal".
    Exact(f64),
    /// Noisy, with this standard deviation.
    Noisy(f64),
}

/// Classifies a series as exact or noisy. `sd` is the noise estimated from differences.
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

/// The maximum probability that a new lasting value is a sequence of strays.
const STRAY_LEVEL: f64 = 1e-3;
/// One run is never a level.
const LEAST_STRETCH: usize = 2;

/// The first run of every new level, and the probability that it is a sequence of strays: 0 for a
/// metric that has never strayed, whose new levels last two runs or more.
///
/// A stray is a run between two of other values. With `k` of them in `n` runs the next run strays with
/// probability near `(k + 1) / (n + 2)` (Laplace's rule of succession), and `b` runs in a row with its
/// `b`-th power.
pub(crate) fn changes(values: &[f64], tolerance: f64) -> Vec<(usize, f64)> {
    let stretches = stretches(values, tolerance);
    let inner = stretches.get(1..stretches.len().saturating_sub(1));
    let strays = inner
        .unwrap_or_default()
        .iter()
        .filter(|(first, end)| end - first == 1);
    let strays = strays.count();
    let share = (real(strays) + 1.0) / (real(values.len()) + 2.0);
    let chance = |runs: usize| {
        if strays == 0 {
            return 0.0;
        }
        // By multiplication, for identical bits everywhere; a few factors are enough.
        (0..runs).fold(1.0, |product, _| product * share)
    };
    let mut level: Option<f64> = None;
    let mut changes = Vec::new();
    for (first, end) in stretches {
        let p_value = chance(end - first);
        if end - first < LEAST_STRETCH || p_value > STRAY_LEVEL {
            continue;
        }
        let value = values[first];
        if level.is_some_and(|level| (value - level).abs() > tolerance) {
            changes.push((first, p_value));
        }
        level = Some(value);
    }
    changes
}

/// The stretches of equal values, each as its first run and the one after its last.
fn stretches(values: &[f64], tolerance: f64) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (run, value) in values.iter().enumerate() {
        match stretches.last_mut() {
            Some((first, end)) if (value - values[*first]).abs() <= tolerance => *end = run + 1,
            _ => stretches.push((run, run + 1)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `1.0` with a stray wherever a digit is not 0.
    fn accuracy(digits: &str) -> Vec<f64> {
        let value = |c: char| 1.0 - 0.02 * f64::from(c.to_digit(10).expect("a digit"));
        digits.chars().map(value).collect()
    }

    fn indices(values: &[f64]) -> Vec<usize> {
        changes(values, 1e-9)
            .into_iter()
            .map(|(index, _)| index)
            .collect()
    }

    #[test]
    fn two_runs_of_a_new_value_are_a_level_where_nothing_ever_strayed() {
        assert_eq!(changes(&accuracy("000000011"), 1e-9), [(7, 0.0)]);
        assert!(indices(&accuracy("000000010000")).is_empty());
        assert_eq!(indices(&accuracy("0000111122220000")), [4, 8, 12]);
    }

    #[test]
    fn where_runs_stray_a_new_value_has_to_stay_longer() {
        let strays = "000100000020000000010000001000000";
        assert!(indices(&accuracy(&format!("{strays}11"))).is_empty());
        assert!(indices(&accuracy(&format!("{strays}110000000"))).is_empty());

        let lasting = changes(&accuracy(&format!("{strays}1111")), 1e-9);
        assert_eq!(lasting.len(), 1);
        assert!(lasting[0].0 == 33 && lasting[0].1 < 1e-3);
    }

    #[test]
    fn few_or_no_runs_have_no_change() {
        assert!(indices(&[]).is_empty());
        assert!(indices(&accuracy("0")).is_empty());
        assert!(
            indices(&accuracy("011")).is_empty(),
            "one run is no level to change from"
        );
    }
}
