//! Metrics that cannot be compared, because not every run of both sides has them.

use std::collections::BTreeSet;

use crate::{rest::rows::TransactionRow, words::number};

/// A metric that some runs have and some have not.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsharedMetric {
    /// Its name.
    pub name: String,
    /// The reference side.
    pub baseline: Having,
    /// The other side.
    pub current: Having,
}

/// The runs of a side with and without a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Having {
    /// The runs that have it.
    pub runs: usize,
    /// All runs of the side.
    pub of: usize,
    /// The value in the newest run that has it.
    pub value: Option<f64>,
}

impl UnsharedMetric {
    /// Whether the baseline has it and not every current run does, so that it can't be judged.
    pub fn is_missing(&self) -> bool {
        self.baseline.runs > 0 && self.current.runs < self.current.of
    }

    /// A sentence about which of the sides A and B have it.
    pub fn reason(&self) -> String {
        let Self {
            name,
            baseline,
            current,
        } = self;
        format!("{name}: A {}, B {}", baseline.words(), current.words())
    }
}

impl Having {
    fn of(runs: &[TransactionRow], name: &str) -> Self {
        let having: Vec<f64> = runs
            .iter()
            .filter_map(|run| run.metrics.get(name).copied())
            .collect();
        Self {
            runs: having.len(),
            of: runs.len(),
            value: having.first().copied(),
        }
    }

    fn words(self) -> String {
        match (self.value, self.runs == self.of) {
            (None, _) => "lacks it".to_owned(),
            (Some(value), true) => format!("has it ({})", number(value)),
            (Some(_), false) => format!("has it in {} of {} runs", self.runs, self.of),
        }
    }
}

/// The metrics that some runs of either side have and others lack, by name. Runs are ordered newest
/// first.
pub fn unshared(baseline: &[TransactionRow], current: &[TransactionRow]) -> Vec<UnsharedMetric> {
    let runs = baseline.iter().chain(current);
    let names: BTreeSet<&str> = runs
        .flat_map(|run| run.metrics.keys().map(String::as_str))
        .collect();
    let metrics = names.into_iter().map(|name| UnsharedMetric {
        name: name.to_owned(),
        baseline: Having::of(baseline, name),
        current: Having::of(current, name),
    });
    let is_shared = |having: &Having| having.runs == having.of;
    metrics
        .filter(|metric| !is_shared(&metric.baseline) || !is_shared(&metric.current))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(metrics: &serde_json::Value) -> TransactionRow {
        serde_json::from_value(json!({
            "id": "0191", "created_at": "2026-02-03T16:01:50Z", "recorded_at": "2026-02-03T16:01:51Z",
            "commit_sha": "abc", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metrics": metrics, "configuration_id": 1, "version": 1,
            "idempotency_key": "k",
        }))
        .expect("a row")
    }

    #[test]
    fn what_one_side_lacks_is_named_with_what_the_other_has() {
        let before = [run(&json!({"f1": 0.9, "recall": 0.8, "tokens": 7}))];
        let after = [
            run(&json!({"recall": 0.8, "latency_ms": 400.5})),
            run(&json!({"recall": 0.8, "tokens": 8, "latency_ms": 400})),
        ];
        let found = unshared(&before, &after);
        let said: Vec<(String, bool)> = found
            .iter()
            .map(|metric| (metric.reason(), metric.is_missing()))
            .collect();
        let said: Vec<(&str, bool)> = said.iter().map(|(text, is)| (text.as_str(), *is)).collect();
        assert_eq!(
            said,
            [
                ("f1: A has it (0.9), B lacks it", true),
                ("latency_ms: A lacks it, B has it (400.5)", false),
                ("tokens: A has it (7), B has it in 1 of 2 runs", true),
            ]
        );
        assert!(unshared(&before, &before).is_empty());
    }

    #[test]
    fn what_every_run_after_has_is_not_missing() {
        let before = [
            run(&json!({"f1": 0.9, "recall": 0.8})),
            run(&json!({"recall": 0.8})),
        ];
        let after = [run(&json!({"f1": 0.91, "recall": 0.8}))];

        let found = unshared(&before, &after);

        assert_eq!(
            (found[0].name.as_str(), found[0].is_missing()),
            ("f1", false)
        );
    }
}
