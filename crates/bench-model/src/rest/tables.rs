//! Tables and views with the columns that we read or write.

/// A table or view of the schema `public`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that we rely on.
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
        "version",
        "idempotency_key",
    ],
};

/// The current state of each configuration.
pub const SNAPSHOTS: Table = Table {
    name: "benchmark_snapshots",
    columns: &[
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

/// Every table and view that we rely on.
pub fn all() -> &'static [Table] {
    &[TRANSACTIONS, SNAPSHOTS]
}
