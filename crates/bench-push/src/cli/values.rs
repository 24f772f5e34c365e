//! Parsers of flag values; each error completes a sentence that clap begins.

use std::str::FromStr;

use bench_model::{
    api_key::KeyKind,
    text::{Label, TextError},
};
use jiff::Timestamp;

use crate::cli::metric::Range;

pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.001..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("wanted seconds between 0.001 and 86400".to_owned()),
    }
}

pub(super) fn duration(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        Ok(_) => Err("wanted a number of seconds that is not negative".to_owned()),
        Err(_) => Err("wanted a number of seconds, such as 12.5".to_owned()),
    }
}

pub(super) fn threshold(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(threshold) if threshold.is_finite() && threshold >= 0.0 => Ok(threshold),
        _ => Err("wanted a ratio of 0 or more, such as 0.05".to_owned()),
    }
}

/// A time, read as the field of a report is.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    match bench_model::time::read(text) {
        Ok(moment) => Ok(moment.instant),
        Err(error) => Err(format!("{error}; {}", error.hint())),
    }
}

/// A text type of `bench-model`, with its hint on the same line, because clap shows only one.
pub(super) fn text<T: FromStr<Err = TextError>>(text: &str) -> Result<T, String> {
    refuse_key(text)?;
    text.parse().map_err(|error: TextError| match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    })
}

/// Why something was done. An empty reason explains nothing.
pub(super) fn reason(text: &str) -> Result<String, String> {
    refuse_key(text)?;
    match text.trim() {
        "" => Err("wanted a reason; without one, leave the flag out".to_owned()),
        reason => Ok(reason.to_owned()),
    }
}

/// `0..1`, `0..`, `..100`, `..`.
pub(super) fn range(text: &str) -> Result<Range, String> {
    let wrong =
        || "wanted MIN..MAX, such as `0..1`, `0..`, `..100`, or `..` for no bound".to_owned();
    let bound = |text: &str| match text.trim() {
        "" => Ok(None),
        number => match number.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(wrong()),
        },
    };
    let (min, max) = text.split_once("..").ok_or_else(wrong)?;
    let (min, max) = (bound(min)?, bound(max)?);
    if let (Some(min), Some(max)) = (min, max)
        && min >= max
    {
        return Err(format!(
            "the least value must be below the greatest, found {min} and {max}"
        ));
    }
    Ok(Range { min, max })
}

fn refuse_key(text: &str) -> Result<(), String> {
    if KeyKind::of(text).is_private() {
        return Err(
            "a key does not belong here; make a new one if it was shown anywhere".to_owned(),
        );
    }
    Ok(())
}

/// `refs/heads/main`, the format of `$GITHUB_REF`, is the branch `main`.
pub(super) fn branch(name: &str) -> Result<Label, String> {
    text(name.trim().trim_start_matches("refs/heads/"))
}
