//! The query and its response.

use bench_model::rest::rows::{BaselinePeriodRow, ChangeRow, DayRow, FirstRunRow, SeriesRow};

/// The query; equal queries are sent once.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendsKey {
    /// Configurations by id.
    pub configurations: Vec<i64>,
    /// Metrics by their names.
    pub metrics: Vec<String>,
    /// Only runs at or after this time, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Only runs before this time.
    pub to_ms: Option<i64>,
    /// Whether this is a zoomed part, for which only runs are requested.
    pub is_part: bool,
}

/// All data of the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendsAnswer {
    /// One per metric and configuration, in the order of the query.
    pub series: Vec<SeriesAnswer>,
    /// Days of all of them.
    pub days: Vec<DayRow>,
    /// Which baseline counted for each configuration, and when, the oldest first.
    pub baselines: Vec<BaselinePeriodRow>,
    /// Change points that were stored, the newest first.
    pub changes: Vec<ChangeRow>,
    /// The earliest run of each configuration, in this range or before it.
    pub first: Vec<FirstRunRow>,
    /// Messages about missing parts; the chart shows the rest.
    pub lost: Vec<&'static str>,
}

/// The runs of one metric of one configuration, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeriesAnswer {
    /// The configuration's id.
    pub configuration: i64,
    /// The metric.
    pub metric: String,
    /// Its runs, possibly thinned.
    pub runs: Vec<SeriesRow>,
}
