//! What is known about a run besides its report.
//!
//! A flag overrides the report, and the report overrides what CI or Git say.

use jiff::Timestamp;

use crate::text::{CommitSha, EnvironmentName, Label, Notes};

/// What flags say; it overrides the report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Which model was tried.
    pub model_version: Option<Label>,
    /// Who serves the model.
    pub model_provider: Option<Label>,
    /// Which data it was tried on.
    pub dataset_version: Option<Label>,
    /// Which prompt it was given.
    pub prompt_version: Option<Label>,
    /// Where it ran.
    pub environment: Option<EnvironmentName>,
    /// The commit that was tried.
    pub commit_sha: Option<CommitSha>,
    /// The branch of that commit.
    pub branch_name: Option<Label>,
    /// The CI run.
    pub run_id: Option<Label>,
    /// Which try of the CI run, from 1.
    pub run_attempt: Option<u32>,
    /// Who or what started it.
    pub triggered_by: Option<Label>,
    /// When the benchmark ran.
    pub created_at: Option<Timestamp>,
    /// How long the benchmark took, in seconds, not negative.
    pub duration_seconds: Option<f64>,
    /// Replaces the report's tags; none given keeps them.
    pub tags: Option<Vec<Label>>,
    /// Replaces the report's notes.
    pub notes: Option<Notes>,
}

/// What CI or the local Git say; the report overrides it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detected {
    /// Where it ran: `github-actions` on GitHub's runners, else usually unknown.
    pub environment: Option<EnvironmentName>,
    /// The commit checked out.
    pub commit_sha: Option<CommitSha>,
    /// The branch checked out.
    pub branch_name: Option<Label>,
    /// The CI run.
    pub run_id: Option<Label>,
    /// Which try of the CI run, from 1.
    pub run_attempt: Option<u32>,
    /// Who or what started it.
    pub triggered_by: Option<Label>,
    /// The repository, such as `owner/name`; part of a run's identity, not stored.
    pub repository: Option<String>,
    /// Addresses worth keeping, such as `run` → the page of the CI run; added to the report's `links`.
    pub links: std::collections::BTreeMap<String, String>,
}
