use clap::{Args, builder::BoolishValueParser};

use crate::cli::{network::NetworkArgs, output::OutputArgs, spool::SpoolArgs};

/// Arguments of `flush`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FlushArgs {
    /// Send again what the server refused in an earlier flush
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) retry_refused: bool,
    /// Delete the runs that the server refused in an earlier flush
    #[arg(long, value_parser = BoolishValueParser::new(), conflicts_with = "retry_refused")]
    pub(crate) remove_refused: bool,
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
