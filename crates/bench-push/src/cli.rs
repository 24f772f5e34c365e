//! What was typed. [`crate::settings::project`] and the verbs say what it means.

mod compare;
mod gate;
mod judging;
mod parse;
mod values;

use std::{path::PathBuf, time::Duration};

use bench_model::text::{CommitSha, EnvironmentName, Label, Notes};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, builder::BoolishValueParser};
use clap_complete::Shell;

pub(crate) use compare::CompareArgs;
pub(crate) use gate::{BacktestArgs, GateVerb};
pub(crate) use judging::{
    ChangePointListArgs, ChangePointStateArgs, ChangePointVerb, CheckArgs, FilterArgs, HistoryArgs,
    JudgeArgs, State,
};
pub(crate) use parse::{command, parse};
use values::{branch, duration, seconds, text};

use crate::{exit, server::retry::Policy};

/// Validates benchmark reports and stores them in Supabase, each as one immutable run
#[derive(Debug, Parser)]
#[command(
    name = "bench-push",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    term_width = 100,
    after_help = exit::HELP,
    after_long_help = long_help(),
)]
pub(crate) struct Cli {
    /// The verb; `push` when there is none.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// What `push` takes.
    #[command(flatten)]
    pub(crate) push: PushArgs,
}

impl Cli {
    /// Whether a broken `.env` file stands in the way.
    pub(crate) fn needs_settings(&self) -> bool {
        !matches!(
            self.verb,
            Some(Verb::Completions { .. } | Verb::Man { .. } | Verb::Schema(SchemaVerb::Print))
        )
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Validate reports and store them (also without the word `push`)
    Push(Box<PushArgs>),
    /// Say whether a metric regressed: against its baseline and its own history
    Check(Box<CheckArgs>),
    /// Show a metric's runs, the changes of its level, and what else changed there
    History(Box<HistoryArgs>),
    /// Say what became of a change of level: accepted, dismissed or confirmed
    #[command(subcommand)]
    ChangePoint(ChangePointVerb),
    /// Weigh rules that judge runs
    #[command(subcommand)]
    Gate(GateVerb),
    /// Say which run the others are held against
    #[command(subcommand)]
    Baseline(BaselineVerb),
    /// Say whether B is worse than A: two runs, two commits, or two configurations
    Compare(Box<CompareArgs>),
    /// Send the runs that wait in the spool, each once
    Flush(FlushArgs),
    /// Check address, key, schema and rights, and say what is wrong
    Doctor(DoctorArgs),
    /// Print or apply the database schema
    #[command(subcommand)]
    Schema(SchemaVerb),
    /// Print the completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man {
        /// The page of this verb, such as `push`
        verb: Option<String>,
    },
}

/// How to show results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// Sentences
    #[default]
    Human,
    /// One JSON object on standard output
    Json,
}

/// How to show results, for every verb.
#[derive(Debug, Clone, Args)]
pub(crate) struct OutputArgs {
    /// How to show results on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
}

/// How patient to be, for every verb that talks to the server.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct NetworkArgs {
    /// Seconds to wait for one answer
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub(crate) timeout: f64,
    /// How often to try before giving up
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) attempts: u32,
    /// Seconds after which to give up whatever is left to try, for each request
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) give_up_after: f64,
}

impl NetworkArgs {
    /// The same as a policy.
    pub(crate) fn policy(&self) -> Policy {
        let Self {
            timeout,
            attempts,
            give_up_after,
        } = *self;
        Policy {
            attempts,
            timeout: Duration::from_secs_f64(timeout),
            give_up_after: Duration::from_secs_f64(give_up_after),
        }
    }
}

