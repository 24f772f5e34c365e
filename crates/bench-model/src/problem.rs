//! Problems and warnings about a report.

use std::fmt;

use crate::path::Path;

/// A reason not to store a report. Reads `path: problem`.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The location in the file.
    pub path: Path,
    /// The problem, as the end of a sentence: `must not be negative, found -1`.
    pub message: String,
    /// How to fix it.
    pub hint: Option<String>,
}

/// A note to the author about a report that is stored anyway.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// The location in the file.
    pub path: Path,
    /// What was done, and why.
    pub message: String,
    /// Whether it is said of every run alike, so that once per configuration is enough.
    pub is_lasting: bool,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(path: Path, message: impl Into<String>) -> Self {
        Self {
            path,
            message: message.into(),
            hint: None,
        }
    }

    /// The same problem with a hint.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

impl Warning {
    /// A warning.
    pub fn new(path: Path, message: impl Into<String>) -> Self {
        Self {
            path,
            message: message.into(),
            is_lasting: false,
        }
    }

    /// The same warning, which is said of every run alike.
    #[must_use]
    pub fn lasting(self) -> Self {
        Self {
            is_lasting: true,
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_at(f, &self.path, &self.message)
    }
}

impl std::error::Error for Problem {}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_at(f, &self.path, &self.message)
    }
}

fn write_at(f: &mut fmt::Formatter<'_>, path: &Path, message: &str) -> fmt::Result {
    if path.is_root() {
        return f.write_str(message);
    }
    write!(
        f,
        "{path}{} {message}",
        if path.is_line() { "" } else { ":" }
    )
}
