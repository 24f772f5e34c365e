//! The arguments of `compare`.

use bench_model::text::{EnvironmentName, Label};
use clap::{ArgAction, Args};

use crate::cli::{
    network::NetworkArgs,
    output::OutputArgs,
    side::Side,
    values::{text, threshold},
};

/// Arguments of `compare`.
#[derive(Debug, Clone, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct CompareArgs {
    /// The reference
    #[arg(value_name = "A")]
    pub(crate) a: Side,
    /// The candidate
    #[arg(value_name = "B")]
    pub(crate) b: Side,
    /// Only this metric; may be repeated [default: all that both sides have]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", action = ArgAction::Append)]
    pub(crate) metric: Vec<Label>,
    /// The primary metric: judged first, not corrected for the other metrics, and required
    /// [default: the first of `f1`, `accuracy`, `exact_match`, `pass_rate` that the run has]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) primary: Option<Label>,
    /// How much worse matters: a difference for metrics with a fixed range, a share for the others
    #[arg(long, value_name = "RATIO", default_value = "0.05", value_parser = threshold, allow_negative_numbers = true)]
    pub(crate) threshold: f64,
    /// The number of newest runs per configuration, if a side names no run or commit
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) runs: u16,
    /// Only runs of this model
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL", help_heading = FILTERS)]
    pub(crate) model_version: Option<Label>,
    /// Only runs on this data
    #[arg(long, value_parser = text::<Label>, value_name = "DATASET", help_heading = FILTERS)]
    pub(crate) dataset_version: Option<Label>,
    /// Only runs with this prompt
    #[arg(long, value_parser = text::<Label>, value_name = "PROMPT", help_heading = FILTERS)]
    pub(crate) prompt_version: Option<Label>,
    /// Only runs in this environment
    #[arg(long, value_parser = text::<EnvironmentName>, short, value_name = "ENV", help_heading = FILTERS)]
    pub(crate) environment: Option<EnvironmentName>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const FILTERS: &str = "Which runs of both sides";

const AFTER_HELP: &str = "\
A and B are each one of:
  3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11   a run, by the id that `push` prints, or its first digits
  v12                                    a run, by its version within its configuration
  abc1234                                every run of a commit, by 4 digits or more
  medgemma-v1.2                          the newest run of a model, in each of its configurations
  branch=fix-tokenizer                   the newest run of a branch, in each of its configurations, side runs too
  model=m,dataset=d,prompt=p,environment=e,branch=b,commit=abc1234,version=12
                                         any of these together
Runs of the main line count, unless a run, a commit or a branch is named; retracted runs count only by their id.
A word that is the name of a model means the model, even if a version or a commit looks the same; if
a commit begins with it, it means the commit, even if the id of a run does, too.
If one side names a model and the other a branch or a commit, the runs of that model are compared
there, if it has any.

Status 1: a metric of B is worse than that of A, by more than noise explains; or the primary one, or one named
with --metric, is missing from B. docs/verdicts.md says how that is decided.";
