//! Reads the time of a benchmark run.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::Value;

use super::fields::quoted;
use crate::{path::Path, problem::Problem, report::in_words};

/// An instant, and whether its offset had to be assumed.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    pub(super) instant: Timestamp,
    pub(super) is_naive: bool,
}

/// Reads `2026-02-03T11:01:50-05:00`, and the output of Python's `isoformat` without a time zone,
/// as UTC.
pub(super) fn read(value: &Value) -> Result<Read, Problem> {
    let problem = |message: String| Problem::new(Path::root(), message);
    let text = match value {
        Value::String(text) => text.trim(),
        Value::Number(number) => {
            let problem = problem(format!(
                "must be a date and time like `2026-02-03T11:01:50Z`, found {number}"
            ));
            return Err(match number.as_f64().and_then(from_unix) {
                Some(instant) => {
                    problem.with_hint(format!("as Unix time that is `{instant}`; write it so"))
                }
                None => problem,
            });
        }
        other => {
            return Err(problem(format!(
                "must be a string, found {}",
                in_words(other)
            )));
        }
    };
    let read = if let Ok(instant) = text.parse::<Timestamp>() {
        Read {
            instant,
            is_naive: false,
        }
    } else if let Some(instant) = text.parse::<civil::DateTime>().ok().and_then(as_utc) {
        Read {
            instant,
            is_naive: true,
        }
    } else {
        let message = format!(
            "must be a date and time like `2026-02-03T11:01:50Z`, found {}",
            quoted(text)
        );
        return Err(problem(message).with_hint(
            "in Python: `datetime.now(timezone.utc).isoformat()`; in a shell: `date -u +%FT%TZ`",
        ));
    };
    if read.instant < Timestamp::UNIX_EPOCH {
        let message = format!("must not lie before 1970, found {}", quoted(text));
        return Err(problem(message).with_hint("the clock of the machine was probably not set"));
    }
    Ok(read)
}

fn as_utc(time: civil::DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(time).ok()
}

/// Seconds or milliseconds since 1970, whichever gives a year in this century.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole seconds are enough for a hint, and a cast saturates"
)]
fn from_unix(number: f64) -> Option<Timestamp> {
    const FROM: f64 = 946_684_800.0; // 2000-01-01
    const TO: f64 = 4_102_444_800.0; // 2100-01-01
    let seconds = if (FROM..TO).contains(&number) {
        number
    } else {
        number / 1e3
    };
    if !(FROM..TO).contains(&seconds) {
        return None;
    }
    Timestamp::from_second(seconds as i64).ok()
}
