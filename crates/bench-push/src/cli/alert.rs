//! The arguments of `alert`.

use std::path::PathBuf;

use bench_model::text::Label;
use clap::{ArgAction, Args, Subcommand, builder::BoolishValueParser};
use jiff::Timestamp;

use crate::{
    alert::sink::SinkName,
    cli::{
        network::NetworkArgs,
        output::OutputArgs,
        spool::SpoolArgs,
        values::{reason, text, time},
    },
    gate::GateArgs,
};

/// The verbs of `alert`.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertVerb {
    /// Evaluate, then send: the last step of a workflow
    Run(EvaluateArgs),
    /// Find out what is wrong and record it as incidents, one per cause
    Evaluate(EvaluateArgs),
    /// Send the messages that wait
    Send(SendArgs),
    /// Show incidents
    List(AlertListArgs),
    /// Say that you look after incidents
    Ack(IncidentArgs),
    /// Keep incidents quiet until a time
    Mute(MuteArgs),
    /// Accept incidents: it is meant to be so, and their new levels count
    Accept(ReasonedArgs),
    /// Say that incidents are over
    Resolve(ReasonedArgs),
    /// Say that incidents are part of another one
    Merge(MergeArgs),
    /// Send a test message to a sink
    Test(TestArgs),
    /// Replay the rules over the stored runs: what would have been said, and how often
    Backtest(AlertBacktestArgs),
    /// Sum up the last days
    Digest(DigestArgs),
}

/// The rules.
#[derive(Debug, Clone, Args)]
pub(crate) struct RulesArgs {
    /// The file with the rules [default: bench-alerts.toml in this folder or one above, if there is one]
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// By what metrics are judged, as in `check`.
    #[command(flatten)]
    pub(crate) gate: GateArgs,
}

/// Arguments of `alert evaluate` and `alert run`.
#[derive(Debug, Clone, Args)]
#[command(after_help = SINKS)]
pub(crate) struct EvaluateArgs {
    /// Evaluate as of this time, from what was stored then; records nothing
    #[arg(long, value_parser = time, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
    /// Show what would be recorded, and record and send nothing
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) dry_run: bool,
    /// The rules.
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// Only this sink; may be repeated [default: those that the environment sets up]
    #[arg(long, value_enum, value_name = "SINK", action = ArgAction::Append)]
    pub(crate) sink: Vec<SinkName>,
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

/// Arguments of `alert send`.
#[derive(Debug, Clone, Args)]
#[command(after_help = SINKS)]
pub(crate) struct SendArgs {
    /// Only this sink; may be repeated [default: those that the environment sets up]
    #[arg(long, value_enum, value_name = "SINK", action = ArgAction::Append)]
    pub(crate) sink: Vec<SinkName>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `alert list`.
#[derive(Debug, Clone, Args)]
pub(crate) struct AlertListArgs {
    /// Also those that are over
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) all: bool,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `alert ack`.
#[derive(Debug, Clone, Args)]
pub(crate) struct IncidentArgs {
    /// Their numbers, as `alert list` prints them
    #[arg(value_name = "NUMBER", required = true, value_parser = clap::value_parser!(i64).range(1..))]
    pub(crate) ids: Vec<i64>,
    /// The reason
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The person or system [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) set_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `alert mute`.
#[derive(Debug, Clone, Args)]
pub(crate) struct MuteArgs {
    /// Until this time
    #[arg(long, value_parser = time, value_name = "TIME")]
    pub(crate) until: Timestamp,
    /// Which incidents, and who says so.
    #[command(flatten)]
    pub(crate) incidents: IncidentArgs,
}

/// Arguments of the verbs that need a reason.
#[derive(Debug, Clone, Args)]
pub(crate) struct ReasonedArgs {
    /// Their numbers, as `alert list` prints them
    #[arg(value_name = "NUMBER", required = true, value_parser = clap::value_parser!(i64).range(1..))]
    pub(crate) ids: Vec<i64>,
    /// The reason
    #[arg(long, value_parser = reason, value_name = "TEXT")]
    pub(crate) reason: String,
    /// The person or system [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub(crate) set_by: Option<Label>,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `alert merge`.
#[derive(Debug, Clone, Args)]
pub(crate) struct MergeArgs {
    /// The incident that they are part of
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..))]
    pub(crate) into: i64,
    /// Which incidents, and who says so.
    #[command(flatten)]
    pub(crate) incidents: IncidentArgs,
}

/// Arguments of `alert test`.
#[derive(Debug, Clone, Args)]
#[command(after_help = SINKS)]
pub(crate) struct TestArgs {
    /// The sink
    #[arg(value_enum, value_name = "SINK")]
    pub(crate) sink_named: SinkName,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `alert backtest`.
#[derive(Debug, Clone, Args)]
pub(crate) struct AlertBacktestArgs {
    /// The days before now to replay
    #[arg(long, value_name = "N", default_value = "90", value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub(crate) days: u16,
    /// The rules.
    #[command(flatten)]
    pub(crate) rules: RulesArgs,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

/// Arguments of `alert digest`.
#[derive(Debug, Clone, Args)]
pub(crate) struct DigestArgs {
    /// The days to sum up
    #[arg(long, value_name = "N", default_value = "7", value_parser = clap::value_parser!(u16).range(1..=365))]
    pub(crate) days: u16,
    /// Output format.
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Timeouts and retries.
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
}

const SINKS: &str = "\
Sinks are set up by variables of the environment, never by a file:
  github        GITHUB_TOKEN and GITHUB_REPOSITORY; GITHUB_API_URL of an Enterprise server
  slack         SLACK_WEBHOOK_URL, or SLACK_BOT_TOKEN and SLACK_CHANNEL for one thread per incident
  webhook       ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET
  alertmanager  ALERTMANAGER_URL
In a job of a fork or a pull request none of them is used. docs/alerts.md sets them up.";
