//! Functions of the schema `public` that are called through the REST API.
//!
//! PostgREST matches arguments by name, so the names are the contract. The structs of
//! [`super::payload`] hold their values.

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rpc {
    /// Its name; it is called at `/rest/v1/rpc/<name>`.
    pub name: &'static str,
    /// All its arguments, in order.
    pub arguments: &'static [&'static str],
}

impl Rpc {
    /// The path below `/rest/v1/`.
    ///
    /// # Example
    ///
    /// ```
    /// assert_eq!(bench_model::rest::rpc::INGEST_RUNS.path(), "rpc/ingest_runs");
    /// ```
    pub fn path(&self) -> String {
        format!("rpc/{}", self.name)
    }
}

/// Stores up to 1,000 runs or none; harmless to repeat.
pub const INGEST_RUNS: Rpc = Rpc {
    name: "ingest_runs",
    arguments: &["p_runs"],
};

/// Marks a run as a baseline.
pub const SET_BASELINE: Rpc = Rpc {
    name: "set_baseline",
    arguments: &["p_run", "p_scope", "p_reason", "p_marked_by"],
};

/// Ends the baseline that is in force for a run.
pub const CLEAR_BASELINE: Rpc = Rpc {
    name: "clear_baseline",
    arguments: &["p_run", "p_scope", "p_reason", "p_marked_by"],
};

/// The baseline in force for a configuration.
pub const BASELINE_FOR: Rpc = Rpc {
    name: "baseline_for",
    arguments: &[
        "p_model_version",
        "p_dataset_version",
        "p_prompt_version",
        "p_environment",
    ],
};

/// Compares the current runs of a model with their baselines.
pub const DETECT_REGRESSION: Rpc = Rpc {
    name: "detect_regression",
    arguments: &[
        "p_model_version",
        "p_threshold",
        "p_metric",
        "p_dataset_version",
        "p_prompt_version",
        "p_environment",
        "p_explain",
    ],
};

/// Compares the current runs of many models with their baselines.
pub const DETECT_REGRESSIONS: Rpc = Rpc {
    name: "detect_regressions",
    arguments: &["p_threshold", "p_metric", "p_model_versions"],
};

/// The inputs to verdicts on the current runs of many configurations.
pub const AGAINST_BASELINES: Rpc = Rpc {
    name: "against_baselines",
    arguments: &["p_configuration_ids", "p_metrics", "p_earlier"],
};

/// What happened since a point in time.
pub const WHAT_CHANGED: Rpc = Rpc {
    name: "what_changed",
    arguments: &["p_since"],
};

/// The versions of one configuration, the newest first.
pub const GET_SNAPSHOT_HISTORY: Rpc = Rpc {
    name: "get_snapshot_history",
    arguments: &[
        "p_model_version",
        "p_dataset_version",
        "p_prompt_version",
        "p_environment",
        "p_limit",
    ],
};

/// Two versions of one configuration, metric by metric.
pub const COMPARE_SNAPSHOTS: Rpc = Rpc {
    name: "compare_snapshots",
    arguments: &[
        "p_model_version",
        "p_dataset_version",
        "p_prompt_version",
        "p_environment",
        "p_version_a",
        "p_version_b",
    ],
};

/// Count, mean, spread and percentiles of one metric over some days.
pub const SUMMARIZE_METRIC: Rpc = Rpc {
    name: "summarize_metric",
    arguments: &["p_metric", "p_from", "p_to", "p_configuration_ids"],
};

/// All metrics of up to eight configurations over some days, one row per configuration and metric.
pub const COMPARE_CONFIGURATIONS: Rpc = Rpc {
    name: "compare_configurations",
    arguments: &["p_configuration_ids", "p_from", "p_to"],
};

/// One metric of one configuration as a series to draw, thinned by the database.
pub const METRIC_SERIES: Rpc = Rpc {
    name: "metric_series",
    arguments: &[
        "p_configuration_id",
        "p_metric",
        "p_from",
        "p_to",
        "p_max_points",
    ],
};

/// The newest runs that match a commit, CI run, tag, model, actor or id.
pub const SEARCH_RUNS: Rpc = Rpc {
    name: "search_runs",
    arguments: &["p_query", "p_before_created_at", "p_before_id", "p_limit"],
};

/// The log of runs page by page, filtered by configuration.
pub const LIST_RUNS: Rpc = Rpc {
    name: "list_runs",
    arguments: &[
        "p_model_versions",
        "p_dataset_versions",
        "p_prompt_versions",
        "p_environments",
        "p_configuration_ids",
        "p_from",
        "p_to",
        "p_at_created_at",
        "p_at_id",
        "p_newer",
        "p_limit",
    ],
};

/// Stores change points, each once, no matter how often it is found.
pub const RECORD_CHANGE_POINTS: Rpc = Rpc {
    name: "record_change_points",
    arguments: &["p_points"],
};

/// Sets the state of a change point.
pub const SET_CHANGE_POINT_STATE: Rpc = Rpc {
    name: "set_change_point_state",
    arguments: &["p_id", "p_state", "p_reason", "p_set_by", "p_only_if"],
};

/// Stores one run, for the scripts of the original system.
pub const UPSERT_BENCHMARK_RESULT: Rpc = Rpc {
    name: "upsert_benchmark_result",
    arguments: &[
        "p_commit_sha",
        "p_branch_name",
        "p_model_version",
        "p_model_provider",
        "p_dataset_version",
        "p_dataset_size",
        "p_prompt_version",
        "p_environment",
        "p_run_id",
        "p_triggered_by",
        "p_metrics",
        "p_duration_seconds",
        "p_tags",
        "p_notes",
    ],
};

/// Every function of the contract.
pub fn all() -> &'static [Rpc] {
    &[
        INGEST_RUNS,
        SET_BASELINE,
        CLEAR_BASELINE,
        BASELINE_FOR,
        DETECT_REGRESSION,
        DETECT_REGRESSIONS,
        AGAINST_BASELINES,
        WHAT_CHANGED,
        GET_SNAPSHOT_HISTORY,
        COMPARE_SNAPSHOTS,
        SUMMARIZE_METRIC,
        COMPARE_CONFIGURATIONS,
        METRIC_SERIES,
        SEARCH_RUNS,
        LIST_RUNS,
        RECORD_CHANGE_POINTS,
        SET_CHANGE_POINT_STATE,
        UPSERT_BENCHMARK_RESULT,
    ]
}
