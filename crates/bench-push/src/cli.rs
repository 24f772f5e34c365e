//! What was typed. [`crate::settings`] and the verbs say what it means.

use std::{path::PathBuf, str::FromStr, time::Duration};

use bench_model::text::{CommitSha, EnvironmentName, Label, Notes, TextError};
use clap::{
    ArgAction, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
    builder::BoolishValueParser,
};
use clap_complete::Shell;

use crate::{environment::Environment, exit, key::KeyKind, retry::Policy};

/// Validates benchmark reports and stores them in Supabase, each as one immutable run
#[derive(Debug, Parser)]
#[command(
    name = "bench-push",
    version,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = exit::HELP,
    after_long_help = long_help(),
)]
pub struct Cli {
    /// The verb; `push` when there is none.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// What `push` takes.
    #[command(flatten)]
    pub push: PushArgs,
}

impl Cli {
    /// Whether a broken `.env` file stands in the way.
    pub fn needs_settings(&self) -> bool {
        !matches!(
            self.verb,
            Some(Verb::Completions { .. } | Verb::Man { .. } | Verb::Schema(SchemaVerb::Print))
        )
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Validate reports and store them (also without the word `push`)
    Push(Box<PushArgs>),
    /// Say which run the others are held against
    #[command(subcommand)]
    Baseline(BaselineVerb),
    /// Send the runs that wait in the spool, each once
    Flush(FlushArgs),
    /// Check address, key, schema and rights, and say what is wrong
    Doctor(DoctorArgs),
    /// Print or apply the database schema
    #[command(subcommand)]
    Schema(SchemaVerb),
    /// Print the completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man {
        /// The page of this verb, such as `push`
        verb: Option<String>,
    },
}

/// How to show results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// Sentences
    #[default]
    Human,
    /// One JSON object on standard output
    Json,
}

/// How to show results, for every verb.
#[derive(Debug, Clone, Args)]
pub struct OutputArgs {
    /// How to show results on standard output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
}

/// How patient to be, for every verb that talks to the server.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Network")]
pub struct NetworkArgs {
    /// Seconds to wait for one answer
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub timeout: f64,
    /// How often to try before giving up
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub attempts: u32,
    /// Seconds after which to give up whatever is left to try, for each request
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub give_up_after: f64,
}

impl NetworkArgs {
    /// The same as a policy.
    pub fn policy(&self) -> Policy {
        let Self {
            timeout,
            attempts,
            give_up_after,
        } = *self;
        Policy {
            attempts,
            timeout: Duration::from_secs_f64(timeout),
            give_up_after: Duration::from_secs_f64(give_up_after),
        }
    }
}

/// Where runs wait that could not be sent.
#[derive(Debug, Clone, Args)]
pub struct SpoolArgs {
    /// Folder for runs that could not be sent [default: $XDG_STATE_HOME/bench-push/spool]
    #[arg(long, value_name = "DIR")]
    pub spool_dir: Option<PathBuf>,
}

