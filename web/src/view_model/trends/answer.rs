//! What is asked of the project, and what it answers.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What the page asks for; the same question twice is asked once.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendsKey {
    /// Configurations by their numbers.
    pub configurations: Vec<i64>,
    /// Metrics by their names.
    pub metrics: Vec<String>,
    /// The data of these configurations, each once: baselines are asked for by it.
    pub datasets: Vec<String>,
    /// Only runs at or after this time, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Only runs before this time.
    pub to_ms: Option<i64>,
    /// Whether this is a part of what is shown, of which only the runs are asked for.
    pub is_part: bool,
}

/// All that the page draws from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendsAnswer {
    /// One for each metric of each configuration, in the order of the question.
    pub series: Vec<SeriesAnswer>,
    /// Days of all of them.
    pub days: Vec<DayRow>,
    /// Baselines in force.
    pub baselines: Vec<BaselineRow>,
    /// What was marked and cleared on the same data, the newest first.
    pub marked: Vec<MarkedRow>,
    /// Change points that were stored, the newest first.
    pub changes: Vec<ChangeRow>,
    /// The earliest run of each configuration, in this range or before it.
    pub first: Vec<FirstRow>,
    /// What could not be read, in words; the chart shows the rest.
    pub lost: Vec<&'static str>,
}

/// The runs of one metric of one configuration, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswer {
    /// The configuration's number.
    pub configuration: i64,
    /// The metric.
    pub metric: String,
    /// Its runs, or those that keep the shape of the line.
    pub runs: Vec<RunRow>,
}

/// One run, as `metric_series` has it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RunRow {
    /// The run.
    pub id: String,
    /// When it ran.
    pub created_at: String,
    /// 1, 2, 3 … within its configuration.
    pub version: i64,
    /// Its commit.
    pub commit_sha: String,
    /// The branch of that commit.
    pub branch_name: Option<String>,
    /// Who or what started it.
    pub triggered_by: Option<String>,
    /// In the metric's own unit.
    pub value: f64,
    /// How many runs there are in the time asked for.
    pub of_runs: usize,
}

/// The columns of `v_daily_metrics` that this page reads.
pub const DAY_COLUMNS: &[&str] = &[
    "day",
    "metric",
    "configuration_id",
    "runs",
    "mean",
    "stddev",
];

/// One metric of one configuration on one UTC day.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct DayRow {
    /// The day.
    pub day: String,
    /// The metric.
    pub metric: String,
    /// The configuration's number.
    pub configuration_id: i64,
    /// How many runs.
    pub runs: u32,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation; none with one run.
    pub stddev: Option<f64>,
}

/// A baseline in force, with its run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct BaselineRow {
    /// The model; none when it is for all models.
    pub model_version: Option<String>,
    /// The data.
    pub dataset_version: String,
    /// The prompt; none when it is for all prompts.
    pub prompt_version: Option<String>,
    /// Where it ran.
    pub environment: String,
    /// When it was marked.
    pub marked_at: String,
    /// The commit of its run.
    pub run_commit_sha: String,
    /// The numbers of its run.
    pub run_metrics: BTreeMap<String, f64>,
}

impl BaselineRow {
    /// The columns of `v_baselines_in_force` that this page reads.
    pub const COLUMNS: &'static [&'static str] = &[
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "marked_at",
        "run_commit_sha",
        "run_metrics",
    ];
}

/// A mark of a baseline, or the end of one, as `benchmark_baselines` has it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct MarkedRow {
    /// The model; none when it is for all models.
    pub model_version: Option<String>,
    /// The data.
    pub dataset_version: String,
    /// The prompt; none when it is for all prompts.
    pub prompt_version: Option<String>,
    /// Where it ran.
    pub environment: String,
    /// The run; none when this is the end of a baseline.
    pub transaction_id: Option<String>,
    /// Who said so.
    pub marked_by: Option<String>,
    /// When.
    pub marked_at: String,
    /// The run that it is.
    pub run: Option<MarkedRun>,
}

/// What is known of a run that was marked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct MarkedRun {
    /// Its commit.
    pub commit_sha: String,
}

impl MarkedRow {
    /// The columns of `benchmark_baselines` that this page reads.
    pub const COLUMNS: &'static [&'static str] = &[
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "transaction_id",
        "marked_by",
        "marked_at",
    ];
    /// What is read of the run besides.
    pub const RUN: &'static str = "run:benchmark_transactions(commit_sha)";
}

/// A configuration with its earliest run, which need not be the first that arrived.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct FirstRow {
    /// The configuration's number.
    pub id: i64,
    /// The run, alone in its list.
    pub first: Vec<FirstRun>,
}

/// The earliest run of a configuration.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct FirstRun {
    /// The run.
    pub id: String,
    /// When it ran.
    pub created_at: String,
    /// Its commit.
    pub commit_sha: String,
}

impl FirstRow {
    /// What is read of `benchmark_configurations`.
    pub const COLUMNS: &'static [&'static str] = &[
        "id",
        "first:benchmark_transactions(id,created_at,commit_sha)",
    ];
}

/// A change point that was stored.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ChangeRow {
    /// The configuration's number.
    pub configuration_id: i64,
    /// The metric.
    pub metric: String,
    /// `suspect`, `confirmed`, `accepted` or `dismissed`.
    pub state: String,
    /// Why it is in that state.
    pub reason: Option<String>,
    /// The level after, minus the level before.
    pub delta: f64,
    /// The first run of the new level.
    pub transaction_id: String,
    /// When that run ran.
    pub began_at: String,
    /// Its commit.
    pub commit_sha: String,
}

impl ChangeRow {
    /// The columns of `v_change_points` that this page reads.
    pub const COLUMNS: &'static [&'static str] = &[
        "configuration_id",
        "metric",
        "state",
        "reason",
        "delta",
        "transaction_id",
        "began_at",
        "commit_sha",
    ];
}

#[cfg(test)]
mod tests {
    use bench_model::rest::tables::{BASELINES, BASELINES_IN_FORCE, CHANGE_POINTS, DAILY_METRICS};

    use super::*;

    #[test]
    fn every_column_is_part_of_the_contract() {
        for column in DAY_COLUMNS {
            assert!(DAILY_METRICS.columns.contains(column), "{column}");
        }
        for column in BaselineRow::COLUMNS {
            assert!(BASELINES_IN_FORCE.columns.contains(column), "{column}");
        }
        for column in MarkedRow::COLUMNS {
            assert!(BASELINES.columns.contains(column), "{column}");
        }
        for column in ChangeRow::COLUMNS {
            assert!(CHANGE_POINTS.columns.contains(column), "{column}");
        }
    }
}
