//! Takes the fields out of a report's object, checking the type of each.

use std::{collections::HashSet, str::FromStr};

use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use super::time;
use crate::{
    path::Path,
    problem::{Problem, Warning},
    report::{Field, in_words, keep},
    text::{Label, TextError},
};

/// The maximum number of tags.
const MAX_TAGS: usize = 50;

/// The remaining fields of a report's object.
pub(super) struct Fields {
    pub(super) path: Path,
    pub(super) rest: Map<String, Value>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Warning>,
}

impl Fields {
    pub(super) fn new(path: Path, object: Map<String, Value>) -> Self {
        Self {
            path,
            rest: object,
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The value of `key`; `null` counts as missing.
    pub(super) fn take(&mut self, key: &str) -> Option<(Path, Value)> {
        let value = self.rest.remove(key).filter(|value| !value.is_null())?;
        Some((self.path.key(key), value))
    }

    pub(super) fn text<T: FromStr<Err = TextError>>(&mut self, key: &str) -> Field<T> {
        let Some((path, value)) = self.take(key) else {
            return Ok(None);
        };
        let Value::String(text) = value else {
            return Err(not_a_string(path, &value));
        };
        parse_text(path, &text).map(Some)
    }

    pub(super) fn label(&mut self, key: &str) -> Field<Label> {
        self.text(key)
    }

    /// CI systems use numbers as run ids, and benchmarks may write them as JSON numbers.
    pub(super) fn label_or_number(&mut self, key: &str) -> Field<Label> {
        if let Some(Value::Number(number)) = self.rest.get(key)
            && (number.is_u64() || number.is_i64())
        {
            let text = number.to_string();
            self.rest.insert(key.to_owned(), Value::String(text));
        }
        self.text(key)
    }

    /// An integer from 0 to `most`.
    pub(super) fn count(&mut self, key: &str, most: i64) -> Field<i64> {
        self.whole_number(key, 0, most)
    }

    /// An integer from 1.
    pub(super) fn attempt(&mut self, key: &str) -> Field<u32> {
        let attempt = self.whole_number(key, 1, i64::from(i32::MAX))?;
        Ok(attempt.and_then(|attempt| u32::try_from(attempt).ok()))
    }

    fn whole_number(&mut self, key: &str, least: i64, most: i64) -> Field<i64> {
        let Some((path, value)) = self.take(key) else {
            return Ok(None);
        };
        let Value::Number(number) = &value else {
            return Err(not_a_number(path, &value));
        };
        let Some(whole) = whole(number) else {
            return Err(Problem::new(
                path,
                format!("must be a whole number, found {number}"),
            ));
        };
        match whole {
            negative if negative < 0 => Err(Problem::new(
                path,
                format!("must not be negative, found {number}"),
            )),
            small if small < least => Err(Problem::new(
                path,
                format!("must be at least {least}, found {number}"),
            )),
            large if large > most => Err(Problem::new(
                path,
                format!("must be at most {most}, found {number}"),
            )),
            fine => Ok(Some(fine)),
        }
    }

    /// `true` or `false`.
    pub(super) fn switch(&mut self, key: &str) -> Field<bool> {
        match self.take(key) {
            None => Ok(None),
            Some((_, Value::Bool(is_on))) => Ok(Some(is_on)),
            Some((path, other)) => Err(Problem::new(
                path,
                format!("must be `true` or `false`, found {}", in_words(&other)),
            )),
        }
    }

    /// Seconds, not negative.
    pub(super) fn duration(&mut self, key: &str) -> Field<f64> {
        let Some((path, value)) = self.take(key) else {
            return Ok(None);
        };
        let Some(seconds) = value.as_f64() else {
            return Err(not_a_number(path, &value));
        };
        if seconds < 0.0 {
            return Err(Problem::new(
                path,
                format!("must not be negative, found {value}"),
            ));
        }
        Ok(Some(seconds + 0.0)) // -0 becomes 0
    }

    pub(super) fn time(&mut self, key: &str) -> Field<Timestamp> {
        let Some((path, value)) = self.take(key) else {
            return Ok(None);
        };
        let read = time::read(&value).map_err(|problem| Problem {
            path: path.clone(),
            ..problem
        })?;
        if read.is_naive {
            self.warnings.push(Warning::new(
                path,
                format!("has no offset and is read as UTC: {}", read.instant),
            ));
        }
        Ok(Some(read.instant))
    }

    /// An array of strings; a single string is split at its commas, like the flag `--tags`.
    pub(super) fn tags(&mut self, key: &str) -> Field<Vec<Label>> {
        let Some((path, value)) = self.take(key) else {
            return Ok(None);
        };
        let mut is_array = true;
        let texts: Vec<Value> = match value {
            Value::Array(items) => items,
            Value::String(list) => {
                self.warnings.push(Warning::new(
                    path.clone(),
                    "is one string and was split at its commas",
                ));
                let parts = list
                    .split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty());
                is_array = false;
                parts.map(Value::from).collect()
            }
            other => {
                let message = format!("must be an array of strings, found {}", in_words(&other));
                return Err(Problem::new(path, message).with_hint("write `[\"nightly\", \"gpu\"]`"));
            }
        };
        let mut tags: Vec<Label> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        for (index, text) in texts.into_iter().enumerate() {
            let place = || {
                if is_array {
                    path.index(index)
                } else {
                    path.clone()
                }
            };
            let Value::String(text) = text else {
                return Err(not_a_string(place(), &text));
            };
            // What is beyond the limit is only counted.
            if !known.insert(text.trim().to_owned()) || known.len() > MAX_TAGS {
                continue;
            }
            tags.push(parse_text(place(), &text)?);
        }
        if known.len() > MAX_TAGS {
            return Err(Problem::new(
                path,
                format!("must have at most {MAX_TAGS} tags, found {}", known.len()),
            ));
        }
        Ok(Some(tags))
    }

    /// An object of anything.
    pub(super) fn object(&mut self, key: &str) -> Map<String, Value> {
        match self.take(key) {
            None => Map::new(),
            Some((_, Value::Object(object))) => object,
            Some((path, other)) => {
                let message = format!("must be an object, found {}", in_words(&other));
                self.problems.push(
                    Problem::new(path, message)
                        .with_hint(format!("write `\"{key}\": {{\"name\": …}}`")),
                );
                Map::new()
            }
        }
    }

    /// An object of web URLs, which people click.
    pub(super) fn links(&mut self, key: &str) -> Map<String, Value> {
        let links = self.object(key);
        let path = self.path.key(key);
        for (name, value) in &links {
            let is_address = value.as_str().is_some_and(is_web_address);
            if !is_address {
                let message = format!(
                    "must be an address that begins with https:// or http://, found {}",
                    in_words(value)
                );
                self.problems.push(Problem::new(path.key(name), message));
            }
        }
        links
    }

    /// Keeps the field `key`, whatever it holds, in `details`; worth saying when it has another name there.
    pub(super) fn move_to_details(&mut self, key: &str, details: &mut Map<String, Value>) {
        if let Some((path, value)) = self.take(key) {
            let is_taken = details.contains_key(key);
            let said = keep(details, key, value);
            self.warnings
                .extend(is_taken.then(|| Warning::new(path, said)));
        }
    }
}

fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && !text.contains(|c: char| c.is_control() || c.is_whitespace())
}

