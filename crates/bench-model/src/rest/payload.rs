//! What is sent: arguments of functions, by the names that SQL gives them.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    idempotency::IdempotencyKey,
    metric::{Direction, MetricValue},
    run::Run,
    source::Source,
};

/// The most runs in one request.
pub const MAX_RUNS: usize = 1_000;

/// The body of `ingest_runs`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IngestRuns<'a> {
    /// At most [`MAX_RUNS`].
    pub p_runs: &'a [IngestRun],
}

/// One run as `ingest_runs` takes it: an element of `p_runs`. What is absent is left to the database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IngestRun {
    /// When the benchmark ran; the database says now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// The commit that was tried.
    pub commit_sha: String,
    /// The branch of that commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_name: Option<String>,
    /// Which model was tried.
    pub model_version: String,
    /// Who serves the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// Which data it was tried on.
    pub dataset_version: String,
    /// How many items the data have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset_size: Option<i64>,
    /// Which prompt it was given.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// The CI run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// Which try of the CI run, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_attempt: Option<u32>,
    /// Who or what started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub triggered_by: Option<String>,
    /// The numbers.
    pub metrics: BTreeMap<String, MetricValue>,
    /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metric_stats: Map<String, Value>,
    /// Anything nested that the report carried.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub details: Map<String, Value>,
    /// How long it took, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<f64>,
    /// How many items failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_count: Option<i64>,
    /// How many items went well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_count: Option<i64>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Hyperparameters.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// Addresses, by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub links: Map<String, Value>,
    /// Which file it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// Two runs with the same key are one run.
    pub idempotency_key: String,
    /// Metrics that the database does not know yet, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metric_definitions: BTreeMap<String, MetricDeclaration>,
}

/// What a run declares about one of its metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricDeclaration {
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Which way it gets better.
    pub direction: Direction,
    /// The least value it can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest value it can have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// What it measures, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What a baseline is for.
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
    /// The word in SQL, JSON and flags.
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

/// The body of `set_baseline` and `clear_baseline`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MarkBaseline<'a> {
    /// The id of the run.
    pub p_run: &'a str,
    /// What the baseline is for.
    pub p_scope: BaselineScope,
    /// Why, for people.
    pub p_reason: Option<&'a str>,
    /// Who.
    pub p_marked_by: Option<&'a str>,
}

/// The body of `detect_regression`; what is absent is not narrowed down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DetectRegression<'a> {
    /// The model.
    pub p_model_version: &'a str,
    /// How much worse is a regression, a ratio: 0.05.
    pub p_threshold: f64,
    /// The metric.
    pub p_metric: &'a str,
    /// Only on these data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_dataset_version: Option<&'a str>,
    /// Only with this prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_prompt_version: Option<&'a str>,
    /// Only in this environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_environment: Option<&'a str>,
    /// Whether rows about which nothing can be said are returned, with the reason.
    pub p_explain: bool,
}

/// The body of `get_snapshot_history`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GetSnapshotHistory<'a> {
    /// The model.
    pub p_model_version: &'a str,
    /// The data.
    pub p_dataset_version: &'a str,
    /// The prompt.
    pub p_prompt_version: &'a str,
    /// Where it ran.
    pub p_environment: &'a str,
    /// How many versions at most.
    pub p_limit: u32,
}

/// The body of `compare_snapshots`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CompareSnapshots<'a> {
    /// The model.
    pub p_model_version: &'a str,
    /// The data.
    pub p_dataset_version: &'a str,
    /// The prompt.
    pub p_prompt_version: &'a str,
    /// Where it ran.
    pub p_environment: &'a str,
    /// The version that is compared with.
    pub p_version_a: i64,
    /// The version that is compared.
    pub p_version_b: i64,
}

/// The body of `metric_series`; what is absent is not narrowed down.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MetricSeries<'a> {
    /// The configuration's short name.
    pub p_configuration_id: i64,
    /// The metric.
    pub p_metric: &'a str,
    /// Only runs at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_from: Option<Timestamp>,
    /// Only runs before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_to: Option<Timestamp>,
    /// How many points at most: 4 to 1,000.
    pub p_max_points: u32,
}

