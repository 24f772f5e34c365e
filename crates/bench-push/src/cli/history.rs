use bench_model::{check::RUNS_CONSIDERED, text::Label};
use clap::Args;

use crate::cli::{filter::FilterArgs, network::NetworkArgs, output::OutputArgs, values::text};

/// Arguments of `history`.
#[derive(Debug, Clone, Args)]
pub(crate) struct HistoryArgs {
    /// The metric
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", default_value = "f1")]
    pub(crate) metric: Label,
    /// The number of newest runs per configuration
    #[arg(long, value_name = "N", default_value_t = RUNS_CONSIDERED, value_parser = clap::value_parser!(u16).range(1..=5000))]
    pub(crate) runs: u16,
    /// Also the side runs of this branch, over the main line; only of configurations that have some
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) branch: Option<Label>,
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
