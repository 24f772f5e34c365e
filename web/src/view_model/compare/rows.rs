//! The data of a comparison.

use bench_model::rest::rows::{RunRow, SummaryRow, ValuesRow};

/// The query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompareKey {
    /// Configurations, over some days.
    Configurations {
        /// Their ids, the reference first.
        ids: Vec<i64>,
        /// The first day; none for all.
        from: Option<String>,
        /// The last day; none for all.
        to: Option<String>,
    },
    /// Two runs.
    Runs([String; 2]),
}

/// One side's data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SideRows {
    /// Its configuration.
    pub configuration_id: i64,
    /// Its newest runs in these days, the newest first.
    pub runs: Vec<ValuesRow>,
    /// Its run, if there is only one.
    pub whole: Option<RunRow>,
}

/// All data of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompareRows {
    /// The numbers of configurations over all their runs; empty for two runs.
    pub summaries: Vec<SummaryRow>,
    /// The sides, the reference first. Missing runs are left out.
    pub sides: Vec<SideRows>,
    /// Earlier runs, oldest first, for estimating noise: those of the second run's configuration,
    /// then those of the first's.
    pub earlier: [Vec<ValuesRow>; 2],
}