/// Arguments of `push`.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct PushArgs {
    /// Reports: files, globs, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// A report: file, glob, or `-` for standard input; may be repeated
    #[arg(long, short, value_name = "FILE", action = ArgAction::Append)]
    pub input: Vec<String>,

    /// Where the benchmark ran: local, staging, production, github-actions or a slug of your own
    #[arg(long, value_parser = text::<EnvironmentName>, short, value_name = "ENV", help_heading = OVERRIDES)]
    pub environment: Option<EnvironmentName>,
    /// The commit that was tried
    #[arg(long, value_parser = text::<CommitSha>, value_name = "SHA", help_heading = OVERRIDES)]
    pub commit_sha: Option<CommitSha>,
    /// The branch of that commit
    #[arg(long, value_name = "BRANCH", value_parser = branch, help_heading = OVERRIDES)]
    pub branch_name: Option<Label>,
    /// The CI run
    #[arg(long, value_parser = text::<Label>, value_name = "ID", help_heading = OVERRIDES)]
    pub run_id: Option<Label>,
    /// Which try of the CI run, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = OVERRIDES)]
    pub run_attempt: Option<u32>,
    /// Who or what started it
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", help_heading = OVERRIDES)]
    pub triggered_by: Option<Label>,
    /// How long the benchmark took, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = duration, allow_negative_numbers = true, help_heading = OVERRIDES)]
    pub duration: Option<f64>,
    /// Words to find the run by, apart by spaces or commas
    #[arg(long, value_parser = text::<Label>, value_name = "TAG", num_args = 1.., value_delimiter = ',', help_heading = OVERRIDES)]
    pub tags: Vec<Label>,
    /// Free text
    #[arg(long, value_parser = text::<Notes>, value_name = "TEXT", help_heading = OVERRIDES)]
    pub notes: Option<Notes>,
    /// Which model was tried
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL", help_heading = OVERRIDES)]
    pub model_version: Option<Label>,
    /// Who serves the model
    #[arg(long, value_parser = text::<Label>, value_name = "NAME", help_heading = OVERRIDES)]
    pub model_provider: Option<Label>,
    /// Which data it was tried on
    #[arg(long, value_parser = text::<Label>, value_name = "DATASET", help_heading = OVERRIDES)]
    pub dataset_version: Option<Label>,
    /// Which prompt it was given
    #[arg(long, value_parser = text::<Label>, value_name = "PROMPT", help_heading = OVERRIDES)]
    pub prompt_version: Option<Label>,
    /// When the benchmark ran, such as 2026-11-24T09:00:00Z
    #[arg(long, value_name = "TIME", help_heading = OVERRIDES)]
    pub created_at: Option<jiff::Timestamp>,

    /// Read back what is stored and compare it with what was sent
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub verify: bool,
    /// Show what would be sent, and send nothing; needs no key
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub dry_run: bool,
    /// Send the valid reports even when others are not; the status is still 3
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub keep_going: bool,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Where runs wait.
    #[command(flatten)]
    pub spool: SpoolArgs,
    /// How patient to be.
    #[command(flatten)]
    pub network: NetworkArgs,
}

const OVERRIDES: &str = "Overrides: they win over the report, the report over CI and Git";

/// What to do with baselines.
#[derive(Debug, Subcommand)]
pub enum BaselineVerb {
    /// Mark a run as the one that others are held against
    Set(BaselineSetArgs),
    /// Show the baselines in force
    List(BaselineListArgs),
    /// Take a baseline out of force; its history stays
    Clear(BaselineClearArgs),
}

/// For which runs a baseline counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Scope {
    /// Same model, dataset, prompt and environment
    #[default]
    Configuration,
    /// Same model, dataset and environment
    Model,
    /// Same dataset and environment: the production model
    Dataset,
}

impl Scope {
    /// The word in SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Model => "model",
            Self::Dataset => "dataset",
        }
    }
}

