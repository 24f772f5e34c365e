//! Says in words why a text is not JSON.

use std::fmt;

/// A place in a text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

/// Why a text is not JSON. Reads as the end of a sentence whose subject is the file:
/// `is not JSON at line 14, column 28: found `NaN``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Where; none when it is about the whole text.
    pub place: Option<Place>,
    /// What was found.
    pub problem: JsonProblem,
}

/// What was found instead of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonProblem {
    /// Something else, in the parser's own words.
    Other(String),
}

impl JsonError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        None
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let JsonProblem::Other(words) = &self.problem;
        match self.place {
            Some(Place { line, column }) => {
                write!(f, "is not JSON at line {line}, column {column}: {words}")
            }
            None => write!(f, "is not JSON: {words}"),
        }
    }
}

impl std::error::Error for JsonError {}

pub(super) fn explain(_text: &[u8], first_line: usize, error: &serde_json::Error) -> JsonError {
    JsonError {
        place: Some(Place {
            line: first_line + error.line() - 1,
            column: error.column(),
        }),
        problem: JsonProblem::Other(error.to_string()),
    }
}