/// Where runs wait that could not be sent.
#[derive(Debug, Clone, Args)]
pub(crate) struct SpoolArgs {
    /// Folder for runs that could not be sent [default: $XDG_STATE_HOME/bench-push/spool]
    #[arg(long, value_name = "DIR")]
    pub(crate) spool_dir: Option<PathBuf>,
}

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
    /// The commit that was tried
    #[arg(long, value_parser = text::<CommitSha>, value_name = "SHA", help_heading = OVERRIDES)]
    pub(crate) commit_sha: Option<CommitSha>,
    /// The branch of that commit
    #[arg(long, value_name = "BRANCH", value_parser = branch, help_heading = OVERRIDES)]
    pub(crate) branch_name: Option<Label>,
    /// The CI run
    #[arg(long, value_parser = text::<Label>, value_name = "ID", help_heading = OVERRIDES)]
    pub(crate) run_id: Option<Label>,
    /// Which try of the CI run, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = OVERRIDES)]
    pub(crate) run_attempt: Option<u32>,
    /// Who or what started it
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", help_heading = OVERRIDES)]
    pub(crate) triggered_by: Option<Label>,
    /// How long the benchmark took, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = duration, allow_negative_numbers = true, help_heading = OVERRIDES)]
    pub(crate) duration: Option<f64>,
    /// Words to find the run by, apart by spaces or commas
    #[arg(long, value_parser = text::<Label>, value_name = "TAG", num_args = 1.., value_delimiter = ',', help_heading = OVERRIDES)]
    pub(crate) tags: Vec<Label>,
    /// Free text
    #[arg(long, value_parser = text::<Notes>, value_name = "TEXT", help_heading = OVERRIDES)]
    pub(crate) notes: Option<Notes>,
    /// Which model was tried
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL", help_heading = OVERRIDES)]
    pub(crate) model_version: Option<Label>,
    /// Who serves the model
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", help_heading = OVERRIDES)]
    pub(crate) model_provider: Option<Label>,
    /// Which data it was tried on
    #[arg(long, value_parser = text::<Label>, value_name = "DATASET", help_heading = OVERRIDES)]
    pub(crate) dataset_version: Option<Label>,
    /// Which prompt it was given
    #[arg(long, value_parser = text::<Label>, value_name = "PROMPT", help_heading = OVERRIDES)]
    pub(crate) prompt_version: Option<Label>,
    /// When the benchmark ran, such as 2026-11-24T09:00:00Z
    #[arg(long, value_name = "TIME", help_heading = OVERRIDES)]
    pub(crate) created_at: Option<jiff::Timestamp>,

    /// Read back what is stored and compare it with what was sent
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) verify: bool,
    /// Judge what was stored, as `check` does: status 1 when a metric regressed
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) check: bool,
    /// Show what would be sent, and send nothing; needs no key
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) dry_run: bool,
    /// Send the valid reports even when others are not; the status is still 3
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) keep_going: bool,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Where runs wait.
    #[command(flatten)]
    pub(crate) spool: SpoolArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const OVERRIDES: &str = "Overrides: they win over the report, the report over CI and Git";

/// What to do with baselines.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineVerb {
    /// Mark a run as the one that others are held against
    Set(BaselineSetArgs),
    /// Show the baselines in force
    List(BaselineListArgs),
    /// Take a baseline out of force; its history stays
    Clear(BaselineClearArgs),
}

/// For which runs a baseline counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Scope {
    /// Same model, dataset, prompt and environment
    #[default]
    Configuration,
    /// Same model, dataset and environment
    Model,
    /// Same dataset and environment: the production model
    Dataset,
}

impl Scope {
    /// The word in SQL.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Model => "model",
            Self::Dataset => "dataset",
        }
    }
}

/// Arguments of `baseline set`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineSetArgs {
    /// The run's id, as `push` prints it
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// For which runs it counts
    #[arg(long, value_enum, default_value_t)]
    pub(crate) scope: Scope,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who marks it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) marked_by: Option<Label>,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `baseline clear`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineClearArgs {
    /// A run that the baseline counts for, or the baseline itself
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Which of its baselines
    #[arg(long, value_enum, default_value_t)]
    pub(crate) scope: Scope,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who clears it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) marked_by: Option<Label>,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `baseline list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineListArgs {
    /// Only of this model
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL")]
    pub(crate) model_version: Option<Label>,
    /// Only of this environment
    #[arg(long, value_parser = text::<EnvironmentName>, short, value_name = "ENV")]
    pub(crate) environment: Option<EnvironmentName>,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `flush`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FlushArgs {
    /// Where runs wait.
    #[command(flatten)]
    pub(crate) spool: SpoolArgs,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DoctorArgs {
    /// Where runs wait.
    #[command(flatten)]
    pub(crate) spool: SpoolArgs,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// What to do with the schema.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaVerb {
    /// Print the schema as one file, to paste into Supabase's SQL editor as often as you like
    Print,
    /// Apply what the database lacks
    Apply(SchemaApplyArgs),
}

/// Arguments of `schema apply`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SchemaApplyArgs {
    /// The database's address, password included [default: the variable `DATABASE_URL`, which the list of processes does not show]
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Seconds to wait for the connection
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub(crate) timeout: f64,
}

fn long_help() -> String {
    format!(
        "{}\n\n\
         Variables:\n  \
         SUPABASE_URL                the project's address\n  \
         SUPABASE_SERVICE_ROLE_KEY   or SUPABASE_SECRET_KEY: a key that may write\n  \
         SUPABASE_PUBLISHABLE_KEY    or SUPABASE_ANON_KEY: enough for verbs that only read\n  \
         BENCH_PUSH_…                every flag, such as BENCH_PUSH_ENVIRONMENT for --environment\n\
         They may stand in a `.env` file in this folder or one above; a variable that is set wins.",
        exit::HELP
    )
}