/// Arguments of `baseline set`.
#[derive(Debug, Clone, Args)]
pub struct BaselineSetArgs {
    /// The run's id, as `push` prints it
    #[arg(value_name = "RUN")]
    pub run: String,
    /// For which runs it counts
    #[arg(long, value_enum, default_value_t)]
    pub scope: Scope,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who marks it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub marked_by: Option<Label>,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// Arguments of `baseline clear`.
#[derive(Debug, Clone, Args)]
pub struct BaselineClearArgs {
    /// A run that the baseline counts for, or the baseline itself
    #[arg(value_name = "RUN")]
    pub run: String,
    /// Which of its baselines
    #[arg(long, value_enum, default_value_t)]
    pub scope: Scope,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who clears it [default: the actor that CI names, else $USER]
    #[arg(long, value_parser = text::<Label>, value_name = "NAME")]
    pub marked_by: Option<Label>,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// Arguments of `baseline list`.
#[derive(Debug, Clone, Args)]
pub struct BaselineListArgs {
    /// Only of this model
    #[arg(long, value_parser = text::<Label>, value_name = "MODEL")]
    pub model_version: Option<Label>,
    /// Only of this environment
    #[arg(long, value_parser = text::<EnvironmentName>, short, value_name = "ENV")]
    pub environment: Option<EnvironmentName>,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// Arguments of `flush`.
#[derive(Debug, Clone, Args)]
pub struct FlushArgs {
    /// Where runs wait.
    #[command(flatten)]
    pub spool: SpoolArgs,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// Arguments of `doctor`.
#[derive(Debug, Clone, Args)]
pub struct DoctorArgs {
    /// Where runs wait.
    #[command(flatten)]
    pub spool: SpoolArgs,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// How patient to be.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// What to do with the schema.
#[derive(Debug, Subcommand)]
pub enum SchemaVerb {
    /// Print the schema as one file, to paste into Supabase's SQL editor as often as you like
    Print,
    /// Apply what the database lacks
    Apply(SchemaApplyArgs),
}

/// Arguments of `schema apply`.
#[derive(Debug, Clone, Args)]
pub struct SchemaApplyArgs {
    /// The database's address, password included [default: the variable `DATABASE_URL`, which the list of processes does not show]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// How to show results.
    #[command(flatten)]
    pub output: OutputArgs,
    /// Seconds to wait for the connection
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = seconds)]
    pub timeout: f64,
}

fn long_help() -> String {
    format!(
        "{}\n\n\
         Variables:\n  \
         SUPABASE_URL                the project's address\n  \
         SUPABASE_SERVICE_ROLE_KEY   or SUPABASE_SECRET_KEY: a key that may write\n  \
         SUPABASE_PUBLISHABLE_KEY    or SUPABASE_ANON_KEY: enough for verbs that only read\n  \
         BENCH_PUSH_…                every flag, such as BENCH_PUSH_ENVIRONMENT for --environment\n\
         They may stand in a `.env` file in this folder or one above; a variable that is set wins.",
        exit::HELP
    )
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.001..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("wanted seconds between 0.001 and 86400".to_owned()),
    }
}

fn duration(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        Ok(_) => Err("wanted a number of seconds that is not negative".to_owned()),
        Err(_) => Err("wanted a number of seconds, such as 12.5".to_owned()),
    }
}

/// A text of the model's, with its way out in the same line: clap shows one.
fn text<T: FromStr<Err = TextError>>(text: &str) -> Result<T, String> {
    if KeyKind::of(text.trim()).is_private() {
        return Err(
            "a key does not belong here; make a new one if it was shown anywhere".to_owned(),
        );
    }
    text.parse().map_err(|error: TextError| match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    })
}

/// `refs/heads/main`, as `$GITHUB_REF` says it, is the branch `main`.
fn branch(name: &str) -> Result<Label, String> {
    text(name.trim().trim_start_matches("refs/heads/"))
}

/// Every flag's environment twin: `--commit-sha` is `BENCH_PUSH_COMMIT_SHA`.
fn twin(id: &str) -> String {
    format!("BENCH_PUSH_{}", id.to_ascii_uppercase())
}

/// The command with the values of `environment` as defaults of its flags.
///
/// As defaults, and not through clap's own `env`, so that an empty variable counts as none and a
/// `.env` file is heard.
pub fn command(environment: &Environment) -> Command {
    with_twins(Cli::command(), environment)
}

fn with_twins(command: Command, environment: &Environment) -> Command {
    command
        .mut_args(|arg| {
            if arg.is_positional() || matches!(arg.get_id().as_str(), "help" | "version") {
                return arg;
            }
            let name = twin(arg.get_id().as_str());
            let help = arg.get_help().map(|help| format!("{help} [env: {name}]"));
            let arg = match help {
                Some(help) => arg.help(help),
                None => arg,
            };
            match environment.get(&name) {
                Some(value) => arg.default_value(value.to_owned()),
                None => arg,
            }
        })
        .mut_subcommands(|verb| with_twins(verb, environment))
}

