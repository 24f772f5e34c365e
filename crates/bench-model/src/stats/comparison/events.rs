//! Counts of events, such as errors: how many there are by chance if the rate is the same.

use crate::stats::{
    comparison::proportion::{critical, square_and_add},
    numeric::{distribution::beta_cdf, interval::Interval, sample::real, special::ln_beta},
};

/// The events of the runs of a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Events {
    /// How many in all runs.
    pub count: u64,
    /// The number of runs.
    pub runs: u64,
}

impl Events {
    /// Per run.
    pub fn rate(self) -> f64 {
        real(self.count) / real(self.runs)
    }

    /// The score interval of the rate of a Poisson law (Rao; Barker 2002). At 0 events it still has
    /// a width.
    pub fn interval(self, confidence: f64) -> Interval {
        let z = critical(confidence);
        let (count, runs) = (real(self.count), real(self.runs));
        let middle = count + 0.5 * z * z;
        let half = z * libm::sqrt(count + 0.25 * z * z);
        Interval {
            low: if self.count == 0 {
                0.0
            } else {
                ((middle - half) / runs).max(0.0)
            },
            high: (middle + half) / runs,
        }
    }
}

/// The p-value that two rates are the same: of all events, those of a side are binomial
/// (Przyborowski and Wilenski 1940), with half the probability of the observed outcome (mid-p).
pub fn p_value(before: Events, after: Events) -> f64 {
    let all = before.count + after.count;
    if all == 0 {
        return 1.0;
    }
    let share = real(after.runs) / real(before.runs + after.runs);
    let (k, n) = (after.count, all);
    let seen = {
        let (k, n) = (real(k), real(n));
        let ln_ways = -libm::log(n + 1.0) - ln_beta(n - k + 1.0, k + 1.0);
        libm::exp(ln_ways + k * libm::log(share) + (n - k) * libm::log1p(-share))
    };
    // At least k of n, and at least n - k of the others.
    let least = |k: u64, share: f64| {
        if k == 0 {
            1.0
        } else {
            beta_cdf(share, real(k), real(n - k + 1))
        }
    };
    let tail = least(k, share).min(least(n - k, 1.0 - share));
    (2.0 * (tail - 0.5 * seen)).clamp(0.0, 1.0)
}

/// The interval of the difference of two rates, after minus before, from that of each (Zou and
/// Donner 2008; for Poisson rates Li, Tang and Wong 2014).
pub fn difference(before: Events, after: Events, confidence: f64) -> Interval {
    square_and_add(
        (before.rate(), before.interval(confidence)),
        (after.rate(), after.interval(confidence)),
        0.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(count: u64, runs: u64) -> Events {
        Events { count, runs }
    }

    #[test]
    fn fifty_errors_after_none_are_no_chance_and_one_is() {
        assert!(p_value(events(0, 1), events(50, 1)) < 1e-12);
        let one = p_value(events(0, 1), events(1, 1));
        assert!((one - 0.5).abs() < 1e-12, "{one}");
        assert!((p_value(events(0, 3), events(0, 1)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_p_value_is_that_of_the_binomial_law() {
        // n = 12, k = 7, share = 0.25: 2 * (binom.sf(6, n, share) - 0.5 * binom.pmf(7, n, share))
        let found = p_value(events(5, 3), events(7, 1));
        assert!((found - 0.017_034_292_2).abs() < 1e-9, "{found}");
        let turned = p_value(events(7, 1), events(5, 3));
        assert!((found - turned).abs() < 1e-12);
    }

    #[test]
    fn an_interval_holds_the_difference_and_has_a_width_at_zero() {
        let found = difference(events(0, 1), events(50, 1), 0.95);
        assert!(found.holds(50.0) && found.low > 30.0, "{found:?}");
        let none = difference(events(0, 1), events(0, 1), 0.95);
        assert!(none.low < -3.0 && none.high > 3.0, "{none:?}");
    }
}
