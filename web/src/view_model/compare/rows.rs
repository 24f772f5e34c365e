//! What is fetched for a comparison.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

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

/// A row of `compare_configurations`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct SummaryRow {
    /// Which configuration.
    pub configuration_id: i64,
    /// Which metric.
    pub metric: String,
    /// How many runs have it.
    pub runs: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation; none for one run.
    pub stddev: Option<f64>,
    /// The least value.
    pub lowest: f64,
    /// The greatest value.
    pub highest: f64,
    /// The median, within 0.1 %.
    pub median: f64,
    /// The 95th percentile, within 0.1 %.
    pub p95: f64,
}

/// What a run measured.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ValuesRow {
    /// Its id.
    pub id: String,
    /// Its metrics.
    pub metrics: BTreeMap<String, f64>,
}

/// The columns of [`RunRow`]; a test holds them against the contract.
pub const RUN_COLUMNS: &[&str] = &[
    "id",
    "configuration_id",
    "version",
    "created_at",
    "commit_sha",
    "branch_name",
    "model_version",
    "model_provider",
    "dataset_version",
    "dataset_size",
    "prompt_version",
    "environment",
    "triggered_by",
    "duration_seconds",
    "metrics",
    "metric_stats",
    "details",
    "params",
];

/// A run, with all that a comparison asks of it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the columns of benchmark_transactions")]
pub struct RunRow {
    pub id: String,
    pub configuration_id: i64,
    pub version: i64,
    pub created_at: String,
    pub commit_sha: String,
    pub branch_name: Option<String>,
    pub model_version: String,
    pub model_provider: Option<String>,
    pub dataset_version: String,
    pub dataset_size: Option<i64>,
    pub prompt_version: String,
    pub environment: String,
    pub triggered_by: Option<String>,
    pub duration_seconds: Option<f64>,
    pub metrics: BTreeMap<String, f64>,
    pub metric_stats: Option<Map<String, Value>>,
    pub details: Option<Map<String, Value>>,
    pub params: Option<Map<String, Value>>,
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

#[cfg(test)]
mod tests {
    use bench_model::rest::tables::TRANSACTIONS;

    use super::RUN_COLUMNS;

    #[test]
    fn every_column_is_in_the_contract() {
        for column in RUN_COLUMNS {
            assert!(TRANSACTIONS.columns.contains(column), "{column}");
        }
    }
}
