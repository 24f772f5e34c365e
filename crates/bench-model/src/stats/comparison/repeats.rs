//! Metrics that repeat exactly: tokens, bytes, an accuracy of 1 that is 0.98 now and then.
//!
//! Runs that were equal so far don't prove that the next one is. With m equal runs, the next
//! differs with probability `0.5 / (m + 1)` (Krichevsky and Trofimov 1981: Jeffreys' prior), so the
//! first different value after ten equal ones may be chance, and the second one hardly. Without a
//! change this p-value is at most 0.05 in at most 3.7 % of all cases, whatever the true rate:
//! `r (1 - r)^m` is at most `1 / (e (m + 1))`.

use crate::stats::{
    comparison::paired,
    numeric::{
        distribution::t_two_sided,
        sample::{mean, real},
        special::ln_beta,
    },
};

/// Values that differ by less than this share are equal but for rounding.
const ROUNDING: f64 = 1e-9;

/// How exactly runs repeat.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Repeats {
    /// The number of runs.
    pub runs: usize,
    /// How far from the others those were that differed, ascending.
    pub strays: Vec<f64>,
}

impl Repeats {
    /// How exactly these runs repeat, and the value that they repeat; none if they don't in more
    /// than half of the cases.
    pub(super) fn of(values: &[f64]) -> Option<(f64, Self)> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let longest = sorted
            .chunk_by(|a, b| is_equal(*a, *b))
            .max_by_key(|equal| equal.len())?;
        let level = longest[0];
        let mut strays: Vec<f64> = values
            .iter()
            .filter(|value| !is_equal(**value, level))
            .map(|value| (value - level).abs())
            .collect();
        strays.sort_unstable_by(f64::total_cmp);
        let runs = values.len();
        (2 * longest.len() > runs).then_some((level, Self { runs, strays }))
    }

    /// These runs and others.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.runs += other.runs;
        self.strays.extend(&other.strays);
        self.strays.sort_unstable_by(f64::total_cmp);
        self
    }

    /// The probability that at least `count` of `new` further runs differ by at least `distance`,
    /// if nothing changed.
    ///
    /// The rate is known from the strays so far that differed as much; for a distance beyond all of
    /// them it may also be that of any stray, times the tail of their size (Student's t).
    pub(super) fn chance(&self, distance: f64, count: usize, new: usize) -> f64 {
        let within = distance * (1.0 - ROUNDING);
        let nearer = self.strays.partition_point(|stray| *stray < within);
        let as_far = self.strays.len() - nearer;
        let seen = at_least(count, new, as_far, self.runs);
        if as_far > 0 || self.strays.is_empty() {
            return seen;
        }
        let squares: Vec<f64> = self.strays.iter().map(|stray| stray * stray).collect();
        let size = libm::sqrt(mean(&squares));
        let further = t_two_sided(distance / size, real(self.strays.len()));
        seen.min(further * at_least(count, new, self.strays.len(), self.runs))
    }

    /// The probability of `after`, runs that follow these at `level`, if nothing changed: as many
    /// runs on one side of it, and as far away.
    pub(super) fn p_value(&self, level: f64, after: &[f64]) -> f64 {
        let moved: Vec<f64> = after
            .iter()
            .filter(|value| !is_equal(**value, level))
            .map(|value| value - level)
            .collect();
        let up = moved.iter().filter(|distance| **distance > 0.0).count();
        let is_up = 2 * up >= moved.len();
        let farther: Vec<f64> = moved
            .iter()
            .filter(|distance| (**distance > 0.0) == is_up)
            .map(|distance| distance.abs())
            .collect();
        if farther.is_empty() {
            return 1.0;
        }
        let nearest = farther.iter().copied().fold(f64::INFINITY, f64::min);
        let chance = self.chance(nearest, farther.len(), after.len());
        if farther.len() == moved.len() {
            return chance;
        }
        // On both sides of the level: the metric became noisy.
        let distances: Vec<f64> = after.iter().map(|value| value - level).collect();
        let noisy = paired::simple(&distances).map_or(1.0, paired::Estimate::p_value);
        chance.max(noisy)
    }

    /// How far runs stray with a probability of at most `level`.
    pub(super) fn reach(&self, level: f64) -> f64 {
        let usual = |stray: &&f64| self.chance(**stray, 1, 1) > level;
        self.strays.iter().rfind(usual).copied().unwrap_or_default()
    }

    /// How many runs that all differ are needed for a probability of at most `level`.
    pub(super) fn needed(&self, distance: f64, level: f64) -> Option<usize> {
        (1..=20).find(|runs| self.chance(distance, *runs, *runs) <= level)
    }
}

pub(super) fn is_equal(one: f64, other: f64) -> bool {
    (one - other).abs() <= ROUNDING * one.abs().max(other.abs())
}

/// The probability of at least `count` of `new` events, after `seen` in `runs`: the beta-binomial
/// law of Jeffreys' prior.
fn at_least(count: usize, new: usize, seen: usize, runs: usize) -> f64 {
    let (a, b) = (real(seen) + 0.5, real(runs.saturating_sub(seen)) + 0.5);
    let law = |k: usize| {
        let (k, n) = (real(k), real(new));
        let ln_ways = -libm::log(n + 1.0) - ln_beta(n - k + 1.0, k + 1.0);
        libm::exp(ln_ways + ln_beta(a + k, b + n - k) - ln_beta(a, b))
    };
    (count..=new).map(law).sum::<f64>().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(equal: usize) -> Repeats {
        Repeats {
            runs: equal,
            strays: Vec::new(),
        }
    }

    #[test]
    fn a_first_different_value_may_be_chance_and_a_second_is_a_change() {
        let once = after(10).p_value(1.0, &[0.98]);
        assert!((once - 0.5 / 11.0).abs() < 1e-12, "{once}");
        let twice = after(10).p_value(1.0, &[0.98, 0.98]);
        assert!((twice - 0.5 * 1.5 / (11.0 * 12.0)).abs() < 1e-12, "{twice}");
        assert!((after(10).p_value(1.0, &[1.0]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_probability_is_that_of_scipy() {
        // scipy.stats.betabinom(5, 2.5, 28.5).sf(2)
        let found = at_least(3, 5, 2, 30);
        assert!((found - 0.009_326_281_4).abs() < 1e-9, "{found}");
    }

    #[test]
    fn what_strays_now_and_then_has_to_stray_further_or_longer() {
        let values: Vec<f64> = (0..30)
            .map(|run| if run % 10 == 3 { 0.98 } else { 1.0 })
            .collect();
        let (level, found) = Repeats::of(&values).expect("mostly equal");
        assert_eq!((level, found.strays.len()), (1.0, 3));
        assert!(found.p_value(level, &[0.98]) > 0.1);
        assert!(found.p_value(level, &[0.5]) < 0.001);
        assert!(found.p_value(level, &[0.98, 0.98, 0.98, 0.98]) < 0.001);
        assert!(found.reach(0.05) > 0.0);
        assert_eq!(Repeats::of(&[1.0, 2.0, 3.0]), None);
    }
}
