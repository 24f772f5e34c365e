use bench_model::text::{CommitSha, EnvironmentName, Label};
use clap::Args;

use crate::cli::values::text;

const FILTERS: &str = "Which runs: the newest of each configuration that matches";

/// Which runs.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct FilterArgs {
    /// Only runs of this model
    #[arg(long, help_heading = FILTERS, value_parser = text::<Label>, value_name = "MODEL")]
    pub(crate) model_version: Option<Label>,
    /// Only runs on this data
    #[arg(long, help_heading = FILTERS, value_parser = text::<Label>, value_name = "DATASET")]
    pub(crate) dataset_version: Option<Label>,
    /// Only runs with this prompt
    #[arg(long, help_heading = FILTERS, value_parser = text::<Label>, value_name = "PROMPT")]
    pub(crate) prompt_version: Option<Label>,
    /// Only runs in this environment
    #[arg(long, help_heading = FILTERS, value_parser = text::<EnvironmentName>, short, value_name = "ENV")]
    pub(crate) environment: Option<EnvironmentName>,
    /// Only runs of this commit (a prefix is enough)
    #[arg(long, help_heading = FILTERS, value_parser = text::<CommitSha>, value_name = "SHA")]
    pub(crate) commit_sha: Option<CommitSha>,
}

impl FilterArgs {
    /// The names of the arguments.
    pub(crate) const IDS: [&str; 5] = [
        "model_version",
        "dataset_version",
        "prompt_version",
        "environment",
        "commit_sha",
    ];
}
