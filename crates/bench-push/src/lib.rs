//! Validates benchmark reports and stores them in Supabase, each as one immutable run.
//!
//! The way of a push, one file per step:
//!
//! | from → to | file | effect |
//! | --- | --- | --- |
//! | arguments → what was typed | `cli.rs`, `cli/` | pure |
//! | variables and `.env` → address and key | `environment.rs`, `settings.rs`, `project_url.rs`, `key.rs` | reads `.env` |
//! | CI, Git → what they know | `detect.rs`, `ci/`, `git.rs` | reads files |
//! | files → text | `source.rs` | reads files |
//! | text → runs, or every problem | `gather.rs`, and the crate `bench-model` | pure |
//! | runs → requests → replies | `send.rs`, `transport.rs`, with `retry.rs` and `answer.rs` (pure) | network |
//! | runs that could not be sent → files | `spool.rs` | writes files |
//! | stored runs → verdicts | `compare.rs`, `compare/`, and the crate `bench-model` | network |
//! | stored runs → verdicts, changes, rules weighed | `reader.rs`, `check.rs`, `history.rs`, `backtest.rs`, `change_point.rs` | network |
//! | outcome → sentences or JSON | `printer/`, `github.rs` | writes |
//!
//! A key is never printed: [`secret::Secret`] hides it, and everything that is printed or
//! written passes a [`secret::Scrubber`], because a server may echo what it was sent.

pub mod answer;
pub mod backtest;
pub mod baseline;
pub mod change_point;
pub mod check;
pub mod ci;
pub mod cli;
pub mod compare;
pub mod detect;
pub mod doctor;
pub mod environment;
pub mod exit;
pub mod failure;
pub mod flush;
pub mod gather;
pub mod git;
pub mod github;
pub mod history;
pub mod key;
pub mod manual;
pub mod printer;
pub mod progress;
pub mod project_url;
pub mod push;
pub mod reader;
pub mod retry;
pub mod schema;
pub mod secret;
pub mod send;
pub mod settings;
pub mod source;
pub mod spelling;
pub mod spool;
pub mod transport;

use std::{path::PathBuf, process::ExitCode};

use clap::error::ErrorKind;
use jiff::Timestamp;

pub use failure::Failure;

use crate::{
    cli::{BaselineVerb, ChangePointVerb, Cli, Format, GateVerb, PushArgs, SchemaVerb, Verb},
    environment::Environment,
    printer::{Rendered, human, json},
    secret::Scrubber,
};

/// What every verb is given from outside.
pub struct Context {
    /// Variables, and those of the `.env` file.
    pub environment: Environment,
    /// The working directory.
    pub directory: PathBuf,
    /// When the command began.
    pub now: Timestamp,
    /// Knows every key.
    pub scrubber: Scrubber,
}

impl Context {
    /// Tells the user something on the way, on standard error.
    pub fn say(&self, text: &str) {
        printer::talk(&self.scrubber.scrub(format!("{text}\n")));
    }

    /// Runs what waits for the network, on this thread.
    ///
    /// # Panics
    ///
    /// When the system gives no timer or poll, without which nothing can be sent.
    pub fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("the system gives a timer and a poll")
            .block_on(future)
    }
}

/// The whole command: arguments and environment of this process in, exit status out.
pub fn run() -> ExitCode {
    // Of the two providers of cryptography this is the one that needs no C compiler of its own.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let directory = std::env::current_dir().unwrap_or_default();
    let (environment, broken) = match Environment::load(&directory) {
        Ok(environment) => (environment, None),
        Err(error) => (Environment::process(), Some(error)),
    };
    let scrubber = settings::scrubber(&environment);
    let context = Context {
        environment,
        directory,
        now: Timestamp::now(),
        scrubber,
    };

    let rendered = match cli::parse(std::env::args_os(), &context.environment) {
        Ok(cli) => match broken.filter(|_| cli.needs_settings()) {
            Some(error) => human::failure(&error.into()),
            None => perform(cli, &context),
        },
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            ) =>
        {
            Rendered::out(error.to_string())
        }
        Err(error) => Rendered::failed(error.to_string(), exit::USAGE),
    };
    rendered.show(&context.scrubber)
}

