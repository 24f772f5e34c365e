//! Means, medians and quantiles of a few numbers.

/// A count as a number; exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "no series has 2^53 runs")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// The arithmetic mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.iter().sum::<f64>() / real(values.len())
}

/// The sum of squares around the mean.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean) * (v - mean)).sum()
}

/// The value below which a share of the values lies, linear between neighbours (type 7 of Hyndman
/// and Fan 1996, as in `numpy.quantile`); 0 of nothing. Reorders the values.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place between 0 and the length"
)]
pub(crate) fn quantile(values: &mut [f64], share: f64) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let place = real(values.len() - 1) * share;
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

/// The middle value, or the mean of the two middle values; 0 of nothing. Reorders the values.
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
    fn nothing_has_the_median_zero() {
        close(median_of(&[]), 0.0);
        close(quantile(&mut [], 0.3), 0.0);
        close(mean(&[]), 0.0);
    }
}
