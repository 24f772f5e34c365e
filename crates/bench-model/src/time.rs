//! The time a benchmark ran, as reports and flags write it.

use jiff::{Timestamp, civil, tz::TimeZone};

use crate::words::{QUOTED, shorten};

/// An instant, and whether its offset had to be assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub instant: Timestamp,
    /// Whether the text had no offset and was read as UTC.
    pub is_naive: bool,
}

/// Why a text is not the time a benchmark ran. Reads as the end of a sentence whose subject is the
/// field or the flag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// Something else.
    #[error("must be a date and time like `2026-02-03T11:01:50Z`, found `{found}`")]
    NotAMoment {
        /// What was found.
        found: String,
        /// The instant, if it is a Unix time.
        as_unix: Option<Timestamp>,
    },
    /// Before there were such benchmarks.
    #[error("must not lie before 1970, found `{found}`")]
    Before1970 {
        /// What was found.
        found: String,
    },
}

impl MomentError {
    /// How to fix it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotAMoment {
                as_unix: Some(instant),
                ..
            } => format!("as Unix time that is `{instant}`; write it so"),
            Self::NotAMoment { as_unix: None, .. } => {
                "in Python: `datetime.now(timezone.utc).isoformat()`; in a shell: `date -u +%FT%TZ`"
                    .to_owned()
            }
            Self::Before1970 { .. } => "the clock of the machine was probably not set".to_owned(),
        }
    }
}

/// Reads `2026-02-03T11:01:50-05:00`; without an offset, and as a day alone, it is UTC.
///
/// # Errors
///
/// [`MomentError`] when it is something else, or before 1970.
///
/// # Example: a day
///
/// ```
/// let day = bench_model::time::read("2026-11-01")?;
/// assert_eq!(day.instant.to_string(), "2026-11-01T00:00:00Z");
/// assert!(day.is_naive);
/// # Ok::<(), bench_model::time::MomentError>(())
/// ```
pub fn read(text: &str) -> Result<Moment, MomentError> {
    let text = text.trim();
    let read = if let Ok(instant) = text.parse::<Timestamp>() {
        Moment {
            instant,
            is_naive: false,
        }
    } else if let Some(instant) = text.parse::<civil::DateTime>().ok().and_then(as_utc) {
        Moment {
            instant,
            is_naive: true,
        }
    } else {
        return Err(MomentError::NotAMoment {
            found: shorten(text, QUOTED),
            as_unix: text.parse().ok().and_then(from_unix),
        });
    };
    if read.instant < Timestamp::UNIX_EPOCH {
        return Err(MomentError::Before1970 {
            found: shorten(text, QUOTED),
        });
    }
    Ok(read)
}

fn as_utc(time: civil::DateTime) -> Option<Timestamp> {
    TimeZone::UTC.to_timestamp(time).ok()
}

/// Seconds or milliseconds since 1970, whichever gives a year of this century.
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
