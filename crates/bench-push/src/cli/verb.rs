use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::{
    cli::{
        alert::AlertVerb,
        baseline::BaselineVerb,
        change_point::ChangePointVerb,
        check::CheckArgs,
        compare::CompareArgs,
        doctor::DoctorArgs,
        flush::FlushArgs,
        gate::GateVerb,
        github::GithubVerb,
        history::HistoryArgs,
        metric::MetricVerb,
        picture::{BadgeArgs, ChartArgs},
        push::PushArgs,
        retract::{RestoreArgs, RetractArgs},
        schema::SchemaVerb,
    },
    exit,
};

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
    /// The verb; `push` by default.
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// The arguments of `push`.
    #[command(flatten)]
    pub(crate) push: PushArgs,
}

impl Cli {
    /// Whether an unreadable `.env` file is worth a warning.
    pub(crate) fn needs_settings(&self) -> bool {
        !matches!(
            self.verb,
            Some(Verb::Completions { .. } | Verb::Man { .. } | Verb::Schema(SchemaVerb::Print))
        )
    }
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Validate reports and store them (also without the word `push`)
    Push(Box<PushArgs>),
    /// Judge runs against their baseline and their own history
    Check(Box<CheckArgs>),
    /// Show a metric's runs and level changes, with what else changed there
    History(Box<HistoryArgs>),
    /// Accept, dismiss or confirm a change point
    #[command(subcommand)]
    ChangePoint(ChangePointVerb),
    /// Evaluate gating rules on stored runs
    #[command(subcommand)]
    Gate(GateVerb),
    /// Tell a pull request's check run that the benchmark began, or died
    #[command(subcommand)]
    Github(GithubVerb),
    /// Keep incidents, one per cause, and tell people about them
    #[command(subcommand)]
    Alert(Box<AlertVerb>),
    /// Mark, clear or list baselines
    #[command(subcommand)]
    Baseline(BaselineVerb),
    /// State what a metric means, or show what all of them do
    #[command(subcommand)]
    Metric(MetricVerb),
    /// Take a run back: it stays readable and doesn't count any more
    Retract(RetractArgs),
    /// Let a retracted run count again
    Restore(RestoreArgs),
    /// Compare B with A: two runs, two commits, or two configurations
    Compare(Box<CompareArgs>),
    /// Draw a badge: a metric's newest value, coloured by its verdict
    Badge(Box<BadgeArgs>),
    /// Draw a trend: runs, levels, noise and changes
    Chart(Box<ChartArgs>),
    /// Send the spooled runs, each once
    Flush(FlushArgs),
    /// Check address, key, schema and rights, and report problems
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
        /// The page of this verb, such as `push` or `gate backtest`
        verb: Vec<String>,
    },
}

fn long_help() -> String {
    format!(
        "{}\n\n\
         Variables:\n  \
         SUPABASE_URL                the project's address\n  \
         SUPABASE_SERVICE_ROLE_KEY   or SUPABASE_SECRET_KEY: a key that may write\n  \
         SUPABASE_PUBLISHABLE_KEY    or SUPABASE_ANON_KEY: enough for verbs that only read\n  \
         BENCH_PUSH_…                nearly every flag, such as BENCH_PUSH_ENVIRONMENT for --environment\n\
         They may stand in a `.env` file in this folder or one above, up to the root of the repository;\n\
         a variable that is set wins. Address and keys must stand in the same place.",
        exit::HELP
    )
}
