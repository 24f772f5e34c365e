//! One line of the chart: runs and days of one metric of one configuration.

use bench_model::rest::rows::{DayRow, SeriesRow};
use bench_model::{stats::Interval, words::short_commit};

use super::answer::SeriesAnswer;
use crate::view_model::{
    format,
    metrics::Metric,
    thin::{MOST_POINTS, thin},
    time,
};

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Its configuration and its metric.
    pub id: (i64, String),
    /// Its name in the legend.
    pub name: String,
    /// Whether the user switched it off.
    pub is_off: bool,
    /// Its value axis.
    pub axis: usize,
    /// Whether its runs are counted; a second metric of the same configuration has the same runs.
    pub is_counted: bool,
    /// Its runs, the oldest first.
    pub runs: Vec<RunPoint>,
    /// Its days, the oldest first.
    pub days: Vec<DayPoint>,
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPoint {
    /// When it ran, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its drawn value.
    pub y: f64,
    /// The tooltip.
    pub label: String,
    /// The run's id.
    pub id: String,
    /// Whether the previous run had another commit.
    pub is_new_commit: bool,
}

/// One day.
#[derive(Clone, Debug, PartialEq)]
pub struct DayPoint {
    /// Noon of the day in UTC, in milliseconds since 1970.
    pub at_ms: i64,
    /// The drawn mean of its runs.
    pub mean: f64,
    /// The 95 % confidence interval of the mean; none with one run.
    pub band: Option<(f64, f64)>,
    /// The number of runs.
    pub runs: u32,
    /// The tooltip.
    pub label: String,
}

const NOON_MS: i64 = 43_200_000;

/// Builds a line. `drawn` maps a value to its drawn value, monotonically.
pub(super) fn line(
    name: &str,
    axis: usize,
    series: &SeriesAnswer,
    days: &[DayRow],
    metric: &Metric,
    drawn: impl Fn(f64) -> f64,
) -> Line {
    let timed: Vec<(i64, &SeriesRow)> = series
        .runs
        .iter()
        .filter_map(|run| Some((time::parse_ms(&run.created_at)?, run)))
        .filter(|(_, run)| drawn(run.value).is_finite())
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "times fit a double exactly")]
    let points: Vec<(f64, f64)> = timed
        .iter()
        .map(|(at_ms, run)| (*at_ms as f64, run.value))
        .collect();
    let runs = thin(&points, MOST_POINTS).into_iter().map(|index| {
        let (at_ms, run) = timed[index];
        let before = index.checked_sub(1).map(|before| timed[before].1);
        RunPoint {
            at_ms,
            y: drawn(run.value),
            label: run_label(name, at_ms, run, metric),
            id: run.id.clone(),
            is_new_commit: before.is_none_or(|before| before.commit_sha != run.commit_sha),
        }
    });
    let of_line = days
        .iter()
        .filter(|day| day.configuration_id == series.configuration && day.metric == series.metric);
    let days = of_line.filter_map(|day| {
        let at_ms = time::day_ms(&day.day)? + NOON_MS;
        let interval = Interval::of_mean(day.mean, day.stddev.unwrap_or_default(), day.runs);
        let mean = drawn(day.mean);
        mean.is_finite().then(|| DayPoint {
            at_ms,
            mean,
            band: interval.map(|one| (drawn(one.low), drawn(one.high))),
            runs: day.runs,
            label: day_label(name, day, interval, metric),
        })
    });
    Line {
        id: (series.configuration, series.metric.clone()),
        name: name.to_owned(),
        is_off: false,
        axis,
        is_counted: true,
        runs: runs.collect(),
        days: days.collect(),
    }
}

fn run_label(name: &str, at_ms: i64, run: &SeriesRow, metric: &Metric) -> String {
    let mut lines = vec![
        name.to_owned(),
        format!("{} {}", metric.name, metric.value(run.value)),
        time::stamp(at_ms),
        format!(
            "commit {} · version {}",
            short_commit(&run.commit_sha),
            run.version
        ),
    ];
    let people = [&run.branch_name, &run.triggered_by];
    let people: Vec<String> = people
        .into_iter()
        .flatten()
        .map(|one| format::short_name(one))
        .collect();
    if !people.is_empty() {
        lines.push(people.join(" · "));
    }
    lines.join("\n")
}

fn day_label(name: &str, day: &DayRow, interval: Option<Interval>, metric: &Metric) -> String {
    let runs = usize::try_from(day.runs).unwrap_or_default();
    let mut lines = vec![
        name.to_owned(),
        format!("mean {} {}", metric.name, metric.value(day.mean)),
    ];
    if let Some(Interval { low, high }) = interval {
        lines.push(format!(
            "95 % interval {} … {} (Student's t)",
            metric.value(low),
            metric.value(high)
        ));
    }
    lines.push(format!("{} · {}", day.day, format::counted(runs, "run")));
    lines.join("\n")
}
