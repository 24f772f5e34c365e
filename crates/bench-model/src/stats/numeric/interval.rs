//! Intervals.

use serde::{Deserialize, Serialize};

use crate::stats::numeric::distribution::t_two_sided_quantile;

/// From `low` to `high`, both in the unit of what it is an interval of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Around `middle`, as far to either side as `half`.
    pub fn around(middle: f64, half: f64) -> Self {
        Self {
            low: middle - half,
            high: middle + half,
        }
    }

    /// The 95 % confidence interval of a mean, from the sample's mean, standard deviation and size,
    /// by Student's t. None for fewer than two runs, which have no spread.
    ///
    /// ```
    /// use bench_model::stats::Interval;
    ///
    /// // scipy.stats.t.interval(0.95, 4, loc=0.9, scale=0.02 / 5 ** 0.5)
    /// let mean = Interval::of_mean(0.9, 0.02, 5).expect("more than one run");
    /// assert!((mean.low - 0.875_166_8).abs() < 1e-6 && (mean.high - 0.924_833_2).abs() < 1e-6);
    /// ```
    pub fn of_mean(mean: f64, deviation: f64, runs: u32) -> Option<Self> {
        let degrees = f64::from(runs.checked_sub(1).filter(|one| *one > 0)?);
        let stderr = deviation / libm::sqrt(f64::from(runs));
        let half = t_two_sided_quantile(0.05, degrees) * stderr;
        (half.is_finite() && mean.is_finite()).then(|| Self::around(mean, half))
    }

    /// Maps both ends through a monotonic function.
    #[must_use]
    pub fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Self {
            low: function(self.low),
            high: function(self.high),
        }
    }

    /// The interval of the negated number.
    #[must_use]
    pub(crate) fn negated(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
        }
    }

    /// The shortest interval around both.
    #[must_use]
    pub(crate) fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Whether `number` lies within.
    pub fn holds(self, number: f64) -> bool {
        self.low <= number && number <= self.high
    }

    /// Whether it lies strictly between `-margin` and `margin`.
    pub(crate) fn is_within(self, margin: f64) -> bool {
        -margin < self.low && self.high < margin
    }
}
