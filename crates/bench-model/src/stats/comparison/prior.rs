//! A metric's noise, estimated from its own history.
//!
//! One run can't show how much a repetition would differ. Earlier runs of the same metric can: the
//! spread inside stretches without a change is the noise. The weight of the estimate is expressed
//! as degrees of freedom, as if it came from that many additional runs (Smyth 2004, "limma").

use serde::{Deserialize, Serialize};

use crate::{
    metric::{MetricDefinition, Scale},
    stats::{
        comparison::{heavy::tails, repeats::Repeats},
        error::StatsError,
        numeric::{
            sample::{PER_MAD, mean, median_of, real, squares},
            special::{digamma, trigamma},
        },
        series::{
            history::{History, HistoryOptions, history},
            segmented::Segmented,
        },
    },
};

/// How many earlier runs of the configuration are asked about the noise: the newest ones before the
/// current run. Whoever asks more or fewer may get another verdict.
pub const EARLIER_RUNS: usize = 200;

/// Shorter stretches say too little about the noise.
pub(crate) const LEAST_RUNS: usize = 5;

/// With fewer stretches, the variation of their noise is unknown.
const FEW_SEGMENTS: usize = 4;

/// The least and greatest weight of a prior, in runs.
const LEAST_DF: f64 = 2.0;
const MOST_DF: f64 = 50.0;

/// The noise from run to run, estimated from earlier runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prior {
    /// The standard deviation of one run: in the metric's unit, or a ratio when `logarithmic`.
    /// 0 for a metric that repeats exactly. With heavy tails it is that of the usual runs: the
    /// scale of Student's law.
    pub sd: f64,
    /// Its weight in runs.
    pub df: f64,
    /// Whether it is the deviation of the natural logarithm.
    pub logarithmic: bool,
    /// The number of stretches behind it.
    pub segments: usize,
    /// The number of runs behind it.
    pub runs: usize,
    /// How heavy the tails of the noise are: one over the degrees of freedom of Student's law, 0
    /// for a normal law.
    #[serde(default)]
    pub tails: f64,
    /// If heavy tails are beyond doubt, how far off each run was from the middle of its stretch.
    #[serde(default)]
    pub residuals: Vec<f64>,
    /// For a metric whose runs repeat exactly in more than half of the cases: how far off the
    /// others were, ascending. None for a metric that varies.
    #[serde(default)]
    pub strays: Option<Vec<f64>>,
    /// Runs with a 0 where the others are amounts: they were left out.
    #[serde(default)]
    pub zeros: usize,
}

impl Prior {
    /// Normal noise with the deviation `sd`, known from `runs` runs of one stretch with the weight
    /// `df`; with a deviation of 0, all of them were equal.
    pub const fn new(sd: f64, df: f64, logarithmic: bool, runs: usize) -> Self {
        Self {
            sd,
            df,
            logarithmic,
            segments: 1,
            runs,
            tails: 0.0,
            residuals: Vec::new(),
            strays: if sd > 0.0 { None } else { Some(Vec::new()) },
            zeros: 0,
        }
    }

