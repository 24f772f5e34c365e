use serde_json::Value;

use crate::{context::Context, printer::github::append::ReportError};

/// What a verb did, or why it could not: its exit status, its sentences and its JSON.
pub(crate) trait Outcome {
    /// The exit status.
    fn status(&self) -> u8;

    /// As sentences.
    fn told(&self) -> Told;

    /// As one JSON object.
    fn json(&self) -> Value;

    /// Appends to the files that a GitHub workflow names, where it has something for later steps.
    ///
    /// # Errors
    ///
    /// [`ReportError`] when one of them cannot be written; the outcome itself is not touched by it.
    fn tell_workflow(&self, _context: &Context) -> Result<(), ReportError> {
        Ok(())
    }
}

/// Sentences: the result, and the talk about it, which is the same in every format.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// For standard output.
    pub(crate) out: String,
    /// For standard error.
    pub(crate) talk: String,
}

impl Told {
    /// A result, and nothing else to say.
    pub(crate) fn out(out: String) -> Self {
        Self {
            out,
            ..Self::default()
        }
    }

    /// Nothing but talk.
    pub(crate) fn talk(talk: String) -> Self {
        Self {
            talk,
            ..Self::default()
        }
    }
}
