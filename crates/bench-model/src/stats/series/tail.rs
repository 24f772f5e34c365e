//! Tests whether the newest runs differ from the stable runs before them.

use crate::stats::{
    numeric::{
        distribution::{t_two_sided, t_two_sided_quantile},
        sample::{mean, median_of, real, squares},
    },
    series::{noise::spike_limit, step::PRIOR_RUNS},
};

/// The numbers of newest runs tested together. From six on, the history detects a change.
pub(crate) const NEWEST: std::ops::RangeInclusive<usize> = 2..=5;
/// With fewer stable runs the noise is unknown.
pub(crate) const LEAST_STABLE: usize = 5;
/// From here on, the stable runs have shown their own range.
const MANY_STABLE: usize = 12;
/// The level of the rank test of the newest runs.
const RANK_LEVEL: f64 = 2.5e-3;
/// Other levels whose variance is more than so many times that of this one say nothing about it:
/// they were measured in another unit, or on another machine.
const MOST_UNLIKE: f64 = 9.0;
/// The maximum lag of correlation.
const CORRELATION_REACH: usize = 30;

/// The p-values that the newest runs must reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels {
    /// With [`MANY_STABLE`] runs before.
    pub(crate) many: f64,
    /// With fewer: their t has few degrees of freedom and therefore requires a large distance
    /// anyway.
    pub(crate) few: f64,
}

/// The winsorised stable runs before the newest.
#[derive(Clone, Debug)]
pub(crate) struct Stable {
    runs: Vec<f64>,
    level: f64,
    sd: f64,
    variance_factor: f64,
    correlation: f64,
    prior_degrees: f64,
}

/// The noise that the other levels of the series had.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elsewhere {
    /// Its variance.
    pub(crate) variance: f64,
    /// How many degrees of freedom it is worth.
    pub(crate) degrees: f64,
}

/// The newest runs against the stable ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shift {
    /// The number of newest runs in it.
    pub(crate) runs: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) standard_error: f64,
    pub(crate) degrees: f64,
    pub(crate) p_value: f64,
    pub(crate) sd: f64,
}

impl Stable {
    /// A level of two to four runs, whose noise is known from other levels; none if it isn't.
    pub(crate) fn young(runs: &[f64], correlation: f64, elsewhere: Elsewhere) -> Option<Self> {
        let is_known = runs.len() >= *NEWEST.start() && elsewhere.degrees >= PRIOR_RUNS;
        is_known
            .then(|| Self::of(runs, correlation, elsewhere))
            .flatten()
    }

    /// None with too few runs, or without noise.
    pub(crate) fn new(runs: &[f64], correlation: f64, elsewhere: Elsewhere) -> Option<Self> {
        if runs.len() < LEAST_STABLE {
            return None;
        }
        Self::of(runs, correlation, elsewhere)
    }

    fn of(runs: &[f64], correlation: f64, elsewhere: Elsewhere) -> Option<Self> {
        let middle = median_of(runs);
        let mut distances: Vec<f64> = runs.iter().map(|v| (v - middle).abs()).collect();
        let limit = spike_limit(&mut distances);
        let pulled_in: Vec<f64> = runs
            .iter()
            .map(|v| v.clamp(middle - limit, middle + limit))
            .collect();
        let own = real(runs.len()) - 1.0;
        let own_squares = squares(&pulled_in);
        let Elsewhere { variance, degrees } = elsewhere;
        let is_like = own_squares <= 0.0 || variance * own <= MOST_UNLIKE * own_squares;
        let prior_degrees = if is_like {
            degrees.min(PRIOR_RUNS)
        } else {
            0.0
        };
        let sd = ((prior_degrees * variance + own_squares) / (prior_degrees + own)).sqrt();
        (sd > 0.0).then(|| Self {
            prior_degrees,
            runs: runs.to_vec(),
            level: mean(&pulled_in),
            sd,
            variance_factor: variance_factor(correlation, runs.len().min(CORRELATION_REACH)),
            correlation,
        })
    }

    fn degrees(&self) -> f64 {
        ((real(self.runs.len()) - 1.0 + self.prior_degrees) / self.variance_factor).max(2.0)
    }

    /// The standard error of the mean of `newest` runs minus the level.
    fn standard_error(&self, newest: usize) -> f64 {
        let of_newest = variance_factor(self.correlation, newest) / real(newest);
        let of_level = self.variance_factor / real(self.runs.len());
        self.sd * (of_newest + of_level).sqrt()
    }

    /// The level at which the newest runs are judged.
    fn wanted(&self, levels: Levels) -> f64 {
        if self.runs.len() >= MANY_STABLE {
            levels.many
        } else {
            levels.few
        }
    }

