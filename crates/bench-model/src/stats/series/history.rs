//! The changes of a whole series, for charts, attribution and the state of a metric.

use crate::stats::{
    error::StatsError,
    numeric::{
        distribution::{t_two_sided, t_two_sided_quantile},
        sample::{median_of, real, squares},
    },
    series::{
        change::{Change, ChangeKind, Drift, Noise},
        copies, dip,
        drift::{Line, variance_around},
        elimination::{self, Remaining, bounds},
        exact::{self, Nature},
        judge::{JudgeOptions, read},
        noise::{self, CORRELATION_FROM, MOST_CORRELATION, segments},
        partition::{Price, partition},
        place,
        scale::Scaled,
        segmentation::{LIBERAL, Segmentation, USUAL, nearest_multiple},
        segmented::Segmented,
        step::{Step, Yardstick},
        tail::Elsewhere,
    },
};

/// With fewer runs no level has two runs on each side.
pub(crate) const LEAST_RUNS: usize = 4;

/// Shorter stretches are not a drift: a line through few runs fits anything.
const DRIFT_FROM: usize = 10;
/// The significance level of a drift, shared by all levels of a series that may be one
/// (Bonferroni).
const DRIFT_LEVEL: f64 = 1e-3;

/// A correlation counts as far as it exceeds half its standard error, `1 / sqrt(n)`. A hard
/// threshold would miss most correlation in series of 20 to 50 runs, where it causes most false
/// alarms; without the allowance, independent runs would lose power.
const HALF_ERROR: f64 = 0.5;

/// The options of a history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HistoryOptions {
    /// The p-value above which a change is dropped, between 0 and 1; a smaller one gives fewer,
    /// more certain changes.
    pub level: f64,
    /// The correlation of neighbouring runs, between 0 and 0.95, if known from other series of the
    /// metric; none to estimate it from this one, which takes 20 runs.
    pub autocorrelation: Option<f64>,
}

impl Default for HistoryOptions {
    fn default() -> Self {
        Self {
            level: 0.02,
            autocorrelation: None,
        }
    }
}

impl HistoryOptions {
    /// Every field in its range.
    pub(crate) fn check(&self) -> Result<(), StatsError> {
        let Self {
            level,
            autocorrelation,
        } = self;
        StatsError::check_option("level", *level, (0.0, 1.0))?;
        let correlation = autocorrelation.unwrap_or_default();
        StatsError::check_option("autocorrelation", correlation, (0.0, MOST_CORRELATION))
    }
}

/// The changes and drifts of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// The drifts, oldest first; none lies across a change.
    pub drifts: Vec<Drift>,
    /// The noise around the levels.
    pub noise: Noise,
}

/// Finds the lasting changes of a series, oldest run first, in the metric's own unit.
///
/// Works from four runs on (fewer have no change) and takes `O(n^2)` time and `O(n)` memory: some
/// 10 ms for 1,000 runs, 0.2 s for 5,000. A level longer than 2,000 runs is processed in pieces. A
/// spike of one run is never a change. Scale and offset of the metric do not matter.
///
/// The method: optimal partitioning under a bounded kernel, with a penalty that depends on the
/// correlation of the runs; then every change is tested by a moderated t, a rank test and a
/// straight line (see `docs/verdicts.md`).
///
/// # Errors
///
/// [`StatsError::NotFinite`] for NaN or an infinity, [`StatsError::Option`] for an option outside its
/// range.
///
/// # Example: latency rose at the seventh run
///
/// ```
/// use bench_model::stats::{HistoryOptions, history};
///
/// let latency_ms = [412.0, 409.0, 415.0, 411.0, 408.0, 413.0, 452.0, 449.0, 455.0, 450.0];
/// let found = history(&latency_ms, &HistoryOptions::default())?;
///
/// assert_eq!(found.changes.len(), 1);
/// assert_eq!(found.changes[0].index, 6);
/// assert!((found.changes[0].delta - 40.2).abs() < 0.1);
/// assert!(found.changes[0].p_value < 1e-6);
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
pub fn history(values: &[f64], options: &HistoryOptions) -> Result<History, StatsError> {
    options.check()?;
    let options = JudgeOptions {
        history: *options,
        ..JudgeOptions::default()
    };
    Ok(read(
        Segmented::new(values)?.whole(&options.history),
        &options,
    ))
}

