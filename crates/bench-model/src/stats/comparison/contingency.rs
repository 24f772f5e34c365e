//! Exact tests of counts: McNemar's for the same items, Fisher's for different ones.

use crate::stats::{
    comparison::evidence::Counts,
    numeric::{
        distribution::beta_cdf,
        sample::real,
        special::{ln_beta, ln_gamma},
    },
};

/// The exact p-value of McNemar's test (McNemar 1947): for `only_before` and `only_after` items
/// that changed sides, if both directions are equally likely. Two-sided. 1 if no item changed
/// sides.
pub fn mcnemar_exact(only_before: u64, only_after: u64) -> f64 {
    let (least, n) = (only_before.min(only_after), only_before + only_after);
    if n == 0 {
        return 1.0;
    }
    (2.0 * half_binomial_cdf(least, n)).min(1.0)
}

/// Like [`mcnemar_exact`], with half the probability of the observed outcome: the exact test is so
/// conservative that it wastes items (Fagerland, Lydersen and Laake 2013 recommend the mid-p).
pub fn mcnemar_mid_p(only_before: u64, only_after: u64) -> f64 {
    let (least, n) = (only_before.min(only_after), only_before + only_after);
    if n == 0 || only_before == only_after {
        return 1.0;
    }
    (2.0 * half_binomial_cdf(least, n) - half_binomial_pmf(least, n)).min(1.0)
}

/// The probability of at most `k` heads in `n` tosses of a fair coin.
fn half_binomial_cdf(k: u64, n: u64) -> f64 {
    if k >= n {
        return 1.0;
    }
    beta_cdf(0.5, real(n - k), real(k + 1))
}

fn half_binomial_pmf(k: u64, n: u64) -> f64 {
    libm::exp(ln_choose(n, k) - real(n) * std::f64::consts::LN_2)
}

/// The logarithm of the number of ways to choose `k` of `n`.
fn ln_choose(n: u64, k: u64) -> f64 {
    -libm::log(real(n + 1)) - ln_beta(real(n - k + 1), real(k + 1))
}

/// How two-sided p-values count outcomes as likely as the observed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ties {
    Whole,
    Half,
}

/// The exact two-sided p-value of Fisher's test that two shares are the same (Fisher 1935).
pub fn fisher_exact(before: Counts, after: Counts) -> f64 {
    fisher(before, after, Ties::Whole)
}

/// Like [`fisher_exact`], with half the probability of the tables as likely as the observed one
/// (Lancaster 1961; Hirji, Tan and Elashoff 1991): closer to its level, and rarely above it.
pub fn fisher_mid_p(before: Counts, after: Counts) -> f64 {
    fisher(before, after, Ties::Half)
}

fn fisher(before: Counts, after: Counts, ties: Ties) -> f64 {
    /// Two tables are equally likely if their probabilities differ only by rounding, as in R and
    /// `SciPy`.
    const SAME: f64 = 1e-7;
    let (n1, n2) = (before.n, after.n);
    let total = before.successes + after.successes;
    let (lowest, highest) = (total.saturating_sub(n2), total.min(n1));
    if lowest == highest {
        return 1.0;
    }
    // Every table relative to the most likely one, by the ratio of neighbours.
    let mode = mode(n1, n2, total).clamp(lowest, highest);
    let step_up =
        |k: u64| real(n1 - k) * real(total - k) / (real(k + 1) * real(n2 + k + 1 - total));
    let up = Walk::new(mode, highest, |k| (k + 1, step_up(k)));
    let down = Walk::new(mode, lowest, |k| (k - 1, 1.0 / step_up(k - 1)));
    let tables: Vec<(u64, f64)> = std::iter::once((mode, 1.0)).chain(up).chain(down).collect();
    let all: f64 = tables.iter().map(|(_, weight)| weight).sum();
    let seen = tables
        .iter()
        .find(|(k, _)| *k == before.successes)
        .map_or(0.0, |(_, weight)| *weight);
    let half = if ties == Ties::Half { 0.5 } else { 1.0 };
    let as_rare: f64 = tables
        .iter()
        .map(|(_, weight)| {
            if (weight - seen).abs() <= SAME * seen {
                half * weight
            } else if *weight < seen {
                *weight
            } else {
                0.0
            }
        })
        .sum();
    (as_rare / all).min(1.0)
}

