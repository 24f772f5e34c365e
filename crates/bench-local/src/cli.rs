use std::{ffi::OsString, net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::gateway;

/// The port of a local Supabase, as its own CLI has it.
pub(crate) const DEFAULT_PORT: u16 = 54321;

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  `status`: the stack does not run, or one of its parts does not answer
  2  the way it was called or the machine stands in the way: a port is taken,
     a program is missing, a folder cannot be used; the message says what to do
  3  PostgreSQL, PostgREST or the schema failed; the message names the log

Environment:
  BENCH_LOCAL_PG_BIN     the folder with `postgres` and `initdb`
  BENCH_LOCAL_POSTGREST  the `postgrest` program";

/// The local Supabase: PostgreSQL, PostgREST and a gateway, without Docker or an account.
#[derive(Debug, Parser)]
#[command(name = "bench-local", version, after_help = EXIT_STATUS)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Starts a stack with measured sample runs, serves the dashboard, and stays until Ctrl-C
    Demo(DemoArgs),
    /// Starts the stack and stays until Ctrl-C
    Up(UpArgs),
    /// Stops the stack of a data folder and waits until it has ended
    Down(FolderArgs),
    /// Reports whether the stack runs and which of its parts respond
    Status(FolderArgs),
    /// Deletes the data and keeps the keys; stops the stack first
    Reset(FolderArgs),
    /// Prints the address and the keys; if the stack is not running, those of its last start
    Keys(KeysArgs),
    /// Puts PostgreSQL and PostgREST in a new FOLDER, as a wheel carries them
    #[command(hide = true)]
    Bundle(BundleArgs),
    /// Becomes PROGRAM, as another user, and dies with its parent
    #[command(hide = true)]
    ExecChild(ExecChildArgs),
}

#[derive(Debug, Clone, Args)]
pub(crate) struct FolderArgs {
    /// The folder that holds the database, the keys and the logs
    #[arg(long, value_name = "DIR", default_value = ".bench-local")]
    pub(crate) data_dir: PathBuf,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DemoArgs {
    /// The folder that holds the database, the keys and the logs [default: bench-local/demo in your
    /// data folder; for root, who can't run PostgreSQL, /var/lib/bench-local/demo]
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The port of the dashboard and the REST API
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: u16,
    /// Another dashboard than the one inside of this program
    #[arg(long, value_name = "DIR")]
    pub(crate) dashboard: Option<PathBuf>,
    /// Deletes everything in the demo's database first, and lays the samples out up to today
    #[arg(long)]
    pub(crate) fresh: bool,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct UpArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// The port of the gateway
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: u16,
    /// The address to listen on; anything but loopback opens the stack to the network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    /// A further name that requests may be addressed to, such as a proxy's; may be repeated. IP
    /// addresses and `localhost` always work
    #[arg(long = "allow-host", value_name = "NAME", value_parser = gateway::parse_host)]
    pub(crate) allowed_hosts: Vec<String>,
    /// A built dashboard to serve at `/` [default: the one inside of this program, if it has one]
    #[arg(long, value_name = "DIR")]
    pub(crate) dashboard: Option<PathBuf>,
    /// Returns as soon as the stack responds, and leaves it running
    #[arg(long)]
    pub(crate) detach: bool,
    /// Marks this process as the one that keeps running
    #[arg(long, hide = true, conflicts_with = "detach")]
    pub(crate) detached: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t = KeyFormat::Env)]
    pub(crate) format: KeyFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyFormat {
    /// `NAME=value` lines, for `eval` and `.env`
    Env,
    /// One JSON object
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    /// The folder to create
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExecChildArgs {
    /// The parent; the child is killed when it ends
    #[arg(long)]
    pub(crate) parent: i32,
    /// The signal sent to the child when the parent ends
    #[arg(long, value_enum)]
    pub(crate) signal: EndSignal,
    /// The user to become
    #[arg(long, requires = "gid")]
    pub(crate) uid: Option<u32>,
    /// The file to keep locked
    #[arg(long)]
    pub(crate) hold: PathBuf,
    /// That user's group
    #[arg(long)]
    pub(crate) gid: Option<u32>,
    /// The program to run
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// The signal that shuts a child down cleanly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EndSignal {
    /// PostgreSQL's fast shutdown
    Interrupt,
    /// The usual termination signal
    Terminate,
    /// For a program whose result is thrown away
    Kill,
}

impl From<EndSignal> for nix::sys::signal::Signal {
    fn from(signal: EndSignal) -> Self {
        match signal {
            EndSignal::Interrupt => Self::SIGINT,
            EndSignal::Terminate => Self::SIGTERM,
            EndSignal::Kill => Self::SIGKILL,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
