//! Where a series stands: its newest level beside the level that counts.
//!
//! The question is not whether something moved lately but whether the metric is worse now than it
//! should be. A worsening never lowers the level that counts until a person accepts it, so a
//! regression that nobody has handled stays one; an improvement that lasts raises it.

use crate::{
    metric::MetricDefinition,
    stats::{
        numeric::{
            distribution::{t_two_sided, t_two_sided_quantile},
            interval::Interval,
        },
        series::{change::NEWS, history::relative, level::Level},
    },
};

/// An improvement becomes the level that counts when it has lasted so many runs.
const LASTING: usize = 20;
/// The p-value of a difference between two levels.
const LEVEL: f64 = 0.01;

/// The newest level of a series beside the level that counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The level that counts.
    pub reference: Level,
    /// The newest level.
    pub current: Level,
    /// The difference between the two; none when both are one level, in which nothing changed.
    pub moved: Option<Moved>,
    /// The first run of the newest level if the series was worse just before.
    pub recovered: Option<usize>,
}

/// The difference of the newest level from the one that counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The first run from which on every level is on this side of the one that counts; if that one
    /// drifts, the run at which it counts.
    pub since: usize,
    /// The level that counts.
    pub before: f64,
    /// The newest level: the end of it if it drifts.
    pub after: f64,
    /// `after - before`.
    pub delta: f64,
    /// The ends of the 95 % interval of the difference.
    pub interval: (f64, f64),
    /// `delta / |before|`; none when the level before is 0.
    pub relative: Option<f64>,
    /// The p-value of the difference, or of the change that it began with if that is smaller.
    pub p_value: f64,
}

impl Standing {
    /// Where a series stands that has `levels`, of which the one at run `from` counts first. None
    /// without levels.
    ///
    /// `changes` are the places and p-values of the changes between the levels; `least` is the
    /// smallest worsening that matters.
    pub(crate) fn of(
        levels: &[Level],
        changes: &[(usize, f64)],
        from: usize,
        definition: &MetricDefinition,
        least: f64,
    ) -> Option<Self> {
        let newest = levels.len().checked_sub(1)?;
        let mut counts = levels.iter().position(|level| from < level.end)?;
        let worse = |moved: &Moved| definition.worsening(moved.delta, moved.relative);
        let is_better = |moved: &Moved| {
            moved.p_value <= LEVEL && worse(moved).is_some_and(|worse| worse <= -least)
        };
        let is_worse = |moved: &Moved| {
            moved.p_value <= LEVEL && worse(moved).is_some_and(|worse| worse >= least)
        };
        let mut at = from.max(levels[counts].first);
        for place in counts + 1..levels.len() {
            let lasts = levels[place].runs >= LASTING;
            if lasts && is_better(&between(&levels[counts], at, &levels[place], definition)) {
                (counts, at) = (place, levels[place].first);
            }
        }
        let (reference, current) = (levels[counts], levels[newest]);
        let difference = |place: usize| between(&reference, at, &levels[place], definition);
        let drifts = |place: usize| place == counts && levels[place].drift.is_some();
        let moved = (counts < newest || drifts(newest)).then(|| {
            let mut moved = difference(newest);
            let same_side = |place: &usize| {
                let other = difference(*place);
                other.p_value <= LEVEL && (other.delta > 0.0) == (moved.delta > 0.0)
            };
            let first = (counts + 1..=newest).rev().take_while(same_side).last();
            moved.since = if counts == newest {
                at
            } else {
                levels[first.unwrap_or(newest)].first
            };
            // A change of the newest runs was tested with care for its few runs.
            let began = changes.iter().find(|(place, _)| *place == current.first);
            if let Some((_, p_value)) = began.filter(|_| counts + 1 == newest) {
                moved.p_value = moved.p_value.min(*p_value);
            }
            moved
        });
        let is_open = moved.as_ref().is_some_and(is_worse);
        let was_worse = newest > counts + 1 && is_worse(&difference(newest - 1));
        let is_news = current.end - current.first <= NEWS;
        Some(Self {
            reference,
            current,
            moved,
            recovered: (was_worse && is_news && !is_open).then_some(current.first),
        })
    }
}

/// The difference of a level from the reference as it was at the run `at`.
fn between(reference: &Level, at: usize, other: &Level, definition: &MetricDefinition) -> Moved {
    let before = reference.at(at);
    let after = other.at(other.end - 1);
    let delta = after - before;
    let is_one = reference.first == other.first;
    let (one, two) = if at == reference.first && is_one {
        (reference.error_at_ends(), other.error_at_ends())
    } else if is_one {
        (0.0, other.error_at_ends())
    } else {
        (reference.standard_error, other.error_at_ends())
    };
    let standard_error = libm::hypot(one, two);
    // Welch and Satterthwaite: the degrees of freedom of a sum of variances.
    let share = |error: f64, degrees: f64| {
        let part = error / standard_error;
        part * part * part * part / degrees
    };
    let degrees = 1.0 / (share(one, reference.degrees) + share(two, other.degrees));
    let (p_value, margin) = if standard_error > 0.0 {
        (
            t_two_sided(delta / standard_error, degrees),
            t_two_sided_quantile(0.05, degrees) * standard_error,
        )
    } else {
        (if delta == 0.0 { 1.0 } else { 0.0 }, 0.0)
    };
    let possible = definition.possible(Interval::around(delta, margin), before, delta);
    Moved {
        since: other.first,
        before,
        after,
        delta,
        interval: (possible.low, possible.high),
        relative: relative(delta, before),
        p_value,
    }
}
