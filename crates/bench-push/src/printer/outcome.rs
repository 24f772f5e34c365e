use serde_json::Value;

use crate::{context::Context, printer::github::append::ReportError};

/// The outcome of a verb, success or failure: exit status, sentences and JSON.
pub(crate) trait Outcome {
    /// The exit status.
    fn status(&self) -> u8;

    /// As sentences.
    fn told(&self) -> Told;

    /// As one JSON object.
    fn json(&self) -> Value;

    /// Appends to a GitHub workflow's output files, if it has something for later steps.
    ///
    /// # Errors
    ///
    /// [`ReportError`] if one of them can't be written; this doesn't affect the outcome.
    fn tell_workflow(&self, _context: &Context) -> Result<(), ReportError> {
        Ok(())
    }
}

/// Sentences: the result, and messages about it, which are the same in every format.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// For standard output.
    pub(crate) out: String,
    /// For standard error.
    pub(crate) talk: String,
}

impl Told {
    /// A result without messages.
    pub(crate) fn out(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    /// Only messages.
    pub(crate) fn talk(talk: String) -> Self {
        Self {
            talk,
            ..Self::default()
        }
    }
}
