//! Metrics: what they mean, and their values over time.

use serde::Deserialize;

use super::row;
use crate::metric::{Direction, MetricDefinition, MetricName};

row! {
    /// A row of `v_metrics`: what a metric's name means.
    MetricRow {
        /// The name.
        name: String,
        /// The unit.
        unit: Option<String>,
        /// Its direction.
        direction: Direction,
        /// The least value it can have.
        min: Option<f64>,
        /// The greatest value it can have.
        max: Option<f64>,
        /// What it measures.
        description: Option<String>,
    }
}

row! {
    /// A row of `v_metrics` with its origin.
    #[derive(serde::Serialize)]
    MetricOriginRow {
        /// The name.
        name: String,
        /// The unit.
        unit: Option<String>,
        /// Its direction.
        direction: Direction,
        /// The least value it can have.
        min: Option<f64>,
        /// The greatest value it can have.
        max: Option<f64>,
        /// Whether the direction comes from a `report`, a `person`, the `catalogue`, the `name`, or
        /// `nobody`.
        direction_from: String,
        /// Where unit and range come from, if they are stated: `report`, `person` or `catalogue`.
        source: Option<String>,
        /// Who stated it last.
        declared_by: Option<String>,
        /// When.
        declared_at: Option<String>,
        /// Why.
        reason: Option<String>,
    }
}

row! {
    /// What `set_metric` returns: the row of `benchmark_metrics` in force.
    #[derive(serde::Serialize)]
    DeclaredMetricRow {
        /// The name.
        name: String,
        /// The unit.
        unit: Option<String>,
        /// Its direction; none: nobody has stated it.
        direction: Option<Direction>,
        /// The least value it can have.
        min: Option<f64>,
        /// The greatest value it can have.
        max: Option<f64>,
        /// Who stated it.
        declared_by: Option<String>,
        /// When.
        declared_at: String,
        /// Why.
        reason: Option<String>,
    }
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

row! {
    /// One metric of one configuration on one UTC day, as `v_daily_metrics` has it.
    DayRow {
        /// The day.
        day: String,
        /// The metric.
        metric: String,
        /// The configuration's short name.
        configuration_id: i64,
        /// How many runs.
        runs: u32,
        /// Their mean.
        mean: f64,
        /// Their standard deviation, of a sample; none with one run.
        stddev: Option<f64>,
    }
}

row! {
    /// One run as a point of a line, the oldest first, as `metric_series` returns it.
    SeriesRow {
        /// The run.
        id: String,
        /// When it ran.
        created_at: String,
        /// 1, 2, 3 … within its configuration, in order of arrival.
        version: i64,
        /// Its commit.
        commit_sha: String,
        /// The branch of that commit.
        branch_name: Option<String>,
        /// The person or system that started it.
        triggered_by: Option<String>,
        /// In the metric's own unit.
        value: f64,
        /// How many runs there are in the time asked for; more than rows when the line was thinned.
        of_runs: usize,
    }
}

row! {
    /// One metric of a configuration over some days, as `compare_configurations` returns it.
    SummaryRow {
        /// The configuration's short name.
        configuration_id: i64,
        /// The metric.
        metric: String,
        /// How many runs have it.
        runs: u64,
        /// Their mean.
        mean: f64,
        /// Their standard deviation; none for one run.
        stddev: Option<f64>,
        /// The least value.
        lowest: f64,
        /// The greatest value.
        highest: f64,
        /// The median, within 0.1 %.
        median: f64,
        /// The 95th percentile, within 0.1 %.
        p95: f64,
    }
}
