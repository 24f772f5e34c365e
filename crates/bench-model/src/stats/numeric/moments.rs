//! Mean, variance and quantiles of plain numbers.

use crate::stats::comparison::evidence::as_f64;

/// The mean; none of nothing.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    let first = *values.first()?;
    // Around the first value, so that the digits that all values share do not cancel.
    let shifted: f64 = values.iter().map(|value| value - first).sum();
    Some(first + shifted / count(values))
}

/// The sum of squared distances from the mean.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let Some(mean) = mean(values) else { return 0.0 };
    values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum()
}

/// The variance of a sample (divided by n - 1); none of fewer than two values.
pub(crate) fn variance(values: &[f64]) -> Option<f64> {
    (values.len() >= 2).then(|| squares(values) / (count(values) - 1.0))
}

/// The standard deviation of a sample; none of fewer than two values.
pub(crate) fn deviation(values: &[f64]) -> Option<f64> {
    variance(values).map(libm::sqrt)
}

/// How many, as a number to divide by.
pub(crate) fn count(values: &[f64]) -> f64 {
    as_f64(values.len() as u64)
}

/// The quantile at `share` of values in ascending order, linear between neighbours (type 7 of
/// Hyndman and Fan 1996, the default of R and NumPy); none of nothing.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * as_f64(last as u64);
    let below = libm::floor(place);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the length"
    )]
    let index = below as usize;
    let (low, high) = (sorted[index], sorted[(index + 1).min(last)]);
    Some(low + (high - low) * (place - below))
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;

    #[test]
    fn digits_that_all_values_share_do_not_cancel() {
        // numpy.var([1, 2, 4], ddof=1) = 2.3333333333333335
        let far = [1e9 + 1.0, 1e9 + 2.0, 1e9 + 4.0];
        assert!((variance(&far).expect("three values") - 7.0 / 3.0).abs() < 1e-6);
        assert_eq!(mean(&[]), None);
        assert_eq!(variance(&[1.0]), None);
    }

    #[test]
    fn quantiles_are_those_of_numpy() {
        // numpy.percentile([1, 2, 4, 8, 16], [0, 25, 60, 100])
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        let at = |share| quantile(&values, share).expect("values");
        assert_eq!([at(0.0), at(0.25), at(1.0)], [1.0, 2.0, 16.0]);
        assert!((at(0.6) - 5.6).abs() < 1e-12);
    }
}
