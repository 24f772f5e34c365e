use clap::Args;

use crate::cli::{network::NetworkArgs, output::OutputArgs, spool::SpoolArgs};

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DoctorArgs {
    /// Where runs wait.
    #[command(flatten)]
    pub(crate) spool: SpoolArgs,
    /// How to show results.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