    /// The newest run, if the t-test says that it is out of line. Neither ranks nor earlier spikes
    /// excuse it: this is a suspicion, not a change.
    pub(crate) fn suspicion(&self, newest: f64, levels: Levels) -> Option<Shift> {
        let shift = self.shift(&[newest])?;
        (shift.p_value <= self.wanted(levels)).then_some(shift)
    }

    /// The smallest shift of the newest run that is suspicious.
    pub(crate) fn suspicion_limit(&self, levels: Levels) -> f64 {
        t_two_sided_quantile(self.wanted(levels), self.degrees()) * self.standard_error(1)
    }

    /// The smallest shift of `newest` equal runs that passes the level.
    pub(crate) fn limit(&self, newest: usize, levels: Levels) -> f64 {
        let t = t_two_sided_quantile(self.wanted(levels), self.degrees());
        let by_t = t * self.standard_error(newest);
        let by_memory = if self.runs.len() >= MANY_STABLE {
            self.largest_excursion(newest)
        } else {
            0.0
        };
        by_t.max(by_memory).max(self.rank_limit(newest))
    }

    /// The smallest shift of `newest` equal runs on either side that passes the rank test.
    fn rank_limit(&self, newest: usize) -> f64 {
        let mut distances: Vec<f64> = self.runs.iter().map(|v| (v - self.level).abs()).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let is_enough = |distance: &f64| {
            let beyond = |side: f64| vec![self.level + side * *distance; newest];
            // A stable run at the same distance counts against it, so just beyond is enough.
            [1.0, -1.0]
                .iter()
                .all(|side| self.ranks_agree(&beyond(*side)))
        };
        let place = distances.partition_point(|distance| !is_enough(distance));
        let found = distances.get(place).or(distances.last());
        found.copied().unwrap_or(0.0)
    }

    pub(crate) fn level(&self) -> f64 {
        self.level
    }

    pub(crate) fn sd(&self) -> f64 {
        self.sd
    }

    pub(crate) fn len(&self) -> usize {
        self.runs.len()
    }

    /// The p-value of the newest runs, and the shift they show.
    pub(crate) fn shift(&self, newest: &[f64]) -> Option<Shift> {
        let distance = excursion(newest.iter().map(|v| v - self.level))?;
        let side = if newest.first()? > &self.level {
            1.0
        } else {
            -1.0
        };
        let standard_error = self.standard_error(newest.len());
        let degrees = self.degrees();
        Some(Shift {
            runs: newest.len(),
            before: self.level,
            after: self.level + side * distance,
            standard_error,
            degrees,
            p_value: t_two_sided(distance / standard_error, degrees),
            sd: self.sd,
        })
    }

    /// [`Self::shift`] if it passes three tests: the t-test; ranks, which handle heavy tails and
    /// two modes; and memory: among many stable runs, no stretch of as many neighbours has ever
    /// gone as far, which handles weekly patterns.
    pub(crate) fn clear_shift(&self, newest: &[f64], levels: Levels) -> Option<Shift> {
        let shift = self.shift(newest)?;
        if shift.p_value > self.wanted(levels) {
            return None;
        }
        let distance = (shift.after - shift.before).abs();
        let is_unheard_of =
            self.runs.len() < MANY_STABLE || self.largest_excursion(newest.len()) < distance;
        (is_unheard_of && self.ranks_agree(newest)).then_some(shift)
    }

    /// Whether this many runs beyond the nearest of the newest would be rare among independent
    /// runs.
    ///
    /// If `k` of `n` stable runs lie as far out on that side, one run does with a probability near
    /// `(k + 1/2) / (n + 1)` (Krichevsky and Trofimov 1981), and all of the newest with that to the power of their number. So each
    /// of two runs must be unusual by itself: a spike beside an ordinary run is not a shift. Runs
    /// beyond all stable runs always pass.
    fn ranks_agree(&self, newest: &[f64]) -> bool {
        let Some(first) = newest.first() else {
            return false;
        };
        let side = if *first > self.level { 1.0 } else { -1.0 };
        let deviations = newest.iter().map(|v| (v - self.level) * side);
        let nearest = deviations.fold(f64::INFINITY, f64::min);
        let as_far = |v: &&f64| (**v - self.level) * side >= nearest;
        let beyond = self.runs.iter().filter(as_far).count();
        let share = (real(beyond) + 0.5) / (real(self.runs.len()) + 1.0);
        beyond == 0 || 2.0 * libm::pow(share, real(newest.len())) <= RANK_LEVEL
    }

