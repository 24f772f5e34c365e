//! Validates benchmark reports and stores them in Supabase, each as one immutable run.
//!
//! The path of a push, one file per step:
//!
//! | from → to | file | effect |
//! | --- | --- | --- |
//! | arguments → what was typed | `cli.rs`, `cli/` | pure |
//! | variables and `.env` → address and key | `settings/` | reads `.env` |
//! | CI, Git → what they know | `detect.rs`, `detect/` | reads files |
//! | files → text | `report/source.rs` | reads files |
//! | text → runs, or every problem | `report/gather.rs`, and the crate `bench-model` | pure |
//! | runs → requests → replies | `server/send.rs`, `transport.rs`, with `retry.rs` and `answer.rs` (pure) | network |
//! | runs that could not be sent → files | `spool.rs` | writes files |
//! | stored runs → verdicts, changes, rules weighed | `server/reader.rs`, `verbs/`, and the crate `bench-model` | network |
//! | incidents → messages → sinks | `alert.rs`, `alert/` | network |
//! | outcome → sentences or JSON | `printer/` | writes |
//!
//! `dispatch.rs` joins them: one line per verb. A key is never printed: `settings/secret.rs` hides
//! it, and a server's answers and all output pass a scrubber, because a server may echo the request.

mod alert;
mod cli;
mod context;
mod detect;
mod dispatch;
mod exit;
mod failure;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gate;
mod github;
mod printer;
mod report;
mod runtime;
mod server;
mod settings;
mod spelling;
mod spool;
mod terminal;
mod verbs;

use std::process::ExitCode;

use clap::error::ErrorKind;
use jiff::Timestamp;

use crate::{
    cli::parse::parse,
    context::Context,
    printer::rendered::Rendered,
    settings::{environment::Environment, project::scrubber},
};

/// The whole command: arguments and environment of this process in, exit status out.
pub fn run() -> ExitCode {
    // Of the two cryptography providers, this one needs no additional C compiler.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let directory = std::env::current_dir().unwrap_or_default();
    let (environment, dotenv) = Environment::load(&directory);
    let mut scrubber = scrubber(&environment);
    // Wherever an address stands on the command line, its password is not repeated.
    for argument in std::env::args_os() {
        scrubber.add_passwords_in(&argument.to_string_lossy());
    }
    alert::sink::hide(&environment, &mut scrubber);
    let context = Context {
        environment,
        directory,
        now: Timestamp::now(),
        scrubber,
    };

    let rendered = match parse(std::env::args_os(), &context.environment) {
        Ok(cli) => {
            if let Some(error) = dotenv.filter(|_| cli.needs_settings()) {
                context.say(&format!("warning: {error}"));
            }
            dispatch::perform(cli, &context)
        }
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
