//! From where to where a number may be.

use serde::{Deserialize, Serialize};

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

    /// Both ends through a function that keeps their order.
    #[must_use]
    pub fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Self {
            low: function(self.low),
            high: function(self.high),
        }
    }

    /// The interval of the negated number.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            low: -self.high,
            high: -self.low,
        }
    }

    /// Whether `number` lies within.
    pub fn holds(self, number: f64) -> bool {
        self.low <= number && number <= self.high
    }

    /// Whether it lies strictly between `-margin` and `margin`.
    pub fn is_within(self, margin: f64) -> bool {
        -margin < self.low && self.high < margin
    }
}
