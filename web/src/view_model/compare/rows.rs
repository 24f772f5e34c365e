//! What is fetched for a comparison.

use bench_model::rest::rows::{RunRow, SummaryRow, ValuesRow};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareKey {
    /// Configurations, over some days.
    Configurations {
        /// Their numbers, the reference first.
        ids: Vec<i64>,
        /// The first day; all when none.
        from: Option<String>,
        /// The last day; all when none.
        to: Option<String>,
    },
    /// Two runs.
    Runs([String; 2]),
}

/// One side as it was fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SideRows {
    /// Its configuration.
    pub configuration_id: i64,
    /// Its newest runs in these days, the newest first.
    pub runs: Vec<ValuesRow>,
    /// Its run, when it is only one.
    pub whole: Option<RunRow>,
}

/// All that a comparison is worked out from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompareRows {
    /// The numbers of configurations over all their runs; empty for two runs.
    pub summaries: Vec<SummaryRow>,
    /// The sides, the reference first. Runs that are not there are missing.
    pub sides: Vec<SideRows>,
    /// Runs before two runs, oldest first, that say how noisy a metric is: those of the second run's
    /// configuration, then those of the first's.
    pub earlier: [Vec<ValuesRow>; 2],
}
