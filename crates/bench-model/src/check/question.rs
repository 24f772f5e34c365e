//! What is asked of a check.

use crate::{
    rest::{change_points::ChangePointRow, rows::TransactionRow},
    stats::{JudgeOptions, Options},
};

/// Which statistics found a change point, with their version: goes into the database.
pub const METHOD: &str = "bench-model judge 1";

/// A run and what it is held against.
#[derive(Clone, Copy, Debug)]
pub struct RunToCheck<'a> {
    /// The run.
    pub current: &'a TransactionRow,
    /// The run that is its baseline.
    pub baseline: Option<&'a TransactionRow>,
    /// The runs of its configuration before it, oldest first.
    pub earlier: &'a [TransactionRow],
    /// What is stored about the changes of its configuration.
    pub change_points: &'a [ChangePointRow],
}

/// What is asked of a check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckOptions {
    /// Of the comparison with the baseline; its margin also says which moves are too small to matter.
    pub comparison: Options,
    /// Of the judgement on the series.
    pub judge: JudgeOptions,
    /// Only these metrics; all when there are none.
    pub metrics: Vec<String>,
    /// The metric that is asked first and pays nothing for the others.
    pub primary: Option<String>,
}
