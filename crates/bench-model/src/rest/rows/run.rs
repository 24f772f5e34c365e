//! Runs, whole or in part.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{KnownChangeRow, row};
use crate::rest::payload::{BaselineScope, is_mainline};

/// Tags; a run without any has null.
fn empty_if_null<'de, D: Deserializer<'de>>(tags: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::deserialize(tags)?.unwrap_or_default())
}

row! {
    /// A run: a row of `benchmark_transactions`, with its times as such.
    TransactionRow {
        /// Its name in the database.
        id: String,
        /// When the benchmark ran.
        created_at: Timestamp,
        /// When the database took it.
        recorded_at: Timestamp,
        /// The benchmarked commit.
        commit_sha: String,
        /// The branch of that commit.
        branch_name: Option<String>,
        /// The benchmarked model.
        model_version: String,
        /// The model provider.
        model_provider: Option<String>,
        /// The data it was benchmarked on.
        dataset_version: String,
        /// The number of items in the data set.
        dataset_size: Option<i64>,
        /// The prompt.
        prompt_version: String,
        /// Where it ran.
        environment: String,
        /// The CI run.
        run_id: Option<String>,
        /// The attempt of the CI run.
        run_attempt: Option<i64>,
        /// The person or system that started it.
        triggered_by: Option<String>,
        /// Whether it belongs to the main line.
        #[serde(default = "is_mainline")]
        is_mainline: bool,
        /// The numbers.
        metrics: BTreeMap<String, f64>,
        /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
        metric_stats: Option<Map<String, Value>>,
        /// Nested data from the report.
        details: Option<Map<String, Value>>,
        /// The duration in seconds.
        duration_seconds: Option<f64>,
        /// The number of failed items.
        error_count: Option<i64>,
        /// The number of successful items.
        success_count: Option<i64>,
        /// Tags.
        #[serde(default, deserialize_with = "empty_if_null")]
        tags: Vec<String>,
        /// Free text.
        notes: Option<String>,
        /// Hyperparameters.
        params: Option<Map<String, Value>>,
        /// URLs, by name.
        links: Option<Map<String, Value>>,
        /// Which file it came from.
        source: Option<Map<String, Value>>,
        /// Its configuration's short name.
        configuration_id: i64,
        /// 1, 2, 3 … within its configuration.
        version: i64,
        /// Two runs with the same key are one run.
        idempotency_key: String,
        /// Why it does not count; none if it does, or if this was not asked for.
        retraction: Option<Retraction>,
    }
}

row! {
    /// A run as pages show it: as many of the columns as were asked for, what is missing is empty.
    #[derive(Default)]
    #[serde(default)]
    RunRow {
        /// Its name in the database.
        id: String,
        /// When the benchmark ran.
        created_at: String,
        /// When the database took it.
        recorded_at: String,
        /// The benchmarked commit.
        commit_sha: String,
        /// The branch of that commit.
        branch_name: Option<String>,
        /// The benchmarked model.
        model_version: String,
        /// The model provider.
        model_provider: Option<String>,
        /// The data it was benchmarked on.
        dataset_version: String,
        /// The number of items in the data set.
        dataset_size: Option<i64>,
        /// The prompt.
        prompt_version: String,
        /// Where it ran.
        environment: String,
        /// The CI run.
        run_id: Option<String>,
        /// The attempt of the CI run.
        run_attempt: Option<i64>,
        /// The person or system that started it.
        triggered_by: Option<String>,
        /// Whether it belongs to the main line.
        is_mainline: Option<bool>,
        /// The numbers.
        metrics: BTreeMap<String, f64>,
        /// Per metric, how sure it is.
        metric_stats: Option<Map<String, Value>>,
        /// Nested data from the report.
        details: Option<Map<String, Value>>,
        /// The duration in seconds.
        duration_seconds: Option<f64>,
        /// The number of failed items.
        error_count: Option<i64>,
        /// The number of successful items.
        success_count: Option<i64>,
        /// Words to find it by.
        #[serde(default, deserialize_with = "empty_if_null")]
        tags: Vec<String>,
        /// Free text.
        notes: Option<String>,
        /// Hyperparameters.
        params: Option<Map<String, Value>>,
        /// URLs, by name.
        links: Option<Map<String, Value>>,
        /// Which file it came from.
        source: Option<Map<String, Value>>,
        /// Its configuration's short name.
        configuration_id: i64,
        /// 1, 2, 3 … within its configuration.
        version: i64,
        /// Two runs with the same key are one run.
        idempotency_key: String,
        /// Why it does not count; none if it does, or if this was not asked for.
        retraction: Option<Retraction>,
    }
}

