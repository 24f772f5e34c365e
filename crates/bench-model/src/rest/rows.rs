//! What is read: rows of tables, views and functions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A row of `benchmark_transactions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransactionRow {
    /// Its name in the database.
    pub id: String,
    /// When the benchmark ran.
    pub created_at: Timestamp,
    /// When the database took it.
    pub recorded_at: Timestamp,
    /// The commit that was tried.
    pub commit_sha: String,
    /// The branch of that commit.
    pub branch_name: Option<String>,
    /// Which model was tried.
    pub model_version: String,
    /// Who serves the model.
    pub model_provider: Option<String>,
    /// Which data it was tried on.
    pub dataset_version: String,
    /// How many items the data have.
    pub dataset_size: Option<i64>,
    /// Which prompt it was given.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// The CI run.
    pub run_id: Option<String>,
    /// Which try of the CI run.
    pub run_attempt: Option<i64>,
    /// Who or what started it.
    pub triggered_by: Option<String>,
    /// The numbers.
    pub metrics: BTreeMap<String, f64>,
    /// Per metric: n, stderr, ci_low, ci_high, values.
    pub metric_stats: Option<Map<String, Value>>,
    /// Anything nested that the report carried.
    pub details: Option<Map<String, Value>>,
    /// How long it took, in seconds.
    pub duration_seconds: Option<f64>,
    /// How many items failed.
    pub error_count: Option<i64>,
    /// How many items went well.
    pub success_count: Option<i64>,
    /// Words to find it by.
    pub tags: Option<Vec<String>>,
    /// Free text.
    pub notes: Option<String>,
    /// Hyperparameters.
    pub params: Option<Map<String, Value>>,
    /// Addresses, by name.
    pub links: Option<Map<String, Value>>,
    /// Which file it came from.
    pub source: Option<Map<String, Value>>,
    /// 1, 2, 3 … within its configuration.
    pub version: i64,
    /// Two runs with the same key are one run.
    pub idempotency_key: String,
}

/// A row of `benchmark_snapshots`: the current state of one configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotRow {
    /// Which model was tried.
    pub model_version: String,
    /// Which data it was tried on.
    pub dataset_version: String,
    /// Which prompt it was given.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// The run shown.
    pub transaction_id: String,
    /// How many runs the configuration has.
    pub snapshot_version: i64,
    /// When the run shown ran.
    pub created_at: Timestamp,
    /// When a run last changed this row.
    pub last_updated_at: Timestamp,
    /// The commit of the run shown.
    pub commit_sha: String,
    /// Who serves the model.
    pub model_provider: Option<String>,
    /// The numbers of the run shown.
    pub metrics: BTreeMap<String, f64>,
    /// `metrics.precision`.
    pub precision_score: Option<f64>,
    /// `metrics.recall`.
    pub recall_score: Option<f64>,
    /// `metrics.f1`.
    pub f1_score: Option<f64>,
    /// `metrics.latency_ms`.
    pub latency_ms: Option<f64>,
    /// `metrics.analysis_cost`, in USD.
    pub cost_per_analysis: Option<f64>,
    /// Whether people still care for this configuration.
    pub is_active: bool,
    /// Whether the run shown is its configuration's baseline.
    pub is_baseline: bool,
    /// Always true; older dashboards filter on it.
    pub is_current: bool,
}

/// A row that `ingest_runs` returns, in the order of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IngestedRow {
    /// The key that was sent.
    pub idempotency_key: String,
    /// The run's name in the database.
    pub id: String,
    /// 1, 2, 3 … within its configuration.
    pub version: i64,
    /// False when this key was stored before; nothing changed then.
    pub inserted: bool,
    /// When the benchmark ran.
    pub created_at: Timestamp,
}

/// A row of `detect_regression`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressionRow {
    /// The metric's value now.
    pub current_f1: Option<f64>,
    /// Its value in the baseline.
    pub baseline_f1: Option<f64>,
    /// How much worse it got; positive is worse.
    pub f1_drop: Option<f64>,
    /// Whether that is more than the threshold.
    pub is_regression: Option<bool>,
}
