//! What is read: rows of tables, views and functions.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::payload::BaselineScope;
use crate::metric::{Direction, MetricDefinition, MetricName, Scale};

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
    /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
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
    /// Its configuration's short name.
    pub configuration_id: i64,
    /// 1, 2, 3 … within its configuration.
    pub version: i64,
    /// Two runs with the same key are one run.
    pub idempotency_key: String,
}

/// A row of `benchmark_snapshots`: the current state of one configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotRow {
    /// The configuration's short name.
    pub configuration_id: i64,
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

/// A row of `benchmark_baselines`, and what `set_baseline` returns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineRow {
    /// Its number; the newest of a scope is in force.
    pub id: i64,
    /// What it is for.
    pub scope: BaselineScope,
    /// The model; none when it is for all models.
    pub model_version: Option<String>,
    /// The data.
    pub dataset_version: String,
    /// The prompt; none when it is for all prompts.
    pub prompt_version: Option<String>,
    /// Where it ran.
    pub environment: String,
    /// The run; none when the baseline was cleared.
    pub transaction_id: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub marked_by: Option<String>,
    /// When.
    pub marked_at: Timestamp,
}

/// A row of `v_baselines_in_force`: a baseline and the run it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineInForceRow {
    /// The baseline.
    #[serde(flatten)]
    pub baseline: BaselineRow,
    /// The configuration of the run.
    pub configuration_id: i64,
    /// The run's version within its configuration.
    pub run_version: i64,
    /// The model of the run.
    pub run_model_version: String,
    /// The prompt of the run.
    pub run_prompt_version: String,
    /// The commit of the run.
    pub run_commit_sha: String,
    /// When the run ran.
    pub run_created_at: Timestamp,
    /// The numbers of the run.
    pub run_metrics: BTreeMap<String, f64>,
}

/// A row of `benchmark_metrics`: what a metric's name means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricRow {
    /// The name.
    pub name: String,
    /// The unit.
    pub unit: Option<String>,
    /// Which way it gets better.
    pub direction: Direction,
    /// The least value it can have.
    pub min: Option<f64>,
    /// The greatest value it can have.
    pub max: Option<f64>,
    /// What it measures.
    pub description: Option<String>,
}

impl From<MetricRow> for MetricDefinition {
    fn from(row: MetricRow) -> Self {
        let MetricRow {
            name,
            unit,
            direction,
            min,
            max,
            description,
        } = row;
        Self {
            name: MetricName::stored(name),
            unit,
            direction,
            min,
            max,
            description,
        }
    }
}

/// A row of `v_daily_metrics`: one metric of one configuration on one UTC day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DailyMetricRow {
    /// The day.
    pub day: Date,
    /// The metric.
    pub metric: String,
    /// The configuration's short name.
    pub configuration_id: i64,
    /// Which model was tried.
    pub model_version: String,
    /// Which data it was tried on.
    pub dataset_version: String,
    /// Which prompt it was given.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// How many runs.
    pub runs: i64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, of a sample; none with one run.
    pub stddev: Option<f64>,
    /// The least value.
    pub lowest: f64,
    /// The greatest value.
    pub highest: f64,
    /// The median, within 0.1 %.
    pub median: Option<f64>,
    /// The 95th percentile, within 0.1 %.
    pub p95: Option<f64>,
}

