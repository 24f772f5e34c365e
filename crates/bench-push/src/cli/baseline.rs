use bench_model::{
    rest::payload::BaselineScope,
    text::{EnvironmentName, Label},
};
use clap::{Args, Subcommand, ValueEnum};

use crate::cli::{
    filter::FilterArgs,
    network::NetworkArgs,
    output::OutputArgs,
    values::{reason, text},
};

/// The verbs of `baseline`.
#[derive(Debug, Subcommand)]
pub(crate) enum BaselineVerb {
    /// Mark a run as the baseline
    Set(BaselineSetArgs),
    /// Show the baselines in force
    List(BaselineListArgs),
    /// Clear a baseline; its history stays
    Clear(BaselineClearArgs),
}

/// The scope of a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Scope {
    /// Same model, dataset, prompt and environment
    #[default]
    Configuration,
    /// Same model, dataset and environment
    Model,
    /// Same dataset and environment: the production model
    Dataset,
}

impl From<Scope> for BaselineScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Configuration => Self::Configuration,
            Scope::Model => Self::Model,
            Scope::Dataset => Self::Dataset,
        }
    }
}

/// Arguments of `baseline set`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineSetArgs {
    /// The run's id, as `push` prints it; its first digits are enough
    #[arg(value_name = "RUN", required_unless_present_any = [
        "model_version", "dataset_version", "prompt_version", "environment", "commit_sha", "tag",
    ])]
    pub(crate) run: Option<String>,
    /// Or which run; it must be the only one.
    #[command(flatten)]
    pub(crate) filter: FilterArgs,
    /// Only runs with this tag
    #[arg(long, value_parser = text::<Label>, value_name = "TAG")]
    pub(crate) tag: Option<Label>,
    /// The newest of the runs that match, which must be of one configuration
    #[arg(long)]
    pub(crate) latest: bool,
    /// The scope of the baseline
    #[arg(long, value_enum, default_value_t)]
    pub(crate) scope: Scope,
    /// The reason
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who marks it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) marked_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `baseline clear`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineClearArgs {
    /// Any run in the baseline's scope, or the baseline itself; its first digits are enough
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// The scope of the baseline to clear
    #[arg(long, value_enum, default_value_t)]
    pub(crate) scope: Scope,
    /// The reason
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Who clears it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) marked_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `baseline list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct BaselineListArgs {
    /// Only of this model
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL")]
    pub(crate) model_version: Option<Label>,
    /// Only on this data
    #[arg(long, value_parser = text::<Label>, value_name = "DATASET")]
    pub(crate) dataset_version: Option<Label>,
    /// Only with this scope
    #[arg(long, value_enum)]
    pub(crate) scope: Option<Scope>,
    /// All that were ever marked or cleared, the newest first
    #[arg(long)]
    pub(crate) history: bool,
    /// Only of this environment
    #[arg(long, value_parser = text::<EnvironmentName>, short, value_name = "ENV")]
    pub(crate) environment: Option<EnvironmentName>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}
