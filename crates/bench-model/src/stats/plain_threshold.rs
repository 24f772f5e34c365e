//! The rule of `detect_regression`: worse by more than a threshold, in exact decimals as in SQL.
//!
//! In binary 0.90 - 0.85 is a little more than 0.05; in the database, which counts in decimals, it
//! is 0.05 and not above it. Both must give the same answer.

use crate::metric::{Direction, Scale};

/// Whether `after` is worse than `before` by more than `threshold`, by the difference or by the
/// share of `before` as `scale` says. None if the metric has no direction, or there is no share
/// because `before` is 0.
pub fn exceeds(
    before: f64,
    after: f64,
    direction: Direction,
    scale: Scale,
    threshold: f64,
) -> Option<bool> {
    let (low, high) = match direction {
        Direction::HigherIsBetter => (after, before),
        Direction::LowerIsBetter => (before, after),
        Direction::Neither => return None,
    };
    if scale == Scale::Relative && before == 0.0 {
        return None;
    }
    Some(
        exactly(before, low, high, scale, threshold).unwrap_or_else(|| {
            let limit = match scale {
                Scale::Absolute => threshold,
                Scale::Relative => threshold * before.abs(),
            };
            high - low > limit
        }),
    )
}

/// In decimals; none if they have too many digits for 128 bits.
fn exactly(before: f64, low: f64, high: f64, scale: Scale, threshold: f64) -> Option<bool> {
    let [before, low, high, threshold] = [before, low, high, threshold].map(Decimal::of);
    let worsening = high?.minus(low?)?;
    let limit = match scale {
        Scale::Absolute => threshold?,
        Scale::Relative => threshold?.times(before?.absolute())?,
    };
    Some(worsening.minus(limit)?.digits > 0)
}

/// `digits` / 10^`places`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    /// The shortest decimal that reads back as `number`, which is the one that JSON carries.
    fn of(number: f64) -> Option<Self> {
        let text = format!("{number}");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        Some(Self {
            digits: format!("{whole}{part}").parse().ok()?,
            places: u32::try_from(part.len()).ok()?,
        })
    }

    fn absolute(self) -> Self {
        Self {
            digits: self.digits.abs(),
            ..self
        }
    }

    fn with_places(self, places: u32) -> Option<i128> {
        10_i128
            .checked_pow(places - self.places)?
            .checked_mul(self.digits)
    }

    fn minus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        Some(Self {
            digits: self
                .with_places(places)?
                .checked_sub(other.with_places(places)?)?,
            places,
        })
    }

    fn times(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            places: self.places + other.places,
        })
    }
}

#[cfg(test)]
mod tests {
    use Direction::{HigherIsBetter, LowerIsBetter, Neither};
    use Scale::{Absolute, Relative};

    use super::*;

    #[test]
    fn at_the_threshold_is_not_above_it() {
        assert_eq!(
            exceeds(0.90, 0.85, HigherIsBetter, Absolute, 0.05),
            Some(false)
        );
        assert_eq!(
            exceeds(0.90, 0.8499, HigherIsBetter, Absolute, 0.05),
            Some(true)
        );
        assert_eq!(
            exceeds(400.0, 420.0, LowerIsBetter, Relative, 0.05),
            Some(false)
        );
        assert_eq!(
            exceeds(400.0, 420.001, LowerIsBetter, Relative, 0.05),
            Some(true)
        );
        assert_eq!(
            exceeds(0.07, 0.0735, LowerIsBetter, Relative, 0.05),
            Some(false)
        );
        assert_eq!(
            exceeds(-2.0, -2.2, HigherIsBetter, Relative, 0.05),
            Some(true)
        );
    }

    #[test]
    fn better_is_never_above_and_some_questions_have_no_answer() {
        assert_eq!(
            exceeds(0.85, 0.95, HigherIsBetter, Absolute, 0.05),
            Some(false)
        );
        assert_eq!(exceeds(0.9, 0.1, Neither, Absolute, 0.05), None);
        assert_eq!(exceeds(0.0, 1.0, LowerIsBetter, Relative, 0.05), None);
    }

    #[test]
    fn numbers_of_any_size_get_an_answer() {
        assert_eq!(
            exceeds(1e300, 1.2e300, LowerIsBetter, Relative, 0.05),
            Some(true)
        );
        assert_eq!(
            exceeds(1e-300, 1.01e-300, LowerIsBetter, Relative, 0.05),
            Some(false)
        );
    }
}
