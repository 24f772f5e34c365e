//! A run: one validated result, ready to be stored.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::{
    context::{Detected, Overrides},
    metric::{Declared, MetricName},
    path::Path,
    problem::{Problem, Warning},
    report::{Field, Format, Report},
    text::{CommitSha, EnvironmentName, Label, Notes},
};

/// How far the clock of a benchmark's machine may be ahead.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(5 * 60);

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
    /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
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
    /// Makes a run of `report`; its `created_at` may lie at most [`CLOCK_TOLERANCE`] after `now`.
    ///
    /// # Errors
    ///
    /// Every problem of the report, each with its path.
    ///
    /// # Example
    ///
    /// ```
    /// use bench_model::{context::{Detected, Overrides}, report, run::Run};
    ///
    /// let text = br#"{"model_version": "m-1", "dataset_version": "d", "prompt_version": "p",
    ///                 "environment": "local", "metrics": {"f1": 0.895}}"#;
    /// let mut reports = report::parse(text)?;
    /// let overrides = Overrides { commit_sha: "abc123".parse().ok(), ..Overrides::default() };
    ///
    /// let built = Run::build(reports.remove(0), &overrides, &Detected::default(), jiff::Timestamp::UNIX_EPOCH);
    /// assert_eq!(built.unwrap().run.metrics["f1"], 0.895);
    /// # Ok::<(), report::ReportError>(())
    /// ```
    pub fn build(
        report: Report,
        overrides: &Overrides,
        detected: &Detected,
        now: Timestamp,
    ) -> Result<Built, Vec<Problem>> {
        let Report {
            format,
            path,
            model_version,
            model_provider,
            dataset_version,
            dataset_size,
            prompt_version,
            environment,
            commit_sha,
            branch_name,
            run_id,
            run_attempt,
            triggered_by,
            created_at,
            duration_seconds,
            error_count,
            success_count,
            tags,
            notes,
            metrics,
            metric_stats,
            mut metric_definitions,
            details,
            params,
            mut links,
            problems,
            mut warnings,
            lookalikes,
            is_unreadable,
        } = report;
        if is_unreadable {
            return Err(problems);
        }
        let mut choice = Choice {
            path: &path,
            lookalikes: &lookalikes,
            problems: Vec::new(),
        };

        let model_version = choice.required(
            "model_version",
            &overrides.model_version,
            model_version,
            None,
        );
        let dataset_version = choice.required(
            "dataset_version",
            &overrides.dataset_version,
            dataset_version,
            None,
        );
        let prompt_version = choice.required(
            "prompt_version",
            &overrides.prompt_version,
            prompt_version,
            None,
        );
        let environment = choice.required(
            "environment",
            &overrides.environment,
            environment,
            detected.environment.as_ref(),
        );
        let commit_sha = choice.required(
            "commit_sha",
            &overrides.commit_sha,
            commit_sha,
            detected.commit_sha.as_ref(),
        );
        let model_provider = choice.optional(&overrides.model_provider, model_provider, None);
        let branch_name = choice.optional(
            &overrides.branch_name,
            branch_name,
            detected.branch_name.as_ref(),
        );
        let run_id = choice.optional(&overrides.run_id, run_id, detected.run_id.as_ref());
        let run_attempt = choice.optional(
            &overrides.run_attempt,
            run_attempt,
            detected.run_attempt.as_ref(),
        );
        let triggered_by = choice.optional(
            &overrides.triggered_by,
            triggered_by,
            detected.triggered_by.as_ref(),
        );
        let created_at = choice.optional(&overrides.created_at, created_at, None);
        let duration_seconds = choice.optional(&overrides.duration_seconds, duration_seconds, None);
        let tags = choice
            .optional(&overrides.tags, tags, None)
            .unwrap_or_default();
        let notes = choice.optional(&overrides.notes, notes, None);
        let dataset_size = choice.optional(&None, dataset_size, None);
        let error_count = choice.optional(&None, error_count, None);
        let success_count = choice.optional(&None, success_count, None);
        choice.not_in_the_future(created_at, now);

        // The order of the fields first, then of what stands inside them.
        let mut found = choice.problems;
        found.extend(problems);
        let (
            Some(model_version),
            Some(dataset_version),
            Some(prompt_version),
            Some(environment),
            Some(commit_sha),
        ) = (
            model_version,
            dataset_version,
            prompt_version,
            environment,
            commit_sha,
        )
        else {
            return Err(found);
        };
        if !found.is_empty() {
            return Err(found);
        }
        if !commit_sha.is_hex() {
            let message = format!("`{commit_sha}` is no Git hash; it is stored as it is");
            warnings.push(Warning::new(path.key("commit_sha"), message));
        }
        metric_definitions.retain(|name, _| metrics.contains_key(name));
        for (name, address) in &detected.links {
            links
                .entry(name.clone())
                .or_insert_with(|| Value::from(address.clone()));
        }
        let configuration = Configuration {
            model_version,
            dataset_version,
            prompt_version,
            environment,
        };
        let run = Self {
            path,
            format,
            configuration,
            model_provider,
            dataset_size,
            commit_sha,
            branch_name,
            run_id,
            run_attempt,
            triggered_by,
            created_at,
            metrics,
            metric_stats,
            metric_definitions,
            details,
            duration_seconds,
            error_count,
            success_count,
            tags,
            notes,
            params,
            links,
        };
        Ok(Built { run, warnings })
    }
}

/// Takes each value from the first who knows it, and remembers what is wrong or missing.
struct Choice<'a> {
    path: &'a Path,
    lookalikes: &'a BTreeMap<&'static str, String>,
    problems: Vec<Problem>,
}

impl Choice<'_> {
    fn required<T: Clone>(
        &mut self,
        field: &'static str,
        flag: &Option<T>,
        reported: Field<T>,
        detected: Option<&T>,
    ) -> Option<T> {
        let problems_before = self.problems.len();
        let value = self.optional(flag, reported, detected);
        if value.is_none() && self.problems.len() == problems_before {
            let problem = Problem::new(self.path.key(field), "is missing");
            self.problems.push(problem.with_hint(self.way_out(field)));
        }
        value
    }

    fn optional<T: Clone>(
        &mut self,
        flag: &Option<T>,
        reported: Field<T>,
        detected: Option<&T>,
    ) -> Option<T> {
        if flag.is_some() {
            return flag.clone();
        }
        match reported {
            Ok(value) => value.or_else(|| detected.cloned()),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn not_in_the_future(&mut self, created_at: Option<Timestamp>, now: Timestamp) {
        let Some(created_at) = created_at else { return };
        if created_at.duration_since(now) > CLOCK_TOLERANCE {
            let message =
                format!("must not lie in the future, found {created_at}, and it is {now:.0}");
            let problem = Problem::new(self.path.key("created_at"), message);
            self.problems.push(problem.with_hint(
                "check the clock of the machine that ran the benchmark, and the offset: `Z` means UTC",
            ));
        }
    }

    fn way_out(&self, field: &str) -> String {
        if let Some(lookalike) = self.lookalikes.get(field) {
            return format!("rename the field `{lookalike}` to `{field}`");
        }
        match field {
            "environment" => {
                "say where it ran, in the report or with `--environment`: local, staging, production, github-actions"
            }
            "commit_sha" => "pass `--commit-sha`, or run inside the Git repository whose code was measured",
            "model_version" => "name the model that was measured: `\"model_version\": \"medgemma-v1.2\"`",
            "dataset_version" => "name the data it was measured on: `\"dataset_version\": \"test-v1\"`",
            _ => "name the prompt that was used: `\"prompt_version\": \"v1\"`",
        }
        .to_owned()
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