    /// Learns from stretches of runs without a change inside, each oldest first; stretches of fewer
    /// than five runs are left out. None if nothing is left.
    ///
    /// From four stretches on, their variances are matched to a scaled inverse chi-squared law by
    /// the moments of their logarithms (Smyth 2004, section 6.2); fewer are simply pooled.
    ///
    /// # Example: latency that varies by about 2 %
    ///
    /// ```
    /// use bench_model::{metric::{Declared, definition_of}, stats::Prior};
    ///
    /// let latency = definition_of("latency_ms", &Declared::new());
    /// let prior = Prior::from_segments(&[[400.0, 408.0, 392.0, 396.0, 404.0]], &latency).expect("five runs");
    /// assert!(prior.logarithmic && (prior.sd - 0.0158).abs() < 1e-4 && prior.df == 4.0);
    /// ```
    pub fn from_segments<S: AsRef<[f64]>>(
        segments: &[S],
        definition: &MetricDefinition,
    ) -> Option<Self> {
        let finite: Vec<&[f64]> = segments
            .iter()
            .map(AsRef::as_ref)
            .filter(|segment| segment.iter().all(|value| value.is_finite()))
            .collect();
        let zeros = stray_zeros(definition, &finite);
        let is_kept = |value: &f64| zeros == 0 || *value > 0.0;
        let usable: Vec<Vec<f64>> = finite
            .iter()
            .map(|segment| segment.iter().copied().filter(is_kept).collect())
            .filter(|segment: &Vec<f64>| segment.len() >= LEAST_RUNS)
            .collect();
        let logarithmic = is_logarithmic(definition, usable.iter().flatten());
        let stretches: Vec<Vec<f64>> = usable
            .iter()
            .map(|segment| transformed(segment, logarithmic))
            .collect();
        let (sd, df, noise_law) = noise_of(&stretches)?;
        let are_shown = matches!(noise_law, Law::Heavy(_, true));
        let (tails, strays) = match noise_law {
            Law::Normal => (0.0, None),
            Law::Heavy(degrees, _) => (1.0 / degrees, None),
            Law::Exact(strays) => (0.0, Some(strays)),
        };
        Some(Self {
            sd,
            df,
            logarithmic,
            segments: usable.len(),
            runs: usable.iter().map(Vec::len).sum(),
            residuals: if are_shown {
                stretches
                    .iter()
                    .flat_map(|values| residuals(values))
                    .collect()
            } else {
                Vec::new()
            },
            tails,
            strays,
            zeros,
        })
    }
}

fn residuals(values: &[f64]) -> Vec<f64> {
    let middle = median_of(values);
    values.iter().map(|value| value - middle).collect()
}

/// The law of the noise.
enum Law {
    Normal,
    /// Student's law with so many degrees of freedom, and whether that is sure.
    Heavy(f64, bool),
    /// Runs repeat exactly, but for these distances.
    Exact(Vec<f64>),
}

/// Deviation, weight and law of the noise inside stretches of at least five runs; none without one.
fn noise_of(stretches: &[Vec<f64>]) -> Option<(f64, f64, Law)> {
    if let Some(found) = exact_noise(stretches) {
        return Some(found);
    }
    let long: Vec<&[f64]> = stretches
        .iter()
        .map(Vec::as_slice)
        .filter(|values| values.len() >= PULLED_IN_FROM && squares(values) > 0.0)
        .collect();
    let heavy = tails(&long);
    // The variance of Student's law is larger than the square of its scale.
    let degrees = heavy.as_ref().map(|found| found.degrees);
    let shrunk = degrees.map_or(1.0, |degrees| ((degrees - 2.0) / degrees).max(0.2));
    let are_sure = heavy.as_ref().is_some_and(|found| found.are_sure);
    let mut scales = heavy.into_iter().flat_map(|found| found.scales);
    let noise: Vec<(f64, f64)> = stretches
        .iter()
        .map(|values| {
            let n = real(values.len());
            let is_long = values.len() >= PULLED_IN_FROM && squares(values) > 0.0;
            let squares = match scales.next().filter(|_| is_long) {
                Some(scale) => scale * scale * n,
                None => shrunk * squares(&pulled_in(values.clone())),
            };
            (squares, n - 1.0)
        })
        .collect();
    let (sd, df) = pooled(&noise)?;
    let is_exact = |(squares, _): &(f64, f64)| *squares == 0.0;
    let (sd, df) = if noise.len() < FEW_SEGMENTS || noise.iter().any(is_exact) {
        (sd, df.clamp(LEAST_DF, MOST_DF))
    } else {
        matched(&noise)
    };
    Some((
        sd,
        df,
        degrees.map_or(Law::Normal, |degrees| Law::Heavy(degrees, are_sure)),
    ))
}

