//! Shares: k of n items.

use crate::stats::numeric::{distribution::normal_quantile, interval::Interval};

/// The interval of a share, by Wilson's score method (Wilson 1927).
///
/// `successes` of `n` items count, with `n > 0`; fractions are allowed, as in the mean of several
/// runs. `confidence` is a ratio such as 0.95. Never leaves 0 … 1 and has a width even at 0 of n
/// and n of n. The mean coverage over all true shares is close to the confidence, but lower at
/// some: `docs/verdicts.md` has the figures.
pub fn wilson(successes: f64, n: f64, confidence: f64) -> Interval {
    let z = critical(confidence);
    let (share, z2) = (successes / n, z * z);
    let middle = share + z2 / (2.0 * n);
    let half = z * libm::sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n));
    let below = 1.0 + z2 / n;
    // At the ends the bound is exactly 0 or 1 despite rounding.
    Interval {
        low: if successes <= 0.0 {
            0.0
        } else {
            ((middle - half) / below).max(0.0)
        },
        high: if successes >= n {
            1.0
        } else {
            ((middle + half) / below).min(1.0)
        },
    }
}

/// The interval of the difference of two shares of different items, after minus before:
/// Newcombe's hybrid score interval (Newcombe 1998, Statistics in Medicine 17:873, method 10).
pub fn newcombe(before: (f64, f64), after: (f64, f64), confidence: f64) -> Interval {
    let share = |(successes, n): (f64, f64)| successes / n;
    square_and_add(
        (share(before), wilson(before.0, before.1, confidence)),
        (share(after), wilson(after.0, after.1, confidence)),
        0.0,
    )
}

/// The results of two runs on the same items, each a success or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedTable {
    /// Successes in both.
    pub both: f64,
    /// Successes only in the baseline.
    pub only_before: f64,
    /// Successes only in the current run.
    pub only_after: f64,
    /// Successes in neither.
    pub neither: f64,
}

impl PairedTable {
    /// The number of items.
    pub fn n(self) -> f64 {
        self.both + self.only_before + self.only_after + self.neither
    }
}

/// The interval of the difference of two shares of the same items, after minus before (Newcombe 1998,
/// Statistics in Medicine 17:2635, method 10: score intervals joined with the corrected correlation).
pub fn newcombe_paired(table: PairedTable, confidence: f64) -> Interval {
    let PairedTable {
        both,
        only_before,
        only_after,
        neither,
    } = table;
    let n = table.n();
    let (before, after) = (both + only_before, both + only_after);
    let margins = before * (n - before) * after * (n - after);
    let agreement = both * neither - only_before * only_after;
    let corrected = if agreement > n / 2.0 {
        agreement - n / 2.0
    } else {
        agreement.min(0.0)
    };
    let correlation = if margins > 0.0 {
        corrected / libm::sqrt(margins)
    } else {
        0.0
    };
    square_and_add(
        (before / n, wilson(before, n, confidence)),
        (after / n, wilson(after, n, confidence)),
        correlation,
    )
}

/// The interval of `after - before` from the interval of each (Zou and Donner 2008, "square and add").
///
/// Each side is an estimate and its interval; `correlation` is that of the two estimates.
pub(crate) fn square_and_add(
    before: (f64, Interval),
    after: (f64, Interval),
    correlation: f64,
) -> Interval {
    let ((b, before), (a, after)) = (before, after);
    let join = |x: f64, y: f64| libm::sqrt((x * x + y * y - 2.0 * correlation * x * y).max(0.0));
    Interval {
        low: a - b - join(a - after.low, before.high - b),
        high: a - b + join(after.high - a, b - before.low),
    }
}

/// The two-sided critical z-value of `confidence`: 1.96 for 0.95.
pub fn critical(confidence: f64) -> f64 {
    normal_quantile(0.5 + confidence / 2.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_close(found: Interval, low: f64, high: f64) {
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(
            near(found.low, low) && near(found.high, high),
            "{found:?}, wanted {low} {high}"
        );
    }

    #[test]
    fn intervals_are_those_of_the_paper() {
        // Newcombe 1998, 17:873, table II, row 10: (a) 56/70 - 48/80: 0.0524, 0.3339; (f) 10/10 - 0/20: 0.6791, 1
        let difference = newcombe((48.0, 80.0), (56.0, 70.0), 0.95);
        assert!((difference.low - 0.0524).abs() < 5e-5 && (difference.high - 0.3339).abs() < 5e-5);
        let all_or_none = newcombe((0.0, 20.0), (10.0, 10.0), 0.95);
        assert!((all_or_none.low - 0.6791).abs() < 5e-5, "{all_or_none:?}");
        assert_close(
            newcombe((80.0, 100.0), (72.0, 100.0), 0.95),
            -0.195_940_650_566_313_05,
            0.038_613_133_833_911_115,
        );
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_estimate_and_stays_in_range(n in 1_u32..2000, share in 0.0_f64..=1.0) {
            let successes = libm::round(share * f64::from(n));
            let found = wilson(successes, f64::from(n), 0.95);
            let estimate = successes / f64::from(n);
            prop_assert!(0.0 <= found.low && found.low <= estimate && estimate <= found.high && found.high <= 1.0);
        }

        #[test]
        fn swapping_the_sides_of_a_pair_turns_the_interval_round(
            cells in proptest::array::uniform4(0_u32..60)
        ) {
            prop_assume!(cells.iter().sum::<u32>() > 0);
            let [both, b, c, neither] = cells.map(f64::from);
            let one = newcombe_paired(PairedTable { both, only_before: b, only_after: c, neither }, 0.95);
            let other = newcombe_paired(PairedTable { both, only_before: c, only_after: b, neither }, 0.95);
            prop_assert!((one.low + other.high).abs() < 1e-12 && (one.high + other.low).abs() < 1e-12);
            let difference = (c - b) / (both + b + c + neither);
            prop_assert!(one.low <= difference + 1e-12 && difference <= one.high + 1e-12);
        }
    }
}
