//! The Mann-Whitney test: whether one sample tends to lie above the other, whatever the noise.

use crate::stats::numeric::{distribution::normal_two_sided, sample::real};

/// The two-sided p-value of the Mann-Whitney test, by the normal approximation with corrections for
/// ties and continuity; if every value of one side is beyond every value of the other, the exact
/// `2 / C(N, k)` if that is smaller. 1 if either side is empty or all values are equal.
///
/// `variance_factor` is 1 for independent runs; correlation increases the variance of the statistic
/// by that factor.
///
/// Mann and Whitney 1947; as `scipy.stats.mannwhitneyu(method="asymptotic")`.
pub(crate) fn rank_p_value(before: &[f64], after: &[f64], variance_factor: f64) -> f64 {
    let mut all: Vec<(f64, bool)> = before
        .iter()
        .map(|v| (*v, true))
        .chain(after.iter().map(|v| (*v, false)))
        .collect();
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));

    let (mut rank_sum, mut ties) = (0.0, 0.0);
    let mut passed = 0;
    // 0 and -0 are equal, but `total_cmp` separates them.
    #[expect(clippy::float_cmp, reason = "a tie is a tie")]
    for group in all.chunk_by(|a, b| a.0 == b.0) {
        let size = real(group.len());
        let from_before = group.iter().filter(|(_, is_before)| *is_before).count();
        rank_sum += real(from_before) * (real(passed) + 0.5 * (size + 1.0));
        ties += size * size * size - size;
        passed += group.len();
    }

    let (size_before, size_after) = (real(before.len()), real(after.len()));
    let total = size_before + size_after;
    let pairs = size_before * size_after;
    let above = rank_sum - 0.5 * size_before * (size_before + 1.0);
    let variance = pairs / 12.0 * ((total + 1.0) - ties / (total * (total - 1.0)));
    if variance.is_nan() || variance <= 0.0 {
        return 1.0;
    }
    let distance = ((above - 0.5 * pairs).abs() - 0.5).max(0.0);
    let p = normal_two_sided(distance / (variance * variance_factor).sqrt());
    let is_separated = above <= 0.0 || above >= pairs;
    if is_separated && variance_factor <= 1.0 {
        p.min(2.0 / choose(before.len() + after.len(), before.len().min(after.len())))
    } else {
        p
    }
}

/// How many ways there are to take `k` of `n`; infinite when beyond `f64`.
fn choose(n: usize, k: usize) -> f64 {
    (1..=k).fold(1.0, |ways, i| ways * real(n - k + i) / real(i))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_against_something_says_nothing() {
        assert!((rank_p_value(&[], &[1.0, 2.0], 1.0) - 1.0).abs() < 1e-12);
        assert!((rank_p_value(&[3.0, 3.0], &[3.0, 3.0], 1.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn zero_and_minus_zero_are_one_value() {
        let p = rank_p_value(&[0.0, -0.0, 0.0], &[-0.0, 0.0, -0.0], 1.0);

        assert!((p - 1.0).abs() < 1e-12);
    }

    #[test]
    fn correlated_runs_count_for_less() {
        let (before, after) = ([1.0, 2.0, 3.0, 4.0, 5.0], [4.5, 5.5, 6.0, 7.0, 8.0]);

        assert!(rank_p_value(&before, &after, 4.0) > rank_p_value(&before, &after, 1.0));
    }
}