    /// The largest excursion of so many neighbouring stable runs.
    fn largest_excursion(&self, newest: usize) -> f64 {
        let windows = self.runs.windows(newest);
        let excursions = windows.filter_map(|runs| excursion(runs.iter().map(|v| v - self.level)));
        excursions.fold(0.0, f64::max)
    }
}

/// The mean distance of runs that all lie on one side, none counted beyond twice the nearest, so
/// that a single spike does not dominate the mean; none if they lie on both sides.
fn excursion(deviations: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let one_side = deviations.clone().all(|d| d > 0.0) || deviations.clone().all(|d| d < 0.0);
    if !one_side {
        return None;
    }
    let nearest = deviations
        .clone()
        .fold(f64::INFINITY, |least, d| least.min(d.abs()));
    let (mut sum, mut count) = (0.0, 0.0);
    for deviation in deviations {
        sum += deviation.abs().min(2.0 * nearest);
        count += 1.0;
    }
    Some(sum / count)
}

/// The variance inflation of the mean of `runs` neighbours, with a geometrically decreasing
/// correlation.
fn variance_factor(correlation: f64, runs: usize) -> f64 {
    let mut power = 1.0;
    let mut sum = 0.0;
    for lag in 1..runs {
        power *= correlation;
        sum += (1.0 - real(lag) / real(runs)) * power;
    }
    1.0 + 2.0 * sum
}

/// The clear shift of the newest two to five runs; of several the one with the smallest p-value,
/// where the new level begins.
pub(crate) fn newest_shift(
    values: &[f64],
    correlation: f64,
    elsewhere: Elsewhere,
    levels: Levels,
) -> Option<Shift> {
    let shifts = NEWEST.filter_map(|newest| {
        let (before, newest) = values.split_at_checked(values.len().checked_sub(newest)?)?;
        Stable::new(before, correlation, elsewhere)?.clear_shift(newest, levels)
    });
    shifts.min_by(|a, b| a.p_value.total_cmp(&b.p_value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::numeric::random::SplitMix;

    const LEVELS: Levels = Levels {
        many: 3e-4,
        few: 1.8e-3,
    };

    const NOTHING: Elsewhere = Elsewhere {
        variance: 0.0,
        degrees: 0.0,
    };

    fn quiet(count: usize) -> Vec<f64> {
        let mut random = SplitMix::new(8);
        (0..count).map(|_| random.normal()).collect()
    }

    #[test]
    fn two_runs_far_out_are_a_shift() {
        let mut values = quiet(40);
        values.extend([8.0, 8.5]);

        let shift = newest_shift(&values, 0.0, NOTHING, LEVELS).expect("clear");

        assert_eq!(shift.runs, 2);
        assert!(shift.p_value < 1e-6);
    }

    #[test]
    fn two_runs_on_two_sides_are_none() {
        let mut values = quiet(40);
        values.extend([8.0, -8.0]);

        assert!(newest_shift(&values, 0.0, NOTHING, LEVELS).is_none());
    }

    #[test]
    fn a_spike_does_not_carry_its_neighbour() {
        let mut values = quiet(40);
        values.extend([50.0, 0.2]);

        assert!(newest_shift(&values, 0.0, NOTHING, LEVELS).is_none());
    }

    #[test]
    fn a_spike_beside_a_middling_run_is_no_shift() {
        let mut values = quiet(60);
        let stable = Stable::new(&values, 0.0, NOTHING).expect("noise");
        let middling = stable.level() + 1.6 * stable.sd();
        values.extend([middling, 50.0]);

        assert!(newest_shift(&values, 0.0, NOTHING, LEVELS).is_none());
    }

    #[test]
    fn what_happened_before_is_nothing_new() {
        let mut values = quiet(40);
        values[20] = 8.2;
        values[21] = 9.0;
        values.extend([8.0, 8.1]);

        assert!(newest_shift(&values, 0.0, NOTHING, LEVELS).is_none());
    }

    #[test]
    fn the_limit_is_where_a_shift_becomes_clear() {
        let stable = Stable::new(&quiet(40), 0.3, NOTHING).expect("noise");
        let limit = stable.limit(2, LEVELS);

        for (share, is_clear) in [(0.999, false), (1.001, true)] {
            let run = stable.level() + share * limit;
            assert_eq!(stable.clear_shift(&[run, run], LEVELS).is_some(), is_clear);
        }
    }

    #[test]
    fn correlated_means_vary_more() {
        assert!((variance_factor(0.0, 5) - 1.0).abs() < 1e-12);
        // 1 + 2 (0.5 * 0.5) for two runs.
        assert!((variance_factor(0.5, 2) - 1.5).abs() < 1e-12);
    }
}
