use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use serde_json::Value;

use crate::{
    cli::output::Format,
    exit,
    printer::outcome::{Outcome, Told},
    settings::secret::Scrubber,
    terminal::text::talk,
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

/// JSON as people like to read it, with a newline at its end.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
