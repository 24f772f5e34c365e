//! The Gaussian kernel between runs: 1 for equal values, 0 for distant ones, so that a spike costs
//! at most 1, however large.

use crate::stats::numeric::sample::{mean, real};

/// The width of the kernel: the median distance of all pairs of runs; where most pairs are equal,
/// the root mean square of the distances that are not 0; 1 when all are.
///
/// The median is found without listing the pairs: the distances up to a value are counted in one
/// pass over the sorted runs, and the value is found by bisection over its bits.
pub(crate) fn width(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len();
    let pairs = count * count.saturating_sub(1) / 2;
    if pairs == 0 {
        return 1.0;
    }
    let lower = nth_distance(&sorted, pairs.div_ceil(2));
    let upper = if pairs % 2 == 1 || pairs_within(&sorted, lower) > pairs / 2 {
        lower
    } else {
        next_distance(&sorted, lower)
    };
    // The median of the squares, as in the literature.
    let square = 0.5 * (lower * lower + upper * upper);
    if square > 0.0 {
        return square.sqrt();
    }
    let equal = pairs_within(&sorted, 0.0);
    if equal == pairs {
        return 1.0;
    }
    let centre = mean(&sorted);
    let around: f64 = sorted.iter().map(|v| (v - centre) * (v - centre)).sum();
    let mean_square = real(count) * around / real(pairs - equal);
    if mean_square > 0.0 {
        mean_square.sqrt()
    } else {
        1.0
    }
}

/// The `nth` smallest distance of two runs, counted from 1.
fn nth_distance(sorted: &[f64], nth: usize) -> f64 {
    // Non-negative floats are ordered as their bits are.
    let (mut low, mut high) = (0, (sorted[sorted.len() - 1] - sorted[0]).to_bits());
    while low < high {
        let middle = low + (high - low) / 2;
        if pairs_within(sorted, f64::from_bits(middle)) >= nth {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    f64::from_bits(low)
}

/// How many pairs are at most `distance` apart.
fn pairs_within(sorted: &[f64], distance: f64) -> usize {
    let mut first = 0;
    let mut pairs = 0;
    for (i, value) in sorted.iter().enumerate() {
        while value - sorted[first] > distance {
            first += 1;
        }
        pairs += i - first;
    }
    pairs
}

/// The smallest distance above `distance`.
fn next_distance(sorted: &[f64], distance: f64) -> f64 {
    let mut first = 0;
    let mut next = f64::INFINITY;
    for value in sorted {
        while value - sorted[first] > distance {
            first += 1;
        }
        if first > 0 {
            next = next.min(value - sorted[first - 1]);
        }
    }
    next
}

/// Fills `row` with the kernel between `value` and each of `others`.
pub(crate) fn fill_row(row: &mut Vec<f64>, others: &[f64], value: f64, inverse_width: f64) {
    row.clear();
    row.extend(others.iter().map(|other| {
        let distance = (other - value) * inverse_width;
        exp_of_minus(distance * distance)
    }));
}

/// `e^-z` for `z >= 0`, within 1e-15, and 0 from 700 on.
///
/// Our own implementation: branch-free, so that it vectorises, and with additions and products
/// only, so that the bits are the same everywhere.
fn exp_of_minus(z: f64) -> f64 {
    // Adding this rounds a small number to an integer in the lowest bits.
    const ROUNDER: f64 = 6_755_399_441_055_744.0;
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = -z.min(700.0);
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let whole = shifted - ROUNDER;
    let rest = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    // Taylor's series up to rest^12 / 12!, where |rest| <= ln(2) / 2.
    let mut sum = 1.0 / 479_001_600.0;
    sum = sum * rest + 1.0 / 39_916_800.0;
    sum = sum * rest + 1.0 / 3_628_800.0;
    sum = sum * rest + 1.0 / 362_880.0;
    sum = sum * rest + 1.0 / 40_320.0;
    sum = sum * rest + 1.0 / 5040.0;
    sum = sum * rest + 1.0 / 720.0;
    sum = sum * rest + 1.0 / 120.0;
    sum = sum * rest + 1.0 / 24.0;
    sum = sum * rest + 1.0 / 6.0;
    sum = sum * rest + 0.5;
    sum = sum * rest + 1.0;
    sum = sum * rest + 1.0;
    let power = f64::from_bits((shifted.to_bits().wrapping_add(1023)) << 52);
    sum * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::{random::SplitMix, sample::median};

    #[test]
    fn the_exponential_is_that_of_libm() {
        for i in 0..7000 {
            let z = f64::from(i) * 0.0999;
            let (found, wanted) = (exp_of_minus(z), libm::exp(-z));
            assert!(
                (found - wanted).abs() <= 2e-15 * wanted,
                "{z}: {found:e} {wanted:e}"
            );
        }
        assert!(exp_of_minus(f64::INFINITY) < 1e-300);
    }

    #[test]
    fn the_width_is_the_median_over_all_pairs() {
        let mut random = SplitMix::new(3);
        for count in [2, 3, 4, 5, 6, 7, 30, 101] {
            let values: Vec<f64> = (0..count)
                .map(|_| (random.normal() * 9.0).round())
                .collect();
            let mut squares = Vec::new();
            for (i, a) in values.iter().enumerate() {
                squares.extend(values[..i].iter().map(|b| (a - b) * (a - b)));
            }
            let wanted = median(&mut squares).sqrt();
            if wanted > 0.0 {
                assert!((width(&values) - wanted).abs() < 1e-12, "{count}");
            }
        }
    }

    #[test]
    fn equal_values_have_a_width_too() {
        assert!((width(&[5.0; 9]) - 1.0).abs() < 1e-12);
        assert!((width(&[]) - 1.0).abs() < 1e-12);
        // 21 pairs, 15 of them equal, 6 at a distance of 2.
        assert!((width(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0]) - 2.0).abs() < 1e-12);
    }
}
