use std::path::PathBuf;

use bench_model::{context::Detected, text::Label};
use jiff::Timestamp;

use crate::{
    detect::detect,
    settings::{environment::Environment, secret::Scrubber},
    terminal::text,
};

/// What every verb is given from outside.
pub(crate) struct Context {
    /// Variables, and those of the `.env` file.
    pub(crate) environment: Environment,
    /// The working directory.
    pub(crate) directory: PathBuf,
    /// When the command began.
    pub(crate) now: Timestamp,
    /// Knows every key.
    pub(crate) scrubber: Scrubber,
}

impl Context {
    /// What CI and Git say about a run from here.
    pub(crate) fn detect(&self) -> Detected {
        detect(&self.environment, &self.directory)
    }

    /// Who is at work: `named`, else the actor that CI names, else `$USER`.
    pub(crate) fn actor(&self, named: Option<&Label>) -> Option<String> {
        let name = named.cloned().or_else(|| self.detect().triggered_by);
        name.map(|name| name.to_string())
    }

    /// Tells the user something on the way, on standard error.
    pub(crate) fn say(&self, text: &str) {
        text::talk(&self.scrubber.scrub(format!("{text}\n")));
    }
}
