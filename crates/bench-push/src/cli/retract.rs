use bench_model::text::Label;
use clap::Args;

use crate::cli::{
    network::NetworkArgs,
    output::OutputArgs,
    values::{reason, text},
};

/// Arguments of `retract`.
#[derive(Debug, Clone, Args)]
#[command(after_help = RETRACT)]
pub(crate) struct RetractArgs {
    /// The run's id, as `push` prints it; its first digits are enough
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Why it doesn't count
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The run that stands in its place
    #[arg(long, value_name = "RUN")]
    pub(crate) instead: Option<String>,
    /// Who takes it back [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) set_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `restore`.
#[derive(Debug, Clone, Args)]
pub(crate) struct RestoreArgs {
    /// The run's id, as `push` prints it; its first digits are enough
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Why it counts again
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: String,
    /// Who restores it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) set_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const RETRACT: &str = "\
The run stays readable and marked. It leaves snapshots, averages, levels and baselines, as if it had never been
stored, until `bench-push restore RUN --reason …`.";
