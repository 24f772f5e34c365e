//! A run: one validated result, ready to be stored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{
    context::{Detected, Overrides},
    metric::{Declared, MetricName},
    path::Path,
    problem::{Problem, Warning},
    report::{Format, Report},
    text::{CommitSha, EnvironmentName, Label, Notes},
};

/// What is compared with what: runs of one configuration follow each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Configuration {
    /// Which model was tried.
    pub model_version: Label,
    /// Which data it was tried on.
    pub dataset_version: Label,
    /// Which prompt it was given.
    pub prompt_version: Label,
    /// Where it ran.
    pub environment: EnvironmentName,
}

/// One validated result. A run that exists can be sent.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// Where in its file the report stands, for messages.
    pub path: Path,
    /// The format of its report.
    pub format: Format,
    /// Model, data, prompt and environment.
    pub configuration: Configuration,
    /// Who serves the model.
    pub model_provider: Option<Label>,
    /// How many items the data have.
    pub dataset_size: Option<i64>,
    /// The commit that was tried.
    pub commit_sha: CommitSha,
    /// The branch of that commit.
    pub branch_name: Option<Label>,
    /// The CI run.
    pub run_id: Option<Label>,
    /// Which try of the CI run, from 1.
    pub run_attempt: Option<u32>,
    /// Who or what started it.
    pub triggered_by: Option<Label>,
    /// When the benchmark ran, if the report or a flag says so; else the database says now.
    pub created_at: Option<Timestamp>,
    /// The numbers, all finite, at least one.
    pub metrics: BTreeMap<MetricName, f64>,
    /// Per metric: n, stderr, ci_low, ci_high, values.
    pub metric_stats: Map<String, Value>,
    /// What the report declares about its metrics that the catalogue lacks.
    pub metric_definitions: Declared,
    /// Anything nested that the report carried.
    pub details: Map<String, Value>,
    /// How long it took, in seconds.
    pub duration_seconds: Option<f64>,
    /// How many items failed.
    pub error_count: Option<i64>,
    /// How many items went well.
    pub success_count: Option<i64>,
    /// Words to find it by, each once.
    pub tags: Vec<Label>,
    /// Free text.
    pub notes: Option<Notes>,
    /// Hyperparameters.
    pub params: Map<String, Value>,
    /// Addresses, by name.
    pub links: Map<String, Value>,
}

/// A run and what is worth saying about its report.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// The run.
    pub run: Run,
    /// What its author may want to know.
    pub warnings: Vec<Warning>,
}

impl Run {
    /// Makes a run of `report`; `now` is what a date may not lie after.
    ///
    /// # Errors
    ///
    /// Every problem of the report, each with its path.
    pub fn build(
        _report: Report,
        _overrides: &Overrides,
        _detected: &Detected,
        _now: Timestamp,
    ) -> Result<Built, Vec<Problem>> {
        Err(Vec::new())
    }
}

/// Makes a run of each report.
///
/// # Errors
///
/// Every problem of every report, in the order of the file; then nothing may be sent.
pub fn build_all(
    reports: Vec<Report>,
    overrides: &Overrides,
    detected: &Detected,
    now: Timestamp,
) -> Result<Vec<Built>, Vec<Problem>> {
    let mut built = Vec::with_capacity(reports.len());
    let mut problems = Vec::new();
    for report in reports {
        match Run::build(report, overrides, detected, now) {
            Ok(run) => built.push(run),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(built)
    } else {
        Err(problems)
    }
}
