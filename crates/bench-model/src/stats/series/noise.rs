//! The noise of a series, with and without known levels.

use crate::stats::numeric::sample::{PER_MAD, mean, median, median_of, quantile, real};

/// The share of the differences that is kept.
const KEPT: f64 = 0.75;
/// The mean square of the smallest three quarters, by magnitude, of standard normal values:
/// `1 - 2 q phi(q) / 0.75` at their 75 % quantile `q`.
const KEPT_SQUARE: f64 = 0.3616;
/// The median of the square of a standard normal value.
const MEDIAN_SQUARE: f64 = 0.4549;

/// The minimum number of runs for estimating correlation, with a standard error below 0.22.
pub(crate) const CORRELATION_FROM: usize = 20;
/// Differences need a higher certainty, because they only give a lower bound of the noise.
const CORRELATION_ERRORS: f64 = 2.0;
/// Beyond this, a series is a random walk and the variance factor is unbounded.
pub(crate) const MOST_CORRELATION: f64 = 0.95;

/// The standard deviation of the runs around their level, from the differences of neighbours: a few
/// steps and spikes don't matter, because the largest quarter is left out.
pub(crate) fn from_differences(values: &[f64]) -> f64 {
    let count = values.len();
    if count < 3 {
        return 0.0;
    }
    let one = trimmed_square(values, 1);
    if one == 0.0 {
        return 0.0;
    }
    let mut correlation = 0.0;
    if count >= CORRELATION_FROM {
        // With correlation r neighbours differ less: 2 (1 - r) variances; second neighbours
        // 2 (1 - r^2).
        let r = trimmed_square(values, 2) / one - 1.0;
        if r > CORRELATION_ERRORS / real(count).sqrt() {
            correlation = r.min(MOST_CORRELATION);
        }
    }
    (one / (2.0 * (1.0 - correlation))).sqrt()
}

/// The mean square of the differences `lag` runs apart, assuming normal noise without steps.
fn trimmed_square(values: &[f64], lag: usize) -> f64 {
    let differences = values.iter().zip(&values[lag..]).map(|(a, b)| b - a);
    let mut squares: Vec<f64> = differences.map(|d| d * d).collect();
    if values.len() < 10 {
        return median(&mut squares) / MEDIAN_SQUARE;
    }
    squares.sort_unstable_by(f64::total_cmp);
    let kept = share_of(squares.len(), KEPT);
    mean(&squares[..kept]) / KEPT_SQUARE
}

/// A share of a count, rounded down, at least 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 1 and the count"
)]
pub(crate) fn share_of(count: usize, share: f64) -> usize {
    ((real(count) * share).floor() as usize).max(1)
}

/// A copy of the series winsorised around each segment's median, with the limit 3.5 robust standard
/// deviations of all residuals, never below their 95 % quantile, so that bimodal noise keeps both
/// modes.
///
/// `bounds` are the segments: 0, every change, the length.
pub(crate) fn winsorise(values: &[f64], bounds: &[usize]) -> Vec<f64> {
    let medians: Vec<f64> = segments(bounds)
        .map(|(first, end)| median_of(&values[first..end]))
        .collect();
    let mut distances = Vec::with_capacity(values.len());
    for ((first, end), middle) in segments(bounds).zip(&medians) {
        distances.extend(values[first..end].iter().map(|v| (v - middle).abs()));
    }
    let limit = spike_limit(&mut distances);
    let mut pulled_in = Vec::with_capacity(values.len());
    for ((first, end), middle) in segments(bounds).zip(&medians) {
        let (low, high) = (middle - limit, middle + limit);
        pulled_in.extend(values[first..end].iter().map(|v| v.clamp(low, high)));
    }
    pulled_in
}

/// The distance from the median up to which a run counts fully. Reorders the distances.
pub(crate) fn spike_limit(distances: &mut [f64]) -> f64 {
    let usual = 3.5 * PER_MAD * median(distances);
    usual.max(quantile(distances, 0.95))
}

/// The segments between bounds, each as its first run and the one after its last.
pub(crate) fn segments(bounds: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    bounds.windows(2).map(|pair| (pair[0], pair[1]))
}

/// The correlation of neighbouring runs inside the segments, corrected for their shortness: the
/// mean of a short segment takes part of the correlation with it (Kendall 1954).
pub(crate) fn correlation_within(values: &[f64], bounds: &[usize]) -> f64 {
    let pulled_in = winsorise(values, bounds);
    let (mut product, mut square) = (0.0, 0.0);
    for (first, end) in segments(bounds) {
        let segment = &pulled_in[first..end];
        let level = mean(segment);
        let neighbours = segment.iter().zip(segment.iter().skip(1));
        product += neighbours
            .map(|(a, b)| (a - level) * (b - level))
            .sum::<f64>();
        square += segment
            .iter()
            .map(|v| (v - level) * (v - level))
            .sum::<f64>();
    }
    if square <= 0.0 {
        return 0.0;
    }
    let length = real(values.len()) / real(bounds.len() - 1);
    let corrected = (product / square * length + 1.0) / (length - 3.0).max(1.0);
    corrected.min(MOST_CORRELATION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    /// `count` values of a stationary process of order one with unit variance.
    fn correlated(random: &mut SplitMix, count: usize, correlation: f64) -> Vec<f64> {
        let mut value = random.normal();
        let rest = (1.0 - correlation * correlation).sqrt();
        let mut next = || {
            value = correlation * value + rest * random.normal();
            value
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn the_noise_is_found_under_steps_and_spikes() {
        let mut random = SplitMix::new(1);
        let mut values: Vec<f64> = (0..2000).map(|_| random.normal()).collect();
        for (i, value) in values.iter_mut().enumerate() {
            *value += if i > 900 { 40.0 } else { 0.0 };
            *value += if i % 50 == 0 { 100.0 } else { 0.0 };
        }

        let sd = from_differences(&values);

        assert!((0.95..1.15).contains(&sd), "{sd}");
    }

    #[test]
    fn correlation_is_found_inside_short_segments() {
        let mut random = SplitMix::new(2);
        let values = correlated(&mut random, 2000, 0.6);
        let bounds: Vec<usize> = (0..=2000).step_by(100).collect();

        let r = correlation_within(&values, &bounds);

        assert!((0.5..0.7).contains(&r), "{r}");
    }

    #[test]
    fn a_spike_is_pulled_in_and_the_rest_stays() {
        let mut values: Vec<f64> = (0..40).map(|i| f64::from(i % 5)).collect();
        values[7] = 1e6;

        let pulled_in = winsorise(&values, &[0, 40]);

        assert!(pulled_in[7] < 10.0);
        assert_eq!(pulled_in[8..], values[8..]);
    }
}
