use clap::Args;

use crate::cli::{network::NetworkArgs, output::OutputArgs, spool::SpoolArgs};

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DoctorArgs {
    /// Count versions, snapshots and daily sums again from the stored runs, and report the first
    /// difference. Reads every run; needs a secret key.
    #[arg(long)]
    pub(crate) deep: bool,
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