row! {
    /// Why a run does not count any more, as the database's column `retraction` says it.
    #[derive(Serialize)]
    Retraction {
        /// Why.
        reason: String,
        /// The run that stands in its place.
        instead: Option<String>,
        /// Who took it back.
        set_by: Option<String>,
        /// When.
        set_at: Timestamp,
    }
}

impl TransactionRow {
    /// The columns that the view of the main line has, too: all but the last, `retraction`.
    pub const STORED: &'static [&'static str] = Self::COLUMNS.split_at(Self::COLUMNS.len() - 1).0;

    /// A run of the main line of which nothing else is known.
    pub const fn empty() -> Self {
        Self {
            id: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            recorded_at: Timestamp::UNIX_EPOCH,
            commit_sha: String::new(),
            branch_name: None,
            model_version: String::new(),
            model_provider: None,
            dataset_version: String::new(),
            dataset_size: None,
            prompt_version: String::new(),
            environment: String::new(),
            run_id: None,
            run_attempt: None,
            triggered_by: None,
            is_mainline: true,
            metrics: BTreeMap::new(),
            metric_stats: None,
            details: None,
            duration_seconds: None,
            error_count: None,
            success_count: None,
            tags: Vec::new(),
            notes: None,
            params: None,
            links: None,
            source: None,
            configuration_id: 0,
            version: 0,
            idempotency_key: String::new(),
            retraction: None,
        }
    }

    /// Whether it is part of the main line: neither a side run nor retracted.
    pub const fn counts(&self) -> bool {
        self.is_mainline && self.retraction.is_none()
    }
}

impl RunRow {
    /// The same run as a check reads it; none if its times can't be read.
    pub fn as_whole(&self) -> Option<TransactionRow> {
        let run = self.clone();
        Some(TransactionRow {
            created_at: run.created_at.parse().ok()?,
            id: run.id,
            commit_sha: run.commit_sha,
            branch_name: run.branch_name,
            model_version: run.model_version,
            model_provider: run.model_provider,
            dataset_version: run.dataset_version,
            dataset_size: run.dataset_size,
            prompt_version: run.prompt_version,
            environment: run.environment,
            is_mainline: run.is_mainline != Some(false),
            metrics: run.metrics,
            metric_stats: run.metric_stats,
            details: run.details,
            params: run.params,
            links: run.links,
            configuration_id: run.configuration_id,
            version: run.version,
            retraction: run.retraction,
            ..TransactionRow::empty()
        })
    }

    /// The columns that the log of runs shows.
    pub const IN_LOG: &'static [&'static str] = &[
        "id",
        "created_at",
        "recorded_at",
        "commit_sha",
        "branch_name",
        "model_version",
        "model_provider",
        "dataset_version",
        "prompt_version",
        "environment",
        "run_id",
        "triggered_by",
        "is_mainline",
        "metrics",
        "duration_seconds",
        "tags",
        "configuration_id",
        "version",
        "retraction",
    ];

    /// The columns of a side run that is drawn over the main line.
    pub const ON_BRANCH: &'static [&'static str] = &[
        "id",
        "created_at",
        "version",
        "commit_sha",
        "branch_name",
        "triggered_by",
        "metrics",
        "configuration_id",
    ];

    /// The columns that a comparison asks for.
    pub const COMPARED: &'static [&'static str] = &[
        "id",
        "configuration_id",
        "version",
        "created_at",
        "commit_sha",
        "branch_name",
        "model_version",
        "model_provider",
        "dataset_version",
        "dataset_size",
        "prompt_version",
        "environment",
        "triggered_by",
        "duration_seconds",
        "metrics",
        "metric_stats",
        "details",
        "params",
    ];
}

