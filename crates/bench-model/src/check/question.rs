//! The options of a check.

use std::collections::BTreeMap;

use crate::{
    rest::rows::{KnownChangeRow, TransactionRow},
    stats::{JudgeOptions, Options},
};

/// The newest runs of a configuration that a verdict rests on, the judged one included, unless the
/// reader is asked for another number. The CLI and the dashboard read as many, so they judge the same.
pub const RUNS_CONSIDERED: u16 = 1_000;

/// The detector of a change point with its version, as stored in the database.
pub(crate) const METHOD: &str = "bench-model judge 1";

/// A run and the data it is compared with.
#[derive(Clone, Copy, Debug)]
pub struct RunToCheck<'a> {
    /// The run.
    pub current: &'a TransactionRow,
    /// Its baseline.
    pub baseline: Option<&'a TransactionRow>,
    /// The runs of its configuration before it, oldest first.
    pub earlier: &'a [TransactionRow],
    /// The stored change points of its configuration.
    pub change_points: &'a [KnownChangeRow],
}

/// The options of a check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckOptions {
    /// For the comparison with the baseline; its margin also decides which moves are too small to
    /// matter.
    pub comparison: Options,
    /// The same for metrics that have options of their own.
    pub of_metric: BTreeMap<String, Options>,
    /// For the judgement of the series.
    pub judge: JudgeOptions,
    /// Only these metrics; all if empty.
    pub metrics: Vec<String>,
    /// The primary metric: judged first, not corrected for the others.
    pub primary: Option<String>,
    /// Parameters that explain nothing, such as a seed.
    pub ignored_params: Vec<String>,
}

impl CheckOptions {
    /// The options by which a metric is judged.
    pub(crate) fn comparison_of(&self, metric: &str) -> &Options {
        self.of_metric.get(metric).unwrap_or(&self.comparison)
    }
}