/// Of runs that repeat exactly in more than half of the cases, in every stretch.
fn exact_noise(stretches: &[Vec<f64>]) -> Option<(f64, f64, Law)> {
    let mut all = Repeats {
        runs: 0,
        strays: Vec::new(),
    };
    for values in stretches {
        let (_, found) = Repeats::of(values)?;
        all = all.and(&found);
    }
    let squares: f64 = all.strays.iter().map(|stray| stray * stray).sum();
    let df = real(all.runs) - real(stretches.len());
    (all.runs > 0).then(|| {
        let sd = libm::sqrt(squares / real(all.runs));
        (sd, df.clamp(LEAST_DF, MOST_DF), Law::Exact(all.strays))
    })
}

/// How many zeros of a positive amount there are, if so few that they are no amounts: a run that
/// failed at once has a latency of 0, and on the log scale it has no place.
fn stray_zeros(definition: &MetricDefinition, segments: &[&[f64]]) -> usize {
    let values = || segments.iter().copied().flatten();
    let is_amount = definition.scale() == Scale::Relative
        && definition.min.is_some_and(|min| min >= 0.0)
        && values().all(|value| *value >= 0.0);
    let zeros = values().filter(|value| **value <= 0.0).count();
    if is_amount && MOST_ZEROS * zeros <= values().count() {
        zeros
    } else {
        0
    }
}

/// The values without stray zeros.
pub(super) fn without_zeros(values: &[f64], definition: &MetricDefinition) -> Vec<f64> {
    let are_stray = stray_zeros(definition, &[values]) > 0;
    let kept = values.iter().filter(|value| !are_stray || **value > 0.0);
    kept.copied().collect()
}

/// At most one run in ten may be a 0 among amounts.
const MOST_ZEROS: usize = 10;

impl Prior {
    /// Learns from the runs before the one to judge, oldest first, of which the newest
    /// [`EARLIER_RUNS`] count: their changes and drifts are found by
    /// [`history`](crate::stats::series::history::history()), and the runs between them are the
    /// stretches.
    ///
    /// # Errors
    ///
    /// [`StatsError::NotFinite`] for NaN or an infinity.
    pub fn from_history(
        values: &[f64],
        definition: &MetricDefinition,
    ) -> Result<Option<Self>, StatsError> {
        let newest = &values[values.len().saturating_sub(EARLIER_RUNS)..];
        let found = history(newest, &HistoryOptions::default())?;
        Ok(Self::between(&found, newest, definition))
    }

    /// [`Self::from_history`] of all runs of a series but the newest; needs no cut of its own where
    /// all of them count.
    pub(crate) fn before_newest(
        series: &mut Segmented,
        definition: &MetricDefinition,
    ) -> Result<Option<Self>, StatsError> {
        let count = series.values().len().saturating_sub(1);
        if count > EARLIER_RUNS {
            return Self::from_history(&series.values()[..count], definition);
        }
        let found = series.first(count, &HistoryOptions::default()).history();
        Ok(Self::between(&found, &series.values()[..count], definition))
    }

    /// Learns from what lies between the changes and drifts of `values`.
    fn between(found: &History, values: &[f64], definition: &MetricDefinition) -> Option<Self> {
        Self::from_segments(&stable_stretches(found, values), definition)
    }
}

/// The stretches of a series without a change or a drift inside, oldest first.
fn stable_stretches<'a>(found: &History, values: &'a [f64]) -> Vec<&'a [f64]> {
    let changes = found.changes.iter().map(|change| change.index);
    let ends = changes.clone().chain([values.len()]);
    let drifts = |start: usize, end: usize| {
        found
            .drifts
            .iter()
            .any(|drift| drift.first < end && drift.last >= start)
    };
    [0].into_iter()
        .chain(changes)
        .zip(ends)
        .filter(|(start, end)| !drifts(*start, *end))
        .map(|(start, end)| &values[start..end])
        .collect()
}

/// In shorter stretches, no run can be called unusual.
const PULLED_IN_FROM: usize = 12;

/// How many robust standard deviations from the median a run may be; one in 16,000 of a normal
/// distribution is further out.
const FURTHEST: f64 = 4.0;

