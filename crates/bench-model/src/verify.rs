//! Compares the stored run with the sent one.

use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, Unit};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{
    canonical,
    metric::MetricValue,
    rest::{payload::IngestRun, rows::TransactionRow},
};

/// A column whose stored value differs from the sent one. Reads `metrics.f1: sent 0.9, stored 0.8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The column, or `metrics.f1`.
    pub path: String,
    /// The sent value, as JSON.
    pub sent: String,
    /// The stored value, as JSON.
    pub stored: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, sent, stored } = self;
        write!(f, "{path}: sent {sent}, stored {stored}")
    }
}

/// Compares `sent` with the row read back; empty if they agree.
///
/// Numbers are compared as numbers and times as instants, to the microsecond that PostgreSQL keeps.
/// A `created_at` that was not sent is set by the database and not compared.
pub fn differences(sent: &IngestRun, stored: &TransactionRow) -> Vec<Difference> {
    let IngestRun {
        created_at,
        commit_sha,
        branch_name,
        model_version,
        model_provider,
        dataset_version,
        dataset_size,
        prompt_version,
        environment,
        run_id,
        run_attempt,
        triggered_by,
        is_mainline,
        metrics,
        metric_stats,
        details,
        duration_seconds,
        error_count,
        success_count,
        tags,
        notes,
        params,
        links,
        source,
        idempotency_key,
        metric_definitions: _, // goes to another table
    } = sent;
    let mut found = Differences::default();

    if let Some(created_at) = created_at {
        found.compare(
            "created_at",
            &to_microsecond(*created_at),
            &to_microsecond(stored.created_at),
        );
    }
    found.compare("commit_sha", commit_sha, &stored.commit_sha);
    found.compare("branch_name", branch_name, &stored.branch_name);
    found.compare("model_version", model_version, &stored.model_version);
    found.compare("model_provider", model_provider, &stored.model_provider);
    found.compare("dataset_version", dataset_version, &stored.dataset_version);
    found.compare("dataset_size", dataset_size, &stored.dataset_size);
    found.compare("prompt_version", prompt_version, &stored.prompt_version);
    found.compare("environment", environment, &stored.environment);
    found.compare("run_id", run_id, &stored.run_id);
    found.compare("run_attempt", run_attempt, &stored.run_attempt);
    found.compare("triggered_by", triggered_by, &stored.triggered_by);
    found.compare("is_mainline", is_mainline, &stored.is_mainline);
    found.compare_metrics(metrics, &stored.metrics);
    found.compare_object("metric_stats", metric_stats, stored.metric_stats.as_ref());
    found.compare_object("details", details, stored.details.as_ref());
    found.compare(
        "duration_seconds",
        duration_seconds,
        &stored.duration_seconds,
    );
    found.compare("error_count", error_count, &stored.error_count);
    found.compare("success_count", success_count, &stored.success_count);
    found.compare("tags", tags, &stored.tags);
    found.compare("notes", notes, &stored.notes);
    found.compare_object("params", params, stored.params.as_ref());
    found.compare_object("links", links, stored.links.as_ref());
    found.compare("source", source, &stored.source);
    found.compare("idempotency_key", idempotency_key, &stored.idempotency_key);
    found.0
}

#[derive(Default)]
struct Differences(Vec<Difference>);

impl Differences {
    fn compare<A: Serialize, B: Serialize>(&mut self, path: &str, sent: &A, stored: &B) {
        let (sent, stored) = (canonical_text(sent), canonical_text(stored));
        if sent != stored {
            self.0.push(Difference {
                path: path.to_owned(),
                sent,
                stored,
            });
        }
    }

    fn compare_metrics(
        &mut self,
        sent: &BTreeMap<String, MetricValue>,
        stored: &BTreeMap<String, f64>,
    ) {
        let only_stored = stored.keys().filter(|name| !sent.contains_key(*name));
        for name in sent.keys().chain(only_stored) {
            self.compare(
                &format!("metrics.{name}"),
                &sent.get(name),
                &stored.get(name),
            );
        }
    }

    /// An empty object is not sent and so is stored as null.
    fn compare_object(
        &mut self,
        path: &str,
        sent: &Map<String, Value>,
        stored: Option<&Map<String, Value>>,
    ) {
        self.compare(path, sent, stored.unwrap_or(&Map::new()));
    }
}

/// Equal values have equal text: `412` and `412.0`, keys in any order.
fn canonical_text(value: &impl Serialize) -> String {
    serde_json::to_value(value).map_or_else(
        |error| error.to_string(),
        |value| canonical::to_string(&value),
    )
}

fn to_microsecond(time: Timestamp) -> Timestamp {
    time.round(Unit::Microsecond).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sent() -> IngestRun {
        serde_json::from_value(json!({
            "created_at": "2026-02-03T16:01:50.1234567Z", "commit_sha": "abc", "model_version": "m",
            "dataset_version": "d", "prompt_version": "p", "environment": "local", "run_attempt": 1,
            "metrics": {"f1": 0.1, "latency_ms": 412.0}, "details": {"by_class": {"a": 1.50, "b": [1, null]}},
            "duration_seconds": 1.5, "tags": ["a"], "idempotency_key": "k",
            "source": {"format": "native", "sha256": "00"},
        }))
        .expect("a payload")
    }

    fn stored() -> TransactionRow {
        serde_json::from_value(json!({
            "id": "0191", "created_at": "2026-02-03T11:01:50.123457-05:00", "recorded_at": "2026-02-03T16:01:51+00:00",
            "commit_sha": "abc", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "run_attempt": 1, "metrics": {"latency_ms": 412, "f1": 0.1000},
            "details": {"by_class": {"b": [1, null], "a": 1.5}}, "duration_seconds": 1.50, "tags": ["a"],
            "source": {"sha256": "00", "format": "native"}, "configuration_id": 1, "version": 1, "idempotency_key": "k",
        }))
        .expect("a row")
    }

    #[test]
    fn another_spelling_of_the_same_run_is_no_difference() {
        assert_eq!(differences(&sent(), &stored()), []);
    }

    #[test]
    fn a_time_that_was_not_sent_is_the_databases_own() {
        let unsent = IngestRun {
            created_at: None,
            ..sent()
        };
        assert_eq!(differences(&unsent, &stored()), []);
    }

    #[test]
    fn every_difference_is_named_with_both_values() {
        let mut other = stored();
        other.model_version = "m-2".to_owned();
        other.metrics = [("f1".to_owned(), 0.11), ("recall".to_owned(), 0.5)].into();
        other.details = None;
        other.tags = Vec::new();
        other.notes = Some("added".to_owned());
        other.created_at = "2026-02-03T16:01:51Z".parse().expect("a time");
        let shown: Vec<String> = differences(&sent(), &other)
            .iter()
            .map(ToString::to_string)
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