/// From so many runs on, a cut can find a level; fewer newest runs take a test of their own.
pub(crate) const OLD: usize = 6;

/// The newest level of a series and the runs that may leave it, in scaled units.
#[derive(Clone, Debug)]
pub(crate) struct NewestLevel {
    /// The runs of every earlier level that is alike, then those since the last change that is at
    /// least [`OLD`] runs old; without the runs that belong to no level.
    pub(crate) runs: Vec<f64>,
    /// The places of the latter.
    pub(crate) places: Vec<usize>,
    /// The noise of the other levels.
    pub(crate) elsewhere: Elsewhere,
}

/// The analysis of a series, in scaled units.
#[derive(Clone, Debug)]
pub(crate) struct Analysis {
    pub(crate) nature: Nature,
    pub(crate) autocorrelation: f64,
    pub(crate) variance_factor: f64,
    pub(crate) remaining: Remaining,
}

impl Analysis {
    /// Analyses scaled values; `cuts` gives their segmentation under a price.
    pub(crate) fn new(
        values: &[f64],
        unit: f64,
        options: &HistoryOptions,
        cuts: &mut dyn FnMut(usize) -> Vec<usize>,
    ) -> Self {
        let differences = noise::from_differences(values);
        let nature = exact::nature(values, differences);
        let mut analysis = Self {
            nature,
            autocorrelation: 0.0,
            variance_factor: 1.0,
            remaining: Remaining {
                steps: Vec::new(),
                pulled_in: values.to_vec(),
                sd: differences,
                is_aside: vec![false; values.len()],
            },
        };
        match nature {
            Nature::Exact(tolerance) => {
                let changes = exact::changes(values, unit, tolerance);
                analysis.remaining.steps = exact_steps(values, &changes);
                analysis.remaining.sd = 0.0;
            }
            Nature::Noisy(_) if values.len() < LEAST_RUNS => {}
            Nature::Noisy(sd) => analysis.separate(values, sd, options, cuts),
        }
        analysis
    }

    /// Reads a noisy series without the runs that say nothing about a level: copies and dips.
    fn separate(
        &mut self,
        values: &[f64],
        sd_of_differences: f64,
        options: &HistoryOptions,
        cuts: &mut dyn FnMut(usize) -> Vec<usize>,
    ) {
        let mut kept = copies::fresh(values);
        let mut left: Vec<f64> = kept.iter().map(|run| values[*run]).collect();
        // A series of few steps has no noise in its differences.
        let noise_of = |left: &[f64]| match exact::nature(left, noise::from_differences(left)) {
            Nature::Noisy(sd) => sd,
            Nature::Exact(_) => sd_of_differences,
        };
        let sd = if kept.len() < values.len() {
            noise_of(&left)
        } else {
            sd_of_differences
        };
        for (first, end) in dip::dips(&left, sd).into_iter().rev() {
            kept.drain(first..end);
            left.drain(first..end);
        }
        if kept.len() == values.len() {
            self.cut(values, sd, options, cuts);
            return;
        }
        let mut segmentation = Segmentation::new(&left, [LIBERAL, USUAL].into_iter());
        let count = left.len();
        let mut cuts = |multiple: usize| segmentation.changes(multiple, count);
        self.cut(&left, noise_of(&left), options, &mut cuts);
        self.remaining.put_back(values, &kept);
    }

    /// Cuts a series and keeps the cuts that are changes.
    fn cut(
        &mut self,
        values: &[f64],
        sd_of_differences: f64,
        options: &HistoryOptions,
        cuts: &mut dyn FnMut(usize) -> Vec<usize>,
    ) {
        let count = values.len();
        let mut candidates = cuts(USUAL);
        let found = match options.autocorrelation {
            Some(known) => known,
            None if count < CORRELATION_FROM => 0.0,
            None => {
                let levels = bounds(&cuts(LIBERAL), count);
                let found = noise::correlation_within(values, &levels);
                (found - HALF_ERROR / real(count).sqrt()).max(0.0)
            }
        };
        if found > 0.0 {
            self.autocorrelation = found;
            self.variance_factor = (1.0 + found) / (1.0 - found);
            // Sublinear, because correlation also smooths the noise inside a segment.
            let multiple = nearest_multiple(libm::pow(self.variance_factor, 0.8));
            candidates = cuts(multiple);
        }
        let noise = Yardstick {
            sd_of_differences,
            variance_factor: self.variance_factor,
            level: options.level,
        };
        // Without noise in the differences nothing can be measured in standard deviations.
        let clear = if sd_of_differences > 0.0 {
            let in_noise = |value: &f64| (value - values[0]) / sd_of_differences;
            let values: Vec<f64> = values.iter().map(in_noise).collect();
            partition(&values, Price::of(count, self.variance_factor))
        } else {
            Vec::new()
        };
        self.remaining = elimination::eliminate(values, &candidates, &clear, &noise);
    }