/// The values with unusual ones pulled in (winsorised) to [`FURTHEST`]: otherwise a spike, or the
/// first runs of a change that is not detectable yet, would inflate the noise and hide that very
/// change.
pub(super) fn pulled_in(mut values: Vec<f64>) -> Vec<f64> {
    if values.len() < PULLED_IN_FROM {
        return values;
    }
    let median = median_of(&values);
    let distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    let reach = FURTHEST * PER_MAD * median_of(&distances);
    if reach > 0.0 {
        for value in &mut values {
            *value = value.clamp(median - reach, median + reach);
        }
    }
    values
}

fn pooled(noise: &[(f64, f64)]) -> Option<(f64, f64)> {
    let (squares, df) = noise
        .iter()
        .fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    (df > 0.0).then(|| (libm::sqrt(squares / df), df))
}

/// Deviation and weight of the distribution of the variances.
fn matched(noise: &[(f64, f64)]) -> (f64, f64) {
    // The logarithm of a variance with d degrees of freedom lies log(d/2) - digamma(d/2) too low
    // on average, and spreads by trigamma(d/2).
    let levels: Vec<f64> = noise
        .iter()
        .map(|(squares, df)| libm::log(squares / df) - digamma(df / 2.0) + libm::log(df / 2.0))
        .collect();
    let segments = real(noise.len());
    let level = mean(&levels);
    let expected: f64 = noise.iter().map(|(_, df)| trigamma(df / 2.0)).sum::<f64>() / segments;
    let excess = squares(&levels) / (segments - 1.0) - expected;
    let df = if excess > 0.0 {
        (2.0 * trigamma_inverse(excess)).clamp(LEAST_DF, MOST_DF)
    } else {
        MOST_DF
    };
    let log_variance = level + digamma(df / 2.0) - libm::log(df / 2.0);
    (libm::exp(log_variance / 2.0), df)
}

