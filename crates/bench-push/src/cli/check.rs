use bench_model::{check::RUNS_CONSIDERED, stats::VerdictKind, text::Label};
use clap::{
    ArgAction, Args, ValueEnum,
    builder::{BoolishValueParser, PossibleValuesParser},
};

use crate::{
    cli::{
        filter::FilterArgs,
        network::NetworkArgs,
        typed::Typed,
        values::{text, threshold},
    },
    gate::GateArgs,
    verbs::check::Show,
};

const GITHUB: &str = "In a GitHub workflow";
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
    /// [default: the gate file's margin, or 0.05]
    #[arg(long, help_heading = JUDGEMENT, value_name = "RATIO", value_parser = threshold, allow_negative_numbers = true)]
    pub(crate) threshold: Option<f64>,
    /// The number of newest runs to consider, the judged one included
    #[arg(long, help_heading = JUDGEMENT, value_name = "N", default_value_t = RUNS_CONSIDERED, value_parser = clap::value_parser!(u16).range(1..=5000))]
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
            threshold: None,
            runs: RUNS_CONSIDERED,
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
    /// Hold the runs against the newest run of this branch, or of this commit, instead of the baseline
    #[arg(long, value_name = "BRANCH|COMMIT", value_parser = text::<Label>)]
    pub(crate) base: Option<Label>,
    /// What the verdicts do.
    #[command(flatten)]
    pub(crate) gate: GateArgs,
    /// Print every verdict [default: what regressed, is missing, just improved, or is out of line]
    #[arg(long, conflicts_with = "only")]
    all: bool,
    /// Print only the verdicts of this kind
    #[arg(long, value_name = "VERDICT", value_parser = PossibleValuesParser::new(KINDS.map(VerdictKind::as_str)))]
    only: Option<String>,
    /// Write the verdicts as a comment on the pull request, and keep it up to date; needs
    /// `GITHUB_TOKEN`
    #[arg(long, help_heading = GITHUB, value_parser = BoolishValueParser::new())]
    pub(crate) github_comment: bool,
    /// Complete this check run, which branch protection can require; needs `GITHUB_TOKEN`
    #[arg(long, help_heading = GITHUB, value_name = "NAME")]
    pub(crate) github_check: Option<String>,
    /// How to show results on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: CheckFormat,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// The arguments on the command line, as opposed to those of variables.
    #[arg(skip)]
    pub(crate) typed: Typed,
}

/// The formats of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum CheckFormat {
    /// Text for people
    #[default]
    #[value(alias = "text")]
    Human,
    /// One JSON object
    Json,
    /// Markdown, as for a comment on a pull request
    Markdown,
    /// JUnit XML: one test case a metric
    Junit,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations for a GitHub workflow, then the text for people
    Github,
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
    /// Whether a filter was typed; one from a variable only narrows what would be judged anyway.
    pub(crate) fn is_filtered(&self) -> bool {
        FilterArgs::IDS.iter().any(|id| self.typed.has(id))
    }

    /// Which verdicts are printed for people.
    pub(crate) fn show(&self) -> Show {
        let only = self.only.as_deref();
        let only = KINDS.into_iter().find(|kind| Some(kind.as_str()) == only);
        match only {
            Some(kind) => Show::Only(kind),
            None if self.all => Show::All,
            None => Show::News,
        }
    }
}
