//! The verdict on a comparison: improved, regressed, unchanged or uncertain, with its reason.
//!
//! | verdict | when |
//! | --- | --- |
//! | regressed, improved | q is at most the level, the interval excludes no change, and the effect is at least a fifth of the margin |
//! | unchanged | the whole interval lies within the margin: equivalence is shown (two one-sided tests, Schuirmann 1987) |
//! | uncertain | neither |
//!
//! Exceptions, each stated in the reason: from 0, where no share exists, a move needs no size;
//! different data and metrics without a direction are never
//! judged better or worse; without a noise estimate, or with only that within a run, only effects
//! beyond the margin are.

pub(super) mod kind;

pub use kind::VerdictKind;
use serde::{Deserialize, Serialize};

use crate::{
    metric::{Direction, Scale},
    stats::{
        comparison::{
            multiplicity::{control, control_primary_first},
            result::{Caveat, Comparison, Method, Options},
            sentence,
        },
        numeric::interval::Interval,
    },
};

/// The verdict on one metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The kind.
    pub kind: VerdictKind,
    /// One sentence with all underlying numbers.
    pub reason: String,
    /// How much worse it got, on `scale`; negative is better. None if the metric has no direction,
    /// or there is no share because the value before is 0.
    pub worsening: Option<f64>,
    /// The confidence interval of the worsening.
    pub worsening_interval: Option<Interval>,
    /// The practical margin.
    pub margin: f64,
    /// Whether worsening and margin are differences or shares of the value before.
    pub scale: Scale,
    /// The p-value, corrected for all judged metrics; none without a noise estimate.
    pub q_value: Option<f64>,
    /// The plain threshold's answer, as in `detect_regression`.
    pub threshold_exceeded: Option<bool>,
}

/// The verdict on a comparison.
///
/// `q_value` comes from [`control`] if several metrics are judged together; none for a single
/// metric, then its p-value is used.
pub fn decide(comparison: &Comparison, q_value: Option<f64>, options: &Options) -> Verdict {
    let q_value = comparison.p_value.map(|p| q_value.unwrap_or(p));
    let kind = kind(comparison, q_value, options);
    Verdict {
        kind,
        reason: sentence::reason(comparison, kind, q_value, options),
        worsening: comparison.worsening(),
        worsening_interval: comparison.worsening_interval(),
        margin: options.threshold,
        scale: comparison.scale,
        q_value,
        threshold_exceeded: comparison.threshold_exceeded,
    }
}

/// The verdicts on all metrics of one run, each with its options, in the same order.
///
/// The q-values are controlled over all metrics with a direction; the `primary` metric, if present,
/// is judged first and not corrected for the others.
pub(crate) fn decide_all(
    comparisons: &[(Comparison, Options)],
    primary: Option<&str>,
) -> Vec<Verdict> {
    let asked: Vec<usize> = (0..comparisons.len())
        .filter(|index| {
            let (comparison, _) = &comparisons[*index];
            comparison.direction != Direction::Neither && comparison.p_value.is_some()
        })
        .collect();
    let p_values: Vec<f64> = asked
        .iter()
        .filter_map(|index| comparisons[*index].0.p_value)
        .collect();
    let q_values = match asked
        .iter()
        .position(|index| Some(comparisons[*index].0.metric.as_str()) == primary)
    {
        Some(place) => control_primary_first(&p_values, place),
        None => control(&p_values),
    };
    let q_of = |index: usize| {
        asked
            .iter()
            .position(|asked| *asked == index)
            .map(|place| q_values[place])
    };
    comparisons
        .iter()
        .enumerate()
        .map(|(index, (comparison, options))| decide(comparison, q_of(index), options))
        .collect()
}

fn kind(comparison: &Comparison, q_value: Option<f64>, options: &Options) -> VerdictKind {
    let margin = options.threshold;
    // There is no share of 0, but a metric that always repeats exactly at 0 is unchanged at 0.
    let is_same = comparison.is_exact() && comparison.delta == 0.0;
    let equivalent = is_same
        || comparison
            .effect_interval()
            .is_some_and(|interval| interval.is_within(margin));
    let otherwise = if equivalent {
        VerdictKind::Unchanged
    } else {
        VerdictKind::Uncertain
    };
    if comparison.caveats.contains(&Caveat::DifferentData) {
        return VerdictKind::Uncertain;
    }
    if comparison.is_from_zero() {
        return from_zero(comparison, q_value, options).unwrap_or(otherwise);
    }
    let Some(worsening) = comparison.worsening() else {
        return otherwise;
    };
    let direction = if worsening > 0.0 {
        VerdictKind::Regressed
    } else {
        VerdictKind::Improved
    };
    let beyond_margin = match direction {
        VerdictKind::Regressed => comparison.threshold_exceeded == Some(true),
        _ => -worsening > margin,
    };
    if comparison.method == Method::Threshold {
        return if beyond_margin {
            direction
        } else {
            VerdictKind::Uncertain
        };
    }
    let significant = q_value.is_some_and(|q| q <= options.level)
        && comparison
            .effect_interval()
            .is_some_and(|interval| !interval.holds(0.0));
    if !significant || worsening.abs() < options.least() {
        return otherwise;
    }
    if comparison.caveats.contains(&Caveat::WithinRunOnly) && !beyond_margin {
        return VerdictKind::Uncertain;
    }
    direction
}

/// From 0 there is no share to hold against a margin: any sure move is better or worse.
fn from_zero(
    comparison: &Comparison,
    q_value: Option<f64>,
    options: &Options,
) -> Option<VerdictKind> {
    let worsening = comparison.direction.worsening(comparison.delta)?;
    let is_sure = q_value? <= options.level && !comparison.interval?.holds(0.0);
    is_sure.then_some(if worsening > 0.0 {
        VerdictKind::Regressed
    } else {
        VerdictKind::Improved
    })
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the same arithmetic gives the same bits")]
mod tests;