/// The `x` with `trigamma(x) = y`, for `y > 0`, by bisection: it falls from infinity to 0.
fn trigamma_inverse(y: f64) -> f64 {
    let (mut low, mut high) = (1e-8, 1e8);
    for _ in 0..200 {
        let middle = libm::sqrt(low * high);
        if trigamma(middle) > y {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Whether a metric is judged on the log scale: a positive unbounded amount, such as latency or
/// cost, whose noise is proportional to its size.
pub(crate) fn is_logarithmic<'a>(
    definition: &MetricDefinition,
    mut values: impl Iterator<Item = &'a f64>,
) -> bool {
    definition.scale() == Scale::Relative
        && definition.min.is_some_and(|min| min >= 0.0)
        && values.all(|value| *value > 0.0)
}

/// The values, or their natural logarithms.
pub(super) fn transformed(values: &[f64], logarithmic: bool) -> Vec<f64> {
    if logarithmic {
        values.iter().map(|value| libm::log(*value)).collect()
    } else {
        values.to_vec()
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact by design")]
mod tests {
    use super::*;
    use crate::{
        metric::{Declared, definition_of},
        stats::numeric::random::SplitMix,
    };

    fn f1() -> MetricDefinition {
        definition_of("f1", &Declared::new())
    }

    fn stretches(spread: impl Fn(usize) -> f64) -> Vec<Vec<f64>> {
        let mut random = SplitMix::new(5);
        (0..40)
            .map(|i| (0..8).map(|_| 0.9 + spread(i) * random.normal()).collect())
            .collect()
    }

    #[test]
    fn stretches_that_are_equally_noisy_weigh_much() {
        let prior = Prior::from_segments(&stretches(|_| 0.01), &f1()).expect("a prior");
        assert!(
            (prior.sd - 0.01).abs() < 0.001 && prior.df > 20.0,
            "{prior:?}"
        );
        assert_eq!(
            (prior.segments, prior.runs, prior.logarithmic),
            (40, 320, false)
        );
    }

    #[test]
    fn stretches_of_very_different_noise_weigh_little() {
        let prior =
            Prior::from_segments(&stretches(|i| if i % 2 == 0 { 0.001 } else { 0.02 }), &f1());
        let prior = prior.expect("a prior");
        assert!(prior.df < 4.0, "{prior:?}");
    }

    #[test]
    fn short_stretches_and_none_say_nothing_and_constant_ones_say_exact() {
        assert_eq!(Prior::from_segments(&[[0.9; 4]], &f1()), None);
        assert_eq!(Prior::from_segments::<Vec<f64>>(&[], &f1()), None);
        let exact = Prior::from_segments(&[[0.9; 6]], &f1()).expect("a prior");
        assert_eq!(exact.sd, 0.0);
    }

    #[test]
    fn a_zero_among_amounts_does_not_cost_the_history() {
        let latency = definition_of("latency_ms", &Declared::new());
        let mut values = vec![
            400.0, 404.0, 396.0, 402.0, 398.0, 401.0, 399.0, 403.0, 397.0, 400.5,
        ];
        let clean = Prior::from_segments(&[values.clone()], &latency).expect("a prior");
        values.insert(4, 0.0);
        let found = Prior::from_segments(&[values], &latency).expect("a prior");
        assert!(
            found.logarithmic && found.sd == clean.sd && found.zeros == 1,
            "{found:?}"
        );

        let errors = Prior::from_segments(&[[0.0, 0.0, 1.0, 0.0, 2.0]], &latency).expect("a prior");
        assert!(!errors.logarithmic, "zeros that are usual are values");
    }

    #[test]
    fn heavy_tails_are_noticed_and_do_not_inflate_the_usual_noise() {
        let mut random = SplitMix::new(4);
        let values: Vec<f64> = (0..50)
            .map(|run| 0.9 + if run % 9 == 4 { 0.06 } else { 0.01 } * random.normal())
            .collect();
        let found = Prior::from_segments(&[values], &f1()).expect("a prior");
        assert!(found.tails >= 0.2 && found.sd < 0.015, "{found:?}");
    }

    #[test]
    fn a_metric_that_strays_now_and_then_is_nearly_exact() {
        let values = [1.0, 1.0, 0.98, 1.0, 1.0, 1.0, 1.0, 0.96, 1.0, 1.0, 1.0, 1.0];
        let found = Prior::from_segments(&[values], &f1()).expect("a prior");
        let strays = found.strays.expect("nearly exact");
        assert_eq!(strays.len(), 2);
        assert!(strays[0] < strays[1]);
    }

    #[test]
    fn the_noise_of_a_series_is_that_between_its_changes() {
        let mut random = SplitMix::new(9);
        let levels = [(30, 0.90), (30, 0.80), (30, 0.87)];
        let values: Vec<f64> = levels
            .iter()
            .flat_map(|(runs, level)| std::iter::repeat_n(*level, *runs))
            .map(|level| level + 0.005 * random.normal())
            .collect();
        let prior = Prior::from_history(&values, &f1())
            .expect("finite values")
            .expect("a prior");
        assert!((prior.sd - 0.005).abs() < 0.001, "{prior:?}");
        assert_eq!((prior.segments, prior.runs), (3, 90));
        assert!(Prior::from_history(&[f64::NAN], &f1()).is_err());
        assert_eq!(Prior::from_history(&values[..4], &f1()), Ok(None));
    }

    #[test]
    fn the_first_runs_of_a_change_do_not_hide_it() {
        let mut random = SplitMix::new(11);
        let mut values: Vec<f64> = (0..21).map(|_| 0.97 + 0.003 * random.normal()).collect();
        let quiet = Prior::from_segments(&[values.clone()], &f1()).expect("a prior");
        values.extend([0.85, 0.855]);
        let polluted = Prior::from_segments(&[values], &f1()).expect("a prior");
        assert!(polluted.sd < 2.0 * quiet.sd, "{polluted:?} {quiet:?}");
    }

    #[test]
    fn the_inverse_of_trigamma_turns_it_round() {
        for x in [0.3, 1.0, 7.5, 400.0] {
            assert!((trigamma_inverse(trigamma(x)) / x - 1.0).abs() < 1e-9);
        }
    }
}
