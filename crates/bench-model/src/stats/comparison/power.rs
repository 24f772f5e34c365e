//! The smallest detectable effect, and the additional evidence that would settle the question.

use crate::stats::{
    comparison::result::{Options, Settle},
    numeric::distribution::{normal_quantile, t_two_sided_quantile},
};

/// The smallest effect found with a chance of `options.power` by a two-sided test at
/// `options.level`, in the unit of `stderr`: the usual normal approximation, with t for the level.
pub(crate) fn detectable(stderr: f64, df: f64, options: &Options) -> f64 {
    (t_two_sided_quantile(options.level, df) + normal_quantile(options.power)) * stderr
}

/// The standard error at which an effect of the observed size would be decided, either as a change
/// or as equivalent to none. None if no precision decides it reliably.
///
/// All three in one unit; `margin` is the practical margin.
pub(crate) fn decisive_stderr(effect: f64, margin: f64, df: f64, options: &Options) -> Option<f64> {
    let effect = effect.abs();
    let power = normal_quantile(options.power);
    let as_change = if effect >= options.least_share * margin {
        effect / (t_two_sided_quantile(options.level, df) + power)
    } else {
        0.0
    };
    let as_none =
        ((margin - effect) / (t_two_sided_quantile(1.0 - options.confidence, df) + power)).max(0.0);
    let decisive = as_change.max(as_none);
    (decisive > 0.0).then_some(decisive)
}

/// How many more of `n` are needed until the standard error, which falls with the root of n, is
/// `wanted` instead of `stderr`; at least one, none beyond a million.
pub(crate) fn more(n: f64, stderr: f64, wanted: f64) -> Option<u64> {
    let ratio = stderr / wanted;
    up(n * ratio * ratio - n)
}

/// How many more runs are needed for a standard error of `wanted`, when one run has the deviation
/// `sd`: on the current side alone if that needs at most ten times the runs of the baseline,
/// otherwise on each side.
pub(crate) fn more_runs(sd: f64, before: f64, after: f64, wanted: f64) -> Option<Settle> {
    use super::result::More::{CurrentRuns, RunsOfEach};
    let share = wanted * wanted / (sd * sd);
    let left = share - 1.0 / before;
    if left > 0.0 && 1.0 / left <= 10.0 * before {
        return up(1.0 / left - after).map(|count| Settle {
            count,
            of: CurrentRuns,
        });
    }
    up(2.0 / share - before.min(after)).map(|count| Settle {
        count,
        of: RunsOfEach,
    })
}

fn up(number: f64) -> Option<u64> {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and a million"
    )]
    (number <= 1e6).then(|| libm::ceil(number).max(1.0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::comparison::result::More;

    #[test]
    fn the_detectable_effect_is_that_of_the_textbook() {
        // 5 % and 80 %: 1.959964 + 0.841621 = 2.801585 standard errors
        let options = Options {
            level: 0.05,
            ..Options::default()
        };
        assert!((detectable(1.0, f64::INFINITY, &options) - 2.801_585).abs() < 1e-6);
    }

    #[test]
    fn an_effect_near_zero_needs_less_than_the_margin_is_wide_and_one_at_the_margin_needs_to_be_a_change()
     {
        let options = Options::default();
        let none = decisive_stderr(0.0, 0.05, 1e6, &options).expect("equivalence");
        assert!((none - 0.05 / 2.8016).abs() < 1e-4);
        let change = decisive_stderr(0.05, 0.05, 1e6, &options).expect("a change");
        assert!((change - 0.05 / 3.4175).abs() < 1e-4);
    }

    #[test]
    fn more_runs_are_asked_of_the_new_side_while_that_helps() {
        let one = more_runs(1.0, 20.0, 1.0, 0.6).expect("runs");
        assert_eq!((one.count, one.of), (3, More::CurrentRuns));
        let both = more_runs(1.0, 1.0, 1.0, 0.5).expect("runs");
        assert_eq!((both.count, both.of), (7, More::RunsOfEach));
        assert_eq!(more(100.0, 1.0, 1e-9), None);
        assert_eq!(more(100.0, 1.0, 2.0), Some(1));
    }
}
