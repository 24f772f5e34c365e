//! Tables and views of the schema `public`, with the columns that we read or write.

/// A table or view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name, which is also its path below `/rest/v1/`.
    pub name: &'static str,
    /// The columns that we rely on; it may have more.
    pub columns: &'static [&'static str],
}

/// The immutable log of runs.
pub const TRANSACTIONS: Table = Table {
    name: "benchmark_transactions",
    columns: &[
        "id",
        "created_at",
        "recorded_at",
        "commit_sha",
        "branch_name",
        "model_version",
        "model_provider",
        "dataset_version",
        "dataset_size",
        "prompt_version",
        "environment",
        "run_id",
        "run_attempt",
        "triggered_by",
        "metrics",
        "metric_stats",
        "details",
        "duration_seconds",
        "error_count",
        "success_count",
        "tags",
        "notes",
        "params",
        "links",
        "source",
        "configuration_id",
        "version",
        "idempotency_key",
    ],
};

/// The current state of each configuration.
pub const SNAPSHOTS: Table = Table {
    name: "benchmark_snapshots",
    columns: &[
        "configuration_id",
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "transaction_id",
        "snapshot_version",
        "created_at",
        "last_updated_at",
        "commit_sha",
        "model_provider",
        "metrics",
        "precision_score",
        "recall_score",
        "f1_score",
        "latency_ms",
        "cost_per_analysis",
        "is_active",
        "is_baseline",
        "is_current",
    ],
};

/// What is compared with what.
pub const CONFIGURATIONS: Table = Table {
    name: "benchmark_configurations",
    columns: &[
        "id",
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "first_seen_at",
    ],
};

/// Who marked which run as the baseline, and when.
pub const BASELINES: Table = Table {
    name: "benchmark_baselines",
    columns: &[
        "id",
        "scope",
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "transaction_id",
        "reason",
        "marked_by",
        "marked_at",
    ],
};

/// The baselines in force, with the run each one is.
pub const BASELINES_IN_FORCE: Table = Table {
    name: "v_baselines_in_force",
    columns: &[
        "id",
        "scope",
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "transaction_id",
        "reason",
        "marked_by",
        "marked_at",
        "configuration_id",
        "run_version",
        "run_model_version",
        "run_prompt_version",
        "run_commit_sha",
        "run_created_at",
        "run_metrics",
    ],
};

/// What the names of metrics mean.
pub const METRICS: Table = Table {
    name: "benchmark_metrics",
    columns: &["name", "unit", "direction", "min", "max", "description"],
};

/// One metric of one configuration on one UTC day.
pub const DAILY_METRICS: Table = Table {
    name: "v_daily_metrics",
    columns: &[
        "day",
        "metric",
        "configuration_id",
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "runs",
        "mean",
        "stddev",
        "lowest",
        "highest",
        "median",
        "p95",
    ],
};

/// The current run of each active configuration, best F1 first.
pub const LATEST_BENCHMARKS: Table = Table {
    name: "v_latest_benchmarks",
    columns: &[
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "f1_score",
        "precision_score",
        "recall_score",
        "latency_ms",
        "cost_per_analysis",
        "created_at",
        "commit_sha",
    ],
};

/// Daily averages per model and environment, as the original system has them.
pub const PERFORMANCE_TRENDS: Table = Table {
    name: "v_performance_trends",
    columns: &[
        "date",
        "model_version",
        "environment",
        "run_count",
        "avg_f1",
        "avg_precision",
        "avg_recall",
    ],
};

/// Where a metric's level moved, with the state in force and the runs around it.
pub const CHANGE_POINTS: Table = Table {
    name: "v_change_points",
    columns: &[
        "id",
        "configuration_id",
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "metric",
        "unit",
        "direction",
        "scale",
        "effect",
        "state",
        "reason",
        "set_by",
        "set_at",
        "kind",
        "before",
        "after",
        "delta",
        "delta_low",
        "delta_high",
        "relative",
        "in_noise",
        "p_value",
        "method",
        "found_by",
        "recorded_at",
        "transaction_id",
        "began_at",
        "began_version",
        "commit_sha",
        "branch_name",
        "model_provider",
        "run_id",
        "earliest_transaction_id",
        "earliest_version",
        "earliest_commit_sha",
        "earliest_created_at",
        "latest_transaction_id",
        "latest_version",
        "latest_commit_sha",
        "latest_created_at",
    ],
};

/// What was said to each change point, by whom and why.
pub const CHANGE_POINT_STATES: Table = Table {
    name: "benchmark_change_point_states",
    columns: &[
        "id",
        "change_point_id",
        "state",
        "reason",
        "set_by",
        "set_at",
    ],
};

/// Every table and view that we rely on.
pub fn all() -> &'static [Table] {
    &[
        TRANSACTIONS,
        SNAPSHOTS,
        CONFIGURATIONS,
        BASELINES,
        BASELINES_IN_FORCE,
        METRICS,
        DAILY_METRICS,
        LATEST_BENCHMARKS,
        PERFORMANCE_TRENDS,
        CHANGE_POINTS,
        CHANGE_POINT_STATES,
    ]
}
