//! Selects the cuts that are changes: tests each against the noise, and drops the weakest first.

use std::collections::BTreeMap;

use crate::stats::{
    numeric::{
        distribution::t_two_sided,
        sample::{mean, real, squares},
    },
    series::{
        dip,
        drift::Line,
        noise::winsorise,
        rank::rank_p_value,
        staircase::weakest_of_a_staircase,
        step::{PRIOR_RUNS, Step, Yardstick},
    },
};

/// The level of the rank test, which only ensures that a change doesn't rest on a few runs.
const RANK_LEVEL: f64 = 0.05;
/// With fewer runs on both sides together, ranks can't reach that level.
const RANK_FROM: usize = 8;
/// A side shorter than this fits any line.
const DRIFT_FROM: usize = 4;
/// The pooled variance is never taken below this share of the variance of differences, squared.
const LEAST_SD_SHARE: f64 = 0.25;

/// The changes that remain, and the series they were judged on.
#[derive(Clone, Debug)]
pub(crate) struct Remaining {
    pub(crate) steps: Vec<Step>,
    /// The winsorised series.
    pub(crate) pulled_in: Vec<f64>,
    /// The standard deviation around the levels.
    pub(crate) sd: f64,
    /// The runs of dips, which belong to no level.
    pub(crate) is_aside: Vec<bool>,
}

/// The p-value that a cut of the bounded loss must reach, which looks at more places than the
/// kernel does.
const CLEAR_LEVEL: f64 = 1e-5;
/// So near to a cut of the kernel, that of the bounded loss is the same change.
const NEAR: usize = 12;

/// Drops the weakest change until every one is significant, and sets dips aside: up to six runs
/// that left a level which then came back. The rest is read as if they had not been.
pub(crate) fn eliminate(
    values: &[f64],
    usual: &[usize],
    clear: &[usize],
    noise: &Yardstick,
) -> Remaining {
    let mut kept: Vec<usize> = (0..values.len()).collect();
    let (mut usual, mut clear) = (usual.to_vec(), clear.to_vec());
    loop {
        let left: Vec<f64> = kept.iter().map(|run| values[*run]).collect();
        let mut found = thin_out(&left, &usual, &clear, noise);
        let dips = found.dips(noise);
        if dips.is_empty() {
            found.put_back(values, &kept);
            return found;
        }
        let is_aside = |place: usize| {
            dips.iter()
                .any(|(first, end)| (*first..*end).contains(&place))
        };
        let moved = |index: &usize| {
            let before = (0..*index).filter(|place| is_aside(*place)).count();
            index - before
        };
        let inside = |index: &&usize| {
            !dips
                .iter()
                .any(|(first, end)| (*first..=*end).contains(*index))
        };
        usual = usual.iter().filter(inside).map(moved).collect();
        clear = clear.iter().filter(inside).map(moved).collect();
        let mut place = 0;
        kept.retain(|_| {
            place += 1;
            !is_aside(place - 1)
        });
    }
}

impl Remaining {
    /// In places of the whole series, of which `kept` were read.
    pub(crate) fn put_back(&mut self, values: &[f64], kept: &[usize]) {
        let mut pulled_in = values.to_vec();
        let mut is_aside = vec![true; values.len()];
        for (place, run) in kept.iter().enumerate() {
            pulled_in[*run] = self.pulled_in[place];
            is_aside[*run] = self.is_aside[place];
        }
        for step in &mut self.steps {
            step.index = kept[step.index];
        }
        self.pulled_in = pulled_in;
        self.is_aside = is_aside;
    }

    /// Short stretches between two that are alike, each as its first run and the one after its last.
    fn dips(&self, noise: &Yardstick) -> Vec<(usize, usize)> {
        let changes: Vec<usize> = self.steps.iter().map(|step| step.index).collect();
        let bounds = bounds(&changes, self.pulled_in.len());
        let mut dips: Vec<(usize, usize)> = Vec::new();
        for around in bounds.windows(4) {
            let [first, left, came_back, end] = [around[0], around[1], around[2], around[3]];
            let is_first = dips.last().is_none_or(|(_, last)| *last <= first);
            if came_back - left <= dip::LONGEST
                && is_first
                && are_alike(
                    &self.pulled_in[first..left],
                    &self.pulled_in[came_back..end],
                    self.sd,
                    noise.variance_factor,
                )
            {
                dips.push((left, came_back));
            }
        }
        dips
    }
}

/// Whether the means of two stretches differ by less than two standard errors.
pub(crate) fn are_alike(one: &[f64], other: &[f64], sd: f64, variance_factor: f64) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let spread = (1.0 / real(one.len()) + 1.0 / real(other.len())) * variance_factor;
    (mean(one) - mean(other)).abs() <= 2.0 * sd * spread.sqrt()
}

