//! Rows of a comparison for tests.

use bench_model::rest::rows::{RunRow, SummaryRow, ValuesRow};
use serde_json::json;

use super::{CompareRows, SideRows};
use crate::view_model::snapshot::Configuration;

pub(super) fn configuration(id: i64, model: &str, dataset: &str, created_ms: i64) -> Configuration {
    Configuration {
        id,
        model: model.to_owned(),
        dataset: dataset.to_owned(),
        created_ms: Some(created_ms),
        ..crate::view_model::snapshot::fixtures::bare(model, dataset, "local")
    }
}

/// A side of runs with F1 and latency; its summary counts them all.
pub(super) fn side(id: i64, values: &[(f64, f64)]) -> (SideRows, Vec<SummaryRow>) {
    let runs = values
        .iter()
        .enumerate()
        .map(|(index, (f1, latency))| ValuesRow {
            id: format!("{id}-{index}"),
            metrics: [("f1".to_owned(), *f1), ("latency_ms".to_owned(), *latency)].into(),
        });
    let summary = |metric: &str, of: fn(&(f64, f64)) -> f64| {
        let mut all: Vec<f64> = values.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a few values")]
        let count = all.len() as f64;
        let mean = all.iter().sum::<f64>() / count;
        let squares: f64 = all.iter().map(|value| (value - mean).powi(2)).sum();
        SummaryRow {
            configuration_id: id,
            metric: metric.to_owned(),
            runs: all.len() as u64,
            mean,
            stddev: (all.len() > 1).then(|| (squares / (count - 1.0)).sqrt()),
            lowest: all[0],
            highest: all[all.len() - 1],
            median: all[all.len() / 2],
            p95: all[all.len() - 1],
        }
    };
    let rows = SideRows {
        configuration_id: id,
        runs: runs.collect(),
        whole: None,
    };
    (
        rows,
        vec![
            summary("f1", |one| one.0),
            summary("latency_ms", |one| one.1),
        ],
    )
}

/// Configurations side by side.
pub(super) fn rows(sides: Vec<(SideRows, Vec<SummaryRow>)>) -> CompareRows {
    let (sides, summaries): (Vec<_>, Vec<_>) = sides.into_iter().unzip();
    CompareRows {
        summaries: summaries.concat(),
        sides,
        earlier: Default::default(),
    }
}

/// Ten runs around a level.
pub(super) fn around(f1: f64, latency: f64) -> Vec<(f64, f64)> {
    [0.3, -0.2, 0.1, -0.4, 0.2, 0.0, -0.1, 0.4, -0.3, 0.05]
        .map(|off| (f1 + off * 0.01, latency * (1.0 + off * 0.04)))
        .into()
}

pub(super) fn run(version: i64, f1: f64, details: &serde_json::Value) -> RunRow {
    serde_json::from_value(json!({
        "id": format!("3f6d0f6e-8f57-4c3e-9a43-00000000000{version}"), "configuration_id": 1, "version": version,
        "created_at": "2026-11-24T02:11:12+00:00", "commit_sha": format!("abc{version}"), "branch_name": null,
        "model_version": "m", "model_provider": null, "dataset_version": "d", "dataset_size": 150, "prompt_version": "p",
        "environment": "local", "triggered_by": "ada", "duration_seconds": 12.5,
        "metrics": {"f1": f1, "latency_ms": 400},
        "metric_stats": {"f1": {"n": 150}}, "details": details, "params": {"temperature": version},
    }))
    .expect("a row of all columns")
}

pub(super) fn two_runs(before: RunRow, after: RunRow) -> CompareRows {
    let side = |run: RunRow| SideRows {
        configuration_id: run.configuration_id,
        runs: vec![ValuesRow {
            id: run.id.clone(),
            metrics: run.metrics.clone(),
        }],
        whole: Some(run),
    };
    CompareRows {
        summaries: Vec::new(),
        sides: vec![side(before), side(after)],
        earlier: Default::default(),
    }
}
