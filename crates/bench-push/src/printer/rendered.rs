use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use serde_json::Value;

use crate::{
    cli::{check::CheckFormat, output::Format},
    exit,
    failure::Failure,
    printer::{
        annotations, junit,
        markdown::check::review,
        outcome::{Outcome, Told},
        sarif,
    },
    settings::secret::Scrubber,
    terminal::text::talk,
    verbs::check::Checked,
};

/// The rendered outcome of a verb.
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
    /// Data without messages.
    pub(crate) fn out(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    /// Messages, and a non-zero status.
    pub(crate) fn failed(talk: String, status: u8) -> Self {
        Self {
            talk,
            status,
            ..Self::default()
        }
    }

    /// An outcome in the requested format. The messages are the same in both.
    pub(crate) fn of(outcome: &impl Outcome, format: Format) -> Self {
        let Told { out, talk } = outcome.told();
        let out = match format {
            Format::Human => out,
            Format::Json => pretty(&outcome.json()),
        };
        Self {
            out,
            talk,
            status: outcome.status(),
        }
    }

    /// The outcome of a check in the requested format.
    pub(crate) fn of_check(
        outcome: &Result<Checked, Failure>,
        format: CheckFormat,
        scrubber: &Scrubber,
    ) -> Self {
        let Told { out: human, talk } = outcome.told();
        let out = match (format, outcome) {
            (CheckFormat::Human, _) => human,
            (CheckFormat::Json, _) => pretty(&outcome.json()),
            (CheckFormat::Markdown, Ok(checked)) => review(checked, usize::MAX, scrubber),
            (CheckFormat::Junit, Ok(checked)) => junit::checked(checked),
            (CheckFormat::Junit, Err(failure)) => junit::failed(failure),
            (CheckFormat::Sarif, Ok(checked)) => pretty(&sarif::checked(checked)),
            (CheckFormat::Github, Ok(checked)) => annotations::checked(checked) + &human,
            // The message on standard error says why.
            (CheckFormat::Markdown | CheckFormat::Sarif | CheckFormat::Github, Err(_)) => {
                String::new()
            }
        };
        Self {
            out,
            talk,
            status: outcome.status(),
        }
    }

    /// Writes it, with keys scrubbed. A closed pipe is not an error; a full disk is.
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

/// Pretty-printed JSON with a final newline.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