/// A row of `detect_regression`: the current run of a configuration against its baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressionRow {
    /// F1 now, whatever the metric asked for.
    pub current_f1: Option<f64>,
    /// F1 of the baseline.
    pub baseline_f1: Option<f64>,
    /// How much F1 fell.
    pub f1_drop: Option<f64>,
    /// Whether `worsening` is above the threshold; none when nothing can be said, see `reason`.
    pub is_regression: Option<bool>,
    /// Which model was tried.
    pub model_version: Option<String>,
    /// Which data it was tried on.
    pub dataset_version: Option<String>,
    /// Which prompt it was given.
    pub prompt_version: Option<String>,
    /// Where it ran.
    pub environment: Option<String>,
    /// The metric asked for.
    pub metric: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// Which way it gets better.
    pub direction: Option<Direction>,
    /// Its value now.
    pub current_value: Option<f64>,
    /// Its value in the baseline.
    pub baseline_value: Option<f64>,
    /// How much worse it got, positive when worse.
    pub worsening: Option<f64>,
    /// What the worsening is held against.
    pub threshold: Option<f64>,
    /// Whether worsening is a difference or a share of the baseline.
    pub threshold_kind: Option<Scale>,
    /// The current run.
    pub current_run: Option<String>,
    /// Its version within its configuration.
    pub current_version: Option<i64>,
    /// Its commit.
    pub current_commit_sha: Option<String>,
    /// When it ran.
    pub current_created_at: Option<Timestamp>,
    /// The run of the baseline.
    pub baseline_run: Option<String>,
    /// Its version within its configuration.
    pub baseline_version: Option<i64>,
    /// Its commit.
    pub baseline_commit_sha: Option<String>,
    /// When it ran.
    pub baseline_created_at: Option<Timestamp>,
    /// Which kind of baseline counts.
    pub baseline_found_by: Option<BaselineScope>,
    /// Why nothing can be said.
    pub reason: Option<String>,
    /// How many runs the level before the current run rests on: at most 64, since the last change.
    pub baseline_n: Option<i64>,
    /// Their median.
    pub baseline_median: Option<f64>,
    /// How much they scatter, as a standard deviation; none with fewer than 4.
    pub noise_sd: Option<f64>,
    /// The change from baseline to current in these standard deviations, positive when worse.
    pub in_noise: Option<f64>,
}

/// A row of `metric_series`: one run as a point of a line, the oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesRow {
    /// The run.
    pub id: String,
    /// When it ran.
    pub created_at: Timestamp,
    /// 1, 2, 3 … within its configuration, in order of arrival.
    pub version: i64,
    /// Its commit.
    pub commit_sha: String,
    /// The branch of that commit.
    pub branch_name: Option<String>,
    /// Who served the model.
    pub model_provider: Option<String>,
    /// Who or what started it.
    pub triggered_by: Option<String>,
    /// In the metric's own unit.
    pub value: f64,
    /// How many items it was measured on.
    pub n: Option<f64>,
    /// Its standard error, in the metric's own unit.
    pub stderr: Option<f64>,
    /// How many runs there are in the time asked for; more than rows when the line was thinned.
    pub of_runs: i64,
}

/// A row of `get_snapshot_history`: one version of a configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// 1, 2, 3 … in order of arrival.
    pub snapshot_version: i64,
    /// When it ran.
    pub created_at: Timestamp,
    /// Its commit.
    pub commit_sha: String,
    /// `metrics.f1`.
    pub f1_score: Option<f64>,
    /// `metrics.precision`.
    pub precision_score: Option<f64>,
    /// `metrics.recall`.
    pub recall_score: Option<f64>,
    /// `metrics.latency_ms`.
    pub latency_ms: Option<f64>,
    /// Whether the snapshot shows it.
    pub is_current: bool,
    /// Whether it is a baseline in force.
    pub is_baseline: bool,
    /// `metrics.analysis_cost`, in USD.
    pub cost_per_analysis: Option<f64>,
    /// The run.
    pub transaction_id: String,
    /// All its numbers.
    pub metrics: BTreeMap<String, f64>,
}

