//! The arguments of `badge` and `chart`.

use std::path::PathBuf;

use bench_model::text::Label;
use clap::Args;

use crate::cli::{filter::FilterArgs, network::NetworkArgs, values::text};

/// Arguments of `badge`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BadgeArgs {
    /// The metric
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", default_value = "f1")]
    pub(crate) metric: Label,
    /// Where to write the picture [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Which runs.
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `chart`.
#[derive(Debug, Clone, Args)]
pub(crate) struct ChartArgs {
    /// The metric
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", default_value = "f1")]
    pub(crate) metric: Label,
    /// The number of newest runs per configuration
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(2..=1000))]
    pub(crate) runs: u16,
    /// Where to write the picture [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Which runs.
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