row! {
    /// A run before the one that is judged, as `judged_against` returns it.
    EarlierRow {
        /// Its name in the database.
        id: String,
        /// When the benchmark ran.
        created_at: Timestamp,
        /// 1, 2, 3 … within its configuration.
        version: i64,
        /// The benchmarked commit.
        commit_sha: String,
        /// The model provider.
        model_provider: Option<String>,
        /// The number of items in the data set.
        dataset_size: Option<i64>,
        /// The numbers.
        metrics: BTreeMap<String, f64>,
        /// Hyperparameters.
        params: Option<Map<String, Value>>,
        /// The entries of `details` and `links` that say which machine it was.
        machine: Option<Map<String, Value>>,
    }
}

row! {
    /// What a run is judged against, as `judged_against` returns it.
    JudgedAgainstRow {
        /// The run.
        id: String,
        /// The run of the baseline that counts; none without one.
        baseline_run: Option<String>,
        /// The scope the baseline was marked for.
        found_by: Option<BaselineScope>,
        /// The runs before, the newest first.
        earlier: Vec<EarlierRow>,
        /// The stored change points of its configuration, the newest first.
        change_points: Vec<KnownChangeRow>,
    }
}

impl EarlierRow {
    /// The run, of the configuration of `current`. What no judgement reads is empty.
    pub fn into_run(self, current: &TransactionRow) -> TransactionRow {
        TransactionRow {
            id: self.id,
            created_at: self.created_at,
            commit_sha: self.commit_sha,
            model_version: current.model_version.clone(),
            model_provider: self.model_provider,
            dataset_version: current.dataset_version.clone(),
            dataset_size: self.dataset_size,
            prompt_version: current.prompt_version.clone(),
            environment: current.environment.clone(),
            metrics: self.metrics,
            details: self.machine,
            params: self.params,
            configuration_id: current.configuration_id,
            version: self.version,
            ..TransactionRow::empty()
        }
    }
}

row! {
    /// What a run measured.
    ValuesRow {
        /// Its name in the database.
        id: String,
        /// The numbers.
        metrics: BTreeMap<String, f64>,
    }
}

row! {
    /// A branch that has side runs, as `side_branches` returns it.
    BranchRow {
        /// Its name.
        branch_name: String,
        /// How many runs it has.
        runs: usize,
    }
}

row! {
    /// A configuration with its earliest run, which need not be the first that arrived.
    FirstRunRow {
        /// The configuration's short name.
        id: i64,
        /// The run, alone in its list, see [`FirstRun::EMBEDDED`].
        first: Vec<FirstRun>,
    }
}

row! {
    /// The earliest run of a configuration.
    FirstRun {
        /// The run.
        id: String,
        /// When it ran.
        created_at: String,
        /// Its commit.
        commit_sha: String,
    }
}

impl FirstRun {
    /// How PostgREST is asked for the column `first` of [`FirstRunRow`].
    pub const EMBEDDED: &'static str = "first:benchmark_transactions(id,created_at,commit_sha)";
}

row! {
    /// A row that `ingest_runs` returns, in the order of the request.
    IngestedRow {
        /// The key that was sent.
        idempotency_key: String,
        /// The run's name in the database.
        id: String,
        /// 1, 2, 3 … within its configuration.
        version: i64,
        /// What became of the run.
        outcome: IngestOutcome,
        /// Of a conflict: the columns in which the stored run is another one.
        differs: Option<Vec<String>>,
        /// When the benchmark ran.
        created_at: Timestamp,
    }
}

/// What became of a run that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IngestOutcome {
    /// It is stored now.
    Stored,
    /// It was stored before; nothing changed.
    Known,
    /// Its key is that of another run, and it is not stored.
    Conflict,
}

impl IngestedRow {
    /// Whether this request stored the run.
    pub fn is_new(&self) -> bool {
        self.outcome == IngestOutcome::Stored
    }

    /// Why the run is not stored, if its key is that of another one.
    pub fn conflict(&self) -> Option<String> {
        let differs = self.differs.as_deref().unwrap_or_default().join(", ");
        (self.outcome == IngestOutcome::Conflict).then(|| {
            format!(
                "its idempotency key is that of run {}, which differs in {differs}",
                self.id
            )
        })
    }
}
