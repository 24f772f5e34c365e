//! Why a command failed: one sentence and a hint.

use std::fmt::{self, Display};

/// The final message of a failed command.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    hint: Option<String>,
    status: u8,
}

impl Failure {
    /// A step failed: exit status 1.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: None,
            status: 1,
        }
    }

    /// The command line is invalid: exit status 2.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        let hint = Some("`cargo xtask help` lists the commands and their options".to_owned());
        Self {
            what: what.into(),
            hint,
            status: 2,
        }
    }

    /// Adds a hint.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    pub(crate) fn status(&self) -> u8 {
        self.status
    }
}

impl Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "error: {}", self.what)?;
        match &self.hint {
            Some(hint) => write!(formatter, "\n\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Adds context to a low-level error.
pub(crate) trait Explain<T> {
    /// Turns the error into a [`Failure`] that reads `<about>: <error>`.
    fn explain(self, about: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T, E: Display> Explain<T> for Result<T, E> {
    fn explain(self, about: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("{}: {error}", about())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_and_then_the_way_out() {
        let failure = Failure::new("`node` is missing").hint("install Node.js 18 or later");

        assert_eq!(
            failure.to_string(),
            "error: `node` is missing\n\nhint: install Node.js 18 or later"
        );
    }
}
