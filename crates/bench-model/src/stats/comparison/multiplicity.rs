//! Multiple testing: the more metrics a run has, the more of them look changed by chance.

use crate::stats::numeric::sample::real;

/// The q-value of each p-value, in the same order (Benjamini and Hochberg 1995).
///
/// If every metric with a q-value of at most 0.01 is called a change, at most one in a hundred of
/// these calls is false on average, when the metrics are independent or move together (Benjamini
/// and Yekutieli 2001). NaN counts as 1.
///
/// # Example
///
/// ```
/// use bench_model::stats::control;
///
/// let q = control(&[0.01, 0.5, 0.04]);
/// assert!((q[0] - 0.03).abs() < 1e-12 && (q[2] - 0.06).abs() < 1e-12);
/// ```
pub fn control(p_values: &[f64]) -> Vec<f64> {
    let p_values: Vec<f64> = p_values
        .iter()
        .map(|p| if p.is_nan() { 1.0 } else { p.clamp(0.0, 1.0) })
        .collect();
    let mut by_size: Vec<usize> = (0..p_values.len()).collect();
    by_size.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let all = real(p_values.len() as u64);
    let mut q_values = p_values.clone();
    let mut least = 1.0_f64;
    for (rank, index) in by_size.iter().enumerate().rev() {
        let rank = real(rank as u64 + 1);
        // A p-value times n over n may round below itself.
        least = least.min((p_values[*index] * all / rank).max(p_values[*index]));
        q_values[*index] = least;
    }
    q_values
}

/// Like [`control`], but the primary metric is tested first and is not corrected for the others.
///
/// The q-value of the `primary` is its p-value; the others are controlled among themselves. A run
/// with forty extra metrics detects a drop of F1 as well as a run without them. An index out of
/// range has no effect.
pub(crate) fn control_primary_first(p_values: &[f64], primary: usize) -> Vec<f64> {
    if primary >= p_values.len() {
        return control(p_values);
    }
    let mut rest = p_values.to_vec();
    let first = rest.remove(primary);
    let mut q_values = control(&rest);
    q_values.insert(primary, control(&[first])[0]);
    q_values
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn q_values_are_those_of_statsmodels() {
        // statsmodels.stats.multitest.multipletests(p, method="fdr_bh")
        let p = [
            0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216,
        ];
        let q = [
            0.01,
            0.04,
            0.084,
            0.084,
            0.084,
            0.1,
            0.105_714_285_714_285_7,
            0.216,
            0.216,
            0.216,
        ];
        for (found, wanted) in control(&p).into_iter().zip(q) {
            assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        }
        assert!(control(&[]).is_empty());
    }

    #[test]
    fn the_primary_metric_pays_nothing_for_the_others() {
        assert_eq!(control_primary_first(&[0.5, 0.01, 0.9], 1)[1], 0.01);
        assert_eq!(control_primary_first(&[0.02, 0.01, 0.02], 1)[0], 0.02);
        assert_eq!(
            control_primary_first(&[0.02, 0.01], 7),
            control(&[0.02, 0.01])
        );
    }

    proptest! {
        #[test]
        fn a_q_value_is_never_below_its_p_value_and_keeps_the_order(
            p in proptest::collection::vec(0.0_f64..=1.0, 0..40)
        ) {
            let q = control(&p);
            for (i, (p_i, q_i)) in p.iter().zip(&q).enumerate() {
                prop_assert!(q_i >= p_i && *q_i <= 1.0);
                for (p_j, q_j) in p.iter().zip(&q).skip(i) {
                    prop_assert!((p_i - p_j) * (q_i - q_j) >= 0.0);
                }
            }
        }
    }
}
