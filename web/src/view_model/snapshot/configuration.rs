//! One configuration with the metrics of its current run.

use crate::view_model::{sort::sorted, time};
use bench_model::rest::rows::SnapshotRow;

/// A configuration. Missing values are `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// `configuration_id`, its id in URLs and requests.
    pub id: i64,
    /// `model_version`.
    pub model: String,
    /// `dataset_version`.
    pub dataset: String,
    /// `prompt_version`.
    pub prompt: String,
    /// The environment.
    pub environment: String,
    /// The model provider.
    pub provider: Option<String>,
    /// F1, 0 to 1.
    pub f1: Option<f64>,
    /// Precision, 0 to 1.
    pub precision: Option<f64>,
    /// Recall, 0 to 1.
    pub recall: Option<f64>,
    /// Latency in milliseconds.
    pub latency_ms: Option<f64>,
    /// Cost of one analysis in US dollars.
    pub cost_usd: Option<f64>,
    /// The number of runs.
    pub runs: usize,
    /// When the run shown ran, in milliseconds since 1970.
    pub created_ms: Option<i64>,
    /// The commit of the run shown.
    pub commit: String,
    /// Whether the run shown is the baseline.
    pub is_baseline: bool,
}

impl Configuration {
    /// F1 per dollar. None without a cost or for a cost of 0.
    pub fn f1_per_dollar(&self) -> Option<f64> {
        let (f1, cost) = (self.f1?, self.cost_usd?);
        (cost > 0.0)
            .then(|| f1 / cost)
            .filter(|ratio| ratio.is_finite())
    }

    /// The rest of its name besides the model: `cardio-v2 · prompt-3 · production`.
    pub fn setting(&self) -> String {
        format!("{} · {} · {}", self.dataset, self.prompt, self.environment)
    }

    /// Identifies a configuration, and breaks ties when sorting.
    pub fn key(&self) -> (&str, &str, &str, &str) {
        (&self.model, &self.dataset, &self.prompt, &self.environment)
    }
}

/// Turns rows into configurations, sorted by name.
///
/// A row that moved between two pages of a response arrives twice; the newer one is kept.
pub fn configurations(rows: &[SnapshotRow]) -> Vec<Configuration> {
    let key = |row: &SnapshotRow| {
        let SnapshotRow {
            model_version,
            dataset_version,
            prompt_version,
            environment,
            ..
        } = row;
        [
            model_version.clone(),
            dataset_version.clone(),
            prompt_version.clone(),
            environment.clone(),
        ]
    };
    let mut rows = sorted(rows, |one, other| {
        let changed = |row: &SnapshotRow| time::parse_ms(&row.last_updated_at);
        key(one)
            .cmp(&key(other))
            .then_with(|| changed(other).cmp(&changed(one)))
    });
    rows.dedup_by(|later, first| key(later) == key(first));
    rows.into_iter().cloned().map(configuration).collect()
}

fn configuration(row: SnapshotRow) -> Configuration {
    let SnapshotRow {
        configuration_id,
        model_version,
        dataset_version,
        prompt_version,
        environment,
        snapshot_version,
        created_at,
        last_updated_at: _,
        commit_sha,
        model_provider,
        precision_score,
        recall_score,
        f1_score,
        latency_ms,
        cost_per_analysis,
        is_baseline,
    } = row;
    Configuration {
        id: configuration_id,
        model: model_version,
        dataset: dataset_version,
        prompt: prompt_version,
        environment,
        provider: model_provider,
        f1: f1_score,
        precision: precision_score,
        recall: recall_score,
        latency_ms,
        cost_usd: cost_per_analysis,
        runs: usize::try_from(snapshot_version).unwrap_or(0),
        created_ms: time::parse_ms(&created_at),
        commit: commit_sha,
        is_baseline,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};

    fn row(model: &str, f1: f64, last_updated_at: &str) -> SnapshotRow {
        let json = serde_json::json!({
            "configuration_id": 7, "model_version": model, "dataset_version": "d", "prompt_version": "p", "environment": "local",
            "snapshot_version": 3, "created_at": "2026-11-24T02:11:12+00:00", "last_updated_at": last_updated_at,
            "commit_sha": "abc", "model_provider": null, "precision_score": null, "recall_score": null,
            "f1_score": f1, "latency_ms": null, "cost_per_analysis": null, "is_baseline": false,
        });
        serde_json::from_value(json).expect("a row of all columns")
    }

    #[test]
    fn a_row_that_arrives_twice_is_one_configuration_as_it_was_last() {
        let rows = [
            row("b", 0.5, "2026-11-24T02:00:00+00:00"),
            row("a", 0.8, "2026-11-24T02:00:00+00:00"),
            row("a", 0.9, "2026-11-24T03:00:00+00:00"),
        ];

        let all = configurations(&rows);

        let found: Vec<_> = all.iter().map(|one| (one.model.as_str(), one.f1)).collect();
        assert_eq!(found, [("a", Some(0.9)), ("b", Some(0.5))]);
        assert_eq!(all[0].latency_ms, None);
    }

    #[test]
    fn f1_per_dollar_needs_both_and_a_cost_above_zero() {
        assert_eq!(
            scored("a", 0.9, 10.0, 0.003).f1_per_dollar(),
            Some(0.9 / 0.003)
        );
        assert_eq!(scored("a", 0.9, 10.0, 0.0).f1_per_dollar(), None);
        assert_eq!(bare("a", "d1", "local").f1_per_dollar(), None);
    }
}
