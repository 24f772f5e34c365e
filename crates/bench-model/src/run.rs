//! A run: one validated result, ready to be stored.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::{
    context::{Detected, Overrides},
    metric::{Declared, MetricName, MetricValue},
    path::Path,
    problem::{Problem, Warning},
    report::{Field, Format, Report},
    text::{CommitSha, EnvironmentName, Label, Notes},
};

/// The tolerated clock skew of a benchmark's machine into the future.
pub(crate) const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(5 * 60);

/// The identity of a series: runs of one configuration are compared with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Configuration {
    /// The benchmarked model.
    pub model_version: Label,
    /// The data set.
    pub dataset_version: Label,
    /// The prompt.
    pub prompt_version: Label,
    /// Where it ran.
    pub environment: EnvironmentName,
}

/// One validated result: valid by construction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// The report's location in its file, for messages.
    pub path: Path,
    /// The format of its report.
    pub format: Format,
    /// Model, data, prompt and environment.
    pub configuration: Configuration,
    /// The model provider.
    pub model_provider: Option<Label>,
    /// The number of items in the data set.
    pub dataset_size: Option<i64>,
    /// The benchmarked commit.
    pub commit_sha: CommitSha,
    /// The branch of that commit.
    pub branch_name: Option<Label>,
    /// The CI run.
    pub run_id: Option<Label>,
    /// The attempt of the CI run, from 1.
    pub run_attempt: Option<u32>,
    /// The person or system that started it.
    pub triggered_by: Option<Label>,
    /// Why it is a side run, such as `a pull request`; none: it belongs to the main line.
    pub side_run: Option<String>,
    /// When the benchmark ran, from the report or a flag; otherwise the database uses the current
    /// time.
    pub created_at: Option<Timestamp>,
    /// The numbers, at least one.
    pub metrics: BTreeMap<MetricName, MetricValue>,
    /// Per metric: `n`, `stderr`, `ci_low`, `ci_high`, `values` and counts.
    pub metric_stats: Map<String, Value>,
    /// The report's declarations of metrics missing from the catalogue.
    pub metric_definitions: Declared,
    /// Nested data from the report.
    pub details: Map<String, Value>,
    /// The duration in seconds.
    pub duration_seconds: Option<f64>,
    /// The number of failed items.
    pub error_count: Option<i64>,
    /// The number of successful items.
    pub success_count: Option<i64>,
    /// Tags, each once.
    pub tags: Vec<Label>,
    /// Free text.
    pub notes: Option<Notes>,
    /// Hyperparameters.
    pub params: Map<String, Value>,
    /// URLs, by name.
    pub links: Map<String, Value>,
}

/// A run and the warnings about its report.
#[derive(Clone, Debug, PartialEq)]
pub struct Built {
    /// The run.
    pub run: Run,
    /// The warnings.
    pub warnings: Vec<Warning>,
}

impl Run {
    /// Builds a run from `report`; its `created_at` may lie at most `CLOCK_TOLERANCE` after
    /// `now`.
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
        if report.is_unreadable {
            return Err(report.problems);
        }
        let (flags, path) = (overrides, report.path);
        let mut choice = Choice {
            path: &path,
            lookalikes: &report.lookalikes,
            unreadable_commit: detected.unreadable_commit,
            problems: Vec::new(),
        };

        let configuration = choice.configuration(
            flags,
            &detected.environment,
            report.model_version,
            report.dataset_version,
            report.prompt_version,
            report.environment,
        );
        let commit_sha = choice.required(
            "commit_sha",
            &flags.commit_sha,
            report.commit_sha,
            &detected.commit_sha,
        );
        let model_provider = choice.optional(&flags.model_provider, report.model_provider, &None);
        let dataset_size = choice.optional(&None, report.dataset_size, &None);
        let branch_name = choice.optional(
            &flags.branch_name,
            report.branch_name,
            &detected.branch_name,
        );
        let run_id = choice.optional(&flags.run_id, report.run_id, &detected.run_id);
        let run_attempt = choice.optional(
            &flags.run_attempt,
            report.run_attempt,
            &detected.run_attempt,
        );
        let triggered_by = choice.optional(
            &flags.triggered_by,
            report.triggered_by,
            &detected.triggered_by,
        );
        let is_mainline = choice.optional(&None, report.is_mainline, &None);
        let side_run = match (flags.is_mainline, is_mainline) {
            (Some(true), _) | (None, Some(true)) => None,
            (Some(false), _) => Some("told by `--side-run`".to_owned()),
            (None, Some(false)) => Some("told by the report".to_owned()),
            (None, None) => detected.side_run.clone(),
        };
        let created_at = choice.optional(&flags.created_at, report.created_at, &None);
        choice.refuse_the_future(created_at, now);
        let duration_seconds =
            choice.optional(&flags.duration_seconds, report.duration_seconds, &None);
        let error_count = choice.optional(&None, report.error_count, &None);
        let success_count = choice.optional(&None, report.success_count, &None);
        let tags = choice
            .optional(&flags.tags, report.tags, &None)
            .unwrap_or_default();
        let notes = choice.optional(&flags.notes, report.notes, &None);

