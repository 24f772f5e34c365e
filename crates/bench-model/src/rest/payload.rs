//! What is sent: arguments of functions, by the names that SQL gives them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{idempotency::IdempotencyKey, metric::Direction, run::Run, source::Source};

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
    pub metrics: BTreeMap<String, f64>,
    /// Per metric: n, stderr, ci_low, ci_high, values.
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
                .map(|(name, value)| (name.to_string(), *value))
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
