//! Detects drifts that were cut into several steps.

use crate::stats::{
    numeric::sample::{real, squares},
    series::{
        drift::Line,
        step::{Step, Yardstick},
    },
};

/// The extra cost of a step over a line, as a share of the penalty in the Bayesian information
/// criterion: real staircases exist too, so a line must explain nearly as much.
const PRICE_SHARE: f64 = 0.5;

/// The least certain change of the first staircase that a straight line explains equally well: two
/// or more changes in a row, all up or all down.
///
/// With `k` changes, the steps have `2k + 1` parameters and the line 2. By the criterion the line
/// is better when `n ln S_line + 2 ln n < n ln S_steps + (2k + 1) ln n`, with the sums of squares
/// `S` over the `n` runs (Schwarz 1978; Yao 1988 for changes). Correlated runs count as fewer.
pub(crate) fn weakest_of_a_staircase(
    pulled_in: &[f64],
    bounds: &[usize],
    steps: &[Step],
    noise: &Yardstick,
) -> Option<usize> {
    let rises = |step: &Step| step.after > step.before;
    let within: Vec<f64> = bounds
        .windows(2)
        .map(|pair| squares(&pulled_in[pair[0]..pair[1]]))
        .collect();
    for first in 0..steps.len() {
        let same_way = |step: &&Step| rises(step) == rises(&steps[first]);
        let longest = steps[first..].iter().take_while(same_way).count();
        for count in 2..=longest {
            let (start, end) = (bounds[first], bounds[first + count + 1]);
            let in_steps: f64 = within[first..=first + count].iter().sum();
            let in_line = Line::fit(&pulled_in[start..end]).squares;
            let runs = real(end - start);
            let numbers = 2.0 * real(count) - 1.0;
            let price = PRICE_SHARE * numbers * libm::log(runs) / runs * noise.variance_factor;
            if in_line < in_steps * libm::exp(price) {
                let staircase = steps[first..first + count].iter();
                let weakest = staircase.max_by(|a, b| a.p_value.total_cmp(&b.p_value));
                return weakest.map(|step| step.index);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{numeric::random::SplitMix, series::elimination::eliminate};

    const NOISE: Yardstick = Yardstick {
        sd_of_differences: 1.0,
        variance_factor: 1.0,
        level: 0.02,
    };

    fn remaining(signal: impl Fn(f64) -> f64) -> Vec<usize> {
        let mut random = SplitMix::new(9);
        let values: Vec<f64> = (0..90_u8)
            .map(|i| signal(f64::from(i)) + random.normal())
            .collect();
        let remaining = eliminate(&values, &[30, 60], &[], &NOISE);
        remaining.steps.iter().map(|step| step.index).collect()
    }

    #[test]
    fn a_drift_that_was_cut_in_three_is_no_change() {
        assert!(remaining(|run| 0.06 * run).is_empty());
    }

    #[test]
    fn two_clear_steps_the_same_way_are_two_changes() {
        assert_eq!(remaining(|run| 5.0 * (run / 30.0).floor()), [30, 60]);
    }
}
