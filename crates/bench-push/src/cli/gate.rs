//! The arguments of `gate`.

use bench_model::text::Label;
use clap::{ArgAction, Args, Subcommand, builder::BoolishValueParser};

use jiff::civil::Date;

use crate::{
    cli::{
        filter::FilterArgs, network::NetworkArgs, output::OutputArgs, rule::NamedRule, values::text,
    },
    gate::GateArgs,
};

/// The verbs of `gate`.
#[derive(Debug, Subcommand)]
pub(crate) enum GateVerb {
    /// Replay rules over the stored runs: what each would have flagged, and which settings fit the noise
    Backtest(Box<BacktestArgs>),
    /// Show what holds for a metric, and which line of the gate file says so
    Explain(ExplainArgs),
}

/// Arguments of `gate explain`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ExplainArgs {
    /// The metrics
    #[arg(required = true, value_name = "METRIC")]
    pub(crate) metrics: Vec<String>,
    /// The day for which it is asked [default: today]
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<Date>,
    /// Which gate file.
    #[command(flatten)]
    pub(crate) gate: GateArgs,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// Arguments of `gate backtest`.
#[derive(Debug, Clone, Args)]
#[command(after_help = RULES)]
pub(crate) struct BacktestArgs {
    /// Only this metric; may be repeated [default: all]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", action = ArgAction::Append)]
    pub(crate) metric: Vec<Label>,
    /// A rule to replay; may be repeated [default: a usual setting of each kind]
    #[arg(long, value_name = "RULE", action = ArgAction::Append)]
    pub(crate) rule: Vec<NamedRule>,
    /// The number of newest runs per configuration
    #[arg(long, value_name = "N", default_value = "200", value_parser = clap::value_parser!(u16).range(4..=2000))]
    pub(crate) runs: u16,
    /// The acceptable number of false flags per 1,000 runs, which recommendations respect
    #[arg(long, value_name = "N", default_value = "5", value_parser = bearable)]
    pub(crate) most_false: f64,
    /// List every run that a rule would have flagged
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) list: bool,
    /// Show every tested setting, not only the recommended ones
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) trade_off: bool,
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

const RULES: &str = "\
A rule is one of:
  judge              what `check` says of the series; judge=1e-5 is stricter
  plain=0.05         worse than the run before by more than this
  static=0.8         beyond this value
  percentage=0.1     beyond the mean by this share
  z_score=0.99, t_test=0.99, log_normal=0.99, iqr=3, delta_iqr=3
The last six are Bencher's tests, over the newest 64 runs before, on the worse side of the metric.
A flag is supported when the whole history, which knows what came later, has a change there.";

fn bearable(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number > 0.0 && number <= 1_000.0 => Ok(number),
        _ => Err("wanted a number above 0, at most 1000".to_owned()),
    }
}
