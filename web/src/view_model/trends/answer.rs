//! What is asked of the project, and what it answers.

use bench_model::rest::rows::{BaselinePeriodRow, ChangeRow, DayRow, FirstRunRow, SeriesRow};

/// What the page asks for; the same question twice is asked once.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendsKey {
    /// Configurations by their numbers.
    pub configurations: Vec<i64>,
    /// Metrics by their names.
    pub metrics: Vec<String>,
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
    /// Which baseline counted for each configuration, and when, the oldest first.
    pub baselines: Vec<BaselinePeriodRow>,
    /// Change points that were stored, the newest first.
    pub changes: Vec<ChangeRow>,
    /// The earliest run of each configuration, in this range or before it.
    pub first: Vec<FirstRunRow>,
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
    pub runs: Vec<SeriesRow>,
}
