use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use serde_json::Value;

use crate::{
    cli::Format,
    exit,
    failure::Failure,
    printer::{
        human, json,
        text::{pretty, talk},
    },
    settings::secret::Scrubber,
};

/// What a verb has to say at its end.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    /// For standard output.
    pub(crate) out: String,
    /// For standard error.
    pub(crate) talk: String,
    /// The exit status.
    pub(crate) status: u8,
}

impl Rendered {
    /// Data, and nothing else to say.
    pub(crate) fn out(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    /// Talk, and a status that is not 0.
    pub(crate) fn failed(talk: String, status: u8) -> Self {
        Self {
            talk,
            status,
            ..Self::default()
        }
    }

    /// An outcome in the format that was asked for. The talk is the same in both.
    pub(crate) fn of(
        format: Format,
        human: impl FnOnce() -> Self,
        json: impl FnOnce() -> Value,
        status: u8,
    ) -> Self {
        let human = human();
        let out = match format {
            Format::Human => human.out,
            Format::Json => pretty(&json()),
        };
        Self {
            out,
            talk: human.talk,
            status,
        }
    }

    /// As [`Rendered::of`], for a verb that either does its thing or fails.
    pub(crate) fn of_result<T>(
        format: Format,
        result: Result<T, Failure>,
        human: impl FnOnce(&T) -> Self,
        json: impl FnOnce(&T) -> Value,
    ) -> Self {
        match result {
            Ok(done) => Self::of(format, || human(&done), || json(&done), crate::exit::DONE),
            Err(failure) => Self::of_failure(format, &failure),
        }
    }

    /// Why a verb could not be done, in the format that was asked for.
    pub(crate) fn of_failure(format: Format, failure: &Failure) -> Self {
        Self::of(
            format,
            || human::failure(failure),
            || json::failure(failure),
            failure.status(),
        )
    }

    /// Shows it, without any key in it. A reader that is gone is no error; a full disk is one.
    pub(crate) fn show(self, scrubber: &Scrubber) -> ExitCode {
        let Self {
            out,
            talk: said,
            status,
        } = self;
        let written = io::stdout()
            .write_all(scrubber.scrub(out).as_bytes())
            .and_then(|()| io::stdout().flush());
        talk(&scrubber.scrub(said));
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                talk(&format!(
                    "error: the result cannot be written to standard output: {error}\n"
                ));
                ExitCode::from(if status == exit::DONE {
                    exit::USAGE
                } else {
                    status
                })
            }
            _ => ExitCode::from(status),
        }
    }
}
