use clap::{Args, Subcommand};

use crate::cli::{output::OutputArgs, values::seconds};

/// The verbs of `schema`.
#[derive(Debug, Subcommand)]
pub(crate) enum SchemaVerb {
    /// Print the schema as one file, to paste into Supabase's SQL editor as often as you like
    Print,
    /// Apply the missing migrations
    Apply(SchemaApplyArgs),
}

/// Arguments of `schema apply`.
#[derive(Debug, Clone, Args)]
pub(crate) struct SchemaApplyArgs {
    /// The database's address, password included [default: the variable `DATABASE_URL`, which the list of processes does not show]
    #[arg(long, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Seconds to wait for the connection
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub(crate) timeout: f64,
}
