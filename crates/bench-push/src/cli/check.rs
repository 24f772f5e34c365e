use bench_model::{stats::VerdictKind, text::Label};
use clap::{
    ArgAction, Args,
    builder::{BoolishValueParser, PossibleValuesParser},
};

use crate::{
    cli::{
        filter::FilterArgs,
        network::NetworkArgs,
        output::OutputArgs,
        values::{text, threshold},
    },
    verbs::check::Show,
};

const JUDGEMENT: &str = "How they are judged";

/// How runs are judged.
#[derive(Debug, Clone, Args)]
pub(crate) struct JudgeArgs {
    /// Only this metric; may be repeated [default: all that the run has]
    #[arg(long, help_heading = JUDGEMENT, value_parser = text::<Label>, value_name = "NAME", action = ArgAction::Append)]
    pub(crate) metric: Vec<Label>,
    /// The primary metric: judged first, not corrected for the other metrics, and required
    /// [default: the first of `f1`, `accuracy`, `exact_match`, `pass_rate` that the run has]
    #[arg(long, help_heading = JUDGEMENT, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) primary: Option<Label>,
    /// How much worse matters: a difference for metrics with a fixed range, a share for the others
    #[arg(long, help_heading = JUDGEMENT, value_name = "RATIO", default_value = "0.05", value_parser = threshold, allow_negative_numbers = true)]
    pub(crate) threshold: f64,
    /// The number of earlier runs to consider
    #[arg(long, help_heading = JUDGEMENT, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub(crate) runs: u16,
    /// Don't record change points
    #[arg(long, help_heading = JUDGEMENT, value_parser = BoolishValueParser::new())]
    pub(crate) no_record: bool,
}

impl Default for JudgeArgs {
    fn default() -> Self {
        Self {
            metric: Vec::new(),
            primary: None,
            threshold: 0.05,
            runs: 1000,
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
    /// Print every verdict, also those that need no eyes
    #[arg(long, conflicts_with = "only")]
    all: bool,
    /// Print only the verdicts of this kind
    #[arg(long, value_name = "VERDICT", value_parser = PossibleValuesParser::new(KINDS.map(VerdictKind::as_str)))]
    only: Option<String>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const CHECK: &str = "\
Each metric's newest level is held against the level that counts: that of the baseline, or the one before the
oldest regression that nobody accepted. Status 1: one of them regressed, or the primary one, or one named with
--metric, is missing though it was there before.
A regression that is meant to be is accepted with `bench-push change-point accept`.
docs/verdicts.md says how it is decided.";

const KINDS: [VerdictKind; 4] = [
    VerdictKind::Regressed,
    VerdictKind::Improved,
    VerdictKind::Uncertain,
    VerdictKind::Unchanged,
];

impl CheckArgs {
    /// Which verdicts are printed for people.
    pub(crate) fn show(&self) -> Show {
        let only = self.only.as_deref();
        let only = KINDS.into_iter().find(|kind| Some(kind.as_str()) == only);
        match only {
            Some(kind) => Show::Only(kind),
            None if self.all => Show::All,
            None => Show::NeedsEyes,
        }
    }
}
