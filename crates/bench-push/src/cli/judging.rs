//! What the verbs take that judge what is stored.

use bench_model::text::{CommitSha, EnvironmentName, Label};
use clap::{ArgAction, Args, Subcommand, ValueEnum, builder::BoolishValueParser};

use super::{NetworkArgs, OutputArgs, values::text};

const FILTERS: &str = "Which runs: the newest of each configuration that fits";
const JUDGEMENT: &str = "How they are judged";

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
    /// Only runs there
    #[arg(long, help_heading = FILTERS, value_parser = text::<EnvironmentName>, short, value_name = "ENV")]
    pub(crate) environment: Option<EnvironmentName>,
    /// Only runs of this commit, or of one that begins so
    #[arg(long, help_heading = FILTERS, value_parser = text::<CommitSha>, value_name = "SHA")]
    pub(crate) commit_sha: Option<CommitSha>,
}

impl FilterArgs {
    /// Whether nothing is narrowed down.
    pub(crate) fn is_empty(&self) -> bool {
        let Self {
            model_version,
            dataset_version,
            prompt_version,
            environment,
            commit_sha,
        } = self;
        model_version.is_none()
            && dataset_version.is_none()
            && prompt_version.is_none()
            && environment.is_none()
            && commit_sha.is_none()
    }
}

/// How runs are judged.
#[derive(Debug, Clone, Args)]
pub(crate) struct JudgeArgs {
    /// Only this metric; may be repeated [default: all that the run has]
    #[arg(long, help_heading = JUDGEMENT, value_parser = text::<Label>, value_name = "NAME", action = ArgAction::Append)]
    pub(crate) metric: Vec<Label>,
    /// The metric that matters most: it is judged first, pays nothing for the others, and must be there
    /// [default: f1, else accuracy]
    #[arg(long, help_heading = JUDGEMENT, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) primary: Option<Label>,
    /// How much worse matters: a difference for metrics with a fixed range, a share for the others
    #[arg(long, help_heading = JUDGEMENT, value_name = "RATIO", default_value = "0.05", value_parser = threshold, allow_negative_numbers = true)]
    pub(crate) threshold: f64,
    /// How many earlier runs of the configuration are looked at
    #[arg(long, help_heading = JUDGEMENT, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub(crate) runs: u16,
    /// Keep no change points in the database
    #[arg(long, help_heading = JUDGEMENT, value_parser = BoolishValueParser::new())]
    pub(crate) no_record: bool,
}

impl Default for JudgeArgs {
    fn default() -> Self {
        Self {
            metric: Vec::new(),
            primary: None,
            threshold: 0.05,
            runs: 500,
            no_record: false,
        }
    }
}

/// Arguments of `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = CHECK)]
pub(crate) struct CheckArgs {
    /// Runs, by the ids that `push` prints [default: the runs of this commit]
    #[arg(value_name = "RUN")]
    pub(crate) runs_named: Vec<String>,
    /// Which runs.
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// How they are judged.
    #[command(flatten)]
    pub(crate) judge: JudgeArgs,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const CHECK: &str = "\
Each metric is held against the baseline, and against the runs before it. Status 1: one of them regressed, or
the primary one, or one named with --metric, is missing though it was there before.
A regression that is meant to be is accepted with `bench-push change-point accept`.
docs/verdicts.md says how it is decided.";

/// Arguments of `history`.
#[derive(Debug, Clone, Args)]
pub(crate) struct HistoryArgs {
    /// The metric
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", default_value = "f1")]
    pub(crate) metric: Label,
    /// How many runs of each configuration, the newest ones
    #[arg(long, value_name = "N", default_value = "500", value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub(crate) runs: u16,
    /// Which runs.
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// What to say of a change point.
#[derive(Debug, Subcommand)]
pub(crate) enum ChangePointVerb {
    /// Show what is stored
    List(ChangePointListArgs),
    /// The new level is the one that counts
    Accept(ChangePointStateArgs),
    /// There was no change, or nobody should care
    Dismiss(ChangePointStateArgs),
    /// The level did move: takes `accept` and `dismiss` back
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
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// What is said of a change point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// One run is out of line
    Suspect,
    /// The level moved
    Confirmed,
    /// The new level counts
    Accepted,
    /// There was no change, or nobody should care
    Dismissed,
}

/// Arguments of the verbs that say what became of a change point.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChangePointStateArgs {
    /// Its number, as `check` and `history` print it
    #[arg(value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..), allow_negative_numbers = true)]
    pub(crate) id: i64,
    /// Why [default: what was said before]
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who says so [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) set_by: Option<Label>,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

fn threshold(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(threshold) if threshold.is_finite() && threshold >= 0.0 => Ok(threshold),
        _ => Err("wanted a ratio of 0 or more, such as 0.05".to_owned()),
    }
}
