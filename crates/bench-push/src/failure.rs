//! Why a verb failed, with exit status and hint.

use std::{io, path::PathBuf};

use bench_model::{run_id::RunIdError, words::numbered};

use crate::{
    exit,
    gate::GateError,
    server::call_error::CallError,
    settings::error::SettingsError,
    spelling::{Misspelt, cut},
};

/// The hint for a key that would be stored.
pub(crate) const HOLDS_KEY: &str =
    "whatever is stored can be read with the publishable key: take the key out, and make a new one";

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Address or key, or another variable.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The server refused or was unreachable.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The server was unreachable, and the spool can't be written either.
    #[error("{error}; and the runs could not be put into the spool `{folder}`: {cause}")]
    NotSpooled {
        /// Why the server doesn't have the runs.
        error: CallError,
        /// The spool.
        folder: PathBuf,
        /// Why the spool doesn't have them.
        cause: io::Error,
    },
    /// The spool cannot be read or changed.
    #[error("the spool `{folder}` cannot be used: {cause}")]
    Spool {
        /// The spool.
        folder: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// A key in what is to be stored, such as a reason.
    #[error("a key or password is in what would be stored, nothing was sent")]
    HoldsKey,
    /// An invalid run id.
    #[error(transparent)]
    NotAnId(#[from] RunIdError),
    /// No run matches the argument.
    #[error("there is no run that matches {}{}", cut(found), models(misspelt.as_ref()))]
    NoSuchRun {
        /// The argument.
        found: String,
        /// The existing models, if it names an unknown one.
        misspelt: Option<Misspelt>,
    },
    /// The first digits of several commits.
    #[error("{} matches several commits: {}", cut(found), some_of(commits))]
    SeveralCommits {
        /// The argument.
        found: String,
        /// The commits.
        commits: Vec<String>,
    },
    /// Several runs that may be meant.
    #[error("{found} matches {} runs:\n  {}", if *.is_more { "many" } else { "several" }, .runs.join("\n  "))]
    SeveralRuns {
        /// What was asked for.
        found: String,
        /// Each run: id, time, commit and configuration.
        runs: Vec<String>,
        /// Whether there are more.
        is_more: bool,
    },
    /// Two sides that nothing holds together.
    #[error("no configuration of B has a counterpart in A: on the same data set, in the same environment or with the same prompt\n  A: {}\n  B: {}", .a.join("\n     "), .b.join("\n     "))]
    NothingInCommon {
        /// The configurations of A.
        a: Vec<String>,
        /// The configurations of B.
        b: Vec<String>,
    },
    /// Unknown metrics.
    #[error("{}", no_such_metric(misspelt))]
    NoSuchMetric {
        /// Each, with the existing ones.
        misspelt: Vec<Misspelt>,
    },
    /// Filters without a match.
    #[error("{}", nothing_fits(misspelt, together))]
    NothingFits {
        /// The values without a match, with the existing ones.
        misspelt: Vec<Misspelt>,
        /// The values that match, but not in combination.
        together: Vec<String>,
    },
    /// Nothing is stored.
    #[error("there is no {what}: no run is stored in this project yet")]
    NothingStored {
        /// The search.
        what: String,
    },
    /// More matches than one call judges.
    #[error("more than {most} {what}, which is more than one call judges")]
    TooMany {
        /// The limit of one call.
        most: usize,
        /// The matches, such as `runs match v12`.
        what: String,
    },
    /// No run, or change point, to judge.
    #[error("there is no {what}")]
    NothingToJudge {
        /// The search, such as `run of this commit, abc123`.
        what: String,
    },
    /// No runs were selected.
    #[error("no run is named, and neither CI nor Git says which commit this is")]
    NothingNamed {
        /// Why the commit can't be read from Git, if so.
        unreadable_commit: Option<&'static str>,
    },
    /// A picture can't be written.
    #[error("`{}` cannot be written: {cause}", file.display())]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// The system's error.
        cause: io::Error,
    },
    /// The gate file.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// A metric with values beyond the range of the statistics.
    #[error(transparent)]
    Stats(#[from] bench_model::stats::StatsError),
    /// The rules of `alert`.
    #[error(transparent)]
    Rules(#[from] crate::alert::rules_file::RulesError),
    /// A sink of `alert`.
    #[error("{sink}: {reason}")]
    Sink {
        /// Which one.
        sink: String,
        /// Why it has not taken a message.
        reason: String,
        /// Whether it refused it for good.
        is_refusal: bool,
    },
    /// `schema apply` without a database.
    #[error("no database is named: wanted `--database-url` or `DATABASE_URL`")]
    NoDatabase,
    /// An invalid database URL.
    #[error("the address of the database is not valid: {reason}")]
    BadDatabase {
        /// The problem, without quoting the URL.
        reason: String,
    },
    /// A database URL with an option for another client.
    #[error(
        "the address of the database has the option `{option}`, which bench-push does not know"
    )]
    DatabaseOption {
        /// Its name.
        option: String,
    },
    /// The database cannot be reached.
    #[error("the database at `{host}` {}: {reason}", if *.is_refusal { "refused the login" } else { "can't be reached" })]
    NoConnection {
        /// Its address.
        host: String,
        /// The error.
        reason: String,
        /// How to fix it.
        hint: Option<String>,
        /// Whether it responded with a refusal.
        is_refusal: bool,
    },
    /// The database refused the schema.
    #[error(transparent)]
    Schema(#[from] bench_schema::SchemaError),
    /// A manual page for an unknown verb.
    #[error("there is no verb `{found}`")]
    NoVerb {
        /// The argument.
        found: String,
        /// The existing verbs.
        verbs: String,
    },
}

impl Failure {
    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Settings(_)
            | Self::Spool { .. }
            | Self::HoldsKey
            | Self::NotAnId(_)
            | Self::NoSuchRun { .. }
            | Self::SeveralCommits { .. }
            | Self::SeveralRuns { .. }
            | Self::NothingInCommon { .. }
            | Self::TooMany { .. }
            | Self::NoSuchMetric { .. }
            | Self::NothingFits { .. }
            | Self::NothingStored { .. }
            | Self::NothingToJudge { .. }
            | Self::NothingNamed { .. }
            | Self::Gate(_)
            | Self::NotWritten { .. }
            | Self::Stats(_)
            | Self::Rules(_)
            | Self::NoDatabase
            | Self::BadDatabase { .. }
            | Self::DatabaseOption { .. }
            | Self::NoVerb { .. } => exit::USAGE,
            Self::Call(CallError::Refused(_)) | Self::Schema(_) => exit::REFUSED,
            Self::Sink { is_refusal, .. } | Self::NoConnection { is_refusal, .. } => {
                if *is_refusal {
                    exit::REFUSED
                } else {
                    exit::NOT_REACHED
                }
            }
            Self::Call(CallError::NotReached { .. }) | Self::NotSpooled { .. } => exit::NOT_REACHED,
        }
    }

    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Settings(error) => Some(error.hint()),
            Self::Call(error) => error.hint().map(str::to_owned),
            Self::NotSpooled { .. } => {
                Some("name a folder that can be written with `--spool-dir`; the reports themselves are untouched".to_owned())
            }
            Self::Spool { .. } => Some("name a folder of your own with `--spool-dir`".to_owned()),
            Self::HoldsKey => Some(HOLDS_KEY.to_owned()),
            Self::NotAnId(_) => Some(RunIdError::HINT.to_owned()),
            Self::NoSuchRun {
                misspelt: Some(misspelt),
                ..
            } if misspelt.meant().is_some() => misspelt.meant().map(|model| format!("did you mean `{model}`?")),
            Self::NoSuchRun { .. } => Some(
                "name a run by its id, a version such as v12 together with --model-version and the like, a commit, or a model".to_owned(),
            ),
            Self::SeveralCommits { .. } => Some("give more digits of the commit".to_owned()),
            Self::SeveralRuns { .. } => Some(
                "name one by more digits of its id, or narrow the choice with --model-version, --dataset-version,\n\
                 --prompt-version, --environment, --commit-sha, --tag or --latest"
                    .to_owned(),
            ),
            Self::NothingInCommon { .. } => Some("name two runs by their ids to compare them all the same".to_owned()),
            Self::NoSuchMetric { misspelt } => {
                let questions: Vec<String> = misspelt.iter().filter_map(Misspelt::question).collect();
                Some(questions.join("\n")).filter(|questions| !questions.is_empty())
            }
            Self::NothingFits { misspelt, .. } if misspelt.is_empty() => {
                Some("leave one of them out; `bench-push history` without any shows every configuration".to_owned())
            }
            Self::NothingFits { misspelt, .. } => {
                let questions: Vec<String> = misspelt.iter().filter_map(Misspelt::question).collect();
                Some(questions.join("\n")).filter(|questions| !questions.is_empty())
            }
            Self::TooMany { .. } => Some("name fewer with --model-version, --dataset-version, --prompt-version or --environment".to_owned()),
            Self::NothingStored { .. } => Some("`bench-push push` stores runs; is SUPABASE_URL the project that you mean?".to_owned()),
            Self::NothingToJudge { .. } => Some("`bench-push push` stores runs, `bench-push history` shows what is stored".to_owned()),
            Self::NothingNamed {
                unreadable_commit: Some(why),
            } => Some(format!(
                "{why}; pass `--commit-sha \"$(git rev-parse HEAD)\"`, or name a run by the id that `push` prints"
            )),
            Self::NothingNamed { .. } => Some("name a run by the id that `push` prints, or say which with --model-version, --environment and the like".to_owned()),
            Self::Gate(_) => Some("docs/gate.md says what a gate file may say; `--no-gate` goes without it".to_owned()),
            Self::Stats(_) | Self::NotWritten { .. } => None,
            Self::NoDatabase => Some(
                "Supabase shows it under Connect → Session pooler: postgresql://postgres.abc:PASSWORD@….pooler.supabase.com:5432/postgres;\n\
                 without it, paste what `bench-push schema print` prints into the SQL editor"
                    .to_owned(),
            ),
            Self::BadDatabase { .. } => Some(
                "write it like postgresql://postgres:PASSWORD@db.abc.supabase.co:5432/postgres, and special characters of the\n\
                 password in percent form: `@` is %40, `#` is %23, `/` is %2F"
                    .to_owned(),
            ),
            Self::DatabaseOption { option } if option == "pgbouncer" => Some(
                "it marks the transaction pooler for Prisma, where a schema can't be applied; take the address of\n\
                 Connect → Session pooler (port 5432), without `?pgbouncer=true`"
                    .to_owned(),
            ),
            Self::DatabaseOption { option } => Some(format!("leave out `{option}=…`")),
            Self::NoConnection { hint, .. } => hint.clone(),
            Self::Schema(error) => error.hint().map(str::to_owned),
            Self::Rules(error) => error.hint(),
            Self::Sink { .. } => Some("docs/alerts.md says how each sink is set up".to_owned()),
            Self::NoVerb { verbs, .. } => Some(format!("the verbs are {verbs}")),
        }
    }

    /// HTTP status and code of the response, if there was one.
    pub(crate) fn answer(&self) -> (Option<u16>, Option<&str>) {
        match self {
            Self::Call(CallError::Refused(no)) => (Some(no.status), no.code.as_deref()),
            Self::Call(CallError::NotReached { status, .. }) => (*status, None),
            _ => (None, None),
        }
    }
}

