//! One configuration with the numbers of the run it shows.

use bench_model::rest::rows::SnapshotRow;

/// A row of `benchmark_snapshots`, cut down to what this page shows. Missing stays `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// `model_version`.
    pub model: String,
    /// `dataset_version`.
    pub dataset: String,
    /// `prompt_version`.
    pub prompt: String,
    /// Where it ran.
    pub environment: String,
    /// Who serves the model.
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
    /// How many runs it has.
    pub runs: usize,
    /// When the run shown ran, in milliseconds since 1970.
    pub created_ms: i64,
    /// The commit of the run shown.
    pub commit: String,
    /// Whether the run shown is the baseline.
    pub is_baseline: bool,
}

impl Configuration {
    /// F1 per dollar. None without a cost, and for a cost of 0: a ratio to nothing ranks nobody.
    pub fn f1_per_dollar(&self) -> Option<f64> {
        let (f1, cost) = (self.f1?, self.cost_usd?);
        (cost > 0.0).then(|| f1 / cost).filter(|ratio| ratio.is_finite())
    }

    /// What else names it, besides the model: `cardio-v2 · prompt-3 · production`.
    pub fn setting(&self) -> String {
        format!("{} · {} · {}", self.dataset, self.prompt, self.environment)
    }

    /// Tells configurations apart, and orders those that are equal otherwise.
    pub fn key(&self) -> (&str, &str, &str, &str) {
        (&self.model, &self.dataset, &self.prompt, &self.environment)
    }
}

/// Turns rows into configurations, one for each, in the order of their names.
///
/// A row that moved between two pages of an answer arrives twice; the one that changed last stays.
pub fn configurations(mut rows: Vec<SnapshotRow>) -> Vec<Configuration> {
    rows.sort_by_key(|row| std::cmp::Reverse(row.last_updated_at));
    let mut all: Vec<Configuration> = rows.into_iter().map(configuration).collect();
    all.sort_by(|one, other| one.key().cmp(&other.key()));
    all.dedup_by(|later, first| later.key() == first.key());
    all
}

fn configuration(row: SnapshotRow) -> Configuration {
    let SnapshotRow {
        configuration_id: _,
        model_version,
        dataset_version,
        prompt_version,
        environment,
        transaction_id: _,
        snapshot_version,
        created_at,
        last_updated_at: _,
        commit_sha,
        model_provider,
        metrics: _,
        precision_score,
        recall_score,
        f1_score,
        latency_ms,
        cost_per_analysis,
        is_active: _,
        is_baseline,
        is_current: _,
    } = row;
    Configuration {
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
        created_ms: created_at.as_millisecond(),
        commit: commit_sha,
        is_baseline,
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};

    #[test]
    fn f1_per_dollar_needs_both_and_a_cost_above_zero() {
        assert_eq!(scored("a", 0.9, 10.0, 0.003).f1_per_dollar(), Some(0.9 / 0.003));
        assert_eq!(scored("a", 0.9, 10.0, 0.0).f1_per_dollar(), None);
        assert_eq!(bare("a", "d1", "local").f1_per_dollar(), None);
    }
}
