//! The side runs of a branch, drawn over the main line.

use bench_model::rest::rows::{RunRow, SeriesRow};

use super::{SeriesAnswer, TrendsKey};

/// The side runs as series, the oldest first; `rows` are newest first. A configuration without a side
/// run with the metric has none.
pub fn side_series(rows: &[RunRow], key: &TrendsKey) -> Vec<SeriesAnswer> {
    let lines = key
        .configurations
        .iter()
        .flat_map(|id| key.metrics.iter().map(move |metric| (*id, metric)));
    let series = lines.map(|(configuration, metric)| {
        let with_metric = rows.iter().rev().filter_map(|run| {
            let value = run.metrics.get(metric)?;
            (run.configuration_id == configuration).then_some((run, *value))
        });
        let runs: Vec<SeriesRow> = with_metric
            .map(|(run, value)| SeriesRow {
                id: run.id.clone(),
                created_at: run.created_at.clone(),
                version: run.version,
                commit_sha: run.commit_sha.clone(),
                branch_name: run.branch_name.clone(),
                triggered_by: run.triggered_by.clone(),
                value,
                of_runs: 0,
            })
            .collect();
        SeriesAnswer {
            configuration,
            metric: metric.clone(),
            runs,
        }
    });
    series.filter(|series| !series.runs.is_empty()).collect()
}