/// The first three, and how many more.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// `` ; the models are `m-1`, `m-2` ``, if a model was named.
fn models(misspelt: Option<&Misspelt>) -> String {
    misspelt.map_or_else(String::new, |misspelt| match misspelt.choices() {
        none if none.is_empty() => "; no run is stored in this project yet".to_owned(),
        choices => format!("; the models are {choices}"),
    })
}

/// `` no run has the metric `latncy`; there are `latency_ms`, `f1` ``.
fn no_such_metric(misspelt: &[Misspelt]) -> String {
    let names: Vec<String> = misspelt.iter().map(Misspelt::typed).collect();
    let there = misspelt.first().map(Misspelt::choices).unwrap_or_default();
    let nouns = numbered(names.len(), "metric");
    let names = names.join(", ");
    if there.is_empty() {
        return format!("no run has the {nouns} {names}, or any other metric");
    }
    format!("no run has the {nouns} {names}; there are {there}")
}

/// `` there is no run that matches `--model-version m-2`; there are `m-1`, `m-3` ``.
fn nothing_fits(misspelt: &[Misspelt], together: &[String]) -> String {
    match misspelt {
        [] => format!(
            "there is no run that matches {}; there are runs for each, but none for all of them",
            together.join(" ")
        ),
        [only] => format!(
            "there is no run that matches `{} {}`; there are {}",
            only.flag,
            only.found,
            only.choices()
        ),
        several => {
            let lines: Vec<String> = several
                .iter()
                .map(|one| {
                    format!(
                        "\n  {} {}: there are {}",
                        one.flag,
                        one.found,
                        one.choices()
                    )
                })
                .collect();
            format!("there is no run that matches{}", lines.concat())
        }
    }
}
