use clap::Args;

use crate::cli::values::seconds;

/// Timeouts and retries, for every verb that contacts the server.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct NetworkArgs {
    /// Seconds to wait for one answer
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub(crate) timeout: f64,
    /// How often to try before giving up
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) attempts: u32,
    /// Seconds after which to give up whatever is left to try, for each request
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) give_up_after: f64,
}