/// `16` and `16.0` are integers; `16.5` is not.
#[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
pub(super) fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    if number.is_u64() {
        return Some(i64::MAX); // larger than any limit
    }
    number
        .as_f64()
        .filter(|value| value.fract() == 0.0 && value.abs() < EXACT)
        .map(|value| value as i64)
}

pub(super) fn parse_text<T: FromStr<Err = TextError>>(
    path: Path,
    text: &str,
) -> Result<T, Problem> {
    text.parse().map_err(|error: TextError| {
        let hint = match error {
            TextError::Empty => Some("leave the field out when there is nothing to say".to_owned()),
            ref other => other.hint(),
        };
        Problem {
            path,
            message: error.to_string(),
            hint,
        }
    })
}

fn not_a_string(path: Path, value: &Value) -> Problem {
    let problem = Problem::new(path, format!("must be a string, found {}", in_words(value)));
    match value {
        Value::Number(number) => {
            problem.with_hint(format!("put it in double quotes: `\"{number}\"`"))
        }
        _ => problem,
    }
}

/// The problem with a value that should be a number; a number in quotes gets a specific hint.
pub(super) fn not_a_number(path: Path, value: &Value) -> Problem {
    let problem = Problem::new(path, format!("must be a number, found {}", in_words(value)));
    let Value::String(text) = value else {
        return match value {
            Value::Bool(flag) => problem.with_hint(format!(
                "write {} for {flag}, or move it to `params`",
                i32::from(*flag)
            )),
            _ => problem,
        };
    };
    let text = text.trim();
    if text.parse::<f64>().is_ok_and(f64::is_finite) {
        return problem.with_hint(format!("remove the quotes: `{text}`"));
    }
    let percent = text.strip_suffix('%').map(str::trim);
    if let Some(ratio) = percent.and_then(crate::metric::percent_to_ratio) {
        return problem.with_hint(format!("a ratio is written as a number: `{ratio}`"));
    }
    problem.with_hint("leave out what the run did not measure")
}
