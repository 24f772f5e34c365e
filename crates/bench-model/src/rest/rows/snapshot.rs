//! The current state of configurations.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::row;

row! {
    /// The current state of a configuration as pages show it.
    SnapshotRow {
        /// The configuration's short name.
        configuration_id: i64,
        /// The model.
        model_version: String,
        /// The data.
        dataset_version: String,
        /// The prompt.
        prompt_version: String,
        /// Where it ran.
        environment: String,
        /// How many runs the configuration has.
        snapshot_version: i64,
        /// When the run shown ran.
        created_at: String,
        /// When a run last changed this row.
        last_updated_at: String,
        /// The commit of the run shown.
        commit_sha: String,
        /// The model provider.
        model_provider: Option<String>,
        /// `metrics.precision`.
        precision_score: Option<f64>,
        /// `metrics.recall`.
        recall_score: Option<f64>,
        /// `metrics.f1`.
        f1_score: Option<f64>,
        /// `metrics.latency_ms`.
        latency_ms: Option<f64>,
        /// `metrics.analysis_cost`, in USD.
        cost_per_analysis: Option<f64>,
        /// Whether the run shown is its configuration's baseline.
        is_baseline: bool,
    }
}

row! {
    /// A configuration by its names, and the run that is its current state.
    CurrentRunRow {
        /// The model.
        model_version: String,
        /// The data.
        dataset_version: String,
        /// The prompt.
        prompt_version: String,
        /// Where it ran.
        environment: String,
        /// The run.
        transaction_id: String,
    }
}

row! {
    /// What the current run of a configuration measured.
    CurrentMetricsRow {
        /// The numbers, by name.
        metrics: BTreeMap<String, Value>,
    }
}

row! {
    /// When a run last changed anything.
    LastUpdateRow {
        /// As the database writes it.
        last_updated_at: String,
    }
}

row! {
    /// A difference between what the database keeps of the runs and the runs, as `recount` returns it.
    DifferenceRow {
        /// Versions, snapshot, daily count or daily sums.
        kind: String,
        /// Of which configuration, metric and day.
        place: String,
        /// What is kept; none if there should be something.
        kept: Option<Value>,
        /// What the runs say; none if there should be nothing.
        recounted: Option<Value>,
    }
}
