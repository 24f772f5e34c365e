use bench_model::text::{CommitSha, EnvironmentName, Label, Notes};
use clap::{ArgAction, Args, builder::BoolishValueParser};

use crate::{
    cli::{
        network::NetworkArgs,
        output::OutputArgs,
        spool::SpoolArgs,
        values::{branch, duration, text, time},
    },
    gate::GateArgs,
};

const OVERRIDES: &str = "Overrides: they win over the report, the report over CI and Git";

/// Arguments of `push`.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct PushArgs {
    /// Reports: files, globs, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<String>,
    /// A report: file, glob, or `-` for standard input; may be repeated
    #[arg(long, short, value_name = "FILE", action = ArgAction::Append)]
    pub(crate) input: Vec<String>,

    /// Where the benchmark ran: local, staging, production, github-actions or a slug of your own
    #[arg(long, value_parser = text::<EnvironmentName>, short, value_name = "ENV", help_heading = OVERRIDES)]
    pub(crate) environment: Option<EnvironmentName>,
    /// The benchmarked commit
    #[arg(long, value_parser = text::<CommitSha>, value_name = "SHA", help_heading = OVERRIDES)]
    pub(crate) commit_sha: Option<CommitSha>,
    /// The branch of that commit
    #[arg(long, value_name = "BRANCH", value_parser = branch, help_heading = OVERRIDES)]
    pub(crate) branch_name: Option<Label>,
    /// The CI run
    #[arg(long, value_parser = text::<Label>, value_name = "ID", help_heading = OVERRIDES)]
    pub(crate) run_id: Option<Label>,
    /// The attempt of the CI run, counted from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = OVERRIDES)]
    pub(crate) run_attempt: Option<u32>,
    /// The person or system that started it
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", help_heading = OVERRIDES)]
    pub(crate) triggered_by: Option<Label>,
    /// The run belongs to the main line [default: yes, except for pull requests, merge queues and other
    /// branches, as far as CI tells]
    #[arg(long, value_parser = BoolishValueParser::new(), conflicts_with = "side_run", help_heading = OVERRIDES)]
    pub(crate) mainline: bool,
    /// A side run: stored, and judged against the main line, but no part of it
    #[arg(long, value_parser = BoolishValueParser::new(), help_heading = OVERRIDES)]
    pub(crate) side_run: bool,
    /// How long the benchmark took, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = duration, allow_negative_numbers = true, help_heading = OVERRIDES)]
    pub(crate) duration: Option<f64>,
    /// Tags, separated by spaces or commas
    #[arg(long, value_parser = text::<Label>, value_name = "TAG", num_args = 1.., value_delimiter = ',', help_heading = OVERRIDES)]
    pub(crate) tags: Vec<Label>,
    /// Free text
    #[arg(long, value_parser = text::<Notes>, value_name = "TEXT", help_heading = OVERRIDES)]
    pub(crate) notes: Option<Notes>,
    /// The benchmarked model
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL", help_heading = OVERRIDES)]
    pub(crate) model_version: Option<Label>,
    /// The model provider
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", help_heading = OVERRIDES)]
    pub(crate) model_provider: Option<Label>,
    /// The data set
    #[arg(long, value_parser = text::<Label>, value_name = "DATASET", help_heading = OVERRIDES)]
    pub(crate) dataset_version: Option<Label>,
    /// The prompt
    #[arg(long, value_parser = text::<Label>, value_name = "PROMPT", help_heading = OVERRIDES)]
    pub(crate) prompt_version: Option<Label>,
    /// When the benchmark ran, such as 2026-11-24T09:00:00Z; without an offset it is UTC
    #[arg(long, value_name = "TIME", value_parser = time, help_heading = OVERRIDES)]
    pub(crate) created_at: Option<jiff::Timestamp>,

    /// Read the stored runs back and compare every field
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) verify: bool,
    /// Judge the stored runs, like `check`: status 1 if a metric regressed
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) check: bool,
    /// What the verdicts of `--check` do.
    #[command(flatten)]
    pub(crate) gate: GateArgs,
    /// Show what would be sent, and send nothing; needs no key
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) dry_run: bool,
    /// Send the valid reports even if others are invalid; the status is still 3
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) keep_going: bool,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// The spool folder.
    #[command(flatten)]
    pub(crate) spool: SpoolArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
