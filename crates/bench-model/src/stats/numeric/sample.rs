//! Mean, spread and quantiles of a few numbers. Of no numbers every one of them is 0.

/// The standard deviation of the normal law per median absolute deviation (Hampel 1974).
pub(crate) const PER_MAD: f64 = 1.4826;

/// A count as a number; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "nothing is counted to 2^53")]
pub(crate) fn real(count: impl TryInto<u64>) -> f64 {
    // A count that is no `u64` would be negative.
    count.try_into().unwrap_or_default() as f64
}

/// A part of a whole.
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    real(part) / real(whole)
}

/// The arithmetic mean, never outside of the values: rounding must not give equal values a spread.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = values.iter().sum();
    (sum / real(values.len())).max(least).min(most)
}

/// The sum of squares around the mean.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean) * (v - mean)).sum()
}

/// The standard deviation of a sample; none of fewer than two values, which have no spread to show.
pub(crate) fn deviation(values: &[f64]) -> Option<f64> {
    (values.len() >= 2).then(|| libm::sqrt(squares(values) / (real(values.len()) - 1.0)))
}

/// The value below which a share of the values lies, linear between neighbours (type 7 of Hyndman
/// and Fan 1996, as in `numpy.quantile`). Reorders the values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place between 0 and the length"
)]
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let place = real(values.len() - 1) * share.clamp(0.0, 1.0);
    let below = place.floor() as usize;
    let (_, low, rest) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let between = place - real(below);
    if between == 0.0 || rest.is_empty() {
        return low;
    }
    let high = rest.iter().copied().fold(f64::INFINITY, f64::min);
    low + between * (high - low)
}

/// The middle value, or the mean of the two middle values. Reorders the values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    let count = values.len();
    if count == 0 {
        return 0.0;
    }
    let (left, upper, _) = values.select_nth_unstable_by(count / 2, f64::total_cmp);
    let upper = *upper;
    if count % 2 == 1 {
        return upper;
    }
    let lower = left.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    0.5 * (lower + upper)
}

/// [`median`] of a slice that stays as it is.
pub(crate) fn median_of(values: &[f64]) -> f64 {
    median(&mut values.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], [0, 0.25, 0.5, 0.95, 1])
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        for (share, wanted) in [
            (0.0, 1.0),
            (0.25, 1.75),
            (0.5, 3.5),
            (0.95, 7.95),
            (1.0, 9.0),
        ] {
            close(quantile(&mut values.to_vec(), share), wanted);
        }
        close(median_of(&values), 3.5);
        close(median_of(&values[..7]), 3.0);
    }

    #[test]
    fn of_nothing_everything_is_zero() {
        close(mean(&[]), 0.0);
        close(squares(&[]), 0.0);
        close(median_of(&[]), 0.0);
        close(quantile(&mut [], 0.3), 0.0);
    }

    #[test]
    fn equal_values_have_no_spread_and_digits_that_all_share_do_not_cancel() {
        for value in [0.1, 0.9, 1e-300, 412.7, -3.3] {
            for count in 1..40 {
                assert!(squares(&vec![value; count]) <= 0.0, "{count} times {value}");
            }
        }
        // numpy.var([1, 2, 4], ddof=1) = 2.3333333333333335
        let far = [1e9 + 1.0, 1e9 + 2.0, 1e9 + 4.0];
        let deviation_of = |values: &[f64]| deviation(values).unwrap_or(f64::NAN);
        assert!((deviation_of(&far) - (7.0_f64 / 3.0).sqrt()).abs() < 1e-6);
        assert_eq!(deviation(&[1.0]), None);
    }
}
