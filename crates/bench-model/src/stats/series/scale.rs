//! A scaled series, so that squares neither overflow nor underflow.

/// The values divided by a power of two, which is exact.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scaled {
    /// The scaled values, at most 1 in magnitude.
    pub(crate) values: Vec<f64>,
    exponent: i32,
}

impl Scaled {
    pub(crate) fn new(values: &[f64]) -> Self {
        let largest = values.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        let exponent = exponent(largest);
        Self {
            values: values.iter().map(|v| libm::scalbn(*v, -exponent)).collect(),
            exponent,
        }
    }

    /// The exponent of the power of two.
    pub(crate) fn exponent(&self) -> i32 {
        self.exponent
    }

    /// A level or a difference in the metric's unit; the largest number if it would overflow.
    pub(crate) fn unit(&self, value: f64) -> f64 {
        libm::scalbn(value, self.exponent).clamp(f64::MIN, f64::MAX)
    }
}

/// The exponent that brings a magnitude below 1; for 0 one below all others.
pub(crate) fn exponent(magnitude: f64) -> i32 {
    const OF_ZERO: i32 = -1100;
    if magnitude == 0.0 {
        return OF_ZERO;
    }
    libm::frexp(magnitude).1
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "every digit stays")]
mod tests {
    use super::*;

    #[test]
    fn scaling_there_and_back_changes_no_digit() {
        for values in [[1.1, -3.7e5], [1e300, 3e299], [5e-324, 2e-320], [0.0, 0.0]] {
            let scaled = Scaled::new(&values);
            for (value, original) in scaled.values.iter().zip(values) {
                assert!(value.abs() <= 1.0);
                assert_eq!(scaled.unit(*value), original);
            }
        }
    }

    #[test]
    fn a_difference_beyond_all_numbers_is_the_largest_number() {
        let scaled = Scaled::new(&[f64::MAX, f64::MIN]);

        assert_eq!(scaled.unit(2.0), f64::MAX);
    }
}