/// The most likely number of successes among `n1`, of `total` among `n1 + n2`.
fn mode(n1: u64, n2: u64, total: u64) -> u64 {
    let product = u128::from(n1 + 1) * u128::from(total + 1) / u128::from(n1 + n2 + 2);
    u64::try_from(product).unwrap_or(u64::MAX)
}

/// Weights from the mode outward, until they vanish.
struct Walk<F> {
    at: u64,
    end: u64,
    weight: f64,
    step: F,
}

impl<F: Fn(u64) -> (u64, f64)> Walk<F> {
    fn new(at: u64, end: u64, step: F) -> Self {
        Self {
            at,
            end,
            weight: 1.0,
            step,
        }
    }
}

impl<F: Fn(u64) -> (u64, f64)> Iterator for Walk<F> {
    type Item = (u64, f64);

    fn next(&mut self) -> Option<(u64, f64)> {
        if self.at == self.end || self.weight == 0.0 {
            return None;
        }
        let (next, ratio) = (self.step)(self.at);
        self.at = next;
        self.weight *= ratio;
        Some((next, self.weight))
    }
}

/// The probability of exactly `k` successes in `n` tries of probability `share`, for simulations
/// and enumerations.
pub fn binomial_pmf(k: u64, n: u64, share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        let certain = if share <= 0.0 { 0 } else { n };
        return if k == certain { 1.0 } else { 0.0 };
    }
    let ways = ln_gamma(real(n + 1)) - ln_gamma(real(k + 1)) - ln_gamma(real(n - k + 1));
    libm::exp(ways + real(k) * libm::log(share) + real(n - k) * libm::log1p(-share))
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;

    fn assert_close(found: f64, wanted: f64) {
        assert!(
            (found - wanted).abs() <= 1e-9 * wanted,
            "found {found}, wanted {wanted}"
        );
    }

    #[test]
    fn mcnemar_is_that_of_statsmodels() {
        // statsmodels.stats.contingency_tables.mcnemar([[0, b], [c, 0]], exact=True), and less pmf for the mid-p
        for (b, c, exact, mid) in [
            (10, 2, 0.038_574_218_75, 0.022_460_937_5),
            (25, 9, 0.009_041_185_490_787_03, 0.005_988_120_567_053_558),
            (3, 3, 1.0, 1.0),
            (0, 6, 0.031_25, 0.015_625),
            (
                120,
                80,
                0.005_685_155_996_750_306,
                0.004_660_051_974_640_119,
            ),
        ] {
            assert_close(mcnemar_exact(b, c), exact);
            assert_close(mcnemar_mid_p(b, c), mid);
            assert_close(mcnemar_mid_p(c, b), mid);
        }
        assert_eq!((mcnemar_exact(0, 0), mcnemar_mid_p(0, 0)), (1.0, 1.0));
    }

    #[test]
    fn fisher_is_that_of_scipy() {
        let counts = |successes, n| Counts { successes, n };
        // scipy.stats.fisher_exact([[8, 2], [1, 5]]).pvalue
        assert_close(
            fisher_exact(counts(8, 10), counts(1, 6)),
            0.034_965_034_965_034_96,
        );
        // Lady tasting tea: scipy.stats.fisher_exact([[3, 1], [1, 3]]).pvalue
        assert_close(
            fisher_exact(counts(3, 4), counts(1, 4)),
            0.485_714_285_714_285_7,
        );
        assert_eq!(fisher_mid_p(counts(0, 10), counts(0, 20)), 1.0);
        assert!(
            fisher_mid_p(counts(8, 10), counts(1, 6)) < fisher_exact(counts(8, 10), counts(1, 6))
        );
    }

    #[test]
    fn a_table_of_a_million_items_is_no_trouble() {
        let counts = |successes| Counts {
            successes,
            n: 1_000_000,
        };
        let p = fisher_exact(counts(800_000), counts(798_000));
        assert!(p > 1e-4 && p < 1e-3, "{p}");
    }
}
