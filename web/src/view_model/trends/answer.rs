//! The query and its response.

use bench_model::rest::rows::{
    AgainstRow, BaselinePeriodRow, ChangeRow, DayRow, FirstRunRow, SeriesRow,
};

/// The query; equal queries are sent once.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendsKey {
    /// Configurations by id.
    pub configurations: Vec<i64>,
    /// Metrics by their names.
    pub metrics: Vec<String>,
    /// The branch whose side runs are drawn, too.
    pub branch: Option<String>,
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
    /// The side runs of the chosen branch, one per metric and configuration that has some.
    pub side: Vec<SeriesAnswer>,
    /// Days of all of them.
    pub days: Vec<DayRow>,
    /// Which baseline counted for each configuration, and when, the oldest first.
    pub baselines: Vec<BaselinePeriodRow>,
    /// Change points that were stored, the newest first.
    pub changes: Vec<ChangeRow>,
    /// The earliest run of each configuration, in this range or before it.
    pub first: Vec<FirstRunRow>,
    /// What the verdicts rest on, one per metric and configuration whose newest run has the metric,
    /// with the ids and times of the runs.
    pub against: Vec<AgainstRow>,
    /// Messages about missing parts; the chart shows the rest.
    pub lost: Vec<&'static str>,
}

impl TrendsAnswer {
    /// The side runs beside a line.
    pub(super) fn side_of(&self, configuration: i64, metric: &str) -> Option<&SeriesAnswer> {
        let of_line =
            |side: &&SeriesAnswer| side.configuration == configuration && side.metric == metric;
        self.side.iter().find(of_line)
    }

    /// What the verdict on a line rests on.
    pub(super) fn against_of(&self, configuration: i64, metric: &str) -> Option<&AgainstRow> {
        let of_line =
            |row: &&AgainstRow| row.configuration_id == configuration && row.metric == metric;
        self.against.iter().find(of_line)
    }
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
