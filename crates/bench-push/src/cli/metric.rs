use bench_model::{metric::MetricName, text::Label};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use crate::cli::{
    network::NetworkArgs,
    output::OutputArgs,
    values::{range, reason, text},
};

/// The verbs of `metric`.
#[derive(Debug, Subcommand)]
pub(crate) enum MetricVerb {
    /// State or correct the direction, unit or range of a metric
    Set(MetricSetArgs),
    /// Show what each metric means, and where that comes from
    List(MetricListArgs),
}

/// The direction in which a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Better {
    /// Higher is better
    Higher,
    /// Lower is better
    Lower,
    /// Neither: shown, never judged
    Neither,
}

/// Arguments of `metric set`.
#[derive(Debug, Clone, Args)]
#[command(group = ArgGroup::new("stated").args(["direction", "unit", "range"]).required(true).multiple(true))]
pub(crate) struct MetricSetArgs {
    /// The metric, as reports name it
    #[arg(value_name = "NAME", value_parser = text::<MetricName>)]
    pub(crate) name: MetricName,
    /// The direction in which it improves
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub(crate) direction: Option<Better>,
    /// Its unit, such as ms, usd or ratio
    #[arg(long, value_parser = text::<Label>, value_name = "UNIT")]
    pub(crate) unit: Option<Label>,
    /// Its least and greatest value: `0..1`, `0..`, `..100`, or `..` for none
    #[arg(long, value_parser = range, value_name = "MIN..MAX", allow_hyphen_values = true)]
    pub(crate) range: Option<Range>,
    /// The reason
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Who states it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) declared_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// A least and a greatest value, each if there is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    /// The least value.
    pub(crate) min: Option<f64>,
    /// The greatest value.
    pub(crate) max: Option<f64>,
}

/// Arguments of `metric list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct MetricListArgs {
    /// Only metrics whose direction nobody has stated, not even their name
    #[arg(long)]
    pub(crate) undirected: bool,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
