//! The context of a run besides its report.
//!
//! A flag overrides the report, and the report overrides CI and Git.

use jiff::Timestamp;

use crate::text::{CommitSha, EnvironmentName, Label, Notes};

/// Values from flags; they override the report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// The benchmarked model.
    pub model_version: Option<Label>,
    /// The model provider.
    pub model_provider: Option<Label>,
    /// The data set.
    pub dataset_version: Option<Label>,
    /// The prompt.
    pub prompt_version: Option<Label>,
    /// Where it ran.
    pub environment: Option<EnvironmentName>,
    /// The benchmarked commit.
    pub commit_sha: Option<CommitSha>,
    /// The branch of that commit.
    pub branch_name: Option<Label>,
    /// The CI run.
    pub run_id: Option<Label>,
    /// The attempt of the CI run, from 1.
    pub run_attempt: Option<u32>,
    /// The person or system that started it.
    pub triggered_by: Option<Label>,
    /// Whether the run belongs to the main line.
    pub is_mainline: Option<bool>,
    /// When the benchmark ran.
    pub created_at: Option<Timestamp>,
    /// The benchmark's duration in seconds, not negative.
    pub duration_seconds: Option<f64>,
    /// Replaces the report's tags; empty keeps them.
    pub tags: Option<Vec<Label>>,
    /// Replaces the report's notes.
    pub notes: Option<Notes>,
}

/// Values detected from CI or Git; the report overrides them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detected {
    /// Where it ran: `github-actions` on GitHub's runners, otherwise usually unknown.
    pub environment: Option<EnvironmentName>,
    /// The commit checked out.
    pub commit_sha: Option<CommitSha>,
    /// Why there is a repository and yet no commit, if it can't be read.
    pub unreadable_commit: Option<&'static str>,
    /// The branch checked out.
    pub branch_name: Option<Label>,
    /// The CI run.
    pub run_id: Option<Label>,
    /// The attempt of the CI run, from 1.
    pub run_attempt: Option<u32>,
    /// The person or system that started it.
    pub triggered_by: Option<Label>,
    /// Why CI's run is a side run, such as `a pull request`; none if it is of the main line, or unknown.
    pub side_run: Option<String>,
    /// The repository, such as `owner/name`; part of a run's identity, not stored.
    pub repository: Option<String>,
    /// URLs such as `run` → the page of the CI run; added to the report's `links`.
    pub links: std::collections::BTreeMap<String, String>,
}