/// Understands `arguments`, the first of which is the program's name.
///
/// # Errors
///
/// clap's own, which also carry help and version.
pub fn parse(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
    environment: &Environment,
) -> Result<Cli, clap::Error> {
    let mut command = command(environment);
    let matches = command.try_get_matches_from_mut(arguments)?;
    let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    let push = match &cli.verb {
        None => Some(&cli.push),
        Some(Verb::Push(push)) => Some(&**push),
        Some(_) => None,
    };
    if let Some(push) = push.filter(|push| push.files.is_empty() && push.input.is_empty()) {
        let mut message =
            "no report is named: wanted a file, a glob, or `-` for standard input".to_owned();
        if !push.tags.is_empty() {
            message.push_str("; what follows `--tags` is taken for tags, so put files before it");
        }
        return Err(command.error(clap::error::ErrorKind::MissingRequiredArgument, message));
    }
    Ok(cli)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str, environment: &Environment) -> Result<Cli, clap::Error> {
        parse(line.split(' ').map(Into::into), environment)
    }

    #[test]
    fn the_command_is_consistent() {
        command(&Environment::default()).debug_assert();
    }

    #[test]
    fn the_flags_of_the_original_script_work_without_a_verb() -> Result<(), clap::Error> {
        let line = "bench-push --input r.json --environment github-actions --commit-sha abc123 --branch-name refs/heads/main \
                    --run-id 17 --triggered-by ann --duration 3.5 --tags nightly gpu --notes hello --verify";
        let push = parsed(line, &Environment::default())?.push;

        assert_eq!(push.input, ["r.json"]);
        assert_eq!(push.branch_name.as_deref(), Some("main"));
        assert_eq!(
            push.tags.iter().map(Label::as_str).collect::<Vec<_>>(),
            ["nightly", "gpu"]
        );
        assert!(push.verify);
        Ok(())
    }

    #[test]
    fn files_may_stand_bare_and_after_the_verb() -> Result<(), clap::Error> {
        let environment = Environment::default();
        assert_eq!(
            parsed("bench-push a.json b.json", &environment)?.push.files,
            ["a.json", "b.json"]
        );
        let Some(Verb::Push(push)) = parsed("bench-push push a.json -", &environment)?.verb else {
            panic!("wanted the verb push")
        };
        assert_eq!(push.files, ["a.json", "-"]);
        Ok(())
    }

    #[test]
    fn every_flag_has_a_twin_in_the_environment_and_the_flag_wins() -> Result<(), clap::Error> {
        let environment = Environment::of([
            ("BENCH_PUSH_ENVIRONMENT", "staging"),
            ("BENCH_PUSH_TAGS", "a,b"),
            ("BENCH_PUSH_VERIFY", "1"),
            ("BENCH_PUSH_NOTES", ""),
            ("BENCH_PUSH_FORMAT", "json"),
        ]);
        let push = parsed("bench-push r.json --tags c", &environment)?.push;

        assert_eq!(push.environment.as_deref(), Some("staging"));
        assert_eq!(push.tags.len(), 1);
        assert!(push.verify && !push.dry_run);
        assert_eq!(push.notes, None);
        assert_eq!(push.output.format, Format::Json);

        let Some(Verb::Flush(flush)) = parsed("bench-push flush", &environment)?.verb else {
            panic!("wanted the verb flush")
        };
        assert_eq!(flush.output.format, Format::Json);
        Ok(())
    }

    #[test]
    fn help_names_every_flag_with_its_twin() {
        insta::assert_snapshot!(
            command(&Environment::default())
                .term_width(100)
                .render_help()
        );
    }
}
