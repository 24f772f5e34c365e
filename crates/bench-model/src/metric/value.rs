//! The value of a metric, in the form its report gave it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::Number;

/// The largest magnitude that the database takes as finite.
const LARGEST: f64 = 1e308;

/// A finite number as its report wrote it: `132` stays a whole number, `0.895` a decimal.
///
/// It is one that an `f64` holds exactly, so that statistics and database see the same value. Two
/// values are equal when their numbers are, whatever their form: `132` and `132.0`.
///
/// # Example: a whole number stays whole
///
/// ```
/// use bench_model::metric::MetricValue;
///
/// let counted: MetricValue = serde_json::from_str("132")?;
/// assert_eq!(serde_json::to_string(&counted)?, "132");
/// assert_eq!(counted.as_f64(), 132.0);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct MetricValue(Number);

/// Why a number is not the value of a metric. Reads as the end of a sentence whose subject is the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetricValueError {
    /// Beyond what the database takes as finite.
    #[error("must lie between -1e308 and 1e308, found {found}")]
    TooLarge {
        /// The number.
        found: String,
    },
    /// A whole number that an `f64` would round.
    #[error("has more digits than a number keeps, found {found}")]
    LosesDigits {
        /// The number.
        found: String,
    },
}

impl MetricValueError {
    /// How to fix it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::TooLarge { .. } => None,
            Self::LosesDigits { .. } => {
                Some("a metric is a 64-bit floating point number; move identifiers to `params`")
            }
        }
    }
}

impl MetricValue {
    /// The value for statistics.
    pub fn as_f64(&self) -> f64 {
        // A number that exists was finite when it was read.
        self.0.as_f64().unwrap_or(f64::NAN)
    }

    /// A value that was calculated, and so has no form of its own; none when it is not finite.
    pub(crate) fn calculated(value: f64) -> Option<Self> {
        Number::from_f64(value)?.try_into().ok()
    }
}

impl TryFrom<Number> for MetricValue {
    type Error = MetricValueError;

    fn try_from(number: Number) -> Result<Self, MetricValueError> {
        let value = number.as_f64().unwrap_or(f64::INFINITY);
        let found = || number.to_string();
        if value.abs() > LARGEST {
            return Err(MetricValueError::TooLarge { found: found() });
        }
        if is_rounded(&number, value) {
            return Err(MetricValueError::LosesDigits { found: found() });
        }
        // -0.0 is 0, which no report means to tell apart.
        Ok(Self(if value == 0.0 && number.is_f64() {
            Number::from_f64(0.0).unwrap_or(number)
        } else {
            number
        }))
    }
}

impl<'de> Deserialize<'de> for MetricValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Number::deserialize(deserializer)?
            .try_into()
            .map_err(D::Error::custom)
    }
}

impl PartialEq for MetricValue {
    fn eq(&self, other: &Self) -> bool {
        self.as_f64().total_cmp(&other.as_f64()).is_eq()
    }
}

impl PartialEq<f64> for MetricValue {
    fn eq(&self, other: &f64) -> bool {
        self.as_f64().total_cmp(other).is_eq()
    }
}

impl fmt::Display for MetricValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A whole number beyond 2^53 that an `f64` does not hold to its last digit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast saturates, which differs as it should"
)]
fn is_rounded(number: &Number, value: f64) -> bool {
    match (number.as_u64(), number.as_i64()) {
        (Some(whole), _) => value as u64 != whole || whole == u64::MAX,
        (None, Some(whole)) => value as i64 != whole,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<MetricValue, MetricValueError> {
        serde_json::from_str::<Number>(text)
            .expect("a number")
            .try_into()
    }

    #[test]
    fn a_value_keeps_the_form_that_its_report_gave_it() {
        for (written, kept) in [
            ("132", "132"),
            ("-7", "-7"),
            ("0", "0"),
            ("412.0", "412.0"),
            ("0.895", "0.895"),
            ("1.50", "1.5"),
            ("-0.0", "0.0"),
            ("9007199254740992", "9007199254740992"),
            ("1152921504606846976", "1152921504606846976"),
            ("9223372036854775808", "9223372036854775808"),
        ] {
            assert_eq!(
                read(written).map(|value| value.to_string()),
                Ok(kept.to_owned())
            );
        }
    }

    #[test]
    fn one_number_in_two_forms_is_one_value() {
        assert_eq!(read("132"), read("132.0"));
        assert_eq!(read("412"), read("4.12e2"));
        assert_eq!(read("0"), read("-0.0"));
        assert_ne!(read("132"), read("132.5"));
    }

    #[test]
    fn what_an_f64_rounds_or_the_database_takes_for_infinite_is_refused() {
        for text in [
            "9007199254740993",
            "18446744073709551615",
            "-9223372036854775807",
        ] {
            assert_eq!(
                read(text),
                Err(MetricValueError::LosesDigits {
                    found: text.to_owned()
                })
            );
        }
        for text in ["1.5e308", "-1.1e308"] {
            assert!(
                matches!(read(text), Err(MetricValueError::TooLarge { .. })),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_whole_number_up_to_2_to_the_53_keeps_its_digits(whole in -(1_i64 << 53)..=(1 << 53)) {
            let text = whole.to_string();
            let value = read(&text).expect("a value");
            prop_assert_eq!(serde_json::to_string(&value).expect("JSON"), text);
        }

        #[test]
        fn a_value_is_read_as_it_was_written(number in prop::num::f64::NORMAL) {
            if let Some(value) = MetricValue::calculated(number) {
                let text = serde_json::to_string(&value).expect("JSON");
                let again: MetricValue = serde_json::from_str(&text).expect("a value");
                prop_assert_eq!(again.as_f64().to_bits(), number.to_bits());
            }
        }
    }
}
