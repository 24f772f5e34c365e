use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
};

use crate::context::Context;

/// GitHub drops a summary above 1,024 KiB completely; existing content counts.
pub(super) const SUMMARY_BUDGET: usize = 1_000_000;
/// The maximum number of rows; more are unreadable.
pub(super) const MOST_ROWS: usize = 200;

/// Why the workflow's files could not be written.
#[derive(Debug, thiserror::Error)]
#[error("`{variable}` cannot be written: {cause}")]
pub(crate) struct ReportError {
    variable: &'static str,
    cause: io::Error,
}

/// Appends to the file that the variable names, if it is set. `text` gets the file's current size
/// in bytes.
pub(super) fn append(
    context: &Context,
    variable: &'static str,
    text: &dyn Fn(usize) -> String,
) -> Result<(), ReportError> {
    let Some(path) = context.environment.get(variable) else {
        return Ok(());
    };
    let size = fs::metadata(path).map_or(0, |metadata| {
        usize::try_from(metadata.len()).unwrap_or(usize::MAX)
    });
    let text = context.scrubber.scrub(text(size));
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|cause| ReportError { variable, cause })
}