        let mut problems = choice.problems;
        problems.extend(report.problems);
        let (Some(configuration), Some(commit_sha), []) =
            (configuration, commit_sha, problems.as_slice())
        else {
            return Err(problems);
        };
        let mut run = Self {
            path,
            format: report.format,
            configuration,
            model_provider,
            dataset_size,
            commit_sha,
            branch_name,
            run_id,
            run_attempt,
            triggered_by,
            side_run,
            created_at,
            metrics: report.metrics,
            metric_stats: report.metric_stats,
            metric_definitions: report.metric_definitions,
            details: report.details,
            duration_seconds,
            error_count,
            success_count,
            tags,
            notes,
            params: report.params,
            links: report.links,
        };
        let mut warnings = report.warnings;
        run.finish(detected, &mut warnings);
        Ok(Built { run, warnings })
    }

    /// Derived values.
    fn finish(&mut self, detected: &Detected, warnings: &mut Vec<Warning>) {
        if !self.commit_sha.is_hex() {
            let message = format!(
                "`{}` is no Git hash; it is stored as it is",
                self.commit_sha
            );
            warnings.push(Warning::new(self.path.key("commit_sha"), message));
        }
        let Self {
            metrics,
            metric_definitions,
            links,
            ..
        } = self;
        metric_definitions.retain(|name, _| metrics.contains_key(name));
        for (name, address) in &detected.links {
            links
                .entry(name.clone())
                .or_insert_with(|| Value::from(address.clone()));
        }
    }
}

/// Takes each value from the first source that has it, and collects problems.
struct Choice<'a> {
    path: &'a Path,
    lookalikes: &'a BTreeMap<&'static str, String>,
    unreadable_commit: Option<&'static str>,
    problems: Vec<Problem>,
}

#[expect(
    clippy::ref_option,
    reason = "every field of the context is an Option, and is copied only when chosen"
)]
impl Choice<'_> {
    /// A flag overrides the report, and the report overrides what was detected.
    fn optional<T: Clone>(
        &mut self,
        flag: &Option<T>,
        reported: Field<T>,
        detected: &Option<T>,
    ) -> Option<T> {
        if flag.is_some() {
            return flag.clone();
        }
        match reported {
            Ok(value) => value.or_else(|| detected.clone()),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn required<T: Clone>(
        &mut self,
        field: &'static str,
        flag: &Option<T>,
        reported: Field<T>,
        detected: &Option<T>,
    ) -> Option<T> {
        let problems_before = self.problems.len();
        let value = self.optional(flag, reported, detected);
        if value.is_none() && self.problems.len() == problems_before {
            let problem = Problem::new(self.path.key(field), "is missing");
            self.problems.push(problem.with_hint(self.way_out(field)));
        }
        value
    }

    fn configuration(
        &mut self,
        flags: &Overrides,
        detected_environment: &Option<EnvironmentName>,
        model_version: Field<Label>,
        dataset_version: Field<Label>,
        prompt_version: Field<Label>,
        environment: Field<EnvironmentName>,
    ) -> Option<Configuration> {
        let Overrides {
            model_version: model,
            dataset_version: dataset,
            prompt_version: prompt,
            ..
        } = flags;
        // Evaluate all four before failing, so that every problem is reported.
        let model_version = self.required("model_version", model, model_version, &None);
        let dataset_version = self.required("dataset_version", dataset, dataset_version, &None);
        let prompt_version = self.required("prompt_version", prompt, prompt_version, &None);
        let environment = self.required(
            "environment",
            &flags.environment,
            environment,
            detected_environment,
        );
        Some(Configuration {
            model_version: model_version?,
            dataset_version: dataset_version?,
            prompt_version: prompt_version?,
            environment: environment?,
        })
    }

    fn refuse_the_future(&mut self, created_at: Option<Timestamp>, now: Timestamp) {
        let Some(created_at) = created_at.filter(|time| time.duration_since(now) > CLOCK_TOLERANCE)
        else {
            return;
        };
        let message = format!("must not lie in the future, found {created_at}, and it is {now:.0}");
        let problem = Problem::new(self.path.key("created_at"), message);
        let hint =
            "check the clock of the machine that ran the benchmark, and the offset: `Z` means UTC";
        self.problems.push(problem.with_hint(hint));
    }

    fn way_out(&self, field: &str) -> String {
        if let Some(lookalike) = self.lookalikes.get(field) {
            return format!("rename the field `{lookalike}` to `{field}`");
        }
        if let ("commit_sha", Some(why)) = (field, self.unreadable_commit) {
            return format!("{why}; pass `--commit-sha \"$(git rev-parse HEAD)\"`");
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

/// Makes a run of each report, and returns every problem of the reports that are not right, both in the
/// order of the file.
pub fn build_all(
    reports: Vec<Report>,
    overrides: &Overrides,
    detected: &Detected,
    now: Timestamp,
) -> (Vec<Built>, Vec<Problem>) {
    let mut built = Vec::with_capacity(reports.len());
    let mut problems = Vec::new();
    for report in reports {
        match Run::build(report, overrides, detected, now) {
            Ok(run) => built.push(run),
            Err(found) => problems.extend(found),
        }
    }
    (built, problems)
}
