use clap::Args;

use crate::cli::{network::NetworkArgs, output::OutputArgs, spool::SpoolArgs};

/// Arguments of `flush`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FlushArgs {
    /// The spool folder.
    #[command(flatten)]
    pub(crate) spool: SpoolArgs,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
