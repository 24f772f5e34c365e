//! Errors of the statistics.

use std::fmt;

use thiserror::Error;

/// Which of two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The reference.
    Baseline,
    /// The compared side.
    Current,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Baseline => "baseline",
            Self::Current => "current side",
        })
    }
}

/// An unusable series. Too few runs are not an error: the result says so.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub enum StatsError {
    /// NaN or an infinity. Values are never dropped silently, because indices would shift: the
    /// caller drops the run and maps indices, or refuses the series.
    #[error("the value of run {index} must be a finite number, found {found}")]
    NotFinite {
        /// The position in the series, from 0.
        index: usize,
        /// NaN or an infinity.
        found: f64,
    },
    /// A value so large that sums and shifts overflow.
    #[error(
        "the value of run {index} must be at most 1e300 in size to be replayed, found {found:e}"
    )]
    TooLarge {
        /// The position in the series, from 0.
        index: usize,
        /// The value.
        found: f64,
    },
    /// An option out of range.
    #[error("`{option}` must be between {least} and {most}, found {found}")]
    Option {
        /// The field of the options.
        option: &'static str,
        /// The value.
        found: f64,
        /// The minimum.
        least: f64,
        /// The maximum.
        most: f64,
    },
    /// A side without a run.
    #[error("the {side} must have at least one run with the metric, found none")]
    NoRuns {
        /// Which side.
        side: Side,
    },
}

impl StatsError {
    /// Checks that every value is finite.
    ///
    /// # Errors
    ///
    /// [`Self::NotFinite`] with the first one that is not.
    pub(crate) fn check_values(values: &[f64]) -> Result<(), Self> {
        match values.iter().position(|value| !value.is_finite()) {
            Some(index) => Err(Self::NotFinite {
                index,
                found: values[index],
            }),
            None => Ok(()),
        }
    }

    /// `found` between `least` and `most`.
    ///
    /// # Errors
    ///
    /// [`Self::Option`] otherwise, including NaN.
    pub(crate) fn check_option(
        option: &'static str,
        found: f64,
        (least, most): (f64, f64),
    ) -> Result<(), Self> {
        if (least..=most).contains(&found) {
            return Ok(());
        }
        Err(Self::Option {
            option,
            found,
            least,
            most,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_that_is_no_number_is_named() {
        let error = StatsError::check_values(&[1.0, f64::NAN]).unwrap_err();

        assert_eq!(
            error.to_string(),
            "the value of run 1 must be a finite number, found NaN"
        );
    }
}