/// A row of `compare_snapshots`: one metric in two versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComparisonRow {
    /// The metric; five of them under the names of the original system.
    pub metric: String,
    /// Its value in version a.
    pub version_a_value: Option<f64>,
    /// Its value in version b.
    pub version_b_value: Option<f64>,
    /// b minus a.
    pub delta: Option<f64>,
    /// The change in percent of a.
    pub percent_change: Option<f64>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rest::tables::{self, Table};

    /// The names under which a row is read, of a row as PostgREST sends it.
    fn columns_of<T: Serialize + for<'de> Deserialize<'de>>(row: Value) -> Vec<String> {
        let row: T = serde_json::from_value(row).expect("a row");
        match serde_json::to_value(row).expect("JSON") {
            Value::Object(fields) => fields.into_iter().map(|(name, _)| name).collect(),
            other => panic!("{other}"),
        }
    }

    fn assert_same_columns(mut read: Vec<String>, table: Table) {
        let mut columns = table.columns.to_vec();
        columns.sort_unstable();
        read.sort_unstable();
        assert_eq!(read, columns, "{}", table.name);
    }

    #[test]
    fn rows_are_read_under_the_names_that_are_declared() {
        let run = json!({
            "id": "0191", "created_at": "2026-02-03T16:01:50.123456+00:00", "recorded_at": "2026-02-03T16:01:51+00:00",
            "commit_sha": "abc", "branch_name": null, "model_version": "m", "model_provider": null,
            "dataset_version": "d", "dataset_size": 150, "prompt_version": "p", "environment": "local",
            "run_id": null, "run_attempt": null, "triggered_by": null, "metrics": {"f1": 0.895, "latency_ms": 412},
            "metric_stats": null, "details": {"a": {}}, "duration_seconds": 1.50, "error_count": 0, "success_count": 150,
            "tags": ["a"], "notes": null, "params": null, "links": null, "source": null, "configuration_id": 1,
            "version": 1, "idempotency_key": "k",
        });
        assert_same_columns(columns_of::<TransactionRow>(run), tables::TRANSACTIONS);

        let snapshot = json!({
            "configuration_id": 1, "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "transaction_id": "0191", "snapshot_version": 8,
            "created_at": "2026-02-03T16:01:50+00:00", "last_updated_at": "2026-02-03T16:01:51+00:00",
            "commit_sha": "abc", "model_provider": null, "metrics": {"f1": 0.895}, "precision_score": null,
            "recall_score": null, "f1_score": 0.895, "latency_ms": null, "cost_per_analysis": null,
            "is_active": true, "is_baseline": false, "is_current": true,
        });
        assert_same_columns(columns_of::<SnapshotRow>(snapshot), tables::SNAPSHOTS);

        let baseline = json!({
            "id": 1, "scope": "model", "model_version": "m", "dataset_version": "d", "prompt_version": null,
            "environment": "local", "transaction_id": "0191", "reason": null, "marked_by": "ci",
            "marked_at": "2026-02-03T16:01:51+00:00",
        });
        assert_same_columns(
            columns_of::<BaselineRow>(baseline.clone()),
            tables::BASELINES,
        );

        let mut in_force = baseline;
        for (name, value) in [
            ("configuration_id", json!(1)),
            ("run_version", json!(3)),
            ("run_model_version", json!("m")),
            ("run_prompt_version", json!("p")),
            ("run_commit_sha", json!("abc")),
            ("run_created_at", json!("2026-02-03T16:01:50+00:00")),
            ("run_metrics", json!({"f1": 0.9})),
        ] {
            in_force[name] = value;
        }
        assert_same_columns(
            columns_of::<BaselineInForceRow>(in_force),
            tables::BASELINES_IN_FORCE,
        );

        let metric = json!({
            "name": "f1", "unit": "ratio", "direction": "higher_is_better", "min": 0, "max": 1,
            "description": null,
        });
        assert_same_columns(columns_of::<MetricRow>(metric), tables::METRICS);

        let day = json!({
            "day": "2026-02-03", "metric": "f1", "configuration_id": 1, "model_version": "m", "dataset_version": "d",
            "prompt_version": "p", "environment": "local", "runs": 3, "mean": 0.9, "stddev": null, "lowest": 0.8,
            "highest": 0.95, "median": 0.9, "p95": 0.95,
        });
        assert_same_columns(columns_of::<DailyMetricRow>(day), tables::DAILY_METRICS);
    }

    #[test]
    fn a_regression_of_which_nothing_can_be_said_is_read() {
        let row: RegressionRow = serde_json::from_value(json!({
            "current_f1": null, "baseline_f1": null, "f1_drop": null, "is_regression": null, "model_version": "m",
            "metric": "f1", "direction": "higher_is_better", "threshold": 0.05, "threshold_kind": "absolute",
            "baseline_found_by": null, "reason": "no run of model m is stored",
        }))
        .expect("a row");
        assert_eq!(row.reason.as_deref(), Some("no run of model m is stored"));
        assert_eq!(row.threshold_kind, Some(Scale::Absolute));
    }
}
