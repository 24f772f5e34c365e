//! The arguments of `github`.

use clap::{Args, Subcommand};

/// The verbs of `github`.
#[derive(Debug, Subcommand)]
pub(crate) enum GithubVerb {
    /// Begin a check run: in progress until `check --github-check` completes it
    Begin(CheckRunArgs),
    /// Complete the check run as failed unless it is completed: the benchmark died
    End(CheckRunArgs),
}

/// Arguments of `github begin` and `github end`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CheckRunArgs {
    /// The name of the check run, which branch protection can require
    #[arg(value_name = "NAME", default_value = "Benchmarks")]
    pub(crate) name: String,
}