fn perform(cli: Cli, context: &Context) -> Rendered {
    match cli.verb {
        None => perform_push(&cli.push, context),
        Some(Verb::Push(args)) => perform_push(&args, context),
        Some(Verb::Flush(args)) => {
            let flushed = flush::flush(&args, context);
            Rendered::of(
                args.output.format,
                || human::flushed(&flushed),
                || json::flushed(&flushed),
                flushed.status(),
            )
        }
        Some(Verb::Doctor(args)) => {
            let diagnosis = doctor::examine(&args, context);
            let status = diagnosis.status();
            Rendered::of(
                args.output.format,
                || human::diagnosis(&diagnosis),
                || json::diagnosis(&diagnosis),
                status,
            )
        }
        Some(Verb::Baseline(verb)) => {
            let (format, done) = match &verb {
                BaselineVerb::Set(args) => (args.output.format, baseline::set(args, context)),
                BaselineVerb::List(args) => (args.output.format, baseline::list(args, context)),
                BaselineVerb::Clear(args) => (args.output.format, baseline::clear(args, context)),
            };
            Rendered::of_result(format, done, human::baseline, json::baseline)
        }
        Some(Verb::Compare(args)) => match compare::compare(&args, context) {
            Ok(compared) => Rendered::of(
                args.output.format,
                || human::compared(&compared),
                || json::compared(&compared),
                compared.status(),
            ),
            Err(failure) => Rendered::of_failure(args.output.format, &failure),
        },
        Some(Verb::Check(args)) => {
            let checked = check::check_runs(&args, context);
            show_check(args.output.format, &checked, context)
        }
        Some(Verb::History(args)) => Rendered::of_result(
            args.output.format,
            history::history(&args, context),
            human::histories,
            json::histories,
        ),
        Some(Verb::Gate(GateVerb::Backtest(args))) => Rendered::of_result(
            args.output.format,
            backtest::backtest(&args, context),
            human::backtested,
            json::backtested,
        ),
        Some(Verb::ChangePoint(verb)) => {
            use bench_model::rest::change_points::ChangePointState::{
                Accepted, Confirmed, Dismissed,
            };
            let (format, done) = match &verb {
                ChangePointVerb::List(args) => {
                    (args.output.format, change_point::list(args, context))
                }
                ChangePointVerb::Accept(args) => (
                    args.output.format,
                    change_point::set(args, Accepted, context),
                ),
                ChangePointVerb::Dismiss(args) => (
                    args.output.format,
                    change_point::set(args, Dismissed, context),
                ),
                ChangePointVerb::Confirm(args) => (
                    args.output.format,
                    change_point::set(args, Confirmed, context),
                ),
            };
            Rendered::of_result(format, done, human::change_point, json::change_point)
        }
        Some(Verb::Schema(SchemaVerb::Print)) => Rendered::out(bench_schema::script()),
        Some(Verb::Schema(SchemaVerb::Apply(args))) => Rendered::of_result(
            args.output.format,
            schema::apply(&args, context),
            human::applied,
            json::applied,
        ),
        Some(Verb::Completions { shell }) => Rendered::out(manual::completions(shell)),
        Some(Verb::Man { verb }) => match manual::page(verb.as_deref()) {
            Ok(page) => Rendered::out(page),
            Err(failure) => human::failure(&failure),
        },
    }
}

fn perform_push(args: &PushArgs, context: &Context) -> Rendered {
    let pushed = push::push(args, context);
    if let Err(error) = github::report(&pushed, context) {
        context.say(&format!("warning: {error}"));
    }
    let mut rendered = Rendered::of(
        args.output.format,
        || human::pushed(&pushed),
        || json::pushed(&pushed),
        pushed.status(),
    );
    if !args.check || args.dry_run || pushed.status() != exit::DONE {
        return rendered;
    }
    let checked = check::check_pushed(&pushed, args, context);
    let found = show_check(Format::Human, &checked, context);
    rendered.status = found.status;
    rendered.talk.push_str(&found.talk);
    match args.output.format {
        Format::Human => rendered.out.push_str(&found.out),
        Format::Json => {
            let mut object = json::pushed(&pushed);
            object["check"] = checked.map_or_else(
                |failure| json::failure(&failure),
                |checked| json::checked(&checked),
            );
            object["success"] = (found.status == exit::DONE).into();
            object["status"] = found.status.into();
            rendered.out = printer::pretty(&object);
        }
    }
    rendered
}

/// What a check found, for the user and for the workflow.
fn show_check(
    format: Format,
    checked: &Result<check::Checked, Failure>,
    context: &Context,
) -> Rendered {
    match checked {
        Ok(checked) => {
            if let Err(error) = github::report_check(checked, context) {
                context.say(&format!("warning: {error}"));
            }
            Rendered::of(
                format,
                || human::checked(checked),
                || json::checked(checked),
                checked.status(),
            )
        }
        Err(failure) => Rendered::of_failure(format, failure),
    }
}
