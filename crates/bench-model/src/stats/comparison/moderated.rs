//! Plain numbers, one per run: Student's t with a noise estimate from earlier runs.

use crate::stats::{
    comparison::{
        paired::Estimate,
        prior::{Prior, transformed},
    },
    numeric::sample::{mean, real, squares},
};

/// The difference of two sides, after minus before, and the noise of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Difference {
    /// The difference with its standard error.
    pub estimate: Estimate,
    /// The standard deviation of one run; 0 when runs repeat exactly.
    pub sd: f64,
    /// Whether the prior is included.
    pub with_prior: bool,
}

/// Compares the means of two sides.
///
/// The variance of a run is `(d0 s0^2 + SS) / (d0 + n1 + n2 - 2)` with the prior's deviation `s0`
/// and weight `d0` (Smyth 2004); without a prior it is the pooled variance of Student's test. On
/// the logarithm when `logarithmic`; a prior on another scale is ignored. None if the noise is
/// unknown: one run per side and no prior, or so few equal runs that they may be equal by chance.
pub(crate) fn difference(
    before: &[f64],
    after: &[f64],
    prior: Option<&Prior>,
    logarithmic: bool,
) -> Option<Difference> {
    let (before, after) = (
        transformed(before, logarithmic),
        transformed(after, logarithmic),
    );
    let own_squares = squares(&before) + squares(&after);
    let own_df = real(before.len() + after.len()) - 2.0;
    // A metric that has always repeated exactly but now varies contradicts the prior.
    let prior = prior
        .filter(|prior| prior.logarithmic == logarithmic)
        .filter(|prior| prior.sd > 0.0 || own_squares == 0.0);
    let (d0, s0) = prior.map_or((0.0, 0.0), |prior| (prior.df, prior.sd));
    let df = d0 + own_df;
    if df < 1.0 {
        return None;
    }
    let variance = (d0 * s0 * s0 + own_squares) / df;
    if variance == 0.0 && df < FEWEST_EQUAL {
        return None;
    }
    let runs = 1.0 / real(before.len()) + 1.0 / real(after.len());
    Some(Difference {
        estimate: Estimate {
            mean: mean(&after) - mean(&before),
            stderr: libm::sqrt(variance * runs),
            df,
        },
        sd: libm::sqrt(variance),
        with_prior: prior.is_some(),
    })
}

/// The degrees of freedom without noise from which a metric counts as exact.
const FEWEST_EQUAL: f64 = 3.0;

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior {
        sd: 0.01,
        df: 20.0,
        logarithmic: false,
        segments: 1,
        runs: 21,
    };

    #[test]
    fn without_a_prior_it_is_students_test() {
        // scipy.stats.ttest_ind([1, 2, 3, 4], [3, 4, 6]).pvalue
        let found =
            difference(&[1.0, 2.0, 3.0, 4.0], &[3.0, 4.0, 6.0], None, false).expect("seven runs");
        assert!(
            (found.estimate.p_value() - 0.144_870_794_038_664_37).abs() < 1e-12,
            "{}",
            found.estimate.p_value()
        );
        assert!(!found.with_prior && found.estimate.df == 5.0);
    }

    #[test]
    fn with_a_prior_one_run_a_side_is_enough() {
        assert_eq!(difference(&[0.9], &[0.8], None, false), None);
        let found = difference(&[0.9], &[0.8], Some(&PRIOR), false).expect("a difference");
        assert!(found.estimate.p_value() < 1e-5 && found.with_prior);
        assert_eq!(
            difference(&[0.9], &[0.8], Some(&PRIOR), true),
            None,
            "a prior of another scale"
        );
    }

    #[test]
    fn equal_runs_are_exact_when_there_are_enough() {
        assert_eq!(difference(&[0.9, 0.9], &[0.8], None, false), None);
        let found = difference(&[0.9; 4], &[0.8], None, false).expect("exact");
        assert_eq!((found.sd, found.estimate.p_value()), (0.0, 0.0));
    }

    #[test]
    fn noise_that_the_prior_denies_is_believed() {
        let exact = Prior { sd: 0.0, ..PRIOR };
        let found = difference(&[0.9, 0.8], &[0.85, 0.9], Some(&exact), false).expect("four runs");
        assert!(!found.with_prior && found.sd > 0.0);
    }
}