    /// The runs between two places that belong to a level.
    pub(crate) fn counting(&self, first: usize, end: usize) -> impl Iterator<Item = usize> + '_ {
        (first..end).filter(|run| !self.remaining.is_aside[*run])
    }

    /// The noise of the levels before a run.
    pub(crate) fn noise_before(&self, first: usize) -> Elsewhere {
        let mut bounds = self.bounds();
        bounds.retain(|bound| *bound < first);
        bounds.push(first);
        self.noise_within(segments(&bounds))
    }

    /// The noise within segments, each around its own mean.
    fn noise_within(&self, segments: impl Iterator<Item = (usize, usize)>) -> Elsewhere {
        let (mut total, mut degrees) = (0.0, 0.0);
        for (first, end) in segments {
            let counting = self.counting(first, end);
            let around: Vec<f64> = counting.map(|run| self.remaining.pulled_in[run]).collect();
            total += squares(&around);
            degrees += (real(around.len()) - 1.0).max(0.0);
        }
        Elsewhere {
            variance: total / f64::max(degrees, 1.0),
            degrees,
        }
    }

    /// What the newest runs of scaled `values` are held against, up to and with those runs.
    pub(crate) fn newest_level(&self, values: &[f64]) -> NewestLevel {
        let count = values.len();
        let mut old = self.bounds();
        old.retain(|bound| *bound == 0 || count - bound >= OLD);
        let start = old.last().copied().unwrap_or(0);
        let places: Vec<usize> = self.counting(start, count).collect();
        let level: Vec<f64> = places.iter().map(|run| values[*run]).collect();
        let base = &level[..level.len().saturating_sub(OLD - 1).max(level.len().min(2))];
        let (mut runs, mut others) = (Vec::new(), Vec::new());
        for (first, end) in segments(&old) {
            let earlier: Vec<f64> = self.counting(first, end).map(|run| values[run]).collect();
            if elimination::are_alike(&earlier, base, self.remaining.sd, self.variance_factor) {
                runs.extend(earlier);
            } else {
                others.push((first, end));
            }
        }
        runs.extend(level);
        NewestLevel {
            runs,
            places,
            elsewhere: self.noise_within(others.into_iter()),
        }
    }

    /// The bounds of the levels.
    pub(crate) fn bounds(&self) -> Vec<usize> {
        let changes: Vec<usize> = self.remaining.steps.iter().map(|step| step.index).collect();
        bounds(&changes, self.remaining.pulled_in.len())
    }

    /// Everything found, in the metric's unit.
    pub(crate) fn describe(&self, scaled: &Scaled) -> History {
        let bounds = self.bounds();
        let steps = self.remaining.steps.iter().zip(bounds.windows(3));
        let changes = steps
            .map(|(step, triple)| self.change(step, (triple[0], triple[1], triple[2]), scaled));
        History {
            changes: changes.collect(),
            drifts: self.drifts(&bounds, scaled),
            noise: Noise {
                sd: scaled.unit(self.remaining.sd),
                autocorrelation: self.autocorrelation,
                is_exact: matches!(self.nature, Nature::Exact(_)),
            },
        }
    }

    /// One change in the metric's unit.
    pub(crate) fn change(
        &self,
        step: &Step,
        around: (usize, usize, usize),
        scaled: &Scaled,
    ) -> Change {
        let sd = &self.remaining.sd;
        let delta = step.after - step.before;
        let is_exact = matches!(self.nature, Nature::Exact(_));
        let (earliest, latest) = if is_exact {
            (step.index, step.index)
        } else {
            self.place(around, sd * sd * self.variance_factor)
        };
        let margin = if is_exact {
            0.0
        } else {
            t_two_sided_quantile(0.05, step.degrees) * step.standard_error
        };
        Change {
            index: step.index,
            earliest,
            latest,
            before: scaled.unit(step.before),
            after: scaled.unit(step.after),
            delta: scaled.unit(delta),
            delta_low: scaled.unit(delta - margin),
            delta_high: scaled.unit(delta + margin),
            relative: relative(delta, step.before),
            in_noise: in_noise(delta, *sd),
            p_value: step.p_value,
            kind: if is_exact {
                ChangeKind::Exact
            } else {
                ChangeKind::Step
            },
        }
    }

    /// The runs between which a change at `index` lies, of those that belong to a level.
    fn place(&self, (first, index, end): (usize, usize, usize), variance: f64) -> (usize, usize) {
        let places: Vec<usize> = self.counting(first, end).collect();
        let at = places.partition_point(|place| *place < index);
        if at == 0 || at == places.len() {
            return (index, index);
        }
        let values = places.iter().map(|run| self.remaining.pulled_in[*run]);
        let values: Vec<f64> = values.collect();
        let (earliest, latest) = place::interval(&values, at, variance);
        (places[earliest].min(index), places[latest].max(index))
    }

    fn drifts(&self, bounds: &[usize], scaled: &Scaled) -> Vec<Drift> {
        if matches!(self.nature, Nature::Exact(_)) {
            return Vec::new();
        }
        let level = DRIFT_LEVEL / real(bounds.len() - 1);
        let drifts = segments(bounds).filter_map(|segment| self.drift(segment, level, scaled));
        drifts.collect()
    }

    /// The level between two changes, if it is a drift.
    fn drift(&self, (first, end): (usize, usize), level: f64, scaled: &Scaled) -> Option<Drift> {
        let pulled_in = &self.remaining.pulled_in;
        let counting = self.counting(first, end);
        let values: Vec<f64> = counting.map(|run| pulled_in[run]).collect();
        if values.len() < DRIFT_FROM {
            return None;
        }
        let line = Line::fit(&values);
        // Correlated runs wander, and so does the slope of a line through them.
        let variance = variance_around(&line, &values);
        let inflation = variance * (real(values.len()) - 2.0) / line.squares;
        let degrees = if inflation.is_finite() {
            ((real(values.len()) - 2.0) / inflation).max(2.0)
        } else {
            real(values.len()) - 2.0
        };
        let standard_error = (variance / line.spread).sqrt();
        let p_value = if standard_error > 0.0 {
            t_two_sided(line.slope / standard_error, degrees)
        } else {
            0.0
        };
        if p_value > level {
            return None;
        }
        let reach = 0.5 * (real(values.len()) - 1.0) * line.slope;
        Some(Drift {
            first,
            last: end - 1,
            before: scaled.unit(line.middle - reach),
            after: scaled.unit(line.middle + reach),
            slope: scaled.unit(2.0 * reach / real(end - 1 - first)),
            p_value,
        })
    }
}

/// The levels between exact changes, without values that don't last.
fn exact_steps(values: &[f64], changes: &[(usize, f64)]) -> Vec<Step> {
    let indices: Vec<usize> = changes.iter().map(|(index, _)| *index).collect();
    let bounds = bounds(&indices, values.len());
    let level = |first: usize, end: usize| median_of(&values[first..end]);
    let step = |(triple, (_, p_value)): (&[usize], &(usize, f64))| Step {
        index: triple[1],
        before: level(triple[0], triple[1]),
        after: level(triple[1], triple[2]),
        standard_error: 0.0,
        degrees: f64::INFINITY,
        p_value: *p_value,
    };
    bounds.windows(3).zip(changes).map(step).collect()
}

/// A difference as a share of the level before; none if that is 0 or the share overflows.
pub(crate) fn relative(delta: f64, before: f64) -> Option<f64> {
    let share = delta / before.abs();
    share.is_finite().then_some(share)
}

/// A difference in standard deviations; none without noise.
pub(crate) fn in_noise(delta: f64, sd: f64) -> Option<f64> {
    let share = delta / sd;
    share.is_finite().then_some(share)
}
