//! A row of `against_baselines` as the question that a check answers.
//!
//! The row has one metric of the same runs as `judged_against`, as lists. Its runs are named by their
//! versions, because ids are most of what a list of runs weighs.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    check::question::RunToCheck,
    rest::rows::{AgainstRow, ChangeSince, FactsFrom, KnownChangeRow, TransactionRow},
};

/// A run and what it is judged against, for one metric. The id of each run of its configuration is
/// its version.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// The metric.
    pub metric: String,
    /// The run.
    pub current: TransactionRow,
    /// Its baseline.
    pub baseline: Option<TransactionRow>,
    /// The runs before with the metric, oldest first.
    pub earlier: Vec<TransactionRow>,
    /// The stored change points of the metric.
    pub changes: Vec<KnownChangeRow>,
}

impl Against {
    /// The question; none for a row without runs.
    pub fn of(row: &AgainstRow) -> Option<Self> {
        let metric = row.metric.as_str();
        let with = |number: f64| [(metric.to_owned(), number)].into();
        let (mut commit, mut facts) = ("", None);
        let mut known = row.facts.iter().peekable();
        let mut runs = Vec::with_capacity(row.versions.len());
        for (place, (version, number)) in row.versions.iter().zip(&row.numbers).enumerate() {
            if let Some(Some(other)) = row.commits.get(place) {
                commit = other;
            }
            facts = known.next_if(|facts| facts.0 == place).or(facts);
            let mut run = TransactionRow {
                id: version.to_string(),
                commit_sha: commit.to_owned(),
                metrics: with(*number),
                configuration_id: row.configuration_id,
                version: *version,
                ..TransactionRow::empty()
            };
            if let Some(FactsFrom(_, provider, size, params, machine)) = facts {
                run.model_provider.clone_from(provider);
                run.dataset_size = *size;
                run.params.clone_from(params);
                run.details.clone_from(machine);
            }
            runs.push(run);
        }
        let mut current = runs.pop()?;
        current.created_at = at(row.current_at);
        current.metric_stats = stats(metric, row.current_stats.as_ref());
        if let Some(matrix) = &row.current_confusion {
            let details = current.details.get_or_insert_default();
            details.insert(CONFUSION.to_owned(), Value::Object(matrix.clone()));
        }
        let baseline = row.baseline_run.as_ref().map(|id| {
            let version = row.baseline_version.unwrap_or_default();
            let is_own = row.is_own_baseline == Some(true);
            TransactionRow {
                id: if is_own {
                    version.to_string()
                } else {
                    id.clone()
                },
                created_at: at(row.baseline_at.unwrap_or_default()),
                dataset_size: row.baseline_size,
                metrics: row.baseline_value.map(with).unwrap_or_default(),
                metric_stats: stats(metric, row.baseline_stats.as_ref()),
                details: row.baseline_confusion.as_ref().map(|matrix| {
                    Map::from_iter([(CONFUSION.to_owned(), Value::Object(matrix.clone()))])
                }),
                version,
                ..TransactionRow::empty()
            }
        });
        Some(Self {
            changes: row.changes.iter().map(|one| change(one, metric)).collect(),
            metric: metric.to_owned(),
            current,
            baseline,
            earlier: runs,
        })
    }

    /// The run to check.
    pub fn question(&self) -> RunToCheck<'_> {
        RunToCheck {
            current: &self.current,
            baseline: self.baseline.as_ref(),
            earlier: &self.earlier,
            change_points: &self.changes,
        }
    }
}

/// Where a run's details have its confusion matrix.
const CONFUSION: &str = "confusion_matrix";

fn stats(metric: &str, stats: Option<&Map<String, Value>>) -> Option<Map<String, Value>> {
    let stats = Value::Object(stats?.clone());
    Some(Map::from_iter([(metric.to_owned(), stats)]))
}

fn at(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}

fn change(row: &ChangeSince, metric: &str) -> KnownChangeRow {
    KnownChangeRow {
        id: row.id,
        metric: metric.to_owned(),
        state: row.state,
        reason: row.reason.clone(),
        set_by: row.set_by.clone(),
        delta: row.delta,
        relative: row.relative,
        transaction_id: row.began_version.to_string(),
        began_at: at(row.began_at),
    }
}
