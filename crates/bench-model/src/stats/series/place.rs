//! The place of a change: the runs that may be the first of the new level.

use crate::stats::numeric::sample::real;

/// The number of runs considered around the best place.
const REACH: usize = 20;
/// The probability covered by the interval.
const COVERAGE: f64 = 0.9;

/// The smallest set of places that holds 90 % of the probability, as its first and last member.
///
/// Every place within [`REACH`] has the same prior probability; after the runs it has the weight
/// `exp(-(S_k - S_best) / 2v)`, where `S_k` is the sum of squares around the two levels that place
/// gives, and `v` the variance of the noise.
/// `values` are those of the two levels, of which the second begins at `index`.
pub(crate) fn interval(values: &[f64], index: usize, variance: f64) -> (usize, usize) {
    let count = real(values.len());
    let total: f64 = values.iter().sum();
    let low = index.saturating_sub(REACH).max(1);
    let high = (index + REACH).min(values.len() - 1);
    let mut left: f64 = values[..low].iter().sum();
    let mut weights = Vec::with_capacity(high - low + 1);
    for (place, value) in (low..=high).zip(&values[low..=high]) {
        // The sum of squares decreases by the part between the two means.
        let (before, after) = (real(place), count - real(place));
        let difference = left / before - (total - left) / after;
        weights.push((place, difference * difference * before * after / count));
        left += value;
    }
    let most = weights.iter().fold(0.0_f64, |most, (_, w)| most.max(*w));
    if variance.is_nan() || variance <= 0.0 {
        return (index, index);
    }
    for (_, weight) in &mut weights {
        *weight = libm::exp(-(most - *weight) / (2.0 * variance));
    }
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    let wanted = COVERAGE * weights.iter().map(|(_, weight)| weight).sum::<f64>();
    let (mut earliest, mut latest, mut sum) = (index, index, 0.0);
    for (place, weight) in weights {
        if sum >= wanted {
            break;
        }
        sum += weight;
        earliest = earliest.min(place);
        latest = latest.max(place);
    }
    (earliest, latest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    #[test]
    fn a_clear_step_has_one_place_and_a_small_one_several() {
        let mut random = SplitMix::new(7);
        let noise: Vec<f64> = (0..60).map(|_| random.normal()).collect();
        let with = |size: f64| -> Vec<f64> {
            let step = |i: usize| if i >= 30 { size } else { 0.0 };
            noise.iter().enumerate().map(|(i, v)| v + step(i)).collect()
        };

        assert_eq!(interval(&with(20.0), 30, 1.0), (30, 30));
        let (earliest, latest) = interval(&with(1.0), 30, 1.0);
        assert!(earliest <= 30 && 30 <= latest && latest - earliest >= 3);
    }

    #[test]
    fn no_noise_leaves_no_doubt() {
        assert_eq!(interval(&[1.0, 1.0, 2.0, 2.0], 2, 0.0), (2, 2));
    }
}
