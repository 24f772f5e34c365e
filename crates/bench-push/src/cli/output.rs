use clap::{Args, ValueEnum};

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// Text for people
    #[default]
    Human,
    /// One JSON object on standard output
    Json,
}

/// The output format, for every verb.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct OutputArgs {
    /// How to show results on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
}
