//! A small view for tests.

use super::{Chosen, SeriesAnswer, TrendsAnswer, TrendsState, TrendsView};
use crate::view_model::{metrics::Metrics, snapshot::Configuration};
use bench_model::rest::rows::{BaselinePeriodRow, DayRow, SeriesRow};

pub(crate) fn configuration(id: i64, model: &str) -> Configuration {
    let rows = serde_json::json!([{
        "configuration_id": id, "model_version": model, "dataset_version": "d", "prompt_version": "p", "environment": "local",
        "snapshot_version": 8, "created_at": "2026-11-08T10:00:00+00:00", "last_updated_at": "2026-11-08T10:00:01+00:00",
        "commit_sha": "c8", "model_provider": null, "precision_score": null, "recall_score": null, "f1_score": 0.85,
        "latency_ms": null, "cost_per_analysis": null, "is_baseline": false,
    }]);
    let rows: Vec<_> = serde_json::from_value(rows).expect("a row");
    crate::view_model::snapshot::configurations(&rows).remove(0)
}

pub(crate) fn chosen() -> Chosen {
    Chosen {
        configurations: vec![configuration(3, "<img src=x onerror=alert(1)>")],
        metrics: vec!["f1".to_owned()],
        is_lost: false,
        newest_ms: None,
    }
}

/// Eight runs on eight days; F1 drops at the fifth.
pub(crate) fn answer() -> TrendsAnswer {
    let values = [0.901, 0.899, 0.902, 0.9, 0.851, 0.849, 0.85, 0.852];
    let run = |(place, value): (usize, &f64)| SeriesRow {
        id: format!("run-{place}"),
        created_at: format!("2026-11-0{}T10:00:00+00:00", place + 1),
        version: i64::try_from(place).expect("few") + 1,
        commit_sha: format!("c{}", place / 2),
        branch_name: Some("main".to_owned()),
        triggered_by: None,
        value: *value,
        of_runs: values.len(),
    };
    let day = |(place, value): (usize, &f64)| DayRow {
        day: format!("2026-11-0{}", place + 1),
        metric: "f1".to_owned(),
        configuration_id: 3,
        runs: 5,
        mean: *value,
        stddev: Some(0.02),
    };
    TrendsAnswer {
        series: vec![SeriesAnswer {
            configuration: 3,
            metric: "f1".to_owned(),
            runs: values.iter().enumerate().map(run).collect(),
        }],
        side: Vec::new(),
        days: values.iter().enumerate().map(day).collect(),
        baselines: vec![BaselinePeriodRow {
            configuration_id: 3,
            counted_from: "2026-11-03T12:00:00+00:00".to_owned(),
            counted_until: None,
            transaction_id: "run-1".to_owned(),
            commit_sha: "c1".to_owned(),
            metrics: [("f1".to_owned(), 0.9)].into(),
            marked_by: Some("ci".to_owned()),
        }],
        changes: Vec::new(),
        first: Vec::new(),
        against: Vec::new(),
        lost: Vec::new(),
    }
}

pub(crate) fn view() -> TrendsView {
    let state = TrendsState {
        threshold: Some(0.05),
        ..TrendsState::default()
    };
    super::view(&chosen(), &answer(), &Metrics::default(), &state)
}