/// Drops the weakest change until every one is significant: by the moderated t, by ranks, and with
/// a better fit than a straight line. The others stay where they were placed.
fn thin_out(values: &[f64], usual: &[usize], clear: &[usize], noise: &Yardstick) -> Remaining {
    let near = |index: &usize| usual.iter().any(|usual| usual.abs_diff(*index) <= NEAR);
    let mut changes = usual.to_vec();
    changes.extend(clear.iter().copied().filter(|index| !near(index)));
    changes.sort_unstable();
    let level = |index: usize| {
        if usual.contains(&index) {
            noise.level
        } else {
            CLEAR_LEVEL
        }
    };
    let mut ranks = BTreeMap::new();
    loop {
        let bounds = bounds(&changes, values.len());
        let pulled_in = winsorise(values, &bounds);
        let pooled = Pooled::over(&pulled_in, &bounds, noise);
        let mut steps = Vec::with_capacity(changes.len());
        let mut worst: Option<(f64, usize)> = None;
        for triple in bounds.windows(3) {
            let [first, index, end] = [triple[0], triple[1], triple[2]];
            let step = pooled.step(&pulled_in, (first, index, end), noise);
            let rank = *ranks.entry((first, index, end)).or_insert_with(|| {
                rank_p_value(
                    &values[first..index],
                    &values[index..end],
                    noise.variance_factor,
                )
            });
            let badness = badness(&pulled_in, (first, index, end), &step, rank, level(index));
            if badness > worst.map_or(0.0, |(most, _)| most) {
                worst = Some((badness, index));
            }
            steps.push(step);
        }
        let staircase = weakest_of_a_staircase(&pulled_in, &bounds, &steps, noise);
        let Some(dropped) = staircase.or(worst.map(|(_, index)| index)) else {
            let sd = pooled.variance.sqrt();
            return Remaining {
                steps,
                pulled_in,
                sd,
                is_aside: vec![false; values.len()],
            };
        };
        changes.retain(|change| *change != dropped);
    }
}

/// 0, the changes, the count.
pub(crate) fn bounds(changes: &[usize], count: usize) -> Vec<usize> {
    let mut bounds = Vec::with_capacity(changes.len() + 2);
    bounds.push(0);
    bounds.extend(changes);
    bounds.push(count);
    bounds
}

/// The weakness of a change; 0 if it is significant.
fn badness(
    pulled_in: &[f64],
    (first, index, end): (usize, usize, usize),
    step: &Step,
    rank: f64,
    level: f64,
) -> f64 {
    // Weaker than any p-value: a drift is not a step.
    const DRIFT: f64 = 2.0;
    let (before, after) = (&pulled_in[first..index], &pulled_in[index..end]);
    let shorter = before.len().min(after.len());
    if shorter >= DRIFT_FROM
        && Line::fit(&pulled_in[first..end]).squares < squares(before) + squares(after)
    {
        return DRIFT;
    }
    let ranks_disagree = rank > RANK_LEVEL && end - first >= RANK_FROM;
    if step.p_value > level || ranks_disagree {
        step.p_value.max(rank)
    } else {
        0.0
    }
}

/// The variance within all segments together.
struct Pooled {
    variance: f64,
    prior_runs: f64,
}

impl Pooled {
    fn over(pulled_in: &[f64], bounds: &[usize], noise: &Yardstick) -> Self {
        let within = bounds
            .windows(2)
            .map(|pair| squares(&pulled_in[pair[0]..pair[1]]));
        let segments = bounds.len() - 1;
        let degrees = real(pulled_in.len().saturating_sub(segments)).max(1.0);
        let least = LEAST_SD_SHARE * noise.sd_of_differences;
        Self {
            variance: (within.sum::<f64>() / degrees).max(least * least),
            prior_runs: PRIOR_RUNS.min(degrees),
        }
    }

    /// The moderated t of one change, its p-value corrected for the choice of the place.
    fn step(
        &self,
        pulled_in: &[f64],
        (first, index, end): (usize, usize, usize),
        noise: &Yardstick,
    ) -> Step {
        let (before, after) = (&pulled_in[first..index], &pulled_in[index..end]);
        let (runs_before, runs_after) = (real(before.len()), real(after.len()));
        let own = squares(before) + squares(after);
        let degrees = self.prior_runs + runs_before + runs_after - 2.0;
        let variance = (self.prior_runs * self.variance + own) / degrees;
        let spread = 1.0 / runs_before + 1.0 / runs_after;
        let standard_error = (variance * noise.variance_factor * spread).sqrt();
        let (before, after) = (mean(before), mean(after));
        let degrees = (degrees / noise.variance_factor).max(2.0);
        let t = if standard_error > 0.0 {
            (after - before) / standard_error
        } else {
            0.0
        };
        let p_value = t_two_sided(t, degrees) * places(runs_before + runs_after - 1.0);
        Step {
            index,
            before,
            after,
            standard_error,
            degrees,
            p_value: p_value.min(1.0),
        }
    }
}

/// The effective number of independent places among `count` neighbouring splits: they overlap so
/// much that it grows with the logarithm (Siegmund 1985 for the form).
fn places(count: f64) -> f64 {
    1.0 + 2.0 * libm::log(count.max(1.0))
}
