use bench_model::text::{CommitSha, Label};
use clap::{Args, Subcommand, ValueEnum};

use crate::cli::{
    filter::FilterArgs,
    network::NetworkArgs,
    output::OutputArgs,
    values::{reason, text},
};

/// The verbs of `change-point`.
#[derive(Debug, Subcommand)]
pub(crate) enum ChangePointVerb {
    /// Show what is stored
    List(ChangePointListArgs),
    /// Accept the new level
    Accept(ChangePointStateArgs),
    /// Dismiss it: not a change, or irrelevant
    Dismiss(ChangePointStateArgs),
    /// Confirm the change: reverts `accept` and `dismiss`
    Confirm(ChangePointStateArgs),
}

/// Arguments of `change-point list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChangePointListArgs {
    /// Only those in this state
    #[arg(long, value_enum, value_name = "STATE")]
    pub(crate) state: Option<State>,
    /// Which runs.
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// The state of a change point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// One run is out of line
    Suspect,
    /// The level moved
    Confirmed,
    /// The new level counts
    Accepted,
    /// Dismiss it: not a change, or irrelevant
    Dismissed,
}

/// Arguments of the verbs that set the state of a change point.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChangePointStateArgs {
    /// Their numbers, as `check` and `history` print them
    #[arg(value_name = "NUMBER", required_unless_present = "commit", value_parser = clap::value_parser!(i64).range(1..), allow_negative_numbers = true)]
    pub(crate) ids: Vec<i64>,
    /// All that begin with a run of this commit (a prefix is enough)
    #[arg(long, value_parser = text::<CommitSha>, value_name = "SHA", conflicts_with = "ids")]
    pub(crate) commit: Option<CommitSha>,
    /// The reason [default: the previous one]
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The person or system [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) set_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
