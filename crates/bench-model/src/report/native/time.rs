//! Reads the time of a benchmark run.

use serde_json::Value;

use crate::{
    path::Path,
    problem::Problem,
    report::in_words,
    time::{self, Moment},
};

/// Reads a time as [`crate::time`] does; a number is told as what it would be as Unix time.
pub(super) fn read(value: &Value) -> Result<Moment, Problem> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        other => {
            return Err(Problem::new(
                Path::root(),
                format!("must be a string, found {}", in_words(other)),
            ));
        }
    };
    time::read(&text)
        .map_err(|error| Problem::new(Path::root(), error.to_string()).with_hint(error.hint()))
}
