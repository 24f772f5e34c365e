//! Bencher's seven threshold tests, for teams that migrate: the newest run against limits from the
//! runs before it.
//!
//! | test | boundary `b` | limits |
//! | --- | --- | --- |
//! | `static` | any number | `b` itself |
//! | `percentage` | 0.10 is 10 % | `m ± m b` |
//! | `z_score` | 0.5 … 1 | `m ± s z(b)` |
//! | `t_test` | 0.5 … 1 | `m ± s sqrt(1 + 1/n) t(b, n - 1)` |
//! | `log_normal` | 0.5 … 1 | `exp(mu ± sigma z(b))` |
//! | `iqr` | 0 or more | `median ± b (q3 - q1)` |
//! | `delta_iqr` | 0 or more | `median ± median b (q3 - q1)` of the relative changes from run to run |
//!
//! `m`, `s`: mean and sample deviation of the history, `mu`, `sigma`: those of its logarithms; quartiles
//! of type 7. A value beyond a limit alerts, one on it does not.
//!
//! Three gaps of the original are closed, each with a [`Remark`]; [`Threshold::compat`] restores
//! the original behaviour:
//! - a history without any spread gave no limit, so that a metric that repeats exactly never
//!   alerted: now the limit is 1 % away, or 0.01 for metrics with a fixed range;
//! - `log_normal` mirrored its upper limit, which could fall below 0: now it is the true quantile;
//! - a limit outside of the metric's range can never be passed: now it is clamped, with a remark.

mod limits;

use serde::{Deserialize, Serialize};

/// The kinds of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThresholdTest {
    /// At fixed numbers.
    Static,
    /// At a share of the mean.
    Percentage,
    /// At a quantile of the normal distribution.
    ZScore,
    /// At a prediction interval of Student's t.
    TTest,
    /// At a quantile of the log-normal distribution.
    LogNormal,
    /// At a multiple of the interquartile range.
    Iqr,
    /// At a multiple of the interquartile range of the changes from run to run.
    DeltaIqr,
}

impl ThresholdTest {
    /// Its name in settings and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Percentage => "percentage",
            Self::ZScore => "z_score",
            Self::TTest => "t_test",
            Self::LogNormal => "log_normal",
            Self::Iqr => "iqr",
            Self::DeltaIqr => "delta_iqr",
        }
    }

    /// The minimum number of runs for a limit.
    const fn fewest(self) -> usize {
        match self {
            Self::Static => 0,
            Self::Percentage | Self::Iqr => 1,
            // A single change from run to run has no real quartiles, but two runs are the minimum.
            Self::ZScore | Self::TTest | Self::LogNormal | Self::DeltaIqr => 2,
        }
    }
}

/// A threshold test with its boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Which test.
    pub test: ThresholdTest,
    /// The boundary of the lower limit; none for no lower limit.
    pub lower: Option<f64>,
    /// The boundary of the upper limit; none for no upper limit.
    pub upper: Option<f64>,
    /// No limits with fewer runs of history.
    #[serde(default)]
    pub min_sample_size: Option<usize>,
    /// The maximum number of newest runs of history used.
    #[serde(default)]
    pub max_sample_size: Option<usize>,
    /// Whether to reproduce Bencher's numbers, with the gaps listed in the module's documentation.
    #[serde(default)]
    pub compat: bool,
}

impl Threshold {
    /// A test with both boundaries and nothing else.
    pub fn new(test: ThresholdTest, lower: Option<f64>, upper: Option<f64>) -> Self {
        Self {
            test,
            lower,
            upper,
            min_sample_size: None,
            max_sample_size: None,
            compat: false,
        }
    }
}

/// The limits for the next run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// The center of the limits: a mean or a median.
    pub baseline: Option<f64>,
    /// A value below this alerts.
    pub lower: Option<f64>,
    /// A value above this alerts.
    pub upper: Option<f64>,
    /// Remarks on the limits.
    pub remarks: Vec<Remark>,
}

/// The side on which a value exceeds its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    /// Below the lower limit.
    Below,
    /// Above the upper limit.
    Above,
}

impl Band {
    /// The side on which `value` exceeds its limits; none if it is within or there are none.
    pub fn check(&self, value: f64) -> Option<Outside> {
        if self.lower.is_some_and(|lower| value < lower) {
            Some(Outside::Below)
        } else if self.upper.is_some_and(|upper| value > upper) {
            Some(Outside::Above)
        } else {
            None
        }
    }
}

/// Remarks on limits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Remark {
    /// The history is too short; there are no limits.
    TooFew {
        /// How many runs it has.
        found: usize,
        /// How many are needed.
        wanted: usize,
    },
    /// Every run has the same value; the limits lie this far from it.
    NoSpread {
        /// In the metric's unit.
        distance: f64,
    },
    /// A limit outside the metric's range, which no value can exceed, was clamped.
    OutOfRange {
        /// Its original value.
        limit: f64,
    },
    /// The history has non-positive values, which have no logarithm; there are no limits.
    NotPositive,
    /// The boundary is out of range; this side has no limit.
    Boundary {
        /// What it is.
        found: f64,
    },
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests;
