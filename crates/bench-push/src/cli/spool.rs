use std::path::PathBuf;

use clap::Args;

/// The spool folder.
#[derive(Debug, Clone, Args)]
pub(crate) struct SpoolArgs {
    /// Folder for runs that could not be sent [default: $XDG_STATE_HOME/bench-push/spool]
    #[arg(long, value_name = "DIR")]
    pub(crate) spool_dir: Option<PathBuf>,
}
