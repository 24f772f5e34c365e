use std::path::PathBuf;

use bench_model::{context::Detected, text::Label};
use jiff::Timestamp;

use crate::{
    detect::detect,
    settings::{environment::Environment, secret::Scrubber},
    terminal::text,
};

/// The inputs of every verb from outside.
pub(crate) struct Context {
    /// Variables, including those of the `.env` file.
    pub(crate) environment: Environment,
    /// The working directory.
    pub(crate) directory: PathBuf,
    /// When the command began.
    pub(crate) now: Timestamp,
    /// Removes keys from output.
    pub(crate) scrubber: Scrubber,
}

impl Context {
    /// The facts about a run from CI and Git.
    pub(crate) fn detect(&self) -> Detected {
        detect(&self.environment, &self.directory)
    }

    /// The acting person: `named`, otherwise the actor from CI, otherwise `$USER`.
    pub(crate) fn actor(&self, named: Option<&Label>) -> Option<String> {
        let name = named.cloned().or_else(|| self.detect().triggered_by);
        name.map(|name| name.to_string())
    }

    /// Prints a message to standard error during the work.
    pub(crate) fn say(&self, text: &str) {
        text::talk(&self.scrubber.scrub(format!("{text}\n")));
    }
}