/// The body of `search_runs`; the answer is whole rows of `benchmark_transactions`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SearchRuns<'a> {
    /// The beginning of a commit, CI run or id, a tag, part of a model's name, or an actor; blank for all runs.
    pub p_query: &'a str,
    /// The page after the run of this time; none for the first page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_before_created_at: Option<Timestamp>,
    /// The id of that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p_before_id: Option<&'a str>,
    /// How many runs at most: 1 to 1,000.
    pub p_limit: u32,
}

impl IngestRun {
    /// The payload of `run`, stored under `key`, read from `source`.
    pub fn new(run: &Run, key: &IdempotencyKey, source: Option<Source>) -> Self {
        let text = |value: &Option<crate::text::Label>| value.as_ref().map(ToString::to_string);
        let declarations = run.metric_definitions.iter().map(|(name, definition)| {
            let declaration = MetricDeclaration {
                unit: definition.unit.clone(),
                direction: definition.direction,
                min: definition.min,
                max: definition.max,
                description: definition.description.clone(),
            };
            (name.to_string(), declaration)
        });
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
        rest::{rpc, tables},
    };

    #[test]
    fn a_run_is_sent_with_everything_it_has_and_nothing_else() {
        let text = br#"{
            "model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "local",
            "commit_sha": "abc123", "created_at": "2026-02-03T11:01:50-05:00", "run_id": 77, "run_attempt": 2,
            "metrics": {"f1": 0.895, "wer": 0.10, "true_positives": 132, "elo": 1200.0, "by_class": {"a": 0.8}}, "tags": ["a", "a", "b"],
            "metric_definitions": {"wer": {"unit": "ratio", "direction": "lower_is_better", "range": [0, null]}, "unused": {}},
            "metric_stats": {"f1": {"n": 150, "stderr": null}}, "domain_breakdown": {"x": 1}, "gpu": "H100",
            "links": {"log": "https://example.com/log"}, "params": {"temperature": 0.0}, "notes": "two\nlines",
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
                tables::TRANSACTIONS.columns.contains(&field.as_str())
                    || field == "metric_definitions",
                "{field}"
            );
        }
    }

    #[test]
    fn arguments_have_the_names_that_sql_gives_them() {
        let names = |body: Value| {
            let mut names: Vec<_> = body
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect();
            names.sort_unstable();
            names
        };
        let declared = |rpc: rpc::Rpc| {
            let mut names = rpc.arguments.to_vec();
            names.sort_unstable();
            names
        };
        let mark = MarkBaseline {
            p_run: "0191",
            p_scope: BaselineScope::Model,
            p_reason: None,
            p_marked_by: None,
        };
        assert_eq!(names(json!(mark)), declared(rpc::SET_BASELINE));
        assert_eq!(json!(mark)["p_scope"], BaselineScope::Model.as_str());
        assert_eq!(
            names(json!(IngestRuns { p_runs: &[] })),
            declared(rpc::INGEST_RUNS)
        );
        let detect = DetectRegression {
            p_model_version: "m",
            p_threshold: 0.05,
            p_metric: "f1",
            p_dataset_version: Some("d"),
            p_prompt_version: Some("p"),
            p_environment: Some("local"),
            p_explain: true,
        };
        assert_eq!(names(json!(detect)), declared(rpc::DETECT_REGRESSION));
        let history = GetSnapshotHistory {
            p_model_version: "m",
            p_dataset_version: "d",
            p_prompt_version: "p",
            p_environment: "local",
            p_limit: 10,
        };
        assert_eq!(names(json!(history)), declared(rpc::GET_SNAPSHOT_HISTORY));
        let compare = CompareSnapshots {
            p_model_version: "m",
            p_dataset_version: "d",
            p_prompt_version: "p",
            p_environment: "local",
            p_version_a: 1,
            p_version_b: 2,
        };
        assert_eq!(names(json!(compare)), declared(rpc::COMPARE_SNAPSHOTS));
        let series = MetricSeries {
            p_configuration_id: 7,
            p_metric: "f1",
            p_from: Some(Timestamp::UNIX_EPOCH),
            p_to: Some(Timestamp::MAX),
            p_max_points: 500,
        };
        assert_eq!(names(json!(series)), declared(rpc::METRIC_SERIES));
        let search = SearchRuns {
            p_query: "abc123",
            p_before_created_at: Some(Timestamp::UNIX_EPOCH),
            p_before_id: Some("0191"),
            p_limit: 50,
        };
        assert_eq!(names(json!(search)), declared(rpc::SEARCH_RUNS));
    }
}
