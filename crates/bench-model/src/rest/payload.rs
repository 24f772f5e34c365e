//! A run as it is sent, and what a baseline is for.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    idempotency::IdempotencyKey,
    metric::{Declaration, MetricValue},
    run::Run,
    source::Source,
};

/// The maximum number of runs per request.
pub const MAX_RUNS: usize = 1_000;

/// One run for `ingest_runs`: an element of `p_runs`. The database fills in absent fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IngestRun {
    /// When the benchmark ran; now, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// The benchmarked commit.
    pub commit_sha: String,
    /// The branch of that commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_name: Option<String>,
    /// The benchmarked model.
    pub model_version: String,
    /// The model provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// The data set.
    pub dataset_version: String,
    /// The number of items in the data set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_size: Option<i64>,
    /// The prompt.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// The CI run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// The attempt of the CI run, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_attempt: Option<u32>,
    /// The person or system that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggered_by: Option<String>,
    /// Whether it belongs to the main line; it does, if absent.
    #[serde(default = "is_mainline", skip_serializing_if = "Clone::clone")]
    pub is_mainline: bool,
    /// The numbers.
    pub metrics: BTreeMap<String, MetricValue>,
    /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metric_stats: Map<String, Value>,
    /// Nested data from the report.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
    /// The duration in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// The number of failed items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_count: Option<i64>,
    /// The number of successful items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_count: Option<i64>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Hyperparameters.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// URLs, by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub links: Map<String, Value>,
    /// Its source file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Two runs with the same key are one run.
    pub idempotency_key: String,
    /// Declarations of metrics, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metric_definitions: BTreeMap<String, Declaration>,
}

/// A run belongs to the main line unless it says otherwise.
pub(super) const fn is_mainline() -> bool {
    true
}

/// The scope of a baseline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaselineScope {
    /// Runs of the same model, data, prompt and environment.
    #[default]
    Configuration,
    /// Runs of the same model, data and environment.
    Model,
    /// All runs on the same data and environment.
    Dataset,
}

impl BaselineScope {
    /// Its name in SQL, JSON and flags.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Model => "model",
            Self::Dataset => "dataset",
        }
    }
}

impl fmt::Display for BaselineScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl IngestRun {
    /// The payload of `run`, stored under `key`, read from `source`.
    pub fn new(run: &Run, key: &IdempotencyKey, source: Option<Source>) -> Self {
        let text = |value: &Option<crate::text::Label>| value.as_ref().map(ToString::to_string);
        let declarations = run.metric_definitions.iter();
        let declarations = declarations.map(|(name, said)| (name.to_string(), said.clone()));
        Self {
            created_at: run.created_at,
            commit_sha: run.commit_sha.to_string(),
            branch_name: text(&run.branch_name),
            model_version: run.configuration.model_version.to_string(),
            model_provider: text(&run.model_provider),
            dataset_version: run.configuration.dataset_version.to_string(),
            dataset_size: run.dataset_size,
            prompt_version: run.configuration.prompt_version.to_string(),
            environment: run.configuration.environment.to_string(),
            run_id: text(&run.run_id),
            run_attempt: run.run_attempt,
            triggered_by: text(&run.triggered_by),
            is_mainline: run.side_run.is_none(),
            metrics: run
                .metrics
                .iter()
                .map(|(name, value)| (name.to_string(), value.clone()))
                .collect(),
            metric_stats: run.metric_stats.clone(),
            details: run.details.clone(),
            duration_seconds: run.duration_seconds,
            error_count: run.error_count,
            success_count: run.success_count,
            tags: run.tags.iter().map(ToString::to_string).collect(),
            notes: run.notes.as_ref().map(ToString::to_string),
            params: run.params.clone(),
            links: run.links.clone(),
            source,
            idempotency_key: key.to_string(),
            metric_definitions: declarations.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        context::{Detected, Overrides},
        idempotency, report,
        report::Format,
        rest::rows,
    };

    #[test]
    fn a_run_is_sent_with_everything_it_has_and_nothing_else() {
        let text = br#"{
            "model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "local",
            "commit_sha": "abc123", "created_at": "2026-02-03T11:01:50-05:00", "run_id": 77, "run_attempt": 2,
            "metrics": {"f1": 0.895, "wer": 0.10, "true_positives": 132, "elo": 1200.0, "by_class": {"a": 0.8}}, "tags": ["a", "a", "b"],
            "metric_definitions": {"wer": {"unit": "ratio", "direction": "lower_is_better", "range": [0, null]}, "unused": {}},
            "metric_stats": {"f1": {"n": 150, "stderr": null}}, "domain_breakdown": {"x": 1}, "gpu": "H100",
            "is_mainline": false, "links": {"log": "https://example.com/log"}, "params": {"temperature": 0.0}, "notes": "two\nlines",
            "dataset_size": 150, "success_count": 149, "error_count": 1.0, "duration_seconds": 12.5
        }"#;
        let report = report::parse(text).expect("JSON").remove(0);
        let links = [
            ("run", "https://ci.example.com/77"),
            ("log", "https://ci.example.com/log"),
        ];
        let detected = Detected {
            branch_name: "main".parse().ok(),
            links: links
                .map(|(name, address)| (name.to_owned(), address.to_owned()))
                .into(),
            ..Detected::default()
        };
        let built =
            Run::build(report, &Overrides::default(), &detected, Timestamp::MAX).expect("a report");
        let key = idempotency::key(&built.run, None);
        let source = Source::of(Format::Native, Some("out/report.json"), text);
        let payload = IngestRun::new(&built.run, &key, Some(source));

        insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(payload) });
        // The database keeps the form of a number, and `(metrics->>'true_positives')::int` needs a whole one.
        let text = serde_json::to_string(&payload).expect("JSON");
        assert!(
            text.contains(r#""metrics":{"elo":1200.0,"f1":0.895,"true_positives":132,"wer":0.1}"#),
            "{text}"
        );
        let again: IngestRun =
            serde_json::from_value(json!(payload)).expect("the spool reads what it wrote");
        assert_eq!(again, payload);
        for field in json!(payload).as_object().expect("an object").keys() {
            assert!(
                rows::TransactionRow::COLUMNS.contains(&field.as_str())
                    || field == "metric_definitions",
                "{field}"
            );
        }
    }
}
